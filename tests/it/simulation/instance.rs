//! An instance on the common database: a ledger on a runtime of its own, which can die at any moment.

use std::sync::Arc;
use std::time::Duration;

use countersign::clock::Clock;
use countersign::domain::operation::Request;
use countersign::domain::receipt::Receipt;
use countersign::ledger::connect::Address;
use countersign::ledger::{Ledger, LedgerError, Options};
use countersign::points::Points;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// How long a new instance waits for a database that others keep busy.
const OPENING: Duration = Duration::from_secs(60);

pub struct Instance {
    runtime: Option<Runtime>,
    pub ledger: Ledger,
    pub clock: Clock,
    pub points: Points,
    /// Under which name it holds leases.
    pub name: String,
    /// One of its operations stands still, and those behind it wait.
    pub stands_still: bool,
}

impl Instance {
    pub async fn start(address: &Address, options: Options, name: String) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (clock, points) = (options.clock.clone(), options.points.clone());
        let address = address.clone();
        let opening = runtime.spawn(async move {
            loop {
                match Ledger::open(&address, options.clone()).await {
                    Ok(ledger) => return ledger,
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        });
        let ledger = tokio::time::timeout(OPENING, opening).await.expect("the books open").unwrap();
        Self { runtime: Some(runtime), ledger, clock, points, name, stands_still: false }
    }

    /// Runs it as the instance does, so that it dies with it.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.runtime.as_ref().expect("a runtime until the end").spawn(work)
    }

    /// A delivery, by the road of the doors, or to the writers at once.
    pub fn deliver(
        &self,
        request: Request,
        asks_first: bool,
    ) -> JoinHandle<Result<Arc<Receipt>, LedgerError>> {
        let ledger = self.ledger.clone();
        self.spawn(async move {
            if asks_first {
                let (key, scope) = (&request.key, &request.scope);
                if let Some(receipt) = ledger.recall_cached(key, scope) {
                    return Ok(receipt);
                }
                if let Some(receipt) = ledger.recall(key, scope).await? {
                    return Ok(receipt);
                }
            }
            ledger.apply(request).await
        })
    }

    /// Closes it in good order.
    pub async fn stop(self) {
        let ledger = self.ledger.clone();
        drop(self.spawn(async move { ledger.close().await }).await);
    }
}

impl Drop for Instance {
    /// It is gone at once: whatever it did is dropped where it stood, nothing is closed.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
