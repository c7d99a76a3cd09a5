//! A day of two admins and a group with topics: the real program by webhook through every command and button, killed in
//! between, also between its commit and its answer. Nothing is lost, nothing done twice, and nothing left stale.

mod many;
mod office;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use self::office::{Day, Then, text};
use crate::support::books::{self, KIM, LEE};
use crate::support::bot::REVIEW_GROUP;
use crate::support::bot_api::BotApi;
use crate::support::postgres;
use crate::support::presses::{buttons, press};

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    a_day(&format!("sqlite://{}?mode=rwc", folder.path().join("day.db").display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_postgres() {
    if let Some(scratch) = postgres::fresh_database().await {
        a_day(scratch.url()).await;
    }
}

async fn a_day(url: &str) {
    let mut day = Day::begins(url).await;
    day.submits("morning", "bill", &["rent"]).await;
    day.submits("release", "deploy", &["release 2.4"]).await;
    day.submits("lease", "contract", &["lease"]).await;
    let rent = day.shows("#1 bill", &[]).await;
    assert_eq!(rent.1["message_thread_id"], 7);
    // A kill between sending a card and the note of it would show it twice.
    day.shows("#2 deploy", &[]).await;
    day.shows("#3 contract", &[]).await;
    yes_undone_and_no(&mut day, rent).await;
    two_approve(&mut day).await;
    rejected_with_a_reason(&mut day).await;
    many::burst(&mut day).await;
    read_whole(&mut day).await;
    asked(&mut day).await;
    who_may(&mut day).await;
    ends(day, url).await;
}

/// A press whose answer is lost by a kill, its undo, and two admins at the same moment.
async fn yes_undone_and_no(day: &mut Day, rent: (i64, Value)) {
    let toast = day.presses(LEE, REVIEW_GROUP, &rent, "a:", Then::Dies).await;
    assert!(toast.contains("duplicate delivery") && toast.contains("approved 1: #1 rent."), "{toast}");
    let card = day.shows("#1 bill", &["Approved by @lee"]).await;
    assert_eq!((card.0, buttons(&card.1)), (rent.0, Vec::new()));
    let undone = day.says(LEE, "/undo", Then::Dies).await;
    assert!(text(&undone).contains("ndone 1, pending again: #1 rent."), "{undone:?}");
    let twice = day.says(LEE, "/undo", Then::Well).await;
    assert!(text(&twice).starts_with("Nothing undone."), "{twice:?}");
    let open = |api: &BotApi| {
        api.shown(REVIEW_GROUP).iter().any(|(n, shown)| *n == rent.0 && !buttons(shown).is_empty())
    };
    day.api.until("buttons again", open).await;
    let stale = day.presses(LEE, REVIEW_GROUP, &rent, "a:", Then::Well).await;
    assert!(stale.contains("#1 was undone after this was shown."), "{stale}");
    let again = day.shows("#1 bill", &[]).await;
    day.updates += 2;
    let (yes, no) = (
        press(day.updates - 1, LEE, REVIEW_GROUP, &again, "a:"),
        press(day.updates, KIM, REVIEW_GROUP, &again, "r:"),
    );
    let (yes, no) = tokio::join!(day.server.caller.deliver(&yes), day.server.caller.deliver(&no));
    let toasts = [yes, no].map(|told| told.unwrap().1["text"].as_str().unwrap_or_default().to_owned());
    let won =
        toasts.iter().filter(|toast| toast.starts_with("Approved 1") || toast.starts_with("Rejected 1"));
    assert_eq!(won.count(), 1, "{toasts:?}");
    assert!(toasts.iter().any(|toast| toast.contains("#1 was already ")), "{toasts:?}");
}

/// One of two by a button, the other by a reply to the card.
async fn two_approve(day: &mut Day) {
    let card = day.shows("#2 deploy", &[]).await;
    let toast = day.presses(LEE, REVIEW_GROUP, &card, "a:", Then::Well).await;
    assert!(toast.starts_with("Your approval counts: #2 release 2.4 (1 of 2)."), "{toast}");
    day.shows("#2 deploy", &["1 of 2 approvals: @lee"]).await;
    day.killed().await;
    let second = day.replies(KIM, card.0, "/approve@countersign_bot", Then::Dies).await;
    assert!(text(&second).contains("pproved 1: #2 release 2.4."), "{second:?}");
    let done = day.shows("#2 deploy", &["Approved by @lee, @kim"]).await;
    assert!(buttons(&done.1).is_empty(), "{done:?}");
}

async fn rejected_with_a_reason(day: &mut Day) {
    day.killed().await;
    let card = day.shows("#3 contract", &[]).await;
    let toast = day.presses(KIM, REVIEW_GROUP, &card, "r:", Then::Well).await;
    assert_eq!(toast, "Say why below: #3 is not rejected yet.");
    let question = day.shows("Why is #3 rejected?", &[]).await;
    assert_eq!(buttons(&question.1).len(), 2, "{question:?}");
    let told = day.replies(KIM, question.0, "two pages are missing", Then::Dies).await;
    assert!(text(&told).contains("ejected 1: #3 lease.\nReason: two pages are missing"), "{told:?}");
    day.shows("#3 contract", &["Rejected by @kim", "two pages are missing"]).await;
}

/// More than a card shows is read below it, and rejected there for an offered reason.
async fn read_whole(day: &mut Day) {
    let item = json!({ "kind": "contract", "title": "supplies", "detail": "clause ".repeat(300) });
    day.server.caller.submit_items("supplies", vec![item]).await;
    let card = day.shows("#35 contract", &["characters more: press Details"]).await;
    let toast = day.presses(KIM, REVIEW_GROUP, &card, "a:", Then::Well).await;
    assert!(toast.starts_with("The detail is longer than this card."), "{toast}");
    let toast = day.presses(KIM, REVIEW_GROUP, &card, "d:", Then::Unanswered).await;
    assert_eq!(toast, "The details come below.");
    let whole = day.shows("#35 supplies", &["clause clause"]).await;
    let toast = day.presses(KIM, REVIEW_GROUP, &whole, "r:", Then::Unanswered).await;
    assert_eq!(toast, "Say why below: #35 is not rejected yet.");
    let question = day.shows("Why is #35 rejected?", &[]).await;
    let toast = day.presses(KIM, REVIEW_GROUP, &question, "w:", Then::Dies).await;
    assert!(
        toast.contains("duplicate delivery") && toast.ends_with("#35 supplies.\nReason: wrong amount"),
        "{toast}"
    );
    // The question becomes a card too.
    for (message, begins) in
        [(card.0, "#35 contract"), (whole.0, "#35 supplies"), (question.0, "#35 contract")]
    {
        let told = day.becomes(REVIEW_GROUP, message, begins, &["Rejected by @kim", "wrong amount"]).await;
        assert!(buttons(&told.1).is_empty(), "{told:?}");
    }
}

/// Whoever heard nothing asks again.
async fn asked(day: &mut Day) {
    day.submits("evening", "bill", &["evening"]).await;
    day.shows("#36 bill", &[]).await;
    for (command, holds) in [
        ("/show 1", "taken back".to_owned()),
        ("/history @kim today", "@kim rejected #35: wrong amount".to_owned()),
        ("/history 222 7d", "@kim rejected #35".to_owned()),
        ("/receipt R4", "R4, ".to_owned()),
        ("/why 2", "2 different people must approve (quorum)".to_owned()),
        ("/stats", "1 open:".to_owned()),
        ("/help", "/approve".to_owned()),
        ("/whoami", "Your id is 111.".to_owned()),
        ("/start", "You may decide, and say who may".to_owned()),
        ("/aprove 1", "Did you mean /approve?".to_owned()),
        ("/approve 1 x7", "\"x7\" (character 3 after /approve) is not an item number".to_owned()),
    ] {
        let told = day.says(LEE, command, Then::Well).await;
        assert!(text(&told).contains(&holds), "{command}: {told:?}");
    }
    let left = day.says(LEE, "/pending", Then::Unanswered).await;
    assert!(text(&left).starts_with("1 pending:\n#36 bill: evening "), "{left:?}");
}

/// A right is given, lost with an answer, changed and taken; and the log is sent as a file.
async fn who_may(day: &mut Day) {
    let given = day.says(LEE, "/admins add 333 approver", Then::Dies).await;
    assert!(text(&given).contains("duplicate delivery") && text(&given).contains("approver"), "{given:?}");
    for (command, holds) in [
        ("/admins", "333"),
        ("/admins role 333 viewer", "viewer"),
        ("/admins remove 333", "no role"),
        ("/admins remove 222", "ADMIN_IDS"),
    ] {
        let told = day.says(LEE, command, Then::Well).await;
        assert!(text(&told).contains(holds), "{command}: {told:?}");
    }
    let added = day.says_about(LEE, 444, "/admins add viewer", Then::Dies).await;
    assert!(text(&added).contains("duplicate delivery): @ann (444) became a viewer."), "{added:?}");
    day.asks_for_file(LEE, "/export", Then::Unanswered).await;
}

/// Nothing is stale: whatever shows a decided item says so and has no button for it, and nothing waits to be sent.
async fn ends(mut day: Day, url: &str) {
    assert_eq!(day.spared(), Vec::<String>::new(), "used, and killed around");
    assert_eq!(day.api.documents(LEE).len(), 1);
    day.killed().await;
    let open: BTreeSet<i64> = day.server.caller.open_items().await.into_iter().collect();
    assert_eq!(open, BTreeSet::from([36]));
    let stale = |api: &BotApi| {
        let shown = [REVIEW_GROUP, LEE, KIM].into_iter().flat_map(|chat| api.shown(chat));
        let decides =
            |data: &String| data.starts_with("a:") || data.starts_with("r:") || data.starts_with("w:");
        let of_open =
            |data: &String| data.split(':').nth(1).is_some_and(|item| open.contains(&item.parse().unwrap()));
        shown.flat_map(|(_, message)| buttons(&message)).filter(decides).filter(|data| !of_open(data)).count()
    };
    day.api.until("no stale button", |api| stale(api) == 0).await;
    // Each item has one message of its own and one with its whole detail, or stands in one list.
    let cards = day.api.texts(REVIEW_GROUP).into_iter().filter(|text| text.starts_with('#'));
    let heads: Vec<String> = cards.map(|text| text.lines().next().unwrap_or_default().to_owned()).collect();
    assert_eq!(
        heads,
        ["#1 bill", "#2 deploy", "#3 contract", "#34 bill", "#35 contract", "#35 supplies", "#36 bill"]
    );
    assert_eq!(day.server.terminate().await, Some(0));
    assert_eq!(books::audit(url).await, 1);
}
