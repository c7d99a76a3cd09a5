//! The languages: no catalogue lacks a phrase, each is seen whole in one snapshot, and nothing grows past what Telegram takes.

mod catalogues;
mod crowded;
mod figures;
mod outcomes;
mod roles;
mod samples;

use std::collections::BTreeSet;

use countersign::command::COMMANDS;
use countersign::domain::item::ItemState;
use countersign::domain::language::Language;
use countersign::domain::zone::Zone;
use countersign::text::{Phrase, Text, Words};

use self::samples::Size;
use crate::support::books::noon;

fn words(language: Language) -> Words {
    Words::new(Zone::UTC).in_language(language)
}

/// Everything that is told about items and the queue.
fn told(words: &Words, size: Size) -> Vec<Text> {
    [samples::all(words, size), figures::all(words, size)].concat()
}

/// Everything the bot can say, in one place to be read.
fn every_phrase(language: Language) -> String {
    let words = words(language);
    let line = |phrase: &Phrase<'_>| {
        let kind = format!("{phrase:?}");
        let kind = kind.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        format!("[{kind}]\n{}", words.say(phrase))
    };
    let lines = Phrase::samples().iter().map(line).collect::<Vec<_>>();
    let told = told(&words, Size::Usual).into_iter().chain(samples::captions(&words, Size::Usual));
    let told = told.map(|text| text.to_string());
    let mut seen = BTreeSet::new();
    let lines: Vec<String> = lines.into_iter().chain(told).filter(|line| seen.insert(line.clone())).collect();
    for line in &lines {
        // `!7` leaves an item out.
        let line = line.replace("!7", "").replace("   ", "");
        assert!(!line.contains(['{', '}', '!']) && !line.contains("  "), "{line}");
        assert!(!line.chars().any(|c| ('\u{2066}'..='\u{2069}').contains(&c)), "isolation marks: {line}");
    }
    lines.join("\n\n")
}

#[test]
fn every_phrase_in_english() {
    let said = every_phrase(Language::English);
    catalogues::shows_all_of(catalogues::ENGLISH, &said);
    insta::assert_snapshot!(said);
}

#[test]
fn every_phrase_in_german() {
    let said = every_phrase(Language::German);
    catalogues::shows_all_of(catalogues::GERMAN, &said);
    insta::assert_snapshot!(said);
}

/// What Telegram takes (Bot API): a message of 4,096 UTF-16 units, a toast of 200 characters, a purpose of 256. A button's
/// caption that is longer than this is cut by apps.
fn fits(language: Language) {
    let words = words(language);
    for text in told(&words, Size::Longest) {
        let units = text.as_str().encode_utf16().count();
        assert!((1..=4096).contains(&units), "{units} units: {text}");
        assert!(text.cut(200).as_str().chars().count() <= 200);
    }
    for caption in samples::captions(&words, Size::Longest) {
        // A policy's own reason has 40 characters; what we write ourselves is not cut by narrow phones.
        assert!((1..=40).contains(&caption.as_str().chars().count()), "{caption}");
    }
    for phrase in Phrase::samples() {
        let text = words.say(&phrase);
        let most = if matches!(phrase, Phrase::Help { .. }) { 4096 } else { 1000 };
        assert!((1..=most).contains(&text.as_str().encode_utf16().count()), "{text}");
        let toast = matches!(
            phrase,
            Phrase::NoButtonHere
                | Phrase::ReadFirst
                | Phrase::DetailsSent
                | Phrase::ExpiredButton
                | Phrase::NotYourButton
                | Phrase::PageForgotten
                | Phrase::CameMeanwhile { .. }
                | Phrase::SayWhy { .. }
        );
        assert!(!toast || text.as_str().chars().count() <= 200, "a toast is not cut: {text}");
    }
    for command in COMMANDS {
        assert!((1..=256).contains(&words.purpose(command).as_str().chars().count()), "{}", command.name);
    }
}

#[test]
fn nothing_in_english_is_longer_than_telegram_takes() {
    fits(Language::English);
}

#[test]
fn nothing_in_german_is_longer_than_telegram_takes() {
    fits(Language::German);
}

/// However long its contents are, a card says in its last lines who asks, what was decided and what to do.
#[test]
fn a_card_of_the_longest_contents_is_whole() {
    for words in Language::ALL.map(words) {
        for state in [ItemState::Pending, ItemState::Rejected] {
            let card = words.card(&Size::Longest.portrait(1, state), noon());
            assert!(card.as_str().contains("1a2b3c4d") && !card.as_str().ends_with('…'), "{card}");
        }
    }
}
