//! Shapes as HTML: a row for each field, with its kind in words, and names of other shapes as links.

use serde_json::{Map, Value};

use super::prose::{anchor, escaped, line};
use crate::limits::ID_MAX;

/// Most values of an enumeration that are told in one line.
const VALUES_MAX: usize = 20;

/// A shape: its fields where it has some, else its kind.
pub(super) fn shape(schema: &Value, all: &Map<String, Value>) -> String {
    if let Some(shapes) = schema["anyOf"].as_array() {
        let each = shapes.iter().map(|one| shape(one, all)).collect::<Vec<_>>();
        return each.join("<p class=\"or\">or</p>");
    }
    if let Some(name) = name(schema) {
        let inner = all.get(name).map(|schema| shape(schema, all)).unwrap_or_default();
        return format!(
            "<p class=\"name\"><a href=\"#shape-{}\">{}</a></p>{inner}",
            anchor(name),
            escaped(name)
        );
    }
    if schema["properties"].is_object() { fields(schema) } else { format!("<p>{}</p>", kind(schema)) }
}

/// The fields of an object, those that always stand there first.
pub(super) fn fields(schema: &Value) -> String {
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let Some(properties) = schema["properties"].as_object() else { return String::new() };
    let row = |(name, field): (&String, &Value)| {
        let mark = if required(name) { "" } else { " <span class=\"maybe\">optional</span>" };
        row(&format!("<code>{}</code>{mark}", escaped(name)), field)
    };
    let (first, then): (Vec<_>, Vec<_>) = properties.iter().partition(|(name, _)| required(name));
    let rows: String = first.into_iter().chain(then).map(row).collect();
    format!("<dl class=\"fields\">{rows}</dl>")
}

/// A row: what it is called, its kind, and what is said of it.
pub(super) fn row(called: &str, schema: &Value) -> String {
    let what = schema["description"].as_str().map(line).unwrap_or_default();
    let inner = match (&schema["properties"], &schema["items"]["properties"]) {
        (Value::Object(_), _) => fields(schema),
        (_, Value::Object(_)) => fields(&schema["items"]),
        _ => String::new(),
    };
    format!("<dt>{called}</dt><dd><span class=\"kind\">{}</span> {what}{inner}</dd>", kind(schema))
}

/// What a value is, in words.
fn kind(schema: &Value) -> String {
    if let Some(name) = name(schema) {
        return format!("<a href=\"#shape-{}\">{}</a>", anchor(name), escaped(name));
    }
    if let Some(shapes) = schema["anyOf"].as_array() {
        return shapes.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(value) = schema.get("const") {
        return format!("<code>{}</code>", escaped(value.as_str().unwrap_or_default()));
    }
    if let Some(values) = schema["enum"].as_array() {
        let told = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let told: Vec<_> =
            values.iter().take(VALUES_MAX).map(|v| format!("<code>{}</code>", escaped(&told(v)))).collect();
        return told.join(" ");
    }
    let (name, is_null) = match &schema["type"] {
        Value::Array(names) => (names[0].as_str(), names.iter().any(|name| name == "null")),
        name => (name.as_str(), false),
    };
    let told = match name {
        Some("string") => {
            format!("{}{}", text(schema), span(&schema["minLength"], &schema["maxLength"], " characters"))
        }
        Some("integer") if schema["maximum"] == ID_MAX => {
            format!("whole number{}", span(&schema["minimum"], &Value::Null, ""))
        }
        Some("integer") => format!("whole number{}", span(&schema["minimum"], &schema["maximum"], "")),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => {
            let entries = &schema["items"];
            let entries = if entries["properties"].is_object() { "object".to_owned() } else { kind(entries) };
            format!("list of [{entries}]{}", span(&schema["minItems"], &schema["maxItems"], " entries"))
        }
        Some("object") => "object".to_owned(),
        _ => "any JSON".to_owned(),
    };
    if is_null { format!("{told}, or null") } else { told }
}

fn text(schema: &Value) -> &'static str {
    match schema["format"].as_str() {
        Some("date-time") => "time (RFC 3339)",
        Some("uri") => "address",
        _ => "text",
    }
}

fn span(least: &Value, most: &Value, of: &str) -> String {
    match (least.as_u64(), most.as_u64()) {
        (Some(least), Some(most)) if least == most => format!(", {most}{of}"),
        (Some(least), Some(most)) => format!(", {least} to {most}{of}"),
        (Some(least), None) => format!(", from {least}{of}"),
        (None, Some(most)) => format!(", at most {most}{of}"),
        (None, None) => String::new(),
    }
}

/// The component that is referred to.
fn name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}
