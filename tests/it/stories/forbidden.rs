//! Nothing is offered that the policy forbids.

use countersign::domain::ids::ItemId;
use countersign::domain::rules::{Forbidden, Rules};
use countersign::ledger::Announce;

use crate::support::bot::{TestBot, said};

#[tokio::test]
async fn a_card_offers_what_may_be_done() {
    let (approve, reject) = (Forbidden::Approve, Forbidden::Reject);
    for (forbidden, quorum, offered, told) in [
        (vec![], 1, &["Approve", "Reject", "Details"][..], "One approval or rejection decides it."),
        (vec![approve], 2, &["Reject", "Details"], "One rejection decides it."),
        (vec![reject], 1, &["Approve", "Details"], "One approval decides it."),
        (vec![reject], 2, &["Approve", "Details"], "2 different people must approve (quorum).\n"),
        (
            vec![approve, reject],
            2,
            &["Details"],
            "It may not be approved (forbidden).\nIt may not be rejected",
        ),
    ] {
        let rules = Rules { forbidden: forbidden.into_iter().collect(), quorum, ..Rules::default() };
        let bot = TestBot::with_bills(rules, Announce::Places(Vec::new())).await;
        bot.pending(&["rent"]).await;
        let portraits = bot.app.ledger.portraits(&[ItemId::new(1).unwrap()]).await.unwrap();
        let choices = bot.app.words.card_choices(&portraits[0], false);
        let captions: Vec<String> =
            choices.iter().flatten().map(|choice| choice.caption.as_str().to_owned()).collect();
        assert_eq!(captions, offered);
        let why = bot.deliver(&said(1, "/why 1")).await.text();
        assert!(why.contains(told), "{why}");
        bot.end().await;
    }
}
