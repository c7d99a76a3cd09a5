//! The GitHub Actions workflow: it is YAML, and its step runs as the runner would run it.

use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::json;
use tokio::process::Command;
use yaml_rust2::{Yaml, YamlLoader};

use super::{have, path, until_open};
use crate::ask::world::{Asking, CI, World, asking};

/// The steps of the only job.
fn steps() -> Vec<Yaml> {
    let text = std::fs::read_to_string(path("deploy.yml")).unwrap();
    let document = YamlLoader::load_from_str(&text).unwrap().remove(0);
    document["jobs"]["production"]["steps"].as_vec().unwrap().clone()
}

/// The step as a runner starts it, with `countersign` and a `git` on its path.
fn step(world: &World, folder: &std::path::Path) -> Asking {
    let steps = steps();
    let place = steps.iter().position(|step| step["name"].as_str() == Some("Ask")).unwrap();
    assert_eq!(steps[place + 1]["name"].as_str(), Some("Deploy"), "what is gated comes next");
    assert_eq!(steps[place]["env"]["COUNTERSIGN_URL"].as_str(), Some("${{ vars.COUNTERSIGN_URL }}"));
    let script = folder.join("step.sh");
    std::fs::write(&script, steps[place]["run"].as_str().unwrap()).unwrap();
    let mut command = Command::new("bash");
    // GitHub's default shell is `bash -e {0}`.
    command.arg("-e").arg(&script).env_clear().current_dir(folder).kill_on_drop(true);
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.join("bin").display())).env("RUNNER_TEMP", folder);
    command.env("COUNTERSIGN_URL", world.server.caller.url("")).env("COUNTERSIGN_TOKEN", CI);
    command.env("GITHUB_REF_NAME", "v2").env("GITHUB_RUN_ID", "4711");
    asking(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_step_goes_on_after_a_yes_alone() {
    if !have(&["bash"]) {
        return;
    }
    let world = World::start("0s").await;
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    symlink(env!("CARGO_BIN_EXE_countersign"), bin.join("countersign")).unwrap();
    std::fs::write(bin.join("git"), "#!/bin/sh\necho 'the last commit'\n").unwrap();
    std::fs::set_permissions(bin.join("git"), PermissionsExt::from_mode(0o755)).unwrap();

    let cancelled = step(&world, folder.path());
    until_open(&world, &[1]).await;
    let item = world.item(1).await;
    assert_eq!(
        (&item["title"], &item["detail"]),
        (&json!("Deploy v2 to production?"), &json!("the last commit\n"))
    );
    assert_eq!(item["external_id"], "deploy-4711");
    cancelled.signal("INT").await;
    let (code, _, told) = cancelled.end().await;
    assert!(code == Some(11) && world.item(1).await["state"] == "withdrawn", "{code:?} {told}");
    // Run again it is the same question, which was taken back.
    assert_eq!(step(&world, folder.path()).end().await.0, Some(11));
}
