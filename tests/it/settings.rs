//! The settings: every mistake is told at once, with an example, and no secret is ever shown.

use countersign::domain::language::Language;
use countersign::domain::rules::{Forbidden, Rules};
use countersign::domain::zone::Zone;
use countersign::settings::policy::{KEYS, Policy};
use countersign::settings::variable::VARIABLES;
use countersign::settings::{Environment, Settings};
use secrecy::ExposeSecret;

const TOKEN: &str = "1234567:AAAAAAAAAAAAAAAAAAAA_secret-part_0";
const API_TOKEN: &str = "s3cret-s3cret-s3cret-s3cret-s3cret";

fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
    Settings::read(&Environment::from_pairs(pairs.iter().copied())).map_err(|problems| problems.to_string())
}

fn wrong(name: &str, value: &str) -> String {
    read(&[(name, value)]).expect_err(&format!("{name}={value} is refused"))
}

#[test]
fn defaults_are_enough_to_start_with() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.http.listen_addr.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.rules.key_retention, chrono::TimeDelta::days(7));
    assert_eq!((settings.rules.bulk_limit, &settings.rules.time_zone), (100, &Zone::UTC));
    assert_eq!(settings.rules.language, Language::English);
    assert!(settings.telegram.admin_ids.is_empty() && settings.http.api_tokens.is_empty());
    let missing = settings.need_serve().unwrap_err().to_string();
    assert!(missing.contains("TELEGRAM_BOT_TOKEN is not set"), "{missing}");
}

#[test]
fn all_mistakes_are_told_together() {
    let told = read(&[
        ("ADMIN_IDS", "lee,1087968824,777000,-5"),
        ("REVIEW_CHATS", "7"),
        ("KEY_RETENTION", "1h"),
        ("BULK_LIMIT", "0"),
        ("TIME_ZONE", "Mars/Base"),
        ("LANGUAGE", "fr"),
        ("LOG_FORMAT", "xml"),
        ("LISTEN_ADDR", "localhost"),
    ])
    .unwrap_err();
    assert!(told.starts_with("11 settings need a change:"), "{told}");
    for name in [
        "ADMIN_IDS",
        "REVIEW_CHATS",
        "KEY_RETENTION",
        "BULK_LIMIT",
        "TIME_ZONE",
        "LANGUAGE",
        "LOG_FORMAT",
        "LISTEN_ADDR",
    ] {
        assert!(told.contains(&format!("Example: {name}=")), "{name} with an example: {told}");
    }
}

#[test]
fn shared_accounts_are_no_admins() {
    for id in ["1087968824", "777000", "136817688"] {
        assert!(wrong("ADMIN_IDS", id).contains("anybody could decide"));
    }
    assert!(wrong("ADMIN_IDS", "-100123").contains("a chat's id"));
    assert_eq!(read(&[("ADMIN_IDS", " 5, 7,5 ")]).unwrap().telegram.admin_ids, [5, 7]);
}

#[test]
fn tokens_carry_rights_and_may_be_rotated() {
    let other = "fedcba9876543210fedcba9876543210";
    let settings = read(&[("API_TOKENS", &format!("shop:{API_TOKEN},shop/decide:{other}"))]).unwrap();
    let rights: Vec<(&str, bool)> =
        settings.http.api_tokens.iter().map(|token| (token.client.as_str(), token.may_decide)).collect();
    assert_eq!(rights, [("shop", false), ("shop", true)]);
    for bad in [
        "shop",
        "tg:0123456789abcdef0123456789abcdef",
        "Shop:0123456789abcdef0123456789abcdef",
        "shop:tooshort",
        "shop/all:0123456789abcdef0123456789abcdef",
        "a:0123456789abcdef0123456789abcdef,b:0123456789abcdef0123456789abcdef",
    ] {
        assert!(wrong("API_TOKENS", bad).contains("API_TOKENS"));
    }
}

#[test]
fn the_webhook_is_where_telegram_can_post() {
    for bad in [
        "http://bot.example.org/telegram",
        "https://bot.example.org:9000/telegram",
        "https://user@bot.example.org/telegram",
        "https://bot.example.org/telegram?x=1",
        "https://bot.example.org/api/hook",
        "https://bot.example.org/healthz",
        "telegram",
    ] {
        assert!(wrong("WEBHOOK_URL", bad).contains("WEBHOOK_URL"), "{bad}");
    }
    let own =
        [("TELEGRAM_API_URL", "http://127.0.0.1:8081/"), ("WEBHOOK_URL", "http://127.0.0.1:9000/telegram")];
    let settings = read(&own).unwrap();
    assert_eq!(settings.telegram.webhook_url.unwrap().path(), "/telegram");
}

#[test]
fn there_is_always_a_webhook_secret() {
    let secret = |pairs: &[(&str, &str)]| {
        read(pairs).unwrap().telegram.webhook_secret.map(|secret| secret.expose_secret().to_owned())
    };
    assert_eq!(secret(&[]), None);
    let derived = secret(&[("TELEGRAM_BOT_TOKEN", TOKEN)]).unwrap();
    assert_eq!(Some(derived.clone()), secret(&[("TELEGRAM_BOT_TOKEN", TOKEN)]), "the same after a restart");
    assert!(derived.len() == 64 && !TOKEN.contains(&derived));
    assert_eq!(secret(&[("TELEGRAM_BOT_TOKEN", TOKEN), ("WEBHOOK_SECRET", "mine")]).as_deref(), Some("mine"));
    assert!(wrong("WEBHOOK_SECRET", "not this!").contains("WEBHOOK_SECRET"));
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let file = file.to_str().unwrap();
    let settings = read(&[("TELEGRAM_BOT_TOKEN_FILE", file)]).unwrap();
    assert_eq!(settings.telegram.token.unwrap().bot_id(), 1_234_567);
    let both = read(&[("TELEGRAM_BOT_TOKEN_FILE", file), ("TELEGRAM_BOT_TOKEN", TOKEN)]).unwrap_err();
    assert!(both.contains("set one of them"), "{both}");
    assert!(wrong("API_TOKENS_FILE", "/nowhere/at/all").contains("API_TOKENS cannot be read"));
}

#[test]
fn no_secret_is_ever_shown() {
    let secrets = ["AAAAAAAAAAAAAAAAAAAA_secret", API_TOKEN, "my-hook-secret", "pa55word"];
    let url = "postgres://me:pa55word@localhost/books";
    let right = [
        ("TELEGRAM_BOT_TOKEN", TOKEN),
        ("API_TOKENS", &format!("shop:{API_TOKEN}")),
        ("WEBHOOK_SECRET", "my-hook-secret"),
        ("DATABASE_URL", url),
    ];
    let shown = format!("{:?}", read(&right).unwrap());
    let mistakes = [
        ("TELEGRAM_BOT_TOKEN", &TOKEN.replace(':', ";") as &str),
        ("API_TOKENS", &format!("Shop:{API_TOKEN},{API_TOKEN}")),
        ("WEBHOOK_SECRET", "my-hook-secret with spaces"),
        ("DATABASE_URL", "mysql://me:pa55word@localhost/books"),
    ];
    let told = read(&mistakes).unwrap_err();
    for secret in secrets {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!told.contains(secret), "{told}");
    }
}

#[test]
fn every_example_is_taken() {
    for variable in VARIABLES {
        // A webhook's address is checked against the Bot API's own.
        let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/policy.toml");
        let example = if variable.name == "POLICY_FILE" { policy } else { variable.example };
        let settings = read(&[(variable.name, example)]);
        assert!(settings.is_ok(), "{}: {settings:?}", variable.name);
    }
}

#[test]
fn a_policy_is_read_with_what_it_does_not_set() {
    let read = Policy::parse(include_str!("../fixtures/policy.toml"), &Rules::default()).unwrap();
    assert_eq!(read.others.undo_window_s, 60);
    let invoice = &read.kinds["invoice"];
    assert_eq!((invoice.remind_after_s, read.kinds["deploy"].remind_after_s), (Some(4 * 3600), None));
    assert_eq!((invoice.quorum, invoice.reason_required, invoice.undo_window_s), (2, true, 300));
    assert!(read.kinds["invoice.suggest_change"].forbidden.contains(&Forbidden::Submit));
    assert!(!read.kinds["deploy"].bulk && !read.kinds["deploy"].allow_self);
    assert_eq!(read.kinds["deploy"].undo_window_s, 60, "as in [default]");
    assert_eq!((read.kinds["deploy"].expires_after_s, invoice.expires_after_s), (Some(12 * 3600), None));
}

#[test]
fn a_policys_mistakes_are_told_where_they_stand() {
    let told = |text| Policy::parse(text, &Rules::default()).unwrap_err();
    let both = told("[kinds.a]\nquorum = 0\n[kinds.b]\nundo_window = \"2h\"\nquorum = 99");
    assert!(
        both.contains("[kinds.a]: quorum is 0") && both.contains("[kinds.b]: undo_window is \"2h\""),
        "{both}"
    );
    assert!(both.contains("[kinds.b]: quorum is 99"), "{both}");
    let brief = told("[kinds.a]\nexpires_after = \"10s\"");
    assert!(brief.contains("expires_after is \"10s\"") && brief.contains("1m to 365d"), "{brief}");
    let slow = told("[kinds.a]\nremind_after = \"31d\"");
    assert!(slow.contains("[kinds.a]: remind_after is \"31d\"") && slow.contains("1m to 30d"), "{slow}");
    let misspelt = told("[kinds.a]\nquorom = 2");
    assert!(misspelt.contains("line 2") && misspelt.contains("quorom"), "{misspelt}");
    let unknown = told("[kinds.a]\nforbidden = [\"undo\"]");
    assert!(unknown.contains("undo") && unknown.contains("approve"), "{unknown}");
    for key in KEYS {
        let text = format!("[kinds.a]\n{}", key.example);
        assert!(Policy::parse(&text, &Rules::default()).is_ok(), "{}", key.name);
    }
}

#[test]
fn kinds_that_no_item_can_be_of_are_refused_and_dots_want_quotes() {
    let told = |text: &str| Policy::parse(text, &Rules::default()).unwrap_err();
    for kind in ["\"a b\"", "\"\"", "\"rechnüng\""] {
        let wrong = told(&format!("\n[kinds.{kind}]\nquorum = 2"));
        assert!(wrong.contains("line 2") && wrong.contains("A-Z, a-z, 0-9"), "{wrong}");
    }
    let dotted = told("[kinds.invoice.suggest_change]\nforbidden = [\"submit\"]");
    assert!(dotted.contains("write [kinds.\"invoice.suggest_change\"]"), "{dotted}");
}

#[test]
fn every_mistake_of_a_policy_is_told_in_plain_words_with_its_line() {
    let text = "kinds.a.quorum = \"2\"\n[default]\nbulk = \"yes\"\nquorum = 30\n[kinds.b]\nforbidden = \"submit\"\n\
                roles = [\"boss\"]\nreasons = [\"\"]\n[kinds.c]\nreasons = [\"x\", \"x\"]\nexpires_after = 5\n[kind]\n";
    let wrong = Policy::parse(text, &Rules::default()).unwrap_err();
    insta::assert_snapshot!(wrong.replace("; line", "\nline"), @r#"
    line 12: kind is not known here; there are [default] and [kinds.NAME]
    line 3, [default]: bulk is the text "yes"; it must be true or false
    line 4, [default]: quorum is 30; it must be 1 to 20; [kinds.a]: quorum is the text "2"; it must be a whole number without quotes
    line 6, [kinds.b]: forbidden is the text "submit"; it must be a list, as in ["a", "b"]
    line 7, [kinds.b]: roles knows no `boss`; there are `owner`, `approver`, `client`
    line 8, [kinds.b]: reasons has an empty one; each has 1 to 40 characters
    line 11, [kinds.c]: expires_after is the number `5`; it must be a text in quotes
    line 10, [kinds.c]: reasons has "x" twice
    "#);
}

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

#[test]
fn receivers_are_read() {
    let webhooks =
        format!("erp https://erp.example.org/hook?k=1 {SECRET} {SECRET}\naudit http://10.0.0.7/ {SECRET}");
    let callbacks = format!("shop:{SECRET}");
    let settings = read(&[
        ("DECISION_WEBHOOKS", &webhooks),
        ("CALLBACK_SECRETS", &callbacks),
        ("WEBHOOK_NETWORKS", "10.0.0.0/8, ::1"),
        ("API_TOKENS", &format!("shop:{API_TOKEN},agent:{API_TOKEN}x")),
    ])
    .unwrap();
    let receivers = &settings.webhooks.receivers;
    assert_eq!(settings.webhooks.names().into_iter().collect::<Vec<_>>(), ["audit", "erp"]);
    assert_eq!((receivers[0].secrets.len(), receivers[1].secrets.len()), (2, 1));
    assert_eq!(receivers[0].target.url().as_str(), "https://erp.example.org/hook?k=1");
    let may: Vec<bool> = settings.http.api_tokens.iter().map(|token| token.may_call_back).collect();
    assert_eq!(may, [true, false]);
    let shown = format!("{settings:?}");
    assert!(!shown.contains("whsec_") && !shown.contains("k=1"), "{shown}");
}

#[test]
fn mistakes_in_receivers_are_told_without_what_they_hold() {
    let hook = "https://erp.example.org/secret-path";
    let long = format!("https://erp.example.org/{}", "x".repeat(500));
    for (entry, told) in [
        ("erp".to_owned(), "it is not NAME ADDRESS SECRET"),
        (format!("erp {hook}"), "it has no secret"),
        (format!("erp {hook} whsec_short"), "a secret is whsec_"),
        (format!("erp {hook} {}", SECRET.replace("whsec_", "")), "a secret is whsec_"),
        (format!("erp {hook} {SECRET} {SECRET} {SECRET}"), "more than 2 secrets"),
        (format!("ERP! {hook} {SECRET}"), "its name must be"),
        (format!("erp ftp://example.org/ {SECRET}"), "its address is no address"),
        (format!("erp https://me:pass@example.org/ {SECRET}"), "holds a user or a password"),
        (format!("erp {hook}#part {SECRET}"), "a part after #"),
        (format!("erp {long} {SECRET}"), "longer than 500 characters"),
        (format!("erp http://example.org/ {SECRET}"), "WEBHOOK_NETWORKS alone"),
        (format!("erp {hook} {SECRET}, erp {hook} {SECRET}"), "entry 2: its name stands there twice"),
    ] {
        let wrong = wrong("DECISION_WEBHOOKS", &entry);
        let without_example = wrong.split("Example:").next().unwrap();
        assert!(without_example.contains(told), "{entry}: {wrong}");
        assert!(!without_example.contains("secret-path") && !without_example.contains("MDEy"), "{wrong}");
    }
    assert!(wrong("CALLBACK_SECRETS", "shop").contains("it is not client:secret"));
    let thrice = format!("shop:{SECRET},shop:{SECRET},shop:{SECRET}");
    assert!(wrong("CALLBACK_SECRETS", &thrice).contains("more than 2 secrets of the client shop"));
    assert!(wrong("WEBHOOK_NETWORKS", "10.0.0.0/40").contains("which is no network"));
}

#[test]
fn a_policy_names_receivers_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    std::fs::write(&file, "[kinds.bill]\nwebhooks = [\"erp\", \"audit\"]\n").unwrap();
    let hook = format!("erp https://erp.example.org/ {SECRET}");
    let told = read(&[("POLICY_FILE", file.to_str().unwrap()), ("DECISION_WEBHOOKS", &hook)]).unwrap_err();
    assert!(told.contains("names the receiver \"audit\", which DECISION_WEBHOOKS does not"), "{told}");
    assert!(!told.contains("\"erp\""), "{told}");
}
