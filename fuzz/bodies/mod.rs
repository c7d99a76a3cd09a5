//! What must hold of any input from outside, whatever it is. The fuzz targets run these with what libFuzzer makes up, the
//! tests (`tests/it/fuzzed.rs`) with what they make of the same corpus.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what does not hold ends the run by panicking")]

pub mod http;
pub mod ids;
pub mod update;
