//! Who waits for whom on PostgreSQL: whoever is held up holds up nobody else.

use std::time::Duration;

use countersign::domain::event::answer_to;
use countersign::domain::operation::{Answered, Request};
use countersign::domain::receipt::Standing;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use tokio::time::timeout;

use crate::support::books::{Books, KIM, approve, approve_by, done};

/// Shorter than a statement waits for a lock: what is answered in time has waited for none.
const AT_ONCE: Duration = Duration::from_millis(1500);

/// Waits until some transaction waits for another's lock; SQLite lets it begin only afterwards.
pub(super) async fn until_somebody_waits(books: &Books) {
    if books.address.writers() == 1 {
        return;
    }
    let conn = books.address.open_readers().await.unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waits = async || {
        let row = conn.query_one_raw(Statement::from_string(DbBackend::Postgres, waiting)).await.unwrap();
        row.unwrap().try_get_by_index::<i64>(0).unwrap() > 0
    };
    let until = async {
        while !waits().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), until).await.expect("somebody waits");
    conn.close().await.unwrap();
}

async fn by_hand(books: &Books) -> DatabaseConnection {
    books.address.open_writer().await.unwrap()
}

/// Its answer's purpose is being used by somebody else, who does not come to an end.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_the_outbox_does_not_hold_the_log() {
    let Some(books) = Books::postgres().await else { return };
    books.pending(&["rent", "laptop"]).await;
    let held_up = Request { answered: Answered::Outbox, ..approve(1, &[1]) };
    let hand = by_hand(&books).await;
    let theirs = hand.begin().await.unwrap();
    let row = format!(
        "INSERT INTO outbox (event, chat, dedupe, created_at, not_before, attempts) \
         VALUES ('{{}}', 1, '{}', localtimestamp, localtimestamp, 0)",
        answer_to(&held_up.key)
    );
    theirs.execute_unprepared(&row).await.unwrap();
    let (ledger, other) = (books.ledger.clone(), books.instance().await);
    let waiting = tokio::spawn(async move { ledger.apply(held_up).await.unwrap() });
    until_somebody_waits(&books).await;
    let released = timeout(AT_ONCE, other.apply(approve_by(KIM, 2, &[2]))).await;
    assert_eq!(done(&released.expect("the log is free").unwrap()), [2]);
    theirs.rollback().await.unwrap();
    assert_eq!(done(&waiting.await.unwrap()), [1]);
    hand.close().await.unwrap();
    other.close().await;
    books.close().await;
}

/// Roles are being changed, as at a start: a repeat needs none.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_does_not_wait_for_a_change_of_roles() {
    let Some(books) = Books::postgres().await else { return };
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let hand = by_hand(&books).await;
    let theirs = hand.begin().await.unwrap();
    // "roles" in ASCII, as in `ledger/dialect.rs`.
    theirs
        .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({})", 0x72_6f_6c_65_73_i64))
        .await
        .unwrap();
    let repeat = timeout(AT_ONCE, books.ledger.apply(approve(1, &[1]))).await;
    assert_eq!(repeat.expect("it is told at once").unwrap().standing, Standing::Repeat);
    let ledger = books.ledger.clone();
    let new = tokio::spawn(async move { ledger.apply(approve(2, &[2])).await.unwrap() });
    until_somebody_waits(&books).await;
    theirs.rollback().await.unwrap();
    assert_eq!(done(&new.await.unwrap()), [2], "what decides waits for it");
    hand.close().await.unwrap();
    books.close().await;
}
