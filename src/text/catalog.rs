//! The catalogues of messages, one a language. Numbers go in as texts, so that no locale's grouping creeps into an id.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::command::Command;
use crate::domain::language::Language;

/// The catalogues of all languages.
pub(super) struct Catalogs {
    english: Catalog,
    german: Catalog,
}

/// The messages of one language.
pub(super) struct Catalog(FluentBundle<FluentResource>);

impl Catalogs {
    pub(super) fn new() -> Self {
        Self {
            english: Catalog::new(Language::English, include_str!("en.ftl")),
            german: Catalog::new(Language::German, include_str!("de.ftl")),
        }
    }

    pub(super) const fn of(&self, language: Language) -> &Catalog {
        match language {
            Language::English => &self.english,
            Language::German => &self.german,
        }
    }
}

impl Catalog {
    fn new(language: Language, source: &str) -> Self {
        // A mistake in the catalogue is found by the test that renders every phrase; here it costs that phrase alone.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(?language, ?errors, "the catalogue has mistakes");
            resource
        });
        let locale = language.code().parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Invisible isolation marks would shift the offsets of entities.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self(bundle)
    }

    /// The message `id` with its variables; its bare id where it is missing, which a test refuses.
    pub(super) fn get(&self, id: &str, variables: &[(&str, &str)]) -> String {
        let Some(pattern) = self.0.get_message(id).and_then(|message| message.value()) else {
            tracing::error!(id, "a message is missing from the catalogue");
            return format!("{{{id}}}");
        };
        let args: FluentArgs<'_> = variables.iter().map(|(name, value)| (*name, *value)).collect();
        let mut errors = Vec::new();
        let words = self.0.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "a message lacks a variable");
        }
        words
    }

    /// What a command is for: the registry's own words in English.
    pub(super) fn purpose(&self, command: &Command) -> String {
        self.of_command("purpose", command, command.purpose)
    }

    /// How a command is written: the registry's own words in English.
    pub(super) fn usage(&self, command: &Command) -> String {
        self.of_command("usage", command, command.usage)
    }

    fn of_command(&self, what: &str, command: &Command, english: &str) -> String {
        let id = format!("{what}-{}", command.name);
        if self.0.has_message(&id) { self.get(&id, &[]) } else { english.to_owned() }
    }

    /// `1,240`.
    pub(super) fn thousands(&self, number: usize) -> String {
        let (digits, mark) = (number.to_string(), self.get("thousands", &[]));
        let mut out = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.push_str(&mark);
            }
            out.push(digit);
        }
        out
    }
}
