#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Longhu 2015: recompute.py cells.csv indicators.json — the printed figures beside the computed ones,
then every cell and indicator compared exactly. Without the two files: the printed figures alone."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

import recompute  # noqa: E402  the general part, examples/recompute.py


def main(files):
    if len(files) not in (0, 2):
        print("usage: recompute.py [cells.csv indicators.json]", file=sys.stderr)
        return 2
    argv = ["--facilities", os.path.join(HERE, "facilities.csv"),
        "--returns", "INSTITUTION_YEAR=" + os.path.join(HERE, "returns.csv"),
        "--printed", os.path.join(HERE, "printed.csv")]
    return recompute.main(argv + (["--cells", files[0], "--indicators", files[1]] if files else []))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
