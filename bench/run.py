#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""How fast is the whole path, beside a bare append of the same entries?

    bench/run.py BINARIES [--quick] [--reports N] [--repetitions N] [--folder FOLDER] [--json]

Whole path: four collectors (CURVE over TCP, 64 reports a message, 60 values a report) → ingestd →
flush → verdicts, with the aggregator following. Bare: those entries from memory into a new LMDB
journal, 1 024 a batch. Both in turn, on the same disk; medians of the repetitions. The reports are
those of an invented hospital, every month a little different (steady.csv), so that every rule of the
catalogue is checked and none speaks.

A run in which the aggregator is further behind at the end than at half-time is "not sustained".
Ends 1 when a run was not sustained or the floor was not reached; --quick, which other work on the
machine can spoil, only shows that everything runs.
"""
import argparse
import csv
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests' / 'system'))
from world import World  # noqa: E402  (the path has to be known first)

FORM, VALUES, FACILITIES, MEMBERS = 'HOSPITAL_MONTH', 60, 3000, 4
PER_MESSAGE, WINDOW = 64, 16
MAP_SIZE = 1 << 32
FLOOR = 0.12  # of the bare journal: below it something keyed has crept into the way to the verdict
CHUNK = 2000  # the aggregator's steps: its place is not known any finer


def read_table(path):
    with open(path, encoding='utf-8-sig', newline='') as file:
        rows = list(csv.DictReader(file))
    return list(rows[0]), rows


def make_catalog(folder):
    """The real catalogue with the form drawn out to 60 lines, as a large hospital's return has."""
    shutil.copytree(ROOT / 'catalog', folder)
    names, lines = read_table(folder / 'form_lines.csv')
    _, elements = read_table(folder / 'elements.csv')
    mine = [row for row in lines if row['form'] == FORM]
    used = {row['element'] for row in mine}
    spare = [row['code'] for row in elements if row['code'] not in used][:VALUES - len(mine)]
    lines += [{'form': FORM, 'line': str(int(mine[-1]['line']) + number), 'element': code, 'required': 'no'}
              for number, code in enumerate(spare, 1)]
    with open(folder / 'form_lines.csv', 'w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, names, lineterminator='\n')
        writer.writeheader()
        writer.writerows(lines)
    return len(mine) + len(spare)


def cpu_seconds(pid):
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text('ascii').rpartition(') ')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def lag(world):
    return int(world.status()['aggregator']['lag_entries'])


def whole_path(world, members, codes, reports, first_period):
    """One run; the storm's summary with what the daemons did meanwhile."""
    periods = -(-reports // len(codes)) + 1
    before = {name: cpu_seconds(world.pid(name)) for name in world.programs}
    arguments = world.storm_arguments(members, codes, form=FORM, first_period=first_period, periods=periods,
                                      reports=reports, per_message=PER_MESSAGE, window=WINDOW, new_only=True,
                                      steady=ROOT / 'bench' / 'steady.csv',
                                      resend_ms=20000)
    for log in ('--verdicts', '--sent'):
        at = arguments.index(log)
        del arguments[at:at + 2]
    storm = world.spawn('storm', *arguments, log='storm')
    if storm.stdout.readline().strip() != b'half':
        sys.exit('the load did not reach its half')
    half = lag(world)
    line = storm.stdout.readline()
    ended = time.monotonic()
    end = lag(world)
    if storm.wait() != 0:
        sys.exit('the load failed')
    run = json.loads(line)
    if run['accepted'] != reports:
        sys.exit(f'not every report was accepted: {run}')
    world.await_followed()
    run.update(lag_half=half, lag_end=end, caught_up_ms=(time.monotonic() - ended) * 1000,
               rate=reports / run['seconds'], storm_us=run['cpu_seconds'] / reports * 1e6)
    run.update({f'{name}_us': (cpu_seconds(world.pid(name)) - before[name]) / reports * 1e6 for name in world.programs})
    return run


def repetition(binaries, folder, catalog, reports):
    with World(binaries, catalog=catalog, base=folder) as world:
        world.start()
        codes = world.add_facilities([{'code': f'L{i:05d}', 'area': ('440507001', '440507003', '440507100')[i % 3]}
                                      for i in range(FACILITIES)])
        members = [f'load{i}' for i in range(MEMBERS)]
        for name in members:
            world.add_collector(name)
        run = whole_path(world, members, codes, reports, '2001-01')
        for name in list(world.running):
            world.stop(name)
        floor = json.loads(world.run('journal_floor', world.folder / 'ingestd' / 'journal', world.folder / 'floor',
                                     MAP_SIZE, timeout=300).stdout)
    if floor['entries'] != reports:
        sys.exit(f'the journal holds {floor["entries"]} reports of {reports}')
    run.update(floor_rate=floor['entries'] / floor['seconds'], flush_us=floor['flush_us'],
               body_bytes=floor['body_bytes'] / floor['entries'])
    run['ratio'] = run['rate'] / run['floor_rate']
    run['sustained'] = run['lag_end'] <= run['lag_half'] + CHUNK
    return run


def spread(runs, key, digits=0):
    values = [run[key] for run in runs]
    return (f'{statistics.median(values):>12,.{digits}f}   '
            f'({min(values):,.{digits}f} – {max(values):,.{digits}f})')


def show(runs, values):
    print(f'{len(runs)} × {runs[0]["verdicts"]:,} reports of {values} values, {runs[0]["body_bytes"]:.0f} bytes; '
          f'{MEMBERS} collectors, {PER_MESSAGE} a message, window {WINDOW}, CURVE over TCP')
    print(f'whole path, reports/s        {spread(runs, "rate")}')
    print(f'bare journal, reports/s      {spread(runs, "floor_rate")}')
    print(f'ratio                        {spread(runs, "ratio", 3)}')
    print(f'one flush of 4 KiB, µs       {spread(runs, "flush_us")}')
    for name in ('storm', 'ingestd', 'aggregator'):
        label = 'collectors' if name == 'storm' else name
        print(f'CPU µs a report, {label:<11} {spread(runs, name + "_us", 1)}')
    for number, run in enumerate(runs, 1):
        print(f'aggregator, run {number}: {run["lag_half"]:,} entries behind at half-time, {run["lag_end"]:,} at the end, '
              f'all folded within {run["caught_up_ms"]:.0f} ms of it: '
              f'{"kept up" if run["sustained"] else "NOT SUSTAINED"}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--quick', action='store_true', help='one short repetition')
    parser.add_argument('--reports', type=int)
    parser.add_argument('--repetitions', type=int)
    parser.add_argument('--folder', help='where to work: on the disk that is to be measured')
    parser.add_argument('--json', action='store_true')
    arguments = parser.parse_args()
    reports = (arguments.reports or (60000 if arguments.quick else 300000)) // (MEMBERS * PER_MESSAGE) * MEMBERS * PER_MESSAGE
    folder = pathlib.Path(tempfile.mkdtemp(prefix='bench-', dir=arguments.folder or arguments.binaries))
    try:
        values = make_catalog(folder / 'catalog')
        runs = [repetition(arguments.binaries, folder, folder / 'catalog', reports)
                for _ in range(arguments.repetitions or (1 if arguments.quick else 3))]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        print(json.dumps(runs, indent=2))
        return 0
    show(runs, values)
    ratio = statistics.median(run['ratio'] for run in runs)
    sustained = all(run['sustained'] for run in runs)
    if not sustained:
        print('not sustained: these figures meet no goal')
    print(f'floor {FLOOR}: {"reached" if ratio >= FLOOR else "NOT REACHED"}')
    return 0 if arguments.quick or (sustained and ratio >= FLOOR) else 1


if __name__ == '__main__':
    sys.exit(main())
