//! What is long, told short: titles, and numbers that follow each other.

use super::catalog::Catalog;
use super::rich;
use crate::domain::ids::ItemId;
use crate::limits::AT_ONCE_MAX;

/// Characters of a title shown in an answer.
pub(super) const TITLE_CHARS: usize = 60;

/// A title, cut where it is long.
pub(super) fn short(title: &str) -> String {
    cut(title, TITLE_CHARS)
}

/// At most `most` characters of `words`.
pub(super) fn cut(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most - 1).chain(['…']).collect()
}

/// `#1–6, #8, #9–20`: numbers that follow each other as a span.
pub(super) fn spans(ids: &[ItemId]) -> String {
    each_span(ids).into_iter().map(|(span, _)| span).collect::<Vec<_>>().join(", ")
}

/// Each span, and how many items it stands for.
pub(super) fn each_span(ids: &[ItemId]) -> Vec<(String, usize)> {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for id in ids.iter().map(|id| id.get()) {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == id => *last = id,
            _ => spans.push((id, id)),
        }
    }
    let span = |(first, last): (i64, i64)| {
        let span = if first == last { format!("#{first}") } else { format!("#{first}–{last}") };
        (span, usize::try_from(last - first + 1).unwrap_or(usize::MAX))
    };
    spans.into_iter().map(span).collect()
}

/// Few by number, many as spans; each with how many items it stands for.
pub(super) fn each(ids: &[ItemId]) -> Vec<(String, usize)> {
    if ids.len() > AT_ONCE_MAX {
        return each_span(ids);
    }
    ids.iter().map(|id| (id.to_string(), 1)).collect()
}

/// The first of `parts`, each with how many items it stands for, in about `most` characters; and how many more there are.
pub(super) fn first_of(catalog: &Catalog, parts: &[(String, usize)], most: usize) -> String {
    let mut length = 0;
    let fits = |part: &&(String, usize)| {
        length += part.0.chars().count() + 2;
        length <= most
    };
    let shown: Vec<&str> = parts.iter().take_while(fits).map(|(part, _)| part.as_str()).collect();
    let left: usize = parts[shown.len()..].iter().map(|(_, count)| count).sum();
    let shown = shown.join(", ");
    if left == 0 {
        return shown;
    }
    catalog.get("ids-more", &[("ids", &shown), ("count", &left.to_string())])
}

/// UTF-16 units of what was put together, without the marks around its times.
pub(super) fn units(words: &str) -> usize {
    rich::unmarked(words).0.encode_utf16().count()
}
