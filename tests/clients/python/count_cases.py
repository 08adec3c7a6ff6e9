"""Holds schemathesis to having really tested: `count_cases.py REPORT AT_LEAST` reads its JSON report."""

import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
at_least = int(sys.argv[2])

cases, operations = report["test_cases"], report["operations"]
print(f"{cases['generated']} cases on {operations['tested']} operations, {cases['with_failures']} with findings")
assert report["complete"] and report["exit_code"] == 0, "the run did not finish, or found something"
assert operations["tested"] == operations["total"], f"operations left out: {operations['skip_reasons']}"
assert cases["generated"] >= at_least, f"fewer than {at_least} cases"
assert not report["errors"], report["errors"]

# A fuzzer that only ever sees 404 and 422 has tested little: most operations must have answered some case as meant.
never = [
    operation
    for operation, phases in report["valid_rates"].items()
    if not any(phase["accepted"] for phase in phases.values())
]
print(f"never answered as meant: {', '.join(never) or 'none'}")
assert len(never) * 4 <= operations["tested"], "too many operations were never really reached"
