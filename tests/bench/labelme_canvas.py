# SPDX-License-Identifier: GPL-3.0-or-later
"""labelme's canvas with the shapes of canvas_bench: load, whole mouse-move handler, repaint, undo snapshot.

Usage: labelme_canvas.py [SHAPES=10000] [ROUNDS=3]     in a venv with labelme 6 of PyPI; prints milliseconds, min / median / longest.
"""
import importlib.metadata
import math
import os
import random
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from PyQt5 import QtCore, QtGui, QtWidgets  # noqa: E402
from labelme._shape import Shape  # noqa: E402
from labelme.widgets.canvas import Canvas  # noqa: E402


def measure(name, rounds, work):
    values = []
    for number in range(rounds):
        start = time.perf_counter()
        work(number)
        values.append((time.perf_counter() - start) * 1000)
    values.sort()
    print(f"{name:58s} {values[0]:9.2f} {values[len(values) // 2]:9.2f} {values[-1]:9.2f}", flush=True)


def polygons(count):
    source = random.Random(1)
    shapes = []
    for _ in range(count):
        x, y, radius = source.uniform(60, 7940), source.uniform(60, 5940), source.uniform(12, 50)
        shape = Shape(label="class", shape_type="polygon")
        for corner in range(12):
            angle = corner * 2 * math.pi / 12
            here = radius * source.uniform(0.75, 1.1)
            shape.add_point(QtCore.QPointF(x + math.cos(angle) * here, y + math.sin(angle) * here))
        shape.close()
        shapes.append(shape)
    return shapes


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    app = QtWidgets.QApplication([])
    canvas = Canvas()
    pixmap = QtGui.QPixmap(8000, 6000)
    pixmap.fill(QtCore.Qt.darkCyan)
    canvas.load_pixmap(pixmap)
    canvas.scale = 1280 / 8000
    canvas.resize(1280, 960)
    canvas.show()
    shapes = polygons(count)
    print(f"labelme {importlib.metadata.version('labelme')}, {count} shapes {'min':>25s} {'median':>9s} {'longest':>9s}")
    measure("shapes given", rounds, lambda _: canvas.load_shapes(shapes))
    canvas.grab()
    measure("repaint", rounds, lambda _: canvas.grab())
    source = random.Random(4)
    none, move = QtCore.Qt.MouseButton.NoButton, QtCore.QEvent.Type.MouseMove

    def hover(_):
        place = QtCore.QPointF(source.uniform(0, 1280), source.uniform(0, 960))
        canvas.mouseMoveEvent(QtGui.QMouseEvent(move, place, none, none, QtCore.Qt.KeyboardModifier.NoModifier))

    measure("hover: whole mouse-move handler", 20, hover)
    measure("undo snapshot", rounds, lambda _: canvas.backup_shapes())
    app.quit()


main()
