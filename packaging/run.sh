#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds and does the main job: real pictures all the way to a versioned model, then the studio on that project.
# Usage: packaging/run.sh [--headless] [DIR]      (DIR: the project to make, default ~/Trainyard/blood-cells)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
headless=no
project=
for argument in "$@"; do
    case "$argument" in
        --headless) headless=yes ;;
        -h|--help) sed -n '3,4s/^# //p' "$0"; exit 0 ;;
        -*) echo "unknown option $argument (known: --headless)" >&2; exit 2 ;;
        *) project=$argument ;;
    esac
done
project=$(realpath -m "${project:-$HOME/Trainyard/blood-cells}")
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || headless=yes

. "$root/packaging/setup.sh"
trainyard_install_packages "$root/packaging/dependencies.txt"
cd "$root"
trainyard_build release

bin="$root/build/release/bin"
"$bin/trainyard" demo "$project"
if [ "$headless" = no ]; then
    exec "$bin/trainyard-studio" "$project"
fi
