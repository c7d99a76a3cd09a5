//! Questions in the terminal, or to a script: one line each. Nothing that is typed is echoed but the answers to yes or no: a
//! token may come before it is asked for.

use std::io::Write;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

use crate::cli::lines::Lines;

pub(super) struct Asker {
    lines: Lines,
    hidden: Option<Hidden>,
}

impl Asker {
    pub(super) fn new() -> Self {
        let mut asker = Self { lines: Lines::of_stdin(), hidden: None };
        asker.hide();
        asker
    }

    fn hide(&mut self) {
        self.hidden = self.lines.are_typed.then(Hidden::begin);
    }

    /// A line that is not shown while it is typed, nor afterwards; `None` at the end of the input.
    pub(super) async fn secret(&mut self, question: &str) -> std::io::Result<Option<SecretString>> {
        prompt(question);
        let line = self.lines.next().await;
        if !self.lines.are_typed {
            anstream::println!();
        }
        Ok(line?.map(SecretString::from))
    }

    /// Yes or no; an empty line means `default`, the end of the input no.
    pub(super) async fn yes(&mut self, question: &str, default: bool) -> std::io::Result<bool> {
        let choice = if default { "[Y/n]" } else { "[y/N]" };
        loop {
            self.hidden = None;
            prompt(&format!("{question} {choice} "));
            let line = self.lines.next().await;
            self.hide();
            let Some(line) = line? else {
                anstream::println!();
                return Ok(false);
            };
            if !self.lines.are_typed {
                anstream::println!("{line}");
            }
            match line.to_ascii_lowercase().as_str() {
                "" => return Ok(default),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => anstream::println!("   Answer y or n."),
            }
        }
    }
}

fn prompt(question: &str) {
    anstream::print!("   {question}");
    // A question that cannot be shown can still be answered.
    let _ = std::io::stdout().flush();
}

/// While it lives, the terminal does not show what is typed. However the question ends, also by Ctrl-C, it is put back.
struct Hidden(Option<Termios>);

impl Hidden {
    fn begin() -> Self {
        let stdin = std::io::stdin();
        let Ok(shown) = tcgetattr(&stdin) else { return Self(None) };
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // The end of the line is shown.
        hidden.local_modes.insert(LocalModes::ECHONL);
        let begun = tcsetattr(&stdin, OptionalActions::Now, &hidden);
        Self(begun.is_ok().then_some(shown))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(shown) = &self.0 {
            // A terminal that is gone shows nothing anyway.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, shown);
        }
    }
}
