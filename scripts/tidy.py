#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""House style as a test: what people would otherwise have to remember.

    scripts/tidy.py [--root DIR] [--format]

Fails on: a function over 100 lines or a file over 800 (those over 70 and 500 are listed only), a
banned call, an include against the order of layers, a third-party header outside its fence, a .c
that no CMakeLists.txt names, a C file without the SPDX lines and a paragraph, a function in a header
without a comment, a line over 100 columns, a word that must not appear, and formatting that is not
clang-format's (--format puts it right instead, and wraps long comments). Each check is broken on purpose by
tests/tidy_selftest.py.
"""
import argparse
import os
import re
import subprocess
import sys

FUNCTION_LINES_MAX, FUNCTION_LINES_WISHED = 100, 70
FILE_LINES_MAX, FILE_LINES_WISHED = 800, 500
COLUMNS_MAX = 100

# What each folder may include, itself aside. Nothing may include a program's folder.
LAYERS = {
    "base": set(),
    "model": {"base"},
    "proto": {"base", "model"},
    "store": {"base"},
    "wire": {"base"},
    "client": {"base", "model", "proto", "wire"},
    "ingestd": {"base", "model", "proto", "store", "wire"},
    "aggregator": {"base", "model", "proto", "store", "wire"},
    "collector": {"base", "model", "proto", "store", "wire", "client"},
    "admin": {"base", "model", "proto", "wire", "client"},
    "keeper": {"base", "proto", "store"},
}
FOLDERS = list(LAYERS) + ["bench", "fuzz", "tests"]

# header -> files that may include it (a folder ends in '/')
FENCES = {
    "lmdb.h": ["store/env.c"],
    "zmq.h": ["wire/"],
    "csv.h": ["base/"],
    "libfyaml.h": ["base/"],
}
GENERATED_FENCE = re.compile(r"proto/(\w+\.c|parts\.h)$")  # *.pb-c.h; parts.h is proto's own
# Tests and benches may stand beside the thing that they drive.
FENCE_FREE = ("tests/", "bench/", "fuzz/")

BANNED = re.compile(
    r"(?<![\w.>])(strcpy|sprintf|vsprintf|strcat|atoi|atol|atoll|atof|strtok|alloca|localtime|gmtime|gets"
    r"|tmpnam|mktemp)\s*\(")
BANNED_GOTO = re.compile(r"(?<!\w)goto\s+\w+\s*;")
TEST_MAY = {"strtok"}  # a test takes its own tables apart

# Absolute paths of somebody's machine.
WORDS = [re.compile(p) for p in (r"/wor" r"k/", r"/hom" r"e/", r"/roo" r"t/")]

SPDX = ("SPDX-FileCopyrightText: The Huibao authors", "SPDX-License-Identifier: Apache-2.0")
NOT_FUNCTIONS = {"if", "for", "while", "switch", "return", "sizeof", "_Static_assert", "__attribute__",
                 "AUTO_DEFINE", "defined"}


class Report:
    def __init__(self):
        self.faults, self.notes = [], []

    def fault(self, path, line, text):
        self.faults.append(f"{path}:{line}: {text}")

    def note(self, path, line, text):
        self.notes.append(f"{path}:{line}: {text}")


def project_files(root):
    """Every file of the project: what git tracks or would track; all files where there is no git."""
    try:
        out = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], check=True,
                             capture_output=True, text=True).stdout.splitlines()
        return sorted(f for f in out if os.path.isfile(os.path.join(root, f)))
    except (subprocess.CalledProcessError, FileNotFoundError):
        found = []
        for folder, folders, files in os.walk(root):
            folders[:] = [d for d in folders if not d.startswith((".git", "build")) and d != "run"]
            found += [os.path.relpath(os.path.join(folder, f), root) for f in files]
        return sorted(found)


def strip_code(text):
    """The text with comments and string contents blanked; lines and columns stay."""
    def blank(match):
        token = match.group(0)
        if token.startswith(("/*", "//")):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def check_lengths(path, text, code, report):
    lines = code.split("\n")
    count = text.count("\n")
    if count > FILE_LINES_MAX:
        report.fault(path, 1, f"{count} lines (at most {FILE_LINES_MAX})")
    elif count > FILE_LINES_WISHED:
        report.note(path, 1, f"{count} lines (wished: {FILE_LINES_WISHED})")
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
        elif line.startswith("}") and start is not None:
            length = number - start - 1
            if length > FUNCTION_LINES_MAX:
                report.fault(path, start, f"function of {length} lines (at most {FUNCTION_LINES_MAX})")
            elif length > FUNCTION_LINES_WISHED:
                report.note(path, start, f"function of {length} lines (wished: {FUNCTION_LINES_WISHED})")
            start = None


def check_banned(path, code, report):
    for number, line in enumerate(code.split("\n"), 1):
        for match in BANNED.finditer(line):
            if not (path.startswith("tests/") and match.group(1) in TEST_MAY):
                report.fault(path, number, f"'{match.group(1)}' is banned")
        if BANNED_GOTO.search(line) and not path.startswith("tests/"):
            report.fault(path, number, "'goto' is for tests only")


def fenced(header, path):
    if path.startswith(FENCE_FREE):
        return False
    if header.endswith(".pb-c.h"):
        return not GENERATED_FENCE.match(path)
    allowed = FENCES.get(header)
    return allowed is not None and not any(
        path.startswith(a) if a.endswith("/") else path == a for a in allowed)


def check_includes(path, text, report):
    folder = path.split("/")[0]
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not match:
            continue
        header = match.group(2)
        if fenced(header, path):
            report.fault(path, number, f"'{header}' is fenced: not here")
        target = header.split("/")[0]
        beside = path.startswith("tests/") and re.match(r"\w+\.h$", header)  # a test's own fixture
        if match.group(1) == '"' and (header.startswith(".") or "/" not in header) and not beside:
            report.fault(path, number, f"'{header}': includes are written from the root")
        elif target in FOLDERS and folder in LAYERS and target != folder and target not in LAYERS[folder]:
            report.fault(path, number, f"{folder}/ must not know '{header}'")


def check_head(path, text, report):
    lines = text.split("\n")
    if len(lines) < 3 or SPDX[0] not in lines[0] or SPDX[1] not in lines[1]:
        report.fault(path, 1, "the first two lines must be the SPDX lines")
        return
    comment = text[:text.find("*/")] if lines[0].startswith("/*") else "\n".join(
        line for line in lines[:40] if line.startswith(("//", "#")))
    words = re.sub(r"[*/#\s]+", " ", comment).split(SPDX[1])[-1].split()
    if len(words) < 3:
        report.fault(path, 3, "a paragraph that says the idea must follow the SPDX lines")


def declarations(code):
    """(line number, name) of each function declared at the outermost level of a header."""
    found, depth, statement, start = [], 0, "", 1
    for number, line in enumerate(code.split("\n"), 1):
        if depth == 0 and line.lstrip().startswith("#"):
            statement = ""
            continue
        for char in line + "\n":
            if char == "{":
                depth += 1
                if depth == 1:
                    statement = ""
            elif char == "}":
                depth -= 1
            elif depth == 0:
                if not statement.strip():
                    start = number
                statement += char
                if char == ";":
                    bare = re.sub(r"__attribute__\s*\(\(.*?\)\)\s*(?=;|$)", "", statement.strip(), flags=re.S)
                    match = re.match(r"[\w\s*]*?\b(\w+)\s*\(", bare)
                    if match and "typedef" not in bare and match.group(1) not in NOT_FUNCTIONS and \
                            re.match(r"[\w\s*]+\b\w+\s*\(", bare):
                        found.append((start, match.group(1)))
                    statement = ""
    return found


def check_header_comments(path, text, code, report):
    """One comment may cover a group of consecutive lines; a group right below a struct, an enum or the
    file's head is covered by what is said there."""
    lines, code_lines = text.split("\n"), code.split("\n")

    def block(index, step):
        """The edge of the run of lines without a blank one, going by step."""
        while 0 <= index + step < len(lines) and lines[index + step].strip():
            index += step
        return index

    def commented(first, last):
        return any(code_lines[i].strip() != lines[i].strip() and ("/*" in lines[i] or "*/" in lines[i]
                   or "//" in lines[i] or lines[i].lstrip().startswith("*")) for i in range(first, last + 1))

    for number, name in declarations(code):
        if re.search(r"_(new|free|open|close|init|fini)$", name):
            continue  # words of one meaning throughout the house
        first = block(number - 1, -1)
        if commented(first, block(number - 1, 1)):
            continue
        above = first - 2
        while above >= 0 and re.match(r"\s*#", code_lines[above]):
            above = block(above, -1) - 2
        top = block(above, -1) if above >= 0 else 0
        said = above >= 0 and (commented(top, above) and not declarations("\n".join(code_lines[top:above + 1]))
                               or "};" in code_lines[above])
        if not said:
            report.fault(path, number, f"'{name}' has no comment above or beside it")


def check_lines(path, text, report):
    for number, line in enumerate(text.split("\n"), 1):
        width = len(line.expandtabs(8))
        if width > COLUMNS_MAX:
            report.fault(path, number, f"{width} columns (at most {COLUMNS_MAX})")
        if line.rstrip() != line and not path.endswith(".md"):
            report.fault(path, number, "blanks at the end of the line")


def check_words(path, text, report):
    for number, line in enumerate(text.split("\n"), 1):
        for word in WORDS:
            match = word.search(line)
            if match:
                report.fault(path, number, f"'{match.group(0)}' must not appear in the project")


def check_orphans(root, files, report):
    lists, patterns = "", []
    for path in files:
        if path.endswith("CMakeLists.txt"):
            folder = os.path.dirname(path)
            with open(os.path.join(root, path), encoding="utf-8") as file:
                text = re.sub(r"#.*", "", file.read())
                for name in re.findall(r"[\w./${}]+\.c\b", text):
                    name = name.replace("${CMAKE_SOURCE_DIR}/", "/")
                    if "${" in name:  # test_${name}.c in a loop over names
                        regex = re.sub(r"\\\$\\\{\w+\\\}", r"(\\w+)", re.escape(name))
                        patterns.append((folder, re.compile(regex + "$"), set(re.findall(r"\w+", text))))
                    full = name[1:] if name.startswith("/") else os.path.normpath(os.path.join(folder, name))
                    lists += full + "\n"
    named = set(lists.split("\n"))
    for path in files:
        looped = any(os.path.dirname(path) == folder and (m := regex.match(os.path.basename(path))) and
                     set(m.groups()) <= words for folder, regex, words in patterns)
        if path.endswith(".c") and path not in named and not looped:
            report.fault(path, 1, "no CMakeLists.txt names this file")


def check_format(root, files, fix, report):
    if not files:
        return
    command = ["clang-format", "-i"] if fix else ["clang-format", "--dry-run", "-Werror"]
    try:
        done = subprocess.run(command + files, cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        report.fault("scripts/tidy.py", 1, "clang-format is not installed (scripts/setup installs it)")
        return
    places = {}
    for line in done.stderr.splitlines():
        match = re.match(r"(.+?):(\d+):\d+: (?:error|warning): ", line)
        if match:
            places.setdefault(match.group(1), []).append(int(match.group(2)))
    for path, numbers in places.items():
        report.fault(path, numbers[0], f"clang-format would change {len(numbers)} places (--format does it)")
    if done.returncode and not done.stderr:
        report.fault("scripts/tidy.py", 1, "clang-format failed")


def wrap_comments(text):
    """Comment lines beyond the margin hand their last words to the next line of the same paragraph."""
    lines, index = text.split("\n"), 0
    while index < len(lines):
        line = lines[index]
        lead = re.match(r"(\s*)(/\*| \*|//)", line)
        if lead and len(line.expandtabs(8)) > COLUMNS_MAX:
            closed = line.rstrip().endswith("*/")
            body = line.rstrip()[:-2].rstrip() if closed else line.rstrip()
            limit = COLUMNS_MAX - 3 * closed
            if "  " in body[lead.end():].strip() or body[lead.end():].startswith("  "):
                index += 1  # a table or a drawing: a person's work
                continue
            cut = len(body)
            while cut > lead.end() and len(body[:cut].expandtabs(8)) > limit:
                cut = body.rfind(" ", 0, cut)
            if cut > lead.end():
                below = lead.group(1) + ("//" if lead.group(2) == "//" else " *") + " "
                rest, after = body[cut + 1:] + (" */" if closed else ""), lines[index + 1]
                lines[index] = body[:cut]
                joined = not closed and re.match(re.escape(below) + r"(?=\S)(?!/)(?!- )(.*)", after)
                if joined and not rest.endswith((".", ":")):
                    lines[index + 1] = below + rest + " " + joined.group(1)
                else:
                    lines.insert(index + 1, below + rest)
        index += 1
    return "\n".join(lines)


def wrap_file(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    wrapped = wrap_comments(text)
    if wrapped != text:
        with open(path, "w", encoding="utf-8") as file:
            file.write(wrapped)


def main():
    parser = argparse.ArgumentParser(description="check the house style")
    parser.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--format", action="store_true", help="let clang-format rewrite the files, and wrap long comments")
    args = parser.parse_args()
    report = Report()
    files = project_files(args.root)
    sources = [f for f in files if f.endswith((".c", ".h")) and f.split("/")[0] in FOLDERS]
    check_format(args.root, sources, args.format, report)
    for path in sources if args.format else []:
        wrap_file(os.path.join(args.root, path))
    for path in files:
        try:
            with open(os.path.join(args.root, path), encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            continue  # a golden file, a picture
        if path not in ("scripts/tidy.py", "tests/tidy_selftest.py"):
            check_words(path, text, report)
        if path not in sources:
            continue
        code = strip_code(text)
        check_lengths(path, text, code, report)
        check_banned(path, code, report)
        check_includes(path, text, report)
        check_head(path, text, report)
        check_lines(path, text, report)
        if path.endswith(".h") and not path.startswith("tests/"):
            check_header_comments(path, text, code, report)
    check_orphans(args.root, [f for f in files if f.split("/")[0] in FOLDERS], report)
    for line in report.notes:
        print("note: " + line)
    for line in report.faults:
        print(line, file=sys.stderr)
    print(f"tidy: {len(sources)} files, {len(report.faults)} faults, {len(report.notes)} notes")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
