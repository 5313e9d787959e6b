#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the generated reports of Lianyungang say what is printed: computed from the CSV files alone, in fractions.

    check.py OUTDIR [--catalog DIR]

Each baseline that the plans of 2016 (for 2015) and 2021 (for 2020) print about the city is computed again from the reports,
the life table included, and compared digit by digit; cells printed "-" must have no value; populations, births and
deaths must be the printed ones. It shares no code with the generator and none with the daemons.

Exit status: 0 everything agrees; 1 something differs; 2 a file is missing or wrong.
"""
import argparse
import glob
import os
import re
import sys
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from recomputing.reports import Reports  # noqa: E402
from recomputing.tables import Catalog, Mistake, read_table  # noqa: E402
from recomputing.values import half_up, method_of, total, value_of  # noqa: E402

CITY = "320700"
PLANS = (("lianyungang-2030", "2015"), ("lianyungang-2025", "2020"))
ABSENT = (("HEALTHY_LIFE_EXPECTANCY", "2020"), ("ADULT_SMOKING", "2020"))
YEAR_2015, YEAR_2020 = ((2015, 1), (2015, 12)), ((2020, 1), (2020, 12))
PEOPLE = (  # what is printed: area, form, span, number, and to how many persons
    (CITY, "POP_RESIDENT_END", YEAR_2015, 4473700, 100), (CITY, "POP_REGISTERED_END", YEAR_2015, 5305600, 100),
    (CITY, "POP_RESIDENT_END", YEAR_2020, 4599360, 1), ("320703", "POP_RESIDENT_END", YEAR_2020, 160390, 1),
    ("320771", "POP_RESIDENT_END", YEAR_2020, 90248, 1), ("320790", "POP_RESIDENT_END", YEAR_2020, 42124, 1),
    ("320707", "POP_RESIDENT_END", YEAR_2020, 1003844, 1))
MCH_2015, MCH_2020 = ((2014, 10), (2015, 9)), ((2019, 10), (2020, 9))
BIRTHS = ((MCH_2015, ((63616, 63618, 2, 139, 160), (63763, 63795, 2, 139, 161))),
    (MCH_2020, ((36285, 36330, 2, 107, 166),)))
APPROXIMATE = Fraction(5, 100)  # of the printed number, where it is printed with 左右


class Tally:
    def __init__(self):
        self.good, self.bad, self.unknown = 0, [], []

    def check(self, what, found, wanted):
        if found == wanted:
            self.good += 1
        else:
            self.bad.append(f"{what}: {found}, printed {wanted}")


def load(catalog, folder):
    reports = Reports(catalog)
    reports.add_facilities(os.path.join(folder, "facilities.csv"))
    for year in ("2014", "2015", "2016", "2019", "2020", "2021"):
        for form, row in catalog.forms.items():
            monthly = row["period"] == "month" and form in ("HOSPITAL_MONTH", "PRIMARY_MONTH")
            for path in glob.glob(os.path.join(folder, f"{form}-{year}.csv")):
                if not monthly and (year in ("2015", "2020") or row["period"] != "year" and year in ("2016", "2021")):
                    reports.add_returns(form, path)
    return reports


def check_baselines(reports, tally):
    catalog, done = reports.catalog, set()
    for plan, year in PLANS:
        for row in read_table(os.path.join(catalog.folder, "plans", plan + ".csv")):
            code, printed = row["indicator"].lstrip("?"), row["baseline"]
            if not re.match(r"\d", printed) or not code or row["baseline_year"] != year or row["scope_node"] != CITY or (code, year) in done:
                continue
            done.add((code, year))
            if code not in catalog.indicators:
                tally.unknown.append(f"{code} {year}: not in the catalogue")
            elif method_of(catalog, code) == "external":
                tally.unknown.append(f"{code} {year}: external, no report gives it")
            else:
                compare(reports, tally, code, year, printed)


def compare(reports, tally, code, year, printed):
    try:
        value = value_of(reports, code, CITY, year)
    except Mistake as mistake:
        tally.unknown.append(f"{code} {year}: {mistake}")
        return
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(左右)?", printed)
    if value is None or not number:
        tally.bad.append(f"{code} {year}: no value, printed {printed}")
    elif number.group(2):
        wanted = Fraction(number.group(1))
        near = abs(value - wanted) <= wanted * APPROXIMATE
        tally.check(f"{code} {year}", printed if near else half_up(value, 2), printed)
    else:
        tally.check(f"{code} {year}", half_up(value, len(printed.partition(".")[2])), printed)


def check_absent(reports, tally):
    for code, year in ABSENT:
        if code in reports.catalog.indicators and method_of(reports.catalog, code) not in ("external",):
            try:
                value = value_of(reports, code, CITY, year)
            except Mistake as mistake:
                tally.unknown.append(f"{code} {year}: {mistake}")
                continue
            tally.check(f"{code} {year}", value, None)


def check_people(reports, tally):
    for area, element, span, wanted, unit in PEOPLE:
        found = total(reports, element, area, span)
        tally.check(f"{element} {area} {span[0][0]}", int(found / unit + Fraction(1, 2)) * unit, wanted)
    for span, possible in BIRTHS:
        counts = [int(total(reports, e, CITY, span)) for e in ("LIVE_BIRTH", "MATERNAL_DEATH", "INFANT_DEATH", "UNDER5_DEATH")]
        fits = any(low <= counts[0] <= high and counts[1:] == list(deaths) for low, high, *deaths in possible)
        tally.check(f"births and deaths of the maternal-and-child year {span[1][0]}: {counts}", fits, True)
    for year in ("2015", "2020"):
        agency = reports.values.get(("POPULATION_YEAR", year), {}).get("statistics@" + CITY, {})
        tally.check(f"FORCED_AGE_PATTERN {year}", agency.get("FORCED_AGE_PATTERN"), 1)
        tally.check(f"POP_VINTAGE {year}", agency.get("POP_VINTAGE"), 1 if year == "2015" else 2)


def main(argv=None):
    parser = argparse.ArgumentParser(description="Compare the generated reports with what is printed.")
    parser.add_argument("outdir", metavar="OUTDIR")
    parser.add_argument("--catalog", default=os.path.join(HERE, os.pardir, os.pardir, "catalog"))
    arguments = parser.parse_args(argv)
    tally = Tally()
    try:
        reports = load(Catalog(arguments.catalog), arguments.outdir)
        check_people(reports, tally)
        check_baselines(reports, tally)
        check_absent(reports, tally)
    except (Mistake, OSError, KeyError, ValueError) as error:
        print(f"check.py: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for line in tally.unknown:
        print("  not compared:", line)
    for line in tally.bad:
        print("  DIFFERS:", line)
    print(f"{tally.good} printed figures come out to the digit, {len(tally.bad)} differ, {len(tally.unknown)} not compared")
    return 1 if tally.bad else 0


if __name__ == "__main__":
    sys.exit(main())
