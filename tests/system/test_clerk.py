#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A clerk's month: template, filled in with mistakes, check, corrected, send while the network is cut, flush; held,
explained, accepted by a person, asked about, answered; receipts.

    test_clerk.py BINARIES [--show zh|en | --update]

The month is lived twice, in Chinese and in English, and docs/clerks-guide.md must have just these dialogues. --show
prints one of them; --update writes them into the guide.
"""
import argparse
import collections
import csv
import datetime
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import ruled
from bureau import ACCEPT, RETURN, Bureau
from world import ROOT, World

GUIDE = ROOT / 'docs' / 'clerks-guide.md'
FORM, PERIOD, BEFORE = 'HOSPITAL_MONTH', '2015-05', '2015-04'
DONE, WRONG_USE, FOUND, CONFLICT, PARTLY, QUEUED = 0, 2, 3, 6, 7, 75
LIST = [('000123', '外砂医院'), ('440507001', '龙湖区人民医院'), ('440507002', '珠池医院'),
        ('440507003', '新津医院'), ('440507004', '鸥汀医院'), ('320706001', '海州区医院')]
OURS = [code for code, _ in LIST[:5]]
OPEN = [code for code in OURS if code != '440507003']
REQUIRED = ['HEALTH_TECHNICIAN', 'PHYSICIAN', 'NURSE', 'BED_ACTUAL', 'BED_DAY_OPEN', 'BED_DAY_OCCUPIED', 'VISIT',
            'ADMISSION', 'DISCHARGE']
STOCKS = REQUIRED[:4]
APRIL = {'BED_DAY_OPEN': '1240', 'BED_DAY_OCCUPIED': '900', 'VISIT': '5200', 'ADMISSION': '85', 'DISCHARGE': '80'}
MONTH = {'BED_DAY_OPEN': '1280', 'BED_DAY_OCCUPIED': '950', 'VISIT': '5400', 'ADMISSION': '88', 'DISCHARGE': '83'}
# What a clerk does to the template: facility → column → what is typed; None: the row is taken out.
MISTAKES = {'000123': {**MONTH, 'facility': '123', 'VISIT': '无'},
            '440507001': {**MONTH, 'DISCHARGE': '-80'},
            '440507002': {**MONTH, 'BED_DAY_OPEN': '', 'OUTPATIENT': '1.2E+05'},
            '440507003': {**MONTH, 'SURGERY_INPATIENT': '-2', 'EMERGENCY': '/'},
            '440507004': {**MONTH, 'VISIT': '１２，３４５', 'ADMISSION': '1,085', 'NURSE': '92'}}
RIGHT = {'000123': {**MONTH, 'VISIT': '0', 'NURSE': '13'},
         '440507001': {**MONTH, 'BED_ACTUAL': '40'},
         '440507002': {**MONTH, 'OUTPATIENT': '4200', 'BED_DAY_OCCUPIED': '1500'},
         '440507003': None,
         '440507004': {**MISTAKES['440507004'], 'NURSE': '53', 'EMERGENCY': '不公布', 'REFERRAL_UP': '不适用'}}
for facility in OPEN[1:]:  # of all but the first somebody has looked at last month's figures
    RIGHT[facility] = {**RIGHT[facility], '#prefilled': ''}
EXPLAINED = {**RIGHT, '440507002': {**RIGHT['440507002'], 'reasons': 'BED_DAY_OCCUPIED＝临时加床'}}
ANSWERED = {**EXPLAINED, '000123': {**RIGHT['000123'], 'reasons': 'NURSE=CHECKED_CORRECT'}}


class Clerk:
    def __init__(self, world, language):
        self.world, self.folder, self.language = world, world.folder / 'desk', language
        self.shown, self.said = True, []
        self.start = world.status()['ingestd']['sequence']
        self.folder.mkdir()

    def __call__(self, *words, code=DONE):
        """Types a command; its exit code must be the one given. Returns what was said.

        What happened before it is told, too: notices are read from ingestd's state, which may lag behind the journal."""
        if 'ingestd' in self.world.running:
            self.world.await_indexed()
        environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'HUIBAO_CONFIG': str(self.world.folder / 'clerk.yaml')}
        done = subprocess.run([self.world.program('huibao-collect'), '--lang', self.language, *words], cwd=self.folder,
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)
        if self.shown:
            self.said.append(self.transcript(words, done))
        if done.returncode != code:
            sys.exit(f'{words}: exit {done.returncode}, not {code}\n{done.stdout}')
        return done.stdout

    def transcript(self, words, done):
        """As the guide has it: address, milliseconds and today's date are replaced, and sequences begin with 1."""
        text = f'$ huibao-collect {" ".join(words)}\n{done.stdout}' + (f'[{done.returncode}]\n' if done.returncode else '')
        text = text.replace(f'tcp://127.0.0.1:{self.world.ports["ingestd"]}', 'tcp://10.0.0.8:7300')
        text = re.sub(r'(往返|answers in) \d+', r'\1 0', text)
        text = re.sub(r'(流水号|sequence) (\d+)', lambda found: f'{found[1]} {int(found[2]) - self.start}', text)
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        for day in (today, today - datetime.timedelta(days=1)):
            text = text.replace(day.isoformat(), '2015-06-03')
        return text

    def quietly(self, *words, code=DONE):
        self.shown = False
        said = self(*words, code=code)
        self.shown = True
        return said

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
                change = typed.get(row['facility'], {})
                if change is not None:
                    writer.writerow({**row, **change})


def expect(what, claim):
    if not claim:
        sys.exit(f'expected: {what}')
    print('ok', what, file=sys.stderr, flush=True)


def april(clerk):
    """What was reported for the month before, by hand."""
    with open(clerk.folder / 'april.csv', 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['facility', 'period', *REQUIRED])
        for n, code in enumerate(OURS, 1):
            writer.writerow([code, BEFORE, 20 * n + 10, 5 * n + 1, 10 * n + 2, 10 * n + 3, *APRIL.values()])
    clerk.quietly('send', 'april.csv', '--form', FORM)


def faults(rows, kind='fault'):
    return {(row['row'], row['column'], row['code']) for row in rows if row['kind'] == kind}


def check(clerk):
    clerk('ping')
    clerk('template', FORM, '--period', PERIOD, '--prefill', '--facilities', 'list.csv', '-o', 'may.csv')
    rows = clerk.read('may.csv')
    expect('names, units and the five facilities of the key', [row['facility'] for row in rows[2:]] == OURS and
           rows[0]['VISIT'] == '总诊疗人次数')
    expect('last month\'s beds', rows[3]['BED_ACTUAL'] == '23' and rows[3]['VISIT'] == '')
    expect('a column for reasons, with those there are', 'EXTRA_BEDS 临时加床' in rows[1]['reasons'])
    clerk.quietly('template', FORM, '-o', 'may.csv', code=CONFLICT)
    clerk.fill('may.csv', 'filled.csv', MISTAKES, 'gb18030')
    before = clerk.world.status()['ingestd']['sequence']
    clerk('check', 'filled.csv', '--form', FORM, '--receipt', 'check.csv', code=FOUND)
    rows = clerk.read('check.csv')
    expect('every planted mistake, and nothing else', faults(rows) == {
        ('4', 'facility', 'code-digits'), ('4', 'VISIT', 'missing-unclear'), ('5', 'DISCHARGE', 'value-negative'),
        ('6', 'BED_DAY_OPEN', 'required-missing'), ('6', 'OUTPATIENT', 'value-invalid'),
        ('7', 'period', 'facility-closed'), ('8', 'PHYSICIAN', 'rule')})
    expect('with the rule', [row['rule'] for row in rows if row['code'] == 'rule'] == ['T01'])
    expect('nothing was sent', clerk.world.status()['ingestd']['sequence'] == before)
    clerk.fill('may.csv', 'corrected.csv', RIGHT, 'gb18030')
    said = clerk('check', 'corrected.csv', '--form', FORM, '--receipt', 'check.csv').splitlines()
    expect('one line for the figures that nobody confirmed', len([line for line in said if ':4: ' in line]) == 1)
    expect('what would be held, with the way out', faults(clerk.read('check.csv'), 'hold') == {
        ('5', 'BED_ACTUAL', 'rule'), ('6', 'BED_DAY_OCCUPIED', 'rule')} and
        any('BED_DAY_OCCUPIED=CHECKED_CORRECT' in line for line in said))
    clerk('reasons')


def same_findings(clerk):
    """What check says of a file and what send says of it are the same bytes."""
    path = clerk.folder / 'same.csv'
    path.write_text('facility,period,' + ','.join(REQUIRED) + '\n440507001,2015-03' + ',x' * 9 + '\n'
                    '440507002,2199-12' + ',1' * 9 + '\n', 'utf-8')
    said = [clerk.quietly(verb, 'same.csv', '--form', FORM, code=code).splitlines() for verb, code in
            (('check', FOUND), ('send', PARTLY))]
    first, second = ([line for line in lines if line.startswith('same.csv:') and line[9].isdigit()] for lines in said)
    expect('ten findings, the same from check and from send', len(first) == 10 and first == second)
    clerk.quietly('status', '--forget')


def states(clerk, name='receipt.csv'):
    return {row['facility']: row['status'] for row in clerk.read(name)}


def send(clerk):
    world = clerk.world
    world.stop('ingestd')
    world.client_config('clerk', timeout_ms=1500)  # nobody will answer
    clerk('send', 'corrected.csv', '--form', FORM, '--receipt', 'receipt.csv', code=QUEUED)
    expect('all four are queued', states(clerk) == dict.fromkeys(OPEN, 'queued'))
    expect('and have no receipt yet', not any(row['sequence'] for row in clerk.read('receipt.csv')))
    clerk.quietly('flush', code=QUEUED)
    clerk('ping', code=5)
    clerk.quietly('check', 'corrected.csv', '--form', FORM)
    world.restart('ingestd')
    world.await_answer('ingestd')
    world.client_config('clerk')
    clerk('flush', '--receipt', 'receipt.csv', code=PARTLY)
    expect('two are accepted, two are held', states(clerk) == {
        '000123': 'accepted', '440507001': 'held', '440507002': 'held', '440507004': 'accepted'})
    rows = clerk.read('receipt.csv')
    expect('all with sequences', all(int(row['sequence']) > 0 for row in rows))
    expect('with the rules', {row['rule'] for row in rows if row['status'] == 'held'} == {'T26', 'T09'} and
           {row['severity'] for row in rows if row['status'] == 'held'} == {'hold'})
    clerk('status', code=DONE)
    return {row['facility']: int(row['sequence']) for row in rows}


def explain(clerk, first):
    clerk.fill('may.csv', 'explained.csv', EXPLAINED, 'gb18030')
    clerk('check', 'explained.csv', '--form', FORM)
    clerk('send', 'explained.csv', '--form', FORM, '--receipt', 'receipt.csv', code=PARTLY)
    expect('with its reason it is accepted; what is held stays held', states(clerk) == {
        '000123': 'unchanged', '440507001': 'held', '440507002': 'accepted', '440507004': 'unchanged'})
    expect('and keeps its first receipt', {row['facility']: int(row['sequence']) for row in clerk.read('receipt.csv')}
           ['440507001'] == first['440507001'])


def bureau(clerk, first):
    """What a person does meanwhile, and how the clerk learns of it and answers."""
    person, second = Bureau(clerk.world), Bureau(clerk.world, '审核二')
    form, period = 1, 2015105
    elements = {row['code']: int(row['id']) for row in csv.DictReader(
        io.StringIO((clerk.world.catalog / 'elements.csv').read_text('utf-8-sig')))}
    person.decide(ACCEPT, '440507001', form, period, first['440507001'])
    person.ask('000123', form, period, first['000123'], elements['NURSE'], '上月12人，本月13人，是否有调入？')
    proposal = person.propose('440507004', form, period, first['440507004'], elements['VISIT'], -400, 100000, 20,
                              '与医保结算数不符，待核')
    second.confirm('440507004', form, period, first['440507004'], proposal)
    said = clerk('status')
    expect('the decision, the question and the adjustment', all(word in said for word in (
        'NURSE', '440507001', '上月12人', 'VISIT', '-400')))
    expect('a decision is told once, a question until it is answered',
           '440507001' not in clerk.quietly('status') and '上月12人' in clerk.quietly('status'))
    clerk.fill('may.csv', 'answered.csv', ANSWERED, 'gb18030')
    clerk('send', 'answered.csv', '--form', FORM, '--receipt', 'receipt.csv')
    expect('the answer is a new revision, the accepted one has its held receipt', states(clerk) == {
        '000123': 'accepted', '440507001': 'unchanged', '440507002': 'unchanged', '440507004': 'unchanged'} and
        {row['facility']: int(row['sequence']) for row in clerk.read('receipt.csv')}['440507001'] ==
        first['440507001'])
    clerk('confirm', '440507004', FORM, PERIOD)
    said = clerk.quietly('status')
    expect('nothing is left to answer', '上月12人' not in said and '-400' not in said)
    returned(clerk, person)


def returned(clerk, person):
    """A held report is sent back: told, refused again as it is, taken once it is corrected."""
    path = clerk.folder / 'march.csv'
    head = 'facility,period,' + ','.join(REQUIRED) + '\n440507002,2015-03,70,16,32,33,1000,'
    path.write_text(head + '1300,5000,80,80\n', 'utf-8')
    clerk.quietly('send', 'march.csv', '--form', FORM, '--receipt', 'march-receipt.csv', code=PARTLY)
    held = int(clerk.read('march-receipt.csv')[0]['sequence'])
    person.decide(RETURN, '440507002', 1, 2015103, held, reason=21, note='请附加床说明')
    said = clerk.quietly('status')
    expect('the return with its words', '请附加床说明' in said)
    clerk.quietly('send', 'march.csv', '--form', FORM, '--receipt', 'march-receipt.csv', code=PARTLY)
    expect('the same again is rejected', [row['status'] for row in clerk.read('march-receipt.csv')] == ['rejected'] and
           clerk.read('march-receipt.csv')[0]['code'] == 'returned')
    path.write_text(head + '900,5000,80,80\n', 'utf-8')
    clerk.quietly('send', 'march.csv', '--form', FORM, '--receipt', 'march-receipt.csv')
    row = clerk.read('march-receipt.csv')[0]
    expect('corrected it is the next revision, and accepted', (row['status'], row['revision']) == ('accepted', '2'))
    expect('and nothing is left of it', '请附加床说明' not in clerk.quietly('status'))


def stored(world, facility):
    world.await_followed()
    return {row['element']: row for row in world.rows('report', 'show', facility, FORM, PERIOD)}


def arrived(world):
    one, two = stored(world, '440507004'), stored(world, '000123')
    expect('full-width digits and separators are figures',
           str(one['VISIT']['value']) == '12345' and str(one['ADMISSION']['value']) == '1085')
    expect('a true 0 is a figure, and 13 nurses are not last month\'s',
           str(two['VISIT']['value']) == '0' and str(two['NURSE']['value']) == '13')
    expect('a blank says nothing', 'SURGERY_INPATIENT' not in two or two['SURGERY_INPATIENT']['value'] is None)
    expect('withheld is withheld', one['EMERGENCY']['value'] is None and 'EMERGENCY' in one)


def nil(clerk):
    clerk('nil', '440507002', FORM, '2015-06', '--receipt', 'nil.csv')
    expect('a nil report has its receipt', int(clerk.read('nil.csv')[0]['sequence']) > 0)
    clerk.quietly('nil', '440507002', FORM, '2015-06')
    clerk.quietly('nil', '440507002', FORM, PERIOD, code=CONFLICT)
    clerk.quietly('nil', '4.40507E+08', FORM, PERIOD, code=WRONG_USE)
    clerk.quietly('confirm', '440507003', FORM, PERIOD, code=CONFLICT)
    clerk.quietly('check', 'corrected.csv', '--form', FORM, '--prefill', code=WRONG_USE)
    clerk.quietly('send', 'corrected.csv', '--form', FORM, '--receipt', 'corrected.csv', code=CONFLICT)
    clerk.quietly('check', 'corrected.csv', '--form', FORM, '--encoding', 'utf-8', code=WRONG_USE)
    clerk('status', '440507001')
    clerk('status', '--forget')
    Bureau(clerk.world).ask('440507004', 1, 2015103, 0, 0, '三月报表何时上报？')
    said = clerk.quietly('status', '440507004') + clerk.quietly('status')
    expect('a question about a report that never came', '三月报表何时上报？' in said and
           ('尚未收到该报表' in said or 'which it does not have' in said) and '修订号 0' not in said and
           'revision 0' not in said)


def month(arguments, language):
    """The whole month in one language; what was said."""
    with tempfile.TemporaryDirectory() as folder, World(
            arguments.binaries, catalog=ruled.catalogue(pathlib.Path(folder) / 'catalog'), keep=arguments.keep) as world:
        world.start()
        world.add_facilities([{'code': code, 'name': name, **({'closed': '2015-04-30'} if code == '440507003' else {}),
                               **({'area': '320706'} if code == '320706001' else {})} for code, name in LIST])
        world.add_collector('clerk', *(word for code in OURS for word in ('--facility', code)))
        clerk = Clerk(world, language)
        with open(clerk.folder / 'list.csv', 'w', encoding='gb18030', newline='') as file:
            csv.writer(file).writerows([('code', 'name'), *LIST])
        april(clerk)
        check(clerk)
        same_findings(clerk)
        first = send(clerk)
        explain(clerk, first)
        bureau(clerk, first)
        arrived(world)
        nil(clerk)
        expect('a new outbox cannot check offline, and says why', 'no catalogue' in nothing_known(world))
        return clerk.said


def blocks(said, text):
    """The guide's dialogues, each with what was really said: a command's dialogues stand in Chinese, then English."""
    met = collections.Counter()
    for match in re.finditer(r'^```\n(\$ huibao-collect [^\n]*\n)(.*?)^```$', text, re.M | re.S):
        command = match[1]
        language, nth = ('zh', 'en')[met[command] % 2], met[command] // 2
        met[command] += 1
        real = [dialogue for dialogue in said[language] if dialogue.startswith(command)]
        yield match, real[nth] if nth < len(real) else f'{command}(never said)\n'


def compare_guide(said, update):
    """Every dialogue of the guide is real, and every one that was shown stands there in both languages."""
    text = GUIDE.read_text('utf-8')
    pairs = list(blocks(said, text))
    if update:
        for match, real in reversed(pairs):
            text = text[:match.start()] + f'```\n{real}```' + text[match.end():]
        GUIDE.write_text(text, 'utf-8')
        return
    for match, real in pairs:
        if match[0] != f'```\n{real}```':
            sys.exit(f'docs/clerks-guide.md has\n{match[0]}\nbut this was said\n{real}'
                     '(test_clerk.py --update puts it right)')
    expect('the guide has what was really said', len(pairs) == len(said['zh']) + len(said['en']))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--show', choices=['zh', 'en'])
    parser.add_argument('--update', action='store_true')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    if arguments.show:
        print('\n'.join(month(arguments, arguments.show)))
        return
    compare_guide({language: month(arguments, language) for language in ('zh', 'en')}, arguments.update)


def nothing_known(world):
    (world.folder / 'fresh.key').symlink_to('clerk.key')
    config = world.client_config('fresh')
    done = world.run('huibao-collect', 'check', world.folder / 'desk' / 'may.csv', '--form', FORM, '--config', config,
                     check=(5,))
    return done.stderr


if __name__ == '__main__':
    main()
