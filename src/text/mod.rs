//! Everything an admin reads (to be written).

/// The words.
#[derive(Clone)]
pub struct Words {}
