# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Reads what `strace -f -ttt -yy` wrote, and finds commits and sends in it.

A commit of the journal is, in LMDB's way: pages written to data.mdb, fdatasync of it, and then a
write of the meta page through a second descriptor that was opened with O_DSYNC. It is complete when
that last write has returned.
"""
import re

WATCHED = 'openat,pwrite64,pwritev,writev,write,fdatasync,fsync,msync,sendto,sendmsg,recvfrom,recvmsg,exit_group'
LINE = re.compile(r'^(?P<pid>\d+)\s+(?P<time>\d+\.\d+)\s+(?P<rest>.*)$')
RESUMED = re.compile(r'^<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$')
CALL = re.compile(r'^(?P<name>\w+)\((?P<arguments>.*)$')
RESULT = re.compile(r'=\s+(?P<result>-?\d+)(<[^>]*>)?(\s+E\w+.*)?\s*(\(.*\))?\s*$')
DESCRIPTOR = re.compile(r'^(?P<fd>\d+)<(?P<what>.*?)>(?:[,)]|$)')


def strace(output, *inject):
    """The command line that runs a daemon under the tracer."""
    command = ['strace', '-f', '-ttt', '-yy', '-s', '0', '-o', str(output), '-e', f'trace={WATCHED}']
    for what in inject:
        command += ['-e', f'inject={what}']
    return command


class Call:
    """One system call: when it began, when it had returned, and on what."""

    def __init__(self, pid, begun, name, arguments):
        self.pid, self.begun, self.name, self.arguments = pid, begun, name, arguments
        self.ended = self.result = None
        found = DESCRIPTOR.match(arguments)
        self.fd = int(found['fd']) if found else None
        self.what = found['what'] if found else ''

    def finish(self, at, text):
        found = RESULT.search(text)
        self.ended, self.result = at, int(found['result']) if found else None


def calls(path):
    """Every call of the trace that returned, in the order in which they returned."""
    unfinished, found = {}, []
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            match = LINE.match(line)
            if not match:
                continue
            pid, at, rest = int(match['pid']), float(match['time']), match['rest']
            resumed = RESUMED.match(rest)
            if resumed:
                call = unfinished.pop(pid, None)
                if call:
                    call.finish(at, resumed['rest'])
                    found.append(call)
                continue
            begun, cut, _ = rest.partition(' <unfinished ...>')
            started = CALL.match(begun)
            if not started:
                continue
            call = Call(pid, at, started['name'], started['arguments'])
            if cut:
                unfinished[pid] = call
            else:
                call.finish(at, rest)
                found.append(call)
    # -ttt stamps the beginning of a call that was not interrupted: order by when each was seen to end.
    return found


def dsync_descriptors(trace, file):
    """The descriptors through which LMDB writes its meta pages."""
    return {call.result for call in trace if call.name == 'openat' and file in call.arguments and
            'O_DSYNC' in call.arguments and call.result is not None and call.result >= 0}


def commits(trace, file='/journal/data.mdb'):
    """Times at which a commit of the environment was complete: after pages, flush and meta page."""
    meta, found = dsync_descriptors(trace, file), []
    pages = flushed = False
    for call in trace:
        if not call.what.endswith(file) or call.result is None or call.result < 0:
            continue
        if call.name in ('pwrite64', 'pwritev', 'writev', 'write') and call.fd not in meta:
            pages, flushed = True, False
        elif call.name == 'fdatasync' and call.result == 0:
            flushed = pages
        elif call.name == 'pwrite64' and call.fd in meta:
            found.append(call if flushed else None)
            pages = flushed = False
    return found


def sends(trace, peer_port=None):
    """Sends on TCP connections: peer → calls that sent something, in order of their beginning."""
    found = {}
    for call in trace:
        if call.name in ('sendto', 'sendmsg') and call.what.startswith('TCP') and (call.result or 0) > 0:
            peer = call.what.rpartition('->')[2].rstrip(']')
            if peer_port is None or peer.endswith(f':{peer_port}'):
                found.setdefault(peer, []).append(call)
    return found


def receives(trace):
    """The same for what came in."""
    found = {}
    for call in trace:
        if call.name in ('recvfrom', 'recvmsg') and call.what.startswith('TCP') and (call.result or 0) > 0:
            found.setdefault(call.what.rpartition('->')[2].rstrip(']'), []).append(call)
    return found
