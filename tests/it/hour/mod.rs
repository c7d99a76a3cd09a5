//! An hour's worth of items, all of it at once: scripts that `ask`, a receiver of webhooks that is away for a while, a reader
//! of the log that starts again and again, and two admins, while the processes are killed. Afterwards all of them have seen
//! the same decisions, the log's, in its order and each once.
//!
//! CI runs a short hour. `HOUR_ITEMS=3600 cargo test --test it -- hour --nocapture` runs a whole one at the same pace, about a
//! quarter of an hour; `HOUR_SEED` repeats the choices of an earlier run.

mod admins;
mod asks;
mod kills;
mod reader;
mod receiver;
mod verdict;
mod world;

use std::time::Duration;

use countersign::clock::Clock;
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::verdict::Seen;
use self::world::{Hour, Scale};
use crate::support::postgres;

/// How long after the last submission everything may take to be told: a killed process's claims and leases must end, and
/// answers are paced.
const END: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    an_hour(&format!("sqlite://{}?mode=rwc", folder.path().join("hour.db").display()), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_on_three_instances_with_postgres() {
    if let Some(scratch) = postgres::fresh_database().await {
        an_hour(scratch.url(), 3).await;
    }
}

async fn an_hour(url: &str, instances: usize) {
    let scale = Scale::read();
    println!("{instances} instances, {scale:?}; HOUR_SEED={} repeats the choices", scale.seed);
    let stopwatch = Clock::stopwatch();
    let receiver = receiver::Receiver::start().await;
    let (hour, mut servers) = Hour::begins(url, instances, &scale, &receiver).await;

    let asking = tokio::spawn(asks::all(hour.clone()));
    let submitting = tokio::spawn(asks::rest(hour.clone()));
    let reading = tokio::spawn(reader::follows(hour.clone()));
    let mut admins = JoinSet::new();
    for admin in admins::Admin::both(&hour) {
        admins.spawn(admin.works());
    }
    let troubled =
        tokio::spawn(receiver::troubles(receiver.clone(), hour.chance(6), scale.period().mul_f64(0.8)));
    let kills = kills::until(&hour, &mut servers, scale.period().mul_f64(0.8)).await;

    let rest = submitting.await.unwrap();
    let asked = timeout(END, asking).await.expect("every ask ends").unwrap();
    hour.all_are_there(rest + asked.iter().filter(|asked| asked.code != Some(12)).count());
    let told = timeout(END, admins.join_all()).await.expect("nothing waits for the admins any more");
    troubled.await.unwrap();
    let read = timeout(END, reading).await.expect("the reader has read every item's end").unwrap();
    receiver.until(read.rows.len()).await;
    let mut seen = Seen { asked, told, read, receiver, kills };
    seen.hear_the_answers(&hour).await;
    for server in &mut servers {
        assert_eq!(server.terminate().await, Some(0));
    }
    println!("{}", seen.agree(url).await);
    println!("it took {:.0?}", stopwatch.elapsed());
}
