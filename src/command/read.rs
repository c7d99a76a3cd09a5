//! From a message's text to a command's name, its addressee and its arguments.

/// Most characters of a command's name (Bot API, BotCommand).
const NAME_CHARS_MAX: usize = 32;

/// A message that begins like a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spoken<'a> {
    /// The name without the slash, as it was written.
    pub name: &'a str,
    /// The username behind `@`.
    pub addressed_to: Option<&'a str>,
    /// All that follows.
    pub rest: &'a str,
}

/// Reads `/name`, `/name@bot` and what follows after white space; `None` for any other text.
#[must_use]
pub fn read(text: &str) -> Option<Spoken<'_>> {
    let text = text.strip_prefix('/')?;
    let (head, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    let (name, addressed_to) = match head.split_once('@') {
        Some((name, bot)) => (name, Some(bot)),
        None => (head, None),
    };
    // What is glued to the bot's name (`/approve@bot,1`) belongs to what follows.
    let glued = addressed_to.map_or(0, |bot| bot.len() - name_of(bot).len());
    let rest = text.get(head.len() - glued..).unwrap_or(rest);
    let addressed_to = addressed_to.map(name_of);
    // What is written together (`/approve,1`) ends the name too, and its rest must not be lost: the name then is not
    // a command's, and the answer asks what was meant.
    let fits = name.chars().count() <= NAME_CHARS_MAX && name.starts_with(|c: char| c.is_ascii_alphabetic());
    fits.then_some(Spoken { name, addressed_to, rest })
}

/// The username at the beginning of `text`: letters, digits and underscores (Bot API, User).
fn name_of(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}
