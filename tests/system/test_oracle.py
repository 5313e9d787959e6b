#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Random figures of a random history, computed by the aggregator and by oracle.py, must be equal.

    test_oracle.py BINARIES [--seed N] [--questions N] [--keep]

The history: a city's and a district's facilities, thirty months of every form, holes of every kind,
reports out of order, revisions, withdrawals, moves, reclassifications and closings. It is compared
three times: as first reported, after the corrections, and after a kill of the aggregator and a
rebuild. A failure prints the seed; the same seed makes the same history and the same questions.
"""
import argparse
import datetime
import hashlib
import json
import random
import shutil
import subprocess
import sys
import time
from fractions import Fraction

import oracle
from world import PATIENCE, Failed, World

HELLO, WELCOME, SUBMIT, VERDICTS, QUESTION, ANSWER, COMMAND, RESULT = 1, 2, 3, 4, 13, 14, 15, 16
DONE = 1
HOSPITAL_MONTH, PRIMARY_MONTH, INSTITUTION_YEAR, POPULATION_YEAR = 1, 2, 3, 4
FIRST_MONTH, MONTHS = 2014 * 12, 30
SUBMIT_BYTES, SUBMIT_REPORTS = 48 * 1024, 200
ABSENT = (1, 1, 2, 3, 4)  # not offered, not collected, withheld, not applicable
NAMED = ('', 'month', 'quarter', 'half', 'ytd', 'r12m', 'year', 'mch_year')


# -- packing ------------------------------------------------------------------------------------

def number(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(tag, value):
    """A number, bytes, text, or a packed list of numbers; nothing where it is empty or 0."""
    if isinstance(value, int):
        return number(tag << 3) + number(value) if value else b''
    if isinstance(value, list):
        value = b''.join(map(number, value))
    if isinstance(value, str):
        value = value.encode()
    return number(tag << 3 | 2) + number(len(value)) + value if value else b''


def zigzag(value):
    return value * 2 if value >= 0 else -value * 2 - 1


def pack_report(code, form, period, revision, values, absents):
    """values None: a withdrawal."""
    elements = sorted(values or ())
    return b''.join((field(1, 1), field(2, code), field(3, form), field(4, period), field(5, revision),
                     field(6, int(values is None)), field(7, elements),
                     field(8, [zigzag(values[e]) for e in elements]), field(9, sorted(absents)),
                     field(10, [absents[e] for e in sorted(absents)])))


def pack_facility(code, segments, closed):
    out = field(1, code) + field(2, f'机构 {code}')
    kept = [(*segment, 0) for segment in segments if closed is None or segment[0] < closed]
    if closed is not None:
        kept.append((closed, *kept[-1][1:3], 1))
    for day, area, stratum, ended in kept:
        out += field(3, field(1, zigzag(day)) + field(2, area) +
                     b''.join(field(3 + at, attribute) for at, attribute in enumerate(stratum)) + field(9, ended))
    return out


class Post:
    """A connection to a daemon: messages out, answers in."""

    def __init__(self, world, config, daemon):
        self.process = subprocess.Popen([world.binaries / 'tests' / 'system' / 'post', world.folder / config, daemon],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        world.others.append(self.process)

    def post(self, kind, payload):
        self.process.stdin.write(f'{kind} {payload.hex()}\n')
        self.process.stdin.flush()
        kind, _, answer = self.process.stdout.readline().rstrip('\n').partition(' ')
        return int(kind or 0), bytes.fromhex(answer)

    def close(self):
        self.process.stdin.close()
        if self.process.wait(PATIENCE) != 0:
            raise Failed('post failed')


# -- a random history ---------------------------------------------------------------------------

def day(year, month, of_month):
    return (datetime.date(year, month, of_month) - oracle.EPOCH).days


class History:
    """What is done to the house, and in which order. Everything follows from the seed."""

    def __init__(self, world, catalog, chance):
        self.world, self.catalog, self.chance = world, catalog, chance
        self.ingestd, self.admin = Post(world, 'clerk.yaml', 'ingestd'), Post(world, 'admin.yaml', 'ingestd')
        kind, _ = self.ingestd.post(HELLO, field(1, 1) + field(2, 'oracle'))
        if kind != WELCOME:
            raise Failed(f'no WELCOME but {kind}')
        self.requests = 0
        self.revisions, self.waiting, self.sent, self.accepted = {}, [], 0, 0
        self.leaves = {name: sorted(catalog.below('class', name) - {catalog.attributes['class', name]})
                       for name in ('hospital', 'primary_care', 'public_health')}
        self.facilities = {}  # code → segments, closed
        towns = [code for code in catalog.areas if len(str(code)) == 9]
        self.places = chance.sample(towns, 25) + [440507001, 440507003, 440507100] + [320700, 320703, 320722, 440507]
        for at in range(240):
            self.found(f'F{at:04d}', chance.choices(list(self.leaves), (5, 18, 2))[0])
        agency = catalog.attributes['class', 'statistics_agency']
        for area in [440507, *catalog.children(320700)]:
            self.facilities[f'statistics@{area}'] = [[(day(1990, 1, 1), area, (agency, 0, 0, 0, 0, 0))], None]
        self.command(self.facilities)

    def stratum(self, branch):
        chance = self.chance
        kind = chance.choice(self.leaves[branch])
        return kind, chance.choice((0, 1, 2, 3)), chance.choice((0, 1, 1, 2)), chance.choice((0, 1)), 0, chance.choice((0, 1, 2))

    def found(self, code, branch):
        chance = self.chance
        opened = day(2000, 1, 1) if chance.random() < 0.8 else day(2014, 1, 1) + chance.randrange(900)
        segments = [(opened, chance.choice(self.places), self.stratum(branch))]
        while chance.random() < 0.2 and len(segments) < 4:
            stratum = segments[-1][2] if chance.random() < 0.5 else self.stratum(branch)
            segments.append((max(segments[-1][0], day(2014, 1, 1)) + chance.randrange(1, 400),
                             chance.choice(self.places), stratum))
        closed = segments[-1][0] + chance.randrange(1, 1000) if chance.random() < 0.1 else None
        self.facilities[code] = [segments, closed]

    def command(self, codes):
        codes = list(codes)
        for at in range(0, len(codes), 200):
            self.requests += 1
            payload = field(1, 1) + field(2, self.requests.to_bytes(16, 'big')) + field(3, 'a test')
            for code in codes[at:at + 200]:
                payload += field(5, pack_facility(code, *self.facilities[code]))
            kind, answer = self.admin.post(COMMAND, payload)
            result = oracle.decode(answer)
            if kind != RESULT or oracle.last(result[1]) != DONE:
                raise Failed(f'command: {kind} {oracle.last(result[2], b"").decode()}')

    def report(self, code, form, period, withdraw=False):
        chance, values, absents = self.chance, {}, {}
        identity = code, form, period
        self.revisions[identity] = self.revisions.get(identity, 0) + chance.choice((1, 1, 3))
        holes = chance.choice((0, 0, 0.02, 0.3, 1))
        large = chance.random() < 0.02
        for element, required in self.catalog.forms[form].lines.items():
            if chance.random() < holes:
                if required or chance.random() < 0.7:
                    absents[element] = chance.choice(ABSENT)
                continue
            value = chance.choice((0, 1, chance.randrange(100), chance.randrange(10000), chance.randrange(10 ** 6)))
            if large:
                value = (1 << 40) - chance.randrange(3)
            if self.catalog.element_by_id[element].scale and chance.random() < 0.05:
                value = -value
            values[element] = value
        packed = pack_report(*identity, self.revisions[identity], None if withdraw else values, {} if withdraw else absents)
        self.waiting.append(packed)

    def flush(self, shuffle=True):
        """Sends what waits, in no order of time."""
        if shuffle:
            self.chance.shuffle(self.waiting)
        while self.waiting:
            payload = b''
            count = 0
            while self.waiting and count < SUBMIT_REPORTS and len(payload) + len(self.waiting[-1]) < SUBMIT_BYTES:
                report = self.waiting.pop()
                payload += field(1, field(1, report) + field(2, hashlib.sha256(report).digest()))
                count += 1
            kind, answer = self.ingestd.post(SUBMIT, payload)
            if kind != VERDICTS:
                raise Failed(f'no VERDICTS but {kind} {answer!r}')
            self.sent += count
            self.accepted += count - len(oracle.decode(answer)[6])

    def fill(self):
        """The first returns of all. A few are never sent, some facilities never send at all."""
        hospital = self.catalog.forms[HOSPITAL_MONTH].classes
        primary = self.catalog.forms[PRIMARY_MONTH].classes
        for code, (segments, _) in self.facilities.items():
            if code.startswith('statistics'):
                for year in range(2012, 2016):
                    if self.chance.random() < 0.7:
                        self.report(code, POPULATION_YEAR, year * 1000 + 400)
                continue
            diligence = self.chance.choice((0, 0.5, 0.9, 0.98, 1, 1))
            form = HOSPITAL_MONTH if segments[0][2][0] in hospital else PRIMARY_MONTH
            for month in range(FIRST_MONTH, FIRST_MONTH + MONTHS):
                if segments[0][2][0] in hospital | primary and self.chance.random() < diligence:
                    self.report(code, form, oracle.period_of(oracle.MONTH, month))
            for year in (2013, 2014, 2015):
                if self.chance.random() < (diligence if year == 2014 else 0.5):
                    self.report(code, INSTITUTION_YEAR, year * 1000 + 400)
        self.flush()

    def correct(self):
        """Revisions, withdrawals, and reports that come after a withdrawal."""
        known = sorted(self.revisions)
        for identity in self.chance.sample(known, len(known) // 12):
            self.report(*identity)
        self.flush()
        withdrawn = self.chance.sample(known, len(known) // 20)
        for identity in withdrawn:
            self.report(*identity, withdraw=True)
        self.flush()
        for identity in withdrawn[::3]:
            self.report(*identity)
        self.flush()

    def move(self):
        """The registry is put right after the reports came: other areas, classes, days."""
        codes = [code for code in self.facilities if code[0] == 'F']
        for code in self.chance.sample(codes, 40):
            self.found(code, self.chance.choices(list(self.leaves), (5, 18, 2))[0])
        moved = self.chance.sample(codes, 30)
        for code in moved:
            segments, _ = self.facilities[code]
            segments[-1] = segments[-1][0], self.chance.choice(self.places), segments[-1][2]
            self.facilities[code][1] = segments[-1][0] + self.chance.randrange(200, 6000)
        self.command(codes)

    def close(self):
        self.ingestd.close()
        self.admin.close()


# -- questions ----------------------------------------------------------------------------------

def question(verb, offset=0, **arguments):
    return field(1, 1) + field(2, verb) + b''.join(field(3, field(1, name) + field(2, value))
                                                   for name, value in arguments.items()) + field(6, offset)


def table(answer):
    """(outcome, text, rows as dictionaries, more)"""
    message = oracle.decode(answer)
    columns = [oracle.decode(packed) for packed in message[4]]
    names = [oracle.last(column[1]).decode() for column in columns]
    types = [oracle.last(column[2]) for column in columns]
    rows = []
    for packed in message[5]:
        row = oracle.decode(packed)
        nulls = oracle.last(row[2], b'')
        cells = []
        for at, (cell, kind) in enumerate(zip(row[1], types)):
            null = at // 8 < len(nulls) and nulls[at // 8] >> at % 8 & 1
            text = cell.decode()
            cells.append(None if null else int(text) if kind == 2 else text == 'true' if kind == 4 else text)
        rows.append(dict(zip(names, cells)))
    return oracle.last(message[2]), oracle.last(message[3], b'').decode(), rows, bool(oracle.last(message[6]))


def random_question(catalog, chance, places):
    """(indicator, area, window, period as text, period) of a window that exists."""
    while True:
        indicator = chance.choice(list(catalog.indicators))
        area = chance.choice((320700, 440507, chance.choice(catalog.children(320700)), chance.choice(places),
                              chance.choice(list(catalog.areas))))
        window = chance.choice(NAMED)
        month = chance.randrange(FIRST_MONTH - 14, FIRST_MONTH + MONTHS + 30)
        year, kind = month // 12, chance.choice(('month', 'month', 'year', 'quarter'))
        text, period = {'month': (f'{year}-{month % 12 + 1:02d}', year * 1000 + 100 + month % 12 + 1),
                        'quarter': (f'{year}Q{month % 12 // 3 + 1}', year * 1000 + 200 + month % 12 // 3 + 1),
                        'year': (str(year), year * 1000 + 400)}[kind]
        natural = window or catalog.indicators[indicator]['window']
        if not (natural == 'mch_year' and kind == 'year') and oracle.span_of(natural, period):
            return indicator, area, window, text, period


# What may stand in where reports give no value; the catalogue's plans print some thousand figures.
STAND_INS = 'published', 'fact'


def differences(row, expected):
    row = {**row, 'mark': sorted(filter(None, row['mark'].split('; ')))}
    return [f'{name}: {row[name]!r}, the oracle says {value!r}' for name, value in expected.items() if row[name] != value]


class Comparison:
    def __init__(self, world, catalog, chance, places):
        self.world, self.catalog, self.chance, self.places = world, catalog, chance, places
        self.wrong, self.compared, self.with_value, self.slowest = 0, 0, 0, (0, '')

    def say(self, asked, found):
        self.wrong += 1
        if self.wrong <= 20:
            print(f'WRONG {asked}', *(f'    {line}' for line in found), sep='\n')

    def run(self, questions):
        self.world.await_followed()
        journal = oracle.Journal(self.world.dump(), self.catalog)
        asker = Post(self.world, 'admin.yaml', 'aggregator')
        for at in range(questions):
            self.ask(journal, asker, at)
        asker.close()

    def ask(self, journal, asker, at):
        asked = random_question(self.catalog, self.chance, self.places)
        indicator, area, window, text, period = asked
        by = {'by': 'area'} if at % 8 == 0 else {}
        arguments = {'indicator': indicator, 'area': str(area), 'period': text, **({'window': window} if window else {})}
        started = time.monotonic()
        kind, answer = asker.post(QUESTION, question('indicator show', **arguments, **by))
        self.slowest = max(self.slowest, (time.monotonic() - started, str(asked)))
        outcome, words, rows, _ = table(answer)
        if kind != ANSWER or outcome != DONE:
            self.say(asked, [f'{kind} {outcome} {words}'])
            return
        areas = [area] + (self.catalog.children(area) if by else [])
        if [row['area'] for row in rows] != [str(code) for code in areas]:
            self.say(asked, ['areas: ' + ' '.join(row['area'] for row in rows)])
            return
        window = window or self.catalog.indicators[indicator]['window']
        for row, code in zip(rows, areas):
            if ' line ' in (row['source'] or ''):
                continue  # printed by a plan: the oracle knows reports alone
            figure = oracle.Figure(journal, indicator, code, window, period)
            expected = figure.answer()
            if row['source_kind'] in STAND_INS:  # only where the reports give nothing
                found = [] if expected['value'] is None else [f'{row["source_kind"]} before {expected["value"]}']
            else:
                found = differences(row, expected)
            self.compared += 1
            self.with_value += row['value'] is not None
            if found:
                self.say((*asked, code), found)
        if at % 10 == 1 and rows[0]['source_kind'] not in STAND_INS:
            self.explain(asker, asked, arguments, rows[0])
        if at % 25 == 2:
            self.by_program(asked, arguments, rows)

    def explain(self, asker, asked, arguments, shown):
        """What is not left out adds up to both sides, to the last digit."""
        totals, any_row, offset, more = [Fraction(0), Fraction(0)], [False, False], 0, True
        while more:
            outcome, words, rows, more = table(asker.post(QUESTION, question('indicator explain', offset, **arguments))[1])
            if outcome != DONE:
                self.say(asked, [f'explain: {outcome} {words}'])
                return
            offset += len(rows)
            if any(row['side'] in ('fact', 'published') for row in rows):
                return  # somebody else's figure, which stands in where nobody has reported
            for row in rows:
                side = ('numerator', 'denominator').index(row['side'])
                if not row['left_out'] and row['contribution'] is not None:
                    totals[side] += Fraction(row['contribution'])
                    any_row[side] = True
        for side, name in enumerate(('numerator', 'denominator')):
            total = oracle.trimmed(oracle.rounded(totals[side], 9)) if any_row[side] else None
            if total != (shown[name] if any_row[side] or shown[name] != '0' else None):
                self.say(asked, [f'explain adds up to {total}, {name} is {shown[name]}'])

    def by_program(self, asked, arguments, rows):
        """huibaoctl prints what the message says."""
        options = [f'--{name}={value}' for name, value in arguments.items() if name != 'indicator']
        done = self.world.ctl('indicator', 'show', arguments['indicator'], *options, '-o', 'json', check=None)
        printed = json.loads(done.stdout)['rows'] if done.returncode == 0 else done.stderr
        if not isinstance(printed, list) or [str(v) for v in printed[0].values()] != [str(v) for v in rows[0].values()]:
            self.say(asked, [f'huibaoctl: {printed}', f'message: {rows[0]}'])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--seed', type=int, default=20160630)
    parser.add_argument('--questions', type=int, default=1000)
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    print(f'seed {arguments.seed}', flush=True)
    chance = random.Random(arguments.seed)
    with World(arguments.binaries, keep=arguments.keep) as world:
        catalog = oracle.Catalog(world.catalog)
        world.start()
        world.add_collector('clerk', '--area', '320700', '--area', '440507')
        history = History(world, catalog, chance)
        comparison = Comparison(world, catalog, random.Random(f'questions {arguments.seed}'), history.places)
        history.fill()
        print(f'{history.accepted} of {history.sent} reports accepted', flush=True)
        comparison.run(arguments.questions)
        history.correct()
        history.move()
        history.correct()
        history.close()
        print(f'{history.accepted} of {history.sent} reports accepted', flush=True)
        comparison.run(arguments.questions)
        world.kill('aggregator')
        shutil.rmtree(world.folder / 'aggregator' / 'aggregates')
        world.restart('aggregator')
        world.await_answer('aggregator')
        comparison.run(arguments.questions // 4)
        verify = world.ctl('verify', check=None, timeout=PATIENCE)
        print(verify.stdout, verify.stderr, sep='', end='')
    print(f'{comparison.compared} figures compared, {comparison.with_value} with a value, {comparison.wrong} wrong; '
          f'slowest question {1000 * comparison.slowest[0]:.0f} ms: {comparison.slowest[1]}')
    if comparison.wrong or verify.returncode != 0 or comparison.with_value < comparison.compared // 10:
        sys.exit(f'seed {arguments.seed}: the aggregator and the oracle differ')


if __name__ == '__main__':
    main()
