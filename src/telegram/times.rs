//! Calls whose text holds times: as entities where the server takes them, in words alone where it does not.

use serde_json::Value;
use serde_json::value::RawValue;

use super::call::{CallError, Caller};
use crate::limits::SEND_DEADLINE;
use crate::text::Times;

/// Calls with times as entities; where the server refuses them, once more without, and so from then on.
pub(super) async fn call(
    caller: &Caller,
    times: &Times,
    method: &str,
    mut arguments: Value,
) -> Result<Box<RawValue>, CallError> {
    if let Some(arguments) = arguments.as_object_mut().filter(|_| times.are_refused()) {
        arguments.remove("entities");
    }
    let told = caller.call(method, &arguments, SEND_DEADLINE).await;
    let Some(entities) = arguments.get_mut("entities") else { return told };
    match &told {
        Err(CallError::Refused { code: 400, description }) if is_about_entities(description) => {
            tracing::info!(description, "this server takes no times; they are told in words alone");
            times.learn(false);
            *entities = Value::Array(Vec::new());
            caller.call(method, &arguments, SEND_DEADLINE).await
        }
        Ok(_) => {
            times.learn(true);
            told
        }
        Err(_) => told,
    }
}

fn is_about_entities(description: &str) -> bool {
    description.to_ascii_lowercase().contains("entit")
}
