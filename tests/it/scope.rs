//! The scope hash: its vector, and the properties of canonical JSON.

use countersign::domain::scope::{Scope, canonical};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

#[test]
fn scope_hash_deterministic() {
    let vector = "653344332109329934645c722b2c77676d1937517ac75eca5d670b1782cc0c53";
    let written = [
        r#"{"ids":[1,2,3],"by":"admin"}"#,
        r#"{"by":"admin","ids":[1,2,3]}"#,
        " {\n \"by\" : \"admin\" , \"ids\" : [ 1 , 2 , 3 ] }\t",
        r#"{"by":"\u0061dmin","ids":[1,2,3]}"#,
    ];
    for text in written {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(canonical(&value), r#"{"by":"admin","ids":[1,2,3]}"#);
        assert_eq!(Scope::of(&value).hash(), vector, "{text}");
    }
    let others = [json!({ "ids": [3, 2, 1], "by": "admin" }), json!({ "ids": [1, 2, 3] }), json!([1, 2, 3])];
    assert!(others.iter().all(|other| Scope::of(other).hash() != vector));
}

#[test]
fn what_differs_is_named() {
    let first = Scope::of(&json!({ "ids": [1, 2], "by": "admin", "op": "x" }));
    let differs = |other: Value| Scope::of(&other).differs(&first.parts());
    assert_eq!(differs(json!({ "op": "x", "by": "admin", "ids": [1, 2] })), [""; 0]);
    assert_eq!(differs(json!({ "op": "x", "by": "admin", "ids": [2, 1] })), ["ids"]);
    assert_eq!(differs(json!({ "op": "x", "ids": [1, 2], "note": null })), ["by", "note"]);
}

/// Any JSON of whole numbers.
fn anything() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The same JSON, written with its keys in the opposite order and with white space.
fn written_backwards(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|a, b| b.0.cmp(a.0));
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(name, value)| format!("{} : {}", Value::from(name.as_str()), written_backwards(value)))
                .collect();
            format!("{{ {} }}", fields.join(" ,\n"))
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(written_backwards).collect();
            format!("[ {} ]", values.join("\t, "))
        }
        scalar => scalar.to_string(),
    }
}

proptest! {
    #[test]
    fn order_of_keys_and_white_space_mean_nothing(value in anything()) {
        let other: Value = serde_json::from_str(&written_backwards(&value)).unwrap();
        prop_assert_eq!(canonical(&other), canonical(&value));
        prop_assert_eq!(Scope::of(&other), Scope::of(&value));
    }

    #[test]
    fn canonical_json_says_the_same(value in anything()) {
        let text = canonical(&value);
        let read: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(canonical(&read), text);
    }

    #[test]
    fn order_of_a_list_means_something(values in prop::collection::vec(any::<i64>(), 2..8)) {
        let backwards: Vec<i64> = values.iter().rev().copied().collect();
        let same = Scope::of(&json!({ "ids": values })) == Scope::of(&json!({ "ids": backwards }));
        prop_assert_eq!(same, values == backwards);
    }

    #[test]
    fn whole_numbers_stay_exact(signed in any::<i64>(), unsigned in any::<u64>()) {
        let written = format!("[{signed},{unsigned}]");
        prop_assert_eq!(canonical(&serde_json::from_str(&written).unwrap()), written);
    }

    #[test]
    fn other_values_have_other_scopes(a in anything(), b in anything()) {
        prop_assert_eq!(Scope::of(&a).hash() == Scope::of(&b).hash(), a == b);
    }

    #[test]
    fn the_hash_is_64_hex_digits(value in anything()) {
        let scope = Scope::of(&value);
        prop_assert!(scope.hash().len() == 64 && scope.hash().bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    }

    #[test]
    fn parts_name_every_field(fields in prop::collection::btree_map(any::<String>(), any::<i64>(), 0..8)) {
        let value = Value::Object(fields.iter().map(|(name, n)| (name.clone(), json!(n))).collect::<Map<_, _>>());
        let scope = Scope::of(&value);
        prop_assert!(scope.parts().keys().eq(fields.keys()));
    }
}
