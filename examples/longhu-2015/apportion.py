#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Writes facilities.csv and returns.csv: the printed totals of Longhu 2015 shared out over institutions.

The document prints totals by kind and ownership, Huibao takes returns of institutions. Every figure
below is printed; how it is shared out is the rule beside it, and every sum comes out exactly as
printed. No institution's share is a fact. Run it again and the same files come out.
"""
import csv
import os

DAYS = 365  # of 2015; every bed is taken as open on all of them

# code, name, area, class, level, ownership, sponsor, locality, beds
# Beds: public 459 and private 219 follow from 678 and 67.7 %; of the hospitals that the document
# grades and sizes, one is small and of level 1, two are of level 2 and have 100 to 499 beds.
HOSPITALS_PUBLIC = [
    ("LH-H-1", "公立医院甲", 440507, "general_hospital", "level_2", 200),
    ("LH-H-2", "公立医院乙", 440507, "general_hospital", "level_2", 170),
    ("LH-H-3", "公立医院丙", 440507, "general_hospital", "level_1", 89),
]
HOSPITALS_PRIVATE = [
    ("LH-H-4", "民营医院甲", 440507, "general_hospital", "", 90),
    ("LH-H-5", "民营医院乙", 440507, "general_hospital", "", 75),
    ("LH-H-6", "民营医院丙", 440507, "general_hospital", "", 54),
]
# The centres are attached to the public hospitals; all 109 primary-care beds are taken as the towns'.
CENTRES = [("LH-C-%d" % i, "社区卫生服务中心" + n, 440507, "community_health_centre", "", 0)
    for i, n in ((1, "甲"), (2, "乙"), (3, "丙"))]
TOWNSHIP = [
    ("LH-T-1", "乡镇卫生院甲", 440507100, "township_hospital", "", 60),
    ("LH-T-2", "乡镇卫生院乙", 440507101, "township_hospital", "", 49),
]
CLINICS, VILLAGE = 130, 32
VISITS = {"public": 632383, "private": 169887, "primary": 459273}
ADMISSIONS = {"public": 17257, "private": 4978, "primary": 2185}
OCCUPANCY = {"public": 749, "private": 573, "primary": 436}  # per mille of open bed-days
STAFF = {"HEALTH_TECHNICIAN": 1773, "PHYSICIAN": 731, "NURSE": 719, "OTHER_TECHNICIAN": 42, "MANAGER": 28,
    "LOGISTICS_WORKER": 102}
# A guess per institution where nothing else is shared out by visits.
STAFF_CLINIC = {"HEALTH_TECHNICIAN": 3, "PHYSICIAN": 1, "NURSE": 1, "OTHER_TECHNICIAN": 0, "MANAGER": 0,
    "LOGISTICS_WORKER": 0}
STAFF_VILLAGE = dict(STAFF_CLINIC, HEALTH_TECHNICIAN=1, NURSE=0)
STAFF_CDC = {"HEALTH_TECHNICIAN": 30, "PHYSICIAN": 12, "NURSE": 4, "OTHER_TECHNICIAN": 4, "MANAGER": 3,
    "LOGISTICS_WORKER": 3}
STAFF_SUPERVISION = {"HEALTH_TECHNICIAN": 12, "PHYSICIAN": 0, "NURSE": 0, "OTHER_TECHNICIAN": 0, "MANAGER": 3,
    "LOGISTICS_WORKER": 1}

ELEMENTS = ["HEALTH_TECHNICIAN", "PHYSICIAN", "NURSE", "OTHER_TECHNICIAN", "MANAGER", "LOGISTICS_WORKER", "BED_ACTUAL",
    "BED_DAY_OPEN", "BED_DAY_OCCUPIED", "VISIT", "ADMISSION"]


def share_out(total, weights):
    """Whole shares that add up to total, by largest remainder, the first of equals first."""
    whole = sum(weights)
    shares = [total * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[:total - sum(shares)]:
        shares[i] += 1
    return shares


def half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def group_returns(units, kind, visit_weights):
    """Beds as listed; visits by weight; admissions and occupied bed-days by beds."""
    beds = [u[5] for u in units]
    open_days = [b * DAYS for b in beds]
    occupied = half_up(sum(open_days) * OCCUPANCY[kind], 1000)
    columns = (beds, open_days, share_out(occupied, beds), share_out(VISITS[kind], visit_weights),
        share_out(ADMISSIONS[kind], beds))
    names = ("BED_ACTUAL", "BED_DAY_OPEN", "BED_DAY_OCCUPIED", "VISIT", "ADMISSION")
    return {u[0]: dict(zip(names, values)) for u, values in zip(units, zip(*columns))}


def returns():
    """Facility code -> element -> value. An element that is not there stays blank: a hole, not zero."""
    rows = group_returns(HOSPITALS_PUBLIC, "public", [200, 170, 89])
    rows.update(group_returns(HOSPITALS_PRIVATE, "private", [90, 75, 54]))
    rows.update(group_returns(CENTRES + TOWNSHIP, "primary", [3, 2, 2, 3, 2]))
    treating = list(rows)
    for i in range(1, CLINICS + 1):
        rows["LH-D-%03d" % i] = dict(STAFF_CLINIC, BED_ACTUAL=0)
    for i in range(1, VILLAGE + 1):
        rows["LH-V-%02d" % i] = dict(STAFF_VILLAGE, BED_ACTUAL=0)
    rows["LH-CDC"] = dict(STAFF_CDC)
    rows["LH-WJ"] = dict(STAFF_SUPERVISION)
    for kind, total in STAFF.items():
        rest = total - CLINICS * STAFF_CLINIC[kind] - VILLAGE * STAFF_VILLAGE[kind] - STAFF_CDC[kind]
        rest -= STAFF_SUPERVISION[kind]
        for code, value in zip(treating, share_out(rest, [rows[c]["VISIT"] for c in treating])):
            rows[code][kind] = value
    return rows


def facilities():
    rows = []
    for units, ownership, locality in ((HOSPITALS_PUBLIC, "public", "urban"), (HOSPITALS_PRIVATE, "private", "urban"),
            (CENTRES, "public", "urban"), (TOWNSHIP, "public", "rural")):
        for code, name, area, kind, level, _ in units:
            rows.append([code, name, area, kind, level, ownership, "", "", locality])
    for i in range(1, CLINICS + 1):
        rows.append(["LH-D-%03d" % i, "门诊部、诊所、卫生所%03d" % i, 440507, "clinic", "", "", "", "", ""])
    for i in range(1, VILLAGE + 1):
        rows.append(["LH-V-%02d" % i, "农村卫生站%02d" % i, 440507, "village_clinic", "", "", "", "", "rural"])
    rows.append(["LH-CDC", "疾病预防控制中心", 440507, "cdc", "", "public", "government", "", ""])
    rows.append(["LH-WJ", "卫生计生监督机构", 440507, "health_supervision", "", "public", "government", "", ""])
    rows.append(["statistics@440507", "龙湖区统计机构", 440507, "statistics_agency", "", "", "", "", ""])
    return rows


def remarks(code, values):
    """Source lines of the totals of which this row holds a part, and which of its figures are shared out."""
    if code.startswith("LH-H") or code.startswith("LH-C-") or code.startswith("LH-T"):
        return "30 staff; 28 beds; 46 bed-days; 34-40 visits; 42-44 admissions", "all figures"
    beds = "; BED_ACTUAL 0: the printed beds leave none" if "BED_ACTUAL" in values else ""
    return "30 staff" + ("; 28 beds" if beds else ""), "staff" + beds + "; visits are not printed: left blank"


def write(name, header, rows):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    write("facilities.csv", ["code", "name", "area", "class", "level", "ownership", "sponsor", "profit", "locality",
        "opened", "closed", "#source_line", "#apportioned"],
        [row + ["2010-01-01", "", "21-26" if "@" not in row[0] else "",
            "name and opening day are ours" if "@" not in row[0] else "ours; files nothing: no population is printed"]
            for row in facilities()])
    table = returns()
    write("returns.csv", ["facility", "period"] + ELEMENTS + ["#source_line", "#apportioned"],
        [[code, "2015"] + [values.get(e, "") for e in ELEMENTS] + list(remarks(code, values))
            for code, values in table.items()])


if __name__ == "__main__":
    main()
