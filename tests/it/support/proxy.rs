//! The network between the program and its database: it passes everything on, until it is told to fail.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

/// How the network fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The connection breaks before the request arrives.
    Request,
    /// The request arrives, and the connection breaks before its answer does.
    Answer,
    /// Nothing arrives any more in either direction, and nothing breaks: a black hole.
    Silence,
}

/// What passes between them; with it go its connections.
pub struct Proxy {
    state: Arc<State>,
    accepting: JoinHandle<()>,
    /// Where the program connects to.
    pub url: String,
}

struct State {
    /// Requests that passed since the start, over all connections.
    requests: AtomicUsize,
    /// From this request on the network fails so.
    fault: Mutex<Option<(usize, Cut)>>,
    /// Told when the network is cut: what is open breaks.
    cut: Notify,
}

impl State {
    /// How the network fails at the request with this number, if it does.
    fn fault(&self, number: usize) -> Option<Cut> {
        self.fault.lock().unwrap().filter(|(from, _)| number >= *from).map(|(_, cut)| cut)
    }
}

impl Proxy {
    /// Before the server of `url`.
    pub async fn before(url: &str) -> Self {
        let mut url = url::Url::parse(url).unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let state =
            Arc::new(State { requests: AtomicUsize::new(0), fault: Mutex::default(), cut: Notify::new() });
        let shared = state.clone();
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(connection(client, server.clone(), shared.clone()));
            }
        });
        Self { state, accepting, url: url.to_string() }
    }

    /// How many requests have passed.
    pub fn requests(&self) -> usize {
        self.state.requests.load(SeqCst)
    }

    /// So many more requests pass, then the network fails, until it is mended.
    pub fn fail_after(&self, requests: usize, cut: Cut) {
        *self.state.fault.lock().unwrap() = Some((self.requests() + requests, cut));
    }

    /// New connections are well again. Whatever fell silent stays so, as behind a firewall that forgot it.
    pub fn mend(&self) {
        *self.state.fault.lock().unwrap() = None;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Its task holds the connections' tasks.
        self.accepting.abort();
    }
}

async fn connection(client: TcpStream, server: (String, u16), state: Arc<State>) {
    match state.fault(state.requests.load(SeqCst)) {
        Some(Cut::Silence) => {
            // Taken, and never answered.
            let _kept = client;
            return std::future::pending().await;
        }
        Some(_) => return,
        None => {}
    }
    let Ok(server) = TcpStream::connect((server.0.as_str(), server.1)).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = requests(from_client, to_server, &state) => {}
        () = answers(from_server, to_client, &state) => {}
        () = state.cut.notified() => {}
    }
}

async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: &State) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        match state.fault(state.requests.fetch_add(1, SeqCst)) {
            Some(Cut::Request) => return state.cut.notify_waiters(),
            Some(Cut::Silence) => return std::future::pending().await,
            Some(Cut::Answer) | None => {
                if to.write_all(&buffer[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: &State) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let last = state.requests.load(SeqCst).saturating_sub(1);
        match state.fault(last) {
            Some(Cut::Answer) => return state.cut.notify_waiters(),
            Some(Cut::Silence) => return std::future::pending().await,
            Some(Cut::Request) | None => {
                if to.write_all(&buffer[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}
