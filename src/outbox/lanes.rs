//! Work on its way, at most one thing a chat at a time, so that no chat holds up another.

use std::collections::HashMap;

use tokio::task::{Id, JoinSet};
use tokio::time::timeout;

use crate::limits::{SENDING_MAX, SHUTDOWN_SENDING};

/// What is on its way.
#[derive(Default)]
pub(super) struct Lanes {
    tasks: JoinSet<()>,
    chats: HashMap<Id, i64>,
}

impl Lanes {
    /// Whether nothing more may start.
    pub(super) fn is_full(&self) -> bool {
        self.tasks.len() >= SENDING_MAX
    }

    /// Whether something is on its way to this chat.
    pub(super) fn is_busy(&self, chat: i64) -> bool {
        self.chats.values().any(|busy| *busy == chat)
    }

    /// Starts work for a chat.
    pub(super) fn start(&mut self, chat: i64, work: impl Future<Output = ()> + Send + 'static) {
        self.chats.insert(self.tasks.spawn(work).id(), chat);
    }

    /// Waits until something has ended, well or by a panic; for ever where nothing is on its way.
    pub(super) async fn ended(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => error.id(),
            None => return std::future::pending().await,
        };
        self.chats.remove(&id);
    }

    /// Gives what is on its way a little time to arrive; `false` where some did not.
    pub(super) async fn rest(&mut self) -> bool {
        let arrive = async { while self.tasks.join_next().await.is_some() {} };
        timeout(SHUTDOWN_SENDING, arrive).await.is_ok()
    }
}

/// How many rows to look at: chats on the way may hold the first places.
pub(super) const WANTED: u64 = SENDING_MAX as u64 * 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_frees_its_chat_while_others_go_on() {
        let mut lanes = Lanes::default();
        lanes.start(1, std::future::pending());
        lanes.start(2, async { panic!("as a handler may") });
        lanes.ended().await;
        assert!(lanes.is_busy(1) && !lanes.is_busy(2));
    }
}
