#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Twenty seeded kills of each daemon while a storm of collectors is sending.

    test_kills.py BINARIES [--seed N] [--kills 20] [--keep]

Afterwards the collectors finish by themselves, the history checker finds nothing, and both daemons'
own verify agrees. A failure prints the seed; the same seed makes the same storm and the same kills.
"""
import argparse
import sys

from world import FORM, PERIODS, STORM, World, storm_world


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--seed', type=int, default=20151231)
    parser.add_argument('--kills', type=int, default=20)
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    print(f'seed {arguments.seed}')
    with World(arguments.binaries, keep=arguments.keep) as world:
        members, facilities = storm_world(world)
        storm = world.storm(members, facilities, first_period=PERIODS[0], seed=arguments.seed, **STORM)
        world.storm_with_kills(storm, arguments.seed, arguments.kills, arguments.kills)
        if storm.poll() is not None:
            sys.exit(f'seed {arguments.seed}: the storm ended by itself with {storm.returncode}')
        print('storm:', world.finish_storm(storm))
        status, words = world.judge(FORM, PERIODS)
        print(words, end='')
        verify = world.ctl('verify', check=None, timeout=300)
        print(verify.stdout, verify.stderr, sep='', end='')
        for name in ('ingestd', 'aggregator'):
            if world.stop(name) != 0:
                sys.exit(f'{name} did not stop cleanly')
        if status != 0 or verify.returncode != 0:
            sys.exit(f'seed {arguments.seed}: the history is broken or verify found a fault')


if __name__ == '__main__':
    main()
