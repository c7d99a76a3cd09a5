//! How answers leave the door: to whoever brought the update, in the webhook's response, or by the outbox.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::render::Reply;
use crate::domain::operation::Answered;
use crate::outbox::Pace;

/// How answers leave the door.
#[derive(Clone, Debug)]
pub enum Answering {
    /// Whoever brought the update takes the answer: `demo`, `feed`.
    Direct,
    /// In the webhook's response, while the chat has budget; by the outbox otherwise.
    Ride(Arc<Pace>),
    /// By the outbox. Lines to strangers and to presses go here, best effort, and never to the database.
    Post(mpsc::Sender<Reply>),
}

impl Answering {
    /// How an operation's answer is to leave.
    pub(super) const fn wanted(&self) -> Answered {
        match self {
            Self::Direct => Answered::None,
            Self::Ride(_) => Answered::Rode,
            Self::Post(_) => Answered::Outbox,
        }
    }
}
