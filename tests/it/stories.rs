//! Stories: mock updates through the real webhook, each ending in an audit of the books.

mod doors;
mod faults;
mod figures;
mod flood;
mod guard;
mod hints;
mod languages;
mod questions;
mod rejects;
mod rivals;
mod roles;
mod speakers;
mod undo;
