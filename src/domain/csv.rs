//! Records of a CSV file (RFC 4180).

/// What a spreadsheet takes for the beginning of a formula, half and full width, and what it passes over before one.
const FORMULAS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A record with the end of its line. A cell that a spreadsheet would take for a formula begins with an apostrophe, which
/// makes it a text there: reasons and names are anybody's.
#[must_use]
pub fn record<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(&harmless(cell.as_ref()))).collect();
    format!("{}\r\n", cells.join(","))
}

fn harmless(cell: &str) -> String {
    if cell.starts_with(FORMULAS) { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}
