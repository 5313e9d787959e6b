#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A clerk's month: template, filled in with mistakes, check, corrected, send while the network is cut, flush, receipt.

    test_clerk.py BINARIES [--show zh|en]

--show prints the whole dialogue in one of the languages, as docs/clerks-guide.md has it.
"""
import argparse
import csv
import os
import subprocess
import sys

from world import World

FORM, PERIOD, BEFORE = 'HOSPITAL_MONTH', '2015-05', '2015-04'
DONE, WRONG_USE, FOUND, CONFLICT, PARTLY, QUEUED = 0, 2, 3, 6, 7, 75
LIST = [('000123', '外砂医院'), ('440507001', '龙湖区人民医院'), ('440507002', '珠池医院'),
        ('440507003', '新津医院'), ('320706001', '海州区医院')]
REQUIRED = ['HEALTH_TECHNICIAN', 'PHYSICIAN', 'NURSE', 'BED_ACTUAL', 'BED_DAY_OPEN', 'BED_DAY_OCCUPIED', 'VISIT',
            'ADMISSION', 'DISCHARGE']
STOCKS = REQUIRED[:4]
MONTH = {'BED_DAY_OPEN': '1240', 'BED_DAY_OCCUPIED': '900', 'VISIT': '5200', 'ADMISSION': '85', 'DISCHARGE': '80'}
# What a clerk does to the template: facility → column → what is typed.
MISTAKES = {'000123': {**MONTH, 'facility': '123', 'VISIT': '无'},
            '440507001': {**MONTH, 'VISIT': '１２，３４５', 'ADMISSION': '1,085', 'DISCHARGE': '-80'},
            '440507002': {**MONTH, 'BED_DAY_OPEN': '', 'OUTPATIENT': '1.2E+05'},
            '440507003': {**MONTH, 'SURGERY_INPATIENT': '-2', 'EMERGENCY': '/'}}
RIGHT = {'000123': {**MONTH, 'VISIT': '0', 'NURSE': '31'},
         '440507001': {**MISTAKES['440507001'], 'DISCHARGE': '80', 'EMERGENCY': '不公布', 'REFERRAL_UP': '不适用'},
         '440507002': {**MONTH, 'OUTPATIENT': '120000'},
         '440507003': MISTAKES['440507003']}
for facility in list(RIGHT)[1:]:  # of all but the first somebody has looked at last month's figures
    RIGHT[facility] = {**RIGHT[facility], '#prefilled': ''}


class Clerk:
    def __init__(self, world, show):
        self.world, self.folder, self.show = world, world.folder / 'desk', show
        self.folder.mkdir()

    def __call__(self, *words, code=DONE):
        """Types a command; its exit code must be the one given. Returns what was said."""
        language = self.show or 'en'
        environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'HUIBAO_CONFIG': str(self.world.folder / 'clerk.yaml')}
        done = subprocess.run([self.world.program('huibao-collect'), '--lang', language, *words], cwd=self.folder,
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)
        if self.show:
            print('$ huibao-collect', *words)
            print(done.stdout, end='')
            if done.returncode:
                print(f'[{done.returncode}]')
            print(flush=True)
        if done.returncode != code:
            sys.exit(f'{words}: exit {done.returncode}, not {code}\n{done.stdout}')
        return done.stdout

    def read(self, name):
        with open(self.folder / name, encoding='utf-8-sig', newline='') as file:
            return list(csv.DictReader(file))

    def fill(self, template, name, typed, encoding):
        """The template with what is typed, saved as a spreadsheet saves it."""
        rows = self.read(template)
        with open(self.folder / name, 'w', encoding=encoding, newline='') as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            for row in rows:
                writer.writerow({**row, **typed.get(row['facility'], {})})


def expect(what, claim):
    if not claim:
        sys.exit(f'expected: {what}')
    print('ok', what, file=sys.stderr, flush=True)


def april(clerk):
    """What was reported for the month before, by hand."""
    with open(clerk.folder / 'april.csv', 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['facility', 'period', *REQUIRED])
        for number, (code, _) in enumerate(LIST[:4], 1):
            writer.writerow([code, BEFORE, *[str(number * 10 + i) for i, _ in enumerate(STOCKS)], *MONTH.values()])
    show, clerk.show = clerk.show, None
    clerk('send', 'april.csv', '--form', FORM)
    clerk.show = show


def faults(rows):
    return {(row['row'], row['column'], row['code']) for row in rows if row['kind'] == 'fault'}


def check(clerk):
    clerk('ping')
    clerk('template', FORM, '--period', PERIOD, '--prefill', '--facilities', 'list.csv', '-o', 'may.csv')
    rows = clerk.read('may.csv')
    expect('names, units and the four facilities of the key', [row['facility'] for row in rows[2:]] ==
           [code for code, _ in LIST[:4]] and rows[0]['VISIT'] == '总诊疗人次数')
    expect('last month\'s beds', rows[3]['BED_ACTUAL'] == '23' and rows[3]['VISIT'] == '')
    clerk('template', FORM, '-o', 'may.csv', code=CONFLICT)
    clerk.fill('may.csv', 'filled.csv', MISTAKES, 'gb18030')
    before = clerk.world.status()['ingestd']['sequence']
    clerk('check', 'filled.csv', '--form', FORM, '--receipt', 'check.csv', code=FOUND)
    expect('every planted mistake, and nothing else', faults(clerk.read('check.csv')) == {
        ('4', 'facility', 'code-digits'), ('4', 'VISIT', 'missing-unclear'), ('5', 'DISCHARGE', 'value-negative'),
        ('6', 'BED_DAY_OPEN', 'required-missing'), ('6', 'OUTPATIENT', 'value-invalid')})
    expect('nothing was sent', clerk.world.status()['ingestd']['sequence'] == before)
    clerk.fill('may.csv', 'corrected.csv', RIGHT, 'gb18030')
    said = clerk('check', 'corrected.csv', '--form', FORM).splitlines()
    expect('one line for the figures that nobody confirmed', len([line for line in said if ':4: ' in line]) == 1 and
           not any(f':{line}: ' in text for text in said for line in (5, 6, 7)))


def same_findings(clerk):
    """What check says of a file and what send says of it are the same bytes."""
    show, clerk.show = clerk.show, None
    path = clerk.folder / 'same.csv'
    path.write_text('facility,period,' + ','.join(REQUIRED) + '\n440507001,2015-03' + ',x' * 9 + '\n'
                    '440507002,2199-12' + ',1' * 9 + '\n', 'utf-8')
    said = [clerk(verb, 'same.csv', '--form', FORM, code=code).splitlines() for verb, code in
            (('check', FOUND), ('send', PARTLY))]
    first, second = ([line for line in lines if line.startswith('same.csv:') and line[9].isdigit()] for lines in said)
    expect('ten findings, the same from check and from send', len(first) == 10 and first == second)
    clerk('status', '--forget')
    clerk.show = show


def send(clerk):
    world = clerk.world
    world.stop('ingestd')
    clerk('send', 'corrected.csv', '--form', FORM, '--receipt', 'receipt.csv', code=QUEUED)
    rows = clerk.read('receipt.csv')
    expect('all four are queued', {row['facility']: row['status'] for row in rows} ==
           dict.fromkeys([code for code, _ in LIST[:4]], 'queued'))
    expect('and have no receipt yet', not any(row['sequence'] for row in rows))
    clerk('flush', code=QUEUED)
    clerk('ping', code=5)
    clerk('check', 'corrected.csv', '--form', FORM)
    world.restart('ingestd')
    world.await_answer('ingestd')
    clerk('flush', '--receipt', 'receipt.csv', code=PARTLY)
    rows = clerk.read('receipt.csv')
    expect('three are accepted, the closed one is refused', {row['facility']: row['status'] for row in rows} == {
        '000123': 'accepted', '440507001': 'accepted', '440507002': 'accepted', '440507003': 'rejected'})
    expect('with sequences', all(int(row['sequence']) > 0 for row in rows if row['status'] == 'accepted'))
    expect('with the reason', [row['code'] for row in rows if row['status'] == 'rejected'] == ['facility-closed'])
    clerk('send', 'corrected.csv', '--form', FORM, '--receipt', 'receipt.csv', code=PARTLY)
    again = {row['facility']: row for row in clerk.read('receipt.csv') if row['kind'] != 'note' or row['sequence']}
    expect('sent again it is unchanged, with the first receipt', all(
        again[row['facility']]['status'] == 'unchanged' and again[row['facility']]['sequence'] == row['sequence']
        for row in rows if row['status'] == 'accepted'))
    clerk('status', '440507001')
    clerk('status', '--forget')


def stored(world, facility):
    world.await_followed()
    return {row['element']: row for row in world.rows('report', 'show', facility, FORM, PERIOD)}


def arrived(world):
    one, two = stored(world, '440507001'), stored(world, '000123')
    expect('full-width digits and separators are figures',
           str(one['VISIT']['value']) == '12345' and str(one['ADMISSION']['value']) == '1085')
    expect('a true 0 is a figure, and 31 nurses are not last month\'s',
           str(two['VISIT']['value']) == '0' and str(two['NURSE']['value']) == '31')
    expect('a blank says nothing', 'SURGERY_INPATIENT' not in two or two['SURGERY_INPATIENT']['value'] is None)
    expect('withheld is withheld', one['EMERGENCY']['value'] is None and 'EMERGENCY' in one)


def nil(clerk):
    clerk('nil', '440507002', FORM, '2015-06', '--receipt', 'nil.csv')
    expect('a nil report has its receipt', int(clerk.read('nil.csv')[0]['sequence']) > 0)
    show, clerk.show = clerk.show, None
    clerk('nil', '440507002', FORM, '2015-06')
    clerk('nil', '440507002', FORM, PERIOD, code=CONFLICT)
    clerk('nil', '4.40507E+08', FORM, PERIOD, code=WRONG_USE)
    clerk('check', 'corrected.csv', '--form', FORM, '--prefill', code=WRONG_USE)
    clerk('send', 'corrected.csv', '--form', FORM, '--receipt', 'corrected.csv', code=CONFLICT)
    clerk('check', 'corrected.csv', '--form', FORM, '--encoding', 'utf-8', code=WRONG_USE)
    clerk.show = show


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--show', choices=['zh', 'en'])
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    with World(arguments.binaries, keep=arguments.keep) as world:
        world.start()
        world.add_facilities([{'code': code, 'name': name, **({'closed': '2015-04-30'} if code == '440507003' else {}),
                               **({'area': '320706'} if code == '320706001' else {})} for code, name in LIST])
        world.add_collector('clerk', *(word for code, _ in LIST[:4] for word in ('--facility', code)))
        world.client_config('clerk', timeout_ms=1500)
        clerk = Clerk(world, arguments.show)
        with open(clerk.folder / 'list.csv', 'w', encoding='gb18030', newline='') as file:
            csv.writer(file).writerows([('code', 'name'), *LIST])
        april(clerk)
        check(clerk)
        same_findings(clerk)
        send(clerk)
        arrived(world)
        nil(clerk)
        expect('a new outbox cannot check offline, and says why', 'no catalogue' in nothing_known(world))


def nothing_known(world):
    (world.folder / 'fresh.key').symlink_to('clerk.key')
    config = world.client_config('fresh', timeout_ms=300)
    done = world.run('huibao-collect', 'check', world.folder / 'desk' / 'may.csv', '--form', FORM, '--config', config,
                     check=(5,))
    return done.stderr


if __name__ == '__main__':
    main()
