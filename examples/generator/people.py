# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""How many people live where, by sex and age: whole numbers that add up to the given totals of a place.

Totals of a place and its census shares come from the place (some are printed, most are not); the ages are a guess
that moves evenly between three years, with newborns and small children taken from the births.
"""
from .mortality import AGES
from .numbers import along, share_out

SEXES = ("M", "F")
# Parts of the people aged 5 and over by five-year band, 5-9 .. 85+. A guess.
OLDER_PARTS = {
    2015: [62, 46, 50, 72, 80, 62, 58, 76, 88, 76, 50, 60, 44, 30, 23, 14, 8],
    2020: [73, 66, 49, 46, 62, 86, 63, 60, 76, 88, 74, 47, 57, 40, 27, 16, 10],
    2025: [54, 73, 63, 44, 45, 60, 87, 64, 59, 75, 87, 72, 45, 53, 35, 21, 14],
}
# Men among 1 000 of a band, 0 .. 85+. A guess.
MEN = [522, 524, 526, 527, 525, 518, 512, 508, 506, 505, 503, 502, 500, 498, 495, 485, 470, 445, 390]
HOUSEHOLD_TENTHS = 31  # people per household


class People:
    """Of a place: areas (leaves of its tree, in order) with weights; totals by year of people living and registered at
    the end of the year; births by calendar year."""

    def __init__(self, weights, resident, registered, births):
        self.areas, self.weights = list(weights), list(weights.values())
        self.totals = {"RESIDENT": resident, "REGISTERED": registered}
        self.births = births
        self.cells = {}

    def born(self, year):
        return int(along(self.births, year))

    def parts(self, year, total):
        """Weights of the 38 cells, sex first."""
        small = [self.born(year) * 985, sum(self.born(y) for y in range(year - 4, year)) * 980]
        older = [along({y: parts[i] for y, parts in OLDER_PARTS.items()}, year) for i in range(17)]
        rest = total * 1000 - sum(small)
        by_age = small + [int(rest * p / sum(older)) for p in older]
        return [n * (men if sex == "M" else 1000 - men) for sex in SEXES for n, men in zip(by_age, MEN)]

    def ends(self, basis, year):
        """{area: [38 whole numbers]} at the end of the year."""
        key = basis, year
        if key not in self.cells:
            total = int(along(self.totals[basis], year))
            parts = self.parts(year, total)
            self.cells[key] = {area: share_out(people, parts)
                for area, people in zip(self.areas, share_out(total, self.weights))}
        return self.cells[key]

    def means(self, basis, year):
        """The mean of two ends; halves go up in every second cell."""
        before, now = self.ends(basis, year - 1), self.ends(basis, year)
        return {area: [(a + b + i % 2) // 2 for i, (a, b) in enumerate(zip(before[area], now[area]))]
            for area in self.areas}

    def total(self, basis, year, area=None, mean=False):
        cells = (self.means if mean else self.ends)(basis, year)
        return sum(sum(c) for a, c in cells.items() if area in (None, a))

    def aged(self, basis, year, area, first, last=19):
        """People of bands first..last - 1 at the end of the year."""
        cells = self.ends(basis, year)
        return sum(sum(c[first:last]) + sum(c[19 + first:19 + last]) for a, c in cells.items() if area in (None, a))


def bands(cells):
    """Both sexes together: 19 numbers of 38."""
    return [a + b for a, b in zip(cells[:19], cells[19:])]


def values_of(people, basis, year, area):
    """{element: value} of the population return: totals and cells of both bases."""
    values = {}
    end, mean = people.ends(basis, year)[area], people.means(basis, year)[area]
    for name, cells in (("END", end), ("AVERAGE", mean)):
        values["POP_%s_%s" % (basis, name)] = sum(cells)
        for i, count in enumerate(cells):
            values["POP_%s_%s_AGE.%s.%s" % (basis, name, SEXES[i // 19], AGES[i % 19])] = count
    return values
