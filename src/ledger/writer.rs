//! The writer tasks: they collect what waits, and they alone begin and commit.
//!
//! A handler waits on a bounded queue with a deadline, so that a request that is dropped can never leave a transaction
//! open (sqlx 0.9 has that fault). One rule of recovery: whatever went wrong, run it again, singly, on a fresh
//! connection; a key's row with the job's own token is its own success, told as New.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout;

use super::LedgerError;
use super::batch::{self, End};
use super::chore::Chore;
use super::connect::Address;
use super::shared::{Job, Shared};
use super::transaction::Connection;
use crate::domain::receipt::Receipt;
use crate::limits::{BATCH_DEADLINE, BATCH_OPERATIONS_MAX, BATCH_ROWS_MAX, OPERATION_DEADLINE};

/// How often one job is run before its caller hears that the database is busy.
const ATTEMPTS_MAX: u8 = 6;

/// What waits for a writer.
pub(super) enum Work {
    /// A request, to be decided in a batch.
    Apply(Box<Job>),
    /// Something small that writes: pruning, remembering a fact.
    Chore(Chore, oneshot::Sender<Result<u64, LedgerError>>),
}

/// One writer: its own connection, thrown away whole when anything goes wrong on it.
pub(super) struct Writer {
    address: Address,
    shared: Arc<Shared>,
    queue: Arc<Mutex<mpsc::Receiver<Work>>>,
    /// The queue's other end, to put back what waited for a lock; weak, so that closing the ledger ends the writer.
    back: mpsc::WeakSender<Work>,
    connection: Option<Connection>,
    /// Taken from the queue and too large for the batch it would have joined.
    next: Option<Work>,
}

/// Has a writer work until the ledger is closed; should it panic, another takes its place. Who waited for the one that
/// panicked hears "away", and its delivery comes again.
pub(super) async fn work(writer: Writer) {
    loop {
        let next = Writer::new(
            writer.address.clone(),
            writer.shared.clone(),
            writer.queue.clone(),
            writer.back.clone(),
        );
        match tokio::spawn(next.run()).await {
            Ok(()) => return,
            Err(error) if error.is_panic() => tracing::error!("a writer panicked; another takes its place"),
            Err(_) => return,
        }
    }
}

impl Writer {
    pub(super) fn new(
        address: Address,
        shared: Arc<Shared>,
        queue: Arc<Mutex<mpsc::Receiver<Work>>>,
        back: mpsc::WeakSender<Work>,
    ) -> Self {
        Self { address, shared, queue, back, connection: None, next: None }
    }

    /// Works until the ledger is closed and the queue is empty.
    pub(super) async fn run(mut self) {
        while let Some(first) = self.first().await {
            match first {
                Work::Chore(chore, reply) => {
                    // Nobody hears it if its caller is gone; it is done all the same.
                    drop(reply.send(self.chore(chore).await));
                }
                Work::Apply(job) => {
                    let jobs = self.collect(job);
                    self.apply(jobs).await;
                }
            }
        }
        if let Some(connection) = self.connection.take() {
            drop(timeout(BATCH_DEADLINE, connection.close()).await);
        }
    }

    async fn first(&mut self) -> Option<Work> {
        match self.next.take() {
            Some(work) => Some(work),
            None => self.queue.lock().await.recv().await,
        }
    }

    /// Whatever else waits now and fits into one transaction.
    fn collect(&mut self, first: Box<Job>) -> Vec<Job> {
        let mut rows = first.request.operation.rows();
        let mut jobs = vec![*first];
        // Held by another writer, it is empty: that writer waits for the next job, and must not be waited for.
        let Ok(mut queue) = self.queue.try_lock() else { return jobs };
        while jobs.len() < BATCH_OPERATIONS_MAX {
            match queue.try_recv() {
                Ok(Work::Apply(job)) if rows + job.request.operation.rows() <= BATCH_ROWS_MAX => {
                    rows += job.request.operation.rows();
                    jobs.push(*job);
                }
                Ok(work) => {
                    self.next = Some(work);
                    break;
                }
                Err(_) => break,
            }
        }
        jobs
    }

    /// Runs the jobs together; those that come second under one key, and all if that failed, singly.
    async fn apply(&mut self, jobs: Vec<Job>) {
        let mut keys = BTreeSet::new();
        let waiting = jobs.into_iter().filter(|job| !job.reply.is_closed());
        let (firsts, seconds): (Vec<Job>, Vec<Job>) =
            waiting.partition(|job| keys.insert(job.request.key.as_str().to_owned()));
        if firsts.is_empty() {
            return;
        }
        if let Err(error) = self.connection().await {
            firsts.into_iter().chain(seconds).for_each(|job| refuse(job, &error));
            return;
        }
        let together: Vec<&Job> = firsts.iter().collect();
        match self.attempt(&together).await {
            Ok(End::Answered(receipts)) => {
                for (job, receipt) in firsts.into_iter().zip(receipts) {
                    answer(job, receipt);
                }
            }
            Ok(End::Lost) => self.singly(firsts).await,
            Err(error) => {
                tracing::warn!(operations = firsts.len(), %error, "a batch failed; its operations run again, singly");
                self.singly(firsts).await;
            }
        }
        self.singly(seconds).await;
    }

    async fn singly(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            self.single(job).await;
        }
    }

    async fn single(&mut self, mut job: Job) {
        // A job that ran before may have been committed without our knowing, so its caller's absence changes nothing
        // about the books; nobody waits for the answer, though.
        while !job.reply.is_closed() {
            job.attempts += 1;
            match self.attempt(&[&job]).await {
                Ok(End::Answered(receipts)) => {
                    if let Some(receipt) = receipts.into_iter().next() {
                        answer(job, receipt);
                    }
                    return;
                }
                Ok(End::Lost) if self.may_go_on(&job) => {}
                Ok(End::Lost) => return refuse(job, &LedgerError::Away("the key was in use".to_owned())),
                Err(LedgerError::Away(_)) if self.may_go_on(&job) => match self.put_back(job) {
                    Some(kept) => job = kept,
                    None => return,
                },
                Err(error) => return refuse(job, &error),
            }
        }
    }

    fn may_go_on(&self, job: &Job) -> bool {
        job.attempts < ATTEMPTS_MAX && job.since.elapsed() < OPERATION_DEADLINE
    }

    /// Puts a job that waited for a lock at the end of the queue, so that it holds nobody up; gives it back when the
    /// queue is full or closing.
    fn put_back(&self, job: Job) -> Option<Job> {
        let Some(back) = self.back.upgrade() else { return Some(job) };
        match back.try_send(Work::Apply(Box::new(job))) {
            Ok(()) => None,
            Err(mpsc::error::TrySendError::Full(work) | mpsc::error::TrySendError::Closed(work)) => {
                match work {
                    Work::Apply(job) => Some(*job),
                    Work::Chore(..) => None,
                }
            }
        }
    }

    async fn attempt(&mut self, jobs: &[&Job]) -> Result<End, LedgerError> {
        let shared = self.shared.clone();
        let connection = self.connection().await?;
        let ended = timeout(BATCH_DEADLINE, batch::run(connection, jobs, &shared)).await;
        self.keep_if_well(ended).await
    }

    async fn chore(&mut self, chore: Chore) -> Result<u64, LedgerError> {
        let shared = self.shared.clone();
        let connection = self.connection().await?;
        let ended = timeout(BATCH_DEADLINE, async {
            shared.reach("chore.before").await?;
            let written = chore(connection.pool(), &shared).await?;
            shared.reach("chore.after").await?;
            Ok(written)
        })
        .await;
        self.keep_if_well(ended).await
    }

    /// Throws the connection away unless all went well on it: an error or a timeout may have left a transaction open.
    async fn keep_if_well<T>(
        &mut self,
        ended: Result<Result<T, LedgerError>, tokio::time::error::Elapsed>,
    ) -> Result<T, LedgerError> {
        let ended =
            ended.unwrap_or_else(|_| Err(LedgerError::Away("the transaction took too long".to_owned())));
        if ended.is_err()
            && let Some(connection) = self.connection.take()
        {
            // Closing can hang as long as the statement that hung; nobody waits for it.
            tokio::spawn(timeout(OPERATION_DEADLINE, connection.close()));
        }
        ended
    }

    async fn connection(&mut self) -> Result<&mut Connection, LedgerError> {
        self.shared.is_there()?;
        if self.connection.is_none() {
            let opened = Connection::open(&self.address).await;
            self.connection = Some(opened.map_err(|error| LedgerError::Away(error.to_string()))?);
        }
        self.connection.as_mut().ok_or_else(|| LedgerError::Away("no connection".to_owned()))
    }
}

/// Tells the caller; one that has gone meanwhile will recognise the effect when its delivery comes again.
fn answer(job: Job, receipt: Receipt) {
    drop(job.reply.send(Ok(Arc::new(receipt))));
}

fn refuse(job: Job, error: &LedgerError) {
    tracing::warn!(key = %job.request.key, attempts = job.attempts, %error, "an operation was not applied");
    drop(job.reply.send(Err(error.clone())));
}
