//! The database, Telegram and a receiver fail at the same time, and come back: nothing is lost, nothing takes effect twice.

use std::collections::BTreeSet;

use super::says;
use crate::support::books::{self, LEE};
use crate::support::postgres;
use crate::support::receiver::{Answer, Receiver};
use crate::support::serve::{Manner, Server};

const COMMANDS: u32 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn all_fail_and_come_back() {
    let Some(database) = postgres::own_server().await else { return };
    let receiver = Receiver::start().await;
    let variables =
        vec![("DECISION_WEBHOOKS", receiver.entry("erp")), ("WEBHOOK_NETWORKS", "127.0.0.0/8".to_owned())];
    let manner = Manner { polls: true, variables, ..Manner::default() };
    let mut server = Server::spawn_as(database.url(), manner).await;
    server.caller.ready().await;
    server.caller.submit("all", COMMANDS as usize).await;

    // Half of them were said before it all began, half while it is so.
    receiver.always(Some(Answer::Status(503)));
    server.api.run_wild();
    for n in 1..=COMMANDS / 2 {
        server.api.push(says(n, &format!("/approve {n}")));
    }
    receiver.until(1).await;
    database.stop();
    for n in COMMANDS / 2 + 1..=COMMANDS {
        server.api.push(says(n, &format!("/approve {n}")));
    }
    let (status, _) = server.caller.get("/api/admin/decisions").await;
    assert_eq!(status, 503, "nothing is told that is not known");
    database.again();
    server.api.mend();
    let refused = receiver.told().len();
    receiver.always(None);

    server.caller.ready().await;
    let decisions = server.caller.until_final(COMMANDS as usize).await;
    let items: BTreeSet<i64> = decisions.iter().map(|one| one["item_id"].as_i64().unwrap()).collect();
    assert_eq!((items.len(), decisions.len()), (COMMANDS as usize, COMMANDS as usize), "each once");
    assert_eq!(server.caller.open_items().await, [0_i64; 0], "nothing lost");
    let answered = |n: u32| format!("Approved 1: #{n} item {n}.");
    server
        .api
        .until("every answer", |api| {
            let texts: BTreeSet<String> = api.texts(LEE).into_iter().collect();
            (1..=COMMANDS).all(|n| texts.contains(&answered(n))) && api.unconfirmed() == 0
        })
        .await;
    // A receiver that failed is tried again after a pause; what it took, it is not told again.
    let taken = || {
        let told = receiver.told().split_off(refused);
        told.into_iter().map(|told| told.header("webhook-id").to_owned()).collect::<Vec<_>>()
    };
    for _ in 0..15_000 {
        if taken().len() >= COMMANDS as usize {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let taken = taken();
    assert_eq!(taken.len(), COMMANDS as usize, "{taken:?}");
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), COMMANDS as usize, "each decision once");
    assert_eq!(server.terminate().await, Some(0));
    books::audit(database.url()).await;
}
