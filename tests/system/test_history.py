#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Evident history: somebody with root changes what was acknowledged, and is found out.

    test_history.py BINARIES [unittest arguments]

- a report is edited and every later hash is computed again, under the same epoch, and the derived
  environments are deleted: the audit alone sees nothing and says so; a head kept outside, a receipt,
  and the collector's connection find it
- yesterday's journal is put back by hand under today's state and aggregates
- the same is put back by `restore`: no difference, a declared loss
- two restores in a row; and one from a copy of before the last restore
- `huibao-collect run` beside a clerk, over a crash and a restore
"""
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

from world import MAP_SIZE, PATIENCE, ROOT, World, elements_of, write_sheet

BINARIES = sys.argv.pop(1) if len(sys.argv) > 1 else '.'
FORM = 'HOSPITAL_MONTH'
MAP = ('--map-size-bytes', MAP_SIZE)
# Of docs/protocol.md: a HELLO without a receipt, a SUBMIT of two reports, a STATUS.
HELLO, SUBMIT, STATUS, REFUSAL = 1, 3, 5, 12
VECTORS = {line.split('\t')[0]: line.split('\t')[2]
           for line in (ROOT / 'tests' / 'proto' / 'vectors.txt').read_text('utf-8').splitlines() if '\t' in line}
EXIT_FOUND, EXIT_PARTLY, EXIT_HISTORY, EXIT_QUEUED = 3, 7, 8, 75


ELEMENTS = elements_of(FORM)


def sha256(data):
    return hashlib.sha256(data).digest()


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def with_another_value(body):
    """A packed ReportValues of the same length in which the first value is another one."""
    at = 0
    while at < len(body):
        tag, at = varint(body, at)
        length, start = varint(body, at)
        if tag == 8 << 3 | 2:
            return body[:start] + bytes([body[start] ^ 2]) + body[start + 1:]
        at = start + length if tag & 7 == 2 else start
    raise ValueError('no values')


def forge(dump, sequence):
    """The lines of a dump with one report edited and all later hashes computed again; and the chain at the end."""
    chain, lines = bytes(32), []
    for text in dump.splitlines():
        entry = json.loads(text)
        if entry['sequence'] == sequence:
            entry['body'] = with_another_value(bytes.fromhex(entry['body'])).hex()
        chain = sha256(chain + bytes.fromhex(entry['header']) + sha256(bytes.fromhex(entry['findings'])) +
                       sha256(bytes.fromhex(entry['body'])))
        entry['chain'] = chain.hex()
        lines.append(json.dumps(entry) + '\n')
    return ''.join(lines), chain.hex()


class Clerk:
    """huibao-collect with an outbox, one facility and a log of verdicts, which holds the receipts."""

    def __init__(self, world, name, facility):
        self.world, self.name, self.facility = world, name, facility
        self.config = world.add_collector(name)
        self.log = world.folder / f'{name}.jsonl'

    def collect(self, *arguments, check=None):
        return self.world.run('huibao-collect', *arguments, '--config', self.config, check=check)

    def lines(self):
        """Whole ones: somebody may be writing the next."""
        text = self.log.read_text('utf-8') if self.log.exists() else ''
        lines = [json.loads(line) for line in text[:text.rfind('\n') + 1].splitlines()]
        return [{**line, 'period': f'{line["period"] // 1000}-{line["period"] % 100:02}'} for line in lines]

    def sheet(self, period, first=1000):
        return write_sheet(self.world.folder / f'{self.name}-{period}.csv', {
            'facility': self.facility, 'period': period, **dict(zip(ELEMENTS, range(first, first + len(ELEMENTS))))})

    def send(self, *periods, check=(0,)):
        for period in periods:
            done = self.collect('send', self.sheet(period), '--form', FORM, '--log', self.log, check=check)
        return done

    def flush(self, *more, check=None):
        """The exit status, what was said, and what became of which period."""
        before = len(self.lines())
        done = self.collect('flush', '--log', self.log, *more, check=check)
        return done.returncode, done.stderr, {line['period']: line['status'] for line in self.lines()[before:]}


class History(unittest.TestCase):
    def setUp(self):
        self.world = World(BINARIES).__enter__()
        self.addCleanup(self.world.__exit__, None, None, None)
        self.data = self.world.folder / 'ingestd'
        self.world.start()
        self.world.add_facilities([{'code': 'HA'}, {'code': 'HB'}, {'code': 'HC'}])
        self.late = Clerk(self.world, 'late', 'HA')
        self.early = Clerk(self.world, 'early', 'HB')

    # -- the house

    def journal(self, *arguments, check=(0,)):
        return self.world.run('huibao-journal', *arguments, *MAP, check=check)

    def head(self):
        return self.journal('head', '--journal', self.data / 'journal').stdout

    def stop(self):
        for name in list(self.world.running):
            self.assertEqual(self.world.stop(name), 0)

    def start(self):
        self.world.start_ingestd()
        self.world.start_aggregator()
        self.world.await_answer('ingestd')
        self.world.await_followed()

    def copy(self, name):
        path = self.world.folder / name
        self.journal('backup', path, '--journal', self.data / 'journal')
        return path

    def restore(self, copy):
        """By the book, but for what lies beside the journal: today's state and aggregates stay where they are."""
        self.stop()
        shutil.rmtree(self.data / 'journal')
        shutil.move(self.data / 'state', self.world.folder / 'state.today')
        self.journal('restore', copy, self.data / 'journal')
        shutil.move(self.world.folder / 'state.today', self.data / 'state')
        files = self.derived()
        self.start()
        self.expect_rebuilt(files)

    def alerts(self):
        log = (self.world.folder / 'ingestd.log').read_text('utf-8')
        return [line for line in log.splitlines() if 'history differs' in line and line.startswith('<3>')]

    def suspected(self):
        return {row['name']: row['remembers_sequence'] for row in self.world.rows('history', 'list')}

    def doctor(self, check):
        rows = json.loads(self.world.ctl('doctor', '-o', 'json', check=None).stdout)['rows']
        return [row['state'] for row in rows if row['check'] == check]

    def kinds(self):
        return [json.loads(line)['kind'] for line in self.world.dump().read_text('utf-8').splitlines()]

    def derived(self):
        """Today's derived environments, held open."""
        found = [*(self.data / 'state').rglob('data.mdb'), *(self.world.folder / 'aggregator').rglob('data.mdb')]
        self.assertEqual(len(found), 2)
        files = {path: open(path, 'rb') for path in found}  # pylint: disable=consider-using-with
        for file in files.values():
            self.addCleanup(file.close)
        return files

    def expect_rebuilt(self, files):
        """None of them is there any more, and what stands in their place is what the journal says."""
        for path, file in files.items():
            self.assertEqual(os.fstat(file.fileno()).st_nlink, 0, f'{path} of another journal was used on')
        self.assertEqual(self.world.ctl('verify', check=None).returncode, 0)

    # -- the cases

    def test_a_rewritten_journal_is_found_by_every_witness(self):
        self.early.send('2015-01')
        self.late.send('2015-01', '2015-02')
        witness = self.world.folder / 'head.outside'
        witness.write_text(self.head(), 'utf-8')
        forged = self.late.lines()[0]['sequence']
        self.assertLess(self.early.lines()[-1]['last_sequence'], forged)
        self.rewrite(forged)

        said = self.journal('audit', 'verify', '--journal', self.data / 'journal').stdout
        self.assertIn('cannot show forgery', said)
        found = self.journal('audit', 'check', '--journal', self.data / 'journal', '--head', witness, check=None)
        self.assertEqual(found.returncode, EXIT_FOUND, found.stdout)
        for clerk, code in ((self.late, EXIT_FOUND), (self.early, 0)):
            found = self.journal('audit', 'receipt', clerk.log, '--journal', self.data / 'journal', check=None)
            self.assertEqual(found.returncode, code, found.stdout)

        self.expect_barred()
        self.expect_let_in_again()

    def rewrite(self, sequence):
        """With root: the report at that sequence is another one, and nothing else shows it."""
        dump = self.world.dump().read_text('utf-8')
        epoch, entries, chain = self.head().split()
        self.stop()
        lines, forged_chain = forge(dump, sequence)
        self.assertNotEqual(chain, forged_chain)
        (self.world.folder / 'forged.jsonl').write_text(lines, 'utf-8')
        (self.world.folder / 'forged.head').write_text(f'{epoch} {entries} {forged_chain}\n', 'utf-8')
        self.journal('load', self.world.folder / 'forged.jsonl', '--journal', self.world.folder / 'forged',
                     '--head', self.world.folder / 'forged.head')
        shutil.rmtree(self.data / 'journal')
        shutil.rmtree(self.data / 'state')
        shutil.rmtree(self.world.folder / 'aggregator')
        shutil.move(self.world.folder / 'forged', self.data / 'journal')
        self.start()
        self.assertEqual(self.head().split(), [epoch, entries, forged_chain])

    def expect_barred(self):
        before = int(self.head().split()[1])
        sent = self.late.send('2015-03', check=(EXIT_HISTORY,))
        self.assertIn('history differs', sent.stderr)
        self.assertIn("Call the bureau's administrator", sent.stderr)
        self.assertIn('1 reports are safe in the outbox', sent.stderr)
        self.assertEqual(len(self.alerts()), 1)
        self.assertRegex(self.alerts()[0], r' actor=\d+ ')
        self.assertEqual(self.doctor('history'), ['bad'])
        self.assertEqual(self.suspected(), {'late': self.late.lines()[-1]['last_sequence']})
        # Whoever asks again hears the same; one entry says it once, also after a restart.
        self.assertEqual(self.late.flush()[0], EXIT_HISTORY)
        self.stop()
        self.start()
        self.assertEqual(list(self.suspected()), ['late'], 'a restart has forgotten the suspicion')
        code, said, verdicts = self.late.flush('--lang', 'zh')
        self.assertEqual((code, verdicts), (EXIT_HISTORY, {}))
        self.assertIn('历史不一致', said)
        # Also who is silent about his receipt, or says no HELLO; looking is still allowed.
        self.assertEqual(self.answers(self.late.config, (HELLO, 'hello-bare'), (SUBMIT, 'submit-two'),
                                      (STATUS, 'status-request')), [(REFUSAL, 8), (REFUSAL, 8), (REFUSAL, 7)])
        self.assertEqual(self.answers(self.early.config, (SUBMIT, 'submit-two'))[0][0], SUBMIT + 1)
        taken = self.kinds()[before:]
        self.assertEqual([kind for kind in taken if kind != 'rejected'], ['history'], 'something of a barred key was taken')
        self.assertEqual(len(self.alerts()), 1)
        self.assertEqual(self.late.collect('ping').returncode, EXIT_HISTORY)
        self.assertEqual(self.late.collect('status').returncode, EXIT_HISTORY)
        # Who remembers only what came before the forged entry is no witness of it, and goes on.
        self.early.send('2015-02')
        self.world.await_followed()
        self.assertEqual(self.world.ctl('verify', check=None).returncode, 0)

    def answers(self, config, *messages):
        """(type, code) of each answer to messages that no collector would send now."""
        done = subprocess.run([self.world.binaries / 'tests' / 'system' / 'post', config, 'ingestd'], check=True,
                              input=''.join(f'{kind} {VECTORS[name]}\n' for kind, name in messages),
                              capture_output=True, text=True)
        return [(int(line.split()[0]), int(line.split()[1][2:4], 16)) for line in done.stdout.splitlines()]

    def expect_let_in_again(self):
        wrong = self.world.ctl('history', 'decide', 'early', '--reason', 'x', check=None)
        self.assertNotEqual(wrong.returncode, 0)
        self.world.ctl('history', 'decide', 'late', '--reason', 'the journal was rewritten; police report 17')
        self.assertEqual(self.suspected(), {})
        self.assertEqual((self.doctor('history'), self.doctor('witness')), (['ok'], ['ok']))
        code, said, verdicts = self.late.flush()
        self.assertIn('2 reports kept here are offered again', said)
        self.assertEqual(verdicts, {'2015-01': 'rejected', '2015-02': 'unchanged', '2015-03': 'accepted'})
        self.assertEqual(code, EXIT_PARTLY)
        # The edited report is what was refused; confirmed, the true one is in force with the next number.
        self.late.collect('confirm', 'HA', FORM, '2015-01', check=(0,))
        self.world.await_followed()
        shown = {row['element']: row['value'] for row in self.world.rows('report', 'show', 'HA', FORM, '2015-01')}
        self.assertEqual([shown[element] for element in ELEMENTS[:3]], ['1000', '1001', '1002'])
        # Once: its newest receipt is of this journal again. And over a restart.
        self.assertEqual(self.late.flush()[2], {})
        self.stop()
        self.start()
        self.assertEqual(self.late.flush()[2], {})
        self.assertEqual(len(self.alerts()), 1)

    def test_yesterdays_folder_put_back_by_hand_differs(self):
        self.late.send('2015-01')
        copy = self.copy('copy')
        self.late.send('2015-02')
        self.early.send('2015-01')
        self.world.await_followed()
        self.stop()
        shutil.rmtree(self.data / 'journal')
        shutil.copytree(copy, self.data / 'journal')
        files = self.derived()
        self.start()
        self.expect_rebuilt(files)
        for clerk in (self.late, self.early):
            self.assertEqual(clerk.flush()[0], EXIT_HISTORY)
        self.assertEqual(len(self.alerts()), 2)
        # Each key for itself; and what it remembered no longer counts after a restart, either.
        self.world.ctl('history', 'decide', 'late', '--reason', 'rolled back by a technician')
        self.assertEqual(list(self.suspected()), ['early'])
        self.stop()
        self.start()
        self.assertEqual(self.early.flush()[0], EXIT_HISTORY)
        self.assertEqual(self.late.flush()[2], {'2015-01': 'unchanged', '2015-02': 'accepted'})
        self.assertEqual(self.late.flush()[2], {})
        self.world.ctl('history', 'decide', 'all', '--reason', 'rolled back by a technician')
        self.assertEqual(self.early.flush()[2], {'2015-01': 'accepted'})
        self.assertEqual(self.early.flush()[0], 0)
        self.assertEqual(len(self.alerts()), 2)

    def test_what_restore_puts_back_is_a_declared_loss(self):
        self.early.send('2015-01')
        self.late.send('2015-01')
        copy = self.copy('copy')
        self.late.send('2015-02')
        self.restore(copy)
        self.expect_offered({'2015-01': 'unchanged', '2015-02': 'accepted'})
        self.assertEqual(self.early.flush()[2], {'2015-01': 'unchanged'})
        said = self.journal('audit', 'receipt', self.late.log, '--journal', self.data / 'journal').stdout
        self.assertIn('1 are declared lost, 0 differ', said)
        self.assertEqual(self.alerts(), [])

    def expect_offered(self, verdicts):
        code, said, became = self.late.flush()
        self.assertEqual(code, 0, said)
        self.assertIn('lacks what it once had', said)
        self.assertEqual(became, verdicts)

    def test_two_restores_in_a_row_and_one_that_forgets_the_last(self):
        self.early.send('2015-01')
        absent = Clerk(self.world, 'absent', 'HC')
        first = self.copy('first')
        absent.send('2015-01')
        self.late.send('2015-01')
        self.restore(first)
        self.expect_offered({'2015-01': 'accepted'})
        second = self.copy('second')
        self.late.send('2015-02')
        self.restore(second)
        self.expect_offered({'2015-01': 'unchanged', '2015-02': 'accepted'})
        # Two who have not been here since the first life: one within it, one beyond.
        self.assertEqual(self.early.flush()[2], {'2015-01': 'unchanged'})
        self.assertEqual(absent.flush()[2], {'2015-01': 'accepted'})
        self.assertEqual(self.alerts(), [])
        # A copy from before the first restore knows nothing of the two lives that followed.
        self.restore(first)
        self.assertEqual(self.late.flush()[0], EXIT_HISTORY)
        self.world.ctl('history', 'decide', 'all', '--reason', 'restored from the oldest copy')
        self.expect_offered({'2015-01': 'accepted', '2015-02': 'accepted'})
        self.assertEqual(absent.flush()[2], {'2015-01': 'accepted'}, 'the epoch was not given up for everybody')
        self.assertEqual(self.early.flush()[2], {'2015-01': 'unchanged'})
        self.assertEqual(len(self.alerts()), 1)

    def test_the_resident_collector(self):
        resident = self.world.spawn('huibao-collect', 'run', '--every', '1', '--log', self.late.log, '--config',
                                    self.late.config, log='resident')
        said = self.world.folder / 'resident.log'
        self.world.await_true('it to connect', lambda: 'connected' in said.read_text('utf-8'))
        for period in ('2015-01', '2015-02', '2015-03'):  # a clerk beside it
            self.late.send(period, check=(0, EXIT_QUEUED))
        copy = self.copy('copy')
        self.late.send('2015-04')
        self.stop()
        sheet = self.late.sheet('2015-05')
        self.late.collect('send', sheet, '--form', FORM, '--log', self.late.log, check=(EXIT_QUEUED,))
        self.world.await_true('it to miss the server', lambda: 'does not answer' in said.read_text('utf-8'))
        shutil.rmtree(self.data / 'journal')
        self.journal('restore', copy, self.data / 'journal')
        self.start()

        def complete():
            lines = [line for line in self.late.lines() if line['status'] == 'accepted']
            return {'2015-04', '2015-05'} <= {line['period'] for line in lines if line['epoch'] == self.head().split()[0]}
        self.world.await_true('it to bring everything back', complete)
        time.sleep(3)  # rounds in which nothing changes
        text = said.read_text('utf-8')
        for line, count in (('connected', 2), ('does not answer', 1), ('offered again', 1)):
            self.assertEqual(text.count(line), count, text)
        resident.send_signal(signal.SIGTERM)
        self.assertEqual(resident.wait(PATIENCE), 0, text)


if __name__ == '__main__':
    os.environ.pop('LANGUAGE', None)
    unittest.main(verbosity=2)
