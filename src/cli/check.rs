//! `check`: is everything set up right? A line each, with the mend. It only reads.

mod books;
mod chats;
mod quorum;

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use chrono::DateTime;
use teloxide::prelude::Requester;
use teloxide::types::Me;
use teloxide::{Bot, RequestError};

use super::Failure;
use crate::domain::role::Role;
use crate::settings::{DotEnv, Environment, Settings, Telegram};
use crate::telegram::api;

/// How a line came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Well,
    Warn,
    Fail,
}

/// The lines so far.
#[derive(Default)]
struct Report {
    failed: bool,
}

impl Report {
    fn well(&mut self, what: &str, found: &str) {
        self.line(Sign::Well, what, found);
    }

    fn warn(&mut self, what: &str, found: &str) {
        self.line(Sign::Warn, what, found);
    }

    fn fail(&mut self, what: &str, found: &str) {
        self.line(Sign::Fail, what, found);
    }

    fn line(&mut self, sign: Sign, what: &str, found: &str) {
        self.failed |= sign == Sign::Fail;
        let (word, colour) = match sign {
            Sign::Well => ("ok  ", AnsiColor::Green),
            Sign::Warn => ("warn", AnsiColor::Yellow),
            Sign::Fail => ("FAIL", AnsiColor::Red),
        };
        let style = Style::new().fg_color(Some(colour.into()));
        anstream::println!("{style}{word}{style:#} {what:<11} {found}");
    }
}

pub(super) async fn run(environment: &Environment) -> Result<ExitCode, Failure> {
    if std::io::stdout().is_terminal() {
        anstream::println!("Checking the set-up; nothing is changed.");
    }
    let mut report = Report::default();
    let settings = match Settings::read(environment) {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems.iter() {
                report.fail("settings", &format!("{} {}", problem.variable, problem.wrong));
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    report.well("settings", "all variables are understood");
    if DotEnv::here().is_shared() {
        report.warn("./.env", "others on this machine can read it, and it may hold secrets: chmod 600 .env");
    }
    let on_record = books::check(&mut report, &settings).await;
    quorum::check(&mut report, &settings, &on_record);
    api_tokens(&mut report, &settings);
    telegram(&mut report, &settings.telegram, on_record).await;
    Ok(if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn api_tokens(report: &mut Report, settings: &Settings) {
    let tokens = &settings.http.api_tokens;
    if tokens.is_empty() {
        return report.warn("http api", "off: nobody can submit items. Set API_TOKENS to turn it on");
    }
    let deciding = tokens.iter().filter(|token| token.may_decide).count();
    report.well("http api", &format!("{} tokens, {deciding} of them may decide", tokens.len()));
}

async fn telegram(report: &mut Report, telegram: &Telegram, on_record: BTreeMap<i64, Role>) {
    let people = chats::People::of(telegram, on_record);
    let Some(token) = &telegram.token else {
        report.fail("token", "TELEGRAM_BOT_TOKEN is not set: talk to @BotFather in Telegram, send /newbot");
        return chats::unchecked(report, &people);
    };
    let bot = match api::bot(token.secret(), &telegram.api_url) {
        Ok(bot) => bot,
        Err(why) => return report.fail("token", &why),
    };
    let me = match bot.get_me().await {
        Ok(me) => me,
        Err(error) => {
            report.fail("token", &refused(&error, telegram));
            return chats::unchecked(report, &people);
        }
    };
    report.well("token", &format!("it is @{}", me.username()));
    telegram_clock(report, telegram, &bot).await;
    webhook(report, telegram, &bot).await;
    chats::check(report, telegram, &people, (&bot, &me)).await;
}

/// Telegram's clock, as its server tells it with every answer (RFC 9110, section 6.6.1).
async fn telegram_clock(report: &mut Report, telegram: &Telegram, bot: &Bot) {
    let answer = bot.client().head(telegram.api_url.clone()).send().await.ok();
    let date = answer.as_ref().and_then(|answer| answer.headers().get("date")?.to_str().ok());
    match date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) {
        Some(time) => books::clock(report, "Telegram's clock", time.to_utc()),
        None => report.warn("clock", "not held against Telegram's: it told no time"),
    }
}

async fn webhook(report: &mut Report, telegram: &Telegram, bot: &Bot) {
    let info = match bot.get_webhook_info().await {
        Ok(info) => info,
        Err(error) => return report.fail("webhook", &refused(&error, telegram)),
    };
    let wanted = match (&telegram.webhook_url, &info.url) {
        (None, None) => return report.well("webhook", "none is set: countersign serve polls"),
        (None, Some(url)) => {
            return report.fail(
                "webhook",
                &format!("Telegram posts to {url}, and WEBHOOK_URL is not set: set it, or countersign serve --take-over"),
            );
        }
        (Some(_), None) => return report.warn("webhook", "not set yet: countersign serve sets it"),
        (Some(wanted), Some(url)) if url != wanted => {
            return report.warn(
                "webhook",
                &format!("Telegram posts to {url}, not to WEBHOOK_URL: countersign serve changes it"),
            );
        }
        (Some(wanted), Some(_)) => wanted,
    };
    match (&info.last_error_message, info.last_error_date) {
        (Some(error), Some(at)) => report.warn(
            "webhook",
            &format!(
                "Telegram's last delivery failed at {at}: {error}. {} updates wait",
                info.pending_update_count
            ),
        ),
        _ => report.well("webhook", &format!("{wanted}, {} updates wait", info.pending_update_count)),
    }
}

/// What Telegram answered, without the token, and what to do.
fn refused(error: &RequestError, telegram: &Telegram) -> String {
    let Some(token) = &telegram.token else { return "no token".to_owned() };
    match api::Fault::of(error) {
        api::Fault::Token => {
            "Telegram does not know this token: copy it again from @BotFather (TELEGRAM_BOT_TOKEN)".to_owned()
        }
        _ => format!("{} cannot be asked: {}", telegram.api_url, api::explain(error, token.secret())),
    }
}

/// The bot's address in a browser, with which a person opens its chat.
fn link(me: &Me) -> String {
    format!("https://t.me/{}", me.username())
}
