//! What `ask` says: on standard error while it waits, and the decision at the end.

use std::fmt::Write;

use crate::cli::remote::Known;

/// What it waits for, and for whom.
pub(super) fn waiting(item: &Known) -> String {
    let id = item.id;
    let Some(awaiting) = &item.awaiting else {
        let at = item.final_at.map(|at| format!(" at {}", at.format("%H:%M:%S UTC"))).unwrap_or_default();
        let who = item.decided_by.as_ref().map(|who| format!(" by {}", who.shown())).unwrap_or_default();
        return format!("#{id} is {}{who}; that is final{at}, unless it is undone", item.state);
    };
    let whom = match awaiting.from.as_slice() {
        [] => "somebody".to_owned(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    };
    let mut line = format!("Waiting for {whom} to decide about #{id}");
    if awaiting.need > 1 {
        let names: Vec<&str> = item.votes.iter().map(|vote| vote.who.shown()).collect();
        let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        // Writing to a String cannot fail.
        let _ = write!(line, "; {} of {} approvals{names}", awaiting.have, awaiting.need);
    }
    if let Some(at) = item.expires_at {
        let _ = write!(line, "; expires {}", at.format("%Y-%m-%d %H:%M UTC"));
    }
    line
}

/// That it cannot be withdrawn any more.
pub(super) fn decided_already(item: &Known) -> String {
    let Known { id, state, .. } = item;
    match item.final_at.filter(|_| !item.r#final) {
        None => format!("#{id} is {state} already, and stays so"),
        Some(at) => format!(
            "#{id} is {state} already. Should that be undone before {}, it waits again; then: countersign items withdraw {id}",
            at.format("%H:%M:%S UTC")
        ),
    }
}

/// Who decided what, and why; and what exactly it was about.
pub(super) fn decision(item: &Known) -> String {
    let voted: Vec<&str> =
        item.votes.iter().filter(|vote| vote.stands_for(&item.state)).map(|vote| vote.who.shown()).collect();
    let last = || item.decided_by.as_ref().map(|who| who.shown().to_owned());
    let who = if voted.is_empty() { last() } else { Some(voted.join(", ")) };
    let who = who.map(|who| format!(" by {who}")).unwrap_or_default();
    let why = item.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{}{who}{why}\n#{} content_hash {}", item.state, item.id, item.content_hash)
}
