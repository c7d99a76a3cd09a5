//! The admins and the review chats: can the bot reach them?

use teloxide::Bot;
use teloxide::prelude::Requester;
use teloxide::types::{ChatId, Me};

use super::{Report, link};
use crate::settings::Telegram;
use crate::telegram::api::Fault;

pub(super) async fn check(report: &mut Report, telegram: &Telegram, bot: &Bot, me: &Me) {
    nobody(report, telegram);
    for id in &telegram.admin_ids {
        match bot.get_chat(ChatId(*id)).await {
            Ok(chat) => report.well("admin", &format!("{id} is {}", chat.first_name().unwrap_or("there"))),
            Err(error) if Fault::of(&error) == Fault::Refused => {
                report.warn("admin", &format!("{id} has not pressed Start: let them open {}", link(me)))
            }
            Err(_) => report.warn("admin", &format!("{id} could not be asked about now: try again")),
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

/// Without Telegram only their number can be told.
pub(super) fn unchecked(report: &mut Report, telegram: &Telegram) {
    nobody(report, telegram);
    if !telegram.admin_ids.is_empty() {
        report.warn(
            "admins",
            &format!("{} in ADMIN_IDS, not checked without Telegram", telegram.admin_ids.len()),
        );
    }
}

fn nobody(report: &mut Report, telegram: &Telegram) {
    if telegram.admin_ids.is_empty() {
        report.fail("admins", "ADMIN_IDS is empty, so nobody may decide: send /whoami to the bot and set it");
    }
}
