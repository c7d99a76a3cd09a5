#!/usr/bin/env python3
"""A gate before an AI agent's tool calls: the dangerous ones are shown to a person first.

    gate.py Bash Write mcp__payments__refund        the names of the tools that need a yes; all others pass

The call comes as JSON on standard input: {"tool_name": …, "tool_input": {…}, "session_id": …, "tool_use_id": …}. The decision
goes to standard output as JSON, and the exit code says the same: 0 go on, 2 do not, with the reason on standard error. That is
the shape of Claude Code's PreToolUse hooks; others differ in the names of the fields. Give the hook more time than WAIT.

The agent can read its own environment: let COUNTERSIGN_TOKEN be one that may submit only."""
import hashlib, json, os, signal, subprocess, sys

WAIT = os.environ.get("GATE_WAIT", "10m")  # Until then a person may decide; after that it is a no.


def end(goes_on, reason):
    decision = {"permissionDecision": "allow" if goes_on else "deny", "permissionDecisionReason": reason}
    print(json.dumps({"hookSpecificOutput": {"hookEventName": "PreToolUse", **decision}}))
    if goes_on:
        sys.exit(0)
    print(reason, file=sys.stderr)
    sys.exit(2)


def ask(call):
    tool, shown = call["tool_name"], json.dumps(call["tool_input"], indent=1, ensure_ascii=False)
    first = " ".join(str(value) for value in call["tool_input"].values())
    title = "".join(c if c.isprintable() else " " for c in f"{tool}: {first}")[:200]
    # What is too long to be shown cannot be approved: ask then ends with 2.
    command = [os.environ.get("COUNTERSIGN", "countersign"), "ask", title, "--kind", "agent.tool-call"]
    command += ["--detail-file", "-", "--timeout", WAIT, "--patience", "1m"]
    if call.get("tool_use_id"):
        # The same call, delivered again, asks nobody twice. Without an id two calls could be alike, and each needs its own yes.
        name = json.dumps([call.get("session_id"), call["tool_use_id"]])
        command += ["--key", hashlib.sha256(name.encode()).hexdigest()]
    asking = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    # Whoever ends the gate withdraws the question.
    signal.signal(signal.SIGTERM, lambda *_: asking.terminate())
    told = asking.communicate(shown)[0].split("\n")[0]
    end(asking.returncode == 0, told or f"nobody could be asked (exit code {asking.returncode})")


try:
    call = json.load(sys.stdin)
    if call["tool_name"] in sys.argv[1:]:
        ask(call)
    end(True, "it needs no yes")
except Exception as error:  # Whatever goes wrong is a no: a hook that fails otherwise lets the call through.
    end(False, f"the gate failed: {error!r}")
