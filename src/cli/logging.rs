//! The log: to standard error, as text or JSON lines.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::settings::{Format, Logging};

/// Starts logging; a second start changes nothing.
pub(super) fn start(logging: &Logging) {
    // The filter was read before, with the settings.
    let filter = EnvFilter::try_new(&logging.filter).unwrap_or_default();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only a logger that was set before can refuse another: then that one goes on.
    let _ = match logging.format {
        Format::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        Format::Json => lines.json().try_init(),
    };
}
