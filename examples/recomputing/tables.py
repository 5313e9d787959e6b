# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The catalogue's tables, read apart from the daemons: elements and their cells, forms, linear forms."""
import csv
import itertools
import os
import re
from collections import defaultdict
from fractions import Fraction

DIMENSIONS = ["class", "level", "ownership", "sponsor", "profit", "locality"]
COUNTED_ONCE = {"N_AREA", "DAYS", "MONTHS", "WORKDAYS", "1"}
TERM = re.compile(
    r"\s*([+-]?)\s*(?:([0-9]+(?:\.[0-9]+)?)\s*\*\s*)?([A-Za-z_][A-Za-z0-9_.]*|1)\s*(?:\[([^\]]*)\])?\s*")


class Mistake(Exception):
    """A file or an argument is wrong; the text says where."""


def read_table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Catalog:
    def __init__(self, folder):
        def table(name):
            return read_table(os.path.join(folder, name)) if os.path.exists(os.path.join(folder, name)) else []

        self.folder = folder
        self.parent = {(r["dimension"], r["code"]): r["parent"] for r in table("attributes.csv")}
        self.groups = defaultdict(set)
        for row in table("groups.csv"):
            self.groups[row["group"]].add(row["class"])
        self.areas = {r["code"]: r for r in table("areas.csv")}
        self.categories = {(r["list"], r["code"]): r for r in table("code_lists.csv")}
        self.bases = {r["code"]: r for r in table("elements.csv")}
        self.cells = {code: self.cells_of(row) for code, row in self.bases.items()}
        # every plain element and every cell, by its code
        self.elements = {cell: self.bases[base] for base, cells in self.cells.items() for cell in cells}
        lines = defaultdict(set)
        for row in table("form_lines.csv"):
            lines[row["form"]].update(self.cells[row["element"]])
        self.forms = {r["code"]: dict(r, lines=frozenset(lines[r["code"]])) for r in table("forms.csv")}
        self.indicators = {r["code"]: r for r in table("indicators.csv")}
        self.read_forms = {}  # linear forms by their text

    def leaves(self, name):
        members = [r for (of, _), r in self.categories.items() if of == name]
        above = {r["parent"] for r in members}
        return [r["code"] for r in sorted(members, key=lambda r: int(r["id"])) if r["code"] not in above]

    def cells_of(self, row):
        """{cell's code: {list: category}} of a base element; a plain element is its own only cell."""
        lists = [name for name in (row.get("broken_down_by") or "").split("*") if name]
        return {".".join((row["code"],) + codes): dict(zip(lists, codes))
            for codes in itertools.product(*(self.leaves(name) for name in lists))}

    def ancestors(self, dimension, code):
        """The code itself, then what it lies below."""
        chain = []
        while code:
            if (dimension, code) not in self.parent:
                raise Mistake(f"no {dimension} '{code}' in attributes.csv")
            chain.append(code)
            code = self.parent[dimension, code]
        return chain

    def for_others(self, code):
        """What is reported for units of other classes: where it is lacking, nothing is."""
        return bool(self.elements[code].get("for_class"))

    def category_path(self, name, code):
        chain = []
        while code:
            chain.append(code)
            code = self.categories[name, code]["parent"]
        return chain

    def area_path(self, code):
        """The area itself, then its parents up to the root of its reporting tree."""
        path = []
        while code:
            if code not in self.areas:
                raise Mistake(f"no area '{code}' in areas.csv")
            path.append(code)
            code = self.areas[code]["parent"]
        return path

    # ---- linear forms

    def linear(self, text):
        """A linear form as a list of (coefficient, word, filter); a base element stands as all of its cells that the
        filter lets through; a filter is {dimension: codes}."""
        if text not in self.read_forms:
            self.read_forms[text] = self.read_linear(text)
        return self.read_forms[text]

    def read_linear(self, text):
        terms, at = [], 0
        while at < len(text):
            match = TERM.match(text, at)
            if not match or match.end() == at or (terms and not match.group(1)):
                raise Mistake(f"cannot read the linear form '{text}' at character {at + 1}")
            sign, number, word, conditions = match.groups()
            coefficient = Fraction(number or 1) * (-1 if sign == "-" else 1)
            coefficient = int(coefficient) if coefficient.denominator == 1 else coefficient  # quicker to add
            found, lists = self.filter(conditions, text)
            if word in self.cells:
                terms += [(coefficient, cell, found) for cell, of in self.cells[word].items()
                    if all(codes & set(self.category_path(name, of[name])) for name, codes in lists.items())]
            elif word in COUNTED_ONCE or word == "N_FACILITY" or word in self.elements:
                terms.append((coefficient, word, found))
            else:
                raise Mistake(f"no element '{word}' in elements.csv, in '{text}'")
            at = match.end()
        if not terms:
            raise Mistake("an empty linear form")
        return terms

    def filter(self, conditions, text):
        """({attribute or kind: codes}, {code list: codes}) of what stands in brackets."""
        found, lists = {}, {}
        for condition in (conditions or "").split(",") if conditions else []:
            dimension, _, codes = (part.strip() for part in condition.partition("="))
            codes = {code.strip() for code in codes.split("|")}
            if any(name == dimension for name, _ in self.categories):
                missing, place = {c for c in codes if (dimension, c) not in self.categories}, lists
            elif dimension == "group":
                missing, place = codes - set(self.groups), found
                codes = set().union(*(self.groups[c] for c in codes if c in self.groups))
                dimension = "class"
            elif dimension == "kind":
                missing, place = set(), found
            else:
                missing, place = {c for c in codes if (dimension, c) not in self.parent}, found
            if missing:
                raise Mistake(f"unknown {dimension} {sorted(missing)} in '{text}'")
            if dimension in place:
                raise Mistake(f"{dimension} is named twice in '{text}'")
            place[dimension] = codes
        return found, lists
