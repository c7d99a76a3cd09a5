//! Whatever comes from outside, the bodies of the fuzz targets (`fuzz/bodies`) hold: each corpus as it is committed, and what
//! is made of it by flipping, cutting, doubling and mixing.

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;

#[path = "../../fuzz/bodies/mod.rs"]
mod bodies;

/// What breaks readers of JSON, of numbers and of text.
const WORDS: [&[u8]; 24] = [
    b"null",
    b"-1",
    b"1e400",
    b"9007199254740992",
    b"18446744073709551616",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"\\",
    b",",
    b":",
    b"\"ids\":[1]",
    b"\"message\":{}",
    b"update_id",
    b"\xff",
    b"\0",
    "\u{202e}".as_bytes(),
    "–".as_bytes(),
    b"1-500",
    b"!#",
];

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Cut(Index, Index),
    Double(Index, Index),
    Insert(Index, usize),
    Mix(Index, Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, bits)| Change::Flip(at, bits)),
        (at(), at()).prop_map(|(from, to)| Change::Cut(from, to)),
        (at(), at()).prop_map(|(from, to)| Change::Double(from, to)),
        (at(), 0..WORDS.len()).prop_map(|(at, word)| Change::Insert(at, word)),
        (at(), at(), at()).prop_map(|(other, from, at)| Change::Mix(other, from, at)),
    ]
}

/// Applies a change to the input; what is cut or doubled is at most 64 bytes long.
fn changed(mut input: Vec<u8>, change: &Change, corpus: &[Vec<u8>]) -> Vec<u8> {
    let size = input.len() + 1;
    let part = |from: &Index, to: &Index| {
        let from = from.index(size);
        from..(from + to.index(64)).min(size - 1)
    };
    match change {
        Change::Flip(at, bits) if size > 1 => input[at.index(size - 1)] ^= bits,
        Change::Flip(..) => {}
        Change::Cut(from, to) => drop(input.drain(part(from, to))),
        Change::Double(from, to) => {
            let part = part(from, to);
            let again = input[part.clone()].to_vec();
            input.splice(part.start..part.start, again);
        }
        Change::Insert(at, word) => drop(input.splice(at.index(size)..at.index(size), WORDS[*word].to_vec())),
        Change::Mix(other, from, at) => {
            let other = &corpus[other.index(corpus.len())];
            input.truncate(at.index(size));
            input.extend_from_slice(&other[from.index(other.len() + 1)..]);
        }
    }
    input
}

fn hold(target: &str, holds: fn(&[u8]), cases: u32) {
    let corpus = corpus(target);
    assert!(corpus.len() >= 10, "the corpus of {target}");
    corpus.iter().for_each(|input| holds(input));
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let inputs = (any::<Index>(), prop::collection::vec(change(), 1..6));
    let run = proptest::test_runner::TestRunner::new(config).run(&inputs, |(first, changes)| {
        let first = corpus[first.index(corpus.len())].clone();
        let input = changes.iter().fold(first, |input, change| changed(input, change, &corpus));
        holds(&input);
        Ok(())
    });
    run.unwrap_or_else(|failed| panic!("{target}: {failed}"));
}

#[test]
fn any_update() {
    hold("update", bodies::update::holds, 4096);
}

#[test]
fn any_ids() {
    hold("ids", bodies::ids::holds, 4096);
}

#[test]
fn any_http_body() {
    hold("http", bodies::http::holds, 1024);
}
