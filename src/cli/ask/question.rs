//! What is asked: the item, as the command line and its files say it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrono::TimeDelta;
use clap::Args;
use serde_json::{Value, json};

use crate::domain::new_item::NewItem;
use crate::domain::payload::Payload;
use crate::limits::{BODY_BYTES_MAX, EXPIRES_MAX};
use crate::settings::duration;

/// What is asked.
#[derive(Debug, Args)]
pub(super) struct Question {
    /// What is asked, in one line
    title: String,
    /// What sort of thing it is: which rules hold for it goes by that
    #[arg(long, default_value = "question")]
    kind: String,
    /// More about it
    #[arg(long, conflicts_with = "detail_file")]
    detail: Option<String>,
    /// A file with more about it; - reads standard input
    #[arg(long, value_name = "FILE")]
    detail_file: Option<PathBuf>,
    /// A file with JSON that stands by the item; - reads standard input
    #[arg(long, value_name = "FILE")]
    payload_file: Option<PathBuf>,
    /// Your own name for this question: asked again under it, nobody is asked twice
    #[arg(long)]
    key: Option<String>,
    /// Until when it can be decided, such as 30m or 2h
    #[arg(long, value_parser = timeout, value_name = "TIME")]
    pub(super) timeout: Option<TimeDelta>,
    #[arg(skip)]
    read: OnceLock<Result<NewItem, String>>,
}

fn timeout(text: &str) -> Result<TimeDelta, String> {
    let time = duration::duration(text).filter(|time| *time > TimeDelta::zero() && *time <= EXPIRES_MAX);
    time.ok_or_else(|| "a number and s, m, h or d, from 1s to 365d".to_owned())
}

impl Question {
    /// The item as it is submitted.
    pub(super) fn item(&self) -> Result<Value, String> {
        let item = self.read()?;
        let mut body = json!({ "kind": item.kind(), "title": item.title() });
        if let Some(detail) = item.detail() {
            body["detail"] = detail.into();
        }
        if let Some(payload) = item.payload() {
            body["payload"] = payload.value();
        }
        if let Some(id) = item.external_id() {
            body["external_id"] = id.into();
        }
        Ok(body)
    }

    /// What was asked, as a hash: what is decided must have the same.
    pub(super) fn content_hash(&self) -> Result<String, String> {
        self.read().map(NewItem::content_hash)
    }

    /// Files are read once: standard input is gone afterwards.
    fn read(&self) -> Result<&NewItem, String> {
        self.read.get_or_init(|| self.checked()).as_ref().map_err(Clone::clone)
    }

    fn checked(&self) -> Result<NewItem, String> {
        let is_input = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        if is_input(&self.detail_file) && is_input(&self.payload_file) {
            return Err("--detail-file and --payload-file cannot both read standard input".to_owned());
        }
        let detail = self.detail_file.as_deref().map(text).transpose()?.or_else(|| self.detail.clone());
        let payload = self.payload_file.as_deref().map(text).transpose()?;
        let payload = payload.map(|json| Payload::read(&json)).transpose();
        let payload = payload.map_err(|wrong| format!("the payload {wrong}"))?.flatten();
        let told = |fault: crate::domain::new_item::ItemFault| match fault.field {
            "external_id" => format!("--key {}", fault.wrong),
            _ => format!("the {fault}"),
        };
        let item = NewItem::new(&self.kind, &self.title, detail.as_deref()).map_err(told)?;
        item.with_payload(payload).with_external_id(self.key.as_deref()).map_err(told)
    }
}

/// The text of a file, or of standard input.
fn text(path: &Path) -> Result<String, String> {
    let (name, mut text) = (path.display(), String::new());
    let read = if path == Path::new("-") {
        std::io::stdin().take(BODY_BYTES_MAX as u64).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(BODY_BYTES_MAX as u64).read_to_string(&mut text))
    };
    read.map_err(|error| format!("{name} cannot be read: {error}"))?;
    Ok(text)
}
