# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The catalogue, calendar and rules of the sequences, read from the tables and nothing else. Written after the documents
(catalog/README.md, model/rule.h's grammar, docs/protocol.md), never after the C code."""
import csv
import datetime
import os
import re

EPOCH = datetime.date(1970, 1, 1)
NEVER = 2**31 - 1
VALUE_MAX = 1 << 40
MONTH, YEAR = 1, 4


def table(name):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "catalog", name + ".csv"), encoding="utf-8") as file:
        return list(csv.DictReader(file))


def day(date):
    return (date - EPOCH).days


def kind_of(period):
    return period // 100 % 10


def later(period, by):
    """The period so many periods later."""
    year, kind, index = period // 1000, kind_of(period), period % 100
    if kind == YEAR:
        return period + 1000 * by
    at = year * 12 + index - 1 + by
    return at // 12 * 1000 + 100 + at % 12 + 1


def months(period):
    if kind_of(period) == MONTH:
        return [period]
    return [period // 1000 * 1000 + 100 + i for i in range(1, 13)]


def span_days(period):
    all_months = months(period)
    first, end = all_months[0], later(all_months[-1], 1)
    return (day(datetime.date(first // 1000, first % 100, 1)), day(datetime.date(end // 1000, end % 100, 1)) - 1)


class Span(dict):
    def __missing__(self, period):
        self[period] = span_days(period)
        return self[period]


days_of = Span()


class Element:
    def __init__(self, row):
        self.id, self.code, self.scale = int(row["id"]), row["code"], int(row["scale"])
        self.money, self.adds = row["type"] == "money", row["over_space"] == "sum"
        self.for_class = set()
        self.parts = []  # of what is broken down


class Form:
    def __init__(self, row):
        self.id, self.code = int(row["id"]), row["code"]
        self.kind = {"month": MONTH, "year": YEAR}[row["period"]]
        self.lock_days = int(row["lock_days"])
        self.lines, self.required = [], []
        self.place = {}


attributes = {}
parents = {}
for row in table("attributes"):
    attributes[(row["dimension"], row["code"])] = int(row["id"])
    if row["parent"]:
        parents[(row["dimension"], int(row["id"]))] = attributes[(row["dimension"], row["parent"])]
DIMENSIONS = ["class", "level", "ownership", "sponsor", "profit", "locality"]
known_attributes = {(d, i) for (d, _), i in attributes.items()}


def below(dimension, ids):
    """These attributes and all below them."""
    found = set(ids)
    for row in table("attributes"):  # parents stand before their children
        at = (dimension, int(row["id"]))
        if row["dimension"] == dimension and parents.get(at) in found:
            found.add(int(row["id"]))
    return found


def attribute(stratum, dimension):
    return stratum >> 8 * DIMENSIONS.index(dimension) & 255


def classes(words):
    groups = {}
    for row in table("groups"):
        groups.setdefault(row["group"], []).append(row["class"])
    ids = set()
    for word in filter(None, words.split("|")):
        for code in groups.get(word, [word]):
            ids.add(attributes[("class", code)])
    return below("class", ids)


elements, by_code = {}, {}
lists = {}
for row in table("code_lists"):
    lists.setdefault(row["list"], []).append((int(row["id"]), row["code"]))
for row in table("elements"):
    element = Element(row)
    element.for_class = classes(row["for_class"])
    by_code[element.code] = element
    if not row["broken_down_by"]:
        elements[element.id] = element
    for number, code in lists.get(row["broken_down_by"], []):
        part = Element(row)
        part.id, part.code = element.id * 65536 + number * 256, element.code + "." + code
        element.parts.append(part)
        elements[part.id] = by_code[part.code] = part

forms, form_by_code = {}, {}
for row in table("forms"):
    form = Form(row)
    form.classes = classes(row["classes"])
    forms[form.id] = form_by_code[form.code] = form
for row in sorted(table("form_lines"), key=lambda r: (r["form"], int(r["line"]))):
    form = form_by_code[row["form"]]
    for element in by_code[row["element"]].parts or [by_code[row["element"]]]:
        form.place[element.id] = len(form.lines)
        form.lines.append(element)
        form.required.append(row["required"] == "yes")

areas = {}
for row in table("areas"):
    areas[int(row["code"])] = int(row["parent"]) if row["parent"] else 0


def way_up(area):
    while area:
        yield area
        area = areas[area]


path = {area: list(way_up(area)) for area in areas}
reasons = {int(row["id"]): row["used_by"] for row in table("reasons")}
senders = {number for number, by in reasons.items() if by in ("sender", "both")}
bureaus = {number for number, by in reasons.items() if by in ("bureau", "both")}

holidays = {day(datetime.date.fromisoformat(row["day"])): row["kind"] for row in table("holidays")}


def open_day(number):
    while True:
        kind = holidays.get(number)
        if kind == "open" or kind is None and (EPOCH + datetime.timedelta(number)).weekday() < 5:
            return number
        number += 1


class LockDays(dict):
    def __missing__(self, key):
        form, period = key
        self[key] = open_day(days_of[period][1] + form.lock_days) if form.lock_days else NEVER
        return self[key]


lock_days = LockDays()


def filter_of(words):
    """[(dimension, ids)] of "class=a|b,sponsor=c"."""
    found = []
    for part in filter(None, words.split(",")):
        dimension, values = part.split("=")
        found.append((dimension, below(dimension, {attributes[(dimension, v)] for v in values.split("|")})))
    return found


def matches(found, stratum):
    return all(attribute(stratum, dimension) in ids for dimension, ids in found)


# Rules: sides of terms (factor, where, places); figures are whole numbers over 10 ** places.
TERM = re.compile(r"^(?:([\d.]+)\*)?(?:(prev|year_ago|median)\((\w+)\)|(?:(\w+)\.)?([A-Z]\w*)|(\d+))$")
COMPARISON = re.compile(r"(<=|>=|=)")


class Side:
    def __init__(self, words):
        self.terms = []
        for word in words.split("+"):
            factor, how, inner, other, plain, number = TERM.match(word.strip()).groups()
            element = by_code[inner or plain] if not number else None
            self.terms.append((factor or "1", how or ("other" if other else "number" if number else "here"), element,
                               form_by_code.get(other), int(number or 0)))

    def compile(self, form, places):
        """(factor, how, places of its cells, other form): over 10 ** places."""
        compiled = []
        for factor, how, element, other, number in self.terms:
            decimals = len(factor.partition(".")[2])
            whole = int(factor.replace(".", ""))
            if how == "number":
                compiled.append((whole * number * 10 ** (places - decimals), how, [], None))
                continue
            cells = [(other or form).place[part.id] for part in element.parts or [element]]
            compiled.append((whole * 10 ** (places - decimals - element.scale), how, cells, other))
        return compiled


class Comparison:
    def __init__(self, words, form):
        left, self.operator, right = COMPARISON.split(words)
        left, right = Side(left), Side(right)
        self.places = 4  # more than any product of the tables needs
        self.left, self.right = left.compile(form, self.places), right.compile(form, self.places)
        self.subject = next(element for _, how, element, _, _ in left.terms if how != "number")


class Rule:
    def __init__(self, row, form):
        self.code, self.severity = row["code"], {"reject": 1, "hold": 2}[row["severity"]]
        self.holds = Comparison(row["holds"], form)
        self.when = Comparison(row["when"], form) if row["when"] else None
        self.missing, self.filter = row["missing"], filter_of(row["facilities"])
        self.each = "each" in row["settings"]
        match = re.search(r"periods=(\d+)", row["settings"])
        self.periods = int(match.group(1)) if match else 0
        self.percent = int(row["tolerance"][:-1]) if row["tolerance"].endswith("%") else 0
        self.slack = int(row["tolerance"]) if row["tolerance"] and not self.percent else 0

    def amount(self, term, past, only):
        """(sum, given, holes) of one term."""
        _, how, cells, other = term
        if how == "number":
            return 1, 0, 0
        if only is not None and len(cells) > 1:
            cells = [cells[only]]
        if how == "median":
            sums = []
            for back in range(1, 13 if past.kind == MONTH else 4):
                row = past.row(back)
                if row is not None and all(row[cell] is not None for cell in cells):
                    sums.append(sum(row[cell] for cell in cells))
            if not sums or len(sums) < self.periods:
                return 0, 0, 1
            return sorted(sums)[(len(sums) - 1) // 2], 1, 0
        if how == "other":
            rows = past.others(other)
        else:
            rows = [past.row({"here": 0, "prev": 1, "year_ago": 12 if past.kind == MONTH else 1}[how])]
        total = given = holes = 0
        for row in rows:
            for cell in cells:
                value = row[cell] if row is not None else None
                if value is None:
                    holes += 1
                else:
                    given += 1
                    total += value
        return total, given, holes

    def sides(self, comparison, past, only):
        sums, any_given = [], 0
        for side in (comparison.left, comparison.right):
            total = 0
            for term in side:
                value, given, holes = self.amount(term, past, only)
                if holes and self.missing == "skip_any":
                    return None
                any_given += given
                total += term[0] * value
            sums.append(total)
        return sums if any_given or self.missing != "skip_all" else None

    @staticmethod
    def true(comparison, sides, slack):
        gap = sides[0] - sides[1]
        return {"<=": gap <= slack, ">=": gap >= -slack, "=": -slack <= gap <= slack}[comparison.operator]

    def findings(self, past, stratum):
        """(element, found, limit) of each cell at which it does not hold."""
        if not matches(self.filter, stratum):
            return
        subject = self.holds.subject
        for only in range(len(subject.parts)) if self.each else [None]:
            if self.when:
                sides = self.sides(self.when, past, only)
                if sides is None or not self.true(self.when, sides, 0):
                    continue
            sides = self.sides(self.holds, past, only)
            if sides is None:
                continue
            slack = self.slack * 10 ** self.holds.places
            # 20 % of the right side, on both sides of the comparison
            if self.percent:
                ok = self.true(self.holds, [100 * sides[0], 100 * sides[1]], self.percent * abs(sides[1]))
            else:
                ok = self.true(self.holds, sides, slack)
            if not ok:
                element = subject.parts[only or 0] if subject.parts else subject
                unit = 10 ** (self.holds.places - subject.scale)
                yield element.id, nearest(sides[0], unit), nearest(sides[1], unit)


def nearest(value, unit):
    half = (abs(value) + unit // 2) // unit
    return -half if value < 0 else half


rules = {form.id: [] for form in forms.values()}
for row in sorted(table("rules"), key=lambda r: int(r["id"])):
    for code in row["forms"].split("|"):
        if row["severity"] != "follow":
            rules[form_by_code[code].id].append(Rule(row, form_by_code[code]))

# Paired indicators: both sides' terms as (filter, place or None, for others).
INDICATOR_TERM = re.compile(r"(?:[\d.]+\*)?([A-Z][A-Z_]*)(?:\[([^\]]*)\])?")


class Pair:
    def __init__(self, number):
        self.number, self.terms, self.adds = number, [], False


def side_of(words, form, pair):
    any_here = False
    for code, condition in INDICATOR_TERM.findall(words):
        for element in by_code[code].parts or [by_code[code]]:
            place = form.place.get(element.id)
            if place is None and not element.for_class:
                return False
            any_here = any_here or place is not None
            pair.adds = pair.adds or place is not None and element.adds
            pair.terms.append((filter_of(condition), place, bool(element.for_class)))
    return any_here


pairs = {form.id: [] for form in forms.values()}
for row in table("indicators"):
    for form in forms.values():
        pair = Pair(int(row["id"]))
        if side_of(row["numerator"], form, pair) and side_of(row["denominator"], form, pair):
            pairs[form.id].append(pair)
