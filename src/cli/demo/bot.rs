//! The demo's bot: the same router, ledger, outbox and texts as behind the webhook, on a file in a temporary folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;

use super::updates::VISITOR;
use crate::app::App;
use crate::cli::Failure;
use crate::clock::Clock;
use crate::domain::reason::Reason;
use crate::domain::rules::Rules;
use crate::domain::world::Rulebook;
use crate::domain::zone::Zone;
use crate::ledger::connect::Address;
use crate::ledger::{Announce, Ledger, Options};
use crate::points::Points;
use crate::telegram::{Answering, Door};
use crate::text::Words;

const BOT: i64 = 1;
/// Long enough to type.
const UNDO_WINDOW_S: u32 = 60;
/// A kind of items whose rejection asks for a reason.
const ASKED_KIND: &str = "purchase";
const REASONS: [&str; 2] = ["Too expensive", "Not this year"];

/// Opens the bot on this file.
pub(super) async fn open(database: &Path, points: Points) -> Result<(App, Door), Failure> {
    let url = format!("sqlite://{}?mode=rwc", database.display());
    let address = Address::parse(&url).map_err(|error| Failure::Told(error.to_string()))?;
    let (clock, key_retention) = (Clock::machine(), TimeDelta::days(7));
    let options = Options {
        clock: clock.clone(),
        rulebook: rulebook(),
        key_retention,
        announce: Announce::Privately,
        points: points.clone(),
    };
    let app = App {
        ledger: Ledger::open(&address, options).await?,
        clock,
        words: Words::new(Zone::UTC),
        review_chats: Arc::default(),
        key_retention,
        points,
    };
    let door = Door::new(app.clone(), BOT, Some("demo_bot".to_owned()), Answering::Direct);
    Ok((app, door))
}

fn rulebook() -> Rulebook {
    let reasons = REASONS.iter().filter_map(|reason| Reason::new(reason).ok()).collect();
    let asked = Rules { undo_window_s: UNDO_WINDOW_S, reasons, reason_required: true, ..Rules::default() };
    Rulebook {
        kinds: BTreeMap::from([(ASKED_KIND.to_owned(), asked)]),
        ..Rulebook::new(BTreeSet::from([VISITOR]), 100, UNDO_WINDOW_S)
    }
}
