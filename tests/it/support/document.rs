//! The API's own document, and the check that an answer is what it says: with no status, header, field or code left over.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use countersign::http;
use jsonschema::{Draft, Validator};
use reqwest::header::HeaderMap;
use reqwest::{Method, Request, Response, StatusCode, Url};
use serde_json::{Value, json};

/// Headers of every HTTP answer, of which the document says nothing.
const OF_HTTP: [&str; 5] = ["connection", "content-length", "content-type", "date", "transfer-encoding"];

/// The document that the program was built with.
pub static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::read);

pub struct Document {
    /// As it is served.
    pub whole: Value,
    /// The same, where a shape holds no fields but its own: what is added must be added in here too.
    strict: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// An operation of the document.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    pub path: &'a str,
    pub told: &'a Value,
}

/// What was sent, as far as it is checked.
pub struct Sent {
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
}

impl Sent {
    pub fn of(request: &Request) -> Self {
        let body = request.body().and_then(reqwest::Body::as_bytes).map(<[u8]>::to_vec);
        Self { method: request.method().clone(), url: request.url().clone(), body }
    }
}

/// Reads the whole answer, and holds it to the document.
pub async fn held(sent: &Sent, response: Response) -> (StatusCode, HeaderMap, String) {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.text().await.unwrap();
    if let Err(odd) = DOCUMENT.holds(sent, status, &headers, &body) {
        let (Sent { method, url, .. }, begin) = (sent, body.chars().take(2000).collect::<String>());
        panic!("{method} {url} is not as documented: {odd}\n{status} {headers:?}\n{begin}");
    }
    (status, headers, body)
}

impl Document {
    fn read() -> Self {
        let whole: Value = serde_json::from_str(http::openapi()).unwrap();
        let mut strict = whole.clone();
        close(&mut strict);
        Self { whole, strict, validators: Mutex::default() }
    }

    /// Every path and method, as the document writes them, with its operation.
    pub fn operations(&self) -> impl Iterator<Item = (&str, Operation<'_>)> {
        self.whole["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .iter()
                .map(move |(method, told)| (method.as_str(), Operation { path, told }))
        })
    }

    /// The operation that a request is for.
    pub fn operation(&self, method: &Method, path: &str) -> Option<Operation<'_>> {
        let path = self.path(path)?;
        let method = if method == Method::HEAD { "get" } else { &method.as_str().to_ascii_lowercase() };
        let told = self.whole["paths"][path].get(method)?;
        Some(Operation { path, told })
    }

    fn path(&self, path: &str) -> Option<&str> {
        let paths = self.whole["paths"].as_object().unwrap();
        if let Some((path, _)) = paths.get_key_value(path) {
            return Some(path);
        }
        let fits = |template: &str| {
            let (head, tail) =
                template.split_once('{').zip(template.rsplit_once('}')).map(|(a, b)| (a.0, b.1))?;
            let inner = path.strip_prefix(head)?.strip_suffix(tail)?;
            (!inner.is_empty() && !inner.contains('/')).then_some(())
        };
        paths.keys().find(|template| fits(template).is_some()).map(String::as_str)
    }

    /// Whether the answer is what the document says of it.
    pub fn holds(
        &self,
        sent: &Sent,
        status: StatusCode,
        headers: &HeaderMap,
        body: &str,
    ) -> Result<(), String> {
        let path = sent.url.path();
        let Some(operation) = self.operation(&sent.method, path) else {
            let body = (sent.method != Method::HEAD).then_some(body);
            return self.holds_elsewhere(path, status, headers, body);
        };
        let told = &operation.told["responses"][status.as_str()];
        if told.is_null() {
            return Err(format!("the status {status} is not documented"));
        }
        holds_headers(&told["headers"], headers)?;
        let (kind, media) = told["content"].as_object().unwrap().iter().next().unwrap();
        if headers.get("content-type").and_then(|kind| kind.to_str().ok()) != Some(kind) {
            return Err(format!("it is not {kind}"));
        }
        if sent.method != Method::HEAD {
            let body = if kind == "application/json" { json_of(body)? } else { Value::from(body) };
            self.fits(&media["schema"], &body)?;
        }
        if status.is_success() { self.holds_request(sent, &operation) } else { Ok(()) }
    }

    /// What is not documented is answered 404, or 405 where the path is.
    fn holds_elsewhere(
        &self,
        path: &str,
        status: StatusCode,
        headers: &HeaderMap,
        body: Option<&str>,
    ) -> Result<(), String> {
        let (wanted, code) = match self.path(path) {
            Some(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            None => (StatusCode::NOT_FOUND, "not_found"),
        };
        if status != wanted && status != StatusCode::NOT_FOUND {
            return Err("no such operation is documented".to_owned());
        }
        if status == StatusCode::METHOD_NOT_ALLOWED && !headers.contains_key("allow") {
            return Err("it does not say which methods are allowed".to_owned());
        }
        let Some(body) = body.map(json_of).transpose()? else { return Ok(()) };
        if body["error"] != "api_off" && (status != wanted || body["error"] != code) {
            return Err("no such operation is documented".to_owned());
        }
        self.fits(&json!({ "$ref": "#/components/schemas/Error" }), &body)
    }

    /// What was taken is what the document says may be sent.
    fn holds_request(&self, sent: &Sent, operation: &Operation<'_>) -> Result<(), String> {
        let parameters = operation.told["parameters"].as_array().unwrap();
        let queries: Vec<_> = parameters.iter().filter(|one| one["in"] == "query").collect();
        // Where no query is read none is looked at.
        for (name, value) in sent.url.query_pairs().filter(|_| !queries.is_empty()) {
            let known = queries.iter().find(|one| one["name"] == *name);
            let known = known.ok_or_else(|| format!("the query {name} is not documented, and was taken"))?;
            // In a query a number is a text, and may have more digits than it needs.
            let number =
                value.parse::<u64>().map_err(|odd| format!("the query {name}={value} was taken: {odd}"))?;
            self.fits(&known["schema"], &Value::from(number))?;
        }
        let schema = &operation.told["requestBody"]["content"]["application/json"]["schema"];
        match &sent.body {
            Some(body) if !schema.is_null() => {
                let body = json_of(&String::from_utf8_lossy(body))?;
                self.fits(schema, &body).map_err(|odd| format!("what was taken is not as documented: {odd}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a value has this shape.
    pub fn fits(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let validator = self.validator(schema);
        let faults: Vec<_> =
            validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let made = validators.entry(schema.to_string()).or_insert_with(|| {
            let mut root = schema.clone();
            close(&mut root);
            root["components"] = self.strict["components"].clone();
            let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
            Arc::new(options.build(&root).unwrap())
        });
        made.clone()
    }
}

/// Allows no fields beside those that are named.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("type") == Some(&json!("object")) && fields.contains_key("properties") {
                fields.insert("additionalProperties".to_owned(), Value::from(false));
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(close),
        _ => {}
    }
}

fn json_of(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("{text:?} is no JSON: {error}"))
}

fn holds_headers(told: &Value, headers: &HeaderMap) -> Result<(), String> {
    let told = told.as_object().unwrap();
    for name in headers.keys().map(reqwest::header::HeaderName::as_str).filter(|name| !OF_HTTP.contains(name))
    {
        if !told.keys().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(format!("the header {name} is not documented"));
        }
    }
    for (name, header) in told {
        let mut values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
        match (values.next(), values.next()) {
            (None, _) if header["required"] == true => return Err(format!("the header {name} is missing")),
            (Some(value), None) => {
                let number = header["schema"]["type"] == "integer";
                let value = if number { json_of(value)? } else { Value::from(value) };
                DOCUMENT
                    .fits(&header["schema"], &value)
                    .map_err(|odd| format!("the header {name}: {odd}"))?;
            }
            (Some(_), Some(_)) => return Err(format!("the header {name} stands twice")),
            (None, _) => {}
        }
    }
    Ok(())
}
