#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A house that burns down under load and comes back from its copy.

    test_backup.py BINARIES [--seconds 4] [--keep]

Collectors send without a pause, a backup follows, and both sides of it are killed and started again.
Then a last sheet is acknowledged that no copy has, everything is killed, and the data directory is
destroyed. Restored from the followed copy: within 60 s every report for which a collector has a
receipt is in the journal, what the copy lacked is accepted (not "unchanged"), and no receipt
differs from the restored history. Then once more, from a copy as old as the house itself.
"""
import argparse
import csv
import json
import shutil
import signal
import sys
import threading
import time

from world import MAP_SIZE, ROOT, World

FORM = 'HOSPITAL_MONTH'
MEMBERS, FACILITIES, PERIODS = 3, 6, [f'{year}-{month:02d}' for year in range(2001, 2021) for month in range(1, 13)]
MAP = ('--map-size-bytes', MAP_SIZE)
IN_FORCE = ('accepted', 'unchanged')


def expect(claim, words):
    if not claim:
        sys.exit(words)


def elements():
    with open(ROOT / 'catalog' / 'form_lines.csv', encoding='utf-8-sig', newline='') as file:
        return [row['element'] for row in csv.DictReader(file) if row['form'] == FORM]


class Collector:
    """huibao-collect with an outbox and facilities of its own; its log of verdicts holds its receipts."""

    def __init__(self, world, number, facilities):
        self.world, self.name, self.facilities = world, f'clerk{number}', facilities
        self.config = world.add_collector(self.name)
        self.log = world.folder / f'{self.name}.jsonl'
        self.periods, self.process, self.stopping = iter(PERIODS), None, False
        self.thread = threading.Thread(target=self.work)

    def sheet(self, period):
        path = self.world.folder / f'{self.name}.csv'
        with open(path, 'w', encoding='utf-8', newline='') as file:
            writer = csv.writer(file)
            writer.writerow(['facility', 'period', *elements()])
            for number, facility in enumerate(self.facilities):
                writer.writerow([facility, period, *(number * 1000 + i for i, _ in enumerate(elements()))])
        return path

    def send(self):
        """One sheet of the next month; the exit status of the collector."""
        self.process = self.world.spawn('huibao-collect', 'send', self.sheet(next(self.periods)), '--form', FORM, '--log',
                                        self.log, '--config', self.config, log=self.name)
        self.process.communicate()
        return self.process.returncode

    def work(self):
        while not self.stopping:
            self.send()

    def kill(self):
        self.stopping = True
        if self.process and self.process.poll() is None:
            self.process.kill()
        self.thread.join()

    def flush(self, log):
        """What a clerk's nightly job does."""
        return self.world.run('huibao-collect', 'flush', '--log', log, '--config', self.config)

    def receipts(self):
        """Whole lines of the log; a kill may have cut the last one, whose report is still in the outbox."""
        whole = [line for line in self.log.read_text('utf-8').split('\n')[:-1] if line.endswith('}')]
        self.log.write_text(''.join(line + '\n' for line in whole), 'utf-8')
        return [json.loads(line) for line in whole]


def newest(receipts):
    """Of each identity what is in force by its receipts: (facility, form, period) → receipt."""
    kept = {}
    for line in receipts:
        key = line['facility'], line['form'], line['period']
        if line['status'] in IN_FORCE and line['revision'] >= kept.get(key, line)['revision']:
            kept[key] = line
    return kept


class House:
    def __init__(self, world):
        self.world = world
        self.data = world.folder / 'ingestd'
        self.copy, self.nightly = world.folder / 'copy', world.folder / 'nightly'
        world.start()
        codes = world.add_facilities([{'code': f'H{i:02d}'} for i in range(MEMBERS * FACILITIES)])
        self.collectors = [Collector(world, i, codes[i * FACILITIES:(i + 1) * FACILITIES]) for i in range(MEMBERS)]
        self.follower = None

    def journal(self, *arguments, check=(0,)):
        return self.world.run('huibao-journal', *arguments, *MAP, check=check)

    def follow(self):
        self.follower = self.world.spawn('huibao-journal', 'backup', self.copy, '--journal', self.data / 'journal', '--follow',
                                         *MAP, log='follower')

    def kill_follower(self):
        expect(self.follower.poll() is None, f'the follower ended by itself\n{self.world.log("follower")}')
        self.follower.kill()
        self.follower.communicate()

    def head(self, place):
        epoch, sequence, _ = self.journal('head', '--journal', place).stdout.split()
        return epoch, int(sequence)

    def burn(self):
        """Nothing of the server is left but what is in the copies."""
        for name in list(self.world.running):
            self.world.kill(name)
        for collector in self.collectors:
            collector.kill()
        shutil.rmtree(self.data)

    def come_back(self, copy):
        """Restores, starts, lets every collector do what it does anyway; what it logged, and how long that took."""
        print(self.journal('restore', copy, self.data / 'journal').stdout, end='')
        before = time.monotonic()
        self.world.start_ingestd()
        self.world.start_aggregator()
        self.world.await_answer('ingestd')
        log = self.world.folder / f'again-{copy.name}.jsonl'
        for collector in self.collectors:
            expect('restored from a backup' in collector.flush(log).stderr, 'a collector did not notice the new epoch')
        return [json.loads(line) for line in log.read_text('utf-8').splitlines()], time.monotonic() - before

    def expect_complete(self, receipts):
        bodies = {json.loads(line)['body'] for line in self.world.dump().read_text('utf-8').splitlines()}
        lacking = [key for key, line in newest(receipts).items() if line['values_hex'] not in bodies]
        expect(not lacking, f'{len(lacking)} reports with a receipt are not in the journal: {lacking[:5]}')

    def expect_sound(self):
        self.world.await_followed()
        verify = self.world.ctl('verify', check=None, timeout=300)
        expect(verify.returncode == 0, f'verify found a fault\n{verify.stdout}{verify.stderr}')
        print(self.journal('audit', 'verify', '--journal', self.data / 'journal').stdout, end='')


def load_and_fire(house, seconds):
    """The receipts that all collectors hold afterwards, and how far the copy went."""
    world = house.world
    house.journal('backup', house.nightly, '--journal', house.data / 'journal')
    house.follow()
    for collector in house.collectors:
        collector.thread.start()
    time.sleep(seconds / 2)
    house.kill_follower()
    time.sleep(0.3)
    house.follow()
    world.kill('ingestd')
    world.restart('ingestd')
    time.sleep(seconds / 2)
    acknowledged = house.head(house.data / 'journal')[1]
    time.sleep(1)
    copied = house.head(house.copy)[1]
    expect(copied >= acknowledged, f'entry {acknowledged} was not copied within a second: {copied}')
    house.kill_follower()
    copied = house.head(house.copy)
    # What comes now is in no copy.
    for collector in house.collectors:
        size = len(collector.receipts()) if collector.log.exists() else 0
        world.await_true('a sheet after the copy', lambda c=collector, n=size: c.log.exists() and
                         c.log.read_text('utf-8').count('\n') >= n + 2 * FACILITIES)
    house.burn()
    return [line for collector in house.collectors for line in collector.receipts()], copied


def expect_receipts(house, lost):
    """Receipts of the house before the fire, held against the restored one: some lost, none different."""
    for collector in house.collectors:
        said = house.journal('audit', 'receipt', collector.log, '--journal', house.data / 'journal').stdout.splitlines()[-1]
        print(f'{collector.name}: {said}')
        expect(', 0 differ' in said and (' 0 are declared lost' not in said) == lost, 'the receipts are not judged right')


def first_fire(house, seconds):
    world = house.world
    receipts, (epoch, copied) = load_and_fire(house, seconds)
    late = {line['digest'] for line in receipts if line['sequence'] > copied and line['epoch'] == epoch}
    early = {line['digest'] for line in newest(receipts).values() if 0 < line['sequence'] <= copied}
    expect(late and early, f'{len(early)} reports before the copy ended, {len(late)} after: nothing to see')
    again, took = house.come_back(house.copy)
    print(f'{len(receipts)} receipts, {len(late)} of them not in the copy; complete again after {took:.1f} s')
    expect(took < 60, 'that took too long')
    wrong = [line for line in again if line['digest'] in late and line['status'] != 'accepted']
    expect(not wrong, f'acknowledged after the copy and sent again, but not accepted: {wrong[:1]}')
    wrong = [line for line in again if line['digest'] in early and line['status'] != 'unchanged']
    expect(not wrong, f'in the copy and sent again, but not unchanged: {wrong[:1]}')
    house.expect_complete(receipts)
    expect_receipts(house, lost=True)
    house.journal('audit', 'check', '--head', house.copy / 'head', '--journal', house.data / 'journal')
    refused = house.journal('backup', house.copy, '--journal', house.data / 'journal', check=(1,))
    expect('another epoch' in refused.stderr, refused.stderr)
    house.expect_sound()
    return receipts + again


def second_fire(house, receipts):
    """From a copy that has the keys and facilities and not one report."""
    house.burn()
    again, took = house.come_back(house.nightly)
    print(f'from the oldest copy: {len(again)} reports offered again, complete after {took:.1f} s')
    expect(took < 60, 'that took too long')
    expect({line['status'] for line in again} == {'accepted'}, 'not every report was accepted anew')
    house.expect_complete(receipts)
    house.expect_sound()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--seconds', type=float, default=4)
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    with World(arguments.binaries, keep=arguments.keep) as world:
        house = House(world)
        try:
            receipts = first_fire(house, arguments.seconds)
            second_fire(house, receipts)
        finally:
            for collector in house.collectors:
                if collector.thread.is_alive():
                    collector.kill()
        for name in list(world.running):
            expect(world.kill(name, signal.SIGTERM) == 0, f'{name} did not stop cleanly')


if __name__ == '__main__':
    main()
