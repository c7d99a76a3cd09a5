//! `init` as its users start it: the real program in a folder of its own, against a Bot API server on loopback.

mod refusals;
mod setting_up;
mod terminal;

use std::process::Stdio;
use std::time::Duration;

use countersign::clock::Clock;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::support::bot::said_by;
use crate::support::bot_api::BotApi;

/// The bot's token; the part after the colon must be read nowhere.
const TOKEN: &str = "1234567:AAtokenAAnobodyAAmayAAreadAAthis";
const SECRET: &str = "nobodyAAmay";

/// A folder in which `init` runs, again and again.
struct Desk {
    folder: tempfile::TempDir,
    api: BotApi,
    /// Set in the environment besides.
    variables: Vec<(&'static str, String)>,
}

/// `init` while it runs.
struct Session {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// All it has shown.
    shown: String,
}

/// How a run ended.
struct End {
    code: Option<i32>,
    shown: String,
    complained: String,
}

impl Desk {
    async fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), api: BotApi::start().await, variables: Vec::new() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TELEGRAM_API_URL", self.api.url.as_str())
            .envs(self.variables.iter().map(|(name, value)| (*name, value.as_str())))
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    fn init(&self, arguments: &[&str]) -> Session {
        let mut child = self.command(&[&["init"], arguments].concat()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Session { child, input, output, shown: String::new() }
    }

    fn env(&self) -> Option<String> {
        std::fs::read_to_string(self.folder.path().join(".env")).ok()
    }

    /// What a variable is set to.
    fn set_to(&self, name: &str) -> String {
        let env = self.env().unwrap_or_default();
        let line = env.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("{name} is not set")).to_owned()
    }

    fn write_env(&self, text: &str) {
        std::fs::write(self.folder.path().join(".env"), text).unwrap();
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Sets a bot up whose owner is Lee, without sample items.
    async fn set_up(&self) -> End {
        let mut session = self.init(&[]);
        session.line(TOKEN).await;
        let code = session.code().await;
        self.api.push(sent(111, 900, &code));
        session.line("n").await;
        session.end().await
    }
}

impl Session {
    async fn line(&mut self, line: &str) {
        self.input.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// The input ends here.
    fn hang_up(&mut self) {
        self.input = None;
    }

    /// Reads on until it has shown this, and gives the line.
    async fn until(&mut self, part: &str) -> String {
        let reads = async {
            loop {
                let mut line = String::new();
                let read = self.output.read_line(&mut line).await.unwrap();
                self.shown.push_str(&line);
                assert!(read > 0, "it ended before it showed {part:?}: {}", self.shown);
                if line.contains(part) {
                    return line;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reads).await.expect("it is shown in time")
    }

    /// The code that it shows next, as it is to be sent.
    async fn code(&mut self) -> String {
        let line = self.until("?start=").await;
        let code = line.split_once("?start=").unwrap().1.split_whitespace().next().unwrap().to_owned();
        self.until("Waiting …").await;
        code
    }

    async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().await.unwrap().success());
    }

    /// Waits for its end. Nothing it showed holds the bot's token.
    async fn end(mut self) -> End {
        self.input = None;
        let mut rest = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        let mut complained = String::new();
        let ended = async {
            self.output.read_to_string(&mut rest).await.unwrap();
            stderr.read_to_string(&mut complained).await.unwrap();
            self.child.wait().await.unwrap()
        };
        let status = tokio::time::timeout(Duration::from_secs(60), ended).await.expect("it ends in time");
        let shown = self.shown + &rest;
        assert!(!shown.contains(SECRET) && !complained.contains(SECRET), "{shown}\n{complained}");
        End { code: status.code(), shown, complained }
    }
}

/// A private message sent now.
fn sent(person: i64, update_id: u32, text: &str) -> Value {
    let mut update = said_by(person, update_id, text);
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    update
}
