//! The document as a page: in one piece, nothing loaded, nothing run, and everything in it.

use reqwest::Method;
use serde_json::Value;

use crate::support::document::DOCUMENT;
use crate::support::http::{ApiServer, send};

/// Most bytes of the page.
const BYTES_MAX: usize = 512 << 10;

async fn page() -> (String, String) {
    let server = ApiServer::start().await;
    let answer = send(server.bare(Method::GET, "/docs")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = answer.header("content-security-policy").unwrap().to_owned();
    server.end().await;
    (answer.text, policy)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stands_by_itself() {
    let (html, policy) = page().await;
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    for part in ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    for other in ["<script", "<link", "<img", "<iframe", "src=", "style=\"", "@import", "url("] {
        assert!(!html.contains(other), "{other}");
    }
    let addresses: Vec<_> = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for address in addresses {
        let here = address.strip_prefix('#').is_some_and(|id| html.contains(&format!("id=\"{id}\"")));
        assert!(here || address == "/openapi.json", "{address} leads nowhere");
    }
    let mut ids: Vec<_> = html.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice");
    assert!(html.len() < BYTES_MAX, "{} bytes", html.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_all_of_the_document() {
    let (html, _) = page().await;
    for (method, operation) in DOCUMENT.operations() {
        let (_, card) = html
            .split_once(&format!("id=\"op-{}\"", operation.told["operationId"].as_str().unwrap()))
            .unwrap();
        let (card, _) = card.split_once("</article>").unwrap();
        for part in [operation.path, &method.to_uppercase(), operation.told["summary"].as_str().unwrap()] {
            assert!(card.contains(part), "{part}");
        }
        for status in operation.told["responses"].as_object().unwrap().keys() {
            assert!(card.contains(&format!(">{status}</span>")), "{} {status}", operation.path);
        }
    }
    for name in DOCUMENT.whole["components"]["schemas"].as_object().unwrap().keys() {
        assert!(html.contains(&format!("<h3>{name}</h3>")), "{name}");
    }
    assert!(
        html.contains("{&quot;op&quot;") || html.contains("&quot;op&quot;:&quot;submit&quot;"),
        "quotes are escaped"
    );
}

/// What stands there as JSON is JSON, and no line of it is longer than need be.
#[tokio::test(flavor = "multi_thread")]
async fn its_samples_can_be_copied() {
    let (html, _) = page().await;
    let texts = html.split("<pre><code>").skip(1).filter_map(|rest| rest.split("</code>").next());
    let plain = |text: &str| {
        let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        marks.iter().fold(text.to_owned(), |text, (mark, plain)| text.replace(mark, plain))
    };
    let (calls, answers): (Vec<_>, Vec<_>) = texts.map(plain).partition(|text| text.starts_with("curl"));
    let bodies = calls.iter().map(|call| call.split_once("-d '").unwrap().1.trim_end_matches('\''));
    for body in bodies.chain(answers.iter().map(String::as_str)) {
        let read: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        assert!(read.is_object());
    }
    assert!(calls.len() >= 8 && answers.len() > 100, "{} calls, {} answers", calls.len(), answers.len());
}
