//! `items`: what a system asked, as its people see it in a terminal: what waits, one item whole, and taking some back.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::Failure;
use super::remote::{Remote, Trouble, Where};
use crate::cli::terminal::say;

/// How long Countersign may be away before this gives up.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) const HELP: &str = "\
COUNTERSIGN_URL and COUNTERSIGN_TOKEN (or COUNTERSIGN_TOKEN_FILE) say whom to ask.

Examples:
  countersign items
  countersign items show 12
  countersign items withdraw 12 13 --reason \"order cancelled\"";

/// Shows what waits elsewhere, and takes items back
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Items {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    at: Where,
    /// Write what was answered as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists what waits, the oldest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=500))]
        limit: u64,
    },
    /// Shows an item with what became of it
    Show {
        /// Its number
        #[arg(value_parser = clap::value_parser!(i64).range(1..))]
        id: i64,
    },
    /// Takes back what still waits
    Withdraw {
        /// Their numbers
        #[arg(required = true, value_parser = clap::value_parser!(i64).range(1..))]
        ids: Vec<i64>,
        /// Why
        #[arg(long)]
        reason: Option<String>,
    },
}

pub(super) async fn run(items: Items) -> Result<ExitCode, Failure> {
    let remote = Remote::open(&items.at, PATIENCE)?;
    let told = |trouble: Trouble| Failure::Told(trouble.to_string());
    let (answer, text): (Value, fn(&Value) -> String) = match items.what.unwrap_or(What::List { limit: 50 }) {
        What::List { limit } => (remote.pending(limit).await.map_err(told)?, list),
        What::Show { id } => (remote.item(id, false).await.map_err(told)?.whole, show),
        What::Withdraw { ids, reason } => {
            (remote.withdraw(&ids, reason.as_deref()).await.map_err(told)?, withdrawn)
        }
    };
    say!("{}", if items.json { answer.to_string() } else { text(&answer) });
    let skipped = answer.get("skipped").and_then(Value::as_array).is_some_and(|skipped| !skipped.is_empty());
    Ok(if skipped { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn list(answer: &Value) -> String {
    let items = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let line = |item: &Value| {
        let expires = item["expires_at"].as_str().map(|at| format!(", expires {at}")).unwrap_or_default();
        let said = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        format!("#{} {}: {} ({}{expires})", item["id"], said("kind"), said("title"), said("client"))
    };
    let total = answer["total"].as_u64().unwrap_or_default();
    let plus = if answer["more_than_total"] == true { "+" } else { "" };
    let head = if total == 0 { "Nothing waits.".to_owned() } else { format!("{total}{plus} wait:") };
    std::iter::once(head).chain(items.iter().map(line)).collect::<Vec<_>>().join("\n")
}

/// Each field on a line, what stands deeper as JSON.
fn show(item: &Value) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = item.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    fields.map(|(name, value)| format!("{name:<14} {}", plain(value))).collect::<Vec<_>>().join("\n")
}

fn withdrawn(answer: &Value) -> String {
    let skipped = answer["skipped"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids = answer["ids"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<String> = ids.iter().map(|id| format!("#{id}")).collect();
    let head = if ids.is_empty() {
        "Nothing withdrawn.".to_owned()
    } else {
        format!("Withdrawn: {}", ids.join(", "))
    };
    let why = |skip: &Value| skip["message"].as_str().unwrap_or_default().to_owned();
    std::iter::once(head).chain(skipped.iter().map(why)).collect::<Vec<_>>().join("\n")
}
