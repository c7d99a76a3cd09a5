//! Telegram in a simulation: what the sender sends is kept, and now and then it is refused.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use countersign::domain::event::Event;
use countersign::domain::ids::ItemId;
use countersign::domain::shown::Shown;
use countersign::ledger::cards::Brought;
use countersign::ledger::outbox::Settled;
use countersign::ledger::{Ledger, LedgerError, lease};

use super::step::Sent;

/// How long a sender keeps the lease unless it asks again: short, for PostgreSQL counts by its own clock.
const LEASE_LIFE: Duration = Duration::from_millis(50);

/// What a slow call to Telegram takes: what is decided meanwhile, the message does not show.
const SLOW: Duration = Duration::from_millis(12);

/// What Telegram has: how often each row of the outbox came, and what each message shows.
#[derive(Clone, Debug, Default)]
pub struct Telegram {
    last: i64,
    /// By the row's number: how often it was sent, and how often nobody heard what became of the note of it.
    pub sent: BTreeMap<i64, (u32, u32)>,
    pub shows: BTreeMap<i64, Vec<(ItemId, i32)>>,
}

async fn versions(ledger: &Ledger, ids: &[ItemId]) -> Result<Vec<(ItemId, i32)>, LedgerError> {
    let portraits = ledger.portraits(ids).await?;
    Ok(portraits.into_iter().map(|portrait| (portrait.item.id, portrait.item.version)).collect())
}

impl Telegram {
    /// The holder of the lease sends what is due; gives how much that was.
    pub async fn send(
        &mut self,
        ledger: &Ledger,
        name: &str,
        how: Sent,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<usize, LedgerError> {
        let Some(epoch) = ledger.lease(lease::TELEGRAM, name, LEASE_LIFE).await? else { return Ok(0) };
        let due = ledger.due(now, epoch, 32).await?;
        let count = due.len();
        for row in due {
            let row = ledger.gather_cards(row, epoch).await?;
            let soon = now + TimeDelta::seconds(5);
            let settled = match how {
                Sent::Later => Settled::Later { at: soon, why: "a network that failed".to_owned() },
                Sent::Blocked => Settled::Blocked { until: soon },
                Sent::Taken | Sent::Slowly => {
                    self.last += 1;
                    let shown = match row.event.as_ref().unwrap() {
                        Event::Card { items } => {
                            let items = versions(ledger, items).await?;
                            self.shows.insert(self.last, items.clone());
                            Some(Shown { message: self.last, items, is_detail: false, asks: None })
                        }
                        _ => None,
                    };
                    let (times, unsure) = self.sent.entry(row.id).or_default();
                    (*times, *unsure) = (*times + 1, *unsure + 1);
                    Settled::Sent(shown)
                }
            };
            if matches!(how, Sent::Slowly) {
                tokio::time::sleep(SLOW).await;
            }
            let was_sent = matches!(settled, Settled::Sent(_));
            if ledger.settle(&row, settled, epoch).await? && was_sent {
                self.sent.entry(row.id).or_default().1 -= 1;
            }
        }
        Ok(count)
    }

    /// The holder of the lease brings messages to what is so now; gives how many were behind.
    pub async fn bring(
        &mut self,
        ledger: &Ledger,
        name: &str,
        how: Sent,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<usize, LedgerError> {
        let Some(epoch) = ledger.lease(lease::TELEGRAM, name, LEASE_LIFE).await? else { return Ok(0) };
        let behind = ledger.cards_behind(now, epoch, 32).await?;
        let count = behind.len();
        for message in behind {
            let soon = now + TimeDelta::seconds(5);
            let brought = match how {
                Sent::Later => Brought::Later(soon),
                Sent::Blocked => Brought::Blocked(soon),
                Sent::Taken | Sent::Slowly => {
                    let items = versions(ledger, &message.items).await?;
                    let number = message.place.message.unwrap();
                    self.shows.insert(number, items.clone());
                    Brought::UpToDate(Shown { message: number, items, is_detail: false, asks: None })
                }
            };
            if matches!(how, Sent::Slowly) {
                tokio::time::sleep(SLOW).await;
            }
            ledger.card_brought(message.place, brought, epoch).await?;
        }
        Ok(count)
    }
}
