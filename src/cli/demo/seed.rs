//! A handful of believable items, submitted the way a client does.

use crate::app::App;
use crate::cli::Failure;
use crate::domain::caller::{Actor, Caller};
use crate::domain::key::{ClientName, IdempotencyKey};
use crate::domain::new_item::NewItem;
use crate::domain::operation::{Answered, Operation, Request};
use crate::domain::scope::Scope;

const ITEMS: &[(&str, &str, &str)] = &[
    ("invoice", "Rent for March, 1,200.00 EUR", "To Homes Ltd, due on the 5th."),
    ("purchase", "Laptop for Kim, 1,849.00 EUR", "Quote 2217 by Hardware & Sons."),
    ("travel", "Train to Lyon, 214.50 EUR", "Two days at the customer's."),
    ("deploy", "Release 2.4 to production", "42 commits; all checks are green."),
    ("access", "Database access for Sam, one week", "To look into ticket 391."),
    ("refund", "Order 4711, 89.90 EUR", "Arrived broken; photos are in the ticket."),
];

/// Puts the items into the queue.
pub(super) async fn submit(app: &App) -> Result<(), Failure> {
    let fault = |error: &dyn std::fmt::Display| Failure::Told(error.to_string());
    let client = ClientName::parse("demo").map_err(|error| fault(&error))?;
    let items: Result<Vec<NewItem>, _> =
        ITEMS.iter().map(|(kind, title, detail)| NewItem::new(kind, title, Some(detail))).collect();
    let request = Request {
        key: IdempotencyKey::client(&client, "seed").map_err(|error| fault(&error))?,
        scope: Scope::of(&serde_json::json!({ "op": "submit", "seed": 1 })),
        caller: Caller {
            actor: Actor::Client(client.clone()),
            profile: None,
            said_at: app.clock.now(),
            token_may_decide: false,
        },
        operation: Operation::Submit {
            client,
            submit_key: "seed".to_owned(),
            items: items.map_err(|error| fault(&error))?,
        },
        place: None,
        answered: Answered::None,
    };
    app.apply(request).await?;
    Ok(())
}
