#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""First inputs of the fuzz targets: the test vectors of the protocol, so that every field of every
message is reached at once. seeds.py FOLDER writes FOLDER/<target>/<vector>: the byte that chooses
the kind, as the target's own list counts them, and the message."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "tests/proto/vectors.txt"


def kinds(target):
    """The names in the target's table, in order."""
    table = re.search(r"kinds\[\] = \{(.*?)\}", (HERE / f"{target}.c").read_text(), re.S)
    return re.findall(r'"([^"]+)"', table.group(1))


def vectors():
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, kind, digits = line.split("\t")[:3]
            yield name, kind, b"" if digits == "-" else bytes.fromhex(digits)


def main():
    folder = pathlib.Path(sys.argv[1])
    left = {kind for _, kind, _ in vectors()}
    for target in ("fuzz_report", "fuzz_exchange", "fuzz_query"):
        (folder / target).mkdir(parents=True, exist_ok=True)
        own = kinds(target)
        for name, kind, message in vectors():
            if kind in own:
                left.discard(kind)
                (folder / target / name).write_bytes(bytes([own.index(kind)]) + message)
    if left:
        sys.exit("no target reads " + ", ".join(sorted(left)))


main()
