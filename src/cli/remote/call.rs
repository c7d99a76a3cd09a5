//! One call, made again with growing pauses while the other side does not answer.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode, redirect};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::time::sleep;

use crate::cli::terminal::note;
use crate::clock::Clock;
use crate::limits::{BODY_BYTES_MAX, WAIT_S_MAX};
use crate::settings::Remote as Settings;

/// The first pause before a call is made again, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// How long one call may take, beside what it waits: Countersign answers within 5 s or says that it is busy.
const CALL_DEADLINE: Duration = Duration::from_secs(15);
/// The shortest time that a call is given, however little patience is left.
const CALL_DEADLINE_MIN: Duration = Duration::from_secs(1);
/// How long a connection may take.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// Why there is no answer that could be used.
#[derive(Clone, Debug, thiserror::Error)]
pub(in crate::cli) enum Trouble {
    /// Nobody answered in the time given.
    #[error("{url} does not answer: {why}")]
    Away { url: String, why: String },
    /// It answered no.
    #[error("{message} ({code}, {status})")]
    Refused { status: u16, code: String, message: String },
    /// It answered something that is none of its answers.
    #[error("that is no answer of countersign: {0}. Is COUNTERSIGN_URL its address?")]
    Odd(String),
}

impl Trouble {
    pub(super) fn odd(what: &str) -> Self {
        Self::Odd(what.to_owned())
    }
}

/// What was answered.
pub(super) struct Told {
    pub(super) body: Value,
    /// The time there.
    pub(super) date: Option<DateTime<Utc>>,
}

/// Calls one Countersign.
#[derive(Clone)]
pub(super) struct Caller {
    settings: Settings,
    client: Client,
    patience: Duration,
}

/// What became of one try.
enum Try {
    Told(Told),
    /// It may pass.
    Later {
        why: String,
        pause: Option<Duration>,
    },
    Ended(Trouble),
}

impl Caller {
    pub(super) fn new(settings: Settings, patience: Duration) -> Result<Self, String> {
        // A redirect would take the token to whoever it names.
        let client = Client::builder().redirect(redirect::Policy::none()).connect_timeout(CONNECT_DEADLINE);
        let client = client.build();
        let client = client.map_err(|error| format!("no HTTP client could be made: {error}"))?;
        Ok(Self { settings, client, patience })
    }

    pub(super) fn with_patience(&self, patience: Duration) -> Self {
        Self { patience, ..self.clone() }
    }

    /// Makes the call until it is answered, or the patience is over.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Told, Trouble> {
        let (since, mut pause, mut told) = (Clock::stopwatch(), PAUSES.0, false);
        loop {
            let left = self.patience.saturating_sub(since.elapsed());
            let (why, asked) = match self.once(&method, path, (key, body), within(left)).await {
                Try::Told(told) => return Ok(told),
                Try::Ended(trouble) => return Err(trouble),
                Try::Later { why, pause } => (why, pause),
            };
            let wait = asked.unwrap_or_default().max(pause).min(PAUSES.1);
            if since.elapsed() + wait > self.patience {
                return Err(Trouble::Away { url: self.settings.url.to_string(), why });
            }
            if !told {
                note!("{} does not answer ({why}); trying again", self.settings.url);
                told = true;
            }
            sleep(wait).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// Waits there until there is news, or for as long as the patience is: who hangs is noticed by then. Waiting is no being
    /// away; who breaks off or says nothing is asked without waiting, which tells at once whether they are there.
    pub(super) async fn wait(&self, path: &str) -> Result<Told, Trouble> {
        let wait_s = self.patience.as_secs().clamp(1, WAIT_S_MAX);
        let deadline = Duration::from_secs(wait_s) + within(self.patience);
        match self.once(&Method::GET, &format!("{path}?wait={wait_s}"), (None, None), deadline).await {
            Try::Told(told) => Ok(told),
            Try::Ended(trouble) => Err(trouble),
            Try::Later { pause, .. } => {
                sleep(pause.unwrap_or_default().clamp(PAUSES.0, PAUSES.1)).await;
                self.send(Method::GET, path, None, None).await
            }
        }
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        (key, body): (Option<&str>, Option<&Value>),
        deadline: Duration,
    ) -> Try {
        let base = self.settings.url.as_str().trim_end_matches('/');
        let mut request = self.client.request(method.clone(), format!("{base}{path}")).timeout(deadline);
        request = request.bearer_auth(self.settings.token.expose_secret());
        if let Some(key) = key {
            request = request.header("Idempotency-Key", format!("\"{key}\""));
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        match request.send().await {
            Ok(response) => read(response).await,
            Err(error) if error.is_builder() => Try::Ended(Trouble::Odd(bare(&error))),
            Err(error) => Try::Later { why: bare(&error), pause: None },
        }
    }
}

/// How long a call may take where so much patience is left.
fn within(patience: Duration) -> Duration {
    patience.clamp(CALL_DEADLINE_MIN, CALL_DEADLINE)
}

async fn read(mut response: Response) -> Try {
    let (status, headers) = (response.status(), response.headers().clone());
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
    {
        let pause = header(RETRY_AFTER).and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        return Try::Later { why: format!("status {}", status.as_u16()), pause };
    }
    let mut text = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if text.len() + chunk.len() <= 16 * BODY_BYTES_MAX => {
                text.extend_from_slice(&chunk)
            }
            Ok(Some(_)) => return Try::Ended(Trouble::odd("it is too long")),
            Ok(None) => break,
            Err(error) => return Try::Later { why: bare(&error), pause: None },
        }
    }
    let Ok(body) = serde_json::from_slice::<Value>(&text) else {
        return Try::Ended(Trouble::Odd(format!("no JSON, with status {}", status.as_u16())));
    };
    if status.is_success() {
        let date = header(DATE).and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        return Try::Told(Told { body, date: date.map(|date| date.to_utc()) });
    }
    let said = |name| body.get(name).and_then(Value::as_str);
    Try::Ended(match (said("error"), said("message")) {
        (Some(code), Some(message)) => {
            Trouble::Refused { status: status.as_u16(), code: code.to_owned(), message: message.to_owned() }
        }
        _ => Trouble::Odd(format!("status {}", status.as_u16())),
    })
}

/// What went wrong at the bottom, without the address.
fn bare(error: &reqwest::Error) -> String {
    let mut bottom: &dyn std::error::Error = error;
    while let Some(cause) = bottom.source() {
        bottom = cause;
    }
    bottom.to_string()
}
