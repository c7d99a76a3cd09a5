//! Roles and what is sent: who is shown new items in private, whose press counts, and cards that follow a removal.

use chrono::TimeDelta;
use countersign::domain::reason::Reason;
use countersign::domain::role::{Change, Decider, Deciders, Role};
use countersign::domain::rules::Rules;
use countersign::ledger::Announce;
use serde_json::Value;

use super::World;
use crate::support::books::{KIM, LEE, appoint};
use crate::support::bot::{TestBot, said, said_by};
use crate::support::presses::{buttons, press};

const SAM: i64 = 333;
const ANN: i64 = 444;

async fn world(bills: Rules) -> World {
    let world = World::asleep(TestBot::with_bills(bills, Announce::Privately).await).await;
    world.wake().await;
    world
}

impl World {
    /// The message as it is sent at this moment.
    fn now(&self, mut said: Value) -> Value {
        self.bot.clock.advance(TimeDelta::seconds(1));
        said["message"]["date"] = Value::from(self.bot.clock.now().timestamp());
        said
    }

    async fn appoint(&self, update: u32, person: i64, change: Change) {
        self.bot.app.ledger.apply(appoint(LEE, update, person, change)).await.unwrap();
    }

    fn shown_to(&self) -> [usize; 4] {
        [LEE, KIM, SAM, ANN].map(|person| self.api.shown(person).len())
    }
}

#[tokio::test]
async fn new_items_are_shown_to_whoever_may_decide_them_then() {
    let world = world(Rules::default()).await;
    world.appoint(1, SAM, Change::Add(Role::Viewer)).await;
    world.appoint(2, ANN, Change::Add(Role::Approver)).await;
    world.submitted("one", &["rent"]).await;
    assert_eq!(world.shown_to(), [1, 1, 0, 1], "owners and approvers");
    world.appoint(3, SAM, Change::Role(Role::Owner)).await;
    world.appoint(4, ANN, Change::Remove).await;
    world.submitted("two", &["laptop"]).await;
    assert_eq!(world.shown_to(), [2, 2, 1, 1]);
    // Removed while it waits to be sent: it is not.
    world.lease.send(None).unwrap();
    world.bot.pending(&["travel"]).await;
    world.appoint(5, SAM, Change::Remove).await;
    world.wake().await;
    world.until_settled().await;
    assert_eq!((world.shown_to(), world.depth().await), ([3, 3, 1, 1], (0, 1)));
    world.end().await;
}

#[tokio::test]
async fn a_kind_for_owners_is_shown_to_owners() {
    let roles = Deciders::only([Decider::Owner].into());
    let world = world(Rules { roles, ..Rules::default() }).await;
    world.appoint(1, ANN, Change::Add(Role::Approver)).await;
    world.submitted("one", &["rent"]).await;
    assert_eq!(world.shown_to(), [1, 1, 0, 0]);
    let refused = world.bot.deliver(&said_by(ANN, 2, "/approve 1")).await.text();
    assert_eq!(refused, "Nothing approved.\n#1: only owners may decide this kind; ask one of them (roles).");
    let why = world.bot.deliver(&said_by(ANN, 3, "/why 1")).await.text();
    assert!(why.contains("Only owners may decide it (roles)."), "{why}");
    world.end().await;
}

#[tokio::test]
async fn a_press_counts_as_long_after_the_right_as_it_could_have_waited() {
    let world = world(Rules::default()).await;
    world.submitted("one", &["rent", "laptop"]).await;
    world.appoint(1, ANN, Change::Add(Role::Approver)).await;
    // Ann pressed a copy of the card that somebody showed them.
    let card = world.api.shown(LEE).remove(0);
    let early = world.bot.deliver(&press(2, ANN, ANN, &card, "a:")).await.text();
    assert!(early.starts_with("Nothing was done: your right to this is younger than the message"), "{early}");
    assert!(early.chars().count() <= 200, "{early}");
    world.bot.clock.advance(TimeDelta::seconds(150));
    let late = world.bot.deliver(&press(3, ANN, ANN, &card, "a:")).await.text();
    assert!(late.starts_with("Approved 1: #1 rent."), "{late}");
    // Lee has been an owner since ever.
    let second = world.api.shown(LEE).remove(1);
    assert!(world.bot.deliver(&press(4, LEE, LEE, &second, "a:")).await.text().starts_with("Approved 1: #2"));
    world.end().await;
}

#[tokio::test]
async fn a_viewer_is_shown_details_and_decides_nothing() {
    let reasons = vec![Reason::new("too dear").unwrap()];
    let world = world(Rules { reasons, reason_required: true, ..Rules::default() }).await;
    world.submitted("one", &["rent"]).await;
    world.appoint(1, SAM, Change::Add(Role::Viewer)).await;
    world.bot.clock.advance(TimeDelta::minutes(5));
    let card = world.api.shown(LEE).remove(0);
    for (update, act) in [(2, "a:"), (3, "r:")] {
        let told = world.bot.deliver(&press(update, SAM, SAM, &card, act)).await.text();
        assert!(told.starts_with("Nothing was done: you are a viewer"), "{told}");
    }
    world.until_settled().await;
    assert!(world.texts(SAM).iter().all(|text| !text.contains("rejected?")), "nobody asks a viewer why");
    world.appoint(4, SAM, Change::Remove).await;
    let former = world.bot.deliver(&press(5, SAM, SAM, &card, "a:")).await.text();
    assert!(former.starts_with("Nothing was done: you may not decide."), "{former}");
    assert_eq!(world.bot.open_items().await, 1);
    world.end().await;
}

/// The card says whose yes counts; the yes of somebody removed does not, and the card follows.
#[tokio::test]
async fn a_removal_is_seen_on_the_cards() {
    let world = world(Rules { quorum: 2, ..Rules::default() }).await;
    world.submitted("one", &["rent"]).await;
    world.appoint(1, ANN, Change::Add(Role::Approver)).await;
    world.bot.deliver(&world.now(said_by(ANN, 2, "/approve 1"))).await;
    let ends = |count: &'static str| {
        move |api: &crate::support::bot_api::BotApi| {
            let text = |person| api.shown(person)[0].1["text"].as_str().unwrap_or_default().to_owned();
            [LEE, KIM].into_iter().all(|person| text(person).contains(count))
        }
    };
    world.until("one yes", ends("1 of 2 approvals: @sam")).await;
    world.until_rides(LEE).await;
    let removed = world.bot.deliver(&said(3, "/admins remove 444")).await.text();
    assert_eq!(
        removed,
        "@sam (444) has no role any more; it was an approver.\n\
         Approvals of theirs on what waits that count no more: 1."
    );
    world.until("no yes", ends("0 of 2 approvals")).await;
    let card = world.api.shown(LEE).remove(0);
    assert!(!buttons(&card.1).is_empty(), "it still waits");
    world.until_rides(KIM).await;
    let kims = world.bot.deliver(&said_by(KIM, 4, "/approve 1")).await.text();
    assert!(kims.contains("1 of 2"), "{kims}");
    let shown = world.bot.deliver(&said(5, "/show 1")).await.text();
    assert!(shown.contains("@sam approved (R3) – counts no more since 12:05 UTC"), "{shown}");
    world.end().await;
}
