# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""All yearly values of a place: {year: {cell: {facility: whole number}}}, and how the catalogue fills them.

Special rules (people, deaths, births, hospitals) write first. Everything else follows from the catalogue alone:
an indicator whose denominator is known and whose numerator is not gives the numerator's total, which is shared out
over those who report it; what stands in no such indicator gets a plausible size. So a new element on a form needs no code.
"""
from fractions import Fraction

from .numbers import draw, half_up, nearest, share_out, share_within
from .parts import PART_OF
from .sizes import cell_weight

COUNTED = ("1", "N_FACILITY", "N_AREA", "DAYS", "MONTHS", "WORKDAYS")


class Book:
    def __init__(self, catalogue, place, years):
        self.catalogue, self.place, self.years = catalogue, place, years
        self.values = {year: {} for year in years}
        self.absent = set()  # (base element, year): nobody reports it
        self.flags = set()  # elements of 0 and 1 that an indicator has dealt with
        self.matching_cache, self.cells_cache = {}, {}
        self.reporter_cache, self.carriers = {}, {}  # carriers: who has a thing for an area

    # ---- who reports what

    def form_of(self, base):
        """The form that has the year's figure: the one of the best precedence."""
        forms = self.catalogue.forms_of(base)
        return min(forms, key=lambda f: (int(self.catalogue.forms[f]["precedence"]), f)) if forms else None

    def reporters(self, base):
        """Facilities that report the base element, in order. Of a figure that adds over areas: only those for counties and
        zones, so that nothing is counted twice."""
        if base not in self.reporter_cache:
            form, element = self.form_of(base), self.catalogue.elements[base]
            found = self.place.assigned(form) if form else []
            if element.over_space == "sum":
                found = [f for f in found if "@" not in f["code"] or f["area"] in self.place.leaves
                    or form == "INSTITUTION_YEAR"]  # the city's own CDC is an institution like any other
            else:
                found = [f for f in found if "@" not in f["code"] or f["area"] in self.place.heads]
            found = found if base not in self.place.town_elements else [
                f for f in self.place.assigned(form) if f["area"] in self.place.town_areas]
            self.reporter_cache[base] = found
        return self.reporter_cache[base]

    def matching(self, term):
        if term.key not in self.matching_cache:
            self.matching_cache[term.key] = [f for f in self.reporters(self.catalogue.base_of[term.word].code)
                if self.catalogue.is_of(f, term.conditions)]
        return self.matching_cache[term.key]

    def cells(self, term):
        """The cells that a term names: all of a base, or those that its filter asks for."""
        if term.key not in self.cells_cache:
            self.cells_cache[term.key] = self.find_cells(term)
        return self.cells_cache[term.key]

    def find_cells(self, term):
        element = self.catalogue.base_of[term.word]
        if term.word != element.code:
            return [term.word]
        wanted = [set().union(*(self.catalogue.below[word, code] for code in codes))
            for word, codes in term.conditions.items() if word in self.catalogue.lists]
        return [c for c in element.cells if all(set(c.split(".")[1:]) & codes for codes in wanted)]

    # ---- reading and writing

    def put(self, year, cell, facility, value):
        self.values[year].setdefault(cell, {})[facility] = value

    def known(self, term):
        """Whether somebody whom the term means has a value in every year."""
        if term.word in COUNTED:
            return True
        first = self.values[self.years[-1]]
        return any(f["code"] in first.get(c, ()) for c in self.cells(term) for f in self.matching(term))

    def sum(self, term, year, area=None):
        """A term's total, exact, scale taken off; None where it counts something that this generator does not."""
        if term.word in COUNTED:
            return term.coefficient * self.place.count(term, year, area)
        held, total = self.values[year], 0
        if self.catalogue.base_of[term.word].over_space == "sum":
            facilities = [f["code"] for f in self.matching(term) if area is None or self.place.inside(f, area)]
        else:  # valid for the very area that it was reported for
            facilities = [f["code"] for f in self.matching(term) if f["area"] == (area or self.place.root)]
        for cell in self.cells(term):
            of_cell = held.get(cell, {})
            total += sum(of_cell.get(code, 0) for code in facilities)
        return term.coefficient * Fraction(total, 10**self.catalogue.base_of[term.word].scale)

    def sum_all(self, terms, year, area=None):
        return sum((self.sum(t, year, area) for t in terms), Fraction(0))

    # ---- filling by indicators

    def fill(self):
        ratios = [i for i in self.catalogue.indicators.values() if i.method == "ratio"]
        ratios.sort(key=lambda i: not self.place.named(i.code))
        solved = set()  # each is asked once: a numerator whose cells all go to others would be open for ever
        while True:
            while True:
                now = [i.code for i in ratios if i.code not in solved and self.solve(i)]
                solved.update(now)
                if not now:
                    break
            waiting = [t for i in ratios for t in i.denominator if t.word not in COUNTED and not self.known(t)
                and self.matching(t)]
            if not waiting:
                break
            self.default(self.catalogue.base_of[waiting[0].word])
        for element in self.catalogue.elements.values():
            if self.reporters(element.code):
                self.default(element)

    def solve(self, indicator):
        """Writes the numerator if it is open and the denominator is not; says whether it did. A count that no plan names
        is left to the sizes."""
        if indicator.unit != "%" and [t.word for t in indicator.denominator] == ["1"] and not self.place.named(indicator.code):
            return False
        opened = [t for t in indicator.numerator if t.word not in COUNTED and not self.known(t)]
        if len(opened) != 1 or opened[0].coefficient <= 0:
            return False
        term = opened[0]
        if not self.matching(term) or not all(self.known(t) for t in indicator.denominator):
            return False
        others = [t for t in indicator.numerator if t is not term]
        base = self.catalogue.base_of[term.word]
        if self.pairwise(indicator, term, others):
            return True
        for year in self.years:
            self.solve_year(indicator, term, others, year, base)
        return True

    def wanted(self, indicator, others, year, area, goals):
        """The numerator's total that the goal asks for, exact, of what is still open."""
        whole = self.sum_all(indicator.denominator, year, area)
        value = goals.of(indicator.code).at(year)
        return max(Fraction(0), value * whole / indicator.factor - self.sum_all(others, year, area))

    def whole_number(self, indicator, others, term, year, wanted, scale):
        """The nearest stored number, moved by one where only that prints as printed."""
        number = nearest(wanted * 10**scale / term.coefficient)
        printed = self.place.goals.of(indicator.code).printed.get(year)
        whole = self.sum_all(indicator.denominator, year)
        if printed is not None and whole:
            rest, decimals = self.sum_all(others, year), self.place.goals.decimals(indicator.code, year)
            for tried in (number, number + 1, number - 1):
                value = (term.coefficient * Fraction(tried, 10**scale) + rest) * indicator.factor / whole
                if half_up(value, decimals) == printed:
                    return tried
            self.place.note("%s %d: no whole number prints %s" % (indicator.code, year, printed))
        return number

    def solve_year(self, indicator, term, others, year, base):
        facilities, cells = self.matching(term), self.cells(term)
        if base.over_space != "sum":
            for facility in facilities:
                goals = self.place.goals_of(facility["area"])
                area = facility["area"]
                number = self.whole_number(indicator, others, term, year,
                    self.wanted(indicator, others, year, area, goals), base.scale) if area == self.place.root else nearest(
                    self.wanted(indicator, others, year, area, goals) * 10**base.scale / term.coefficient)
                self.spread_cells(year, cells, facility, number)
            return
        total = self.whole_number(indicator, others, term, year,
            self.wanted(indicator, others, year, None, self.place.goals), base.scale)
        weights, limits = self.weights(indicator, term, facilities, year, base)
        for area, goals in self.place.own_goals.items():
            inside = [i for i, f in enumerate(facilities) if self.place.inside(f, area)]
            if not goals.named(indicator.code) or not inside:
                continue
            # A county's own plan is kept: round to its good side.
            exact = self.wanted(indicator, others, year, area, goals) * 10**base.scale / term.coefficient
            part = min(total, int(exact) if indicator.polarity == "lower" else -int(-exact // 1))
            self.share(year, cells, [facilities[i] for i in inside], part, [weights[i] for i in inside],
                limits and [limits[i] for i in inside])
            total -= part
            outside = [i for i in range(len(facilities)) if i not in set(inside)]
            facilities, weights = [facilities[i] for i in outside], [weights[i] for i in outside]
            limits = limits and [limits[i] for i in outside]
        self.share(year, cells, facilities, total, weights, limits)

    def weights(self, indicator, term, facilities, year, base):
        """How a total is shared out, and what no share may exceed (None: nothing)."""
        if self.is_flag(base):
            return self.flag_weights(indicator, term, facilities, year, base), [1] * len(facilities)
        held, shares, part = self.values[year], None, indicator.unit in ("%", "‰") and indicator.factor >= 100
        terms = [t for t in indicator.denominator if t.word not in COUNTED]
        if terms and all(self.form_of(self.catalogue.base_of[t.word].code) == self.form_of(base.code) for t in terms):
            shares = [sum(held.get(c, {}).get(f["code"], 0) * 10**base.scale // 10**self.catalogue.base_of[t.word].scale
                for t in terms for c in self.cells(t)) for f in facilities]
        if shares and any(shares):
            return shares, shares if part else None
        sizes = [self.place.size(f, base) for f in facilities]
        whole = held.get(PART_OF.get(base.code))
        return sizes, None if whole is None else [whole.get(f["code"], 0) for f in facilities]

    def is_flag(self, base):
        return base.unit == "institutions" and not self.place.is_agency_element(base.code)

    def flag_weights(self, indicator, term, facilities, year, base):
        """Ranks in which facilities get a flag: always the same, and only where the flag that it is a share of stands."""
        self.flags.add(base.code)
        family = base.code.split("_")[0]
        ranks = [1 + draw("flag", family, f["code"]) for f in facilities]
        for whole in indicator.denominator:
            if whole.word not in COUNTED and self.is_flag(self.catalogue.base_of[whole.word]):
                held = self.values[year].get(whole.word, {})
                ranks = [r if held.get(f["code"], 0) else 0 for r, f in zip(ranks, facilities)]
        return ranks

    def share(self, year, cells, facilities, total, weights, limits):
        if not facilities:
            return
        if limits and all(m == 1 for m in limits) and self.is_flag(self.catalogue.base_of[cells[0]]):
            order = sorted(range(len(facilities)), key=lambda i: (-weights[i], i))
            for position, i in enumerate(order):
                self.put(year, cells[0], facilities[i]["code"], int(position < total and weights[i] > 0))
            return
        if not any(weights):
            weights = [1] * len(facilities)
        numbers = share_within(total, weights, limits) if limits else share_out(total, weights)
        for facility, number in zip(facilities, numbers):
            self.spread_cells(year, cells, facility, number)

    def spread_cells(self, year, cells, facility, number):
        """One number over the cells of a broken-down element; the parts are drawn once for ever."""
        if len(cells) == 1:
            self.put(year, cells[0], facility["code"], number)
            return
        weights = [cell_weight(c) for c in cells]
        parts = share_out(number, weights if any(weights) else [1] * len(cells))
        for cell, part in zip(cells, parts):
            self.put(year, cell, facility["code"], part)

    def pairwise(self, indicator, term, others):
        """Two elements broken down alike (doses due, doses given): cell by cell, each within the other."""
        if others or len(indicator.denominator) != 1 or indicator.unit != "%" or indicator.denominator[0].word in COUNTED:
            return False
        below, cells = self.cells(indicator.denominator[0]), self.cells(term)
        if len(cells) < 2 or [c.split(".", 1)[1] for c in cells] != [c.partition(".")[2] for c in below]:
            return False
        for year in self.years:
            whole = {f["code"]: [self.values[year].get(c, {}).get(f["code"], 0) for c in below]
                for f in self.matching(term)}
            flat = [n for numbers in whole.values() for n in numbers]
            total = self.whole_number(indicator, others, term, year,
                self.wanted(indicator, others, year, None, self.place.goals), 0)
            given = iter(share_within(total, flat, flat))
            for code in whole:
                for cell in cells:
                    self.put(year, cell, code, next(given))
        return True

    # ---- what nothing else fills

    def default(self, element):
        """A plausible size for every cell and reporter that has none."""
        facilities = self.reporters(element.code)
        for year in self.years:
            held = self.values[year]
            for cell in element.cells:
                of_cell = held.setdefault(cell, {})
                missing = [f for f in facilities if f["code"] not in of_cell]
                if missing:
                    for facility, value in zip(missing, self.place.sizes.values(self, element, cell, missing, year)):
                        of_cell[facility["code"]] = value
