# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the tests of a verbose ctest log and prints the closing line.

Usage: summarize.py LOG SKIPS CTEST_STATUS. A test function of Qt Test counts as one; a test of another kind (scripts) counts
as one by its ctest result. A skip must be listed in SKIPS as "program::function  reason"; else it is a failure.
"""
import re
import sys


def allowed_skips(path):
    allowed = {}
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if line:
            name, _, reason = line.partition(" ")
            allowed[name] = reason.strip()
    return allowed


def main():
    log, skips, status = sys.argv[1], sys.argv[2], int(sys.argv[3])
    allowed = allowed_skips(skips)
    passed = failed = skipped = 0
    qt_programs, problems = set(), []
    lines = open(log, encoding="utf-8", errors="replace").read().splitlines()
    last_fail = False
    for line in lines:
        message = re.match(r"\d+: (.*)", line)
        if message:
            text = message.group(1)
            totals = re.match(r"Totals: (\d+) passed, (\d+) failed, (\d+) skipped", text)
            number = line.split(":")[0]
            if totals:
                qt_programs.add(number)
                passed += int(totals[1])
                failed += int(totals[2])
            skip = re.match(r"SKIP\s+: (\w+)::(\w+)\(.*?\)\s*(.*)", text)
            if skip:
                name = f"{skip[1]}::{skip[2]}"
                if name in allowed or skip[1] + "::*" in allowed:
                    skipped += 1
                else:
                    failed += 1
                    problems.append(f"skip without a listed reason: {name}: {skip[3]}")
            if re.match(r"(FAIL!|XPASS)", text):
                problems.append(text)
                last_fail = True
            elif last_fail and "Loc:" in text:
                problems.append("    " + text.strip())
                last_fail = False
        result = re.match(r"\s*\d+/\d+ Test\s+#(\d+): (\S+) \.+\s*(.*?)\s+[\d.]+ sec", line)
        if result:
            number, name, word = result[1], result[2], result[3].lstrip("*").strip()
            if number not in qt_programs:
                if word == "Passed":
                    passed += 1
                elif word == "Skipped" and name in allowed:
                    skipped += 1
                else:
                    failed += 1
            if word != "Passed":
                problems.append(f"{name}: {word}")
    if status != 0 and failed == 0:
        failed += 1
        problems.append(f"ctest ended with code {status}")
    if passed == 0:
        failed += 1
        problems.append("no test ran")
    for problem in problems:
        print(problem)
    if failed:
        print(f"The whole log: {log}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
