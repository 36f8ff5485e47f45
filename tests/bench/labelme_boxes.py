#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""labelme's window with the boxes that tst_label_boxes draws: real mouse and key events, actions counted, every box timed.

Usage: labelme_boxes.py BCCD [PICTURES=50]     in a venv with labelme 6 of PyPI
BCCD is the folder with JPEGImages and Annotations. labelme has its quickest settings: no dialog after each box, the classes
given before, a class chosen with a click in the list of labels.
"""
import importlib.metadata
import os
import pathlib
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from loguru import logger  # noqa: E402
from PyQt5 import QtCore, QtTest, QtWidgets  # noqa: E402
from labelme.app import MainWindow  # noqa: E402

Qt = QtCore.Qt


def read_truth(folder, pictures):
    truth = {}
    for file in sorted((folder / "Annotations").glob("*.xml")):
        boxes = []
        for thing in xml.parse(file).iter("object"):
            place = [float(thing.find("bndbox/" + side).text) for side in ("xmin", "ymin", "xmax", "ymax")]
            boxes.append((thing.find("name").text, place))
        if boxes:
            truth[file.stem + ".jpg"] = sorted(boxes, key=lambda box: box[0])
        if len(truth) == pictures:
            break
    return truth


class Hands:
    """Mouse and keys, as the window system gives them, and how often each was used."""

    def __init__(self, window):
        self.window = window
        self.clicks = 0
        self.keys = 0

    def key(self, key, modifiers=Qt.NoModifier, to=None):
        QtTest.QTest.keyClick((to or self.window).windowHandle(), key, modifiers)
        self.keys += 1

    def click(self, place):
        QtTest.QTest.mouseMove(self.window.windowHandle(), place)
        QtTest.QTest.mouseClick(self.window.windowHandle(), Qt.LeftButton, Qt.NoModifier, place)
        self.clicks += 1


def wait_for(ready, patience=20):
    end = time.perf_counter() + patience
    while not ready():
        QtWidgets.QApplication.processEvents()
        if time.perf_counter() > end:
            raise SystemExit("labelme did not do what was expected")


def report(name, seconds):
    values = sorted(1000 * second for second in seconds)
    at = lambda share: values[int(share * (len(values) - 1))]  # noqa: E731
    print(f"{name:34s} median {at(0.5):7.1f} ms   p95 {at(0.95):7.1f}   longest {at(1):7.1f}")


def main():
    logger.remove()
    source = pathlib.Path(sys.argv[1])
    truth = read_truth(source, int(sys.argv[2]) if len(sys.argv) > 2 else 50)
    folder = pathlib.Path(tempfile.mkdtemp())
    for picture in truth:
        shutil.copy(source / "JPEGImages" / picture, folder / picture)
    classes = list(dict.fromkeys(name for boxes in truth.values() for name, _ in boxes))

    application = QtWidgets.QApplication([])
    window = MainWindow(config_overrides={"display_label_popup": False, "labels": classes}, file_or_dir=str(folder))
    window.resize(1280, 800)
    window.show()
    canvas = window._canvas_widgets.canvas
    wait_for(lambda: canvas.pixmap is not None and canvas.pixmap.width() == 640)
    hands = Hands(window)

    def in_window(x, y):
        origin = canvas._compute_image_origin_offset()
        place = QtCore.QPointF((x + origin.x()) * canvas.scale, (y + origin.y()) * canvas.scale).toPoint()
        return canvas.mapTo(window, place)

    def inside(value, end):
        return min(max(value, 0), end - 1)

    hands.key(Qt.Key_R, Qt.ControlModifier)
    current = None
    boxes_timed, next_timed = [], []
    begin = time.perf_counter()
    for number, (picture, boxes) in enumerate(truth.items()):
        for name, (left, top, right, bottom) in boxes:
            start = time.perf_counter()
            before = len(canvas.shapes)
            if name != current:
                labels = window._docks.unique_label_list
                item = labels.find_label_item(name)
                hands.click(labels.viewport().mapTo(window, labels.visualItemRect(item).center()))
            current = name
            from_place, to_place = in_window(inside(left, 640), inside(top, 480)), in_window(inside(right, 640), inside(bottom, 480))
            hands.click(from_place)
            for step in range(1, 5):
                QtTest.QTest.mouseMove(window.windowHandle(), from_place + (to_place - from_place) * step / 4)
            hands.click(to_place)
            wait_for(lambda: len(canvas.shapes) == before + 1)
            canvas.repaint()
            boxes_timed.append(time.perf_counter() - start)
        if number + 1 == len(truth):
            break
        start = time.perf_counter()
        hands.key(Qt.Key_D)
        wait_for(lambda: window._image_path and pathlib.Path(window._image_path).name != picture and not canvas.shapes)
        canvas.repaint()
        next_timed.append(time.perf_counter() - start)
    whole = time.perf_counter() - begin
    count = len(boxes_timed)
    print(f"labelme {importlib.metadata.version('labelme')}: {len(truth)} pictures, {count} boxes in {whole:.1f} s: {hands.clicks} clicks and {hands.keys} keys, "
          f"{(hands.clicks + hands.keys) / count:.2f} actions a box")
    report("a box, until it is shown and saved", boxes_timed)
    report("the next picture, until it is shown", next_timed)
    shutil.rmtree(folder)
    os._exit(0)  # labelme asks about unsaved work at its end


if __name__ == "__main__":
    main()
