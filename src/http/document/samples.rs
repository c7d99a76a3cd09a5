//! Real requests with their real answers: a test asks a server, keeps what it says in `samples.json`, and holds the file
//! to that.

use serde_json::{Map, Value};

use crate::http::endpoint::Endpoint;

/// The samples of all endpoints: `{"POST /path": {"requests": {name: body}, "answers": {status: {name: body}}}}`.
pub(super) struct Samples(Value);

impl Samples {
    /// Those that the program was built with.
    pub(super) fn read() -> Self {
        Self(serde_json::from_str(include_str!("samples.json")).unwrap_or_default())
    }

    /// The requests that were sent to `endpoint`.
    pub(super) fn requests(&self, endpoint: Endpoint) -> Map<String, Value> {
        Self::examples(&self.of(endpoint)["requests"])
    }

    /// Its answers with this status.
    pub(super) fn answers(&self, endpoint: Endpoint, status: u16) -> Map<String, Value> {
        Self::examples(&self.of(endpoint)["answers"][status.to_string()])
    }

    fn of(&self, endpoint: Endpoint) -> &Value {
        let method = if endpoint.changes() { "POST" } else { "GET" };
        &self.0[format!("{method} {}", endpoint.path())]
    }

    fn examples(named: &Value) -> Map<String, Value> {
        let named = named.as_object().into_iter().flatten();
        named.map(|(name, value)| (name.clone(), serde_json::json!({ "value": value }))).collect()
    }
}
