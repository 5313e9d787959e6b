#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The flush before the verdict, shown and not believed: ingestd under strace.

    test_flush.py BINARIES [unittest arguments]

- One report at a time: before each verdict is sent, pages, fdatasync and the O_DSYNC meta write of
  its commit have returned.
- fdatasync made to fail: not one final verdict leaves, and ingestd exits 74.
- fdatasync made slow, the same report from two connections: the second verdict, too, waits for the
  flush of the first.
"""
import json
import subprocess
import sys
import unittest

import tracing
from world import PERIODS, FORM, World, storm_world

BINARIES = sys.argv.pop(1) if len(sys.argv) > 1 else '.'
REPORTS = 25
EX_IOERR = 74


class Flush(unittest.TestCase):
    def setUp(self):
        self.world = World(BINARIES).__enter__()
        self.addCleanup(self.world.__exit__, None, None, None)
        self.members, self.facilities = storm_world(self.world, members=2, facilities=4, aggregator=False)
        self.world.stop('ingestd')
        self.trace = self.world.folder / 'trace'

    def restart_traced(self, *inject):
        self.world.start_ingestd(wrap=tracing.strace(self.trace, *inject))
        self.world.await_answer('ingestd')

    def storm(self, member, name='storm', **options):
        # Nothing is sent twice, however slow the traced daemon answers: a verdict each is counted on.
        usual = {'form': FORM, 'first_period': PERIODS[0], 'periods': 12, 'per_message': 1, 'window': 1, 'resend_ms': 50000}
        arguments = self.world.storm_arguments([member], self.facilities, **{**usual, **options})
        for log in ('verdicts', 'sent'):
            at = arguments.index(f'--{log}')
            arguments[at + 1] = self.world.folder / f'{name}.{log}.jsonl'
        return self.world.spawn('storm', *arguments, log=name)

    def verdicts(self, name='storm'):
        path = self.world.folder / f'{name}.verdicts.jsonl'
        return [json.loads(line) for line in path.read_text('utf-8').splitlines()] if path.exists() else []

    def read_trace(self):
        self.world.stop('ingestd')
        return tracing.calls(self.trace)

    def test_each_verdict_leaves_after_the_commit_of_its_entries(self):
        self.restart_traced()
        storm = self.storm(self.members[0], reports=REPORTS, new_only=True)
        storm.communicate(timeout=60)
        self.assertEqual(storm.returncode, 0)
        self.assertEqual([v['status'] for v in self.verdicts()], ['accepted'] * REPORTS)
        trace = self.read_trace()
        done = tracing.commits(trace)
        self.assertNotIn(None, done, 'a meta page was written without a flush of the pages before it')
        # The last connection that was sent anything is the member's: each of its last sends is one verdict.
        sent = max(tracing.sends(trace).values(), key=lambda calls: calls[-1].begun)
        self.assertGreater(len(sent), REPORTS)
        verdicts = sorted(sent, key=lambda call: call.begun)[-REPORTS:]
        before = sum(1 for commit in done if commit.ended < sent[0].begun)
        for number, verdict in enumerate(verdicts, 1):
            complete = sum(1 for commit in done if commit.ended <= verdict.begun) - before
            self.assertGreaterEqual(complete, number,
                                    f'verdict {number} left when only {complete} commits were complete')
        for earlier, later in zip(verdicts, verdicts[1:]):
            between = [c for c in done if earlier.begun < c.ended <= later.begun]
            self.assertEqual(len(between), 1, 'one report at a time is one commit between two verdicts')

    def test_a_failing_flush_lets_no_verdict_out_and_ends_ingestd_with_74(self):
        self.restart_traced()
        flushes = sum(1 for call in tracing.calls(self.trace) if call.name == 'fdatasync')
        self.world.stop('ingestd')
        self.assertEqual(flushes, 0, 'a start on an existing journal flushes nothing: so the first is a report\'s')
        self.restart_traced('fdatasync:error=EIO')
        storm = self.storm(self.members[0], reports=4, new_only=True, patience_ms=3000, resend_ms=1500)
        daemon = self.world.running['ingestd']
        try:
            self.assertEqual(daemon.wait(30), EX_IOERR)
        finally:
            storm.communicate(timeout=30)
        del self.world.running['ingestd']
        self.assertEqual(self.verdicts(), [])
        self.assertNotEqual(storm.returncode, 0)
        failed = [call for call in tracing.calls(self.trace) if call.name == 'fdatasync' and call.result == -1]
        self.assertTrue(failed, 'the flush was never made to fail')
        # And what is there afterwards is a good journal that takes the same reports.
        self.world.start_ingestd()
        self.world.await_answer('ingestd')
        again = self.storm(self.members[0], name='again', reports=4, new_only=True)
        again.communicate(timeout=60)
        self.assertEqual(again.returncode, 0)
        self.assertLessEqual({v['status'] for v in self.verdicts('again')}, {'accepted', 'unchanged'})

    def test_a_resend_during_the_flush_waits_for_it(self):
        for attempt in range(6):
            self.restart_traced('fdatasync:delay_enter=400000')
            if self.resend_once(attempt):
                return
        self.fail('in six attempts the second message never came while the first was being flushed')

    def resend_once(self, attempt):
        """Both send the same new report at nearly the same time. True: the second came in mid-flush."""
        names = [f'first{attempt}', f'second{attempt}']
        storms = [self.storm(member, name, reports=1, new_only=True, seed=attempt, first_period=f'{2000 + attempt}-01')
                  for member, name in zip(self.members, names)]
        for storm in storms:
            storm.communicate(timeout=60)
            self.assertEqual(storm.returncode, 0)
        statuses = sorted(self.verdicts(name)[0]['status'] for name in names)
        self.assertEqual(statuses, ['accepted', 'unchanged'])
        trace = self.read_trace()  # to its end: a sender is gone before the tracer has seen the answer's send return
        # The two verdicts are the last that anybody was sent.
        sent = sorted(tracing.sends(trace).items(), key=lambda item: item[1][-1].begun)[-2:]
        came = tracing.receives(trace)
        submits = sorted(came[peer][-1].begun for peer, _ in sent)
        done = [c for c in tracing.commits(trace) if c and c.ended > submits[0]]
        self.assertTrue(done, 'no commit after the report came in')
        for peer, calls in sent:
            self.assertGreaterEqual(calls[-1].begun, done[0].ended, f'a verdict left to {peer} before the flush')
        return submits[1] < done[0].ended


if __name__ == '__main__':
    if subprocess.run(['strace', '-V'], capture_output=True, check=False).returncode != 0:
        sys.exit('strace is needed')
    unittest.main(verbosity=2)
