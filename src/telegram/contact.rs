//! What is asked of Telegram about the bot itself: who it is, and where its updates go.

use serde::Deserialize;
use serde_json::json;

use super::call::{CallError, Caller};
use crate::limits::OPERATION_DEADLINE;

/// The bot, as Telegram knows it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Me {
    /// Its name after the `@`.
    pub username: String,
}

#[derive(Deserialize)]
struct Webhook {
    #[serde(default)]
    url: String,
}

/// Who the bot is.
///
/// # Errors
/// [`CallError`]; 401 where Telegram does not know the token.
pub async fn who(caller: &Caller) -> Result<Me, CallError> {
    let me = caller.call("getMe", &json!({}), OPERATION_DEADLINE).await?;
    serde_json::from_str(me.get()).map_err(|_| CallError::Passes("getMe told no username".to_owned()))
}

/// The webhook that is set: while there is one, its updates cannot be fetched.
///
/// # Errors
/// [`CallError`].
pub async fn webhook(caller: &Caller) -> Result<Option<String>, CallError> {
    let info = caller.call("getWebhookInfo", &json!({}), OPERATION_DEADLINE).await?;
    let url = serde_json::from_str::<Webhook>(info.get()).map(|webhook| webhook.url).unwrap_or_default();
    Ok(Some(url).filter(|url| !url.is_empty()))
}

/// Deletes the webhook that is set; updates that wait for it are kept, and can be fetched.
///
/// # Errors
/// [`CallError`].
pub async fn delete_webhook(caller: &Caller) -> Result<(), CallError> {
    let kept = json!({ "drop_pending_updates": false });
    caller.call("deleteWebhook", &kept, OPERATION_DEADLINE).await.map(|_| ())
}
