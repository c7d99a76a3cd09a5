//! Something to decide: three sample items, once.

use super::asker::Asker;
use super::{api, show};
use crate::cli::{Failure, samples, wire};
use crate::settings::Settings;

/// Under which they stand in the books: offered again, they are the same items.
const NAME: &str = "samples";
const COUNT: usize = 3;

pub(super) async fn offer(settings: &Settings, asker: &mut Asker) -> Result<(), Failure> {
    show::step(4, "Something to decide");
    if !asker.yes("Put three sample items into the queue?", true).await? {
        show::line("No items were added.");
        return Ok(());
    }
    let app = wire::app(settings).await?;
    let were_there = samples::are_there(&app, api::CLIENT, NAME).await;
    let ids = samples::submit(&app, api::CLIENT, NAME, &samples::ITEMS[..COUNT]).await;
    app.ledger.close().await;
    let (were_there, ids) = (were_there?, ids?);
    let ids: Vec<String> = ids.iter().map(|id| format!("#{}", id.get())).collect();
    show::done(&match (ids.join(", "), were_there) {
        (ids, _) if ids.is_empty() => "The policy forbids them; none was added.".to_owned(),
        (ids, true) => format!("They were added before: {ids}."),
        (ids, false) => format!("{ids} wait for a decision; they are shown as soon as the bot runs."),
    });
    Ok(())
}
