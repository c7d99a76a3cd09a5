//! The whole way of one update, from its bytes to its answer. Whatever happens on it, it ends in a [`Delivery`].

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tracing::Instrument;

use super::answering::Answering;
use super::chats;
use super::claim::Claim;
use super::decode::{Undecodable, decode};
use super::delivery::{Delivery, Verdict};
use super::desk::Desk;
use super::identity::{self, Speaker};
use super::render::Reply;
use super::retold::Left;
use super::router::{self, Given, Tree};
use super::ruling::{Ruled, Ruling, Trouble};
use super::said::{Event, Received};
use super::verb;
use crate::app::App;
use crate::clock::Clock;
use crate::domain::receipt::Standing;
use crate::ledger::LedgerError;
use crate::limits::PANICS_MAX;
use crate::telemetry::{REQUESTS, metrics, micros};
use crate::text::Phrase;

/// The door for Telegram's updates; cheap to clone.
#[derive(Clone)]
pub struct Door {
    desk: Arc<Desk>,
    tree: Arc<Tree>,
}

/// Verdict, standing and answer of a [`Delivery`].
type Settled = (Verdict, Option<&'static str>, Option<Reply>);

impl Door {
    /// The door of the bot `bot_id`. `username` is what Telegram told last, if anything.
    #[must_use]
    pub fn new(app: App, bot_id: i64, username: Option<String>, answering: Answering) -> Self {
        let desk = Desk::new(app, bot_id, username, answering);
        Self { desk: Arc::new(desk), tree: Arc::new(router::tree()) }
    }

    /// Takes the bot's username, by which groups address it, from Telegram.
    pub fn set_username(&self, name: String) {
        self.desk.set_username(name);
    }

    /// The bot's own id: the first part of its keys.
    #[must_use]
    pub fn bot_id(&self) -> i64 {
        self.desk.bot_id
    }

    /// What the doors share.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.desk.app
    }

    /// Takes one update all the way. Never panics; dropped before its end, it leaves nothing half done, and the same
    /// body may come again.
    pub async fn deliver(&self, body: &[u8]) -> Delivery {
        let stopwatch = Clock::stopwatch();
        let left = std::panic::catch_unwind(AssertUnwindSafe(|| self.desk.retell(body)));
        if let Ok(Some(left)) = left {
            return retold(&left, stopwatch.elapsed());
        }
        let decoded = std::panic::catch_unwind(|| decode(body))
            .unwrap_or_else(|_| Err(Undecodable::Update("the decoder panicked".to_owned())));
        let received = match decoded {
            Ok(received) => Arc::new(received),
            Err(error) => {
                tracing::warn!(%error, bytes = body.len(), "an update cannot be read and was let go");
                let (update_id, verdict) = (error.update_id().map(i64::from), Verdict::Unreadable);
                let took = stopwatch.elapsed();
                tracing::info_span!("update", update_id).in_scope(|| handled(verdict.code(), None, took));
                return Delivery { update_id, verdict, standing: None, reply: None, took };
            }
        };
        let update_id = received.update_id;
        let span = span(&received);
        let (verdict, standing, reply) = self.settle(&received, body).instrument(span.clone()).await;
        let took = stopwatch.elapsed();
        let result = standing.unwrap_or_else(|| verdict.code());
        let why = if let Verdict::Ignored(why) = verdict { Some(why) } else { None };
        span.in_scope(|| handled(result, why, took));
        Delivery { update_id: Some(i64::from(update_id)), verdict, standing, reply, took }
    }

    /// Handles an update and turns whatever went wrong into a verdict.
    async fn settle(&self, received: &Arc<Received>, body: &[u8]) -> Settled {
        let ruled = AssertUnwindSafe(self.handle(received.clone(), body)).catch_unwind().await;
        match ruled {
            Ok(Ok(Ruling::Say { reply, standing })) => (Verdict::Handled, standing, Some(reply)),
            Ok(Ok(Ruling::Posted { standing })) => (Verdict::Handled, standing, None),
            Ok(Ok(Ruling::Ignore(why))) => (Verdict::Ignored(why), None, None),
            Ok(Err(trouble @ (Trouble::Ledger(LedgerError::Away(_)) | Trouble::NameUnknown))) => {
                tracing::warn!(%trouble, "an update has to come again later");
                (Verdict::Away, None, None)
            }
            Ok(Err(trouble @ Trouble::Ledger(_))) => self.failed(received, &trouble.to_string()),
            Err(_) => self.failed(received, "a handler panicked"),
        }
    }

    async fn handle(&self, received: Arc<Received>, body: &[u8]) -> Ruled {
        if let Event::Chat(news) = received.event {
            return chats::news(&self.desk, received.update_id, news).await;
        }
        let speaker = self.speaker(&received.event);
        if let Speaker::Nobody(why) = speaker {
            return Ok(Ruling::Ignore(why));
        }
        let claim = Claim::of(&received, speaker, self.desk.bot_id);
        if let (Some(claim), Event::Message(said), Speaker::Known(person)) =
            (&claim, &received.event, speaker)
        {
            // The commit under this key and scope proved sender and meaning: no router, no database.
            // Asked for before the receipt: another database may answer from here on.
            let circumstances = self.desk.circumstances(said, self.desk.app.clock.now());
            if let Some(receipt) = self.desk.app.recall_cached(&claim.key, &claim.scope) {
                let ruling = self.desk.tell(said, person, &receipt);
                let ruled = self.depart(received.update_id, Some(claim), speaker, ruling).await;
                if let Ok(Ruling::Say { reply, .. }) = &ruled {
                    self.desk.retold.keep(body, (&received, person), &receipt, circumstances, reply);
                }
                return ruled;
            }
        }
        let desk = self.desk.clone();
        let update_id = received.update_id;
        let claimed = claim.clone();
        let ruling = router::route(&self.tree, Given { desk, received, speaker, claim }).await?;
        self.depart(update_id, claimed.as_ref(), speaker, ruling).await
    }

    /// Lets the answer leave the way it can leave now.
    async fn depart(&self, update_id: u32, claim: Option<&Claim>, speaker: Speaker, ruling: Ruling) -> Ruled {
        let Ruling::Say { reply, standing } = ruling else { return Ok(ruling) };
        let purpose = self.desk.purpose(update_id, claim, standing);
        let left = self.desk.leave(&purpose, speaker, reply, standing.is_some()).await?;
        // A ride that is refused is lost unseen: times ride once the server is known to take them.
        let may_hold_times = self.desk.app.words.times().are_taken();
        let left = left.map(|reply| if may_hold_times { reply } else { reply.plain() });
        Ok(left.map_or(Ruling::Posted { standing }, |reply| Ruling::Say { reply, standing }))
    }

    /// The same update failing for the third time would fail for a day and hold its chat up: it is answered and let go.
    fn failed(&self, received: &Received, why: &str) -> Settled {
        let times = self.desk.memory.failed_again(received.update_id);
        if times < PANICS_MAX {
            tracing::error!(why, times, "handling an update failed; it comes again");
            return (Verdict::Panicked, None, None);
        }
        tracing::error!(why, times, "handling an update failed too often");
        (Verdict::Handled, None, self.unreadable(received))
    }

    /// A known person hears that the message was lost, with the reference that stands in the log. Made under a guard of
    /// its own: it is what is left when something else broke.
    fn unreadable(&self, received: &Received) -> Option<Reply> {
        let reference = format!("U{}", received.update_id);
        tracing::error!(reference, "the update was let go");
        let reply = || match &received.event {
            Event::Message(said) if matches!(self.speaker(&received.event), Speaker::Known(_)) => {
                let phrase = Phrase::Unreadable { reference: reference.as_str().into() };
                Some(self.desk.line(said, &phrase))
            }
            _ => None,
        };
        std::panic::catch_unwind(AssertUnwindSafe(reply)).ok().flatten()
    }

    fn speaker(&self, event: &Event) -> Speaker {
        identity::speaker(event, |person| self.desk.app.ledger.knows(person))
    }
}

/// The delivery of bytes that were delivered before, with the answer that left then.
fn retold(left: &Left, took: Duration) -> Delivery {
    let result = Standing::Repeat.code();
    // To write down what is known of an update costs more than the answer: it is done where somebody reads it.
    if tracing::enabled!(target: REQUESTS, tracing::Level::DEBUG) {
        span(&left.received).in_scope(|| handled(result, None, took));
    } else {
        metrics::delivered(result, took);
    }
    let (update_id, reply) = (Some(i64::from(left.received.update_id)), Some(left.reply.clone()));
    Delivery { update_id, verdict: Verdict::Handled, standing: Some(result), reply, took }
}

/// Under which the log tells of an update.
fn span(received: &Received) -> tracing::Span {
    tracing::info_span!(
        "update",
        update_id = received.update_id,
        kind = received.event.kind(),
        chat = received.event.chat(),
        actor = received.event.from(),
        verb = std::panic::catch_unwind(|| verb::of(&received.event)).ok().flatten()
    )
}

fn handled(result: &'static str, why: Option<&'static str>, took: Duration) {
    tracing::debug!(target: REQUESTS, result, why, elapsed_us = micros(took), "handled");
    metrics::delivered(result, took);
}
