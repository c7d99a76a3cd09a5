//! The HTTP API: a token that may submit and not decide.

use super::code::random;
use crate::cli::Failure;
use crate::settings::{ApiToken, Settings};

/// The client whose token is made here; the sample items are its own too.
pub(super) const CLIENT: &str = "init";

/// The line for `./.env`, where no token is set yet.
pub(super) fn change(settings: &Settings) -> Result<Option<(&'static str, String)>, Failure> {
    if !settings.http.api_tokens.is_empty() {
        return Ok(None);
    }
    let token: String = random::<24>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some(("API_TOKENS", format!("{CLIENT}:{token}"))))
}

/// The token that was made here, as long as it is set and may only submit. No other is ever shown.
pub(super) fn token(settings: &Settings) -> Option<&ApiToken> {
    settings.http.api_tokens.iter().find(|token| token.client.as_str() == CLIENT && !token.may_decide)
}
