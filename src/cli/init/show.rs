//! What the terminal shows. Colours vanish where the output is no terminal.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anstyle::{AnsiColor, Color, Style};
use secrecy::ExposeSecret;

use super::api;
use super::code::Code;
use crate::settings::Settings;

const HEAD: Style = Style::new().bold();
const GOOD: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));
const WRONG: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));
const NOTE: Style = Style::new().dimmed();
const CODE: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan))).bold();

pub(super) fn welcome() {
    anstream::println!("{HEAD}Countersign: set-up{HEAD:#}");
    anstream::println!("{NOTE}Ctrl-C ends it; until the first owner is known, nothing is written.{NOTE:#}");
}

pub(super) fn step(number: u8, what: &str) {
    anstream::println!("\n{HEAD}{number}. {what}{HEAD:#}");
}

pub(super) fn line(text: &str) {
    anstream::println!("   {text}");
}

pub(super) fn done(text: &str) {
    anstream::println!("   {GOOD}✓{GOOD:#} {text}");
}

pub(super) fn wrong(text: &str) {
    anstream::println!("   {WRONG}✗{WRONG:#} {text}");
}

pub(super) fn owners(ids: &[i64]) {
    step(2, "The owners");
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    done(&format!("{} in ADMIN_IDS. Another one: countersign init --change owner", ids.join(", ")));
}

/// The code, and the link that sends it.
pub(super) fn code(code: &Code, username: &str) {
    line(&format!("Open https://t.me/{username}?start={code} and press Start, or send this to @{username}:"));
    anstream::println!("\n       {CODE}{code}{CODE:#}\n");
    line("Whoever sends it becomes an owner. It can be used once, within 10 minutes. Waiting …");
}

pub(super) fn written(changes: &[(&'static str, String)]) {
    step(3, "The settings");
    if changes.is_empty() {
        return done("All is set; ./.env stays as it is.");
    }
    let names: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
    done(&format!("./.env, which you alone can read, has {}.", names.join(", ")));
}

pub(super) fn next(settings: &Settings, username: &str) {
    let program = std::env::args().next().filter(|name| name.contains('/'));
    let program = program.unwrap_or_else(|| "countersign".to_owned());
    anstream::println!("\n{HEAD}Start it{HEAD:#}, and see in https://t.me/{username} what waits:\n");
    anstream::println!("  {program} serve\n");
    let with = match api::token(settings) {
        Some(_) => "with a token that may submit and not decide",
        None => "with one of your tokens as TOKEN",
    };
    anstream::println!("{HEAD}Submit{HEAD:#} from your own systems, {with}:\n");
    anstream::println!("{}", curl(settings));
    anstream::println!("{NOTE}Is all well? {program} check{NOTE:#}");
}

fn curl(settings: &Settings) -> String {
    let address = reachable(settings.http.listen_addr);
    let token = api::token(settings).map_or("$TOKEN", |token| token.secret.expose_secret());
    format!(
        "  curl -sS http://{address}/api/admin/pending \\\n    \
         -H \"Authorization: Bearer {token}\" -H 'X-Idempotency-Key: hello-1' -H 'Content-Type: application/json' \\\n    \
         -d '{{\"items\":[{{\"kind\":\"invoice\",\"title\":\"Rent for April\",\"detail\":\"1,200 EUR to Homes Ltd\"}}]}}'\n"
    )
}

/// Where a program on this machine reaches the address that is listened on.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

pub(super) fn stopped(is_written: bool) {
    anstream::println!();
    line(if is_written {
        "Stopped. ./.env is written; run countersign init again to go on."
    } else {
        "Stopped. Nothing was written."
    });
}
