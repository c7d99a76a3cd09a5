//! The bot: its token, held against Telegram.

use secrecy::ExposeSecret;

use super::asker::Asker;
use super::show;
use crate::cli::Failure;
use crate::settings::{BotToken, DotEnv, Settings};
use crate::telegram::call::{CallError, Caller};
use crate::telegram::contact;

pub(super) const NAME: &str = "TELEGRAM_BOT_TOKEN";

/// Whether the token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Where none is set that Telegram knows.
    IfMissing,
    /// In any case.
    Anew,
    /// What is set is none.
    Broken,
}

/// The bot, as Telegram knows it.
pub(super) struct Bot {
    token: BotToken,
    pub(super) caller: Caller,
    pub(super) username: String,
    /// Whether the token was asked for.
    is_new: bool,
}

impl Bot {
    pub(super) const fn id(&self) -> i64 {
        self.token.bot_id()
    }

    /// The line for `./.env`, where there is none yet.
    pub(super) fn change(&self) -> Option<(&'static str, String)> {
        self.is_new.then(|| (NAME, self.token.secret().expose_secret().to_owned()))
    }
}

/// The bot whose token is set; else, and where it is to be changed or Telegram does not know it, one that is asked for.
pub(super) async fn settle(
    settings: &Settings,
    file: &DotEnv,
    ask: Ask,
    asker: &mut Asker,
) -> Result<Bot, Failure> {
    show::step(1, "The bot");
    if let Some(token) = settings.telegram.token.clone().filter(|_| ask == Ask::IfMissing) {
        match known(settings, token, false).await {
            Ok(bot) => {
                show::done(&format!("It is @{}.", bot.username));
                return Ok(bot);
            }
            Err(Wrong::Token) if file.sets(NAME)? => show::wrong(&Wrong::Token.to_string()),
            Err(wrong) => return Err(Failure::Told(format!("{NAME}: {wrong}"))),
        }
    }
    if ask == Ask::Broken {
        show::wrong(&format!("What ./.env has as {NAME} is no token."));
    }
    show::line("In Telegram, talk to @BotFather and send /newbot; it gives you a token.");
    loop {
        let Some(typed) = asker.secret("The token (it is not shown): ").await? else {
            return Err(Failure::Told("there is no token; nothing was written".to_owned()));
        };
        let Some(token) = BotToken::parse(typed.expose_secret()) else {
            show::wrong("That is no token. It looks like 123456789:AAExampleExampleExampleExampleExamp.");
            continue;
        };
        match known(settings, token, true).await {
            Ok(bot) => {
                show::done(&format!("It is @{}.", bot.username));
                return Ok(bot);
            }
            Err(wrong) => show::wrong(&wrong.to_string()),
        }
    }
}

/// Why there is no bot; names no secret.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error("Telegram does not know this token. Copy it again from @BotFather.")]
    Token,
    #[error("Telegram could not be asked: {0}. Try again.")]
    Away(String),
}

async fn known(settings: &Settings, token: BotToken, is_new: bool) -> Result<Bot, Wrong> {
    let caller = Caller::new(token.secret(), &settings.telegram.api_url).map_err(Wrong::Away)?;
    match contact::who(&caller).await {
        Ok(me) => Ok(Bot { token, caller, username: me.username, is_new }),
        Err(CallError::Refused { code: 401 | 404, .. }) => Err(Wrong::Token),
        Err(error) => Err(Wrong::Away(error.to_string())),
    }
}
