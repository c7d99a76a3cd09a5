//! A body of `multipart/form-data`, as calls that bring a file have (RFC 7578).

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// The fields by name: JSON where they are that, else text; a file as `{"name", "content"}`. Null where it is no form.
pub(super) fn arguments(headers: &HeaderMap, body: &str) -> Value {
    let of_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(("multipart/form-data", boundary)) = of_type.split_once("; boundary=") else {
        return Value::Null;
    };
    let between = format!("--{boundary}");
    let parts = body.split(&between).skip(1).filter_map(|part| part.split_once("\r\n\r\n"));
    let mut fields = serde_json::Map::new();
    for (head, content) in parts {
        let content = content.strip_suffix("\r\n").expect("the end of a part");
        let named =
            |what: &str| head.split_once(&format!(" {what}=\"")).and_then(|(_, rest)| rest.split('"').next());
        let value = match named("filename") {
            Some(name) => json!({ "name": name, "content": content }),
            None => serde_json::from_str(content).unwrap_or_else(|_| Value::from(content)),
        };
        fields.insert(named("name").expect("a name").to_owned(), value);
    }
    Value::Object(fields)
}
