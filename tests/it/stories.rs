//! Stories: mock updates through the real webhook, each ending in an audit of the books.

mod confirmed;
mod doors;
mod faults;
mod figures;
mod flood;
mod forbidden;
mod guard;
mod hints;
mod languages;
mod longest;
mod names;
mod questions;
mod rejects;
mod retold;
mod rivals;
mod roles;
mod speakers;
mod undo;
