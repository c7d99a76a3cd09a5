//! The one road of everything that changes something: the key first, then the operation.

use axum::response::Response;
use serde_json::Value;

use super::answer;
use super::auth::Client;
use super::door::Door;
use super::error::Refusal;
use super::key::{Key, Manner};
use crate::app::Answer;
use crate::domain::caller::{Actor, Caller};
use crate::domain::operation::{Answered, Operation, Request};
use crate::domain::receipt::Receipt;
use crate::domain::scope::Scope;

/// How an operation stood to its key, beside the answer: for whoever counts. A status alone does not say it.
#[derive(Clone, Copy)]
pub(super) struct Stood(pub(super) &'static str);

/// Applies `operation` if its key is free; answers from the stored outcome if it is not. `delivered` is the scope.
pub(super) async fn apply(
    door: &Door,
    client: &Client,
    Key { key, manner }: Key,
    delivered: &Value,
    operation: Operation,
) -> Result<Response, Refusal> {
    let scope = Scope::of(delivered);
    if let Some(receipt) = door.app.recall(&key, &scope).await? {
        return Ok(told(&receipt, client, manner));
    }
    let caller = Caller {
        actor: Actor::Client(client.name.clone()),
        profile: None,
        said_at: door.app.clock.now(),
        token_may_decide: client.may_decide,
    };
    let request = Request { key, scope, caller, operation, place: None, answered: Answered::None };
    match door.app.apply(request).await? {
        Answer::Receipt(receipt) => Ok(told(&receipt, client, manner)),
        Answer::TooOld => {
            // A request is said the moment it is read; only a retention of no length could make it old.
            tracing::error!("a request was too old the moment it came; is KEY_RETENTION below one hour?");
            Err(Refusal::Internal)
        }
    }
}

fn told(receipt: &Receipt, client: &Client, manner: Manner) -> Response {
    let mut response = answer::of_receipt(receipt, &client.name, manner);
    response.extensions_mut().insert(Stood(receipt.standing.code()));
    response
}
