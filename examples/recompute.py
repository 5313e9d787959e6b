#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Computes from the CSV files alone what Huibao should have computed, and compares exactly.

It shares nothing with the daemons but the tables of catalog/. Every sum and count of every cell and
every side of every indicator is a whole number or a fraction, so "equal" means equal. Python's
standard library is enough.

    recompute.py --facilities facilities.csv --returns INSTITUTION_YEAR=returns.csv
                 [--cells cells.csv …] [--indicators indicators.json …] [--printed printed.csv]

cells.csv is what `huibaoctl cell list … -o csv` prints, indicators.json what `huibaoctl indicator
show … -o json` prints; several JSON answers may stand in one file, one after the other. Without the
two, --printed compares the printed figures with this recomputation alone.

Exit status: 0 everything agrees, and the printed figures agree or disagree as printed.csv says;
1 something differs; 2 a file is wrong.
"""
import argparse
import calendar
import csv
import datetime
import json
import os
import re
import sys
import unicodedata
from collections import defaultdict
from fractions import Fraction

DIMENSIONS = ["class", "level", "ownership", "sponsor", "profit", "locality"]
COUNTED_ONCE = {"N_AREA", "DAYS", "MONTHS", "WORKDAYS", "1"}
DIFFERENCES_SHOWN = 20
NOT_OFFERED = {"NOT_OFFERED", "未开展"}  # a true 0; the others, and a blank, are holes
HOLES = {"NOT_COLLECTED", "未收集", "WITHHELD", "不公开", "NOT_APPLICABLE", "不适用"}
TEXT_COLUMNS = {"head_of_unit", "statistics_head", "filled_by", "telephone", "filled_on", "comment"}


class Mistake(Exception):
    """A file or an argument is wrong; the text says where."""


def read_table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# ---- the catalogue


class Catalog:
    def __init__(self, folder):
        def table(name):
            return read_table(os.path.join(folder, name))

        self.parent = {(r["dimension"], r["code"]): r["parent"] for r in table("attributes.csv")}
        self.groups = defaultdict(set)
        for row in table("groups.csv"):
            self.groups[row["group"]].add(row["class"])
        self.areas = {r["code"]: r for r in table("areas.csv")}
        self.elements = {r["code"]: r for r in table("elements.csv")}
        self.forms = {r["code"]: dict(r, lines=[]) for r in table("forms.csv")}
        for row in table("form_lines.csv"):
            self.forms[row["form"]]["lines"].append(row["element"])
        self.indicators = {r["code"]: r for r in table("indicators.csv")}

    def ancestors(self, dimension, code):
        """The code itself, then what it lies below."""
        chain = []
        while code:
            if (dimension, code) not in self.parent:
                raise Mistake(f"no {dimension} '{code}' in attributes.csv")
            chain.append(code)
            code = self.parent[dimension, code]
        return chain

    def area_path(self, code):
        """The area itself, then its parents up to the root of its reporting tree."""
        path = []
        while code:
            if code not in self.areas:
                raise Mistake(f"no area '{code}' in areas.csv")
            path.append(code)
            code = self.areas[code]["parent"]
        return path


TERM = re.compile(r"\s*([+-]?)\s*(?:([0-9]+(?:\.[0-9]+)?)\s*\*\s*)?([A-Za-z_][A-Za-z0-9_]*|1)\s*(?:\[([^\]]*)\])?\s*")


def parse_linear(catalog, text):
    """A linear form as a list of (coefficient, word, filter); a filter is {dimension: codes}."""
    terms, at = [], 0
    while at < len(text):
        match = TERM.match(text, at)
        if not match or match.end() == at or (terms and not match.group(1)):
            raise Mistake(f"cannot read the linear form '{text}' at character {at + 1}")
        sign, number, word, conditions = match.groups()
        if word not in COUNTED_ONCE and word != "N_FACILITY" and word not in catalog.elements:
            raise Mistake(f"no element '{word}' in elements.csv, in '{text}'")
        coefficient = Fraction(number or 1) * (-1 if sign == "-" else 1)
        terms.append((coefficient, word, parse_filter(catalog, conditions, text)))
        at = match.end()
    if not terms:
        raise Mistake("an empty linear form")
    return terms


def parse_filter(catalog, conditions, text):
    result = {}
    for condition in (conditions or "").split(",") if conditions else []:
        dimension, _, codes = (part.strip() for part in condition.partition("="))
        codes = {code.strip() for code in codes.split("|")}
        if dimension == "group":
            missing = codes - set(catalog.groups)
            codes = set().union(*(catalog.groups[c] for c in codes if c in catalog.groups))
            dimension = "class"
        elif dimension == "kind":
            missing = set()
        else:
            missing = {c for c in codes if (dimension, c) not in catalog.parent}
        if missing:
            raise Mistake(f"unknown {dimension} {sorted(missing)} in '{text}'")
        if dimension in result:
            raise Mistake(f"{dimension} is named twice in '{text}'")
        result[dimension] = codes
    return result


# ---- periods and windows


def months_of(period, window):
    """First and last (year, month) that a question about period with this window covers."""
    month = re.fullmatch(r"(\d{4})-(\d{2})", period)
    part = re.fullmatch(r"(\d{4})([QH])(\d)", period)
    if month:
        year, last = int(month.group(1)), int(month.group(2))
    elif part:
        year, last = int(part.group(1)), int(part.group(3)) * (3 if part.group(2) == "Q" else 6)
    elif re.fullmatch(r"\d{4}", period):
        year, last = int(period), 12
    else:
        raise Mistake(f"no such period: '{period}'")
    if window == "year":
        return (year, 1), (year, 12)
    if window == "r12m":
        first = year * 12 + last - 12
        return (first // 12, first % 12 + 1), (year, last)
    length = {"month": 1, "quarter": 3, "half": 6, "ytd": last}.get(window)
    if length is None:
        raise Mistake(f"this script does not know the window '{window}'")
    return (year, last - (last - 1) % length if window in ("quarter", "half") else last - length + 1), (year, last)


def covered(period, span):
    """Whether the whole of a form's period lies inside the span of months."""
    window = "year" if len(period) == 4 else "month" if "-" in period else {"Q": "quarter", "H": "half"}[period[4]]
    first, last = months_of(period, window)
    return span[0] <= first and last <= span[1]


def days_of(span):
    (year, month), (end_year, end_month) = span
    last = datetime.date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    return (last - datetime.date(year, month, 1)).days + 1


# ---- what was registered and reported


class Facility:
    def __init__(self, catalog, row):
        self.code = row["code"]
        self.path = catalog.area_path(row["area"])
        self.stratum = tuple(row.get(d) or "" for d in DIMENSIONS)
        self.attributes = {d: set(catalog.ancestors(d, c)) for d, c in zip(DIMENSIONS, self.stratum)}
        self.opened, self.closed = row.get("opened") or "0000-00-00", row.get("closed") or "9999-99-99"

    def matches(self, conditions):
        return all(self.attributes[dimension] & codes for dimension, codes in conditions.items())


class Reports:
    """Facilities by code; values by form and period: {facility code: {element: Fraction}}, holes left out."""

    def __init__(self, catalog):
        self.catalog, self.facilities = catalog, {}
        self.values = defaultdict(dict)

    def add_facilities(self, path):
        for row in read_table(path):
            self.facilities[row["code"]] = Facility(self.catalog, row)

    def add_returns(self, form, path):
        if form not in self.catalog.forms:
            raise Mistake(f"no form '{form}' in forms.csv")
        lines, newest = set(self.catalog.forms[form]["lines"]), {}
        for number, row in enumerate(read_table(path), 2):
            key, revision = (row["facility"], row["period"]), int(row.get("revision") or 1)
            if row["facility"] not in self.facilities:
                raise Mistake(f"{path}:{number}: facility '{row['facility']}' is in no facilities file")
            if revision < newest.get(key, 0):
                continue
            newest[key] = revision
            values = {}
            for column, text in row.items():
                if column.startswith("#") or column in TEXT_COLUMNS | {"facility", "period", "revision"}:
                    continue
                if column not in lines:
                    raise Mistake(f"{path}: column '{column}' is no line of {form}")
                text = text.strip()
                if text in NOT_OFFERED:
                    values[column] = Fraction(0)
                elif text and text not in HOLES:
                    values[column] = Fraction(text)
            self.values[form, row["period"]][row["facility"]] = values

    def cells(self):
        """(form, period, area, stratum) -> [reports, {element: [sum, count]}]"""
        cells = {}
        for (form, period), rows in self.values.items():
            for code, values in rows.items():
                facility = self.facilities[code]
                for area in facility.path:
                    cell = cells.setdefault((form, period, area) + facility.stratum, [0, {}])
                    cell[0] += 1
                    for element, value in values.items():
                        total = cell[1].setdefault(element, [Fraction(0), 0])
                        total[0] += value
                        total[1] += 1
        return cells


# ---- indicators


class Result:
    def __init__(self):
        self.side = {"numerator": Fraction(0), "denominator": Fraction(0)}
        self.values = {"numerator": 0, "denominator": 0}  # how many values or counted things went in
        self.left_out, self.paired, self.factor = 0, False, Fraction(1)

    def value(self):
        """None where a side has nothing in it, or the denominator is 0."""
        if not all(self.values.values()) or self.side["denominator"] == 0:
            return None
        return self.side["numerator"] * self.factor / self.side["denominator"]

    def add(self, side, amount):
        self.side[side] += amount
        self.values[side] += 1


def evaluate(reports, code, area, period, window):
    catalog = reports.catalog
    if code not in catalog.indicators:
        raise Mistake(f"no indicator '{code}' in indicators.csv")
    row, result = catalog.indicators[code], Result()
    sides = {side: parse_linear(catalog, row[side]) for side in ("numerator", "denominator")}
    span = months_of(period, window or row["window"])
    result.factor = Fraction(row["factor"])
    elements = {side: {word for _, word, _ in terms if word in catalog.elements} for side, terms in sides.items()}
    result.paired = all(elements.values()) and any(
        set.union(*elements.values()) <= set(form["lines"]) for form in catalog.forms.values())
    for side, terms in sides.items():
        for coefficient, word, conditions in terms:
            if word not in catalog.elements:
                result.add(side, coefficient * count_of(reports, word, conditions, area, span))
    chosen = list(sources(reports, set.union(*elements.values()), area, span))
    known = {form: {p for _, f, periods, _ in chosen if f == form for p in periods} for _, form, _, _ in chosen}
    for facility, form, periods, mine in chosen:
        add_facility(reports, sides, facility, form, (periods, mine, known[form]), result)
    return result


def count_of(reports, word, conditions, area, span):
    if word == "N_FACILITY":  # open on any day of the window's last month
        month = "%04d-%02d-" % span[1]
        return sum(f.opened <= month + "31" and f.closed > month + "01" and area in f.path and f.matches(conditions)
            for f in reports.facilities.values())
    if word == "N_AREA":
        return sum(a != area and area in reports.catalog.area_path(a)
            and r["kind"] in conditions.get("kind", {r["kind"]}) for a, r in reports.catalog.areas.items())
    if word == "WORKDAYS":
        raise Mistake("this script has no calendar of holidays: WORKDAYS")
    months = (span[1][0] - span[0][0]) * 12 + span[1][1] - span[0][1] + 1
    return {"1": 1, "DAYS": days_of(span), "MONTHS": months}[word]


def sources(reports, elements, area, span):
    """For each facility and form: its periods inside the window, in order, and which elements are taken from it.

    Where two forms of a facility give one element, the one of the lower precedence number is taken. A
    form that is carried (population) gives its newest period at the window's end, within its bound.
    """
    catalog, per_facility = reports.catalog, defaultdict(dict)
    for (form, period), rows in reports.values.items():
        head = catalog.forms[form]
        if not elements & set(head["lines"]):
            continue
        if int(head["carry_months"]):
            year = int(period[:4])
            late = (span[1][0] - year) * 12 + span[1][1] - 12
            if year > span[1][0] or late > int(head["carry_months"]):
                continue
        elif not covered(period, span):
            continue
        for code in rows:
            if area in reports.facilities[code].path:
                per_facility[code].setdefault(form, []).append(period)
    for code, forms in per_facility.items():
        taken = set()
        for form in sorted(forms, key=lambda f: int(catalog.forms[f]["precedence"])):
            head = catalog.forms[form]
            mine = (elements & set(head["lines"])) - taken
            taken |= mine
            periods = sorted(forms[form])[-1:] if int(head["carry_months"]) else sorted(forms[form])
            if mine:
                yield reports.facilities[code], form, periods, mine


def add_facility(reports, sides, facility, form, chosen, result):
    """Adds one facility's returns. In a paired ratio a return with a hole in any term adds to neither side
    and is counted as left out, whether it gives the other terms or none. A stock is taken from the last (first) period
    for which anybody in the area reported."""
    catalog, (periods, mine, known) = reports.catalog, chosen
    for period in periods:
        values = reports.values[form, period][facility.code]
        terms = [(side, coefficient, word) for side, linear in sides.items() for coefficient, word, conditions in linear
            if word in mine and facility.matches(conditions)]
        if result.paired and any(word not in values for _, _, word in terms):
            result.left_out += 1
            continue
        for side, coefficient, word in terms:
            over_time = catalog.elements[word]["over_time"]
            edge = {"last": max(known), "first": min(known)}.get(over_time, period)
            if over_time in ("mean", "ytd", "worst") and len(known) > 1:
                raise Mistake(f"this script does not add {word} ({over_time}) over several periods")
            if word in values and period == edge:
                result.add(side, coefficient * values[word])


# ---- comparing


def half_up(value, decimals):
    """Decimal digits of a fraction, rounded half away from zero."""
    scaled = abs(value) * 10**decimals
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(digits).rjust(decimals + 1, "0")
    text = text[:-decimals] + "." + text[-decimals:] if decimals else text
    return "-" + text if value < 0 and digits else text


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
        result = evaluate(reports, row["indicator"], row["area"], row["period"], row.get("window"))
        where = " ".join(str(row.get(c) or "") for c in ("indicator", "area", "period", "window"))
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
            value = sides[0] * factor / sides[1] if answer["value"] not in (None, "") else None
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
    try:
        return run(parser.parse_args(argv))
    except (Mistake, OSError, KeyError, ValueError) as error:
        print(f"recompute.py: {type(error).__name__}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
