//! Three real processes on one PostgreSQL under load, through kills, a restart of the database and a rolling upgrade; then
//! everything is counted. Short by itself; `SOAK_SECONDS=600` makes it long, `SOAK_SEED` repeats its choices, and
//! `OLD_BINARY` (see `scripts/older-binary.sh`) is the release that it begins with.

mod chaos;
mod count;
mod dice;
mod load;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use countersign::clock::Clock;
use tokio::sync::watch;

use self::chaos::Chaos;
use self::dice::Dice;
use self::load::Load;
use crate::support::bot_api::BotApi;
use crate::support::postgres::{self, variable};
use crate::support::receiver::Receiver;
use crate::support::serve::{Manner, Server};

/// How long the load lasts, unless `SOAK_SECONDS` says otherwise.
const SECONDS: u64 = 12;
/// Who gives commands at the same time.
const CALLERS: u32 = 4;

fn number(name: &str) -> Option<u64> {
    variable(name).map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Said also while the test passes: a seed that nobody can read repeats nothing.
fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "soak: {line}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn soak_three_instances_through_kills_a_restart_and_an_upgrade() {
    let Some(database) = postgres::own_server().await else { return };
    let lasts = Duration::from_secs(number("SOAK_SECONDS").unwrap_or(SECONDS));
    let seed = number("SOAK_SEED").unwrap_or_else(|| u64::from(getrandom::u32().unwrap()));
    let old = variable("OLD_BINARY").map(PathBuf::from);
    say(&format!("SOAK_SEED={seed} SOAK_SECONDS={} OLD_BINARY={old:?}", lasts.as_secs()));
    let is_upgrade = old.is_some();
    let (api, receiver) = (BotApi::start().await, Receiver::start().await);
    let variables =
        vec![("DECISION_WEBHOOKS", receiver.entry("erp")), ("WEBHOOK_NETWORKS", "127.0.0.1".to_owned())];
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let manner = Manner {
        api: Some(api.clone()),
        binary: old,
        log: Some(log.clone()),
        variables,
        ..Manner::default()
    };
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(Server::spawn_as(database.url(), manner.clone()).await);
    }
    for server in &servers {
        server.caller.ready().await;
    }

    let (end, ended) = watch::channel(false);
    let callers = servers.iter().map(|server| server.caller.clone()).collect();
    let load = Load::new(callers, log);
    let workers: Vec<_> = (1..=CALLERS)
        .map(|number| {
            tokio::spawn(load.clone().work(number, Dice::new(seed + u64::from(number)), ended.clone()))
        })
        .collect();
    let mut chaos = Chaos::new(servers, Dice::new(seed), lasts);
    chaos.run(&database).await;
    // Who has ended already hears nothing.
    let _ = end.send(true);
    for worker in workers {
        worker.await.unwrap();
    }
    let stopwatch = Clock::stopwatch();
    count::until_quiet(&database, lasts).await;
    say(&format!("{}; quiet after {} s", chaos.told, stopwatch.elapsed().as_secs()));
    let decided = chaos.servers[0].caller.get("/api/admin/decisions?limit=1").await;
    assert_eq!(decided.0, 200, "{decided:?}");
    for server in &mut chaos.servers {
        assert_eq!(server.terminate().await, Some(0));
    }
    let counted = count::everything(database.url(), &load, (&api, &receiver), is_upgrade).await;
    say(&counted);
}
