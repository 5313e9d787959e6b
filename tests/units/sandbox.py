# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What a unit's sandboxing lines mean, for the stand-in for systemctl: the kernel is asked for the same things that
systemd asks it for, in the same order. Needs root, ctypes, libseccomp and systemd-analyze; found before any chroot.

    mounts   ProtectSystem=strict, ReadWritePaths=, StateDirectory= …, PrivateTmp, PrivateDevices, ProtectHome, /proc
    network  PrivateNetwork=: an empty network name space; inherited sockets go on belonging to the one outside
    users    PrivateUsers=: root, the unit's user and its group; everybody else is nobody
    filter   SystemCallFilter=, RestrictAddressFamilies=, MemoryDenyWriteExecute=, RestrictNamespaces=, RestrictRealtime=
    limits   TasksMax= as RLIMIT_NPROC, MemoryMax= as RLIMIT_DATA (private writable memory; there is no cgroup)
"""
import ctypes
import errno
import os
import pathlib
import re
import resource
import socket
import subprocess

PIECES = ('mounts', 'network', 'users', 'filter', 'limits')
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_MOVE, MS_PRIVATE = 1, 2, 4, 8, 4096, 16384, 8192, 1 << 18
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1
ALLOW, ERRNO = 0x7fff0000, 0x00050000
NE, LT, EQ, GT, MASKED_EQ = 1, 2, 4, 6, 7
PROT_WRITE, PROT_EXEC = 2, 4
NAMESPACES = 0x7e020000 | 0x80  # every CLONE_NEW…
PR_SET_NO_NEW_PRIVS = 38
SIZES = {'': 1, 'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}
DEVICES = ('null', 'zero', 'full', 'random', 'urandom', 'tty')

libc = ctypes.CDLL(None, use_errno=True)
seccomp = None
groups = {}


class Compare(ctypes.Structure):
    """struct scmp_arg_cmp."""
    _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int), ('a', ctypes.c_uint64), ('b', ctypes.c_uint64)]


def check(asked):
    """Finds everything that cannot be found after a chroot."""
    global seccomp  # pylint: disable=global-statement
    for word in asked:
        if word not in PIECES:
            raise SystemExit(f'--sandbox: {word} is none of {", ".join(PIECES)}')
    if 'filter' in asked:
        seccomp = ctypes.CDLL('libseccomp.so.2', use_errno=True)
        seccomp.seccomp_init.restype = ctypes.c_void_p
        groups.update(groups_read())


def groups_read():
    """@group → its lines, as systemd-analyze prints them."""
    read, name = {}, None
    printed = subprocess.run(['systemd-analyze', 'syscall-filter', '--no-pager'], capture_output=True, text=True, check=True)
    for line in re.sub(r'\x1b\[[0-9;]*m', '', printed.stdout).splitlines():
        if line.startswith('@'):
            name = line.strip()
            read[name] = []
        elif not line.strip():
            name = None
        elif name and line.startswith(' ') and not line.strip().startswith('#'):
            read[name].append(line.strip())
    return read


def expand(word, known=None):
    """The names that a word of SystemCallFilter= stands for."""
    known = known or groups
    word = word.partition(':')[0]
    if not word.startswith('@'):
        return {word}
    return set().union(*(expand(inner, known) for inner in known[word]))


def allowed(unit, known=None):
    """What SystemCallFilter= lets through, as an allow-list; None: everything."""
    names = None
    for line in unit.all('SystemCallFilter'):
        inverted, line = line.startswith('~'), line.lstrip('~')
        here = set().union(*(expand(word, known) for word in line.split()))
        if names is None:
            assert not inverted, 'a deny-list is not needed here'
            names = expand('@default', known) | here
        else:
            names = names - here if inverted else names | here
    return names


def must(result, what):
    if result < 0:
        number = ctypes.get_errno() or -result
        raise OSError(number, f'{what}: {os.strerror(number)}')


def mount(source, target, kind=None, flags=0, data=None):
    must(libc.mount(*(t.encode() if t else None for t in (source, str(target), kind)), ctypes.c_ulong(flags),
                    data.encode() if data else None), f'mount {target}')


def set_read_only(path, on, recursive):
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY if on else 0, 0 if on else MOUNT_ATTR_RDONLY, 0, 0)
    must(libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, str(path).encode(), AT_RECURSIVE if recursive else 0,
                      ctypes.byref(attributes), ctypes.c_size_t(32)), f'mount_setattr {path}')


def number_of(text):
    match = re.fullmatch(r'(\d+)([KMG]?)', text)
    return int(match[1]) * SIZES[match[2]]


# -- mounts

def root_enter(root):
    """As chroot, but it stays possible to begin a name space of users, which the kernel forbids in a chroot."""
    must(libc.unshare(CLONE_NEWNS), 'unshare mounts')
    mount(None, '/', flags=MS_REC | MS_PRIVATE)
    mount(str(root), root, flags=MS_BIND | MS_REC)
    os.chdir(root)
    mount('.', '/', flags=MS_MOVE)
    os.chroot('.')
    os.chdir('/')


def writable(unit):
    """The folders that the unit may write to; one that is missing is an error, as in systemd, unless it begins with -."""
    bases = {'StateDirectory': '/var/lib', 'RuntimeDirectory': '/run', 'CacheDirectory': '/var/cache', 'LogsDirectory': '/var/log'}
    for key, base in bases.items():
        yield from (pathlib.Path(base, name) for name in unit.listed(key))
    for name in unit.listed('ReadWritePaths'):
        if not name.startswith('-') or pathlib.Path(name[1:]).exists():
            yield pathlib.Path(name.lstrip('-'))


def devices_make():
    mount('tmpfs', '/dev/shm', 'tmpfs')  # a place to gather them
    for name in DEVICES:
        place = pathlib.Path('/dev/shm', name)
        place.touch()
        mount(f'/dev/{name}', place, flags=MS_BIND)
    set_read_only('/dev/shm', True, False)
    mount('/dev/shm', '/dev', flags=MS_BIND | MS_REC)


def mounts_enter(unit):
    """Every folder below / is made read-only in a name space of mounts; what may be written is a mount of its own
    first, so that it can be opened again. /dev, /proc and /sys stay as ProtectSystem= leaves them."""
    must(libc.unshare(CLONE_NEWNS), 'unshare mounts')
    mount(None, '/', flags=MS_REC | MS_PRIVATE)
    if unit.one('ProtectSystem') == 'strict':
        paths = list(writable(unit))
        for path in paths:
            mount(str(path), path, flags=MS_BIND)
        for name in os.listdir('/'):
            place = pathlib.Path('/', name)
            if place.is_dir() and not place.is_symlink() and name not in ('dev', 'proc', 'sys'):
                mount(str(place), place, flags=MS_BIND | MS_REC)
                set_read_only(place, True, True)
        for path in paths:
            set_read_only(path, False, False)
    hide(unit)


def hide(unit):
    if unit.true('PrivateTmp'):
        for path in ('/tmp', '/var/tmp'):
            mount('tmpfs', path, 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=1777')
    if unit.true('ProtectHome'):
        for path in ('/home', '/root', '/run/user'):
            if os.path.isdir(path):
                mount('tmpfs', path, 'tmpfs', MS_RDONLY | MS_NOSUID | MS_NODEV, 'mode=000')
    if unit.true('PrivateDevices'):
        devices_make()
    options = []
    if unit.one('ProtectProc') == 'invisible':
        options.append('hidepid=invisible')
    if unit.one('ProcSubset') == 'pid':
        options.append('subset=pid')
    if options:
        mount('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC, ','.join(options))


# -- users

def users_enter(uid, gid):
    """A map can only be written from outside: by a child that waits until we are inside."""
    inside_reader, inside = os.pipe()
    done, done_writer = os.pipe()
    outer = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(inside)
        if not os.read(inside_reader, 1):
            os._exit(1)  # we never came inside
        for kind, number in (('uid', uid), ('gid', gid)):
            pathlib.Path(f'/proc/{outer}/{kind}_map').write_text(f'0 0 1\n{number} {number} 1\n', 'ascii')
        os.write(done_writer, b'1')
        os._exit(0)
    must(libc.unshare(CLONE_NEWUSER), 'unshare users')
    os.write(inside, b'1')
    os.close(done_writer)
    written = os.read(done, 1)
    os.waitpid(child, 0)
    if written != b'1':
        raise OSError(errno.EPERM, 'the map of users was not written')


# -- system calls

def load(default, rules):
    """rules: (action, system call, comparisons). What this machine's architecture lacks is left out."""
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(default)))
    for action, name, comparisons in rules:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            continue
        array = (Compare * max(1, len(comparisons)))(*comparisons)
        must(seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(action), number, len(comparisons), array), name)
    must(seccomp.seccomp_load(context), 'seccomp_load')


def families_refused(unit):
    families = sorted(int(getattr(socket, name)) for name in unit.listed('RestrictAddressFamilies') if name != 'none')
    refused = [Compare(0, LT, families[0], 0), Compare(0, GT, families[-1], 0)] if families else []
    refused += [Compare(0, EQ, n, 0) for n in range(families[0], families[-1]) if n not in families] if families else []
    return [(ERRNO | errno.EAFNOSUPPORT, 'socket', [one]) for one in refused]


def filters_load(unit):
    deny = ERRNO | errno.EPERM
    must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'no new privileges')
    if unit.listed('RestrictAddressFamilies'):
        load(ALLOW, families_refused(unit))
    if unit.true('MemoryDenyWriteExecute'):
        both = PROT_WRITE | PROT_EXEC
        load(ALLOW, [(deny, 'mmap', [Compare(2, MASKED_EQ, both, both)]),
                     (deny, 'mprotect', [Compare(2, MASKED_EQ, PROT_EXEC, PROT_EXEC)]),
                     (deny, 'pkey_mprotect', [Compare(2, MASKED_EQ, PROT_EXEC, PROT_EXEC)])])
    if unit.true('RestrictRealtime'):
        load(ALLOW, [(deny, 'sched_setscheduler', [Compare(1, EQ, n, 0)]) for n in (1, 2, 6)])
    if unit.true('RestrictNamespaces'):
        rules = [(ERRNO | errno.ENOSYS, 'clone3', []), (deny, 'setns', [])]
        for bit in (1 << n for n in range(32) if NAMESPACES >> n & 1):
            rules += [(deny, name, [Compare(0, MASKED_EQ, bit, bit)]) for name in ('unshare', 'clone')]
        load(ALLOW, rules)
    names = allowed(unit)
    if names is not None:
        load(deny, [(ALLOW, name, []) for name in sorted(names)])


class Plan:
    """What is done to a child of the stand-in: enter() as root, restrict() as the unit's user, last of all."""

    def __init__(self, unit, asked):
        self.unit, self.asked = unit, asked

    def has(self, piece, key):
        return piece in self.asked and self.unit.true(key)

    def enter(self, uid, gid):
        if 'limits' in self.asked:
            for key, limit in (('TasksMax', resource.RLIMIT_NPROC), ('MemoryMax', resource.RLIMIT_DATA)):
                text = self.unit.one(key)
                if text:
                    resource.setrlimit(limit, (number_of(text),) * 2)
        if self.has('network', 'PrivateNetwork'):
            must(libc.unshare(CLONE_NEWNET), 'unshare network')
        if 'mounts' in self.asked:
            mounts_enter(self.unit)
        if self.has('users', 'PrivateUsers'):
            users_enter(uid, gid)

    def restrict(self):
        if 'filter' in self.asked:
            filters_load(self.unit)


def plan(unit, asked):
    return Plan(unit, asked)
