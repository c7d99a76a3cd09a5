//! The calls the bot makes to Telegram's Bot API, and what their failures mean. The token stands in every address that
//! is called, so no error leaves this file as it came.

use std::error::Error;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use teloxide::{ApiError, Bot, RequestError};
use url::Url;

/// How long a connection to Telegram may take to come about.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
/// How long a call to Telegram may take.
const CALL_DEADLINE: Duration = Duration::from_secs(10);
/// Most characters told of a fault: a proxy may answer with a whole page.
const FAULT_CHARS_MAX: usize = 200;

/// A bot whose calls go to `api_url`.
///
/// # Errors
/// Why no HTTPS client could be made, as it concerns this machine's own set-up; names no secret.
pub fn bot(token: &SecretString, api_url: &Url) -> Result<Bot, String> {
    let mut api_url = api_url.clone();
    if let Ok(mut segments) = api_url.path_segments_mut() {
        // teloxide appends to the path, and a slash at its end would be doubled.
        segments.pop_if_empty();
    }
    let client = teloxide::net::default_reqwest_settings()
        .connect_timeout(CONNECT_DEADLINE)
        .timeout(CALL_DEADLINE)
        .build()
        .map_err(|error| explain(&error, token))?;
    Ok(Bot::with_client(token.expose_secret(), client).set_api_url(api_url))
}

/// What a failed call should lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Telegram asks to wait so long.
    Wait(Duration),
    /// It passes: no connection, a timeout, a fault on Telegram's side.
    Passes,
    /// The token is not one of a bot.
    Token,
    /// Telegram will go on refusing this.
    Refused,
}

impl Fault {
    /// Sorts a failed call.
    #[must_use]
    pub fn of(error: &RequestError) -> Self {
        match error {
            RequestError::RetryAfter(pause) => Self::Wait(pause.duration()),
            RequestError::Api(ApiError::InvalidToken) => Self::Token,
            // Faults on Telegram's side come as JSON too, under names teloxide does not know.
            RequestError::Api(ApiError::Unknown(text))
                if !text.starts_with("Bad Request") && !text.starts_with("Forbidden") =>
            {
                Self::Passes
            }
            RequestError::Api(_) | RequestError::MigrateToChatId(_) => Self::Refused,
            RequestError::Network(_) | RequestError::InvalidJson { .. } | RequestError::Io(_) => Self::Passes,
        }
    }
}

/// An error in words with what caused it, on one line and without the token.
#[must_use]
pub fn explain(error: &dyn Error, token: &SecretString) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let deeper_said = deeper.to_string();
        if !said.contains(&deeper_said) {
            said = format!("{said}: {deeper_said}");
        }
        cause = deeper.source();
    }
    let token = token.expose_secret();
    if !token.is_empty() {
        said = said.replace(token, "<token>");
        // The part after the colon is the secret one.
        if let Some((_, secret)) = token.split_once(':').filter(|(_, secret)| !secret.is_empty()) {
            said = said.replace(secret, "<token>");
        }
    }
    said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(FAULT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_names_the_token() {
        let token = SecretString::from("1234567:short-secret");
        let error = std::io::Error::other(
            "no route to https://example.org/bot1234567:short-secret/GetMe or short-secret",
        );
        let said = explain(&error, &token);
        assert_eq!(said, "no route to https://example.org/bot<token>/GetMe or <token>");
    }
}
