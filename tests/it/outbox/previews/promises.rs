//! What a preview promises: no more than comes of confirming it, and to nobody else.

use chrono::TimeDelta;
use countersign::domain::rules::Rules;

use super::super::World;
use super::world;
use crate::support::books::{KIM, LEE};
use crate::support::bot::{TestBot, in_language, said, said_by};
use crate::support::presses::{buttons, captions, press};

/// Where several must say yes, a preview promises no more than one vote.
#[tokio::test]
async fn a_preview_tells_what_is_approved_and_what_gets_a_vote() {
    let rules = Rules { quorum: 2, ..Rules::default() };
    let world = World::asleep(TestBot::with_bills(rules, Vec::new()).await).await;
    world.wake().await;
    world.queue("bills", 3).await;
    let votes = world.asked(1, "/approve all").await;
    assert_eq!(
        votes.1["text"],
        "Your approval would count: #1 bill 1 (1 of 2), #2 bill 2 (1 of 2), \
         #3 bill 3 (1 of 2). Others must approve too.\nNothing was done yet. Confirm below within 2 minutes."
    );
    assert_eq!(captions(&votes.1)[0], "Vote for 3");
    world.bot.deliver(&said_by(KIM, 2, "/approve 2")).await;
    let mixed = world.asked(3, "/approve all").await;
    assert_eq!(
        mixed.1["text"],
        "This would approve 1: #2 bill 2.\nYour approval would count: #1 bill 1 (1 of 2), #3 bill 3 (1 of 2). \
         Others must approve too.\nNothing was done yet. Confirm below within 2 minutes."
    );
    assert_eq!(captions(&mixed.1)[0], "Approve 1, vote for 2");
    let german = world.bot.deliver(&in_language(said(4, "/approve all"), "de")).await.method();
    assert_eq!(captions(&german)[0], "1 genehmigen, für 2 stimmen");
    let toast = world.bot.deliver(&press(5, LEE, LEE, &mixed, "c:")).await.text();
    assert!(
        toast.starts_with(
            "Approved 1: #2 bill 2.\nYour approval counts: #1 bill 1 (1 of 2), #3 bill 3 (1 of 2)."
        ),
        "{toast}"
    );
    // One no is enough.
    world.until_rides(LEE).await;
    let no = world.bot.deliver(&said_by(KIM, 6, "/reject all: late")).await.method();
    assert!(no["text"].as_str().unwrap().starts_with("This would reject 2: #1 bill 1, #3 bill 3."), "{no}");
    assert_eq!(captions(&no)[0], "Reject 2");
    world.end().await;
}

#[tokio::test]
async fn somebody_elses_preview_says_who_may_confirm_it() {
    let world = world(12).await;
    world.asked(1, "/approve 1-12").await;
    let kim = world.bot.deliver(&said_by(KIM, 2, "/receipt R2")).await.method();
    let text = kim["text"].as_str().unwrap();
    assert!(text.ends_with("\nNothing was done yet. Until 12:06 UTC it can be confirmed by @lee."), "{text}");
    assert_eq!(buttons(&kim), Vec::<String>::new());
    world.bot.clock.advance(TimeDelta::seconds(120));
    let kim = world.bot.deliver(&said_by(KIM, 3, "/receipt R2")).await.text();
    assert!(kim.ends_with("\nNothing was done: it was not confirmed within 2 minutes."), "{kim}");
    world.end().await;
}
