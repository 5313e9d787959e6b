# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The last look at the book: what the catalogue's rules call a part never exceeds its whole, and what has a highest
value keeps to it.

Goals of plans are met one by one, so a part can come out above its whole. Then the whole is raised, unless a plan prints
the whole: then the part gives way. What a plan prints of both stays as it is, and a rule may then hold the report.
"""
import re

from .parts import ONLY_WITH

PASSES_MAX = 8
AT_MOST = re.compile(r"([A-Z][A-Z0-9_]*) <= (\d+)$")
PARTS_AT_MOST_WHOLE = re.compile(r"([A-Z][A-Z0-9_]*(?: \+ [A-Z][A-Z0-9_]*)+) <= ([A-Z][A-Z0-9_]*)$")
PART_AT_MOST_WHOLE = re.compile(r"([A-Z][A-Z0-9_]*) <= ([A-Z][A-Z0-9_]*)$")


def pairs_of(rules, elements):
    """(part, whole) of every rule of the form "A <= B", those that are wholes of others last."""
    found = []
    for rule in rules:
        match = PART_AT_MOST_WHOLE.match(rule["holds"]) if rule["check"] == "holds" and not rule["when"] else None
        if match and match.group(1) in elements and match.group(2) in elements:
            found.append(match.groups())
    depth = {}

    def depth_of(word):
        if word not in depth:
            depth[word] = 0  # a circle would be a fault of the rules
            depth[word] = 1 + max((depth_of(w) for p, w in found if p == word), default=0)
        return depth[word]

    return sorted(set(found), key=lambda pair: (-depth_of(pair[0]), pair))


def caps_of(rules, elements):
    """{element: highest value} of every rule of the form "A <= 5"."""
    found = (AT_MOST.match(rule["holds"]) for rule in rules if rule["check"] == "holds" and rule["severity"] == "reject")
    return {m.group(1): int(m.group(2)) for m in found if m and m.group(1) in elements}


def sums_of(rules, elements):
    """(parts, whole) of every rule of the form "A + B <= C" without cells of their own."""
    found = (PARTS_AT_MOST_WHOLE.match(rule["holds"]) for rule in rules if rule["severity"] == "reject"
        and not rule["settings"])
    sums = [(m.group(1).split(" + "), m.group(2)) for m in found if m]
    return [(parts, whole) for parts, whole in sums if all(w in elements for w in parts + [whole])]


def cells_of(book, part, whole):
    """Cells that answer each other: all alike, or every cell of the part and the one of the whole."""
    parts, wholes = (book.catalogue.elements[w].cells for w in (part, whole))
    if [c[len(part):] for c in parts] == [c[len(whole):] for c in wholes]:
        return list(zip(parts, wholes))
    return [(c, wholes[0]) for c in parts] if len(wholes) == 1 else []


def printed(book, base):
    """Whether an indicator that a plan gives a number counts the element."""
    return any(book.place.named(code) and base in {t.word for t in indicator.numerator}
        for code, indicator in book.catalogue.indicators.items())


def agree(book):
    """Lowering one figure may leave another above it, so this is gone through until nothing moves."""
    for _ in range(PASSES_MAX):
        if not agree_once(book):
            return
    raise ValueError("the rules go round in a circle")


def keep_to_caps(book):
    moved = False
    for code, highest in book.catalogue.caps.items():
        element = book.catalogue.elements[code]
        for year in book.years:
            for cell in element.cells:
                held = book.values[year].get(cell, {})
                for facility in [f for f, value in held.items() if value > highest * 10**element.scale]:
                    held[facility], moved = highest * 10**element.scale, True
    return moved


def keep_to_sums(book):
    """What is too much is taken from the last part first."""
    moved = False
    for parts, whole in book.catalogue.sums:
        for year in book.years:
            columns = [book.values[year].get(w, {}) for w in parts]
            for facility, most in book.values[year].get(whole, {}).items():
                over = sum(c.get(facility, 0) for c in columns) - most
                for column in reversed(columns):
                    if over > 0 and column.get(facility, 0) > 0:
                        taken = min(over, column[facility])
                        column[facility] -= taken
                        over, moved = over - taken, True
    return moved


def agree_once(book):
    moved = keep_to_caps(book) | keep_to_sums(book)
    for part, whole in ONLY_WITH.items():
        for year in book.years:
            parts, wholes = (book.values[year].get(w, {}) for w in (part, whole))
            for facility in parts.keys() & wholes.keys():
                if parts[facility] > wholes[facility] == 0:
                    wholes[facility], moved = 1, True
    for part, whole in book.catalogue.pairs:
        raised = whole not in book.catalogue.caps and not printed(book, whole)
        for part_cell, whole_cell in cells_of(book, part, whole):
            for year in book.years:
                parts, wholes = (book.values[year].get(c, {}) for c in (part_cell, whole_cell))
                for facility in sorted(parts.keys() & wholes.keys()):
                    if parts[facility] > wholes[facility]:
                        moved = True
                        to = max if raised else min
                        parts[facility] = wholes[facility] = to(parts[facility], wholes[facility])
    return moved
