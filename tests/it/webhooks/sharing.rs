//! Instances share what is to be told, and a death between the telling and the note of it tells once more.

use super::{World, on_each_database, settings, start};
use crate::support::books::{self, Books};
use crate::support::postgres::fresh_database;
use crate::support::receiver::Receiver;
use crate::support::serve::{Manner, Server};

on_each_database!(two_instances_tell_each_decision_once);

async fn two_instances_tell_each_decision_once(books: Books) {
    let receiver = Receiver::start().await;
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    let other = world.books.instance().await;
    let (stop, worker) = start(&world.books, &other, &world.settings);
    for n in 1..=60 {
        world.decide(n).await;
    }
    let told = receiver.until(60).await;
    world.until(0, 0).await;
    let mut ids: Vec<&str> = told.iter().map(|told| told.header("webhook-id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), receiver.told().len()), (60, 60));
    stop.send(true).unwrap();
    worker.await.unwrap();
    other.close().await;
    world.end().await;
}

/// Where a parcel passes on its way.
const POINTS: [&str; 2] = ["webhook.sending", "webhook.sent"];

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_receiver_is_told() {
    let mut deaths = tokio::task::JoinSet::new();
    for point in POINTS {
        deaths.spawn(async move {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}?mode=rwc", folder.path().join("told.db").display());
            dies_at(point, &url).await;
        });
        if let Some(scratch) = fresh_database().await {
            deaths.spawn(async move { dies_at(point, scratch.url()).await });
        }
    }
    while let Some(done) = deaths.join_next().await {
        done.unwrap();
    }
}

async fn dies_at(point: &str, url: &str) {
    let receiver = Receiver::start().await;
    let manner = Manner {
        points: Some(format!("{point}=die")),
        variables: vec![
            ("DECISION_WEBHOOKS", receiver.entry("erp")),
            ("WEBHOOK_NETWORKS", "127.0.0.1".to_owned()),
        ],
        ..Manner::default()
    };
    let mut server = Server::spawn_as(url, manner).await;
    server.caller.ready().await;
    server.caller.submit("all", 1).await;
    // The answer may come before the death or not; the decision stands either way.
    let approving = server.caller.clone();
    let approving = tokio::spawn(async move { approving.approve("yes", &[1]).await });
    server.dead().await;
    drop(approving.await);
    server.manner.points = None;
    server.again().await;
    // The dead one's claim must end first.
    let shown = if point == "webhook.sent" { 2 } else { 1 };
    let told = receiver.until(shown).await;
    assert!(told.iter().all(|one| one.header("webhook-id") == told[0].header("webhook-id")), "{point}");
    assert_eq!(server.terminate().await, Some(0), "{point}");
    assert_eq!(receiver.told().len(), shown, "{point}");
    books::audit(url).await;
}
