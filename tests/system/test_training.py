#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A training system from outside: every kind of answer of both daemons and every file of the collector is marked, in
both languages; the mark outlives restarts, backups and wrong settings; and an outbox belongs to one kind of server.

    test_training.py BINARIES [--keep]
"""
import argparse
import csv
import json
import shutil
import subprocess
import sys

from world import MAP_SIZE, PATIENCE, Failed, World, expect_said, expect_same, public_of, write_sheet, yaml

MARKS = {'zh': '【培训系统，数据不作数】', 'en': '[TRAINING SYSTEM'}
FORM, MONTH = 'HOSPITAL_MONTH', '2015-03'
COLUMNS = ['HEALTH_TECHNICIAN', 'PHYSICIAN', 'NURSE', 'BED_ACTUAL', 'BED_DAY_OPEN', 'BED_DAY_OCCUPIED', 'DISCHARGE', 'VISIT',
           'ADMISSION']
DONE, WRONG_USE, QUEUED, CONFIG = 0, 2, 75, 78
# Every kind of answer that huibaoctl prints: of either daemon, of both, of a command, of an export.
QUESTIONS = [('status',), ('verify',), ('metrics',), ('settings',), ('key', 'list'), ('area', 'list'), ('facility', 'list'), ('facility', 'show', 'H1'),
             ('indicator', 'show', 'VISIT_SHARE_PUBLIC', '--period', '2015', '--area', '440507'), ('cell', 'list', FORM, MONTH),
             ('report', 'show', 'H1', FORM, MONTH), ('report', 'history', 'H1', FORM, MONTH),
             ('report', 'export', FORM, MONTH), ('report', 'missing', FORM, MONTH), ('held', 'list'), ('query', 'list'),
             ('fact', 'list'), ('plan', 'list'), ('period', 'list', '--area', '440507', '--form', FORM), ('period', 'locks')]


def expect_not_said(what, text):
    for word in ('培训', 'TRAINING', '"training"', '#training'):
        if word in text:
            raise Failed(f'{what}: {word!r} in {text!r}')


def make_training(world, training=True):
    config = world.folder / 'ingestd.yaml'
    lines = [line for line in config.read_text('utf-8').splitlines() if not line.startswith('training:')]
    config.write_text('\n'.join([*lines, *(['training: true'] if training else [])]) + '\n', 'utf-8')


def refused_start(world, said):
    """A start whose setting disagrees with the journal ends with 78 and a sentence."""
    done = subprocess.run([world.program('ingestd'), '--config', world.folder / 'ingestd.yaml'], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)
    expect_same(f'start: {done.stderr}', done.returncode, CONFIG)
    expect_said('start', said, done.stderr)


def indicator_of(world):
    return world.rows('indicator', 'list')[0]['code']


def sheet(world, name, **changed):
    return write_sheet(world.folder / f'{name}.csv', {'facility': 'H1', 'period': MONTH, **dict.fromkeys(COLUMNS, 100), **changed})


def collect(world, *arguments, status=DONE, lang='en'):
    done = world.run('huibao-collect', *arguments, '--lang', lang, '--config', world.folder / 'clerk.yaml', check=None)
    expect_same(f'{arguments}: {done.stdout}{done.stderr}', done.returncode, status)
    return done


def furnish(world):
    world.add_facilities([{'code': 'H1'}])
    world.add_collector('clerk')


# -- huibaoctl


def answers_are_marked(world, questions):
    for words in questions:
        for lang, mark in MARKS.items():
            lines = world.ctl(*words, '--lang', lang).stdout.splitlines()
            if words == ('metrics',):
                mark = f'# {mark}'  # a remark to whoever reads the text of metrics
            if not lines[0].startswith(mark) or not lines[-1].startswith(mark):
                raise Failed(f'{words}: {lines[0]!r} … {lines[-1]!r}')
        expect_same(words, json.loads(world.ctl(*words, '-o', 'json').stdout).get('training'), True)
        head = next(csv.reader(world.ctl(*words, '-o', 'csv').stdout.splitlines()))
        if words in (('status',), ('verify',), ('settings',)):
            expect_said(words, ',,training,true', world.ctl(*words, '-o', 'csv').stdout)
        else:
            expect_same(words, head[-1], '#training' if words[:2] == ('report', 'export') else 'training')
    refused = world.ctl('report', 'show', 'NOBODY', FORM, MONTH, '--lang', 'zh', check=None)
    expect_said('a refusal', MARKS['zh'], refused.stderr)


def real_answers_are_not(world, questions):
    for words in questions:
        for options in ((), ('-o', 'json'), ('-o', 'csv')):
            if words != ('settings',):  # which has that name among others
                expect_not_said(words, world.ctl(*words, *options).stdout)


# -- huibao-collect


def files_are_marked(world):
    receipt, log = world.folder / 'receipt.csv', world.folder / 'verdicts.log'
    for lang, mark in MARKS.items():
        sent = collect(world, 'send', sheet(world, 'march'), '--form', FORM, '--receipt', receipt, '--log', log, lang=lang)
        expect_same('send', sent.stdout.splitlines()[0].startswith(mark), True)
    with open(receipt, encoding='utf-8-sig', newline='') as file:
        expect_same('receipt', [row['training'] for row in csv.DictReader(file)], ['true'])
    for line in log.read_text('utf-8').splitlines():
        expect_same('log', json.loads(line)['training'], True)
    for words in (('status',), ('status', 'H1'), ('flush',), ('ping',), ('reasons',), ('check', sheet(world, 'march'), '--form', FORM)):
        expect_same(words, collect(world, *words).stdout.startswith(MARKS['en']), True)
    template = world.folder / 'template.csv'
    expect_same('template', collect(world, 'template', FORM, '-o', template).stdout.startswith(MARKS['en']), True)
    with open(template, encoding='utf-8-sig', newline='') as file:
        expect_same('template', next(csv.reader(file))[-1], '#training')
    # an exported sheet is read back, mark and all
    exported = world.folder / 'exported.csv'
    exported.write_text(world.ctl('report', 'export', FORM, MONTH, '-o', 'csv').stdout, 'utf-8')
    expect_said('sent back', '1 unchanged', collect(world, 'send', exported, '--form', FORM).stdout)


def offline_is_marked(world):
    world.stop('ingestd')
    queued = collect(world, 'send', sheet(world, 'later', VISIT=101), '--form', FORM, status=QUEUED)
    expect_same('queued', queued.stdout.startswith(MARKS['en']), True)
    expect_same('check', collect(world, 'check', sheet(world, 'march'), '--form', FORM).stdout.startswith(MARKS['en']), True)
    world.start_ingestd()
    world.await_answer('ingestd')
    collect(world, 'flush')


# -- the two kinds


def kinds_do_not_mix(training, real):
    """The clerk's outbox of one world at the server of the other."""
    for mine, other, said in ((training, real, 'belongs to a training system'), (real, training, 'belongs to a real system')):
        own = (mine.folder / 'clerk.yaml').read_text('utf-8')
        other.ctl('key', 'add', 'clerk from elsewhere', '--public', public_of(mine.folder / 'clerk.key'), '--role', 'collector',
                  '--facility', 'H1')
        before = other.status()['ingestd']['sequence']
        yaml(mine.folder / 'clerk.yaml', ingestd=f'tcp://127.0.0.1:{other.ports["ingestd"]}',
             server_key=public_of(other.folder / 'server.key'), key_file=str(mine.folder / 'clerk.key'),
             outbox=str(mine.folder / 'clerk.outbox'), timeout_ms=5000, map_size_bytes=1 << 30)
        for words in (('flush',), ('status',), ('send', sheet(mine, 'astray', VISIT=102), '--form', FORM)):
            expect_said(words, said, collect(mine, *words, status=WRONG_USE).stderr)
        expect_same('nothing arrived', other.status()['ingestd']['sequence'], before)
        (mine.folder / 'clerk.yaml').write_text(own, 'utf-8')
        expect_said('at home again', 'H1', collect(mine, 'status', 'H1').stdout)


def kind_is_fixed(world, said):
    world.stop('ingestd')
    make_training(world, said == 'real')
    refused_start(world, f'that of a {said} system')
    make_training(world, said == 'training')


def copies_keep_the_mark(world):
    journal, copy = world.folder / 'ingestd' / 'journal', world.folder / 'copy'
    world.run('huibao-journal', 'backup', copy, '--journal', journal, '--map-size-bytes', MAP_SIZE)
    world.stop('aggregator')
    shutil.move(world.folder / 'ingestd', world.folder / 'lost')
    (world.folder / 'ingestd').mkdir()
    world.run('huibao-journal', 'restore', copy, journal, '--map-size-bytes', MAP_SIZE)
    make_training(world, False)
    refused_start(world, 'that of a training system')
    make_training(world)
    world.start_ingestd()
    world.start_aggregator()
    world.await_followed()
    expect_said('restored', MARKS['en'], world.ctl('status', '--lang', 'en').stdout)
    expect_said('restored', MARKS['en'], collect(world, 'flush').stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    with World(options.binaries, keep=options.keep) as training, World(options.binaries, keep=options.keep) as real:
        make_training(training)
        for world in (training, real):
            world.start()
            furnish(world)
        questions = [tuple(indicator_of(training) if word.startswith('VISIT_') else word for word in words) for words in QUESTIONS]
        expect_said('a command', MARKS['en'], training.ctl('key', 'add', 'x', '--public', public_of(training.new_key('x')),
                                                          '--role', 'collector', '--facility', 'H1', '--lang', 'en').stdout)
        files_are_marked(training)
        plain = collect(real, 'send', sheet(real, 'march'), '--form', FORM, '--receipt', real.folder / 'receipt.csv')
        expect_not_said('a real send', plain.stdout + (real.folder / 'receipt.csv').read_text('utf-8-sig'))
        for world in (training, real):
            world.await_followed()
        answers_are_marked(training, questions)
        real_answers_are_not(real, questions)
        offline_is_marked(training)
        kinds_do_not_mix(training, real)
        kind_is_fixed(training, 'training')
        kind_is_fixed(real, 'real')
        copies_keep_the_mark(training)
    print(f'training: {len(questions)} kinds of answers in five forms, every file of the collector, both kinds apart')


if __name__ == '__main__':
    try:
        main()
    except Failed as failure:
        sys.exit(f'training: {failure}')
