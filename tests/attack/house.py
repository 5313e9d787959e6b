# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The house that is attacked: real daemons with keys of every kind, and an eye on the journal from outside."""
import json
import os
import pathlib
import resource
import signal
import sys
import time

import peer
from peer import Context, Key, Peer

from world import MAP_SIZE, World, public_of

INSIDE, OUTSIDE = '440507001', '440507003'  # a street of the district, and its neighbour
CLERK_AREA = ('--area', INSIDE)
# name → role and scope of every registered key. A case that spoils its key makes one of its own.
KEYS = {
    'clerk': ('collector', INSIDE), 'neighbour': ('collector', OUTSIDE), 'gone': ('collector', INSIDE),
    'reader': ('reader', ''), 'manager': ('data_manager', ''), 'street': ('registrar', INSIDE),
}


def raise_limits():
    """As many descriptors as we may have, for us and what we start."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def until(claim, seconds):
    """Whether it comes true in so many seconds."""
    end = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class House:
    """extra: settings of ingestd; preload: what both daemons are started with (the environment)."""

    def __init__(self, binaries, aggregator=True, keep=False, keys=KEYS):
        self.world = World(binaries, keep=keep)
        self.with_aggregator, self.keys = aggregator, keys
        self.context, self.uncured = Context(), None

    def __enter__(self):
        self.world.__enter__()
        try:
            self.fill()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def fill(self):
        world = self.world
        world.start(self.with_aggregator)
        world.add_facilities([{'code': 'A1', 'area': INSIDE}, {'code': 'B1', 'area': OUTSIDE}])
        for name, (role, area) in self.keys.items():
            world.ctl('key', 'add', name, '--public', public_of(world.new_key(name)), '--role', role,
                      *(('--area', area) if area else ('--everywhere',)))
            world.client_config(name)
        if 'gone' in self.keys:
            self.revoke('gone')
        if self.with_aggregator:
            world.await_followed()
        self.server_public = peer.z85(public_of(world.folder / 'server.key'))
        self.last = self.head()

    def __exit__(self, *error):
        self.context.__exit__()
        self.world.__exit__(*error)

    def revoke(self, name):
        self.world.ctl('key', 'revoke', public_of(self.world.folder / f'{name}.key'), '--reason', 'attack')

    def key(self, name):
        """A pair of the world, or one that nobody knows."""
        return Key(self.world.folder / f'{name}.key') if name else Key()

    def port(self, daemon):
        return self.world.ports[daemon]

    def address(self, daemon):
        return f'tcp://127.0.0.1:{self.port(daemon)}'

    def connect(self, daemon, key='clerk', **options):
        key = self.key(key) if isinstance(key, str) else key
        return Peer(self.context, options.pop('address', None) or self.address(daemon), key,
                    options.pop('server', None) or self.server_public, **options)

    # -- the journal, from outside

    def dump(self, first=1):
        text = self.world.run('huibao-journal', 'dump', '--journal', self.world.folder / 'ingestd' / 'journal',
                              '--map-size-bytes', MAP_SIZE, '--from', first, timeout=300).stdout
        return [json.loads(line) for line in text.splitlines()]

    def head(self):
        return int(self.world.run('huibao-journal', 'head', '--journal', self.world.folder / 'ingestd' / 'journal',
                                  '--map-size-bytes', MAP_SIZE).stdout.split()[1])

    def stored(self):
        """Kinds of the entries since the last look."""
        head = self.head()
        kinds = [entry['kind'] for entry in self.dump(self.last + 1)] if head > self.last else []
        self.last = head
        return kinds

    # -- the daemons

    def alive(self, daemon):
        process = self.world.running[daemon]
        return process.poll() is None

    def descriptors(self, daemon):
        return len(os.listdir(f'/proc/{self.world.pid(daemon)}/fd'))

    def end_of(self, daemon, seconds=20):
        """How the daemon ended: -6 for an abort."""
        process = self.world.running.pop(daemon)
        try:
            return process.wait(seconds)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()


def library(binaries):
    return pathlib.Path(binaries).resolve() / 'tests' / 'attack' / 'libuncured.so'
