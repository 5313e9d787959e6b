#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that the tables of catalog/ fit together, without a daemon: check_catalog.py [FOLDER [BEFORE]].

It is written apart from the loader in model/, so that one may catch what the other lets pass. With a second folder
BEFORE it also looks that nothing of that catalogue lost its identifier or its meaning. The plans have a check of their
own (check_plans.py). Every mistake is printed, one on a line; exit status 3 if there is any."""
import csv
import os
import re
import sys
from collections import defaultdict

COLUMNS = {
    "attributes.csv": "dimension id code parent name_zh name_en",
    "breaks.csv": "indicator area year why_zh why_en",
    "groups.csv": "group class name_zh name_en source",
    "areas.csv": "code parent kind name_zh name_en from until note",
    "code_lists.csv": "list id code parent name_zh name_en source",
    "elements.csv": "id code name_zh name_en unit scale type basis over_time over_space broken_down_by for_class definition "
        "source",
    "forms.csv": "id code name_zh name_en period classes precedence carry_months due_days lock_days table_number issued_by "
        "approval valid_until purpose",
    "form_lines.csv": "form line element required",
    "indicators.csv": "id code name_zh name_en unit method arguments numerator denominator factor window decimals polarity "
        "mixed_basis definition source",
    "units.csv": "unit name_zh name_en note",
    "holidays.csv": "day kind name_zh name_en source",
    "reasons.csv": "id code name_zh name_en used_by note",
    "rules.csv": "id code forms severity check when holds tolerance missing facilities settings name_zh name_en fix_zh fix_en "
        "source",
}
KINDS = {"province", "city", "district", "county", "functional_zone", "town", "township", "street", "outside"}
WORDS = {
    "areas.csv": {"kind": KINDS},
    "elements.csv": {"type": {"count", "quantity", "money", "grade"}, "basis": {"service", "residence", "registration"},
        "over_time": {"sum", "last", "first", "ytd", "mean", "worst"}, "over_space": {"sum", "none"}},
    "forms.csv": {"period": {"month", "quarter", "half", "year", "mch_quarter", "mch_year"},
        "purpose": {"statistical", "administrative"}},
    "form_lines.csv": {"required": {"yes", "no"}},
    "indicators.csv": {"window": {"month", "quarter", "half", "ytd", "r12m", "year", "mch_year", "r36m", "plan", "baseline"},
        "polarity": {"higher", "lower", "none"}},
    "holidays.csv": {"kind": {"closed", "open"}},
    "reasons.csv": {"used_by": {"sender", "bureau", "both"}},
    "rules.csv": {"severity": {"reject", "hold", "follow"}, "missing": {"skip_any", "skip_all", "never"},
        "check": {"holds", "unit_slip", "ten_times", "swapped", "copied", "sum_in_part", "wrong_month"}},
}
NUMBERS = {  # column: lowest, highest
    "attributes.csv": {"id": (1, 255)}, "breaks.csv": {"year": (2000, 2100)}, "code_lists.csv": {"id": (1, 255)},
    "elements.csv": {"id": (1, 65535), "scale": (0, 6)},
    "forms.csv": {"id": (1, 1023), "precedence": (1, 255), "carry_months": (0, 255), "due_days": (0, 400),
        "lock_days": (0, 3660)},
    "reasons.csv": {"id": (1, 65535)}, "rules.csv": {"id": (1, 65535)},
    "indicators.csv": {"id": (1, 65535), "factor": (1, 1000000), "decimals": (0, 6)},
}
UNIQUE = {
    "attributes.csv": [("dimension", "id"), ("dimension", "code")],
    "breaks.csv": [("indicator", "area", "year")],
    "groups.csv": [("group", "class")],
    "areas.csv": [("code",)],
    "code_lists.csv": [("list", "id"), ("list", "code"), ("list", "name_zh"), ("list", "name_en")],
    "elements.csv": [("id",), ("code",), ("name_zh",), ("name_en",)],
    "forms.csv": [("id",), ("code",)],
    "form_lines.csv": [("form", "line"), ("form", "element")],
    "indicators.csv": [("id",), ("code",), ("name_zh",), ("name_en",)],
    "units.csv": [("unit",)],
    "holidays.csv": [("day",)],
    "reasons.csv": [("id",), ("code",), ("name_zh",), ("name_en",)],
    "rules.csv": [("id",), ("code",)],
}
MAY_BE_EMPTY = {"parent", "from", "until", "note", "approval", "valid_until", "mixed_basis", "broken_down_by",
    "arguments", "numerator", "denominator", "area", "for_class", "when", "holds", "tolerance", "facilities", "settings"}
BYTES = {"unit": 31, "name_zh": 239, "name_en": 239, "fix_zh": 239, "fix_en": 239}
CODE_BYTES, CATEGORY_BYTES, FORM_CELLS, TERMS, DEPTH = 47, 23, 512, 256, 6
DIMENSIONS = {"class", "level", "ownership", "sponsor", "profit", "locality"}
COUNTED = {"N_FACILITY", "N_AREA", "DAYS", "MONTHS", "WORKDAYS", "1"}
DEMOGRAPHIC = "deaths population births infant_deaths unreported sex"
# method: the arguments that it needs, those that it may have
METHODS = {
    "ratio": ("", "uncertainty error sample"),
    "external": ("", ""),
    "life_expectancy": ("deaths population", DEMOGRAPHIC),
    "healthy_life_expectancy": ("deaths population unhealthy", DEMOGRAPHIC + " unhealthy"),
    "probability_of_dying": ("deaths population", "deaths population from to sex"),
    "units": ("take", "units list take where of"),
    "growth": ("of", "of"),
    "average_growth": ("of", "of since"),
    "change": ("of as", "of since as"),
    "quotient": ("of by", "of by"),
    "monotone": ("of", "of since"),
    "rank": ("of among", "of among"),
    "milestone": ("stage stages", "stage stages"),
    "targets_met": ("plan", "plan"),
    "reporting": ("form what", "form what"),
}
ARGUMENT_WORDS = {
    "uncertainty": {"poisson", "wilson", "survey"}, "take": {"count", "share", "all", "min", "max"},
    "as": {"percent", "points"}, "what": {"reported", "timely", "complete"}, "among": KINDS, "sex": {"M", "F"},
}
KEPT = {  # what of a row never changes, by what it is known
    "elements.csv": ("id", "code unit scale type basis over_time over_space broken_down_by"),
    "forms.csv": ("id", "code period"), "indicators.csv": ("id", "code"),
    "reasons.csv": ("id", "code"), "rules.csv": ("id", "code"),
    "attributes.csv": (("dimension", "id"), "code"), "code_lists.csv": (("list", "id"), "code parent"),
}
TERM = re.compile(r"\s*([+-]?)\s*(?:([0-9]+(?:\.[0-9]+)?)\s*\*\s*)?([A-Za-z_][A-Za-z0-9_.]*|1)\s*(?:\[([^\]]*)\])?\s*")
CONDITION = re.compile(r"\s*([A-Z0-9_]+)\s*(>=|<=|>|<|=)\s*-?[0-9]+(?:\.[0-9]+)?\s*")
COMPARISON = re.compile(r"<=|>=|!=|<|>|(?<=\s)=(?=\s)")
RULE_TERM = re.compile(r"\s*([+-]?)\s*((?:(?:[0-9]+(?:\.[0-9]+)?|DAYS|MONTHS)\s*\*\s*)*)(?:[0-9]+(?:\.[0-9]+)?|"
    r"(?:(prev|year_ago|median|mad|year)\(\s*)?([A-Z][A-Za-z0-9_.]*)"
    r"(?:\[([^\]]*)\])?(?(3)\s*\)))\s*")
SETTING = re.compile(r"each|first|later|(low|high|floor|cells|periods)=[0-9]+(\.[0-9]+)?")


class Mistake(Exception):
    pass


def read_tables(folder, found):
    tables = {}
    for name, columns in COLUMNS.items():
        path, columns = os.path.join(folder, name), columns.split()
        tables[name] = []
        if not os.path.exists(path):
            found.append(f"{name}: there is no such table")
            continue
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        if not rows or rows[0] != columns:
            found.append(f"{name}:1: the columns are not {','.join(columns)}")
            continue
        for line, row in enumerate(rows[1:], 2):
            if len(row) != len(columns):
                found.append(f"{name}:{line}: {len(row)} cells instead of {len(columns)}")
            tables[name].append(dict(zip(columns, row + [""] * len(columns))))
    return tables


def check_unique(name, rows, found):
    for keys in UNIQUE[name]:
        seen = {}
        for line, row in enumerate(rows, 2):
            key = tuple(row[k] for k in keys)
            if key in seen:
                found.append(f"{name}:{line}: {'/'.join(keys)} {'/'.join(key)} stands already on line {seen[key]}")
            seen.setdefault(key, line)


def check_cell(name, column, text):
    """What is wrong with one cell, or None."""
    bounds = NUMBERS.get(name, {}).get(column)
    words = WORDS.get(name, {}).get(column)
    longest = CATEGORY_BYTES if (name, column) == ("code_lists.csv", "code") else CODE_BYTES if column == "code" else None
    longest = longest or BYTES.get(column)
    if not text and column not in MAY_BE_EMPTY:
        return "is empty"
    if text != text.strip():
        return "has blanks around it"
    if words and text not in words:
        return f"'{text}' is none of {', '.join(sorted(words))}"
    if bounds and not (text.isdecimal() and bounds[0] <= int(text) <= bounds[1]):
        return f"'{text}' is no number from {bounds[0]} to {bounds[1]}"
    if longest and len(text.encode()) > longest:
        return f"has {len(text.encode())} bytes, more than {longest}"
    return None


def check_cells(name, rows, found):
    check_unique(name, rows, found)
    for line, row in enumerate(rows, 2):
        for column, text in row.items():
            wrong = check_cell(name, column, text)
            if wrong:
                found.append(f"{name}:{line}: column {column} {wrong}")


class Catalog:
    """What refers to what; a row that is broken is left out, as its table's check has said why."""

    def __init__(self, tables):
        self.tables = tables
        self.parent = {(r["dimension"], r["code"]): r["parent"] for r in tables["attributes.csv"]}
        self.groups = {r["group"] for r in tables["groups.csv"]}
        self.areas = {r["code"]: r for r in tables["areas.csv"]}
        self.categories = defaultdict(dict)
        for row in tables["code_lists.csv"]:
            self.categories[row["list"]][row["code"]] = row["parent"]
        self.elements = {r["code"]: r for r in tables["elements.csv"]}
        self.forms = {r["code"]: r for r in tables["forms.csv"]}
        self.indicators = {r["code"]: r for r in tables["indicators.csv"]}
        self.on_form = {r["element"].partition(".")[0] for r in tables["form_lines.csv"]}

    def leaves(self, code_list, code=None):
        """The leaves of a list, or those of it at or below a code."""
        parents = self.categories[code_list]
        gathering = set(parents.values())
        leaves = [c for c in parents if c not in gathering]
        return leaves if code is None else [c for c in leaves if code in self.path(parents, c)]

    @staticmethod
    def path(parents, code):
        path = []
        while code and code not in path:
            path.append(code)
            code = parents.get(code, "")
        return path

    def lists_of(self, element):
        return [x for x in element["broken_down_by"].split("*") if x]

    def cells_of(self, element):
        count = 1
        for code_list in self.lists_of(element):
            count *= len(self.leaves(code_list))
        return count

    def codes_of(self, word):
        """The cells that a form line's word stands for, in order: of a base, of a plain element, one cell."""
        base, _, category = word.partition(".")
        element = self.elements.get(base)
        if not element:
            return []
        codes = [base]
        for code_list in self.lists_of(element):
            codes = [f"{code}.{leaf}" for code in codes for leaf in self.leaves(code_list)]
        return codes if not category else [word] if word in codes else []

    def columns_of(self, form):
        return [c for r in self.tables["form_lines.csv"] if r["form"] == form for c in self.codes_of(r["element"])]


def check_trees(catalog, found):
    trees = [("attributes.csv", "dimension"), ("code_lists.csv", "list"), ("areas.csv", None)]
    for name, scope in trees:
        parents = defaultdict(dict)
        for row in catalog.tables[name]:
            parents[row[scope] if scope else ""][row["code"]] = row["parent"]
        for line, row in enumerate(catalog.tables[name], 2):
            tree = parents[row[scope] if scope else ""]
            path = catalog.path(tree, row["code"])
            if row["parent"] and row["parent"] not in tree:
                found.append(f"{name}:{line}: parent '{row['parent']}' is unknown")
            elif tree.get(path[-1]):
                found.append(f"{name}:{line}: '{row['code']}' lies below itself")
            if name == "areas.csv" and len(path) > DEPTH:
                found.append(f"{name}:{line}: {row['code']} lies more than {DEPTH} levels deep")


def check_references(catalog, found):
    classes = {code for dimension, code in catalog.parent if dimension == "class"}
    references = [
        ("groups.csv", "class", classes), ("form_lines.csv", "form", set(catalog.forms)),
        ("forms.csv", "classes", classes | catalog.groups),
        ("elements.csv", "for_class", classes | catalog.groups), ("rules.csv", "forms", set(catalog.forms)),
        ("attributes.csv", "dimension", DIMENSIONS),
        ("breaks.csv", "indicator", {row["code"] for row in catalog.tables["indicators.csv"]}),
        ("breaks.csv", "area", {row["code"] for row in catalog.tables["areas.csv"]}),
    ]
    units = {row["unit"] for row in catalog.tables["units.csv"]}
    used = {row["unit"] for name in ("elements.csv", "indicators.csv") for row in catalog.tables[name]}
    for name in ("elements.csv", "indicators.csv"):
        found += [f"{name}:{line}: unit '{row['unit']}' is not in units.csv"
            for line, row in enumerate(catalog.tables[name], 2) if row["unit"] not in units]
    found += [f"units.csv:{line}: nothing has the unit '{row['unit']}'"
        for line, row in enumerate(catalog.tables["units.csv"], 2) if row["unit"] not in used]
    for name, column, known in references:
        for line, row in enumerate(catalog.tables[name], 2):
            for code in filter(None, row[column].split("|")):
                if code not in known:
                    found.append(f"{name}:{line}: {column} '{code}' is unknown")


def check_elements(catalog, found):
    for line, row in enumerate(catalog.tables["elements.csv"], 2):
        lists = catalog.lists_of(row)
        if row["code"] not in catalog.on_form:
            found.append(f"elements.csv:{line}: {row['code']} is on no form")
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", row["code"]):
            found.append(f"elements.csv:{line}: code '{row['code']}' is not of capitals, digits and '_'")
        for code_list in lists:
            if code_list not in catalog.categories:
                found.append(f"elements.csv:{line}: broken_down_by '{code_list}' is no list of code_lists.csv")
        if len(lists) > 2 or len(set(lists)) < len(lists):
            found.append(f"elements.csv:{line}: broken_down_by is not one list or two different ones")
        longest = len(row["code"]) + sum(max(map(len, catalog.leaves(x)), default=0) + 1 for x in lists)
        if longest > CODE_BYTES:
            found.append(f"elements.csv:{line}: the codes of its cells have up to {longest} bytes, more than {CODE_BYTES}")


def check_forms(catalog, found):
    for line, row in enumerate(catalog.tables["form_lines.csv"], 2):
        if not catalog.codes_of(row["element"]):
            found.append(f"form_lines.csv:{line}: element '{row['element']}' is unknown")
    for code in catalog.forms:
        rows = [r for r in catalog.tables["form_lines.csv"] if r["form"] == code]
        cells = len(catalog.columns_of(code))
        if [r["line"] for r in rows] != [str(n) for n in range(1, len(rows) + 1)] or not rows:
            found.append(f"form_lines.csv: the lines of {code} are not 1, 2, 3 …")
        if cells > FORM_CELLS:
            found.append(f"form_lines.csv: {code} has {cells} cells, more than {FORM_CELLS}")


# ---- linear forms


def read_condition(catalog, element, condition, seen):
    """Reads "sex=M|F"; gives the list and its leaves, or None where facilities or areas are meant."""
    name, equals, codes = (part.strip() for part in condition.partition("="))
    codes = [code.strip() for code in codes.split("|")]
    lists = catalog.lists_of(element) if element else []
    if not equals or not all(codes):
        raise Mistake(f"'{condition.strip()}' is not name=code")
    if name in lists:
        known = catalog.categories[name]
    elif name == "group":
        known = catalog.groups
    elif name == "kind":
        known = KINDS
    elif name in DIMENSIONS:
        known = {c for d, c in catalog.parent if d == name}
    else:
        raise Mistake(f"nothing is filtered by '{name}' here")
    if name in seen:
        raise Mistake(f"'{name}' is named twice")
    seen.add(name)
    for code in codes:
        if code not in known:
            raise Mistake(f"{name} has no code '{code}'")
    return (name, {leaf for code in codes for leaf in catalog.leaves(name, code)}) if name in lists else None


def read_term(catalog, word, conditions):
    """Gives the element's row (None for what is counted otherwise) and the number of terms that it stands for."""
    base, _, category = word.partition(".")
    element = catalog.elements.get(base)
    if word not in COUNTED and not element:
        raise Mistake(f"there is no element '{word}'")
    if category and not is_cell(catalog, element, category):
        raise Mistake(f"'{word}' is no cell of {base}")
    size = {x: len(catalog.leaves(x)) for x in catalog.lists_of(element)} if element and not category else {}
    seen = set()
    for condition in conditions.split(",") if conditions else []:
        kept = read_condition(catalog, None if category else element, condition, seen)
        if kept:
            size[kept[0]] = len(kept[1])
    if (word == "N_AREA") != ("kind" in seen) and seen:
        raise Mistake("'kind' belongs to N_AREA, and only that")
    count = 1
    for n in size.values():
        count *= n
    return element, count


def is_cell(catalog, element, category):
    parts, lists = category.split("."), catalog.lists_of(element)
    return len(parts) == len(lists) and all(p in catalog.leaves(x) for p, x in zip(parts, lists))


def read_linear(catalog, text):
    """The elements of a linear form; raises Mistake."""
    at, terms, elements = 0, 0, []
    while at < len(text):
        match = TERM.match(text, at)
        if not match or match.end() == at or (at and not match.group(1)):
            raise Mistake(f"cannot be read from character {at + 1} on")
        element, count = read_term(catalog, match.group(3), match.group(4))
        terms += count
        elements += [element] if element else []
        at = match.end()
    if not terms:
        raise Mistake("is empty")
    if terms > TERMS:
        raise Mistake(f"has {terms} terms, more than {TERMS}")
    for element in elements:
        if element["code"] not in catalog.on_form:
            raise Mistake(f"{element['code']} is on no form")
    return elements


# ---- methods


def read_arguments(row, say):
    needed, allowed = (set(words.split()) for words in METHODS[row["method"]])
    given = {}
    for text in filter(None, row["arguments"].split(";")):
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not value:
            say(f"argument '{text}' is not key=value")
        elif key not in allowed:
            say(f"method '{row['method']}' has no argument '{key}'")
        elif key in given:
            say(f"argument '{key}' is given twice")
        given[key] = value
    for key in sorted(needed - set(given)):
        say(f"method '{row['method']}' needs '{key}'")
    return given


def check_age_base(catalog, key, code, say):
    element = catalog.elements.get(code)
    if not element or element["broken_down_by"] != "sex*age19":
        say(f"{key}: '{code}' is no element by sex and age")
    elif code not in catalog.on_form:
        say(f"{key}: {code} is on no form")


def check_stage(catalog, value, say):
    base, _, category = value.partition(".")
    element = catalog.elements.get(base)
    if not element or element["type"] != "grade" or bool(category) != bool(element["broken_down_by"]):
        say(f"stage: '{value}' is no grade")
    elif category and not is_cell(catalog, element, category):
        say(f"stage: '{value}' is no cell of {base}")


def check_argument(catalog, key, value, say):
    words = ARGUMENT_WORDS.get(key)
    if words and value not in words:
        say(f"{key} '{value}' is none of {', '.join(sorted(words))}")
    elif key in ("of", "by") and value not in catalog.indicators:
        say(f"{key}: there is no indicator '{value}'")
    elif key in ("error", "sample", "births", "infant_deaths", "unreported") and value not in catalog.on_form:
        say(f"{key}: '{value}' is no element of a form")
    elif key in ("deaths", "population", "unhealthy"):
        for code in value.split("+"):
            check_age_base(catalog, key, code, say)
    elif key in ("from", "to") and not (value.isdecimal() and int(value) % 5 == 0 and int(value) <= 85):
        say(f"{key} '{value}' is no age in steps of 5")
    elif key == "since" and not re.fullmatch(r"(19|20)\d\d", value):
        say(f"since '{value}' is no year")
    elif key == "form" and value not in catalog.forms:
        say(f"form: there is no form '{value}'")
    elif key == "stage":
        check_stage(catalog, value, say)
    elif key == "stages" and not (2 <= value.count("|") + 1 <= 12 and all(1 <= len(w.encode()) <= 47
            for w in value.split("|"))):
        say("stages are not 2 to 12 words of 1 to 47 bytes")


def check_units(catalog, given, say):
    extreme = given.get("take") in ("min", "max")
    if ("units" in given) == ("list" in given):
        say("method 'units' needs either 'units' or 'list'")
    if extreme != ("of" in given) or extreme == ("where" in given):
        say("take=min and max need 'of', the others 'where'")
    if "units" in given:
        try:
            read_linear(catalog, given["units"])
        except Mistake as mistake:
            say(f"units: {mistake}")
        if not re.fullmatch(r"N_(FACILITY|AREA)\[[^\]]*\]", given["units"]):
            say("units is not one term N_FACILITY[…] or N_AREA[…]")
    for code in given.get("list", "").split("|") if "list" in given else []:
        if code.isdecimal() and code not in catalog.areas:
            say(f"list: there is no area '{code}'")
    for condition in given["where"].split("&") if "where" in given else []:
        match = CONDITION.fullmatch(condition)
        if not match or match.group(1) not in catalog.indicators:
            say(f"where: '{condition}' is not an indicator, a comparison and a number")


def check_method(catalog, row, say):
    """The other indicators that this one is computed from."""
    given = read_arguments(row, say)
    for key, value in given.items():
        check_argument(catalog, key, value, say)
    if row["method"] == "units":
        check_units(catalog, given, say)
    if (given.get("uncertainty") == "survey") != ("error" in given):
        say("uncertainty=survey and 'error' belong together")
    of = catalog.indicators.get(given.get("of"))
    if row["method"] in ("monotone", "rank") and of and of["polarity"] == "none":
        say(f"of: {of['code']} has no polarity, so no way is the better one")
    used = [given[k] for k in ("of", "by") if k in given]
    return used + [m.group(1) for m in map(CONDITION.fullmatch, given.get("where", "").split("&")) if m]


def check_sides(catalog, row, say):
    bases = set()
    for side in ("numerator", "denominator"):
        try:
            bases |= {e["basis"] for e in read_linear(catalog, row[side])}
        except Mistake as mistake:
            say(f"{side}: {mistake}")
    if (len(bases) > 1) != bool(row["mixed_basis"]):
        say(f"bases {', '.join(sorted(bases)) or 'none'}, but mixed_basis is '{row['mixed_basis']}'")


def check_indicators(catalog, found):
    uses = {}
    for line, row in enumerate(catalog.tables["indicators.csv"], 2):
        def say(text, place=f"indicators.csv:{line}"):
            found.append(f"{place}: {text}")

        if row["method"] not in METHODS:
            say(f"method '{row['method']}' is none of {', '.join(METHODS)}")
            continue
        uses[row["code"]] = check_method(catalog, row, say)
        if row["method"] == "ratio":
            check_sides(catalog, row, say)
        elif row["numerator"] or row["denominator"] or row["mixed_basis"]:
            say(f"method '{row['method']}' has no numerator, denominator or mixed_basis")
    for code in uses:
        seen, at = set(), [code]
        while at:
            at = [u for c in at for u in uses.get(c, []) if u not in seen]
            seen |= set(at)
        if code in seen:
            found.append(f"indicators.csv: {code} is computed from itself")


# ---- rules


def read_side(catalog, form, text, backward):
    """Reads one side of a comparison on a form; gives the breakdowns of its elements, or raises Mistake. What looks beyond
    the report is added to backward."""
    at, breakdowns = 0, []
    while at < len(text):
        match = RULE_TERM.match(text, at)
        if not match or (at and not match.group(1)):
            raise Mistake(f"'{text}' cannot be read from character {at + 1} on")
        at = match.end()
        function, word, conditions = match.group(3, 4, 5)
        if not word:
            continue
        other = word.partition(".")[0] if word.partition(".")[0] in catalog.forms else None
        word = word.partition(".")[2] if other else word
        if function or other:
            backward.append(word)
        element, _ = read_term(catalog, word, conditions)
        if not element or any(c.partition("=")[0].strip() not in catalog.lists_of(element) for c in (conditions or "").split(",") if c):
            raise Mistake(f"'{word}' is no element, or filtered by something that is none of its lists")
        missing = set(catalog.codes_of(word)) - set(catalog.columns_of(other or form))
        if missing:
            raise Mistake(f"'{word}' is not on {other or form}")
        breakdowns.append("" if "." in word else element["broken_down_by"])
    if at == 0:
        raise Mistake("a side is empty")
    return breakdowns


def read_comparison(catalog, form, text, each, backward):
    sides = COMPARISON.split(text)
    if len(sides) != 2:
        raise Mistake(f"'{text}' is not two sides and a comparison")
    left = read_side(catalog, form, sides[0], backward)
    right = read_side(catalog, form, sides[1], backward)
    if not left:
        raise Mistake("the left side has no element")
    return {breakdown for breakdown in left + right if breakdown} if each else set()


def check_rules(catalog, found):
    for line, row in enumerate(catalog.tables["rules.csv"], 2):
        def say(text, place=f"rules.csv:{line}"):
            found.append(f"{place}: {text}")

        words = row["settings"].split()
        if (row["check"] == "holds") != bool(row["holds"]):
            say("a comparison has 'holds', a diagnosis has none")
        if not re.fullmatch(r"([1-9]\d*|\d+\.\d+)?%?", row["tolerance"]) or row["tolerance"] == "%":
            say(f"tolerance '{row['tolerance']}' is no number")
        if not all(SETTING.fullmatch(word) for word in words):
            say(f"settings '{row['settings']}' cannot be read")
        backward = []
        try:
            if row["facilities"]:
                read_linear(catalog, f"N_FACILITY[{row['facilities']}]")
            for form in row["forms"].split("|"):
                breakdowns = set()
                for text in filter(None, (row["when"], row["holds"])):
                    breakdowns |= read_comparison(catalog, form, text, "each" in words, backward)
                if len(breakdowns) > 1:
                    raise Mistake("its elements are not broken down alike")
        except Mistake as mistake:
            say(mistake)
        if backward and row["severity"] == "reject":
            say("what rejects may look only at the report itself")


# ---- the catalogue before


def check_successor(tables, before, found):
    for name, (keys, columns) in KEPT.items():
        keys = (keys,) if isinstance(keys, str) else keys
        now = {tuple(r[k] for k in keys): r for r in tables[name]}
        for row in before[name]:
            key = tuple(row.get(k) for k in keys)
            if key not in now:
                found.append(f"{name}: {'/'.join(key)} ({row['code']}) is gone")
            for column in columns.split() if key in now else []:
                if row.get(column, "") != now[key][column]:
                    found.append(f"{name}: {column} of {'/'.join(key)} was '{row.get(column, '')}', is '{now[key][column]}'")
    now, then = Catalog(tables), Catalog(before)
    for form in then.forms:
        for column, (old, new) in enumerate(zip(then.columns_of(form), now.columns_of(form) + [""] * FORM_CELLS), 1):
            if old != new:
                found.append(f"form_lines.csv: cell {column} of {form} was {old}; new cells come last")
                break


def read_before(folder):
    tables = {}
    for name in COLUMNS:
        path = os.path.join(folder, name)
        tables[name] = []
        if os.path.exists(path):
            with open(path, encoding="utf-8-sig", newline="") as file:
                tables[name] = [{**dict.fromkeys(COLUMNS[name].split(), ""), **row} for row in csv.DictReader(file)]
    return tables


def main(argv):
    folder = argv[0] if argv else os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "catalog")
    found = []
    tables = read_tables(folder, found)
    for name, rows in tables.items():
        check_cells(name, rows, found)
    catalog = Catalog(tables)
    for check in (check_trees, check_references, check_elements, check_forms, check_indicators, check_rules):
        check(catalog, found)
    if len(argv) > 1:
        check_successor(tables, read_before(argv[1]), found)
    print(*found, sep="\n", end="\n" if found else "")
    cells = sum(catalog.cells_of(e) for e in tables["elements.csv"])
    counts = ", ".join(f"{len(rows)} {name[:-4]}" for name, rows in tables.items())
    print(f"catalogue: {counts}; {cells} cells of elements; {len(found)} mistakes")
    return 3 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
