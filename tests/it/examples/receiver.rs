//! The receiver of webhooks in Python: what is signed by somebody else is refused, and each id is taken once, also after a
//! restart.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use countersign::clock::Clock;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::{have, path};
use crate::support::receiver::{KEY, NEXT_KEY, Told, secret};
use crate::support::serve::{Manner, Server, free_port};

/// The receiver, and what it prints.
struct Python {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Python {
    fn start(port: u16, folder: &Path) -> Self {
        let mut command = Command::new("python3");
        command
            .arg(path("receiver.py"))
            .arg(port.to_string())
            .arg(folder.join("taken.db"))
            .kill_on_drop(true);
        command.env("WEBHOOK_SECRET", secret(KEY)).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn line(&mut self) -> String {
        let line = timeout(Duration::from_secs(60), self.lines.next_line()).await;
        line.expect("it takes them").unwrap().expect("it runs")
    }
}

/// A message signed with this key at this time.
async fn send(port: u16, id: &str, at: i64, key: &[u8]) -> u16 {
    let mut headers = HeaderMap::new();
    for (name, value) in [("webhook-id", id.to_owned()), ("webhook-timestamp", at.to_string())] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
    }
    let body = r#"{"data":{"number":9,"state":"approved","external_id":null,"item_id":9}}"#.to_owned();
    let told = Told { headers, body };
    let request = reqwest::Client::new().post(format!("http://127.0.0.1:{port}/"));
    let request = request
        .headers(told.headers.clone())
        .header("webhook-signature", format!("v1,x {}", told.signature(key)));
    request.body(told.body).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_receiver_takes_each_decision_once() {
    if !have(&["python3"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("told.db").display());
    let port = free_port();
    let mut first = Python::start(port, folder.path());
    let variables = vec![
        ("DECISION_WEBHOOKS", format!("erp http://127.0.0.1:{port}/ {}", secret(KEY))),
        ("WEBHOOK_NETWORKS", "127.0.0.1".to_owned()),
    ];
    let server = Server::spawn_as(&url, Manner { variables, ..Manner::default() }).await;
    server.caller.ready().await;
    server.caller.submit("all", 2).await;
    server.caller.approve("yes", &[1]).await;
    assert_eq!(first.line().await, "1 approved 1");

    let now = Clock::machine().now().timestamp();
    assert_eq!(send(port, "other", now, NEXT_KEY).await, 401, "somebody else's secret");
    assert_eq!(send(port, "old", now - 3600, KEY).await, 401, "an old one, sent again");
    let id = format!("decision_1_{}", &server.caller.decisions(0).await[0]["hash"].as_str().unwrap()[..16]);
    first.child.kill().await.unwrap();
    let mut again = Python::start(port, folder.path());
    // The server tries until it listens.
    server.caller.approve("more", &[2]).await;
    assert_eq!(again.line().await, "2 approved 2");
    assert_eq!(send(port, &id, now, KEY).await, 204, "taken before: taken, and not done again");
    assert_eq!(send(port, "new", now, KEY).await, 204);
    assert_eq!(again.line().await, "9 approved 9");
}
