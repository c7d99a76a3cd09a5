//! Words as HTML: escaped, with the little of Markdown that the document's descriptions use (paragraphs, headings, lists,
//! code, bold).

/// Text as it may stand in HTML, in an attribute too.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A line: code between backticks, bold between doubled asterisks.
pub(super) fn line(text: &str) -> String {
    let mut out = String::new();
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 1 {
            out.push_str(&format!("<code>{}</code>", escaped(part)));
            continue;
        }
        for (place, part) in part.split("**").enumerate() {
            let part = escaped(part);
            out.push_str(&if place % 2 == 1 { format!("<strong>{part}</strong>") } else { part });
        }
    }
    out
}

/// Blocks between empty lines.
pub(super) fn blocks(text: &str) -> String {
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(block).collect()
}

fn block(block: &str) -> String {
    if let Some(heading) = block.strip_prefix("## ") {
        return format!("<h2 id=\"{}\">{}</h2>", anchor(heading), line(heading));
    }
    if block.starts_with("- ") {
        let entries = block.split("\n- ").map(|entry| entry.trim_start_matches("- "));
        let entries: String = entries.map(|entry| format!("<li>{}</li>", line(entry))).collect();
        return format!("<ul>{entries}</ul>");
    }
    format!("<p>{}</p>", line(block))
}

/// The headings of a text, each with its anchor.
pub(super) fn headings(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.lines().filter_map(|line| line.strip_prefix("## ")).map(|heading| (anchor(heading), heading))
}

/// What a heading, a shape or a group is reached by.
pub(super) fn anchor(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(plain).collect()
}
