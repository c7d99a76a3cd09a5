//! Who asks: a token, the client it belongs to, and what that client may.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::error::Refusal;
use crate::domain::key::ClientName;
use crate::settings::ApiToken;

const SCHEME: &str = "Bearer ";

/// Who holds the token that was sent.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// Its name on record.
    pub(super) name: ClientName,
    /// Whether it may decide, and see what others submitted.
    pub(super) may_decide: bool,
    /// Whether its items may name an address that is told of the decision.
    pub(super) may_call_back: bool,
}

impl Client {
    /// Lets only a client with the right to decide go on.
    pub(super) const fn must_decide(&self) -> Result<(), Refusal> {
        if self.may_decide { Ok(()) } else { Err(Refusal::MayNot) }
    }
}

/// The tokens of `API_TOKENS`, as digests. A client may hold several (rotation), each with its own rights.
pub(super) struct Tokens(Vec<Known>);

struct Known {
    digest: [u8; 32],
    client: Client,
}

impl Tokens {
    pub(super) fn new(tokens: Vec<ApiToken>) -> Self {
        let known = |token: ApiToken| Known {
            digest: digest(token.secret.expose_secret().as_bytes()),
            client: Client {
                name: token.client,
                may_decide: token.may_decide,
                may_call_back: token.may_call_back,
            },
        };
        Self(tokens.into_iter().map(known).collect())
    }

    /// The client whose token the request carries, in its one `Authorization: Bearer …` header.
    pub(super) fn client(&self, headers: &HeaderMap) -> Result<&Client, Refusal> {
        let client = bearer(headers).and_then(|token| self.holder(token)).ok_or(Refusal::Unauthorized)?;
        tracing::Span::current().record("actor", format!("api:{}", client.name.as_str()));
        Ok(client)
    }

    /// Compares digests, and always all of them: the time it takes tells neither length nor place nor a common prefix.
    fn holder(&self, token: &[u8]) -> Option<&Client> {
        let sent = digest(token);
        let (mut found, mut place) = (Choice::from(0), 0_u64);
        for (at, known) in (0_u64..).zip(&self.0) {
            let same = known.digest.ct_eq(&sent);
            place.conditional_assign(&at, same);
            found |= same;
        }
        let known = usize::try_from(place).ok().and_then(|place| self.0.get(place))?;
        bool::from(found).then_some(&known.client)
    }
}

/// The token, where exactly one header holds one. The scheme's name may be in any case (RFC 9110, section 11.1).
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.as_bytes().split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME.as_bytes()).then(|| token.trim_ascii())
}

fn digest(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}
