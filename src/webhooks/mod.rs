//! The door through which other systems are told of final decisions, by the Standard Webhooks specification: signed, with a
//! stable id and a fresh timestamp, at least once.
//!
//! Any instance tells: rows are shared by claims that outlast a try. A receiver that is dead, slow or wrong costs nobody
//! else anything: it has few places, and one alone while it fails.

mod address;
mod carrier;
mod lanes;
mod message;
mod resolver;
mod worker;

pub use self::carrier::{Carried, Carrier};
pub use self::worker::Worker;
