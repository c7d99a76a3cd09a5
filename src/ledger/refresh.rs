//! What the ledger reads again by itself: the copies of people and chats in memory, and which server answers.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use tokio::task::JoinHandle;

use super::in_time;
use super::shared::Shared;
use crate::limits::PEOPLE_REFRESH;

/// A task that only reads: it ends with the ledger.
pub(super) struct Task(JoinHandle<()>);

impl Task {
    pub(super) fn start(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    pub(super) fn end(&self) {
        self.0.abort();
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.end();
    }
}

/// Keeps the copies fresh; of an instance that `decides` it says when another was started with other `ADMIN_IDS`.
pub(super) async fn run(shared: Arc<Shared>, readers: DatabaseConnection, decides: bool) {
    let mut was_same = true;
    loop {
        tokio::time::sleep(PEOPLE_REFRESH).await;
        let read = async {
            if shared.books.look(&readers).await? {
                tracing::warn!(
                    "another database server answers than before; memory is told no more of what was answered"
                );
            }
            shared.people.refresh(&readers).await?;
            Ok(shared.chats.refresh(&readers, shared.clock.now()).await?)
        };
        // A connection that fell silent must not hold it up for good.
        if let Err(error) = in_time(read).await {
            tracing::warn!(%error, "people and chats could not be read again; the copies stay as they were");
        }
        let is_same = !decides || shared.people.listed() == shared.rulebook.admins;
        if was_same && !is_same {
            tracing::warn!(
                "another instance was started with other ADMIN_IDS, which hold now; give all of them the same"
            );
        }
        was_same = is_same;
    }
}
