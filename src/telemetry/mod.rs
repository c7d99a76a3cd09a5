//! What is counted and measured while the program runs. It knows no other room; whoever does something tells it.

pub mod metrics;
