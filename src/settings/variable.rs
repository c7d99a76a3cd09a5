//! Every variable, described once: `.env.example` and the README's table derive from here.

use std::fmt::Write;

/// A variable that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it sets.
    pub meaning: &'static str,
    /// What holds where it is not set; empty where nothing does.
    pub default: &'static str,
    /// A value that would be taken.
    pub example: &'static str,
    /// Whether it is a secret, which may stand in a file that `NAME_FILE` names.
    pub secret: bool,
}

const fn open(
    name: &'static str,
    default: &'static str,
    example: &'static str,
    meaning: &'static str,
) -> Variable {
    Variable { name, meaning, default, example, secret: false }
}

const fn secret(
    name: &'static str,
    default: &'static str,
    example: &'static str,
    meaning: &'static str,
) -> Variable {
    Variable { name, meaning, default, example, secret: true }
}

/// All variables, in the order in which they are shown.
pub const VARIABLES: &[Variable] = &[
    secret(
        "TELEGRAM_BOT_TOKEN",
        "",
        "123456789:AAExampleExampleExampleExampleExamp",
        "The bot's token from @BotFather; `serve` needs it.",
    ),
    open(
        "TELEGRAM_API_URL",
        "https://api.telegram.org",
        "http://127.0.0.1:8081",
        "Where the Bot API is; a local Bot API server otherwise.",
    ),
    open(
        "ADMIN_IDS",
        "",
        "123456789,987654321",
        "Numeric Telegram user ids of the people who are owners always, comma separated; `/whoami` tells one's own. They give others a role with `/admins`.",
    ),
    open(
        "REVIEW_CHATS",
        "",
        "-1001234567890",
        "Ids of groups in which new items are shown and the queue may be listed, comma separated; with a topic as -1001234567890/7. Empty: each who may decide gets new items in private.",
    ),
    secret(
        "DATABASE_URL",
        "sqlite://countersign.db?mode=rwc",
        "postgres://countersign:password@localhost/countersign",
        "Where the books are: an SQLite file, or PostgreSQL.",
    ),
    open("LISTEN_ADDR", "127.0.0.1:8080", "127.0.0.1:8080", "The address and port to listen on."),
    open(
        "METRICS_ADDR",
        "at LISTEN_ADDR",
        "127.0.0.1:9464",
        "An address and port for `/metrics` (Prometheus) alone.",
    ),
    open(
        "WEBHOOK_URL",
        "long polling",
        "https://bot.example.org/telegram",
        "The public HTTPS address that Telegram posts to; its path is the route. `http` only where TELEGRAM_API_URL is a server of one's own. Unset: updates are fetched by long polling, and nothing has to be reachable from outside.",
    ),
    secret(
        "WEBHOOK_SECRET",
        "derived from the token",
        "a-long-random-text_1234",
        "What Telegram sends along with each delivery: 1 to 256 of A-Z, a-z, 0-9, _ and -.",
    ),
    secret(
        "API_TOKENS",
        "the HTTP API is off",
        "shop:0123456789abcdef0123456789abcdef,backend/decide:fedcba9876543210fedcba9876543210",
        "Clients of the HTTP API: `name:token` may submit, `name/decide:token` may also decide. Tokens have at least 32 characters; a name may stand twice (rotation).",
    ),
    secret(
        "DECISION_WEBHOOKS",
        "nobody is told",
        "erp https://erp.example.org/decisions whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "Who is told of each final decision, by signed webhooks: entries `NAME ADDRESS SECRET`, comma separated or one a line. A second secret after the first is for rotation: both sign.",
    ),
    secret(
        "CALLBACK_SECRETS",
        "no item may",
        "shop:whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "Clients whose items may name a `callback_url` that is told of their decision, with the secret that signs: `client:secret`. A client may stand twice (rotation).",
    ),
    open(
        "WEBHOOK_NETWORKS",
        "public addresses alone",
        "10.0.0.0/8,127.0.0.1",
        "Networks that are not public and in which receivers may be, comma separated; only there `http` will do instead of `https`.",
    ),
    open(
        "KEY_RETENTION",
        "7d",
        "7d",
        "How long idempotency keys are kept: a number and s, m, h or d; at least 24h.",
    ),
    open("BULK_LIMIT", "100", "100", "Most different ids in one operation, 1 to 500."),
    open(
        "UNDO_WINDOW",
        "10s",
        "1m",
        "How long a decision can be taken back by whoever made it, 0s to 1h; items keep the window of their submission.",
    ),
    open(
        "POLICY_FILE",
        "",
        "policy.toml",
        "A file with the rules of each kind of items: what is forbidden, how many must approve, and more.",
    ),
    open("TIME_ZONE", "UTC", "Europe/Berlin", "How times are shown: a name of the IANA time zone database."),
    open(
        "LANGUAGE",
        "en",
        "de",
        "The language of groups, and of people whose own is not known: en or de. Everybody else is answered in the language of their app.",
    ),
    open(
        "RUST_LOG",
        "info",
        "countersign=debug,info",
        "What is logged: error, warn, info, debug or trace, also by part.",
    ),
    open("LOG_FORMAT", "text", "json", "How it is logged: text or json."),
];

/// What `ask` and `items` read where they run; no server needs it.
pub const CLIENT_VARIABLES: &[Variable] = &[
    open(
        "COUNTERSIGN_URL",
        "",
        "https://countersign.example.org",
        "Where Countersign is, for `ask` and `items`; `--url` wins.",
    ),
    secret(
        "COUNTERSIGN_TOKEN",
        "",
        "0123456789abcdef0123456789abcdef",
        "The token they ask with, one of its `API_TOKENS`; `--token-file` wins.",
    ),
];

/// The variable with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().chain(CLIENT_VARIABLES).find(|variable| variable.name == name)
}

/// The text of `.env.example`.
#[must_use]
pub fn env_example() -> String {
    let mut text = String::from(
        "# Countersign's settings. Copy to .env and change what you need; the environment wins over this file.\n\
         ",
    );
    let _ = writeln!(text, "# {}", files());
    for (place, variable) in VARIABLES.iter().chain(CLIENT_VARIABLES).enumerate() {
        if place == VARIABLES.len() {
            text.push_str(
                "\n# For countersign ask and items, in the environment of the machine that asks:\n",
            );
        }
        let default = if variable.default.is_empty() {
            String::new()
        } else {
            format!(" Default: {}.", variable.default)
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "\n# {}{default}\n#{}={}\n", variable.meaning, variable.name, variable.example);
    }
    text
}

/// Which variables may stand in a file, and how.
#[must_use]
pub fn files() -> String {
    let secrets = VARIABLES
        .iter()
        .chain(CLIENT_VARIABLES)
        .filter(|variable| variable.secret)
        .map(|variable| variable.name);
    let names = secrets.collect::<Vec<_>>().join(", ");
    format!("NAME_FILE instead of NAME names a file that holds the value, for the secrets {names}.")
}

/// The README's table of variables.
#[must_use]
pub fn readme_table() -> String {
    let mut table = String::from("| variable | meaning | default |\n| --- | --- | --- |\n");
    for variable in VARIABLES {
        let _ = writeln!(table, "| `{}` | {} | {} |", variable.name, variable.meaning, variable.default);
    }
    let _ = writeln!(table, "\n{}", files());
    let _ = writeln!(
        table,
        "\nFor `ask` and `items`, on the machine that asks:\n\n| variable | meaning |\n| --- | --- |"
    );
    for variable in CLIENT_VARIABLES {
        let _ = writeln!(table, "| `{}` | {} |", variable.name, variable.meaning);
    }
    table
}
