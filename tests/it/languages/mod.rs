//! The languages: no catalogue lacks a phrase, each is seen whole in one snapshot, and nothing grows past what Telegram takes.

mod catalogues;

use countersign::domain::language::Language;
use countersign::text::{Phrase, Words};

fn words(language: Language) -> Words {
    Words::new(chrono_tz::Tz::UTC).in_language(language)
}

/// Every line the bot can say, in one place to be read.
fn every_phrase(language: Language) -> String {
    let lines: Vec<String> = Phrase::samples()
        .iter()
        .map(|phrase| {
            let kind = format!("{phrase:?}");
            let kind = kind.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
            format!("[{kind}]\n{}", words(language).say(phrase))
        })
        .collect();
    for line in &lines {
        let said = line.split_once('\n').unwrap().1;
        assert!(!said.contains(['{', '}', '!']) && !said.replace("   ", "").contains("  "), "{line}");
        assert!(!said.chars().any(|c| ('\u{2066}'..='\u{2069}').contains(&c)), "isolation marks: {line}");
    }
    lines.join("\n\n")
}

#[test]
fn every_phrase_in_english() {
    insta::assert_snapshot!(every_phrase(Language::English));
}

#[test]
fn every_phrase_in_german() {
    insta::assert_snapshot!(every_phrase(Language::German));
}
