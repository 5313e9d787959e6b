# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Births and deaths of a place, shared out over its counties and zones so that the city's figures come out."""
from .mortality import AGES, CAUSES, CAUSE_PARTS, MALE_PERCENT, fit, stage
from .numbers import between, share_out, share_within
from .people import SEXES, bands, values_of

UNREPORTED_PER_MILLE = 48  # in 2015, one less each year: a guess
BOYS_PER_2000 = 1044  # of 2 000 newborns: a sex ratio at birth of 109


class Vital:
    """births: {year: (births, maternal, infant, under-five deaths)} of maternal-and-child years (October to September);
    mortality: {year: (life expectancy, probability of dying of the four groups at 30 to 70, in per cent)}."""

    def __init__(self, book, births, mortality):
        self.book, self.place, self.births, self.mortality = book, book.place, births, mortality
        self.elements = book.catalogue.elements

    def fill(self):
        for year in self.book.years:
            self.people(year)
            self.mothers_and_children(year)
            self.deaths(year)
            self.registered(year)

    def agencies(self, base):
        return [f for f in self.book.reporters(base)] if base in self.elements else []

    def put(self, year, cell, facility, value):
        if cell in self.book.catalogue.base_of:
            self.book.put(year, cell, facility["code"], value)

    # ---- people

    def people(self, year):
        people = self.place.people
        for facility in self.agencies("POP_RESIDENT_END") or self.agencies("POP_RESIDENT_END_AGE"):
            for basis in ("RESIDENT", "REGISTERED"):
                for cell, value in values_of(people, basis, year, facility["area"]).items():
                    self.put(year, cell, facility, value)
        for base, value in (("POP_VINTAGE", self.place.vintage(year)), ("FORCED_AGE_PATTERN", 1)):
            for facility in self.agencies(base):
                self.put(year, base, facility, value)

    def registered(self, year):
        """What the statistics agency says of births and deaths is what the others report."""
        held = self.book.values[year]
        dead = [cells for cell, cells in held.items() if cell.startswith("DEATH.")]
        for facility in self.agencies("DEATH_RESIDENT"):
            of = "cdc@" + facility["area"]
            if any(of in cells for cells in dead):
                self.put(year, "DEATH_RESIDENT", facility, sum(cells.get(of, 0) for cells in dead))
        for facility in self.agencies("BIRTH_RESIDENT"):
            born = held.get("LIVE_BIRTH", {}).get("mch@" + facility["area"])
            if born is not None:
                self.put(year, "BIRTH_RESIDENT", facility, born)

    # ---- maternal-and-child year

    def mothers_and_children(self, year):
        born, mothers, infants, under5 = self.births[year]
        facilities = self.agencies("LIVE_BIRTH")
        if not facilities:
            return
        weights = [self.place.people.weights[self.place.areas.index(f["area"])] for f in facilities]
        shares = share_out(born, weights)
        newborn = infants * 58 // 100
        drawn = [s * between(80, 120, "infant", f["area"], year) for s, f in zip(shares, facilities)]
        dead = share_out(infants, drawn)
        young = share_within(newborn, dead, dead)
        children = [d + m for d, m in zip(dead, share_out(under5 - infants, drawn))]
        lost = share_out(mothers, [d * between(1, 9, "mother", f["area"], year) for d, f in zip(drawn, facilities)])
        around = [y + s * between(22, 30, "still", f["area"]) // 10000 for y, s, f in zip(young, shares, facilities)]
        for code, numbers in (("LIVE_BIRTH", shares), ("INFANT_DEATH", dead), ("NEONATAL_DEATH", young),
                ("UNDER5_DEATH", children), ("MATERNAL_DEATH", lost), ("PERINATAL_DEATH", around),
                ("EARLY_NEONATAL_DEATH", [y * 3 // 4 for y in young]),
                ("STILLBIRTH_28W", [a - y * 3 // 4 for a, y in zip(around, young)]),
                ("LIVE_BIRTH_MALE", [self.boys(s) for s in shares]),
                ("LIVE_BIRTH_FEMALE", [s - self.boys(s) for s in shares])):
            self.spread(year, code, facilities, numbers)

    @staticmethod
    def boys(number):
        return (number * BOYS_PER_2000 + 1000) // 2000

    def spread(self, year, code, facilities, numbers):
        """One number, or boys and girls where the element is broken down by sex."""
        if code not in self.elements:
            return
        cells = self.elements[code].cells
        for facility, number in zip(facilities, numbers):
            if len(cells) == 2 and cells[0].endswith(".M"):
                boys = self.boys(number)
                self.put(year, cells[0], facility, boys)
                self.put(year, cells[1], facility, number - boys)
            else:
                self.book.spread_cells(year, cells, facility, number)

    def unreported(self, year):
        """The share of deaths that is said not to be reported, where life expectancy is corrected for it."""
        indicator = self.book.catalogue.indicators.get("LIFE_EXPECTANCY")
        code = indicator.arguments.get("unreported") if indicator else None
        if code not in self.elements:
            return 0
        ten = 10**self.elements[code].scale
        for facility in self.agencies(code):
            per_mille = UNREPORTED_PER_MILLE + between(-6, 6, code, facility["area"]) * (facility["area"] != self.place.root)
            self.put(year, code, facility, (per_mille - (year - 2015)) * ten)
        return (UNREPORTED_PER_MILLE - (year - 2015)) / 1000

    # ---- deaths by sex, age and cause

    def deaths(self, year):
        facilities = self.agencies("DEATH")
        if not facilities:
            return
        persons = self.place.persons(year)
        mixed = [sum(c) for c in zip(*persons.values())]
        expected, probability = self.mortality[year]
        _, _, infants, under5 = self.births[year]
        deaths, ncd = fit(bands(mixed), [infants, under5 - infants], expected, probability / 100, self.unreported(year))
        for band, age in enumerate(AGES):
            part, (cardio, cancer, respiratory, diabetes) = stage(band), CAUSE_PARTS[stage(band)]
            causes = share_out(ncd[band], [cardio, cancer, respiratory, diabetes]) + [deaths[band] - ncd[band]]
            for cause, number in zip(CAUSES + ("",), causes):
                men = MALE_PERCENT[part]
                by_sex = share_out(number, [mixed[band] * men, mixed[19 + band] * (100 - men)])
                for sex, of_sex in zip(range(2), by_sex):
                    self.by_area(year, cause, SEXES[sex] + "." + age, of_sex, facilities,
                        [persons[f["area"]][19 * sex + band] for f in facilities])

    def by_area(self, year, cause, tail, number, facilities, people):
        """Deaths of one cause (or of none of the four groups) in one cell; DEATH gathers all of them."""
        weights = [p * between(92, 108, "dying", f["area"]) for p, f in zip(people, facilities)]
        for facility, here in zip(facilities, share_out(number, weights)):
            if cause:
                self.put(year, "DEATH_%s.%s" % (cause, tail), facility, here)
            held = self.book.values[year].setdefault("DEATH." + tail, {})
            held[facility["code"]] = held.get(facility["code"], 0) + here
