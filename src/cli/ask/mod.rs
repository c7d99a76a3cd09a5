//! `ask`: puts one item into the queue of a Countersign elsewhere, waits for the decision, and ends with it: for scripts, CI
//! jobs and agents.

mod question;
mod told;

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::Value;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

use self::question::Question;
use super::Failure;
use super::remote::{Item, Remote, Trouble, Where, new_key};
use crate::cli::terminal::{note, say};
use crate::settings::duration;

/// Approved.
const APPROVED: u8 = 0;
/// Wrong arguments or settings; clap's own too.
const USAGE: u8 = 2;
/// Rejected.
const REJECTED: u8 = 10;
/// Expired, or withdrawn.
const UNDECIDED: u8 = 11;
/// The question could not be asked, or its answer not be heard.
const NOT_ASKED: u8 = 12;
/// A second Ctrl-C: 128 + SIGINT.
const INTERRUPTED: i32 = 130;
/// How long an item may take to be withdrawn when the program is told to end.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

pub(super) const HELP: &str = "\
Exit codes: 0 approved, 10 rejected, 11 expired or withdrawn, 12 could not ask or hear the answer, 2 usage.
Ctrl-C withdraws the item. COUNTERSIGN_URL and COUNTERSIGN_TOKEN (or COUNTERSIGN_TOKEN_FILE) say whom to ask; a token that
may submit only is enough.

Examples:
  countersign ask \"Deploy v2 to production?\" --kind deploy --detail-file plan.txt --timeout 30m
  terraform show -no-color plan | countersign ask \"Apply?\" --kind terraform --detail-file - && terraform apply plan
  countersign ask \"Refund order 4711?\" --key refund-4711 --json";

/// Asks for a decision elsewhere, and waits for it
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Ask {
    #[command(flatten)]
    question: Question,
    #[command(flatten)]
    at: Where,
    /// How long Countersign may be away before this gives up, such as 30s or 10m
    #[arg(long, default_value = "10m", value_parser = patience, value_name = "TIME")]
    patience: Duration,
    /// Write what became of it as one line of JSON
    #[arg(long)]
    json: bool,
}

fn patience(text: &str) -> Result<Duration, String> {
    let time = duration::duration(text).and_then(|time| time.to_std().ok());
    time.ok_or_else(|| "a number and s, m, h or d, such as 10m".to_owned())
}

/// Why there is no decision.
enum End {
    /// What was said on the command line cannot be.
    Usage(String),
    Trouble(Trouble),
}

impl From<Trouble> for End {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

pub(super) async fn run(ask: Ask) -> Result<ExitCode, Failure> {
    let ended = match Remote::open(&ask.at, ask.patience) {
        Err(failure) => Err(End::Usage(failure.to_string())),
        Ok(remote) => decided(&ask, &remote).await,
    };
    let code = match ended {
        Ok(code) => code,
        Err(End::Usage(wrong)) => {
            note!("countersign ask: {wrong}");
            USAGE
        }
        Err(End::Trouble(Trouble::Refused { code, .. })) if code == "external_id_taken" => {
            note!(
                "countersign ask: another question was asked with this --key; ask this one with a new --key"
            );
            NOT_ASKED
        }
        Err(End::Trouble(trouble)) => {
            note!("countersign ask: {trouble}");
            NOT_ASKED
        }
    };
    Ok(ExitCode::from(code))
}

/// Asks and waits; told to end meanwhile, it takes the item back.
async fn decided(ask: &Ask, remote: &Remote) -> Result<u8, End> {
    // Standard input is read while signals still end the program: nobody is asked yet.
    let mut body = ask.question.item().map_err(End::Usage)?;
    let mut stop = Stop::new().map_err(|error| End::Usage(format!("no signals can be heard: {error}")))?;
    let key = new_key()?;
    if let Some(timeout) = ask.question.timeout {
        let now = tokio::select! {
            now = remote.now() => now?,
            () = stop.heard() => return Ok(UNDECIDED),
        };
        body["expires_at"] = (now + timeout).format("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    }
    let (id, is_known) = tokio::select! {
        submitted = remote.submit(&key, &body) => submitted?,
        () = stop.heard() => {
            stop.end_at_once();
            // It may be there already: the same key tells.
            let hurried = remote.hurried(LAST_PATIENCE);
            let Some((id, _)) = at_last(hurried.submit(&key, &body)).await else {
                note!("Told to end: it may wait there, and could not be withdrawn");
                return Ok(NOT_ASKED);
            };
            return taken_back(ask, &hurried, id).await;
        }
    };
    if is_known {
        note!(
            "#{id} was asked before with this --key, and nobody is asked twice: its own time to expire holds"
        );
    }
    tokio::select! {
        item = heard(remote, id) => told(ask, &item?).inspect(|code| {
            if is_known && *code == UNDECIDED {
                note!("To ask anew, use a new --key");
            }
        }),
        () = stop.heard() => {
            stop.end_at_once();
            taken_back(ask, &remote.hurried(LAST_PATIENCE), id).await
        }
    }
}

/// Waits until the decision is final, saying meanwhile what it waits for.
async fn heard(remote: &Remote, id: i64) -> Result<Item, Trouble> {
    let mut said = String::new();
    let mut item = remote.item(id, false).await?;
    loop {
        if item.known.r#final {
            return Ok(item);
        }
        let line = told::waiting(&item.known);
        if line != said {
            note!("{line}");
            said = line;
        }
        item = remote.item(id, true).await?;
    }
}

async fn taken_back(ask: &Ask, remote: &Remote, id: i64) -> Result<u8, End> {
    note!("Told to end: withdrawing #{id}");
    let withdrawn = async {
        remote.withdraw(&[id], Some("the asking program was told to end")).await?;
        remote.item(id, false).await
    };
    let Some(item) = at_last(withdrawn).await else {
        note!("#{id} may still wait; take it back with: countersign items withdraw {id}");
        return Ok(NOT_ASKED);
    };
    if item.known.state != "withdrawn" {
        note!("{}", told::decided_already(&item.known));
    }
    told(ask, &item)?;
    // Whoever was told to end must not go on with a yes.
    Ok(UNDECIDED)
}

/// What is still done when the program was told to end: soon, or not at all.
async fn at_last<T>(work: impl Future<Output = Result<T, Trouble>>) -> Option<T> {
    match timeout(LAST_PATIENCE, work).await {
        Ok(Ok(done)) => return Some(done),
        Ok(Err(trouble)) => note!("countersign ask: {trouble}"),
        Err(_) => note!("countersign ask: no answer within {} s", LAST_PATIENCE.as_secs()),
    }
    None
}

fn told(ask: &Ask, item: &Item) -> Result<u8, End> {
    let asked = ask.question.content_hash().map_err(End::Usage)?;
    // Both what is said to be the content's hash, and the content that is told: either may have been changed.
    if let Some(other) =
        [item.known.content_hash.clone(), item.content_hash()].iter().find(|hash| **hash != asked)
    {
        let differs = format!("#{} has the content hash {other}, and {asked} was asked", item.known.id);
        return Err(End::Trouble(Trouble::Odd(differs)));
    }
    say!("{}", if ask.json { Value::to_string(&item.whole) } else { told::decision(&item.known) });
    Ok(match item.known.state.as_str() {
        "approved" => APPROVED,
        "rejected" => REJECTED,
        _ => UNDECIDED,
    })
}

/// Ctrl-C, SIGTERM, and SIGHUP of a terminal that was closed.
struct Stop {
    interrupt: Signal,
    others: [Signal; 2],
}

impl Stop {
    fn new() -> std::io::Result<Self> {
        let others = [signal(SignalKind::terminate())?, signal(SignalKind::hangup())?];
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, others })
    }

    async fn heard(&mut self) {
        let [terminate, hangup] = &mut self.others;
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }

    /// A second Ctrl-C ends the program where it is.
    fn end_at_once(mut self) {
        tokio::spawn(async move {
            self.interrupt.recv().await;
            std::process::exit(INTERRUPTED);
        });
    }
}
