//! Values of a shape of the document, and values that are almost of it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

use crate::support::document::DOCUMENT;

/// Most entries of a list, unless it is to be as long as may be.
const FEW: usize = 5;

/// A value of that shape.
pub fn fitting(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(name) = schema["$ref"].as_str() {
        return fitting(DOCUMENT.whole.pointer(name.trim_start_matches('#')).unwrap());
    }
    if let Some(shapes) = schema["anyOf"].as_array() {
        return proptest::strategy::Union::new(shapes.iter().map(fitting)).boxed();
    }
    if let Some(values) = schema["enum"].as_array() {
        return select(values.clone()).boxed();
    }
    match &schema["type"] {
        Value::Array(types) => {
            let mut first = schema.clone();
            first["type"] = types[0].clone();
            prop_oneof![4 => fitting(&first), 1 => Just(Value::Null)].boxed()
        }
        Value::String(name) => of_type(name, schema),
        _ => any_json().boxed(),
    }
}

fn of_type(name: &str, schema: &Value) -> BoxedStrategy<Value> {
    match name {
        "string" => text(schema).prop_map(Value::from).boxed(),
        "integer" => {
            let (least, most) =
                (schema["minimum"].as_i64().unwrap_or(0), schema["maximum"].as_i64().unwrap_or(i64::MAX));
            prop_oneof![8 => least..=most.min(least.saturating_add(12)), 1 => Just(least), 1 => Just(most)]
                .prop_map(Value::from)
                .boxed()
        }
        "array" => {
            let (least, most) = (bound(schema, "minItems", 0), bound(schema, "maxItems", FEW));
            let few = vec(fitting(&schema["items"]), least..=most.min(FEW)).prop_map(Value::from);
            let many = fitting(&schema["items"]).prop_map(move |one| Value::from(vec![one; most]));
            prop_oneof![40 => few, 1 => many].boxed()
        }
        "object" => object(schema),
        other => panic!("no values are made of the type {other}"),
    }
}

fn bound(schema: &Value, name: &str, otherwise: usize) -> usize {
    schema[name].as_u64().map_or(otherwise, |bound| usize::try_from(bound).unwrap())
}

fn text(schema: &Value) -> BoxedStrategy<String> {
    let times = [
        "2026-03-01T12:04:20Z",
        "2026-03-02T13:00:00.5+01:00",
        "2020-01-01T00:00:00Z",
        "2027-12-31T00:00:00Z",
    ];
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date-time"), _) => select(times.map(str::to_owned).to_vec()).boxed(),
        (Some("uri"), _) => Just("https://ci.example.org/hook".to_owned()).boxed(),
        (_, Some(pattern)) if pattern.starts_with('^') => {
            string_regex(pattern.trim_start_matches('^').trim_end_matches('$')).unwrap().boxed()
        }
        _ => "[a-zäß漢🦀 ]{0,20}[a-z]".boxed(),
    }
}

fn object(schema: &Value) -> BoxedStrategy<Value> {
    let fields = schema["properties"].as_object().into_iter().flatten().map(|(name, field)| {
        let required = schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let value = fitting(field);
        let value = if required { value.prop_map(Some).boxed() } else { proptest::option::of(value).boxed() };
        (Just(name.clone()), value).boxed()
    });
    let fields: Vec<_> = fields.collect();
    fields
        .prop_map(|fields| {
            fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Map<_, _>>().into()
        })
        .boxed()
}

/// JSON of any kind.
pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(vec![65, 101, 201, 301, 501, 10_001, 33_000])
            .prop_map(|length| Value::from("x".repeat(length))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{0,4}", inner, 0..4)
                .prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// A value with one thing in it that is not as it was: another value, a field too many, or one too few.
pub fn broken(value: &Value) -> BoxedStrategy<Value> {
    let mut places = Vec::new();
    paths(value, "", &mut places);
    let value = value.clone();
    let change = prop_oneof![any_json().prop_map(Some), odd_number().prop_map(Some), Just(None)];
    (select(places), change)
        .prop_map(move |(place, change)| {
            let mut value = value.clone();
            let target = value.pointer_mut(&place).unwrap();
            match (change, target) {
                (Some(change), Value::Object(fields)) if change.is_object() => {
                    fields.insert("odd".to_owned(), change);
                }
                (Some(change), target) => *target = change,
                (None, Value::Object(fields)) => {
                    let first = fields.keys().next().cloned().unwrap_or_default();
                    fields.remove(&first);
                }
                (None, target) => *target = json!([target.take()]),
            }
            value
        })
        .boxed()
}

fn odd_number() -> impl Strategy<Value = Value> {
    select(vec![
        json!(0),
        json!(-1),
        json!(1.5),
        json!(9_007_199_254_740_992_i64),
        json!(u64::MAX),
        json!(1e300),
    ])
}

fn paths(value: &Value, here: &str, into: &mut Vec<String>) {
    into.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                paths(inner, &format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), into);
            }
        }
        // Of a long list the first entries will do.
        Value::Array(entries) => {
            entries
                .iter()
                .take(FEW)
                .enumerate()
                .for_each(|(place, inner)| paths(inner, &format!("{here}/{place}"), into));
        }
        _ => {}
    }
}
