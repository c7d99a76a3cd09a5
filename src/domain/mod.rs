//! What Countersign decides and why, and nothing else: no I/O, no async, no SQL, no Telegram, no HTTP.
//!
//! `decide` is the heart: a pure function from a [`World`](world::World) and the requests of one batch to what
//! becomes of each. The rules it folds stand in `policy`, one file a rule.

mod appoint;
pub mod ask;
pub mod button;
pub mod caller;
pub mod card;
pub mod cause;
mod closing;
pub mod csv;
pub mod decide;
pub mod event;
pub mod export;
pub mod hidden;
pub mod ids;
pub mod item;
pub mod key;
pub mod language;
pub mod new_item;
pub mod operation;
pub mod outcome;
pub mod payload;
pub mod person;
pub mod place;
pub mod policy;
pub mod prepare;
pub mod prompt;
pub mod reason;
pub mod receipt;
pub mod record;
pub mod release;
pub mod remind;
pub mod role;
pub mod roster;
pub mod rules;
pub mod ruling;
pub mod scope;
pub mod selection;
pub mod shown;
pub mod stats;
pub mod stored;
mod submission;
pub mod target;
mod undo;
pub mod world;
pub mod zone;
