#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A sixth plan, with a form, elements and an indicator of its own, needs no C.

    test_sixth_plan.py BINARIES [--keep]

Rows are added to a copy of the catalogue while both daemons run; a return on the new form is judged
against the new plan. Then three tables get a mistake each: all three are named at once with file and
line, and the catalogue in force stays in force.
"""
import argparse
import csv
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile

from world import AREA, ROOT, World

PLAN = 'sixth-2020'


def expect(what, claim, shown=''):
    if not claim:
        sys.exit(f'expected: {what}\n{shown}')
    print('ok', what, flush=True)


def append(path, **cells):
    """A row with these cells; every other column is empty."""
    with open(path, encoding='utf-8', newline='') as file:
        columns = next(csv.reader(file))
    unknown = set(cells) - set(columns)
    assert not unknown, f'{path}: no column {unknown}'
    with open(path, 'a', encoding='utf-8', newline='') as file:
        csv.DictWriter(file, columns, restval='', lineterminator='\n').writerow(cells)


def next_id(path):
    with open(path, encoding='utf-8', newline='') as file:
        return max(int(row['id']) for row in csv.DictReader(file)) + 1


def write_form(folder):
    element = next_id(folder / 'elements.csv')
    append(folder / 'units.csv', unit='wells', name_zh='口', name_en='wells')
    for number, (code, zh, en) in enumerate((('WELL', '水井数', 'wells'), ('WELL_CLEAN', '合格水井数', 'clean wells'))):
        append(folder / 'elements.csv', id=element + number, code=code, name_zh=zh, name_en=en, unit='wells', scale=0,
               type='count', basis='service', over_time='last', over_space='sum', definition='For a test.', source='test')
    append(folder / 'attributes.csv', dimension='class', id=99, code='water_agency', parent='agency',
           name_zh='水务机构', name_en='water agency')
    append(folder / 'forms.csv', id=next_id(folder / 'forms.csv'), code='WELL_YEAR', name_zh='水井年报',
           name_en='yearly return of wells', period='year', classes='water_agency', precedence=1, carry_months=0,
           due_days=30, lock_days=0, table_number='T-1', issued_by='test', purpose='statistical')
    append(folder / 'form_lines.csv', form='WELL_YEAR', line=1, element='WELL', required='yes')
    append(folder / 'form_lines.csv', form='WELL_YEAR', line=2, element='WELL_CLEAN', required='yes')


def write_plan(folder):
    append(folder / 'indicators.csv', id=next_id(folder / 'indicators.csv'), code='CLEAN_WELL_SHARE', name_zh='水井合格率',
           name_en='share of clean wells', unit='%', method='ratio', arguments='uncertainty=wilson',
           numerator='WELL_CLEAN', denominator='WELL', factor=100, window='year', decimals=1, polarity='higher',
           definition='Clean wells ÷ wells.', source='test')
    append(folder / 'plans.csv', plan=PLAN, name_zh='第六个规划', name_en='a sixth plan', area=AREA, first_year=2016,
           last_year=2020, seed='005', issuer_zh='测试', issuer_en='test', note='for a test')
    columns = (folder / 'plans' / 'longhu-2020.csv').read_text('utf-8').splitlines()[0]
    (folder / 'plans' / f'{PLAN}.csv').write_text(columns + '\n', 'utf-8')
    usual = {'plan': PLAN, 'seed': '005', 'line': 1, 'source': 'text', 'name_zh': '水井合格率', 'name_en': 'clean wells',
             'kind': 'numeric', 'unit': '%', 'baseline_year': 2015, 'baseline': 50, 'target_year': 2020, 'year_implied': 'no',
             'comparator': '以上', 'judged_comparator': '>=', 'polarity': 'higher', 'recurrence': 'end_year',
             'indicator': 'CLEAN_WELL_SHARE', 'scope_node': AREA, 'judged_by': 'indicator'}
    append(folder / 'plans' / f'{PLAN}.csv', **{**usual, 'id': f'{PLAN}-001', 'printed': '达到70%以上', 'target': 70})
    append(folder / 'plans' / f'{PLAN}.csv', **{**usual, 'id': f'{PLAN}-002', 'printed': '达到90%以上', 'target': 90})


def write_mistakes(folder):
    append(folder / 'elements.csv', id=next_id(folder / 'elements.csv'), code='BAD', name_zh='坏', name_en='bad', unit='wells',
           scale=0, type='nonsense', basis='service', over_time='sum', over_space='sum', definition='Bad.', source='test')
    append(folder / 'indicators.csv', id=next_id(folder / 'indicators.csv'), code='BAD_SHARE', name_zh='坏', name_en='bad',
           unit='%', method='ratio', numerator='NO_SUCH_ELEMENT', denominator='WELL', factor=100, window='year', decimals=1,
           polarity='higher', definition='Bad.', source='test')
    append(folder / 'plans' / f'{PLAN}.csv', id=f'{PLAN}-003', plan=PLAN, seed='005', line=1, source='text', name_zh='坏',
           name_en='bad', printed='坏', kind='numeric', judged_comparator='>=', target='many', polarity='higher',
           recurrence='end_year', indicator='NO_SUCH_INDICATOR', scope_node=AREA, judged_by='indicator')


def lines_of(path):
    return len(path.read_text('utf-8').splitlines())


def adopt(world, number):
    os.kill(world.pid('ingestd'), signal.SIGHUP)
    world.await_status(f'catalogue {number}', lambda status: [row['catalogue'] for row in status.values()] == [number] * 2)
    world.await_followed()


def scorecard(world):
    return {row['id']: (row['class'], row['status'], row['value']) for row in
            world.rows('plan', 'scorecard', PLAN, '--at', '2020')}


def trial(world, folder):
    world.start()
    write_form(folder)
    write_plan(folder)
    adopt(world, 2)
    expect('the new plan is listed', PLAN in {row['plan'] for row in world.rows('plan', 'list')})
    before = scorecard(world)
    expect('its rows need an input before the return', {row[0] for row in before.values()} == {'needs_input'}, before)
    world.add_facilities([{'code': f'water@{AREA}', 'class': 'water_agency', 'ownership': ''}])
    world.add_collector('water')
    sheet = world.folder / 'wells.csv'
    sheet.write_text(f'facility,period,WELL,WELL_CLEAN\nwater@{AREA},2020,200,150\n', 'utf-8')
    world.run('huibao-collect', 'send', sheet, '--form', 'WELL_YEAR', '--config', world.folder / 'water.yaml')
    world.await_followed()
    after = scorecard(world)
    expect('75 % meets 70 and misses 90',
           [row[:2] for row in after.values()] == [('judged', 'met'), ('judged', 'missed')], after)
    write_mistakes(folder)
    places = [f'{name}:{lines_of(folder / name)}' for name in ('elements.csv', 'indicators.csv', f'plans/{PLAN}.csv')]
    checked = world.run('huibaoctl', 'catalog', 'check', '--catalogue', folder, '-o', 'json', check=(3,))
    said = {f'{row["file"]}:{row["line"]}' for row in json.loads(checked.stdout)['rows']}
    expect('catalog check names all three mistakes by file and line',
           said == {str(folder / place) for place in places}, checked.stdout)
    os.kill(world.pid('ingestd'), signal.SIGHUP)
    world.await_true('the refusal', lambda: 'catalogue not adopted' in world.log('ingestd'))
    expect('ingestd names all three too', all(place in world.log('ingestd') for place in places), world.log('ingestd'))
    expect('the catalogue in force stays in force', scorecard(world) == after and
           [row['catalogue'] for row in world.status().values()] == [2, 2])
    expect('verify agrees', world.ctl('verify', check=None, timeout=300).returncode == 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='catalog-') as folder:
        shutil.copytree(ROOT / 'catalog', folder, dirs_exist_ok=True)
        with World(arguments.binaries, catalog=folder, keep=arguments.keep) as world:
            trial(world, pathlib.Path(folder))


if __name__ == '__main__':
    main()
