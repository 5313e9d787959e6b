# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A house whose daemons are units: a root folder with programs, users, units and settings where packages put them, and
the stand-in for systemctl. Clients run outside, as people do. Needs root and a mount name space of its own (main()
of the test sees to both); nothing is mounted where anybody else could see it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'system'))
# pylint: disable=wrong-import-position
from world import ANY_DISK, MAP_SIZE, ROOT, Failed, World, lasting, public_of, without_rules, yaml  # noqa: E402

UNITS = pathlib.Path(__file__).resolve().parent
SYSTEMCTL = UNITS / 'systemctl'
DAEMONS = ('ingestd', 'aggregator')
TOOLS = {'huibaoctl': 'admin', 'huibao-collect': 'collector', 'huibao-journal': 'keeper'}
DEVICES = ('null', 'zero', 'full', 'random', 'urandom', 'tty')
PYTHON = '/usr/bin/python3'


def mount(*arguments):
    subprocess.run(['mount', *map(str, arguments)], check=True)


def mounted_in(folder):
    lines = pathlib.Path('/proc/self/mountinfo').read_text('utf-8').splitlines()
    places = [line.split()[4] for line in lines]
    return sorted((p for p in places if f'{p}/'.startswith(f'{folder}/')), key=len, reverse=True)


class House(World):
    """start(), ctl(), rows(), status() … are World's. sandbox: what every unit is started in (sandbox.py)."""

    def __init__(self, binaries, sandbox='', before=None, **options):
        super().__init__(binaries, **options)
        self.root = self.folder / 'root'
        self.sandbox, self.before = sandbox, before or {}

    def __exit__(self, kind, error, trace):
        units = [f'huibao-{n}.socket' for n in DAEMONS] + [f'huibao-{n}.service' for n in ('backup', 'backup-follow', 'collect')]
        self.systemctl('stop', *units, check=False)
        if kind is not None:
            for log in sorted((self.root / 'run/systemctl-stand-in').glob('*.log')):
                print(f'--- {log.name}', log.read_text('utf-8', 'replace')[-3000:], sep='\n', file=sys.stderr)
        for place in mounted_in(self.root):
            subprocess.run(['umount', '-l', place], check=False)
        if mounted_in(self.root):
            self.keep = True  # never delete through a mount
        super().__exit__(None, None, None)

    # -- the root

    def prepare(self):
        self.root_make()
        self.programs_copy()
        self.users_make()
        self.units_copy()
        for name in ('server', 'admin'):
            self.new_key(name)
        shutil.copy(self.folder / 'server.key', self.root / 'etc/huibao/private/server.key')
        (self.folder / 'ingestd').symlink_to(self.root / 'var/lib/huibao/ingestd')
        settings = {'ingestd': {'data_dir': '/var/lib/huibao/ingestd', 'catalogue': '/usr/share/huibao/catalog'},
                    'aggregator': {'data_dir': '/var/lib/huibao/aggregator', 'journal': '/var/lib/huibao/ingestd/journal'}}
        for name in DAEMONS:
            yaml(self.root / f'etc/huibao/{name}.yaml', listen='inherited', map_size_bytes=MAP_SIZE, **settings[name])
            self.drop_in(f'huibao-{name}.socket', 'port', f'[Socket]\nListenStream=\nListenStream=127.0.0.1:{self.ports[name]}'
                                                          f'\nListenStream=/run/huibao/{name}.sock')
        if not lasting(self.root):
            for name in DAEMONS:
                self.drop_in(f'huibao-{name}.service', 'disk', ANY_DISK)
        for name in ('huibao-backup', 'huibao-backup-follow'):
            unit = (ROOT / 'systemd' / f'{name}.service').read_text('utf-8')
            command = re.search('^ExecStart=(.*)', unit, re.MULTILINE)[1]
            self.drop_in(f'{name}.service', 'map', f'[Service]\nExecStart=\nExecStart={command} --map-size-bytes {MAP_SIZE}')
        self.client_config('admin')
        (self.folder / 'probe.key').symlink_to('admin.key')
        self.client_config('probe', timeout_ms=400)

    def root_make(self):
        self.root.mkdir()
        mount('--bind', self.root, self.root)  # as / of a system is: a mount
        for name in ('usr/bin', 'usr/libexec/huibao', 'usr/share/huibao', 'etc/systemd/system', 'etc/huibao', 'proc', 'sys', 'dev',
                     'tmp', 'run', 'root', 'home', 'var/tmp', 'var/lib', 'var/backups', 'usr/lib', 'usr/lib64'):
            (self.root / name).mkdir(0o755, True, True)
        os.chmod(self.folder, 0o755)  # the daemons' users pass through
        for name in ('tmp', 'var/tmp'):
            os.chmod(self.root / name, 0o1777)
        for name in ('bin', 'lib', 'lib64', 'sbin'):
            (self.root / name).symlink_to(f'usr/{"bin" if name == "sbin" else name}')
        for name in ('usr/lib', 'usr/lib64'):
            mount('--bind', f'/{name}', self.root / name)
            mount('-o', 'remount,bind,ro', self.root / name)
        mount('--rbind', '/proc', self.root / 'proc')
        for name in DEVICES:
            (self.root / 'dev' / name).touch()
            mount('--bind', f'/dev/{name}', self.root / 'dev' / name)
        (self.root / 'dev/shm').mkdir()

    def programs_copy(self):
        for name in DAEMONS:
            shutil.copy2(self.programs[name], self.root / 'usr/libexec/huibao' / name)
        for name, folder in TOOLS.items():
            shutil.copy2(self.binaries / folder / name, self.root / 'usr/bin' / name)
        for name in ('kill', 'strace', 'env'):
            shutil.copy2(shutil.which(name, path='/usr/bin:/bin'), self.root / 'usr/bin' / name)
        without_rules(pathlib.Path(shutil.copytree(ROOT / 'catalog', self.root / 'usr/share/huibao/catalog')))

    def users_make(self):
        """By systemd's own tools, from the files that are installed."""
        etc = self.root / 'etc'
        (etc / 'passwd').write_text('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n', 'utf-8')
        (etc / 'group').write_text('root:x:0:\nnogroup:x:65534:\n', 'utf-8')
        for program, *files in (('systemd-sysusers', 'huibao-server.sysusers', 'huibao-collector.sysusers'),
                                ('systemd-tmpfiles', '--create', 'huibao-server.tmpfiles', 'huibao-collector.tmpfiles')):
            files = [f if f.startswith('-') else str(ROOT / 'systemd' / f) for f in files]
            subprocess.run([program, f'--root={self.root}', *files], check=True)

    def units_copy(self):
        for unit in sorted((ROOT / 'systemd').iterdir()):
            if unit.suffix in ('.service', '.socket', '.timer'):
                shutil.copy(unit, self.root / 'etc/systemd/system' / unit.name)

    def drop_in(self, unit, name, text=None):
        """A drop-in of that name; without a text it goes away."""
        file = self.root / 'etc/systemd/system' / f'{unit}.d' / f'{name}.conf'
        file.parent.mkdir(0o755, True, True)
        if text is None:
            file.unlink()
        else:
            file.write_text(text + '\n', 'utf-8')

    def as_collector(self, *arguments, check=True):
        """huibao-collect by hand, as the resident service's user."""
        done = subprocess.run(['chroot', '--userspec=huibao-collect:huibao-collect', self.root, '/usr/bin/env', '-i',
                               'HOME=/var/lib/huibao-collect', 'LANG=C.UTF-8', '/usr/bin/huibao-collect', *map(str, arguments)],
                              capture_output=True, text=True, check=False, timeout=60)
        if check and done.returncode != 0:
            raise Failed(f'huibao-collect {arguments}: {done.returncode}\n{done.stdout}{done.stderr}')
        return done.stdout + done.stderr

    # -- units

    def systemctl(self, *arguments, check=True, before=''):
        """before: a tracer's command line, for the manager that a start begins."""
        command = [PYTHON, str(SYSTEMCTL), '--root', str(self.root)]
        command += ['--sandbox', self.sandbox] if self.sandbox else []
        command += ['--before', before] if before else []
        done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=150)
        if check and done.returncode != 0:
            raise Failed(f'systemctl {" ".join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}'
                         + ''.join(self.log(n)[-1500:] for n in DAEMONS))
        return done

    def show(self, name, what):
        return self.systemctl('show', f'huibao-{name}.service', '-p', what, '--value').stdout.strip()

    def active(self, name):
        return self.systemctl('is-active', f'huibao-{name}.service', check=False).stdout.strip()

    def main_pid(self, name):
        return int(self.show(name, 'MainPID'))

    def log(self, name):
        file = self.root / f'run/systemctl-stand-in/huibao-{name}.service.log'
        return file.read_text('utf-8', 'replace') if file.exists() else ''

    def notified(self, name):
        """[(seconds, what)] that the daemon told its manager."""
        lines = (self.root / f'run/systemctl-stand-in/huibao-{name}.service.notified').read_text('utf-8').splitlines()
        return [(float(at), what) for at, _, what in (line.partition(' ') for line in lines)]

    def start_ingestd(self, wrap=()):
        """The first time, the first administrator before it, as the administrator's guide says."""
        if not self.started:
            subprocess.run(['chroot', '--userspec=huibao-ingest:huibao-store', self.root, '/usr/libexec/huibao/ingestd', '--config',
                            '/etc/huibao/ingestd.yaml', '--first-operator', public_of(self.folder / 'admin.key')],
                           check=True, capture_output=True, timeout=60)
        self.systemctl('start', 'huibao-ingestd.service', before=self.before.get('ingestd', ''))
        if not self.started:
            self.started = True
            self.await_answer('ingestd')
            self.ctl('period', 'permit', '--from', '2000', '--to', '2099', '--reason', 'tests load past years')

    def start_aggregator(self, wrap=()):
        self.systemctl('start', 'huibao-aggregator.service', before=self.before.get('aggregator', ''))
