#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the golden data folder of a format that is about to be released, once: make.py BINARIES FOLDER.

A small house with a little of everything that a journal can hold is lived in, shut, and kept with what the programs of
that day said of it. See README.md.
"""
import hashlib
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'system'))

import oracle  # noqa: E402
from bureau import ACCEPT, RETURN, Bureau  # noqa: E402
from test_oracle import HELLO, SUBMIT, VERDICTS, Post, field, pack_report  # noqa: E402
from world import MAP_SIZE, ROOT, Failed, World, public_of  # noqa: E402

HM, CM, PY = 1, 2, 4
VISIT, OPEN, USED, INCOME = 1, 3, 4, 5
APRIL, MAY, JUNE = 2015104, 2015105, 2015106
TOWN, OTHER_TOWN, DISTRICT = '320703001', '320703002', '320703'
MAP = ('--map-size-bytes', MAP_SIZE)
KEYS = ('server', 'admin', 'clerk')
QUESTIONS = {
    'cells of April': ('cell', 'list', 'HM', '2015-04'),
    'cells of May': ('cell', 'list', 'HM', '2015-05'),
    'visits': ('indicator', 'show', 'VISITS', '--area', DISTRICT, '--period', '2015-04'),
    'bed use': ('indicator', 'show', 'BED_USE', '--area', DISTRICT, '--period', '2015-04'),
    'history': ('report', 'history', 'H1', 'HM', '2015-04'),
    'what was sent': ('report', 'show', 'H2', 'HM', '2015-04'),
    'held': ('held', 'list', '--state', 'all'),
    'adjustments': ('adjustment', 'list'),
    'facts': ('fact', 'list', '--columns', 'all'),
    'locks': ('period', 'locks'),
    'facilities': ('facility', 'list'),
}


def answers(world):
    world.await_followed()
    return {name: world.rows(*asked) for name, asked in QUESTIONS.items()}


def office_text(name):
    return field(1, 1) + field(2, name) + field(5, '0518-5550000') + field(7, '一切正常')


def send(post, report, text=b''):
    """The sequence that the report took."""
    submission = field(1, report) + field(2, hashlib.sha256(report).digest())
    if text:
        submission += field(3, text) + field(4, hashlib.sha256(text).digest())
    kind, answer = post.post(SUBMIT, field(1, submission))
    if kind != VERDICTS:
        raise Failed(f'no VERDICTS but {kind}')
    return oracle.last(oracle.decode(answer)[2])


def people(world):
    world.add_facilities([{'code': 'H1', 'area': TOWN}, {'code': 'H2', 'area': OTHER_TOWN, 'ownership': 'private'},
                          {'code': 'C1', 'area': TOWN, 'class': 'clinic'}])
    # The folder is read for as long as there are programs: its keys have no end, but for one that shows what an end is.
    world.ctl('key', 'add', 'first operator', '--public', public_of(world.folder / 'admin.key'), '--role', 'administrator',
              '--everywhere', '--until', 'never')
    world.add_collector('clerk', '--area', DISTRICT, '--until', 'never')
    world.add_collector('brief', '--area', DISTRICT, '--from', '2015-01-01', '--until', '2030-12-31')
    world.add_collector('gone', '--area', DISTRICT)
    world.ctl('key', 'revoke', public_of(world.folder / 'gone.key'), '--reason', 'left the office')


def reports(world, clerk):
    """Reports, texts, a correction, a withdrawal, one rejected, three held; the text's sequence that is to go."""
    text = send(clerk, pack_report('H1', HM, APRIL, 1, {VISIT: 100, OPEN: 3000, USED: 2500, INCOME: 123456}, {}),
                office_text('张三')) + 1
    send(clerk, pack_report('H2', HM, APRIL, 1, {VISIT: 250, OPEN: 1500, USED: 1400}, {INCOME: 3}), office_text('李四'))
    send(clerk, pack_report('C1', CM, APRIL, 1, {VISIT: 40}, {}))
    send(clerk, pack_report('H1', HM, APRIL, 2, {VISIT: 110, OPEN: 3000, USED: 2500, INCOME: 123456}, {}))
    send(clerk, pack_report('C1', CM, APRIL, 2, None, {}))
    send(clerk, pack_report('C1', CM, MAY, 1, {VISIT: 41}, {}))
    send(clerk, pack_report('H2', HM, JUNE, 1, {VISIT: 10, OPEN: 10, USED: 20}, {}))
    bureau = Bureau(world)
    held = send(clerk, pack_report('H1', HM, MAY, 1, {VISIT: 500}, {}), office_text('王五'))
    bureau.decide(ACCEPT, 'H1', HM, MAY, held, reason=3, note='电话核实')
    held = send(clerk, pack_report('H2', HM, MAY, 1, {VISIT: 900}, {}))
    bureau.decide(RETURN, 'H2', HM, MAY, held, reason=2, note='请核对')
    send(clerk, pack_report('H1', HM, JUNE, 1, {VISIT: 5000}, {}))
    return text, bureau


def acts(world, bureau):
    about = next(row['sequence'] for row in world.rows('report', 'history', 'H2', 'HM', '2015-04'))
    bureau.ask('H2', HM, APRIL, about, VISIT, '门诊是否包含体检？')
    proposal = bureau.propose('H2', HM, APRIL, about, VISIT, -50, 40000, 3, '体检')
    Bureau(world, 'second').confirm('H2', HM, APRIL, about, proposal)
    world.ctl('period', 'lock', '--area', DISTRICT, '--form', 'CM', '--period', '2015-04', '--reason', '定稿')
    world.ctl('fact', 'add', DISTRICT, 'VISITS', '2014', '--value', '4321', '--source', '统计年鉴')


def restore(world):
    """Yesterday's copy becomes the journal: an entry `restored` and another epoch."""
    journal, copy = world.folder / 'ingestd' / 'journal', world.folder / 'copy'
    world.run('huibao-journal', 'backup', copy, '--journal', journal, *MAP)
    journal.rename(world.folder / 'lost')
    world.run('huibao-journal', 'restore', copy, journal, *MAP)


def live(world):
    world.start()
    people(world)
    clerk = Post(world, 'clerk.yaml', 'ingestd')
    text, bureau = reports(world, clerk)
    world.await_followed()
    acts(world, bureau)
    for name in ('aggregator', 'ingestd'):
        world.stop(name)
    restore(world)
    world.run('huibao-journal', 'erase', text, '--journal', world.folder / 'ingestd' / 'journal', '--reason', '本人要求',
              '--by', '局长', *MAP)
    world.start_ingestd()
    world.start_aggregator()
    world.await_answer('aggregator')
    clerk = Post(world, 'clerk.yaml', 'ingestd')
    # A receipt of a journal that never was: history differs, until a person decides.
    clerk.post(HELLO, field(1, 1) + field(2, 'golden') + field(4, field(1, b'e' * 16) + field(2, 1) + field(3, b'c' * 32)))
    world.ctl('history', 'decide', 'all', '--reason', '恢复后核对')
    send(clerk, pack_report('C1', CM, JUNE, 1, {VISIT: 42}, {}))


def keep(world, folder):
    journal = folder / 'journal'
    journal.mkdir(parents=True)
    said = answers(world)
    for name in ('aggregator', 'ingestd'):
        world.stop(name)
    # The copy of a copy: without the pages that the house has used and freed.
    world.run('huibao-journal', 'backup', world.folder / 'small', '--journal', world.folder / 'ingestd' / 'journal', *MAP)
    shutil.copy(world.folder / 'small' / 'data.mdb', journal)
    (journal / 'lock.mdb').touch()
    shutil.copytree(world.catalog, folder / 'catalog')
    for name in KEYS:
        shutil.copy(world.folder / f'{name}.key', folder)
    for name in ('dump', 'head'):
        said_of = world.run('huibao-journal', name, '--journal', world.folder / 'small', *MAP).stdout
        (folder / {'dump': 'dump.ndjson', 'head': 'head'}[name]).write_text(said_of, 'utf-8')
    (folder / 'answers.json').write_text(json.dumps(said, ensure_ascii=False, indent=1) + '\n', 'utf-8')


def main():
    binaries, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if folder.exists():
        sys.exit(f'{folder} is there: a golden folder is never changed')
    with World(binaries, catalog=ROOT / 'tests' / 'ingestd' / 'catalog') as world:
        live(world)
        keep(world, folder)
    kinds = sorted({json.loads(line)['kind'] for line in (folder / 'dump.ndjson').read_text('utf-8').splitlines()})
    print(folder, (folder / 'journal' / 'data.mdb').stat().st_size, 'bytes,', ', '.join(kinds))


if __name__ == '__main__':
    main()
