//! One call of the Bot API as we make it ourselves: JSON in, JSON out, bounded in size and time.
//!
//! teloxide sleeps 10 s after every fault of the server and reads updates only as far as its types go; what is sent
//! from the outbox or polled must do neither.

use std::sync::Arc;
use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use teloxide::Bot;
use url::Url;

use super::api;
use crate::app::File;
use crate::limits::{RETRY_AFTER_MAX, SEND_DEADLINE};

/// Most bytes of an answer: a hundred updates at their largest stay below it.
const ANSWER_BYTES_MAX: usize = 32 << 20;

/// Calls the Bot API; cheap to clone.
#[derive(Clone)]
pub struct Caller(Way);

#[derive(Clone)]
enum Way {
    Server(Server),
    Within(Arc<dyn StandIn>),
}

#[derive(Clone)]
struct Server {
    bot: Bot,
    token: SecretString,
}

/// Answers in Telegram's place, where there is no network: the demo's terminal.
pub trait StandIn: Send + Sync + 'static {
    /// The result of a call. A file that is sent along stands in it by its name and size.
    ///
    /// # Errors
    /// [`CallError`], as Telegram would refuse it.
    fn answer(&self, method: &str, arguments: &Value) -> Result<Value, CallError>;
}

/// Why a call was not answered well. Names no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// 429: nothing is taken before that long.
    #[error("Telegram asks to wait {} s", .0.as_secs())]
    Wait(Duration),
    /// It passes: no connection, a timeout, a fault on Telegram's side, an answer that is none.
    #[error("{0}")]
    Passes(String),
    /// The group became this supergroup.
    #[error("the group became the supergroup {0}")]
    Moved(i64),
    /// Telegram refuses it, now and later.
    #[error("{code} {description}")]
    Refused {
        /// `error_code`.
        code: u16,
        /// `description`.
        description: String,
    },
}

#[derive(Deserialize)]
struct Answered<'a> {
    ok: bool,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
    retry_after: Option<u64>,
}

impl Caller {
    /// Calls with this token to `api_url`.
    ///
    /// # Errors
    /// Why no HTTPS client could be made; names no secret.
    pub fn new(token: &SecretString, api_url: &Url) -> Result<Self, String> {
        Ok(Self(Way::Server(Server { bot: api::bot(token, api_url)?, token: token.clone() })))
    }

    /// Calls nobody outside this process.
    #[must_use]
    pub fn within(telegram: Arc<dyn StandIn>) -> Self {
        Self(Way::Within(telegram))
    }

    /// Calls `method` and gives the JSON of its result.
    ///
    /// # Errors
    /// [`CallError`] says what to do about it.
    pub async fn call(
        &self,
        method: &str,
        arguments: &Value,
        deadline: Duration,
    ) -> Result<Box<RawValue>, CallError> {
        match &self.0 {
            Way::Within(telegram) => raw(&telegram.answer(method, arguments)?),
            Way::Server(server) => {
                let request = server.request(method, deadline).header("content-type", "application/json");
                server.send(request.body(arguments.to_string())).await
            }
        }
    }

    /// Calls `method`, which takes a file as its `document`, and gives the JSON of its result.
    ///
    /// # Errors
    /// [`CallError`] says what to do about it.
    pub async fn upload(
        &self,
        method: &str,
        arguments: Vec<(&'static str, String)>,
        File { name, content }: File,
    ) -> Result<Box<RawValue>, CallError> {
        match &self.0 {
            Way::Within(telegram) => {
                let mut all: Value =
                    arguments.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
                all["document"] = json!({ "file_name": name, "file_size": content.len() });
                raw(&telegram.answer(method, &all)?)
            }
            Way::Server(server) => {
                let form =
                    arguments.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
                let document = Part::text(content).file_name(name).mime_str("text/csv; charset=utf-8");
                let document =
                    document.map_err(|error| CallError::Passes(api::explain(&error, &server.token)))?;
                let request = server.request(method, SEND_DEADLINE);
                server.send(request.multipart(form.part("document", document))).await
            }
        }
    }
}

fn raw(result: &Value) -> Result<Box<RawValue>, CallError> {
    serde_json::value::to_raw_value(result).map_err(|error| CallError::Passes(error.to_string()))
}

impl Server {
    fn request(&self, method: &str, deadline: Duration) -> RequestBuilder {
        let mut url = self.bot.api_url();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&format!("bot{}", self.token.expose_secret())).push(method);
        }
        self.bot.client().post(url).timeout(deadline)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Box<RawValue>, CallError> {
        let passes = |error: &dyn std::error::Error| CallError::Passes(api::explain(error, &self.token));
        let mut answer = request.send().await.map_err(|error| passes(&error.without_url()))?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| passes(&error.without_url()))? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES_MAX {
                return Err(CallError::Passes("the answer is too large".to_owned()));
            }
        }
        read(status, &body)
    }
}

fn read(status: u16, body: &[u8]) -> Result<Box<RawValue>, CallError> {
    let unreadable =
        || CallError::Passes(format!("status {status} with an answer that is not the Bot API's"));
    let answered: Answered<'_> = serde_json::from_slice(body).map_err(|_| unreadable())?;
    if answered.ok {
        return answered.result.map(RawValue::to_owned).ok_or_else(unreadable);
    }
    let code = answered.error_code.unwrap_or(status);
    let description = answered.description.unwrap_or_default();
    let parameters =
        answered.parameters.unwrap_or(Parameters { migrate_to_chat_id: None, retry_after: None });
    Err(match (code, parameters) {
        (_, Parameters { migrate_to_chat_id: Some(to), .. }) => CallError::Moved(to),
        (429, Parameters { retry_after, .. }) => {
            CallError::Wait(Duration::from_secs(retry_after.unwrap_or(1)).min(RETRY_AFTER_MAX))
        }
        (400..=499, _) => CallError::Refused { code, description },
        _ => CallError::Passes(format!("{code} {description}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_leads_somewhere() {
        let fault = |status: u16, body: &str| read(status, body.as_bytes()).expect_err("a fault");
        assert_eq!(
            read(200, br#"{"ok":true,"result":[1]}"#).map(|result| result.get().to_owned()),
            Ok("[1]".to_owned())
        );
        assert!(matches!(fault(502, "<html>"), CallError::Passes(_)));
        assert!(matches!(fault(200, r#"{"ok":true}"#), CallError::Passes(_)));
        assert!(matches!(
            fault(500, r#"{"ok":false,"error_code":500,"description":"Internal"}"#),
            CallError::Passes(_)
        ));
        let wait = r#"{"ok":false,"error_code":429,"description":"Too Many","parameters":{"retry_after":7}}"#;
        assert_eq!(fault(429, wait), CallError::Wait(Duration::from_secs(7)));
        let for_ever = wait.replace('7', "9000000000000000000");
        assert_eq!(fault(429, &for_ever), CallError::Wait(RETRY_AFTER_MAX));
        let moved =
            r#"{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-1009}}"#;
        assert_eq!(fault(400, moved), CallError::Moved(-1009));
        let gone = r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#;
        assert!(matches!(fault(403, gone), CallError::Refused { code: 403, .. }));
    }
}
