//! Which numeric ids can be a person's: authority hangs on them, so that none may be anybody's.

use crate::limits::PERSON_ID_MAX;

/// Accounts that many people speak through: anybody could be meant (Bot API, `GroupAnonymousBot` and the like).
const SHARED_ACCOUNTS: &[(i64, &str)] = &[
    (1_087_968_824, "the account of all anonymous group admins"),
    (777_000, "the account of all automatic channel forwards"),
    (136_817_688, "the account of everyone who writes as a channel"),
];

/// Why an id is no person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPerson {
    /// It is not a number of ASCII digits.
    NotANumber,
    /// It is shared by many; whose account it is.
    Shared(&'static str),
    /// It is negative: a chat's.
    Chat,
    /// Telegram gives nobody this id.
    NoSuchId,
}

/// Takes a person's id.
///
/// # Errors
/// [`NoPerson`] says what it is instead.
pub fn of(id: i64) -> Result<i64, NoPerson> {
    if let Some((_, whose)) = SHARED_ACCOUNTS.iter().find(|(shared, _)| *shared == id) {
        return Err(NoPerson::Shared(whose));
    }
    match id {
        1..PERSON_ID_MAX => Ok(id),
        ..=-1 => Err(NoPerson::Chat),
        _ => Err(NoPerson::NoSuchId),
    }
}

/// Reads a person's id. Only ASCII digits are digits.
///
/// # Errors
/// As [`of`].
pub fn parse(text: &str) -> Result<i64, NoPerson> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NoPerson::NotANumber);
    }
    // What does not fit an i64 is nobody's id; a negative one is a chat's, however long.
    of(digits.parse::<i64>().map_or(sign * i64::MAX, |id| sign * id))
}
