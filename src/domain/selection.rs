//! Which items a command means that is confirmed before it is done.

use super::ids::ItemId;

/// Which items are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// These, in the order they were named, doubles included.
    Named(Vec<ItemId>),
    /// All that wait when the command is taken, the oldest first.
    Pending {
        /// Of one of these kinds; of any where none is named.
        kinds: Vec<String>,
        /// But for these.
        except: Vec<ItemId>,
    },
}

/// The items that a selection of what waits stands for, as one transaction read them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The oldest of them.
    pub ids: Vec<ItemId>,
    /// How many more there are than one operation may name.
    pub left: u64,
}
