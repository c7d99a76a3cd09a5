//! What the visitor sees. Colours vanish where the output is no terminal.

use std::io::Write;

use anstyle::{AnsiColor, Style};

const BOT: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green))).bold();
const YOU: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan))).bold();
const NOTE: Style = Style::new().dimmed();
const HEAD: Style = Style::new().bold();

pub(super) fn welcome(database: &std::path::Path) {
    anstream::println!(
        "{HEAD}Countersign demo{HEAD:#}: six items wait for a decision, and you are the admin Lee."
    );
    anstream::println!("Each line you type goes to the bot as a Telegram update. Try:");
    anstream::println!("  /pending               what waits");
    anstream::println!("  /approve 1,2,3         decide");
    anstream::println!("  again                  Telegram delivers the last update once more, byte for byte");
    anstream::println!("  crash /approve 4       the program dies after the commit and before its answer");
    anstream::println!("  /help, quit");
    note(&format!("The database is {}; it goes with the demo.", database.display()));
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

pub(super) fn bot(text: &str) {
    let mut lines = text.lines();
    anstream::println!("{BOT}bot ▸{BOT:#} {}", lines.next().unwrap_or_default());
    for line in lines {
        anstream::println!("      {line}");
    }
}

pub(super) fn note(text: &str) {
    anstream::println!("{NOTE}      {text}{NOTE:#}");
}
