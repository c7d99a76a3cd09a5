//! `feed`: mock updates in, the bot's answers out, down the same road as a webhook delivery.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::{Failure, wire};
use crate::limits::BODY_BYTES_MAX;
use crate::settings::Settings;
use crate::telegram::{Answering, Delivery, Door, Verdict, startup};

pub(super) const HELP: &str = "\
Examples:
  countersign feed updates.jsonl
  echo '{\"update_id\":1,\"message\":{…}}' | ADMIN_IDS=111 countersign feed -

Each line that comes out holds update_id, receipt (new, repeat, reused or null), verdict, method, arguments and took_ms.
What follows an answer (cards, the question why, a whole detail) waits in the outbox: countersign outbox list
Keys are kept as for the real bot: a message whose date is older than KEY_RETENTION less an hour is refused as too old.";

/// Takes Telegram updates as JSON lines, writes the bot's answers as JSON lines.
#[derive(Debug, Args)]
pub(super) struct Feed {
    /// The file of updates, one JSON object a line; - for standard input
    file: PathBuf,
    /// The bot's id: the first part of its keys
    #[arg(long, default_value_t = 1)]
    bot_id: i64,
    /// The bot's username, by which groups address it
    #[arg(long, default_value = "demo_bot")]
    bot_name: String,
    /// Take the id of TELEGRAM_BOT_TOKEN: these updates then use up the real bot's keys
    #[arg(long)]
    as_real_bot: bool,
}

pub(super) async fn run(feed: Feed, settings: Settings) -> Result<ExitCode, Failure> {
    let bot_id = bot_id(&feed, &settings)?;
    let mut lines = open(&feed.file).await?;
    let app = wire::app(&settings).await?;
    if !feed.as_real_bot && app.ledger.fact(&startup::username_fact(bot_id)).await?.is_some() {
        return Err(Failure::Told(is_real(bot_id)));
    }
    let door = Door::new(app.clone(), bot_id, Some(feed.bot_name), Answering::Direct);
    let mut out = tokio::io::stdout();
    let mut all_answered = true;
    while let Some(line) = next_line(&mut lines).await? {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = if line.len() > BODY_BYTES_MAX {
            json!({ "error": format!("the line is longer than {BODY_BYTES_MAX} bytes") })
        } else {
            let delivery = door.deliver(&line).await;
            all_answered &= !matches!(delivery.verdict, Verdict::Away | Verdict::Panicked);
            told(&delivery)
        };
        out.write_all(format!("{answer}\n").as_bytes()).await?;
        out.flush().await?;
    }
    app.ledger.close().await;
    Ok(if all_answered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bot_id(feed: &Feed, settings: &Settings) -> Result<i64, Failure> {
    let real = settings.telegram.token.as_ref().map(crate::settings::BotToken::bot_id);
    match (feed.as_real_bot, real) {
        (true, Some(real)) => Ok(real),
        (true, None) => Err(Failure::Told("--as-real-bot needs TELEGRAM_BOT_TOKEN".to_owned())),
        (false, Some(id)) if id == feed.bot_id => Err(Failure::Told(is_real(id))),
        (false, _) => Ok(feed.bot_id),
    }
}

fn is_real(id: i64) -> String {
    format!(
        "{id} is a real bot's id: these updates would use up its keys. Choose another --bot-id, or say --as-real-bot"
    )
}

async fn open(file: &Path) -> Result<Box<dyn AsyncBufRead + Unpin + Send>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(tokio::io::stdin())));
    }
    let opened = tokio::fs::File::open(file).await;
    let opened = opened.map_err(|error| Failure::Told(format!("cannot read {}: {error}", file.display())))?;
    Ok(Box::new(BufReader::new(opened)))
}

/// The next line, of which at most one byte more than is taken is kept; the rest of a longer one is passed over.
async fn next_line(lines: &mut (dyn AsyncBufRead + Unpin + Send)) -> Result<Option<Vec<u8>>, Failure> {
    let mut line = Vec::new();
    let limit = BODY_BYTES_MAX as u64 + 1;
    if (&mut *lines).take(limit).read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    let mut cut = !line.ends_with(b"\n") && line.len() as u64 == limit;
    while cut {
        let mut rest = Vec::new();
        let read = (&mut *lines).take(limit).read_until(b'\n', &mut rest).await?;
        cut = read > 0 && !rest.ends_with(b"\n");
    }
    if line.ends_with(b"\n") {
        line.pop();
    }
    Ok(Some(line))
}

fn told(delivery: &Delivery) -> Value {
    let mut arguments = delivery.reply.as_ref().map_or(Value::Null, crate::telegram::Reply::to_method);
    let method =
        arguments.as_object_mut().and_then(|arguments| arguments.remove("method")).unwrap_or_default();
    let (verdict, reason) = match delivery.verdict {
        Verdict::Handled => ("handled", None),
        Verdict::Ignored(reason) => ("ignored", Some(reason)),
        Verdict::Unreadable => ("unreadable", None),
        Verdict::Away => ("away", None),
        Verdict::Panicked => ("panicked", None),
    };
    let took_ms = (delivery.took.as_secs_f64() * 100_000.0).round() / 100.0;
    let mut line = json!({
        "update_id": delivery.update_id,
        "receipt": delivery.standing,
        "verdict": verdict,
        "method": method,
        "arguments": arguments,
        "took_ms": took_ms,
    });
    if let Some(reason) = reason {
        line["reason"] = reason.into();
    }
    line
}
