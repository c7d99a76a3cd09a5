//! Long polling, for where Telegram cannot reach us. The offset moves only after everything it confirms is committed
//! and every answer stands in the outbox, so that a kill loses nothing and doubles nothing.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::call::{CallError, Caller};
use super::contact;
use super::decode::decode;
use super::delivery::{Delivery, Verdict};
use super::door::Door;
use super::render::Reply;
use super::said::Event;
use super::state::State;
use crate::clock::Clock;
use crate::limits::{OPERATION_DEADLINE, UPDATES_MAX};

/// The updates the bot asks for.
pub(super) const ALLOWED_UPDATES: [&str; 4] =
    ["message", "edited_message", "callback_query", "my_chat_member"];
/// How long Telegram holds a poll open while there is nothing, in seconds.
const POLL_S: u64 = 30;
/// How much longer than that an answer may take.
pub(super) const POLL_GRACE: Duration = Duration::from_secs(10);
/// The pause before an update that could not be handled is tried again.
const AGAIN: Duration = Duration::from_millis(500);
/// The first and the longest pause after a poll that failed.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Why polling cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum PollingError {
    /// A webhook is set: polling would take its updates away.
    #[error(
        "this bot's updates go to a webhook ({0}). Set WEBHOOK_URL to serve it by webhook, or start with \
         --take-over to delete that webhook and poll"
    )]
    Webhook(String),
}

/// What polling needs.
pub struct Polling {
    /// The door the updates go through.
    pub door: Door,
    /// Calls Telegram.
    pub caller: Caller,
    /// Whether a webhook that is set is deleted.
    pub take_over: bool,
    /// Answers that need not arrive.
    pub asides: mpsc::Sender<Reply>,
}

impl Polling {
    /// Polls while the lease is held (`Some(epoch)`), until `stop` turns true; then what was handled is confirmed, so
    /// that a restart does not hear it again.
    ///
    /// # Errors
    /// [`PollingError::Webhook`] where a webhook is set and is not to be taken over.
    pub async fn run(
        self,
        state: State,
        mut lease: watch::Receiver<Option<i64>>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), PollingError> {
        let mut offset = None;
        let mut pause = PAUSES.0;
        let mut checked = false;
        while !*stop.borrow() {
            if lease.borrow_and_update().is_none() {
                (offset, checked) = (None, false);
                state.standby();
                tokio::select! {
                    changed = lease.changed() => if changed.is_err() { break },
                    _ = stop.wait_for(|stop| *stop) => {}
                }
                continue;
            }
            let began = Clock::stopwatch();
            let polled = tokio::select! {
                polled = self.poll(offset, &mut checked) => polled,
                // Another instance polls now.
                _ = lease.wait_for(Option::is_none) => continue,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            match polled {
                Ok(updates) => {
                    state.ready();
                    pause = PAUSES.0;
                    let before = offset;
                    if !updates.is_empty() {
                        self.reach("polling.fetched").await;
                    }
                    if self.handle(&updates, &stop).await {
                        self.reach("polling.handled").await;
                        offset = next_offset(&updates).or(offset);
                    }
                    // An answer that came at once and led nowhere would come again at once.
                    if began.elapsed() < PAUSES.0 && (updates.is_empty() || offset == before) {
                        sleep(PAUSES.0).await;
                    }
                }
                Err(Trouble::Webhook(url)) => return Err(PollingError::Webhook(url)),
                Err(Trouble::Call(error)) => {
                    let wait = if let CallError::Wait(wait) = error { wait } else { pause };
                    tracing::warn!(%error, pause_s = wait.as_secs(), "Telegram could not be polled");
                    state.failing(&format!("getUpdates: {error}"));
                    tokio::select! {
                        () = sleep(wait) => {}
                        _ = stop.wait_for(|stop| *stop) => {}
                    }
                    pause = (pause * 2).min(PAUSES.1);
                    checked = false;
                }
            }
        }
        if lease.borrow().is_some() {
            self.confirm(offset).await;
        }
        Ok(())
    }

    async fn reach(&self, point: &str) {
        // Nothing here can fail but the process.
        drop(self.door.app().points.reach(point).await);
    }

    async fn poll(&self, offset: Option<i64>, checked: &mut bool) -> Result<Vec<Box<RawValue>>, Trouble> {
        if !*checked {
            self.no_webhook().await?;
            *checked = true;
        }
        let deadline = Duration::from_secs(POLL_S) + POLL_GRACE;
        let result = self.caller.call("getUpdates", &arguments(offset, POLL_S), deadline).await?;
        serde_json::from_str(result.get())
            .map_err(|_| CallError::Passes("getUpdates gave no list".to_owned()).into())
    }

    /// With a webhook set getUpdates is refused; that hook may be production's.
    async fn no_webhook(&self) -> Result<(), Trouble> {
        let Some(url) = contact::webhook(&self.caller).await? else { return Ok(()) };
        if !self.take_over {
            return Err(Trouble::Webhook(url));
        }
        tracing::warn!(url, "deleting the webhook that was set, to poll instead");
        Ok(contact::delete_webhook(&self.caller).await?)
    }

    /// Handles a batch, the updates of one chat in order and those of different chats side by side; `false` where it
    /// was stopped before all of them were done, so that they have to come again.
    async fn handle(&self, updates: &[Box<RawValue>], stop: &watch::Receiver<bool>) -> bool {
        let mut lanes: HashMap<Option<i64>, Vec<&RawValue>> = HashMap::new();
        for update in updates {
            lanes.entry(lane(update)).or_default().push(update);
        }
        let mut done: FuturesUnordered<_> =
            lanes.into_values().map(|updates| self.handle_lane(updates, stop)).collect();
        let mut all = true;
        while let Some(handled) = done.next().await {
            all &= handled;
        }
        all
    }

    async fn handle_lane(&self, updates: Vec<&RawValue>, stop: &watch::Receiver<bool>) -> bool {
        for update in updates {
            loop {
                let delivery = self.door.deliver(update.get().as_bytes()).await;
                if !is_to_come_again(&delivery) {
                    if let Some(reply) = delivery.reply {
                        // When nobody can take it, it need not arrive.
                        drop(self.asides.try_send(reply));
                    }
                    break;
                }
                if *stop.borrow() {
                    return false;
                }
                sleep(AGAIN).await;
            }
        }
        true
    }

    async fn confirm(&self, offset: Option<i64>) {
        let Some(offset) = offset else { return };
        match self.caller.call("getUpdates", &arguments(Some(offset), 0), OPERATION_DEADLINE).await {
            Ok(_) => tracing::info!(offset, "what was handled is confirmed"),
            Err(error) => {
                tracing::warn!(%error, "what was handled could not be confirmed; it will be told as repeats");
            }
        }
    }
}

enum Trouble {
    Call(CallError),
    Webhook(String),
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

const fn is_to_come_again(delivery: &Delivery) -> bool {
    matches!(delivery.verdict, Verdict::Away | Verdict::Panicked)
}

fn arguments(offset: Option<i64>, timeout_s: u64) -> Value {
    let mut arguments =
        json!({ "timeout": timeout_s, "limit": UPDATES_MAX, "allowed_updates": ALLOWED_UPDATES });
    if let Some(offset) = offset {
        arguments["offset"] = json!(offset);
    }
    arguments
}

/// What is delivered in order: the messages of one chat, the presses of one person (TELEGRAM's own order).
fn lane(update: &RawValue) -> Option<i64> {
    match decode(update.get().as_bytes()).ok()?.event {
        Event::Message(said) | Event::Edited(said) => Some(said.chat.id),
        Event::Press(press) => Some(press.from.id),
        Event::Chat(_) | Event::Silent(_) => None,
    }
}

/// One above the last update, also where that is lower than before: after a quiet week the numbers start anew.
fn next_offset(updates: &[Box<RawValue>]) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct Numbered {
        update_id: i64,
    }
    let last = updates.last()?;
    let id = serde_json::from_str::<Numbered>(last.get()).ok()?.update_id;
    // What cannot be a number of an update moves nothing.
    u32::try_from(id).is_ok().then_some(id + 1)
}
