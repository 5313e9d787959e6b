#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A house that burns down under load and comes back from its copy.

    test_backup.py BINARIES [--seconds 4] [--keep]

Collectors send without a pause, a backup follows, and both sides of it are killed and started again.
Then a last sheet is acknowledged that no copy has, everything is killed, and the data directory is
destroyed. Restored from the followed copy: within 60 s every report for which a running collector has a
receipt is in the journal, what the copy lacked is accepted (not "unchanged"), and no receipt
differs from the restored history. Then once more, the nightly copy, made before the first report, under today's state and
aggregates: both are made anew, and every report is accepted again.
"""
import argparse
import contextlib
import itertools
import json
import shutil
import signal
import threading
import time

from world import MAP_SIZE, PATIENCE, Failed, World, elements_of, expect, write_sheet

FORM = 'HOSPITAL_MONTH'
MEMBERS, FACILITIES, PERIODS = 3, 6, [f'{year}-{month:02d}' for year in range(2001, 2021) for month in range(1, 13)]
MAP = ('--map-size-bytes', MAP_SIZE)
IN_FORCE = ('accepted', 'unchanged')


class Collector:
    """huibao-collect with an outbox and facilities of its own; its log of verdicts holds its receipts."""

    def __init__(self, world, number, facilities):
        self.world, self.name, self.facilities = world, f'clerk{number}', facilities
        self.config = world.add_collector(self.name)
        self.log = world.folder / f'{self.name}.jsonl'
        self.sheets, self.process, self.stopping = itertools.count(), None, False
        self.thread = threading.Thread(target=self.work)

    def sheet(self, count):
        """Of a month each; a machine that is through with all of them corrects the first again."""
        again, period = divmod(count, len(PERIODS))
        return write_sheet(self.world.folder / f'{self.name}.csv', *(
            {'facility': facility, 'period': PERIODS[period],
             **{e: number * 1000 + i + again for i, e in enumerate(elements_of(FORM))}}
            for number, facility in enumerate(self.facilities)))

    def send(self):
        """One sheet of the next month; the exit status of the collector."""
        self.process = self.world.spawn('huibao-collect', 'send', self.sheet(next(self.sheets)), '--form', FORM, '--log',
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

    def stay(self, name):
        """The resident collector, as it runs on a machine without a clerk; its log of verdicts."""
        log = self.world.folder / f'{name}-{self.name}.jsonl'
        self.process = self.world.spawn('huibao-collect', 'run', '--every', '1', '--log', log, '--config', self.config,
                                        log=f'resident-{name}-{self.name}')
        return log

    def leave(self):
        self.process.send_signal(signal.SIGTERM)
        expect(self.process.wait(PATIENCE) == 0, 'a resident collector did not end cleanly')

    def logged(self):
        """How many lines its log has so far."""
        return self.log.read_text('utf-8').count('\n') if self.log.exists() else 0

    def receipts(self):
        """When it has ended. Whole lines of the log; a kill may have cut the last one, whose report is still in the outbox."""
        whole = [line for line in self.log.read_text('utf-8').split('\n')[:-1] if line.endswith('}')]
        self.log.write_text(''.join(line + '\n' for line in whole), 'utf-8')
        return [json.loads(line) for line in whole]


def verdicts_in(log):
    return [json.loads(line) for line in log.read_text('utf-8').splitlines(True) if line.endswith('\n')] if log.exists() else []


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
        self.follower = self.world.spawn('huibao-journal', 'backup', 'follow', self.copy, '--journal', self.data / 'journal',
                                         *MAP, log='follower')

    def kill_follower(self):
        expect(self.follower.poll() is None, f'the follower ended by itself\n{self.world.log("follower")}')
        self.follower.kill()
        self.follower.communicate()

    def head(self, place):
        epoch, sequence, _ = self.journal('head', '--journal', place).stdout.split()
        return epoch, int(sequence)

    def copied(self):
        """How far the copy is; 0 while it is being made."""
        with contextlib.suppress(Failed):
            return self.head(self.copy)[1]
        return 0

    def await_copied(self, when):
        """Until the copy has what every collector has a receipt for by now: at least a sheet each."""
        for collector in self.collectors:
            self.world.await_true(f'the first receipts of {collector.name}', lambda c=collector: c.logged() >= FACILITIES)
        acknowledged, since = self.head(self.data / 'journal')[1], time.monotonic()
        self.world.await_true(f'entry {acknowledged} to be copied {when}', lambda: self.copied() >= acknowledged)
        print(f'entry {acknowledged} was copied {when}, within {time.monotonic() - since:.2f} s')

    def last_night(self):
        """The newest of the dated copies."""
        return sorted(path for path in self.nightly.iterdir() if path.name[0] == '2')[-1]

    def stop(self):
        for name in list(self.world.running):
            self.world.kill(name)
        for collector in self.collectors:
            collector.kill()

    def burn(self):
        """Nothing of the server is left but what is in the copies."""
        self.stop()
        shutil.rmtree(self.data)

    def lose_journal(self):
        """The derived environments stay, and are of a later day than any copy."""
        refused = self.journal('restore', self.last_night(), self.data / 'journal', check=(1,)).stderr
        expect('stop ingestd' in refused, f'restored under a running ingestd: {refused}')
        self.stop()
        (self.data / 'journal').rename(self.world.folder / 'lost')
        expect((self.data / 'state' / 'data.mdb').exists(), 'there is no state to be in the way')

    def lacking(self, receipts):
        """What is in force by receipts and not in the journal."""
        bodies = {json.loads(line)['body'] for line in self.world.dump().read_text('utf-8').splitlines()}
        return [key for key, line in newest(receipts).items() if line['values_hex'] not in bodies]

    def come_back(self, copy, receipts, decide=False):
        """Restores under running collectors (and decides that the lives of which the copy knows nothing are given up),
        and starts. What they logged until everything with a receipt was there again, and how long that took."""
        logs = [collector.stay(copy.name) for collector in self.collectors]
        print(self.journal('restore', copy, self.data / 'journal').stdout, end='')
        before = time.monotonic()
        self.world.start_ingestd()
        self.world.start_aggregator()
        self.world.await_answer('ingestd')
        if decide:
            said = [self.world.folder / f'resident-{copy.name}-{collector.name}.log' for collector in self.collectors]
            self.world.await_true('history to differ', lambda: all('differs' in path.read_text('utf-8') for path in said))
            expect(self.lacking(receipts), 'an unknown epoch was taken')
            self.world.ctl('history', 'decide', 'all', '--reason', 'restored from a copy older than the last restore')
        self.world.await_true('every report with a receipt', lambda: not self.lacking(receipts), step=0.3)
        took = time.monotonic() - before
        # What is offered besides: what the copy holds already.
        copied = {line['digest'] for line in newest(receipts).values()}
        self.world.await_true('the verdicts on all that is offered', lambda: copied <= {
            line['digest'] for log in logs for line in verdicts_in(log)})
        for collector in self.collectors:
            collector.leave()
        return [line for log in logs for line in verdicts_in(log)], took

    def expect_sound(self):
        self.world.await_followed()
        verify = self.world.ctl('verify', check=None, timeout=300)
        expect(verify.returncode == 0, f'verify found a fault\n{verify.stdout}{verify.stderr}')
        print(self.journal('audit', 'verify', '--journal', self.data / 'journal').stdout, end='')


def load_and_fire(house, seconds):
    """The receipts that all collectors hold afterwards, and how far the copy went."""
    world = house.world
    said = house.journal('backup', 'nightly', house.nightly, '--journal', house.data / 'journal').stdout
    expect('its chain holds' in said, said)
    house.follow()
    for collector in house.collectors:
        collector.thread.start()
    time.sleep(seconds / 2)
    house.await_copied('before it is killed')
    house.kill_follower()
    time.sleep(0.3)
    house.follow()
    world.kill('ingestd')
    world.restart('ingestd')
    time.sleep(seconds / 2)
    house.await_copied('after kills of both sides')
    house.kill_follower()
    copied = house.head(house.copy)
    # What comes now is in no copy.
    for collector in house.collectors:
        size = collector.logged()
        world.await_true('a sheet after the copy', lambda c=collector, n=size: c.logged() >= n + 2 * FACILITIES)
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
    again, took = house.come_back(house.copy, receipts)
    print(f'{len(receipts)} receipts, {len(late)} of them not in the copy; complete again after {took:.1f} s')
    expect(took < 60, 'that took too long')
    wrong = [line for line in again if line['digest'] in late and line['status'] != 'accepted']
    expect(not wrong, f'acknowledged after the copy and sent again, but not accepted: {wrong[:1]}')
    wrong = [line for line in again if line['digest'] in early and line['status'] != 'unchanged']
    expect(not wrong, f'in the copy and sent again, but not unchanged: {wrong[:1]}')
    expect_receipts(house, lost=True)
    house.journal('audit', 'check', '--head', house.copy / 'head', '--journal', house.data / 'journal')
    refused = house.journal('backup', house.copy, '--journal', house.data / 'journal', check=(1,))
    expect('another epoch' in refused.stderr, refused.stderr)
    house.expect_sound()
    return receipts + again


def second_fire(house, receipts):
    """A copy that has the keys and facilities and not one report, under what is derived of the whole."""
    house.lose_journal()
    again, took = house.come_back(house.last_night(), receipts, decide=True)
    print(f'from the nightly copy: {len(again)} reports offered again, complete after {took:.1f} s')
    expect(took < 60, 'that took too long')
    expect({line['status'] for line in again} == {'accepted'}, 'not every report was accepted anew')
    anew = house.world.log('ingestd').count('state is made anew from the journal')
    expect(anew >= 2, f'the state was made anew {anew} times, and not after both restores')
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
