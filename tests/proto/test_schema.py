#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The schemas keep to what unpacking relies on: protobuf-c goes down once for each message in a message, without a limit, so none
may hold itself and none is deeper than 4; and it has no presence for proto3's scalars, nor maps or groups that we would check.

    test_schema.py [FOLDER]
"""
import pathlib
import re
import sys

DEPTH_MAX = 4
FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / 'proto' / 'huibao'
FIELD = re.compile(r'^\s*(?P<label>repeated |optional )?(?P<type>[\w.]+) (?P<name>\w+) = \d+', re.MULTILINE)


def messages(text):
    """name → [(label, type, field)]"""
    text = re.sub(r'//.*|/\*.*?\*/', '', text)
    return {name: FIELD.findall(body) for name, body in re.findall(r'^message (\w+) \{(.*?)^\}', text, re.MULTILINE | re.DOTALL)}


def depth(found, name, above=()):
    """How many messages stand in each other, from this one down."""
    if name in above:
        sys.exit(f'{name} holds itself: {" → ".join((*above, name))}')
    inner = [kind.rpartition('.')[2] for _, kind, _ in found[name]]
    return 1 + max((depth(found, kind, (*above, name)) for kind in inner if kind in found), default=0)


def main():
    found = {}
    for path in sorted(FOLDER.rglob('*.proto')):
        text = path.read_text('utf-8')
        if re.search(r'\bmap<|\bgroup\b \w+ =|^\s*optional ', text, re.MULTILINE):
            sys.exit(f'{path.name}: no maps, groups or optional fields')
        if text.count('\nmessage ') != len(messages(text)):
            sys.exit(f'{path.name}: a message that this test does not understand')
        found.update(messages(text))
    deep = {name: depth(found, name) for name in found}
    for name, levels in deep.items():
        if levels > DEPTH_MAX:
            sys.exit(f'{name} is {levels} messages deep, and {DEPTH_MAX} are allowed')
    print(f'{len(found)} messages, at most {max(deep.values())} deep')


if __name__ == '__main__':
    main()
