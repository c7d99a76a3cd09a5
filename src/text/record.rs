//! The past and the rules in words: an item with all that happened to it, what people decided, why something is as it is.

use chrono::TimeDelta;

use super::Text;
use super::brief::{each, first_of, short, units};
use super::card::Painter;
use super::{body, moment, role};
use crate::command;
use crate::domain::ask::{Ask, Since, Whose};
use crate::domain::card::Portrait;
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::domain::operation::Decision;
use crate::domain::outcome::Outcome;
use crate::domain::record::{Entry, Mark, Record};
use crate::domain::rules::{Forbidden, Rules};
use crate::limits::MESSAGE_UNITS_MAX;

/// UTF-16 units that lines may take, with room for the last one.
const ITEMS_UNITS: usize = MESSAGE_UNITS_MAX - 96;
/// UTF-16 units that what an item is about keeps in `/show`, however much happened to it.
const BODY_UNITS: usize = 300;
/// UTF-16 units of the line that counts what has no room, and of the breaks between lines.
const EARLIER_UNITS: usize = 64;
/// Characters that the items of one line of `/history` may take; the rest are counted.
const HISTORY_ITEMS_CHARS: usize = 160;

/// What people decided, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct HistoryView<'a> {
    /// The entries; one more than `limit` where there are more.
    pub entries: &'a [Entry],
    /// How many are shown.
    pub limit: u64,
    /// Whose they are.
    pub whose: &'a Whose,
    /// Since when.
    pub since: Since,
}

impl Painter<'_> {
    /// An item as its card shows it, and what happened to it; and whether less is shown than all that it is about. That gives
    /// way first, then the oldest entries, which are counted.
    pub(super) fn record(&self, record: &Record) -> (Text, bool) {
        let item = &record.portrait.item;
        let at = moment::time(self.catalog, item.created_at, self.now, self.zone);
        let submitted = self.catalog.get("record-submitted", &[("time", &at), ("client", &item.client)]);
        let head = units(&self.around(&record.portrait, None)) + units(&submitted);
        let mut left = MESSAGE_UNITS_MAX.saturating_sub(head + BODY_UNITS + EARLIER_UNITS);
        let mut marks: Vec<String> = Vec::new();
        for line in record.marks.iter().rev().map(|mark| self.mark(mark)) {
            let taken = units(&line) + 1;
            if taken > left {
                break;
            }
            left -= taken;
            marks.push(line);
        }
        let dropped = u64::try_from(record.marks.len() - marks.len()).unwrap_or(u64::MAX);
        let (body, is_cut) = body::within(self.catalog, item, left + BODY_UNITS);
        let mut lines = vec![self.around(&record.portrait, body), String::new(), submitted];
        let earlier = record.earlier.saturating_add(dropped);
        if earlier > 0 {
            let many = if earlier > 1 { "many" } else { "one" };
            let told = [("count", &*earlier.to_string()), ("many", many)];
            lines.push(self.catalog.get("record-earlier", &told));
        }
        lines.extend(marks.into_iter().rev());
        (Text::new(&lines.join("\n")), is_cut)
    }

    fn mark(&self, mark: &Mark) -> String {
        let (at, who) = (
            moment::time(self.catalog, mark.at, self.now, self.zone),
            self.who(&mark.by, mark.name.as_deref()),
        );
        let did = if mark.decision == Decision::Approve.code() { "did-approve" } else { "did-reject" };
        let did = self.catalog.get(did, &[]);
        let mut line = self.catalog.get("record-mark", &[("time", &at), ("who", &who), ("did", &did)]);
        if let Some(reason) = &mark.reason {
            line = format!("{line}: {reason}");
        }
        if let Some(number) = mark.number {
            line = format!("{line} (R{number})");
        }
        let back = mark.withdrawn_at.map(|at| moment::time(self.catalog, at, self.now, self.zone));
        back.map_or(line.clone(), |at| {
            let how = if mark.lapsed { "record-lapsed" } else { "record-withdrawn" };
            format!("{line} – {}", self.catalog.get(how, &[("time", &at)]))
        })
    }

    /// How many must say so; nothing of what is forbidden.
    fn who_decides(&self, rules: &Rules) -> Option<String> {
        let id = match (rules.forbid(Decision::Approve), rules.forbid(Decision::Reject), rules.quorum) {
            (true, true, _) => return None,
            (true, false, _) => "why-one-rejection",
            (false, true, 1) => "why-one-approval",
            (false, true, _) => "why-quorum-alone",
            (false, false, 1) => "why-one",
            (false, false, _) => "why-quorum",
        };
        Some(self.catalog.get(id, &[("need", &rules.quorum.to_string())]))
    }

    /// Each item of an operation on a line of its own, as many as fit into a message.
    pub(super) fn items(&self, number: i64, ids: &[ItemId], portraits: &[Portrait]) -> Text {
        let mut text = self.catalog.get("items-head", &[("number", &number.to_string())]);
        for (place, id) in ids.iter().enumerate() {
            let line = match portraits.iter().find(|portrait| portrait.item.id == *id) {
                Some(portrait) => self.line(portrait),
                None => self.catalog.get("items-missing", &[("id", &id.to_string())]),
            };
            if text.encode_utf16().count() + line.encode_utf16().count() > ITEMS_UNITS {
                let left = (ids.len() - place).to_string();
                text = format!("{text}\n{}", self.catalog.get("items-more", &[("count", &left)]));
                break;
            }
            text = format!("{text}\n{line}");
        }
        Text::new(&text)
    }

    /// Asks why an item is rejected.
    pub(super) fn ask_why(&self, portrait: &Portrait) -> Text {
        let item = &portrait.item;
        let (id, title) = (item.id.to_string(), short(&item.title));
        let ask = self.catalog.get("ask-why", &[("id", &id), ("title", &title)]);
        let next = match self.state(portrait).filter(|_| item.state != ItemState::Pending) {
            Some(state) => state,
            None if item.rules.reasons.is_empty() && item.rules.reason_required => {
                self.catalog.get("ask-why-reply", &[])
            }
            None => self.catalog.get("ask-why-buttons", &[]),
        };
        Text::new(&format!("{ask}\n{next}"))
    }

    /// Who decided what.
    pub(super) fn history(&self, view: &HistoryView<'_>) -> Text {
        if view.entries.is_empty() {
            return Text::new(&self.catalog.get("history-none", &[]));
        }
        let shown = usize::try_from(view.limit).unwrap_or(usize::MAX);
        let more = |before: Option<i64>| {
            let ask = Ask::History { whose: view.whose.clone(), since: view.since, before };
            self.catalog.get("history-more", &[("command", &command::written(&ask))])
        };
        // No number below is longer than the first.
        let mut left = MESSAGE_UNITS_MAX
            .saturating_sub(units(&more(view.entries.first().map(|entry| entry.number))) + 1);
        let fits = |line: &String| {
            let taken = units(line) + 1;
            let fits = taken <= left;
            left = left.saturating_sub(taken);
            fits
        };
        let entries = view.entries.iter().take(shown);
        let mut lines: Vec<String> = entries.map(|entry| self.entry(entry)).take_while(fits).collect();
        if view.entries.len() > lines.len() {
            let last = lines.len().checked_sub(1).and_then(|last| view.entries.get(last));
            lines.push(more(last.map(|entry| entry.number)));
        }
        Text::new(&lines.join("\n"))
    }

    fn entry(&self, entry: &Entry) -> String {
        let (at, who) = (
            moment::time(self.catalog, entry.at, self.now, self.zone),
            self.who(&entry.by, entry.name.as_deref()),
        );
        let number = entry.number.to_string();
        let did = self.did(entry);
        self.catalog.get("history-line", &[("number", &number), ("time", &at), ("who", &who), ("did", &did)])
    }

    fn did(&self, entry: &Entry) -> String {
        let outcome = &entry.outcome;
        if let Outcome::Appointed { person, after, kept: None, .. } = outcome {
            let who = role::who(self.catalog, *person, entry.about.as_deref());
            return match after {
                Some(role) => {
                    let role = role::with_article(self.catalog, *role);
                    self.catalog.get("did-appoint", &[("who", &who), ("role", &role)])
                }
                None => self.catalog.get("did-remove", &[("who", &who)]),
            };
        }
        let id = match outcome {
            Outcome::Decided { decision: Decision::Approve, .. } => "did-approve",
            Outcome::Decided { decision: Decision::Reject, .. } => "did-reject",
            Outcome::Undone { .. } => "did-undo",
            _ => return self.catalog.get("did-nothing", &[]),
        };
        let votes = outcome.awaiting().iter().map(|item| {
            let (id, have, need) = (item.id.to_string(), item.have.to_string(), item.need.to_string());
            (self.catalog.get("of", &[("item", &id), ("have", &have), ("need", &need)]), 1)
        });
        let items: Vec<(String, usize)> = each(outcome.done()).into_iter().chain(votes).collect();
        if items.is_empty() {
            return self.catalog.get("did-nothing", &[]);
        }
        let items = first_of(self.catalog, &items, HISTORY_ITEMS_CHARS);
        let did = format!("{} {items}", self.catalog.get(id, &[]));
        match outcome {
            Outcome::Decided { reason: Some(reason), .. } => format!("{did}: {}", short(reason.as_str())),
            _ => did,
        }
    }

    /// Why an item stands as it does, and which rules it is bound to, each with its key in the policy file.
    pub(super) fn rules(&self, portrait: &Portrait) -> Text {
        let item = &portrait.item;
        let rules = &item.rules;
        let state = self.state(portrait).unwrap_or_else(|| self.catalog.get("why-pending", &[]));
        let head = [("id", item.id.to_string()), ("kind", item.kind.clone()), ("state", state)];
        let head = head.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut lines = vec![self.catalog.get("why-head", &head)];
        lines.extend(self.who_decides(rules));
        let said = |id: &str| self.catalog.get(id, &[("client", &item.client)]);
        lines.extend((!rules.roles.are_all()).then(|| {
            let roles = role::deciders(self.catalog, &rules.roles);
            self.catalog.get("why-roles", &[("roles", &roles)])
        }));
        lines.extend((!rules.bulk).then(|| said("why-bulk")));
        lines.extend((!rules.allow_self).then(|| said("why-self")));
        lines.extend(rules.reason_required.then(|| said("why-reason")));
        for forbidden in &rules.forbidden {
            let id = match forbidden {
                Forbidden::Approve => "why-forbidden-approve",
                Forbidden::Reject => "why-forbidden-reject",
                Forbidden::Submit => continue,
            };
            lines.push(said(id));
        }
        if let Some(at) = item.expires_at.filter(|_| item.state == ItemState::Pending) {
            let policys = rules.expires_after_s.is_some_and(|after| {
                (at - item.created_at - TimeDelta::seconds(after.into())).abs() < TimeDelta::seconds(1)
            });
            let at = moment::time(self.catalog, at, self.now, self.zone);
            let id = if policys { "why-expires" } else { "why-expires-at" };
            lines.push(self.catalog.get(id, &[("time", &at), ("client", &item.client)]));
        }
        if let Some(seconds) = rules.remind_after_s.filter(|_| item.state == ItemState::Pending) {
            let span = moment::age(self.catalog, self.now - TimeDelta::seconds(seconds.into()), self.now);
            lines.push(self.catalog.get("why-remind", &[("span", &span)]));
        }
        if item.state == ItemState::Pending && rules.undo_window_s > 0 {
            let span = moment::span(self.catalog, rules.undo_window_s.into());
            lines.push(self.catalog.get("why-undo", &[("span", &span)]));
        }
        Text::new(&lines.join("\n"))
    }
}
