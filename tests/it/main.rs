//! The one test binary: each module a story, or a suite of them.

#![allow(unreachable_pub, reason = "nothing outside uses a test")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod ask;
mod backup;
mod day;
mod decide;
mod derived;
mod examples;
mod fuzzed;
mod grammar;
mod hour;
mod http_access;
mod http_api;
mod http_close;
mod http_decisions;
mod http_document;
mod http_items;
mod http_keys;
mod http_policy;
mod http_refusals;
mod http_reject;
mod http_submit;
mod http_wait;
mod init;
mod instances;
mod kill;
mod languages;
mod ledger;
mod logs;
mod machine;
mod menus;
mod metrics;
mod migrations;
mod moving;
mod network;
mod outbox;
mod payload;
mod points;
mod polling;
mod program;
mod scope;
mod settings;
mod simulation;
mod soak;
mod startup;
mod stop;
mod stories;
mod support;
mod tables;
mod texts;
mod tidy;
mod updates;
mod webhooks;
