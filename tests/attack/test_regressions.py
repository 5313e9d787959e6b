#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A2: the findings that changed the design, each against real daemons: as they are shipped, and, in the same run, with the cure
taken away (uncured.c), when the attack must work. A test that cannot fail is thereby a failure.

    test_regressions.py BINARIES [--only A2.1a] [--times N] [--keep] [--print]

What needs mounts runs as root, in a mount namespace of its own; elsewhere it is skipped, and in CI it fails.
"""
import argparse
import collections
import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

import peer
from cases import SILENCE_MS, right, whoever
from house import House, library, raise_limits, until
from peer import NOTHING, PATIENCE_MS, PING, POLLIN, POLLOUT, ROUTING_ID, SUBMIT, Key, drain, greeting, raw, report, submission, words

from world import PATIENCE, ROOT, anonymous_bytes, must_be_tried

# The first numbers of the anonymous peers of an unseeded process, for its first and second socket that numbers them.
STARTS, GUESSES = (0x6b8b4567, 0xe43c9869), 48
CHURN = 2000  # a monitor that nobody read stopped the server after 768
LIE_BYTES, BUFFERED_MAX = 64 << 20, 8 << 20
EX_IOERR, EX_CONFIG = 74, 78
FLOOD_S = 20  # ingestd looks at the disk ten times a second


class Skipped(Exception):
    """The machine does not let us try this."""


def start(house, daemon, uncured=(), wait=True):
    """Ends the daemon if it runs, and starts it, without the cures that are named."""
    world = house.world
    if daemon in world.running:
        world.kill(daemon)
    wrap = ()
    if uncured:
        wrap = ('env', f'LD_PRELOAD={library(world.binaries)}', f'UNCURED={" ".join(uncured)}')
    (world.start_ingestd if daemon == 'ingestd' else world.start_aggregator)(wrap)
    if wait:
        world.await_true(f'{daemon} to listen', lambda: listens(house.port(daemon)))
    return world.running[daemon]


def listens(port):
    """Whether it greets: only connected we might still be in the kernel's queue, before a daemon that has not got so far."""
    with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port), timeout=1) as connection:
        return connection.recv(1) == b'\xff'
    return False


def says(house, daemon, key, connect_ms=PATIENCE_MS, answer_ms=PATIENCE_MS):
    """(whether the handshake was completed, what was answered to a right message)"""
    one = house.connect(daemon, key)
    connected = one.poll(POLLOUT, connect_ms)
    answer = one.ask(*right(daemon), wait_ms=answer_ms) if connected else NOTHING
    one.close()
    return ('connected' if connected else 'kept out') + ', ' + answer


# -- 1: routing identities -----------------------------------------------------------------------------

def asked(process, one):
    """Whether the daemon answers; no longer than it lives."""
    said, heard = False, None
    end = time.monotonic() + PATIENCE_MS / 1000
    while not heard and process.poll() is None and time.monotonic() < end:
        said = said or one.say(PING, b'', 100)
        heard = said and one.recv(100)
    return bool(heard) and words(heard) == 'pong'


def squat(uncured):
    def attempt(house, daemon):
        process = start(house, daemon, uncured)
        squatters, later = [], []
        for first in STARTS:
            for number in range(GUESSES):
                name = b'\0' + struct.pack('>I', first + number & 0xffffffff)
                squatters.append(house.connect(daemon, whoever(daemon), options={ROUTING_ID: name}))
        for one in squatters:
            asked(process, one)
        while len(later) < 2 * GUESSES and process.poll() is None:
            later.append(house.connect(daemon, whoever(daemon)))
            asked(process, later[-1])
        answers = sum(asked(process, one) for one in later)
        for one in squatters + later:
            one.close()
        if process.poll() is None:
            return f'lives, {answers} of {len(later)} later peers answered'
        return f'ended by signal {-house.end_of(daemon)}'
    return attempt


# -- 2: no handler ---------------------------------------------------------------------------------------

def without(*uncured, **waits):
    def attempt(house, daemon):
        process = start(house, daemon, uncured, wait=False)
        until(lambda: process.poll() is not None or listens(house.port(daemon)), PATIENCE)
        if process.poll() is not None:
            return f'ends with {house.end_of(daemon)}'
        return 'known: ' + says(house, daemon, whoever(daemon), **waits) + '; unknown: ' + says(house, daemon, Key(), **waits)
    return attempt


# -- 3: a journal that cannot be locked ---------------------------------------------------------------------

def read_only(*uncured):
    def attempt(house, _):
        private_mounts()
        journal = house.world.folder / 'ingestd' / 'journal'
        house.world.kill('aggregator')
        subprocess.run(['mount', '--bind', journal, journal], check=True)
        try:
            subprocess.run(['mount', '-o', 'remount,bind,ro', journal], check=True)
            # The daemon needs its own folder only; ingestd, which runs on, has its files open.
            process = start(house, 'aggregator', uncured, wait=False)
            known = until(lambda: process.poll() is not None or 'aggregator' in house.world.glance(), PATIENCE)
            if process.poll() is None:
                house.world.kill('aggregator')
                return 'reads without a lock' if known else 'neither ends nor answers'
            said = house.world.log('aggregator').splitlines()
            house.end_of('aggregator')
            why = next((word for word in ('lock.mdb', 'reader table') if any(word in line for line in said[-3:])), said[-3:])
            return f'ends with {process.returncode}: {why}'
        finally:
            subprocess.run(['umount', '-l', journal], check=True)
    return attempt


def private_mounts():
    if os.environ.get('ATTACK_MOUNTS') != '1':
        raise Skipped('no mount namespace')


# -- 4: a full disk -------------------------------------------------------------------------------------------

def fill(path, leave):
    info = os.statvfs(path)
    with open(path / 'ballast', 'wb') as file:
        with contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(1, info.f_bavail * info.f_frsize - leave))


def disk_full(floor, leave):
    """Reports until the disk is full; the words of the end, and of what is there when there is room again."""
    def attempt(house, _):
        private_mounts()
        world = house.world
        folder, config = world.folder / 'ingestd', world.folder / 'ingestd.yaml'
        was = config.read_text('utf-8')
        world.kill('ingestd')
        moved = folder.with_name('moved')
        folder.rename(moved)
        folder.mkdir()
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder], check=True)
        try:
            shutil.copytree(moved, folder, dirs_exist_ok=True)
            config.write_text(was + f'disk-floor-bytes: {floor}\n', 'utf-8')
            start(house, 'ingestd')
            fill(folder, leave)
            told, end = flood_until(house)
            (folder / 'ballast').unlink()
            if end == NOTHING:
                end += f', exit {house.end_of("ingestd")}'
                start(house, 'ingestd')
            world.await_answer('ingestd')
            kept = {line['body'] for line in house.dump()}
            lost = [one for one in told if one not in kept]
            return f'{end}; {len(lost)} lost; then {room_again(house)}'
        finally:
            if 'ingestd' in world.running:
                world.kill('ingestd')
            subprocess.run(['umount', '-l', folder], check=True)
            folder.rmdir()
            moved.rename(folder)
            config.write_text(was, 'utf-8')
            start(house, 'ingestd')
    return attempt


def flood_until(house):
    """Sends until something else than an acceptance comes, or it should have: the bodies that were accepted, as the dump prints them,
    and what came. Nothing comes of a daemon that ends."""
    one, told, answer, process = house.connect('ingestd'), [], 'accepted', house.world.running['ingestd']
    begun = time.monotonic()
    while answer == 'accepted' and time.monotonic() - begun < FLOOD_S:
        revision = len(told) // 12 + 1
        batch = [report('A1', 1 + revision, period=2011101 + i, revision=revision) for i in range(12)]
        one.say(SUBMIT, b''.join(map(submission, batch)))
        until(lambda: one.poll(POLLIN, 0) or process.poll() is not None, PATIENCE)
        answer = one.words(0)
        if answer == 'accepted':
            told += [body.hex() for body in batch]
    one.close()
    return told, answer


def room_again(house):
    """What is said once ingestd has seen that there is room."""
    said = []

    def no_longer_busy():
        said.append(says(house, 'ingestd', 'clerk'))
        return not said[-1].endswith('busy')
    until(no_longer_busy, PATIENCE)
    return said[-1]


# -- 6: memory ------------------------------------------------------------------------------------------------

def lie_of_size(uncured):
    """A stranger announces a frame of 64 MiB and sends it."""
    def attempt(house, daemon):
        start(house, daemon, uncured)
        pid = house.world.pid(daemon)
        before, most = anonymous_bytes(pid), 0
        with raw(house.port(daemon)) as connection:
            connection.sendall(greeting(b'CURVE'))
            if not connection.recv(64):
                return 'no greeting'
            with contextlib.suppress(OSError):
                connection.sendall(b'\x06' + struct.pack('>Q', LIE_BYTES))
                for _ in range(LIE_BYTES // (1 << 20) - 1):
                    connection.sendall(b'x' * (1 << 20))
                    most = max(most, anonymous_bytes(pid) - before)
            # By then it has seen all that it wanted to see of it.
            if not drain(connection, PATIENCE_MS / 1000)[1]:
                return 'still connected'
        most = max(most, anonymous_bytes(pid) - before)
        return 'buffered' if most > BUFFERED_MAX else 'not buffered'
    return attempt


# -- 7: monitors ----------------------------------------------------------------------------------------------

def churn(uncured):
    def attempt(house, daemon):
        start(house, daemon, uncured)
        if b'zmq_socket_monitor' in house.world.program(daemon).read_bytes():
            return 'has a monitor'
        for number in range(CHURN):
            try:
                with raw(house.port(daemon), timeout=10) as connection:
                    if number % 3:
                        connection.sendall(greeting(b'NULL' if number % 2 else b'CURVE'))
            except TimeoutError:
                break  # nobody takes connections any more
            except OSError:
                pass  # hung up before we had done
        one = house.connect(daemon, whoever(daemon))
        answer = one.ask(PING, b'', timeout_ms=6000 if uncured else PATIENCE_MS)
        one.close()
        return answer
    return attempt


Row = collections.namedtuple('Row', 'id case attempt expected both', defaults=(False,))
CASES = [
    Row('A2.1a', 'peers claim the next 48 numbers of two sockets; 96 anonymous peers come', squat(()),
        'lives, 96 of 96 later peers answered', True),
    Row('A2.1b', '… without srand()', squat(('seed',)), 'ended by signal 6', True),
    Row('A2.2a', 'nobody answers handshakes', without('handler', connect_ms=SILENCE_MS), 'known: kept out, nothing; unknown: kept out, nothing', True),
    Row('A2.2b', 'libzmq does not enforce the domain', without('enforce'), f'ends with {EX_CONFIG}', True),
    Row('A2.2c', 'neither, and libzmq says it does', without('handler', 'enforce', 'denied', answer_ms=SILENCE_MS),
        'known: connected, nothing; unknown: connected, nothing', True),
    Row('A2.2d', '… without the look at the user', without('handler', 'enforce', 'denied', 'user'),
        'known: connected, accepted; unknown: connected, accepted'),
    Row('A2.3a', 'the aggregator sees the journal on a read-only mount', read_only(), f'ends with {EX_IOERR}: lock.mdb'),
    Row('A2.3b', '… without the try of the lock file', read_only('lock'), f'ends with {EX_IOERR}: reader table'),
    Row('A2.3c', '… and without the look into the table of readers', read_only('lock', 'readers'), 'reads without a lock'),
    Row('A2.4a', 'the disk is full but for less than the floor', disk_full(64 << 20, 32 << 20),
        'busy; 0 lost; then connected, accepted'),
    Row('A2.4b', 'the disk is full to the last page, and there is no floor', disk_full(0, 256 << 10),
        f'nothing, exit {EX_IOERR}; 0 lost; then connected, accepted'),
    Row('A2.6a', 'a stranger sends a frame of 64 MiB', lie_of_size(()), 'not buffered', True),
    Row('A2.6b', '… without the limit of a frame', lie_of_size(('size',)), 'buffered', True),
    Row('A2.7a', '2 000 bare connections come and go', churn(()), 'pong', True),
    Row('A2.7b', '… watched by a monitor that nobody reads', churn(('monitor',)), NOTHING, True),
]


def run(house, row):
    faults = []
    for daemon in ('ingestd', 'aggregator') if row.both else ('ingestd',):
        try:
            found = row.attempt(house, daemon)
        except Skipped as why:
            if must_be_tried():
                return [f'cannot be tried: {why}']
            return None
        except OSError as error:
            found = f'{type(error).__name__}: {error}'
        if found != row.expected:
            faults.append(f'{daemon}: {found!r} came, not {row.expected!r}')
        recover(house)
    return faults


def recover(house):
    """Both daemons as they are shipped again, and at rest."""
    for daemon in ('ingestd', 'aggregator'):
        start(house, daemon)
        house.world.await_answer(daemon)
    house.world.await_followed()


def table():
    """As it must stand in docs/attacks.md."""
    for row in CASES:
        where = 'both' if row.both else 'aggregator' if row.id.startswith('A2.3') else 'ingestd'
        yield f'| {row.id} | {row.case} | {where} | {row.expected} |'


def own_mounts():
    """Runs this program again in a mount namespace of its own, if it may."""
    if os.geteuid() == 0 and 'ATTACK_MOUNTS' not in os.environ:
        able = subprocess.run(['unshare', '-m', 'true'], capture_output=True, check=False).returncode == 0
        os.environ['ATTACK_MOUNTS'] = '1' if able else '0'
        if able:
            os.execvp('unshare', ['unshare', '-m', '--propagation', 'private', sys.executable, *sys.argv])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('binaries', nargs='?', default='.')
    parser.add_argument('--only', action='append')
    parser.add_argument('--times', type=int, default=1)
    parser.add_argument('--keep', action='store_true')
    parser.add_argument('--print', action='store_true')
    options = parser.parse_args()
    if options.print:
        print(*table(), sep='\n')
        return 0
    own_mounts()
    raise_limits()
    bad = 0
    undocumented = set(table()) - set((ROOT / 'docs' / 'attacks.md').read_text('utf-8').splitlines())
    if undocumented:
        bad += 1
        print('not in docs/attacks.md:', *sorted(undocumented), sep='\n')
    with House(options.binaries, keep=options.keep) as house:
        for row in CASES:
            if options.only and row.id not in options.only:
                continue
            begun, faults = time.monotonic(), []
            for _ in range(options.times):
                more = run(house, row)
                if more is None:
                    faults = None
                    break
                faults += more
            bad += bool(faults)
            word = 'skipped' if faults is None else 'FAILED' if faults else 'ok'
            print(f'{row.id} {word} ×{options.times} {time.monotonic() - begun:5.1f} s  {row.case}', *(faults or ()),
                  sep='\n    ', flush=True)
    print(f'A2: {bad} failed')
    return 1 if bad else 0


if __name__ == '__main__':
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    sys.exit(main())
