//! A confirmation that is pressed by somebody who may not decide at that moment is not used up.

use crate::support::books::{KIM, LEE};
use crate::support::bot::{TestBot, said_by};
use crate::support::presses::pressed;

#[tokio::test]
async fn whoever_may_decide_again_in_time_can_still_confirm() {
    let bot = TestBot::new().await;
    let titles: Vec<String> = (1..=12).map(|n| format!("bill {n}")).collect();
    bot.pending(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let preview = bot.deliver(&said_by(KIM, 1, "/approve all")).await.text();
    assert!(preview.starts_with("This would approve 12"), "{preview}");
    let press = |update| pressed(update, KIM, (KIM, 70), "c:2");
    let bot = bot.restart(Some(&[LEE])).await;
    let refused = bot.deliver(&press(2)).await.text();
    assert!(refused.starts_with("Nothing was done: "), "{refused}");
    let bot = bot.restart(Some(&[LEE, KIM])).await;
    // That press was refused, and stays so however often it is delivered.
    let again = bot.deliver(&press(2)).await.text();
    assert!(again.contains("duplicate delivery") && bot.open_items().await == 12, "{again}");
    let confirmed = bot.deliver(&press(3)).await.text();
    assert!(confirmed.starts_with("Approved 12"), "{confirmed}");
    let twice = bot.deliver(&press(4)).await.text();
    assert!(twice.contains("duplicate delivery"), "{twice}");
    bot.end().await;
}
