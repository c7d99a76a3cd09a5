//! What must be so afterwards: every acknowledged command has one effect and its answer, none is lost, none counts twice,
//! the log has no gap, cards show their items, receivers were told, and nothing waits.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use countersign::domain::outcome::Outcome;
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::{AssertSqlSafe, Connection, PgConnection, Row, query};
use tokio::process::Command;

use super::load::Load;
use super::say;
use crate::support::books;
use crate::support::bot_api::BotApi;
use crate::support::postgres::Own;
use crate::support::receiver::Receiver;

async fn rows(url: &str, sql: &str) -> Vec<PgRow> {
    let mut server = PgConnection::connect(url).await.unwrap();
    query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut server).await.unwrap()
}

async fn number(url: &str, sql: &str) -> i64 {
    rows(url, sql).await[0].get(0)
}

/// Waits until nothing is to be sent, edited or told any more: as long as the load lasted and a lease's life, for a group's
/// messages come one in four seconds.
pub(super) async fn until_quiet(database: &Own, lasts: Duration) {
    let url = database.url();
    let waits = "SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL) \
                 + (SELECT count(*) FROM cards WHERE due_at IS NOT NULL) \
                 + (SELECT count(*) FROM deliveries WHERE delivered_at IS NULL AND failed_at IS NULL) \
                 + (SELECT count(*) FROM pending_items WHERE state <> 'pending' AND NOT logged)";
    let pause = Duration::from_millis(250);
    for _ in 0..(lasts + Duration::from_secs(120)).as_millis() / pause.as_millis() {
        if number(url, waits).await == 0 {
            return;
        }
        database.keep();
        tokio::time::sleep(pause).await;
    }
    panic!("{} rows still wait", number(url, waits).await);
}

pub(super) async fn everything(
    url: &str,
    load: &Load,
    (api, receiver): (&BotApi, &Receiver),
    is_upgrade: bool,
) -> String {
    let decided = effects(url, load).await;
    let answered = answers(load, api);
    let logged = log(url, &decided).await;
    let failed = number(url, "SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL").await;
    assert_eq!(failed, 0, "nothing was given up");
    // A release before them told receivers nothing.
    let due = rows(url, "SELECT number FROM deliveries WHERE delivered_at IS NOT NULL").await;
    let due: BTreeSet<i64> = due.iter().map(|row| row.get(0)).collect();
    let told = receiver.told().into_iter().map(|told| told.json()["data"]["number"].as_i64().unwrap());
    assert_eq!(told.collect::<BTreeSet<_>>(), due, "what was noted as told was told, and nothing else");
    assert!(is_upgrade || due == (1..=logged).collect(), "each decision is told to the receiver");
    books::audit(url).await;
    let mut verify = Command::new(env!("CARGO_BIN_EXE_countersign"));
    verify.args(["audit", "verify"]).env_clear().env("DATABASE_URL", url).current_dir(std::env::temp_dir());
    let verified = verify.output().await.unwrap();
    assert!(verified.status.success(), "{verified:?}");
    say(String::from_utf8_lossy(&verified.stdout).trim());
    let told = load.told.lock().unwrap();
    format!(
        "{} submissions, {} commands and {} approvals over HTTP, each with one effect; {} deliveries acknowledged, {} \
         tries not; {answered} answers rode or were sent as new at most once; {} items decided once, {logged} in the \
         log, {} told to the receiver; cards are as their items",
        told.submissions.len(),
        told.commands.len(),
        told.approvals.len(),
        told.acknowledged,
        told.not,
        decided.len(),
        receiver.told().len()
    )
}

/// Each acknowledged key stands once, no other does, and each item was decided by one operation; gives those.
async fn effects(url: &str, load: &Load) -> BTreeMap<i64, String> {
    let operations = rows(url, "SELECT key, outcome FROM operations ORDER BY id").await;
    let mut found: Vec<String> = operations.iter().map(|row| row.get("key")).collect();
    found.sort_unstable();
    let (wanted, items, touched) = {
        let told = load.told.lock().unwrap();
        let by_client = told.submissions.keys().chain(told.approvals.keys()).map(|key| format!("shop:{key}"));
        let by_person = told.commands.keys().map(|update| format!("tg:1234567:{update}"));
        let mut wanted: Vec<String> = by_client.chain(by_person).collect();
        wanted.sort_unstable();
        let mut items: Vec<i64> = told.submissions.values().flatten().copied().collect();
        items.sort_unstable();
        let by_person = told.commands.values().map(|(_, item, _)| *item);
        let touched: BTreeSet<i64> = by_person.chain(told.approvals.values().copied()).collect();
        (wanted, items, touched)
    };
    assert_eq!(found, wanted, "each acknowledged delivery is one operation, and there is no other");
    let keys = rows(url, "SELECT key FROM idempotency_keys").await;
    let mut keys: Vec<String> = keys.iter().map(|row| row.get(0)).collect();
    keys.sort_unstable();
    assert_eq!(keys, wanted, "each has its key");
    let stored = rows(url, "SELECT id, state FROM pending_items ORDER BY id").await;
    assert_eq!(stored.iter().map(|row| row.get::<i64, _>(0)).collect::<Vec<_>>(), items, "each item once");

    let mut decided: BTreeMap<i64, String> = BTreeMap::new();
    for row in &operations {
        let outcome = Outcome::from_stored(row.get("outcome")).unwrap();
        if matches!(outcome, Outcome::Decided { .. }) {
            for id in outcome.done() {
                assert!(decided.insert(id.get(), row.get("key")).is_none(), "{id:?} was decided twice");
            }
        }
    }
    assert_eq!(decided.keys().copied().collect::<BTreeSet<_>>(), touched, "each that was named is decided");
    let open: BTreeSet<i64> =
        stored.iter().filter(|row| row.get::<&str, _>("state") == "pending").map(|row| row.get(0)).collect();
    let untouched: BTreeSet<i64> = items.into_iter().filter(|item| !touched.contains(item)).collect();
    assert_eq!(open, untouched, "no other is");
    let votes = rows(url, "SELECT item_id, key FROM approvals WHERE withdrawn_at IS NULL").await;
    let votes: Vec<(i64, String)> = votes.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(votes.len(), decided.len(), "one vote each");
    assert_eq!(votes.into_iter().collect::<BTreeMap<_, _>>(), decided, "by the same operation");
    decided
}

/// Every command was answered, and in no more than one response as new; gives how many were.
fn answers(load: &Load, api: &BotApi) -> usize {
    let mut sent: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for call in api.calls("sendMessage").into_iter().filter(|call| call.done) {
        let chat = call.arguments["chat_id"].as_i64().unwrap_or_default();
        sent.entry(chat).or_default().push(call.arguments["text"].as_str().unwrap_or_default().to_owned());
    }
    let told = load.told.lock().unwrap();
    for (update, (person, item, answers)) in &told.commands {
        let tells = |text: &str| text.contains(&format!("#{item} "));
        let rode: Vec<&str> = answers.iter().filter_map(|answer| answer["text"].as_str()).collect();
        let arrived = sent.get(person).into_iter().flatten().map(String::as_str);
        assert!(
            rode.iter().copied().chain(arrived).any(tells),
            "{update} about #{item} was not answered: {answers:?} {:?}",
            sent.get(person)
        );
        let as_new = rode.iter().filter(|text| !text.contains("duplicate delivery")).count();
        assert!(as_new <= 1, "{update} was told as new twice: {answers:?}");
    }
    told.commands.len()
}

/// Every decision stands in the log once, under numbers without a gap; gives how many.
async fn log(url: &str, decided: &BTreeMap<i64, String>) -> i64 {
    let log = rows(url, "SELECT number, item_id FROM decision_log ORDER BY number").await;
    let numbers: Vec<i64> = log.iter().map(|row| row.get(0)).collect();
    let last = i64::try_from(log.len()).unwrap();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>(), "no gap");
    let mut items: Vec<i64> = log.iter().map(|row| row.get(1)).collect();
    items.sort_unstable();
    assert_eq!(items, decided.keys().copied().collect::<Vec<_>>(), "each decision once");
    last
}
