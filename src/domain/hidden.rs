//! Characters that nobody sees, or that make others read otherwise than they stand.

/// Control characters, those that override or isolate the direction of text (Unicode, UAX #9), and those of no width
/// that join nothing.
#[must_use]
pub fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
}
