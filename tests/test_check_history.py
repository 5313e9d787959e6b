#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Plants one violation after another in a small history and sees check_history catch each.

The history is made here by hand: two facilities, a key, a report corrected, one withdrawn, one with a
text, one rejected. As it stands it holds; every test below breaks one thing and names what must be said.
"""
import copy
import csv
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).with_name('check_history')
KIND = {'report': 1, 'text': 2, 'rejected': 4, 'withdrawal': 7, 'registry': 9, 'catalogue': 12}
EPOCH = '11' * 16
FORM, PERIOD = 1, 2026104  # April 2026
FINDING_CONFLICT = 12


def varint(value):
    out = b''
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value) if value else b''


def blob(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data if data else b''


def zigzag(value):
    return value << 1 if value >= 0 else (-value << 1) - 1


def report(facility, revision, values, absent=(), withdrawal=False):
    return (number(1, 1) + blob(2, facility.encode()) + number(3, FORM) + number(4, PERIOD) +
            number(5, revision) + number(6, int(withdrawal)) +
            blob(7, b''.join(varint(e) for e in values)) +
            blob(8, b''.join(varint(zigzag(v)) for v in values.values())) +
            blob(9, b''.join(varint(e) for e, _ in absent)) + blob(10, b''.join(varint(k) for _, k in absent)))


def segment(from_day, area, facility_class):
    return number(1, zigzag(from_day)) + number(2, area) + number(3, facility_class)


def registry():
    facilities = (('A', segment(0, 440507001, 2)), ('B', segment(0, 440507002, 3)),
                  ('C', segment(0, 320706001, 3)))
    command = number(1, 1) + blob(2, b'i' * 16)
    for code, packed in facilities:
        command += blob(5, blob(1, code.encode()) + blob(3, packed))
    return command + blob(6, blob(2, b'k' * 32) + number(3, 1) + blob(5, varint(440507)))


class History:
    """Entries as they would lie in the journal, and what the collector wrote down."""

    def __init__(self):
        self.entries, self.verdicts, self.sent = [], [], []
        self.add('registry', registry(), facility=0, actor=0)
        self.say('A', 1, report('A', 1, {1: 10, 2: 5}))
        self.say('B', 1, report('B', 1, {1: 7}, absent=((2, 1),)), text=b'comment')
        self.say('A', 2, report('A', 2, {1: 11, 2: -4}), replaces=2)
        self.unchanged('A', 2, 5)
        self.verdict('A', 1, self.entries[1]['body'], 'superseded', 5)
        self.say('A', 3, report('A', 3, {}, withdrawal=True), replaces=5, kind='withdrawal')
        self.say('A', 4, report('A', 4, {1: 12, 2: 1, 3: 3}), replaces=6)
        self.conflict('A', 4, report('A', 4, {1: 99}))
        self.cells = []
        for area, kind, sums in (('440507001', 'general', ('12', '0.01', '3')), ('440507002', 'clinic', ('7', '0.00', '0')),
                                 ('440507', 'general', ('12', '0.01', '0')), ('440507', 'clinic', ('7', '0.00', '0'))):
            for element, total in zip(('E1', 'E2', 'E3'), sums):
                self.cells.append({'form': 'F', 'period': '2026-04', 'area': area, 'class': kind, 'reported': '1',
                                   'element': element, 'sum': total, 'count': '0' if (element, total) == ('E3', '0') else '1'})

    def add(self, kind, body, facility=1, revision=0, replaces=0, findings=b'', actor=1):
        counted = kind not in ('registry', 'text')
        self.entries.append({
            'kind': kind, 'flags': 0, 'form': FORM if counted else 0, 'facility': facility,
            'period': PERIOD if counted else 0, 'revision': revision, 'actor': actor, 'catalogue': 1,
            'received': 1000 + len(self.entries), 'replaces': replaces, 'findings': findings, 'body': body,
            'sequence': len(self.entries) + 1, 'algorithm': 1,
        })
        return len(self.entries)

    def say(self, facility, revision, body, replaces=0, text=None, kind='report'):
        sequence = self.add(kind, body, ' ABC'.index(facility), revision, replaces)
        if text:
            self.add('text', text, replaces=sequence)
        self.verdict(facility, revision, body, 'accepted', sequence)

    def unchanged(self, facility, revision, first):
        self.verdict(facility, revision, self.entries[first - 1]['body'], 'unchanged', first)

    def conflict(self, facility, revision, body):
        sequence = self.add('rejected', body, ' ABC'.index(facility), revision,
                            findings=blob(4, number(1, FINDING_CONFLICT)))
        self.verdict(facility, revision, body, 'rejected', sequence, [FINDING_CONFLICT])

    def verdict(self, facility, revision, body, status, sequence, findings=()):
        line = {'facility': facility, 'form': FORM, 'period': PERIOD, 'revision': revision,
                'digest': hashlib.sha256(body).hexdigest()}
        self.sent.append(dict(line))
        self.verdicts.append(dict(line, status=status, epoch=EPOCH, sequence=sequence,
                                  last_sequence=len(self.entries), values_hex=body.hex(),
                                  findings=list(findings)))

    def dump(self):
        """JSON lines, with lengths and chain as they follow from the entries."""
        chain = bytes(32)
        for entry in self.entries:
            head = bytes([1, KIND[entry['kind']], 0, entry['flags']])
            for name, size in (('form', 2), ('findings', 2), ('body', 4), ('facility', 4), ('period', 4),
                               ('revision', 4), ('actor', 4), ('catalogue', 4), ('received', 8), ('replaces', 8)):
                value = entry[name]
                head += (value if isinstance(value, int) else len(value)).to_bytes(size, 'big')
            head += bytes([entry['algorithm']]) + bytes(7)
            chain = hashlib.sha256(chain + head + hashlib.sha256(entry['findings']).digest() +
                                   hashlib.sha256(entry['body']).digest()).digest()
            yield dict(entry, status=0, findings=entry['findings'].hex(), body=entry['body'].hex(),
                       header=(head + chain).hex(), chain=chain.hex())


def write_catalog(folder):
    tables = {
        'areas.csv': ('code,parent,kind', '440507,,district', '440507001,440507,street',
                      '440507002,440507,street', '320706001,,street'),
        'attributes.csv': ('dimension,id,code,parent', 'class,2,general,', 'class,3,clinic,'),
        'elements.csv': ('id,code,scale,over_space', '1,E1,0,sum', '2,E2,2,sum', '3,E3,0,none'),
        'forms.csv': ('id,code', '1,F'),
    }
    folder.mkdir()
    for name, rows in tables.items():
        (folder / name).write_text('\n'.join(rows) + '\n', 'utf-8')


def judge(history, dump=None, complete=True):
    """(exit status, what was printed) for the history; dump may be given already broken."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rows = list(history.dump()) if dump is None else dump
        chains = {row['sequence']: row['chain'] for row in rows}
        verdicts = [dict({'chain': chains.get(v['last_sequence'], '')}, **v) for v in history.verdicts]
        for file, content in (('dump', rows), ('verdicts', verdicts), ('sent', history.sent)):
            (folder / file).write_text(''.join(json.dumps(row) + '\n' for row in content), 'utf-8')
        with open(folder / 'cells.csv', 'w', encoding='utf-8', newline='') as file:
            writer = csv.DictWriter(file, ['form', 'period', 'area', 'class', 'level', 'ownership', 'sponsor',
                                           'profit', 'locality', 'reported', 'element', 'sum', 'count'])
            writer.writeheader()
            writer.writerows(history.cells)
        write_catalog(folder / 'catalog')
        run = subprocess.run([sys.executable, CHECK, '--dump', folder / 'dump', '--verdicts', folder / 'verdicts',
                              '--sent', folder / 'sent', '--cells', folder / 'cells.csv',
                              '--catalog', folder / 'catalog'] + (['--complete'] if complete else []),
                             capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr


class CheckHistory(unittest.TestCase):
    def expect(self, history, invariant, words, dump=None):
        status, said = judge(history, dump)
        self.assertEqual(status, 1, said)
        self.assertTrue(any(line.startswith(invariant + ':') and words in line for line in said.splitlines()), said)

    def test_a_right_history_holds(self):
        status, said = judge(History())
        self.assertEqual((status, said), (0, 'history holds: 8 verdicts, 8 entries, 4 cells\n'))

    def test_an_accepted_report_that_is_not_stored(self):
        history = History()
        del history.entries[-2:]
        history.cells = []
        self.expect(history, 'I1', 'is not in the journal')

    def test_other_bytes_than_accepted(self):
        history = History()
        history.entries[6]['body'] = report('A', 4, {1: 12, 2: 2})
        self.expect(history, 'I1', 'holds other bytes')

    def test_a_verdict_that_names_another_entry(self):
        history = History()
        history.verdicts[0]['sequence'] = 3
        self.expect(history, 'I1', 'holds other bytes')

    def test_a_header_that_is_not_its_body(self):
        history = History()
        history.entries[4]['revision'] = 7
        self.expect(history, 'I1', 'the header says')

    def test_a_report_that_nobody_sent(self):
        history = History()
        digest = history.verdicts[0]['digest']
        history.sent = [line for line in history.sent if line['digest'] != digest]
        self.expect(history, 'I2', 'nobody sent')

    def test_a_sent_report_without_a_verdict(self):
        history = History()
        history.sent.append(dict(history.sent[0], digest='ab' * 32))
        self.expect(history, 'I1', 'no verdict ever came')

    def test_a_gap_in_the_sequence(self):
        dump = list(History().dump())
        del dump[3]
        self.expect(History(), 'I3', 'stands where', dump)

    def test_a_changed_byte_in_the_dump(self):
        dump = list(History().dump())
        dump[1]['body'] = dump[1]['body'][:-2] + '7f'
        self.expect(History(), 'I3', 'does not follow', dump)

    def test_two_entries_exchanged(self):
        dump = list(History().dump())
        dump[1], dump[2] = dict(dump[2], sequence=2), dict(dump[1], sequence=3)
        self.expect(History(), 'I3', 'does not follow', dump)

    def test_received_time_that_goes_back(self):
        history = History()
        history.entries[5]['received'] = 1
        self.expect(history, 'I3', 'received time goes back')

    def test_a_receipt_with_another_chain_hash(self):
        history = History()
        history.verdicts[2]['chain'] = 'cd' * 32
        self.expect(history, 'I3', "the receipt's chain hash")

    def test_a_receipt_beyond_the_journal(self):
        history = History()
        history.verdicts[2].update(last_sequence=99, chain='cd' * 32)
        self.expect(history, 'I3', 'ends before it')

    def test_two_epochs_without_a_restore(self):
        history = History()
        history.verdicts[2]['epoch'] = '22' * 16
        self.expect(history, 'I3', 'epochs')

    def test_the_same_report_stored_twice(self):
        history = History()
        history.say('B', 1, history.entries[2]['body'], replaces=3)
        self.expect(history, 'I4', 'was in force')

    def test_the_same_report_accepted_twice(self):
        history = History()
        again = copy.deepcopy(history.verdicts[1])
        again['sequence'] = 2
        history.verdicts.append(again)
        self.expect(history, 'I4', 'accepted twice')

    def test_two_reports_of_one_revision_in_force(self):
        history = History()
        history.say('B', 1, report('B', 1, {1: 8}), replaces=3)
        self.expect(history, 'I4', 'was in force')

    def test_a_lower_revision_taken_after_a_higher(self):
        history = History()
        history.say('A', 3, report('A', 3, {1: 1}), replaces=7)
        self.expect(history, 'I4', 'was in force')

    def test_a_wrong_entry_replaced(self):
        history = History()
        history.entries[4]['replaces'] = 0
        self.expect(history, 'I4', 'replaces 0')

    def test_unchanged_for_other_bytes(self):
        history = History()
        history.verdict('B', 1, report('B', 1, {1: 8}), 'unchanged', 3)
        self.expect(history, 'I1', 'holds other bytes')

    def test_superseded_without_a_higher_revision(self):
        history = History()
        history.verdict('B', 1, history.entries[2]['body'], 'superseded', 3)
        self.expect(history, 'I4', 'no higher revision')

    def test_a_conflict_with_nothing(self):
        history = History()
        history.conflict('B', 2, report('B', 2, {1: 8}))
        self.expect(history, 'I4', 'called a conflict')

    def test_the_same_rejection_stored_twice(self):
        history = History()
        history.conflict('A', 4, history.entries[7]['body'])
        self.expect(history, 'I4', 'the same rejection')

    def test_a_cell_with_another_sum(self):
        history = History()
        history.cells[1]['sum'] = '-0.03'
        self.expect(history, 'I5', 'recomputed')

    def test_a_cell_that_still_holds_the_old_values(self):
        history = History()
        history.cells[0]['reported'] = history.cells[1]['reported'] = '2'
        self.expect(history, 'I5', '2 reported, recomputed 1')

    def test_a_hole_counted_as_a_value(self):
        history = History()
        history.entries[2]['body'] = report('B', 1, {1: 7}, absent=((2, 2),))
        self.expect(history, 'I5', 'element 2')

    def test_a_missing_cell(self):
        history = History()
        del history.cells[3:6]
        self.expect(history, 'I5', '0 reported, recomputed 1')

    def test_an_upper_area_that_misses_a_report(self):
        history = History()
        history.cells[6]['sum'] = '0'
        self.expect(history, 'I5', '440507, (2')

    def test_a_sum_over_space_of_what_does_not_add(self):
        history = History()
        history.cells[8].update(sum='3', count='1')
        self.expect(history, 'I5', 'element 3')

    def test_a_report_for_someone_else(self):
        history = History()
        history.say('C', 1, report('C', 1, {1: 8}))
        self.expect(history, 'I7', 'may not report for C')


if __name__ == '__main__':
    unittest.main()
