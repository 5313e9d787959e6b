# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The generated places of examples/ in a running house, and questions to it by the thousand.

    with World(binaries) as world:
        places = Places(world)
        places.load('lianyungang')

Few processes: one collector per sheet, and one connection for all questions.
"""
import csv
import subprocess
import sys
import time

from test_oracle import ANSWER, DONE, QUESTION, Post, question, table
from world import ROOT, Failed

EXAMPLES = ROOT / 'examples'
CITY = '320700'
COUNTIES = ('320703', '320706', '320707', '320722', '320723', '320724')
ZONES = ('320771', '320772', '320790')
AREAS = {'lianyungang': CITY, 'longhu': '440507', 'rudong': '320623'}
PLANS = {'lianyungang-2030': CITY, 'lianyungang-2025': CITY, 'lianyun-2020': '320703', 'longhu-2020': '440507',
         'rudong-2018': '320623'}
LOAD_SECONDS = 400


def expect(what, claim, found=None):
    """Says what holds; ends the test where it does not."""
    if not claim:
        raise Failed(f'expected: {what}' + (f'\nfound: {found}' if found is not None else ''))
    print('ok', what, flush=True)


class Places:
    def __init__(self, world):
        self.world, self.folders, self.asker = world, {}, None
        scope = [word for area in AREAS.values() for word in ('--area', area)]
        self.config = world.add_collector('places', *scope)

    def generate(self, place, *arguments):
        folder = self.folders[place] = self.world.folder / place
        done = subprocess.run([sys.executable, EXAMPLES / place / 'generate.py', folder, *arguments],
                              capture_output=True, text=True, check=False, timeout=LOAD_SECONDS)
        if done.returncode != 0:
            raise Failed(f'{place}: {done.stdout}{done.stderr}')
        return folder

    def send(self, path, form):
        """Every row is taken; what the rules hold (a month in which a unit really doubled) is left for accept_held."""
        done = self.world.run('huibao-collect', 'send', path, '--form', form, '--config', self.config,
                              check=None, timeout=LOAD_SECONDS)
        counts = done.stdout + done.stderr
        if done.returncode not in (0, 7) or not (' 0 refused' in counts and ' 0 with mistakes' in counts):
            raise Failed(f'{path}: exit {done.returncode}\n{counts}')

    def accept_held(self):
        """Whoever knows that the figures are right says so."""
        self.world.await_followed()
        held = [row['sequence'] for row in self.ask('held list')]
        if held:
            self.world.ctl('held', 'accept', *held, '--reason', 'VERIFIED_ON_SITE', '--yes')
        return len(held)

    def load(self, place, *arguments, between=None):
        """Generates, lets `between` change the sheets, registers and sends; returns the folder."""
        started = time.monotonic()
        folder = self.generate(place, *arguments)
        if between:
            between(folder)
        generated = time.monotonic()
        self.world.ctl('facility', 'import', folder / 'facilities.csv', '--reason', 'generated, not observed')
        sheets = sorted(folder.glob('*-20??.csv'))
        for sheet in sheets:
            self.send(sheet, sheet.stem.rpartition('-')[0])
        held = self.accept_held()
        self.world.await_followed()
        reports = sum(sheet.read_bytes().count(b'\n') - 1 for sheet in sheets)
        print(f'{place}: {reports} reports, {held} of them held at first, generated in {generated - started:.1f} s, '
              f'sent and folded in {time.monotonic() - generated:.1f} s', flush=True)
        return folder

    def import_facts(self, place):
        self.world.ctl('fact', 'import', EXAMPLES / 'external' / f'{place}.csv', '--reason', 'invented')
        self.world.await_followed()

    # -- asking

    def ask(self, verb, **arguments):
        """Every row of an answer, over the one connection."""
        if self.asker is None:
            self.asker = Post(self.world, 'admin.yaml', 'aggregator')
        rows, more = [], True
        while more:
            kind, answer = self.asker.post(QUESTION, question(verb, len(rows), **arguments))
            outcome, words, page, more = table(answer) if kind == ANSWER else (kind, '', [], False)
            if outcome != DONE:
                raise Failed(f'{verb} {arguments}: {kind} {outcome} {words}')
            rows += page
        return rows

    def scorecard(self, plan, at, area=None):
        """id → row."""
        rows = self.ask('plan scorecard', plan=plan, at=str(at), **({'area': area} if area else {}))
        return {row['id']: row for row in rows}

    def close(self):
        if self.asker is not None:
            self.asker.close()
            self.asker = None


def read_csv(path):
    with open(path, encoding='utf-8-sig', newline='') as file:
        return list(csv.DictReader(file))


def targets_of(plan):
    return read_csv(ROOT / 'catalog' / 'plans' / f'{plan}.csv')
