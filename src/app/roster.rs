//! Who has which role, in words, for owners.

use super::App;
use crate::domain::caller::Actor;
use crate::domain::role::Role;
use crate::domain::roster::{Given, Roster, Seat};
use crate::ledger::LedgerError;
use crate::limits::ROSTER_LINES;
use crate::text::{Phrase, RosterView, Text};

impl App {
    /// A page of who has which role, from 1; the last one where there are fewer.
    pub(super) async fn admins(&self, page: u32, reader: i64) -> Result<Text, LedgerError> {
        let roster = self.ledger.roster().await?;
        if roster.role(reader) != Some(Role::Owner) {
            return Ok(self.words.say(&Phrase::OwnersOnly));
        }
        let seats = self.seats(&roster);
        let pages = seats.len().div_ceil(ROSTER_LINES).max(1);
        let page = usize::try_from(page).unwrap_or(pages).clamp(1, pages);
        let shown: Vec<Seat> =
            seats.iter().skip((page - 1) * ROSTER_LINES).take(ROSTER_LINES).cloned().collect();
        let view = RosterView { seats: &shown, total: seats.len(), more: (page < pages).then(|| page + 1) };
        Ok(self.words.roster(&view, self.clock.now()))
    }

    /// Those with the most rights first.
    fn seats(&self, roster: &Roster) -> Vec<Seat> {
        let actor = |person: i64| Actor::Person(person).to_string();
        let people = roster.people();
        let by = people.keys().filter_map(|person| roster.member(*person)).map(|member| member.by.clone());
        let names = self.ledger.names(people.keys().map(|person| actor(*person)).chain(by));
        let mut seats: Vec<Seat> = people
            .into_iter()
            .map(|(person, role)| {
                let member = roster.member(person).filter(|_| !roster.is_listed(person));
                let given = member.map(|member| Given {
                    at: member.since,
                    by: member.by.clone(),
                    name: names.get(&member.by).cloned(),
                });
                Seat { person, name: names.get(&actor(person)).cloned(), role, given }
            })
            .collect();
        seats.sort_by_key(|seat| (std::cmp::Reverse(seat.role), seat.person));
        seats
    }
}
