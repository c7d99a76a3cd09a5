//! A card in words: what is asked, by whom, and what became of it. The buttons under it stand in Telegram's door.

use chrono::{DateTime, Utc};

use super::catalog::Catalog;
use super::{Text, body, moment};
use crate::domain::caller::Actor;
use crate::domain::card::{Portrait, hash_digits};
use crate::domain::item::{Execution, Item, ItemState};
use crate::domain::zone::Zone;

pub(super) struct Painter<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) zone: &'a Zone,
    pub(super) now: DateTime<Utc>,
}

impl Painter<'_> {
    pub(super) fn card(&self, portrait: &Portrait) -> String {
        self.around(portrait, body::on_card(self.catalog, &portrait.item))
    }

    /// A card with this of what the item is about.
    pub(super) fn around(&self, portrait: &Portrait, body: Option<String>) -> String {
        let item = &portrait.item;
        let mut lines =
            vec![self.catalog.get("card-head", &[("id", &item.id.to_string()), ("kind", &item.kind)])];
        lines.push(item.title.clone());
        lines.extend(body);
        let from = [("client", item.client.as_str()), ("hash", hash_digits(item))];
        lines.push(self.catalog.get("card-from", &from));
        lines.extend(self.expires(portrait));
        lines.extend(self.state(portrait));
        lines.extend(self.issue(item));
        lines.join("\n")
    }

    /// All that an item is about, in as many messages as it takes.
    pub(super) fn details(&self, portrait: &Portrait) -> Vec<Text> {
        let item = &portrait.item;
        let head = self.catalog.get("details-head", &[("id", &item.id.to_string()), ("title", &item.title)]);
        let mut parts = body::parts(self.catalog, item);
        if let Some(first) = parts.first_mut() {
            *first = format!("{head}\n{first}");
        }
        // While it waits nothing is cut that has to be read.
        if item.state != ItemState::Pending
            && let Some(last) = parts.last_mut()
        {
            let end: Vec<String> = self.state(portrait).into_iter().chain(self.issue(item)).collect();
            *last = body::ending_with(last, &end.join("\n"));
        }
        parts.iter().map(|part| Text::new(part)).collect()
    }

    /// What became of it, and why; nothing while it is pending.
    pub(super) fn state(&self, portrait: &Portrait) -> Option<String> {
        let (item, told) = (&portrait.item, self.became(portrait)?);
        // What was said with a vote that was not enough is no reason for this.
        let why = match item.state {
            ItemState::Withdrawn => item.note.as_ref(),
            ItemState::Pending | ItemState::Expired => None,
            ItemState::Approved | ItemState::Rejected => portrait.reason.as_ref(),
        };
        Some(why.map_or_else(|| told.clone(), |why| format!("{told}: {why}")))
    }

    /// What became of it, without the reason.
    pub(super) fn became(&self, portrait: &Portrait) -> Option<String> {
        let item = &portrait.item;
        if item.state == ItemState::Pending {
            return (item.rules.quorum > 1).then(|| self.quorum(portrait));
        }
        let last =
            portrait.by.as_deref().map(|by| self.who(by, portrait.name.as_deref())).unwrap_or_default();
        let all = item.state == ItemState::Approved && portrait.yeses.len() > 1;
        let who = match item.state {
            ItemState::Withdrawn => item.client.clone(),
            _ if all => self.names(portrait),
            _ => last,
        };
        let at = item
            .decided_at
            .or(item.expires_at)
            .map(|at| moment::time(self.catalog, at, self.now, self.zone))
            .unwrap_or_default();
        let id = match item.state {
            ItemState::Approved => "card-approved",
            ItemState::Rejected => "card-rejected",
            ItemState::Pending | ItemState::Expired => "card-expired",
            ItemState::Withdrawn => "card-withdrawn",
        };
        Some(self.catalog.get(id, &[("who", &who), ("time", &at)]))
    }

    /// What came of carrying it out, as its client reported.
    fn issue(&self, item: &Item) -> Option<String> {
        let issue = item.issue?;
        let at = moment::time(self.catalog, issue.at, self.now, self.zone);
        let id = match issue.result {
            Execution::Issued => "card-issued",
            Execution::Failed => "card-failed",
        };
        let told = self.catalog.get(id, &[("time", &at)]);
        Some(item.note.as_ref().map_or_else(|| told.clone(), |note| format!("{told}: {note}")))
    }

    /// When it goes undecided, as long as it may.
    fn expires(&self, portrait: &Portrait) -> Option<String> {
        let item = &portrait.item;
        let at = item.expires_at.filter(|_| item.state == ItemState::Pending)?;
        Some(
            self.catalog
                .get("card-expires", &[("time", &moment::time(self.catalog, at, self.now, self.zone))]),
        )
    }

    /// How many have said yes, and who.
    fn quorum(&self, portrait: &Portrait) -> String {
        let names = self.names(portrait);
        let who = if names.is_empty() {
            String::new()
        } else {
            self.catalog.get("card-quorum-by", &[("names", &names)])
        };
        self.votes(portrait, &who)
    }

    /// How many have said yes.
    pub(super) fn votes(&self, portrait: &Portrait, who: &str) -> String {
        let (have, need) = (portrait.yeses.len().to_string(), portrait.item.rules.quorum.to_string());
        self.catalog.get("card-quorum", &[("have", &have), ("need", &need), ("who", who)])
    }

    fn names(&self, portrait: &Portrait) -> String {
        let names = portrait.yeses.iter().map(|(actor, name)| self.who(actor, name.as_deref()));
        names.collect::<Vec<_>>().join(", ")
    }

    pub(super) fn who(&self, actor: &str, name: Option<&str>) -> String {
        match (name, Actor::parse(actor)) {
            (Some(name), _) => name.to_owned(),
            (None, Some(Actor::Client(client))) => {
                self.catalog.get("who-client", &[("name", client.as_str())])
            }
            (None, Some(Actor::Person(id))) => self.catalog.get("who-person", &[("id", &id.to_string())]),
            (None, None) => actor.to_owned(),
        }
    }
}
