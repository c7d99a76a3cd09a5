//! A PostgreSQL server of our own, shared by all test processes of a user.
//!
//! It lives in the temporary folder, listens on loopback alone with a random password, and stops by itself ten
//! minutes after the last test asked for a database. It gives up safety for speed (`-F`): what tests kill is our
//! program, never the server.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sea_orm::sqlx::{Connection, PgConnection};
use url::Url;

/// The address of the running server, which is started if need be; or what is missing.
pub(super) async fn running() -> Result<Url, String> {
    let programs = programs().ok_or("no `initdb` in PATH or /usr/lib/postgresql")?;
    let me = output("id", &["-u"])?;
    let version = output(&programs.join("pg_ctl").display().to_string(), &["--version"])?;
    let version = version.split_whitespace().nth(2).unwrap_or("unknown");
    let name = format!("countersign-test-postgres-{version}-{me}");
    let folder = std::env::temp_dir().join(&name);
    let lock = File::options().create(true).append(true).open(folder.with_file_name(name + ".lock"));
    let lock =
        lock.map_err(|error| format!("no lock file in {}: {error}", std::env::temp_dir().display()))?;
    // Held until this function returns: one process starts the server, the others find it running.
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await;
    let _held = lock.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    if let Some(url) = alive(&folder).await {
        return Ok(url);
    }
    start(&programs, &folder, me == "0")?;
    alive(&folder)
        .await
        .ok_or_else(|| format!("the server in {} started but gives no answer", folder.display()))
}

/// The address of the server in `folder`, if it answers.
async fn alive(folder: &Path) -> Option<Url> {
    // The server's watchdog looks at the age of this file.
    fs::write(folder.join("used"), ".").ok()?;
    let password = fs::read_to_string(folder.join("password")).ok()?;
    // Its fourth line is the port.
    let pid_file = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    let port = pid_file.lines().nth(3)?;
    let url = format!("postgres://postgres:{}@127.0.0.1:{port}/postgres?sslmode=disable", password.trim());
    let connection = PgConnection::connect(&url).await.ok()?;
    connection.close().await.ok()?;
    Url::parse(&url).ok()
}

fn start(programs: &Path, folder: &Path, am_root: bool) -> Result<(), String> {
    run(programs, folder, am_root, SCRIPT)
}

/// Runs a script as the server's account. It finds `$bin`, `$dir`, and in `$port` one that is free.
fn run(programs: &Path, folder: &Path, am_root: bool, script: &str) -> Result<(), String> {
    // Free at this moment, and most likely still when the server takes it.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let port = port.map_err(|error| error.to_string())?.port();
    let script = format!("bin='{}'; dir='{}'; port={port}\n{script}", programs.display(), folder.display());
    let mut shell = Command::new(if am_root { "su" } else { "sh" });
    if am_root {
        // PostgreSQL refuses to run as root. The account comes with its packages.
        shell.args(["-s", "/bin/sh", "postgres"]);
    }
    let done = shell.arg("-c").arg(script).current_dir("/").stdin(Stdio::null()).output();
    let done = done.map_err(|error| format!("no shell: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("the server does not start: {}", said.lines().last().unwrap_or("no reason was given")))
}

/// A server of one test; its data go with it.
pub struct Own {
    programs: PathBuf,
    folder: PathBuf,
    am_root: bool,
    url: Url,
}

impl Own {
    pub(super) async fn start() -> Result<Self, String> {
        let programs = programs().ok_or("no `initdb` in PATH or /usr/lib/postgresql")?;
        let am_root = output("id", &["-u"])? == "0";
        let name = format!("countersign-own-postgres-{:016x}", getrandom::u64().unwrap());
        let folder = std::env::temp_dir().join(name);
        start(&programs, &folder, am_root)?;
        let url = alive(&folder).await.ok_or("the server started but gives no answer")?;
        Ok(Self { programs, folder, am_root, url })
    }

    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Keeps it for another ten minutes: its data go when nobody has said so for that long.
    pub fn keep(&self) {
        fs::write(self.folder.join("used"), ".").unwrap();
    }

    /// Stops it at once, as if its machine had lost power; what was committed stays.
    pub fn stop(&self) {
        self.script("\"$bin/pg_ctl\" -D \"$dir/data\" -m immediate -w stop >/dev/null");
    }

    /// Starts it again where it was.
    pub fn again(&self) {
        // The options of its first start stand in the folder.
        let script = r#"cd "$dir"
            "$bin/pg_ctl" -D data -l server.log -w -t 30 start >start.log 2>&1 </dev/null \
                -o "$(sed 's/^[^ ]* //' data/postmaster.opts)" || { tail -n 1 server.log >&2; exit 1; }"#;
        self.script(script);
    }

    /// Keeps a copy of its data as they are; only while it is stopped.
    pub fn save(&self) {
        self.script("cp -a \"$dir/data/.\" \"$dir/saved\"");
    }

    /// Puts the copy in the place of its data, as a standby that had not heard of the rest; only while it is stopped.
    pub fn put_back(&self) {
        self.script("rm -rf \"$dir/data/\"* && cp -a \"$dir/saved/.\" \"$dir/data\"");
    }

    fn script(&self, script: &str) {
        run(&self.programs, &self.folder, self.am_root, script).unwrap();
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let script = "\"$bin/pg_ctl\" -D \"$dir/data\" -m immediate stop >/dev/null; rm -rf \"$dir\"";
        drop(run(&self.programs, &self.folder, self.am_root, script));
    }
}

/// Run by the server's own account. Nothing is ended by a process id, which may be another's by now: a server whose
/// data are gone ends by itself within a minute.
const SCRIPT: &str = r#"
set -eu
umask 077
mkdir -p "$dir"
[ -O "$dir" ] || { echo "$dir belongs to somebody else" >&2; exit 1; }
cd "$dir"
rm -rf data data-*
data="data-$$"
ln -s "$data" data
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >password
"$bin/initdb" -D "$data" -U postgres --auth=password --pwfile=password -E UTF8 --locale=C -N >initdb.log 2>&1 \
    || { tail -n 1 initdb.log >&2; exit 1; }
"$bin/pg_ctl" -D "$data" -l server.log -w -t 30 start >start.log 2>&1 </dev/null \
    -o "-F -p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200" \
    || { tail -n 1 server.log >&2; exit 1; }
: >used
detached=$(command -v setsid || command -v nohup)
"$detached" sh -c "while sleep 30 && [ -d $data ]; do
    [ -n \"\$(find used -mmin -10)\" ] || rm -rf $data
done" >/dev/null 2>&1 </dev/null &
"#;

/// The folder of the newest `initdb`.
pub(super) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    let in_path = || {
        let path = super::variable("PATH")?;
        std::env::split_paths(&path)
            .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
    };
    newest.map(|(_, folder)| folder).or_else(in_path)
}

fn output(program: &str, arguments: &[&str]) -> Result<String, String> {
    let done =
        Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}
