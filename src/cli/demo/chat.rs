//! The chat: each line becomes a real update, and some are delivered more than once.

use std::path::{Path, PathBuf};

use super::bot;
use super::phone::{Message, Phone};
use super::senders::Senders;
use super::updates::{Deed, update};
use super::{crash, screen, taps};
use crate::app::App;
use crate::cli::{Failure, samples};
use crate::clock::Clock;
use crate::command;
use crate::ledger::Page;
use crate::points::Points;
use crate::telegram::Door;

/// A chat with the bot on one database file.
pub(super) struct Chat {
    folder: PathBuf,
    database: PathBuf,
    app: App,
    door: Door,
    phone: Phone,
    senders: Senders,
    /// The number of the last update.
    last_number: u32,
    /// The last update, byte for byte.
    last_update: Option<String>,
}

impl Chat {
    /// Opens the books and has a few items submitted: two that come as cards, and a burst that comes as a list.
    pub(super) async fn open(folder: &Path) -> Result<Self, Failure> {
        let database = folder.join("demo.db");
        let (app, door) = bot::open(&database, Points::default()).await?;
        let phone = Phone::default();
        let senders = Senders::start(&app, &phone)?;
        let chat = Self {
            folder: folder.to_owned(),
            database,
            app,
            door,
            phone,
            senders,
            last_number: 100,
            last_update: None,
        };
        let (apart, burst) = samples::ITEMS.split_at(2);
        for (name, items) in [("apart", apart), ("burst", burst)] {
            samples::submit(&chat.app, "demo", name, items).await?;
            chat.senders.hurry().await?;
        }
        Ok(chat)
    }

    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    pub(super) async fn close(mut self) {
        self.senders.stop().await;
        self.app.ledger.close().await;
    }

    /// Shows what came to the phone meanwhile.
    pub(super) async fn show_news(&self) -> Result<(), Failure> {
        self.senders.rest().await?;
        let mut news = self.phone.news();
        // Several copies of one card become the same.
        news.dedup_by(|next, last| next.is_same_as(last));
        news.iter().for_each(screen::news);
        Ok(())
    }

    /// Takes a line the visitor typed.
    pub(super) async fn say(&mut self, line: &str) -> Result<(), Failure> {
        match line.split_once(char::is_whitespace).unwrap_or((line, "")) {
            ("again", "") => self.again().await,
            ("crash", rest) => self.crash(rest.trim()).await,
            _ => match self.deed(line) {
                Ok(deed) => {
                    let update = self.next_update(&deed);
                    self.deliver(&update).await
                }
                Err(why) => {
                    screen::note(&why);
                    Ok(())
                }
            },
        }
    }

    /// What a line does, or why it does nothing.
    fn deed(&self, line: &str) -> Result<Deed, String> {
        let messages = self.phone.messages();
        match line.split_once(char::is_whitespace).unwrap_or((line, "")) {
            ("tap", words) => taps::find(&messages, words).map(Deed::Taps).ok_or_else(|| no_tap(&messages)),
            ("reply", text) => match messages.last() {
                Some(last) if !text.trim().is_empty() => {
                    Ok(Deed::Replies { to: last.id, text: text.trim().to_owned() })
                }
                _ => Err("reply answers the bot's last message, as in: reply wrong amount".to_owned()),
            },
            ("help", "") => Ok(Deed::Says("/help".to_owned())),
            _ => Ok(Deed::Says(line.to_owned())),
        }
    }

    /// Delivers an update, and shows what comes of it.
    async fn deliver(&self, update: &str) -> Result<(), Failure> {
        let delivery = self.door.deliver(update.as_bytes()).await;
        match delivery.reply.as_ref().and_then(|reply| self.phone.take_ridden(reply)) {
            Some(news) => screen::news(&news),
            None if delivery.reply.is_none() => screen::note("The bot says nothing to that."),
            None => {}
        }
        let what = if delivery.standing == Some("repeat") { "duplicate answered" } else { "answered" };
        screen::note(&format!("{what} in {:.2} ms", delivery.took.as_secs_f64() * 1000.0));
        self.show_news().await
    }

    async fn again(&self) -> Result<(), Failure> {
        let Some(update) = &self.last_update else {
            screen::note("Nothing was delivered yet. Try tap 1 approve first.");
            return Ok(());
        };
        screen::note(&format!("Telegram delivers update {} again, byte for byte.", self.last_number));
        self.deliver(update).await
    }

    async fn crash(&mut self, line: &str) -> Result<(), Failure> {
        let (line, deed) = match self.deed_to_crash_with(line).await? {
            Ok(found) => found,
            Err(why) => {
                screen::note(&why);
                return Ok(());
            }
        };
        let update = self.next_update(&deed);
        screen::note(&format!("Update {} ({line}) is delivered to a process of its own.", self.last_number));
        self.senders.stop().await;
        self.app.ledger.close().await;
        let died = crash::deliver_and_die(&self.folder, &self.database, &update).await;
        if let Ok(status) = &died {
            screen::note(&format!("That process died after the commit and before its answer ({status})."));
        }
        let stopwatch = Clock::stopwatch();
        (self.app, self.door) = bot::open(&self.database, Points::default()).await?;
        self.senders = Senders::start(&self.app, &self.phone)?;
        died?;
        let started_ms = stopwatch.elapsed().as_secs_f64() * 1000.0;
        screen::note(&format!(
            "Started again on the same file in {started_ms:.0} ms. Telegram heard nothing, and delivers it again."
        ));
        self.deliver(&update).await
    }

    /// What to crash with: the visitor's command or tap, or an approval of the first open item.
    async fn deed_to_crash_with(&self, line: &str) -> Result<Result<(String, Deed), String>, Failure> {
        if line.is_empty() {
            let page = self.app.ledger.pending(Page { limit: 1, ..Page::default() }).await?;
            let nothing =
                "Nothing is pending any more, so there is nothing to crash with. Start the demo anew.";
            return Ok(page.items.first().map_or_else(
                || Err(nothing.to_owned()),
                |item| {
                    let line = format!("/approve {}", item.id.get());
                    Ok((line.clone(), Deed::Says(line)))
                },
            ));
        }
        Ok(match self.deed(line) {
            Ok(Deed::Says(text)) if !is_command(&text) => {
                Err("crash takes a command or a tap, such as: crash /approve 4".to_owned())
            }
            Ok(deed) => Ok((line.to_owned(), deed)),
            Err(why) => Err(why),
        })
    }

    fn next_update(&mut self, deed: &Deed) -> String {
        self.last_number += 1;
        let date = self.app.clock.now().timestamp();
        let update = update(deed, self.last_number, self.phone.next_message(), date).to_string();
        self.last_update = Some(update.clone());
        update
    }
}

fn is_command(text: &str) -> bool {
    command::read(text).and_then(|spoken| command::find(spoken.name)).is_some()
}

fn no_tap(messages: &[Message]) -> String {
    let all: Vec<String> = messages.iter().rev().flat_map(taps::of).map(|tap| tap.typed()).collect();
    if all.is_empty() {
        return "There is no button to tap now. /pending has some where items wait.".to_owned();
    }
    format!("There is no such button. Those there are: {}", all.join(", "))
}
