//! The same work by PostgreSQL's own tool, in the same database.

use std::process::Command;

use crate::books::Books;
use crate::report::Report;

/// How long each measurement takes, in seconds.
const LASTS_S: &str = "3";

/// The work as one statement, and as many.
pub const PATHS: [(&str, &str); 2] = [
    ("pgbench, one statement", include_str!("../pgbench/together.sql")),
    ("pgbench, statement by statement", include_str!("../pgbench/apart.sql")),
];

/// Measures both ways with so many clients.
pub fn measure(report: &mut Report, books: &Books, clients: usize) {
    let Books::Postgres(url) = books else { return };
    for (name, script) in PATHS {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), script).expect("it is written");
        let told = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--time", LASTS_S, "--client"])
            .arg(clients.to_string())
            .arg("--file")
            .arg(file.path())
            .arg(url)
            .output()
            .expect("pgbench, of PostgreSQL's client programs, can be started");
        let text =
            String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr);
        let of = |before: &str| {
            let after = text.lines().find_map(|line| line.strip_prefix(before));
            let number = after.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
            assert!(number.is_some(), "pgbench told no {before:?}: {text}");
            number.unwrap_or_default()
        };
        report.add_told(name, clients, of("tps = "), of("latency average = "));
    }
}
