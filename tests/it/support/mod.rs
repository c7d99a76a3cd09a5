//! What the stories stand on: databases, the bot, the API's server, Telegram's side.

#![allow(dead_code, reason = "not every story needs all of it")]

pub mod books;
pub mod bot;
pub mod bot_api;
pub mod document;
pub mod http;
pub mod manner;
pub mod postgres;
pub mod presses;
pub mod proxy;
pub mod receiver;
pub mod serve;
