#!/usr/bin/env bash
# Drives the release binary end to end over HTTP and the webhook, and keeps a readable report.
#   scripts/smoke.sh                    build it first: cargo build --release
#   scripts/smoke.sh verify [MANIFEST]  checks the manifest's SHA-256 sums against the tree
# COUNTERSIGN names another binary, SMOKE_DIR another folder for report and manifest (default target/smoke).
set -euo pipefail
cd "$(dirname "$0")/.."

dir=${SMOKE_DIR:-target/smoke}
binary=${COUNTERSIGN:-target/release/countersign}

for tool in curl python3 sha256sum; do
  command -v "$tool" >/dev/null || { echo "smoke: $tool is missing; install it first" >&2; exit 1; }
done

if [ "${1:-}" = verify ]; then
  manifest=${2:-$dir/manifest.sha256}
  [ -f "$manifest" ] || { echo "smoke: there is no manifest $manifest; run scripts/smoke.sh first" >&2; exit 1; }
  added=$(git ls-files | while IFS= read -r file; do [ -f "$file" ] && printf '%s\n' "$file"; done |
    grep -vxFf <(cut -c67- "$manifest") || true)
  [ -z "$added" ] || { echo "Not in $manifest:" >&2; echo "$added" >&2; exit 1; }
  if sha256sum --quiet -c "$manifest"; then
    echo "The tree and the binary are as in $manifest ($(wc -l <"$manifest") files)."
    exit 0
  fi
  echo "The tree or the binary differs from $manifest." >&2
  exit 1
fi
[ $# -eq 0 ] || { echo "usage: scripts/smoke.sh [verify [MANIFEST]]" >&2; exit 2; }
[ -x "$binary" ] || { echo "smoke: there is no $binary; run cargo build --release" >&2; exit 1; }

mkdir -p "$dir"
status=0
python3 scripts/smoke.py "$binary" "$dir/report.txt" || status=1

# What was smoked: every source git knows, and the binary.
{ git ls-files -z | while IFS= read -r -d '' file; do if [ -f "$file" ]; then printf '%s\0' "$file"; fi; done
  printf '%s\0' "$binary"; } | xargs -0 sha256sum >"$dir/manifest.sha256"
echo "manifest: $(wc -l <"$dir/manifest.sha256") files in $dir/manifest.sha256, its own SHA-256 $(sha256sum <"$dir/manifest.sha256" | cut -c1-16)…" | tee -a "$dir/report.txt"
if [ $status -eq 0 ]; then echo "SMOKE PASSED" | tee -a "$dir/report.txt"; else echo "SMOKE FAILED" | tee -a "$dir/report.txt"; fi
exit $status
