//! The program as its users start it: the demo, mock updates, the schema, and the help.

mod books;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use serde_json::Value;

use crate::support::bot::said;

fn countersign(arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends without reading its input is no fault of the test.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn database(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}?mode=rwc", folder.path().join("program.db").display())
}

#[test]
fn demo_shows_the_promise() {
    let output = countersign(&["demo"], &[], "/approve 1,2,3\nagain\ncrash /approve 4\n");
    let shown = out(&output);
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("Approved 3: #1 Rent for March"), "{shown}");
    assert_eq!(shown.matches("(duplicate delivery): approved").count(), 2, "{shown}");
    assert!(shown.contains("SIGABRT") && shown.contains("approved 1: #4 Release 2.4"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn demo_shows_cards_and_buttons_are_typed() {
    let lines = "tap 1 approve\nagain\n/undo\ncrash tap 1 approve\ntap 2 reject\nreply too old\n/approve all\ntap confirm\n";
    let shown = out(&countersign(&["demo"], &[], lines));
    let mut rest = shown.as_str();
    for part in [
        "#1 invoice\n      Rent for March, 1,200.00 EUR\n      To Homes Ltd, due on the 5th.\n      By demo · ",
        "[ Approve ] [ Reject ]   tap 1 approve, tap 1 reject\n",
        "bot ▸ 4 new, 4 open:\n",
        "you ▸ tap 1 approve\nbot ▸ (pops up) Approved 1: #1 Rent for March, 1,200.00 EUR.\n",
        "bot ▸ changes its message\n      #1 invoice\n",
        "      Approved by @lee, ",
        "you ▸ again\n",
        "(duplicate delivery): approved 1: #1 Rent",
        "you ▸ /undo\nbot ▸ Undone 1, pending again: #1 Rent",
        "bot ▸ changes its message\n      #1 invoice\n",
        "[ Approve ] [ Reject ]   tap 1 approve, tap 1 reject\n",
        "SIGABRT",
        "bot ▸ (pops up) Already applied",
        "bot ▸ (pops up) Say why below: #2 is not rejected yet.\n",
        "[ Too expensive ]   tap 2 too expensive\n",
        "you ▸ reply too old\nbot ▸ Rejected 1: #2 Laptop for Kim, 1,849.00 EUR.\n      Reason: too old\n",
        "      Rejected by @lee, ",
        "[ Approve 4 ]   tap confirm\n",
        "you ▸ tap confirm\nbot ▸ (pops up) Approved 4: #3 Train to Lyon",
        "4 new, 0 open:\n",
    ] {
        rest =
            rest.split_once(part).unwrap_or_else(|| panic!("{part:?} is not shown in its place: {shown}")).1;
    }
}

#[test]
fn demo_is_kind_to_mistakes() {
    let lines =
        "again\ncrash nonsense\n\nhello\n/aprove 1\ntap 9 approve\ntap\nreply\ncrash\nquit\n/approve 2\n";
    let output = countersign(&["demo"], &[], lines);
    let shown = out(&output);
    assert!(output.status.success(), "{shown}");
    for line in [
        "Nothing was delivered yet",
        "crash takes a command",
        "That is no command",
        "Did you mean /approve?",
        "There is no such button. Those there are: tap list, tap 2 approve, tap 2 reject, tap 2 details, tap 1 approve",
        "reply answers the bot's last message",
        "SIGABRT",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(!shown.contains("Approved 1: #2"), "quit ends it: {shown}");
}

#[test]
fn feed_answers_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let mut first = said(7, "/approve 1");
    first["message"]["date"] = countersign::clock::Clock::machine().now().timestamp().into();
    let input = format!("{first}\n\nnot json\n{first}\n{}\n", said(8, "/whoami"));
    let output = countersign(&["feed", "-"], &[("DATABASE_URL", &url), ("ADMIN_IDS", "111")], &input);
    assert!(output.status.success(), "{output:?}");
    let lines: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let column = |name: &str| -> Vec<Value> { lines.iter().map(|line| line[name].clone()).collect() };
    assert_eq!(column("update_id"), [7.into(), Value::Null, 7.into(), 8.into()]);
    assert_eq!(column("receipt"), ["new".into(), Value::Null, "repeat".into(), Value::Null]);
    assert_eq!(column("verdict"), ["handled", "unreadable", "handled", "handled"]);
    assert_eq!(
        (&lines[0]["method"], &lines[0]["arguments"]["chat_id"]),
        (&"sendMessage".into(), &111.into())
    );
    assert!(lines[2]["arguments"]["text"].as_str().unwrap().contains("duplicate delivery"));
    assert!(lines.iter().all(|line| line["took_ms"].is_number()));
}

#[test]
fn check_names_who_may() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let mut add = said(7, "/admins add 333 viewer");
    add["message"]["date"] = countersign::clock::Clock::machine().now().timestamp().into();
    let variables = [("DATABASE_URL", url.as_str()), ("ADMIN_IDS", "111")];
    let added = out(&countersign(&["feed", "-"], &variables, &format!("{add}\n")));
    assert!(added.contains("333 is a viewer now."), "{added}");
    let told = out(&countersign(&["check"], &variables, ""));
    for line in ["owner       111 (ADMIN_IDS), not checked", "viewer      333, not checked"] {
        assert!(told.contains(line), "{line} is missing in {told}");
    }
    assert!(!told.contains("FAIL admins"), "{told}");
    let nobody = out(&countersign(&["check"], &variables[..1], ""));
    assert!(nobody.contains("FAIL admins      ADMIN_IDS is empty and nobody is an owner"), "{nobody}");
}

#[test]
fn check_tells_of_a_quorum_that_nobody_can_reach() {
    let folder = tempfile::tempdir().unwrap();
    let (url, policy) = (database(&folder), folder.path().join("policy.toml"));
    std::fs::write(&policy, "[kinds.pay]\nquorum = 2\n[kinds.deploy]\nquorum = 3\nroles = [\"owner\"]\n")
        .unwrap();
    let token = "0123456789abcdef0123456789abcdef";
    let tokens = format!("backend/decide:{token}");
    let mut variables = vec![("DATABASE_URL", url.as_str()), ("POLICY_FILE", policy.to_str().unwrap())];
    variables.extend([("ADMIN_IDS", "111"), ("API_TOKENS", &tokens)]);
    let told = out(&countersign(&["check"], &variables, ""));
    let line = "warn policy      items of the kind deploy need 3 approvals, and 1 may decide them";
    assert!(told.contains(line) && !told.contains("kind pay"), "{told}");
}

#[test]
fn feed_keeps_away_from_the_real_bot() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let token = "1234567:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let variables = [("DATABASE_URL", url.as_str()), ("ADMIN_IDS", "111"), ("TELEGRAM_BOT_TOKEN", token)];
    let refused = countersign(&["feed", "-", "--bot-id", "1234567"], &variables, "");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("--as-real-bot") && !told.contains("AAAA"), "{told}");
    assert!(countersign(&["feed", "-", "--as-real-bot"], &variables, "").status.success());
    let missing = countersign(&["feed", "/nowhere/updates.jsonl"], &variables, "");
    assert!(String::from_utf8_lossy(&missing.stderr).contains("cannot read /nowhere/updates.jsonl"));
}

#[test]
fn the_schema_goes_up_and_down() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let migrate =
        |arguments: &[&str]| countersign(&[&["migrate"], arguments].concat(), &[("DATABASE_URL", &url)], "");
    let steps = Migrator::migrations().len();
    assert!(out(&migrate(&["up"])).contains(&format!("{steps} steps applied")));
    assert_eq!(out(&migrate(&["status"])).matches("applied m2026").count(), steps);
    let refused = migrate(&["down"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("say --yes"), "{told}");
    assert!(migrate(&["down", "--steps", "2", "--yes"]).status.success());
    assert_eq!(out(&migrate(&["status"])).matches("missing m2026").count(), 2);
    assert!(out(&migrate(&["up"])).contains("2 steps applied"));
}

#[test]
fn help_and_usage() {
    let help = countersign(&[], &[], "");
    assert!(help.status.success() && out(&help).contains("countersign demo  "), "{help:?}");
    assert!(out(&countersign(&["--help"], &[], "")).contains("Examples:"));
    assert_eq!(countersign(&["dance"], &[], "").status.code(), Some(2));
}

#[test]
fn mistakes_in_the_settings_end_it_with_all_of_them() {
    let variables =
        [("ADMIN_IDS", "lee"), ("TELEGRAM_BOT_TOKEN", "secret-secret-secret"), ("BULK_LIMIT", "many")];
    let output = countersign(&["serve"], &variables, "");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.starts_with("countersign: 3 settings need a change:"), "{told}");
    assert!(!told.contains("secret-secret"), "{told}");
    let bare = countersign(&["serve"], &[], "");
    let told = String::from_utf8_lossy(&bare.stderr).into_owned();
    assert!(told.contains("TELEGRAM_BOT_TOKEN is not set"), "{told}");
}

#[test]
fn check_tells_each_mend_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let output = countersign(&["check"], &[("DATABASE_URL", &url)], "");
    let shown = out(&output);
    assert_eq!(output.status.code(), Some(1));
    for line in ["ok   settings", "not there yet", "FAIL token", "@BotFather", "FAIL admins", "warn http api"]
    {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_outbox_is_shown_without_making_anything() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let variables = [("DATABASE_URL", url.as_str())];
    for arguments in [&["outbox"][..], &["outbox", "list"]] {
        let output = countersign(arguments, &variables, "");
        assert!(output.status.success() && out(&output).contains("There are no books yet"), "{output:?}");
    }
    for arguments in
        [&["outbox", "retry", "1"][..], &["webhooks", "drop", "1"], &["webhooks", "enable", "erp"]]
    {
        let output = countersign(arguments, &variables, "");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains("there are no complete books at"), "{output:?}");
    }
    assert!(!folder.path().join("program.db").exists(), "a wrong address makes no books");
    assert!(countersign(&["migrate", "up"], &variables, "").status.success());
    assert_eq!(out(&countersign(&["outbox"], &variables, "")), "0 waiting, 0 failed\n");
}
