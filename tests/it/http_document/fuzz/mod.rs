//! Requests that no one thought of, made from the document: none is answered 5xx, each answer is as documented, and the
//! books are in order afterwards.

mod requests;
mod values;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use reqwest::RequestBuilder;

use self::requests::{Body, Made, request};
use crate::support::document::DOCUMENT;
use crate::support::http::{ApiServer, send};

/// Sends it, where it can be sent at all.
async fn ask(server: &ApiServer, made: &Made) -> TestCaseResult {
    let (client, request) = made.builder(server).build_split();
    let Ok(request) = request else { return Ok(()) };
    let operation = DOCUMENT.operation(request.method(), request.url().path());
    let shape =
        operation.map(|operation| &operation.told["requestBody"]["content"]["application/json"]["schema"]);
    let answer = send(RequestBuilder::from_parts(client, request)).await;
    prop_assert!(answer.status < 500, "{answer:?}");
    prop_assert!(answer.body["error"] != "malformed_idempotency_key" || !made.key_fits(), "{answer:?}");
    if let (Some(shape), Some(Body::Json(body))) = (shape.filter(|shape| !shape.is_null()), &made.body) {
        let fits = DOCUMENT.fits(shape, body);
        prop_assert!(answer.status >= 300 || fits.is_ok(), "taken, and {fits:?}: {answer:?}");
        prop_assert!(
            answer.body["error"] != "malformed_body" || fits.is_err(),
            "as documented, and refused: {answer:?}"
        );
    }
    Ok(())
}

async fn play(requests: Vec<Made>) -> TestCaseResult {
    let server = ApiServer::start().await;
    for (n, made) in requests.iter().enumerate() {
        ask(&server, made).await?;
        if n % 10 == 9 {
            server.clock.advance(TimeDelta::seconds(30));
            server.app.ledger.expire().await.unwrap();
            server.app.ledger.release_due().await.unwrap();
        }
    }
    server.end().await;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_the_answer_is_documented(requests in prop::collection::vec(request(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(play(requests))?;
    }
}
