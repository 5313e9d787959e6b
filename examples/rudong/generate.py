#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Rudong County (320623), 2017 and 2018: reports of 360 facilities, generated, not observed (生成数据，非实际数据).

    generate.py OUTDIR [--years 2017..2018] [--monthly-years none|all|YEARS] [--catalog DIR]

Only the census of 2020, 880 006 people, is printed; the population of the two years lies on a line that ends there, and
everything else is invented. The plan prints no table and no baselines.
"""
import os
import sys
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from generator import command  # noqa: E402
from generator import place as places  # noqa: E402
from generator.people import People  # noqa: E402

TITLE, YEARS, MONTHLY = "如东县 Rudong County", (2017, 2018), (2017, 2018)
AREA = "320623"
RESIDENT = {2010: 960000, 2016: 919000, 2020: 880006}
REGISTERED = {2010: 1046000, 2020: 1010000}
BIRTHS = {2017: (5870, 0, 17, 23), 2018: (5310, 1, 14, 20)}
BORN = {2012: 6200, 2016: 6050, 2017: 5870, 2018: 5310, 2020: 3900}
MORTALITY = {2017: (80.1, 12.2), 2018: (80.4, 11.8)}
VISITS = {2017: Fraction(58, 10), 2018: Fraction(60, 10)}
SIZES = {"full": {"general_hospital": 7, "specialist_hospital": 4, "township_hospital": 12,
    "community_health_centre": 3, "community_health_station": 12, "outpatient_department": 8, "clinic": 60}}
TOTAL, FIXED, ABSENT = 360, {AREA: {"VISIT_SHARE_PRIMARY_WIDE": {2017: Fraction(61), 2018: Fraction(62)}}}, {}

# Single institutions that the plan speaks of: class, level, area, ownership.
NAMED = [("general_hospital", "level_2", AREA, "public"), ("tcm_hospital", "level_2", AREA, "public"),
    ("psychiatric_hospital", "level_2", AREA, "public"), ("nursing_home", "", AREA, "private"),
    ("blood_station", "", AREA, "public"), ("emergency_centre", "", AREA, "public")]


def build(catalogue, size="full"):
    place = places.Place(catalogue, AREA, {AREA}, (AREA,), People({AREA: 900000}, RESIDENT, REGISTERED, BORN), None, VISITS,
        FIXED)
    place.scale = Fraction(2, 10)
    place.build(SIZES[size], TOTAL, {AREA: 900000}, (AREA,), named=NAMED)
    return place


if __name__ == "__main__":
    sys.exit(command.run(sys.modules["__main__"]))
