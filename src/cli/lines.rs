//! Lines that a person types, or that a script sends.

use std::io::IsTerminal;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Stdin};

/// Most bytes of one line: Telegram takes 4,096 characters.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// The lines of standard input.
pub(super) struct Lines {
    input: BufReader<Stdin>,
    /// Whether a person types them.
    pub(super) are_typed: bool,
}

impl Lines {
    pub(super) fn of_stdin() -> Self {
        Self { input: BufReader::new(tokio::io::stdin()), are_typed: std::io::stdin().is_terminal() }
    }

    /// The next line, trimmed; `None` at the end of the input.
    pub(super) async fn next(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.input).take(LINE_BYTES_MAX);
        let read = bounded.read_until(b'\n', &mut line).await?;
        Ok((read > 0).then(|| String::from_utf8_lossy(&line).trim().to_owned()))
    }
}
