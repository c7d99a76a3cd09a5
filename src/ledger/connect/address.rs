//! Where the database is: `DATABASE_URL`, read strictly. An address never shows a password.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

use sea_orm::DbBackend;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

/// The parsed `DATABASE_URL`; cheap enough to clone. Shows itself without user and password.
#[derive(Clone)]
pub struct Address(pub(super) Target);

#[derive(Clone)]
pub(super) enum Target {
    /// And whether a missing file is made.
    Sqlite(Box<SqliteConnectOptions>, bool),
    Postgres(Box<PgConnectOptions>),
}

/// What is wrong with a `DATABASE_URL`. Repeats no part of it but the names of parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It names another kind of database, or none.
    #[error("must begin with `sqlite://` or `postgres://`, such as `sqlite://countersign.db?mode=rwc`")]
    Scheme,
    /// A database in memory cannot keep a promise.
    #[error("is in memory, which forgets every key at a stop; write `sqlite://countersign.db?mode=rwc`")]
    InMemory,
    /// No file.
    #[error("names no file; write `sqlite://countersign.db?mode=rwc`")]
    NoFile,
    /// A SQLite parameter other than `mode=rw` or `mode=rwc`.
    #[error("takes `mode=rwc` (makes a missing file) or `mode=rw` after the file's name, nothing else")]
    Mode,
    /// Not an address.
    #[error("is no address ({0}); write `postgres://user:password@host:5432/name`, odd characters as %XX")]
    Malformed(String),
    /// A parameter of which we do not know what it would do.
    #[error("has the parameter `{0}`, which is not known; remove it")]
    Parameter(String),
    /// A parameter's value cannot be read.
    #[error("has a parameter whose value cannot be read; remove it, or look it up in PostgreSQL's manual")]
    Value,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, to be read after the variable's name.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let url = url.trim();
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => sqlite(url),
            "postgres" | "postgresql" => postgres(url),
            _ if url == ":memory:" => Err(AddressError::InMemory),
            _ => Err(AddressError::Scheme),
        }
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Target::Sqlite(options, _) => Some(options.get_filename()),
            Target::Postgres(_) => None,
        }
    }

    /// What a person has to mend before an SQLite file can be used; `None` where nothing is seen from outside.
    pub fn trouble(&self) -> Option<String> {
        let Target::Sqlite(options, makes) = &self.0 else { return None };
        let file = options.get_filename();
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        match std::fs::OpenOptions::new().write(true).open(file).map_err(|error| error.kind()) {
            _ if folder.is_some_and(|folder| !folder.is_dir()) => {
                Some(format!("there is no folder {}", folder.unwrap_or(file).display()))
            }
            Err(ErrorKind::NotFound) if !makes => {
                Some(format!("there is no file {}; `?mode=rwc` has it made", file.display()))
            }
            Err(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                Some(format!("{} may not be written", file.display()))
            }
            _ => None,
        }
    }

    /// Which kind of database it is.
    pub const fn backend(&self) -> DbBackend {
        match self.0 {
            Target::Sqlite(..) => DbBackend::Sqlite,
            Target::Postgres(_) => DbBackend::Postgres,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Sqlite(options, _) => write!(f, "sqlite file {}", options.get_filename().display()),
            Target::Postgres(options) => {
                let host = options
                    .get_socket()
                    .map_or_else(|| options.get_host().to_owned(), |socket| socket.display().to_string());
                let name = options.get_database().unwrap_or(options.get_username());
                write!(f, "postgres {host}:{}/{name}", options.get_port())
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

fn sqlite(url: &str) -> Result<Address, AddressError> {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let rest = url.get("sqlite:".len()..).unwrap_or_default();
    if parameters.split('&').any(|parameter| parameter == "mode=memory") {
        return Err(AddressError::InMemory);
    }
    if !matches!(parameters, "" | "mode=rw" | "mode=rwc") {
        return Err(AddressError::Mode);
    }
    let options: SqliteConnectOptions = format!("sqlite:{rest}").parse().map_err(|_| AddressError::NoFile)?;
    let file = options.get_filename();
    // SQLite reads a name that begins with `file:` as an address of its own, which may be in memory too.
    if file.to_string_lossy().contains(":memory:") || is_made_up(file) {
        return Err(AddressError::InMemory);
    }
    if file.as_os_str().is_empty() || file.to_string_lossy().starts_with("file:") {
        return Err(AddressError::NoFile);
    }
    Ok(Address(Target::Sqlite(Box::new(options), parameters == "mode=rwc")))
}

/// Whether sqlx replaced `:memory:` by a name of its own.
fn is_made_up(file: &Path) -> bool {
    file.to_string_lossy().starts_with("file:sqlx-in-memory")
}

/// What sqlx understands. It would log the value of any other, which may be a misspelt password.
const PARAMETERS: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

fn postgres(url: &str) -> Result<Address, AddressError> {
    // Behind the address an `@` is a password's rest: one with `/`, `?` or `#` in it ended too early.
    let behind = url.split_once("://").and_then(|(_, rest)| rest.split_once(['/', '?', '#']));
    if behind.is_some_and(|(_, behind)| behind.contains('@')) {
        return Err(AddressError::Malformed("an @ stands behind the host".to_owned()));
    }
    let parsed = url::Url::parse(url).map_err(|error| AddressError::Malformed(error.to_string()))?;
    for (name, _) in parsed.query_pairs() {
        if !PARAMETERS.contains(&&*name) && !name.starts_with("options[") {
            return Err(AddressError::Parameter(name.chars().take(40).collect()));
        }
    }
    let options: PgConnectOptions = url.parse().map_err(|_| AddressError::Value)?;
    Ok(Address(Target::Postgres(Box::new(options))))
}
