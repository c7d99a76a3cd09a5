//! Two admins press at the same moment, a thousand times, each through an instance of their own: one of them decides, and
//! the other is told who did.

use std::sync::Arc;
use std::time::Duration;

use countersign::domain::ids::ItemId;
use countersign::ledger::connect::Address;
use serde_json::Value;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{REVIEW_GROUP, TestBot};
use crate::support::postgres;
use crate::support::presses::pressed;

const ITEMS: u32 = 1000;
/// Pairs of presses at once.
const AT_ONCE: usize = 16;

/// What both are told about an item: Lee, then Kim.
type Told = (u32, String, String);

async fn a_thousand_times(address: &Address) {
    let bots = Arc::new([TestBot::on(address).await, TestBot::on(address).await]);
    let titles: Vec<String> = (1..=ITEMS).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    for (n, some) in titles.chunks(500).enumerate() {
        bots[0].app.ledger.apply(submit(&format!("part-{n}"), some)).await.unwrap();
    }
    let ids: Vec<ItemId> = (1..=i64::from(ITEMS)).filter_map(ItemId::new).collect();
    let mut hashes = Vec::new();
    for some in ids.chunks(500) {
        let portraits = bots[0].app.ledger.portraits(some).await.unwrap();
        hashes.extend(portraits.into_iter().map(|portrait| portrait.item.content_hash[..8].to_owned()));
    }
    let (mut presses, mut told) = (JoinSet::new(), Vec::new());
    for (n, hash) in (1..).zip(hashes) {
        if presses.len() >= AT_ONCE {
            told.extend(presses.join_next().await.map(Result::unwrap));
        }
        presses.spawn(both(n, hash, bots.clone()));
    }
    told.extend(presses.join_all().await);
    let first: Vec<bool> = told.iter().map(is_told_well).collect();
    assert_eq!(first.len(), ITEMS as usize);
    let by_lee = first.iter().filter(|lee| **lee).count();
    assert!((1..ITEMS as usize).contains(&by_lee), "either may be first: Lee was {by_lee} times");
    assert_eq!(bots[1].open_items().await, 0);
    let [one, two] = Arc::into_inner(bots).expect("nobody else has them");
    one.end().await;
    two.end().await;
}

/// Both press on the one card at the same moment.
async fn both(n: u32, hash: String, bots: Arc<[TestBot; 2]>) -> Told {
    let data = format!("a:{n}:{hash}:1");
    let start = Barrier::new(2);
    let press = async |person: i64, bot: &TestBot, update_id: u32| {
        let update = pressed(update_id, person, (REVIEW_GROUP, i64::from(n)), &data);
        start.wait().await;
        until_answered(bot, &update).await
    };
    let [one, two] = &*bots;
    let (lee, kim) = tokio::join!(press(LEE, one, n), press(KIM, two, n + ITEMS));
    (n, lee, kim)
}

/// Delivers as Telegram does: again, until it is acknowledged.
async fn until_answered(bot: &TestBot, update: &Value) -> String {
    loop {
        let answer = bot.deliver(update).await;
        if answer.status == 200 {
            return answer.text();
        }
        assert_eq!(answer.status, 503, "{answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whether Lee was first; the other is told by whom it was decided.
fn is_told_well((n, lee, kim): &Told) -> bool {
    let is_first = |text: &str| text == format!("Approved 1: #{n} item {n}.");
    assert!(is_first(lee) != is_first(kim), "one of them decides: {lee} / {kim}");
    let (late, first) =
        if is_first(lee) { (kim, ["@lee", "the person 111"]) } else { (lee, ["@kim", "the person 222"]) };
    let by =
        |name: &&str| late.starts_with(&format!("Nothing approved.\n#{n} was already approved by {name} "));
    assert!(first.iter().any(by), "the other is told by whom: {late}");
    is_first(lee)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_decides_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("bot.db").display());
    a_thousand_times(&Address::parse(&url).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_decides_on_postgres() {
    if let Some(scratch) = postgres::fresh_database().await {
        a_thousand_times(&Address::parse(scratch.url()).unwrap()).await;
    }
}
