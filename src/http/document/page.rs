//! The document as a page in one piece, to be read in a browser without a network. Nothing in it runs; what can be
//! unfolded is the browser's own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::layout;
use super::prose::{anchor, blocks, escaped, headings, line};
use super::shapes;

const STYLE: &str = include_str!("page.css");
/// Where the program listens unless it is told otherwise.
const HOST: &str = "http://127.0.0.1:8080";

/// The page.
pub(super) struct Page {
    pub(super) html: String,
    /// What its reader's browser may do with it (Content-Security-Policy): show this one style, and nothing else.
    pub(super) policy: String,
}

impl Page {
    /// The page that tells `document`.
    pub(super) fn of(document: &Value) -> Self {
        let info = &document["info"];
        let (title, version) = (said(&info["title"]), said(&info["version"]));
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <title>{title} API</title><style>{STYLE}</style></head>\n<body>\
             <nav><a class=\"brand\" href=\"#top\">{title}<small>{version}</small></a>{}</nav>\n\
             <main id=\"top\"><header><h1>{title} API</h1><p class=\"lead\">{}</p>\
             <p class=\"aside\">For programs: <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI {})</p></header>\n\
             <section class=\"prose\">{}</section>\n{}{}{}</main></body></html>\n",
            contents(document),
            said(&info["summary"]),
            said(&document["openapi"]),
            blocks(info["description"].as_str().unwrap_or_default()),
            groups(document),
            told(document),
            all_shapes(document),
        );
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self { html, policy }
    }
}

/// A text of the document, escaped.
fn said(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Every operation of a group with its path and method, in the order of reading.
fn operations<'a>(document: &'a Value, tag: &'a str) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
    let of_path = move |endpoint: crate::http::endpoint::Endpoint| {
        let method = if endpoint.changes() { "post" } else { "get" };
        (endpoint.path(), method, &document["paths"][endpoint.path()][method])
    };
    let all = crate::http::endpoint::Endpoint::ALL.into_iter().map(of_path);
    all.filter(move |(_, _, operation)| operation["tags"][0] == tag)
}

fn tags(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.map(|tag| (tag["name"].as_str().unwrap_or_default(), &tag["description"]))
}

fn contents(document: &Value) -> String {
    let mut out = String::from("<p>About</p><ul>");
    for (anchor, heading) in headings(document["info"]["description"].as_str().unwrap_or_default()) {
        out.push_str(&format!("<li><a href=\"#{anchor}\">{}</a></li>", escaped(heading)));
    }
    for (tag, _) in tags(document) {
        out.push_str(&format!("</ul><p>{}</p><ul>", escaped(tag)));
        for (_, method, operation) in operations(document, tag) {
            out.push_str(&format!(
                "<li><a href=\"#op-{}\"><span class=\"dot {method}\"></span>{}</a></li>",
                said(&operation["operationId"]),
                said(&operation["summary"])
            ));
        }
    }
    out.push_str("</ul><p>More</p><ul><li><a href=\"#webhooks\">Webhooks</a></li><li><a href=\"#shapes\">Shapes</a></li></ul>");
    out
}

fn groups(document: &Value) -> String {
    let shapes = &document["components"]["schemas"];
    let mut out = String::new();
    for (tag, what) in tags(document) {
        out.push_str(&format!(
            "<h2 id=\"{}\">{}</h2><p>{}</p>\n",
            anchor(tag),
            escaped(tag),
            line(what.as_str().unwrap_or_default())
        ));
        for (path, method, operation) in operations(document, tag) {
            out.push_str(&card(path, method, operation, shapes));
        }
    }
    out
}

fn card(path: &str, method: &str, operation: &Value, all: &Value) -> String {
    let empty = Map::new();
    let all = all.as_object().unwrap_or(&empty);
    let mut out = format!(
        "<article id=\"op-{}\"><h3>{}</h3><p class=\"path\"><span class=\"method {method}\">{}</span><code>{}</code>{}</p>{}",
        said(&operation["operationId"]),
        said(&operation["summary"]),
        method.to_uppercase(),
        escaped(path),
        token(operation),
        blocks(operation["description"].as_str().unwrap_or_default()),
    );
    let rows: String = operation["parameters"].as_array().into_iter().flatten().map(parameter).collect();
    if !rows.is_empty() {
        out.push_str(&format!("<h4>Takes</h4><dl class=\"fields\">{rows}</dl>"));
    }
    let body = &operation["requestBody"]["content"]["application/json"];
    if body.is_object() {
        out.push_str(&format!("<h4>Body</h4>{}", shapes::shape(&body["schema"], all)));
        for (name, sample) in object(&body["examples"]) {
            out.push_str(&format!(
                "<p class=\"caption\">{}</p>{}",
                escaped(name),
                call(path, &sample["value"])
            ));
        }
    }
    let answers: String =
        object(&operation["responses"]).map(|(status, told)| answer(status, told, all)).collect();
    out.push_str(&format!("<h4>Answers</h4>{answers}</article>\n"));
    out
}

fn token(operation: &Value) -> &'static str {
    match operation["security"].as_array().map(Vec::as_slice) {
        Some([]) => "<span class=\"token\">no token</span>",
        Some([only]) if only["decide"].is_array() => "<span class=\"token\">a token that may decide</span>",
        Some(_) => "<span class=\"token\">any token</span>",
        None => "",
    }
}

fn parameter(parameter: &Value) -> String {
    let mut schema = parameter["schema"].clone();
    if schema["description"].is_null() {
        schema["description"] = parameter["description"].clone();
    }
    let place = match parameter["in"].as_str() {
        Some("header") => "header",
        Some("path") => "path",
        _ => "query",
    };
    let called = format!("<code>{}</code> <span class=\"maybe\">{place}</span>", said(&parameter["name"]));
    shapes::row(&called, &schema)
}

fn call(path: &str, body: &Value) -> String {
    let body = layout::json(body, 2).replace('\'', "'\\''");
    let text = format!(
        "curl -sS {HOST}{path} \\\n  -H \"Authorization: Bearer $TOKEN\" -H 'X-Idempotency-Key: order-4711' \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'"
    );
    format!("<pre><code>{}</code></pre>", escaped(&text))
}

fn answer(status: &str, told: &Value, all: &Map<String, Value>) -> String {
    let class = status.get(..1).unwrap_or_default();
    let mut out = format!(
        "<details><summary><span class=\"status s{class}\">{}</span> {}</summary>",
        escaped(status),
        line(told["description"].as_str().unwrap_or_default())
    );
    for (kind, media) in object(&told["content"]) {
        out.push_str(&format!("<p class=\"caption\">{}</p>", escaped(kind)));
        out.push_str(&shapes::shape(&media["schema"], all));
        for (name, sample) in object(&media["examples"]) {
            let body = layout::json(&sample["value"], 0);
            out.push_str(&format!(
                "<p class=\"caption\">{}</p><pre><code>{}</code></pre>",
                escaped(name.trim_end_matches('_')),
                escaped(&body)
            ));
        }
    }
    let headers: String = object(&told["headers"])
        .map(|(name, header)| {
            let mut schema = header["schema"].clone();
            schema["description"] = header["description"].clone();
            shapes::row(
                &format!("<code>{}</code> <span class=\"maybe\">header</span>", escaped(name)),
                &schema,
            )
        })
        .collect();
    if !headers.is_empty() {
        out.push_str(&format!("<dl class=\"fields\">{headers}</dl>"));
    }
    out.push_str("</details>");
    out
}

fn told(document: &Value) -> String {
    let mut operation = document["webhooks"]["decision"]["post"].clone();
    let body = operation["requestBody"].take();
    let card = card("your receiver", "post", &operation, &document["components"]["schemas"]);
    let shape = &body["content"]["application/json"]["schema"]["$ref"];
    let name = shape.as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
    let link =
        format!("<p>The body is <a href=\"#shape-{}\">{}</a>.</p></article>", anchor(name), escaped(name));
    format!("<h2 id=\"webhooks\">Webhooks</h2>{}", card.replace("</article>", &link))
}

fn all_shapes(document: &Value) -> String {
    let empty = Map::new();
    let all = document["components"]["schemas"].as_object().unwrap_or(&empty);
    let mut out = String::from("<h2 id=\"shapes\">Shapes</h2>");
    for (name, schema) in all {
        out.push_str(&format!(
            "<article class=\"shape\" id=\"shape-{}\"><h3>{}</h3>{}</article>\n",
            anchor(name),
            escaped(name),
            shapes::shape(schema, &Map::new())
        ));
    }
    out
}
