# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A small world for the system tests: both daemons with real keys in a folder of their own.

    with World(binaries) as world:
        world.start()
        ...

Every process is started here, is ended here by its own pid, and ends with the test.
"""
import contextlib
import csv
import datetime
import io
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECK = ROOT / 'tests' / 'check_history'
AREA = '440507'  # Longhu District: the keys' scope
PATIENCE = 60  # seconds
MAP_SIZE = 1 << 32  # the same for every opener of an environment
TOLD = 3000  # characters of a log that are printed


class Failed(Exception):
    """Something in the world did not do what the test needs."""


def free_ports(count):
    """Different ones: each is held until all are found."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(('127.0.0.1', 0))
        return [probe.getsockname()[1] for probe in probes]


def free_port():
    return free_ports(1)[0]


def china_day(count=0):
    """The day of the daemons' rules, so many days from now."""
    china = datetime.timezone(datetime.timedelta(hours=8))
    return datetime.datetime.now(china).date() + datetime.timedelta(days=count)


def yaml(path, **settings):
    path.write_text(''.join(f'{k.replace("_", "-")}: {json.dumps(v)}\n' for k, v in settings.items()), 'utf-8')
    return path


def public_of(key_file):
    for line in key_file.read_text('utf-8').splitlines():
        name, _, value = line.partition(':')
        if name.strip() == 'public':
            return value.strip().strip('"\'')
    raise Failed(f'{key_file} has no public key')


def expect(claim, words):
    if not claim:
        raise Failed(words)


def expect_same(what, found, wanted):
    expect(found == wanted, f'{what}: {found!r}, not {wanted!r}')


def expect_said(what, wanted, text):
    expect(wanted in text, f'{what}: no {wanted!r} in {text!r}')


def must_be_tried():
    """Where CI is set, and for root, what cannot be tried is a failure and not skipped."""
    return bool(os.environ.get('CI')) or os.geteuid() == 0


def not_here(why):
    """Ends the test: it cannot be carried out on this machine."""
    if must_be_tried():
        sys.exit(f'cannot be tried: {why}')
    print(f'skipped: {why}')
    sys.exit(77)


# For a unit of a daemon whose folder lies where the units' own rule lets no store lie.
ANY_DISK = '[Service]\nEnvironment=HUIBAO_FILE_SYSTEM=any\n'


def lasting(folder):
    """Whether that rule lets a store lie in the folder."""
    kind = subprocess.run(['stat', '--file-system', '--format', '%T', folder], capture_output=True, text=True, check=True).stdout
    return kind.strip() in ('ext2/ext3', 'xfs')


def anonymous_bytes(pid):
    """Memory of a process that no file stands behind."""
    for line in pathlib.Path(f'/proc/{pid}/status').read_text('ascii').splitlines():
        if line.startswith('RssAnon:'):
            return int(line.split()[1]) * 1024
    raise Failed('no RssAnon')


def elements_of(form):
    """Codes of the elements on the form."""
    with open(ROOT / 'catalog' / 'form_lines.csv', encoding='utf-8-sig', newline='') as file:
        return [row['element'] for row in csv.DictReader(file) if row['form'] == form]


def write_sheet(path, *rows):
    """A sheet for huibao-collect. rows: dicts; the first one's keys are the heading."""
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def without_rules(folder):
    """Takes rules and lock days out of a catalogue: for tests of the journal, whose figures are any figures."""
    rules = folder / 'rules.csv'
    rules.write_text(rules.read_text('utf-8').partition('\n')[0] + '\n', 'utf-8')
    forms = folder / 'forms.csv'
    with open(forms, encoding='utf-8-sig', newline='') as file:
        rows = list(csv.DictReader(file))
    with open(forms, 'w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator='\n')
        writer.writeheader()
        writer.writerows(dict(row, lock_days='0') for row in rows)
    return folder


class World:
    """rules: by the whole of the catalogue, with its rules and lock days; otherwise by a copy without them, in which
    any figures of any year are taken. past: past periods may be reported; otherwise, where there are lock days, they
    are locked until somebody permits them."""

    def __init__(self, binaries, catalog=ROOT / 'catalog', ingestd=None, aggregator=None, keep=False, base=None,
                 patience=PATIENCE, rules=False, past=True):
        self.past = past
        self.binaries = pathlib.Path(binaries).resolve()
        self.catalog, self.rules = pathlib.Path(catalog), rules
        self.programs = {'ingestd': pathlib.Path(ingestd or self.binaries / 'ingestd' / 'ingestd'),
                         'aggregator': pathlib.Path(aggregator or self.binaries / 'aggregator' / 'aggregator')}
        self.keep, self.patience = keep, patience
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='world-', dir=base)).resolve()
        self.ports = dict(zip(self.programs, free_ports(len(self.programs))))
        self.running = {}
        self.others = []
        self.started = False

    def __enter__(self):
        self.prepare()
        return self

    def __exit__(self, kind, error, trace):
        for name in list(self.running):
            self.kill(name)
        for process in self.others:
            if process.poll() is None:
                process.kill()
                process.wait()
        if kind is not None:
            for log in sorted(self.folder.glob('*.log')):
                print(f'--- {log.name}', self.log(log.stem)[-TOLD:], sep='\n', file=sys.stderr)
        if self.keep:
            print('kept:', self.folder, file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    # -- making the world

    def program(self, name):
        return self.programs.get(name) or self.binaries / {
            'huibao-collect': 'collector', 'huibaoctl': 'admin', 'huibao-journal': 'keeper',
            'storm': 'tests/system', 'rude': 'tests/system', 'journal_floor': 'bench'}[name] / name

    def prepare(self):
        if not self.rules and self.catalog == ROOT / 'catalog':
            self.catalog = self.folder / 'catalog'
            without_rules(pathlib.Path(shutil.copytree(ROOT / 'catalog', self.catalog)))
        self.new_key('server')
        self.new_key('admin')
        address = {name: f'tcp://127.0.0.1:{port}' for name, port in self.ports.items()}
        yaml(self.folder / 'ingestd.yaml', data_dir=str(self.folder / 'ingestd'), listen=address['ingestd'],
             catalogue=str(self.catalog), server_key=str(self.folder / 'server.key'), map_size_bytes=MAP_SIZE)
        yaml(self.folder / 'aggregator.yaml', journal=str(self.folder / 'ingestd' / 'journal'),
             data_dir=str(self.folder / 'aggregator'), listen=address['aggregator'],
             server_key=str(self.folder / 'server.key'), map_size_bytes=MAP_SIZE)
        self.client_config('admin')
        # An impatient one, for asking who is there at all.
        (self.folder / 'probe.key').symlink_to('admin.key')
        self.client_config('probe', timeout_ms=400)

    def new_key(self, name):
        path = self.folder / f'{name}.key'
        self.run('huibaoctl', 'key', 'new', path)
        return path

    def client_config(self, name, timeout_ms=5000):
        """client.yaml of whoever holds NAME.key."""
        address = {program: f'tcp://127.0.0.1:{port}' for program, port in self.ports.items()}
        return yaml(self.folder / f'{name}.yaml', ingestd=address['ingestd'], aggregator=address['aggregator'],
                    server_key=public_of(self.folder / 'server.key'), key_file=str(self.folder / f'{name}.key'),
                    outbox=str(self.folder / f'{name}.outbox'), timeout_ms=timeout_ms, map_size_bytes=1 << 30)

    def add_collector(self, name, *scope):
        """A key that may report for the whole district (or for the scope given) with its client.yaml."""
        key = self.new_key(name)
        self.ctl('key', 'add', name, '--public', public_of(key), '--role', 'collector', *(scope or ('--area', AREA)))
        return self.client_config(name)

    def add_facilities(self, rows):
        """rows: dicts of code and whatever differs from a general hospital in Longhu."""
        path = self.folder / f'facilities-{time.monotonic_ns()}.csv'
        usual = {'name': '', 'area': AREA, 'class': 'general_hospital', 'level': '', 'ownership': 'public',
                 'sponsor': '', 'profit': '', 'locality': '', 'opened': '2000-01-01', 'closed': ''}
        with open(path, 'w', encoding='utf-8', newline='') as file:
            writer = csv.DictWriter(file, ['code', *usual])
            writer.writeheader()
            for row in rows:
                writer.writerow({**usual, 'name': f'测试医院 {row["code"]}', **row})
        self.ctl('facility', 'import', path)
        return [row['code'] for row in rows]

    # -- processes

    def run(self, name, *arguments, check=(0,), timeout=PATIENCE, **options):
        environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANG': 'C.UTF-8', 'LANGUAGE': ''}
        done = subprocess.run([self.program(name), *map(str, arguments)], capture_output=True, text=True,
                              timeout=timeout, env=environment, check=False, **options)
        if check is not None and done.returncode not in check:
            raise Failed(f'{name} {" ".join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}{done.stderr}')
        return done

    def spawn(self, name, *arguments, log=None, wrap=()):
        command = [*map(str, wrap), str(self.program(name)), *map(str, arguments)]
        with open(self.folder / f'{log or name}.log', 'ab') as output:
            process = subprocess.Popen(command, stdout=subprocess.PIPE if log else output, stderr=output,
                                       stdin=subprocess.DEVNULL)
        if log:
            self.others.append(process)
        return process

    def start_ingestd(self, wrap=()):
        if not self.started:
            self.run('ingestd', '--config', self.folder / 'ingestd.yaml', '--first-operator',
                     public_of(self.folder / 'admin.key'))
        self.running['ingestd'] = self.spawn('ingestd', '--config', self.folder / 'ingestd.yaml', wrap=wrap)
        if not self.started:
            self.await_answer('ingestd')
            self.started = True
            if self.past:
                self.ctl('period', 'permit', '--from', '2000', '--to', '2099', '--reason', 'tests load past years')

    def start_aggregator(self, wrap=()):
        self.running['aggregator'] = self.spawn('aggregator', '--config', self.folder / 'aggregator.yaml', wrap=wrap)

    def start(self, aggregator=True):
        self.start_ingestd()
        if aggregator:
            self.start_aggregator()
            self.await_answer('aggregator')

    def restart(self, name):
        (self.start_ingestd if name == 'ingestd' else self.start_aggregator)()

    def pid(self, name):
        """The daemon's own pid, also when it runs under a tracer."""
        process = self.running[name]
        children = pathlib.Path(f'/proc/{process.pid}/task/{process.pid}/children').read_text('ascii').split()
        traced = pathlib.Path(process.args[0]).name == 'strace'
        return int(children[0]) if traced and children else process.pid

    def kill(self, name, number=signal.SIGKILL):
        """Ends the daemon by its pid and returns its exit status."""
        process = self.running.pop(name)
        if process.poll() is None:
            try:
                os.kill(self.pid_of(process), number)
            except ProcessLookupError:
                pass
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Failed(f'{name} did not end') from None

    def pid_of(self, process):
        self.running['?'] = process
        try:
            return self.pid('?')
        finally:
            del self.running['?']

    def stop(self, name):
        return self.kill(name, signal.SIGTERM)

    # -- asking

    def ctl(self, *arguments, **options):
        return self.run('huibaoctl', *arguments, '--config', self.folder / 'admin.yaml', **options)

    def rows(self, *arguments):
        """The rows of a JSON answer."""
        return json.loads(self.ctl(*arguments, '-o', 'json').stdout)['rows']

    def glance(self, asker='probe'):
        """name of daemon → its status row: of those that answer in the asker's time."""
        answer = json.loads(self.run('huibaoctl', 'status', '-o', 'json', '--config', self.folder / f'{asker}.yaml',
                                     check=None).stdout or '{}')
        return status_rows(answer)

    def await_status(self, what, claim):
        """Until the status rows are as claimed; returns them. Whoever is slow to answer is given more time later."""
        seen = []

        def look():
            seen.append(self.glance('probe' if len(seen) < 10 else 'admin'))
            return claim(seen[-1])
        self.await_true(what, look)
        return seen[-1]

    def status(self):
        """name of daemon → its status row. Whoever runs here answers, however busy it is."""
        return self.await_status('the status of whoever runs', lambda status: status.keys() >= self.running.keys())

    def log(self, name):
        """What the program said."""
        return (self.folder / f'{name}.log').read_text('utf-8', 'replace')

    def await_true(self, what, claim, step=0.05):
        deadline = time.monotonic() + self.patience
        while not claim():
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise Failed(f'{name} ended with {process.returncode} while waiting for {what}\n'
                                 f'{self.log(name)[-TOLD:]}')
            if time.monotonic() > deadline:
                raise Failed(f'waited {self.patience} s for {what}')
            time.sleep(step)

    def await_answer(self, name):
        self.await_status(f'an answer of {name}', lambda status: name in status)

    def await_followed(self):
        """Until the aggregator stands at the journal's head: for a journal that rests."""
        self.await_status('the aggregator to catch up', lambda status: status.keys() >= {'ingestd', 'aggregator'} and
                          status['aggregator']['sequence'] == status['ingestd']['sequence'])

    def await_indexed(self):
        """Until ingestd's state has what is in the journal: STATUS reads its notices there."""
        self.await_status('the state to be indexed', lambda status: 'ingestd' in status and
                          status['ingestd']['indexed_sequence'] == status['ingestd']['sequence'])

    def dump(self):
        path = self.folder / 'dump.jsonl'
        # Exit 3: the dump itself found the chain broken. What it printed is judged all the same.
        path.write_text(self.run('huibao-journal', 'dump', '--journal', self.folder / 'ingestd' / 'journal',
                                 '--map-size-bytes', MAP_SIZE, check=(0, 3), timeout=4 * PATIENCE).stdout, 'utf-8')
        return path

    def cells(self, form, periods):
        """The cells of a form, as CSV files: one per period."""
        paths = []
        for period in periods:
            path = self.folder / f'cells-{form}-{period}.csv'
            path.write_text(self.ctl('cell', 'list', form, period, '-o', 'csv').stdout, 'utf-8')
            paths.append(path)
        return paths

    def cell_table(self, form, periods):
        """(period, attributes, element) → (reported, sum, count) for comparing before and after."""
        table = {}
        for path in self.cells(form, periods):
            for row in csv.DictReader(io.StringIO(path.read_text('utf-8'))):
                key = tuple(v for k, v in row.items() if k not in ('reported', 'sum', 'count'))
                table[key] = row['reported'], row['sum'], row['count']
        return table

    # -- the storm, and its judge

    def storm_arguments(self, members, facilities, **options):
        listed = self.folder / 'facilities.txt'
        listed.write_text('\n'.join(facilities) + '\n', 'utf-8')
        arguments = ['--config', self.folder / f'{members[0]}.yaml', '--facilities', listed,
                     '--verdicts', self.folder / 'verdicts.jsonl', '--sent', self.folder / 'sent.jsonl']
        for name in members:
            arguments += ['--key', self.folder / f'{name}.key']
        for name, value in options.items():
            arguments += [f'--{name.replace("_", "-")}'] + ([] if value is True else [value])
        return arguments

    def storm(self, members, facilities, **options):
        """Starts a storm; ends by itself, or after finish_storm()."""
        return self.spawn('storm', *self.storm_arguments(members, facilities, **options), log='storm')

    def finish_storm(self, process, timeout=2 * PATIENCE):
        """Lets a storm finish what is under way; its summary, or Failed."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Failed('the storm did not finish by itself') from None
        if process.returncode != 0:
            raise Failed(f'the storm ended with {process.returncode}\n{self.log("storm")[-TOLD:]}')
        return json.loads(output.decode().strip().splitlines()[-1])

    def storm_with_kills(self, process, seed, ingestd, aggregator, pause=(0.0, 0.15)):
        """Kills each daemon so many times, at seeded instants, and starts it again."""
        chance = random.Random(seed)
        victims = ['ingestd'] * ingestd + ['aggregator'] * aggregator
        chance.shuffle(victims)
        verdicts = self.folder / 'verdicts.jsonl'
        for victim in victims:
            # In mid-stream: verdicts came since the last kill, and more are on their way.
            size = verdicts.stat().st_size if verdicts.exists() else 0
            self.await_true('the next verdict', lambda: process.poll() is not None or
                            (verdicts.exists() and verdicts.stat().st_size > size), step=0.005)
            time.sleep(chance.uniform(*pause))
            if process.poll() is not None:
                return
            status = self.kill(victim)
            if status != -signal.SIGKILL:
                raise Failed(f'{victim} had ended by itself with {status}\n{self.log(victim)[-TOLD:]}')
            time.sleep(chance.uniform(0, 0.1))
            self.restart(victim)

    def judge(self, form, periods, complete=True):
        """(exit status, words) of the history checker."""
        self.await_followed()
        return self.judge_files(self.cells(form, periods), complete)

    def judge_files(self, cells, complete):
        cells = ['--cells', *cells, '--catalog', self.catalog] if cells else []
        done = subprocess.run([sys.executable, CHECK, '--dump', self.dump(),
                               '--verdicts', self.folder / 'verdicts.jsonl', '--sent', self.folder / 'sent.jsonl',
                               *(['--complete'] if complete else []), *cells],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def status_rows(answer):
    """`huibaoctl status -o json` → name of daemon → row."""
    found = {}
    for name in ('ingestd', 'aggregator'):
        part = answer.get(name)
        rows = part.get('rows') if isinstance(part, dict) else None
        if rows:
            found[name] = rows[0]
    return found


FORM = 'HOSPITAL_MONTH'
PERIODS = [f'2015-{month:02d}' for month in range(1, 7)]
# Small messages and no waiting: whenever a kill comes, something of everybody is under way.
STORM = {'form': FORM, 'periods': len(PERIODS), 'rate': 1500, 'per_message': 2, 'window': 4, 'duplicates': 30}


def storm_world(world, members=4, facilities=32, aggregator=True):
    """Starts the world and fills it for a storm: keys of the district, hospitals in its streets."""
    world.start(aggregator)
    streets = ('440507', '440507001', '440507003', '440507100')
    classes = ('general_hospital', 'tcm_hospital', 'specialist_hospital')
    codes = world.add_facilities([
        {'code': f'H{i:03d}', 'area': streets[i % len(streets)], 'class': classes[i % len(classes)],
         'ownership': 'private' if i % 3 == 0 else 'public', 'level': f'level_{i % 3 + 1}'}
        for i in range(facilities)])
    names = [f'member{i}' for i in range(members)]
    for name in names:
        world.add_collector(name)
        world.client_config(name, timeout_ms=700)
    return names, codes
