#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The kill and model tests of the project again and again with larger counts and fresh seeds, for as long as asked.
# Usage: tests/torture.sh --minutes N [--seed S]     report: tests/reports/torture-DATE.md; ends with 1 where a round failed
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
minutes=
seed=$(date +%s)
while [ $# -gt 0 ]; do
    case "$1" in
        --minutes) minutes=${2:?}; shift 2 ;;
        --seed) seed=${2:?}; shift 2 ;;
        *) sed -n '3,4s/^# //p' "$0" >&2; exit 2 ;;
    esac
done
[ -n "$minutes" ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
. "$root/packaging/setup.sh"
trainyard_install_packages "$root/packaging/dependencies.txt"
cd "$root"
trainyard_build dev
export TRAINYARD_BIN_DIR="$root/build/dev/bin" TRAINYARD_SOURCE_DIR="$root" QT_QPA_PLATFORM=offscreen
report="tests/reports/torture-$(date -u +%Y-%m-%d).md"
mkdir -p tests/reports
end=$(($(date +%s) + minutes * 60))
declare -A rounds failures
status=0
while [ "$(date +%s)" -lt "$end" ]; do
    for program in tst_project_processes tst_document_kills tst_project_model tst_project_faults tst_registry_faults; do
        export TRAINYARD_SEED=$seed TRAINYARD_KILLS=1000 QTEST_FUNCTION_TIMEOUT=3600000
        rounds[$program]=$((${rounds[$program]:-0} + 1))
        if ! "build/dev/tests/$program" >"build/dev/torture.log" 2>&1; then
            failures[$program]=$((${failures[$program]:-0} + 1))
            status=1
            cp build/dev/torture.log "build/dev/torture-$program-$seed.log"
            echo "$program failed with seed $seed: build/dev/torture-$program-$seed.log" >&2
        fi
        seed=$((seed + 1))
        [ "$(date +%s)" -lt "$end" ] || break
    done
done
{
    echo "# Torture, $(date -u +%Y-%m-%dT%H:%MZ), $minutes minutes, $(git rev-parse --short HEAD), $(stat -f -c %T /tmp)"
    echo
    echo "| program | rounds | failed | last seed |"
    echo "|---|---|---|---|"
    for program in "${!rounds[@]}"; do
        echo "| $program | ${rounds[$program]} | ${failures[$program]:-0} | $((seed - 1)) |"
    done
} | tee "$report"
exit $status
