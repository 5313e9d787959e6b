#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Each check of scripts/tidy.py can fail: a tidy little project is broken in one way at a time."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TIDY = os.path.join(ROOT, "scripts", "tidy.py")
HEAD = ("/* SPDX-FileCopyrightText: The Huibao authors\n * SPDX-License-Identifier: Apache-2.0\n *\n"
        " * A number and what can be done with it. */\n")
GOOD = {
    "base/number.h": HEAD + "#ifndef BASE_NUMBER_H\n#define BASE_NUMBER_H\n\n"
                            "/* The number after this one. */\nint number_next(int number);\n\n#endif\n",
    "base/number.c": HEAD + '#include "base/number.h"\n\nint number_next(int number)\n{\n'
                            "\treturn number + 1;\n}\n",
    "base/CMakeLists.txt": "huibao_library(base SOURCES number.c)\n",
}


def function(lines):
    return "\nint number_long(int number);\nint number_long(int number)\n{\n" + "\tnumber++;\n" * lines + \
        "\treturn number;\n}\n"


def added(path, text):
    return lambda files: files.__setitem__(path, files.get(path, "") + text)


def replaced(path, old, new):
    def change(files):
        assert old in files[path]
        files[path] = files[path].replace(old, new)
    return change


def new_source(path, body):
    def change(files):
        folder, name = os.path.split(path)
        files[path] = HEAD + body
        files[folder + "/CMakeLists.txt"] = files.get(folder + "/CMakeLists.txt", "") + f"add({name})\n"
    return change


# name, what is broken, what tidy must say
CASES = [
    ("a long function", added("base/number.c", function(101)), "function of 102 lines"),
    ("a long file", added("base/number.c", "\nint n;\n" * 400), "lines (at most 800)"),
    ("a banned call", added("base/number.c", "\nvoid f(char *a)\n{\n\tstrcpy(a, a);\n}\n"), "'strcpy' is banned"),
    ("goto", added("base/number.c", "\nvoid f(void)\n{\n\tgoto out;\nout:\n\treturn;\n}\n"), "'goto'"),
    ("an upward include", added("base/number.c", '\n#include "store/env.h"\n'), "base/ must not know 'store/env.h'"),
    ("a program inside a program", new_source("admin/a.c", '#include "keeper/dump.h"\n'), "admin/ must not know"),
    ("store in admin", new_source("admin/a.c", '#include "store/env.h"\n'), "admin/ must not know 'store/env.h'"),
    ("an include not from the root", added("base/number.c", '\n#include "number.h"\n'), "from the root"),
    ("lmdb.h outside env.c", new_source("store/journal.c", "#include <lmdb.h>\n"), "'lmdb.h' is fenced"),
    ("zmq.h outside wire", new_source("client/c.c", "#include <zmq.h>\n"), "'zmq.h' is fenced"),
    ("generated code outside proto", new_source("ingestd/d.c", '#include "huibao/v1/report.pb-c.h"\n'),
     "'huibao/v1/report.pb-c.h' is fenced"),
    ("csv.h outside base", new_source("model/m.c", "#include <csv.h>\n"), "'csv.h' is fenced"),
    ("an orphan", added("base/orphan.c", HEAD), "no CMakeLists.txt names this file"),
    ("no SPDX lines", replaced("base/number.c", "SPDX-License-Identifier: Apache-2.0", "mine"), "SPDX lines"),
    ("no paragraph", replaced("base/number.c", " * A number and what can be done with it. */\n", " */\n"),
     "a paragraph"),
    ("no comment", replaced("base/number.h", "/* The number after this one. */\n", ""), "'number_next' has no comment"),
    ("a long line", added("base/number.c", "/* " + "x" * 98 + " */\n"), "104 columns"),
    ("blanks at the end", added("base/number.c", "/* x */ \n"), "blanks at the end"),
    ("a machine's path", added("README.md", "see /wor" "k/x\n"), "must not appear"),
    ("unformatted code", added("base/number.c", "\nint  g( int a ) { return a; }\n"), "clang-format"),
]


def run(files):
    with tempfile.TemporaryDirectory() as root:
        shutil.copy(os.path.join(ROOT, ".clang-format"), root)
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([sys.executable, TIDY, "--root", root], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def main():
    failed = []
    code, said = run(dict(GOOD))
    if code != 0:
        failed.append(f"a tidy project is refused:\n{said}")
    for name, change, want in CASES:
        files = dict(GOOD)
        change(files)
        code, said = run(files)
        if code != 1 or want not in said:
            failed.append(f"{name}: '{want}' was not said (exit {code}):\n{said}")
    for text in failed:
        print(text, file=sys.stderr)
    print(f"tidy self-test: {len(CASES) + 1 - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
