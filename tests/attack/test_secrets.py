#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""No secret where it does not belong, and no door without a lock.

    test_secrets.py BINARIES [--keep]

A small world runs end to end: keys are made, enrolled, rotated, revoked; a sheet is reported; questions are asked; things go wrong. Then
every secret half, in Z85, hex and raw, is looked for in the command line and environment of every process that ran, in all
output, and in every file of the world but the key files; routing identities in all logs; plain words on the wire. The daemons
are made to die by a signal that leaves a core; without PR_SET_DUMPABLE there is one, with the secret in it, and with it none.
Every TCP port that they listen on turns a peer without CURVE away. No pair of keys lies in the tree or in the programs.
"""
import argparse
import contextlib
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import peer
from cases import HUNG_UP, right, tcp
from house import House
from peer import HELLO, PING, ROUTING_ID, SUBMIT, ZMQ, Key, Tap, greeting, hello
from test_regressions import start

from world import ROOT, elements_of, expect, public_of, write_sheet

MARK = b'routing-identity-of-a-tester'
Z85 = re.compile(rb'(?<![0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#])[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}'
                 rb'(?![0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#])')
PROGRAMS = ('ingestd/ingestd', 'aggregator/aggregator', 'admin/huibaoctl', 'collector/huibao-collect', 'keeper/huibao-journal')


class Told(House):
    """A house that writes metrics, too."""

    def fill(self):
        for daemon in ('ingestd', 'aggregator'):
            with open(self.world.folder / f'{daemon}.yaml', 'a', encoding='utf-8') as file:
                file.write(f'metrics-file: {self.world.folder / daemon}.prom\n')
        super().fill()


class Eye(threading.Thread):
    """What every process of ours has on its command line and in its environment, as others can read it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.ending = set(), False

    def run(self):
        while not self.ending:
            for entry in pathlib.Path('/proc').iterdir():
                if entry.name.isdigit() and int(entry.name) != os.getpid():
                    with contextlib.suppress(OSError):
                        if os.getpgid(int(entry.name)) == os.getpgrp():
                            for name in ('cmdline', 'environ'):
                                self.seen.add((name, (entry / name).read_bytes()))
            time.sleep(0.002)


def secrets_of(folder):
    """name of the file → secret half, raw."""
    found = {}
    for path in folder.rglob('*'):
        if path.is_file() and not path.is_symlink() and path.name.split('.', 1)[-1] in ('key', 'key.old', 'key.next', 'key.new'):
            found[str(path.relative_to(folder))] = Key(path)
    return found


def needles(secrets):
    for name, pair in secrets.items():
        for form, text in (('Z85', pair.text['secret'].encode()), ('hex', pair.secret.hex().encode()),
                           ('HEX', pair.secret.hex().upper().encode()), ('raw', pair.secret)):
            yield f'{name} in {form}', text


def look(where, data, wanted, faults):
    faults += [f'{what} stands in {where}' for what, text in wanted if text in data]


# -- a day in a small world ------------------------------------------------------------------------------

def live(house, said):
    world, folder = house.world, house.world.folder

    def run(*arguments, **options):
        done = world.run(*arguments, check=None, **options)
        said.append((' '.join(map(str, arguments[:3])), (done.stdout + done.stderr).encode()))
        return done

    config = folder / 'clerk.yaml'
    run('huibao-collect', 'template', '--form', 'HOSPITAL_MONTH', '--config', config)
    sheet = write_sheet(folder / 'sheet.csv', {'facility': 'A1', 'period': '2013-01', **dict.fromkeys(elements_of('HOSPITAL_MONTH'), 7)})
    expect(run('huibao-collect', 'send', sheet, '--form', 'HOSPITAL_MONTH', '--config', config).returncode == 0,
           said[-1][1].decode())
    fresh_key = world.new_key('enrolled')
    for arguments in (('huibao-collect', 'enrol', '--config', folder / 'clerk.yaml'),
                      ('huibao-collect', 'enrol', '--renew', '--config', folder / 'clerk.yaml'),
                      ('huibao-collect', 'enrol', '--switch', '--config', folder / 'clerk.yaml'),
                      ('huibaoctl', 'key', 'new', folder / 'enrolled.key'),  # it is there already
                      ('huibaoctl', 'key', 'add', 'enrolled', '--public', public_of(fresh_key), '--role', 'reader', '--everywhere'),
                      ('huibaoctl', 'key', 'list', '--config', folder / 'admin.yaml'),
                      ('huibaoctl', 'key', 'show', 'clerk', '--config', folder / 'admin.yaml'),
                      ('huibaoctl', 'metrics', '--config', folder / 'admin.yaml'),
                      ('huibaoctl', 'doctor', '--config', folder / 'admin.yaml'),
                      ('huibaoctl', 'status', '--config', folder / 'admin.yaml'),
                      ('huibaoctl', 'facility', 'list', '--config', folder / 'gone.yaml'),
                      ('ingestd', '--config', folder / 'ingestd.yaml', '--check'),
                      ('ingestd', '--config', folder / 'server.key', '--check'),  # a key file as settings
                      ('huibaoctl', 'status', '--config', folder / 'server.key'),
                      ('huibaoctl', 'key', 'add', 'x', '--public', folder / 'server.key', '--role', 'reader')):
        run(*arguments)
    strange(house)
    for name in ('ingestd', 'aggregator'):
        os.kill(world.pid(name), signal.SIGHUP)
        world.await_true(f'metrics of {name}', (folder / f'{name}.prom').exists)
    world.await_followed()


def strange(house):
    """Messages that are logged, by peers that can be recognised."""
    for number, daemon in enumerate(('ingestd', 'aggregator')):
        one = house.connect(daemon, 'neighbour', options={ROUTING_ID: MARK + bytes([48 + number])})
        one.ask(PING, b'')
        one.send(b'garbage', b'garbage')
        one.ask(*right(daemon))
        one.ask(SUBMIT, b'\xff')
        one.send(b'', b'', b'')
        one.recv(300)
        one.close()


# -- doors -------------------------------------------------------------------------------------------------

def listening(pid):
    """TCP ports that the process listens on, of its own network namespace."""
    inodes = set()
    for link in pathlib.Path(f'/proc/{pid}/fd').iterdir():
        with contextlib.suppress(OSError):
            inodes.add(os.readlink(link))
    ports = set()
    for table in ('tcp', 'tcp6'):
        with contextlib.suppress(FileNotFoundError):
            for line in pathlib.Path(f'/proc/{pid}/net/{table}').read_text('ascii').splitlines()[1:]:
                parts = line.split()
                if parts[3] == '0A' and f'socket:[{parts[9]}]' in inodes:
                    ports.add(int(parts[1].rpartition(':')[2], 16))
    return ports


def doors(house):
    for daemon in ('ingestd', 'aggregator'):
        ports = listening(house.world.pid(daemon))
        expect(ports == {house.port(daemon)}, f'{daemon} listens on {ports}')
        probe = tcp(greeting(b'NULL'), 64, b'\x04\x06\x05READY')(house, daemon)
        expect(probe == HUNG_UP, f'{daemon} to a peer without CURVE: {probe}')
        with peer.raw(house.port(daemon)) as connection:
            connection.sendall(greeting(b'CURVE'))
            said = b''
            while len(said) < 64 and (data := connection.recv(64 - len(said))):
                said += data
        expect(said[12:17] == b'CURVE', f'{daemon} offers {said[12:32]!r}')
    tap = Tap(house.port('ingestd'))
    one = house.connect('ingestd', 'clerk', address=f'tcp://127.0.0.1:{tap.port}')
    expect(one.ask(HELLO, hello()) == 'welcome', 'the tap does not work')
    one.close()
    tap.close()
    expect(all(b'attack' not in data for _, data in tap.said), 'a plain word on the wire')


# -- cores ---------------------------------------------------------------------------------------------------

def cores(house):
    """(daemon, cured) → the core that it left, or None."""
    if pathlib.Path('/proc/sys/kernel/core_pattern').read_text('ascii').strip() != 'core':
        return None
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        return None
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    found, here = {}, os.getcwd()
    for cured in (False, True):
        for daemon in ('ingestd', 'aggregator'):
            folder = house.world.folder / f'core-{daemon}-{cured}'
            folder.mkdir()
            os.chdir(folder)
            try:
                start(house, daemon, () if cured else ('dumpable',))
                house.world.await_answer(daemon)
                os.kill(house.world.pid(daemon), signal.SIGABRT)
                house.end_of(daemon)
            finally:
                os.chdir(here)
            left = list(folder.glob('core*'))
            found[daemon, cured] = left[0].read_bytes() if left else None
            start(house, daemon)
            house.world.await_answer(daemon)
            shutil.rmtree(folder)
    return found


def judge_cores(house, faults):
    found = cores(house)
    if found is None:
        if os.environ.get('CI'):
            faults.append('no core can be forced on this machine')
        print('cores: skipped, this machine writes none into the working directory')
        return
    secret = house.key('server').secret
    for daemon in ('ingestd', 'aggregator'):
        without, with_it = found[daemon, False], found[daemon, True]
        if without is None or secret not in without:
            faults.append(f'{daemon}: without the cure no core with the secret: this test cannot fail')
        if with_it is not None:
            faults.append(f'{daemon} left a core{", with the secret" if secret in with_it else ""}')


# -- the tree --------------------------------------------------------------------------------------------------

def tokens(paths):
    """Every text of 40 characters of Z85 in the files → where."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            for token in Z85.findall(path.read_bytes()):
                found.setdefault(token, path)
    return found


def pairs(paths):
    """Files with a secret half whose public half lies about, too."""
    found, out = tokens(paths), peer.ctypes.create_string_buffer(41)
    return [f'{path}: a secret key, its public half in {found[out.value]}' for token, path in found.items()
            if ZMQ.zmq_curve_public(out, token) == 0 and out.value in found]


def project_files():
    listed = subprocess.run(['git', '-C', ROOT, 'ls-files', '-z'], capture_output=True, check=False).stdout.split(b'\0')
    files = [ROOT / name.decode() for name in listed if name]
    if not files:
        files = [path for path in ROOT.rglob('*') if 'build' not in path.parts and '.git' not in path.parts and path.is_file()]
    return files


def tree(binaries, faults):
    # The tests have a pair of their own, from libzmq's documents: it is nobody's default.
    files = [path for path in project_files() if ROOT / 'tests' not in path.parents]
    files += [binaries / name for name in PROGRAMS]
    faults += [found for found in pairs(files)]
    faults += [f'{path} is a key file' for path in files if path.suffix == '.key']
    with tempfile.TemporaryDirectory() as folder:
        planted = pathlib.Path(folder) / 'planted.c'
        pair = Key()
        planted.write_text(f'static const char *a = "{pair.text["public"]}", *b = "{pair.text["secret"]}";\n', 'utf-8')
        if not pairs([planted]):
            faults.append('a planted pair was not found: this test cannot fail')


# -- all of it ---------------------------------------------------------------------------------------------------

def everywhere(house, eye, said, faults):
    """Looks for every secret in all that came to be."""
    folder = house.world.folder
    (folder / 'dump.jsonl').write_text('\n'.join(map(str, house.dump())), 'utf-8')
    secrets = secrets_of(folder)
    expect(len(secrets) > len(house.keys), f'only {len(secrets)} keys were made')
    wanted = list(needles(secrets))
    expect(any(name == 'cmdline' and b'ingestd' in data for name, data in eye.seen), 'no process was seen')
    for name, data in eye.seen:
        look(f'{name} of a process', data, wanted, faults)
    for name, data in said:
        look(f'the output of {name}', data, wanted, faults)
    for path in folder.rglob('*'):
        if path.is_file() and str(path.relative_to(folder)) not in secrets and not path.is_symlink():
            with open(path, 'rb') as file:
                look(str(path.relative_to(folder)), file.read(256 << 20), wanted, faults)
    for log in folder.glob('*.log'):
        data = log.read_bytes()
        if MARK in data or MARK.hex().encode() in data.lower():
            faults.append(f'a routing identity stands in {log.name}')
    # The eye itself must be able to see.
    missed = []
    look('a planted place', b'x' + next(text for _, text in wanted) + b'x', wanted, missed)
    expect(missed, 'a planted secret was not found: this test cannot fail')
    for name in secrets:
        if (folder / name).stat().st_mode & 0o077:
            faults.append(f'{name} may be read by others')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    faults, said, eye = [], [], Eye()
    eye.start()
    with Told(options.binaries, keep=options.keep) as house:
        live(house, said)
        doors(house)
        eye.ending = True
        everywhere(house, eye, said, faults)
        judge_cores(house, faults)
    tree(pathlib.Path(options.binaries).resolve(), faults)
    print(*faults, f'secrets: {len(faults)} found where none may be; {len(eye.seen)} command lines and environments, {len(said)} '
          f'outputs looked at', sep='\n')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
