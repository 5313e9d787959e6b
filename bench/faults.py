#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""How many planted faults the rules find, how many with the right diagnosis, and how many clean reports they hold.

    faults.py FAULTS_CHECK [--seed N] [--quick] [--rough PER_CENT] [--months 2019-02,2019-05,...] [--catalog DIR]
              [--sheets DIR] [--verbose N]

The reports are generated, not observed (examples/lianyungang): 2018 and 2019 of every hospital, township hospital, centre,
station, clinic and village clinic. For each month under test and each kind of fault, one report in twenty is taken at
random and spoilt; it is checked by the very code of collector and ingestd (bench/faults.c) against the months before it,
which stay as they were. Every report of those months is also checked unspoilt.

The generator's months differ by at most some 12 per cent, so the bench makes them rougher (--rough, on by default): all
flows of a report but those of inpatients are multiplied by one factor, log-normal with a deviation of 15 per cent; one
report in fifty is a month half closed (0.4) or one of twice the work (1.9). Parts stay within their wholes.

A fault counts only if it changes something that a reader of the month could mind:

  unit slip    money in yuan instead of thousand yuan, all of it (six in ten), or in ten thousand yuan, all of it (two in
               ten), or one line of at least 100 thousand yuan in yuan. Not where there is no money.
  ten times    one figure of a line that is usually at least 30, with a digit too many or one too few. (3 for 30 may be a
               small month, no more.)
  swapped      neighbouring lines of one kind that differ by at least a quarter of the larger one, and by 5.
  copied       every figure of the month before.
  sum in part  a whole, or the sum of all its parts, typed into one part; not where this changes less than a tenth, or less
               than 5, or where the other parts are 0.
  wrong month  every figure of a month two to eleven before.

Beside them, in a line of its own that no goal judges, each kind without these limits. Found: the report is held or
rejected. Right: the finding names the kind, the line (lines, month). Goals: of each kind 95 % found and right; of the clean
ones 1 % held or rejected at most. Exit 0 if they are met, 1 if not.
"""
import argparse
import collections
import csv
import math
import os
import random
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "examples"))
sys.dont_write_bytecode = True
from generator.institutions import INPATIENT  # noqa: E402
from generator.parts import SUMS  # noqa: E402

FORMS = ("HOSPITAL_MONTH", "PRIMARY_MONTH", "PUBLIC_HEALTH_MONTH")
MONTHS = ["2019-%02d" % m for m in (1, 2, 4, 7, 10, 12)]
ONE_IN, RIGHT_MIN, CLEAN_MAX = 20, 95.0, 1.0
STAFF = {"STAFF": ("HEALTH_TECHNICIAN", "OTHER_TECHNICIAN", "MANAGER", "LOGISTICS_WORKER"),
    "HEALTH_TECHNICIAN": ("PHYSICIAN", "NURSE", "PHARMACIST", "TECHNICIAN")}
WHOLES = {whole: tuple(p for p in parts if p[0] != "#") for whole, parts in {**SUMS, **STAFF}.items()}


class Form:
    """A form's lines, and its reports as lists of whole numbers or, where there is none, of words."""

    def __init__(self, code, catalog, sheets):
        elements = {e["code"]: e for e in table(catalog, "elements")}
        with open(os.path.join(sheets, "%s-2018.csv" % code), encoding="utf-8", newline="") as file:
            written = next(csv.reader(file))  # nobody here reports for another, so the lines for that are not there
        lines = [elements[row["element"]] for row in table(catalog, "form_lines") if row["form"] == code
            and row["element"] in written]
        self.code = code
        self.columns = [e["code"] for e in lines]
        self.scale = [int(e["scale"]) for e in lines]
        self.type = [e["type"] for e in lines]
        self.flow = [i for i, e in enumerate(lines) if e["over_time"] == "sum" and e["code"] not in INPATIENT
            and not e["code"].startswith("BED_DAY")]
        self.at = {c: i for i, c in enumerate(self.columns)}
        self.reports = {}
        for year in (2018, 2019):
            with open(os.path.join(sheets, "%s-%d.csv" % (code, year)), encoding="utf-8", newline="") as file:
                reader = csv.reader(file)
                header = next(reader)
                places = [header.index(c) if c in header else None for c in self.columns]
                for row in reader:  # lines that nobody fills in, as a proxy's, stand in no sheet
                    self.reports[row[0], row[1]] = [
                        "" if p is None else number(row[p], s) for p, s in zip(places, self.scale)]

    def roughen(self, chance, per_cent):
        """Months as uneven as those of real places: rounding down keeps parts within their wholes."""
        for values in self.reports.values():
            kind = chance.random()
            factor = 0.4 if kind < 0.01 else 1.9 if kind < 0.02 else math.exp(chance.gauss(0, per_cent / 100))
            for i in self.flow:
                if positive(values[i]):
                    values[i] = math.floor(values[i] * factor)

    def text(self, values):
        return [v if isinstance(v, str) else "%d.%02d" % divmod(v, 100) if s == 2 else str(v)
            for v, s in zip(values, self.scale)]


def table(catalog, name):
    with open(os.path.join(catalog, name + ".csv"), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text, scale):
    if not text or text[0].isalpha():
        return text
    whole, _, rest = text.partition(".")
    return int(whole + rest.ljust(scale, "0"))


def positive(value):
    return isinstance(value, int) and value > 0


def back(month, count):
    at = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return "%d-%02d" % (at // 12, at % 12 + 1)


def usual(figures):
    """Their median; 0 if there is none."""
    figures = sorted(f for f in figures if positive(f))
    return figures[len(figures) // 2] if figures else 0


# Each spoils a report: (values, what the right finding is) or None where there is no such fault. all: without limits.

def unit_slip(form, facility, month, values, chance, all):
    money = [i for i, t in enumerate(form.type) if t == "money" and positive(values[i])]
    if not money:
        return None
    kind, spoilt = chance.random(), list(values)
    large = money if all else [i for i in money if values[i] >= 100 * 10 ** form.scale[i]]
    if kind >= 0.8 and large:
        at = chance.choice(large)
        spoilt[at] *= 1000
        return spoilt, ("unit-slip", form.columns[at], None, values[at])
    for i in money:
        spoilt[i] = spoilt[i] * 1000 if kind < 0.6 or kind >= 0.8 else (spoilt[i] + 5) // 10
    return spoilt, ("unit-slip", {form.columns[i] for i in money}, None, None)


def ten_times(form, facility, month, values, chance, all):
    past = [row for row in (form.reports.get((facility, back(month, k))) for k in range(1, 13)) if row]
    lines = [i for i, v in enumerate(values) if positive(v) and (all or
        usual([row[i] for row in past]) >= 30 * 10 ** form.scale[i])]
    if not lines:
        return None
    at, spoilt = chance.choice(lines), list(values)
    spoilt[at] = values[at] * 10 if chance.random() < 0.6 else values[at] // 10
    if spoilt[at] == values[at]:
        return None
    return spoilt, ("ten-times", form.columns[at], None, values[at])


def swapped(form, facility, month, values, chance, all):
    pairs = []
    for i in range(len(values) - 1):
        a, b = values[i], values[i + 1]
        if not isinstance(a, int) or not isinstance(b, int) or a == b or form.scale[i] != form.scale[i + 1] or form.type[
                i] != form.type[i + 1]:
            continue
        if all or abs(a - b) * 4 >= max(a, b) and abs(a - b) >= 5 * 10 ** form.scale[i]:
            pairs.append(i)
    if not pairs:
        return None
    at, spoilt = chance.choice(pairs), list(values)
    spoilt[at], spoilt[at + 1] = values[at + 1], values[at]
    return spoilt, ("swapped", form.columns[at], form.columns[at + 1], values[at])


def copied(form, facility, month, values, chance, all):
    last = form.reports.get((facility, back(month, 1)))
    return (list(last), ("copied", "", back(month, 1), None)) if last and last != values else None


def sum_in_part(form, facility, month, values, chance, all):
    cells = []
    for whole, parts in WHOLES.items():
        here = [form.at[p] for p in parts if p in form.at]
        if whole not in form.at or len(here) < 2 or not positive(values[form.at[whole]]):
            continue
        given = [i for i in here if positive(values[i])]
        for i in given:
            others = sum(values[k] for k in given) - values[i]
            for typed in {values[form.at[whole]], values[i] + others}:
                if typed == values[i] or not all and (others == 0 or (typed - values[i]) * 10 < typed or
                        typed - values[i] < 5 * 10 ** form.scale[i]):
                    continue
                cells.append((i, form.at[whole], typed))
    if not cells:
        return None
    (at, whole, typed), spoilt = chance.choice(cells), list(values)
    spoilt[at] = typed
    return spoilt, ("sum-in-part", form.columns[at], form.columns[whole], values[at])


def wrong_month(form, facility, month, values, chance, all):
    count = chance.randint(2, 11)
    other = form.reports.get((facility, back(month, count)))
    return (list(other), ("wrong-month", "", back(month, count), None)) if other and other != values else None


KINDS = {"unit slip": unit_slip, "ten times": ten_times, "swapped": swapped, "copied": copied, "sum in part": sum_in_part,
    "wrong month": wrong_month}


def is_right(want, finding):
    code, _, element, other, period, _ = finding
    if code != want[0]:
        return False
    if isinstance(want[1], set):
        return element in want[1]
    return element == want[1] and (want[2] is None or want[2] in (other, period))


class Probes:
    """What is asked about one form, and what the rules answer."""

    def __init__(self, form):
        self.form, self.rows, self.kind, self.want = form, [], [], []

    def put(self, kind, facility, month, values, want=None):
        self.rows.append((facility, month, values))
        self.kind.append(kind)
        self.want.append(want)

    def plant(self, months, chance):
        by_month = collections.defaultdict(list)
        for facility, month in self.form.reports:
            by_month[month].append(facility)
        for month in months:
            for facility in by_month[month]:
                self.put("clean", facility, month, self.form.reports[facility, month])
            for kind, plant in KINDS.items():
                for everything in (False, True):
                    spoilt = self.some(plant, by_month[month], month, chance, everything)
                    for facility, (values, want) in spoilt:
                        self.put(kind + (", any" if everything else ""), facility, month, values, want)

    def some(self, plant, facilities, month, chance, everything):
        """One in twenty, of those where the fault is one."""
        left, found = max(1, len(facilities) // ONE_IN), []
        for facility in chance.sample(facilities, len(facilities)):
            spoilt = plant(self.form, facility, month, self.form.reports[facility, month], chance, everything)
            if spoilt and spoilt[0] != self.form.reports[facility, month]:
                found.append((facility, spoilt))
                if len(found) == left:
                    break
        return found

    def write(self, folder, rows):
        with open(os.path.join(folder, self.form.code + ".csv"), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["facility", "period"] + self.form.columns)
            writer.writerows([facility, month] + self.form.text(values) for facility, month, values in rows)


class Counts:
    def __init__(self):
        self.planted = self.found = self.right = 0
        self.missed = collections.Counter()

    def share(self, part):
        return 100.0 * part / self.planted if self.planted else 0.0


def check(program, catalog, sheets, probes, folder):
    """Answers of each form by row, and nanoseconds a report."""
    for name in ("history", "probes"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    for p in probes:
        p.write(os.path.join(folder, "history"), ((f, m, v) for (f, m), v in p.form.reports.items()))
        p.write(os.path.join(folder, "probes"), p.rows)
    done = subprocess.run([program, catalog, os.path.join(sheets, "facilities.csv"), os.path.join(folder, "history"),
        os.path.join(folder, "probes")] + [p.form.code for p in probes], stdout=subprocess.PIPE, check=True, text=True)
    answers, times = collections.defaultdict(list), {}
    for line in done.stdout.splitlines():
        cells = line.split(",")
        if cells[0] == "time":
            times[cells[1]] = int(cells[2])
        else:
            answers[cells[0]].append((cells[2], [cell.split(":") for cell in cells[3:]]))
    return answers, times


def count(probes, answers):
    counts, alarms = collections.defaultdict(Counts), collections.Counter()
    for p in probes:
        for row, kind, want, (outcome, findings) in zip(p.rows, p.kind, p.want, answers[p.form.code]):
            for key in (kind, (kind, p.form.code)):
                c = counts[key]
                c.planted += 1
                c.found += outcome != "accepted"
                if kind == "clean":
                    continue
                good = any(is_right(want, f) for f in findings)
                c.right += good
                if not good:
                    c.missed[" ".join(map(str, (want[1] if isinstance(want[1], str) else "all money", want[2] or "")))
                        + " -> " + ("; ".join(" ".join(f[0:1] + f[1:5]) for f in findings[:3]) or "nothing")] += 1
            if kind == "clean":
                for name in {(f[0], f[1]) for f in findings}:
                    alarms[name + (p.form.code, outcome)] += 1
    return counts, alarms


def show(counts, alarms, times, verbose):
    good = True
    print("%-20s %8s %8s %7s %8s %7s" % ("fault", "planted", "found", "%", "right", "%"))
    for kind in list(KINDS) + [k + ", any" for k in KINDS]:
        for key in (kind,) + tuple((kind, f) for f in FORMS):
            c = counts.get(key)
            if not c:
                continue
            judged = isinstance(key, str) and "any" not in key
            met = not judged or c.share(c.right) >= RIGHT_MIN
            good &= met
            print("%-20s %8d %8d %7.2f %8d %7.2f %s" % (key if isinstance(key, str) else "  " + key[1], c.planted, c.found,
                c.share(c.found), c.right, c.share(c.right), "" if not judged else "ok" if met else "BELOW %g" % RIGHT_MIN))
            if verbose and isinstance(key, str):
                for what, times_missed in c.missed.most_common(verbose):
                    print("    %5d %s" % (times_missed, what))
    for key in ("clean",) + tuple(("clean", f) for f in FORMS):
        c = counts[key]
        met = not isinstance(key, str) or c.share(c.found) <= CLEAN_MAX
        good &= met
        print("%-20s %8d %8d %7.2f held or rejected%s" % (key if isinstance(key, str) else "  " + key[1], c.planted, c.found,
            c.share(c.found), "" if met else "; ABOVE %g" % CLEAN_MAX))
    for name, times_given in alarms.most_common():
        print("    %5d %s" % (times_given, " ".join(name)))
    for form, ns in times.items():
        print("%-20s %8.2f microseconds a report, all rules" % (form, ns / 1000))
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="400 facilities, not 2 700")
    parser.add_argument("--rough", type=float, default=15)
    parser.add_argument("--months")
    parser.add_argument("--catalog", default=os.path.join(ROOT, "catalog"))
    parser.add_argument("--sheets", help="a folder that generate.py wrote for 2018..2019, monthly")
    parser.add_argument("--verbose", type=int, default=0, help="so many of the missed faults of each kind")
    given = parser.parse_args()
    months = given.months.split(",") if given.months else MONTHS
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        sheets = given.sheets or os.path.join(folder, "sheets")
        if not given.sheets:
            subprocess.run([sys.executable, os.path.join(ROOT, "examples/lianyungang/generate.py"), sheets, "--years",
                "2018..2019", "--monthly-years", "2018,2019", "--catalog", given.catalog] + (
                ["--facilities", "small"] if given.quick else []), check=True, stdout=subprocess.DEVNULL)
        print("generated, not observed / 生成数据，非实际数据; seed %d, rough %g %%, months %s" % (given.seed, given.rough,
            " ".join(months)))
        chance = random.Random(given.seed)
        probes = [Probes(Form(code, given.catalog, sheets)) for code in FORMS]
        for p in probes:
            if given.rough:
                p.form.roughen(chance, given.rough)
            p.plant(months, chance)
        answers, times = check(given.program, given.catalog, sheets, probes, folder)
    good = show(*count(probes, answers), times, given.verbose)
    print("%s; %.0f s" % ("goals met" if good else "goals MISSED", time.monotonic() - began))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
