//! A handful of believable items for whoever looks at the program for the first time, submitted the way a client does.

use super::Failure;
use crate::app::{Answer, App};
use crate::domain::caller::{Actor, Caller};
use crate::domain::ids::ItemId;
use crate::domain::key::{ClientName, IdempotencyKey};
use crate::domain::new_item::NewItem;
use crate::domain::operation::{Answered, Operation, Request};
use crate::domain::scope::Scope;

/// Kind, title and detail of each.
pub(super) const ITEMS: [(&str, &str, &str); 6] = [
    ("invoice", "Rent for March, 1,200.00 EUR", "To Homes Ltd, due on the 5th."),
    ("purchase", "Laptop for Kim, 1,849.00 EUR", "Quote 2217 by Hardware & Sons."),
    ("travel", "Train to Lyon, 214.50 EUR", "Two days at the customer's."),
    ("deploy", "Release 2.4 to production", "42 commits; all checks are green."),
    ("access", "Database access for Sam, one week", "To look into ticket 391."),
    ("refund", "Order 4711, 89.90 EUR", "Arrived broken; photos are in the ticket."),
];

/// Puts items into the queue as this client, once for each `name`: the same again gives the numbers they have.
pub(super) async fn submit(
    app: &App,
    client: &str,
    name: &str,
    items: &[(&str, &str, &str)],
) -> Result<Vec<ItemId>, Failure> {
    let (client, key) = key(client, name)?;
    let new = items.iter().map(|(kind, title, detail)| NewItem::new(kind, title, Some(detail)));
    let items = new.collect::<Result<Vec<NewItem>, _>>().map_err(|error| told(&error))?;
    let caller = Caller {
        actor: Actor::Client(client.clone()),
        profile: None,
        said_at: app.clock.now(),
        token_may_decide: false,
    };
    let operation = Operation::Submit { client, submit_key: name.to_owned(), items };
    let (scope, place, answered) = (scope(name), None, Answered::None);
    match app.apply(Request { key, scope, caller, operation, place, answered }).await? {
        Answer::Receipt(receipt) => Ok(receipt.outcome.named()),
        Answer::TooOld => Ok(Vec::new()),
    }
}

/// Whether that was done before, as far as keys are kept.
pub(super) async fn are_there(app: &App, client: &str, name: &str) -> Result<bool, Failure> {
    let (_, key) = key(client, name)?;
    Ok(app.recall(&key, &scope(name)).await?.is_some())
}

fn key(client: &str, name: &str) -> Result<(ClientName, IdempotencyKey), Failure> {
    let client = ClientName::parse(client).map_err(|error| told(&error))?;
    let key = IdempotencyKey::client(&client, name).map_err(|error| told(&error))?;
    Ok((client, key))
}

fn scope(name: &str) -> Scope {
    Scope::of(&serde_json::json!({ "op": "submit", "samples": name }))
}

fn told(error: &dyn std::fmt::Display) -> Failure {
    Failure::Told(error.to_string())
}
