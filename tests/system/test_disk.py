#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A disk that runs full step by step while collectors send, and is emptied again.

    test_disk.py BINARIES [--keep]

Both data folders lie on a small tmpfs of the test's own (in a mount namespace: as root, or it is skipped where that
is allowed). Below the first floor nothing is made anew, below the second the figures stand still while reports are
taken, below the third reports are put off. Without a byte left a commit fails and ingestd ends; started there, it answers BUSY.
Emptied, everything goes on
by itself: nothing acknowledged is missing, nothing is damaged.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from world import FORM, MAP_SIZE, PERIODS, Failed, World, expect, not_here, storm_world

MIB = 1 << 20
DISK_MIB = 192  # floors: 19.2, 9.6, and 4 MiB
FLOOR_BYTES = 4 * MIB
# Slow: what it writes must not reach the next floor by itself while a slow machine is waited for. It outlives every step.
STORM = {'form': FORM, 'periods': len(PERIODS), 'rate': 50, 'per_message': 2, 'window': 4, 'duplicates': 10, 'patience_ms': 240000}


def alone():
    """Runs this very test once more where it may mount; returns only there."""
    if os.environ.get('HUIBAO_DISK_MOUNT'):
        return
    if subprocess.run(['unshare', '-m', 'true'], check=False, capture_output=True).returncode != 0:
        not_here('no mount namespace without root')
    with tempfile.TemporaryDirectory() as folder:
        inside = f'mount -t tmpfs -o size={DISK_MIB}m huibao "$0" && exec "$@"'
        done = subprocess.run(['unshare', '-m', '--propagation', 'private', 'sh', '-c', inside, folder, sys.executable,
                               *sys.argv], env={**os.environ, 'HUIBAO_DISK_MOUNT': folder}, check=False)
    sys.exit(done.returncode)


class Disk:
    def __init__(self, folder):
        self.folder, self.ballast = pathlib.Path(folder), pathlib.Path(folder) / 'ballast'

    def free(self):
        info = os.statvfs(self.folder)
        return info.f_bavail * info.f_frsize

    def fill_to(self, free):
        """Leaves about so many bytes."""
        size = self.ballast.stat().st_size if self.ballast.exists() else 0
        size = max(0, size + self.free() - free)
        with open(self.ballast, 'ab') as file:
            os.truncate(file.fileno(), min(size, self.ballast.stat().st_size))
            os.posix_fallocate(file.fileno(), 0, max(size, 1))

    def empty(self):
        self.ballast.unlink()


class Trial:
    def __init__(self, world, disk):
        self.world, self.disk = world, disk
        for name in ('ingestd', 'aggregator'):
            (disk.folder / name).mkdir()
            (world.folder / name).symlink_to(disk.folder / name)
        with open(world.folder / 'ingestd.yaml', 'a', encoding='utf-8') as file:
            file.write(f'disk-floor-bytes: {FLOOR_BYTES}\n')
        self.members, self.facilities = storm_world(world, members=2, facilities=16)
        self.storm = world.storm(self.members, self.facilities, first_period=PERIODS[0], seed=5, **STORM)
        self.verdicts = world.folder / 'verdicts.jsonl'

    def sequence(self, name):
        return self.world.status()[name]['sequence']

    def taken(self):
        return self.verdicts.stat().st_size if self.verdicts.exists() else 0

    def await_log(self, name, words):
        path = self.world.folder / f'{name}.log'
        self.world.await_true(words, lambda: words in path.read_text('utf-8', 'replace'))

    def await_state(self, state):
        self.world.await_status(f'aggregates {state}', lambda status: 'aggregator' in status and
                                status['aggregator']['state'] == state)

    def await_more(self):
        size = self.taken()
        self.world.await_true('more verdicts', lambda: self.taken() > size + 2000)

    def put_off(self):
        """How often senders were told to come back for the floor."""
        return int(re.search(r'^huibao_busy_total\{reason="disk_floor"\} (\d+)$', self.world.ctl('metrics').stdout, re.MULTILINE)[1])

    def rests(self):
        """Whether nothing was taken while everybody was put off, and put off once more."""
        before, put_off = (self.taken(), self.sequence('ingestd')), self.put_off()
        self.world.await_true('senders to be put off', lambda: self.put_off() >= put_off + 4 * len(self.members))
        return before == (self.taken(), self.sequence('ingestd'))

    def verify(self, wanted):
        found = self.world.ctl('verify', check=None, timeout=300)
        expect((found.returncode == 0) == wanted, f'verify: {found.returncode}\n{found.stdout}{found.stderr}')
        return found.stdout + found.stderr

    def first_floor(self):
        self.disk.fill_to(18 * MIB)
        self.await_state('following')
        self.await_more()
        expect('no room' in self.verify(False), 'a second state was made below the first floor')

    def second_floor(self):
        self.disk.fill_to(9 * MIB)
        self.await_state('no-room')
        self.await_log('ingestd', 'disk below its second floor; the state rests')
        stands, stood = self.sequence('aggregator'), self.taken()
        self.await_more()
        expect(self.sequence('aggregator') == stands, 'the aggregates grew below the second floor')
        expect(self.sequence('ingestd') > stands, 'no reports were taken below the second floor')
        print(f'second floor: aggregates stand at {stands}, {self.taken() - stood} bytes of verdicts since')

    def third_floor(self):
        self.disk.fill_to(FLOOR_BYTES - MIB)
        self.await_log('ingestd', 'disk floor reached')
        self.world.await_true('what was under way to end', self.rests)
        expect(self.rests(), 'reports were taken below the third floor')

    def to_the_last_byte(self):
        """Somebody else takes what the floors had left. Then the commit of a command fails, and ingestd ends."""
        self.disk.fill_to(0)
        try:
            self.world.add_facilities([{'code': f'X{i:04d}'} for i in range(600)])
            sys.exit('a command was done on a disk without a byte')
        except Failed:
            pass
        status = self.world.running.pop('ingestd').wait(60)
        expect(status == 74, f'ingestd ended with {status} when the disk was full')
        self.disk.fill_to(FLOOR_BYTES - MIB)

    def start_there(self):
        """Without room for its state ingestd listens and puts everybody off."""
        self.world.restart('ingestd')
        self.await_log('ingestd', 'the state must be made from the journal')
        expect(self.world.stop('ingestd') == 0, 'waiting for room it did not stop cleanly')
        self.world.restart('ingestd')
        self.world.await_true('it to wait again', lambda: (self.world.folder / 'ingestd.log').read_text(
            'utf-8', 'replace').count('the state must be made from the journal') == 2)
        asked = self.world.ctl('key', 'list', check=None, timeout=120)
        expect(asked.returncode != 0, 'ingestd answered without a state')
        expect(self.storm.poll() is None, 'the storm gave up')

    def recover(self):
        self.disk.empty()
        self.await_log('ingestd', 'room on the disk again; the state is made')
        self.await_state('following')
        self.await_more()
        print('storm:', self.world.finish_storm(self.storm))
        status, words = self.world.judge(FORM, PERIODS)
        print(words, end='')
        expect(status == 0, 'the history is broken')
        self.verify(True)
        self.world.run('huibao-journal', 'audit', 'verify', '--journal', self.world.folder / 'ingestd' / 'journal',
                       '--map-size-bytes', MAP_SIZE)



def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    alone()
    with World(arguments.binaries, keep=arguments.keep) as world:
        trial = Trial(world, Disk(os.environ['HUIBAO_DISK_MOUNT']))
        trial.await_more()
        trial.first_floor()
        trial.second_floor()
        trial.third_floor()
        trial.to_the_last_byte()
        trial.start_there()
        trial.recover()
        for name in ('ingestd', 'aggregator'):
            expect(world.stop(name) == 0, f'{name} did not stop cleanly')


if __name__ == '__main__':
    main()
