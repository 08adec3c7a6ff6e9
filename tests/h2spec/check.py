"""Runs the cases of h2spec against a server: `check.py ADDRESS` or `check.py PROGRAM [ARGUMENT..]`.

Prints each case that fails, with what the server sent. Exits with 1 if there is one.
"""

import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import generic
import hpack
import http2
from wire import Connection

GROUPS = {"generic": generic, "http2": http2, "hpack": hpack}


def run(address, steps):
    """Returns the connection, and what went wrong."""
    connection = Connection(address)
    with closing(connection.socket):
        try:
            if steps[0] is not None:
                connection.handshake()
            octets = b""
            for step in steps:
                if isinstance(step, bytes):
                    octets += step
                elif step is not None:
                    connection.send(octets)
                    octets = b""
                    step(connection)
            return connection, None
        except (AssertionError, OSError) as error:
            return connection, str(error) or type(error).__name__


def check(address):
    cases = [(f"{group}/{id}", *case) for group, module in GROUPS.items() for id, *case in module.CASES]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda case: run(address, case[2:]), cases))
    failed = [(case, *result) for case, result in zip(cases, results) if result[1]]
    for (id, what, *_), connection, error in failed:
        print(id, what, error, sep=" | ")
        print(*(f"    received {frame}" for frame in connection.received), sep="\n")
    others = sum(connection.other_code for connection, _ in results)
    print(f"h2spec: {len(cases) - len(failed)} of {len(cases)} cases passed, {others} of them with another error code")
    return failed


def main(arguments):
    if re.fullmatch(r"[\d.]+:\d+", arguments[0]):
        host, port = arguments[0].split(":")
        return check((host, int(port)))
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as server:
        started = next(line for line in server.stderr if "http://" in line)
        host, port = re.search(r"http://([\d.]+):(\d+)", started).groups()
        relay = threading.Thread(target=shutil.copyfileobj, args=(server.stderr, sys.stderr))
        relay.start()
        try:
            return check((host, int(port)))
        finally:
            server.terminate()
            relay.join()


sys.exit(1 if main(sys.argv[1:]) else 0)
