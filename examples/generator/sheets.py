# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""From yearly values to the sheets that huibao-collect takes: one file per form and year, a row per report.

A flow of a year is split over its months (quarters) so that they add up to it, parts staying within their wholes; a
stock stands the same in each. The last column says on every row that nothing here was observed.
"""
import csv
import hashlib
import os

from .institutions import INPATIENT, bedless
from .network import MARK_ZH
from .numbers import draw, scaled_text
from .parts import ONLY_WITH, PART_OF, SUMS

# Open beds are open on every day; nothing else follows the calendar so closely.
MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
MONTH_WEIGHTS = [88, 74, 86, 84, 83, 82, 84, 83, 82, 83, 83, 88]  # a guess: short February, winter
QUARTER_WEIGHTS = [262, 246, 243, 249]  # of the maternal-and-child year: October to December first
NOT_OFFERED, NOT_COLLECTED, NOT_APPLICABLE = "NOT_OFFERED", "NOT_COLLECTED", "NOT_APPLICABLE"


def cumulative(weights):
    total, rising = 0, []
    for weight in weights:
        total += weight
        rising.append(total)
    return rising


WEIGHTS = {"month": MONTH_WEIGHTS, "mch_quarter": QUARTER_WEIGHTS, "quarter": [250] * 4, "half": [500] * 2,
    "half_year": [500] * 2}


def uneven(weights, *words):
    """The weights as they come out in one institution: each up to 6 % more or less, by chance alone."""
    chance = hashlib.sha256("/".join(map(str, ("uneven",) + words)).encode()).digest()
    return [w * (10000 + (2 * chance[i] - 255) * 600 // 255) for i, w in enumerate(weights)]


def split(number, steps, offset):
    """Whole parts in the proportion of the steps that add up to number; offset (0 .. 2^32 - 1) says where small
    numbers fall."""
    if not number:
        return [0] * len(steps)
    whole, parts, before = steps[-1], [], 0
    shift = (offset * whole) >> 32
    for step in steps:
        now = (number * step + shift) // whole
        parts.append(now - before)
        before = now
    return parts


def within(parts, wholes):
    """The parts with what exceeds the wholes moved to where there is room."""
    over = 0
    for i, (part, whole) in enumerate(zip(parts, wholes)):
        if part > whole:
            over += part - whole
            parts[i] = whole
    for i, whole in enumerate(wholes):
        if not over:
            break
        moved = min(over, whole - parts[i])
        parts[i] += moved
        over -= moved
    return parts


def flows(element, numbers):
    """What is new in each period: of a figure that is reported from the year's beginning, the increase."""
    return [b - a for a, b in zip([0] + numbers, numbers)] if element.over_time == "ytd" else numbers


def made_of(whole):
    """Every element from which the whole is added up."""
    parts = set(SUMS.get(whole, ()))
    return parts.union(*(made_of(p) for p in parts)) if parts else parts


def periods_of(kind, year):
    if kind == "year":
        return [str(year)]
    if kind == "month":
        return ["%d-%02d" % (year, m) for m in range(1, 13)]
    if kind in ("mch_quarter", "maternal_child_quarter"):
        return ["%dMQ%d" % (year, q) for q in range(1, 5)]
    if kind in ("mch_year", "maternal_child_year"):
        return ["%dM" % year]
    return ["%d%s%d" % (year, "Q" if kind == "quarter" else "H", q) for q in range(1, 5 if kind == "quarter" else 3)]


class Sheets:
    def __init__(self, book, folder):
        self.book, self.catalogue, self.place, self.folder = book, book.catalogue, book.place, folder
        self.wholes_of = {}  # part: its wholes
        for part, whole in list(PART_OF.items()) + list(self.shares().items()) + self.catalogue.pairs:
            if part not in SUMS and part not in made_of(whole) and whole not in self.wholes_of.setdefault(part, []):
                self.wholes_of[part].append(whole)
        self.rows, self.uneven = 0, (None, None)

    def shares(self):
        """Parts and wholes that the catalogue itself tells: percentages of one element in another of the same form."""
        found, summed = {}, {part for parts in SUMS.values() for part in parts}
        for i in self.catalogue.indicators.values():
            if i.method != "ratio" or i.unit != "%" or len(i.numerator) != 1 or len(i.denominator) != 1:
                continue
            part, whole = i.numerator[0].word, i.denominator[0].word
            if part in self.catalogue.elements and whole in self.catalogue.elements and part != whole and part not in summed | set(SUMS) and any(
                    part in bases and whole in bases for bases in self.catalogue.bases.values()):
                found.setdefault(part, whole)
        return found

    def write(self, form, year):
        """One file of all reports of a form for a year; returns its name, or None where nobody reports."""
        facilities = self.place.assigned(form)
        if not facilities:
            return None
        period = self.catalogue.forms[form]["period"]
        columns, name = self.catalogue.columns(form), "%s-%d.csv" % (form, year)
        with open(os.path.join(self.folder, name), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["facility", "period"] + columns + ["#generated"])
            for facility in facilities:
                writer.writerows(self.reports(form, facility, year, period, columns))
        return name

    def reports(self, form, facility, year, kind, columns):
        periods = periods_of(kind, year)
        table = self.parts(form, facility, year, kind, columns, len(periods))
        self.rows += len(periods)
        for i, period in enumerate(periods):
            yield [facility["code"], period] + [column[i] for column in table] + [MARK_ZH]

    def parts(self, form, facility, year, kind, columns, count):
        """Of each column its texts by period."""
        held, code, texts, done = self.book.values[year], facility["code"], [], {}
        for cell in columns:
            element = self.catalogue.base_of[cell]
            value = held.get(cell, {}).get(code)
            if self.place.silent(facility) and form == "INSTITUTION_YEAR" or value is None and "@" in code:
                texts.append([NOT_APPLICABLE] * count)
            elif (element.code, year) in self.book.absent or value is None:
                texts.append([NOT_COLLECTED] * count)
            elif element.code in INPATIENT and bedless(facility):
                texts.append([NOT_OFFERED] * count)
            elif count == 1:
                texts.append([scaled_text(value, element.scale)])
            else:
                numbers = self.numbers(cell, element, code, year, self.weights(facility, kind, year), done)
                texts.append([scaled_text(n, element.scale) for n in numbers])
        return texts

    def weights(self, facility, kind, year):
        """A year's periods in one institution: its good and bad months are those of all its figures."""
        key = facility["code"], kind, year
        if self.uneven[0] != key:
            self.uneven = key, uneven(WEIGHTS[kind], *key)
        return self.uneven[1]

    def steps(self, word, code, year, weights, done):
        if word == "BED_DAY_OPEN" and len(weights) == 12:
            return cumulative([29 if m == 1 and year % 4 == 0 else d for m, d in enumerate(MONTH_DAYS)])
        if ONLY_WITH.get(word) in done and any(done[ONLY_WITH[word]]):
            return cumulative(done[ONLY_WITH[word]])
        return cumulative(uneven(weights, word, code, year))

    def numbers(self, cell, element, code, year, weights, done):
        """A facility's values of a cell by period; done keeps those made before, for parts and wholes."""
        if cell in done:
            return done[cell]
        value = self.book.values[year].get(cell, {}).get(code, 0)
        if element.over_time not in ("sum", "ytd"):
            done[cell] = self.chain(cell, code, year, weights, done) or [value] * len(weights)
            return done[cell]
        tail = cell[len(element.code):]
        if element.code in SUMS:
            done[cell] = self.sum_of(element.code, tail, code, year, weights, value, done)
        else:
            # Who comes and who goes share their months, or a small hospital would lose patients that it never had.
            word = "stay" if cell in ("ADMISSION", "DISCHARGE") else cell
            parts = split(value, self.steps(word, code, year, weights, done), draw("months", word, code))
            wholes = [flows(element, self.numbers(whole + tail, self.catalogue.elements[whole], code, year, weights, done))
                for whole in self.wholes_of.get(element.code, ()) if self.bounds(whole, tail, element, code, year)]
            done[cell] = within(parts, [min(column) for column in zip(*wholes)]) if wholes else parts
        if element.over_time == "ytd":
            done[cell] = cumulative(done[cell])
        return done[cell]

    def bounds(self, whole, tail, element, code, year):
        """Whether the whole says something about each period of the part: another flow of the same form that is known."""
        other = self.catalogue.base_of.get(whole + tail)
        return (other is not None and other.scale == element.scale and other.over_time == element.over_time
            and code in self.book.values[year].get(whole + tail, {})
            and any(whole in bases and element.code in bases for bases in self.catalogue.bases.values()))

    def sum_of(self, whole, tail, code, year, weights, value, done):
        total, left = [0] * len(weights), value
        for part in SUMS[whole]:
            if part == "#rest":
                numbers = split(left, self.steps(whole + tail + "#", code, year, weights, done),
                    draw("months", whole + tail, "rest", code))
            elif part + tail not in self.catalogue.base_of:
                continue
            else:
                numbers = self.numbers(part + tail, self.catalogue.elements[part], code, year, weights, done)
                left -= self.book.values[year].get(part + tail, {}).get(code, 0)
            total = [t + n for t, n in zip(total, numbers)]
        if "#rest" not in SUMS[whole] and left:
            total = [t + n for t, n in zip(total, split(left, cumulative(weights), 0))]
        return total

    def chain(self, cell, code, year, weights, done):
        """Patients in bed at each month's start and end follow from who comes and goes."""
        if cell not in ("INPATIENT_START", "INPATIENT_END"):
            return None
        come, go = (self.numbers(c, self.catalogue.elements[c], code, year, weights, done)
            for c in ("ADMISSION", "DISCHARGE"))
        here, starts, ends = self.book.values[year]["INPATIENT_START"].get(code, 0), [], []
        for more, less in zip(come, go):
            starts.append(here)
            here += more - less
            ends.append(here)
        return starts if cell == "INPATIENT_START" else ends
