# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Indicators: ratios of two linear forms, and the methods that this computation knows, all in fractions."""
from collections import defaultdict
from fractions import Fraction

from .lifetable import chance_of_dying, healthy_expectancy, life_expectancy
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
        self.side = {"numerator": 0, "denominator": 0}  # whole numbers as long as nothing else came
        self.values = {"numerator": 0, "denominator": 0}  # how many values or counted things went in
        self.left_out, self.paired, self.factor = 0, False, Fraction(1)

    def value(self):
        """None where a side has nothing in it, or the denominator is 0."""
        if not all(self.values.values()) or self.side["denominator"] == 0:
            return None
        return self.factor * self.side["numerator"] / self.side["denominator"]

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
    if method in ("life_expectancy", "probability_of_dying", "healthy_life_expectancy"):
        return demographic(reports, row, method, area, span_of(period, window or natural_window(reports, row, method, area)))
    if method == "units":
        return units(reports, row, area, period)
    if method in ("growth", "quotient", "monotone"):
        return of_others(reports, row, method, area, period)
    if method == "milestone":
        return total_or_none(reports, arguments_of(row)["stage"], area, span_of(period, window or row["window"]))
    raise Mistake(f"this script does not know the method {method}")


def natural_window(reports, row, method, area):
    """A year has too few deaths for the life table of a district: three years."""
    pooled = method != "probability_of_dying" and row["window"] == "year" and reports.catalog.areas[area]["kind"] == "district"
    return "r36m" if pooled else row["window"]


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
        {e for e in set.union(*elements.values()) if not catalog.for_others(e)} <= form["lines"]
        for form in catalog.forms.values())
    for side, terms in sides.items():
        for coefficient, word, conditions in terms:
            if word not in catalog.elements:
                result.side[side] += coefficient * count_of(reports, word, conditions, area, span)
                result.values[side] += not elements[side]  # beside elements a count alone makes no figure
    chosen = [c for c in sources(reports, set.union(*elements.values()), area, span) if only in (None, c[0].code)]
    known = defaultdict(set)
    for _, form, periods, _ in chosen:
        known[form].update(periods)
    edges = {form: (min(periods), max(periods)) for form, periods in known.items()}
    for facility, form, periods, mine in chosen:
        add_facility(reports, sides, facility, form, (periods, mine, edges[form]), result)
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
    for form, head in catalog.forms.items():
        if elements.isdisjoint(head["lines"]):
            continue
        for period in reports.periods[form]:
            if int(head["carry_months"]):
                year = int(period[:4])
                late = (span[1][0] - year) * 12 + span[1][1] - 12
                if year > span[1][0] or late > int(head["carry_months"]):
                    continue
            elif not covered(period, span):
                continue
            for code in reports.inside(form, period, area):
                per_facility[code].setdefault(form, []).append(period)
    for code, forms in per_facility.items():
        facility, taken = reports.facilities[code], set()
        if facility.area != area:
            taken = {e for e in elements if catalog.elements[e]["over_space"] == "none"}
        for form in sorted(forms, key=lambda f: int(catalog.forms[f]["precedence"])):
            head = catalog.forms[form]
            mine = (elements & head["lines"]) - taken
            taken |= mine
            periods = sorted(forms[form])[-1:] if int(head["carry_months"]) else sorted(forms[form])
            if mine:
                yield facility, form, periods, mine


def add_facility(reports, sides, facility, form, chosen, result):
    """Adds one facility's returns. In a paired ratio a return with a hole in any term adds to neither side
    and is counted as left out, whether it gives the other terms or none; one to which a term is not applicable adds to
    neither side either, and is not counted. A stock is taken from the last (first) period
    for which anybody in the area reported."""
    catalog, (periods, mine, edges) = reports.catalog, chosen
    terms = [(side, coefficient, word) for side, linear in sides.items() for coefficient, word, conditions in linear
        if word in mine and facility.matches(conditions)]
    for period in periods if terms else ():
        values = reports.values[form, period][facility.code]
        serving = [term for term in terms if period == edge_of(catalog, term[2], period, edges)]
        if result.paired and serving and any(word not in values and not catalog.for_others(word) for _, _, word in terms):
            apart = reports.apart.get((form, period, facility.code), ())
            result.left_out += not any(word in apart and not catalog.for_others(word) for _, _, word in terms)
            continue
        for side, coefficient, word in serving:
            if word in values:
                result.add(side, coefficient * values[word])


def edge_of(catalog, word, period, edges):
    """The period from which an element is taken: its own, or of a stock the window's last (first) known one."""
    over_time = catalog.elements[word]["over_time"]
    if over_time in ("mean", "worst") and edges[0] != edges[1]:
        raise Mistake(f"this script does not add {word} ({over_time}) over several periods")
    return edges[1] if over_time in ("last", "ytd") else edges[0] if over_time == "first" else period


# ---- methods


def linear_alone(reports, text, area, span):
    return ratio(reports, {"numerator": reports.catalog.linear(text), "denominator": [(Fraction(1), "1", {})]},
        Fraction(1), area, span)


def total(reports, text, area, span):
    """The sum of a linear form alone."""
    return Fraction(linear_alone(reports, text, area, span).side["numerator"])


def total_or_none(reports, text, area, span):
    """The same, None where nobody said anything."""
    result = linear_alone(reports, text, area, span)
    return Fraction(result.side["numerator"]) if result.values["numerator"] else None


def demographic(reports, row, method, area, span):
    """From deaths and person-years of the 19 ages; None where a band has nobody in it."""
    wanted, catalog = arguments_of(row), reports.catalog
    sex = ",sex=" + wanted["sex"] if wanted.get("sex") else ""
    ages = catalog.leaves("age19")
    deaths, persons = [], []
    if not whole(reports, wanted, area, span):
        return None
    for age in ages:
        deaths.append(sum(total(reports, f"{base}[age19={age}{sex}]", area, span)
            for base in wanted["deaths"].split("+")))
        persons.append(person_years(reports, f"{wanted['population']}[age19={age}{sex}]", area, span))
    if not all(persons) or not deaths[-1] and method != "probability_of_dying":
        return None
    if method == "probability_of_dying":
        return 100 * chance_of_dying(deaths, persons, int(wanted.get("from", 30)), int(wanted.get("to", 70)))
    births = total(reports, wanted["births"], area, span) if wanted.get("births") else 0
    infants = total(reports, wanted["infant_deaths"], area, span) if births and wanted.get("infant_deaths") else 0
    missed = total(reports, wanted["unreported"], area, span) / 1000 if wanted.get("unreported") else 0
    if method == "life_expectancy":
        return life_expectancy(deaths, persons, births, infants, missed)
    shares = [unhealthy(reports, wanted, age, area, span) for age in ages]
    return None if None in shares else healthy_expectancy(deaths, persons, shares, missed)


def whole(reports, wanted, area, span):
    """Whether each year of the window has deaths and a population."""
    return months_in(span) < 24 or all(total_or_none(reports, text, area, ((year, 1), (year, 12))) is not None
        for year in range(span[0][0], span[1][0] + 1) for text in [*wanted["deaths"].split("+"), wanted["population"]])


def person_years(reports, text, area, span):
    """The average population of each year of the window, added up."""
    years = months_in(span) // 12
    if years < 2:
        return total(reports, text, area, span) * Fraction(months_in(span), 12)
    return sum(total(reports, text, area, ((year, 1), (year, 12))) for year in range(span[1][0] - years + 1, span[1][0] + 1))


def unhealthy(reports, wanted, age, area, span):
    """The share that is not well, of both sexes by their numbers; None where no survey says it."""
    ill = everybody = Fraction(0)
    for sex in [wanted["sex"]] if wanted.get("sex") else reports.catalog.leaves("sex"):
        rate = total_or_none(reports, f"{wanted['unhealthy']}[age19={age},sex={sex}]", area, span)
        if rate is None:
            return None
        persons = total(reports, f"{wanted['population']}[age19={age},sex={sex}]", area, span)
        ill, everybody = ill + persons * rate / 1000, everybody + persons
    return ill / everybody if everybody else None


def of_others(reports, row, method, area, period):
    """Growth on the year before in %, one value over another, years that did not go the wrong way in %."""
    wanted, year = arguments_of(row), int(period)
    now = value_of(reports, wanted["of"], area, period)
    if method == "growth":
        before = value_of(reports, wanted["of"], area, str(year - 1))
        return None if now is None or not before else 100 * (now / before - 1)
    if method == "quotient":
        by = value_of(reports, wanted["by"], area, period)
        return None if now is None or not by else now / by
    if year <= int(wanted["since"]):
        return None
    seen = [value_of(reports, wanted["of"], area, str(y)) for y in range(int(wanted["since"]), year + 1)]
    rising = reports.catalog.indicators[wanted["of"]]["polarity"] == "higher"
    steps = [(b >= a) if rising else (b <= a) for a, b in zip(seen, seen[1:])] if None not in seen else []
    return Fraction(100 * sum(steps), len(steps)) if steps else None


COMPARE = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, "<": lambda a, b: a < b,
    "=": lambda a, b: a == b}


def units(reports, row, area, period):
    """How many units fulfil all conditions, what share of them (in %), whether all do, or the least and most of a value."""
    wanted = arguments_of(row)
    members = units_of(reports, wanted, area, period)
    if wanted["take"] in ("min", "max"):
        values = [value_of(reports, wanted["of"], a, period, None, f) for a, f in members]
        values = [value for value in values if value is not None]
        return {"min": min, "max": max}[wanted["take"]](values) if values else None
    good = known = 0
    for a, f in members:
        said = [holds(reports, condition, a, f, period) for condition in wanted["where"].split("&")]
        good += all(said)
        known += None not in said or False in said
    if wanted["take"] == "count":
        return Fraction(good) if known or not members else None
    if not members or not known:
        return None
    return Fraction(good * 100, len(members)) if wanted["take"] == "share" else Fraction(good == len(members))


def own_or(reports, code, area):
    """A facility with its own area; outside the area that is asked about it gives nothing there."""
    own = reports.facilities[code]
    return (own.area if area in own.path else area), code


def units_of(reports, wanted, area, period):
    """(area, facility or None) of each unit."""
    catalog = reports.catalog
    if "list" in wanted:
        listed = [unit.strip() for unit in wanted["list"].split("|")]
        return [own_or(reports, unit, area) if unit in reports.facilities else (unit, None) for unit in listed]
    _, word, conditions = catalog.linear(wanted["units"])[0]
    if word == "N_FACILITY":
        month = "%04d-%02d-" % span_of(period, "year")[1]
        return [(f.area, f.code) for f in reports.facilities.values() if area in f.path and f.matches(conditions)
            and f.opened <= month + "31" and f.closed > month + "01"]
    return [(a, None) for a, r in catalog.areas.items() if area in catalog.area_path(a)
        and r["kind"] in conditions.get("kind", {r["kind"]})]


def holds(reports, condition, area, facility, period):
    for sign in (">=", "<=", ">", "<", "="):
        if sign in condition:
            code, bound = condition.split(sign, 1)
            value = value_of(reports, code.strip(), area, period, None, facility)
            return None if value is None else COMPARE[sign](value, Fraction(bound))
    raise Mistake(f"cannot read the condition '{condition}'")
