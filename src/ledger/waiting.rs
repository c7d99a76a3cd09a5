//! Those who wait for decisions to be final. What this instance releases wakes them at once; for what others release one
//! task looks at the log, four times a second and only while somebody waits, however many that are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::entity::decision_log;
use super::{Ledger, LedgerError, in_time, log};
use crate::domain::ids::ItemId;
use crate::limits::WAIT_LOOK;

/// Decisions that one look takes in.
const LOOK_ROWS: u64 = 1000;

/// Everybody who waits.
#[derive(Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
    /// Told when the first begins to wait.
    somebody: Notify,
}

#[derive(Default)]
struct State {
    /// By item: what wakes them, and how many they are.
    items: HashMap<ItemId, (Arc<Notify>, usize)>,
    looks: u64,
    over: bool,
}

/// A place among those who wait for an item; it is free again once this is dropped.
pub struct Place {
    waiting: Arc<Waiting>,
    item: ItemId,
    wake: Arc<Notify>,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_empty(&self) -> bool {
        self.lock().items.is_empty()
    }

    /// Wakes those who wait for one of these items.
    pub(super) fn wake(&self, items: impl IntoIterator<Item = ItemId>) {
        let state = self.lock();
        items
            .into_iter()
            .filter_map(|item| state.items.get(&item))
            .for_each(|(wake, _)| wake.notify_waiters());
    }

    fn wake_all(&self) {
        self.lock().items.values().for_each(|(wake, _)| wake.notify_waiters());
    }
}

impl Place {
    /// Ends when the item's decision may have become final, or nothing is to be waited for any more. What is looked at after
    /// this was called, and before it ended, cannot have been missed.
    pub fn woken(&self) -> impl Future<Output = ()> + '_ {
        let woken = self.wake.notified();
        let over = self.waiting.lock().over;
        async move {
            if !over {
                woken.await;
            }
        }
    }

    /// Whether the program is about to end: whoever waits is answered now.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.waiting.lock().over
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.waiting.lock();
        if let Some((_, waiting)) = state.items.get_mut(&self.item) {
            *waiting -= 1;
            if *waiting == 0 {
                state.items.remove(&self.item);
            }
        }
    }
}

impl Ledger {
    /// Takes a place among those who wait for an item's decision to be final.
    #[must_use]
    pub fn wait_for(&self, item: ItemId) -> Place {
        let waiting = &self.shared.waiting;
        let mut state = waiting.lock();
        let (wake, count) = state.items.entry(item).or_default();
        *count += 1;
        let wake = wake.clone();
        drop(state);
        waiting.somebody.notify_one();
        Place { waiting: waiting.clone(), item, wake }
    }

    /// How many wait, and how often the log was looked at for them.
    #[must_use]
    pub fn waits(&self) -> (usize, u64) {
        let state = self.shared.waiting.lock();
        (state.items.values().map(|(_, count)| count).sum(), state.looks)
    }

    /// Lets all go who wait: the program is about to end.
    pub fn end_waits(&self) {
        self.shared.waiting.lock().over = true;
        self.shared.waiting.wake_all();
    }
}

/// Looks at the log for those who wait.
pub(super) async fn look(waiting: Arc<Waiting>, readers: DatabaseConnection) {
    loop {
        waiting.somebody.notified().await;
        let mut seen = None;
        while !waiting.is_empty() {
            match in_time(look_once(&waiting, &readers, seen)).await {
                Ok(number) => seen = Some(number),
                Err(error) => tracing::warn!(%error, "the log could not be looked at for those who wait"),
            }
            sleep(WAIT_LOOK).await;
        }
    }
}

/// Wakes those who wait for what was released after `seen`; gives the number up to which it has looked.
async fn look_once(
    waiting: &Waiting,
    readers: &DatabaseConnection,
    seen: Option<i64>,
) -> Result<i64, LedgerError> {
    waiting.lock().looks += 1;
    let Some(mut seen) = seen else {
        // Whoever has begun to wait before this look began may have missed something: they look for themselves.
        let end = log::head(readers).await?.number;
        waiting.wake_all();
        return Ok(end);
    };
    loop {
        let rows: Vec<(i64, i64)> = decision_log::Entity::find()
            .select_only()
            .columns([decision_log::Column::Number, decision_log::Column::ItemId])
            .filter(decision_log::Column::Number.gt(seen))
            .order_by_asc(decision_log::Column::Number)
            .limit(LOOK_ROWS)
            .into_tuple()
            .all(readers)
            .await?;
        let Some((last, _)) = rows.last() else { return Ok(seen) };
        seen = *last;
        waiting.wake(rows.iter().map(|(_, item)| ItemId::stored(*item)));
    }
}
