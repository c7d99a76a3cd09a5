//! A client that costs little: requests written beforehand, and answers read by their length alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use countersign::clock::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::report::cpu_of;

/// What is sent, and how every answer must look.
pub struct Target {
    pub port: u16,
    pub requests: Arc<Vec<Vec<u8>>>,
    /// A part of every answer.
    pub expected: &'static str,
}

/// What was measured.
pub struct Measured {
    pub requests: usize,
    pub elapsed: Duration,
    /// CPU time of the server's threads.
    pub cpu: Duration,
    pub latencies: Vec<Duration>,
}

/// Sends all requests over so many connections, each one request at a time.
pub async fn measure(target: Target, connections: usize) -> Measured {
    let target = Arc::new(target);
    let next = Arc::new(AtomicUsize::new(0));
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(("127.0.0.1", target.port)).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        streams.push(stream);
    }
    let cpu_before = cpu_of("server");
    let began = Clock::stopwatch();
    let mut tasks = JoinSet::new();
    for stream in streams {
        tasks.spawn(one_connection(stream, target.clone(), next.clone()));
    }
    let latencies: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let elapsed = began.elapsed();
    Measured { requests: latencies.len(), elapsed, cpu: cpu_of("server") - cpu_before, latencies }
}

async fn one_connection(mut stream: TcpStream, target: Arc<Target>, next: Arc<AtomicUsize>) -> Vec<Duration> {
    let mut latencies = Vec::new();
    let mut buffer = Vec::with_capacity(16 * 1024);
    while let Some(request) = target.requests.get(next.fetch_add(1, Relaxed)) {
        let began = Clock::stopwatch();
        stream.write_all(request).await.expect("it is written");
        buffer.clear();
        let whole = read(&mut stream, &mut buffer).await;
        latencies.push(began.elapsed());
        let answer = String::from_utf8_lossy(&buffer[..whole]);
        assert!(answer.contains(target.expected), "not {:?} but {answer}", target.expected);
    }
    latencies
}

/// Reads one answer; gives its length.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    loop {
        let read = stream.read_buf(buffer).await.expect("it is read");
        assert!(read > 0, "the connection ended");
        if let Some(whole) = length(buffer)
            && buffer.len() >= whole
        {
            return whole;
        }
    }
}

fn length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).ok()?;
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    Some(head + length.map_or(0, |length| length.trim().parse().expect("a length")))
}
