#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Values from outside the reports, and norms that the plans do not print: invented (虚构), for `huibaoctl fact import`.

    generate.py [--catalog DIR] [--out DIR] [--check]

Writes lianyungang.csv, longhu.csv and rudong.csv: every indicator that a plan's row is judged by and that no report
gives, for the plan's years; years for which the plan itself prints a value are left out. --check: compares with the files
that are there, writes nothing; exit 1 if they differ.
"""
import argparse
import csv
import io
import os
import sys
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from generator.catalogue import Catalogue, number_or_none  # noqa: E402
from generator.goals import Goals  # noqa: E402
from generator.numbers import between, half_up  # noqa: E402

COLUMNS = ("area", "indicator", "period", "value", "comparator", "source", "basis", "note", "norm")
SOURCE = "examples/external"
NOTE = "invented / 虚构"
# file: (its areas, years); a sibling's figures go with the file of those who are compared with it
FILES = {"lianyungang.csv": (("320700", "320703", "320706", "320707", "320722", "320723", "320724", "320771", "320772",
    "320790"), range(2015, 2026)), "longhu.csv": (("440507",), range(2015, 2021)),
    "rudong.csv": (("320623",), range(2017, 2019))}
DEPENDS = ("of", "by")
# Sizes that nobody would guess from a code, and norms, by indicator: {year: value}, norm from the first year on. Invented.
SIZES = {"WORK_ACCIDENTS": {2015: 420, 2025: 150}, "WORK_ACCIDENT_DEATHS": {2015: 96, 2025: 34},
    "WORK_ACCIDENTS_LARGER": {2015: 3, 2025: 1}, "ROAD_ACCIDENTS_ORDINARY": {2015: 1250, 2025: 690},
    "ROAD_ACCIDENTS_LARGER": {2015: 6, 2025: 2}, "ROAD_ACCIDENTS_SERIOUS": {2015: 1, 2025: 0},
    "ROAD_TRANSPORT_ACCIDENTS": {2015: 88, 2025: 41}, "ROAD_TRANSPORT_DEATHS": {2015: 62, 2025: 23},
    "COMMERCIAL_INSURED": {2015: 310000, 2025: 1120000}, "ORGANISED_FITNESS": {2015: 260000, 2025: 520000},
    "COMMERCIAL_PAYOUT_SHARE": {2015: 2, 2025: 6}, "HEALTH_INDUSTRY_GDP_SHARE": {2015: 5, 2025: 8},
    "FERTILISER_USE": {2015: 61000, 2025: 52000}, "PESTICIDE_USE": {2015: 2900, 2025: 2100}, "DRUG_PRICE": {2015: 100, 2025: 82}}
NORMS = {"BED_PER_1000": "6.30", "CDC_STAFF_PER_10000": "1.75", "NOTIFIABLE_AB_INCIDENCE": "104.00",
    "SEX_RATIO_AT_BIRTH": "110.00", "TCM_FLOOR_AREA_PER_BED": "80.00", "CHILD_0_6_MANAGEMENT": "90.00",
    "DIABETES_STANDARD_MANAGEMENT": "60.00", "ELDERLY_65_MANAGEMENT": "70.00", "HYPERTENSION_STANDARD_MANAGEMENT": "60.00",
    "MATERNAL_SYSTEMATIC_MANAGEMENT": "90.00", "TB_MANAGEMENT": "90.00"}
# "-" in the plans' tables: nobody had a value.
ABSENT = {("HEALTH_INDUSTRY_SIZE", 2015), ("HEALTH_INDUSTRY_GROWTH", 2020)}


def leaves(catalogue, code, seen=()):
    """The external indicators that an indicator rests on."""
    indicator = catalogue.indicators.get(code)
    if indicator is None or code in seen:
        return set()
    if indicator.method == "external":
        return {code}
    found = set()
    for word in DEPENDS:
        found |= leaves(catalogue, indicator.arguments.get(word, ""), seen + (code,))
    return found


def rows_of(catalogue, area, years):
    goals = Goals(catalogue, area, SIZES)
    needed = {}
    for code, rows in goals.rows.items():
        for leaf in sorted(leaves(catalogue, code)):
            needed.setdefault(leaf, []).extend(rows)
    for code in sorted(needed):
        indicator = catalogue.indicators[code]
        for year in years:
            if year not in goals.of(code).printed and (code, year) not in ABSENT:
                yield fact(area, indicator, year, goals.of(code).at(year))
    yield from norms(catalogue, goals, area, years)
    yield from siblings(catalogue, goals, years)


def fact(area, indicator, year, value, norm="no"):
    decimals = max(indicator.decimals, 0)
    return (area, indicator.code, str(year), half_up(value, decimals), "", SOURCE, "", NOTE, norm)


def norms(catalogue, goals, area, years):
    """Of rows that name a yardstick and print no number."""
    done = set()
    for code, rows in sorted(goals.rows.items()):
        for row in rows:
            end = int(row["target_year"] or years[-1])
            indicator = catalogue.indicators.get(code)
            if row["kind"] != "norm" or number_or_none(row["target"]) is not None or indicator is None or (code, end) in done:
                continue
            done.add((code, end))
            here = goals.of(code).at(min(end, years[-1]))
            strict = Fraction(between(930, 1030, "norm", code, area), 1000)
            value = here * strict if row["polarity"] != "lower" else here / strict
            value = min(value, Fraction(100)) if indicator.unit == "%" else value
            value = Fraction(NORMS.get(code, value))
            for year in (years[0],):
                yield fact(area, indicator, year, value, "yes")


def siblings(catalogue, goals, years):
    """Of ranks: the other areas of the set, so that there is somebody to be ranked among."""
    for code in sorted(goals.rows):
        indicator = catalogue.indicators.get(code)
        if indicator is None or indicator.method != "rank" or "of" not in indicator.arguments:
            continue
        of = catalogue.indicators[indicator.arguments["of"]]
        own = catalogue.areas[goals.area]
        for area, row in sorted(catalogue.areas.items()):
            if area == goals.area or row["kind"] != indicator.arguments.get("among") or row["parent"] != own["parent"]:
                continue
            for year in years:
                times = Fraction(between(880, 1120, "sibling", of.code, area), 1000)
                value = goals.of(of.code).at(year) * times
                yield fact(area, of, year, min(value, Fraction(100)) if of.unit == "%" else value)


def text_of(catalogue, areas, years):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    seen = set()
    for area in areas:
        for row in rows_of(catalogue, area, list(years)):
            key = row[0], row[1], row[2], row[8]
            if key not in seen:
                seen.add(key)
                writer.writerow(row)
    return out.getvalue()


def main(argv=None):
    parser = argparse.ArgumentParser(description="Invented values from outside the reports.")
    parser.add_argument("--catalog", default=os.path.join(HERE, os.pardir, os.pardir, "catalog"))
    parser.add_argument("--out", default=HERE, metavar="DIR")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args(argv)
    catalogue, good = Catalogue(arguments.catalog), True
    for name, (areas, years) in FILES.items():
        path, text = os.path.join(arguments.out, name), text_of(catalogue, areas, years)
        if arguments.check:
            with open(path, encoding="utf-8", newline="") as file:
                same = file.read() == text
            print(name + ":", "as generated" if same else "differs from what the catalogue gives")
            good = good and same
            continue
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        print("%s: %d rows, all invented" % (path, text.count("\n") - 1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
