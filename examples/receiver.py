#!/usr/bin/env python3
"""Takes decision webhooks (Standard Webhooks) and prints each decision once.

    WEBHOOK_SECRET=whsec_… receiver.py [PORT] [FILE with the ids that were taken]"""
import base64, hashlib, hmac, http.server, json, os, sqlite3, sys, time

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
PORT, FILE = int((sys.argv[1:] or ["8090"])[0]), (sys.argv[2:] or ["taken.db"])[0]
TAKEN = sqlite3.connect(FILE)
TAKEN.execute("CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY)")


def is_genuine(headers, body):
    told, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdigit() or abs(time.time() - int(at)) > 300:
        return False
    signed = hmac.digest(SECRET, f"{told}.{at}.".encode() + body, hashlib.sha256)
    mine = b"v1," + base64.b64encode(signed)
    # More than one signature while the secret is rotated.
    return any(hmac.compare_digest(mine, theirs.encode()) for theirs in headers.get("webhook-signature", "").split(" "))


class Receiver(http.server.BaseHTTPRequestHandler):
    timeout = 15

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if 0 <= length <= 1 << 20 else b""
        if not is_genuine(self.headers, body):
            return self.answer(401)
        with TAKEN:  # What you do with a decision belongs into this transaction: then it is done once, whenever you die.
            taken = TAKEN.execute("INSERT OR IGNORE INTO taken VALUES (?)", (self.headers["webhook-id"],)).rowcount
        if taken:
            data = json.loads(body)["data"]
            print(data["number"], data["state"], data["external_id"] or data["item_id"], flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
