//! The audit sees what does not fit: each kind of damage, done by hand behind the ledger's back, is told.

use countersign::domain::operation::Answered;
use sea_orm::ConnectionTrait;

use super::on_each_database;
use crate::support::books::{Books, approve, submit};

on_each_database!(
    each_kind_of_damage_is_told,
    what_messages_show_and_tell_is_held_against_the_books,
    more_than_a_page_is_read,
);

async fn each_kind_of_damage_is_told(books: Books) {
    books.pending(&["rent", "laptop", "travel"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.ledger.apply(approve(2, &[2])).await.unwrap();
    let mut posted = approve(3, &[3]);
    posted.answered = Answered::Outbox;
    books.ledger.apply(posted).await.unwrap();
    assert_eq!(books.ledger.audit().await.unwrap(), [""; 0]);

    let hand = books.address.open_writer().await.unwrap();
    for damage in [
        "DELETE FROM outbox",
        "UPDATE idempotency_keys SET operation_id = 99 WHERE key = 'tg:1:1'",
        "UPDATE approvals SET key = 'tg:1:77' WHERE item_id = 1",
        "UPDATE pending_items SET state = 'pending' WHERE id = 2",
    ] {
        hand.execute_unprepared(damage).await.unwrap();
    }
    assert_eq!(
        books.ledger.audit().await.unwrap(),
        [
            "the key tg:1:1 has no operation R99",
            "vote 1 on item #1 has no operation",
            "item #2 is pending but its votes say otherwise",
            "R2 (tg:1:1) decided [1], its votes are []",
            "the answer of R4 (tg:1:3) is not in the outbox",
            "decision 2 says otherwise than item #2: its state",
        ]
    );
    hand.close().await.unwrap();
    books.ledger.close().await;
}

async fn what_messages_show_and_tell_is_held_against_the_books(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    let mut posted = approve(1, &[1]);
    posted.answered = Answered::Outbox;
    books.ledger.apply(posted).await.unwrap();
    let hand = books.address.open_writer().await.unwrap();
    let cards = "INSERT INTO cards (item_id, chat, message_id, shown_version, due_at) VALUES
        (1, -7, 1, 2, NULL), (2, -7, 2, 1, NULL), (1, -7, 3, 1, '2026-03-01 12:04:00')";
    hand.execute_unprepared(cards).await.unwrap();
    assert_eq!(books.ledger.audit().await.unwrap(), [""; 0], "what is behind may show less");
    for damage in [
        "INSERT INTO cards (item_id, chat, message_id, shown_version) VALUES (1, -7, 4, 1), (2, -7, 5, 9), (8, -7, 6, 1)",
        "UPDATE outbox SET event = '{\"v\":1,\"type\":\"receipt\",\"operation\":99,\"standing\":\"new\",\"reader\":111}'",
        "INSERT INTO outbox (event, chat, dedupe, created_at, not_before, sent_at, failed_at) VALUES
            ('{\"v\":1,\"type\":\"card\",\"items\":[1,8]}', -7, 'card:1:-7:0', '2026-03-01 12:04:00', '2026-03-01 12:04:00',
             '2026-03-01 12:04:00', '2026-03-01 12:04:00')",
    ] {
        hand.execute_unprepared(damage).await.unwrap();
    }
    assert_eq!(
        books.ledger.audit().await.unwrap(),
        [
            "message 4 in chat -7 shows item #1 as it was (1 of 2), and is not behind",
            "message 5 in chat -7 shows item #2 as it never was (9 of 1)",
            "message 6 in chat -7 shows item #8, which does not exist",
            "row 2 of the outbox was sent and given up",
            "row 1 of the outbox tells of R99, which does not exist",
            "row 2 of the outbox tells of item #8, which does not exist",
        ]
    );
    hand.close().await.unwrap();
    books.ledger.close().await;
}

async fn more_than_a_page_is_read(books: Books) {
    let titles: Vec<String> = (1..=600).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    for (n, some) in titles.chunks(100).enumerate() {
        books.ledger.apply(submit(&format!("part-{n}"), some)).await.unwrap();
    }
    let all: Vec<i64> = (1..=600).collect();
    for (update, ids) in (1..).zip(all.chunks(100)) {
        books.ledger.apply(approve(update, ids)).await.unwrap();
    }
    let hand = books.address.open_writer().await.unwrap();
    hand.execute_unprepared("UPDATE pending_items SET round = 2 WHERE id = 600").await.unwrap();
    let told = books.ledger.audit().await.unwrap();
    let in_the_log = "decision 600 says otherwise than item #600: its round";
    assert_eq!(told, ["item #600 is approved but its votes say otherwise", in_the_log]);
    hand.close().await.unwrap();
    books.ledger.close().await;
}
