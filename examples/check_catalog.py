#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that the tables of catalog/ fit together, without a daemon: check_catalog.py [FOLDER].

It is written apart from the loader in model/, so that one may catch what the other lets pass. Every
mistake is printed, one on a line; exit status 3 if there is any."""
import os
import sys

sys.dont_write_bytecode = True

import recompute  # noqa: E402

WORDS = {
    "elements.csv": {"type": {"count", "quantity", "money", "grade"},
        "basis": {"service", "residence", "registration"},
        "over_time": {"sum", "last", "first", "ytd", "mean", "worst"}, "over_space": {"sum", "none"}},
    "forms.csv": {"period": {"month", "quarter", "half", "year", "mch_quarter", "mch_year"},
        "purpose": {"statistical", "administrative"}},
    "form_lines.csv": {"required": {"yes", "no"}},
    "indicators.csv": {"window": {"month", "quarter", "half", "ytd", "r12m", "year", "mch_year"},
        "polarity": {"higher", "lower", "none"}},
    "areas.csv": {"kind": {"province", "city", "district", "county", "functional_zone", "town", "township", "street",
        "outside"}},
}
UNIQUE = {
    "attributes.csv": [("dimension", "id"), ("dimension", "code")],
    "groups.csv": [("group", "class")],
    "areas.csv": [("code",)],
    "elements.csv": [("id",), ("code",), ("name_zh",), ("name_en",)],
    "forms.csv": [("id",), ("code",)],
    "form_lines.csv": [("form", "line"), ("form", "element")],
    "indicators.csv": [("id",), ("code",), ("name_zh",), ("name_en",)],
}
MAY_BE_EMPTY = {"parent", "from", "until", "note", "approval", "valid_until", "mixed_basis",
    "broken_down_by", "method", "arguments"}


def check_cells(name, rows, found):
    for keys in UNIQUE[name]:
        seen = {}
        for line, row in enumerate(rows, 2):
            key = tuple(row[k] for k in keys)
            if key in seen:
                found.append(f"{name}:{line}: {'/'.join(keys)} {'/'.join(key)} stands already on line {seen[key]}")
            seen.setdefault(key, line)
    for line, row in enumerate(rows, 2):
        for column, text in row.items():
            if not text and column not in MAY_BE_EMPTY:
                found.append(f"{name}:{line}: column {column} is empty")
            if text and text != text.strip():
                found.append(f"{name}:{line}: column {column} has blanks around it")
        for column, words in WORDS.get(name, {}).items():
            if row[column] not in words:
                found.append(f"{name}:{line}: {column} '{row[column]}' is none of {sorted(words)}")


def check_references(catalog, tables, found):
    classes = {code for dimension, code in catalog.parent if dimension == "class"}
    references = [
        ("attributes.csv", "parent", {code for _, code in catalog.parent}), ("areas.csv", "parent", set(catalog.areas)),
        ("groups.csv", "class", classes), ("form_lines.csv", "form", set(catalog.forms)),
        ("form_lines.csv", "element", set(catalog.elements)), ("forms.csv", "classes", classes | set(catalog.groups)),
    ]
    for name, column, known in references:
        for line, row in enumerate(tables[name], 2):
            for code in filter(None, row[column].split("|")):
                if code not in known:
                    found.append(f"{name}:{line}: {column} '{code}' is unknown")
    listed = {row["element"] for row in tables["form_lines.csv"]}
    for line, row in enumerate(tables["elements.csv"], 2):
        if row["code"] not in listed:
            found.append(f"elements.csv:{line}: {row['code']} is on no form")
    for code, form in catalog.forms.items():
        lines = [int(r["line"]) for r in tables["form_lines.csv"] if r["form"] == code]
        if lines != list(range(1, len(lines) + 1)) or not lines:
            found.append(f"form_lines.csv: the lines of {code} are not 1, 2, 3 …")
    for area in catalog.areas:
        if len(catalog.area_path(area)) > 6:
            found.append(f"areas.csv: {area} lies more than 6 levels deep")


def check_indicators(catalog, tables, found):
    listed = {row["element"] for row in tables["form_lines.csv"]}
    for line, row in enumerate(tables["indicators.csv"], 2):
        bases = set()
        for side in ("numerator", "denominator"):
            try:
                terms = recompute.parse_linear(catalog, row[side])
            except recompute.Mistake as mistake:
                found.append(f"indicators.csv:{line}: {side}: {mistake}")
                continue
            for _, word, _ in terms:
                if word in catalog.elements:
                    bases.add(catalog.elements[word]["basis"])
                    if word not in listed:
                        found.append(f"indicators.csv:{line}: {side}: {word} is on no form")
        if (len(bases) > 1) != bool(row["mixed_basis"]):
            found.append(f"indicators.csv:{line}: bases {sorted(bases)}, but mixed_basis is '{row['mixed_basis']}'")


def main(argv):
    folder = argv[0] if argv else os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "catalog")
    tables = {name: recompute.read_table(os.path.join(folder, name)) for name in UNIQUE}
    found = []
    for name, rows in tables.items():
        check_cells(name, rows, found)
    try:
        catalog = recompute.Catalog(folder)
        check_references(catalog, tables, found)
        check_indicators(catalog, tables, found)
    except (recompute.Mistake, KeyError) as mistake:
        found.append(f"the tables cannot be joined: {type(mistake).__name__}: {mistake}")
    print(*found, sep="\n", end="\n" if found else "")
    print(f"catalogue: {', '.join(f'{len(rows)} {name[:-4]}' for name, rows in tables.items())}; {len(found)} mistakes")
    return 3 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
