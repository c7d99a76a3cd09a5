//! A page of the queue in words.

use chrono::{DateTime, Utc};

use super::Text;
use super::catalog::Catalog;
use super::moment;
use super::receipt::short;
use crate::domain::item::Item;

/// A page of the queue, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct PendingView<'a> {
    /// The items of the page.
    pub items: &'a [Item],
    /// How many are pending in all.
    pub total: u64,
}

pub(super) fn text(catalog: &Catalog, page: &PendingView<'_>, now: DateTime<Utc>) -> Text {
    let (shown, total) = (page.items.len(), page.total.to_string());
    if shown == 0 {
        return Text::new(&catalog.get("pending-none", &[]));
    }
    let all = u64::try_from(shown).is_ok_and(|shown| shown >= page.total);
    let head = if all { "pending-all" } else { "pending-some" };
    let mut lines = vec![catalog.get(head, &[("total", &total), ("shown", &shown.to_string())])];
    lines.extend(page.items.iter().map(|item| {
        let (id, age) = (item.id.to_string(), moment::age(item.created_at, now));
        catalog.get(
            "pending-line",
            &[("id", &id), ("kind", &item.kind), ("title", &short(&item.title)), ("age", &age)],
        )
    }));
    let ids: Vec<String> = page.items.iter().take(3).map(|item| item.id.get().to_string()).collect();
    lines.push(catalog.get("pending-next", &[("ids", &ids.join(","))]));
    Text::new(&lines.join("\n"))
}
