//! What runs beside the doors: leases that are kept, and the house that is kept clean.

pub mod lease;
pub mod prune;
