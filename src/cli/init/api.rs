//! The HTTP API: a token that may submit and not decide.

use super::code::random;
use crate::cli::Failure;
use crate::settings::{ApiToken, DotEnv, Environment, Settings};

/// The client whose token is made here; the sample items are its own too.
pub(super) const CLIENT: &str = "init";

const NAME: &str = "API_TOKENS";

/// The line for `./.env`, where no token is set yet that may submit and not decide. Those that are set stay.
pub(super) fn change(settings: &Settings, file: &DotEnv) -> Result<Option<(&'static str, String)>, Failure> {
    let tokens = &settings.http.api_tokens;
    if tokens.iter().any(|token| !token.may_decide || token.client.as_str() == CLIENT) {
        return Ok(None);
    }
    let before = file.value(NAME)?.filter(|value| !value.trim().is_empty());
    // What the environment sets, or a file of its own, wins over this one; what is quoted there is left alone.
    let is_plain = |value: &str| value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/:,.+=".contains(&b));
    if !tokens.is_empty()
        && (Environment::of_process_alone().sets(NAME) || !before.as_deref().is_some_and(is_plain))
    {
        return Ok(None);
    }
    let token: String = random::<24>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let before = before.map(|value| format!("{},", value.trim().trim_end_matches(','))).unwrap_or_default();
    Ok(Some((NAME, format!("{before}{CLIENT}:{token}"))))
}

/// The token that was made here, as long as it is set and may only submit. No other is ever shown.
pub(super) fn token(settings: &Settings) -> Option<&ApiToken> {
    settings.http.api_tokens.iter().find(|token| token.client.as_str() == CLIENT && !token.may_decide)
}
