# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The tables of catalog/ as the generator needs them: forms with the columns of their sheets, classes, indicators with
the elements that they name, and the rows of the plans. What is added to the tables is generated without new code."""
import csv
import os
import re
from fractions import Fraction

from .agree import caps_of, pairs_of, sums_of

DIMENSIONS = ("class", "level", "ownership", "sponsor", "profit", "locality")
TERM = re.compile(r"\s*([+-]?)\s*(?:([0-9]+(?:\.[0-9]+)?)\s*\*\s*)?([A-Za-z_][A-Za-z0-9_.]*|1)\s*(?:\[([^\]]*)\])?\s*")


def read_table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number_or_none(text):
    match = re.fullmatch(r"\s*[^\d-]*(-?\d+(?:\.\d+)?)\D*", text or "")
    return Fraction(match.group(1)) if match else None


class Element:
    """A plain element, or a base with its cells."""

    def __init__(self, row, lists):
        self.code, self.unit, self.scale, self.type = row["code"], row["unit"], int(row["scale"]), row["type"]
        self.over_time, self.over_space = row["over_time"], row["over_space"]
        self.for_others = bool(row.get("for_class"))
        self.zh, self.en = row["name_zh"], row["name_en"]
        self.cells = [self.code]
        for name in filter(None, (row.get("broken_down_by") or "").split("*")):
            self.cells = [c + "." + leaf for c in self.cells for leaf in lists[name]]


class Term:
    def __init__(self, coefficient, word, conditions):
        self.coefficient, self.word, self.conditions = coefficient, word, conditions
        self.key = word, tuple(sorted((k, tuple(v)) for k, v in conditions.items()))


def parse_linear(text):
    terms, at = [], 0
    while at < len(text):
        match = TERM.match(text, at)
        if not match or match.end() == at:
            raise ValueError("cannot read the linear form '%s'" % text)
        sign, number, word, conditions = match.groups()
        pairs = [c.partition("=") for c in (conditions or "").split(",") if c.strip()]
        terms.append(Term(Fraction(number or 1) * (-1 if sign == "-" else 1), word,
            {k.strip(): [c.strip() for c in v.split("|")] for k, _, v in pairs}))
        at = match.end()
    return terms


class Indicator:
    def __init__(self, row):
        self.code, self.unit, self.method = row["code"], row["unit"], row.get("method") or "ratio"
        self.arguments = dict(p.strip().split("=", 1) for p in (row.get("arguments") or "").split(";") if p.strip())
        self.numerator, self.denominator = parse_linear(row["numerator"]), parse_linear(row["denominator"])
        self.factor = Fraction(row["factor"] or 1)
        self.decimals, self.polarity, self.window = int(row["decimals"] or 0), row["polarity"], row["window"]
        self.zh, self.en = row["name_zh"], row["name_en"]


class Catalogue:
    def __init__(self, folder):
        def table(name):
            path = os.path.join(folder, name)
            return read_table(path) if os.path.exists(path) else []

        self.folder = folder
        self.parent = {(r["dimension"], r["code"]): r["parent"] for r in table("attributes.csv")}
        self.groups = {}
        for row in table("groups.csv"):
            self.groups.setdefault(row["group"], set()).add(row["class"])
        self.areas = {r["code"]: r for r in table("areas.csv")}
        self.below = {}  # (list, code): the leaves that it means
        self.lists = self.leaves(table("code_lists.csv"))
        self.elements = {r["code"]: Element(r, self.lists) for r in table("elements.csv")}
        self.base_of = {cell: e for e in self.elements.values() for cell in e.cells}
        self.base_of.update({code: e for code, e in self.elements.items()})
        self.forms = {r["code"]: r for r in table("forms.csv")}
        self.bases, self.required = {f: [] for f in self.forms}, set()
        # Nobody here reports for others: what speaks of them stays out of forms and sums.
        others = {e.code for e in self.elements.values() if e.for_others} | {"UNITS_REPORTED_FOR"}
        for row in sorted(table("form_lines.csv"), key=lambda r: int(r["line"])):
            if row["element"] in others:
                continue
            self.bases[row["form"]].append(row["element"])
            if row["required"] == "yes":
                self.required.add((row["form"], row["element"]))
        self.indicators = {r["code"]: Indicator(r) for r in table("indicators.csv")}
        rules = table("rules.csv")
        self.pairs, self.caps, self.sums = (f(rules, self.elements) for f in (pairs_of, caps_of, sums_of))
        for indicator in self.indicators.values():
            indicator.numerator = [t for t in indicator.numerator if t.word not in others]
            indicator.denominator = [t for t in indicator.denominator if t.word not in others]
        self.plan_rows = self.read_plans()
        self.first_years = {r["plan"]: int(r["first_year"]) for r in table("plans.csv") if r["first_year"]}
        self.plan_areas = {r["plan"]: r["area"] for r in table("plans.csv")}

    def leaves(self, rows):
        lists = {}
        for row in rows:
            lists.setdefault(row["list"], []).append(row)
        for name, members in lists.items():
            parents, above = {r["parent"] for r in members}, {r["code"]: r["parent"] for r in members}
            lists[name] = [r["code"] for r in sorted(members, key=lambda r: int(r["id"])) if r["code"] not in parents]
            for leaf in lists[name]:
                code = leaf
                while code:
                    self.below.setdefault((name, code), set()).add(leaf)
                    code = above[code]
        return lists

    def read_plans(self):
        folder, rows = os.path.join(self.folder, "plans"), []
        for name in sorted(os.listdir(folder)):
            if name.endswith(".csv"):
                rows += read_table(os.path.join(folder, name))
        return rows

    def area_of(self, row):
        """The area that a plan's row is about: scope_node where that is an area's code, else the plan's."""
        if row["scope_node"] in self.areas:
            return row["scope_node"]
        if row["plan"] not in self.plan_areas:
            scopes = [r["scope_node"] for r in self.plan_rows if r["plan"] == row["plan"] and r["scope_node"] in self.areas]
            self.plan_areas[row["plan"]] = max(sorted(set(scopes)), key=scopes.count)
        return self.plan_areas[row["plan"]]

    def first_year_of(self, row):
        return self.first_years.get(row["plan"]) or int(row["target_year"]) - 4

    def columns(self, form):
        """The cells of the form's lines, in form order."""
        return [cell for base in self.bases[form] for cell in self.elements[base].cells]

    def forms_of(self, element):
        return [f for f, bases in self.bases.items() if element in bases]

    def ancestors(self, dimension, code):
        while code:
            yield code
            code = self.parent[dimension, code]

    def is_of(self, facility, conditions):
        """Whether a facility (a row of facilities.csv) has what a term's filter asks for; other words are ignored."""
        for word, codes in conditions.items():
            if word == "group":
                word, codes = "class", set().union(*(self.groups[c] for c in codes))
            if word in DIMENSIONS and not set(codes) & set(self.ancestors(word, facility[word])):
                return False
        return True

    def classes_of(self, form):
        codes = set()
        for word in self.forms[form]["classes"].split("|"):
            codes |= self.groups.get(word, {word})
        return codes

    def assigned(self, form, facility):
        return bool(self.classes_of(form) & set(self.ancestors("class", facility["class"])))
