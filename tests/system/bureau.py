# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A person at the bureau, for tests of the other side: decides on held reports, asks, adjusts."""
import itertools

import oracle
from test_oracle import COMMAND, DONE, RESULT, Post, field, zigzag
from world import Failed, public_of

ACCEPT, RETURN, REJECT = 1, 2, 3
PROPOSE, CONFIRM, END = 1, 2, 3


class Bureau:
    requests = itertools.count(1 << 20)

    def __init__(self, world, name='admin'):
        """name: of the key; any but admin is made here."""
        if name != 'admin':
            world.ctl('key', 'add', name, '--public', public_of(world.new_key(name)), '--role', 'data_manager',
                      '--everywhere')
            world.client_config(name)
        self.post = Post(world, f'{name}.yaml', 'ingestd')

    def command(self, tag, record):
        """Sends one record; the sequence of its entry."""
        kind, answer = self.post.post(COMMAND, field(1, 1) + field(2, next(self.requests).to_bytes(16, 'big')) +
                                      field(3, 'a test') + field(tag, record))
        result = oracle.decode(answer)
        if kind != RESULT or oracle.last(result[1]) != DONE:
            raise Failed(f'command: {kind} {oracle.last(result.get(2, [b""]), b"").decode()}')
        return oracle.last(oracle.decode(oracle.last(result[3]))[2]) if 3 in result else 0

    def decide(self, kind, facility, form, period, held, replaces=0, reason=0, note=''):
        return self.command(10, field(1, facility) + field(2, form) + field(3, period) + field(4, held) +
                            field(5, replaces) + field(6, kind) + field(7, reason) + field(8, note))

    def ask(self, facility, form, period, about, element, text, reason=0):
        return self.command(11, field(1, facility) + field(2, form) + field(3, period) + field(4, about) +
                            field(5, element) + field(6, reason) + field(7, text))

    def propose(self, facility, form, period, about, element, delta, until_day, reason, note=''):
        return self.command(12, field(1, PROPOSE) + field(2, facility) + field(3, form) + field(4, period) +
                            field(5, about) + field(6, element) + field(7, zigzag(delta)) + field(8, reason) +
                            field(9, note) + field(10, zigzag(until_day)))

    def confirm(self, facility, form, period, about, proposal):
        return self.command(12, field(1, CONFIRM) + field(2, facility) + field(3, form) + field(4, period) +
                            field(5, about) + field(11, proposal))
