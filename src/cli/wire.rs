//! From settings to what the doors share.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::App;
use crate::clock::Clock;
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
            undo_window_s: settings.rules.undo_window_s,
        },
        key_retention: settings.rules.key_retention,
        points: points.clone(),
    };
    Ok(App {
        ledger: Ledger::open(&settings.database.address, options).await?,
        clock,
        words: Words::new(settings.rules.time_zone),
        admins: Arc::new(admins),
        review_chats: Arc::new(settings.telegram.review_chats.iter().copied().collect()),
        key_retention: settings.rules.key_retention,
        points,
    })
}
