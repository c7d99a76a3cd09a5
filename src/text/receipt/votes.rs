//! Votes that count while others are missing.

use std::collections::BTreeMap;

use super::Teller;
use crate::domain::ids::ItemId;
use crate::domain::outcome::Awaiting;
use crate::limits::AT_ONCE_MAX;
use crate::text::brief::{each_span, first_of};

/// Characters that many items with as many votes may take; the rest are counted.
const ITEMS_CHARS: usize = 300;

impl Teller<'_> {
    /// `#3 Rent (1 of 2), #5 Desk (1 of 2)`; many by number alone, those with as many votes together.
    pub(super) fn votes(&self, awaiting: &[Awaiting]) -> String {
        if awaiting.len() <= AT_ONCE_MAX {
            let each = awaiting.iter().map(|item| self.of(&self.item(item.id), (item.have, item.need)));
            return each.collect::<Vec<_>>().join(", ");
        }
        let mut alike: BTreeMap<(u32, u32), Vec<ItemId>> = BTreeMap::new();
        for item in awaiting {
            alike.entry((item.have, item.need)).or_default().push(item.id);
        }
        let told = alike
            .into_iter()
            .map(|(votes, ids)| self.of(&first_of(self.catalog, &each_span(&ids), ITEMS_CHARS), votes));
        told.collect::<Vec<_>>().join(", ")
    }

    /// `#3 Rent (1 of 2)`.
    fn of(&self, items: &str, (have, need): (u32, u32)) -> String {
        let (have, need) = (have.to_string(), need.to_string());
        self.catalog.get("of", &[("item", items), ("have", &have), ("need", &need)])
    }
}
