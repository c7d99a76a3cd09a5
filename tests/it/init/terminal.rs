//! At a terminal: nothing that is typed is shown, before the token is asked for too, and afterwards all is as it was.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use super::{Desk, SECRET, TOKEN};

/// Both ends of a terminal.
struct Terminal {
    ours: File,
    theirs: OwnedFd,
    shown: String,
}

impl Terminal {
    fn new() -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let theirs = ioctl_tiocgptpeer(&ours, OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        Self { ours: File::from(ours), theirs, shown: String::new() }
    }

    fn end(&self) -> Stdio {
        Stdio::from(self.theirs.try_clone().unwrap())
    }

    fn echoes(&self) -> bool {
        tcgetattr(&self.theirs).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    fn types(&mut self, line: &str) {
        self.ours.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn until(&mut self, part: &str) {
        while !self.shown.contains(part) {
            let mut some = [0; 512];
            let read = self.ours.read(&mut some).unwrap();
            assert!(read > 0, "it ended before it showed {part:?}: {}", self.shown);
            self.shown.push_str(&String::from_utf8_lossy(&some[..read]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_typed_is_shown() {
    let desk = Desk::new().await;
    let mut terminal = Terminal::new();
    let mut init = desk.command(&["init"]);
    let mut child = init.stdin(terminal.end()).stdout(terminal.end()).stderr(terminal.end()).spawn().unwrap();
    let (terminal, was_hidden) = tokio::task::spawn_blocking(move || {
        let mut hidden = Vec::new();
        // As soon as it shows anything, long before it asks.
        for (part, line) in [
            ("Countersign: set-up", format!("no token {SECRET}")),
            ("That is no token", TOKEN.to_owned()),
            ("Waiting …", format!("typed too early {SECRET}")),
        ] {
            terminal.until(part);
            hidden.push(!terminal.echoes());
            terminal.types(&line);
        }
        (terminal, hidden)
    })
    .await
    .unwrap();
    assert_eq!(was_hidden, [true; 3]);
    assert!(!terminal.shown.contains(SECRET), "{}", terminal.shown);
    let id = child.id().unwrap().to_string();
    assert!(tokio::process::Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    assert_eq!(child.wait().await.unwrap().code(), Some(130));
    assert!(terminal.echoes(), "it is put back");
}
