//! Characters that nobody sees, or that make others read otherwise than they stand.

/// What people read as the mark before a username.
const AT_SIGNS: [char; 3] = ['@', '\u{FF20}', '\u{FE6B}'];

/// What somebody calls themselves, as it can stand beside what others are called: without what hides, and without a mark
/// that would make a username of it. Empty where nothing is left that can be seen.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !hides(*c) && !AT_SIGNS.contains(c)).collect();
    let is_seen = plain.chars().any(|c| !c.is_whitespace() && !is_blank(c));
    if is_seen { plain.split_whitespace().collect::<Vec<_>>().join(" ") } else { String::new() }
}

/// Characters that show nothing by themselves: joiners, variation selectors, fillers, tags.
const fn is_blank(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200C}' | '\u{200D}' | '\u{2061}'..='\u{2064}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Control characters, those that override or isolate the direction of text (Unicode, UAX #9), and those of no width
/// that join nothing.
#[must_use]
pub fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_what_it_is_and_nothing_else() {
        for (name, plain) in [
            ("Nora \u{202e}gpj\nX", "Nora gpjX"),
            ("\u{200b}\u{2060}", ""),
            ("\u{200d}\u{3164} \u{e0041}", ""),
            ("@lee", "lee"),
            ("Kim \u{ff20}lee", "Kim lee"),
            (" Zo\u{00eb}  \u{1f469}\u{200d}\u{1f680} ", "Zo\u{00eb} \u{1f469}\u{200d}\u{1f680}"),
        ] {
            assert_eq!(plain_name(name), plain, "{name:?}");
        }
    }
}
