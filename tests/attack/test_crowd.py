#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Q3 and Q1: crowds at ingestd's door.

    test_crowd.py BINARIES [--full] [--only Q3] [--count N] [--seconds S] [--keep]

Q3: strangers connect and leave, stop half-way through the handshake, send a byte a second, or garbage. Meanwhile an honest client that
connects anew every second has its report accepted within 5 s, and the daemon's descriptors stay bounded and come back to where they
were. Short: 10 000 as fast as they go; --full: 100 000 over 10 minutes.
Q3b: the same without the limit of time for a handshake must be seen to keep its descriptors.
Q3c: strangers use up all descriptors: who may come does so when their handshakes have run out.
Q1: idle CURVE connections, 100 active ones among them, and a daemon that is killed, so that all reconnect. Short: 300 idle; --full:
10 000 idle, active for an hour (or --seconds).
"""
import argparse
import contextlib
import errno
import random
import selectors
import socket
import sys
import threading
import time

from house import House, raise_limits, until
from peer import PATIENCE_MS, PING, POLLOUT, RECONNECT_IVL, RECONNECT_IVL_MAX, SUBMIT, Context, Peer, greeting, report, submission
from test_regressions import start

from world import Failed, anonymous_bytes, expect

SOURCES = [f'127.0.0.{i}' for i in range(2, 12)]
OPEN_MAX = 3000  # or as many as we may have ourselves
HONEST_MAX_S, BACK_S = 5.0, 12.0
P99_MAX_S, RSS_MAX, RECONNECT_MAX_S = 0.25, 1 << 30, 60
SPARE = 8  # descriptors that somebody else may be using at the moment of a count
OURS = 200  # descriptors that we need for other things than strangers
HELD_S, HELD_S_MAX = 7, 25  # longer than the limit of a handshake is, shorter than libzmq's own, of 30 s


class Strangers:
    """Bare connections, so many at a time, of all bad manners in turn; ended by the daemon, or by us after a while."""
    KINDS = ('leave', 'half', 'slow', 'garbage', 'greeting', 'leave')

    def __init__(self, port, seed, most):
        self.port, self.chance, self.most = port, random.Random(seed), most
        self.select, self.open, self.made, self.failed = selectors.DefaultSelector(), {}, 0, 0

    def connect(self):
        one = socket.socket()
        one.setblocking(False)
        one.bind((SOURCES[self.made % len(SOURCES)], 0))
        if one.connect_ex(('127.0.0.1', self.port)) not in (0, errno.EINPROGRESS):
            self.failed += 1
            one.close()
            return
        kind = self.KINDS[self.made % len(self.KINDS)]
        self.made += 1
        with contextlib.suppress(OSError):
            one.send({'leave': b'', 'slow': b'\xff', 'half': greeting(b'CURVE')[:20], 'greeting': greeting(b'CURVE'),
                      'garbage': self.chance.randbytes(512)}[kind])
        if kind == 'leave':
            one.close()
            return
        self.open[one] = [kind, 1, time.monotonic()]
        self.select.register(one, selectors.EVENT_READ)

    def close(self, one):
        self.select.unregister(one)
        del self.open[one]
        one.close()

    def turn(self):
        """Takes what the daemon said, and says the next byte where it is time."""
        for key, _ in self.select.select(0):
            try:
                if not key.fileobj.recv(4096):
                    self.close(key.fileobj)
            except BlockingIOError:
                pass
            except OSError:
                self.close(key.fileobj)
        now = time.monotonic()
        for one, state in list(self.open.items()):
            if state[0] == 'slow' and now - state[2] >= 1:
                state[1], state[2] = state[1] + 1, now
                try:
                    one.send(greeting(b'CURVE')[state[1]:state[1] + 1])
                except OSError:
                    self.close(one)

    def come(self, count, seconds, patience=30):
        """count of them, spread over so many seconds (0: as fast as they go), until the daemon has ended all."""
        begun = time.monotonic()
        while self.made < count or self.open:
            due = count if not seconds else count * (time.monotonic() - begun) / seconds
            for _ in range(100):
                if self.made < min(count, due) and len(self.open) < self.most:
                    self.connect()
            self.turn()
            time.sleep(0.002)
            expect(time.monotonic() - begun < seconds + 300, 'the daemon does not end the strangers\' connections')
            if self.made >= count and time.monotonic() - begun > seconds + patience:
                break
        return self.made


class Watcher(threading.Thread):
    """Beside the crowd: an honest client anew each second, and the daemon's descriptors."""

    def __init__(self, house):
        super().__init__(daemon=True)
        self.house, self.waits, self.bad, self.descriptors, self.ending = house, [], [], 0, False

    def run(self):
        pair = self.house.key('clerk')
        while not self.ending:
            begun = time.monotonic()
            with Context() as context:
                one = Peer(context, self.house.address('ingestd'), pair, self.house.server_public)
                answer = one.ask(SUBMIT, submission(report('A1', revision=len(self.waits) + 1, period=2011101)),
                                 timeout_ms=20000, wait_ms=20000)
            self.waits.append(time.monotonic() - begun)
            if answer != 'accepted':
                self.bad.append(answer)
            for _ in range(10):
                self.descriptors = max(self.descriptors, self.house.descriptors('ingestd'))
                time.sleep(0.1)


def strangers(house, count, seconds, limit):
    start(house, 'ingestd')
    before, most = at_rest(house), min(OPEN_MAX, limit - OURS)
    watcher, crowd = Watcher(house), Strangers(house.port('ingestd'), count, most)
    watcher.start()
    begun = time.monotonic()
    made = crowd.come(count, seconds)
    took = time.monotonic() - begun
    watcher.ending = True
    watcher.join(30)
    expect(house.alive('ingestd'), f'ingestd ended with {house.world.running["ingestd"].returncode}')
    expect(not watcher.bad and watcher.waits, f'to an honest client it said {watcher.bad}')
    expect(max(watcher.waits) < HONEST_MAX_S, f'an honest client waited {max(watcher.waits):.1f} s')
    expect(watcher.descriptors <= before + most + SPARE, f'{watcher.descriptors} descriptors')
    expect(back(house, before, BACK_S), f'{house.descriptors("ingestd")} descriptors afterwards, {before} before')
    print(f'Q3 ok: {made} strangers in {took:.0f} s; {len(watcher.waits)} honest clients, the slowest {max(watcher.waits):.2f} s; '
          f'descriptors {before}, at most {watcher.descriptors}, {house.descriptors("ingestd")} afterwards')


def arrived(house, count):
    """Whether ingestd has so many descriptors: connected means in the kernel's queue, and only who has been taken out of it can go."""
    return until(lambda: house.descriptors('ingestd') >= count, PATIENCE_MS / 1000)


def back(house, before, seconds):
    return until(lambda: house.descriptors('ingestd') <= before + 2, seconds)


def held(house):
    """Half handshakes that are never ended: with the limit they go, without it they stay."""
    found = []
    for uncured in ((), ('patience',)):
        start(house, 'ingestd', uncured)
        before = at_rest(house)
        with contextlib.ExitStack() as stack:
            for _ in range(200):
                one = stack.enter_context(socket.create_connection(('127.0.0.1', house.port('ingestd'))))
                one.sendall(greeting(b'CURVE'))
            expect(arrived(house, before + 200), f'{house.descriptors("ingestd") - before} of 200 strangers came in')
            found.append(back(house, before, HELD_S if uncured else HELD_S_MAX))
    expect(found == [True, False], f'descriptors back: with the limit {found[0]}, without it {found[1]}')
    start(house, 'ingestd')
    print('Q3b ok: 200 half handshakes are ended; without ZMQ_HANDSHAKE_IVL they stay')


def used_up(house):
    """More half handshakes than the daemon has descriptors: it lives, and takes whoever may come when they have been ended."""
    house.world.kill('ingestd')
    house.world.start_ingestd(('prlimit', '--nofile=100:100'))
    house.world.await_answer('ingestd')
    before = at_rest(house)
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            one = stack.enter_context(socket.create_connection(('127.0.0.1', house.port('ingestd'))))
            one.sendall(greeting(b'CURVE'))
        full = arrived(house, 98)
        begun = time.monotonic()
        honest = house.connect('ingestd')
        answer = honest.ask(PING, b'', timeout_ms=40000)
        took = time.monotonic() - begun
        honest.close()
    expect(full, 'not all descriptors were used')
    expect(answer == 'pong' and took < 30, f'an honest client heard {answer} after {took:.0f} s')
    expect(back(house, before, BACK_S), f'{house.descriptors("ingestd")} descriptors afterwards, {before} before')
    start(house, 'ingestd')
    print(f'Q3c ok: all of 100 descriptors used up by strangers; an honest client came in after {took:.1f} s')


def await_connections(house, before, count, seconds):
    """How long until so many more connections are there, and stay: half a handshake does not outlive 4 s."""
    begun = there = time.monotonic()
    while time.monotonic() - there < 5:
        if house.descriptors('ingestd') < before + count:
            there = time.monotonic()
        expect(there - begun < seconds, f'{house.descriptors("ingestd") - before} of {count} connections in {seconds} s')
        time.sleep(0.05)
    return there - begun


def at_rest(house):
    """Descriptors of ingestd once nobody comes or goes: who asked whether it is up may still be leaving."""
    seen, since = house.descriptors('ingestd'), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.05)
        now = house.descriptors('ingestd')
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


def active(peers, seconds, first):
    """Every peer reports in turn; the p99 of their waits."""
    waits, end, revision = [], time.monotonic() + seconds, first
    while time.monotonic() < end or len(waits) < 2 * len(peers):
        for number, one in enumerate(peers):
            begun = time.monotonic()
            answer = one.ask(SUBMIT, submission(report('A1', revision=revision, period=2012101 + number % 12)),
                             timeout_ms=30000, wait_ms=30000)
            waits.append(time.monotonic() - begun)
            expect(answer in ('accepted', 'superseded'), f'an active client was told {answer}')
            revision += 1
    return sorted(waits)[len(waits) * 99 // 100], revision


def idle(house, count, seconds):
    start(house, 'ingestd')
    before = at_rest(house)
    with Context() as context:
        # One socket of ours holds many connections, each from an address of its own, for libzmq takes equal ones for one; to the
        # daemon each is a CURVE session.
        addresses = [f'tcp://127.1.{i >> 8}.{i & 255}:0;127.0.0.1:{house.port("ingestd")}' for i in range(count)]
        patience = {RECONNECT_IVL: 100, RECONNECT_IVL_MAX: 10000}
        Peer(context, addresses, house.key('neighbour'), house.server_public, options=patience)
        came = await_connections(house, before, count, 120)
        peers = [Peer(context, house.address('ingestd'), house.key('clerk'), house.server_public, options=patience)
                 for _ in range(100)]
        expect(all(one.poll(POLLOUT, PATIENCE_MS) for one in peers), 'an active client does not come in')
        p99, revision = active(peers, seconds, 1)
        resident = anonymous_bytes(house.world.pid('ingestd'))
        house.world.kill('ingestd')
        start(house, 'ingestd', wait=False)
        back_after = await_connections(house, before, count + len(peers), 2 * RECONNECT_MAX_S)
        after, _ = active(peers, min(seconds, 30), revision)
    expect(p99 < P99_MAX_S, f'p99 of the active {p99 * 1000:.0f} ms')
    expect(resident < RSS_MAX, f'{resident >> 20} MiB')
    expect(back_after < RECONNECT_MAX_S, f'all back after {back_after:.0f} s')
    print(f'Q1 ok: {count} idle (there in {came:.1f} s) and 100 active for {seconds} s: p99 {p99 * 1000:.0f} ms, '
          f'{resident >> 20} MiB; after a kill all back in {back_after:.1f} s, p99 then {after * 1000:.0f} ms')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('binaries')
    parser.add_argument('--full', action='store_true')
    parser.add_argument('--only', action='append')
    parser.add_argument('--count', type=int)
    parser.add_argument('--seconds', type=int)
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    many, long = options.count, options.seconds
    limit = raise_limits()
    cases = {
        'Q3': lambda house: strangers(house, many or (100_000 if options.full else 10_000),
                                      (long or 600) if options.full else (long or 0), limit),
        'Q3b': held,
        'Q3c': used_up,
        'Q1': lambda house: idle(house, many or (min(10_000, limit - 1000) if options.full else 300),
                                 (long or 3600) if options.full else (long or 2)),
    }
    bad = 0
    with House(options.binaries, aggregator=False, keep=options.keep) as house:
        for name, case in cases.items():
            if options.only and name not in options.only:
                continue
            try:
                case(house)
            except (Failed, OSError) as fault:
                bad += 1
                print(f'{name} FAILED: {fault}', flush=True)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
