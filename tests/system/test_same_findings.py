#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The same file checked at the source and judged by the server: byte-identical findings.

    test_same_findings.py BINARIES [--seed N] [--rows N] [--catalog FOLDER]

A file of hospitals over several months, with seeded faults of many kinds in random cells, in the order of months and
out of it. `check --findings` (offline) against the verdicts that `send --findings --send-anyway` gets, and against the
findings in the journal's entries (an accepted report's explained findings stand only there). Then the same rows to a
second world in two files, and to a third by a sender that puts one report into a message.
"""
import argparse
import collections
import csv
import json
import random
import sys
import tempfile
import pathlib

import ruled
from world import World

FORM = 'HOSPITAL_MONTH'
FORM_ID = 1
MONTHS = [f'2015-{month:02d}' for month in range(1, 7)]
COLUMNS = ['HEALTH_TECHNICIAN', 'PHYSICIAN', 'NURSE', 'BED_ACTUAL', 'BED_DAY_OPEN', 'BED_DAY_OCCUPIED', 'VISIT',
           'OUTPATIENT', 'EMERGENCY', 'ADMISSION', 'DISCHARGE', 'INPATIENT_START', 'INPATIENT_END', 'INCOME_OUTPATIENT',
           'INCOME_INPATIENT', 'INCOME_MEDICAL']
CLASSES = ['general_hospital', 'tcm_hospital', 'psychiatric_hospital', 'specialist_hospital']


def expect(what, claim, *details):
    if not claim:
        sys.exit(f'expected: {what} {details if details else ""}')
    print('ok', what, flush=True)


def clean(chance, size, before):
    """A month that fits the one before."""
    beds = before['BED_ACTUAL'] if before else size
    start = before['INPATIENT_END'] if before else size // 2
    admission = size + chance.randrange(10)
    discharge = admission - chance.randrange(-3, 4)
    visits = size * 40 + chance.randrange(200)
    outpatient, inpatient = visits // 5, discharge * 8
    return {'HEALTH_TECHNICIAN': size * 2 + 5, 'PHYSICIAN': size * 3 // 4, 'NURSE': size, 'BED_ACTUAL': beds,
            'BED_DAY_OPEN': beds * 30, 'BED_DAY_OCCUPIED': beds * 25 + chance.randrange(20), 'VISIT': visits,
            'OUTPATIENT': visits - 60, 'EMERGENCY': 50 + chance.randrange(10), 'ADMISSION': admission,
            'DISCHARGE': discharge, 'INPATIENT_START': start, 'INPATIENT_END': start + admission - discharge,
            'INCOME_OUTPATIENT': outpatient, 'INCOME_INPATIENT': inpatient, 'INCOME_MEDICAL': outpatient + inpatient}


def spoil(chance, row, before):
    """One planted fault; its name."""
    kind = chance.choice(['negative', 'blank', 'absent', 'part', 'balance', 'start', 'occupancy', 'beds', 'unit', 'ten',
                          'swap', 'copy', 'money', 'many', 'future', 'large', 'explained', 'explained', 'needless'])
    cell = chance.choice(COLUMNS[:13])
    if kind == 'negative':
        row[cell] = -chance.randrange(1, 90)
    elif kind == 'blank':
        row[cell] = ''
    elif kind == 'absent':
        row[cell] = chance.choice(['NOT_OFFERED', 'NOT_COLLECTED', 'WITHHELD', 'NOT_APPLICABLE'])
    elif kind == 'part':
        row['NURSE'] = row['HEALTH_TECHNICIAN'] + 3
    elif kind == 'balance':
        row['INPATIENT_END'] += chance.randrange(1, 9)
    elif kind == 'start':
        row['INPATIENT_START'] += 4
        row['INPATIENT_END'] += 4
    elif kind in ('occupancy', 'explained'):
        row['BED_DAY_OCCUPIED'] = row['BED_DAY_OPEN'] * 12 // 10
        if kind == 'explained':
            row['reasons'] = chance.choice(['BED_DAY_OCCUPIED=EXTRA_BEDS', 'BED_DAY_OCCUPIED＝临时加床；*=CHECKED_CORRECT'])
    elif kind == 'beds':
        row['BED_ACTUAL'] = row['BED_ACTUAL'] * 3 // 2
    elif kind == 'unit':
        for name in COLUMNS[13:]:
            row[name] *= 1000
    elif kind == 'ten':
        row['VISIT'] *= 10
    elif kind == 'swap':
        row['ADMISSION'], row['VISIT'] = row['VISIT'], row['ADMISSION']
    elif kind == 'copy' and before:
        row.update({name: before[name] for name in COLUMNS})
    elif kind == 'money':
        row['INCOME_OUTPATIENT'] = -5
        if chance.random() < 0.5:
            row['reasons'] = 'INCOME_OUTPATIENT=CHECKED_CORRECT'
    elif kind == 'many':
        for name in COLUMNS[:9]:
            row[name] = -1 - chance.randrange(5)
    elif kind == 'future':
        row['period'] = '2199-12'
    elif kind == 'large':
        row[cell] = 1 << 40
    elif kind == 'needless':
        row['reasons'] = 'VISIT=CHECKED_CORRECT'
    return kind


def month_rows(chance, codes):
    """Rows of every hospital and month, about one in two with a fault; and what was planted."""
    rows, planted = [], collections.Counter()
    for number, code in enumerate(codes):
        before = None
        for month in MONTHS:
            good = clean(chance, 40 + number, before)
            row = {'facility': code, 'period': month, 'reasons': '', **good}
            if chance.random() < 0.5:
                planted[spoil(chance, row, before)] += 1
            before = good
            rows.append(row)
    # One in six hospitals sends its months in any order.
    for code in codes[::6]:
        places = [i for i, row in enumerate(rows) if row['facility'] == code]
        mixed = [rows[i] for i in places]
        chance.shuffle(mixed)
        for place, row in zip(places, mixed):
            rows[place] = row
    # A period that stands twice is no report: a second future month of one hospital.
    seen, unique = set(), []
    for row in rows:
        if (row['facility'], row['period']) not in seen:
            seen.add((row['facility'], row['period']))
            unique.append(row)
    return unique, planted


def write(path, rows):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, ['facility', 'period', *COLUMNS, 'reasons'])
        writer.writeheader()
        writer.writerows(rows)
    return path


def found(path):
    """(facility, period) → findings in hex."""
    return {tuple(line.split(' ')[:2]): line.rstrip('\n').split(' ')[2]
            for line in path.read_text('utf-8').splitlines()}


def in_journal(world):
    """What the entries of reports hold."""
    table = {}
    for line in world.dump().read_text('utf-8').splitlines():
        entry = json.loads(line)
        if entry.get('form') == FORM_ID and entry.get('facility') and entry.get('period'):
            table[entry['sequence']] = entry.get('findings', '')
    return table


class Place:
    """A world with hospitals whose attributes the collector has learned."""

    def __init__(self, binaries, catalog, codes, window=None):
        self.world, self.codes = World(binaries, catalog=catalog), codes

    def __enter__(self):
        world = self.world.__enter__()
        world.start(aggregator=False)
        world.add_facilities([{'code': code, 'class': CLASSES[i % len(CLASSES)],
                               **({'closed': '2015-03-15'} if i % 7 == 6 else {}),
                               **({'opened': '2015-02-10'} if i % 7 == 5 else {})}
                              for i, code in enumerate(self.codes)])
        # Named one by one: whether an area is a key's on a day when a hospital is closed, only the server knows.
        world.add_collector('clerk', *(word for code in self.codes for word in ('--facility', code)))
        listed = world.folder / 'list.csv'
        listed.write_text('code\n' + '\n'.join(self.codes) + '\n', 'utf-8')
        self('template', FORM, '--facilities', listed, '-o', world.folder / 'empty.csv')
        return self

    def __exit__(self, *what):
        return self.world.__exit__(*what)

    def __call__(self, *words, check=(0,)):
        return self.world.run('huibao-collect', *words, '--config', self.world.folder / 'clerk.yaml', check=check)

    def check(self, rows):
        path = write(self.world.folder / 'rows.csv', rows)
        out = self.world.folder / 'check.txt'
        self('check', path, '--form', FORM, '--findings', out, check=(0, 3))
        return found(out)

    def send(self, rows):
        """What the verdicts said, and statuses and sequences from the receipt."""
        path = write(self.world.folder / 'rows.csv', rows)
        out, receipt = self.world.folder / 'send.txt', self.world.folder / 'receipt.csv'
        self('send', path, '--form', FORM, '--findings', out, '--send-anyway', '--receipt', receipt, check=(0, 7))
        with open(receipt, encoding='utf-8-sig', newline='') as file:
            became = {(row['facility'], row['period']): (row['status'], row['sequence']) for row in csv.DictReader(file)}
        return found(out), became


def with_journal(place, told, became):
    """The verdicts' findings; of what is plainly accepted, those that its entry holds."""
    entries = in_journal(place.world)
    whole = {}
    for key, findings in told.items():
        status, sequence = became[key]
        whole[key] = entries.get(int(sequence), '') if status == 'accepted' else findings
    return whole


def compare(name, first, second):
    wrong = [key for key in first if first[key] != second.get(key)]
    expect(f'{name}: {len(first)} rows, the same bytes', first.keys() == second.keys() and not wrong,
           len(wrong), [(key, first[key], second.get(key)) for key in wrong[:3]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--seed', type=int, default=4)
    parser.add_argument('--rows', type=int, default=240)
    parser.add_argument('--catalog', help='with its own rules, instead of a few for this test')
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    codes = [f'H{i:04d}' for i in range(arguments.rows // len(MONTHS) + 1)]
    rows, planted = month_rows(chance, codes)
    print(f'seed {arguments.seed}: {len(rows)} rows, planted', dict(planted), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        catalog = ruled.catalogue(pathlib.Path(folder) / 'catalog', arguments.catalog, few=not arguments.catalog)
        run(arguments.binaries, catalog, codes, rows)


def run(binaries, catalog, codes, rows):
    with Place(binaries, catalog, codes) as place:
        checked = place.check(rows)
        expect('at least 200 rows', len(checked) >= 200, len(checked))
        told, became = place.send(rows)
        states = collections.Counter(status for status, _ in became.values())
        expect('all three ends are met', states['accepted'] > 50 and states['held'] > 20 and states['rejected'] > 20,
               states)
        judged = with_journal(place, told, became)
        expect('explained findings stand in the entry', any(
            findings and became[key][0] == 'accepted' for key, findings in judged.items()))
        compare('check and verdict', checked, judged)
        again = place.check(rows)
        expect('what is in force is not judged again', all(
            not again[key] for key, (status, _) in became.items() if status == 'accepted'))
    half = [row for row in rows if row['period'] <= MONTHS[2]]
    rest = [row for row in rows if row['period'] > MONTHS[2]]
    with Place(binaries, catalog, codes) as place:
        first, second = {}, {}
        for part in (half, rest):
            first.update(place.check(part))
            told, became = place.send(part)
            second.update(with_journal(place, told, became))
        compare('check and verdict, in two files', first, second)
        ordered = {row['facility'] for row in rows} - set(codes[::6])
        compare('in one message and in two', {key: value for key, value in judged.items() if key[0] in ordered},
                {key: value for key, value in second.items() if key[0] in ordered})


if __name__ == '__main__':
    main()
