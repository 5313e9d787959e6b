#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Computes from the CSV files alone what Huibao should have computed, and compares exactly.

It shares nothing with the daemons but the tables of catalog/. Every sum and count of every cell and
every side of every indicator is a whole number or a fraction, so "equal" means equal. Python's
standard library is enough.

    recompute.py --facilities facilities.csv --returns INSTITUTION_YEAR=returns.csv
                 [--cells cells.csv …] [--indicators indicators.json …] [--printed printed.csv]
                 [--list AREA:PERIOD …]

cells.csv is what `huibaoctl cell list … -o csv` prints, indicators.json what `huibaoctl indicator
show … -o json` prints; several JSON answers may stand in one file, one after the other. Without the
two, --printed compares the printed figures with this recomputation alone. --list prints every indicator of an area
and period that can be recomputed, as CSV.

Exit status: 0 everything agrees, and the printed figures agree or disagree as printed.csv says;
1 something differs; 2 a file is wrong.
"""
import argparse
import json
import os
import sys
import unicodedata
from collections import defaultdict
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from recomputing.reports import Reports  # noqa: E402
from recomputing.tables import DIMENSIONS, Catalog, Mistake, read_table  # noqa: E402
from recomputing.values import evaluate, half_up, method_of, value_of  # noqa: E402

DIFFERENCES_SHOWN = 20


# ---- comparing


class Comparison:
    def __init__(self, what):
        self.what, self.compared, self.differences = what, 0, []

    def check(self, where, name, huibao, recomputed):
        self.compared += 1
        if huibao != recomputed:
            self.differences.append(f"{where}: {name} is {huibao}, recomputed {recomputed}")

    def print(self):
        for line in self.differences[:DIFFERENCES_SHOWN]:
            print("  differs:", line)
        more = len(self.differences) - DIFFERENCES_SHOWN
        if more > 0:
            print(f"  … and {more} more")
        print(f"{self.what}: {self.compared} compared, {len(self.differences)} differ")
        return not self.differences


def compare_cells(reports, paths):
    comparison, wanted, seen = Comparison("figures of cells"), reports.cells(), defaultdict(set)
    for path in paths:
        for row in read_table(path):
            key = tuple(row[c] or "" for c in ["form", "period", "area"] + DIMENSIONS)
            reported, elements = wanted.get(key, [0, {}])
            total, count = elements.get(row["element"], [Fraction(0), 0])
            if row["element"] in seen[key]:
                comparison.check(key, row["element"], "listed twice", "once")
            seen[key].add(row["element"])
            where = " ".join(filter(None, key))
            comparison.check(where, "reported", int(row["reported"]), reported)
            comparison.check(where, row["element"] + " sum", Fraction(row["sum"] or 0), total)
            comparison.check(where, row["element"] + " count", int(row["count"]), count)
    for key, (_, elements) in wanted.items():
        for element in elements.keys() - seen[key]:
            comparison.check(" ".join(filter(None, key)), element, "not listed", elements[element])
    return comparison


def read_answers(path):
    """Every row of the JSON answers that stand in a file one after the other."""
    with open(path, encoding="utf-8") as file:
        text, at, rows = file.read(), 0, []
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        answer, at = decoder.raw_decode(text, at)
        for one in answer if isinstance(answer, list) else [answer]:
            rows += one["rows"]
    return rows


def fraction_or_none(text):
    return None if text is None or text == "" else Fraction(text)


def compare_indicators(reports, rows):
    comparison = Comparison("figures of indicators")
    for row in rows:
        where = " ".join(str(row.get(c) or "") for c in ("indicator", "area", "period", "window"))
        if method_of(reports.catalog, row["indicator"]) != "ratio":
            compare_method(comparison, reports, row, where)
            continue
        result = evaluate(reports, row["indicator"], row["area"], row["period"], row.get("window"))
        if row.get("source_kind") in ("fact", "published"):
            # A figure from elsewhere stands in only where the reports give none.
            comparison.check(where, "value from reports", None, result.value())
            continue
        for side in ("numerator", "denominator"):
            shown = fraction_or_none(row[side])
            nothing = shown is None and result.values[side] == 0
            comparison.check(where, side, shown, None if nothing else result.side[side])
        value, shown = result.value(), row["value"]
        decimals = len((shown or "").partition(".")[2])
        comparison.check(where, "value", shown or None, None if value is None else half_up(value, decimals))
        if result.paired and row.get("paired", True) in (True, "true") and "left_out" in row:
            comparison.check(where, "left_out", int(row["left_out"]), result.left_out)
    return comparison


def compare_method(comparison, reports, row, where):
    """Values of the methods that this computation knows; the others are left to other tests."""
    try:
        value = value_of(reports, row["indicator"], row["area"], row["period"], row.get("window"))
    except Mistake:
        return
    shown = row["value"] or None
    decimals = len((shown or "").partition(".")[2])
    comparison.check(where, "value", shown, None if value is None else half_up(value, decimals))


def print_list(reports, wanted):
    """Every indicator of AREA:PERIOD that can be computed, as CSV: for comparing with another computation."""
    area, _, period = wanted.partition(":")
    print("indicator,area,period,value,numerator,denominator,left_out")
    for code, row in reports.catalog.indicators.items():
        try:
            value = value_of(reports, code, area, period)
        except Mistake:
            continue
        sides = ["", "", ""]
        if method_of(reports.catalog, code) == "ratio":
            result = evaluate(reports, code, area, period, None)
            sides = [result.side["numerator"], result.side["denominator"], result.left_out if result.paired else ""]
        print(code, area, period, "" if value is None else half_up(value, int(row["decimals"] or 0)), *sides, sep=",")


def padded(text, width):
    """Chinese characters take two columns of a terminal."""
    used = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(0, width - used)


def print_printed(reports, path, answers):
    """The printed figures beside the computed ones; True if each agrees or disagrees as printed.csv says."""
    by_key = {(r["indicator"], r["area"], r["period"]): r for r in answers or []}
    good, shown, counts = True, [("line", "printed", "computed", "", "what", "note")], defaultdict(int)
    for row in read_table(path):
        counts[row["relation"]] += 1
        if row["relation"] == "not_modelled":
            continue
        answer = by_key.get((row["indicator"], row["area"], row["period"]))
        if answer:
            sides = [fraction_or_none(answer[s]) for s in ("numerator", "denominator")]
            factor = Fraction(reports.catalog.indicators[row["indicator"]]["factor"])
            # A printed figure that stands in for reports is not computed from any.
            computed_here = answer["value"] not in (None, "") and answer.get("source_kind", "reports") == "reports"
            value = sides[0] * factor / sides[1] if computed_here else None
        elif answers is not None and row["relation"] != "no_input":
            shown.append((row["line"], row["value"], "not asked", "!", row["what_zh"], row["indicator"]))
            good = False
            continue
        else:
            value = evaluate(reports, row["indicator"], row["area"], row["period"], None).value()
        computed = "no data" if value is None else half_up(value, int(row["decimals"]))
        relation = "no_input" if value is None else "equal" if computed == row["value"] else "disagrees"
        good = good and relation == row["relation"]
        mark = {"equal": "=", "disagrees": "≠", "no_input": "?"}[relation] + ("" if relation == row["relation"] else " !")
        shown.append((row["line"], row["value"], computed, mark, row["what_zh"], row["why"]))
    for line, printed, computed, mark, what, why in shown:
        print(padded(line, 5), padded(printed, 9), padded(computed, 10), padded(mark, 4), padded(what, 40), why)
    print(f"printed figures: {counts['equal']} equal, {counts['disagrees']} where the document disagrees with itself, "
        f"{counts['no_input']} without the input that they need, {counts['not_modelled']} outside this catalogue:",
        "as expected" if good else "NOT AS EXPECTED, see the lines marked !")
    return good


def run(arguments):
    catalog = Catalog(arguments.catalog)
    reports = Reports(catalog)
    for path in arguments.facilities:
        reports.add_facilities(path)
    for argument in arguments.returns:
        form, _, path = argument.partition("=")
        reports.add_returns(form, path)
    good, answers = True, None
    if arguments.indicators:
        answers = [row for path in arguments.indicators for row in read_answers(path)]
    if arguments.printed:
        good = print_printed(reports, arguments.printed, answers) and good
    for wanted in arguments.list:
        print_list(reports, wanted)
    if arguments.cells:
        good = compare_cells(reports, arguments.cells).print() and good
    if answers is not None:
        good = compare_indicators(reports, answers).print() and good
    return 0 if good else 1


def main(argv=None):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
    parser = argparse.ArgumentParser(description="Recompute cells and indicators from CSV files and compare exactly.")
    parser.add_argument("--catalog", default=os.path.join(root, "catalog"), help="folder of the catalogue's tables")
    parser.add_argument("--facilities", action="append", required=True, metavar="FILE")
    parser.add_argument("--returns", action="append", required=True, metavar="FORM=FILE")
    parser.add_argument("--cells", action="append", default=[], metavar="FILE")
    parser.add_argument("--indicators", action="append", default=[], metavar="FILE")
    parser.add_argument("--printed", metavar="FILE")
    parser.add_argument("--list", action="append", default=[], metavar="AREA:PERIOD")
    try:
        return run(parser.parse_args(argv))
    except (Mistake, OSError, KeyError, ValueError) as error:
        print(f"recompute.py: {type(error).__name__}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
