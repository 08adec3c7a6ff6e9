"""Sends the same requests to FastAPI and fastrs, and counts equal responses.

    compare.py PROGRAM [--seed N] [--requests N] [--floor PERCENT] [--show N]

PROGRAM is the built `tests/programs/differential`. FastAPI runs in this process, fastrs in one of its own, reached through sockets.
"""

import argparse
import json
import math
import multiprocessing
import os
import subprocess
import sys
from collections import Counter, defaultdict

from generate import request
from rules import rule_for
from wire import FastAPI, Fastrs


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--seed", default="fastrs")
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--floor", type=float, default=99.0)
    options.add_argument("--show", type=int, default=3, help="how many requests of each unexplained kind are printed")
    options = options.parse_args()

    process, port = start(options.program)
    try:
        workers = os.cpu_count() or 1
        slices = [(port, options.seed, range(n, options.requests, workers)) for n in range(workers)]
        with multiprocessing.Pool(workers) as pool:
            differences = [difference for found in pool.starmap(differences_in, slices) for difference in found]
    finally:
        process.terminate()
        process.wait()
    sys.exit(report(sorted(differences), options))


def start(program):
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": "0", "ACCESS_LOG": "off"}
    process = subprocess.Popen([program], env=environment, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        _, found, rest = line.partition("is listening on http://")
        if found:
            port = int(rest.split(",")[0].strip().rpartition(":")[2])
            # Discards the rest of the log, so that the program does not block on a full pipe.
            multiprocessing.Process(target=process.stderr.read, daemon=True).start()
            return process, port
    raise SystemExit(f"{program} did not start")


def differences_in(port, seed, numbers):
    """Returns the requests whose responses differ, by number, each with the rule that explains it, or `None`."""
    theirs, ours = FastAPI(), Fastrs(port)
    found = []
    for number in numbers:
        asked = request(seed, number)
        expected, answered = theirs.ask(asked), ours.ask(asked)
        if canonical(expected) != canonical(answered):
            found.append((number, rule_for(asked, expected, answered, theirs), kind_of(asked, expected, answered), str(asked), repr(expected), repr(answered)))
    return found


def canonical(answer):
    """Returns what must be equal: 1 differs from 1.0, and the order of keys does not matter."""
    return (answer.status, answer.media, answer.location, answer.cookies, answer.json(strictly) if answer.is_json() else answer.body)


def strictly(value):
    """Returns a JSON value that distinguishes floats from integers, and -0.0 from 0.0."""
    match value:
        case float():
            return ("float", math.copysign(1, value), value)
        case bool() | None | str():
            return value
        case int():
            return ("int", value)
        case list():
            return [strictly(item) for item in value]
        case dict():
            return {key: strictly(item) for key, item in value.items()}


def kind_of(asked, expected, answered):
    """Returns the group of a difference in the report: the endpoint, the statuses, and the errors that only one side lists."""
    errors = lambda answer: [(error.get("type"), tuple(error.get("loc", ()))) for error in answer.details()]
    left, right = errors(expected), errors(answered)
    return f"{asked.endpoint}: {expected.status} {[e for e in left if e not in right]} / {answered.status} {[e for e in right if e not in left]}"


def report(differences, options):
    decided = Counter(rule for _, rule, *_ in differences if rule)
    unexplained = defaultdict(list)
    for number, rule, kind, *texts in differences:
        if not rule:
            unexplained[kind].append((number, texts))
    for kind, requests in sorted(unexplained.items(), key=lambda item: -len(item[1])):
        print(f"\n{len(requests)} x {kind}")
        for number, (asked, expected, answered) in requests[: options.show]:
            print(f"  {number}: {asked}\n    FastAPI {expected}\n    fastrs  {answered}")
    print()
    for rule, count in decided.most_common():
        print(f"{count:6} by design: {rule}")
    agreed = options.requests - len(differences)
    left = sum(map(len, unexplained.values()))
    share = 100 * agreed / options.requests
    print(f"differential: {agreed} of {options.requests} responses agree ({share:.2f}%), {sum(decided.values())} differ by design, {left} unexplained")
    return 1 if share < options.floor or left else 0


if __name__ == "__main__":
    main()
