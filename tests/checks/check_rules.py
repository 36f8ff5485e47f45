# SPDX-License-Identifier: GPL-3.0-or-later
"""The house's rules as tests: what may include what, and what must not be in the programs.

Usage: check_rules.py RULE SOURCE_DIR [BUILD_DIR]      RULE: R1 .. R9, or self-test
Prints one line for each violation and ends with 1 where there is one.
"""
import fnmatch
import os
import re
import subprocess
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# R2, R3: what an include must look like to be limited, and where it is allowed.
LIMITED = {
    "R2": [(r"^(torch|ATen|c10|caffe2)/", ["core/engine/detail/*.h", "core/engine/*.cpp", "tests/checks/control_*.cpp"])],
    "R3": [
        (r"^opencv2/", ["core/imaging/*.cpp", "core/imaging/codecs/*.cpp", "core/release/onnx_check.cpp"]),
        (r"^(jpeglib|jerror|turbojpeg)\.h$", ["core/imaging/codecs/*", "core/imaging/own_jpeg.cpp"]),
        (r"^(png|libexif/.*|tiffio|webp/.*)\.?h?$", ["core/imaging/codecs/*", "tests/core/*"]),
        (r"^(hdf5|H5\w+)\.h$", ["core/storage/*.cpp"]),
        (r"^(polyclipping/)?clipper\.hpp$", ["core/labels/clipper_polygons.cpp"]),
        (r"^sqlite3\.h$", ["core/storage/*.cpp", "tests/core/project/faulty_sqlite.cpp"]),
        (r"^qcustomplot\.h$", ["widgets/plots/*.cpp"]),
        (r"^curl/", ["core/remote/*.cpp"]),
    ],
}

# R8: writing user data by another way than storage.
WRITING = [r"std::ofstream", r"\bofstream\b", r"\bfopen\s*\([^)]*\"[wa]", r"QFile::WriteOnly|QIODevice::WriteOnly", r"\bQSaveFile\b",
           r"cv::imwrite", r"\bH5Fcreate\b", r"torch::save"]
# R9: loading code from data.
LOADING = [r"torch::load\b", r"torch::jit::load\b", r"torch::pickle_load\b", r"torch::jit::pickle_load\b"]
LOADING_SYMBOLS = ["torch::serialize::InputArchive::InputArchive(", "torch::serialize::InputArchive::load_from(", "torch::jit::load(",
                   "torch::jit::import_ir_module(", "torch::pickle_load(", "torch::jit::pickle_load(", "torch::jit::Unpickler"]
PROGRAMS = ["bin/trainyard", "bin/trainyard-studio", "libexec/trainyard/trainyard-engine", "libexec/trainyard/trainyard-decode"]
STUDIO_LIBRARIES = 120


def sources(root, folders=("core", "widgets", "app", "tests")):
    for folder in folders:
        for where, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                if name.endswith((".h", ".cpp")):
                    path = os.path.join(where, name)
                    yield os.path.relpath(path, root), open(path, encoding="utf-8").read()


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def is_allowed(path, patterns):
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


def libraries(program):
    out = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in out.splitlines() if line.strip()]


def check_limited(rule, root):
    for path, text in sources(root):
        for number, _, name in includes(text):
            for pattern, places in LIMITED[rule]:
                if re.match(pattern, name) and not is_allowed(path, places):
                    yield f"{path}:{number}: <{name}> belongs only into {', '.join(places)}"


def check_r1(root, build):
    for path, text in sources(root, ("core", "app/cli", "app/engine", "app/decode")):
        for number, _, name in includes(text):
            if re.match(r"Q[A-Z]|Qt", name):
                yield f"{path}:{number}: Qt ({name}) in a part without Qt"
    if build:
        bad = [lib for lib in libraries(os.path.join(build, "bin/trainyard"))
               if re.match(r"libQt|libtorch|libc10|libpng|libtiff|libwebp|libopencv_imgcodecs|libgdal|libopenjp", lib)]
        for lib in bad:
            yield f"trainyard links {lib}"


def check_r4(root, build):
    for path, text in sources(root, ("widgets", "app/studio")):
        for number, _, name in includes(text):
            if name.startswith("core/engine/") or "/detail/" in name:
                yield f"{path}:{number}: {name} is not for the window"
    studio = os.path.join(build, "bin/trainyard-studio") if build else ""
    if os.path.exists(studio):
        libs = libraries(studio)
        for lib in libs:
            if re.match(r"libtorch|libc10|libopencv_imgcodecs", lib):
                yield f"trainyard-studio links {lib}"
        if len(libs) > STUDIO_LIBRARIES:
            yield f"trainyard-studio links {len(libs)} libraries, more than {STUDIO_LIBRARIES}"


def room_table():
    table = {}
    for line in open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "rooms.txt"), encoding="utf-8"):
        words = line.split("#")[0].split()
        if words:
            table[words[0]] = set(words[1:]) | {words[0], "base"}
    return table


def room_of(path, table):
    inner = path.split("/", 1)[1]
    folder = os.path.dirname(inner)
    while folder:
        if folder in table:
            return folder
        folder = os.path.dirname(folder)
    return None


def check_r5(root, _):
    table = room_table()
    for path, text in sources(root, ("core",)):
        own = room_of(path, table)
        if own is None:
            yield f"{path}: lies in no room of rooms.txt"
            continue
        for number, _, name in includes(text):
            if name.startswith("core/"):
                other = room_of(name, table)
                if other not in table[own]:
                    yield f"{path}:{number}: {own} must not include {other} ({name})"
            elif name.startswith(("widgets/", "app/", "tests/")):
                yield f"{path}:{number}: core includes {name}"


def check_r6(root, _):
    for path, text in sources(root):
        for number, _, name in includes(text):
            if path.startswith("widgets/panels/") and name.startswith("widgets/panels/"):
                # A panel in two sources: label_panel_layout.cpp has no header of its own.
                panel, own = os.path.splitext(name)[0], os.path.splitext(path)[0]
                is_part = own.startswith(panel + "_") and not os.path.exists(os.path.join(root, own + ".h"))
                if panel != own and not is_part:
                    yield f"{path}:{number}: a panel includes the panel {name}"
            if name.startswith("app/") and not path.startswith(("app/", "tests/")):
                yield f"{path}:{number}: {name} is included from outside app/"


def check_r7(root, _):
    own = ("core/", "widgets/", "app/", "tests/")
    for path, text in sources(root):
        for number, bracket, name in includes(text):
            if name.endswith(".moc"):
                continue
            if bracket == '"' and not name.startswith(own):
                yield f"{path}:{number}: \"{name}\": our headers by full path in quotes, others in angle brackets"
            if bracket == '"' and name.startswith(own) and not os.path.exists(os.path.join(root, name)):
                yield f"{path}:{number}: {name} does not exist"
            if bracket == "<" and name.startswith(own):
                yield f"{path}:{number}: <{name}>: our headers in quotes"


def check_words(root, patterns, allowed):
    for path, text in sources(root, ("core", "widgets", "app")):
        if is_allowed(path, allowed):
            continue
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            for pattern in patterns:
                if re.search(pattern, line):
                    yield f"{path}:{number}: {line.strip()[:100]}"


def code_loading_symbols(program):
    out = subprocess.run(["nm", "-uC", program], capture_output=True, text=True, check=True).stdout
    return [line.strip() for line in out.splitlines() if any(symbol in line for symbol in LOADING_SYMBOLS)]


def check_r9(root, build):
    yield from check_words(root, LOADING, [])
    if build:
        for program in PROGRAMS:
            path = os.path.join(build, program)
            if os.path.exists(path):
                for symbol in code_loading_symbols(path):
                    yield f"{program}: {symbol}"
        control = os.path.join(build, "tests/control_loads_code")
        if os.path.exists(control) and not code_loading_symbols(control):
            yield "the control program loads code from data and was not caught"


RULES = {
    "R1": check_r1,
    "R2": lambda root, _: check_limited("R2", root),
    "R3": lambda root, _: check_limited("R3", root),
    "R4": check_r4,
    "R5": check_r5,
    "R6": check_r6,
    "R7": check_r7,
    "R8": lambda root, _: check_words(root, WRITING, ["core/storage/*"]),
    "R9": check_r9,
}

# One violation of every rule; self-test proves that each is caught.
VIOLATIONS = {
    "R1": ("core/base/a.cpp", "#include <QString>\n"),
    "R2": ("core/training/a.cpp", "#include <torch/torch.h>\n"),
    "R3": ("core/project/a.cpp", "#include <sqlite3.h>\n"),
    "R4": ("widgets/panels/a.cpp", '#include "core/engine/trainer.h"\n'),
    "R5": ("core/storage/a.cpp", '#include "core/project/project.h"\n'),
    "R6": ("widgets/panels/b.cpp", '#include "widgets/panels/other.h"\n'),
    "R7": ("core/base/b.cpp", '#include "json.h"\n'),
    "R8": ("app/cli/a.cpp", "std::ofstream file(path);\n"),
    "R9": ("app/engine/a.cpp", "auto m = torch::jit::load(path);\n"),
}


def self_test():
    for rule, (path, text) in VIOLATIONS.items():
        with tempfile.TemporaryDirectory() as root:
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full))
            open(full, "w", encoding="utf-8").write(text)
            if not list(RULES[rule](root, None)):
                yield f"{rule} did not catch {path}: {text.strip()}"


def main():
    rule, root = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "."
    build = sys.argv[3] if len(sys.argv) > 3 else None
    found = list(self_test() if rule == "self-test" else RULES[rule](root, build))
    for line in found:
        print(line)
    return 1 if found else 0


sys.exit(main())
