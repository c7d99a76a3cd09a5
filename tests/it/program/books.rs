//! The commands that look into the books: the log of decisions, and what receivers were not told.

use countersign::domain::scope::Scope;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::{countersign, database, out};
use crate::support::books::{Books, approve};

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_verified_and_exported() {
    let books = Books::sqlite().await;
    let url = format!("sqlite://{}", books.address.file().unwrap().display());
    let audit = |arguments: &[&str]| {
        let arguments = [&["audit"], arguments].concat();
        countersign(&arguments, &[("DATABASE_URL", url.as_str())], "")
    };
    assert_eq!(out(&audit(&["export"])), "");
    books.pending(&["rent", "laptop", "travel"]).await;
    books.ledger.apply(approve(1, &[1, 2, 3])).await.unwrap();
    let exported = out(&audit(&["export"]));
    let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    // Anybody can compute the chain from the lines alone.
    let mut previous = "0".repeat(64);
    for mut line in lines {
        assert_eq!(line["previous"], previous);
        previous = line.as_object_mut().unwrap().remove("hash").unwrap().as_str().unwrap().to_owned();
        assert_eq!(Scope::of(&line).hash(), previous);
    }
    assert_eq!(out(&audit(&["export", "--after", "2"])), exported.lines().last().unwrap().to_owned() + "\n");
    let well = audit(&["verify"]);
    let shown = out(&well);
    assert!(well.status.success() && shown.starts_with("ok: 3 decisions"), "{well:?}");
    assert!(shown.contains(&format!("The last is 3:{previous}")), "{shown}");
    assert!(audit(&["verify", "--holds", &format!("3:{previous}")]).status.success());
    let other = audit(&["verify", "--holds", &format!("2:{previous}")]);
    assert!(out(&other).contains("FAIL decision 2 has another hash"), "{other:?}");
    assert_eq!(other.status.code(), Some(1));
    assert_eq!(audit(&["verify", "--holds", "2:abc"]).status.code(), Some(2));

    let hand = books.address.open_writer().await.unwrap();
    let byte = "UPDATE decision_log SET entry = replace(entry, 'shop', 'shot') WHERE number = 2";
    hand.execute_unprepared(byte).await.unwrap();
    let found = audit(&["verify"]);
    assert!(out(&found).starts_with("FAIL decision 2 was changed"), "{found:?}");
    assert_eq!(found.status.code(), Some(1));
    let check = countersign(&["check"], &[("DATABASE_URL", url.as_str())], "");
    assert!(out(&check).contains("decision 2 was changed"), "{check:?}");
    hand.close().await.unwrap();
    books.ledger.close().await;
}

#[test]
fn there_is_nothing_to_audit_without_books() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    for arguments in [["audit", "verify"], ["audit", "export"]] {
        let output = countersign(&arguments, &[("DATABASE_URL", &url)], "");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("there are no complete books"),
            "{output:?}"
        );
    }
    assert!(!folder.path().join("program.db").exists(), "it only looked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_receivers_were_not_told_is_shown_and_settled() {
    let mut books = Books::sqlite().await;
    books.receivers.insert("erp".to_owned());
    books.restart().await;
    let url = format!("sqlite://{}", books.address.file().unwrap().display());
    let webhooks = |arguments: &[&str]| {
        countersign(&[&["webhooks"], arguments].concat(), &[("DATABASE_URL", url.as_str())], "")
    };
    assert_eq!(out(&webhooks(&[])), "0 waiting, 0 failed\n");
    books.pending(&["rent"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let shown = out(&webhooks(&["list"]));
    assert!(
        shown.starts_with("1 waiting, 0 failed\n#1 to erp (decision 1, item 1), 0 tries, next try"),
        "{shown}"
    );
    assert_eq!(out(&webhooks(&["retry", "1"])), "row 1 is sent again\n");
    assert_eq!(out(&webhooks(&["retry", "--all"])), "0 rows are sent again\n");
    assert_eq!(out(&webhooks(&["drop", "1"])), "row 1 is dropped\n");
    for arguments in [["drop", "1"], ["retry", "7"], ["enable", "erp"]] {
        assert_eq!(webhooks(&arguments).status.code(), Some(1), "{arguments:?}");
    }
    assert_eq!(out(&webhooks(&["list"])), "0 waiting, 0 failed\n");
    books.close().await;
}
