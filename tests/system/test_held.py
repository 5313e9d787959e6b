#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A held report over the wire, as a client in another language sees it.

    test_held.py BINARIES [--keep]

It is held and told why, told the same again after a lost answer and after a kill of the daemon,
returned by a person, and its sender learns of it by STATUS; explained it is accepted. A sender whose held report another
key replaced is told so, once, and does not go on waiting.
"""
import argparse
import hashlib
import sys

import oracle
from test_oracle import COMMAND, DONE, HELLO, QUESTION, RESULT, SUBMIT, VERDICTS, Post, field, pack_report, question, table
from world import ROOT, Failed, World

STATUS, STATUS_REPLY = 5, 6
ACCEPTED, UNCHANGED, REJECTED, HELD = 1, 2, 4, 5
RULE, RETURNED = 21, 31
FORM, VISIT, APRIL, MAY = 1, 1, 2015104, 2015105


def expect(what, found, wanted):
    if found != wanted:
        raise Failed(f'{what}: {found!r}, not {wanted!r}')


def submit(post, *reports):
    payload = b''.join(field(1, field(1, r) + field(2, hashlib.sha256(r).digest())) for r in reports)
    kind, answer = post.post(SUBMIT, payload)
    expect('answer', kind, VERDICTS)
    return oracle.decode(answer)


def verdict(post, report):
    """status, findings as bytes, the sequence that it took or that answers for it"""
    verdicts = submit(post, report)
    if not verdicts[6]:
        return ACCEPTED, [], oracle.last(verdicts[2])
    told = oracle.decode(verdicts[6][0])
    first = oracle.last(oracle.decode(told[6][0])[2]) if told[6] else oracle.last(verdicts[2])
    return oracle.last(told[2]), told[4], first


def status(post, epoch, sequence):
    since = field(1, epoch) + field(2, sequence) + field(3, bytes(32))
    kind, answer = post.post(STATUS, field(1, 'H1') + field(2, FORM) + field(3, MAY) + field(4, since))
    expect('answer', kind, STATUS_REPLY)
    reply = oracle.decode(answer)
    return oracle.decode(reply[1][0]), [oracle.decode(notice) for notice in reply[3]]


def decide(post, held, kind, request):
    decision = (field(1, 'H1') + field(2, FORM) + field(3, MAY) + field(4, held) + field(6, kind) +
                field(7, 2) + field(8, 'look again'))
    answered, result = post.post(COMMAND, field(1, 1) + field(2, request * 16) + field(3, 'a test') +
                                 field(10, decision))
    expect('answer', answered, RESULT)
    return oracle.last(oracle.decode(result)[1])


def hold(world, clerk):
    april = pack_report('H1', FORM, APRIL, 1, {VISIT: 100}, {})
    may = pack_report('H1', FORM, MAY, 1, {VISIT: 300}, {})
    expect('April', verdict(clerk, april)[0], ACCEPTED)
    state, findings, held = verdict(clerk, may)
    expect('May', (state, len(findings)), (HELD, 1))
    finding = oracle.decode(findings[0])
    expect('finding', (oracle.last(finding[1]), oracle.last(finding[5])), (RULE, b'JUMP'))
    expect('May again', verdict(clerk, may), (HELD, findings, held))
    clerk.close()
    world.kill('ingestd')
    world.restart('ingestd')
    world.await_answer('ingestd')
    clerk = Post(world, 'clerk.yaml', 'ingestd')
    expect('May after the kill', verdict(clerk, may), (HELD, findings, held))
    return clerk, may, held


def learn(clerk, epoch, held):
    line, notices = status(clerk, epoch, 0)
    expect('in force', (oracle.last(line[4]), oracle.last(line[11], 0)), (2, 0))
    expect('notices', [(oracle.last(n[1]), oracle.last(n[7])) for n in notices], [(2, held)])
    shown = oracle.last(notices[0][2])
    expect('text', oracle.last(notices[0][10]), b'look again')
    expect('after the last one', status(clerk, epoch, shown)[1], [])
    expect('before it', len(status(clerk, epoch, shown - 1)[1]), 1)
    expect('from another journal', len(status(clerk, bytes(16), 10 ** 9)[1]), 1)


def send(world, name, month, visits):
    path = world.folder / f'{name}-{month}.csv'
    path.write_text(f'facility,period,VISIT\nH1,{month},{visits}\n', encoding='utf-8')
    world.run('huibao-collect', 'send', path, '--form', 'HM', '--config', world.folder / f'{name}.yaml', check=(0, 7))


def replaced(world):
    """Two collectors of one facility: the other's report comes into force, or is held in its place."""
    world.add_collector('here')
    world.add_collector('there')
    for month, visits in (('2015-06', 500), ('2015-07', 5000)):
        send(world, 'here', month, 4000)
        said = world.run('huibao-collect', 'status', '--config', world.folder / 'here.yaml').stdout
        expect('waits', ('wait for its decision' in said, 'waits no more' in said), (True, False))
        send(world, 'there', month, visits)
        said = world.run('huibao-collect', 'status', '--config', world.folder / 'here.yaml').stdout
        expect('is told', f'period {month}, revision 1: waits no more, replaced by revision 2 (sequence' in said, True)
        for _ in range(2):
            expect('waits still', 'wait for its decision' in said, False)
            expect('is counted as held', ', held 0,' in said, True)
            said = world.run('huibao-collect', 'status', '--config', world.folder / 'here.yaml').stdout
        expect('is told again', 'waits no more' in said, False)
    said = world.run('huibao-collect', 'status', '--config', world.folder / 'there.yaml').stdout
    expect('the other one waits', ('wait for its decision' in said, 'waits no more' in said), (True, False))


def run(world):
    world.start(aggregator=False)
    world.add_facilities([{'code': 'H1'}])
    world.add_collector('clerk')
    clerk = Post(world, 'clerk.yaml', 'ingestd')
    welcome = oracle.decode(clerk.post(HELLO, field(1, 1) + field(2, 'test'))[1])
    epoch = oracle.last(oracle.decode(welcome[2][0])[1])
    clerk, may, held = hold(world, clerk)
    admin = Post(world, 'admin.yaml', 'ingestd')
    expect('returned', decide(admin, held, 2, b'r'), DONE)
    expect('once', decide(admin, held, 1, b's'), 4)
    expect('asked again', decide(admin, held, 2, b'r'), DONE)
    state, findings, first = verdict(clerk, may)
    expect('May, returned', (state, oracle.last(oracle.decode(findings[0])[1]), first), (REJECTED, RETURNED, held))
    explained = pack_report('H1', FORM, MAY, 2, {VISIT: 300}, {}) + field(11, [VISIT]) + field(12, [1])
    state, _, sequence = verdict(clerk, explained)
    expect('May, explained', state, ACCEPTED)
    expect('and again', verdict(clerk, explained)[::2], (UNCHANGED, sequence))
    # STATUS reads notices from the state, and verify only compares what the state has: both come after the index
    _, answer = admin.post(QUESTION, question('verify'))
    _, _, rows, _ = table(answer)
    expect('differences', str(rows[0]['differences']), '0')
    learn(clerk, epoch, held)
    replaced(world)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    with World(options.binaries, catalog=ROOT / 'tests' / 'ingestd' / 'catalog', keep=options.keep) as world:
        run(world)
    print('held, told, returned, explained, accepted, replaced')
    return 0


if __name__ == '__main__':
    sys.exit(main())
