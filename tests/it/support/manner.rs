//! How the real program is started.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::books::{KIM, LEE};
use super::bot::SECRET;
use super::bot_api::BotApi;
use super::serve::{API_TOKEN, CROWD};

/// How a process is started.
#[derive(Clone, Default)]
pub struct Manner {
    /// The Bot API it calls, where it shares one.
    pub api: Option<BotApi>,
    /// By long polling instead of the webhook.
    pub polls: bool,
    /// Arguments after `serve`.
    pub arguments: Vec<&'static str>,
    /// Where it dies, as in `commit.after=die`.
    pub points: Option<String>,
    /// What a shell does before it becomes the program (`"$0"` and `"$@"`).
    pub before: Option<String>,
    /// The program, where it is another than the one under test.
    pub binary: Option<PathBuf>,
    /// Where its log goes.
    pub log: Option<PathBuf>,
    /// Variables besides the usual ones, or instead of them.
    pub variables: Vec<(&'static str, String)>,
}

/// `countersign serve`, not started yet.
pub fn command(port: u16, database_url: &str, api: &BotApi, manner: &Manner) -> Command {
    let binary = manner.binary.as_deref().unwrap_or(Path::new(env!("CARGO_BIN_EXE_countersign")));
    let log = manner.log.as_ref().map(|file| std::fs::File::options().create(true).append(true).open(file));
    let mut command = match &manner.before {
        None => Command::new(binary),
        Some(shell) => {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{shell}\nexec \"$0\" \"$@\"")]).arg(binary);
            command
        }
    };
    command
        .arg("serve")
        .args(&manner.arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TELEGRAM_BOT_TOKEN", "1234567:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .env("TELEGRAM_API_URL", api.url.as_str())
        .env("LISTEN_ADDR", format!("127.0.0.1:{port}"))
        .env("ADMIN_IDS", admins())
        .env("API_TOKENS", format!("shop/decide:{API_TOKEN}"))
        .env("DATABASE_URL", database_url)
        .env("UNDO_WINDOW", "0s")
        // New items go there, so that what a person reads are answers alone.
        .env("REVIEW_CHATS", "-1001")
        .env("RUST_LOG", "warn")
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::null())
        .stderr(log.map_or_else(Stdio::null, |file| file.unwrap().into()))
        .kill_on_drop(true);
    if !manner.polls {
        command.env("WEBHOOK_URL", format!("http://127.0.0.1:{port}/telegram")).env("WEBHOOK_SECRET", SECRET);
    }
    if let Some(points) = &manner.points {
        command.env("COUNTERSIGN_POINTS", points);
    }
    command.envs(manner.variables.iter().map(|(name, value)| (name, value)));
    command
}

fn admins() -> String {
    let crowd = [LEE, KIM].into_iter().chain(CROWD);
    crowd.map(|id| id.to_string()).collect::<Vec<_>>().join(",")
}
