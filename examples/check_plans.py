#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Checks the plans of catalog/ (plans.csv, plans/*.csv, facts.csv) without a daemon: check_plans.py [FOLDER [SEEDS]].

It is written apart from the loader in model/, so that one may catch what the other lets pass. Where the documents
themselves are at hand (SEEDS, else ../shared/seeds), it looks whether the printed words stand on the line that the
row names. Every mistake is printed, one on a line; exit status 3 if there is any."""
import csv
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ("id plan seed line section source row name_zh name_en printed kind unit unit_set baseline_year baseline "
    "target_year year_implied comparator judged_comparator target tolerance range_kind polarity hold_or_reach recurrence "
    "modality nature indicator scope_node owner supersedes note judged_by because_zh because_en").split()
PLAN_COLUMNS = "plan name_zh name_en area first_year last_year seed issuer_zh issuer_en note".split()
FACT_COLUMNS = "area indicator period value comparator source basis note".split()
WORDS = {
    "source": {"table", "text", "box"},
    "kind": {"numeric", "count", "milestone", "trend", "norm", "rank", "verdict"},
    "year_implied": {"yes", "no"},
    "judged_comparator": {">=", ">", "<=", "<", "about", "near", "range", "trend", "none"},
    "range_kind": {"", "floor", "band"},
    "polarity": {"higher", "lower", "none"},
    "hold_or_reach": {"", "hold", "reach"},
    "recurrence": {"end_year", "every_year", "every_period", "once"},
    "judged_by": {"indicator", "person", "nothing"},
}
NEVER_EMPTY = ("section", "name_zh", "name_en", "printed", "scope_node")
NUMBER = r"-?\d+(\.\d+)?"
# A cell of a table may be broken over several lines; never over more than this.
LINES_JOINED = 4


def read(path, columns, found):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or rows[0] != columns:
        found.append(f"{path}:1: the columns are not {','.join(columns)}")
        return []
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            found.append(f"{path}:{line}: {len(row)} cells instead of {len(columns)}")
    return [dict(zip(columns, row)) for row in rows[1:] if len(row) == len(columns)]


def codes(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return set()
    with open(path, encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def check_words(row, say):
    for column, words in WORDS.items():
        if row[column] not in words:
            say(f"{column} '{row[column]}' is none of {sorted(words)}")
    for column in NEVER_EMPTY:
        if not row[column]:
            say(f"{column} is empty")
    for column, text in row.items():
        if text != text.strip():
            say(f"{column} has blanks around it")
    if not re.fullmatch(r"\d{3}", row["seed"]):
        say(f"seed '{row['seed']}' is not three digits")
    for column in ("baseline_year", "target_year"):
        if not re.fullmatch(r"(20\d\d)?", row[column]):
            say(f"{column} '{row[column]}' is no year")


def check_numbers(row, say):
    comparator, target = row["judged_comparator"], row["target"]
    pattern = rf"{NUMBER}\.\.{NUMBER}" if comparator == "range" else NUMBER
    if target and not re.fullmatch(pattern, target):
        say(f"target '{target}' does not go with '{comparator}'")
    if target and comparator == "trend":
        say("a trend has no number to reach")
    if comparator == "range" and target:
        low, high = target.split("..")
        if float(low) >= float(high):
            say(f"the range '{target}' does not rise")
    if (comparator == "range") != (row["range_kind"] != ""):
        say(f"'{comparator}' and range_kind '{row['range_kind']}' do not go together")
    if row["baseline"] not in ("", "-") and not re.fullmatch(rf"[≥≧≤≦＞＜]?{NUMBER}(左右)?", row["baseline"]):
        say(f"baseline '{row['baseline']}' is no number")
    if row["tolerance"] and not re.fullmatch(NUMBER, row["tolerance"]):
        say(f"tolerance '{row['tolerance']}' is no number")
    if (comparator in ("about", "near")) != (row["tolerance"] != ""):
        say(f"'{comparator}' and tolerance '{row['tolerance']}' do not go together")


def check_judging(row, indicators, say):
    by, comparator, target = row["judged_by"], row["judged_comparator"], row["target"]
    if (by == "indicator") != (row["indicator"] != ""):
        say(f"judged by {by}, with indicator '{row['indicator']}'")
    for column in ("because_zh", "because_en"):
        if (by == "indicator") != (row[column] == ""):
            say(f"judged by {by}, and {column} is {'empty' if not row[column] else 'not empty'}")
    if row["because_zh"] and not re.search("[\u4e00-\u9fff]", row["because_zh"]):
        say("because_zh is not Chinese")
    if by != "indicator":
        return
    if indicators and row["indicator"] not in indicators:
        say(f"indicator '{row['indicator']}' is unknown")
    if comparator == "none":
        say("judged by an indicator without a comparator")
    if not target and comparator != "trend" and row["kind"] != "norm":
        say(f"'{comparator}' without a number, and no norm")
    if (row["kind"] == "trend") != (comparator == "trend"):
        say(f"kind {row['kind']} with '{comparator}'")
    if comparator == "trend" and not row["baseline_year"]:
        say("a trend since no year")
    if row["polarity"] == "none":
        say("judged by an indicator without a direction")


def check_printed(row, document, say):
    line = int(row["line"])
    if not 0 < line <= len(document):
        say(f"the document has no line {line}")
        return
    wanted = re.sub(r"\s", "", row["printed"])
    here = re.sub(r"\s", "", document[line - 1])
    joined = re.sub(r"\s", "", "".join(document[line - 1:line - 1 + LINES_JOINED]))
    if wanted not in here and not (row["source"] == "table" and joined.startswith(wanted)):
        say(f"line {line} of document {row['seed']} does not print '{row['printed']}'")


def check_supersedes(row, ids, say):
    if not row["supersedes"]:
        return
    word, _, other = row["supersedes"].partition(":")
    if word not in ("repeats", "contradicts") or other not in ids or other == row["id"]:
        say(f"supersedes '{row['supersedes']}' names no other row of the plan")


def check_plan(folder, plan, known, documents, found):
    path = os.path.join(folder, "plans", plan["plan"] + ".csv")
    if not os.path.exists(path):
        found.append(f"plans.csv: {plan['plan']} has no table")
        return []
    rows = read(path, COLUMNS, found)
    ids = {row["id"] for row in rows}
    document = documents.get(plan["seed"])
    before = 0
    for number, row in enumerate(rows, 1):
        def say(text, row=row):
            found.append(f"{plan['plan']}.csv:{number + 1}: {row['id']}: {text}")

        if row["id"] != f"{plan['plan']}-{number:03d}":
            say("is not the next id")
        if row["plan"] != plan["plan"] or row["seed"] != plan["seed"]:
            say("is of another plan")
        if not row["line"].isdigit() or int(row["line"]) < before:
            say(f"line '{row['line']}' goes back")
            continue
        before = int(row["line"])
        check_words(row, say)
        check_numbers(row, say)
        check_judging(row, known["indicators"], say)
        check_supersedes(row, ids, say)
        if re.fullmatch(r"\d+", row["scope_node"]) and row["scope_node"] not in known["areas"]:
            say(f"area {row['scope_node']} is unknown")
        if document:
            check_printed(row, document, say)
    return rows


def check_facts(folder, known, found):
    rows = read(os.path.join(folder, "facts.csv"), FACT_COLUMNS, found)
    seen = set()
    for line, row in enumerate(rows, 2):
        key = tuple(row[column] for column in ("area", "indicator", "period", "value", "source"))
        wrong = [f"{row['area']} is no area"] if row["area"] not in known["areas"] else []
        wrong += [f"indicator '{row['indicator']}' is unknown"] if row["indicator"] not in known["indicators"] else []
        wrong += ["value is no number"] if not re.fullmatch(NUMBER, row["value"]) else []
        wrong += ["period is no year"] if not re.fullmatch(r"20\d\d", row["period"]) else []
        wrong += [f"comparator '{row['comparator']}'"] if row["comparator"] not in ("", "about", ">=", ">", "<=", "<") else []
        wrong += ["no source"] if not row["source"] else []
        wrong += ["stands twice"] if key in seen else []
        seen.add(key)
        found += [f"facts.csv:{line}: {text}" for text in wrong]
    return rows


def read_documents(folder):
    documents = {}
    for path in glob.glob(os.path.join(folder, "[0-9][0-9][0-9]_*.txt")):
        with open(path, encoding="utf-8") as file:
            documents[os.path.basename(path)[:3]] = file.read().split("\n")
    return documents


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "catalog")
    seeds = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "..", "..", "shared", "seeds")
    found = []
    known = {"indicators": codes(folder, "indicators.csv"), "areas": codes(folder, "areas.csv")}
    documents = read_documents(seeds)
    if not documents:
        print(f"no documents in {seeds}: whether the words stand on their lines is not checked")
    plans = read(os.path.join(folder, "plans.csv"), PLAN_COLUMNS, found)
    tables = {os.path.basename(path)[:-4] for path in glob.glob(os.path.join(folder, "plans", "*.csv"))}
    for name in sorted(tables - {plan["plan"] for plan in plans}):
        found.append(f"plans.csv: the table {name} has no row")
    for plan in plans:
        if plan["area"] not in known["areas"]:
            found.append(f"plans.csv: {plan['plan']}: area {plan['area']} is unknown")
        rows = check_plan(folder, plan, known, documents, found)
        by = {word: sum(row["judged_by"] == word for row in rows) for word in ("indicator", "person", "nothing")}
        print(f"{plan['plan']}: {len(rows)} rows, {sum(row['target'] != '' for row in rows)} with a number; "
            + ", ".join(f"{word} {count}" for word, count in by.items()))
    print(f"{len(check_facts(folder, known, found))} facts")
    print("\n".join(found) if found else "no mistake found")
    return 3 if found else 0


if __name__ == "__main__":
    sys.exit(main())
