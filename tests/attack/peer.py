# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A peer that may lie about anything: libzmq by ctypes with every socket option in reach, raw ZMTP by TCP, our frames and
messages packed by hand, and what came back in one or two words.

It shares no code with the clients of the house, so nothing here is prevented by their good manners.
"""
import contextlib
import csv
import ctypes
import hashlib
import itertools
import pathlib
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'system'))
# pylint: disable=wrong-import-position
import oracle  # noqa: E402
from test_oracle import field, pack_report, zigzag  # noqa: E402,F401
from world import ROOT  # noqa: E402

ZMQ = ctypes.CDLL('libzmq.so.5', use_errno=True)
for name in ('zmq_ctx_new', 'zmq_socket'):
    getattr(ZMQ, name).restype = ctypes.c_void_p
ZMQ.zmq_strerror.restype = ctypes.c_char_p
DEALER, ROUTER, POLLIN, POLLOUT, DONTWAIT, SNDMORE = 5, 6, 1, 2, 1, 2
ROUTING_ID, LINGER, SNDHWM, RCVHWM, IMMEDIATE, RCVMORE = 5, 17, 23, 24, 39, 13
PLAIN_USERNAME, PLAIN_PASSWORD, CURVE_SERVER = 45, 46, 47
CURVE_PUBLICKEY, CURVE_SECRETKEY, CURVE_SERVERKEY = 48, 49, 50
RECONNECT_IVL, RECONNECT_IVL_MAX, MAX_SOCKETS = 18, 21, 2

(HELLO, WELCOME, SUBMIT, VERDICTS, STATUS, STATUS_REPLY, CATALOGUE, CATALOGUE_PIECE, BUSY, PING, PONG, REFUSAL,
 QUESTION, ANSWER, COMMAND, RESULT) = range(1, 17)
COLLECTOR, READER, DATA_MANAGER, REGISTRAR, ADMINISTRATOR = range(1, 6)

# What an answer says, in words; the tables of the cases are written in these.
TYPES = {WELCOME: 'welcome', STATUS_REPLY: 'status', CATALOGUE_PIECE: 'catalogue', BUSY: 'busy', PONG: 'pong'}
REFUSALS = (None, 'version', 'type', 'malformed', 'limit', 'hello-first', 'not-allowed', 'not-found', 'history-differs')
OUTCOMES = (None, 'done', 'invalid', 'not-found', 'moved-on', 'not-yet', 'not-allowed', 'found-fault')
STATUSES = (None, 'accepted', 'unchanged', 'superseded', 'rejected', 'held', 'later')
FINDINGS = {1: 'undecodable', 2: 'digest-wrong', 3: 'too-large', 4: 'facility-unknown', 5: 'not-yours', 6: 'form-unknown',
            8: 'period-invalid', 9: 'period-future', 11: 'revision-zero', 12: 'conflict', 13: 'element-unknown', 16: 'required-missing'}
NOTHING = 'nothing'
PATIENCE_MS = 20000  # so long we wait where something must come: nobody is tested for haste


# -- frames and messages --------------------------------------------------------------------------

def header(kind, payload, request=1, version=1, length=None, magic=b'HB', zeros=0):
    return magic + struct.pack('>BBIII', version, kind, request, len(payload) if length is None else length, zeros)


def hello(version=1):
    return field(1, version) + field(2, 'attack')


def submission(packed, digest=None):
    return field(1, field(1, packed) + field(2, digest or hashlib.sha256(packed).digest()))


def lines_of(form):
    """The numbers of the elements on the form; all of them, as some are required."""
    with open(ROOT / 'catalog' / 'elements.csv', encoding='utf-8-sig', newline='') as file:
        numbers = {row['code']: int(row['id']) for row in csv.DictReader(file)}
    with open(ROOT / 'catalog' / 'form_lines.csv', encoding='utf-8-sig', newline='') as file:
        return [numbers[row['element']] for row in csv.DictReader(file) if row['form'] == form]


LINES = lines_of('HOSPITAL_MONTH')  # form 1


def report(facility, value=100, period=2015103, revision=1):
    return pack_report(facility, 1, period, revision, dict.fromkeys(LINES, value), {})


requests = itertools.count(int(time.time() * 1e6) << 40)


def request_id():
    return next(requests).to_bytes(16, 'big')


def command(body, request=None, reason='attack'):
    return field(1, 1) + field(2, request or request_id()) + field(3, reason) + body


def key_record(name, public, role, areas=(), facilities=(), revoked=0, from_day=0, until_day=0):
    """Of Command.key; days since 1970."""
    return field(6, field(1, name) + field(2, public) + field(3, role) +
                 b''.join(field(4, code) for code in facilities) + field(5, list(areas)) + field(6, revoked) +
                 field(8, zigzag(from_day)) + field(9, zigzag(until_day)))


def facility_record(code, area, kind=1):
    return field(5, field(1, code) + field(2, code) + field(3, field(1, zigzag(10957)) + field(2, area) + field(3, kind)))


def question(verb, **arguments):
    return field(1, 1) + field(2, verb) + b''.join(field(3, field(1, k) + field(2, v)) for k, v in arguments.items())


def verdict_words(message):
    verdicts = oracle.decode(message)
    if not verdicts[6]:
        return 'accepted'
    told = oracle.decode(verdicts[6][0])
    words = STATUSES[oracle.last(told[2])]
    return words + ''.join(' ' + str(FINDINGS.get(code, code)) for finding in told[4][:1]
                           for code in [oracle.last(oracle.decode(finding)[1])])


def words(frames):
    """What the frames of an answer say."""
    if len(frames) != 2 or len(frames[0]) != 16 or frames[0][:3] != b'HB\x01':
        return f'{len(frames)} strange frames'
    kind, message = frames[0][3], frames[1]
    if kind == VERDICTS:
        return verdict_words(message)
    if kind == REFUSAL:
        return f'refusal {REFUSALS[oracle.last(oracle.decode(message)[1])]}'
    if kind == RESULT:
        return f'result {OUTCOMES[oracle.last(oracle.decode(message)[1])]}'
    if kind == ANSWER:
        return f'answer {OUTCOMES[oracle.last(oracle.decode(message)[2])]}'
    return TYPES.get(kind, f'type {kind}')


# -- libzmq -------------------------------------------------------------------------------------------

def fail(what):
    raise OSError(f'{what}: {ZMQ.zmq_strerror(ctypes.get_errno()).decode()}')


class Key:
    """A pair in binary; of a file, or new and known to nobody."""

    def __init__(self, path=None):
        public, secret = ctypes.create_string_buffer(41), ctypes.create_string_buffer(41)
        if path is None:
            if ZMQ.zmq_curve_keypair(public, secret) != 0:
                fail('key pair')
            text = {'public': public.value.decode(), 'secret': secret.value.decode()}
        else:
            text = {}
            for line in pathlib.Path(path).read_text('utf-8').splitlines():
                name, colon, value = line.partition(':')
                if colon and name.strip() in ('public', 'secret'):
                    text[name.strip()] = value.strip().strip('"\'')
        self.text = text
        self.public, self.secret = z85(text['public']), z85(text['secret'])


def z85(text):
    out = ctypes.create_string_buffer(32)
    if not ZMQ.zmq_z85_decode(out, text.encode()):
        fail('Z85')
    return out.raw


class Context:
    def __init__(self, sockets=1023):
        self.handle = ctypes.c_void_p(ZMQ.zmq_ctx_new())
        ZMQ.zmq_ctx_set(self.handle, MAX_SOCKETS, sockets)
        self.open = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for peer in list(self.open):
            peer.close()
        ZMQ.zmq_ctx_term(self.handle)


class Peer:
    """A socket of the context. key None: no CURVE; options: further numbers or bytes by the number of the option."""

    def __init__(self, context, address, key=None, server=None, kind=DEALER, options=(), immediate=1):
        self.context, self.socket = context, ctypes.c_void_p(ZMQ.zmq_socket(context.handle, kind))
        if not self.socket:
            fail('socket')
        context.open.append(self)
        self.numbers = itertools.count(1)
        settings = {LINGER: 0, IMMEDIATE: immediate, RECONNECT_IVL: 50}
        if key and server:
            settings.update({CURVE_SERVERKEY: server, CURVE_PUBLICKEY: key.public, CURVE_SECRETKEY: key.secret})
        for option, value in {**settings, **dict(options)}.items():
            self.set(option, value)
        for one in [address] if isinstance(address, str) else address:
            if ZMQ.zmq_connect(self.socket, one.encode()) != 0:
                fail(f'connect {one}')

    def set(self, option, value):
        if isinstance(value, int):
            value = struct.pack('i', value)
        if ZMQ.zmq_setsockopt(self.socket, option, value, ctypes.c_size_t(len(value))) != 0:
            fail(f'option {option}')

    def poll(self, events, timeout_ms):
        item = (ctypes.c_byte * 16)()
        struct.pack_into('Pihh', item, 0, self.socket.value, 0, events, 0)
        return ZMQ.zmq_poll(item, 1, ctypes.c_long(int(timeout_ms))) > 0

    def send(self, *frames, timeout_ms=PATIENCE_MS):
        """Whether a connection took it."""
        if not self.poll(POLLOUT, timeout_ms):
            return False
        for at, frame in enumerate(frames):
            flags = DONTWAIT | (SNDMORE if at + 1 < len(frames) else 0)
            if ZMQ.zmq_send(self.socket, frame, ctypes.c_size_t(len(frame)), flags) < 0:
                return False
        return True

    def recv(self, timeout_ms=PATIENCE_MS):
        """The frames of a message, or None."""
        if not self.poll(POLLIN, timeout_ms):
            return None
        frames, more, room = [], ctypes.c_int(1), ctypes.create_string_buffer(1 << 17)
        while more.value:
            got = ZMQ.zmq_recv(self.socket, room, ctypes.c_size_t(len(room)), DONTWAIT)
            if got < 0:
                return None
            frames.append(room.raw[:got])
            size = ctypes.c_size_t(4)
            ZMQ.zmq_getsockopt(self.socket, RCVMORE, ctypes.byref(more), ctypes.byref(size))
        return frames

    def say(self, kind, payload, timeout_ms=PATIENCE_MS):
        """Whether a connection took it."""
        return self.send(header(kind, payload, next(self.numbers)), payload, timeout_ms=timeout_ms)

    def ask(self, kind, payload, timeout_ms=PATIENCE_MS, wait_ms=PATIENCE_MS):
        """What was answered, in words."""
        return self.words(wait_ms) if self.say(kind, payload, timeout_ms) else NOTHING

    def words(self, wait_ms=PATIENCE_MS):
        frames = self.recv(wait_ms)
        return words(frames) if frames else NOTHING

    def close(self):
        if self.socket:
            ZMQ.zmq_close(self.socket)
            self.context.open.remove(self)
            self.socket = None


# -- raw TCP ---------------------------------------------------------------------------------------------

def greeting(mechanism, version=b'\x03\x00', server=0):
    return b'\xff' + bytes(8) + b'\x7f' + version + mechanism.ljust(20, b'\0') + bytes([server]) + bytes(31)


def raw(port, source=None, timeout=PATIENCE_MS / 1000):
    return socket.create_connection(('127.0.0.1', port), timeout=timeout, source_address=source and (source, 0))


def drain(connection, seconds):
    """What comes in so many seconds, and whether the other side hung up."""
    got, end = b'', time.monotonic() + seconds
    with contextlib.suppress(OSError):
        while (left := end - time.monotonic()) > 0:
            connection.settimeout(left)
            data = connection.recv(65536)
            if not data:
                return got, True
            got += data
        return got, False
    # A reset is a hang-up, too; a timeout is none.
    return got, time.monotonic() < end


class Tap:
    """A proxy in user space on a port of its own that keeps what each side said, in order. While it is swallowing, what the
    client says is kept and does not arrive."""

    def __init__(self, port):
        self.target, self.said, self.swallowing = port, [], False
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = raw(self.target)
                server.settimeout(None)
                for who, one, other in (('client', client, server), ('server', server, client)):
                    threading.Thread(target=self.pump, args=(who, one, other), daemon=True).start()

    def pump(self, who, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self.said.append((who, data))
                if not (self.swallowing and who == 'client'):
                    other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.close()
