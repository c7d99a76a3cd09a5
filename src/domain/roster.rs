//! The roster: who may, as one transaction read it. The people of `ADMIN_IDS` are owners always.
//!
//! What the settings say of that is as the last start of any instance left it in the books, so that all of them count the
//! same yeses.

use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::caller::Actor;
use super::key::ClientName;
use super::role::Role;
use super::rules::Rules;

/// What is on record of a person with a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The role.
    pub role: Role,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Since when they may decide without a break, by this role or the one before it.
    pub decides_since: Option<DateTime<Utc>>,
    /// Who gave it: `tg:<id>`.
    pub by: String,
}

/// A person with a role, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub person: i64,
    /// What they are called, where a name is on record.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
    /// When and by whom it was given; `None` for the people of `ADMIN_IDS`.
    pub given: Option<Given>,
}

/// When and by whom a role was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom: `tg:<id>`.
    pub by: String,
    /// What they are called, where a name is on record.
    pub name: Option<String>,
}

/// Who may, of those who were read: all, or whom a decision is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    listed: BTreeMap<i64, DateTime<Utc>>,
    members: BTreeMap<i64, Member>,
    clients: BTreeMap<ClientName, DateTime<Utc>>,
}

impl Roster {
    /// The people of `ADMIN_IDS` with the time since which they are named without a break, and those whose role is on record.
    #[must_use]
    pub const fn new(listed: BTreeMap<i64, DateTime<Utc>>, members: BTreeMap<i64, Member>) -> Self {
        Self { listed, members, clients: BTreeMap::new() }
    }

    /// The same with these clients, which may decide without a break since then.
    #[must_use]
    pub fn with_clients(self, clients: BTreeMap<ClientName, DateTime<Utc>>) -> Self {
        Self { clients, ..self }
    }

    /// The same with those of `others`.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.listed.extend(others.listed);
        self.members.extend(others.members);
        self
    }

    /// A client decided, and its token may: it is one of those from now on.
    pub(super) fn join(&mut self, client: &ClientName, now: DateTime<Utc>) {
        self.clients.entry(client.clone()).or_insert(now);
    }

    /// The clients that may decide, and since when.
    #[must_use]
    pub const fn clients(&self) -> &BTreeMap<ClientName, DateTime<Utc>> {
        &self.clients
    }

    /// Whether `ADMIN_IDS` names this person: an owner since ever, whatever is on record.
    #[must_use]
    pub fn is_listed(&self, person: i64) -> bool {
        self.listed.contains_key(&person)
    }

    /// The people whom `ADMIN_IDS` names, in the order of their numbers.
    pub fn listed(&self) -> impl Iterator<Item = i64> {
        self.listed.keys().copied()
    }

    /// The role of this person now.
    #[must_use]
    pub fn role(&self, person: i64) -> Option<Role> {
        if self.is_listed(person) { Some(Role::Owner) } else { self.member(person).map(|member| member.role) }
    }

    /// What is on record of this person.
    #[must_use]
    pub fn member(&self, person: i64) -> Option<&Member> {
        self.members.get(&person)
    }

    /// The role by which something counts that this person said then: a right counts from the moment it was given, and
    /// only as long as it is held.
    #[must_use]
    pub fn role_at(&self, person: i64, said_at: DateTime<Utc>) -> Option<Role> {
        if self.is_listed(person) {
            return Some(Role::Owner);
        }
        let member = self.member(person)?;
        if whole_second_after(member.since) <= said_at {
            return Some(member.role);
        }
        // Whoever was raised or lowered meanwhile could decide before, and can now.
        let decided = member.decides_since.filter(|since| whole_second_after(*since) <= said_at);
        decided.map(|_| Role::Approver)
    }

    /// Whether this actor's vote of that time still counts, by the right it was cast with: one that was taken and given again
    /// is another.
    #[must_use]
    pub fn still_counts(&self, actor: &str, cast_at: DateTime<Utc>, rules: &Rules) -> bool {
        let held = |since: Option<DateTime<Utc>>| since.is_some_and(|since| since <= cast_at);
        match Actor::parse(actor) {
            Some(Actor::Person(person)) => {
                let as_listed = rules.roles.admit(Role::Owner) && held(self.listed.get(&person).copied());
                let as_member = self.member(person).is_some_and(|member| {
                    let since = if rules.roles.are_all() { member.decides_since } else { Some(member.since) };
                    rules.roles.admit(member.role) && held(since)
                });
                as_listed || as_member
            }
            Some(Actor::Client(client)) => {
                rules.roles.admit_clients() && held(self.clients.get(&client).copied())
            }
            None => false,
        }
    }

    /// Whether this actor's vote counts on items with these rules.
    #[must_use]
    pub fn counts(&self, actor: &str, rules: &Rules) -> bool {
        match Actor::parse(actor) {
            Some(Actor::Person(id)) => self.role(id).is_some_and(|role| rules.roles.admit(role)),
            Some(Actor::Client(client)) => rules.roles.admit_clients() && self.clients.contains_key(&client),
            None => false,
        }
    }

    /// Everybody with a role, by their numbers.
    #[must_use]
    pub fn people(&self) -> BTreeMap<i64, Role> {
        let members = self.members.iter().map(|(person, member)| (*person, member.role));
        let listed = self.listed.keys().map(|person| (*person, Role::Owner));
        members.chain(listed).collect()
    }

    /// Everybody whose role is on record, whatever `ADMIN_IDS` says.
    #[must_use]
    pub fn appointed(&self) -> BTreeMap<i64, Role> {
        self.members.iter().map(|(person, member)| (*person, member.role)).collect()
    }

    /// The owners, by their numbers.
    #[must_use]
    pub fn owners(&self) -> Vec<i64> {
        let owners = self.people().into_iter().filter(|(_, role)| *role == Role::Owner);
        owners.map(|(person, _)| person).collect()
    }

    /// How many roles are on record.
    #[must_use]
    pub fn on_record(&self) -> usize {
        self.members.len()
    }

    /// Gives this person a role, or takes it.
    pub(super) fn set(&mut self, person: i64, role: Option<Role>, by: &str, now: DateTime<Utc>) {
        let before = self.members.remove(&person);
        let Some(role) = role else { return };
        let decided = before.and_then(|before| before.decides_since);
        let decides_since = role.may_decide().then(|| decided.unwrap_or(now));
        self.members.insert(person, Member { role, since: now, decides_since, by: by.to_owned() });
    }
}

/// Telegram tells the second in which something was said: what was said within the second of a grant may have come before it.
fn whole_second_after(now: DateTime<Utc>) -> DateTime<Utc> {
    let second = now.duration_trunc(TimeDelta::seconds(1)).unwrap_or(now);
    if second == now { now } else { second + TimeDelta::seconds(1) }
}
