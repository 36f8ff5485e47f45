# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by run.sh here and in tests/: installs what is missing from dependencies.txt, sets a UTF-8 locale.
export LC_ALL=C.UTF-8 LANG=C.UTF-8

trainyard_install_packages() {
    local list missing=() package
    list=$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1")
    for package in $list; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# trainyard_build PRESET: configure where that has not been done, then build with every core.
trainyard_build() {
    cmake --preset "$1" >&2
    cmake --build --preset "$1" >&2
}
