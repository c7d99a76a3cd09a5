//! Where in Telegram something was said, or is to be said.

/// Where something is said: a chat, the topic in it, and the message it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The Telegram chat.
    pub chat: i64,
    /// The topic in it.
    pub topic: Option<i64>,
    /// The message that is answered.
    pub message: Option<i64>,
}
