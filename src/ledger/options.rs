//! What the ledger goes by besides its database.

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::domain::place::Place;
use crate::domain::world::Rulebook;
use crate::points::Points;

/// What the ledger goes by besides its database.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the time comes from.
    pub clock: Clock,
    /// The settings that rules go by.
    pub rulebook: Rulebook,
    /// How long a key is kept.
    pub key_retention: TimeDelta,
    /// Where new items are shown.
    pub announce: Announce,
    /// Where tests make it fail; empty otherwise.
    pub points: Points,
}

/// Where new items are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announce {
    /// In these places; nowhere if there are none.
    Places(Vec<Place>),
    /// In private, to everybody who may decide about them when they are submitted.
    Privately,
}

impl From<Vec<Place>> for Announce {
    fn from(places: Vec<Place>) -> Self {
        Self::Places(places)
    }
}
