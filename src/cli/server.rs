//! The accept loop: as axum's own, with bounds on how many connect and how long a connection may say nothing, and with
//! an end that resets nobody who was let in.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::limits::{CONNECTIONS_MAX, HEADER_DEADLINE, OPEN_FILES};

/// How long nothing is accepted after accepting failed: mostly for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long after a stop who connected just before is still let in: their connections wait in the listener, and closing
/// it would reset them.
const LAST_CALL: Duration = Duration::from_millis(50);

/// Raises the number of files that may be open at once, as far as the system lets us: many systems begin with 1,024.
pub(super) fn make_room() {
    match rlimit::increase_nofile_limit(OPEN_FILES) {
        Ok(limit) if limit < OPEN_FILES => {
            tracing::warn!(
                limit,
                wanted = OPEN_FILES,
                "few files may be open at once; raise the limit (ulimit -n)"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit of open files cannot be read"),
    }
}

/// Serves until `stop` turns true and everything in flight is answered.
pub(super) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stopped = pin!(stop.wait_for(|stop| *stop));
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            _ = &mut stopped => break,
        };
        let Some((stream, place)) = accepted else { continue };
        handle(stream, place, &router, &graceful);
    }
    while let Ok(Some((stream, place))) = timeout(LAST_CALL, accept(&listener, &places)).await {
        handle(stream, place, &router, &graceful);
    }
    drop(listener);
    graceful.shutdown().await;
}

type Place = tokio::sync::OwnedSemaphorePermit;

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<(TcpStream, Place)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

fn handle(stream: TcpStream, place: Place, router: &Router, graceful: &GracefulShutdown) {
    // Small answers leave at once; where it cannot be set they leave a little later.
    drop(stream.set_nodelay(true));
    let mut http = hyper::server::conn::http1::Builder::new();
    // It counts from the connection's beginning, and from the end of each answer.
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_DEADLINE);
    let connection =
        http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone().into_service()));
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection ended before its time");
        }
        drop(place);
    });
}
