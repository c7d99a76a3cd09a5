//! Carries one message to its receiver: looks at where it goes when it connects, signs it, and bounds the whole in time and
//! size. Redirects are not followed, and no proxy stands between.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
use tokio::time::timeout;
use url::Host;

use super::address::Allowed;
use super::message::Message;
use super::resolver::{NotAllowed, Sifting};
use crate::domain::target::Target;
use crate::ledger::deliveries::Parcel;
use crate::limits::{
    DELIVERY_ANSWER_BYTES, DELIVERY_CONNECT, DELIVERY_DEADLINE, DELIVERY_REST, DELIVERY_WAIT_MAX,
};
use crate::settings::Webhooks;

const AGENT: &str = concat!("countersign/", env!("CARGO_PKG_VERSION"));

/// How one try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// It was taken.
    Taken,
    /// It was not, which may pass.
    Later {
        /// What went wrong; names no secret.
        why: String,
        /// For how long the receiver asked to be left alone.
        wait: Option<Duration>,
    },
    /// 410: the receiver wants to be told nothing more.
    Gone,
}

/// Carries messages to the receivers of the settings, and to addresses that items brought.
pub struct Carrier {
    receivers: HashMap<String, (Target, Vec<Webhook>)>,
    callbacks: BTreeMap<String, Vec<Webhook>>,
    https: Road,
    http: Road,
}

/// A way on which only certain addresses are reached.
struct Road {
    client: Client,
    allowed: Arc<Allowed>,
}

impl Carrier {
    /// Knows the receivers of the settings.
    ///
    /// # Errors
    /// Why no HTTPS client could be made.
    pub fn new(webhooks: &Webhooks) -> Result<Self, String> {
        let receivers = webhooks
            .receivers
            .iter()
            .map(|one| (one.name.clone(), (one.target.clone(), signers(&one.secrets))))
            .collect();
        let callbacks = webhooks
            .callbacks
            .iter()
            .map(|(client, secrets)| (client.as_str().to_owned(), signers(secrets)))
            .collect();
        let networks = &webhooks.networks;
        Ok(Self {
            receivers,
            callbacks,
            https: Road::new(Allowed::public_and(networks.clone()))?,
            http: Road::new(Allowed::only(networks.clone()))?,
        })
    }

    /// Whether this instance can tell that receiver; another may know those that this one does not.
    #[must_use]
    pub fn knows(&self, receiver: &str) -> bool {
        match receiver.split_once('@') {
            Some((client, _)) => self.callbacks.contains_key(client),
            None => self.receivers.contains_key(receiver),
        }
    }

    /// Tries once to tell a receiver of a decision.
    pub async fn carry(&self, parcel: &Parcel, now: DateTime<Utc>) -> Carried {
        let later = |why: String| Carried::Later { why, wait: None };
        let Some((target, signers)) = self.place(parcel) else {
            return later("no receiver of that name stands in the settings".to_owned());
        };
        let message = match Message::of(parcel) {
            Ok(message) => message,
            Err(why) => return later(why),
        };
        match timeout(DELIVERY_DEADLINE, self.post(target, signers, message, now)).await {
            Err(_) => later(format!("no answer within {} s", DELIVERY_DEADLINE.as_secs())),
            Ok(Err(why)) => later(why),
            Ok(Ok(answer)) => {
                let (status, wait) = (answer.status(), retry_after(answer.headers(), now));
                drop(timeout(DELIVERY_REST, drain(answer)).await);
                ruled(status, wait)
            }
        }
    }

    fn place<'a>(&'a self, parcel: &'a Parcel) -> Option<(&'a Target, &'a [Webhook])> {
        match parcel.receiver.split_once('@') {
            Some((client, _)) => Some((parcel.item.callback.as_ref()?, self.callbacks.get(client)?)),
            None => self.receivers.get(&parcel.receiver).map(|(target, signers)| (target, &signers[..])),
        }
    }

    async fn post(
        &self,
        target: &Target,
        signers: &[Webhook],
        message: Message,
        now: DateTime<Utc>,
    ) -> Result<Response, String> {
        let road = if target.is_https() { &self.https } else { &self.http };
        road.check(target)?;
        let signature = sign(signers, &message, now.timestamp())?;
        let request = road
            .client
            .post(target.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header(HEADER_WEBHOOK_ID, &message.id)
            .header(HEADER_WEBHOOK_TIMESTAMP, now.timestamp())
            .header(HEADER_WEBHOOK_SIGNATURE, signature);
        request.body(message.body).send().await.map_err(explain)
    }
}

/// Read to its end, as far as that is near, the connection can be used again. The answer's status has told all.
async fn drain(mut answer: Response) {
    let mut left = DELIVERY_ANSWER_BYTES;
    while let Ok(Some(chunk)) = answer.chunk().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            break;
        }
    }
}

impl Road {
    fn new(allowed: Allowed) -> Result<Self, String> {
        let allowed = Arc::new(allowed);
        let client = Client::builder()
            .user_agent(AGENT)
            .no_proxy()
            .redirect(Policy::none())
            .connect_timeout(DELIVERY_CONNECT)
            .timeout(DELIVERY_DEADLINE)
            .dns_resolver(Arc::new(Sifting(allowed.clone())))
            .build();
        Ok(Self { client: client.map_err(explain)?, allowed })
    }

    /// A number for a host is never looked up, and so not sifted.
    fn check(&self, target: &Target) -> Result<(), String> {
        let allowed = match target.url().host() {
            Some(Host::Ipv4(address)) => self.allowed.allows(address.into()),
            Some(Host::Ipv6(address)) => self.allowed.allows(address.into()),
            Some(Host::Domain(_)) | None => true,
        };
        if allowed { Ok(()) } else { Err(NotAllowed.to_string()) }
    }
}

/// The settings have seen to it that each secret is one.
fn signers(secrets: &[SecretString]) -> Vec<Webhook> {
    secrets.iter().filter_map(|secret| Webhook::new(secret.expose_secret()).ok()).collect()
}

/// One signature for each secret, joined by a space: while they are rotated a receiver may know either.
fn sign(signers: &[Webhook], message: &Message, timestamp: i64) -> Result<String, String> {
    let one = |signer: &Webhook| signer.sign(&message.id, timestamp, message.body.as_bytes());
    let all: Result<Vec<String>, _> = signers.iter().map(one).collect();
    all.map(|signatures| signatures.join(" ")).map_err(|error| format!("it could not be signed: {error}"))
}

fn ruled(status: StatusCode, wait: Option<Duration>) -> Carried {
    let why = |what: &str| format!("answered {}{what}", status.as_u16());
    match status {
        status if status.is_success() => Carried::Taken,
        StatusCode::GONE => Carried::Gone,
        status if status.is_redirection() => {
            Carried::Later { why: why(": redirects are not followed"), wait: None }
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Carried::Later { why: why(""), wait }
        }
        _ => Carried::Later { why: why(""), wait: None },
    }
}

/// What `Retry-After` asks for: seconds, or a time (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let is_seconds = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // More than can be counted.
        Err(_) if is_seconds => DELIVERY_WAIT_MAX,
        Err(_) => (DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now).to_std().ok()?,
    };
    Some(wait.min(DELIVERY_WAIT_MAX))
}

/// What went wrong, without the address: its path may hold a secret.
fn explain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut told = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if told.last() != Some(&text) {
            told.push(text);
        }
        cause = error.source();
    }
    told.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_receiver_asks_for_is_kept_to() {
        let now: DateTime<Utc> = "2026-03-01T12:04:00Z".parse().unwrap();
        let asked = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers, now).map(|wait| wait.as_secs())
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Sun, 01 Mar 2026 12:05:00 GMT"), Some(60));
        for far in ["9999999999", "99999999999999999999"] {
            assert_eq!(asked(far), Some(DELIVERY_WAIT_MAX.as_secs()), "{far}");
        }
        for odd in ["soon", "-1", "Sun, 01 Mar 2026 12:00:00 GMT", "1.5"] {
            assert_eq!(asked(odd), None, "{odd}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn each_status_leads_somewhere() {
        let ruled =
            |code: u16| super::ruled(StatusCode::from_u16(code).unwrap(), Some(Duration::from_secs(7)));
        assert_eq!((ruled(200), ruled(204), ruled(410)), (Carried::Taken, Carried::Taken, Carried::Gone));
        let waits = |code| matches!(ruled(code), Carried::Later { wait: Some(_), .. });
        assert!(waits(429) && waits(503) && !waits(500) && !waits(404) && !waits(302));
    }
}
