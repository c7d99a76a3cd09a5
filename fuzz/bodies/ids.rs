//! Any text behind `/approve`: its ids are read, each a number that an item can have, or the part that is none is named.

use countersign::command::ids::parse;
use countersign::limits::{ID_MAX, IDS_MAX};

pub fn holds(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    match parse(text) {
        Ok(ids) => {
            assert!(!ids.is_empty() && ids.len() <= IDS_MAX, "{} ids", ids.len());
            assert!(ids.iter().all(|id| (1..=ID_MAX).contains(&id.get())));
            // Written plainly they are the same ids, in the same order.
            let plain: Vec<String> = ids.iter().map(|id| id.get().to_string()).collect();
            assert_eq!(parse(&plain.join(",")).unwrap(), ids);
            assert_eq!(parse(&format!(" {} ", plain.join(" "))).unwrap(), ids);
        }
        Err(wrong) => {
            // It is quoted to a person: short, and at a place that the text has.
            assert!(wrong.token.chars().count() <= 64, "{wrong:?}");
            assert!(wrong.position >= 1 && wrong.position <= text.chars().count() + 1, "{wrong:?}");
        }
    }
}
