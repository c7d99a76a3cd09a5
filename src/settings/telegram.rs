//! The bot, its admins, and its webhook.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use super::environment::Environment;
use super::problem::Problems;
use crate::domain::person::{self, NoPerson};

const PUBLIC_API: &str = "https://api.telegram.org";
/// The ports Telegram posts to (Bot API, setWebhook).
const WEBHOOK_PORTS: [u16; 4] = [443, 80, 88, 8443];

/// A bot's token; never shown.
#[derive(Clone)]
pub struct BotToken {
    secret: SecretString,
    bot_id: i64,
}

impl BotToken {
    /// Takes digits, a colon, and at least 20 of A-Z, a-z, 0-9, _ and -.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, rest) = text.split_once(':')?;
        let bot_id = id.parse::<i64>().ok().filter(|id| *id > 0)?;
        let fits = rest.len() >= 20 && rest.bytes().all(is_token_byte);
        fits.then(|| Self { secret: SecretString::from(text), bot_id })
    }

    /// The bot's own user id: the part before the colon.
    #[must_use]
    pub const fn bot_id(&self) -> i64 {
        self.bot_id
    }

    /// The token itself, for the calls that need it.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.secret
    }
}

impl fmt::Debug for BotToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BotToken({}:…)", self.bot_id)
    }
}

/// The bot, its admins, and its webhook.
#[derive(Clone, Debug)]
pub struct Telegram {
    /// The bot's token.
    pub token: Option<BotToken>,
    /// Where the Bot API is.
    pub api_url: Url,
    /// The people who are owners always.
    pub admin_ids: Vec<i64>,
    /// The groups in which the queue's contents may be shown, and new items are, each with the topic for them.
    pub review_chats: Vec<(i64, Option<i64>)>,
    /// Where Telegram posts to.
    pub webhook_url: Option<Url>,
    /// What it sends along; there is one whenever there is a token.
    pub webhook_secret: Option<SecretString>,
}

impl Telegram {
    pub(super) fn read(environment: &Environment, problems: &mut Problems) -> Option<Self> {
        let token = token(environment, problems);
        let api_url = api_url(environment, problems);
        let webhook_secret = webhook_secret(environment, token.as_ref(), problems);
        let webhook_url = webhook_url(environment, api_url.as_ref(), problems);
        let admin_ids = ids(environment, "ADMIN_IDS", problems, admin);
        let review_chats = review_chats(environment, problems);
        Some(Self { token, api_url: api_url?, admin_ids, review_chats, webhook_url, webhook_secret })
    }
}

fn token(environment: &Environment, problems: &mut Problems) -> Option<BotToken> {
    let text = environment.get("TELEGRAM_BOT_TOKEN", problems)?;
    let token = BotToken::parse(&text);
    if token.is_none() {
        problems.add(
            "TELEGRAM_BOT_TOKEN",
            "is not a bot's token: digits, a colon, and at least 20 of A-Z, a-z, 0-9, _ and -",
        );
    }
    token
}

fn api_url(environment: &Environment, problems: &mut Problems) -> Option<Url> {
    let text = environment.get("TELEGRAM_API_URL", problems).unwrap_or_else(|| PUBLIC_API.to_owned());
    let url = Url::parse(text.trim_end_matches('/')).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && bare(url));
    if url.is_none() {
        problems.add("TELEGRAM_API_URL", "is not an http or https address without user, query and fragment");
    }
    url
}

fn webhook_secret(
    environment: &Environment,
    token: Option<&BotToken>,
    problems: &mut Problems,
) -> Option<SecretString> {
    let Some(text) = environment.get("WEBHOOK_SECRET", problems) else {
        let token = token?.secret().expose_secret();
        let derived = Sha256::digest(format!("countersign webhook secret\n{token}").as_bytes());
        return Some(SecretString::from(format!("{derived:x}")));
    };
    if text.len() > 256 || !text.bytes().all(is_token_byte) {
        problems.add("WEBHOOK_SECRET", "must be 1 to 256 of A-Z, a-z, 0-9, _ and -");
        return None;
    }
    Some(SecretString::from(text))
}

fn webhook_url(environment: &Environment, api_url: Option<&Url>, problems: &mut Problems) -> Option<Url> {
    let text = environment.get("WEBHOOK_URL", problems)?;
    // Where the server is not understood, only what is wrong in any case is told.
    let own_server = api_url.is_none_or(|url| url.host_str() != Some("api.telegram.org"));
    let wrong = match Url::parse(&text) {
        Err(_) => "is not an address".to_owned(),
        Ok(url) => match wrong_webhook(&url, own_server) {
            None => return Some(url),
            Some(wrong) => wrong,
        },
    };
    problems.add("WEBHOOK_URL", wrong);
    None
}

fn wrong_webhook(url: &Url, own_server: bool) -> Option<String> {
    let path = url.path();
    if !(url.scheme() == "https" || url.scheme() == "http" && own_server) {
        return Some(
            "must begin with https:// (http:// only where TELEGRAM_API_URL is a server of your own)"
                .to_owned(),
        );
    }
    if !url.has_host() || !bare(url) {
        return Some("must be an address without user, query and fragment".to_owned());
    }
    if !own_server && !url.port_or_known_default().is_some_and(|port| WEBHOOK_PORTS.contains(&port)) {
        return Some(
            "has a port that Telegram does not post to; it posts to 443, 80, 88 and 8443".to_owned(),
        );
    }
    if path.starts_with("/api/") || ["/api", "/healthz", "/readyz"].contains(&path) {
        return Some(format!(
            "has the path {path}, which the HTTP API uses; choose another, such as /telegram"
        ));
    }
    path.contains(['{', '}', '*']).then(|| "has a path with {, } or *".to_owned())
}

fn ids(
    environment: &Environment,
    name: &'static str,
    problems: &mut Problems,
    wrong: fn(i64) -> Option<String>,
) -> Vec<i64> {
    let text = environment.get(name, problems).unwrap_or_default();
    let mut ids = Vec::new();
    for part in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty()) {
        match part.parse::<i64>() {
            Err(_) => problems.add(name, format!("holds {part:?}, which is not a number")),
            Ok(id) => match wrong(id) {
                Some(wrong) => problems.add(name, format!("holds {id}: {wrong}")),
                None if ids.contains(&id) => {}
                None => ids.push(id),
            },
        }
    }
    ids
}

fn admin(id: i64) -> Option<String> {
    Some(match person::of(id).err()? {
        NoPerson::Shared(whose) => {
            format!("that is {whose}, so anybody could decide; name the people themselves")
        }
        NoPerson::Chat => "that is a chat's id, not a person's".to_owned(),
        NoPerson::NoSuchId | NoPerson::NotANumber => {
            "no person has that id; send /whoami to the bot to see yours".to_owned()
        }
    })
}

/// `-1001234567890`, or `-1001234567890/7` for a topic.
fn review_chats(environment: &Environment, problems: &mut Problems) -> Vec<(i64, Option<i64>)> {
    let text = environment.get("REVIEW_CHATS", problems).unwrap_or_default();
    let mut chats = Vec::new();
    for part in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty()) {
        let (chat, topic) = part.split_once('/').map_or((part, None), |(chat, topic)| (chat, Some(topic)));
        let topic = topic.map(|topic| topic.parse::<i64>().ok().filter(|topic| *topic > 0));
        match (chat.parse::<i64>(), topic) {
            (Err(_), _) => problems.add("REVIEW_CHATS", format!("holds {part:?}, which is not a number")),
            (Ok(_), Some(None)) => {
                problems.add("REVIEW_CHATS", format!("holds {part:?}; a topic is written -1001234567890/7"));
            }
            (Ok(0..), _) => problems.add(
                "REVIEW_CHATS",
                format!("holds {chat}: that is a person's id; groups have negative ids"),
            ),
            (Ok(chat), topic) => {
                let place = (chat, topic.flatten());
                if !chats.contains(&place) {
                    chats.push(place);
                }
            }
        }
    }
    chats
}

fn bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none()
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
