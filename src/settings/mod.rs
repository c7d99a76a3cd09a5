//! Environment → typed settings, a file a group. All mistakes are reported together, and no secret is ever shown.

mod database;
pub mod dot_env;
pub mod duration;
pub mod environment;
mod http;
mod logging;
pub mod policy;
pub mod problem;
mod remote;
mod rules;
mod telegram;
pub mod variable;
mod webhooks;

pub use self::database::Database;
pub use self::dot_env::DotEnv;
pub use self::environment::Environment;
pub use self::http::{ApiToken, Http};
pub use self::logging::{Format, Logging};
pub use self::problem::{Problem, Problems};
pub use self::remote::Remote;
pub use self::rules::Rules;
pub use self::telegram::{BotToken, Telegram};
pub use self::webhooks::{Receiver, Webhooks};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot, its admins and its webhook.
    pub telegram: Telegram,
    /// Where the books are.
    pub database: Database,
    /// Where it listens, and who may call the HTTP API.
    pub http: Http,
    /// Who is told of decisions.
    pub webhooks: Webhooks,
    /// What rules and texts go by.
    pub rules: Rules,
    /// What is logged, and how.
    pub logging: Logging,
    /// Named points that a test armed (`COUNTERSIGN_POINTS`); a release build does not look at them.
    pub points: Option<String>,
}

impl Settings {
    /// Reads all settings.
    ///
    /// # Errors
    /// [`Problems`]: every mistake there is, each with its variable, what is wrong and an example.
    pub fn read(environment: &Environment) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let telegram = Telegram::read(environment, &mut problems);
        let database = Database::read(environment, &mut problems);
        let webhooks = Webhooks::read(environment, &mut problems);
        let http = Http::read(environment, &mut problems).with_callbacks(&webhooks);
        let rules = Rules::read(environment, &mut problems);
        rules.policy.must_know(&webhooks.names(), &mut problems);
        let logging = Logging::read(environment, &mut problems);
        let points = environment.get("COUNTERSIGN_POINTS", &mut problems);
        match (telegram, database) {
            (Some(telegram), Some(database)) if problems.is_empty() => {
                Ok(Self { telegram, database, http, webhooks, rules, logging, points })
            }
            _ => Err(problems),
        }
    }

    /// What `serve` needs beyond the defaults.
    ///
    /// # Errors
    /// [`Problems`] for each variable that is missing.
    pub fn need_serve(&self) -> Result<(), Problems> {
        let mut problems = Problems::default();
        if self.telegram.token.is_none() {
            problems.add("TELEGRAM_BOT_TOKEN", "is not set; talk to @BotFather in Telegram and send /newbot");
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}
