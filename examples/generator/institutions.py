# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Yearly figures of institutions that hang together: staff, beds and their use, visits, money.

Totals of a place come from goals (so many physicians per 1 000 people); shares of institutions come from sizes that
are drawn once. Parts never exceed their wholes, and what must add up adds up, in every institution and every year.
"""
from fractions import Fraction

from .numbers import along, between, nearest, share_out

# Typical sizes, by level or class: beds, physicians, nurses, pharmacists, technicians, public-health staff, visits in
# thousands a year. Only their proportions count where a goal gives the total.
SIZES = {
    "level_3": (1000, 350, 520, 40, 60, 6, 640), "level_2": (400, 130, 190, 18, 25, 4, 230),
    "level_1": (100, 30, 40, 6, 6, 1, 45), "unrated": (80, 24, 30, 5, 5, 0, 30),
    "township_hospital": (95, 46, 44, 6, 8, 14, 60), "community_health_centre": (30, 32, 28, 5, 5, 12, 60),
    "community_health_station": (0, 5, 3, 1, 0, 2, 12), "outpatient_department": (0, 6, 5, 1, 1, 0, 7),
    "clinic": (0, 2, 1, 0, 0, 0, 5), "village_clinic": (0, 1, 0, 0, 0, 0, 4), "cdc": (0, 22, 3, 1, 25, 75, 1),
    "health_supervision": (0, 1, 0, 0, 0, 30, 0), "emergency_centre": (0, 14, 16, 0, 0, 0, 0),
    "blood_station": (0, 10, 25, 0, 12, 0, 0), "nursing_home": (70, 6, 14, 1, 1, 0, 3), "maternal_child_centre": (60, 36, 45, 5, 10, 12, 60),
}
ASKED = ("BED_ACTUAL", "PHYSICIAN", "NURSE", "PHARMACIST", "TECHNICIAN", "PUBLIC_HEALTH_STAFF", "VISIT")
# What an institution without beds does not offer: said so, instead of writing 0.
INPATIENT = ("BED_ACTUAL", "BED_APPROVED", "BED_DAY_OPEN", "BED_DAY_OCCUPIED", "BED_DAY_DISCHARGED", "ADMISSION",
    "DISCHARGE", "INPATIENT_DEATH", "INPATIENT_START", "INPATIENT_END", "SURGERY_INPATIENT")
# Per cent of income that is drugs, of public hospitals; yuan of consumables per 100 yuan. Where no goal says otherwise.
DRUG_SHARE = {2015: 42, 2020: 33, 2025: 27}
SERVICE = {2015: Fraction(27), 2020: Fraction(31), 2025: Fraction(35)}
CONSUMABLES = {2015: Fraction(17), 2020: Fraction(20), 2025: Fraction(19)}


def bedless(facility):
    return not facility["level"] and facility["class"] not in ("township_hospital", "community_health_centre", "maternal_child_centre",
        "nursing_home")


def size(facility, code):
    """Weight of an institution for an element; those unlike any known one go by their staff."""
    sizes = SIZES.get(facility["level"] or facility["class"])
    if sizes is None:
        return 0
    column = ASKED.index(code) if code in ASKED else 0 if "BED" in code else 1
    jitter = between(70, 130, "size", facility["code"])
    return sizes[column] * jitter * between(95, 105, "size", facility["code"], code)


class Institutions:
    def __init__(self, book):
        self.book, self.place, self.years = book, book.place, book.years
        self.facilities = [f for f in self.place.assigned("INSTITUTION_YEAR") if not self.place.silent(f)]
        self.code_of = [f["code"] for f in self.facilities]
        self.exists = set(book.catalogue.elements)

    def put(self, year, code, numbers):
        if code in self.exists:
            self.book.values[year][code] = dict(zip(self.code_of, numbers))

    def got(self, year, code):
        held = self.book.values[year].get(code, {})
        return [held.get(c, 0) for c in self.code_of]

    def part(self, year, code, wholes, low, high):
        """low..high per cent of each whole, drawn once for an institution, with a little of the year's own."""
        return [w * (between(low * 10, high * 10 - 5, code, f) + between(0, 5, code, f, year)) // 1000
            for w, f in zip(wholes, self.code_of)]

    def rate(self, indicator, facility, year, otherwise):
        goals = self.place.goals_of(facility["area"])
        if indicator in self.book.catalogue.indicators and goals.named(indicator):
            return goals.of(indicator).at(year)
        return along(otherwise, year)

    def fill(self):
        self.stocks()
        previous = None
        for year in self.years:
            self.staff(year)
            self.visits(year)
            previous = self.stays(year, previous)
            self.money(year)

    # ---- staff and beds

    def stocks(self):
        """Whatever a density per head of people gives, in the order in which parts need their wholes."""
        catalogue = self.book.catalogue
        for code in ("BED_ACTUAL", "PHYSICIAN", "NURSE", "PHARMACIST", "TECHNICIAN", "TCM_PHYSICIAN",
                "GENERAL_PRACTITIONER"):
            densities = [i for i in catalogue.indicators.values() if i.method == "ratio" and len(i.numerator) == 1
                and i.numerator[0].word == code and not i.numerator[0].conditions
                and i.denominator[0].word.startswith("POP_RESIDENT_END")]
            densities.sort(key=lambda i: not self.place.goals.named(i.code))
            if not (densities and self.book.solve(densities[0])):
                self.book.default(catalogue.elements[code])

    def staff(self, year):
        village = [f["class"] == "village_clinic" for f in self.facilities]
        physicians, nurses, pharmacists, technicians = (self.got(year, c) for c in
            ("PHYSICIAN", "NURSE", "PHARMACIST", "TECHNICIAN"))
        named = [sum(t) for t in zip(physicians, nurses, pharmacists, technicians)]
        health = [n + n * between(2, 9, "other health", c) // 100 for n, c in zip(named, self.code_of)]
        others = {code: self.part(year, code, health, low, high) for code, low, high in
            (("OTHER_TECHNICIAN", 1, 5), ("MANAGER", 2, 6), ("LOGISTICS_WORKER", 4, 12))}
        for code, numbers in others.items():
            self.put(year, code, numbers)
        self.put(year, "HEALTH_TECHNICIAN", health)
        staff = [sum(t) for t in zip(health, *others.values())]
        staff = self.top_up(year, staff, others["LOGISTICS_WORKER"])
        # Two supervisors at least, and the epidemiologists of a CDC who are no health technicians.
        extra = [30 if f["class"] == "health_supervision" else 45 if f["class"] == "cdc" else 0 for f in self.facilities]
        self.put(year, "STAFF", [s + e for s, e in zip(staff, extra)])
        if extra and "LOGISTICS_WORKER" in self.exists:
            self.put(year, "MANAGER", [m + e for m, e in zip(others["MANAGER"], extra)])
        self.put(year, "RURAL_DOCTOR", [between(1, 2, "rural", c) if v else 0 for v, c in zip(village, self.code_of)])

    def top_up(self, year, staff, workers):
        """Primary care of a county whose plan asks for so many staff per 1 000 people gets the missing ones as workers."""
        code = "PRIMARY_STAFF_PER_1000"
        for area, goals in self.place.own_goals.items():
            if code not in self.book.catalogue.indicators or not goals.named(code):
                continue
            inside = [i for i, f in enumerate(self.facilities) if self.place.inside(f, area)
                and self.book.catalogue.is_of(f, {"class": ["primary_care"]})]
            wanted = goals.of(code).at(year) * self.place.people.total("RESIDENT", year, area) / 1000
            missing = -int(-wanted // 1) - sum(staff[i] for i in inside)
            if missing > 0 and inside:
                for i, more in zip(inside, share_out(missing, [1 + staff[i] for i in inside])):
                    staff[i] += more
                    workers[i] += more
                self.put(year, "LOGISTICS_WORKER", workers)
        return staff

    # ---- visits

    def visits(self, year):
        place, people = self.place, self.place.people
        total = nearest(people.total("RESIDENT", year) * place.visits_per_head(year))
        primary = ["primary_care" in self.book.catalogue.ancestors("class", f["class"]) for f in self.facilities]
        share = place.goals.of("VISIT_SHARE_PRIMARY_WIDE").at(year)
        inside = nearest(total * share / 100)
        weights = [size(f, "VISIT") for f in self.facilities]
        numbers = [0] * len(weights)
        for wanted, count in ((True, inside), (False, total - inside)):
            chosen = [i for i, p in enumerate(primary) if p == wanted]
            for i, n in zip(chosen, share_out(count, [weights[i] for i in chosen])):
                numbers[i] = n
        self.put(year, "VISIT", numbers)
        outpatient = self.part(year, "OUTPATIENT", numbers, 82, 90)
        hospital = [bool(f["level"]) for f in self.facilities]
        emergency = self.part(year, "EMERGENCY", [n if h else n // 8 for n, h in zip(numbers, hospital)], 4, 9)
        rest = [n - o - e for n, o, e in zip(numbers, outpatient, emergency)]
        self.put(year, "OUTPATIENT", outpatient)
        self.put(year, "EMERGENCY", emergency)
        self.put(year, "VISIT_HOME", self.part(year, "VISIT_HOME", rest, 10, 40))
        self.put(year, "VISIT_BOOKED", self.part(year, "VISIT_BOOKED", outpatient, 10, 40))
        self.put(year, "VISIT_TCM", self.part(year, "VISIT_TCM", outpatient, 8, 20))
        self.put(year, "HEALTH_CHECKUP", self.part(year, "HEALTH_CHECKUP", numbers, 3, 10))
        self.put(year, "REFERRAL_UP", self.part(year, "REFERRAL_UP", numbers, 1, 2))
        watched = self.part(year, "OBSERVATION_CASE", emergency, 8, 20)
        self.put(year, "OBSERVATION_CASE", watched)
        self.put(year, "OBSERVATION_DEATH", [w // between(150, 400, "watch", c) for w, c in zip(watched, self.code_of)])
        self.put(year, "EMERGENCY_DEATH", [e // between(150, 400, "die", c) for e, c in zip(emergency, self.code_of)])

    # ---- beds in use

    def stays(self, year, before):
        """Bed-days and patients; returns who is in bed at the end of the year."""
        days = 366 if year % 4 == 0 else 365
        beds = self.got(year, "BED_ACTUAL")
        hospital = [bool(f["level"]) for f in self.facilities]
        opened = [b * days - b * between(0, 6, "shut", c, year) for b, c in zip(beds, self.code_of)]
        occupied = [o * between(*((68, 92) if h else (38, 66)), "used", c) // 100
            for o, h, c in zip(opened, hospital, self.code_of)]
        tenths = [between(72, 98, "stay", c) for c in self.code_of]
        discharged = [o * 10 // t for o, t in zip(occupied, tenths)]
        end = [o // days for o in occupied]
        start = before or end
        admitted = [max(0, d + e - s) for d, e, s in zip(discharged, end, start)]
        end = [s + a - d for s, a, d in zip(start, admitted, discharged)]
        for code, numbers in (("BED_DAY_OPEN", opened), ("BED_DAY_OCCUPIED", occupied), ("DISCHARGE", discharged),
                ("ADMISSION", admitted), ("INPATIENT_START", start), ("INPATIENT_END", end),
                ("BED_APPROVED", [b * 95 // 100 for b in beds])):
            self.put(year, code, numbers)
        self.put(year, "BED_DAY_DISCHARGED", [max(d, d * t // 10) for d, t in zip(discharged, tenths)])
        self.put(year, "INPATIENT_DEATH", [d * between(1, 9, "dead", c) // 1000 for d, c in zip(discharged, self.code_of)])
        self.put(year, "SURGERY_INPATIENT", self.part(year, "SURGERY_INPATIENT",
            [d if h else d // 10 for d, h in zip(discharged, hospital)], 18, 35))
        self.put(year, "REFERRAL_DOWN", self.part(year, "REFERRAL_DOWN", discharged, 1, 4))
        return end

    # ---- money, in tens of yuan (hundredths of a thousand)

    def money(self, year):
        visits, discharged = self.got(year, "VISIT"), self.got(year, "DISCHARGE")
        grown = 1000 + 42 * (year - 2015)  # per mille of 2015's prices
        table = {code: [] for code in ("INCOME_OUTPATIENT", "INCOME_INPATIENT", "INCOME_OUTPATIENT_DRUG",
            "INCOME_INPATIENT_DRUG", "INCOME_DRUG", "INCOME_MEDICAL", "INCOME_SUBSIDY", "INCOME_TOTAL",
            "INCOME_DRUG_ESSENTIAL", "INCOME_DRUG_TCM", "INCOME_DECOCTION", "INCOME_CONSUMABLE", "INCOME_EXAMINATION",
            "INCOME_LABORATORY", "EXPENSE_TOTAL", "EXPENSE_MEDICAL", "EXPENSE_DRUG", "EXPENSE_CONSUMABLE",
            "EXPENSE_STAFF", "EXPENSE_PUBLIC_HEALTH")}
        for facility, seen, left in zip(self.facilities, visits, discharged):
            for code, number in self.books(facility, seen, left, grown, year).items():
                table[code].append(number)
        for code, numbers in table.items():
            self.put(year, code, numbers)

    def books(self, facility, seen, left, grown, year):
        code, hospital = facility["code"], bool(facility["level"])
        public = facility["ownership"] == "public"

        def pick(low, high, word):
            return between(low, high, word, code)

        out = seen * pick(*((17, 25) if hospital else (4, 7)), "per visit") * grown // 1000
        stay = left * pick(*((620, 980) if hospital else (130, 240)), "per stay") * grown // 1000
        medical = out + stay
        # So much of every 1 000 yuan is drugs; out-patients have somewhat more of them than in-patients.
        drugs = nearest(self.rate("DRUG_SHARE_HOSPITAL_PUBLIC", facility, year, DRUG_SHARE) * 10) if public else 380
        tcm_part, pieces = pick(12, 30, "tcm"), pick(20, 45, "decoction")  # the share is without decoction pieces
        drugs = drugs * 10000 // (10000 - tcm_part * pieces) if public else drugs
        drug = medical * drugs // 1000
        drug_out = min(drug, out * min(1000, drugs * 11 // 10) // 1000)
        drug_in = min(drug - drug_out, stay)
        drug = drug_out + drug_in
        used = nearest(self.rate("CONSUMABLE_PER_100_HOSPITAL_PUBLIC", facility, year, CONSUMABLES) * 10) if hospital else 60
        treated = medical - drug
        tcm = drug * tcm_part // 100
        public_health = seen * pick(1, 3, "ph") * grown // 2000 if public and not hospital else 0
        subsidy = medical * (pick(6, 12, "subsidy") if hospital else pick(30, 55, "subsidy")) // 100 if public else 0
        total = medical + subsidy + medical * pick(0, 3, "other") // 100
        if not seen and public:
            total = subsidy = pick(20000, 60000, "budget") * grown // 1000
        cost = total * pick(93, 99, "cost") // 100
        public_health = min(public_health, cost * 15 // 100)
        work = cost * pick(76, 82, "work") // 100
        consumed = min(treated, medical * used // 1000)
        charged = min(treated, consumed * 95 // 100)
        looked = treated - charged
        if public and hospital:  # what is neither drugs, consumables, pictures nor laboratory is the service itself
            service = nearest(self.rate("MEDICAL_SERVICE_SHARE_HOSPITAL_PUBLIC", facility, year, SERVICE) * medical / 100)
            looked = max(0, looked - service)
        else:
            looked = looked * 40 // 100
        return {"INCOME_OUTPATIENT": out, "INCOME_INPATIENT": stay, "INCOME_MEDICAL": medical,
            "INCOME_OUTPATIENT_DRUG": drug_out, "INCOME_INPATIENT_DRUG": drug_in, "INCOME_DRUG": drug,
            "INCOME_DRUG_ESSENTIAL": drug * pick(35, 80, "essential") // 100, "INCOME_DRUG_TCM": tcm,
            "INCOME_DECOCTION": tcm * pieces // 100,
            "INCOME_CONSUMABLE": charged, "INCOME_EXAMINATION": looked * 55 // 100,
            "INCOME_LABORATORY": looked - looked * 55 // 100, "INCOME_SUBSIDY": subsidy, "INCOME_TOTAL": total,
            "EXPENSE_TOTAL": cost, "EXPENSE_MEDICAL": work, "EXPENSE_DRUG": min(work, drug * pick(86, 97, "buy") // 100),
            "EXPENSE_CONSUMABLE": consumed, "EXPENSE_STAFF": cost * pick(26, 38, "wages") // 100,
            "EXPENSE_PUBLIC_HEALTH": public_health}
