//! Waiting for a decision: answered when it is final, by whichever instance, or when the time is up.

use std::time::Duration;

use chrono::TimeDelta;
use countersign::clock::Clock;
use countersign::domain::rules::Rules;
use countersign::ledger::Ledger;
use countersign::limits::{WAIT_LOOK, WAITING_MAX};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::books::{Books, approve, submit};
use crate::support::http::{AGENT, ApiServer, BACKEND, SHOP};
use crate::support::serve::Server;

fn waiting(id: i64, seconds: u64) -> String {
    format!("/api/admin/pending/{id}?wait={seconds}")
}

/// Waits until so many wait.
async fn until_wait(ledger: &Ledger, count: usize) {
    while ledger.waits().0 != count {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The shop's item 1, which can be taken back for ten seconds.
async fn slow_item(server: &ApiServer) {
    let body = json!({ "kind": "slow", "title": "a deploy" });
    assert_eq!(server.post("/api/admin/pending", SHOP, "s", body).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_when_the_decision_is_final() {
    let server = ApiServer::start().await;
    slow_item(&server).await;
    let answered = async {
        let answer = server.get(&waiting(1, 50), SHOP).await;
        assert_eq!((&answer.body["state"], &answer.body["final"]), (&json!("approved"), &json!(true)));
    };
    let decided = async {
        until_wait(&server.app.ledger, 1).await;
        server.approve("a", json!({ "ids": [1] })).await;
        assert_eq!(server.app.ledger.waits().0, 1, "what can be undone is awaited further");
        server.clock.advance(TimeDelta::seconds(10));
        server.app.ledger.release_due().await.unwrap();
    };
    tokio::join!(answered, decided);
    assert_eq!(server.app.ledger.waits().0, 0);
    // What is final is answered at once, however long one would wait.
    assert_eq!(server.get(&waiting(1, 50), SHOP).await.body["final"], true);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_without_a_window_and_an_expiry_wake_too() {
    let server = ApiServer::start().await;
    server.submit("s", &["rent"]).await;
    let brief = json!({ "kind": "bill", "title": "x", "expires_at": "2026-03-01T12:05:00Z" });
    server.post("/api/admin/pending", SHOP, "t", brief).await;
    let states = async {
        let (one, two) = (waiting(1, 50), waiting(2, 50));
        let (one, two) = tokio::join!(server.get(&one, SHOP), server.get(&two, SHOP));
        assert_eq!((&one.body["state"], &two.body["state"]), (&json!("approved"), &json!("expired")));
        assert!(one.body["final"] == true && two.body["final"] == true);
    };
    let ended = async {
        until_wait(&server.app.ledger, 2).await;
        server.approve("a", json!({ "ids": [1] })).await;
        server.clock.advance(TimeDelta::seconds(61));
        server.app.ledger.expire().await.unwrap();
    };
    tokio::join!(states, ended);
    server.end().await;
}

/// Many that wait for one item wake at once, and leave the connections to the database to others as well.
#[tokio::test(flavor = "multi_thread")]
async fn all_who_wait_for_one_item_are_answered() {
    let server = ApiServer::start().await;
    server.submit("s", &["rent"]).await;
    let asked = async {
        let url = waiting(1, 50);
        let all = (0..300).map(|_| server.get(&url, SHOP));
        futures_util::future::join_all(all).await
    };
    let decided = async {
        until_wait(&server.app.ledger, 300).await;
        server.approve("a", json!({ "ids": [1] })).await;
    };
    let (answers, ()) = tokio::join!(asked, decided);
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body["state"] == "approved"));
    server.end().await;
}

/// An item expires on whatever instance looks: none needs to keep the house for that.
#[tokio::test(flavor = "multi_thread")]
async fn an_expiry_wakes_without_a_lease() {
    let server = ApiServer::start().await;
    let brief = json!({ "kind": "bill", "title": "x", "expires_at": "2026-03-01T12:05:00Z" });
    server.post("/api/admin/pending", SHOP, "t", brief).await;
    let expiring = tokio::spawn(countersign::jobs::expire::run(server.app.ledger.clone()));
    let url = waiting(1, 50);
    let (answer, ()) = tokio::join!(server.get(&url, SHOP), async {
        until_wait(&server.app.ledger, 1).await;
        server.clock.advance(TimeDelta::seconds(61));
    });
    assert_eq!(answer.body["state"], "expired");
    expiring.abort();
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_time_is_up_it_tells_how_things_stand_then() {
    let server = ApiServer::start().await;
    slow_item(&server).await;
    let up = async {
        let answer = server.get(&waiting(1, 1), SHOP).await;
        assert!(answer.took >= Duration::from_secs(1), "{:?}", answer.took);
        assert_eq!((&answer.body["state"], &answer.body["final"]), (&json!("approved"), &json!(false)));
    };
    let decided = async {
        until_wait(&server.app.ledger, 1).await;
        server.approve("a", json!({ "ids": [1] })).await;
    };
    tokio::join!(up, decided);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_frees_the_place() {
    let server = ApiServer::start().await;
    server.submit("s", &["rent"]).await;
    let request = server.bare(reqwest::Method::GET, &waiting(1, 50)).bearer_auth(SHOP);
    let asked = tokio::spawn(request.send());
    until_wait(&server.app.ledger, 1).await;
    asked.abort();
    until_wait(&server.app.ledger, 0).await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_waited_for_is_refused() {
    let server = ApiServer::start().await;
    server.submit("s", &["rent"]).await;
    for odd in ["wait=51", "wait=-1", "wait=long", "until=5"] {
        let answer = server.get(&format!("/api/admin/pending/1?{odd}"), SHOP).await;
        answer.refused(400, "malformed_query");
    }
    server.get(&waiting(1, 50), AGENT).await.refused(404, "no_such_item");
    server.get(&waiting(9, 50), BACKEND).await.refused(404, "no_such_item");
    assert_eq!(server.app.ledger.waits().0, 0);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_wait_across_instances_on_sqlite() {
    a_thousand_wait(Books::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_wait_across_instances_on_postgres() {
    if let Some(books) = Books::postgres().await {
        a_thousand_wait(books).await;
    }
}

/// A thousand wait on one instance for what another releases: it costs one look at the log each time, whatever their number.
async fn a_thousand_wait(mut books: Books) {
    books.kinds.insert("bill".to_owned(), Rules::default());
    books.restart().await;
    let titles: Vec<String> = (1..=100).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let ids = books.ledger.apply(submit("hundred", &titles)).await.unwrap().outcome.done().to_vec();
    let other = books.instance().await;
    let stopwatch = Clock::stopwatch();
    let mut waiters = JoinSet::new();
    for n in 0..1000 {
        let (ledger, id) = (books.ledger.clone(), ids[n % 100]);
        waiters.spawn(async move {
            let place = ledger.wait_for(id);
            loop {
                let woken = place.woken();
                let record = ledger.record(id).await.unwrap().unwrap();
                if record.portrait.item.released_at.is_some() {
                    return;
                }
                woken.await;
            }
        });
    }
    until_wait(&books.ledger, 1000).await;
    for (update, some) in (1..).zip(ids.chunks(10)) {
        let some: Vec<i64> = some.iter().map(|id| id.get()).collect();
        other.apply(approve(update, &some)).await.unwrap();
    }
    waiters.join_all().await;
    let (left, looks) = books.ledger.waits();
    let most = stopwatch.elapsed().as_millis() / WAIT_LOOK.as_millis() + 2;
    assert!(left == 0 && u128::from(looks) <= most, "{looks} looks in {:?}", stopwatch.elapsed());
    other.close().await;
    books.close().await;
}

fn full(answer: &(u16, Value)) -> bool {
    answer.0 == 503 && answer.1["error"] == "too_many_wait"
}

/// The real program, as many as may, one more, a decision, and a stop.
#[tokio::test(flavor = "multi_thread")]
async fn as_many_as_may_wait_and_a_stop_lets_them_go() {
    rlimit::increase_nofile_limit(4096).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("wait.db").display());
    let mut server = Server::start(&url).await;
    server.caller.submit("all", 2).await;
    let mut waiters = JoinSet::new();
    for n in 0..WAITING_MAX {
        let (caller, id) = (server.caller.clone(), if n % 2 == 0 { 1 } else { 2 });
        waiters.spawn(async move {
            loop {
                let answer = caller.get(&waiting(id, 50)).await;
                // Whoever looks whether a place is left may have had ours for a moment.
                if !full(&answer) {
                    return answer;
                }
            }
        });
    }
    // Once no place is left for one more, all of them wait.
    while !full(&server.caller.get(&waiting(1, 1)).await) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.caller.ready().await;
    server.caller.approve("yes", &[1]).await;
    for _ in 0..WAITING_MAX / 2 {
        let (status, item) = waiters.join_next().await.unwrap().unwrap();
        assert_eq!((status, &item["id"], &item["final"]), (200, &json!(1), &json!(true)));
    }
    assert_eq!(server.terminate().await, Some(0), "nobody who waits holds up the end");
    while let Some(answer) = waiters.join_next().await {
        let (status, item) = answer.unwrap();
        assert_eq!((status, &item["id"], &item["final"]), (200, &json!(2), &json!(false)));
    }
}
