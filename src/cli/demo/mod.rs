//! `demo`: the main job with no account and no network.

mod bot;
mod chat;
pub(super) mod crash;
mod phone;
mod screen;
mod senders;
mod taps;
mod updates;

use std::process::ExitCode;

use self::chat::Chat;
use super::Failure;
use super::lines::Lines;

pub(super) async fn run() -> Result<ExitCode, Failure> {
    let folder = tempfile::Builder::new().prefix("countersign-demo-").tempdir()?;
    let mut chat = Chat::open(folder.path()).await?;
    screen::welcome(chat.database());
    chat.show_news().await?;
    screen::hints();
    let mut lines = Lines::of_stdin();
    loop {
        if lines.are_typed {
            screen::prompt();
        }
        let line = tokio::select! {
            line = lines.next() => line?,
            // The folder goes with the demo, also where it is broken off.
            _ = tokio::signal::ctrl_c() => None,
        };
        let Some(line) = line else { break };
        if line.is_empty() {
            continue;
        }
        if !lines.are_typed {
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
