//! The grammar of commands and ids.

use countersign::command::ids::parse;
use countersign::command::{COMMANDS, Meaning, Query, Why, find, nearest, read};
use countersign::domain::ask::Ask;
use countersign::domain::operation::{Decision, Operation};
use proptest::prelude::*;

fn ids(text: &str) -> Result<Vec<i64>, (String, usize, Why)> {
    parse(text)
        .map(|ids| ids.iter().map(|id| id.get()).collect())
        .map_err(|what| (what.token, what.position, what.why))
}

fn bad(text: &str) -> (String, usize, Why) {
    ids(text).expect_err(text)
}

#[test]
fn all_forms_of_ids() {
    assert_eq!(ids(" 1,2,3").unwrap(), [1, 2, 3]);
    assert_eq!(ids(" 1 2\t3\n#7").unwrap(), [1, 2, 3, 7]);
    assert_eq!(ids(" 4-9, #12 ,, 1").unwrap(), [4, 5, 6, 7, 8, 9, 12, 1]);
    assert_eq!(ids(" #4-#6 8–9").unwrap(), [4, 5, 6, 8, 9]);
    assert_eq!(ids("\u{3000}7\u{2003}8").unwrap(), [7, 8]);
    assert_eq!(ids(" 1 1").unwrap(), [1, 1], "doubles are kept here and counted once by the rules");
    assert_eq!(ids(" 9007199254740991").unwrap(), [9_007_199_254_740_991]);
}

#[test]
fn what_is_wrong_and_where() {
    let at = |token: &str, position, why| (token.to_owned(), position, why);
    assert_eq!(bad(""), at("", 1, Why::NoIds));
    assert_eq!(bad(" , "), at("", 1, Why::NoIds));
    assert_eq!(bad(" 1, x7, 2"), at("x7", 4, Why::NotANumber));
    assert_eq!(bad(" 0"), at("0", 1, Why::Zero));
    assert_eq!(bad(" -3"), at("-3", 1, Why::Negative));
    assert_eq!(bad(" 9-4"), at("9-4", 1, Why::ReversedRange));
    assert_eq!(bad(" 1-501"), at("1-501", 1, Why::RangeTooLong { asked: 501, limit: 500 }));
    assert_eq!(bad(" 9007199254740992"), at("9007199254740992", 1, Why::TooLarge));
    assert_eq!(bad(" 99999999999999999999999"), at("99999999999999999999999", 1, Why::TooLarge));
    assert_eq!(bad(" ١٢"), at("١٢", 1, Why::NotANumber), "only ASCII digits are digits");
    assert_eq!(bad(" 7."), at("7.", 1, Why::Marks));
    assert_eq!(bad(" 3, 1;2"), at("1;2", 4, Why::Marks));
    for odd in ["+7", "##7", "#", "1-", "1-2-3", "--1", "1e3", "0x1", "７"] {
        assert!(ids(odd).is_err(), "{odd}");
    }
    let many: Vec<String> = (1..=501).map(|n| n.to_string()).collect();
    assert_eq!(bad(&many.join(",")).2, Why::TooManyIds { limit: 500 });
}

#[test]
fn commands_are_read() {
    let spoken = read("/approve@This_Bot 1,2").unwrap();
    assert_eq!((spoken.name, spoken.addressed_to, spoken.rest), ("approve", Some("This_Bot"), " 1,2"));
    assert_eq!(read("/approve\n1").unwrap().name, "approve");
    assert!(
        read("approve 1").is_none() && read("/ 1").is_none() && read("").is_none() && read("//x").is_none()
    );
    assert_eq!(find("APPROVE").unwrap().name, "approve");
    assert!(find("approves").is_none() && find("/approve").is_none());
    for (typo, meant) in
        [("aprove", "approve"), ("pendng", "pending"), ("approve1,2", "approve"), ("hlep", "help")]
    {
        assert_eq!(nearest(typo), Some(meant), "{typo}");
    }
    assert_eq!(nearest("dance"), None);
}

#[test]
fn every_example_is_understood() {
    for command in COMMANDS {
        for example in command.examples {
            let spoken = read(example).unwrap();
            assert_eq!(find(spoken.name).unwrap().name, command.name);
            (command.parse)(spoken.rest).unwrap();
        }
    }
    assert_eq!(
        (find("pending").unwrap().parse)("").unwrap(),
        Meaning::Query(Query::Ask(Ask::Pending { page: 1, words: vec![] }))
    );
    let asked = |words: &[&str], page| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Meaning::Query(Query::Ask(Ask::Pending { page, words }))
    };
    let pending = |rest| (find("pending").unwrap().parse)(rest);
    assert_eq!(pending(" Invoice RENT 12 ").unwrap(), asked(&["invoice", "rent"], 12));
    assert_eq!(pending(" 2024 report").unwrap(), asked(&["2024", "report"], 1), "a page stands last");
    for odd in ["0", "9999999", "a b c d e f", "a\u{202e}b"] {
        assert!(pending(odd).is_err(), "nothing is ignored in silence: {odd}");
    }
    assert!((find("help").unwrap().parse)(" now").is_ok(), "help is given whatever follows");
    assert!((find("start").unwrap().parse)(" deep-link").is_ok(), "Telegram may send a word along");
}

#[test]
fn few_numbers_are_decided_at_once_and_all_else_is_shown_first() {
    let asked = |command: &str, rest: &str| match (find(command).unwrap().parse)(rest).unwrap() {
        Meaning::Operation(operation) => operation,
        other => panic!("{other:?}"),
    };
    for few in ["1-10", "1,1,2,3,4,5,6,7,8,9,10", "7"] {
        assert!(matches!(asked("approve", few), Operation::Decide { .. }), "{few}");
        assert!(matches!(asked("reject", few), Operation::Decide { .. }), "{few}");
    }
    for many in ["1-11", "1-3 !2", "1,2 !9", "all", "kind:bill", "all !3"] {
        assert!(matches!(asked("approve", many), Operation::Prepare { .. }), "{many}");
        assert!(matches!(asked("reject", &format!("{many}: too late")), Operation::Prepare { .. }), "{many}");
    }
}

#[test]
fn numbers_joined_by_other_marks_are_not_taken_for_a_reason() {
    let why = |rest| match (find("reject").unwrap().parse)(rest) {
        Err(what) => (what.token, what.position, what.why),
        Ok(meaning) => panic!("{meaning:?}"),
    };
    assert_eq!(why(" 7. wrong amount"), ("7.".to_owned(), 1, Why::Marks));
    assert_eq!(why(" 1;2 wrong"), ("1;2".to_owned(), 1, Why::Marks));
    assert_eq!(why(" #4x wrong"), ("#4x".to_owned(), 1, Why::NotANumber));
    assert_eq!(why(" wrong amount").2, Why::NoIds);
}

/// One id or range as a person might write it, and what it stands for.
fn part() -> impl Strategy<Value = (String, Vec<i64>)> {
    let single = (1_i64..9_007_199_254_740_991, any::<bool>())
        .prop_map(|(id, hash)| (format!("{}{id}", if hash { "#" } else { "" }), vec![id]));
    let range = (1_i64..1_000_000, 0_i64..10, any::<bool>()).prop_map(|(first, more, dash)| {
        let dash = if dash { '–' } else { '-' };
        (format!("{first}{dash}{}", first + more), (first..=first + more).collect())
    });
    prop_oneof![3 => single, 1 => range]
}

fn separator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![",", " ", ", ", "\n", "\t", " ,, ", "\u{a0}"])
}

fn garbage() -> impl Strategy<Value = String> {
    "[a-z+.:;!?*]{1,6}[0-9]{0,2}"
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_in_its_order(parts in prop::collection::vec((part(), separator()), 1..30)) {
        let text: String = parts.iter().map(|((text, _), separator)| format!("{text}{separator}")).collect();
        let meant: Vec<i64> = parts.iter().flat_map(|((_, ids), _)| ids.clone()).collect();
        prop_assert_eq!(ids(&format!(" {text}")).unwrap(), meant);
    }

    #[test]
    fn one_bad_part_and_nothing_is_read(
        before in prop::collection::vec((part(), separator()), 0..8),
        bad in garbage(),
        after in prop::collection::vec((part(), separator()), 0..8),
    ) {
        let written = |parts: &[((String, Vec<i64>), &str)]| -> String {
            parts.iter().map(|((text, _), separator)| format!("{text}{separator}")).collect()
        };
        let head = written(&before);
        let (token, position, _) = ids(&format!(" {head}{bad} {}", written(&after))).unwrap_err();
        prop_assert_eq!((token, position), (bad, head.chars().count() + 1));
    }

    #[test]
    fn nothing_makes_it_panic(text in "\\PC{0,200}", more in any::<String>()) {
        let _ = ids(&text);
        let _ = ids(&more);
        for text in [text, more] {
            if let Some(spoken) = read(&text) {
                let _ = nearest(spoken.name);
            }
        }
    }
}

type Rejection = (Vec<i64>, Option<String>);

/// The ids and the reason of `/reject`, or what was not understood.
fn reject(rest: &str) -> Result<Rejection, (String, usize, Why)> {
    match (find("reject").unwrap().parse)(rest) {
        Ok(Meaning::Operation(Operation::Decide { decision: Decision::Reject, ids, reason, .. })) => {
            Ok((ids.iter().map(|id| id.get()).collect(), reason.map(|reason| reason.to_string())))
        }
        Ok(other) => panic!("{other:?}"),
        Err(what) => Err((what.token, what.position, what.why)),
    }
}

#[test]
fn a_reason_follows_the_items() {
    let some = |ids: &[i64], reason: &str| Ok((ids.to_vec(), Some(reason.to_owned())));
    assert_eq!(reject(" 4 wrong amount"), some(&[4], "wrong amount"));
    assert_eq!(reject(" 4"), Ok((vec![4], None)));
    assert_eq!(reject(" 4 5\n6"), Ok((vec![4, 5, 6], None)), "without a reason ids are named as ever");
    assert_eq!(reject(" 4, 5,7-9 too  late\nby far"), some(&[4, 5, 7, 8, 9], "too late by far"));
    assert_eq!(reject(" #4 #5 twice"), some(&[4, 5], "twice"));
    assert_eq!(reject(" 4 – wrong"), some(&[4], "wrong"));
    assert_eq!(reject(" 4 5: 2 bills are missing"), some(&[4, 5], "2 bills are missing"));
    assert_eq!(reject(" 4: no: never"), some(&[4], "no: never"));
    assert_eq!(reject(" 4 3rd reminder"), some(&[4], "3rd reminder"));
}

#[test]
fn words_never_decide_by_accident() {
    let at = |token: &str, position, why| Err((token.to_owned(), position, why));
    assert_eq!(reject(" 4 2 bills are missing"), at("2", 3, Why::ItemOrReason));
    assert_eq!(reject(" 4,5 6 no"), at("6", 5, Why::ItemOrReason));
    assert_eq!(reject(" 4,x7 no"), at("x7", 3, Why::NotANumber));
    assert_eq!(reject(" wrong amount"), at("", 1, Why::NoIds));
    assert_eq!(reject(" 0 no"), at("0", 1, Why::Zero));
    assert_eq!(reject(" 4 a\u{202e}b"), at("ab", 3, Why::HiddenCharacter));
    assert_eq!(reject(&format!(" 4 {}", "x".repeat(301))).unwrap_err().2, Why::ReasonTooLong { limit: 300 });
}
