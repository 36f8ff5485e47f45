#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# CIFAR-10 from nothing to a measured model: recipe cifar-quick must reach 80 % test accuracy within 15 minutes on 2 cores.
# By hand (about 15 minutes). Usage: tests/flow/cifar_quick.sh [DIR]; pictures come from $TRAINYARD_TEST_DATA.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=${TRAINYARD_TEST_DATA:-$root/../shared/data}
[ -f "$data/cifar10-images.tar.xz" ] || { echo "set TRAINYARD_TEST_DATA to the folder with cifar10-images.tar.xz" >&2; exit 2; }
work=${1:-$root/build/cifar10}
trainyard=${TRAINYARD:-$root/build/release/bin/trainyard}
mkdir -p "$work" "$root/tests/reports"
[ -d "$work/pictures" ] || { mkdir "$work/pictures"; tar -xJf "$data/cifar10-images.tar.xz" -C "$work/pictures"; }
source=$work/pictures
[ "$(find "$source" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ] && source=$(find "$source" -mindepth 1 -maxdepth 1)

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
seconds() { date +%s.%N; }
report=$root/tests/reports/cifar-quick-$(date -u +%Y-%m-%d).md
if [ ! -d "$work/project" ]; then
    "$trainyard" init "$work/project" >/dev/null
    start=$(seconds)
    "$trainyard" --project "$work/project" import "$source" --json | tail -n 1 >"$work/import.json"
    echo "$start $(seconds)" | awk '{printf "%.1f", $2 - $1}' >"$work/import.seconds"
    start=$(seconds)
    "$trainyard" --project "$work/project" import "$source" --json | tail -n 1 >"$work/import2.json"
    echo "$start $(seconds)" | awk '{printf "%.1f", $2 - $1}' >"$work/import2.seconds"
fi
start=$(seconds)
run=$("$trainyard" --project "$work/project" train --recipe cifar-quick --json | tail -n 1 | field run)
trained=$(echo "$start $(seconds)" | awk '{printf "%.1f", $2 - $1}')
"$trainyard" --project "$work/project" evaluate "$run" --json --require 'accuracy>=0.80' | tail -n 1 >"$work/evaluate.json" || true
{
    echo "# CIFAR-10, recipe cifar-quick, $(date -u +%Y-%m-%dT%H:%MZ)"
    echo
    echo "- machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
    echo "- import: $(field read <"$work/import.json") files in $(cat "$work/import.seconds") s; second import in $(cat "$work/import2.seconds") s"
    echo "- training with packing: $trained s (bar: 900)"
    echo "- test accuracy: $(field accuracy <"$work/evaluate.json"), interval $(field interval <"$work/evaluate.json"), n $(field n <"$work/evaluate.json") (bar: 0.80)"
    echo "- command: tests/flow/cifar_quick.sh"
} | tee "$report"
python3 - "$work/evaluate.json" "$trained" <<'PY'
import json, sys
accuracy, seconds = json.load(open(sys.argv[1]))["accuracy"], float(sys.argv[2])
sys.exit(0 if accuracy >= 0.80 and seconds <= 900 else 1)
PY
