# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A place: its areas, institutions and agencies, its people, what its indicators come to, and the files of all that."""
import csv
import hashlib
import os
from fractions import Fraction

from . import agree, institutions, network, rules
from .book import Book
from .goals import Goals
from .network import COLUMNS, MARK, agency, institutions as institutions_of, public_health, towns_of
from .numbers import along, between
from .sheets import Sheets
from .sizes import Sizes
from .vital import Vital

AGENCIES = {"statistics": ("statistics_agency", "统计机构"), "bureau": ("bureau", "卫生健康行政部门"),
    "cdc": ("cdc", "疾病预防控制中心"), "mch": ("maternal_child_centre", "妇幼保健机构"), "survey": ("survey_centre", "调查中心")}
MANY = ("HOSPITAL_MONTH", "PRIMARY_MONTH")  # written for the years asked for: the yearly returns say the same
TOWN_KINDS = ("town", "township", "street")


class NearGoals:
    """Of a county: its own plan's goals where it has any, else the city's, a little up or down for ever."""

    def __init__(self, city, own, area):
        self.city, self.own, self.area = city, own, area

    def named(self, code):
        return self.own is not None and self.own.named(code)

    def of(self, code):
        if self.named(code):
            return self.own.of(code)
        return Near(self.city.of(code), self.city.catalogue.indicators[code], self.area)


class Near:
    def __init__(self, goal, indicator, area):
        self.goal, self.printed, self.share = goal, {}, indicator.unit == "%"
        self.times = Fraction(between(940, 1060, "near", indicator.code, area), 1000)

    def at(self, year):
        value = self.goal.at(year)
        if self.share and 0 <= value <= 100:  # a share moves the less the closer it is to 0 or 100
            return value + (self.times - 1) * value * (100 - value) / 50
        return value * self.times


class Place:
    """What a generator of a place sets; see lianyungang/generate.py."""

    def __init__(self, catalogue, root, leaves, heads, people, vintage=None, visits=None, fixed=None, own=()):
        self.catalogue, self.root, self.leaves, self.heads, self.people = catalogue, root, leaves, heads, people
        self.areas, self.vintages, self.visits = list(people.areas), vintage or {}, visits or {2015: Fraction(5)}
        self.goals = Goals(catalogue, root, fixed=(fixed or {}).get(root))
        self.own_goals = {a: NearGoals(self.goals, Goals(catalogue, a, (fixed or {}).get(a), kept=True), a) for a in own}
        self.near, self.facilities, self.notes, self.cache = {}, [], [], {}
        self.births, self.scale, self.sizes, self.town_only = {}, 1, Sizes(self), set()
        self.town_elements, self.town_areas = set(), [c for c, r in catalogue.areas.items() if r["kind"] in TOWN_KINDS
            and self.within(c, root)]

    # ---- areas

    def within(self, code, outer):
        while code and code != outer:
            code = self.catalogue.areas[code]["parent"]
        return code == outer

    def leaf_of(self, code):
        while code and code not in self.leaves and code != self.root:
            code = self.catalogue.areas[code]["parent"]
        return code or self.root

    def inside(self, facility, area):
        return area is None or area == self.root or self.within(facility["area"], area)

    def goals_of(self, area):
        area = self.leaf_of(area)
        if area == self.root:
            return self.goals
        if area not in self.own_goals:
            self.own_goals_of(area)
        return self.own_goals.get(area) or self.near[area]

    def own_goals_of(self, area):
        self.near.setdefault(area, NearGoals(self.goals, None, area))

    # ---- facilities

    def build(self, counts, total, towns_weights, public_health_areas, no_cdc=(), named=()):
        """counts: {class: how many}; village clinics take what is left of total. named: (class, level, area,
        ownership) of single institutions."""
        towns = towns_of(self.catalogue, towns_weights)
        rows = []
        for kind, count in counts.items():
            rows += institutions_of(kind, count, towns)
        known = {code for dimension, code in self.catalogue.parent if dimension == "class"}
        rows += network.named([n for n in named if n[0] in known], self.catalogue.areas)
        others = public_health("health_supervision", public_health_areas, self.catalogue.areas)
        for word, (kind, name) in AGENCIES.items():
            if kind in known:
                others += [agency(word, kind, name, area, self.catalogue.areas, ("", "public", "government", "nonprofit")
                    if kind in ("cdc", "maternal_child_centre") else ("", "", "", "")) for area in self.heads]
        if self.town_elements:
            others += [agency("bureau", AGENCIES["bureau"][0], AGENCIES["bureau"][1], town, self.catalogue.areas)
                for town in self.town_areas]
        rows += institutions_of("village_clinic", max(0, total - len(rows) - len(others)), towns)
        self.facilities, self.no_cdc = rows + others, set(no_cdc)

    def assigned(self, form):
        if form not in self.cache:
            self.cache[form] = [f for f in self.facilities if self.catalogue.assigned(form, f)]
        return self.cache[form]

    def silent(self, facility):
        """Agencies of zones report for the zone, but are no institution of their own."""
        return "@" in facility["code"] and facility["area"] in self.no_cdc

    # ---- what the book asks

    def count(self, term, year, area):
        if term.word == "N_FACILITY":
            return Fraction(sum(self.inside(f, area) and self.catalogue.is_of(f, term.conditions)
                for f in self.facilities))
        if term.word == "N_AREA":
            kinds = term.conditions.get("kind")
            return Fraction(sum(self.within(c, area or self.root) and c != (area or self.root) and
                (not kinds or r["kind"] in kinds) for c, r in self.catalogue.areas.items()))
        return Fraction({"1": 1, "MONTHS": 12, "DAYS": 366 if year % 4 == 0 else 365, "WORKDAYS": 250}[term.word])

    def size(self, facility, element):
        if self.is_agency_element(element.code):
            return self.weight_of(facility["area"])
        if self.silent(facility) or not self.sizes.allowed(element.code, facility):
            return 0
        return institutions.size(facility, element.code)

    def named(self, code):
        """Whether a plan of the place, or of one of its counties, gives the indicator a number."""
        return self.goals.named(code) or any(g.named(code) for g in self.own_goals.values())

    def agency_elements(self):
        """Elements of forms that only agencies file."""
        if "agency elements" not in self.cache:
            self.cache["agency elements"] = {base for form, bases in self.catalogue.bases.items() for base in bases
                if all("@" in f["code"] for f in self.assigned(form))}
        return self.cache["agency elements"]

    def weight_of(self, area):
        return self.people.weights[self.areas.index(area)] if area in self.areas else 0

    def visits_per_head(self, year):
        return along(self.visits, year)

    def vintage(self, year):
        return self.vintages.get(year, 1)

    def persons(self, year):
        """{area: 38 cells} by which deaths become rates."""
        return self.people.means("RESIDENT", year)

    def note(self, text):
        self.notes.append(text)

    def is_agency_element(self, code):
        """Whether only agencies report it."""
        return code in self.agency_elements()


# ---- files


def write_table(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def digest_of(folder):
    """SHA-256 of every file's name and bytes, in order of names."""
    total = hashlib.sha256()
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            total.update(name.encode("utf-8") + b"\0" + hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def make(place, folder, years, spec, monthly_years):
    """Fills the book and writes all files; returns (book, rows written)."""
    os.makedirs(folder, exist_ok=True)
    place.births = spec.BIRTHS
    book = Book(place.catalogue, place, years)
    Vital(book, spec.BIRTHS, spec.MORTALITY).fill()
    if place.assigned("INSTITUTION_YEAR"):
        institutions.Institutions(book).fill()
    rules.milestones(book)
    rules.units(book)
    rules.expenditure(book)
    book.fill()
    rules.surveys(book)
    agree.agree(book)
    rules.forget(book, spec.ABSENT)
    rules.survey_before(book)
    write_table(os.path.join(folder, "facilities.csv"), COLUMNS, [[f[c] for c in COLUMNS] for f in place.facilities])
    sheets = Sheets(book, folder)
    for form, row in place.catalogue.forms.items():
        for year in years:
            if form not in MANY or year in monthly_years:
                sheets.write(form, year)
    if "SURVEY_YEAR" in place.catalogue.forms:
        sheets.write("SURVEY_YEAR", years[0] - 1)
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as file:
        file.write("# %s\n\n**%s.** Every file of this folder was made by a program; see the generator's README.md.\n" % (
            spec.TITLE, MARK))
    return book, sheets.rows
