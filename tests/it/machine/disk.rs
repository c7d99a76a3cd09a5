//! No room, or no right to write: nothing is acknowledged that does not stand in the books, and when the fault is mended
//! everything goes on by itself.

use std::path::Path;
use std::process::{Command, Stdio};

use super::says;
use crate::support::books;
use crate::support::serve::{Manner, Server};

/// Commands that are tried before the disk must have refused one.
const COMMANDS: u32 = 400;

/// Starts the program with what the shell does before; a signal for too large a file is an error to it, as on any system
/// that does not kill for it.
async fn behind(shell: &str, url: &str) -> Server {
    let before = Some(format!("trap '' XFSZ; {shell}"));
    let server = Server::spawn_as(url, Manner { before, ..Manner::default() }).await;
    server.caller.ready().await;
    server
}

/// Approves one after the other until one is refused; gives how many were acknowledged.
async fn until_refused(server: &Server) -> u32 {
    for n in 1..=COMMANDS {
        let (status, answer) = server.caller.deliver(&says(n, &format!("/approve {n}"))).await.unwrap();
        if status == 503 {
            return n - 1;
        }
        assert_eq!(status, 200, "{n}: {answer}");
    }
    panic!("{COMMANDS} commands fit on a disk without room")
}

/// What was refused is delivered again, as Telegram does, and the rest comes: each once.
async fn goes_on(server: &mut Server, acknowledged: u32) {
    for n in acknowledged.max(1)..=COMMANDS {
        let (status, answer) = server.caller.deliver(&says(n, &format!("/approve {n}"))).await.unwrap();
        let text = answer["text"].as_str().unwrap_or_default();
        assert_eq!((status, text.contains("duplicate delivery")), (200, n == acknowledged), "{n}: {answer}");
    }
    assert_eq!(server.caller.open_items().await, [0_i64; 0]);
    assert!(server.runs());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_grow() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("full.db").display());
    let mut server = behind("", &url).await;
    server.caller.submit("all", COMMANDS as usize).await;
    // The log beside the file is what grows first.
    let log = std::fs::metadata(folder.path().join("full.db-wal")).unwrap().len();
    limit(&server, &(log + 8_192).to_string());
    let acknowledged = until_refused(&server).await;
    limit(&server, "unlimited");
    goes_on(&mut server, acknowledged).await;
    assert_eq!(server.terminate().await, Some(0));
    assert_eq!(books::audit(&url).await, 0);
}

/// The size that a file of this process may have; the harder limit stays, so that anybody may lift it again.
fn limit(server: &Server, bytes: &str) {
    let set = Command::new("prlimit")
        .args(["--pid", &server.id().to_string(), &format!("--fsize={bytes}:unlimited")])
        .status();
    assert!(set.unwrap().success(), "prlimit (util-linux)");
}

/// Has a shell do this where only it sees what is mounted, and then become the program.
fn inside(mount: &str) -> String {
    let script = format!("{mount}; exec \"$0\" \"$@\"");
    format!("exec unshare --user --map-root-user --mount sh -c '{script}' \"$0\" \"$@\"")
}

/// What makes a file system of 16 MB at a folder that only the process sees, where the system lets its users do that.
fn small_disk(folder: &Path) -> Option<String> {
    let mount = format!("mount -t tmpfs -o size=16m none {}", folder.display());
    let tried = Command::new("sh").args(["-c", &inside(&mount), "true"]).stderr(Stdio::null()).status();
    if tried.is_ok_and(|status| status.success()) {
        return Some(inside(&mount));
    }
    eprintln!("SKIPPED (no disk of its own: this system lets nobody mount one)");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shell) = small_disk(folder.path()) else { return };
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("full.db").display());
    let mut server = behind(&shell, &url).await;
    server.caller.submit("all", COMMANDS as usize).await;
    // The disk as the process sees it.
    let disk = format!("/proc/{}/root{}", server.id(), folder.path().display());
    let filler = Path::new(&disk).join("filler");
    let filled = std::fs::write(&filler, vec![0; 32 << 20]);
    assert!(filled.is_err(), "the disk is full now");
    let acknowledged = until_refused(&server).await;
    std::fs::remove_file(&filler).unwrap();
    goes_on(&mut server, acknowledged).await;
    // Its disk goes with it; while it stands still, nothing is half written.
    server.signal("STOP").await;
    for name in ["full.db", "full.db-wal"] {
        std::fs::copy(Path::new(&disk).join(name), folder.path().join(name)).unwrap();
    }
    server.signal("CONT").await;
    assert_eq!(server.terminate().await, Some(0));
    assert_eq!(books::audit(&url).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_only_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_) = small_disk(folder.path()) else { return };
    let file = folder.path().join("books.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut server = Server::start(&url).await;
    server.caller.submit("all", 1).await;
    assert_eq!(server.terminate().await, Some(0));
    // Also for root, who may write to whatever has no right on it.
    let path = folder.path().display();
    let bind = format!("mount --bind {path} {path}; mount -o remount,bind,ro {path}");
    let shell = inside(&bind);
    let check = Command::new("sh")
        .args(["-c", &shell, env!("CARGO_BIN_EXE_countersign"), "check"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("DATABASE_URL", &url)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    let line =
        told.lines().find(|line| line.starts_with("FAIL database")).unwrap_or_else(|| panic!("{told}"));
    assert!(line.contains(&file.display().to_string()) && line.contains("may not be written"), "{line}");

    let before = Some(shell);
    let mut server = Server::spawn_as(&url, Manner { before, ..Manner::default() }).await;
    server.caller.healthy().await;
    let (status, answer) = server.caller.deliver(&says(1, "/approve 1")).await.unwrap();
    assert_eq!(status, 503, "{answer}");
    assert!(server.runs(), "it waits for its books");
    server.kill().await;
    let mut server = Server::start(&url).await;
    let (_, answer) = server.caller.deliver(&says(1, "/approve 1")).await.unwrap();
    assert_eq!(answer["text"], "Approved 1: #1 item 1.");
    assert_eq!(server.terminate().await, Some(0));
    books::audit(&url).await;
}
