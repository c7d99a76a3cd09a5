//! JSON as people write it: what fits a line stands on one.

use serde_json::Value;

/// Most characters of a line, indentation included.
const LINE_CHARS_MAX: usize = 76;
const STEP: usize = 2;

/// The value, its further lines moved in by `indent`.
pub(super) fn json(value: &Value, indent: usize) -> String {
    let line = on_one_line(value);
    if indent + line.chars().count() <= LINE_CHARS_MAX {
        return line;
    }
    match value {
        Value::Object(fields) => {
            let field = |(name, value)| {
                format!("{}: {}", Value::from(String::clone(name)), json(value, indent + STEP))
            };
            broken("{", fields.iter().map(field), "}", indent)
        }
        Value::Array(entries) => {
            broken("[", entries.iter().map(|entry| json(entry, indent + STEP)), "]", indent)
        }
        _ => line,
    }
}

fn broken(begin: &str, entries: impl Iterator<Item = String>, end: &str, indent: usize) -> String {
    let (inner, outer) = (" ".repeat(indent + STEP), " ".repeat(indent));
    let entries: Vec<_> = entries.map(|entry| format!("{inner}{entry}")).collect();
    format!("{begin}\n{}\n{outer}{end}", entries.join(",\n"))
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let field =
                |(name, value)| format!("{}: {}", Value::from(String::clone(name)), on_one_line(value));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Value::Array(entries) => {
            format!("[{}]", entries.iter().map(on_one_line).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
