#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Asks the real programs of the field whether they understand what Trainyard wrote: onnx, onnxruntime, safetensors, TensorBoard,
# PyTorch, pycocotools, labelme, supervision, datumaro. By hand, before a change of a format is called done; the report lies in tests/reports/.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/setup.sh"
cd "$root"
work=${TRAINYARD_PEERS_DIR:-$root/build/peers}
mkdir -p "$work" tests/reports
if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q numpy onnx onnxruntime safetensors tensorboard pillow h5py xxhash pycocotools labelme supervision datumaro
fi
trainyard_build release
report="tests/reports/peers-$(date -u +%Y-%m-%d).md"
{
    echo "# Peers, $(date -u +%Y-%m-%dT%H:%MZ)"
    echo
    "$work/venv/bin/pip" list 2>/dev/null | grep -iE '^(numpy|onnx|onnxruntime|safetensors|tensorboard|pillow|pycocotools|labelme|supervision|datumaro) ' | sed 's/^/- /'
    echo
} >"$report"
project="$work/blood-cells"
build/release/bin/trainyard demo "$project" --json | tail -n 1 >"$work/demo.json"
package=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["package"])' "$work/demo.json")
run=$(ls -d "$project"/runs/*/ | head -n 1)
status=0
check() {
    local name=$1
    shift
    if out=$("$work/venv/bin/python" "$@" 2>&1); then
        echo "- $name: passed. $(echo "$out" | tail -n 1)" | tee -a "$report"
    else
        status=1
        { echo "- $name: FAILED"; echo "$out" | tail -n 20 | sed 's/^/      /'; } | tee -a "$report"
    fi
}
for script in tests/peers/*_check.py; do
    case "$script" in
        *label_tools*) check "$(basename "$script")" "$script" build/release/bin/trainyard "$work/label-tools" ;;
        *labels*) check "$(basename "$script")" "$script" build/release/bin/trainyard "$work/labels" ;;
        *onnx*|*safetensors*) check "$(basename "$script")" "$script" "$package" ;;
        *) check "$(basename "$script")" "$script" "$run" ;;
    esac
done
exit $status
