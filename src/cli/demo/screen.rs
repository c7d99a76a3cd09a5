//! What the visitor sees. Colours vanish where the output is no terminal.

use std::io::Write;
use std::path::Path;

use anstyle::{AnsiColor, Color, Style};

use super::phone::{Message, News};
use super::taps;

const BOT: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green))).bold();
const YOU: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan))).bold();
const BUTTON: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Blue))).bold();
const NOTE: Style = Style::new().dimmed();
const HEAD: Style = Style::new().bold();

pub(super) fn welcome(database: &Path) {
    anstream::println!(
        "{HEAD}Countersign demo{HEAD:#}: you are Lee, an admin. Six items were submitted, and the bot shows them to you."
    );
    anstream::println!(
        "{NOTE}No network, no account; the database is {} and goes with the demo.{NOTE:#}",
        database.display()
    );
}

pub(super) fn hints() {
    anstream::println!("\nEach line you type reaches the bot as a Telegram update. Try:");
    anstream::println!("  tap 1 approve          press a button; what to type stands beside each");
    anstream::println!("  tap 2 reject           this one asks why: tap a reason, or reply TEXT");
    anstream::println!("  /approve 3,4           decide by numbers; /approve all asks first");
    anstream::println!("  again                  Telegram delivers the last update once more, byte for byte");
    anstream::println!("  crash /approve 5       the program dies after the commit and before its answer");
    anstream::println!("  /undo, /pending, /history, /help, quit");
}

/// What the visitor typed, where the terminal does not show it.
pub(super) fn echo(line: &str) {
    anstream::println!("\n{YOU}you ▸{YOU:#} {line}");
}

pub(super) fn prompt() {
    anstream::print!("\n{YOU}you ▸{YOU:#} ");
    // A prompt that cannot be shown is no reason to end the chat.
    let _ = std::io::stdout().flush();
}

/// What happened on the phone.
pub(super) fn news(news: &News) {
    match news {
        News::Came(shown) => message(None, shown),
        News::Became(shown) => message(Some("changes its message"), shown),
        News::PoppedUp(text) => bot(None, &format!("(pops up) {text}")),
    }
}

fn message(what: Option<&str>, message: &Message) {
    bot(what, &message.text);
    for row in &message.rows {
        let captions: Vec<String> =
            row.iter().map(|button| format!("{BUTTON}[ {} ]{BUTTON:#}", button.caption)).collect();
        let row = Message { rows: vec![row.clone()], ..message.clone() };
        let typed: Vec<String> = taps::of(&row).iter().map(taps::Tap::typed).collect();
        anstream::println!("      {}   {NOTE}{}{NOTE:#}", captions.join(" "), typed.join(", "));
    }
}

/// What the bot says; what it does stands on a line before.
fn bot(what: Option<&str>, text: &str) {
    let mut lines = text.lines();
    let first = what
        .map_or_else(|| lines.next().unwrap_or_default().to_owned(), |what| format!("{NOTE}{what}{NOTE:#}"));
    anstream::println!("{BOT}bot ▸{BOT:#} {first}");
    for line in lines {
        anstream::println!("      {line}");
    }
}

pub(super) fn note(text: &str) {
    anstream::println!("{NOTE}      {text}{NOTE:#}");
}
