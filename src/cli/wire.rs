//! From settings to what the doors share.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::App;
use crate::clock::Clock;
use crate::domain::place::Place;
use crate::domain::world::Rulebook;
use crate::ledger::{Ledger, OpenError, Options};
use crate::points::Points;
use crate::settings::Settings;
use crate::text::Words;

/// Opens the books and gathers what the doors share.
pub(super) async fn app(settings: &Settings) -> Result<App, OpenError> {
    let clock = Clock::machine();
    let admins: BTreeSet<i64> = settings.telegram.admin_ids.iter().copied().collect();
    let points = settings.points.as_deref().map(Points::parse).unwrap_or_default();
    let options = Options {
        clock: clock.clone(),
        rulebook: Rulebook {
            admins: admins.clone(),
            bulk_limit: settings.rules.bulk_limit,
            kinds: settings.rules.policy.kinds.clone(),
            others: settings.rules.policy.others.clone(),
        },
        key_retention: settings.rules.key_retention,
        announce: announce(settings),
        points: points.clone(),
    };
    Ok(App {
        ledger: Ledger::open(&settings.database.address, options).await?,
        clock,
        words: Words::new(settings.rules.time_zone).in_language(settings.rules.language),
        admins: Arc::new(admins),
        review_chats: Arc::new(settings.telegram.review_chats.iter().map(|(chat, _)| *chat).collect()),
        key_retention: settings.rules.key_retention,
        points,
    })
}

/// Where new items are shown: in the review chats, or to each admin where there are none.
fn announce(settings: &Settings) -> Vec<Place> {
    let telegram = &settings.telegram;
    let place = |chat, topic| Place { chat, topic, message: None };
    if telegram.review_chats.is_empty() {
        return telegram.admin_ids.iter().map(|admin| place(*admin, None)).collect();
    }
    telegram.review_chats.iter().map(|(chat, topic)| place(*chat, *topic)).collect()
}
