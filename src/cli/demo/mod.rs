//! `demo`: the main job with no account and no network.

mod bot;
mod chat;
pub(super) mod crash;
mod screen;
mod seed;

use std::io::IsTerminal;
use std::process::ExitCode;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use self::chat::Chat;
use super::Failure;

/// Most bytes of one line: Telegram takes 4,096 characters.
const LINE_BYTES_MAX: u64 = 64 * 1024;

pub(super) async fn run() -> Result<ExitCode, Failure> {
    let folder = tempfile::Builder::new().prefix("countersign-demo-").tempdir()?;
    let mut chat = Chat::open(folder.path()).await?;
    screen::welcome(chat.database());
    let typed = std::io::stdin().is_terminal();
    let mut input = BufReader::new(tokio::io::stdin());
    loop {
        if typed {
            screen::prompt();
        }
        let mut line = Vec::new();
        let mut bounded = (&mut input).take(LINE_BYTES_MAX);
        let read = tokio::select! {
            read = bounded.read_until(b'\n', &mut line) => read?,
            // The folder goes with the demo, also where it is broken off.
            _ = tokio::signal::ctrl_c() => 0,
        };
        if read == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if line.is_empty() {
            continue;
        }
        if !typed {
            screen::echo(&line);
        }
        if matches!(line.as_str(), "quit" | "exit") {
            break;
        }
        // A line that fails is told, and the chat goes on.
        if let Err(failure) = chat.say(&line).await {
            screen::note(&format!("That failed: {failure}"));
        }
    }
    chat.close().await;
    Ok(ExitCode::SUCCESS)
}
