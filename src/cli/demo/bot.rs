//! The demo's bot: the same router, ledger and texts as behind the webhook, on a file in a temporary folder.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::Failure;
use crate::clock::Clock;
use crate::domain::world::Rulebook;
use crate::ledger::connect::Address;
use crate::ledger::{Announce, Ledger, Options};
use crate::points::Points;
use crate::telegram::{Answering, Door};
use crate::text::Words;

/// The visitor, who is an admin.
const VISITOR: i64 = 111;
const BOT: i64 = 1;
/// Long enough to type.
const UNDO_WINDOW_S: u32 = 60;

/// Opens the bot on this file.
pub(super) async fn open(database: &Path, points: Points) -> Result<(App, Door), Failure> {
    let url = format!("sqlite://{}?mode=rwc", database.display());
    let address = Address::parse(&url).map_err(|error| Failure::Told(error.to_string()))?;
    let (clock, admins) = (Clock::machine(), BTreeSet::from([VISITOR]));
    let key_retention = TimeDelta::days(7);
    let rulebook = Rulebook::new(admins, 100, UNDO_WINDOW_S);
    let options = Options {
        clock: clock.clone(),
        rulebook,
        key_retention,
        announce: Announce::Places(Vec::new()),
        points: points.clone(),
    };
    let app = App {
        ledger: Ledger::open(&address, options).await?,
        clock,
        words: Words::new(Tz::UTC),
        review_chats: Arc::default(),
        key_retention,
        points,
    };
    let door = Door::new(app.clone(), BOT, Some("demo_bot".to_owned()), Answering::Direct);
    Ok((app, door))
}

/// What Telegram would deliver when the visitor sends `text`.
pub(super) fn update(number: u32, text: &str, app: &App) -> Value {
    json!({
        "update_id": number,
        "message": {
            "message_id": number,
            "date": app.clock.now().timestamp(),
            "chat": { "id": VISITOR, "type": "private", "first_name": "Lee" },
            "from": { "id": VISITOR, "is_bot": false, "first_name": "Lee", "username": "lee" },
            "text": text,
        }
    })
}
