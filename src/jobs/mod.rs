//! What runs beside the doors: leases that are kept, items whose time is over, and the house that is kept clean.

pub mod expire;
pub mod lease;
pub mod prune;
pub mod release;
pub mod remind;
