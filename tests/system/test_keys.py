#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Keys from their making to their end, with real daemons, collectors and connections.

    test_keys.py BINARIES [--keep]

A hospital enrols by code, reports, rotates with two valid keys, and the old one is revoked on a live connection; a key
expires on a live connection and a clock set back revives it nowhere; operators of one district are refused outside it; the
last administrator stays, and when even he has expired, root on the server brings one back. Every refusal is an entry.
"""
import argparse
import datetime
import json
import os
import sys

import oracle
from test_oracle import ANSWER, HELLO, QUESTION, WELCOME, Post, field, question
from world import Failed, World, expect_said, expect_same, public_of, write_sheet

STATUS, STATUS_REPLY, REFUSAL = 5, 6, 12
FINE, NOT_ALLOWED = 1, 6  # the same number in a refusal and in an answer
DONE, WRONG_USE, DENIED = 0, 2, 4
HERE, THERE = '440507', '320706'
FORM = 'HOSPITAL_MONTH'
COLUMNS = ['HEALTH_TECHNICIAN', 'PHYSICIAN', 'NURSE', 'BED_ACTUAL', 'BED_DAY_OPEN', 'BED_DAY_OCCUPIED', 'DISCHARGE', 'VISIT',
           'ADMISSION']


# All programs begin at this day's noon, so that no midnight comes by itself.
BEGUN = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
TO_NOON = int((BEGUN.replace(hour=12, minute=0, second=0, microsecond=0) - BEGUN).total_seconds())


def day(count):
    """In China, so many days from the first."""
    return str(BEGUN.date() + datetime.timedelta(days=count))


class Trial:
    def __init__(self, world):
        self.world = world
        self.clock, still = world.folder / 'clock', world.folder / 'still'
        still.write_text(str(TO_NOON), 'ascii')
        self.later(0)
        os.environ.update(LD_PRELOAD=str(world.binaries / 'tests' / 'system' / 'liblater.so'), LATER_SECONDS=str(still),
                          # A sanitizer's library is not the first one then; it need not be.
                          ASAN_OPTIONS=f'verify_asan_link_order=0:{os.environ.get("ASAN_OPTIONS", "")}')
        self.ahead = ['env', f'LATER_SECONDS={self.clock}']

    def later(self, days):
        """The daemons' days go on; those of whoever asks them do not."""
        new = self.clock.with_name('clock.new')
        new.write_text(str(TO_NOON + days * 86400), 'ascii')
        new.replace(self.clock)

    def start(self):
        self.world.start_ingestd(wrap=self.ahead)
        self.world.start_aggregator(wrap=self.ahead)
        self.world.await_answer('aggregator')

    # -- who does what

    def collect(self, name, *arguments, status=DONE):
        done = self.world.run('huibao-collect', *arguments, '--config', self.world.folder / f'{name}.yaml', check=None)
        expect_same(f'{name}: {arguments[0]}: {done.stdout}{done.stderr}', done.returncode, status)
        return done

    def ctl(self, name, *arguments, status=DONE):
        done = self.world.run('huibaoctl', *arguments, '--config', self.world.folder / f'{name}.yaml', check=None)
        expect_same(f'{name}: {arguments}: {done.stdout}{done.stderr}', done.returncode, status)
        return done.stdout + done.stderr

    def refused_entries(self):
        dump = self.world.dump().read_text('utf-8').splitlines()
        return sum(json.loads(line).get('kind') == 'refused' for line in dump if line.startswith('{'))

    def refused(self, name, *arguments, said='limited to'):
        """The command is refused, in words, and the refusal is an entry."""
        before = self.refused_entries()
        expect_said(f'{name}: {arguments}', said, self.ctl(name, *arguments, status=DENIED))
        expect_same(f'{name}: {arguments}: entries of refusal', self.refused_entries(), before + 1)

    def operator(self, name, role, *scope):
        key = self.world.new_key(name)
        self.world.ctl('key', 'add', name, '--public', public_of(key), '--role', role, *scope)
        self.world.client_config(name)

    def keys(self, name):
        return self.world.rows('key', 'show', name, '--columns', 'all')

    # -- live connections

    def connection(self, config, daemon='ingestd'):
        post = Post(self.world, config, daemon)
        if daemon == 'ingestd':
            self.greets(post)
        return post

    def greets(self, post):
        kind, _ = post.post(HELLO, field(1, 1) + field(2, 'test'))
        expect_same('HELLO', kind, WELCOME)

    def turned_away(self, what, post, said):
        kind, answer = post.post(HELLO, field(1, 1) + field(2, 'test'))
        expect_same(what, kind, REFUSAL)
        refusal = oracle.decode(answer)
        expect_same(what, oracle.last(refusal[1]), NOT_ALLOWED)
        expect_said(what, said, oracle.last(refusal[2]).decode())

    def asks(self, post, outcome, said=''):
        """The aggregator's answer has that outcome and words."""
        kind, answer = post.post(QUESTION, question('status'))
        expect_same('question', kind, ANSWER)
        decoded = oracle.decode(answer)
        words = oracle.last(decoded.get(3, [b'']), b'').decode()
        expect_same(f'question: {words}', oracle.last(decoded[2]), outcome)
        expect_said('question', said, words)

    def not_let_in(self, name):
        for verb in (('key', 'list'), ('area', 'list')):  # of ingestd, of the aggregator
            expect_said(f'a handshake with the key of {name}', 'does not let this key in', self.ctl(name, *verb, status=DENIED))

    def send(self, name, month):
        path = write_sheet(self.world.folder / f'{name}-{month}.csv',
                           {'facility': 'H1', 'period': f'2015-{month:02d}', **dict.fromkeys(COLUMNS, 100)})
        self.collect(name, 'send', path, '--form', FORM)

    # -- the trial

    def enrol(self):
        world = self.world
        config = world.folder / 'clinic.yaml'
        server = self.ctl('admin', 'key', 'code', world.folder / 'server.key').strip()
        expect_same('the code of a public half', self.ctl('admin', 'key', 'code', public_of(world.folder / 'server.key')).strip(), server)
        made = self.collect('clinic', 'enrol', '--server', f'tcp://127.0.0.1:{world.ports["ingestd"]}', '--server-key',
                            server)
        with open(config, 'a', encoding='utf-8') as file:
            file.write(f'map-size-bytes: {1 << 30}\ntimeout-ms: 5000\n')
        code = made.stdout.strip()
        expect_same('groups', [len(group) for group in code.split('-')], [7] * 9)
        self.collect('clinic', 'ping', status=DENIED)
        heard = code[:20] + ('7' if code[20] != '7' else '8') + code[21:]
        scope = ('--role', 'collector', '--facility', 'H1')
        expect_said('a code heard wrongly', 'group 3 ',
                    self.ctl('admin', 'key', 'add', '龙湖医院', '--public', heard, *scope, status=WRONG_USE))
        self.ctl('admin', 'key', 'add', '龙湖医院', '--public', code.lower().replace('-', ' '), *scope)
        self.send('clinic', 1)
        row = self.keys('龙湖医院')[0]
        expect_same('registered', (row['state'], row['from'], row['until'], row['scope'], row['enrolment_code']),
                    ('valid', day(0), day(365), 'H1', code))

    def rotate(self):
        old = self.connection('clinic.yaml')
        code = self.collect('clinic', 'enrol', '--renew').stdout.strip()
        self.collect('clinic', 'enrol', '--switch', status=DENIED)
        self.send('clinic', 2)
        self.ctl('admin', 'key', 'rotate', '龙湖医院', '--public', code)
        expect_same('both', [(row['state'], row['until']) for row in self.keys('龙湖医院')],
                    [('expires_soon', day(30)), ('valid', day(365))])
        self.greets(old)
        self.collect('clinic', 'enrol', '--switch')
        self.send('clinic', 3)
        old_config = self.world.folder / 'clinic-old.yaml'
        old_config.write_text((self.world.folder / 'clinic.yaml').read_text('utf-8').replace(
            'collector.key', 'collector.key.old').replace('outbox: outbox', 'outbox: old.outbox'), 'utf-8')
        self.collect('clinic-old', 'ping')
        self.ctl('admin', 'key', 'revoke', '龙湖医院', status=WRONG_USE)  # which of the two?
        self.ctl('admin', 'key', 'revoke', self.keys('龙湖医院')[0]['number'], '--reason', 'lost')
        self.turned_away('revoked while connected', old, f'this key was revoked on {day(0)}')
        expect_said('a handshake with a revoked key', 'does not let this key in',
                    self.collect('clinic-old', 'ping', status=DENIED).stderr)
        self.send('clinic', 4)

    def limits(self):
        """Nobody of one district changes anything in another one."""
        administrator, registrar, manager = names = 'longhu-admin', 'longhu-registrar', 'longhu-manager'
        for name, role in zip(names, ('administrator', 'registrar', 'data_manager')):
            self.operator(name, role, '--area', HERE)
        public = ('--public', public_of(self.world.new_key('some')))
        self.refused(administrator, 'key', 'add', 'x', *public, '--role', 'collector', '--area', THERE)
        self.refused(administrator, 'key', 'add', 'x', *public, '--role', 'collector', '--facility', 'X1')
        self.refused(administrator, 'key', 'add', 'x', *public, '--role', 'reader', '--everywhere')
        self.ctl(administrator, 'key', 'add', 'x', *public, '--role', 'reader', '--area', HERE)
        self.ctl(administrator, 'key', 'revoke', 'x')
        expect_same('an administrator sees no key that reaches further', self.keys_seen(administrator), {'龙湖医院', 'x', *names})
        for area, give in ((THERE, self.refused), (HERE, self.ctl)):
            give(registrar, 'facility', 'add', f'N{area}', '--name', 'new', '--area', area, '--class', 'general_hospital')
            give(manager, 'period', 'lock', '--area', area, '--form', FORM, '--period', '2015-12', '--reason', 'why')
        self.refused(registrar, 'facility', 'import', self.moved_facility())
        self.refused(registrar, 'key', 'add', 'x', *public, '--role', 'reader', '--area', HERE, said='may not give')

        for question in (('verify',), ('facility', 'list', '--area', THERE), ('area', 'list', '--under', THERE)):
            said = self.ctl(manager, *question, status=DENIED)
            expect_same(f'{manager}: {question}: {said}', said.count('limited to'), 2 if question == ('verify',) else 1)
        for question in (('status',), ('facility', 'list'), ('area', 'list')):
            self.ctl(manager, *question)

    def moved(self):
        """A facility that moves takes its earlier reports along to nobody."""
        self.operator('there', 'reader', '--area', THERE)
        self.ctl('admin', 'facility', 'change', 'H1', '--from', '2015-03-01', '--area', THERE)
        for name, seen in (('longhu-manager', [2015101, 2015102]), ('there', [2015103, 2015104])):
            kind, answer = self.connection(f'{name}.yaml').post(STATUS, field(1, 'H1'))
            expect_same('STATUS', kind, STATUS_REPLY)
            expect_same(f'STATUS for {name}', sorted(oracle.last(oracle.decode(line)[3]) for line in oracle.decode(answer)[1]), seen)

    def keys_seen(self, name):
        rows = json.loads(self.ctl(name, 'key', 'list', '-o', 'json'))['rows']
        return {row['name'] for row in rows}

    def moved_facility(self):
        path = self.world.folder / 'moved.csv'
        path.write_text(f'code,name,area,class\nX1,taken,{HERE},general_hospital\n', 'utf-8')
        return path

    def last_administrator(self):
        for command in (('revoke', 'first operator'),
                        ('add', 'less', '--public', public_of(self.world.folder / 'admin.key'), '--role', 'reader',
                         '--everywhere')):
            said = self.world.run('huibaoctl', 'key', *command, '--config', self.world.folder / 'admin.yaml', check=None)
            expect_same('the last administrator goes', said.returncode == DONE, False)
            expect_said('the last administrator', 'no valid administrator', said.stderr)
        self.ctl('admin', 'key', 'list')

    def expire(self):
        """Days pass while connections stay."""
        self.operator('guest', 'reader', '--everywhere', '--until', day(5))
        self.world.await_followed()
        # Whoever is turned away is cut off soon afterwards: the second one is asked later.
        guest, second, asking = (self.connection('guest.yaml', daemon) for daemon in ('ingestd', 'ingestd', 'aggregator'))
        self.later(5)
        self.greets(guest)
        self.asks(asking, FINE)
        self.later(6)
        said = f'this key expired: its last day was {day(5)}'
        self.turned_away('expired while connected', guest, said)
        self.asks(asking, NOT_ALLOWED, said)
        self.not_let_in('guest')
        self.ctl('admin', 'period', 'lock', '--area', HERE, '--form', FORM, '--period', '2015-11', '--reason', 'an entry')
        self.world.await_followed()
        self.later(0)
        self.not_let_in('guest')
        self.turned_away('the clock was set back', second, said)
        self.asks(asking, NOT_ALLOWED, said)
        for name in ('ingestd', 'aggregator'):
            self.world.stop(name)
        self.start()
        self.not_let_in('guest')

    def way_back(self):
        """All administrators have expired: root brings one back, by an entry like any other."""
        world = self.world
        for name in ('ingestd', 'aggregator'):
            world.stop(name)
        first = ('--first-operator', self.ctl('admin', 'key', 'code', world.new_key('second')).strip())
        settings = world.folder / 'ingestd.yaml'
        said = world.run('ingestd', '--config', settings, *first, check=None)
        expect_same('a second first operator', said.returncode == DONE, False)
        expect_said('a second first operator', 'already has an administrator', said.stderr)
        fresh = world.folder / 'fresh.yaml'
        fresh.write_text(settings.read_text('utf-8').replace(str(world.folder / 'ingestd'), str(world.folder / 'fresh')), 'utf-8')
        said = world.run('ingestd', '--config', fresh, '--first-operator', first[1][:-1], check=(78,))
        expect_said('a code read wrongly', 'group 9 of the enrolment code', said.stderr)
        expect_same('a code read wrongly makes a journal', (world.folder / 'fresh').exists(), False)
        self.later(400)
        gone = ('--first-operator', self.ctl('admin', 'key', 'code', public_of(world.folder / 'some.key')).strip())
        expect_same('a revoked key as first operator',
                    world.spawn('ingestd', '--config', settings, *gone, wrap=self.ahead).wait(60), 78)
        expect_same('registered', world.spawn('ingestd', '--config', settings, *first, wrap=self.ahead).wait(60), DONE)
        world.running['ingestd'] = world.spawn('ingestd', '--config', settings, wrap=self.ahead)
        world.client_config('second')
        world.await_true('the second first operator', lambda: world.run(
            'huibaoctl', 'key', 'list', '--config', world.folder / 'second.yaml', check=None).returncode == DONE)
        self.ctl('admin', 'key', 'list', status=DENIED)
        kinds = [json.loads(line).get('kind') for line in world.dump().read_text('utf-8').splitlines() if line.startswith('{')]
        expect_same('the newest entry', [kind for kind in kinds if kind][-1], 'key')

    def run(self):
        self.start()
        self.world.add_facilities([{'code': 'H1'}, {'code': 'X1', 'area': THERE}])
        self.enrol()
        self.rotate()
        self.limits()
        self.moved()
        self.last_administrator()
        self.expire()
        self.way_back()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true', help='leave the folder where it is')
    options = parser.parse_args()
    try:
        with World(options.binaries, keep=options.keep) as world:
            Trial(world).run()
    except Failed as failed:
        sys.exit(f'test_keys: {failed}')
    print('test_keys: enrolled, rotated, revoked, limited, expired, brought back')


main()
