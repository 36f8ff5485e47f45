#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds and runs all tests. Last line: "N passed, N failed, N skipped". A skip that tests/skips.txt does not
# list is a failure. Usage: tests/run.sh [ctest arguments, for example -L core or -R tst_journal]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/setup.sh"
trainyard_install_packages "$root/packaging/dependencies.txt"
cd "$root"
trainyard_build dev

if [ -z "${TRAINYARD_TEST_DATA:-}" ] && [ -d "$root/../shared/data" ]; then
    TRAINYARD_TEST_DATA=$(cd "$root/../shared/data" && pwd)
    export TRAINYARD_TEST_DATA
fi
log="$root/build/dev/tests.log"
status=0
ctest --preset dev -j "$(nproc)" --verbose "$@" >"$log" 2>&1 || status=$?
python3 tests/support/summarize.py "$log" tests/skips.txt "$status"
