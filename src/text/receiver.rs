//! What owners are told of systems that cannot be told of decisions.

use super::{Text, Words};

impl Words {
    /// Decisions cannot be told to this receiver, or it says itself that it is gone.
    #[must_use]
    pub fn receiver_fails(&self, receiver: &str, gone: bool) -> Text {
        let phrase = if gone { "receiver-gone" } else { "receiver-fails" };
        Text::new(&self.catalog().get(phrase, &[("receiver", receiver)]))
    }
}
