# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Indicators: ratios of two linear forms, and the methods that this computation knows, all in fractions."""
from collections import defaultdict
from fractions import Fraction

from .lifetable import chance_of_dying, life_expectancy
from .periods import covered, days_in, months_in, span_of
from .tables import Mistake


def half_up(value, decimals):
    """Decimal digits of a fraction, rounded half away from zero."""
    scaled = abs(value) * 10**decimals
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(digits).rjust(decimals + 1, "0")
    text = text[:-decimals] + "." + text[-decimals:] if decimals else text
    return "-" + text if value < 0 and digits else text


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


def arguments_of(row):
    pairs = [p.split("=", 1) for p in (row.get("arguments") or "").split(";") if p.strip()]
    return {k.strip(): v.strip() for k, v in pairs}


def method_of(catalog, code):
    if code not in catalog.indicators:
        raise Mistake(f"no indicator '{code}' in indicators.csv")
    return catalog.indicators[code].get("method") or "ratio"


def value_of(reports, code, area, period, window=None, facility=None):
    """The exact value by whatever method, or None; Mistake where this computation does not know the method."""
    method, row = method_of(reports.catalog, code), reports.catalog.indicators[code]
    if method == "ratio":
        return evaluate(reports, code, area, period, window, facility).value()
    if method in ("life_expectancy", "probability_of_dying"):
        return demographic(reports, row, method, area, span_of(period, window or row["window"]))
    if method == "units":
        return units(reports, row, area, period)
    raise Mistake(f"this script does not know the method {method}")


# ---- ratios


def evaluate(reports, code, area, period, window, facility=None):
    row, catalog = reports.catalog.indicators[code], reports.catalog
    sides = {side: catalog.linear(row[side]) for side in ("numerator", "denominator")}
    return ratio(reports, sides, Fraction(row["factor"]), area, span_of(period, window or row["window"]), facility)


def ratio(reports, sides, factor, area, span, only=None):
    """Of one facility (its code) where `only` is given, else of the area."""
    catalog, result = reports.catalog, Result()
    result.factor = factor
    elements = {side: {word for _, word, _ in terms if word in catalog.elements} for side, terms in sides.items()}
    result.paired = all(elements.values()) and any(
        set.union(*elements.values()) <= set(form["lines"]) for form in catalog.forms.values())
    for side, terms in sides.items():
        for coefficient, word, conditions in terms:
            if word not in catalog.elements:
                result.add(side, coefficient * count_of(reports, word, conditions, area, span))
    chosen = [c for c in sources(reports, set.union(*elements.values()), area, span) if only in (None, c[0].code)]
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
    return {"1": 1, "DAYS": days_in(span), "MONTHS": months_in(span)}[word]


def sources(reports, elements, area, span):
    """For each facility and form: its periods inside the window, in order, and which elements are taken from it.

    Where two forms of a facility give one element, the one of the lower precedence number is taken. A
    form that is carried (population) gives its newest period at the window's end, within its bound. An element that does
    not add over space is taken from those who report for the area itself.
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
        facility, taken = reports.facilities[code], set()
        if facility.area != area:
            taken = {e for e in elements if catalog.elements[e]["over_space"] == "none"}
        for form in sorted(forms, key=lambda f: int(catalog.forms[f]["precedence"])):
            head = catalog.forms[form]
            mine = (elements & set(head["lines"])) - taken
            taken |= mine
            periods = sorted(forms[form])[-1:] if int(head["carry_months"]) else sorted(forms[form])
            if mine:
                yield facility, form, periods, mine


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
            edge = {"last": max(known), "first": min(known), "ytd": max(known)}.get(over_time, period)
            if over_time in ("mean", "worst") and len(known) > 1:
                raise Mistake(f"this script does not add {word} ({over_time}) over several periods")
            if word in values and period == edge:
                result.add(side, coefficient * values[word])


# ---- methods


def total(reports, text, area, span):
    """The sum of a linear form alone."""
    return ratio(reports, {"numerator": reports.catalog.linear(text), "denominator": [(Fraction(1), "1", {})]},
        Fraction(1), area, span).side["numerator"]


def demographic(reports, row, method, area, span):
    """From deaths and person-years of the 19 ages; None where a band has nobody in it."""
    wanted, catalog = arguments_of(row), reports.catalog
    sex = ",sex=" + wanted["sex"] if wanted.get("sex") else ""
    ages, years = catalog.leaves("age19"), Fraction(months_in(span), 12)
    deaths, persons = [], []
    for age in ages:
        deaths.append(sum(total(reports, f"{base}[age19={age}{sex}]", area, span)
            for base in wanted["deaths"].split("+")))
        persons.append(total(reports, f"{wanted['population']}[age19={age}{sex}]", area, span) * years)
    if not all(persons) or not deaths[-1] and method == "life_expectancy":
        return None
    if method == "probability_of_dying":
        return 100 * chance_of_dying(deaths, persons, int(wanted.get("from", 30)), int(wanted.get("to", 70)))
    births = total(reports, wanted["births"], area, span) if wanted.get("births") else 0
    infants = total(reports, wanted["infant_deaths"], area, span) if births and wanted.get("infant_deaths") else 0
    missed = total(reports, wanted["unreported"], area, span) / 1000 if wanted.get("unreported") else 0
    return life_expectancy(deaths, persons, births, infants, missed)


COMPARE = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, "<": lambda a, b: a < b,
    "=": lambda a, b: a == b}


def units(reports, row, area, period):
    """How many units fulfil all conditions, what share of them (in %), or whether all do."""
    wanted, catalog = arguments_of(row), reports.catalog
    if "units" not in wanted or wanted.get("take") not in ("count", "share", "all"):
        raise Mistake(f"this script does not know units of {row['code']}")
    _, word, conditions = catalog.linear(wanted["units"])[0]
    if word == "N_FACILITY":
        members = [(f.area, f.code) for f in reports.facilities.values() if area in f.path and f.matches(conditions)]
    else:
        members = [(a, None) for a, r in catalog.areas.items() if a != area and area in catalog.area_path(a)
            and r["kind"] in conditions.get("kind", {r["kind"]})]
    good = sum(all(holds(reports, c, a, f, period) for c in wanted["where"].split("&")) for a, f in members)
    if wanted["take"] == "count":
        return Fraction(good)
    if not members:
        return None
    return Fraction(good * 100, len(members)) if wanted["take"] == "share" else Fraction(100 * (good == len(members)))


def holds(reports, condition, area, facility, period):
    for sign in (">=", "<=", ">", "<", "="):
        if sign in condition:
            code, bound = condition.split(sign, 1)
            value = value_of(reports, code.strip(), area, period, None, facility)
            return value is not None and COMPARE[sign](value, Fraction(bound))
    raise Mistake(f"cannot read the condition '{condition}'")
