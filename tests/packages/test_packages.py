# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Install, upgrade, remove, purge: what each leaves on a bare Debian 12 machine.

    test_packages.py BASE.tar PACKAGES

The upgrade is to a version made from these very packages with a higher number and another text in one
configuration file, which the administrator has edited: his file must stay.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from house import Failed, House
from world import expect

NAMES = ('huibao-server', 'huibao-collector', 'huibao-tools')
EDITED = '/etc/huibao/ingestd.yaml'
SETTINGS = ('/etc/huibao/ingestd.yaml', '/etc/huibao/aggregator.yaml')
PROGRAMS = ('/usr/libexec/huibao/ingestd', '/usr/libexec/huibao/aggregator', '/usr/bin/huibaoctl', '/usr/bin/huibao-collect',
            '/usr/bin/huibao-journal')


def newer(packages, folder):
    """The same packages as version 9.0, with one line more in a configuration file."""
    for package in sorted(pathlib.Path(packages).glob('*.deb')):
        if '-dbgsym_' in package.name:
            continue
        tree = pathlib.Path(tempfile.mkdtemp())
        subprocess.run(['dpkg-deb', '--raw-extract', package, tree], check=True)
        control = tree / 'DEBIAN' / 'control'
        control.write_text(re.sub(r'(?m)^Version: .*$', 'Version: 9.0', control.read_text('utf-8')), 'utf-8')
        settings = tree / 'etc' / 'huibao' / 'ingestd.yaml'
        if settings.exists():
            settings.write_text(settings.read_text('utf-8') + '# written by version 9.0\n', 'utf-8')
        name = package.name.split('_')[0]
        subprocess.run(['dpkg-deb', '--root-owner-group', '--build', tree, folder / f'{name}_9.0_amd64.deb'], check=True,
                       capture_output=True)
        shutil.rmtree(tree)


def expect_installed(machine):
    for path in (*PROGRAMS, *SETTINGS, '/usr/share/huibao/catalog/forms.csv'):
        expect(machine.exists(path), f'{path} is missing after the installation')
    listed = machine.run('dpkg-query --show --showformat "\\${Conffiles}\\n" huibao-server').stdout
    for path in SETTINGS:
        expect(path in listed, f'{path} is not a configuration file of the package')
    modes = machine.run('stat --format "%a %U %G %n" /etc/huibao/private /var/lib/huibao/ingestd /var/backups/huibao').stdout.splitlines()
    expect(modes == ['700 root root /etc/huibao/private', '750 huibao-ingest huibao-store /var/lib/huibao/ingestd',
                     '750 huibao-backup huibao-store /var/backups/huibao'], f'owners and modes are {modes}')
    members = machine.run('getent group huibao-store').stdout.strip().rsplit(':', 1)[1].split(',')
    expect(sorted(members) == ['huibao-aggr', 'huibao-backup', 'huibao-ingest'], f'members of the store\'s group: {members}')
    running = machine.run('cat /proc/[0-9]*/comm').stdout.split()
    expect(not {'ingestd', 'aggregator'} & set(running), 'the installation started a daemon')
    expect(not list(machine.root.glob('etc/huibao/**/*.key')), 'the installation made a key')
    for path in PROGRAMS:
        version = machine.run(f'{path} --version').stdout
        expect(re.search(r'\d+\.\d+\.\d+', version), f'{path} --version says {version!r}')
        name = path.rsplit('/', 1)[1]
        section = 8 if 'libexec' in path or name == 'huibao-journal' else 1
        expect(machine.run(f'dpkg --listfiles {" ".join(NAMES)} | grep -c "/man{section}/{name}.{section}.gz"').stdout.strip() == '1',
               f'{path} has no manual page')


def main():
    base, packages = sys.argv[1:3]
    with House(base, packages) as house:
        machine = house.machine('machine')
        before = machine.run('dpkg --get-selections | cut -f1').stdout
        machine.run(f'apt-get install -y {" ".join(NAMES)}')
        expect_installed(machine)
        # A house with data, as far as the package can know.
        machine.run('install -d -o huibao-ingest /var/lib/huibao/ingestd/journal /var/lib/huibao/aggregator'
                    ' && echo data > /var/lib/huibao/ingestd/journal/data.mdb && echo cells > /var/lib/huibao/aggregator/data.mdb'
                    ' && echo key > /etc/huibao/private/server.key')
        machine.run(f'echo "# ours" >> {EDITED}')
        newer(packages, machine.root / 'packages')
        machine.index()
        machine.run('apt-get update -qq && apt-get upgrade -y -o Dpkg::Options::=--force-confold')
        installed = machine.run('dpkg-query --show --showformat "\\${Version} " ' + ' '.join(NAMES)).stdout.split()
        expect(installed == ['9.0'] * 3, f'after the upgrade the versions are {installed}')
        text = machine.read(EDITED)
        expect('# ours' in text and 'version 9.0' not in text, 'the upgrade changed an edited configuration file')
        expect(machine.exists('/var/lib/huibao/ingestd/journal/data.mdb'), 'the upgrade lost the journal')
        machine.run(f'apt-get remove -y {" ".join(NAMES)}')
        for path in PROGRAMS:
            expect(not machine.exists(path), f'{path} is there after the removal')
        for path in (*SETTINGS, '/var/lib/huibao/ingestd/journal/data.mdb', '/etc/huibao/private/server.key'):
            expect(machine.exists(path), f'{path} went with the removal')
        # Nobody can be asked here, so the reports and the key stay.
        machine.run(f'apt-get purge -y {" ".join(NAMES)}')
        for path in SETTINGS:
            expect(not machine.exists(path), f'{path} is there after the purge')
        for path in ('/var/lib/huibao/ingestd/journal/data.mdb', '/etc/huibao/private/server.key'):
            expect(machine.exists(path), f'{path} went with a purge that nobody had confirmed')
        expect(not machine.exists('/var/lib/huibao/aggregator'), 'the aggregates are there after the purge')
        # And once with the answer "yes".
        machine.run('apt-get install -y huibao-server'
                    ' && echo "huibao-server huibao-server/delete-journal boolean true" | debconf-set-selections'
                    ' && apt-get purge -y huibao-server')
        for path in ('/var/lib/huibao', '/etc/huibao'):
            expect(not machine.exists(path), f'{path} is there after a purge that was confirmed')
        machine.run('apt-get autoremove -y')
        left = set(machine.run('dpkg --get-selections | cut -f1').stdout.split()) - set(before.split())
        expect(not {name for name in left if name.startswith('huibao')}, f'left behind: {left}')
    print('install, upgrade, remove and purge leave what they should')


if __name__ == '__main__':
    try:
        main()
    except Failed as fault:
        sys.exit(f'test_packages: {fault}')
