#!/bin/sh
# Asks Countersign and waits: 0 approved, 10 rejected, 11 expired or withdrawn, 12 could not ask, 2 usage. Needs curl and jq.
#   COUNTERSIGN_URL=… COUNTERSIGN_TOKEN=… ask.sh KEY KIND TITLE [UNTIL, such as 2026-03-01T12:30:00Z]
# KEY is your name for the question: run again under it, nobody is asked twice.
set -eu
if [ $# -lt 3 ] || [ $# -gt 4 ]; then sed -n '2,4s/^# //p' "$0" >&2; exit 2; fi
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Until it is answered, for about ten minutes at most. The token is no argument, for everybody on the machine can read those.
call() {
  path=$1; shift; left=300
  while :; do
    status=$(printf 'header = "Authorization: Bearer %s"\n' "$COUNTERSIGN_TOKEN" | curl -sS --config - -o "$answer" \
      -w '%{http_code}' -m 65 -H 'Content-Type: application/json' "$@" "${COUNTERSIGN_URL%/}$path") || status=000
    case $status in
      2??) return ;;
      000 | 408 | 429 | 5??) left=$((left - 1)); [ $left -gt 0 ] || { echo "no answer" >&2; exit 12; }; sleep 2 ;;
      *) cat "$answer" >&2; exit 12 ;;
    esac
  done
}

item=$(jq -nc --arg key "$1" --arg kind "$2" --arg title "$3" --arg until "${4:-}" \
  '{kind: $kind, title: $title, external_id: $key, expires_at: (if $until == "" then null else $until end)}')
# The same at each try: what was taken once is not taken twice.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
call /api/admin/pending -H "Idempotency-Key: \"$key\"" -d "$item"
id=$(jq -er '.ids[0]' "$answer") || exit 12
until [ "$(jq -r .final "$answer")" = true ]; do call "/api/admin/pending/$id?wait=50"; done
jq -r '[.state, .decided_by.name, .reason] | map(values) | join(" ")' "$answer"
case $(jq -r .state "$answer") in approved) exit 0 ;; rejected) exit 10 ;; *) exit 11 ;; esac
