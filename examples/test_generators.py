#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The generators: the same bytes as ever, the printed digits, parts within wholes, and mistakes that are noticed.

    test_generators.py [--update]     --update: writes the digests anew, after the catalogue or a rule has changed

The digests stand in digests.json, with the digest of the tables that they were made from: where those have changed, the
bytes are compared between two runs instead, and a note says so.
"""
import csv
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from generator.numbers import along, half_up, share_out, share_within  # noqa: E402
from generator.place import digest_of  # noqa: E402
from generator.sheets import split, within  # noqa: E402

DIGESTS = os.path.join(HERE, "digests.json")
CATALOG = os.path.join(HERE, os.pardir, "catalog")
RUNS = {"lianyungang": ["--facilities", "small", "--monthly-years", "2020"], "longhu": ["--monthly-years", "none"],
    "rudong": []}


def digest_of_tables():
    """Of everything that the output depends on apart from the generators: the catalogue and its plans."""
    total = hashlib.sha256()
    for folder, _, names in sorted(os.walk(CATALOG)):
        for name in sorted(names):
            if name.endswith(".csv"):
                with open(os.path.join(folder, name), "rb") as file:
                    total.update(name.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def generate(place, folder):
    command = [sys.executable, os.path.join(HERE, place, "generate.py"), folder] + RUNS[place]
    # A hash seed of its own: an order that hangs on it would show.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, PYTHONHASHSEED=str(os.getpid())))
    return digest_of(folder)


def load_check():
    spec = importlib.util.spec_from_file_location("check", os.path.join(HERE, "lianyungang", "check.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def update():
    found = {"tables": digest_of_tables()}
    for place in RUNS:
        with tempfile.TemporaryDirectory() as folder:
            found[place] = generate(place, folder)
    with open(DIGESTS, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
        file.write("\n")
    print(DIGESTS, "written")


class Numbers(unittest.TestCase):
    def test_half_up(self):
        self.assertEqual([half_up(x, 2) for x in (0, 0.005, 2.184999, 2.185)][:2], ["0.00", "0.01"])
        self.assertEqual(half_up(2.5, 0), "3")
        self.assertEqual(half_up(-0.001, 2), "0.00")

    def test_share_out(self):
        self.assertEqual(share_out(10, [1, 1, 1]), [4, 3, 3])
        self.assertEqual(share_out(0, [0, 0]), [0, 0])
        self.assertRaises(ValueError, share_out, 1, [0, 0])
        self.assertEqual(share_within(10, [9, 1, 0], [3, 5, 9]), [3, 5, 0])
        self.assertEqual(sum(share_within(99, [1, 2], [3, 4])), 7)

    def test_split(self):
        for number in (0, 1, 7, 1234567):
            for offset in (0, 1, 1 << 31, (1 << 32) - 1):
                parts = split(number, [88, 162, 248], offset)
                self.assertEqual(sum(parts), number)
                self.assertGreaterEqual(min(parts), 0)
        self.assertEqual(within([3, 0, 1], [1, 2, 1]), [1, 2, 1])

    def test_along(self):
        self.assertEqual([along({2015: 1, 2020: 2}, y) for y in (2010, 2015, 2020, 2030)], [1, 1, 2, 2])
        self.assertEqual(along({2015: 1, 2020: 2}, 2016) * 5, 6)


class Places(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.digest = {p: generate(p, os.path.join(cls.holder.name, p)) for p in RUNS}

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def folder(self, place):
        return os.path.join(self.holder.name, place)

    def rows(self, place, name):
        with open(os.path.join(self.folder(place), name), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_same_bytes(self):
        with open(DIGESTS, encoding="utf-8") as file:
            wanted = json.load(file)
        if wanted["tables"] == digest_of_tables():
            self.assertEqual(self.digest, {p: wanted[p] for p in RUNS})
            return
        print("note: the catalogue has changed since digests.json was written: test_generators.py --update")
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.digest["rudong"], generate("rudong", folder))

    def test_printed_digits(self):
        self.assertEqual(load_check().main([self.folder("lianyungang")]), 0)

    def test_a_changed_figure_is_noticed(self):
        path = os.path.join(self.folder("lianyungang"), "MCH_QUARTER-2020.csv")
        with open(path, encoding="utf-8", newline="") as file:
            kept = file.read()
        rows = self.rows("lianyungang", "MCH_QUARTER-2020.csv")
        row = next(r for r in rows if r["INFANT_DEATH"] not in ("", "0") and r["INFANT_DEATH"].isdigit())
        row["INFANT_DEATH"] = str(int(row["INFANT_DEATH"]) - 1)
        try:
            with open(path, "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
                writer.writerows(rows)
            self.assertEqual(load_check().main([self.folder("lianyungang")]), 1)
        finally:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(kept)

    def test_says_that_it_is_generated(self):
        for place in RUNS:
            for row in self.rows(place, "facilities.csv"):
                self.assertTrue(row["name"].endswith("（生成）"), row)
            for name in os.listdir(self.folder(place)):
                with open(os.path.join(self.folder(place), name), encoding="utf-8") as file:
                    self.assertIn("生成", file.read(), name)

    def test_months_add_up_to_the_year(self):
        year = {r["facility"]: r for r in self.rows("lianyungang", "INSTITUTION_YEAR-2020.csv")}
        total = {}
        for name in ("HOSPITAL_MONTH-2020.csv", "PRIMARY_MONTH-2020.csv"):
            for row in self.rows("lianyungang", name):
                self.assertLessEqual(int(row["VISIT_TCM"]), int(row["OUTPATIENT"]))
                self.assertGreaterEqual(int(row["VISIT"]), int(row["OUTPATIENT"]) + int(row["EMERGENCY"]))
                self.assertEqual(row["NURSE"], year[row["facility"]]["NURSE"])
                total[row["facility"]] = total.get(row["facility"], 0) + int(row["VISIT"])
        self.assertEqual(total, {f: int(year[f]["VISIT"]) for f in total})

    def test_parts_within_wholes(self):
        for row in self.rows("lianyungang", "INSTITUTION_YEAR-2020.csv"):
            values = {k: float(v) for k, v in row.items() if v.replace(".", "", 1).isdigit()}
            for part, whole in (("TCM_PHYSICIAN", "PHYSICIAN"), ("PHYSICIAN", "HEALTH_TECHNICIAN"),
                    ("HEALTH_TECHNICIAN", "STAFF"), ("BED_TCM", "BED_ACTUAL"), ("INCOME_DRUG", "INCOME_MEDICAL"),
                    ("INPATIENT_DEATH", "DISCHARGE"), ("EXPENSE_DRUG", "EXPENSE_MEDICAL")):
                if part in values and whole in values:
                    self.assertLessEqual(values[part], values[whole], (row["facility"], part))

    def test_outside_values_are_as_generated(self):
        command = [sys.executable, os.path.join(HERE, "external", "generate.py"), "--check"]
        self.assertEqual(subprocess.run(command, stdout=subprocess.DEVNULL).returncode, 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    else:
        unittest.main()
