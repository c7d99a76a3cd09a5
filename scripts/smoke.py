"""The steps of scripts/smoke.sh: a real server, a real SQLite file, a Bot API server on loopback."""

import http.client
import http.server
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SECRET = "smoke-webhook-secret"
TOKEN = "smoke-smoke-smoke-smoke-smoke-smoke-1"
SCOPE = "653344332109329934645c722b2c77676d1937517ac75eca5d670b1782cc0c53"
REPEATS = 200
P99_LIMIT_MS = 100.0


class BotApi(http.server.BaseHTTPRequestHandler):
    """Answers getMe, and everything else with true; remembers what was called."""

    calls = []
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        method = self.path.rsplit("/", 1)[-1]
        BotApi.calls.append(method)
        me = {"id": 1234567, "is_bot": True, "first_name": "Smoke", "username": "smoke_bot",
              "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
              "can_connect_to_business": False, "has_main_web_app": False}
        body = json.dumps({"ok": True, "result": me if method.lower() == "getme" else True}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_):
        pass


class Failed(Exception):
    pass


def expect(holds, told):
    if not holds:
        raise Failed(told)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Smoke:
    def __init__(self, binary, report, folder):
        self.binary, self.folder = os.path.abspath(binary), folder
        self.report, self.failed = report, False
        self.port, self.process = free_port(), None
        api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), BotApi)
        threading.Thread(target=api.serve_forever, daemon=True).start()
        self.environment = {
            "TELEGRAM_BOT_TOKEN": "1234567:" + "A" * 35,
            "TELEGRAM_API_URL": f"http://127.0.0.1:{api.server_port}",
            "WEBHOOK_URL": f"http://127.0.0.1:{self.port}/telegram",
            "LISTEN_ADDR": f"127.0.0.1:{self.port}",
            "WEBHOOK_SECRET": SECRET,
            "ADMIN_IDS": "111",
            "API_TOKENS": f"smoke/decide:{TOKEN}",
            "DATABASE_URL": f"sqlite://{folder}/smoke.db?mode=rwc",
            "RUST_LOG": "warn",
        }

    def say(self, line):
        print(line, flush=True)
        self.report.write(line + "\n")

    def step(self, name, work):
        began = time.perf_counter()
        try:
            told, sign = work() or "", "ok  "
        except (Failed, OSError, subprocess.SubprocessError, http.client.HTTPException, ValueError, KeyError) as error:
            told, sign, self.failed = f"{type(error).__name__}: {error}", "FAIL", True
        self.say(f"{sign} {name:<46} {(time.perf_counter() - began) * 1000:8.1f} ms  {told}".rstrip())

    def start(self):
        log = open(os.path.join(self.folder, "serve.log"), "ab")
        self.process = subprocess.Popen([self.binary, "serve"], env=self.environment, cwd=self.folder, stderr=log, stdout=log)
        for _ in range(500):
            try:
                if self.call("GET", "/readyz")[0] == 200:
                    return None
            except OSError:
                pass
            time.sleep(0.02)
        raise Failed("not ready within 10 s: " + open(log.name, encoding="utf-8").read()[-500:])

    def call(self, method, path, body=None, headers=None, connection=None):
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        text = json.dumps(body) if isinstance(body, (dict, list)) else body
        own.request(method, path, text, headers or {})
        answer = own.getresponse()
        raw = answer.read()
        if not connection:
            own.close()
        return answer.status, json.loads(raw) if raw else None

    def post(self, path, key, body, connection=None):
        headers = {"Authorization": f"Bearer {TOKEN}", "X-Idempotency-Key": key, "Content-Type": "application/json"}
        return self.call("POST", path, body, headers, connection)

    def deliver(self, number, text, secret=SECRET, connection=None):
        update = {"update_id": number, "message": {
            "message_id": number, "date": int(time.time()) if number not in self.dates else self.dates[number],
            "chat": {"id": 111, "type": "private", "first_name": "Lee"},
            "from": {"id": 111, "is_bot": False, "first_name": "Lee", "username": "lee"}, "text": text}}
        self.dates.setdefault(number, update["message"]["date"])
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
        return self.call("POST", "/telegram", update, headers, connection)

    dates = {}

    # The steps, in their order.

    def submit(self):
        items = [{"kind": "bill", "title": f"item {n}"} for n in range(1, 13)]
        status, body = self.post("/api/admin/pending", "submit-1", {"items": items})
        expect(status == 201 and body["ids"] == list(range(1, 13)), f"{status} {body}")

    def first(self):
        status, body = self.post("/api/admin/pending/bulk.approve", "req-12345", {"ids": [1, 2, 3], "by": "admin"})
        expect(status == 200 and body == {"approved_count": 3, "ids": [1, 2, 3], "by": "admin"}, f"{status} {body}")
        return "200, approved_count 3"

    def repeat(self):
        status, body = self.post("/api/admin/pending/bulk.approve", "req-12345", {"by": "admin", "ids": [1, 2, 3]})
        expect(status == 409 and body["error"] == "duplicate_idempotency_key", f"{status} {body}")
        expect(body["message"] == "Request with key 'req-12345' already processed", str(body))
        expect(body["scope_hash"] == SCOPE and body["scope_matches"] is True, str(body))
        expect(body["original"]["approved_count"] == 3, str(body))
        return "409, scope_hash as documented"

    def other_payload(self):
        status, body = self.post("/api/admin/pending/bulk.approve", "req-12345", {"ids": [4], "by": "admin"})
        expect(status == 409 and body["scope_matches"] is False and body["differs"] == ["ids"], f"{status} {body}")

    def wrong_secret(self):
        headers = {"X-Telegram-Bot-Api-Secret-Token": "wrong", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/telegram", "{}", headers)
        status = connection.getresponse().status
        expect(status == 401, str(status))

    def approve(self):
        status, body = self.deliver(500, "/approve 4,5")
        expect(status == 200 and body["method"] == "sendMessage" and "#4" in body["text"], f"{status} {body}")
        return body["text"]

    def duplicate(self):
        status, body = self.deliver(500, "/approve 4,5")
        expect(status == 200 and "duplicate" in body["text"] and "#5" in body["text"], f"{status} {body}")
        return body["text"]

    def times(self, once):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        took = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            once(connection)
            took.append((time.perf_counter() - began) * 1000)
        took.sort()
        p50, p99, slowest = took[REPEATS // 2], took[int(REPEATS * 0.99) - 1], took[-1]
        told = f"p50 {p50:.2f}, p99 {p99:.2f}, slowest {slowest:.2f} ms"
        expect(p99 < P99_LIMIT_MS, f"p99 is over {P99_LIMIT_MS:.0f} ms: {told}")
        return told

    def http_times(self):
        def once(connection):
            status, _ = self.post("/api/admin/pending/bulk.approve", "req-12345", {"ids": [1, 2, 3], "by": "admin"}, connection)
            expect(status == 409, str(status))
        return self.times(once)

    def webhook_times(self):
        def once(connection):
            status, body = self.deliver(500, "/approve 4,5", connection=connection)
            expect(status == 200 and "duplicate" in body["text"], f"{status} {body}")
        return self.times(once)

    def told_telegram(self):
        for _ in range(250):
            calls = {call.lower() for call in BotApi.calls}
            if {"getme", "setwebhook", "setmycommands"} <= calls:
                return ", ".join(sorted(set(BotApi.calls)))
            time.sleep(0.02)
        raise Failed(f"called only {BotApi.calls}")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.start()
        return self.duplicate()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
        expect(code == 0, f"exit code {code}")
        return "exit code 0"

    def head(self):
        ran = subprocess.run([self.binary, "migrate", "status"], env=self.environment, cwd=self.folder,
                             capture_output=True, text=True, timeout=20, check=True)
        lines = ran.stdout.split("\n")
        expect("missing" not in ran.stdout and lines[0].startswith("applied"), ran.stdout)
        return "head " + [line for line in lines if line][-1].split()[1]

    def run(self):
        version = subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        self.say(f"Smoke report, {time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime())}")
        self.say(f"{version}, {os.path.getsize(self.binary) / 2**20:.1f} MiB; {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
        steps = [
            ("start, ready", self.start), ("12 items submitted", self.submit),
            ("bulk.approve, first", self.first), ("bulk.approve, repeat", self.repeat),
            ("bulk.approve, other payload, same key", self.other_payload),
            ("webhook, wrong secret: 401", self.wrong_secret), ("webhook, /approve 4,5", self.approve),
            ("webhook, delivered again: duplicate", self.duplicate), ("getMe, setWebhook, setMyCommands", self.told_telegram),
            (f"{REPEATS} repeats over HTTP", self.http_times), (f"{REPEATS} repeats over the webhook", self.webhook_times),
            ("SIGKILL, start again: duplicate", self.kill), ("SIGTERM", self.terminate), ("migrations", self.head),
        ]
        try:
            for name, work in steps:
                self.step(name, work)
        finally:
            if self.process and self.process.poll() is None:
                self.process.kill()
        return 1 if self.failed else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="countersign-smoke-") as temporary, open(sys.argv[2], "w", encoding="utf-8") as kept:
        sys.exit(Smoke(sys.argv[1], kept, temporary).run())
