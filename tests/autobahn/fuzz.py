"""Runs Autobahn's fuzzing client against a server: `fuzz.py PROGRAM [ARGUMENT..]`, which echoes messages at `/echo`.

Prints each case whose outcome is not OK, and the log of each that failed or did not end. Exits with 1 if there are any of
the latter.
"""

import re
import shutil
import subprocess
import sys
import threading
from collections import Counter

from autobahntestsuite import fuzzing
from twisted.internet import reactor
from twisted.python import log

# All groups that exist, except 12 and 13, which are for compression.
GROUPS = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"]
PASSED = {"OK", "NON-STRICT", "INFORMATIONAL"}
ABORTED = dict.fromkeys(["behavior", "behaviorClose"], "ABORTED") | {"result": "", "resultClose": "", "wirelog": []}


def octets(value):
    return value.encode("latin-1") if isinstance(value, str) else value


def encoding(method):
    return lambda self, *values, **options: method(
        self, *map(octets, values), **{name: octets(value) for name, value in options.items()}
    )


class Client(fuzzing.FuzzingClientProtocol):
    """In its cases, text stands for bytes: see `port.py`."""

    sendFrame = encoding(fuzzing.FuzzingClientProtocol.sendFrame)
    sendMessage = encoding(fuzzing.FuzzingClientProtocol.sendMessage)
    sendMessageFrameData = encoding(fuzzing.FuzzingClientProtocol.sendMessageFrameData)
    sendCloseFrame = encoding(fuzzing.FuzzingClientProtocol.sendCloseFrame)

    def onMessage(self, payload, is_binary):
        super().onMessage(payload.decode("latin-1"), is_binary)

    def onPong(self, payload):
        super().onPong(payload.decode("latin-1"))


class Cases(fuzzing.FuzzingClientFactory):
    def createReports(self):
        """Writes no files."""


def run(url):
    """Returns the result of each case."""
    log.addObserver(lambda event: event["isError"] and print(log.textFromEventDict(event), file=sys.stderr))
    fuzzing.FuzzingClientProtocol = Client
    fuzzing.asciiLogData = fuzzing.binLogData = lambda data, *_options, **_named: repr(data[:64])
    cases = Cases({"servers": [{"agent": "server", "url": url}], "cases": GROUPS})
    reactor.run()
    results = cases.agents.get("server", {})
    return {case: results.get(case, ABORTED) for case in cases.specCases}


with subprocess.Popen(sys.argv[1:], stderr=subprocess.PIPE, text=True) as server:
    address = re.search(r"http://([^,\s]+)", next(line for line in server.stderr if "http://" in line))[1]
    relay = threading.Thread(target=shutil.copyfileobj, args=(server.stderr, sys.stderr))
    relay.start()
    try:
        results = run(f"ws://{address}/echo")
    finally:
        server.terminate()
        relay.join()

failed = []
for case, result in results.items():
    outcomes = result["behavior"], result["behaviorClose"]
    if set(outcomes) != {"OK"}:
        print(case, *outcomes, result["result"], result["resultClose"], sep=" | ")
    if not PASSED.issuperset(outcomes):
        failed.append(case)
        print(*result["wirelog"], sep="\n")
for kind in ["behavior", "behaviorClose"]:
    print(kind, dict(Counter(result[kind] for result in results.values())))
if failed:
    sys.exit(f"failed: {', '.join(failed)}")
