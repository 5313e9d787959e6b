# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Honest senders beside a flooder: the world in which test_flood.py judges and bench/fairness measures."""
import json
import pathlib
import select
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'system'))
from world import Failed, World, anonymous_bytes, public_of  # noqa: E402  (the path has to be known first)

MEMORY_BYTES = 256 << 20
CATALOGUE = 7  # the type of message whose answer is largest: 48 KiB for a payload of nothing
PING = 10
FRAMES = 4001
FACILITIES = 40  # of each honest sender: with 20 years of months, 9 600 reports
PATIENCE = 180  # seconds beyond what was asked for

# What a flooder does: options of tests/attack/flood.c. 'stall': through a relay that stops after so many bytes.
KINDS = {
    'small': {'connections': 1, 'size': 100, 'rate': 10000},
    'largest': {'connections': 64, 'size': 61440},
    'frames': {'connections': 64, 'size': 1024, 'frames': FRAMES},
    'giant': {'connections': 1, 'size': 65000, 'frames': FRAMES},
    'half': {'connections': 64, 'size': 1024, 'frames': FRAMES, 'stall': 600_000},
    'mute': {'connections': 64, 'size': 0, 'type': CATALOGUE, 'mute': True},
}


class Relay:
    """Passes bytes on, in both directions, until a connection has sent so many; then it holds still and holds on."""

    def __init__(self, port, limit):
        self.target, self.limit = ('127.0.0.1', port), limit
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            threading.Thread(target=self.pump, args=(client, server, self.limit), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, None), daemon=True).start()

    @staticmethod
    def pump(source, target, limit):
        passed = 0
        try:
            while limit is None or passed < limit:
                data = source.recv(65536 if limit is None else min(65536, limit - passed))
                if not data:
                    break
                target.sendall(data)
                passed += len(data)
            else:
                return
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


class Memory:
    """The largest anonymous memory of a process while it is looked at."""

    def __init__(self, pid):
        self.pid = pid
        self.first = anonymous_bytes(pid)
        self.largest = self.first
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.stopping.wait(0.01):
            try:
                self.largest = max(self.largest, anonymous_bytes(self.pid))
            except (OSError, Failed):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


class Siege(World):
    """A world with honest senders, each with a key and facilities of its own, and a flooder."""

    def __init__(self, binaries, senders=24, **options):
        super().__init__(binaries, **options)
        self.senders, self.skip, self.flooders = senders, 0, 0

    def program(self, name):
        if name in ('flood', 'sink', 'honest'):
            return self.binaries / 'tests' / 'attack' / name
        return super().program(name)

    def prepare(self):
        super().prepare()
        with open(self.folder / 'ingestd.yaml', 'a', encoding='utf-8') as file:
            file.write(f'memory-bytes: {MEMORY_BYTES}\n')

    def people(self):
        self.start(aggregator=False)
        codes = self.add_facilities([{'code': f'F{i:04d}'} for i in range(self.senders * FACILITIES)])
        (self.folder / 'facilities.txt').write_text('\n'.join(codes) + '\n', 'utf-8')
        for i in range(self.senders):
            self.add_collector(f'honest{i}')

    def row(self):
        """What ingestd says of itself."""
        return self.status()['ingestd']

    def await_word(self, process, word):
        """Until the process says it on a line of its own; it says no more for a while, so that communicate() has the rest."""
        ready, _, _ = select.select([process.stdout], [], [], self.patience)
        said = process.stdout.readline() if ready else b''
        if said.strip() != word:
            raise Failed(f'{process.args[0]} says {said!r}, not {word!r}')

    def honest(self, seconds, pause_ms=100):
        """Starts the honest senders, who know the catalogue when this returns; finish_honest() has what became of them."""
        keys = [self.folder / f'honest{i}.key' for i in range(self.senders)]
        process = self.spawn('honest', self.folder / 'honest0.yaml', self.folder / 'facilities.txt', seconds, pause_ms, self.skip,
                             *keys, log='honest')
        self.await_word(process, b'ready')
        return process

    def finish_honest(self, process, seconds):
        output, _ = process.communicate(timeout=seconds + PATIENCE)
        if not output.strip():
            raise Failed(f'the honest senders ended with {process.returncode}\n{self.log("honest")}')
        result = json.loads(output)
        self.skip += result['most']
        return result

    def new_flooder(self):
        """A key that is in no quarantine yet."""
        self.flooders += 1
        name = f'flooder{self.flooders}'
        self.add_collector(name)
        return self.folder / f'{name}.key'

    def flood(self, key, seconds, port, **options):
        arguments = ['--address', f'tcp://127.0.0.1:{port}', '--server-key', public_of(self.folder / 'server.key'),
                     '--key', key, '--seconds', seconds]
        for name, value in options.items():
            arguments += [f'--{name}'] + ([] if value is True else [value])
        return self.spawn('flood', *arguments, log='flood')

    def finish_flood(self, process, seconds):
        output, _ = process.communicate(timeout=seconds + PATIENCE)
        if process.returncode != 0:
            raise Failed(f'the flooder ended with {process.returncode}\n{self.log("flood")}')
        return json.loads(output.split()[-1])

    def start_sink(self):
        """The idle sink; its port. It ends with its input."""
        process = subprocess.Popen([self.program('sink'), self.folder / 'server.key'], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        self.others.append(process)
        return int(process.stdout.readline().strip().rpartition(':')[2])

    def attack(self, kind, seconds, port=None, pause_ms=100):
        """One flood of a kind beside the honest: (honest, flooder, memory). port: of the sink instead."""
        options = dict(KINDS[kind])
        stall = options.pop('stall', None)
        key = self.new_flooder()
        target = port or self.ports['ingestd']
        relay = Relay(target, stall) if stall else None
        with Memory(self.pid('ingestd')) as memory:
            honest = self.honest(seconds, pause_ms)
            time.sleep(min(0.5, seconds / 4))
            flood = self.flood(key, seconds, relay.port if relay else target, **options)
            result, flooder = self.finish_honest(honest, seconds), self.finish_flood(flood, seconds)
        if relay:
            relay.close()
        return result, flooder, memory
