#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The product's figures on this machine, by hand: import, decoding, canvas and labelling beside labelme, a gallery of a million
# pictures, label latency during an import, merging classes, suggestions, a large COCO file, the demo's time and memory.
# Usage: tests/bench/run.sh     pictures come from $TRAINYARD_TEST_DATA; report: tests/reports/bench-DATE.md
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/packaging/setup.sh"
trainyard_install_packages "$root/packaging/dependencies.txt"
cd "$root"
trainyard_build dev
data=${TRAINYARD_TEST_DATA:-$root/../shared/data}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p tests/reports
report="tests/reports/bench-$(date -u +%Y-%m-%d).md"
{
    echo "# Bench, $(date -u +%Y-%m-%dT%H:%MZ), $(git rev-parse --short HEAD)"
    echo
    echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), load $(cut -d ' ' -f 1-3 /proc/loadavg)"
} >"$report"
section() {
    { echo; echo "## $1"; echo; echo '```'; { "${@:2}" 2>&1 || echo "FAILED: exit $?"; } | tail -n 40; echo '```'; } | tee -a "$report"
}
tests=build/dev/tests
export TRAINYARD_BIN_DIR="$root/build/dev/bin" TRAINYARD_SOURCE_DIR="$root"
if [ -f "$data/cifar10-images.tar.xz" ]; then
    mkdir "$work/cifar"
    tar -xJf "$data/cifar10-images.tar.xz" -C "$work/cifar"
    section "decode, hash, thumbnail: CIFAR-10" "$tests/decode_bench" "$work/cifar" 2
    section "import, first and second: CIFAR-10" "$tests/import_bench" "$work/cifar" "$work/project" 2
    build/dev/bin/trainyard init "$work/pictures" >/dev/null
    build/dev/bin/trainyard --project "$work/pictures" import "$work/cifar" >/dev/null 2>&1
    section "the window on 60,000 pictures" python3 tests/bench/studio_start.py "$tests/empty_window" "$tests/studio_bench" "$work/pictures"
else
    echo "CIFAR-10 missing: no figures for decoding and import" | tee -a "$report"
fi
section "canvas: 10,000 shapes" "$tests/canvas_bench" 10000 7 "$work"
section "canvas: 100,000 shapes" "$tests/canvas_bench" 100000 7 "$work"
if python3 -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet labelme; then
    section "labelme's canvas, 10,000 shapes" "$work/venv/bin/python" tests/bench/labelme_canvas.py 10000
    if [ -f "$data/bccd-voc.tar.xz" ]; then
        mkdir "$work/bccd"
        tar -xJf "$data/bccd-voc.tar.xz" -C "$work/bccd"
        section "50 pictures labelled with boxes from nothing" \
            env TRAINYARD_LABEL_PICTURES=50 TRAINYARD_TEST_DATA="$data" QT_QPA_PLATFORM=offscreen "$tests/tst_label_boxes"
        section "the same boxes with labelme" "$work/venv/bin/python" tests/bench/labelme_boxes.py "$work/bccd/BCCD" 50
    fi
else
    echo "labelme cannot be installed here: no figures beside the canvas's" | tee -a "$report"
fi
if [ "$(df --output=avail -k "$work" | tail -n 1)" -gt $((15 * 1024 * 1024)) ]; then
    million="$work/million-project"
    python3 tests/bench/make_pictures.py "$work/million" >/dev/null
    build/dev/bin/trainyard init "$million" >/dev/null
    section "import of 1,000,000 small JPEGs" \
        bash -c "time build/dev/bin/trainyard --project '$million' import '$work/million' 2>/dev/null"
    export QT_QPA_PLATFORM=offscreen XDG_CONFIG_HOME="$work/home" XDG_STATE_HOME="$work/home"
    section "the window on 1,000,000 pictures" "$tests/studio_bench" "$million"
    section "the same up to its first pictures, a second time" "$tests/studio_bench" "$million" first
    mv "$million/cache/thumbnails" "$million/cache/before"
    section "the same where no thumbnail is made yet" "$tests/studio_bench" "$million" first
    unset QT_QPA_PLATFORM XDG_CONFIG_HOME XDG_STATE_HOME
    rm -rf "$work/million" "$million"
else
    echo "less than 15 GB free: no figures for a million pictures" | tee -a "$report"
fi
mkdir "$work/labels"
section "label latency beside an import of 60,000 rows" "$tests/label_latency" "$work/labels" 60000 1000
section "two classes of 100,000 boxes merged, taken back, done again" "$tests/class_merge" "$work/boxes" 100000 boxes
section "the same with 100,000 class tags" "$tests/class_merge" "$work/tags" 100000 tags
section "50,000 embedded pictures: learning anew after a batch of labels" "$tests/suggestion_bench" many "$work/many" 50000
python3 tests/bench/make_coco.py "$work/coco"
build/dev/bin/trainyard init "$work/coco-project" >/dev/null
section "a COCO file with 1,000,000 annotations: import, time and memory" \
    python3 tests/bench/process_memory.py build/dev/bin/trainyard --project "$work/coco-project" import "$work/coco"
section "demo: time and memory" python3 tests/bench/process_memory.py build/dev/bin/trainyard demo "$work/demo"
