//! `/export`: the audit log as a file.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, Why, history, receipt};
use crate::domain::ask::Since;
use crate::domain::export::Extract;

pub(super) const COMMAND: Command = Command {
    name: "export",
    who: Who::Viewers,
    purpose: "Sends you the audit log as a CSV file",
    usage: "/export [today|7d|R42]",
    examples: &["/export", "/export 7d", "/export R42"],
    in_reply: InReply::Nothing,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let mut words = rest.split_whitespace();
    let extract = match words.next() {
        None => Extract::Since(Since::Ever),
        Some(word) => read(word).ok_or_else(|| Misunderstood::at(rest, word, Why::NoExport))?,
    };
    words.next().map_or(Ok(Meaning::Query(Query::Export(extract))), |word| {
        Err(Misunderstood::at(rest, word, Why::UnexpectedWords))
    })
}

fn read(word: &str) -> Option<Extract> {
    let since = history::read_since(word).map(Extract::Since);
    since.or_else(|| receipt::number(word).map(Extract::Operation))
}
