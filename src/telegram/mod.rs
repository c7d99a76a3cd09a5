//! The door for Telegram: updates come in by the webhook, and each is answered in the webhook's own response; or they are
//! polled, and answered by the outbox, whose rows the `courier` carries.
//!
//! The way of one update, in [`Door::deliver`]: bytes → the few fields that are read (`decode`, `said`) → who speaks
//! (`identity`) → its key and scope (`claim`), where a repeat that memory knows is answered at once → the handler
//! tree (`router`) → a handler (`commands`, `asides`) → the answer (`render`). `startup` makes the bot known to Telegram in the
//! background.

mod answering;
pub mod api;
mod appointing;
mod asides;
mod bulk;
pub mod button;
pub mod call;
mod chats;
mod claim;
mod commands;
pub mod contact;
mod courier;
pub mod decode;
mod delivery;
mod desk;
mod door;
mod exports;
mod identity;
mod letters;
mod memory;
pub mod menus;
pub mod polling;
mod pressed;
mod presses;
pub mod queue;
mod reasons;
mod render;
mod retold;
mod router;
mod ruling;
pub mod said;
pub mod startup;
mod state;
mod times;
mod verb;
pub mod webhook;

pub use self::answering::Answering;
pub use self::courier::TelegramCourier;
pub use self::delivery::{Delivery, Verdict};
pub use self::door::Door;
pub use self::render::Reply;
pub use self::state::State;
