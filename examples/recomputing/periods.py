# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Reporting periods and windows as spans of months: ((year, month), (year, month)), both inside."""
import calendar
import datetime
import functools
import re

from .tables import Mistake


def month_at(year, index):
    """The month that lies index months after January of the year."""
    return year + index // 12, index % 12 + 1


@functools.lru_cache(None)
def own_span(period):
    """What a form's period covers."""
    month = re.fullmatch(r"(\d{4})-(\d{2})", period)
    part = re.fullmatch(r"(\d{4})([QH])(\d)", period)
    mother = re.fullmatch(r"(\d{4})M(?:Q([1-4]))?", period)
    if month:
        one = int(month.group(1)), int(month.group(2))
        return one, one
    if part:
        length, last = (3 if part.group(2) == "Q" else 6), int(part.group(3))
        return month_at(int(part.group(1)), (last - 1) * length), month_at(int(part.group(1)), last * length - 1)
    if mother and mother.group(2):
        first = 3 * int(mother.group(2)) - 6
        return month_at(int(mother.group(1)), first), month_at(int(mother.group(1)), first + 2)
    if mother:
        return month_at(int(mother.group(1)), -3), month_at(int(mother.group(1)), 8)
    if re.fullmatch(r"\d{4}", period):
        return (int(period), 1), (int(period), 12)
    raise Mistake(f"no such period: '{period}'")


def span_of(period, window):
    """What a question about the period with this window covers."""
    first, (year, last) = own_span(period)
    if window == "mch_year":
        named = year + (1 if last > 9 and len(period) > 4 and "M" not in period else 0)
        return month_at(named, -3), month_at(named, 8)
    if window == "year":
        return (year, 1), (year, 12)
    length = {"month": 1, "quarter": 3, "half": 6, "ytd": last, "r12m": 12, "r36m": 36}.get(window)
    if length is None:
        raise Mistake(f"this script does not know the window '{window}'")
    if window in ("quarter", "half"):
        last_index = last - 1
        return month_at(year, last_index - last_index % length), (year, last)
    return month_at(year, last - length), (year, last)


def covered(period, span):
    """Whether the whole of a form's period lies inside the span."""
    first, last = own_span(period)
    return span[0] <= first and last <= span[1]


def months_in(span):
    (year, month), (end_year, end_month) = span
    return (end_year - year) * 12 + end_month - month + 1


def days_in(span):
    (year, month), (end_year, end_month) = span
    last = datetime.date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    return (last - datetime.date(year, month, 1)).days + 1
