# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Plausible sizes for what no indicator gives: sizes.csv says of which group of people (or of which other element of the
same institution) an element is how many in 10 000; what is not in the table gets a size by its type."""
import os
from fractions import Fraction

from .catalogue import read_table
from .numbers import along, between, draw, nearest, share_out

FIRST, LAST = 2015, 2025
# Cases of notifiable diseases: parts of 1 000; those not named do not occur.
DISEASES = {"HEPATITIS_B": 330, "TB_POSITIVE": 120, "TB_NEGATIVE": 130, "TB_NO_RESULT": 20, "TB_RESISTANT": 5,
    "SYPHILIS_LATENT": 170, "SYPHILIS_1": 18, "SYPHILIS_2": 14, "SYPHILIS_3": 2, "SYPHILIS_CONGENITAL": 1,
    "GONORRHOEA": 45, "HEPATITIS_C": 28, "HEPATITIS_A": 6, "HEPATITIS_E": 22, "HEPATITIS_UNTYPED": 4, "DYSENTERY": 24,
    "SCARLET_FEVER": 20, "AIDS": 11, "PERTUSSIS": 6, "BRUCELLOSIS": 5, "HFRS": 8, "MALARIA": 2, "TYPHOID": 2, "MEASLES": 2,
    "DENGUE": 1, "HIV": 12, "INFLUENZA": 900, "HFMD": 850, "DIARRHOEA": 260, "MUMPS": 90, "RUBELLA": 8,
    "CONJUNCTIVITIS": 12}


def cell_weight(cell):
    """How a number of a broken-down element falls on its cells."""
    base, _, tail = cell.partition(".")
    if base in ("DISEASE_CASE", "DISEASE_DEATH"):
        return DISEASES.get(tail, 0) if base == "DISEASE_CASE" else {"TB_POSITIVE": 4, "AIDS": 5, "HEPATITIS_B": 3}.get(tail, 0)
    if base.startswith("VACCINE"):
        return 100
    return between(10, 60, "cell", cell)


class Sizes:
    def __init__(self, place):
        self.place, self.catalogue = place, place.catalogue
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sizes.csv")
        self.rows = {r["element"]: r for r in read_table(path)}
        self.memo = {}

    def people(self, word, year, area):
        """How many there are of a group of people (or of towns, seats) in an area; None: it is no such group."""
        people, place = self.place.people, self.place
        if word in ("RESIDENT", "REGISTERED"):
            return people.total(word, year, area)
        if word == "AGED65":
            return people.aged("RESIDENT", year, area, 14)
        if word in ("UNDER7", "UNDER5", "UNDER3"):
            small = people.aged("RESIDENT", year, area, 0, 2)
            return {"UNDER5": small, "UNDER3": small * 57 // 100,
                "UNDER7": small + people.aged("RESIDENT", year, area, 2, 3) * 2 // 5}[word]
        if word == "BIRTHS":
            shares = share_out(place.births[year][0], list(people.weights))
            return shares[place.areas.index(area)]
        kinds = {"TOWNS": ("town", "township"), "TOWNS_STREETS": ("town", "township", "street")}.get(word)
        if kinds:
            return sum(r["kind"] in kinds and place.leaf_of(c) == area for c, r in self.catalogue.areas.items()
                if place.within(c, place.root))
        if word == "SEATS":
            return int(self.catalogue.areas[area]["kind"] == "county")
        return None

    def of_area(self, word, year, area):
        key = word, year, area
        if key not in self.memo:
            areas = self.place.areas if area == self.place.root else [area]
            found = [self.people(word, year, a) for a in areas]
            self.memo[key] = None if None in found else sum(found)
        return self.memo[key]

    def rate(self, row, year):
        return along({FIRST: Fraction(row["from"]), LAST: Fraction(row["to"])}, year)

    def values(self, book, element, cell, facilities, year):
        """One stored number for each facility."""
        row = self.rows.get(element.code)
        if row and row["of"]:
            return self.by_table(book, element, cell, facilities, year, row)
        if element.code in book.flags:
            return [0] * len(facilities)
        return [self.by_type(element, cell, f, year) if self.allowed(element.code, f) else 0 for f in facilities]

    def allowed(self, code, facility):
        """Whether an institution is of a class that has such a thing at all."""
        key = code, facility["class"]
        if key not in self.memo:
            classes = [c for c in self.rows.get(code, {"classes": ""})["classes"].split("|") if c]
            self.memo[key] = not classes or any(self.catalogue.is_of(facility,
                {"group" if c in self.catalogue.groups else "class": [c]}) for c in classes)
        return self.memo[key]

    def by_table(self, book, element, cell, facilities, year, row):
        rate, ten = self.rate(row, year), 10**element.scale
        parts = len(element.cells)
        weight = Fraction(cell_weight(cell), max(1, sum(map(cell_weight, element.cells)))) if parts > 1 else 1
        if row["of"] in self.catalogue.elements:
            whole, scale = book.values[year].get(row["of"], {}), 10**self.catalogue.elements[row["of"]].scale
            return [nearest(whole.get(f["code"], 0) * rate * ten / scale / 10000) if self.allowed(element.code, f) else 0
                for f in facilities]
        if row["of"] == "FIXED" and element.over_space != "sum":
            return [nearest(rate * ten) for _ in facilities]
        if element.over_space != "sum":
            return [nearest(self.of_area(row["of"], year, self.place.leaf_of(f["area"])) * rate * ten / 10000)
                for f in facilities]
        size = self.place.scale if row["of"] == "FIXED" else sum(
            self.of_area(row["of"], year, a) for a in self.place.areas) / Fraction(10000)
        total = nearest(rate * size * weight * ten)
        weights = [self.place.size(f, element) for f in facilities]
        if row["of"] in ("TOWNS", "TOWNS_STREETS", "SEATS"):
            return [self.of_area(row["of"], year, f["area"]) for f in facilities]
        return share_out(total, weights) if any(weights) else [0] * len(facilities)

    def by_type(self, element, cell, facility, year):
        growth, ten = 100 + 2 * (year - FIRST), 10**element.scale
        size = self.place.size(facility, element)
        if element.type == "grade":
            return 1 + (year >= 2020)
        if element.unit == "institutions" and not self.place.is_agency_element(element.code):
            return int(draw("flag", element.code, facility["code"]) % 100 < 30 + 4 * (year - FIRST))
        if element.type == "money":
            return size * between(5, 60, cell) * growth // 100
        if element.over_space == "none" or element.unit == "%":
            return between(20, 60, cell, self.place.leaf_of(facility["area"])) * ten * growth // 100
        if self.place.is_agency_element(element.code):
            return size * between(40, 400, cell) * growth * ten // (1000000 * 100)
        return size // 10000 * between(1, 6, cell) * growth * ten // 1000
