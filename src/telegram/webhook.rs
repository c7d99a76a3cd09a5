//! Where Telegram posts its updates: one route, guarded by the secret, which is checked before the body is read.
//!
//! Telegram repeats whatever is not answered 2xx, and holds the chat up meanwhile. So what can never succeed gets 200,
//! and only what passes by itself 503.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::{StreamExt, poll};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::time::timeout;

use super::claim::Claim;
use super::decode::decode;
use super::delivery::{Delivery, Verdict};
use super::door::Door;
use super::identity::{self, Speaker};
use super::said::{ChatNews, Event};
use crate::clock::{Clock, Stopwatch};
use crate::command::{self, Meaning, Query};
use crate::limits::{BODY_BYTES_MAX, OPERATION_DEADLINE, RETRY_AFTER_S};
use crate::telemetry::metrics;

/// The header in which Telegram sends the secret back.
static SECRET_HEADER: HeaderName = HeaderName::from_static("x-telegram-bot-api-secret-token");
/// An oversized body is read to its end, up to this, so that its sender hears the answer instead of a reset.
const DRAINED_BYTES_MAX: usize = 16 * BODY_BYTES_MAX;

struct Webhook {
    door: Door,
    /// Digests are compared: they have one length, whatever was sent.
    secret: [u8; 32],
}

/// The route at `path` (with its leading slash; the empty path is `/`).
pub fn router(door: Door, path: &str, secret: &SecretString) -> Router {
    let webhook = Webhook { door, secret: digest(secret.expose_secret().as_bytes()) };
    let path = if path.is_empty() { "/" } else { path };
    // The path is an address, not a pattern: `:` and `*` in it are meant as they stand.
    Router::new().without_v07_checks().route(path, post(receive)).with_state(Arc::new(webhook))
}

/// The same route while the books are not open yet: what the people of `ADMIN_IDS` said, what anybody said that could be a
/// decision, and what became of a chat, comes again (503): who else has a role stands in the books. All else needs no
/// database and is let go, or it would hold up every chat.
pub fn waiting(admins: BTreeSet<i64>, path: &str, secret: &SecretString) -> Router {
    let waiting = Waiting { admins, secret: digest(secret.expose_secret().as_bytes()) };
    let path = if path.is_empty() { "/" } else { path };
    Router::new().without_v07_checks().route(path, post(let_go)).with_state(Arc::new(waiting))
}

struct Waiting {
    admins: BTreeSet<i64>,
    secret: [u8; 32],
}

async fn let_go(State(waiting): State<Arc<Waiting>>, request: Request) -> Response {
    let stopwatch = Clock::stopwatch();
    let (head, body) = request.into_parts();
    if !admits(&waiting.secret, &head.headers) {
        return refused();
    }
    let body = timeout(OPERATION_DEADLINE, read(body)).await;
    let Ok(Ok(bytes)) = body else { return StatusCode::OK.into_response() };
    let Ok(received) = decode(&bytes) else { return StatusCode::OK.into_response() };
    let listed = |person| waiting.admins.contains(&person);
    let comes_again = match &received.event {
        Event::Chat(ChatNews::Stands { chat, is_private, .. }) => !is_private || listed(*chat),
        Event::Chat(ChatNews::Moved { .. }) => true,
        event if matches!(identity::speaker(event, listed), Speaker::Known(_)) => true,
        event if is_about_us(event) => false,
        event => Claim::of(&received, identity::speaker(event, |_| true), 0).is_some(),
    };
    if comes_again { away(&stopwatch) } else { StatusCode::OK.into_response() }
}

/// Whether it asks what this bot is, as strangers do: no role is needed for the answer, and nothing is lost with it.
fn is_about_us(event: &Event) -> bool {
    let Event::Message(said) = event else { return false };
    let spoken = said.text.as_deref().and_then(command::read);
    let meaning = spoken.and_then(|spoken| (command::find(spoken.name)?.parse)(spoken.rest).ok());
    matches!(meaning, Some(Meaning::Query(Query::Start | Query::Help | Query::WhoAmI)))
}

async fn receive(State(webhook): State<Arc<Webhook>>, request: Request) -> Response {
    let stopwatch = Clock::stopwatch();
    let (head, body) = request.into_parts();
    if !admits(&webhook.secret, &head.headers) {
        return refused();
    }
    let handled = async {
        match read(body).await {
            Ok(bytes) => {
                let delivery = webhook.door.deliver(&bytes).await;
                // Nothing here can fail but the process.
                drop(webhook.door.app().points.reach("webhook.answer").await);
                answer(&delivery)
            }
            Err(unread) => {
                tracing::warn!(why = unread, "a body could not be read and was let go");
                metrics::delivered(Verdict::Unreadable.code(), stopwatch.elapsed());
                StatusCode::OK.into_response()
            }
        }
    };
    let mut handled = pin!(handled);
    // Most of what comes again is answered at once; a timer costs as much as finding its answer.
    if let Poll::Ready(answer) = poll!(&mut handled) {
        return answer;
    }
    timeout(OPERATION_DEADLINE, handled).await.unwrap_or_else(|_| {
        tracing::warn!("a delivery took too long; it comes again");
        away(&stopwatch)
    })
}

fn admits(secret: &[u8; 32], headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(&SECRET_HEADER).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    digest(value.as_bytes()).ct_eq(secret).into()
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The body, or why it was not read.
async fn read(body: Body) -> Result<Bytes, &'static str> {
    // Nearly every body comes in one piece, and is not copied.
    let (mut piece, mut pieces, mut seen) = (Bytes::new(), Vec::new(), 0_usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| "the connection broke")?;
        seen = seen.saturating_add(chunk.len());
        if seen > DRAINED_BYTES_MAX {
            break;
        }
        if seen == chunk.len() {
            piece = chunk;
        } else if seen <= BODY_BYTES_MAX {
            pieces.extend_from_slice(&piece);
            piece.clear();
            pieces.extend_from_slice(&chunk);
        }
    }
    match seen {
        _ if seen > BODY_BYTES_MAX => Err("it is larger than 1 MiB"),
        _ if pieces.is_empty() => Ok(piece),
        _ => Ok(pieces.into()),
    }
}

fn answer(delivery: &Delivery) -> Response {
    match delivery.verdict {
        Verdict::Away => comes_again(),
        Verdict::Panicked => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Verdict::Handled | Verdict::Ignored(_) | Verdict::Unreadable => match &delivery.reply {
            Some(reply) => {
                let mut response = Response::new(Body::from(reply.body()));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            None => StatusCode::OK.into_response(),
        },
    }
}

/// The answer to what never came as far as the door, which counts what it answers itself.
fn away(since: &Stopwatch) -> Response {
    metrics::delivered(Verdict::Away.code(), since.elapsed());
    comes_again()
}

fn refused() -> Response {
    tracing::warn!("a delivery came without the right secret");
    metrics::refused();
    (StatusCode::UNAUTHORIZED, "wrong secret\n").into_response()
}

fn comes_again() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S))]).into_response()
}
