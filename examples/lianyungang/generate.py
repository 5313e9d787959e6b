#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Lianyungang (320700), 2015 to 2025: every report of 2 700 facilities, generated, not observed (生成数据，非实际数据).

    generate.py OUTDIR [--years 2015..2025] [--monthly-years all|none|2020,2025] [--facilities full|small]
                [--catalog DIR]

What is printed somewhere comes out to the printed digit: the tables of the plans (2015, 2020), the census of 2020, the
populations of 2015. Everything else is invented; see README.md. The same arguments and the same catalogue give the same
bytes on every machine.
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

TITLE, YEARS, MONTHLY = "连云港市 Lianyungang", (2015, 2025), (2020, 2025)
CITY, SEAT = "320700", "320706"
ZONES = ("320771", "320772", "320790")
COUNTIES = ("320703", "320706", "320707", "320722", "320723", "320724")
# The census of 2020: Lianyun, its two zones and Ganyu as printed; the others are apportioned to the city's 4 599 360.
CENSUS_2020 = {"320703": 160390, "320706": 900000, "320707": 1003844, "320722": 1000000, "320723": 730000,
    "320724": 612754, "320771": 90248, "320772": 60000, "320790": 42124}
# People at the end of the year: 2015 and 2020 are printed, the others invented.
RESIDENT = {2012: 4400000, 2014: 4451700, 2015: 4473700, 2016: 4492000, 2017: 4512000, 2018: 4520000, 2019: 4511000,
    2020: 4599360, 2021: 4602000, 2022: 4600500, 2023: 4586000, 2024: 4580000, 2025: 4571000}
REGISTERED = {2012: 5190000, 2014: 5261000, 2015: 5305600, 2020: 5342000, 2025: 5302000}
# Of maternal-and-child years: births, maternal, infant, under-five deaths. 2015 and 2020 are the numbers from which the
# printed rates come out together; the others are invented.
BIRTHS = {2015: (63617, 2, 139, 160), 2016: (62410, 3, 140, 168), 2017: (58830, 2, 137, 173), 2018: (50920, 2, 126, 168),
    2019: (44180, 3, 118, 166), 2020: (36308, 2, 107, 166), 2021: (30650, 1, 88, 139), 2022: (27120, 2, 76, 118),
    2023: (25480, 1, 68, 107), 2024: (26930, 1, 69, 108), 2025: (24760, 2, 61, 96)}
BORN = {2010: 57000, 2014: 62000, 2015: 63300, 2016: 61500, 2017: 56900, 2018: 49200, 2019: 42200, 2020: 34900,
    2021: 29800, 2022: 26700, 2023: 25800, 2024: 26400, 2025: 24700}
# Life expectancy at birth; probability of dying of the four groups of diseases between 30 and 70, in per cent. 2015
# and 2020 as printed. The age pattern behind them is forced: see generator/mortality.py.
MORTALITY = {2015: (78.69, 15.61), 2016: (78.52, 14.60), 2017: (78.35, 13.55), 2018: (78.18, 12.50), 2019: (78.01, 11.45),
    2020: (77.84, 10.48), 2021: (78.15, 10.30), 2022: (78.21, 10.16), 2023: (78.74, 9.93), 2024: (79.06, 9.71),
    2025: (79.38, 9.52)}
VINTAGE = {2020: 2}
VISITS = {2015: Fraction(44, 10), 2019: Fraction(53, 10), 2020: Fraction(47, 10), 2025: Fraction(61, 10)}
SIZES = {"full": {"general_hospital": 42, "tcm_hospital": 3, "specialist_hospital": 11, "township_hospital": 58,
    "community_health_centre": 30, "community_health_station": 110, "outpatient_department": 60, "clinic": 560},
    "small": {"general_hospital": 8, "tcm_hospital": 1, "specialist_hospital": 4, "township_hospital": 58,
    "community_health_centre": 30, "community_health_station": 40, "outpatient_department": 8, "clinic": 20}}
# Single institutions that the plans speak of: class, level, area, ownership.
NAMED = [("general_hospital", "level_3", c, "public") for c in (SEAT,) * 4 + ("320707", "320722", "320723")] + [
    ("general_hospital", "level_2", c, "public") for c in (SEAT, "320703", "320724")] + [
    ("nursing_home", "", c, "private") for c in COUNTIES] + [
    ("emergency_centre", "", c, "public") for c in ("320706", "320707", "320722", "320723", "320724")] + [
    ("tcm_hospital", "level_3" if c == SEAT else "level_2", c, "public") for c in COUNTIES] + [
    ("geriatric_hospital", "level_2", c, "public") for c in ("320706", "320707", "320722", "320723")] + [
    ("psychiatric_hospital", "level_2", c, "public") for c in ("320706", "320707", "320722", "320724")] + [
    ("blood_station", "", SEAT, "public"), ("infectious_hospital", "level_3", SEAT, "public"),
    ("rehabilitation_hospital", "level_2", SEAT, "private"), ("children_hospital", "level_3", SEAT, "public"),
    ("oncology_hospital", "level_3", SEAT, "public"), ("stomatology_hospital", "level_2", SEAT, "public")]
TOTALS = {"full": 2700, "small": 400}
# What the catalogue's plans do not give: {area: {indicator: {year: value}}}; a text is printed somewhere.
FIXED = {CITY: {"VISIT_SHARE_PRIMARY_WIDE": {2015: 68, 2020: "70.45", 2025: Fraction(7118, 100)},
    "NOTIFIABLE_AB_INCIDENCE": {2015: 108, 2020: 84, 2025: 95}, "CDC_SENIOR_TITLE_SHARE": {2015: 15, 2025: 22},
    "CDC_INTERMEDIATE_TITLE_SHARE": {2015: 34, 2025: 43}, "TCM_FLOOR_AREA_PER_BED": {2015: 61, 2025: 84},
    "DRUG_SHARE_HOSPITAL_PUBLIC": {2015: 42, 2020: 33, 2025: 28}, "BIRTH_DEFECT_RATE": {2015: 5, 2025: Fraction(36, 10)},
    "MEDICAL_SERVICE_SHARE_HOSPITAL_PUBLIC": {2015: 27, 2020: 31, 2025: 35},
    "VACCINATION_COVERAGE": {2015: Fraction(972, 10), 2025: Fraction(986, 10)},
    "VACCINATION_COVERAGE_CLINIC": {2015: Fraction(968, 10), 2025: Fraction(984, 10)},
    "COMMERCIAL_PAYOUT_SHARE": {2015: 2, 2025: 6}, "LIFE_EXPECTANCY": {2015: "78.69", 2020: "77.84"},
    "DRUG_SHARE_PRIMARY": {2015: 48, 2025: 41}, "CAESAREAN_SHARE": {2015: 47, 2025: 44}}}
# "-" in the tables: nobody reports the value of that year.
ABSENT = {"UNHEALTHY": (2015, 2020), "ADULT_SMOKING": (2020,), "ADULT_SMOKING_ERROR": (2020,),
    "ADULT_SMOKING_SAMPLE": (2020,)}


def build(catalogue, size="full"):
    people = People(CENSUS_2020, RESIDENT, REGISTERED, BORN)
    heads = (CITY,) + COUNTIES + ZONES
    place = places.Place(catalogue, CITY, set(COUNTIES + ZONES), heads, people, VINTAGE, VISITS, FIXED, own=("320703",))
    place.build(SIZES[size], TOTALS[size], CENSUS_2020, (CITY,) + COUNTIES, no_cdc=ZONES, named=NAMED)
    return place


if __name__ == "__main__":
    sys.exit(command.run(sys.modules["__main__"]))
