#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A newer catalogue, adopted on SIGHUP under load and at start.

    test_adopt.py BINARIES [--keep]

The collector gets it and may use its new element, the aggregator folds everything again under it,
verify agrees; a folder with a mistake changes nothing.
"""
import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile

from world import FORM, PERIODS, ROOT, STORM, World, storm_world, without_rules

def add_element(folder, number):
    """A further element, NEW_<number>, as the last line of the form."""
    with open(folder / 'elements.csv', encoding='utf-8') as file:
        last = file.read().strip().splitlines()[-1]
    ident = int(last.split(',')[0]) + 1
    lines = [line for line in (folder / 'form_lines.csv').read_text('utf-8').splitlines()
             if line.startswith(FORM + ',')]
    with open(folder / 'elements.csv', 'a', encoding='utf-8') as file:
        file.write(f'{ident},NEW_{number},新{number},new {number},visits,0,count,service,sum,sum,,,New.,test\n')
    text = (folder / 'form_lines.csv').read_text('utf-8')
    text = text.replace(lines[-1] + '\n', lines[-1] + f'\n{FORM},{len(lines) + 1},NEW_{number},no\n')
    (folder / 'form_lines.csv').write_text(text, 'utf-8')


def expect(what, claim):
    if not claim:
        sys.exit(f'expected: {what}')
    print('ok', what, flush=True)


def catalogue(world):
    return world.status()['ingestd']['catalogue']


def await_catalogue(world, number):
    world.await_status(f'catalogue {number}', lambda status: [row['catalogue'] for row in status.values()] == [number] * 2)


def await_verdicts(world):
    """More of them than there are."""
    path = world.folder / 'verdicts.jsonl'
    size = path.stat().st_size if path.exists() else 0
    world.await_true('more verdicts', lambda: path.exists() and path.stat().st_size > size, step=0.005)


def verified(world):
    return world.ctl('verify', check=None, timeout=300).returncode == 0


def send_new(world, number):
    """Whether a row with the new element is taken and shown."""
    lines = [line.split(',') for line in (world.catalog / 'form_lines.csv').read_text('utf-8').splitlines()]
    needed = [element for form, _, element, required in lines if form == FORM and required == 'yes']
    table = world.folder / f'new-{number}.csv'
    table.write_text(','.join(['facility', 'period', *needed, f'NEW_{number}']) + '\n' +
                     ','.join(['H000', '2016-01', *['5' for _ in needed], str(number)]) + '\n', 'utf-8')
    done = world.run('huibao-collect', 'send', table, '--form', FORM, '--config', world.folder / 'clerk.yaml', check=None)
    world.await_followed()
    shown = {row['element']: row['value'] for row in world.rows('report', 'show', 'H000', FORM, '2016-01')}
    print(done.stdout, done.stderr, sep='', end='')
    return done.returncode == 0 and str(shown.get(f'NEW_{number}')) == str(number)


def trial(world, folder):
    members, facilities = storm_world(world)
    world.add_collector('clerk')
    # Not more than the aggregator can take while it folds everything again: nobody must be the quicker one.
    storm = world.storm(members, facilities, first_period=PERIODS[0], seed=7, **{**STORM, 'rate': 100})
    for number in (2, 3, 4):
        await_verdicts(world)
        add_element(folder, number)
        os.kill(world.pid('ingestd'), signal.SIGHUP)
        await_catalogue(world, number)
    expect('three catalogues adopted under load', storm.poll() is None)
    print('storm:', world.finish_storm(storm))
    expect('verify agrees', verified(world))
    expect('the history holds', world.judge(FORM, PERIODS)[0] == 0)
    expect('the new element is taken and shown', send_new(world, 4))
    good = (folder / 'elements.csv').read_bytes()
    (folder / 'elements.csv').write_bytes(good.replace(b',visits,0,count', b',persons,0,count', 1))
    os.kill(world.pid('ingestd'), signal.SIGHUP)
    world.await_true('the warning', lambda: 'catalogue not adopted' in world.log('ingestd'))
    expect('a changed meaning is not adopted', catalogue(world) == 4)
    expect('a clean stop', world.stop('ingestd') == 0)
    world.restart('ingestd')
    world.await_answer('ingestd')
    expect('not at start either, and ingestd serves', catalogue(world) == 4)
    (folder / 'elements.csv').write_bytes(good)
    add_element(folder, 5)
    expect('a clean stop', world.stop('ingestd') == 0)
    world.restart('ingestd')
    await_catalogue(world, 5)
    expect('adopted at start, and its element is taken', send_new(world, 5))
    expect('verify agrees', verified(world))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='catalog-') as folder:
        without_rules(pathlib.Path(shutil.copytree(ROOT / 'catalog', folder, dirs_exist_ok=True)))
        with World(arguments.binaries, catalog=folder, keep=arguments.keep) as world:
            trial(world, pathlib.Path(folder))


if __name__ == '__main__':
    main()
