//! `/export`: the audit log as a file, to whoever may read it, in private. It goes out by the outbox, which makes it when it
//! is sent.

use super::answering::Answering;
use super::claim::Claim;
use super::desk::Desk;
use super::ruling::{Ruled, Ruling};
use super::said::Said;
use crate::domain::event::Outgoing;
use crate::domain::export::Extract;
use crate::text::Phrase;

/// Has the log sent to the person who asks. A delivery that comes again finds its row there.
pub(super) async fn export(
    desk: &Desk,
    said: &Said,
    person: i64,
    (claim, extract): (&Claim, Extract),
) -> Ruled {
    if desk.app.ledger.role_of(person).await?.is_none() {
        return Ok(desk.refuse(said, person));
    }
    if !said.chat.is_private {
        return Ok(desk.say(said, &Phrase::ExportInPrivate));
    }
    if matches!(desk.answering, Answering::Direct) {
        return Ok(desk.say(said, &Phrase::ExportElsewhere));
    }
    let event = desk.app.export_event(extract, person);
    let (place, dedupe) = (said.place(), Desk::purpose_of(claim));
    desk.app.ledger.enqueue(Outgoing { place, event, dedupe }).await?;
    Ok(Ruling::Posted { standing: None })
}
