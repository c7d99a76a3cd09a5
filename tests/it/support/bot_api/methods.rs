//! What each method answers, well or with the fault that was asked for.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{BotApi, Fault, form};

pub(super) async fn answer(
    State(api): State<BotApi>,
    Path((_, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8_lossy(&body).into_owned();
    let arguments = serde_json::from_str(&body).unwrap_or_else(|_| form::arguments(&headers, &body));
    let response = answered(&api, &method, &arguments, &body).await;
    // What a test waits for may be what the call has changed.
    api.changed.notify_waiters();
    response
}

async fn answered(api: &BotApi, method: &str, arguments: &Value, body: &str) -> Response {
    let chat = arguments["chat_id"].as_i64();
    if ["sendMessage", "sendDocument"].iter().any(|sends| method.eq_ignore_ascii_case(sends)) {
        api.check_pace(chat, body);
    }
    let hangs = chat.is_some_and(|chat| api.inner().hanging.contains(&chat));
    let fault = if hangs { Some(Fault::Hang) } else { api.fault(method) };
    let fault = fault.or_else(|| refuses_edit(api, method, arguments));
    let done = matches!(fault, None | Some(Fault::LoseAnswer));
    api.note(method, arguments, body, done);
    let refused = |code: u16, description: &str, parameters: Value| {
        let answer =
            json!({ "ok": false, "error_code": code, "description": description, "parameters": parameters });
        (StatusCode::from_u16(code).unwrap(), answer.to_string()).into_response()
    };
    match fault {
        None => {
            json!({ "ok": true, "result": result(api, method, arguments).await }).to_string().into_response()
        }
        Some(Fault::TooMany(seconds)) => {
            api.block(chat, seconds);
            let description = format!("Too Many Requests: retry after {seconds}");
            refused(429, &description, json!({ "retry_after": seconds }))
        }
        Some(Fault::Html502) => {
            (StatusCode::BAD_GATEWAY, "<html><body>Bad Gateway</body></html>").into_response()
        }
        Some(Fault::Garbage) => "\u{1F937} {not json".into_response(),
        Some(Fault::Refuse(code, description)) => refused(code, description, Value::Null),
        Some(Fault::Migrated(to)) => {
            let description = "Bad Request: group chat was upgraded to a supergroup chat";
            refused(400, description, json!({ "migrate_to_chat_id": to }))
        }
        Some(Fault::LoseAnswer) => {
            result(api, method, arguments).await;
            let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
            Body::from_stream(broken).into_response()
        }
        Some(Fault::Hang) => std::future::pending().await,
    }
}

/// Only messages without a keyboard, or with an inline one, can be edited (Bot API, "Updating messages").
fn refuses_edit(api: &BotApi, method: &str, arguments: &Value) -> Option<Fault> {
    let number = |name: &str| arguments[name].as_i64().unwrap_or_default();
    let place = (number("chat_id"), number("message_id"));
    let markup = api.inner().shown.get(&place).map(|shown| shown["reply_markup"].clone())?;
    let is_fixed = !markup.is_null() && markup["inline_keyboard"].is_null();
    let refused = Fault::Refuse(400, "Bad Request: message can't be edited");
    (is_fixed && method.eq_ignore_ascii_case("editMessageText")).then_some(refused)
}

async fn result(api: &BotApi, method: &str, arguments: &Value) -> Value {
    match method.to_ascii_lowercase().as_str() {
        "getme" => {
            json!({ "id": 1_234_567, "is_bot": true, "first_name": "Countersign", "username": "countersign_bot",
            "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
            "can_connect_to_business": false, "has_main_web_app": false })
        }
        "getupdates" => api.updates(arguments).await,
        "getwebhookinfo" => {
            json!({ "url": api.webhook(), "has_custom_certificate": false, "pending_update_count": 0 })
        }
        "deletewebhook" => {
            api.set_webhook("");
            Value::Bool(true)
        }
        "sendmessage" | "senddocument" => {
            let mut inner = api.inner();
            inner.messages += 1;
            let message = (arguments["chat_id"].as_i64().unwrap_or_default(), inner.messages);
            inner.shown.insert(message, arguments.clone());
            json!({ "message_id": inner.messages, "date": 1_772_366_640, "text": arguments["text"],
                "chat": { "id": arguments["chat_id"], "type": "private", "first_name": "x" } })
        }
        "editmessagetext" => {
            let number = |name: &str| arguments[name].as_i64().unwrap_or_default();
            api.inner().shown.insert((number("chat_id"), number("message_id")), arguments.clone());
            Value::Bool(true)
        }
        _ => Value::Bool(true),
    }
}
