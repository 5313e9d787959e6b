#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A1: every row of cases.py against real daemons. After each, the entries of the journal are counted from outside, the daemons
live, and an honest key is answered.

    test_matrix.py BINARIES [--only A1.07] [--times N] [--uncured WORD …] [--keep] [--print]

--print: the table as it must stand in docs/attacks.md, without running it. --uncured: the daemons without these cures (uncured.c),
to see which rows find that out; then nothing of this is a test.
"""
import argparse
import sys
import time

from cases import CASES, PING
from house import House, raise_limits
from test_regressions import start

from world import ROOT, Failed, must_be_tried


STOPPING = 'A1.12'


def turns(row):
    """The daemons that the row is tried at, and what must come back there."""
    yield 'ingestd', row.expected, list(row.stored)
    if row.both or row.aggregator:
        # A case may need entries of its own for the preparation; a report or a command it never makes there.
        kept = [kind for kind in row.stored if kind == 'key']
        yield 'aggregator', row.aggregator or row.expected, kept


def honest(house, daemon):
    one = house.connect(daemon, 'clerk')
    answer = one.ask(PING, b'')
    one.close()
    return answer


def run(house, row):
    """What was wrong with it; [] when nothing."""
    faults = []
    for daemon, expected, stored in turns(row):
        late = house.stored()
        if late:
            faults.append(f'after the row before, the journal got {late} more')
        try:
            found = row.attempt(house, daemon)
        except (OSError, Failed) as error:
            found = f'{type(error).__name__}: {error}'
        new = house.stored()
        if found != expected:
            faults.append(f'{daemon}: {found!r} came, not {expected!r}')
        if new != stored:
            faults.append(f'{daemon}: the journal has {new} more, not {stored}')
        for name in ('ingestd', 'aggregator'):
            if not house.alive(name):
                return faults + [f'{name} ended with {house.world.running[name].returncode}']
            if not house.uncured and (answer := honest(house, name)) != 'pong':
                faults.append(f'{daemon}: afterwards {name} says {answer!r} to an honest key')
    return faults


def table():
    for row in CASES:
        where = 'both' if row.both or row.aggregator else 'ingestd'
        expected = row.expected + (f'; aggregator: {row.aggregator}' if row.aggregator else '')
        yield f'| {row.id} | {row.case} | {where} | {expected} | {", ".join(row.stored) or "–"} |'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('binaries', nargs='?', default='.')
    parser.add_argument('--only', action='append')
    parser.add_argument('--times', type=int, default=1)
    parser.add_argument('--uncured', action='append')
    parser.add_argument('--keep', action='store_true')
    parser.add_argument('--print', action='store_true')
    options = parser.parse_args()
    if options.print:
        print(*table(), sep='\n')
        return 0
    raise_limits()
    bad = 0
    undocumented = set(table()) - set((ROOT / 'docs' / 'attacks.md').read_text('utf-8').splitlines())
    if undocumented:
        bad += 1
        print('not in docs/attacks.md:', *sorted(undocumented), sep='\n')
    with House(options.binaries, keep=options.keep) as house:
        house.uncured = options.uncured
        for daemon in ('ingestd', 'aggregator') if options.uncured else ():
            start(house, daemon, options.uncured)
        for row in CASES:
            if options.only and row.id not in options.only:
                continue
            if row.id == STOPPING and not must_be_tried():
                print(f'{row.id} skipped: only root stops a thread of a daemon that leaves no core')
                continue
            begun, faults = time.monotonic(), []
            for _ in range(options.times):
                faults += run(house, row)
            bad += bool(faults)
            print(f'{row.id} {"FAILED" if faults else "ok"} ×{options.times} {time.monotonic() - begun:5.1f} s  {row.case}',
                  *faults, sep='\n    ', flush=True)
    print(f'A1: {bad} failed')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
