#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What persons say of figures and targets, from the command line to the list and back.

    test_facts.py BINARIES [--keep]

Two people give, prefer and withdraw values and verdicts; neither killed daemons, nor aggregates made
anew, nor another catalogue changes a row of what is listed, and verify agrees.
"""
import argparse
import csv
import os
import pathlib
import shutil
import signal
import sys
import tempfile

from test_adopt import add_element, await_catalogue
from world import AREA, ROOT, World, public_of, without_rules

INDICATOR, YEAR = 'VISITS', '2015'
PLAN = 'longhu-2020'
PRINTED = f'{PLAN} line 15'
FIGURE = INDICATOR, YEAR
DONE, USAGE, DENIED = 0, 2, 4


def expect(what, claim):
    if not claim:
        sys.exit(f'expected: {what}')
    print('ok', what, flush=True)


class People:
    """Says things with the key of one person."""

    def __init__(self, world):
        self.world = world

    def add(self, name, role):
        key = self.world.new_key(name)
        self.world.ctl('key', 'add', name, '--public', public_of(key), '--role', role, '--everywhere')
        self.world.client_config(name)

    def say(self, name, *arguments, status=DONE):
        done = self.world.run('huibaoctl', *arguments, '--config', self.world.folder / f'{name}.yaml', check=None)
        if done.returncode != status:
            sys.exit(f'{" ".join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}{done.stderr}')
        return done.stdout + done.stderr


def facts(world, *arguments):
    """source → row, of the figure."""
    rows = world.rows('fact', 'list', '--area', AREA, '--indicator', INDICATOR, '--columns', 'all', *arguments)
    return {row['source']: row for row in rows if row['area'] == AREA and row['origin'] != 'plan'}


def write_csv(path, rows):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        csv.writer(file).writerows(rows)
    return path


def everything(world):
    world.await_followed()
    return (world.rows('fact', 'list', '--columns', 'all'), world.rows('verdict', 'list', '--columns', 'all'))


def give(world, people):
    people.say('manager', 'fact', 'add', AREA, *FIGURE, '--value', '26.0', '--source', '健康年鉴 2016', '--note', 'p. 12')
    people.say('registrar', 'fact', 'add', AREA, *FIGURE, '--value', '27', '--comparator', 'about', '--source', 'bulletin')
    people.say('reader', 'fact', 'add', AREA, *FIGURE, '--value', '1', '--source', 'hearsay', status=DENIED)
    said = people.say('manager', 'fact', 'add', '999999', 'NO_SUCH', '2015-13', '--value', 'many', '--source', 's', status=USAGE)
    expect('every fault is told', all(word in said for word in ("'999999'", "'NO_SUCH'", "'2015-13'", "'many'")))
    people.say('manager', 'fact', 'add', AREA, *FIGURE, '--value', '9', '--source', 'dry', '--dry-run')
    world.await_followed()
    now = facts(world)
    expect('two values, and no third', set(now) == {'健康年鉴 2016', 'bulletin'})
    expect('the digits that were printed', ',26.0,' in world.ctl('fact', 'list', '-o', 'csv').stdout)
    expect('with who gave them', [now[s]['who'] for s in ('健康年鉴 2016', 'bulletin')] == ['manager', 'registrar'])


def speak(world, people):
    people.say('registrar', 'fact', 'prefer', AREA, *FIGURE, '--source', '健康年鉴 2016', '--reason', 'agreed')
    people.say('manager', 'fact', 'basis', AREA, *FIGURE, '--source', 'reports', '--basis', 'resident')
    people.say('manager', 'fact', 'basis', AREA, *FIGURE, '--source', '健康年鉴 2016', '--basis', 'resident')
    said = people.say('manager', 'fact', 'prefer', AREA, *FIGURE, '--source', '健康年鉴', status=1)
    expect('a source that is not there is told', 'there is no value of source' in said)
    world.await_followed()
    now = facts(world)
    expect('the preferred one', [s for s in now if now[s]['preferred']] == ['健康年鉴 2016'])
    expect('a basis does not end a preference', now['健康年鉴 2016']['basis'] == 'resident')
    expect('and one of the reports', now['reports']['basis'] == 'resident' and now['reports']['value'] is None)
    people.say('manager', 'fact', 'prefer', AREA, *FIGURE, '--source', 'bulletin')
    people.say('manager', 'fact', 'withdraw', AREA, *FIGURE, '--source', 'bulletin', '--note', 'misprint')
    people.say('manager', 'fact', 'withdraw', AREA, *FIGURE, '--source', 'nobody', status=1)
    world.await_followed()
    now = facts(world)
    expect('withdrawn, and still to be read', now['bulletin']['withdrawn'] and float(now['bulletin']['value']) == 27 and
           now['bulletin']['note'] == 'misprint')


def plans(world, people):
    """What a plan prints stands beside what persons give, and can be spoken of by the plan's code."""
    def printed():
        world.await_followed()
        rows = world.rows('fact', 'list', '--area', AREA, '--indicator', INDICATOR, '--period', YEAR, '--columns', 'all')
        return [row for row in rows if row['source'] == PRINTED]
    expect('the plan\'s value', [(row['value'], row['origin'], row['who']) for row in printed()] == [('25.50', 'plan', None)])
    people.say('registrar', 'fact', 'prefer', AREA, *FIGURE, '--source', PLAN)
    people.say('registrar', 'fact', 'basis', AREA, *FIGURE, '--source', PLAN, '--basis', 'registered')
    people.say('registrar', 'fact', 'withdraw', AREA, *FIGURE, '--source', PLAN, status=1)
    expect('spoken of', [(row['preferred'], row['basis'], row['who']) for row in printed()] == [(True, 'registered', 'registrar')])
    expect('and no other is preferred', not any(row['preferred'] for row in facts(world).values()))


def import_many(world, people):
    head = ['area', 'indicator', 'period', 'value', 'comparator', 'source', 'basis', 'note', 'norm']
    rows = [[AREA, INDICATOR, f'{year}-{month:02d}', f'{year}.{month}0', '', f'table {table}', '', '', 'yes' if table == 0 else '']
            for year in range(1990, 2020) for month in range(1, 13) for table in range(4)]
    bad = write_csv(world.folder / 'bad.csv', [head, rows[0], rows[0], [AREA, INDICATOR, '2015', '', '=', '', '', '', 'perhaps']])
    said = people.say('manager', 'fact', 'import', bad, status=USAGE)
    expect('all mistakes at once, with their lines', all(f':{word}' in said for word in (
        "3: the same value", "4: column 'value'", "4: column 'comparator'", "4: column 'source'", "4: column 'norm'")))
    good = write_csv(world.folder / 'good.csv', [head, *rows])
    receipts = people.say('manager', 'fact', 'import', good, '-o', 'csv').splitlines()[1:]
    expect('several commands', len(receipts) > 1 and sum(int(line.split(',')[0]) for line in receipts) == len(rows))
    world.await_followed()
    listed = world.rows('fact', 'list', '--indicator', INDICATOR, '--columns', 'all')
    listed = [row for row in listed if row['source'].startswith('table ')]
    expect('all are there', len(listed) == len(rows) and sum(row['norm'] for row in listed) == len(rows) // 4)


def judge(world, people, target):
    people.say('manager', 'verdict', 'add', target, '2018', '--outcome', 'under_way', '--evidence', '开工许可')
    people.say('registrar', 'verdict', 'add', target, '2020', '--outcome', 'met', '--evidence', 'the deed', '--note', 'seen')
    people.say('manager', 'verdict', 'add', target, '2020', '--outcome', 'withdrawn', '--evidence', 'the deed was of another house')
    people.say('manager', 'verdict', 'add', target, '2020', '--outcome', 'nearly', '--evidence', 'x', status=USAGE)
    people.say('manager', 'verdict', 'add', 'no-such-target', '2020', '--outcome', 'met', '--evidence', 'x', status=USAGE)
    people.say('reader', 'verdict', 'add', target, '2020', '--outcome', 'met', '--evidence', 'x', status=DENIED)
    world.await_followed()
    rows = world.rows('verdict', 'list', '--columns', 'all')
    expect('of one plan', len(world.rows('verdict', 'list', '--plan', PLAN)) == len(rows) and
           world.rows('verdict', 'list', '--plan', 'rudong-2018') == [])
    people.say('reader', 'verdict', 'list', '--plan', 'no-such-plan', status=1)
    expect('all verdicts are kept', [(row['outcome'], row['who'], row['counts']) for row in rows] ==
           [('under_way', 'manager', True), ('met', 'registrar', False), ('withdrawn', 'manager', False)])


def again(world, folder):
    before = everything(world)
    for name in ('ingestd', 'aggregator'):
        world.kill(name)
        world.restart(name)
        world.await_answer(name)
    expect('killed daemons say the same', everything(world) == before)
    world.stop('aggregator')
    shutil.rmtree(world.folder / 'aggregator')
    world.restart('aggregator')
    world.await_answer('aggregator')
    expect('aggregates made anew say the same', everything(world) == before)
    add_element(folder, 2)
    os.kill(world.pid('ingestd'), signal.SIGHUP)
    await_catalogue(world, 2)
    expect('another catalogue keeps what was said', everything(world) == before)
    expect('verify agrees', world.ctl('verify', check=None, timeout=120).returncode == DONE)
    kinds = [line.split('"kind":"')[1].split('"')[0] for line in world.dump().read_text('utf-8').splitlines()]
    expect('the journal names them', kinds.count('verdict') == 3 and kinds.count('fact') > 6)


def trial(world, folder):
    world.start()
    people = People(world)
    for name, role in (('manager', 'data_manager'), ('registrar', 'registrar'), ('reader', 'reader')):
        people.add(name, role)
    give(world, people)
    speak(world, people)
    import_many(world, people)
    plans(world, people)
    target = world.rows('catalog', 'targets', '--catalogue', folder, '--plan', PLAN, '--columns', 'all')[0]['id']
    judge(world, people, target)
    again(world, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='catalog-') as folder:
        without_rules(pathlib.Path(shutil.copytree(ROOT / 'catalog', folder, dirs_exist_ok=True)))
        with open(pathlib.Path(folder) / 'facts.csv', 'a', encoding='utf-8') as file:
            file.write(f'{AREA},{INDICATOR},{YEAR},25.50,,{PRINTED},,added by this test\n')
        with World(arguments.binaries, catalog=folder, keep=arguments.keep) as world:
            trial(world, pathlib.Path(folder))


if __name__ == '__main__':
    main()
