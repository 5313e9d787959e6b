#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What a flooder costs its neighbours.

    bench/fairness.py BINARIES [--quick] [--seconds 20] [--rounds 3] [--senders 24] [--kind KIND …]

Honest senders, each with its own key, send a report about every 100 ms and wait for its verdict. Quiet: beside them the flooder
floods an idle sink on the same machine, so that it takes the same processor. Attack: it floods ingestd. Both in turn, in
alternating order, in one run of the server; a new key for every flood, as the one before is still refused. Printed are the medians
of the rounds' p50 and p99, and the ratio of the p99 (aim: at most 2). Ends 1 only if an honest report was not accepted.
"""
import argparse
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests' / 'attack'))
from siege import KINDS, Siege  # noqa: E402  (the path has to be known first)


def measure(world, kind, options, sink):
    """{'quiet': [honest, …], 'attack': [honest, …]}, and the largest memory under attack."""
    runs, memory = {'quiet': [], 'attack': []}, 0
    for number in range(options.rounds):
        order = ('quiet', 'attack') if number % 2 == 0 else ('attack', 'quiet')
        for name in order:
            honest, _, looked = world.attack(kind, options.seconds, port=sink if name == 'quiet' else None)
            runs[name].append(honest)
            if name == 'attack':
                memory = max(memory, looked.largest)
    return runs, memory


def median(runs, key):
    return statistics.median(run[key] for run in runs) / 1000


def show(kind, runs, memory):
    quiet, attack = runs['quiet'], runs['attack']
    before, under = median(quiet, 'p99_us'), median(attack, 'p99_us')
    accepted = sum(run['accepted'] for run in attack)
    sent = sum(run['sent'] for run in attack)
    print(f'{kind:<8} {median(quiet, "p50_us"):>9.2f} {median(attack, "p50_us"):>9.2f} {before:>9.2f} {under:>9.2f} '
          f'{under / before if before else 0:>7.2f} {accepted:>9}/{sent:<7} {memory >> 20:>6}', flush=True)
    return all(run['failed'] == 0 and run['sent'] == run['accepted'] for run in quiet + attack)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--quick', action='store_true', help='one round of 4 s of each kind')
    parser.add_argument('--seconds', type=int, default=20)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--senders', type=int, default=24)
    parser.add_argument('--kind', action='append', choices=list(KINDS))
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.rounds = 4, 1
    print(f'{options.senders} honest senders; {options.rounds} × {options.seconds} s of each; times in ms, memory in MiB')
    print(f'{"flood":<8} {"p50 quiet":>9} {"p50 under":>9} {"p99 quiet":>9} {"p99 under":>9} {"ratio":>7} {"accepted":>9}/{"sent":<7} '
          f'{"memory":>6}')
    with Siege(options.binaries, senders=options.senders) as world:
        world.people()
        sink = world.start_sink()
        good = [show(kind, *measure(world, kind, options, sink)) for kind in options.kind or KINDS]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main())
