//! From settings to what the doors share.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Failure;
use crate::app::App;
use crate::clock::Clock;
use crate::domain::place::Place;
use crate::domain::world::Rulebook;
use crate::ledger::{Announce, Ledger, LedgerError, OpenError, Options, probe};
use crate::points::Points;
use crate::settings::Settings;
use crate::text::Words;

/// Opens the books for the doors that people come by, and gathers what the doors share. Which clients may decide stays as it
/// stands in the books.
pub(super) async fn app(settings: &Settings) -> Result<App, OpenError> {
    let (options, app) = parts(settings);
    Ok(app(Ledger::open(&settings.database.address, options).await?))
}

/// Opens the books for all doors.
pub(super) async fn serving(settings: &Settings) -> Result<App, OpenError> {
    let (mut options, app) = parts(settings);
    let deciding = settings.http.api_tokens.iter().filter(|token| token.may_decide);
    options.rulebook.clients = Some(deciding.map(|token| token.client.clone()).collect());
    Ok(app(Ledger::open(&settings.database.address, options).await?))
}

fn parts(settings: &Settings) -> (Options, impl FnOnce(Ledger) -> App) {
    let clock = Clock::machine();
    let admins: BTreeSet<i64> = settings.telegram.admin_ids.iter().copied().collect();
    let points = settings.points.as_deref().map(Points::parse).unwrap_or_default();
    let options = Options {
        clock: clock.clone(),
        rulebook: Rulebook {
            admins,
            clients: None,
            bulk_limit: settings.rules.bulk_limit,
            kinds: settings.rules.policy.kinds.clone(),
            others: settings.rules.policy.others.clone(),
            receivers: settings.webhooks.names(),
        },
        key_retention: settings.rules.key_retention,
        announce: announce(settings),
        points: points.clone(),
    };
    let app = move |ledger| App {
        ledger,
        clock,
        words: Words::new(settings.rules.time_zone.clone()).in_language(settings.rules.language),
        review_chats: Arc::new(settings.telegram.review_chats.iter().map(|(chat, _)| *chat).collect()),
        key_retention: settings.rules.key_retention,
        points,
    };
    (options, app)
}

/// Opens the books for a change beside the instances that run, and closes them. Where there are none, a wrong address makes
/// none.
pub(super) async fn in_books<T>(
    settings: &Settings,
    change: impl AsyncFnOnce(&Ledger) -> Result<T, LedgerError>,
) -> Result<T, Failure> {
    let address = &settings.database.address;
    if !probe::has_books(address).await? {
        return Err(Failure::NoBooks(address.clone()));
    }
    let (options, _) = parts(settings);
    let ledger = Ledger::open_beside(address, options).await?;
    let changed = change(&ledger).await;
    ledger.close().await;
    Ok(changed?)
}

/// Where new items are shown: in the review chats, or to each who may decide where there are none.
fn announce(settings: &Settings) -> Announce {
    let chats = &settings.telegram.review_chats;
    if chats.is_empty() {
        return Announce::Privately;
    }
    let place = |(chat, topic): &(i64, Option<i64>)| Place { chat: *chat, topic: *topic, message: None };
    Announce::Places(chats.iter().map(place).collect())
}
