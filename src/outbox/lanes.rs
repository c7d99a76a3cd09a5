//! Work on its way, at most one thing a chat at a time, so that no chat holds up another.

use std::collections::HashSet;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::limits::{SENDING_MAX, SHUTDOWN_SENDING};

/// What is on its way.
#[derive(Default)]
pub(super) struct Lanes {
    tasks: JoinSet<i64>,
    chats: HashSet<i64>,
}

impl Lanes {
    /// Whether nothing more may start.
    pub(super) fn is_full(&self) -> bool {
        self.tasks.len() >= SENDING_MAX
    }

    /// Whether something is on its way to this chat.
    pub(super) fn is_busy(&self, chat: i64) -> bool {
        self.chats.contains(&chat)
    }

    /// Starts work for a chat.
    pub(super) fn start(&mut self, chat: i64, work: impl Future<Output = ()> + Send + 'static) {
        self.chats.insert(chat);
        self.tasks.spawn(async move {
            work.await;
            chat
        });
    }

    /// Waits until something has ended; for ever where nothing is on its way.
    pub(super) async fn ended(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok(chat)) => drop(self.chats.remove(&chat)),
            // A task that panicked told no chat.
            Some(Err(_)) if self.tasks.is_empty() => self.chats.clear(),
            Some(Err(_)) => {}
            None => std::future::pending().await,
        }
    }

    /// Gives what is on its way a little time to arrive; `false` where some did not.
    pub(super) async fn rest(&mut self) -> bool {
        let arrive = async { while self.tasks.join_next().await.is_some() {} };
        timeout(SHUTDOWN_SENDING, arrive).await.is_ok()
    }
}

/// How many rows to look at: chats on the way may hold the first places.
pub(super) const WANTED: u64 = SENDING_MAX as u64 * 2;
