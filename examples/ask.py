#!/usr/bin/env python3
"""Asks Countersign and waits: 0 approved, 10 rejected, 11 expired or withdrawn, 12 could not ask, 2 usage.

COUNTERSIGN_URL=… COUNTERSIGN_TOKEN=… ask.py KEY KIND TITLE [UNTIL, such as 2026-03-01T12:30:00Z]
KEY is your name for the question: run again under it, nobody is asked twice."""
import hashlib, http.client, json, os, sys, time, urllib.error, urllib.request, uuid

def end(code, words):
    print(words, file=sys.stderr if code in (2, 12) else sys.stdout)
    sys.exit(code)

class NoRedirect(urllib.request.HTTPRedirectHandler):  # It would take the token to whoever it names.
    def redirect_request(self, *_): return None

def call(path, body=None, patience_s=600):
    url, data, away_since = os.environ["COUNTERSIGN_URL"].rstrip("/") + path, body and json.dumps(body).encode(), None
    # The key is the same at each try: what was taken once is not taken twice.
    headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{uuid.uuid4()}"'}
    headers["Authorization"] = "Bearer " + os.environ["COUNTERSIGN_TOKEN"]
    while True:
        try:
            request = urllib.request.Request(url, data, headers)
            return json.load(urllib.request.build_opener(NoRedirect).open(request, timeout=65))
        except (OSError, ValueError, http.client.HTTPException) as error:
            status = getattr(error, "code", 503)
            if status < 500 and status not in (408, 429):
                end(12, f"{error}: {error.read(1000).decode(errors='replace')}")
            away_since = away_since or time.monotonic()
            if time.monotonic() - away_since > patience_s:
                end(12, f"no answer: {error}")
            time.sleep(1)

if len(sys.argv) not in (4, 5):
    end(2, __doc__)
key, kind, title, until = (sys.argv[1:] + [None])[:4]
content = {"kind": kind, "title": title, "detail": None, "payload": None}
told = call("/api/admin/pending", content | {"external_id": key, "expires_at": until})
item = {"id": told["ids"][0], "final": False}
while not item["final"]:
    item = call(f"/api/admin/pending/{item['id']}?wait=50")
canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
if item["content_hash"] != hashlib.sha256(canonical.encode()).hexdigest():
    end(12, "what was decided is not what was asked")
words = [item["state"], item.get("decided_by", {}).get("name"), item.get("reason")]
end({"approved": 0, "rejected": 10}.get(item["state"], 11), " ".join(filter(None, words)))
