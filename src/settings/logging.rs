//! What is logged, and how.

use tracing_subscriber::EnvFilter;

use super::environment::Environment;
use super::problem::Problems;

/// Without what libraries tell of each step of the schema, and PostgreSQL of what is there already.
const DEFAULT: &str = "info,sea_orm_migration=warn,sqlx::postgres::notice=warn";

/// How lines of the log look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct Logging {
    /// The directives of `RUST_LOG`.
    pub filter: String,
    /// How lines look.
    pub format: Format,
}

impl Logging {
    pub(super) fn read(environment: &Environment, problems: &mut Problems) -> Self {
        let filter = environment.get("RUST_LOG", problems).unwrap_or_else(|| DEFAULT.to_owned());
        if EnvFilter::try_new(&filter).is_err() {
            problems.add("RUST_LOG", format!("is {filter:?}, which is not understood"));
        }
        let format = match environment.get("LOG_FORMAT", problems).as_deref() {
            None | Some("text") => Format::Text,
            Some("json") => Format::Json,
            Some(other) => {
                problems.add("LOG_FORMAT", format!("is {other:?}; it must be text or json"));
                Format::Text
            }
        };
        Self { filter, format }
    }
}
