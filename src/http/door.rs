//! What every endpoint is handed.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::auth::Tokens;
use crate::app::App;
use crate::limits::{WAITING_MAX, WAITING_TURNS};
use crate::settings::ApiToken;

/// Tells in a word or a line how things stand with Telegram.
pub type TelegramState = Arc<dyn Fn() -> String + Send + Sync>;

/// What every endpoint is handed.
pub(super) struct Door {
    pub(super) app: App,
    pub(super) tokens: Tokens,
    /// Seats for those who wait for decisions.
    pub(super) waiting: Semaphore,
    /// Turns to read the books for those: they wake all at once, and would take every connection from everybody else.
    pub(super) turns: Semaphore,
    telegram_state: TelegramState,
}

impl Door {
    pub(super) fn new(app: App, tokens: Vec<ApiToken>, telegram_state: TelegramState) -> Self {
        Self {
            app,
            tokens: Tokens::new(tokens),
            waiting: Semaphore::new(WAITING_MAX),
            turns: Semaphore::new(WAITING_TURNS),
            telegram_state,
        }
    }

    /// How things stand with Telegram, in a word or a line.
    pub(super) fn telegram(&self) -> String {
        (self.telegram_state)()
    }
}
