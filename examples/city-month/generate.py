#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Generates one month of all of Lianyungang: facilities.csv, hospital.csv, primary.csv, population.csv.

Everything here is invented but the areas and the city's two population totals. The same arguments
give the same bytes on every machine: the only source of chance is random.Random(seed).random().

    generate.py --out DIR [--month 2015-06] [--seed N] [--facilities N]
"""
import argparse
import calendar
import csv
import os
import random
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir)
CITY = "320700"
RESIDENT, REGISTERED = 4473700, 5305600  # 447.37 and 530.56 万, the city in 2015
# How the totals are shared out over counties and zones: of the 2020 census the shares of Lianyun,
# the development zone, Xuwei and Ganyu; the rest by guess.
POPULATION_WEIGHTS = {"320703": 160390, "320706": 900000, "320707": 1003844, "320722": 1000000, "320723": 730000,
    "320724": 612754, "320771": 90248, "320772": 60000, "320790": 42124}
FACILITIES = 2700
FACILITIES_MIN, FACILITIES_MAX = 60, 100000
MARK = "generated"

# class: code letter, Chinese name, how many of 2700 (village clinics take the rest)
KINDS = {
    "general_hospital": ("H", "综合医院", 52),
    "tcm_hospital": ("Z", "中医医院", 9),
    "specialist_hospital": ("S", "专科医院", 24),
    "township_hospital": ("T", "卫生院", 58),
    "community_health_centre": ("C", "社区卫生服务中心", 31),
    "community_health_station": ("B", "社区卫生服务站", 110),
    "outpatient_department": ("M", "门诊部", 60),
    "clinic": ("D", "诊所", 560),
    "village_clinic": ("V", "村卫生室", 0),
}
# One of each for the city and each of its six counties, whatever the number of facilities.
PUBLIC_HEALTH = {"cdc": ("J", "疾病预防控制中心"), "health_supervision": ("W", "卫生监督所"),
    "maternal_child_centre": ("F", "妇幼保健所")}
SEAT = "320706"  # where the city's own hospitals stand
COUNTIES = ("320703", "320706", "320707", "320722", "320723", "320724")
HOSPITALS = ("general_hospital", "tcm_hospital", "specialist_hospital")
STREETS_ONLY = ("community_health_centre", "community_health_station")
TOWNS_ONLY = ("township_hospital",)
# What an institution without beds does not offer: said so, instead of writing 0.
INPATIENT = ("BED_ACTUAL", "BED_DAY_OPEN", "BED_DAY_OCCUPIED", "BED_DAY_DISCHARGED", "ADMISSION", "DISCHARGE",
    "INPATIENT_DEATH")
# class: (visits from, to), (health technicians from, to), (beds from, to), yuan per visit from, to
PRIMARY = {
    "township_hospital": ((1500, 6000), (18, 70), (15, 80), (35, 70)),
    "community_health_centre": ((1500, 7000), (15, 60), (0, 30), (45, 90)),
    "community_health_station": ((250, 1200), (3, 9), (0, 0), (40, 80)),
    "outpatient_department": ((200, 900), (4, 14), (0, 0), (90, 260)),
    "clinic": ((90, 520), (1, 4), (0, 0), (40, 120)),
    "village_clinic": ((80, 450), (0, 2), (0, 0), (20, 45)),
}
LEVEL_BEDS = {"level_3": (700, 1500), "level_2": (150, 600), "level_1": (40, 130), "unrated": (20, 90)}


class Chance:
    """Whole numbers from one stream of random(), the call whose values Python promises to keep."""

    def __init__(self, seed):
        self.stream = random.Random(seed)

    def between(self, low, high):
        return low + int(self.stream.random() * (high - low + 1))

    def part(self, whole, low, high):
        """Between low and high per cent of whole, rounded down."""
        return whole * self.between(low * 10, high * 10) // 1000

    def happens(self, per_cent):
        return self.stream.random() * 100 < per_cent


def share_out(total, weights):
    """Whole shares that add up to total, by largest remainder, the first of equals first."""
    whole = sum(weights)
    shares = [total * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[:total - sum(shares)]:
        shares[i] += 1
    return shares


def read_areas():
    """The towns and streets of the city: (code, name, is a street, weight)."""
    with open(os.path.join(ROOT, "catalog", "areas.csv"), encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["parent"] in POPULATION_WEIGHTS
            and r["kind"] in ("street", "town", "township")]
    places = []
    for row in rows:
        siblings = sum(r["parent"] == row["parent"] for r in rows)
        places.append((row["code"], row["parent"], row["name_zh"], row["kind"] == "street",
            POPULATION_WEIGHTS[row["parent"]] // siblings))
    return places


# ---- facilities


def place_weights(kind, places):
    """Where institutions of a class stand: village clinics mostly in towns, hospitals mostly in streets."""
    if kind in STREETS_ONLY or kind in TOWNS_ONLY:
        return [weight if street == (kind in STREETS_ONLY) else 0 for _, _, _, street, weight in places]
    in_street, in_town = (1, 8) if kind == "village_clinic" else (6, 1) if kind in HOSPITALS else (3, 2)
    return [weight * (in_street if street else in_town) for _, _, _, street, weight in places]


def spread(kind, count, places):
    """How many institutions of a class stand in each place; one in each before two in any where that fits."""
    weights = place_weights(kind, places)
    open_places = sum(w > 0 for w in weights)
    if kind in ("township_hospital", "community_health_centre") and count <= open_places:
        largest = sorted(range(len(weights)), key=lambda i: (-weights[i], i))[:count]
        return [int(i in largest) for i in range(len(weights))]
    return share_out(count, weights)


def describe(kind, county, index, chance):
    """level, ownership, sponsor, profit; index counts the institutions of the class in the county, from 0."""
    if kind in HOSPITALS:
        public = chance.happens(30) or kind == "tcm_hospital" or (kind == "general_hospital" and index == 0)
        if kind == "general_hospital" and county == SEAT and index < 4:
            return "level_3", "public", "government", "nonprofit"
        level = ("level_2" if chance.happens(60) else "level_1") if public else (
            "level_2" if chance.happens(10) else "unrated")
        if public:
            return level, "public", "government", "nonprofit"
        return level, "private", "social" if chance.happens(50) else "individual", (
            "nonprofit" if chance.happens(40) else "forprofit")
    if kind in ("outpatient_department", "clinic"):
        return "", "private", "individual", "forprofit"
    if kind == "village_clinic":
        return "", "public" if chance.happens(40) else "private", "village", "nonprofit"
    if kind == "community_health_station" and chance.happens(40):
        return "", "private", "social", "nonprofit"
    return "", "public", "government", "nonprofit"


def record(code, name, area, kind, attributes, locality):
    level, ownership, sponsor, profit = attributes
    return {"code": code, "name": "生成·" + name, "area": area, "class": kind, "level": level, "ownership": ownership,
        "sponsor": sponsor, "profit": profit, "locality": locality, "opened": "2010-01-01", "closed": "",
        "#generated": MARK}


def treating_facilities(kind, count, places, chance):
    letter, name, _ = KINDS[kind]
    rows, in_county = [], dict.fromkeys(POPULATION_WEIGHTS, 0)
    for (code, county, area_name, street, _), here in zip(places, spread(kind, count, places)):
        for index in range(1, here + 1):
            attributes = describe(kind, county, in_county[county], chance)
            in_county[county] += 1
            rows.append(record("%s-%s%04d" % (county, letter, in_county[county]),
                area_name + name + ("%02d" % index if here > 1 else ""), code, kind, attributes,
                "urban" if street else "rural"))
    return rows


def make_facilities(total, places, chance):
    """Rows of facilities.csv; the statistics agencies of counties and zones come last."""
    others = [record("%s-%s0001" % (code, letter), name + " " + code, code, kind,
        ("", "public", "government", "nonprofit"), "")
        for kind, (letter, name) in PUBLIC_HEALTH.items() for code in (CITY,) + COUNTIES]
    others += [record("statistics@" + code, "统计机构 " + code, code, "statistics_agency", ("", "", "", ""), "")
        for code in POPULATION_WEIGHTS]
    counts = {kind: max(1, share * total // FACILITIES) for kind, (_, _, share) in KINDS.items()}
    counts["village_clinic"] = 0
    counts["village_clinic"] = total - len(others) - sum(counts.values())
    rows = []
    for kind, count in counts.items():
        rows += treating_facilities(kind, count, places, chance)
    return rows + others


# ---- returns


def staff_of(technicians, physician_share, nurse_share, chance):
    """Staff by kind; parts never exceed the whole and the four kinds add up to STAFF."""
    physicians = max(min(1, technicians), chance.part(technicians, *physician_share))
    nurses = min(technicians - physicians, chance.part(technicians, *nurse_share))
    rest = technicians - physicians - nurses
    pharmacists = chance.part(rest, 20, 40)
    others = {"OTHER_TECHNICIAN": chance.part(technicians, 1, 5), "MANAGER": chance.part(technicians, 2, 6),
        "LOGISTICS_WORKER": chance.part(technicians, 4, 12)}
    return dict(others, STAFF=technicians + sum(others.values()), HEALTH_TECHNICIAN=technicians, PHYSICIAN=physicians,
        TCM_PHYSICIAN=chance.part(physicians, 5, 20), GENERAL_PRACTITIONER=chance.part(physicians, 3, 30), NURSE=nurses,
        PHARMACIST=pharmacists, TECHNICIAN=chance.part(rest - pharmacists, 30, 60))


def stays_of(beds, days, rate, stay, chance):
    """Bed-days and patients of a month: start + admissions − discharges = end."""
    opened = beds * days - chance.part(beds * days, 0, 3)
    occupied = chance.part(opened, *rate)
    length = chance.between(*stay)  # tenths of a day
    discharges = occupied * 10 // length
    start = occupied // days
    admissions = max(0, discharges + chance.between(-start // 4, start // 4)) if beds else 0
    return {"BED_ACTUAL": beds, "BED_DAY_OPEN": opened, "BED_DAY_OCCUPIED": occupied,
        "BED_DAY_DISCHARGED": max(discharges, discharges * length // 10), "INPATIENT_START": start,
        "ADMISSION": admissions, "DISCHARGE": discharges, "INPATIENT_END": start + admissions - discharges,
        "INPATIENT_DEATH": chance.part(discharges, 0, 1)}


def visits_of(visits, emergency_share, chance):
    outpatient = chance.part(visits, 80, 92)
    emergency = min(visits - outpatient, chance.part(visits, *emergency_share))
    return {"VISIT": visits, "OUTPATIENT": outpatient, "EMERGENCY": emergency,
        "VISIT_BOOKED": chance.part(outpatient, 5, 30), "VISIT_TCM": chance.part(outpatient, 5, 20),
        "HEALTH_CHECKUP": chance.part(visits, 2, 10)}


def income_of(outpatient, inpatient, subsidy_share, chance):
    """Money in units of 10 yuan (hundredths of a thousand); parts add up and none exceeds its whole."""
    medical = outpatient + inpatient
    drug_out, drug_in = chance.part(outpatient, 35, 50), chance.part(inpatient, 28, 42)
    drug = drug_out + drug_in
    tcm = chance.part(drug, 10, 30)
    subsidy = chance.part(medical, *subsidy_share)
    total = medical + subsidy + chance.part(medical, 0, 3)
    return {"INCOME_MEDICAL": medical, "INCOME_OUTPATIENT": outpatient, "INCOME_OUTPATIENT_DRUG": drug_out,
        "INCOME_INPATIENT": inpatient, "INCOME_INPATIENT_DRUG": drug_in, "INCOME_DRUG": drug,
        "INCOME_DRUG_ESSENTIAL": chance.part(drug, 20, 60), "INCOME_DRUG_TCM": tcm,
        "INCOME_DECOCTION": chance.part(tcm, 20, 50), "INCOME_SUBSIDY": subsidy, "INCOME_TOTAL": total}


def expense_of(income, chance):
    total = chance.part(income["INCOME_TOTAL"], 90, 102)
    medical = chance.part(total, 70, 85)
    drug = min(medical // 2, chance.part(income["INCOME_DRUG"], 80, 98))
    return {"EXPENSE_TOTAL": total, "EXPENSE_MEDICAL": medical, "EXPENSE_DRUG": drug,
        "EXPENSE_STAFF": chance.part(total, 25, 38)}


def hospital_return(facility, days, chance):
    beds = chance.between(*LEVEL_BEDS[facility["level"]])
    values = stays_of(beds, days, (62, 96) if facility["ownership"] == "public" else (35, 80), (65, 105), chance)
    values.update(staff_of(beds * chance.between(95, 130) // 100 + 6, (28, 36), (40, 48), chance))
    values.update(visits_of(values["PHYSICIAN"] * chance.between(90, 190), (4, 10), chance))
    values.update(EMERGENCY_DEATH=chance.part(values["EMERGENCY"], 0, 1),
        OBSERVATION_CASE=chance.part(values["EMERGENCY"], 5, 20),
        SURGERY_INPATIENT=chance.part(values["DISCHARGE"], 15, 40),
        REFERRAL_DOWN=chance.part(values["DISCHARGE"], 0, 4), REFERRAL_UP=chance.part(values["DISCHARGE"], 0, 3))
    values["OBSERVATION_DEATH"] = chance.part(values["OBSERVATION_CASE"], 0, 1)
    money = income_of(values["VISIT"] * chance.between(17, 32), values["DISCHARGE"] * chance.between(480, 1100),
        (4, 12), chance)
    medical = money["INCOME_MEDICAL"]
    money.update(INCOME_CONSUMABLE=chance.part(medical, 6, 14), INCOME_EXAMINATION=chance.part(medical, 8, 14),
        INCOME_LABORATORY=chance.part(medical, 6, 12))
    money.update(expense_of(money, chance))
    money["EXPENSE_CONSUMABLE"] = min(money["EXPENSE_MEDICAL"] - money["EXPENSE_DRUG"], chance.part(medical, 6, 15))
    return values, money


def primary_return(facility, days, chance):
    visits, technicians, beds, yuan = PRIMARY[facility["class"]]
    values = stays_of(chance.between(*beds), days, (25, 65), (55, 85), chance)
    for hospital_only in ("INPATIENT_START", "INPATIENT_END"):
        del values[hospital_only]
    count = chance.between(*technicians)
    values.update(staff_of(count, (35, 50), (25, 45), chance))
    village = facility["class"] == "village_clinic"
    values.update(RURAL_DOCTOR=chance.between(1, 3) if village else 0,
        PUBLIC_HEALTH_STAFF=chance.part(values["STAFF"], 5, 15))
    values.update(visits_of(chance.between(*visits), (0, 3), chance))
    values["VISIT_HOME"] = chance.part(values["VISIT"] - values["OUTPATIENT"] - values["EMERGENCY"], 10, 60)
    values["REFERRAL_UP"] = chance.part(values["VISIT"], 0, 3)
    values["FAMILY_CONTRACT"] = values["VISIT"] * chance.between(0, 4)
    money = income_of(values["VISIT"] * chance.between(*yuan) // 10, values["DISCHARGE"] * chance.between(90, 260),
        (0, 1) if facility["ownership"] == "private" else (20, 60), chance)
    money.update(expense_of(money, chance))
    money["EXPENSE_PUBLIC_HEALTH"] = chance.part(money["EXPENSE_TOTAL"] - money["EXPENSE_MEDICAL"], 20, 60)
    if facility["class"] in ("clinic", "village_clinic"):
        keeps_books = not chance.happens(6)  # the others leave income blank: a hole, not zero
        money = {k: v for k, v in money.items() if keeps_books and k.startswith("INCOME")}
    return values, money


def money_text(value):
    return "%d.%02d" % (value // 100, value % 100)


def form_lines(form):
    with open(os.path.join(ROOT, "catalog", "form_lines.csv"), encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["form"] == form]
    return [r["element"] for r in sorted(rows, key=lambda r: int(r["line"]))]


def make_returns(form, make, facilities, period, chance):
    """Header and rows of a form's file, columns in form order; blank where nothing was made."""
    lines, rows = form_lines(form), []
    days = calendar.monthrange(*map(int, period.split("-")))[1]
    for facility in facilities:
        values, money = make(facility, days, chance)
        texts = {k: str(v) for k, v in values.items()}
        texts.update({k: money_text(v) for k, v in money.items()})
        if values["BED_ACTUAL"] == 0:
            texts.update({k: "NOT_OFFERED" for k in INPATIENT})
        unknown = set(texts) - set(lines)
        if unknown:
            raise SystemExit("generate.py: %s has no line for %s" % (form, sorted(unknown)))
        rows.append([facility["code"], period] + [texts.get(line, "") for line in lines] + [MARK])
    return ["facility", "period"] + lines + ["#generated"], rows


def make_population(year, chance):
    weights = list(POPULATION_WEIGHTS.values())
    rows = []
    remark = "only the city's sums of POP_RESIDENT_END and POP_REGISTERED_END are printed; shares are apportioned"
    shares = zip(POPULATION_WEIGHTS, share_out(RESIDENT, weights), share_out(REGISTERED, weights))
    for code, resident, registered in shares:
        rows.append(["statistics@" + code, year, resident, resident - chance.part(resident, 0, 1), registered,
            registered - chance.part(registered, 0, 1), chance.part(resident, 1, 2),
            resident * chance.between(60, 72) // 10000, remark])
    return ["facility", "period", "POP_RESIDENT_END", "POP_RESIDENT_AVERAGE", "POP_REGISTERED_END",
        "POP_REGISTERED_AVERAGE", "BIRTH_RESIDENT", "DEATH_RESIDENT", "#generated"], rows


def write(folder, name, header, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description="Generate one month of reports of Lianyungang, all invented.")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to write to; made if it is not there")
    parser.add_argument("--month", default="2015-06", metavar="YYYY-MM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--facilities", type=int, default=FACILITIES, metavar="N")
    arguments = parser.parse_args()
    if not re.fullmatch(r"(19[5-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])", arguments.month):
        parser.error("--month must look like 2015-06")
    if not FACILITIES_MIN <= arguments.facilities <= FACILITIES_MAX:
        parser.error(f"--facilities must be {FACILITIES_MIN} to {FACILITIES_MAX}")
    chance, places = Chance(arguments.seed), read_areas()
    facilities = make_facilities(arguments.facilities, places, chance)
    os.makedirs(arguments.out, exist_ok=True)
    write(arguments.out, "facilities.csv", list(facilities[0]), [list(f.values()) for f in facilities])
    hospitals = [f for f in facilities if f["class"] in HOSPITALS]
    primary = [f for f in facilities if f["class"] in PRIMARY]
    for name, form, make, units in (("hospital.csv", "HOSPITAL_MONTH", hospital_return, hospitals),
            ("primary.csv", "PRIMARY_MONTH", primary_return, primary)):
        write(arguments.out, name, *make_returns(form, make, units, arguments.month, chance))
    write(arguments.out, "population.csv", *make_population(arguments.month[:4], chance))
    print("%s: %d facilities, %d hospital returns, %d primary-care returns, %d population returns, all generated" % (
        arguments.out, len(facilities), len(hospitals), len(primary), len(POPULATION_WEIGHTS)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
