//! The chat: each line becomes a real update, and some are delivered more than once.

use std::path::{Path, PathBuf};

use super::{bot, crash, screen};
use crate::app::App;
use crate::cli::{Failure, samples};
use crate::clock::Clock;
use crate::command;
use crate::ledger::Page;
use crate::points::Points;
use crate::telegram::{Delivery, Door};

/// A chat with the bot on one database file.
pub(super) struct Chat {
    folder: PathBuf,
    database: PathBuf,
    app: App,
    door: Door,
    /// The number of the last update.
    last_number: u32,
    /// The last update, byte for byte.
    last_update: Option<String>,
}

impl Chat {
    pub(super) async fn open(folder: &Path) -> Result<Self, Failure> {
        let database = folder.join("demo.db");
        let (app, door) = bot::open(&database, Points::default()).await?;
        samples::submit(&app, "demo", "samples", &samples::ITEMS).await?;
        Ok(Self { folder: folder.to_owned(), database, app, door, last_number: 100, last_update: None })
    }

    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    pub(super) async fn close(self) {
        self.app.ledger.close().await;
    }

    /// Takes a line the visitor typed.
    pub(super) async fn say(&mut self, line: &str) -> Result<(), Failure> {
        match line.split_once(char::is_whitespace).unwrap_or((line, "")) {
            ("again", "") => self.again().await,
            ("crash", command) => self.crash(command.trim()).await?,
            ("help", "") => self.send("/help").await,
            _ => self.send(line).await,
        }
        Ok(())
    }

    async fn send(&mut self, text: &str) {
        let update = self.next_update(text);
        let delivery = self.door.deliver(update.as_bytes()).await;
        show(&delivery);
    }

    async fn again(&mut self) {
        let Some(update) = &self.last_update else {
            return screen::note("Nothing was delivered yet. Try /approve 1,2,3 first.");
        };
        screen::note(&format!("Telegram delivers update {} again, byte for byte.", self.last_number));
        let delivery = self.door.deliver(update.as_bytes()).await;
        show(&delivery);
    }

    async fn crash(&mut self, command: &str) -> Result<(), Failure> {
        let Some(text) = self.crash_command(command).await? else { return Ok(()) };
        let update = self.next_update(&text);
        self.app.ledger.close().await;
        screen::note(&format!("Update {} ({text}) is delivered to a process of its own.", self.last_number));
        let died = crash::deliver_and_die(&self.folder, &self.database, &update).await;
        if let Ok(status) = &died {
            screen::note(&format!("That process died after the commit and before its answer ({status})."));
        }
        let stopwatch = Clock::stopwatch();
        (self.app, self.door) = bot::open(&self.database, Points::default()).await?;
        died?;
        let started_ms = stopwatch.elapsed().as_secs_f64() * 1000.0;
        screen::note(&format!(
            "Started again on the same file in {started_ms:.0} ms. Telegram heard nothing, and delivers it again."
        ));
        let delivery = self.door.deliver(update.as_bytes()).await;
        show(&delivery);
        Ok(())
    }

    /// The command to crash with: the visitor's, or an approval of the first open item.
    async fn crash_command(&self, command: &str) -> Result<Option<String>, Failure> {
        if command.is_empty() {
            let page = self.app.ledger.pending(Page { limit: 1, ..Page::default() }).await?;
            let Some(item) = page.items.first() else {
                screen::note(
                    "Nothing is pending any more, so there is nothing to crash with. Start the demo anew.",
                );
                return Ok(None);
            };
            return Ok(Some(format!("/approve {}", item.id.get())));
        }
        let known = command::read(command).and_then(|spoken| command::find(spoken.name)).is_some();
        if !known {
            screen::note("crash takes a command, such as: crash /approve 4");
        }
        Ok(known.then(|| command.to_owned()))
    }

    fn next_update(&mut self, text: &str) -> String {
        self.last_number += 1;
        let update = bot::update(self.last_number, text, &self.app).to_string();
        self.last_update = Some(update.clone());
        update
    }
}

fn show(delivery: &Delivery) {
    let what = if delivery.standing == Some("repeat") { "duplicate answered" } else { "answered" };
    match &delivery.reply {
        Some(reply) => screen::bot(reply.text().as_str()),
        None => screen::note("The bot says nothing to that."),
    }
    screen::note(&format!("{what} in {:.2} ms", delivery.took.as_secs_f64() * 1000.0));
}
