//! The README's pictures of the chat: drawn from what the real bot answers in a story, so that none shows what it does not do.

mod draw;
mod measure;
mod story;

use chrono::TimeDelta;

use self::draw::Part::{Note, Own, PopUp};
use self::draw::Picture;
use self::story::{Story, UNDO_WINDOW_S, part};
use super::holds;

const CARDS: [(&str, &str, &str); 3] = [
    ("invoice", "Rent for March, 1,200.00 EUR", "To Homes Ltd, due on the 5th."),
    ("purchase", "Laptop for Kim, 1,849.00 EUR", "Quote 2217 by Hardware & Sons."),
    ("travel", "Train to Lyon, 214.50 EUR", "Two days at the customer's."),
];
/// What else waits in a queue that has grown.
const MONTHS: [&str; 12] = [
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
];

/// A new item, and what becomes of its card.
async fn card() -> Picture {
    let mut story = Story::begin(true, UNDO_WINDOW_S).await;
    story.submitted("one", &CARDS[..1]).await;
    let card = story.shown().remove(0);
    let popped = story.press(&card, "a:").await;
    let parts = vec![
        part(&card, Some("Approve")),
        PopUp(popped),
        Note("every copy of the card becomes"),
        part(&story.now(&card), None),
    ];
    story.end().await;
    Picture { title: "A new item with buttons; Lee presses Approve, and its card says so", parts }
}

/// A command, delivered twice.
async fn twice() -> Picture {
    let mut story = Story::begin(false, UNDO_WINDOW_S).await;
    story.submitted("all", &CARDS).await;
    let (first, update) = story.say("/approve 1,3").await;
    let again = story.again(&update).await;
    let (undone, _) = story.say("/undo").await;
    let parts = vec![
        Own("/approve 1,3".to_owned()),
        part(&first, None),
        Note("Telegram delivers the same message once more"),
        part(&again, None),
        Own("/undo".to_owned()),
        part(&undone, None),
    ];
    story.end().await;
    Picture {
        title: "A command takes effect once; delivered again it is told what the first delivery did",
        parts,
    }
}

/// A rejection that wants a reason.
async fn reasons() -> Picture {
    let mut story = Story::begin(true, UNDO_WINDOW_S).await;
    story.submitted("one", &CARDS[1..2]).await;
    let card = story.shown().remove(0);
    story.press(&card, "r:").await;
    let question = story.shown().remove(1);
    let popped = story.press(&question, "w:").await;
    let parts = vec![
        part(&card, Some("Reject")),
        part(&question, Some("Too expensive")),
        PopUp(popped),
        Note("every copy of the card becomes"),
        part(&story.now(&card), None),
    ];
    story.end().await;
    Picture { title: "Reject asks why: a reason is pressed, and the card tells it", parts }
}

/// A queue that has grown: its pages.
async fn queue() -> (Picture, Picture) {
    let mut story = Story::begin(false, 0).await;
    story.later(TimeDelta::hours(-2));
    let titles: Vec<(&str, String)> = MONTHS
        .iter()
        .flat_map(|month| {
            [("invoice", format!("Rent for {month}")), ("travel", format!("Train to Lyon, {month}"))]
        })
        .collect();
    let items: Vec<(&str, &str, &str)> =
        titles.iter().map(|(kind, title)| (*kind, title.as_str(), "x")).collect();
    story.submitted("all", &items).await;
    story.later(TimeDelta::hours(2));
    let (list, _) = story.say("/pending").await;
    story.press(&list, "t:").await;
    let second = story.now(&list);
    let pages = Picture {
        title: "The queue by pages: one message that is turned, with a button that approves what it shows",
        parts: vec![Own("/pending".to_owned()), Note("after ▶"), part(&second, None)],
    };
    let (preview, _) = story.say("/approve all kind:invoice").await;
    let popped = story.press(&preview, "c:").await;
    let parts = vec![
        Own("/approve all kind:invoice".to_owned()),
        part(&preview, Some("Approve 12")),
        PopUp(popped),
        Note("the message becomes"),
        part(&story.now(&preview), None),
    ];
    story.end().await;
    (pages, Picture { title: "What many items are meant by is shown first, and confirmed", parts })
}

#[tokio::test]
async fn derived_pictures_of_the_chat() {
    let (pages, preview) = queue().await;
    // Those that stand side by side are as high as each other.
    let pairs =
        [[("card", card().await), ("twice", twice().await)], [("pages", pages), ("preview", preview)]];
    for pair in pairs {
        let height = pair.iter().map(|(_, picture)| picture.height()).max().unwrap();
        for (name, picture) in pair {
            holds(&format!("docs/chat/{name}.svg"), &picture.draw(height));
        }
    }
    holds("docs/chat/reasons.svg", &reasons().await.draw(0));
}
