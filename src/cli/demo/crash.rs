//! The crash: a real process that commits, and aborts before it answers.

use std::path::Path;
use std::process::{ExitCode, ExitStatus, Stdio};

use tokio::process::Command;

use super::bot;
use crate::cli::Failure;
use crate::points::Points;

/// Delivers `update` to a bot in a process of its own, which dies after the commit; gives how it died.
pub(super) async fn deliver_and_die(
    folder: &Path,
    database: &Path,
    update: &str,
) -> Result<ExitStatus, Failure> {
    let file = folder.join("update.json");
    tokio::fs::write(&file, update).await?;
    let mut child = Command::new(std::env::current_exe()?);
    child.arg("demo-crash").arg(database).arg(&file);
    Ok(child.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().await?)
}

/// The process that dies: it takes the update all the way to its commit, and never shows the answer.
pub(in crate::cli) async fn child(database: &Path, update: &Path) -> Result<ExitCode, Failure> {
    let update = tokio::fs::read(update).await?;
    let (_, door) = bot::open(database, Points::default()).await?;
    let _never_shown = door.deliver(&update).await;
    std::process::abort();
}
