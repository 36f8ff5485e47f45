# SPDX-License-Identifier: GPL-3.0-or-later
"""First paint of the studio on a project beside that of an empty Qt window, in turns, and the figures of the last round.

Usage: studio_start.py EMPTY_WINDOW STUDIO_BENCH PROJECT [ROUNDS]
On $DISPLAY where there is one, else on an Xvfb of its own, else on Qt's offscreen platform; says which.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile


def first_paint(text):
    return float(next(line for line in text.splitlines() if line.startswith("first paint")).split()[2])


def main():
    commands = [sys.argv[1:2], sys.argv[2:4]]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 9
    server = None
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    platform = "display " + environment.get("DISPLAY", "")
    if not environment.get("DISPLAY"):
        if shutil.which("Xvfb"):
            reading, writing = os.pipe()
            server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24"],
                                      pass_fds=[writing], stderr=subprocess.DEVNULL)
            environment["DISPLAY"] = ":" + os.read(reading, 16).decode().strip()
            platform = "Xvfb"
        else:
            environment["QT_QPA_PLATFORM"] = "offscreen"
            platform = "offscreen"
    if environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "xcb"
    try:
        with tempfile.TemporaryDirectory() as home:
            for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
                environment[name] = home
            paints = [[], []]
            for _ in range(rounds):
                for command, times in zip(commands, paints):
                    text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
                    times.append(first_paint(text))
    finally:
        if server is not None:
            server.terminate()
    print(text, end="")
    empty, studio = map(statistics.median, paints)
    print(f"first paint, median of {rounds} in turns on {platform}: empty Qt window {empty:.0f} ms, "
          f"studio {studio:.0f} ms, ratio {studio / empty:.2f} (bar: 3)")


main()
