//! Which systems are told of decisions, and where they may be.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use secrecy::SecretString;
use standardwebhooks::Webhook;

use super::environment::Environment;
use super::problem::Problems;
use crate::domain::key::ClientName;
use crate::domain::target::Target;

/// How a secret of the Standard Webhooks specification begins.
const PREFIX: &str = "whsec_";
/// Characters of the base64 of 24 bytes, the shortest that the specification takes.
const SECRET_CHARS_MIN: usize = 32;
/// Characters of the base64 of 64 bytes, the longest.
const SECRET_CHARS_MAX: usize = 88;
/// Secrets of one receiver: the one in use, and the next or the last.
const SECRETS_MAX: usize = 2;

/// A receiver of all decisions, or of those of some kinds.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// What it is called here.
    pub name: String,
    /// Where it is.
    pub target: Target,
    /// What is signed with.
    pub secrets: Vec<SecretString>,
}

/// Which systems are told of decisions, and where they may be.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    /// The receivers of `DECISION_WEBHOOKS`.
    pub receivers: Vec<Receiver>,
    /// The clients whose items may name an address that is told, and what is signed with.
    pub callbacks: BTreeMap<ClientName, Vec<SecretString>>,
    /// Networks that are not public and may be connected to.
    pub networks: Vec<IpNet>,
}

impl Webhooks {
    pub(super) fn read(environment: &Environment, problems: &mut Problems) -> Self {
        let networks = networks(environment, problems);
        let receivers = receivers(environment, &networks, problems);
        Self { receivers, callbacks: callbacks(environment, problems), networks }
    }

    /// The names of the receivers.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        self.receivers.iter().map(|receiver| receiver.name.clone()).collect()
    }
}

/// The entries of a list, with their places from 1; a file may have one a line.
fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let entries = text.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
    (1..).zip(entries)
}

fn receivers(environment: &Environment, networks: &[IpNet], problems: &mut Problems) -> Vec<Receiver> {
    const NAME: &str = "DECISION_WEBHOOKS";
    let text = environment.get(NAME, problems).unwrap_or_default();
    let mut receivers: Vec<Receiver> = Vec::new();
    for (place, entry) in entries(&text) {
        let wrong = match receiver(entry) {
            Err(wrong) => wrong,
            Ok(new) if receivers.iter().any(|known| known.name == new.name) => {
                "its name stands there twice".to_owned()
            }
            Ok(new) if !new.target.is_https() && networks.is_empty() => {
                "http is for receivers in WEBHOOK_NETWORKS alone, which is not set".to_owned()
            }
            Ok(new) => {
                receivers.push(new);
                continue;
            }
        };
        problems.add(NAME, format!("has a mistake in its entry {place}: {wrong}"));
    }
    receivers
}

/// Reads `NAME ADDRESS SECRET [SECRET]`. What is wrong is told without the entry: any part of it may be the secret.
fn receiver(entry: &str) -> Result<Receiver, String> {
    let mut parts = entry.split_whitespace();
    let (Some(name), Some(address)) = (parts.next(), parts.next()) else {
        return Err("it is not NAME ADDRESS SECRET".to_owned());
    };
    let name = ClientName::parse(name).map_err(|_| "its name must be 1 to 15 of a-z, 0-9 and '-'")?;
    let target = Target::parse(address).map_err(|wrong| format!("its address {wrong}"))?;
    let secrets: Vec<SecretString> = parts.map(secret).collect::<Result<_, _>>()?;
    match secrets.len() {
        0 => Err("it has no secret".to_owned()),
        1..=SECRETS_MAX => Ok(Receiver { name: name.as_str().to_owned(), target, secrets }),
        _ => Err(format!("it has more than {SECRETS_MAX} secrets")),
    }
}

fn callbacks(environment: &Environment, problems: &mut Problems) -> BTreeMap<ClientName, Vec<SecretString>> {
    const NAME: &str = "CALLBACK_SECRETS";
    let text = environment.get(NAME, problems).unwrap_or_default();
    let mut callbacks: BTreeMap<ClientName, Vec<SecretString>> = BTreeMap::new();
    for (place, entry) in entries(&text) {
        match callback(entry) {
            Ok((client, _)) if callbacks.get(&client).is_some_and(|known| known.len() == SECRETS_MAX) => {
                problems.add(NAME, format!("has more than {SECRETS_MAX} secrets of the client {client}"));
            }
            Ok((client, secret)) => callbacks.entry(client).or_default().push(secret),
            Err(wrong) => problems.add(NAME, format!("has a mistake in its entry {place}: {wrong}")),
        }
    }
    callbacks
}

fn callback(entry: &str) -> Result<(ClientName, SecretString), String> {
    let (name, text) = entry.split_once(':').ok_or("it is not client:secret")?;
    Ok((ClientName::parse(name).map_err(|error| error.to_string())?, secret(text)?))
}

fn secret(text: &str) -> Result<SecretString, String> {
    let fits = text.strip_prefix(PREFIX).is_some_and(|encoded| {
        (SECRET_CHARS_MIN..=SECRET_CHARS_MAX).contains(&encoded.len()) && Webhook::new(encoded).is_ok()
    });
    if fits { Ok(SecretString::from(text)) } else { Err(MAKE_ONE.to_owned()) }
}

/// What a secret looks like, and how to make one.
const MAKE_ONE: &str =
    "a secret is whsec_ and the base64 of 24 to 64 random bytes: echo whsec_$(openssl rand -base64 32)";

fn networks(environment: &Environment, problems: &mut Problems) -> Vec<IpNet> {
    const NAME: &str = "WEBHOOK_NETWORKS";
    let text = environment.get(NAME, problems).unwrap_or_default();
    let mut networks = Vec::new();
    for (_, entry) in entries(&text) {
        let network = entry.parse().or_else(|_| entry.parse::<IpAddr>().map(IpNet::from));
        match network {
            Ok(network) => networks.push(network),
            Err(_) => problems.add(NAME, format!("has {entry:?}, which is no network such as 10.0.0.0/8")),
        }
    }
    networks
}
