//! Whether all have seen the same: the log as it stands in the database is held against what each of them was told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;
use tokio::process::Command as Process;

use super::admins::Command;
use super::asks::{Asked, Plan};
use super::reader::Read;
use super::receiver::Receiver;
use super::world::Hour;
use crate::support::books::{self, KIM, LEE};
use crate::support::bot_api::BotApi;

/// What everybody saw.
pub struct Seen {
    pub asked: Vec<Asked>,
    /// What each admin said, in order, with the answers.
    pub told: Vec<Vec<Command>>,
    pub read: Read,
    pub receiver: Receiver,
    pub kills: usize,
}

impl Seen {
    /// Waits for the answers that came as messages.
    pub async fn hear_the_answers(&mut self, hour: &Hour) {
        for command in self.told.iter_mut().flatten() {
            if !command.answers.is_empty() {
                continue;
            }
            let (person, message) = (command.person, command.message);
            let answer = |api: &BotApi| {
                let shown = api.shown(person).into_iter();
                let mut texts = shown.filter(|(_, shown)| shown["reply_parameters"]["message_id"] == message);
                texts.next().map(|(_, shown)| shown["text"].as_str().unwrap_or_default().to_owned())
            };
            hour.api.until(&command.text, |api| answer(api).is_some()).await;
            command.answers.extend(answer(&hour.api));
        }
    }

    /// Fails where somebody saw anything else than the log says; gives the figures.
    pub async fn agree(&self, url: &str) -> String {
        let log = export(url).await;
        assert_eq!(self.read.rows, log, "the reader has read the log");
        let items: BTreeSet<i64> = log.iter().map(|row| row["item_id"].as_i64().unwrap()).collect();
        assert_eq!(items.len(), log.len(), "each item once");
        self.receiver_agrees(&log);
        let scripts = self.scripts_agree(&log);
        let (commands, decided) = self.admins_agree(&log);
        assert_eq!(books::audit(url).await, 0, "nothing waits");
        let (requests, refused, away) = self.receiver.counts();
        let deliveries: usize = self.told.iter().flatten().map(|command| command.deliveries).sum();
        format!(
            "{} decisions, {} kills. Scripts: {scripts}. Admins: {commands} commands, delivered {deliveries} times, {decided} \
             decisions. Receiver: {requests} requests, {refused} refused, away for {away:.0?}. Reader: {} restarts.",
            log.len(),
            self.kills,
            self.read.restarts
        )
    }

    /// Of each decision by one id, and the same as in the log.
    fn receiver_agrees(&self, log: &[Value]) {
        let mut told: Vec<Value> =
            self.receiver.firsts().into_iter().map(|mut said| said["data"].take()).collect();
        for row in &mut told {
            let row = row.as_object_mut().unwrap();
            assert!(row.remove("title").is_some() && row.remove("payload").is_some());
        }
        told.sort_by_key(|row| row["number"].as_i64());
        assert_eq!(told, log, "the receiver was told the log");
    }

    fn scripts_agree(&self, log: &[Value]) -> String {
        let by_key: BTreeMap<&str, &Value> =
            log.iter().filter_map(|row| Some((row["external_id"].as_str()?, row))).collect();
        let mut codes: BTreeMap<i32, usize> = BTreeMap::new();
        for asked in &self.asked {
            *codes.entry(asked.code.unwrap_or(-1)).or_default() += 1;
            let Some(row) = by_key.get(asked.key.as_str()) else {
                // Its time was over before anybody could be asked.
                assert!(asked.plan == Plan::Expires && asked.code == Some(12), "{asked:?}");
                continue;
            };
            let code = match row["state"].as_str().unwrap() {
                "approved" => 0,
                "rejected" => 10,
                _ => 11,
            };
            assert_eq!(asked.code, Some(code), "{asked:?} and {row}");
            let hash = (&asked.said["hash"], &asked.said["state"]);
            assert_eq!(hash, (&row["content_hash"], &row["state"]), "{asked:?} and {row}");
            let why = if row["state"] == "withdrawn" { &asked.said["why"] } else { &row["reason"] };
            assert_eq!(&asked.said["why"], why, "{asked:?} and {row}");
            // By the names on record, or the number of somebody whose name has not come round yet; with --json by the last one's.
            let deciders = row["decided_by"].as_array().unwrap();
            let decided = |by: &str| {
                deciders.iter().any(|who| [&who["name"], &who["actor"]].iter().any(|own| **own == by))
            };
            let are_some = asked.said["by"].as_str().is_some_and(|all| all.split(", ").all(decided));
            assert!(are_some || asked.said["by"].is_null() && code == 11, "{asked:?} and {row}");
        }
        codes.iter().fold(String::new(), |mut told, (code, count)| {
            write!(told, "{}{count} ended with {code}", if told.is_empty() { "" } else { ", " }).unwrap();
            told
        })
    }

    /// Whatever an admin was told to have decided last about an item stands in the log, as theirs; and whatever stands there as
    /// an admin's, they were told.
    fn admins_agree(&self, log: &[Value]) -> (usize, usize) {
        let mut claims: BTreeMap<i64, (&str, i64)> = BTreeMap::new();
        for command in self.told.iter().flatten() {
            for answer in &command.answers {
                assert!(!answer.is_empty(), "{command:?}");
            }
        }
        for said in &self.told {
            let mut own: BTreeMap<i64, (&str, i64)> = BTreeMap::new();
            for command in said {
                let words = command.answers.join("\n");
                for (did, state) in [("pproved", "approved"), ("ejected", "rejected")] {
                    own.extend(named(&words, did).into_iter().map(|id| (id, (state, command.person))));
                }
                if command.text == "/undo" {
                    let undone = named(&words, "ndone");
                    own.retain(|id, _| !undone.contains(id));
                }
            }
            for (id, claim) in own {
                assert!(claims.insert(id, claim).is_none(), "both were told to have decided #{id}");
            }
        }
        for row in log {
            let id = row["item_id"].as_i64().unwrap();
            let claim = claims.remove(&id);
            if !matches!(row["state"].as_str(), Some("approved" | "rejected")) {
                assert!(claim.is_none(), "{claim:?} and {row}");
                continue;
            }
            let (state, person) = claim.unwrap_or_else(|| panic!("nobody was told of {row}"));
            assert!([LEE, KIM].contains(&person) && row["state"] == state, "{claim:?} and {row}");
            let actors = row["decided_by"].as_array().unwrap().iter().map(|who| &who["actor"]);
            assert!(actors.clone().any(|actor| *actor == format!("tg:{person}")), "{claim:?} and {row}");
        }
        assert!(claims.is_empty(), "told, and not in the log: {claims:?}");
        (
            self.told.iter().map(Vec::len).sum(),
            log.iter().filter(|row| row["decided_by"][0].is_object()).count(),
        )
    }
}

/// The items of `Approved 3: #1 a, #2 b, #7 c.`, and of the same in a sentence.
fn named(words: &str, did: &str) -> BTreeSet<i64> {
    let mut ids = BTreeSet::new();
    for line in words.lines() {
        let Some((_, rest)) = line.split_once(&format!("{did} ")) else { continue };
        let Some((count, list)) = rest.split_once(": ") else { continue };
        if count.split(',').next().is_none_or(|count| count.parse::<usize>().is_err()) {
            continue;
        }
        let digits =
            |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
        let found: BTreeSet<i64> = list.split('#').skip(1).filter_map(digits).collect();
        assert_eq!(Some(found.len()), count.split(',').next().unwrap().parse().ok(), "{line}");
        ids.extend(found);
    }
    ids
}

/// The log as the program itself writes it out, after it found every row to be as it was written.
async fn export(url: &str) -> Vec<Value> {
    let run = async |what: &str| {
        let mut program = Process::new(env!("CARGO_BIN_EXE_countersign"));
        program.args(["audit", what]).env_clear().env("DATABASE_URL", url).current_dir(std::env::temp_dir());
        let output = program.output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{what}: {told} {}", String::from_utf8_lossy(&output.stderr));
        told
    };
    assert!(run("verify").await.starts_with("ok: "));
    run("export").await.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
