//! Thirty in a burst: a list that is turned, a preview with an exception, what failed and is tried again, the rest by pages.

use serde_json::Value;

use super::office::{Day, Then, text};
use crate::support::books::{KIM, LEE};
use crate::support::bot::REVIEW_GROUP;

pub(super) async fn burst(day: &mut Day) {
    let titles: Vec<String> = (4..34).map(|n| format!("bill {n}")).collect();
    day.submits("burst", "bill", &titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let list = day.shows("30 new, 30 open:", &[]).await;
    looked_through(day, &list).await;
    let few = day.says(LEE, "/approve 4,34", Then::Well).await;
    assert!(text(&few).starts_with("Approved 1: #4 bill 4.\nThere is no #34."), "{few:?}");
    confirmed(day).await;
    page_approved(day).await;
    tried_again(day, &few).await;
    let rest = day.says(KIM, "/reject all kind:bill !34: too late", Then::Dies).await;
    assert!(text(&rest).contains("his would reject 4: #30 bill 30, "), "{rest:?}");
    let toast = day.presses(KIM, KIM, &rest, "c:", Then::Well).await;
    assert!(toast.starts_with("Rejected 4: "), "{toast}");
    let done = day.shows("30 new, 0 open:", &["#33 bill: bill 33 – Rejected by @kim"]).await;
    assert_eq!(done.0, list.0, "one message for the burst");
}

/// The list opens the queue below it, whose one message is turned there and back.
async fn looked_through(day: &mut Day, list: &(i64, Value)) {
    let toast = day.presses(KIM, REVIEW_GROUP, list, "l:", Then::Unanswered).await;
    assert_eq!(toast, "The list comes below.");
    let page = day.shows("30 pending, 1–10 of them:", &[]).await;
    assert_eq!(day.presses(KIM, REVIEW_GROUP, &page, "t:", Then::Unanswered).await, "");
    let next = day.becomes(REVIEW_GROUP, page.0, "30 pending, 11–20 of them:", &[]).await;
    // The first arrow leads back.
    assert_eq!(day.presses(KIM, REVIEW_GROUP, &next, "t:", Then::Well).await, "");
    day.becomes(REVIEW_GROUP, page.0, "30 pending, 1–10 of them:", &[]).await;
}

/// A preview is confirmed, and becomes what it did.
async fn confirmed(day: &mut Day) {
    let preview = day.says(LEE, "/approve 5-20 !7 99", Then::Well).await;
    assert!(
        text(&preview).starts_with("This would approve 15: #5–6, #8–20.\nThere is no #99."),
        "{preview:?}"
    );
    let toast = day.presses(LEE, LEE, &preview, "c:", Then::Dies).await;
    assert!(toast.contains("approved 15: #5–6, #8–20."), "{toast}");
    let result = day.becomes(LEE, preview.0, "Approved 15: #5–6, #8–20.", &[]).await;
    assert_eq!(day.presses(LEE, LEE, &result, "i:", Then::Unanswered).await, "The details come below.");
    let each = day.told(LEE, "R").await;
    assert!(text(&each).contains(", item by item:\n#5 bill: bill 5 – Approved by @lee"), "{each:?}");
}

/// What was shown on a page is approved, and what came meanwhile is not.
async fn page_approved(day: &mut Day) {
    let page = day.says(KIM, "/pending bill", Then::Well).await;
    assert!(text(&page).starts_with("14 pending, 1–10 of them:\n#7 bill: bill 7 "), "{page:?}");
    day.submits("late", "bill", &["late"]).await;
    day.shows("#34 bill", &[]).await;
    let toast = day.presses(KIM, KIM, &page, "p:", Then::Dies).await;
    assert!(toast.starts_with("1 came after this page was shown, and was left alone. Already "), "{toast}");
    assert!(toast.contains("duplicate delivery): approved 10: "), "{toast}");
    let left = day.becomes(KIM, page.0, "5 pending:\n#30 bill: bill 30 ", &[]).await;
    assert!(text(&left).contains("\n#34 bill: late "), "{left:?}");
}

/// What there was not the first time is there by now.
async fn tried_again(day: &mut Day, result: &(i64, Value)) {
    let toast = day.presses(LEE, LEE, result, "f:", Then::Dies).await;
    assert!(toast.contains("duplicate delivery): this would approve 1: #34 late."), "{toast}");
    let preview = day.told(LEE, "This would approve 1: #34 late.").await;
    let toast = day.presses(LEE, LEE, &preview, "c:", Then::Dies).await;
    assert!(toast.contains("duplicate delivery): approved 1: #34 late."), "{toast}");
    day.becomes(LEE, preview.0, "Approved 1: #34 late.", &[]).await;
}
