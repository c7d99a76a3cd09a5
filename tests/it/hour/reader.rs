//! The reader of the log: it goes on after the last number it kept, at whichever instance answers, and now and then has
//! forgotten what it read since.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::world::Hour;

/// What it read.
pub struct Read {
    /// The rows in the order in which they came.
    pub rows: Vec<Value>,
    /// How often it started again from what it had kept.
    pub restarts: usize,
}

/// Reads until every item has come to its end.
pub async fn follows(hour: Hour) -> Read {
    let mut chance = hour.chance(2);
    let mut read = Read { rows: Vec::new(), restarts: 0 };
    // What it keeps: after a restart it goes on there.
    let (mut kept, mut cursor) = (0, 0);
    loop {
        let path = format!("/api/admin/decisions?after={cursor}&limit={}", 1 + chance.below(20));
        let (status, page) = hour.call(&mut chance, None, &path, None).await;
        assert_eq!(status, 200, "{page}");
        for row in page["decisions"].as_array().unwrap() {
            let number = row["number"].as_i64().unwrap();
            assert_eq!(number, cursor + 1, "none is skipped and none comes twice");
            cursor = number;
            match read.rows.get(usize::try_from(number - 1).unwrap()) {
                Some(before) => assert_eq!(before, row, "read again it is the same"),
                None => read.rows.push(row.clone()),
            }
        }
        assert_eq!(page["next_after"], cursor);
        if chance.percent(40) {
            kept = cursor;
        }
        if chance.percent(10) {
            (cursor, read.restarts) = (kept, read.restarts + 1);
        } else if page["more"] == false {
            if hour.there().is_some_and(|count| read.rows.len() >= count) {
                return read;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}
