//! A thread of its own for each writer. What it waits for wakes it at once: on the doors' threads every step of a batch, and
//! every connection that comes back to its pool, would wait behind the handlers that are due there.

use std::convert::Infallible;
use std::thread::Builder;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::LedgerError;
use super::writer::{self, Writer};

/// How a writer's thread is called.
const NAME: &str = "writer";

/// Has `writer` work on a thread of its own until the ledger is closed; the task that is given ends with it. When this runtime
/// ends before, the writer is dropped where it stands, like everything else on it.
pub(super) fn start(writer: Writer) -> Result<JoinHandle<()>, LedgerError> {
    let none = |error| LedgerError::Broken(format!("there is no thread for a writer: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(none)?;
    let (alive, gone) = oneshot::channel::<Infallible>();
    let (ends, ended) = oneshot::channel::<Infallible>();
    let thread = Builder::new().name(NAME.to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = writer::work(writer) => {}
                _ = gone => {}
            }
        });
        drop(runtime);
        drop(ends);
    });
    thread.map_err(none)?;
    Ok(tokio::spawn(async move {
        drop(ended.await);
        drop(alive);
    }))
}
