//! The scripts: each runs the real `ask` and goes by what it printed and how it ended. Some are killed and run again, some are
//! told to end, some wait for nobody. What no script asks comes over the HTTP API in small batches.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::world::{Chance, Hour};
use crate::ask::world::{Asking, asking, program};

/// So many of a hundred items are asked by a script.
const SHARE: u32 = 30;

const KINDS: [&str; 4] = ["bill", "bill", "deploy", "payment"];

/// What becomes of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It waits for a decision.
    Waits,
    /// It is killed, and run again under the same key.
    IsKilled,
    /// Nobody decides, and the time runs out.
    Expires,
    /// It is told to end.
    IsTold,
}

/// How a script ended.
#[derive(Debug)]
pub struct Asked {
    pub key: String,
    pub plan: Plan,
    pub code: Option<i32>,
    /// State, who, why and hash, as it printed them; null where it printed nothing.
    pub said: Value,
}

/// All scripts, each at its time.
pub async fn all(hour: Hour) -> Vec<Asked> {
    let mut chance = hour.chance(4);
    let mut scripts = JoinSet::new();
    let count = hour.items * SHARE / 100;
    for n in 0..count {
        let plan = match chance.below(10) {
            0 => Plan::Expires,
            1 => Plan::IsTold,
            2 | 3 => Plan::IsKilled,
            _ => Plan::Waits,
        };
        let (hour, chance) = (hour.clone(), hour.chance(1000 + u64::from(n)));
        scripts.spawn(async move {
            sleep(hour.period() * n / count).await;
            script(&hour, chance, format!("ask-{n}"), plan).await
        });
    }
    scripts.join_all().await
}

/// Everything else; gives how many items that were.
pub async fn rest(hour: Hour) -> usize {
    let mut chance = hour.chance(5);
    let count = hour.items - hour.items * SHARE / 100;
    let (mut sent, mut batch) = (0, 0);
    while sent < count {
        let size = (1 + u32::try_from(chance.below(6)).unwrap()).min(count - sent);
        let item = |n| json!({ "kind": KINDS[n as usize % 4], "title": format!("do-{n}"), "external_id": format!("rest-{n}") });
        let items: Vec<Value> = (sent..sent + size).map(item).collect();
        hour.submit(&mut chance, &format!("batch-{batch}"), &items).await;
        (sent, batch) = (sent + size, batch + 1);
        sleep(hour.period() * size / count).await;
    }
    sent as usize
}

async fn script(hour: &Hour, mut chance: Chance, key: String, plan: Plan) -> Asked {
    let leaves = matches!(plan, Plan::Expires | Plan::IsTold);
    let title = format!("{}-{key}", if leaves { "leave" } else { "do" });
    let (kind, is_json) = (*chance.pick(&KINDS), chance.percent(50));
    let url = chance.pick(&hour.callers).url("");
    let mut arguments = vec!["ask", &title, "--kind", kind, "--key", &key];
    arguments.extend(is_json.then_some("--json"));
    arguments.extend(["--timeout", if plan == Plan::Expires { "3s" } else { "1h" }]);
    let run = || asking(program(&url, &arguments));
    if plan == Plan::IsKilled {
        let killed = run();
        sleep(chance.pause(50, 2000)).await;
        drop(killed);
    }
    loop {
        let mut asking = run();
        if plan == Plan::IsTold {
            told_to_end(&mut asking, &mut chance).await;
        }
        let (code, out, _) = asking.ended().await;
        // Away while it was told to end: the script's owner sees to it.
        if plan == Plan::IsTold && code == Some(12) {
            continue;
        }
        return Asked { key, plan, code, said: if is_json { of_json(&out) } else { of_lines(&out) } };
    }
}

async fn told_to_end(asking: &mut Asking, chance: &mut Chance) {
    // It may have ended already: taken back by the run before, whose answer did not come in time.
    let waits = asking.waits().await;
    sleep(chance.pause(0, 1000)).await;
    if waits {
        asking.signal("INT").await;
    }
}

fn of_json(out: &str) -> Value {
    let Ok(item) = serde_json::from_str::<Value>(out) else { return Value::Null };
    let who = &item["decided_by"];
    let by = if who["name"].is_null() { &who["actor"] } else { &who["name"] };
    json!({ "state": item["state"], "by": by, "why": item["reason"], "hash": item["content_hash"] })
}

/// `approved by @lee: why`, and a line with the hash.
fn of_lines(out: &str) -> Value {
    let Some((decision, rest)) = out.split_once('\n') else { return Value::Null };
    let (decision, why) = match decision.split_once(": ") {
        Some((decision, why)) => (decision, Some(why)),
        None => (decision, None),
    };
    let (state, by) = match decision.split_once(" by ") {
        Some((state, by)) => (state, Some(by)),
        None => (decision, None),
    };
    json!({ "state": state, "by": by, "why": why, "hash": rest.trim_end().split(' ').next_back() })
}
