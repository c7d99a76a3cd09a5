//! Where the program listens, and who may call its HTTP API.

use std::net::{Ipv4Addr, SocketAddr};

use secrecy::{ExposeSecret, SecretString};

use super::environment::Environment;
use super::problem::Problems;
use super::webhooks::Webhooks;
use crate::domain::key::ClientName;

const PORT: u16 = 8080;
const TOKEN_CHARS_MIN: usize = 32;
const TOKEN_CHARS_MAX: usize = 256;

/// A token of `API_TOKENS`.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Whose it is.
    pub client: ClientName,
    /// Whether it may decide, beside submitting.
    pub may_decide: bool,
    /// Whether its items may name an address that is told of the decision.
    pub may_call_back: bool,
    /// The token itself.
    pub secret: SecretString,
}

/// Where the program listens, and who may call its HTTP API.
#[derive(Clone, Debug)]
pub struct Http {
    /// The address to listen on.
    pub listen_addr: SocketAddr,
    /// The address at which metrics are shown, where it is one of their own.
    pub metrics_addr: Option<SocketAddr>,
    /// The tokens that are taken; none: the HTTP API is off.
    pub api_tokens: Vec<ApiToken>,
}

impl Http {
    /// The same with the right to be called back for those clients for which there are secrets.
    pub(super) fn with_callbacks(mut self, webhooks: &Webhooks) -> Self {
        for token in &mut self.api_tokens {
            token.may_call_back = webhooks.callbacks.contains_key(&token.client);
        }
        self
    }

    pub(super) fn read(environment: &Environment, problems: &mut Problems) -> Self {
        Self {
            listen_addr: address("LISTEN_ADDR", environment, problems)
                .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, PORT))),
            metrics_addr: address("METRICS_ADDR", environment, problems),
            api_tokens: api_tokens(environment, problems),
        }
    }
}

fn address(name: &'static str, environment: &Environment, problems: &mut Problems) -> Option<SocketAddr> {
    let text = environment.get(name, problems)?;
    let address = text.parse().ok();
    if address.is_none() {
        problems.add(name, format!("is {text:?}, which is not an IP address and a port"));
    }
    address
}

fn api_tokens(environment: &Environment, problems: &mut Problems) -> Vec<ApiToken> {
    let text = environment.get("API_TOKENS", problems).unwrap_or_default();
    let mut tokens: Vec<ApiToken> = Vec::new();
    for (place, entry) in (1..).zip(text.split(',').map(str::trim)) {
        if entry.is_empty() {
            continue;
        }
        match api_token(entry) {
            Err(wrong) => problems.add("API_TOKENS", format!("has a mistake in its entry {place}: {wrong}")),
            Ok(token)
                if tokens
                    .iter()
                    .any(|known| known.secret.expose_secret() == token.secret.expose_secret()) =>
            {
                problems.add(
                    "API_TOKENS",
                    format!("has the token of its entry {place} twice; each entry needs its own"),
                );
            }
            Ok(token) => tokens.push(token),
        }
    }
    tokens
}

/// Reads `name:token` or `name/decide:token`. What is wrong is told without the entry: any part of it may be the secret.
fn api_token(entry: &str) -> Result<ApiToken, String> {
    let (who, secret) = entry.split_once(':').ok_or("it is not name:token")?;
    let (name, may_decide) = match who.split_once('/') {
        None => (who, false),
        Some((name, "decide")) => (name, true),
        Some(_) => return Err("the only right that can follow a name is /decide".to_owned()),
    };
    let client = ClientName::parse(name).map_err(|error| error.to_string())?;
    let fits = (TOKEN_CHARS_MIN..=TOKEN_CHARS_MAX).contains(&secret.len())
        && secret.bytes().all(|b| b.is_ascii_graphic());
    if !fits {
        return Err(format!(
            "its token must have {TOKEN_CHARS_MIN} to {TOKEN_CHARS_MAX} visible ASCII characters"
        ));
    }
    Ok(ApiToken { client, may_decide, may_call_back: false, secret: SecretString::from(secret) })
}
