//! The grammar of ids: `1,2,3`, `1 2 3`, `#7`, `4-9`, in any mix, with any white space, across lines; `!7` leaves one out,
//! and `all` or `kind:invoice` stands for what waits.
//!
//! One part that is not understood, and nothing is: half a command is not what anybody meant.

use std::collections::{BTreeMap, BTreeSet};

use super::misunderstood::is_hidden;
use super::{Misunderstood, Why};
use crate::domain::ids::{ItemId, each_once};
use crate::domain::new_item::is_kind;
use crate::domain::operation::{Decision, Operation};
use crate::domain::reason::Reason;
use crate::domain::selection::Selection;
use crate::limits::{AT_ONCE_MAX, ID_MAX, IDS_MAX};

/// Reads the ids in `rest`, in their order, doubles included.
///
/// # Errors
/// [`Misunderstood`] names the first part that is no id, and where it stands.
pub fn parse(rest: &str) -> Result<Vec<ItemId>, Misunderstood> {
    let mut ids = Vec::new();
    for token in tokens(rest) {
        ids.extend(some(token).map_err(|why| Misunderstood::at(rest, token, why))?);
        if ids.len() > IDS_MAX {
            return Err(Misunderstood::at(rest, token, Why::TooManyIds { limit: IDS_MAX }));
        }
    }
    if ids.is_empty() {
        return Err(Misunderstood { token: String::new(), position: 1, why: Why::NoIds });
    }
    Ok(ids)
}

/// What is asked by `named`: few items are decided at once; for many, for what waits, or where some are left out, it is
/// asked first.
///
/// # Errors
/// [`Misunderstood`] names the first part that is not understood.
pub(super) fn decide(
    decision: Decision,
    named: &str,
    reason: Option<Reason>,
) -> Result<Operation, Misunderstood> {
    let (selection, filtered) = choose(named)?;
    match selection {
        Selection::Named(ids) if !filtered && each_once(&ids).len() <= AT_ONCE_MAX => {
            Ok(Operation::Decide { decision, ids, seen: BTreeMap::new(), reason, label: None })
        }
        selection => Ok(Operation::Prepare { decision, selection, reason }),
    }
}

/// Reads which items are meant, and whether by more than their numbers.
fn choose(rest: &str) -> Result<(Selection, bool), Misunderstood> {
    let (mut ids, mut except, mut kinds) = (Vec::new(), BTreeSet::new(), Vec::new());
    let (mut first, mut all) = (None, false);
    let wrong = |token: &str, why| Misunderstood::at(rest, token, why);
    for token in tokens(rest) {
        if token.eq_ignore_ascii_case("all") {
            all = true;
        } else if let Some(kind) = kind_of(token) {
            kinds.push(kind.ok_or_else(|| wrong(token, Why::NoKind))?);
        } else if let Some(token) = token.strip_prefix('!') {
            except.extend(some(token).map_err(|why| wrong(token, why))?);
        } else {
            ids.extend(some(token).map_err(|why| match why {
                Why::NotANumber => wrong(token, no_number(token, !kinds.is_empty())),
                why => wrong(token, why),
            })?);
            first = first.or(Some(token));
        }
        if ids.len().max(except.len()) > IDS_MAX {
            return Err(wrong(token, Why::TooManyIds { limit: IDS_MAX }));
        }
    }
    match first {
        Some(token) if all || !kinds.is_empty() => Err(wrong(token, Why::ItemsBesideAll)),
        None if all || !kinds.is_empty() => {
            Ok((Selection::Pending { kinds, except: except.into_iter().collect() }, true))
        }
        None => Err(Misunderstood { token: String::new(), position: 1, why: Why::NoIds }),
        Some(token) => {
            ids.retain(|id| !except.contains(id));
            let filtered = !except.is_empty();
            if ids.is_empty() {
                Err(wrong(token, Why::NothingLeft))
            } else {
                Ok((Selection::Named(ids), filtered))
            }
        }
    }
}

/// The kind in `kind:invoice`, where it is one; `None` for what does not begin so.
fn kind_of(token: &str) -> Option<Option<String>> {
    let (name, kind) = token.split_once(':')?;
    name.eq_ignore_ascii_case("kind").then(|| is_kind(kind).then(|| kind.to_owned()))
}

/// What is wrong with a word where a number should stand: behind a kind it may be the next.
fn no_number(word: &str, behind_kind: bool) -> Why {
    let may_be = behind_kind && is_kind(word) && word.starts_with(|c: char| c.is_ascii_alphabetic());
    if may_be { Why::PerhapsAKind } else { Why::NotANumber }
}

/// Reads the one id that `rest` is.
///
/// # Errors
/// [`Misunderstood`] where there is none, or more.
pub(super) fn one(rest: &str) -> Result<ItemId, Misunderstood> {
    match parse(rest)?.as_slice() {
        [id] => Ok(*id),
        _ => Err(Misunderstood::at(rest, rest.trim(), Why::OneItem)),
    }
}

/// Parts `rest` into the ids that it begins with and the words that follow them, which may be none; a colon may stand
/// between them.
///
/// # Errors
/// [`Misunderstood`] where a number before words may belong to either, as in `4 2 bills are missing`: nobody's words may
/// decide about an item by accident, so that ids before words are joined by commas, or marked by `#`.
pub(super) fn split(rest: &str) -> Result<(&str, &str), Misunderstood> {
    let (mut end, mut unsure) = (0, None);
    for token in tokens(rest) {
        let name = token.strip_suffix(':').unwrap_or(token);
        let start = name.as_ptr() as usize - rest.as_ptr() as usize;
        let has_comma = rest.get(end..start).is_some_and(|gap| gap.contains(','));
        let selects = kind_of(token).is_some() || (end == 0 && name.eq_ignore_ascii_case("all"));
        if !selects && !is_like_ids(name) {
            // A comma promised another id.
            if has_comma {
                let behind_kind = tokens(&rest[..end]).any(|before| kind_of(before).is_some());
                return Err(Misunderstood::at(rest, token, no_number(name, behind_kind)));
            }
            break;
        }
        if end > 0 && !has_comma && !selects && !name.starts_with(['#', '!']) {
            unsure = Some(name);
        }
        end = start + name.len();
        if name.len() < token.len() {
            unsure = None;
            break;
        }
    }
    let (ids, words) = rest.split_at(end);
    let words =
        words.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '-' | '–' | '—'));
    match unsure {
        Some(token) if !words.is_empty() => Err(Misunderstood::at(rest, token, Why::ItemOrReason)),
        _ => Ok((ids, words.trim_end())),
    }
}

/// Whether the numbers that `rest` begins with are marked neither by `#` nor by a colon behind them.
pub(super) fn may_be_words(rest: &str) -> bool {
    let first = tokens(rest).find(|token| !is_like_ids(token));
    let before = first.map_or(rest, |token| &rest[..token.as_ptr() as usize - rest.as_ptr() as usize]);
    !before.contains('#')
        && !first.is_some_and(|token| token.ends_with(':') && is_like_ids(&token[..token.len() - 1]))
}

fn tokens(rest: &str) -> impl Iterator<Item = &str> {
    rest.split(|c: char| c == ',' || c.is_whitespace()).filter(|token| !token.is_empty())
}

fn is_like_ids(token: &str) -> bool {
    token.bytes().any(|b| b.is_ascii_digit())
        && token
            .strip_prefix('!')
            .unwrap_or(token)
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '#' | '-' | '–') || is_hidden(c))
}

/// `7`, `#7`, `4-9`, `#4-#9`; phones turn the hyphen into a dash.
fn some(token: &str) -> Result<Vec<ItemId>, Why> {
    let Some((first, last)) = token.split_once(['-', '–']) else { return Ok(vec![id(number(token)?)?]) };
    if first.is_empty() || first == "#" {
        return Err(if number(last).is_ok() { Why::Negative } else { Why::NotANumber });
    }
    let (first, last) = (id(number(first)?)?.get(), id(number(last)?)?.get());
    let asked = last - first + 1;
    let limit = i64::try_from(IDS_MAX).unwrap_or(i64::MAX);
    match asked {
        ..1 => Err(Why::ReversedRange),
        _ if asked <= limit => Ok((first..=last).map(ItemId::stored).collect()),
        _ => Err(Why::RangeTooLong { asked, limit }),
    }
}

/// Only ASCII digits are digits: what looks like another number in another script must not be taken for one.
fn number(text: &str) -> Result<Option<i64>, Why> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        let is_mark =
            |c: char| c.is_ascii_digit() || matches!(c, '#' | ';' | '.' | '/' | '&' | '+' | '、' | '，');
        let marked = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(is_mark);
        return Err(if marked { Why::Marks } else { Why::NotANumber });
    }
    Ok(digits.parse::<i64>().ok().filter(|number| *number <= ID_MAX))
}

fn id(number: Option<i64>) -> Result<ItemId, Why> {
    match number {
        None => Err(Why::TooLarge),
        Some(number) => ItemId::new(number).ok_or(Why::Zero),
    }
}
