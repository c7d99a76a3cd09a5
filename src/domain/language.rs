//! The languages in which people are answered.

/// A language in which people are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its code (ISO 639-1), as settings and Telegram write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language with this very code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The language for somebody whose app is in `tag` (`de`, `de-AT`): English for those we do not speak.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        tag.split(['-', '_']).next().and_then(Self::from_code).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_begins_with_its_language() {
        for tag in ["de", "DE", "de-AT", "de_CH"] {
            assert_eq!(Language::of(tag), Language::German, "{tag}");
        }
        for tag in ["en", "en-GB", "fr", "den", "", "-de"] {
            assert_eq!(Language::of(tag), Language::English, "{tag}");
        }
    }
}
