//! The database and the clocks.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Report;
use crate::clock::Clock;
use crate::domain::role::Role;
use crate::ledger::migrate;
use crate::ledger::outbox::Depth;
use crate::ledger::probe::{self, Books, Probe};
use crate::settings::Settings;

/// Clocks may differ by this much, in seconds, before it is worth a word.
const CLOCK_DIFFERENCE_S: i64 = 5;
/// Findings of the audit that are shown.
const FINDINGS_SHOWN: usize = 5;

/// Looks at the database; gives the people who have a role by it.
pub(super) async fn check(report: &mut Report, settings: &Settings) -> BTreeMap<i64, Role> {
    let address = &settings.database.address;
    if let Some(trouble) = address.trouble() {
        report.fail("database", &format!("{address}: {trouble} (DATABASE_URL)"));
        return BTreeMap::new();
    }
    match probe::look(address).await {
        Err(error) => report.fail("database", &error.to_string()),
        Ok(Probe::NoFile) => {
            report.well("database", &format!("{address}, not there yet: countersign serve makes it"));
        }
        Ok(Probe::There { missing_steps, time, books }) => {
            schema(report, &address.to_string(), missing_steps);
            clock(report, "the database's clock", time);
            books.iter().for_each(|books| read(report, books));
            return books.map(|books| books.roster.appointed()).unwrap_or_default();
        }
    }
    BTreeMap::new()
}

fn schema(report: &mut Report, address: &str, missing_steps: usize) {
    if missing_steps == 0 {
        report.well("database", &format!("{address}, its schema is at {}", migrate::head()));
    } else {
        let mend = "countersign serve applies them, or countersign migrate up";
        report.warn("database", &format!("{address}, {missing_steps} steps are missing: {mend}"));
    }
}

/// Whether this machine's clock and another agree.
pub(super) fn clock(report: &mut Report, whose: &str, time: DateTime<Utc>) {
    let difference_s = (Clock::machine().now() - time).num_seconds();
    if difference_s.abs() <= CLOCK_DIFFERENCE_S {
        report.well("clock", &format!("within {CLOCK_DIFFERENCE_S} s of {whose}"));
    } else {
        report.warn("clock", &format!("{difference_s} s off {whose}: set the machine's time (NTP)"));
    }
}

fn read(report: &mut Report, books: &Books) {
    if books.findings.is_empty() {
        report.well("books", "each key has its operation, each operation its effects and its answer");
    }
    books.findings.iter().take(FINDINGS_SHOWN).for_each(|finding| report.fail("books", finding));
    if books.findings.len() > FINDINGS_SHOWN {
        report.fail("books", &format!("and {} more", books.findings.len() - FINDINGS_SHOWN));
    }
    match books.outbox {
        Depth { waiting, failed: 0 } => report.well("outbox", &format!("{waiting} wait to be sent")),
        Depth { waiting, failed } => report.warn(
            "outbox",
            &format!(
                "{waiting} wait to be sent, {failed} failed: countersign outbox list, then retry or drop"
            ),
        ),
    }
    match books.deliveries {
        Depth { waiting, failed: 0 } => report.well("webhooks", &format!("{waiting} wait to be told")),
        Depth { waiting, failed } => report.warn(
            "webhooks",
            &format!(
                "{waiting} wait to be told, {failed} failed: countersign webhooks list, then retry or drop"
            ),
        ),
    }
    for (name, since) in &books.gone {
        let since = since.format("%F");
        report.warn("webhooks", &format!("{name} is gone since {since}: countersign webhooks enable {name}"));
    }
    for (chat, state) in &books.lost_chats {
        report.warn("chat", &lost(*chat, state));
    }
}

/// Why nothing can be said in a chat, and what would help.
fn lost(chat: i64, state: &str) -> String {
    match state {
        "blocked" => format!("{chat} blocked the bot, or never pressed Start in its chat: let them press it"),
        "removed" => format!("the bot was removed from {chat}: add it again, or take it out of REVIEW_CHATS"),
        "moved" => format!("{chat} became a supergroup with another number: change REVIEW_CHATS"),
        other => format!("{chat} cannot be written to: {other}"),
    }
}
