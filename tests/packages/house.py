# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Machines to install packages on: Debian 12 roots in one private network of this process's own.

    with House(root_tar, packages) as house:
        server = house.machine('server')
        server.run('apt-get install -y huibao-server')

A machine is a folder unpacked from build/debian-root, entered by chroot in namespaces of its own for
processes, mounts and network. Nothing outside is touched, and everything in it ends with the test.
`systemctl` on a machine is tests/units/systemctl, a stand-in: there is no systemd here.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'system'))
# pylint: disable=wrong-import-position
from world import ANY_DISK, ROOT, Failed, lasting, not_here  # noqa: E402

STAND_IN = ROOT / 'tests' / 'units' / 'systemctl'
ADDRESS = '10.0.0.8'  # the server's, in the guide and here
PATIENCE = 600  # of one command: a slow disk takes long over what dpkg flushes


class House:
    def __init__(self, base, packages):
        if os.geteuid() != 0:
            not_here('it needs root')
        if not pathlib.Path(base).exists():
            not_here(f'{base} is missing: run scripts/setup --root')
        self.base, self.packages = pathlib.Path(base), pathlib.Path(packages)
        self.folder, self.holder = None, None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='house-'))
        # Its death ends every process of the house: it is the first of their process namespace.
        self.holder = subprocess.Popen(
            ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc',
             'sh', '-c', f'ip link set lo up && ip addr add {ADDRESS}/32 dev lo && echo up && exec sleep infinity'],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        if self.holder.stdout.readline().strip() != b'up':
            raise Failed('no namespaces here')
        children = pathlib.Path(f'/proc/{self.holder.pid}/task/{self.holder.pid}/children').read_text('ascii').split()
        self.inside = children[0]
        return self

    def __exit__(self, kind, error, trace):
        self.holder.kill()
        self.holder.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def machine(self, name):
        return Machine(self, name)


class Machine:
    def __init__(self, house, name):
        self.house, self.name = house, name
        self.root = house.folder / name
        self.root.mkdir()
        subprocess.run(['tar', '--extract', '--file', house.base, '--directory', self.root], check=True)
        for package in house.packages.glob('*.deb'):
            if '-dbgsym_' not in package.name:
                shutil.copy(package, self.root / 'packages')
        self.index()
        standing = self.root / 'usr' / 'local' / 'bin' / 'systemctl'
        shutil.copy(STAND_IN, standing)
        standing.chmod(0o755)
        (self.root / 'etc' / 'hostname').write_text(f'{name}\n', 'utf-8')
        self.enter(['sh', '-c', f'mount -t proc proc {self.root}/proc && mount --bind /dev {self.root}/dev'
                                f' && mount -t tmpfs run {self.root}/run'], chroot=False)
        if not lasting(self.root):
            for name in ('ingestd', 'aggregator'):
                self.write(f'/etc/systemd/system/huibao-{name}.service.d/disk.conf', ANY_DISK)
        # A package must not start anything on a machine that is being made.
        self.run('apt-get update -qq && apt-get install -y -qq python3 systemd-standalone-sysusers systemd-standalone-tmpfiles')

    def index(self):
        """The folder of packages as apt sees it."""
        folder = self.root / 'packages'
        found = subprocess.run(['dpkg-scanpackages', '--multiversion', '.'], cwd=folder, capture_output=True, check=True)
        (folder / 'Packages').write_bytes(found.stdout)

    def enter(self, command, chroot=True, check=True, text=None):
        inside = ['chroot', str(self.root)] if chroot else []
        environment = {'PATH': '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': '/root',
                       'LANG': 'C.UTF-8', 'DEBIAN_FRONTEND': 'noninteractive'}
        done = subprocess.run(['nsenter', '--target', self.house.inside, '--net', '--mount', '--pid', *inside, *command],
                              capture_output=True, text=True, input=text or '', timeout=PATIENCE, env=environment,
                              check=False)
        if check and done.returncode != 0:
            raise Failed(f'{self.name}: {" ".join(command)[-400:]}\nexit {done.returncode}\n{done.stdout}{done.stderr}')
        return done

    def run(self, script, check=True):
        return self.enter(['bash', '-euo', 'pipefail', '-c', script], check=check)

    def exists(self, path):
        return os.path.lexists(f'{self.root}{path}')

    def read(self, path):
        return (self.root / path.lstrip('/')).read_text('utf-8')

    def write(self, path, text):
        (self.root / path.lstrip('/')).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path.lstrip('/')).write_text(text, 'utf-8')
