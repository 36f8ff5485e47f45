#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What suggestions bring on CIFAR-10 in full size, and how soon they follow labels at 50,000 pictures.
# Usage: tests/suggestion_quality.sh     pictures come from $TRAINYARD_TEST_DATA; report: tests/reports/suggestions-DATE.md
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/setup.sh"
trainyard_install_packages "$root/packaging/dependencies.txt"
cd "$root"
trainyard_build dev
export TRAINYARD_TEST_DATA=${TRAINYARD_TEST_DATA:-$root/../shared/data}
export TRAINYARD_BIN_DIR="$root/build/dev/bin" TRAINYARD_SOURCE_DIR="$root" QT_QPA_PLATFORM=offscreen TRAINYARD_SIMULATION=full
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p tests/reports
report="tests/reports/suggestions-$(date -u +%Y-%m-%d).md"
{
    echo "# Suggestions, $(date -u +%Y-%m-%dT%H:%MZ), $(git rev-parse --short HEAD)"
    echo
    echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), load $(cut -d ' ' -f 1-3 /proc/loadavg)"
} >"$report"
section() {
    { echo; echo "## $1"; echo; echo '```'; "${@:2}" 2>&1 || true; echo '```'; } | tee -a "$report"
}
section "CIFAR-10, simulated labelling" build/dev/tests/tst_suggestion_quality
section "50,000 made-up embeddings" build/dev/tests/suggestion_bench many "$work/many" 50000
mkdir "$work/photos"
tar -xJf "$TRAINYARD_TEST_DATA/bccd-voc.tar.xz" -C "$work"
find "$work" -name '*.jpg' | sort | head -n 100 | xargs cp -t "$work/photos"
section "100 photos of 640 x 480 in an empty project" build/dev/tests/suggestion_bench photos "$work/project" "$work/photos"
! grep -q '^FAIL' "$report"
