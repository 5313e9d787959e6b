# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Rules that hang on a method rather than on an element: conditions on units, milestones, surveys, shares of one total."""
import re
from fractions import Fraction
from math import isqrt

from .catalogue import parse_linear
from .goals import wanted_by
from .mortality import AGES
from .numbers import between, draw, nearest
from .people import SEXES

CONDITION = re.compile(r"\s*([A-Z][A-Z0-9_]*)\s*(>=|<=|>|<|=)\s*(-?\d+(?:\.\d+)?)\s*$")
LAST_STAGE = 5  # of PROJECT_STAGE: in use


# ---- units: so many facilities (areas) for which conditions hold


def units(book):
    """Before anything else is filled: flags and grades that conditions ask for."""
    for indicator in book.catalogue.indicators.values():
        take = indicator.method == "units" and indicator.arguments.get("take")
        if take in ("count", "share", "all"):
            fulfil(book, indicator)
        elif take in ("min", "max"):
            bound(book, indicator)


def fulfil(book, indicator):
    """Chooses which units fulfil the conditions, the same ones first in every year."""
    conditions = [CONDITION.match(c) for c in indicator.arguments.get("where", "").split("&")]
    members = units_of(book, indicator)
    if not members or not all(conditions):
        return
    terms = [(plain_term(book, m.group(1)), m.group(2), Fraction(m.group(3))) for m in conditions]
    if any(t[0] is None for t in terms):
        return
    family = terms[0][0].word.split("_")[0]
    order = sorted(members, key=lambda u: draw("unit", family, u if isinstance(u, str) else u["code"]))
    for year in book.years:
        good = chosen(book.place, indicator, order, year)
        for position, unit in enumerate(order):
            for term, sign, limit in terms:
                carrier = carrier_of(book, term, unit)
                if carrier:
                    settle(book, year, book.catalogue.base_of[term.word], carrier, (sign, limit, position in good))


def chosen(place, indicator, order, year):
    """Positions of the units that fulfil the conditions; a county with a plan of its own has its own share."""
    good, left, take = set(), list(range(len(order))), indicator.arguments["take"]
    total = how_many(place.goals.of(indicator.code).at(year), take, len(order), nearest)
    for area, goals in place.own_goals.items():
        inside = [i for i in left if place.within(order[i] if isinstance(order[i], str) else order[i]["area"], area)]
        if inside and goals.named(indicator.code):
            count = how_many(goals.of(indicator.code).at(year), take, len(inside), lambda x: -int(-x // 1))
            good |= set(inside[:count])
            left = [i for i in left if i not in set(inside)]
    return good | set(left[:max(0, total - len(good))])


def how_many(value, take, members, whole):
    if take == "count":
        return min(members, max(0, whole(value)))
    if take == "all":
        return members if value >= 1 else members - 1
    return min(members, max(0, whole(value * members / 100)))


def bound(book, indicator):
    """The lowest (highest) of all units is the goal: everybody stands there, some beyond."""
    place, of = book.place, book.catalogue.indicators.get(indicator.arguments.get("of"))
    if of is None or of.method != "ratio" or len(of.numerator) != 1 or len(of.denominator) != 1:
        return
    term, whole = of.numerator[0], of.denominator[0].word
    if term.word not in book.catalogue.elements or not place.named(indicator.code):
        return
    element = book.catalogue.elements[term.word]
    for unit in units_of(book, indicator):
        carrier = carrier_of(book, term, unit)
        if carrier is None:
            continue
        goals = place.own_goals.get(place.leaf_of(carrier["area"])) or place.goals
        goals = goals if goals.named(indicator.code) else place.goals
        for year in book.years:
            lowest, held = goals.of(indicator.code).at(year), book.values[year].setdefault(element.code, {})
            if whole == "1":
                value = nearest(lowest * 10**element.scale) + draw("beyond", element.code, carrier["code"]) % 2
                held[carrier["code"]] = max(held.get(carrier["code"], 0), value)
            elif whole in book.values[year]:
                held[carrier["code"]] = -(-lowest * book.values[year][whole].get(carrier["code"], 0) // of.factor)
        book.flags.add(element.code)


def units_of(book, indicator):
    """What is counted: facilities (rows), or areas (codes)."""
    place, known = book.place, {f["code"]: f for f in book.place.facilities}
    if "list" in indicator.arguments:
        codes = indicator.arguments["list"].split("|")
        return [known.get(c, c) for c in codes if c in known or c in book.catalogue.areas and place.within(c, place.root)]
    term = parse_linear(indicator.arguments["units"])[0]
    if term.word == "N_FACILITY":
        return [f for f in place.facilities if book.catalogue.is_of(f, term.conditions)]
    return [c for c, r in book.catalogue.areas.items() if c != place.root and place.within(c, place.root)
        and r["kind"] in term.conditions.get("kind", (r["kind"],))]


def carrier_of(book, term, unit):
    """Who reports the element for a unit: the facility itself; for an area its agency, or one of its institutions."""
    reporters = [f for f in book.reporters(book.catalogue.base_of[term.word].code)
        if book.catalogue.is_of(f, term.conditions)]
    if not isinstance(unit, str):
        return unit if any(f["code"] == unit["code"] for f in reporters) else None
    if book.place.is_agency_element(term.word):
        return next((f for f in reporters if f["area"] == unit), None)
    key = term.word, unit
    if key not in book.carriers:
        inside = [f for f in reporters if book.place.within(f["area"], unit)
            and book.place.sizes.allowed(term.word, f) and not book.place.silent(f)]
        inside.sort(key=lambda f: (f["ownership"] != "public", f["level"] not in ("level_2", "level_3"), f["code"]))
        book.carriers[key] = inside[0] if inside else None
    return book.carriers[key]


def plain_term(book, code):
    """The term of an indicator that is nothing but one element, or None."""
    indicator = book.catalogue.indicators.get(code)
    if not indicator or indicator.method != "ratio" or not [t.word for t in indicator.denominator] == ["1"]:
        return None
    for term in indicator.numerator:
        if term.word in book.catalogue.elements:
            return term
    return None


def settle(book, year, element, facility, condition):
    """A value that fulfils the condition, or just does not; one that is there and fulfils it stays."""
    sign, limit, holds = condition
    held, ten = book.values[year].setdefault(element.code, {}), 10**element.scale
    step = 1 if sign in (">", "<") else 0
    rising = sign in (">=", ">", "=")
    yes = nearest(limit * ten) + (step if rising else -step)
    no = nearest(limit * ten) - (1 - step) if rising else nearest(limit * ten) + (1 - step)
    book.flags.add(element.code)
    now = held.get(facility["code"])
    if holds:
        held[facility["code"]] = yes if now is None else max(now, yes) if rising else min(now, yes)
    elif now is None:
        held[facility["code"]] = max(0, no)


# ---- milestones


def milestones(book):
    """Stages of projects rise to the last one at the plan's year, or stop short of it; who has no such project says
    that the question does not apply."""
    place = book.place
    for indicator in book.catalogue.indicators.values():
        if indicator.method != "milestone":
            continue
        cell = indicator.arguments.get("stage")
        stages = len(indicator.arguments.get("stages", "").split("|"))
        for area in place.heads:
            goals = place.goals if area == place.root else place.goals_of(area).own
            rows = goals.rows.get(indicator.code, []) if goals else []
            facility = next((f for f in place.facilities if f["code"] == "bureau@" + area), None)
            if not rows or not facility or cell not in book.catalogue.base_of:
                continue
            end = max(int(r["target_year"]) for r in rows if r["target_year"])
            top = max([stages - 1 if stages > 1 else LAST_STAGE] + [int(w[0]) for w in map(wanted_by, rows) if w])
            reached = top if goals.kept or draw("milestone", indicator.code, area) % 100 < 65 else max(1, top - 2)
            for year in book.years:
                passed = max(0, min(6, year - end + 6))
                book.put(year, cell, facility["code"], reached * passed // 6)


# ---- surveys


def surveys(book):
    """Sample and standard error beside each estimate; people who say that they are not well, by sex and age."""
    for code, element in book.catalogue.elements.items():
        if code + "_SAMPLE" not in book.catalogue.elements or code + "_ERROR" not in book.catalogue.elements:
            continue
        error = book.catalogue.elements[code + "_ERROR"]
        for year in book.years:
            held = book.values[year].get(code, {})
            for facility in book.reporters(code):
                value = held.get(facility["code"])
                if value is None:
                    continue
                sample = 4800 if facility["area"] == book.place.root else 900 + draw(code, facility["code"]) % 300
                book.put(year, code + "_SAMPLE", facility["code"], sample)
                book.put(year, code + "_ERROR", facility["code"], standard_error(value, element, error.scale, sample))
    if "UNHEALTHY" in book.catalogue.elements:
        unhealthy(book)


def standard_error(value, element, scale, sample):
    """sqrt(p (100 - p) / n) of a percentage with a design effect of 1.5; a twentieth of other values over the root of
    n / 100."""
    if element.unit == "%":
        p = max(1, min(100 * 10**element.scale - 1, value))  # in units of 10^-scale per cent
        return max(1, isqrt(p * (100 * 10**element.scale - p) * 3 // (2 * sample)) * 10**scale // 10**element.scale)
    return max(1, value * 10**scale // 10**element.scale // 20 * 10 // isqrt(sample))


def unhealthy(book):
    by_age = [12, 10, 8, 8, 10, 14, 18, 24, 32, 42, 56, 74, 98, 130, 170, 222, 286, 360, 450]
    for year in book.years:
        for facility in book.reporters("UNHEALTHY"):
            if ("UNHEALTHY", year) in book.absent:
                continue
            better = 1000 - 14 * (year - 2015) + between(-8, 8, "well", facility["area"])
            for sex in SEXES:
                for age, rate in zip(AGES, by_age):
                    book.put(year, "UNHEALTHY.%s.%s" % (sex, age), facility["code"],
                        rate * (106 if sex == "F" else 95) * better // 100000)


def survey_before(book):
    """The surveys of the year before the first, so that the first year has a growth: a little less of everything."""
    first, bases = book.years[0], book.catalogue.bases.get("SURVEY_YEAR", ())
    book.values[first - 1] = {cell: {f: v * 98 // 100 for f, v in held.items()}
        for cell, held in book.values[first].items() if book.catalogue.base_of[cell].code in bases}


# ---- health expenditure: government, social and personal add up to the total


def expenditure(book):
    names = ["HEALTH_EXPENDITURE" + n for n in ("", "_GOVERNMENT", "_SOCIAL", "_PERSONAL")]
    if not all(n in book.catalogue.elements for n in names):
        return
    total = book.catalogue.elements[names[0]]
    book.default(total)
    for code, among in (("OUT_OF_POCKET_SHARE", "_PERSONAL"), ("GOVERNMENT_SHARE_OF_HEALTH_EXPENDITURE", "_GOVERNMENT")):
        if code in book.catalogue.indicators and book.place.named(code):
            book.solve(book.catalogue.indicators[code])
    for year in book.years:
        held = [book.values[year].setdefault(n, {}) for n in names]
        for facility, whole in held[0].items():
            personal = held[3].setdefault(facility, whole * 28 // 100)
            government = held[1].setdefault(facility, whole * 29 // 100)
            held[2][facility] = whole - personal - government


# ---- after everything: what nobody reports in a year


def forget(book, absent):
    """absent: {base element: years}. A cell that the tables print as "-" has no value."""
    for base, years in absent.items():
        if base not in book.catalogue.elements:
            continue
        for year in years:
            book.absent.add((base, year))
            for cell in book.catalogue.elements[base].cells:
                book.values.get(year, {}).pop(cell, None)
