#!/usr/bin/env bash
# Builds the program of an older commit, in a git worktree of its own, and prints where the binary is:
#   OLD_BINARY=$(scripts/older-binary.sh HEAD~1) cargo test --test it -- soak
set -euo pipefail
cd "$(dirname "$0")/.."
commit=$(git rev-parse --verify --short=12 "${1:-HEAD~1}^{commit}")
home=$PWD/target/older
binary=$home/countersign-$commit
if [ ! -x "$binary" ]; then
  tree=$home/tree-$commit
  mkdir -p "$home"
  trap 'git worktree remove --force "$tree"' EXIT
  git worktree add --quiet --detach "$tree" "$commit"
  # The dependencies are built once for all older commits.
  (cd "$tree" && CARGO_TARGET_DIR=$home/build nice cargo build --quiet --locked --bin countersign) >&2
  cp "$home/build/debug/countersign" "$binary"
fi
echo "$binary"
