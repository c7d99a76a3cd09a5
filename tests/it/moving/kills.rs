//! A kill in the middle of the move leaves nothing, and no program ever serves half of it.

use std::sync::Arc;

use countersign::ledger::connect::Address;
use countersign::ledger::copy::{self, Progress};
use countersign::ledger::migrate;
use countersign::points::{Act, Points};
use sea_orm::sqlx::{Connection, PgConnection, Row};
use tokio::sync::Notify;

use super::moves;
use crate::support::books::{self, Books, approve, noon, submit};
use crate::support::postgres;
use crate::support::serve::{Manner, Server};

/// More items than one statement writes.
const ITEMS: i64 = 450;

/// Books with all of that, at rest.
async fn rested() -> (Books, String) {
    let books = Books::sqlite().await;
    let titles: Vec<String> = (1..=ITEMS).map(|n| format!("bill {n}")).collect();
    books.ledger.apply(submit("all", &titles.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap();
    for n in 1..=5_u32 {
        books.ledger.apply(approve(n, &[n.into()])).await.unwrap();
    }
    let from = format!("sqlite://{}", books.address.file().unwrap().display());
    (books, from)
}

/// How many items there are; `None` where there is no such table.
async fn items(url: &str) -> Option<i64> {
    let mut server = PgConnection::connect(url).await.unwrap();
    let rows = sea_orm::sqlx::query("SELECT count(*) FROM pending_items").fetch_one(&mut server).await;
    rows.ok().map(|row| row.get(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_and_run_again() {
    let (books, from) = rested().await;
    for was_prepared in [false, true] {
        let Some(scratch) = postgres::fresh_database().await else { return };
        if was_prepared {
            let target = Address::parse(scratch.url()).unwrap().open_writer().await.unwrap();
            migrate::up(&target).await.unwrap();
            target.close().await.unwrap();
        }
        for points in
            ["copy.rows=die", "copy.rows=die:2", "copy.table=die:9", "copy.table=die:15", "copy.commit=die"]
        {
            let (code, said) = moves(&from, scratch.url(), points).await;
            assert_eq!(code, None, "{points} killed it: {said}");
            let left = items(scratch.url()).await;
            assert_eq!(left, was_prepared.then_some(0), "{points} left something behind");
        }
        let (code, said) = moves(&from, scratch.url(), "").await;
        assert!(code == Some(0) && said.contains("copying pending_items: 450 rows"), "{said}");
        assert_eq!(items(scratch.url()).await, Some(ITEMS));
        assert_eq!(books::audit(scratch.url()).await, 445);
    }
    books.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_program_serves_half_of_it() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let (books, _) = rested().await;
    for was_prepared in [false, true] {
        let to = Address::parse(scratch.url()).unwrap();
        let target = to.open_writer().await.unwrap();
        migrate::down(&target, 99).await.unwrap();
        if was_prepared {
            migrate::up(&target).await.unwrap();
        }
        target.close().await.unwrap();
        let points = Points::default();
        let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        points.arm("copy.table", Act::GoOn);
        points.arm("copy.commit", Act::Wait(reached.clone(), go_on.clone()));
        let mut seen: Vec<Progress> = Vec::new();
        let mut tell = |progress| seen.push(progress);
        let moving = async { copy::copy((&books.address, &to), noon(), &points, &mut tell).await.unwrap() };
        let starting = async {
            reached.notified().await;
            let server = Server::spawn_as(scratch.url(), Manner::default()).await;
            server.caller.healthy().await;
            let status = reqwest::get(server.caller.url("/readyz")).await.unwrap().status().as_u16();
            assert_eq!(status, 503, "it waits");
            go_on.notify_one();
            server.caller.ready().await;
            server
        };
        let (copied, mut server) = tokio::join!(moving, starting);
        assert!(!copied.was_there);
        assert!(
            seen.iter().any(|at| at.table == "pending_items" && at.rows == 400 && at.of == 450),
            "{seen:?}"
        );
        assert_eq!(server.caller.open_items().await.len() as i64, ITEMS - 5, "it serves all");
        assert_eq!(server.terminate().await, Some(0));
        books::audit(scratch.url()).await;
    }
    books.close().await;
}
