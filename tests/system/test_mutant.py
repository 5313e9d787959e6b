#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A mutant of a daemon must be caught by the history checker in a short storm with kills.

    test_mutant.py BINARIES NAME --breaks I4 --ingestd PROGRAM | --aggregator PROGRAM [--seconds 60] [--storms 6] [--seed N]
    test_mutant.py BINARIES none [--seconds 10]

Storms follow each other until the checker names a violation; none within the time, and so many storms, is a failure: then
the checker, not the daemon, is what is broken. "none" runs the daemons as they are and must hold.
"""
import argparse
import sys
import time

from world import FORM, PATIENCE, STORM, Failed, World, storm_world


def periods_of(number):
    """Each storm has periods of its own, so that there is always something new to be said."""
    return [f'{2001 + number}-{month:02d}' for month in range(1, 13)]


def storm_once(world, members, facilities, seed, periods):
    """One short storm with kills; whether it could be finished."""
    # Many facilities and periods and not too many reports: what a correction comes to later is healed by
    # it, and a fault must be left standing somewhere.
    options = {**STORM, 'rate': 500, 'periods': len(periods)}
    storm = world.storm(members, facilities, first_period=periods[0], seed=seed, patience_ms=400 * world.patience, **options)
    try:
        world.storm_with_kills(storm, seed, 4, 4)
        world.finish_storm(storm, timeout=world.patience)
        return True
    except Failed as failed:
        print(f'(seed {seed}: {failed})')
        if storm.poll() is None:
            storm.kill()
            storm.wait()
        return False


def judge(world, periods, finished):
    """What the checker says of everything so far. A mutant may have broken a daemon so far that it no
    longer answers; then the journal and the verdicts must be enough."""
    try:
        for name in world.programs:
            if name not in world.running:
                world.restart(name)
        return world.judge(FORM, periods, complete=finished)
    except Failed as failed:
        print(f'({failed})')
        return world.judge_files([], complete=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('name')
    parser.add_argument('--breaks', help='the invariant that must be among those found broken')
    parser.add_argument('--ingestd')
    parser.add_argument('--aggregator')
    parser.add_argument('--seconds', type=float, default=60)
    parser.add_argument('--storms', type=int, default=6, help='a slow machine has at least so many')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    mutated = arguments.name != 'none'
    started, seed, periods = time.monotonic(), arguments.seed, []
    with World(arguments.binaries, ingestd=arguments.ingestd, aggregator=arguments.aggregator,
               keep=arguments.keep, patience=20 if mutated else PATIENCE) as world:
        members, facilities = storm_world(world, facilities=96)
        while time.monotonic() - started < arguments.seconds or (mutated and seed - arguments.seed < arguments.storms):
            new = periods_of(seed - arguments.seed)
            periods += new
            finished = storm_once(world, members, facilities, seed, new)
            status, words = judge(world, periods, finished)
            if status not in (0, 1):
                sys.exit(f'the checker could not judge: {words}')
            if status == 1:
                print('\n'.join(words.splitlines()[:5] + words.splitlines()[-1:]))
                if mutated:
                    if not any(line.startswith(f'{arguments.breaks}:') for line in words.splitlines()):
                        sys.exit(f'{arguments.name} was caught by chance: {arguments.breaks} is not broken')
                    print(f'caught: {arguments.name}, after {time.monotonic() - started:.0f} s, seed {seed}')
                    return
                sys.exit(f'seed {seed}: the unmutated daemons broke the history')
            if not finished and not mutated:
                sys.exit(f'seed {seed}: the storm did not finish')
            seed += 1
        if mutated:
            sys.exit(f'NOT CAUGHT within {arguments.seconds:.0f} s and {seed - arguments.seed} storms: {arguments.name}')
        print(words, end='')


if __name__ == '__main__':
    main()
