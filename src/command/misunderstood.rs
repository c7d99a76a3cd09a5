//! A command that is not understood: which part of it, where it stands, and what is wrong with it.

use serde::{Deserialize, Serialize};

use crate::domain::hidden::hides;

/// Most characters quoted of what was not understood.
const QUOTED_CHARS_MAX: usize = 40;

/// What was not understood, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misunderstood {
    /// The part that was not understood, cut to 40 characters, without those that cannot be shown; empty where something is missing.
    pub token: String,
    /// Where it begins: 1 is the first character after the command's name and the white space behind it.
    pub position: usize,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a part of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No items are named.
    NoIds,
    /// It is not a number of ASCII digits.
    NotANumber,
    /// Numbers with other marks between or behind them than commas and spaces.
    Marks,
    /// Items begin at 1.
    Zero,
    /// Items are never negative.
    Negative,
    /// It is above 2^53 − 1.
    TooLarge,
    /// It is not a page's number.
    NoPage,
    /// The range ends before it begins.
    ReversedRange,
    /// The range stands for too many items.
    RangeTooLong {
        /// How many it stands for.
        asked: i64,
        /// How many it may.
        limit: i64,
    },
    /// The whole message names too many items.
    TooManyIds {
        /// How many it may name.
        limit: usize,
    },
    /// It is no kind of items.
    NoKind,
    /// It is not a number, and may be another kind beside one that is marked as such.
    PerhapsAKind,
    /// What waits is meant already, so that no items are named beside it.
    ItemsBesideAll,
    /// All that is named is left out again.
    NothingLeft,
    /// Nothing may follow this command.
    UnexpectedWords,
    /// A number before a reason may be an item, or belong to the reason.
    ItemOrReason,
    /// It is not a receipt's number.
    NoReceipt,
    /// One item is asked for.
    OneItem,
    /// It says neither whose decisions nor since when.
    NoHistory,
    /// It says neither since when nor from which operation on.
    NoExport,
    /// The reason is too long.
    ReasonTooLong {
        /// How many characters it may have.
        limit: usize,
    },
    /// It says neither what to do about a role nor which page.
    NoAdmins,
    /// No person is named.
    NoPerson,
    /// It is not a person's numeric id.
    NotAPerson,
    /// It is the id of an account that many share.
    SharedAccount,
    /// It is a chat's id.
    AChat,
    /// No account has that id.
    NoSuchPerson,
    /// It is no role.
    NoRole,
    /// The reason holds a character that cannot be shown.
    HiddenCharacter,
}

impl Misunderstood {
    /// `token` is a part of `rest`, the command's arguments.
    pub(super) fn at(rest: &str, token: &str, why: Why) -> Self {
        let start = rest.len() - rest.trim_start().len();
        let offset = token.as_ptr() as usize - rest.as_ptr() as usize;
        let position = rest.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        // Without them it would look as if it were well.
        let why = if token.chars().any(is_hidden) { Why::HiddenCharacter } else { why };
        Self { token: token.chars().filter(|c| !hides(*c)).take(QUOTED_CHARS_MAX).collect(), position, why }
    }
}

/// Whether nobody sees it; white space is seen by what it parts.
pub(super) fn is_hidden(c: char) -> bool {
    hides(c) && !c.is_whitespace()
}
