# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What each indicator of a place shall come to in each year.

Printed baselines of the plans are kept to the digit. Between and after them a value moves along straight lines
towards the plans' targets; whether a target is met, narrowly missed or far from met is drawn from the indicator's
code, so that a scorecard has something of each. An indicator that no plan names gets a plausible level of its own.
No claim to truth: only printed values are anybody's.
"""
from fractions import Fraction

from .catalogue import number_or_none
from .numbers import along, between, decimals_of, draw

AT_LEAST, AT_MOST = (">=", ">"), ("<=", "<")
ABOUT = ("about", "near", "=")


class Goal:
    """Of one indicator: printed {year: text}, and points {year: Fraction} of a broken line."""

    def __init__(self):
        self.printed, self.points = {}, {}

    def at(self, year):
        return along(self.points, year)


def wanted_by(row):
    """(number, direction +1 or -1) of a row's target, or None where there is no number."""
    comparator, text = row["judged_comparator"], row["target"]
    if comparator == "range":
        low, _, high = text.partition("..")
        if number_or_none(low) is None:
            return None
        low, high = number_or_none(low), number_or_none(high)
        return ((low + high) / 2, 0) if row["range_kind"] == "band" else (low, 1)
    number = number_or_none(text)
    if number is None:
        return None
    return number, 1 if comparator in AT_LEAST else -1 if comparator in AT_MOST else 0


def reached(indicator, number, direction, area, year, kept=False):
    """Where the indicator really stands when the target year comes: 60 in 100 targets are met (kept: all)."""
    fate = 0 if kept else draw("fate", indicator.code, area, year) % 100
    if direction == 0 or number == 0:
        return number
    share = indicator.unit == "%"
    if fate < 60:
        beyond = Fraction(between(0, 40, "beyond", indicator.code, area), 1000)
        value = number * (1 + direction * beyond)
    else:
        short = Fraction(between(10, 60, "short", indicator.code, area) * (1 if fate < 85 else 5), 1000)
        value = number * (1 - direction * short)
    return min(value, Fraction(100)) if share and number <= 100 else value


def start_of(indicator, number, direction, area):
    """Eight years before the target, where no baseline is printed."""
    part = Fraction(between(600, 880, "start", indicator.code, area), 1000)
    return number * part if direction >= 0 else number / part


def unnamed(indicator, area):
    """Points of an indicator that no plan gives a number."""
    code, share = indicator.code, indicator.unit == "%"
    if share and indicator.polarity == "lower":
        low = between(40, 250, "level", code, area)
        return {2015: Fraction(low, 10), 2025: Fraction(low * 7, 100)}
    if share:
        high = between(620, 900, "level", code, area)
        rise = between(0, 80, "rise", code, area) if indicator.polarity == "higher" else 0
        return {2015: Fraction(high, 10), 2025: Fraction(high + rise, 10)}
    level = Fraction(between(20, 90, "level", code, area), 10)
    slope = {"higher": Fraction(12, 10), "lower": Fraction(8, 10)}.get(indicator.polarity, Fraction(1))
    return {2015: level, 2025: level * slope}


class Goals:
    def __init__(self, catalogue, area, fixed=None, kept=False):
        """area: whose rows count. fixed: {code: {year: value}} given by the place, instead of drawn ones; a text is
        printed, a number only a point. kept: every target of the area is met."""
        self.catalogue, self.area, self.fixed, self.goals, self.kept = catalogue, area, fixed or {}, {}, kept
        self.rows = {}
        for row in catalogue.plan_rows:
            if row["indicator"] and row.get("judged_by", "indicator") == "indicator" and catalogue.area_of(row) == area:
                self.rows.setdefault(row["indicator"].lstrip("?"), []).append(row)

    def of(self, code):
        if code not in self.goals:
            self.goals[code] = self.make(self.catalogue.indicators[code])
        return self.goals[code]

    def named(self, code):
        """Whether a plan's row or the place itself gives the indicator a number."""
        goal = self.of(code)
        return bool(goal.printed) or code in self.fixed or any(wanted_by(r) for r in self.rows.get(code, ()))

    def make(self, indicator):
        goal, targets = Goal(), {}
        for row in self.rows.get(indicator.code, ()):
            base = number_or_none(row["baseline"])
            if base is not None and row["baseline_year"]:
                year = int(row["baseline_year"])
                if row["baseline"].replace(".", "").isdigit():
                    goal.printed.setdefault(year, row["baseline"])
                goal.points.setdefault(year, base)
            wanted = wanted_by(row)
            if wanted and row["target_year"]:
                end = int(row["target_year"])
                years = end - self.catalogue.first_year_of(row) + 1 if indicator.window == "plan" else 1
                self.stricter(targets, end, wanted[0] / years, wanted[1])
        for year, value in self.fixed.get(indicator.code, {}).items():
            if isinstance(value, str):
                goal.printed[year] = value
            goal.points[year] = Fraction(value)
        for year, (number, direction) in sorted(targets.items()):
            if indicator.code in self.fixed and max(goal.points) >= year:
                continue
            if goal.points and max(goal.points) >= year:
                continue
            if indicator.window == "plan":
                goal.points[year - 5] = goal.points[year] = reached(indicator, number, direction, self.area, year, self.kept)
                continue
            if not goal.points:
                goal.points[year - 8] = start_of(indicator, number, direction, self.area)
            goal.points[year] = reached(indicator, number, direction, self.area, year, self.kept)
        if not targets and indicator.code not in self.fixed:
            if not self.derived(indicator, goal) and len(goal.points) < 2:
                for year, value in unnamed(indicator, self.area).items():
                    goal.points.setdefault(year, value)
        return goal

    def derived(self, indicator, goal):
        """Points from a target for the indicator's growth or change; says whether there is one."""
        for other in self.catalogue.indicators.values():
            if other.arguments.get("of") != indicator.code or other.method not in ("growth", "average_growth", "change"):
                continue
            for row in self.rows.get(other.code, ()):
                wanted = wanted_by(row)
                if not wanted or not row["target_year"]:
                    continue
                end = int(row["target_year"])
                step = reached(other, *wanted, self.area, end)
                first = goal.points.get(min(goal.points)) if goal.points else unnamed(indicator, self.area)[2015]
                start = int(other.arguments.get("since") or row["baseline_year"] or end - 5)
                self.grow(goal, other, first, start, end, step)
                return True
        return False

    @staticmethod
    def grow(goal, other, first, start, end, step):
        if other.method == "change":
            goal.points.setdefault(start, first)
            goal.points[end] = first * (1 + step / 100) if other.arguments.get("as") == "percent" else first + step
            return
        level = first
        for year in range(min(start, 2015), 2026):
            goal.points.setdefault(year, level)
            level = level * (100 + step) / 100
            level = Fraction(round(level * 1000), 1000)

    @staticmethod
    def stricter(targets, year, number, direction):
        held = targets.get(year)
        if held is None or direction * (number - held[0]) > 0:
            targets[year] = number, direction

    def decimals(self, code, year):
        printed = self.of(code).printed.get(year)
        return None if printed is None else decimals_of(printed)
