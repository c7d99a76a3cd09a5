//! A thread of its own for each writer. What it waits for wakes it at once: on the doors' threads every step of a batch, and
//! every connection that comes back to its pool, would wait behind the handlers that are due there.

use std::convert::Infallible;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::LedgerError;
use super::writer::{self, Writer};

/// How a writer's thread is called.
const NAME: &str = "writer";

/// Has `writer` work on a thread of its own until the ledger is closed; the task that is given ends with it. When this runtime
/// ends before, the writer is dropped where it stands, like everything else on it.
///
/// # Errors
/// When the system has no thread left.
pub(super) async fn start(writer: Writer) -> Result<JoinHandle<()>, LedgerError> {
    let none = |error| LedgerError::Broken(format!("there is no thread for a writer: {error}"));
    let (alive, gone) = oneshot::channel();
    let (ends, ended) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    let thread = thread::Builder::new().name(NAME.to_owned()).spawn(move || {
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(tell.send(error)),
        };
        drop(tell);
        runtime.block_on(async {
            tokio::select! {
                () = writer::work(writer) => {}
                _ = gone => {}
            }
        });
        // A name that is looked up in vain holds nobody up.
        runtime.shutdown_background();
        drop::<oneshot::Sender<Infallible>>(ends);
    });
    thread.map_err(none)?;
    told.await.map_or(Ok(()), |error| Err(none(error)))?;
    Ok(tokio::spawn(async move {
        drop(ended.await);
        drop::<oneshot::Sender<Infallible>>(alive);
    }))
}
