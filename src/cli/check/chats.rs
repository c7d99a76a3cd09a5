//! The people with a role and the review chats: can the bot reach them?

use std::collections::BTreeMap;

use teloxide::Bot;
use teloxide::prelude::Requester;
use teloxide::types::{ChatId, Me};

use super::{Report, link};
use crate::domain::role::Role;
use crate::settings::Telegram;
use crate::telegram::api::Fault;

/// Who has which role: the people of `ADMIN_IDS`, and those on record besides them.
pub(super) struct People {
    listed: Vec<i64>,
    on_record: BTreeMap<i64, Role>,
}

impl People {
    pub(super) fn of(telegram: &Telegram, mut on_record: BTreeMap<i64, Role>) -> Self {
        let listed = telegram.admin_ids.clone();
        on_record.retain(|person, _| !listed.contains(person));
        Self { listed, on_record }
    }

    fn all(&self) -> impl Iterator<Item = (i64, Role, &'static str)> {
        let listed = self.listed.iter().map(|person| (*person, Role::Owner, " (ADMIN_IDS)"));
        listed.chain(self.on_record.iter().map(|(person, role)| (*person, *role, "")))
    }
}

pub(super) async fn check(report: &mut Report, telegram: &Telegram, people: &People, (bot, me): (&Bot, &Me)) {
    nobody(report, people);
    for (person, role, whence) in people.all() {
        let (what, who) = (role.code(), format!("{person}{whence}"));
        match bot.get_chat(ChatId(person)).await {
            Ok(chat) => report.well(what, &format!("{who} is {}", chat.first_name().unwrap_or("there"))),
            Err(error) if Fault::of(&error) == Fault::Refused => {
                report.warn(what, &format!("{who} has not pressed Start: let them open {}", link(me)))
            }
            Err(_) => report.warn(what, &format!("{who} could not be asked about now: try again")),
        }
    }
    for (id, _) in &telegram.review_chats {
        match bot.get_chat(ChatId(*id)).await {
            Ok(chat) => report.well("review chat", &format!("{id} is {}", chat.title().unwrap_or("there"))),
            Err(error) if Fault::of(&error) == Fault::Refused => report
                .warn("review chat", &format!("{id} cannot be seen: add @{} to that group", me.username())),
            Err(_) => report.warn("review chat", &format!("{id} could not be asked about now: try again")),
        }
    }
}

/// Without Telegram only who they are can be told.
pub(super) fn unchecked(report: &mut Report, people: &People) {
    nobody(report, people);
    for (person, role, whence) in people.all() {
        report.warn(role.code(), &format!("{person}{whence}, not checked without Telegram"));
    }
}

fn nobody(report: &mut Report, people: &People) {
    if people.all().all(|(_, role, _)| role != Role::Owner) {
        let mend = "send /whoami to the bot and set it";
        report.fail(
            "admins",
            &format!("ADMIN_IDS is empty and nobody is an owner, so nobody says who may: {mend}"),
        );
    }
}
