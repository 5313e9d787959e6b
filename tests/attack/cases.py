# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A1, the table of who is let in and what each may say.

A row: its number, what is tried, what exactly comes back, and which entries the journal then has more than before. What is tried
is a function of the house and the daemon; it would succeed, with another answer and an entry, if the thing that it tests were
not there. `both`: at the aggregator, too, which never writes anything. docs/attacks.md is printed from this table.
"""
import collections
import contextlib
import ctypes
import hashlib
import itertools
import os
import struct
import time

import peer
from house import INSIDE, OUTSIDE, until
from peer import (ADMINISTRATOR, COLLECTOR, COMMAND, HELLO, NOTHING, PATIENCE_MS, PING, POLLOUT, QUESTION, ROUTER, ROUTING_ID, SUBMIT, VERDICTS, Key,
                  Tap, command, drain, facility_record, field, greeting, header, hello, key_record, question, raw, report,
                  request_id, submission)

from world import free_port

SILENCE_MS = 700  # so long we wait where nothing must come, once the daemon has got so far
HANG_UP_S = 3.0  # less than the time of a handshake, after which everybody is hung up on
MIDNIGHT_S = 60
HUNG_UP, SILENT = 'hung up', 'silent'
months = itertools.count()
NAMES = itertools.count(1)


def fresh():
    """A month that nobody has reported yet: so the report would be accepted."""
    year, month = divmod(next(months) % (25 * 12), 12)
    return (2001 + year) * 1000 + 101 + month


def right(daemon, facility='A1', **changed):
    """What the daemon would take from whoever may: a new report, or a question."""
    if daemon == 'ingestd':
        return SUBMIT, submission(report(facility, period=fresh(), **changed))
    return QUESTION, question('facility list')


# -- when nothing is nothing ---------------------------------------------------------------------------

def served(house, daemon):
    """Somebody who comes now is served: by then the daemon has got to all who came before."""
    one = house.connect(daemon)
    one.ask(PING, b'')
    one.close()


def unheard(house, daemon, one, kind, payload):
    """What is said to a message of somebody who must not be heard. He waits for no connection."""
    one.say(kind, payload)
    served(house, daemon)
    return one.words(SILENCE_MS)


def reaction(one):
    """What is said to what was just sent. Nothing, when the daemon has answered what was asked behind it, or has ended the
    connection, and then keeps silent."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while one.poll(POLLOUT, 0):
        one.say(PING, b'', 0)
        answer = one.words(SILENCE_MS)
        if answer == 'pong':
            break
        if answer != NOTHING:
            return answer
        if time.monotonic() > end:
            return 'neither an answer nor an end'
    while (answer := one.words(SILENCE_MS)) == 'pong':
        pass  # to a question behind another
    return answer


# -- what is tried ------------------------------------------------------------------------------------

def whoever(daemon):
    """A key that may do there what right() says."""
    return 'clerk' if daemon == 'ingestd' else 'reader'


def speaks(key='whoever', server=None, plain=False, options=(), heard=False):
    """One right message over a connection with something wrong with it, unless it must be heard."""
    def attempt(house, daemon):
        choice = dict(options)
        if plain:
            choice.update({peer.PLAIN_USERNAME: b'clerk', peer.PLAIN_PASSWORD: b'clerk'})
        pair = None if key is None else Key() if key == 'unknown' else house.key(
            whoever(daemon) if key == 'whoever' else key)
        other = Key().public if server == 'swapped' else None
        one = house.connect(daemon, pair, server=other, options=choice, immediate=0)
        answer = one.ask(*right(daemon)) if heard else unheard(house, daemon, one, *right(daemon))
        one.close()
        return answer
    return attempt


def says(kind, body, key='clerk'):
    """One message of a registered key. body: bytes, or a function of the house."""
    def attempt(house, daemon):
        one = house.connect(daemon, key)
        answer = one.ask(kind, body(house) if callable(body) else body)
        one.close()
        return answer
    return attempt


def frames(*parts, key='clerk'):
    """Frames as they are. A function among them makes its frame of the right payload."""
    def attempt(house, daemon):
        kind, payload = right(daemon)
        one = house.connect(daemon, key)
        made = [part(kind, payload) if callable(part) else part for part in parts]
        answer = reaction(one) if one.send(*made) else 'not taken'
        one.close()
        return answer
    return attempt


def ill(*parts):
    """What no client of ours sends, by a key of its own: the answer, and what the same key hears over a new connection."""
    def attempt(house, daemon):
        name = f'ill{next(NAMES)}'
        house.world.add_collector(name, '--area', INSIDE)
        followed(house)
        answer = frames(*parts, key=name)(house, daemon)
        one = house.connect(daemon, name, immediate=0)
        again = unheard(house, daemon, one, PING, b'')
        one.close()
        return f'{answer}, {again}'
    return attempt


def tcp(*parts, seconds=HANG_UP_S):
    """Bytes on a bare connection: what the other side does. A number among them: wait for so many bytes first."""
    def attempt(house, daemon):
        with raw(house.port(daemon)) as connection:
            got = b''
            for part in parts:
                if isinstance(part, int):
                    with contextlib.suppress(OSError):
                        while len(got) < part and (data := connection.recv(4096)):
                            got += data
                else:
                    with contextlib.suppress(OSError):
                        connection.sendall(part)
            return HUNG_UP if drain(connection, seconds)[1] else SILENT
    return attempt


def zmtp2(house, daemon):
    """A DEALER of ZMTP 2.0, as libzmq 3 spoke it: no mechanism at all."""
    kind, payload = right(daemon)
    first, second = header(kind, payload), payload
    body = (b'\x01' + bytes([len(first)]) + first + b'\x02' + struct.pack('>Q', len(second)) + second)
    return tcp(b'\xff' + bytes(8) + b'\x7f' + b'\x01\x05' + b'\0\0' + body)(house, daemon)


def zmtp1(house, daemon):
    """A DEALER of ZMTP 1.0: length, flags, body; first its identity, which is empty."""
    kind, payload = right(daemon)
    first = header(kind, payload)
    long = b'\xff' + struct.pack('>Q', len(payload) + 1)
    return tcp(b'\x01\0' + bytes([len(first) + 1]) + b'\x01' + first + long + b'\0' + payload)(house, daemon)


def curve(*bodies):
    """CURVE commands after a right greeting."""
    parts = []
    for body in bodies:
        parts.append(b'\x04' + bytes([len(body)]) + body if len(body) < 256 else
                     b'\x06' + struct.pack('>Q', len(body)) + body)
    return tcp(greeting(b'CURVE'), 64, *parts)


CURVE_HELLO = b'\x05HELLO' + b'\x01\x00' + bytes(72)


def submits(make, key='clerk'):
    def attempt(house, daemon):
        one = house.connect(daemon, key)
        answer = one.ask(SUBMIT, make())
        one.close()
        return answer
    return attempt


def twice(make, second=None, key='clerk', by='clerk'):
    """Sends what make() gives, and then the same (or what second makes of it) over another connection."""
    def attempt(house, daemon):
        once = make()
        one = house.connect(daemon, key)
        first = one.ask(SUBMIT, submission(once))
        one.close()
        two = house.connect(daemon, by)
        answer = two.ask(SUBMIT, submission(second(once) if second else once))
        two.close()
        return f'{first}, {answer}'
    return attempt


def cut():
    """What is left is a whole message for protobuf."""
    whole = report('A1', period=fresh())
    short = whole[:whole.index(field(7, sorted(peer.LINES)))]
    return submission(short, hashlib.sha256(whole).digest())


def conflict(house, daemon):
    """The same revision of a report with another figure."""
    period = fresh()
    one = house.connect(daemon)
    answers = [one.ask(SUBMIT, submission(report('A1', value, period=period))) for value in (1, 2, 1)]
    one.close()
    return ', '.join(answers)


def lower_revision(house, daemon):
    """An older revision after a newer one."""
    period = fresh()
    one = house.connect(daemon)
    answers = [one.ask(SUBMIT, submission(report('A1', number, period=period, revision=number))) for number in (3, 2)]
    one.close()
    return ', '.join(answers)


def same_request(house, daemon):
    """A command twice under one request identity, the second time with other contents."""
    request, name = request_id(), f'Z{next(NAMES):05d}'
    one = house.connect(daemon, 'admin')
    answers = [one.ask(COMMAND, command(facility_record(name + end, int(INSIDE)), request)) for end in ('', 'X')]
    one.close()
    known = [row['code'] for row in house.world.rows('facility', 'list') if row['code'].startswith(name)] \
        if followed(house) else ['nobody']
    return ', '.join(answers) + f', {len(known)} facility'


def followed(house):
    house.world.await_followed()
    return True


def revoked_live(house, daemon):
    """A key is revoked while it is connected: what it says next, and whether it comes in again."""
    name = f'live{next(NAMES)}'
    house.world.add_collector(name, '--area', INSIDE) if daemon == 'ingestd' else reader(house, name)
    followed(house)
    one = house.connect(daemon, name)
    before = one.ask(PING, b'')
    house.revoke(name)
    followed(house)
    after = one.ask(*right(daemon))
    one.close()
    two = house.connect(daemon, name, immediate=0)
    again = unheard(house, daemon, two, *right(daemon))
    two.close()
    return f'{before}, {after}, {again}'


def reader(house, name):
    world = house.world
    world.ctl('key', 'add', name, '--public', peer.Key(world.new_key(name)).text['public'], '--role', 'reader', '--everywhere')


def today():
    """Days since 1970, in China; waits for midnight if it comes before what is tried would be over."""
    while (left := 86400 - (time.time() + 8 * 3600) % 86400) < MIDNIGHT_S:
        time.sleep(left)
    return int((time.time() + 8 * 3600) // 86400)


def in_days(first, last, heard=False):
    """A key that holds from one day to another, counted from today."""
    def attempt(house, daemon):
        day = today()
        pair, name = Key(), f'days{next(NAMES)}'
        admin = house.connect('ingestd', 'admin')
        registered = admin.ask(COMMAND, command(key_record(
            name, pair.public, COLLECTOR if daemon == 'ingestd' else peer.READER,
            areas=[int(INSIDE)] if daemon == 'ingestd' else (), from_day=day + first, until_day=day + last)))
        admin.close()
        if registered != 'result done':
            return f'registering: {registered}'
        followed(house)
        one = house.connect(daemon, pair, immediate=0)
        answer = one.ask(*right(daemon)) if heard else unheard(house, daemon, one, *right(daemon))
        one.close()
        return answer
    return attempt


def replayed_capture(house, daemon):
    """An honest session is recorded, its report kept from arriving, and then the same bytes are played to the daemon, each
    part when as many bytes have come back as came then."""
    tap = Tap(house.port(daemon))
    honest = house.connect(daemon, whoever(daemon), address=f'tcp://127.0.0.1:{tap.port}')
    if honest.ask(PING, b'') != 'pong':
        return 'the tap does not work'
    tap.swallowing, until_now = True, len(tap.said)
    kind, payload = right(daemon)
    honest.send(header(kind, payload, 9), payload)
    if not until(lambda: sum(len(data) for who, data in tap.said[until_now:] if who == 'client') > len(payload), PATIENCE_MS / 1000):
        return 'the report is not recorded'
    honest.close()
    tap.close()
    secret = max((data for who, data in tap.said if who == 'client'), key=len)
    if len(secret) < 64:
        return 'nothing recorded'
    with raw(house.port(daemon)) as connection:
        got, due = 0, 0
        connection.settimeout(1)
        for who, data in tap.said:
            if who == 'server':
                due += len(data)
                continue
            with contextlib.suppress(OSError):
                while got < due and (some := connection.recv(4096)):
                    got += len(some)
            with contextlib.suppress(OSError):
                connection.sendall(data)
        rest, ended = drain(connection, HANG_UP_S)
        # 64 bytes of greeting and a WELCOME of 168 are said to everybody.
        return f'{HUNG_UP if ended else SILENT}, {"as to a stranger" if got + len(rest) <= 64 + 170 else "answered"}'


def impostor(mechanism):
    """Somebody else listens at the server's address: our client must not say a word to him."""
    def attempt(house, daemon):
        socket = ctypes.c_void_p(peer.ZMQ.zmq_socket(house.context.handle, ROUTER))
        thief = peer.Peer.__new__(peer.Peer)
        thief.context, thief.socket = house.context, socket
        house.context.open.append(thief)
        thief.set(peer.LINGER, 0)
        if mechanism == 'CURVE':
            thief.set(peer.CURVE_SERVER, 1)
            thief.set(peer.CURVE_SECRETKEY, Key().secret)
        port = free_port()
        if peer.ZMQ.zmq_bind(socket, f'tcp://127.0.0.1:{port}'.encode()) != 0:
            peer.fail('bind')
        text = (house.world.folder / 'clerk.yaml').read_text('utf-8')
        config = house.world.folder / 'lured.yaml'
        for name in ('ingestd', 'aggregator'):
            text = text.replace(house.address(name), f'tcp://127.0.0.1:{port}')
        config.write_text(text.replace('5000', '900'), 'utf-8')
        program = ('huibao-collect', 'status') if daemon == 'ingestd' else ('huibaoctl', 'facility', 'list')
        done = house.world.run(*program, '--config', config, check=None)
        heard = thief.recv(200)
        thief.close()
        return f'client ends with {done.returncode}, {"heard " + str(heard) if heard else "nothing was heard"}'
    return attempt


def squatted(house, daemon):
    """A second connection claims the routing identity of a first: the first keeps its answers."""
    name = b'clerk-of-A1'
    key = whoever(daemon)
    one = house.connect(daemon, key, options={ROUTING_ID: name})
    first = one.ask(PING, b'')
    two = house.connect(daemon, key, options={ROUTING_ID: name}, immediate=0)
    second = unheard(house, daemon, two, PING, b'')
    again = one.ask(PING, b'')
    for either in (one, two):
        either.close()
    return f'{first}, {second}, {again}'


def stopped_handler(house, daemon):
    """The thread that answers handshakes stands still: nobody is let in, also not who may. When it goes on, he is."""
    pid = house.world.pid(daemon)
    with frozen(pid):
        one = house.connect(daemon, whoever(daemon), immediate=1)
        during = 'connected' if one.poll(POLLOUT, SILENCE_MS) else NOTHING
    after = one.ask(PING, b'')
    one.close()
    return f'{during}, {after}'


@contextlib.contextmanager
def frozen(task):
    """One thread of a process stands still; its other threads, libzmq's among them, go on."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    seize, interrupt, detach = 0x4206, 0x4207, 17
    if libc.ptrace(seize, task, None, None) != 0:
        raise OSError(ctypes.get_errno(), 'ptrace: needs root')
    libc.ptrace(interrupt, task, None, None)
    os.waitpid(task, 0x40000000)
    try:
        yield
    finally:
        libc.ptrace(detach, task, None, None)


# -- the table --------------------------------------------------------------------------------------------

Row = collections.namedtuple('Row', 'id case attempt expected stored both aggregator', defaults=((), False, None))
"""both: tried at the aggregator, too; aggregator: what comes back there, where it is something else (then also tried)."""

CASES = [
    Row('A1.01', 'a registered key, a right message (the control)', speaks(heard=True), 'accepted', ('report',),
        aggregator='answer done'),
    Row('A1.02', 'a reader\'s key asks ingestd who holds keys (the control)', says(QUESTION, question('key list'), 'reader'),
        'answer done'),
    # -- who does not come in
    Row('A1.03', 'no key: a NULL peer of libzmq', speaks(None), NOTHING, both=True),
    Row('A1.04', 'PLAIN with a user and a password', speaks(None, plain=True), NOTHING, both=True),
    Row('A1.05', 'a key that is not registered', speaks('unknown'), NOTHING, both=True),
    Row('A1.06', 'a registered key that believes in another key of the server', speaks(server='swapped'), NOTHING, both=True),
    Row('A1.07', 'a key that was revoked', speaks('gone'), NOTHING, both=True),
    Row('A1.08', 'a key whose last day was yesterday', in_days(-30, -1), NOTHING, ('key',), both=True),
    Row('A1.09', 'a key whose first day is tomorrow', in_days(1, 30), NOTHING, ('key',), both=True),
    Row('A1.10', 'a key whose only day is today (the control)', in_days(0, 0, True), 'accepted', ('key', 'report'),
        aggregator='answer done'),
    Row('A1.11', 'a key revoked while connected: before, next message, next connection', revoked_live,
        'pong, refusal not-allowed, nothing', ('key', 'key'), aggregator='pong, answer not-allowed, nothing'),
    Row('A1.12', 'the thread of the handler stands still: meanwhile, afterwards', stopped_handler, 'nothing, pong', both=True),
    Row('A1.13', 'a recorded session played again, with a report that never arrived', replayed_capture,
        'hung up, as to a stranger', both=True),
    Row('A1.14', 'an impostor with a key of his own at the server\'s address', impostor('CURVE'),
        'client ends with 5, nothing was heard', both=True),
    Row('A1.15', 'an impostor without CURVE at the server\'s address', impostor('NULL'),
        'client ends with 5, nothing was heard', both=True),
    # -- bare connections
    Row('A1.16', 'ZMTP 1.0', zmtp1, HUNG_UP, both=True),
    Row('A1.17', 'ZMTP 2.0', zmtp2, HUNG_UP, both=True),
    Row('A1.18', 'ZMTP 3 with NULL in its greeting, and READY', tcp(greeting(b'NULL'), 64, b'\x04\x06\x05READY'), HUNG_UP,
        both=True),
    Row('A1.19', 'ZMTP 3 with PLAIN in its greeting', tcp(greeting(b'PLAIN'), 64, b'\x04\x08\x05HELLO\0\0'), HUNG_UP, both=True),
    Row('A1.20', 'ZMTP 3 with an unknown mechanism', tcp(greeting(b'SM2')), HUNG_UP, both=True),
    Row('A1.21', 'a peer that says it is the CURVE server', tcp(greeting(b'CURVE', server=1), 64, b'\x04\x08\x07WELCOME'),
        HUNG_UP, both=True),
    Row('A1.22', 'a CURVE HELLO that is too short', curve(b'\x05HELLO\x01\x00'), HUNG_UP, both=True),
    Row('A1.23', 'a CURVE HELLO with a box of zeros', curve(CURVE_HELLO + bytes(200 - len(CURVE_HELLO))), HUNG_UP, both=True),
    Row('A1.24', 'an INITIATE without a HELLO', curve(b'\x08INITIATE' + bytes(500)), HUNG_UP, both=True),
    Row('A1.25', 'a MESSAGE without a handshake', curve(b'\x07MESSAGE' + bytes(64)), HUNG_UP, both=True),
    Row('A1.26', 'a frame of 2^62 bytes after the greeting', tcp(greeting(b'CURVE'), 64, b'\x06' + struct.pack('>Q', 1 << 62)),
        HUNG_UP, both=True),
    Row('A1.27', 'HTTP', tcp(b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), HUNG_UP, both=True),
    Row('A1.28', 'half a greeting, and then nothing for the time of a handshake', tcp(b'\xff' + bytes(8), seconds=PATIENCE_MS / 1000), HUNG_UP,
        both=True),
    # -- registered, but not for this
    Row('A1.29', 'a report for another key\'s facility', submits(lambda: submission(report('B1', period=fresh()))),
        'rejected not-yours', ('rejected',)),
    Row('A1.30', 'a report for a facility that nobody registered', submits(lambda: submission(report('C1', period=fresh()))),
        'rejected facility-unknown', ('rejected',)),
    Row('A1.31', 'an operator\'s key reports', submits(lambda: submission(report('A1', period=fresh())), 'reader'),
        'rejected not-yours', ('rejected',)),
    Row('A1.32', 'the administrator\'s key reports', submits(lambda: submission(report('A1', period=fresh())), 'admin'),
        'rejected not-yours', ('rejected',)),
    Row('A1.33', 'a collector\'s key asks', says(QUESTION, question('key list')), 'refusal not-allowed', (),
        aggregator='answer not-allowed'),
    Row('A1.34', 'a collector\'s key makes itself administrator',
        says(COMMAND, lambda house: command(key_record('clerk', house.key('clerk').public, ADMINISTRATOR))),
        'result not-allowed', ('refused',), aggregator='refusal type'),
    Row('A1.35', 'a reader\'s key registers a facility', says(COMMAND, lambda house: command(
        facility_record('EVIL', int(INSIDE))), 'reader'), 'result not-allowed', ('refused',), aggregator='refusal type'),
    Row('A1.36', 'a data manager\'s key registers a key', says(COMMAND, lambda house: command(
        key_record('evil', Key().public, ADMINISTRATOR)), 'manager'), 'result not-allowed', ('refused',)),
    Row('A1.37', 'a registrar of one street registers a facility in the next', says(COMMAND, lambda house: command(
        facility_record('EVIL', int(OUTSIDE))), 'street'), 'result not-allowed', ('refused',)),
    Row('A1.38', 'a registrar of one street closes a facility of the next', says(COMMAND, lambda house: command(
        field(5, field(1, 'B1') + field(2, 'B1') + field(3, field(1, 21914) + field(2, int(INSIDE)) + field(3, 1)))), 'street'),
        'result not-allowed', ('refused',)),
    Row('A1.39', 'one request identity for two commands', same_request, 'result done, result done, 1 facility', ('registry',)),
    # -- registered, and wrong
    Row('A1.40', 'a report sent again, from another connection', twice(lambda: report('A1', period=fresh())),
        'accepted, unchanged', ('report',)),
    Row('A1.41', 'another key sends a report of this facility again', twice(lambda: report('A1', period=fresh()), by='neighbour'),
        'accepted, rejected not-yours', ('report', 'rejected')),
    Row('A1.42', 'the same revision with another figure; then the first again', conflict,
        'accepted, rejected conflict, unchanged', ('report', 'rejected')),
    Row('A1.43', 'an older revision after a newer one', lower_revision, 'accepted, superseded', ('report',)),
    Row('A1.44', 'a digest of other bytes', submits(lambda: submission(report('A1', period=fresh()), hashlib.sha256(b'').digest())),
        'rejected digest-wrong', ('rejected',)),
    Row('A1.45', 'a digest that is too short', submits(lambda: submission(report('A1', period=fresh()), b'short')),
        'refusal malformed'),
    Row('A1.46', 'a report cut at the border of a field, under the digest of the whole', submits(cut), 'rejected digest-wrong',
        ('rejected',)),
    Row('A1.47', 'an unknown field in the message', says(HELLO, hello() + field(99, 1)), 'refusal malformed',
        aggregator='refusal type'),
    Row('A1.48', 'protocol version 9 in a HELLO', says(HELLO, hello(9)), 'refusal version'),
    Row('A1.49', 'version 9 in the header', frames(lambda k, p: header(k, p, version=9), lambda k, p: p), 'refusal version',
        both=True),
    Row('A1.50', 'an unknown type', frames(lambda k, p: header(99, p), lambda k, p: p), 'refusal type', both=True),
    Row('A1.51', 'a server\'s message from a client', frames(lambda k, p: header(VERDICTS, p), lambda k, p: p), 'refusal type',
        both=True),
    Row('A1.52', 'the wrong letters in the header', frames(lambda k, p: header(k, p, magic=b'XX'), lambda k, p: p), NOTHING,
        both=True),
    Row('A1.53', 'the wrong length in the header', frames(lambda k, p: header(k, p, length=7), lambda k, p: p), NOTHING,
        both=True),
    Row('A1.54', 'a header with something in its zeros', frames(lambda k, p: header(k, p, zeros=1), lambda k, p: p), NOTHING,
        both=True),
    Row('A1.55', 'an empty header', frames(b'', lambda k, p: p), NOTHING, both=True),
    Row('A1.56', 'a header of 60 000 bytes', frames(bytes(60000), lambda k, p: p), NOTHING, both=True),
    Row('A1.57', 'a header of garbage', frames(hashlib.sha256(b'garbage').digest()[:16], lambda k, p: p), NOTHING, both=True),
    Row('A1.58', 'one frame: the answer, and a new connection', ill(lambda k, p: header(k, p) + p), 'nothing, nothing', ('key',),
        aggregator='nothing, pong'),
    Row('A1.59', 'three frames: the answer, and a new connection', ill(lambda k, p: header(k, p), lambda k, p: p, b''),
        'nothing, nothing', ('key',), aggregator='nothing, pong'),
    Row('A1.60', 'a payload beyond the limit of a frame: the answer, and a new connection',
        ill(lambda k, p: header(k, bytes(70000)), bytes(70000)), 'nothing, pong', ('key',), both=True),
    Row('A1.61', 'a routing identity that somebody else holds: he, the squatter, he again', squatted, 'pong, nothing, pong',
        both=True),
]
