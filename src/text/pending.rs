//! A page of the queue in words.

use chrono::{DateTime, Utc};

use super::Text;
use super::brief::short;
use super::catalog::Catalog;
use super::moment;
use crate::domain::item::Item;
use crate::limits::PAGE_ITEMS;

/// A page of the queue, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct PendingView<'a> {
    /// The items of the page.
    pub items: &'a [Item],
    /// How many are pending in all, as far as they were counted.
    pub total: u64,
    /// Whether there are more than that.
    pub more: bool,
    /// Which page it is, from 1.
    pub page: u32,
    /// Whether another page comes after it.
    pub goes_on: bool,
    /// The words that it was narrowed by.
    pub words: &'a [String],
    /// Whether its reader may decide.
    pub may_decide: bool,
}

pub(super) fn text(catalog: &Catalog, page: &PendingView<'_>, now: DateTime<Utc>) -> Text {
    let (shown, plus) = (page.items.len(), if page.more { "+" } else { "" });
    let total = format!("{}{plus}", page.total);
    if shown == 0 {
        let id = if page.words.is_empty() { "pending-none" } else { "pending-none-such" };
        return Text::new(&catalog.get(id, &[("words", &page.words.join(" "))]));
    }
    let before = u64::from(page.page.saturating_sub(1)) * PAGE_ITEMS;
    let last = before + u64::try_from(shown).unwrap_or_default();
    let all = before == 0 && !page.goes_on;
    let head = if all { "pending-all" } else { "pending-some" };
    let span = format!("{}–{last}", before + 1);
    let mut lines = vec![catalog.get(head, &[("total", &total), ("span", &span)])];
    lines.extend(page.items.iter().map(|item| {
        let (id, age) = (item.id.to_string(), moment::age(catalog, item.created_at, now));
        catalog.get(
            "pending-line",
            &[("id", &id), ("kind", &item.kind), ("title", &short(&item.title)), ("age", &age)],
        )
    }));
    let ids: Vec<String> = page.items.iter().take(3).map(|item| item.id.get().to_string()).collect();
    if page.may_decide {
        lines.push(catalog.get("pending-next", &[("ids", &ids.join(","))]));
    }
    if page.goes_on {
        let next = page.words.iter().cloned().chain([(page.page + 1).to_string()]);
        lines.push(catalog.get("pending-more", &[("page", &next.collect::<Vec<_>>().join(" "))]));
    }
    Text::new(&lines.join("\n"))
}
