//! What people are called on an instance that did not hear them.

use super::on_each_database;
use crate::support::books::{Books, approve};

on_each_database!(a_first_vote_brings_its_name_along);

/// At once, and not when the people are next read again: a script that is told of the decision there is told by whom.
async fn a_first_vote_brings_its_name_along(books: Books) {
    let other = books.instance().await;
    let ids = books.pending(&["rent"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let record = other.record(ids[0]).await.unwrap().unwrap();
    assert_eq!(record.portrait.name.as_deref(), Some("@lee"));
    assert_eq!(record.marks[0].name.as_deref(), Some("@lee"));
    other.close().await;
    books.close().await;
}
