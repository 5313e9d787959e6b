#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The whole house from end to end: real daemons, the real collector, huibaoctl.

    test_e2e.py BINARIES [unittest arguments]
"""
import contextlib
import json
import os
import socket
import subprocess
import sys
import unittest

from world import CHECK, World, elements_of, write_sheet

BINARIES = sys.argv.pop(1) if len(sys.argv) > 1 else '.'
FORM, PERIOD = 'HOSPITAL_MONTH', '2015-03'
PLACES = {'A1': ('440507001', 'general_hospital'), 'A2': ('440507001', 'general_hospital'),
          'A3': ('440507001', 'tcm_hospital'), 'B1': ('440507003', 'general_hospital')}
DONE, PARTLY = 0, 7


class EndToEnd(unittest.TestCase):
    """Each test works in a year of its own, so one world serves them all."""

    @classmethod
    def setUpClass(cls):
        cls.world = World(BINARIES).__enter__()
        cls.addClassCleanup(cls.world.__exit__, None, None, None)
        cls.world.start()
        cls.world.add_facilities([{'code': code, 'area': area, 'class': kind} for code, (area, kind) in PLACES.items()] +
                                 [{'code': 'X1', 'area': '320706'}])
        cls.world.add_collector('clerk')

    def sheet(self, name, period, facilities, **changed):
        """A CSV of the form; every element has a value that tells facility and element apart."""
        return write_sheet(self.world.folder / f'{name}.csv', *(
            {'facility': facility, 'period': period, **{e: number * 1000 + i for i, e in enumerate(elements_of(FORM))}, **changed}
            for number, facility in enumerate(facilities, 1)))

    def send(self, path, *options, outbox='clerk', status=DONE):
        """Sends the sheet; the statuses that the collector logged, by facility."""
        config = self.world.folder / 'clerk.yaml'
        if outbox != 'clerk':
            config = self.world.folder / f'{outbox}.yaml'
            config.write_text((self.world.folder / 'clerk.yaml').read_text('utf-8').replace('clerk.outbox',
                                                                                            f'{outbox}.outbox'), 'utf-8')
        log = self.world.folder / 'collect.jsonl'
        log.unlink(missing_ok=True)
        done = self.world.run('huibao-collect', 'send', path, '--form', FORM, '--log', log, '--config', config, *options,
                              check=None)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.said = done.stdout + done.stderr
        lines = [json.loads(line) for line in log.read_text('utf-8').splitlines()] if log.exists() else []
        with open(self.world.folder / 'all.jsonl', 'a', encoding='utf-8') as everything:
            everything.writelines(json.dumps(line) + '\n' for line in lines)
        return {line['facility']: line['status'] for line in lines}

    def table(self, period):
        self.world.await_followed()
        return self.world.cell_table(FORM, [period])

    def test_the_same_input_twice_is_unchanged_and_moves_no_cell(self):
        path = self.sheet('twice', '2014-01', PLACES)
        self.assertEqual(self.send(path), dict.fromkeys(PLACES, 'accepted'))
        before, head = self.table('2014-01'), self.world.status()['ingestd']['sequence']
        self.assertTrue(before)
        self.assertEqual(set(self.send(path).values()), {'unchanged'})
        # Another outbox knows nothing of the first sending: the server alone must know it.
        self.assertEqual(self.send(path, outbox='other'), dict.fromkeys(PLACES, 'unchanged'))
        self.assertEqual(self.table('2014-01'), before)
        self.assertEqual(self.world.status()['ingestd']['sequence'], head, 'a resend made an entry')

    def test_a_revision_changes_exactly_its_cells(self):
        self.send(self.sheet('revision', '2014-02', PLACES))
        before = self.table('2014-02')
        changed = self.sheet('revision', '2014-02', ['A1'], VISIT=5)
        self.assertEqual(self.send(changed), {'A1': 'accepted'})
        after = self.table('2014-02')
        self.assertEqual(set(before), set(after))
        differing = {key for key in after if after[key] != before[key]}
        areas = {'440507001', '440507'}
        self.assertEqual(len(differing), len(areas), differing)
        for key in differing:
            self.assertIn('VISIT', key)
            self.assertIn('general_hospital', key)
            self.assertTrue(areas & set(key), key)
            self.assertEqual(int(after[key][1]) - int(before[key][1]), 5 - 1000 - elements_of(FORM).index('VISIT'))

    def test_a_withdrawal_leaves_cells_as_if_never_reported_and_a_revision_restores_them(self):
        others = [facility for facility in PLACES if facility != 'A3']
        self.send(self.sheet('others', '2014-03', others))
        without = self.table('2014-03')
        self.send(self.sheet('one', '2014-03', ['A3']))
        with_it = self.table('2014-03')
        self.assertNotEqual(with_it, without)
        self.world.run('huibao-collect', 'withdraw', 'A3', '2014-03', '--form', FORM, '--config',
                       self.world.folder / 'clerk.yaml')
        self.assertEqual(self.table('2014-03'), without)
        self.assertEqual(self.send(self.sheet('one', '2014-03', ['A3'])), {'A3': 'accepted'})
        self.assertEqual(self.table('2014-03'), with_it)

    def test_an_answer_shows_its_place_in_the_journal(self):
        self.send(self.sheet('indicator', '2014-04', PLACES))
        self.world.await_followed()
        answer = json.loads(self.world.ctl('cell', 'list', FORM, '2014-04', '-o', 'json').stdout)
        status = self.world.status()
        self.assertEqual(answer['as_of']['sequence'], status['aggregator']['sequence'])
        self.assertEqual(answer['as_of']['epoch'], status['ingestd']['epoch'])

    def test_text_where_a_number_belongs_is_said_with_file_line_and_column(self):
        path = self.sheet('text', '2014-05', ['A1', 'B1'])
        rows = path.read_text('utf-8').splitlines()
        cells = rows[2].split(',')
        cells[2] = 'many'
        path.write_text('\n'.join([rows[0], rows[1], ','.join(cells)]) + '\n', 'utf-8')
        self.send(path, status=PARTLY)
        for word in ('text.csv:3', elements_of(FORM)[0], 'many'):
            self.assertIn(word, self.said)

    def test_a_future_period_and_an_unknown_facility_are_refused_in_words(self):
        # The collector knows it itself and sends nothing, unless it is told to.
        self.assertEqual(self.send(self.sheet('future', '2150-01', ['A1']), status=PARTLY), {})
        self.assertIn('future.csv:2', self.said)
        self.assertEqual(self.send(self.sheet('future', '2150-01', ['A1']), '--send-anyway', status=PARTLY),
                         {'A1': 'rejected'})
        self.assertIn('future.csv:2', self.said)
        self.assertEqual(self.send(self.sheet('nowhere', '2014-06', ['NOWHERE']), status=PARTLY), {'NOWHERE': 'rejected'})
        self.assertIn('nowhere.csv:2', self.said)
        self.assertEqual(self.send(self.sheet('foreign', '2014-06', ['X1']), status=PARTLY), {'X1': 'rejected'})
        self.assertIn('foreign.csv:2', self.said)

    def test_rude_messages_each_get_their_verdict_and_the_daemon_lives(self):
        before = self.world.status()['ingestd']
        done = self.world.run('rude', self.world.folder / 'clerk.yaml', FORM, 'A1', 'X1', check=None)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        after = self.world.status()['ingestd']
        self.assertGreater(after['dropped_messages'], before['dropped_messages'])
        self.assertGreater(after['refused_messages'], before['refused_messages'])

    def test_an_unknown_key_does_not_come_in_and_is_counted(self):
        self.world.new_key('stranger')
        config = self.world.client_config('stranger')
        before = self.world.status()['ingestd']['handshakes_denied']
        done = self.world.run('huibaoctl', 'key', 'list', '--config', config, check=None)
        self.assertIn(done.returncode, (4, 5), done.stderr)
        self.assertGreater(self.world.status()['ingestd']['handshakes_denied'], before)

    def test_a_collectors_key_may_not_command(self):
        done = self.world.run('huibaoctl', 'facility', 'add', 'Z9', '--name', 'Z', '--area', '440507', '--class', 'clinic',
                              '--config', self.world.folder / 'clerk.yaml', check=None)
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)

    def test_raw_garbage_on_the_port_harms_nobody(self):
        for noise in (b'GET / HTTP/1.0\r\n\r\n', os.urandom(4096), b'\xff' + bytes(8) + b'\x7f\x03', b''):
            with socket.create_connection(('127.0.0.1', self.world.ports['ingestd'])) as raw:
                raw.sendall(noise)
                with contextlib.suppress(OSError):  # it may have hung up already
                    raw.shutdown(socket.SHUT_WR)
        self.world.status()  # it answers

    @classmethod
    def tearDownClass(cls):
        """Everything that all the tests sent, judged together."""
        cls.world.await_followed()
        periods = [f'2014-{month:02d}' for month in range(1, 7)] + [PERIOD]
        done = subprocess.run([sys.executable, CHECK, '--dump', cls.world.dump(), '--verdicts',
                               cls.world.folder / 'all.jsonl', '--cells', *cls.world.cells(FORM, periods),
                               '--catalog', cls.world.catalog], capture_output=True, text=True, check=False)
        verify = cls.world.ctl('verify', check=None, timeout=300)
        ends = [cls.world.stop(name) for name in list(cls.world.running)]
        if done.returncode != 0 or verify.returncode != 0 or any(ends):
            raise AssertionError(f'{ends}\n' + done.stdout + done.stderr + verify.stdout + verify.stderr)


if __name__ == '__main__':
    unittest.main(verbosity=2)
