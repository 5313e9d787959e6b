#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Today's programs on a copy of every golden data folder: check.py BINARIES [--keep].

The dump is byte for byte what it was, the chain holds up to the head that was kept, both daemons make their derived
data anew and say of it what was said then, and the history goes on from there.
"""
import argparse
import json
import pathlib
import shutil

import make
from make import CM, HERE, KEYS, MAP, VISIT, Post, World, pack_report, send

from world import expect

JULY = 2015107


class Golden(World):
    """A world around a copy of the folder."""

    def __init__(self, binaries, golden, keep):
        super().__init__(binaries, catalog=golden / 'catalog', keep=keep)
        self.golden, self.journal = golden, self.folder / 'ingestd' / 'journal'
        self.started = True  # it has its operator

    def prepare(self):
        super().prepare()
        for name in KEYS:
            shutil.copy(self.golden / f'{name}.key', self.folder)
            (self.folder / f'{name}.key').chmod(0o600)
        for name in ('admin', 'probe', 'clerk'):
            self.client_config(name, timeout_ms=400 if name == 'probe' else 5000)
        shutil.copytree(self.golden / 'journal', self.journal)

    def kept(self, name):
        return (self.golden / name).read_text('utf-8')

    def text(self):
        return self.run('huibao-journal', 'dump', '--journal', self.journal, *MAP).stdout


def same(asked, then, now):
    """Every row and cell of then; what is said beyond it today is no difference."""
    expect(len(then) == len(now), f'{asked}: {len(now)} rows, not {len(then)}')
    for number, (old, new) in enumerate(zip(then, now)):
        for key, value in old.items():
            expect(new.get(key) == value, f'{asked}, row {number}, {key}: {new.get(key)!r}, not {value!r}')


def check(world):
    expect(world.text() == world.kept('dump.ndjson'), 'the dump is not what it was')
    expect('the chain of' in world.run('huibao-journal', 'audit', 'verify', '--journal', world.journal, *MAP).stdout,
           'the chain does not hold')
    world.run('huibao-journal', 'audit', 'check', '--journal', world.journal, '--head', world.golden / 'head', *MAP)
    world.start_ingestd()
    world.start_aggregator()
    for name in ('ingestd', 'aggregator'):
        world.await_answer(name)
    now = make.answers(world)
    for asked, then in json.loads(world.kept('answers.json')).items():
        same(asked, then, now[asked])
    entries = world.status()['ingestd']['sequence']
    clerk = Post(world, 'clerk.yaml', 'ingestd')
    first = send(clerk, pack_report('C1', CM, JULY, 1, {VISIT: 43}, {}))
    expect(first == entries + 1, f'the new report took {first} after {entries}')
    world.await_followed()
    world.ctl('verify', timeout=300)
    for name in ('aggregator', 'ingestd'):
        expect(world.stop(name) == 0, f'{name} did not stop cleanly')
    expect(world.text().startswith(world.kept('dump.ndjson')), 'what stood there before has changed')
    print(f'{world.golden.name}: {entries} entries read, answered for and gone on from')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('binaries')
    parser.add_argument('--folder', type=pathlib.Path, help='only this one')
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    folders = [options.folder] if options.folder else sorted(p for p in HERE.iterdir() if (p / 'journal').is_dir())
    expect(folders, 'there is no golden folder')
    for folder in folders:
        with Golden(options.binaries, folder, options.keep) as world:
            check(world)


if __name__ == '__main__':
    main()
