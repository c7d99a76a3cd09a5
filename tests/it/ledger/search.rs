//! The queue narrowed by words, in whatever letters they are written.

use countersign::ledger::Page;

use super::on_each_database;
use crate::support::books::{Books, submit};

on_each_database!(words_are_found_in_any_letters);

async fn words_are_found_in_any_letters(books: Books) {
    let titles = ["Überweisung an ÄPFEL GmbH", "Счёт 5", "100% of a_b", "rent"];
    books.ledger.apply(submit("words", &titles)).await.unwrap();
    // As /pending hands them on: in small letters.
    for (words, found) in [
        (vec!["überweisung"], 1),
        (vec!["überw", "äpfel"], 1),
        (vec!["äpf", "gmbh"], 1),
        (vec!["счёт"], 1),
        (vec!["чёт"], 1),
        (vec!["0% of"], 1),
        (vec!["a_b"], 1),
        (vec!["axb"], 0),
        (vec!["bill"], 4),
        (vec!["%"], 1),
        (vec!["überweisung", "rent"], 0),
    ] {
        let page = Page {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            limit: 9,
            ..Page::default()
        };
        assert_eq!(books.ledger.pending(page).await.unwrap().total, found, "{words:?}");
    }
    books.close().await;
}
