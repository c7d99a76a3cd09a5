//! The catalogue of messages. Numbers go in as texts, so that no locale's grouping creeps into an id.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("en.ftl");

/// The messages of one language.
pub(super) struct Catalog(FluentBundle<FluentResource>);

impl Catalog {
    pub(super) fn english() -> Self {
        // A mistake in the catalogue is found by the test that renders every phrase; here it costs that phrase alone.
        let resource = FluentResource::try_new(ENGLISH.to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(?errors, "the English catalogue has mistakes");
            resource
        });
        let mut bundle =
            FluentBundle::new_concurrent(vec!["en".parse::<LanguageIdentifier>().unwrap_or_default()]);
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
}
