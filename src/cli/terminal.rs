//! Lines to whoever started the program. A reader that is gone (a closed pipe, a full disk) changes neither what is done nor
//! the exit code, on which scripts rely: what cannot be written is let go.

/// A line on standard output.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        drop(writeln!(std::io::stdout(), $($line)*));
    }};
}

/// A line on standard error.
macro_rules! note {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        drop(writeln!(std::io::stderr(), $($line)*));
    }};
}

pub(super) use {note, say};
