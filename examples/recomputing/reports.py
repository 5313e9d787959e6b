# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What was registered and reported: facilities and sheets, as huibaoctl and huibao-collect take them."""
from collections import defaultdict
from fractions import Fraction

from .tables import DIMENSIONS, Mistake, read_table

NOT_OFFERED = {"NOT_OFFERED", "未开展"}  # a true 0; the others, and a blank, are holes
NOT_APPLICABLE = {"NOT_APPLICABLE", "不适用"}  # nothing is expected there
HOLES = {"NOT_COLLECTED", "未收集", "WITHHELD", "不公开"} | NOT_APPLICABLE
TEXT_COLUMNS = {"head_of_unit", "statistics_head", "filled_by", "telephone", "filled_on", "comment"}
NO_ELEMENTS = TEXT_COLUMNS | {"facility", "period", "revision"}


class Facility:
    def __init__(self, catalog, row):
        self.code = row["code"]
        self.area = row["area"]
        self.path = catalog.area_path(row["area"])
        self.stratum = tuple(row.get(d) or "" for d in DIMENSIONS)
        self.attributes = {d: set(catalog.ancestors(d, c)) for d, c in zip(DIMENSIONS, self.stratum)}
        self.opened, self.closed = row.get("opened") or "0000-00-00", row.get("closed") or "9999-99-99"

    def matches(self, conditions):
        return all(self.attributes[dimension] & codes for dimension, codes in conditions.items())


class Reports:
    """Facilities by code; values by form and period: {facility code: {cell: number}}, holes left out."""

    def __init__(self, catalog):
        self.catalog, self.facilities = catalog, {}
        self.values = defaultdict(dict)
        self.apart = {}  # form, period, facility code -> cells that are not applicable to it
        self.periods = defaultdict(set)  # of each form
        self.found = {}  # who reported from where, as asked for

    def add_facilities(self, path):
        for row in read_table(path):
            self.facilities[row["code"]] = Facility(self.catalog, row)

    def add_returns(self, form, path):
        if form not in self.catalog.forms:
            raise Mistake(f"no form '{form}' in forms.csv")
        lines, newest, seen = self.catalog.forms[form]["lines"], {}, {}
        for number, row in enumerate(read_table(path), 2):
            key, revision = (row["facility"], row["period"]), int(row.get("revision") or 1)
            if row["facility"] not in self.facilities:
                raise Mistake(f"{path}:{number}: facility '{row['facility']}' is in no facilities file")
            if revision < newest.get(key, 0):
                continue
            newest[key] = revision
            values, apart = {}, set()
            for column, text in row.items():
                if column.startswith("#") or column in NO_ELEMENTS:
                    continue
                if column not in lines:
                    raise Mistake(f"{path}: column '{column}' is no line of {form}")
                text = text.strip()
                if text in NOT_OFFERED:
                    values[column] = 0
                elif text in NOT_APPLICABLE:
                    apart.add(column)
                elif text and text not in HOLES:
                    if text not in seen:  # the same few thousand numbers stand in most cells
                        seen[text] = int(text) if text.isdigit() else Fraction(text)
                    values[column] = seen[text]
            self.values[form, row["period"]][row["facility"]] = values
            self.apart.pop((form, row["period"], row["facility"]), None)
            if apart:
                self.apart[form, row["period"], row["facility"]] = apart
            self.periods[form].add(row["period"])
        self.found.clear()

    def inside(self, form, period, area):
        """Codes of those in the area who reported."""
        key = form, period, area
        if key not in self.found:
            self.found[key] = [code for code in self.values[form, period] if area in self.facilities[code].path]
        return self.found[key]

    def cells(self):
        """(form, period, area, stratum) -> [reports, {cell: [sum, count]}]"""
        cells = {}
        for (form, period), rows in self.values.items():
            for code, values in rows.items():
                facility = self.facilities[code]
                for area in facility.path:
                    cell = cells.setdefault((form, period, area) + facility.stratum, [0, {}])
                    cell[0] += 1
                    for element, value in values.items():
                        if self.catalog.elements[element]["over_space"] == "none" and area != facility.area:
                            continue
                        total = cell[1].setdefault(element, [Fraction(0), 0])
                        total[0] += value
                        total[1] += 1
        return cells
