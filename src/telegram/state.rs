//! How the bot stands with Telegram, for `/readyz` and the log.

use std::sync::{Arc, PoisonError, RwLock};

/// How the bot stands with Telegram; cheap to clone, every clone tells the same.
#[derive(Clone, Debug, Default)]
pub struct State(Arc<RwLock<Standing>>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Standing {
    #[default]
    Connecting,
    Ready,
    Standby,
    Failing(String),
}

impl State {
    /// `connecting`, `ready`, `standby` (another instance polls) or `failing: …`; never a secret.
    #[must_use]
    pub fn as_str(&self) -> String {
        match &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            Standing::Connecting => "connecting".to_owned(),
            Standing::Ready => "ready".to_owned(),
            Standing::Standby => "standby".to_owned(),
            Standing::Failing(why) => format!("failing: {why}"),
        }
    }

    pub(super) fn ready(&self) {
        self.set(Standing::Ready);
    }

    pub(super) fn standby(&self) {
        self.set(Standing::Standby);
    }

    /// `why` must name no secret.
    pub(super) fn failing(&self, why: &str) {
        self.set(Standing::Failing(why.to_owned()));
    }

    fn set(&self, standing: Standing) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = standing;
    }
}
