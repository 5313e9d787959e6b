#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""An operator's morning: who has not reported, what is held and why, what would change; return, accept, ask, adjust with a
second person, lock, a late report, the scorecard.

    test_morning.py BINARIES [--show zh|en] [--write] [--keep]

The dialogues in docs/operators-guide.md are what is typed and answered here, once in each language; this test fails when they
differ. --write puts them there, --show prints one language. Times and epochs differ from run to run and are replaced.
"""
import argparse
import calendar
import contextlib
import csv
import os
import pathlib
import pty
import re
import shlex
import subprocess
import sys

from world import AREA, ROOT, World, public_of

GUIDE = ROOT / 'docs' / 'operators-guide.md'
FORM, YEAR, MONTH = 'HOSPITAL_MONTH', 2015, 5
PERIOD = f'{YEAR}-{MONTH:02d}'
FIRST = 51  # the sequence of the first report of the month
DONE, FAILED, USAGE, DENIED, CONFLICT, PARTLY = 0, 1, 2, 4, 6, 7
SLIP, GROWN, ASKED, PLAIN, LATE = '440507001', '440507002', '440507003', '440507004', '440507005'
FACILITIES = {SLIP: ('龙湖区人民医院', 300), GROWN: ('珠池医院', 120), ASKED: ('新津医院', 80), PLAIN: ('外砂医院', 60),
              LATE: ('鸥汀医院', 40)}


def expect(what, claim):
    if not claim:
        sys.exit(f'expected: {what}')
    print('ok', what, file=sys.stderr, flush=True)


def month_of(beds, month, seed):
    """A month that no rule minds; each month differs from the one before by a few in a hundred."""
    days = calendar.monthrange(YEAR, month)[1]
    vary = 100 + (month * 7 + seed * 3) % 11 - 5
    opened = beds * days
    discharged = opened * 8 * vary // 8000
    visits = beds * 55 * vary // 100
    out, inside = visits * 2 // 10, discharged * 7
    return {'HEALTH_TECHNICIAN': beds * 6 // 5 + month, 'PHYSICIAN': beds * 2 // 5 + month % 3, 'NURSE': beds // 2 + month % 4,
            'BED_ACTUAL': beds, 'BED_DAY_OPEN': opened, 'BED_DAY_OCCUPIED': opened * 80 * vary // 10000,
            'BED_DAY_DISCHARGED': discharged * 8, 'VISIT': visits, 'ADMISSION': discharged + month % 5 - 2, 'DISCHARGE': discharged,
            'INCOME_TOTAL': (out + inside) * 11 // 10, 'INCOME_MEDICAL': out + inside, 'INCOME_OUTPATIENT': out,
            'INCOME_INPATIENT': inside}


def slipped(row):
    """Money in yuan where the form wants thousands."""
    return {name: value * 1000 + 137 * (name == 'INCOME_TOTAL') if name.startswith('INCOME') else value
            for name, value in row.items()}


def enlarged(row):
    """A new building: many more staff than in April."""
    return {**row, 'HEALTH_TECHNICIAN': row['HEALTH_TECHNICIAN'] + 40, 'NURSE': row['NURSE'] + 30}


class Desk:
    """The operator's terminal: each thing typed is a block of the guide."""

    def __init__(self, world, language, show):
        self.world, self.language, self.show, self.blocks = world, language, show, {}

    def __call__(self, step, *words, who='operator', code=DONE, seen=True):
        environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'HUIBAO_CONFIG': str(self.world.folder / f'{who}.yaml')}
        done = subprocess.run([self.world.program('huibaoctl'), '--lang', self.language, *map(str, words)], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, timeout=60,
                              check=False, cwd=self.world.folder)
        prompt = '$' if who == 'operator' else f'{who}$'
        line = f'{prompt} huibaoctl {" ".join(quoted(str(w)) for w in words)}\n{stable(done.stdout)}'
        if done.returncode:
            line += f'[{done.returncode}]\n'
        if seen:
            self.blocks[step] = self.blocks.get(step, '') + line
        if self.show:
            print(line, flush=True)
        if done.returncode != code:
            sys.exit(f'{words}: exit {done.returncode}, not {code}\n{done.stdout}')
        self.world.await_followed()
        self.world.await_indexed()
        return done.stdout


def quoted(word):
    return word if re.fullmatch(r'[^\s\'"|;&()]+', word) else shlex.quote(word)


def stable(text):
    """What is otherwise in each run."""
    def same_width(found):
        return '2015-06-16T08:30:00.000000Z'[:len(found.group()) - 1] + found.group()[-1]
    text = re.sub(r'20\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?Z?', same_width, text)
    text = re.sub(r'\b([0-9a-f]{64}|[0-9a-f]{32})\b', lambda found: ('5f0c21aa' * 8)[:len(found.group())], text)
    text = re.sub(r'(epoch|纪元) [0-9a-f]{8}', r'\1 5f0c21aa', text)
    return '\n'.join(line.rstrip() for line in text.splitlines()) + '\n'


def send(world, month, rows, code=DONE):
    """The clerk of all hospitals sends a month."""
    path = world.folder / f'{YEAR}-{month:02d}-{len(list(world.folder.glob("*.sent.csv")))}.sent.csv'
    with open(path, 'w', encoding='utf-8', newline='') as file:
        names = list(next(iter(rows.values())))
        writer = csv.writer(file)
        writer.writerow(['facility', 'period', *names])
        for facility, row in rows.items():
            writer.writerow([facility, f'{YEAR}-{month:02d}', *(row[name] for name in names)])
    done = world.run('huibao-collect', 'send', path, '--form', FORM, '--config', world.folder / 'clerk.yaml', check=None)
    if done.returncode != code:
        raise SystemExit(f'send {path.name}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}')
    world.await_followed()
    return done.stdout + done.stderr


def people(world):
    for name, role in (('operator', 'data_manager'), ('deputy', 'data_manager'), ('reader', 'reader')):
        key = world.new_key(name)
        world.ctl('key', 'add', name, '--public', public_of(key), '--role', role, '--everywhere')
        world.client_config(name)
    world.add_facilities([{'code': code, 'name': name, 'class': 'general_hospital'} for code, (name, _) in FACILITIES.items()])
    world.add_collector('clerk')


def settle(world):
    """The guide's sequences must not depend on how many entries a world begins with: a key registered again changes nothing."""
    begun = world.status()['ingestd']['sequence']
    expect('a world begins with fewer entries than the morning expects', begun < FIRST)
    for _ in range(begun, FIRST - 1):
        world.ctl('key', 'add', 'reader', '--public', public_of(world.folder / 'reader.key'), '--role', 'reader',
                  '--everywhere')


def months(world):
    """January to April of all, May of all but one: one in yuan, one with many new staff."""
    for month in range(1, MONTH):
        send(world, month, {code: month_of(beds, month, seed) for seed, (code, (_, beds)) in enumerate(FACILITIES.items())})
    settle(world)
    may = {code: month_of(beds, MONTH, seed) for seed, (code, (_, beds)) in enumerate(FACILITIES.items())}
    send(world, MONTH, {SLIP: slipped(may[SLIP]), GROWN: enlarged(may[GROWN]), ASKED: may[ASKED], PLAIN: may[PLAIN]}, code=PARTLY)
    return may


def sequences(world, **wanted):
    rows = world.rows('held', 'list')
    return [row['sequence'] for row in rows if all(row[name] == value for name, value in wanted.items())]


def look(desk, world):
    desk('missing', 'report', 'missing', FORM, PERIOD, '--area', AREA, '--columns', 'state,facility,facility_name,held,last_period')
    said = desk('held', 'held', 'list', '--period', PERIOD)
    expect('the unit slip and the new staff are held', SLIP in said and GROWN in said and ASKED not in said)
    slip, grown = sequences(world, facility=SLIP)[0], sequences(world, facility=GROWN)[0]
    said = desk('show', 'held', 'show', slip)
    expect('the diagnosis is a unit slip', 'unit-slip' in {row['finding'] for row in world.rows('held', 'show', slip)})
    expect('beside last month', str(month_of(300, 4, 0)['INCOME_TOTAL']) in said)
    desk('impact', 'held', 'impact', slip)
    return slip, grown


def read_terminal(master):
    """All that was said at it; the echo of what was typed may come in a piece of its own."""
    said = b''
    with contextlib.suppress(OSError):  # EIO: nobody has the other side any more
        while piece := os.read(master, 4096):
            said += piece
    os.close(master)
    return said


def asked_first(world, sequence):
    """At a terminal a decision is asked about; whoever says no decides nothing."""
    master, terminal = pty.openpty()
    process = subprocess.Popen([world.program('huibaoctl'), '--lang', 'en', 'held', 'accept', str(sequence), '--config',
                                world.folder / 'operator.yaml'], stdin=terminal, stderr=terminal, stdout=subprocess.DEVNULL)
    os.close(terminal)
    os.write(master, b'n\n')
    status = process.wait(60)
    said = read_terminal(master).decode('utf-8', 'replace')
    expect('the question names the report', '[y/N]' in said and f'sequence {sequence}' in said and status == FAILED)
    expect('and nothing was decided', world.rows('held', 'show', sequence)[0]['state'] == 'waiting')


def decide(desk, world, slip, grown):
    asked_first(world, grown)
    desk('return', 'held', 'return', slip, '--reason', 'WRONG_UNIT', '--note', '金额按元填报，应为千元')
    expect('returned', [row['state'] for row in world.rows('held', 'show', slip)][0] == 'returned')
    expect('nothing is in force', not world.rows('held', 'show', slip)[0]['in_force'])
    desk('again', 'held', 'accept', slip, code=CONFLICT)
    desk('accept', 'held', 'show', grown)
    desk('accept', 'held', 'accept', grown, '--reason', 'AGREED_BY_TELEPHONE', '--note', '新院区启用，集中招聘 40 人，人事科来电说明')
    rows = world.rows('report', 'show', GROWN, FORM, PERIOD)
    expect('in force under its own sequence', {row['sequence'] for row in rows} == {grown})


def value(world, facility, element):
    rows = world.rows('report', 'show', facility, FORM, PERIOD)
    return next(float(row['value']) for row in rows if row['element'] == element)


def corrected(world, may):
    """The hospital sends thousands of yuan."""
    said = send(world, MONTH, {SLIP: may[SLIP]})
    expect('the correction is in force', value(world, SLIP, 'INCOME_MEDICAL') == may[SLIP]['INCOME_MEDICAL'])
    return said


def ask(desk, world):
    desk('query', 'query', 'add', ASKED, FORM, PERIOD, '--element', 'VISIT', '--text', '是否含体检人次？')
    desk('query', 'query', 'list', '--area', AREA, '--open')
    status = world.run('huibao-collect', 'status', ASKED, '--config', world.folder / 'clerk.yaml').stdout
    expect('the sender sees the question', '是否含体检人次？' in status)


def adjust(desk, world):
    desk('adjust', 'report', 'adjust', ASKED, FORM, PERIOD, '--element', 'VISIT', '--delta', '-400', '--reason',
         'VERIFIED_ON_SITE', '--until', '2099-12-31', '--note', '体检 400 人次误计入')
    proposal = world.rows('adjustment', 'list')[0]['sequence']
    desk('own', 'adjustment', 'confirm', proposal, code=DENIED)
    desk('confirm', 'adjustment', 'confirm', proposal, who='deputy')
    desk('adjusted', 'adjustment', 'list', '--area', AREA)
    figure = 'indicator', 'show', 'VISITS', '--area', AREA, '--period', PERIOD, '--window', 'month'
    said = desk('adjusted', *figure, '--columns', 'area_name,period,shown,adjusted_shown,mark')
    rows = world.rows(*figure)
    expect('as reported and adjusted stand apart', rows[0]['adjusted'] is not None and
           float(rows[0]['adjusted']) != float(rows[0]['value']) and rows[0]['adjusted_shown'] in said)
    expect('the report is as it was', value(world, ASKED, 'VISIT') == month_of(80, MONTH, 2)['VISIT'])


def lock(desk, world, may):
    desk('lock', 'period', 'lock', '--area', AREA, '--form', FORM, '--period', PERIOD, '--reason', '五月数据定稿')
    send(world, MONTH, {LATE: may[LATE]}, code=PARTLY)
    desk('late', 'held', 'list', '--period', PERIOD)
    late = sequences(world, facility=LATE)[0]
    expect('held for the lock and nothing else', [row['finding'] for row in world.rows('held', 'show', late)] == ['locked'])
    desk('late', 'held', 'accept', late, '--reason', 'LATE', '--note', '新系统上线，已说明')
    expect('all have reported', 'missing' not in {row['state'] for row in world.rows(
        'report', 'missing', FORM, PERIOD, '--area', AREA)})


def export(world):
    """What is exported and sent again says nothing new."""
    path = world.folder / 'export.csv'
    path.write_text(world.ctl('report', 'export', FORM, PERIOD, '--area', AREA, '-o', 'csv').stdout, 'utf-8')
    rows = list(csv.DictReader(path.read_text('utf-8-sig').splitlines()))
    expect('every report in force is exported', [row['facility'] for row in rows] == sorted(FACILITIES))
    expect('a blank stays blank', rows[0]['EMERGENCY'] == '' and float(rows[0]['BED_ACTUAL']) == FACILITIES[SLIP][1])
    before = world.status()['ingestd']['sequence']
    said = world.run('huibao-collect', 'send', path, '--form', FORM, '--config', world.folder / 'clerk.yaml').stdout
    expect('five are unchanged', '5 unchanged' in said and world.status()['ingestd']['sequence'] == before)


def close(desk):
    desk('scorecard', 'plan', 'summary', 'longhu-2020', '--at', '2015')
    desk('refused', 'held', 'list', who='reader')
    desk('refused', 'query', 'add', ASKED, FORM, PERIOD, '--text', '?', who='reader', code=DENIED)


def morning(binaries, language, show, keep):
    with World(binaries, keep=keep, past=False, rules=True) as world:
        world.start()
        world.ctl('period', 'permit', '--from', f'{YEAR}-01', '--to', PERIOD, '--area', AREA, '--form', FORM, '--until', '2099-12-31',
                  '--reason', 'past years')
        people(world)
        may = months(world)
        desk = Desk(world, language, show)
        slip, grown = look(desk, world)
        decide(desk, world, slip, grown)
        corrected(world, may)
        ask(desk, world)
        adjust(desk, world)
        lock(desk, world, may)
        export(world)
        close(desk)
        expect('the journal gives all of it once more', world.ctl('verify', check=(0,)))
        return desk.blocks


def block_of(step, language):
    return re.compile(rf'(<!-- morning {step} {language} -->\n```\n)(.*?)(```\n)', re.S)


def guide_compare(blocks, write):
    """The guide's dialogues are these, and it has no other."""
    text = GUIDE.read_text('utf-8')
    wanted = {(step, language) for language, of in blocks.items() for step in of}
    found = set(re.findall(r'<!-- morning (\w+) (zh|en) -->', text))
    expect(f'every step of the morning stands in the guide, and no other: {sorted(wanted ^ found)}', wanted == found)
    for step, language in sorted(wanted):
        block = blocks[language][step]
        if write:
            text = block_of(step, language).sub(lambda m, b=block: m.group(1) + b + m.group(3), text)
        else:
            there = block_of(step, language).search(text)
            expect(f'step {step} in {language} reads as in the guide', there and there.group(2) == block)
    if write:
        GUIDE.write_text(text, 'utf-8')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries', type=pathlib.Path)
    parser.add_argument('--show', choices=['zh', 'en'])
    parser.add_argument('--write', action='store_true')
    parser.add_argument('--keep', action='store_true')
    given = parser.parse_args()
    blocks = {language: morning(given.binaries, language, given.show == language, given.keep)
              for language in ([given.show] if given.show else ['zh', 'en'])}
    if not given.show:
        guide_compare(blocks, given.write)


if __name__ == '__main__':
    main()
