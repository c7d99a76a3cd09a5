//! What the handlers hand back: an answer, silence with its reason, or why there can be neither yet.

use super::render::Reply;
use crate::ledger::LedgerError;

/// What is done about an update.
#[derive(Debug)]
pub(super) enum Ruling {
    /// It is answered. `standing` is the receipt's, where an operation stands behind it: new, repeat or reused.
    Say { reply: Reply, standing: Option<&'static str> },
    /// Its answer is a row of the outbox already.
    Posted { standing: Option<&'static str> },
    /// It is passed over.
    Ignore(&'static str),
}

/// Why an update could not be handled.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The database gave no answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It is addressed to a bot by name, and Telegram has not told ours yet.
    #[error("the bot's own username is not known yet")]
    NameUnknown,
}

pub(super) type Ruled = Result<Ruling, Trouble>;
