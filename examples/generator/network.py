# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The institutions and reporting agencies of a place: rows of facilities.csv, all invented, their names say so."""
from .numbers import between, share_out

MARK_ZH = "（生成）"
MARK = "generated, not observed / 生成数据，非实际数据"
OPENED = "2010-01-01"
HOSPITALS = ("general_hospital", "tcm_hospital", "specialist_hospital")
NAMES = {"general_hospital": ("H", "综合医院"), "tcm_hospital": ("Z", "中医医院"), "specialist_hospital": ("S", "专科医院"),
    "township_hospital": ("T", "卫生院"), "community_health_centre": ("C", "社区卫生服务中心"),
    "community_health_station": ("B", "社区卫生服务站"), "outpatient_department": ("M", "门诊部"), "clinic": ("D", "诊所"),
    "village_clinic": ("V", "村卫生室"), "cdc": ("J", "疾病预防控制中心"), "health_supervision": ("W", "卫生监督所"),
    "maternal_child_centre": ("F", "妇幼保健所"), "integrated_hospital": ("I", "中西医结合医院"),
    "nursing_home": ("N", "护理院"), "emergency_centre": ("E", "急救中心"), "blood_station": ("X", "血站"),
    "geriatric_hospital": ("SG", "老年病医院"), "psychiatric_hospital": ("SP", "精神病医院"),
    "infectious_hospital": ("SI", "传染病医院"), "rehabilitation_hospital": ("SR", "康复医院"),
    "children_hospital": ("SC", "儿童医院"), "maternity_hospital": ("SM", "妇产医院"), "oncology_hospital": ("SO", "肿瘤医院"),
    "stomatology_hospital": ("SS", "口腔医院")}
ONE_PER_PLACE = ("township_hospital", "community_health_centre")
STREETS_ONLY = ("community_health_centre", "community_health_station")
TOWNS_ONLY = ("township_hospital",)
COLUMNS = ("code", "name", "area", "class", "level", "ownership", "sponsor", "profit", "locality", "opened", "closed",
    "#generated")


class Town:
    def __init__(self, row, weight):
        self.code, self.parent, self.zh, self.weight = row["code"], row["parent"], row["name_zh"], weight
        self.street = row["kind"] == "street"


def towns_of(catalogue, weights):
    """Towns, townships and streets below the weighted areas, sharing their weights evenly."""
    rows = [r for r in catalogue.areas.values() if r["parent"] in weights
        and r["kind"] in ("street", "town", "township")]
    return [Town(r, weights[r["parent"]] // sum(o["parent"] == r["parent"] for o in rows)) for r in rows]


def weights_for(kind, towns):
    if kind in STREETS_ONLY + TOWNS_ONLY:
        return [t.weight if t.street == (kind in STREETS_ONLY) else 0 for t in towns]
    in_street, in_town = (1, 8) if kind == "village_clinic" else (6, 1) if kind in HOSPITALS else (3, 2)
    return [t.weight * (in_street if t.street else in_town) for t in towns]


def spread(kind, count, towns):
    """How many of a class stand in each town; those of which there is one per town, in the largest first."""
    weights = weights_for(kind, towns)
    if kind in ONE_PER_PLACE and count <= sum(w > 0 for w in weights):
        largest = sorted(range(len(weights)), key=lambda i: (-weights[i], i))[:count]
        return [int(i in largest) for i in range(len(weights))]
    return share_out(count, weights)


def attributes(kind, index, code):
    """level, ownership, sponsor, profit of the index-th (from 0) of its class in its county. The public hospitals of
    levels 2 and 3 are named ones."""
    public = "public", "government", "nonprofit"
    if kind in HOSPITALS:
        if index % 4 == 1:
            return ("level_1",) + public
        return ("level_1" if between(1, 10, "level", code) == 1 else "unrated", "private",
            "social" if between(0, 1, "sponsor", code) else "individual",
            "nonprofit" if between(1, 10, "profit", code) <= 4 else "forprofit")
    if kind in ("outpatient_department", "clinic"):
        return "", "private", "individual", "forprofit"
    if kind == "village_clinic":
        return "", "public" if between(1, 10, "owner", code) <= 4 else "private", "village", "nonprofit"
    if kind == "community_health_station" and between(1, 10, "owner", code) <= 4:
        return "", "private", "social", "nonprofit"
    return ("",) + public


def record(code, name, area, kind, words, locality):
    level, ownership, sponsor, profit = words
    return dict(zip(COLUMNS, (code, name + MARK_ZH, area, kind, level, ownership, sponsor, profit, locality, OPENED, "",
        MARK)))


def institutions(kind, count, towns):
    letter, name = NAMES[kind]
    in_county, rows = {}, []
    for town, here in zip(towns, spread(kind, count, towns)):
        for index in range(1, here + 1):
            number = in_county[town.parent] = in_county.get(town.parent, 0) + 1
            code = "%s-%s%04d" % (town.parent, letter, number)
            rows.append(record(code, town.zh + name + ("%02d" % index if here > 1 else ""), town.code, kind,
                attributes(kind, number - 1, code), "urban" if town.street else "rural"))
    return rows


def named(entries, areas):
    """Single institutions (class, level, area, ownership) that stand in a county because a plan speaks of them; their
    codes end in 9001, 9002 …"""
    rows, count = [], {}
    for kind, level, area, ownership in entries:
        letter, name = NAMES[kind]
        number = count[kind, area] = count.get((kind, area), 0) + 1
        sponsor = ("public", "government", "nonprofit") if ownership == "public" else ("private", "social", "nonprofit")
        rows.append(record("%s-%s%d" % (area, letter, 9000 + number), "%s%s%02d" % (areas[area]["name_zh"], name, number),
            area, kind, (level,) + sponsor, ""))
    return rows


def public_health(kind, codes, areas):
    letter, name = NAMES[kind]
    return [record("%s-%s0001" % (code, letter), areas[code]["name_zh"] + name, code, kind,
        ("", "public", "government", "nonprofit"), "") for code in codes]


def agency(word, kind, name, area, areas, words=("", "", "", "")):
    """An agency is registered once per subject area: word@area."""
    return record("%s@%s" % (word, area), areas[area]["name_zh"] + name, area, kind, words, "")
