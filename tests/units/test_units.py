#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The units, as far as they can be tried where no systemd runs. A whole run (a report sent, a figure asked, a copy
made, a restart, a kill) under what each unit asks for, and every stand-in seen to fail when the unit is made wrong.

    test_units.py BINARIES [unittest arguments]
"""
import contextlib
import ctypes
import errno
import importlib.machinery
import mmap
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

import sandbox
from house import DAEMONS, MAP_SIZE, ROOT, UNITS, House, public_of

from world import PATIENCE, Failed, anonymous_bytes, elements_of, not_here, write_sheet

BINARIES = sys.argv.pop(1) if len(sys.argv) > 1 else '.'
FORM = 'HOSPITAL_MONTH'
EVERYTHING = ','.join(sandbox.PIECES)
WATCHDOG_S = 4
SERVICES = sorted(p.name for p in (ROOT / 'systemd').glob('*.service'))
EXPOSURE_MAX = {'huibao-ingestd.service': 0.5, 'huibao-aggregator.service': 0.5, 'huibao-backup.service': 0.5,
                'huibao-backup-follow.service': 0.5, 'huibao-collect.service': 1.5}
sys.dont_write_bytecode = True
systemctl = importlib.machinery.SourceFileLoader('stand_in', str(UNITS / 'systemctl')).load_module()


def sheet(path, period):
    """A report of H1."""
    return write_sheet(path, {'facility': 'H1', 'period': period, **dict(zip(elements_of(FORM), range(100, 200)))})


def send(house, period):
    """One report of H1."""
    path = sheet(house.folder / f'{period}.csv', period)
    house.run('huibao-collect', 'send', path, '--form', FORM, '--config', house.folder / 'clerk.yaml')


def prepare(house):
    house.start()
    house.add_facilities([{'code': 'H1'}])
    house.add_collector('clerk')


def head(house, journal):
    return house.run('huibao-journal', 'head', '--journal', journal, '--map-size-bytes', MAP_SIZE).stdout


def same_head(house, copy):
    """Whether the copy is there already, and has all of the journal."""
    with contextlib.suppress(Failed):
        return head(house, copy) == head(house, house.folder / 'ingestd/journal')
    return False


def opened(path):
    """Whether a process has the file open."""
    wanted = path.stat()
    for link in pathlib.Path('/proc').glob('[0-9]*/fd/*'):
        with contextlib.suppress(OSError):
            if os.path.samestat(link.stat(), wanted):
                return True
    return False


def whole_run(house):
    """A report sent, a figure asked, a copy made, a restart, a kill; and the same figure at the end."""
    prepare(house)
    send(house, '2015-03')
    house.await_followed()
    before = house.cell_table(FORM, ['2015-03'])
    assert before, 'no figure'
    house.systemctl('start', 'huibao-backup.service')
    copies = list((house.root / 'var/backups/huibao/nightly').iterdir())
    assert len(copies) == 1, copies
    house.systemctl('start', 'huibao-backup-follow.service')
    for name in DAEMONS:
        house.systemctl('restart', f'huibao-{name}.service')
        house.await_answer(name)
    house.systemctl('kill', '-s', 'KILL', 'huibao-ingestd.service')
    house.await_true('the restart', lambda: house.show('ingestd', 'NRestarts') == '1')
    house.await_answer('ingestd')
    send(house, '2015-04')
    house.await_followed()
    assert house.cell_table(FORM, ['2015-03']) == before, 'the figure has changed'
    house.ctl('verify')
    copy = house.root / 'var/backups/huibao/follow'
    house.await_true('the following copy', lambda: same_head(house, copy))
    house.systemctl('stop', 'huibao-backup-follow.service')


def unit_of(name):
    """An installed unit, read as the stand-in reads it."""
    unit = systemctl.Unit.__new__(systemctl.Unit)
    unit.name, unit.values = name, {}
    unit.read(ROOT / 'systemd' / name)
    return unit


class Files(unittest.TestCase):
    """What systemd's own tools say of the files."""

    def test_exposure(self):
        for name in SERVICES:
            done = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--no-pager', ROOT / 'systemd' / name],
                                  capture_output=True, text=True, check=True)
            found = float(re.search(r'Overall exposure level for .*?: ([\d.]+)', done.stdout)[1])
            self.assertLessEqual(found, EXPOSURE_MAX[name], f'{name}\n{done.stdout}')

    def test_lines_that_must_stand(self):
        """What no stand-in shows: that systemd goes on starting it, lets nothing be dumped, and knows who may share a store."""
        for name in DAEMONS:
            unit = unit_of(f'huibao-{name}.service')
            self.assertEqual(unit.one('StartLimitIntervalSec', '', 'Unit'), '0', name)
            found = {key: unit.one(key) for key in ('Type', 'Restart', 'RestartSec', 'LimitCORE', 'LimitNOFILE', 'Group', 'DynamicUser')}
            self.assertEqual(found, {'Type': 'notify', 'Restart': 'always', 'RestartSec': '500ms', 'LimitCORE': '0', 'LimitNOFILE': '65536',
                                     'Group': 'huibao-store', 'DynamicUser': ''}, name)
            self.assertIn('HUIBAO_FILE_SYSTEM=durable', unit.all('Environment'), name)
            self.assertEqual(unit_of(f'huibao-{name}.socket').one('Backlog', '', 'Socket'), '1024', name)

    def test_verify(self):
        """In a root where every program is at its place; a broken unit is told."""
        with House(BINARIES) as house:
            names = [p.name for p in (ROOT / 'systemd').iterdir() if p.suffix in ('.service', '.socket', '.timer')]
            self.assertEqual(self.verify(house, names), '')
            self.assertGreaterEqual(len(names), 8)
            house.drop_in('huibao-ingestd.service', 'bad', '[Service]\nExecStart=\nExecStart=/usr/libexec/huibao/nothing\nWatchdogsec=1')
            told = self.verify(house, names)
            self.assertIn('Watchdogsec', told)
            self.assertIn('not executable', told)

    def verify(self, house, names):
        done = subprocess.run(['systemd-analyze', 'verify', f'--root={house.root}', '--man=no', '--no-pager', *names],
                              capture_output=True, text=True, check=False)
        ours = [line for line in (done.stdout + done.stderr).splitlines() if 'huibao' in line]
        return '\n'.join(ours) + ('' if done.returncode == 0 or ours else f'exit {done.returncode}: {done.stderr}')

    def test_calendar(self):
        when = unit_of('huibao-backup.timer').one('OnCalendar', '', 'Timer')
        subprocess.run(['systemd-analyze', 'calendar', when], check=True, capture_output=True)


class Runs(unittest.TestCase):
    """Whole runs."""

    def test_everything_at_once(self):
        with House(BINARIES, sandbox=EVERYTHING) as house:
            whole_run(house)
            self.in_force(house)
            self.over_the_path(house)
            self.lean(house)

    def test_a_machine_without_a_clerk(self):
        """What was put into the outbox while nobody answered is sent by the resident service, in its sandbox."""
        with House(BINARIES, sandbox='mounts,users,filter,limits') as house:
            house.start()
            house.add_facilities([{'code': 'H1'}])
            printed = house.as_collector('enrol', '--server', f'tcp://127.0.0.1:{house.ports["ingestd"]}', '--server-key',
                                         public_of(house.folder / 'server.key'))
            code = re.search(r'(?:[0-9A-Z]{7}[- ]){8}[0-9A-Z]{7}', printed)
            house.ctl('key', 'add', 'machine', '--public', code[0], '--role', 'collector', '--facility', 'H1')
            sheet(house.root / 'tmp/sheet.csv', '2015-04')
            house.as_collector('send', '/tmp/sheet.csv', '--form', FORM)  # and it knows the catalogue from here on
            house.systemctl('stop', 'huibao-ingestd.socket')
            sheet(house.root / 'tmp/sheet.csv', '2015-05')
            self.assertRegex(house.as_collector('send', '/tmp/sheet.csv', '--form', FORM, check=False), 'queued|wait')
            house.drop_in('huibao-collect.service', 'soon', '[Service]\nExecStart=\nExecStart=/usr/bin/huibao-collect run --every 1')
            house.systemctl('start', 'huibao-collect.service')
            house.systemctl('start', 'huibao-ingestd.service')
            house.await_true('the report', lambda: house.cell_table(FORM, ['2015-05']))
            house.systemctl('stop', 'huibao-collect.service')

    def in_force(self, house):
        """The stand-ins really stood around the daemons."""
        for name in DAEMONS:
            process = pathlib.Path(f'/proc/{house.main_pid(name)}')
            status = (process / 'status').read_text('utf-8')
            self.assertRegex(status, r'Seccomp:\s+2')
            self.assertRegex(status, r'NoNewPrivs:\s+1')
            self.assertRegex(status, r'Umask:\s+0027')
            self.assertRegex(status, r'CapEff:\s+0000000000000000')
            for space in ('mnt', 'net', 'user'):
                self.assertNotEqual(os.readlink(process / 'ns' / space), os.readlink(f'/proc/self/ns/{space}'), space)
            self.assertEqual(len((process / 'uid_map').read_text('ascii').splitlines()), 2)
            self.assertEqual(len((process / 'net/dev').read_text('ascii').splitlines()), 3, 'more than lo')
            flags = {f[4]: f[5].split(',') for f in (line.split() for line in (process / 'mountinfo').read_text('utf-8').splitlines())}
            self.assertIn('ro', flags['/usr'])
            self.assertIn('ro', flags['/etc'])
            self.assertIn('rw', flags['/var/lib/huibao/ingestd'])

    def over_the_path(self, house):
        """The same endpoint by its socket file."""
        config = house.folder / 'admin.yaml'
        text = re.sub(r'tcp://127.0.0.1:\d+', lambda m: 'PATH', config.read_text('utf-8'))
        for name in DAEMONS:
            text = re.sub(f'^{name}: "?PATH"?', f'{name}: "ipc://{house.root}/run/huibao/{name}.sock"', text, flags=re.MULTILINE)
        (house.folder / 'path.yaml').write_text(text, 'utf-8')
        house.run('huibaoctl', 'status', '--config', house.folder / 'path.yaml')
        file = house.root / 'run/huibao/ingestd.sock'
        self.assertEqual((file.stat().st_mode & 0o777, file.stat().st_gid), (0o660, self.group(house, 'huibao')))

    def group(self, house, name):
        line = re.search(f'^{name}:x:(\\d+):', (house.root / 'etc/group').read_text('utf-8'), re.MULTILINE)
        return int(line[1])

    def lean(self, house):
        """Threads, descriptors and memory are far from the unit's limits, and nobody else reads what is stored."""
        for name in DAEMONS:
            unit = unit_of(f'huibao-{name}.service')
            process = pathlib.Path(f'/proc/{house.main_pid(name)}')
            status = (process / 'status').read_text('utf-8')
            self.assertLess(int(re.search(r'Threads:\s+(\d+)', status)[1]), int(unit.one('TasksMax')) // 2)
            self.assertLess(anonymous_bytes(house.main_pid(name)), sandbox.number_of(unit.one('MemoryMax')) // 4)
            self.assertLess(len(os.listdir(process / 'fd')), 100)
        for path in (house.root / 'var/lib/huibao').rglob('*'):
            self.assertEqual(path.lstat().st_mode & 0o7, 0, path)

    def test_system_calls(self):
        """Every system call of a whole run is one that the filter lets through."""
        if not sandbox.groups:
            sandbox.check(['filter'])
        with House(BINARIES, before={n: f'strace -D -f -qq -e signal=none -s 0 -o /run/{n}.calls' for n in DAEMONS}) as house:
            for name in DAEMONS:  # the tracer is the daemon's user
                (house.root / f'run/{name}.calls').touch()
                os.chmod(house.root / f'run/{name}.calls', 0o666)
            whole_run(house)
            house.systemctl('stop', *(f'huibao-{n}.socket' for n in DAEMONS))
            for name in DAEMONS:
                calls = house.root / f'run/{name}.calls'
                house.await_true('the last word of the tracer', lambda calls=calls: not opened(calls))
                made = set(re.findall(r'^\d+ +(?:<\.\.\. )?(\w+)[( ]', calls.read_text('utf-8', 'replace'), re.MULTILINE))
                self.assertGreater(len(made), 40, name)
                let = sandbox.allowed(unit_of(f'huibao-{name}.service'))
                self.assertEqual(made - let, set(), name)
                self.assertIn('sched_setscheduler', made, 'then the exception would not be needed')


class Wrong(unittest.TestCase):
    """Each stand-in says no when a unit is made wrong; the same unit unchanged is fine (Runs)."""

    @classmethod
    def setUpClass(cls):
        cls.house = House(BINARIES, sandbox=EVERYTHING).__enter__()
        cls.addClassCleanup(cls.house.__exit__, None, None, None)
        cls.house.start()
        cls.house.systemctl('stop', *(f'huibao-{n}.socket' for n in DAEMONS))

    def starts(self, name, lines, patience=8):
        """Whether the daemon still runs a moment after a start with this drop-in."""
        unit = f'huibao-{name}.service'
        self.house.drop_in(unit, 'wrong', f'[Service]\nTimeoutStartSec={patience}\nRestart=no\n{lines}')
        log = self.house.root / f'run/systemctl-stand-in/{unit}.log'
        begun = log.stat().st_size
        try:
            started = self.house.systemctl('start', unit, check=False).returncode == 0
            self.said = log.read_bytes()[begun:].decode('utf-8', 'replace')
            return started and self.serves(name, patience)
        finally:
            self.house.systemctl('stop', unit.replace('service', 'socket'), check=False)
            self.house.drop_in(unit, 'wrong')

    def runs(self, name, lines):
        """The same where it must run, however long that takes."""
        return self.starts(name, lines, PATIENCE)

    def serves(self, name, patience):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            status = self.house.status()
            if name in status and (name == 'ingestd' or status[name].get('state') == 'following'):
                return True
            time.sleep(0.1)
        return False

    def test_unchanged_it_starts(self):
        self.assertTrue(self.runs('ingestd', ''), 'unchanged')

    def test_without_sched_setscheduler(self):
        self.assertFalse(self.starts('ingestd', 'SystemCallFilter=~sched_setscheduler'))
        self.assertIn('Operation not permitted', self.said)

    def test_without_sockets_of_paths(self):
        """The manager cannot be told anything."""
        self.assertFalse(self.starts('ingestd', 'RestrictAddressFamilies=\nRestrictAddressFamilies=AF_INET6', patience=5))

    def test_without_a_writable_lock_file(self):
        self.house.systemctl('start', 'huibao-ingestd.service')
        self.addCleanup(self.house.systemctl, 'stop', 'huibao-ingestd.socket', check=False)
        self.assertTrue(self.runs('aggregator', ''), 'unchanged')
        self.assertFalse(self.starts('aggregator', 'ReadWritePaths='))
        self.assertRegex(self.said, 'lock|read-only|Read-only')

    def test_outside_of_the_stores_group(self):
        self.house.systemctl('start', 'huibao-ingestd.service')
        self.addCleanup(self.house.systemctl, 'stop', 'huibao-ingestd.socket', check=False)
        self.assertFalse(self.starts('aggregator', 'Group=huibao'))

    def test_a_listener_of_its_own(self):
        """In an empty network nobody finds it; with a network it serves."""
        settings = self.house.root / 'etc/huibao/ingestd.yaml'
        inherited = settings.read_text('utf-8')
        self.addCleanup(settings.write_text, inherited, 'utf-8')
        settings.write_text(inherited.replace('"inherited"', f'"tcp://127.0.0.1:{self.house.ports["ingestd"]}"'), 'utf-8')
        self.house.drop_in('huibao-ingestd.socket', 'zz', '[Socket]\nListenStream=\nListenStream=/run/huibao/unused.sock')
        self.addCleanup(self.house.drop_in, 'huibao-ingestd.socket', 'zz')
        family = 'RestrictAddressFamilies=AF_INET AF_NETLINK'
        self.assertFalse(self.starts('ingestd', family))
        self.assertTrue(self.runs('ingestd', f'{family}\nPrivateNetwork=no'))

    def test_no_listener_at_all(self):
        self.house.drop_in('huibao-ingestd.socket', 'zz', '[Socket]\nListenStream=')
        self.addCleanup(self.house.drop_in, 'huibao-ingestd.socket', 'zz')
        self.assertFalse(self.starts('ingestd', ''))
        self.assertIn('no socket was inherited', self.said)

    def test_without_the_credential(self):
        self.assertFalse(self.starts('ingestd', 'LoadCredential='))
        self.assertIn('no file of the server', self.said)

    def test_without_the_identity_of_the_boot(self):
        """/proc/sys is hidden, so the unit must say it."""
        self.assertFalse(self.starts('ingestd', 'Environment='))
        self.assertIn('boot_id', self.said)

    def test_limits_that_are_too_tight(self):
        for lines in ('LimitNOFILE=12', 'TasksMax=2', 'MemoryMax=1M'):
            self.assertFalse(self.starts('ingestd', lines, patience=5), lines)

    def test_other_users_are_nobody(self):
        self.house.systemctl('start', 'huibao-ingestd.service')
        self.addCleanup(self.house.systemctl, 'stop', 'huibao-ingestd.socket', check=False)
        for lines, inside in (('', 2), ('PrivateUsers=no', 1)):
            self.house.drop_in('huibao-aggregator.service', 'wrong', f'[Service]\n{lines}')
            self.house.systemctl('start', 'huibao-aggregator.service')
            own = pathlib.Path(f'/proc/{self.house.main_pid("aggregator")}/uid_map').read_text('ascii')
            self.assertEqual(len(own.splitlines()), inside, own)
            self.house.systemctl('stop', 'huibao-aggregator.socket')
            self.house.drop_in('huibao-aggregator.service', 'wrong')

    def test_filters_by_themselves(self):
        """What no daemon of ours ever asks for is refused as well."""
        unit = unit_of('huibao-ingestd.service')
        exec_memory = ctypes.CDLL(None, use_errno=True)

        def tries():
            def writable_and_executable():
                mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            yield 'W and X', errno.EPERM, writable_and_executable
            yield 'internet', errno.EAFNOSUPPORT, lambda: socket.socket(socket.AF_INET).close()
            yield 'netlink', errno.EAFNOSUPPORT, lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
            yield 'real time', errno.EPERM, lambda: os.sched_setscheduler(0, 1, os.sched_param(1))
            yield 'name space', errno.EPERM, lambda: sandbox.must(exec_memory.unshare(0x10000000), 'unshare')
            yield 'reboot', errno.EPERM, lambda: sandbox.must(exec_memory.syscall(169, 1, 2, 3, 0), 'reboot')
            yield 'mount', errno.EPERM, lambda: sandbox.mount('none', '/mnt', 'tmpfs')

        def outcome(attempt):
            try:
                attempt()
            except OSError as error:
                return error.errno
            return 0

        for filtered in (False, True):
            for name, number, attempt in tries():
                if not filtered and name in ('reboot', 'mount', 'real time'):
                    continue  # not tried in earnest
                pid = os.fork()
                if pid == 0:
                    if filtered:
                        sandbox.check(['filter'])
                        sandbox.filters_load(unit)
                    os._exit(outcome(attempt))
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                self.assertEqual(code, number if filtered else 0, f'{name}, filtered: {filtered}')


class Manager(unittest.TestCase):
    """What the daemons tell their manager: ready, reloading, rebuilding, alive only while they come on."""

    @classmethod
    def setUpClass(cls):
        cls.house = House(BINARIES).__enter__()
        cls.addClassCleanup(cls.house.__exit__, None, None, None)
        for name in DAEMONS:
            cls.house.drop_in(f'huibao-{name}.service', 'quick', f'[Service]\nWatchdogSec={WATCHDOG_S}s\nTimeoutStopSec=3s')
        prepare(cls.house)
        cls.month = 0

    def setUp(self):
        for name in DAEMONS:
            self.house.systemctl('start', f'huibao-{name}.service')
        self.house.await_followed()

    def told(self, name, since=0):
        return [what for at, what in self.house.notified(name) if at >= since]

    def send(self):
        type(self).month += 1
        send(self.house, f'2016-{self.month:02d}')

    def test_alive_at_half_the_time(self):
        begun = time.monotonic()

        def pings(name):
            return [at for at, what in self.house.notified(name) if at >= begun and what == 'WATCHDOG=1']
        processes = [self.house.main_pid(name) for name in DAEMONS]
        for name in DAEMONS:
            self.house.await_true('five pings', lambda name=name: len(pings(name)) >= 5)
            seen = pings(name)
            self.assertAlmostEqual((seen[-1] - seen[0]) / (len(seen) - 1), WATCHDOG_S / 2, delta=WATCHDOG_S / 8, msg=name)
            self.assertEqual(self.house.active(name), 'active')
        self.assertEqual([self.house.main_pid(name) for name in DAEMONS], processes)

    def test_ready_status_and_end(self):
        begun = time.monotonic()
        self.house.systemctl('restart', 'huibao-ingestd.service')
        told = self.told('ingestd', begun)
        self.assertLess(told.index('STOPPING=1'), told.index('READY=1'))
        self.assertEqual(self.house.show('ingestd', 'StatusText'), 'receiving')
        self.house.await_followed()
        self.house.await_true('a status', lambda: re.fullmatch(r'following: (\d+) of \1 entries',
                                                               self.house.show('aggregator', 'StatusText')))

    def test_reload_ends_when_it_is_done(self):
        begun = time.monotonic()
        self.house.systemctl('reload', 'huibao-ingestd.service')
        told = [what for what in self.told('ingestd', begun) if what.split('=')[0] in ('RELOADING', 'MONOTONIC_USEC', 'READY')]
        self.assertEqual([what.split('=')[0] for what in told], ['RELOADING', 'MONOTONIC_USEC', 'READY'])
        self.assertEqual(self.house.active('ingestd'), 'active')

    def test_rebuilding_asks_for_time(self):
        self.house.systemctl('stop', 'huibao-ingestd.service')
        shutil.rmtree(self.house.root / 'var/lib/huibao/ingestd/state')
        begun = time.monotonic()
        self.house.systemctl('start', 'huibao-ingestd.service')
        told = self.told('ingestd', begun)
        self.assertIn('EXTEND_TIMEOUT_USEC=60000000', told)
        self.assertRegex('\n'.join(told), r'STATUS=rebuilding state: \d+ of \d+ entries')
        self.assertLess(told.index('EXTEND_TIMEOUT_USEC=60000000'), told.index('READY=1'))

    def thread(self, name, wanted):
        for task in pathlib.Path(f'/proc/{self.house.main_pid(name)}/task').iterdir():
            if (task / 'comm').read_text('utf-8').strip() == wanted:
                return int(task.name)
        raise AssertionError(f'no thread {wanted}')

    def traced(self, pid, tid):
        return 'TracerPid:\t0\n' not in pathlib.Path(f'/proc/{pid}/task/{tid}/status').read_text('ascii')

    def watchdogs(self, name):
        return self.house.log(name).count('watchdog: nothing heard')

    def hangs(self, name, thread, calls):
        """One thread hangs in its next system call of that kind: the pings stop, and the manager starts it again."""
        tid, pid, before = self.thread(name, thread), self.house.main_pid(name), self.watchdogs(name)
        tracer = subprocess.Popen(['strace', '-qq', '-o', '/dev/null', '-e', f'trace={calls}', '-e',
                                   f'inject={calls}:delay_enter=60000000', '-p', str(tid)])
        try:
            self.house.await_true('the tracer', lambda: self.traced(pid, tid))
            try:
                self.send()
            except Exception:  # pylint: disable=broad-except
                pass  # whose report is in the hanging flush gets no answer
            self.house.await_true(f'the watchdog of {name}', lambda: self.watchdogs(name) > before)
        finally:
            tracer.kill()
            tracer.wait()
        self.house.await_true('the new process', lambda: self.house.main_pid(name) not in (0, pid))
        self.house.await_followed()

    def test_a_hanging_flush_ends_it(self):
        self.hangs('ingestd', 'commit', 'fdatasync')
        self.assertIn('thread=commit', self.house.log('ingestd').replace('"', ''))

    def test_a_hanging_index_ends_it(self):
        self.hangs('ingestd', 'index', 'pwrite64,pwritev,writev')
        self.assertIn('thread=index', self.house.log('ingestd').replace('"', ''))

    def test_a_hanging_fold_ends_it(self):
        self.hangs('aggregator', 'aggregator', 'pwrite64,pwritev,writev')

    def test_a_stopped_process_is_ended(self):
        pid = self.house.main_pid('aggregator')
        os.kill(pid, signal.SIGSTOP)
        self.house.await_true('another process', lambda: self.house.main_pid('aggregator') not in (0, pid))
        self.house.await_answer('aggregator')

    def test_nothing_can_be_dumped(self):
        for name in DAEMONS:
            process = pathlib.Path(f'/proc/{self.house.main_pid(name)}')
            self.assertEqual((process / 'environ').stat().st_uid, 0, 'a dumpable process owns its files in /proc')
            self.assertRegex((process / 'limits').read_text('ascii'), r'Max core file size\s+0\s+0')
            self.assertNotIn(b'secret', (process / 'cmdline').read_bytes() + (process / 'environ').read_bytes())

    def test_a_connection_starts_a_service_that_stands(self):
        self.house.systemctl('stop', 'huibao-aggregator.service')
        self.assertEqual(self.house.active('aggregator'), 'inactive')
        self.house.await_answer('aggregator')


def main():
    missing = [name for name in ('strace', 'systemd-analyze', 'systemd-sysusers', 'unshare', 'mount') if not shutil.which(name)]
    if os.getuid() != 0 or missing:
        not_here(f'it needs root{" and " + ", ".join(missing) if missing else ""}')
    if os.environ.get('HUIBAO_UNITS_INSIDE') != '1':
        os.environ['HUIBAO_UNITS_INSIDE'] = '1'
        os.execvp('unshare', ['unshare', '--mount', '--propagation', 'private', sys.executable, __file__, BINARIES, *sys.argv[1:]])
    unittest.main(verbosity=2)


if __name__ == '__main__':
    main()
