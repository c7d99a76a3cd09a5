//! How wide a text is, about: the widths of Helvetica, which Arial and Liberation Sans
//! share. A picture must
//! not differ from machine to machine, so that no font is asked.

/// From the space to `~`, in thousandths of the font's size.
const WIDTHS: [u32; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// Any other sign.
const OTHER: u32 = 600;

/// How wide a line is in a font of this size, with a little to spare.
pub fn width(line: &str, size: u32) -> u32 {
    let of = |c: char| WIDTHS.get((u32::from(c) as usize).wrapping_sub(32)).copied().unwrap_or(OTHER);
    let thousandths: u32 = line.chars().map(of).sum();
    thousandths * size * 102 / 100_000 + 1
}

/// The text in lines no wider than this, broken between words, but not after an item's number.
pub fn wrap(text: &str, size: u32, widest: u32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_inclusive(' ').collect::<Vec<_>>().chunk_by(|one, _| one.starts_with('#'))
        {
            let word = word.concat();
            let word = word.trim_end_matches(' ');
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if width(&longer, size) > widest && !line.is_empty() {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            } else {
                line = longer;
            }
        }
        lines.push(line);
    }
    lines
}
