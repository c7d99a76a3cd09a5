//! The books: keys, items, votes and operations, and the only SQL in the program.
//!
//! Doors hand it a [`Request`] and hear a [`Receipt`]. Writer tasks collect waiting requests and commit them together;
//! readers answer everything else. Nothing leaves the house from inside a transaction.

mod audit;
pub mod backup;
mod batch;
mod books;
mod cache;
pub mod cards;
mod chats;
mod chore;
mod claim;
pub mod connect;
mod convert;
pub mod copy;
pub mod deliveries;
pub mod dialect;
mod enter;
pub mod entity;
mod expire;
mod fault;
mod figures;
mod foresee;
mod history;
pub mod journal;
pub mod lease;
mod load;
mod log;
mod lookup;
pub mod migrate;
mod moment;
mod news;
mod opening;
mod options;
pub mod outbox;
mod people;
mod portraits;
pub mod probe;
mod prompts;
mod queries;
mod recipients;
mod refresh;
mod release;
mod remind;
mod rights;
mod roster;
mod shared;
mod stats;
mod submissions;
mod thread;
mod transaction;
mod trip;
mod waiting;
mod write;
mod writer;

use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub use self::fault::{LedgerError, OpenError};
pub use self::history::Past;
pub use self::log::{LogPage, Since, Verdict};
pub use self::options::{Announce, Options};
pub use self::queries::{Page, PendingPage};
use self::refresh::Task;
use self::shared::{Job, Shared};
pub use self::waiting::Place as WaitingPlace;
use self::writer::{Work, Writer};
use crate::domain::operation::Request;
use crate::domain::receipt::{Receipt, Standing};
use crate::limits::{BATCH_DEADLINE, OPERATION_DEADLINE, QUEUE_CHORES, QUEUE_OPERATIONS_MAX};
use connect::Address;

/// The books of one database; cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    shared: Arc<Shared>,
    readers: DatabaseConnection,
    /// Gone once the ledger is closed: the writers then end.
    queue: Arc<StdMutex<Option<mpsc::Sender<Work>>>>,
    writers: Arc<StdMutex<Vec<JoinHandle<()>>>>,
    tasks: Arc<[Task; 2]>,
}

impl Ledger {
    /// Connects, brings the schema up to date, settles who may by these settings, reads the people and starts the writers:
    /// one on SQLite, two on PostgreSQL.
    ///
    /// # Errors
    /// [`OpenError`] says whether the database was away, too new for this program, or refused.
    pub async fn open(address: &Address, options: Options) -> Result<Self, OpenError> {
        Self::opened(address, options, true).await
    }

    /// The same beside the instances that decide: who may stays as the last start of one of them left it.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub async fn open_beside(address: &Address, options: Options) -> Result<Self, OpenError> {
        Self::opened(address, options, false).await
    }

    async fn opened(address: &Address, options: Options, decides: bool) -> Result<Self, OpenError> {
        let Options { clock, rulebook, key_retention, announce, points } = options;
        let first = address.open_writer().await?;
        let steps = migrate::up(&first).await?;
        if steps > 0 {
            tracing::info!(steps, "the schema was brought up to date");
        }
        if decides {
            let lapsed = rights::settle(&first, &rulebook, &points, clock.now()).await?;
            if lapsed > 0 {
                tracing::warn!(
                    lapsed,
                    "yeses of those who may not decide any more do not count on what waits"
                );
            }
        }
        let readers = address.open_readers().await?;
        let people = people::People::default();
        people.refresh(&readers).await.map_err(LedgerError::from)?;
        let file = connect::FileMark::of(address);
        drop(first.close().await);
        let books = books::Books::of(&readers).await.map_err(LedgerError::from)?;
        let chats = chats::Chats::default();
        chats.refresh(&readers, clock.now()).await.map_err(LedgerError::from)?;
        let shared = Arc::new(Shared {
            clock,
            rulebook: Arc::new(rulebook),
            key_retention,
            people,
            chats,
            receipts: cache::Receipts::new(),
            books,
            post: Notify::new(),
            behind: Notify::new(),
            waiting: Arc::default(),
            parcels: Notify::new(),
            announce,
            points,
            file,
        });
        let (sender, receiver) = mpsc::channel(QUEUE_OPERATIONS_MAX);
        let receiver = Arc::new(Mutex::new(receiver));
        let writer = || Writer::new(address.clone(), shared.clone(), receiver.clone(), sender.downgrade());
        let mut writers = Vec::new();
        for _ in 0..address.writers() {
            writers.push(thread::start(writer()).await?);
        }
        let refresh = Task::start(refresh::run(shared.clone(), readers.clone(), decides));
        let look = Task::start(waiting::look(shared.waiting.clone(), readers.clone()));
        let queue = Arc::new(StdMutex::new(Some(sender)));
        let writers = Arc::new(StdMutex::new(writers));
        Ok(Self { shared, readers, queue, writers, tasks: Arc::new([refresh, look]) })
    }

    /// Applies a request exactly once and tells what was done: New, or Repeat or Reused where its key was used before.
    ///
    /// # Errors
    /// [`LedgerError`]: nothing was acknowledged, and the same delivery may come again. An operation whose caller hears
    /// "away" after its deadline (5 s) may still take effect; its delivery is then recognised as a repeat.
    pub async fn apply(&self, request: Request) -> Result<Arc<Receipt>, LedgerError> {
        let (reply, answer) = oneshot::channel();
        let asked = self.shared.asked();
        let job = Job::new(request, reply)?;
        let receipt = self.hand_over(Work::Apply(Box::new(job)), answer).await?;
        self.shared.receipts.keep(&receipt, asked);
        Ok(receipt)
    }

    /// Whether this person is an admin, or ever had a role or a vote. Decides only whether the database is asked.
    #[must_use]
    pub fn knows(&self, person: i64) -> bool {
        self.shared.people.knows(person)
    }

    /// The database's own clock; the probe of `readyz` too.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn database_time(&self) -> Result<DateTime<Utc>, LedgerError> {
        self.shared.is_there()?;
        in_time(queries::database_time(&self.readers)).await
    }

    /// Reads all books and says what does not fit, a line each; empty when all is well.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn audit(&self) -> Result<Vec<String>, LedgerError> {
        audit::findings(&self.readers, self.shared.clock.now()).await
    }

    /// How many operations wait for the writers.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().map_or(0, |queue| queue.max_capacity() - queue.capacity())
    }

    /// Finishes what waits and closes the connections; later calls hear "away".
    pub async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.tasks.iter().for_each(Task::end);
        let writers = std::mem::take(&mut *self.writers.lock().unwrap_or_else(PoisonError::into_inner));
        for writer in writers {
            // A writer that panicked has nothing left to finish.
            drop(writer.await);
        }
        // A connection that fell silent would be waited for without end.
        drop(timeout(BATCH_DEADLINE, self.readers.clone().close()).await);
    }

    /// Has a writer do something small; gives how many rows it wrote.
    async fn chore(
        &self,
        chore: impl for<'a> FnOnce(&'a DatabaseConnection, &'a Shared) -> chore::Doing<'a> + Send + 'static,
    ) -> Result<u64, LedgerError> {
        let (reply, answer) = oneshot::channel();
        self.hand_over(Work::Chore(Box::new(chore), reply), answer).await
    }

    /// What became of the operation with this number, as it stands now, for a delivery that stood so to its key.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn receipt(&self, operation: i64, standing: Standing) -> Result<Option<Receipt>, LedgerError> {
        in_time(lookup::by_number(&self.readers, operation, standing, &self.shared.people)).await
    }

    async fn hand_over<T>(
        &self,
        work: Work,
        answer: oneshot::Receiver<Result<T, LedgerError>>,
    ) -> Result<T, LedgerError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue = queue.ok_or_else(|| LedgerError::Away("the ledger is closed".to_owned()))?;
        // Leases and what became of messages must get through when operations fill the queue.
        if matches!(work, Work::Apply(_)) && queue.capacity() <= QUEUE_CHORES {
            return Err(LedgerError::Away("too many operations wait".to_owned()));
        }
        queue.try_send(work).map_err(|refused| {
            let full = matches!(refused, mpsc::error::TrySendError::Full(_));
            LedgerError::Away(if full { "too many operations wait" } else { "no writer is left" }.to_owned())
        })?;
        drop(queue);
        in_time(async {
            answer.await.unwrap_or_else(|_| Err(LedgerError::Away("the writer ended".to_owned())))
        })
        .await
    }
}

/// Every answer comes within the deadline, or is "away".
async fn in_time<T>(answer: impl Future<Output = Result<T, LedgerError>>) -> Result<T, LedgerError> {
    let late = |_| Err(LedgerError::Away(format!("no answer within {} s", OPERATION_DEADLINE.as_secs())));
    timeout(OPERATION_DEADLINE, answer).await.unwrap_or_else(late)
}

/// 128 random bits in hex: a name that nobody else has.
///
/// # Errors
/// [`LedgerError::Broken`] when the system has no random numbers.
pub fn random_name() -> Result<String, LedgerError> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).map_err(|error| LedgerError::Broken(format!("no random numbers: {error}")))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bits)))
}
