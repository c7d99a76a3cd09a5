//! Another PostgreSQL server answers, which had not heard of the last commits (asynchronous replication, a restored backup).

use std::time::Duration;

use super::says;
use crate::support::postgres;
use crate::support::serve::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failover_lost_is_not_told_from_memory() {
    let Some(database) = postgres::own_server().await else { return };
    let mut server = Server::start(database.url()).await;
    server.caller.submit("all", 2).await;
    database.stop();
    database.save();
    database.again();
    server.caller.ready().await;
    let approve = says(1, "/approve 1");
    let mut answers = Vec::new();
    // The third is answered from the very bytes that were delivered.
    for _ in 0..3 {
        let (status, answer) = server.caller.deliver(&approve).await.unwrap();
        assert_eq!(status, 200, "{answer}");
        answers.push(answer["text"].as_str().unwrap().to_owned());
    }
    assert!(answers[0].starts_with("Approved 1: #1"), "{answers:?}");
    assert!(answers[1] == answers[2] && answers[1] != answers[0], "{answers:?}");
    assert_eq!(server.caller.open_items().await, [2]);

    database.stop();
    database.put_back();
    database.again();
    server.caller.ready().await;
    assert_eq!(server.caller.open_items().await, [1, 2], "the decision is lost");
    // Until it is noticed that another server answers, memory tells what that one does not know.
    let mut told = String::new();
    for _ in 0..300 {
        let (status, answer) = server.caller.deliver(&approve).await.unwrap();
        if status == 200 && answer["text"].as_str() != Some(answers[1].as_str()) {
            answer["text"].as_str().unwrap_or_default().clone_into(&mut told);
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(told.starts_with("Approved 1: #1"), "{told:?}");
    assert_eq!(server.caller.open_items().await, [2], "the delivery came again, and took effect");
    assert_eq!(server.terminate().await, Some(0));
}
