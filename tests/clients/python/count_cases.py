"""Checks in its JSON report that schemathesis really tested the server: `count_cases.py REPORT AT_LEAST`."""

import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
at_least = int(sys.argv[2])

cases, operations = report["test_cases"], report["operations"]
print(f"{cases['generated']} cases on {operations['tested']} operations, {cases['with_failures']} with failures")
assert report["complete"] and report["exit_code"] == 0, "the run did not finish, or it found a failure"
assert operations["tested"] == operations["selected"], f"skipped operations: {operations['skip_reasons']}"
assert cases["generated"] >= at_least, f"fewer than {at_least} cases"
assert not report["errors"], report["errors"]

# A fuzzer that sees nothing but 404 and 422 has tested little: most operations must have accepted some case.
never = [
    operation
    for operation, phases in report["valid_rates"].items()
    if not any(phase["accepted"] for phase in phases.values())
]
print(f"operations that accepted no case: {', '.join(never) or 'none'}")
assert len(never) * 4 <= operations["tested"], "too many operations accepted no case"
