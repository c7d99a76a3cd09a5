//! Payloads: what is taken, exactly kept, and shown so that nothing in it hides.

use countersign::domain::new_item::NewItem;
use countersign::domain::payload::{NoPayload, Payload};
use countersign::domain::scope::sha256;
use countersign::limits::PAYLOAD_BYTES_MAX;
use proptest::prelude::*;

fn kept(json: &str) -> String {
    Payload::read(json).unwrap().unwrap().as_str().to_owned()
}

#[test]
fn what_is_taken_is_kept_in_its_canonical_form() {
    assert_eq!(
        kept(r#" { "b" : [1, 2.50, true], "a" : "é\n\u0000" } "#),
        r#"{"a":"é\n\u0000","b":[1,2.5,true]}"#
    );
    assert_eq!(kept("\"text\""), "\"text\"");
    assert_eq!(kept("0"), "0");
    // What a writer of another language would make of the same number is made of it here.
    assert_eq!(kept("[1.0, 1e5, -0.0, 123456789012345e1, 25e-1]"), "[1,100000,0,1234567890123450,2.5]");
    assert_eq!(Payload::read(" null ").unwrap(), None);
}

#[test]
fn numbers_that_readers_would_round_are_refused() {
    for whole in
        ["9007199254740991", "-9007199254740991", "0", "123456.78", "1e15", "0.000123456789012345", "-0.0"]
    {
        assert!(Payload::read(&format!("[{whole}]")).is_ok(), "{whole}");
    }
    let rounded = [
        "9007199254740992",
        "-9007199254740992",
        "-9223372036854775808",
        "18446744073709551616",
        "1.0000000000000001",
        "1234567890123456.7",
        "1e308000",
        "1e-320",
        "1e16",
        "0.00001",
        "1e-7",
        "9007199254740992.0",
        "-0",
    ];
    for number in rounded {
        let read = Payload::read(&format!(r#"{{"a":[true,"7",{number}]}}"#));
        let json = number == "1e308000";
        assert!(
            matches!(read, Err(NoPayload::Number(ref told)) if told == number) || json,
            "{number}: {read:?}"
        );
        assert!(read.is_err());
    }
    assert!(
        Payload::read(r#"{"9007199254740992":"18446744073709551616\"1e999"}"#).is_ok(),
        "text is no number"
    );
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    for json in [r#"{"a":1,"a":1}"#, r#"[{"x":{"a":1,"b":2,"a":3}}]"#, r#"{"a":1,"\u0061":2}"#] {
        assert!(matches!(Payload::read(json), Err(NoPayload::Json(_))), "{json}");
    }
    for json in ["", "{", "[1,]", "nul", "\"\\ud800\"", &"[".repeat(200)] {
        assert!(matches!(Payload::read(json), Err(NoPayload::Json(_))), "{json}");
    }
}

#[test]
fn it_is_bounded() {
    let sized = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    assert!(Payload::read(&sized(PAYLOAD_BYTES_MAX)).is_ok());
    assert_eq!(Payload::read(&sized(PAYLOAD_BYTES_MAX + 1)), Err(NoPayload::Length(PAYLOAD_BYTES_MAX + 1)));
}

#[test]
fn it_is_shown_in_lines() {
    let payload =
        Payload::read(r#"{"to":"Homes Ltd","lines":[{"eur":1200.5},[]],"none":{}}"#).unwrap().unwrap();
    let (text, more) = payload.pretty(1000);
    insta::assert_snapshot!(text, @r#"
    {
      "lines": [
        {
          "eur": 1200.5
        },
        []
      ],
      "none": {},
      "to": "Homes Ltd"
    }
    "#);
    assert_eq!(more, 0);
    let (begin, rest) = payload.pretty(10);
    assert_eq!((begin.chars().count(), rest), (10, text.chars().count() - 10));
}

#[test]
fn nothing_in_it_hides_or_turns_around() {
    let payload = Payload::read(r#"{"a\u202eb":"\u0000\u0007\u2066x\u200b\ufeff é 😀"}"#).unwrap().unwrap();
    let (text, _) = payload.pretty(1000);
    assert_eq!(text, "{\n  \"a\\u202eb\": \"\\u0000\\u0007\\u2066x\\u200b\\ufeff é 😀\"\n}");
}

#[test]
fn deep_data_does_not_grow_when_it_is_shown() {
    let deep = format!("{}{}{}", "[".repeat(120), vec!["1"; 15_000].join(","), "]".repeat(120));
    let (text, more) = Payload::read(&deep).unwrap().unwrap().pretty(6000);
    assert!(text.chars().count() == 6000 && more < 15_000 * 20, "{more}");
}

/// `printf '{"detail":null,"kind":"bill","payload":{"invoice":77},"title":"rent"}' | sha256sum`
#[test]
fn the_content_hash_binds_it() {
    let item = || NewItem::new("bill", "rent", None).unwrap();
    let with = item().with_payload(Payload::read(r#"{ "invoice" : 77 }"#).unwrap());
    assert_eq!(
        with.content_hash(),
        sha256(r#"{"detail":null,"kind":"bill","payload":{"invoice":77},"title":"rent"}"#)
    );
    assert_ne!(with.content_hash(), item().content_hash());
    assert_eq!(item().with_external_id(Some("x")).unwrap().content_hash(), item().content_hash());
}

proptest! {
    /// Any text inside a string comes back as it was, and is shown without a character that hides.
    #[test]
    fn any_text_is_kept_and_visible(text in ".*") {
        let json = serde_json::Value::from(text.clone()).to_string();
        let payload = Payload::read(&json).unwrap().unwrap();
        prop_assert_eq!(payload.value(), serde_json::Value::from(text));
        let (shown, _) = payload.pretty(100_000);
        prop_assert!(!shown.chars().any(countersign::domain::hidden::hides), "{}", shown);
        let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
        prop_assert_eq!(read, payload.value());
    }

    /// Every number of at most 15 digits comes back as the same number, written without an exponent.
    #[test]
    fn numbers_are_kept(digits in 1_i64..1_000_000_000_000_000, exponent in -4_i32..1) {
        let written = format!("{digits}e{exponent}");
        let payload = Payload::read(&written).unwrap().unwrap();
        prop_assert!(!payload.as_str().contains('e') && !payload.as_str().ends_with(".0"), "{}", payload.as_str());
        let again: f64 = payload.as_str().parse().unwrap();
        let expected: f64 = written.parse().unwrap();
        prop_assert_eq!(again.to_bits(), expected.to_bits());
        prop_assert_eq!(Payload::read(payload.as_str()).unwrap(), Some(payload));
    }
}
