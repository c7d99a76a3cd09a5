//! The code that proves who reads this terminal: random, short enough to type, used once, and over after a while.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::cli::Failure;
use crate::limits::CODE_LIFE;

/// Digits and letters that cannot be taken for each other (Crockford's base 32): 5 bits each.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Eight of them hold 40 bits: nobody guesses one of 10^12 in ten minutes of messages.
const LENGTH: usize = 8;

/// A code that is shown in the terminal.
pub(super) struct Code {
    shown: String,
    digest: [u8; 32],
    until: DateTime<Utc>,
}

/// `7KQF-2MXA`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Code {
    /// A new one.
    pub(super) fn draw(now: DateTime<Utc>) -> Result<Self, Failure> {
        let signs = random::<LENGTH>()?.map(|byte| char::from(SIGNS[usize::from(byte) % SIGNS.len()]));
        let (first, second) = signs.split_at(LENGTH / 2);
        let shown = format!("{}-{}", String::from_iter(first), String::from_iter(second));
        Ok(Self { digest: digest(&shown), shown, until: now + CODE_LIFE })
    }

    pub(super) fn is_over(&self, now: DateTime<Utc>) -> bool {
        now >= self.until
    }

    /// Whether `text` is the code, as it stands or after `/start`, as the link sends it. Digests are compared, in a time
    /// that tells nothing.
    pub(super) fn is(&self, text: &str) -> bool {
        let text = text.trim();
        let text = text.strip_prefix("/start").unwrap_or(text);
        digest(text).ct_eq(&self.digest).into()
    }
}

/// The digest of a code however it was typed: in small letters, without the hyphen, with O for 0.
fn digest(text: &str) -> [u8; 32] {
    let sign = |sign: char| match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        sign => sign,
    };
    let signs = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '-').map(sign);
    Sha256::digest(signs.take(LENGTH + 1).collect::<String>().as_bytes()).into()
}

/// Random bytes from the system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Told(format!("no random numbers: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed_and_nothing_else_is() {
        let now = DateTime::from_timestamp(1_772_366_640, 0).unwrap_or_default();
        let Ok(code) = Code::draw(now) else { return };
        let shown = code.to_string();
        assert_eq!(shown.len(), 9, "{shown}");
        let typed = shown.replace('0', "o").replace('1', "l").to_lowercase();
        for right in [shown.clone(), shown.replace('-', " "), format!(" /start {shown}\n"), typed] {
            assert!(code.is(&right), "{right}");
        }
        let other = if shown.ends_with('A') { "B" } else { "A" };
        let wrong = [&shown[..8], &format!("{}{other}", &shown[..8]), &format!("{shown}0"), "", "/start"];
        assert!(wrong.iter().all(|wrong| !code.is(wrong)));
        assert!(
            !code.is_over(now + CODE_LIFE - chrono::TimeDelta::seconds(1)) && code.is_over(now + CODE_LIFE)
        );
        assert!(Code::draw(now).is_ok_and(|next| !next.is(&shown)), "each is another");
    }
}
