//! Who may: owners give, change and take roles; each role sees and does what it may, and refusals say what to do.

mod replies;

use chrono::TimeDelta;
use serde_json::Value;

use crate::support::books::{KIM, LEE};
use crate::support::bot::{REVIEW_GROUP, TestBot, in_language, said, said_by};

const SAM: i64 = 333;

/// A private message of somebody's, sent so long after noon.
fn later(person: i64, update: u32, after: TimeDelta, text: &str) -> Value {
    let mut said = said_by(person, update, text);
    said["message"]["date"] = Value::from(1_772_366_640 + after.num_seconds());
    said
}

/// Says each as Lee, and holds the answers against those that are wanted.
async fn answers(bot: &TestBot, first: u32, said_and_wanted: &[(&str, &str)]) {
    for (update, (text, wanted)) in (first..).zip(said_and_wanted) {
        assert_eq!(bot.deliver(&said(update, text)).await.text(), *wanted, "{text}");
    }
}

#[tokio::test]
async fn a_role_is_given_changed_and_taken() {
    let bot = TestBot::new().await;
    let add = said(1, "/admins add 333 viewer");
    let first = bot.deliver(&add).await.text();
    assert_eq!(
        first,
        "333 is a viewer now.\nWhat is new reaches them in private once they have pressed Start in my chat."
    );
    assert_eq!(
        bot.deliver(&add).await.text(),
        "Already applied at 12:04 UTC (duplicate delivery): 333 became a viewer."
    );
    answers(
        &bot,
        2,
        &[
            ("/admins add 333 viewer", "Nothing changed: 333 is a viewer already."),
            (
                "/admins add 333",
                "Nothing changed: 333 is a viewer already. To change that: /admins role 333 approver",
            ),
            ("/Admins ROLE 333 Owner", "333 is an owner now, no longer a viewer."),
        ],
    )
    .await;
    assert_eq!(
        bot.deliver(&add).await.text(),
        "Already applied at 12:04 UTC (duplicate delivery): 333 became a viewer.\nSince then: 333 is an owner."
    );
    answers(
        &bot,
        5,
        &[
            ("/admins remove 333", "333 has no role any more; it was an owner."),
            ("/admins remove 333", "Nothing changed: 333 has no role."),
            (
                "/admins role 333 viewer",
                "Nothing changed: 333 has no role. To give one: /admins add 333 viewer",
            ),
            (
                "/admins remove 222",
                "Nothing changed: 222 stands in ADMIN_IDS, and is an owner by that. Remove it there and restart.",
            ),
        ],
    )
    .await;
    assert!(bot.deliver(&add).await.text().ends_with("Since then: 333 has no role."));
    bot.end().await;
}

#[tokio::test]
async fn who_may_is_listed_and_every_change_is_history() {
    let bot = TestBot::new().await;
    bot.deliver(&said_by(KIM, 1, "/admins add 333")).await;
    bot.deliver(&said(2, "/admins add 444 viewer")).await;
    bot.deliver(&said_by(SAM, 3, "/approve 1")).await;
    let list = bot.deliver(&said(4, "/admins")).await.text();
    let lines = [
        "4 with a role:",
        "@lee (111): an owner (ADMIN_IDS)",
        "@kim (222): an owner (ADMIN_IDS)",
        "@sam (333): an approver since 12:04 UTC, by @kim",
        "444: a viewer since 12:04 UTC, by @lee",
        "Change it with /admins add, /admins role and /admins remove.",
    ];
    assert_eq!(list, lines.join("\n"));
    bot.deliver(&said(5, "/admins remove 444")).await;
    bot.deliver(&said(6, "/admins role 333 viewer")).await;
    let history = bot.deliver(&said(7, "/history")).await.text();
    let wanted = [
        "R5 12:04 UTC @lee made @sam (333) a viewer",
        "R4 12:04 UTC @lee took the role of 444",
        "R3 12:04 UTC @sam changed nothing",
        "R2 12:04 UTC @lee made 444 a viewer",
        "R1 12:04 UTC @kim made @sam (333) an approver",
    ];
    assert_eq!(history, wanted.join("\n"));
    let own = bot.deliver(&said(8, "/history @kim")).await.text();
    assert_eq!(own, wanted[4]);
    let receipt = bot.deliver(&said(9, "/receipt R1")).await.text();
    assert!(receipt.starts_with("R1, 12:04 UTC:\n@sam (333) is an approver now."), "{receipt}");
    assert!(receipt.ends_with("Since then: @sam (333) is a viewer."), "{receipt}");
    bot.end().await;
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let bot = TestBot::new().await;
    for n in 0..20_u32 {
        bot.deliver(&said(n + 1, &format!("/admins add {} viewer", 1000 + n))).await;
    }
    let first = bot.deliver(&said(30, "/admins")).await.text();
    assert!(first.starts_with("22 with a role:\n@lee (111)") && first.contains("1012:"), "{first}");
    assert!(!first.contains("1013:") && first.contains("The next ones: /admins 2"), "{first}");
    let second = bot.deliver(&said(31, "/admins 2")).await.text();
    assert!(
        second.contains("1013:") && second.contains("1019:") && !second.contains("next ones"),
        "{second}"
    );
    assert_eq!(bot.deliver(&said(32, "/admins 99")).await.text(), second, "the last one there is");
    bot.end().await;
}

#[tokio::test]
async fn each_role_does_what_it_may() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    bot.deliver(&said(1, "/approve 2")).await;
    bot.deliver(&said(2, "/admins add 333 viewer")).await;
    for (update, text) in
        [(10, "/pending"), (11, "/show 1"), (12, "/why 1"), (13, "/receipt R2"), (14, "/history")]
    {
        let read = bot.deliver(&said_by(SAM, update, text)).await.text();
        assert!(
            ["rent", "decides it", "laptop", "@lee"].iter().any(|part| read.contains(part)),
            "{text}: {read}"
        );
    }
    let page = bot.deliver(&said_by(SAM, 15, "/pending")).await.method();
    assert!(page["reply_markup"].is_null() && !page["text"].to_string().contains("/approve"), "{page}");
    let refused = "Nothing was done: you are a viewer and may read, not decide. \
                   An owner can change that with /admins role 333 approver.";
    for (update, text) in [(20, "/approve 1"), (21, "/reject 1 no"), (22, "/undo"), (23, "/approve all")] {
        assert_eq!(bot.deliver(&said_by(SAM, update, text)).await.text(), refused, "{text}");
    }
    let again = bot.deliver(&said_by(SAM, 20, "/approve 1")).await.text();
    assert!(
        again.starts_with("Already answered at 12:04 UTC (duplicate delivery): nothing was done"),
        "{again}"
    );
    let owners = "Nothing was done: only owners see and say who may. Ask one of them.";
    for (update, text) in [(30, "/admins"), (31, "/admins add 333 owner"), (32, "/admins remove 222")] {
        assert_eq!(bot.deliver(&said_by(SAM, update, text)).await.text(), owners, "{text}");
    }
    bot.deliver(&said(40, "/admins role 333 approver")).await;
    assert_eq!(bot.deliver(&said_by(SAM, 41, "/admins")).await.text(), owners);
    assert!(bot.deliver(&said_by(SAM, 42, "/approve 1")).await.text().starts_with("Approved 1: #1 rent."));
    bot.deliver(&said(43, "/admins remove 333")).await;
    let stranger = bot.deliver(&said_by(SAM, 44, "/pending")).await.text();
    assert!(stranger.starts_with("Countersign: approvals for a team. You are not on its list"), "{stranger}");
    let former = bot.deliver(&said_by(SAM, 45, "/approve 1")).await.text();
    assert!(former.contains("An owner can add you with /admins add 333."), "{former}");
    bot.end().await;
}

#[tokio::test]
async fn help_shows_what_the_reader_may() {
    let bot = TestBot::new().await;
    for (update, role, person) in [(1, "viewer", 333), (2, "approver", 444)] {
        bot.deliver(&said(update, &format!("/admins add {person} {role}"))).await;
    }
    let shown = |help: &str| {
        ["/whoami", "/pending", "/approve", "/admins"].map(|name| help.contains(&format!("{name} ")))
    };
    for (update, person, wanted) in [
        (10, 999, [true, false, false, false]),
        (11, 333, [true, true, false, false]),
        (12, 444, [true, true, true, false]),
        (13, LEE, [true, true, true, true]),
    ] {
        let help = bot.deliver(&said_by(person, update, "/help")).await.text();
        assert_eq!(shown(&help), wanted, "{person}: {help}");
    }
    let viewer = bot.deliver(&said_by(333, 20, "/whoami")).await.text();
    assert_eq!(viewer, "Your id is 333. You are a viewer: you may read, not decide.");
    let german = bot.deliver(&in_language(said_by(444, 21, "/whoami"), "de")).await.text();
    assert_eq!(german, "Deine ID ist 444. Sie hat die Rolle approver: Sie darf entscheiden.");
    bot.end().await;
}

/// One part that is not understood, and nothing is done; nobody else's account is taken.
#[tokio::test]
async fn what_is_not_understood_names_the_part() {
    let bot = TestBot::new().await;
    let wrong = [
        (
            "/admins everybody",
            "\"everybody\" (character 1 after /admins) is not expected here; say add, role or remove",
        ),
        ("/admins add", "no person was named"),
        ("/admins add viewer", "no person was named"),
        (
            "/admins add @sam",
            "\"@sam\" (character 5 after /admins) is not a numeric id; /whoami tells theirs",
        ),
        ("/admins add ٣٣٣", "is not a numeric id"),
        (
            "/admins add 1087968824",
            "\"1087968824\" (character 5 after /admins) is an account that many share",
        ),
        ("/admins add 777000 owner", "is an account that many share"),
        ("/admins role 136817688 owner", "is an account that many share"),
        ("/admins add -1001 viewer", "\"-1001\" (character 5 after /admins) is a chat's id"),
        ("/admins add 0", "is nobody's id"),
        ("/admins add 99999999999999999999", "is nobody's id"),
        ("/admins add 1234567 viewer", "\"1234567\" (character 5 after /admins) is nobody's id"),
        (
            "/admins add 333 boss",
            "\"boss\" (character 9 after /admins) is not a role; there are owner, approver and viewer",
        ),
        ("/admins role 333", "no role was named"),
        ("/admins remove 333 now", "\"now\" (character 12 after /admins) is not expected here"),
        ("/admins add 333 viewer 444", "\"444\" (character 16 after /admins) is not expected here"),
        ("/admins 2 3", "\"3\" (character 3 after /admins) is not expected here"),
    ];
    for (update, (text, part)) in (1..).zip(wrong) {
        let told = bot.deliver(&said(update, text)).await.text();
        assert!(told.starts_with("Nothing was done: ") && told.contains(part), "{text}: {told}");
        assert!(told.contains("Example: /admins "), "{text}: {told}");
    }
    assert!(bot.deliver(&said(50, "/admin add 333")).await.text().contains("Did you mean /admins?"));
    assert_eq!(bot.app.ledger.roster().await.unwrap().owners(), [LEE, KIM]);
    bot.end().await;
}

#[tokio::test]
async fn a_right_counts_from_the_moment_it_is_given() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    let early = said_by(SAM, 1, "/approve 1");
    assert!(bot.deliver(&early).await.text().starts_with("Countersign: approvals for a team."), "a stranger");
    bot.clock.advance(TimeDelta::milliseconds(200));
    bot.deliver(&said(2, "/admins add 333")).await;
    // The same delivery once more, sent before the role was given; and another of that second.
    let too_early = "Nothing was done: your right to this is younger than the message; \
                     for a button under an older message it counts after 3 minutes. Send it again as a command.";
    assert_eq!(bot.deliver(&early).await.text(), too_early);
    assert_eq!(bot.deliver(&said_by(SAM, 3, "/approve 1")).await.text(), too_early);
    let next = later(SAM, 4, TimeDelta::seconds(1), "/approve 1");
    assert!(bot.deliver(&next).await.text().starts_with("Approved 1: #1 rent."));
    bot.end().await;
}

#[tokio::test]
async fn who_may_is_shown_where_the_queue_is() {
    let bot = TestBot::new().await;
    for (update, chat, shown) in [(1, -42, false), (2, REVIEW_GROUP, true)] {
        let mut group = said(update, "/admins");
        group["message"]["chat"] = serde_json::json!({ "id": chat, "type": "supergroup", "title": "there" });
        let told = bot.deliver(&group).await.text();
        assert_eq!(told.contains("111"), shown, "{told}");
    }
    bot.end().await;
}
