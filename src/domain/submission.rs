//! What becomes of a submission: new items, those that are there already, or neither.
//!
//! A client's own id names one item for good: the same content under it is that item, another content is refused. So is a
//! time to expire that is over or too far away. All of it is looked at here and not at the door, for a repeat must be told
//! as one however late it comes.

use std::collections::BTreeMap;

use super::ids::ItemId;
use super::new_item::NewItem;
use super::outcome::{Outcome, Refusal};
use super::ruling::Ruling;
use super::world::{Stored, World};
use crate::limits::EXPIRES_MAX;

pub(super) fn rule(world: &World, client: &str, submit_key: &str, items: &[NewItem]) -> Ruling {
    let known: BTreeMap<usize, &Stored> = items
        .iter()
        .enumerate()
        .filter_map(|(place, item)| {
            let named = (client.to_owned(), item.external_id()?.to_owned());
            Some((place, world.external.get(&named)?))
        })
        .collect();
    if let Some(before) = world.submitted.get(&(client.to_owned(), submit_key.to_owned())) {
        return Ruling::SubmittedBefore { same: is_same(before, &known, items) };
    }
    let other = known.iter().find(|(place, stored)| stored.hash != items[**place].content_hash());
    if let Some((place, stored)) = other {
        return Ruling::refused(Refusal::ExternalIdTaken { place: *place, item: stored.id });
    }
    if let Some(refusal) = expires_oddly(world, &known, items) {
        return Ruling::refused(refusal);
    }
    let ids: BTreeMap<usize, ItemId> = known.into_iter().map(|(place, stored)| (place, stored.id)).collect();
    if ids.len() == items.len() {
        let ids: Vec<ItemId> = ids.into_values().collect();
        return Ruling::of(Outcome::Submitted { known: ids.clone(), ids });
    }
    Ruling::Insert { known: ids }
}

/// Whether each item is one of those that came under this key, or was there already by its own id.
fn is_same(before: &BTreeMap<usize, Stored>, known: &BTreeMap<usize, &Stored>, items: &[NewItem]) -> bool {
    let stored = |place: usize| before.get(&place).or_else(|| known.get(&place).copied());
    let all = items.iter().enumerate();
    before.keys().all(|place| *place < items.len())
        && all
            .into_iter()
            .all(|(place, item)| stored(place).is_some_and(|stored| stored.hash == item.content_hash()))
}

fn expires_oddly(world: &World, known: &BTreeMap<usize, &Stored>, items: &[NewItem]) -> Option<Refusal> {
    let new = items.iter().enumerate().filter(|(place, _)| !known.contains_key(place));
    let mut wished = new.filter_map(|(place, item)| Some((place, item.expires_at()?)));
    let odd = wished.find(|(_, at)| *at <= world.now || *at > world.now + EXPIRES_MAX);
    odd.map(|(place, at)| Refusal::ExpiryOutOfBounds { place, at, now: world.now })
}
