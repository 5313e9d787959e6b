#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Longhu District (440507), 2015 to 2020: reports of 176 facilities, generated, not observed (生成数据，非实际数据).

    generate.py OUTDIR [--years 2015..2020] [--monthly-years none|all|YEARS] [--catalog DIR]

The baselines of the plan's table come out where whole numbers allow it; the population, the births and everything else
are invented. What the plan prints about 2015 itself is in ../longhu-2015, which has nothing to do with this generator.
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

TITLE, YEARS, MONTHLY = "龙湖区 Longhu District", (2015, 2020), tuple(range(2015, 2021))
AREA = "440507"
RESIDENT = {2010: 537000, 2014: 548000, 2015: 552000, 2020: 625000}
REGISTERED = {2010: 420000, 2014: 436000, 2015: 440000, 2020: 468000}
BIRTHS = {2015: (8890, 0, 8, 12), 2016: (9140, 1, 10, 14), 2017: (9480, 0, 11, 16), 2018: (8730, 0, 12, 15),
    2019: (8210, 1, 14, 18), 2020: (7320, 0, 13, 17)}
BORN = {year: births[0] for year, births in BIRTHS.items()}
MORTALITY = {2015: (76.3, 14.8), 2016: (76.5, 14.4), 2017: (76.7, 14.1), 2018: (76.9, 13.7), 2019: (77.1, 13.4),
    2020: (77.2, 13.1)}
VISITS = {2015: Fraction(33, 10), 2020: Fraction(42, 10)}
SIZES = {"full": {"general_hospital": 2, "tcm_hospital": 1, "specialist_hospital": 1, "township_hospital": 2,
    "community_health_centre": 5, "community_health_station": 4, "outpatient_department": 20, "clinic": 100}}
TOTAL, ABSENT = 176, {}
# The plan's table and its text disagree about these five: the table's values are taken.
FIXED = {AREA: {"VISIT_SHARE_PRIMARY_WIDE": {2015: "58.41", 2020: Fraction(671, 10)}}}

# Single institutions that the plan speaks of: class, level, area, ownership.
NAMED = [("general_hospital", "level_2", AREA, "public")] * 2 + [("maternity_hospital", "level_2", AREA, "public"),
    ("nursing_home", "", AREA, "private"), ("blood_station", "", AREA, "public"), ("emergency_centre", "", AREA, "public")]


def build(catalogue, size="full"):
    place = places.Place(catalogue, AREA, {AREA}, (AREA,), People({AREA: 552000}, RESIDENT, REGISTERED, BORN), {2020: 2},
        VISITS, FIXED)
    place.scale = Fraction(13, 100)
    place.build(SIZES[size], TOTAL, {AREA: 552000}, (AREA,), named=NAMED)
    return place


if __name__ == "__main__":
    sys.exit(command.run(sys.modules["__main__"]))
