#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""docs/events.md and the sources name the same events: test_events.py.

An event is one call of log_…: a text that is written down as it stands, and fields. The table has a row for each text, with
its level, its program and its fields; a text made at run time, or a field that no row names, is a fault."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ['base', 'model', 'proto', 'store', 'wire', 'client', 'ingestd', 'aggregator', 'collector', 'keeper', 'admin']
PROGRAMS = {'base': 'both', 'wire': 'both', 'store': 'both', 'ingestd': 'ingestd', 'aggregator': 'aggregator'}
STRING = r'"((?:[^"\\]|\\.)*)"'
# Fields whose value would tell who somebody is, or let somebody in.
FORBIDDEN = {'name', 'facility', 'person', 'public', 'public_key', 'secret', 'key', 'routing', 'peer', 'body', 'value', 'address'}


def calls(text):
    """(level, arguments) of every call, with its parentheses matched."""
    for match in re.finditer(r'\b(?:log_(error|warning|notice|info)|lines_log)\(', text):
        depth, at, quoted = 1, match.end(), False
        while depth:
            c = text[at]
            if c == '"' and text[at - 1] != '\\':
                quoted = not quoted
            elif not quoted:
                depth += (c == '(') - (c == ')')
            at += 1
        yield match[1], text[match.end():at - 1]


def events_in(text, where):
    """text → (level, fields); faults"""
    found, faults = {}, []
    for level, arguments in calls(text):
        if level is None:  # lines_log(LEVEL, text, field, …)
            parts = re.match(rf'\s*LOG_LEVEL_(\w+),\s*{STRING},\s*{STRING},', arguments)
            if parts:
                found[parts[2]] = parts[1].lower(), (parts[3],)
            continue
        head = re.split(r',\s*kv_', arguments)[0]
        texts = re.findall(STRING, re.sub(r'"\s*\n\s*"', '', head))
        if not texts or '%' in head:
            faults.append(f'{where}: the text of an event is not written down: {head.strip()[:60]}')
        for event in texts:
            found[event] = level, tuple(re.findall(r'kv_(?:str|u64|i64)\(\s*"([\w-]+)"', arguments))
    return found, faults


def sources():
    found, faults = {}, []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob('*.c')):
            events, wrong = events_in(path.read_text('utf-8'), path.relative_to(ROOT))
            faults += wrong
            for event, (level, fields) in events.items():
                program = PROGRAMS.get(folder, folder)
                before = found.get(event)
                if before and before[1:] != (level, fields):
                    faults.append(f'{path.relative_to(ROOT)}: "{event}" has another level or other fields elsewhere')
                found[event] = ('both' if before and before[0] != program else program), level, fields
                faults += [f'{path.relative_to(ROOT)}: "{event}" logs {f}' for f in fields if f in FORBIDDEN]
    return found, faults


def table():
    rows = {}
    for line in (ROOT / 'docs/events.md').read_text('utf-8').splitlines():
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if len(cells) == 5 and cells[1] in ('error', 'warning', 'notice', 'info'):
            rows[cells[0]] = cells[2], cells[1], tuple(re.findall(r'`([\w-]+)`', cells[3])), cells[4]
    return rows


def self_test():
    found, faults = events_in('log_error(low ? "a b" : "c", kv_str("x", f(1)), kv_u64("y", 2));'
                              'log_info("d "\n "e"); log_notice(text); log_notice("f %d");', 'here')
    assert found['a b'] == found['c'] == ('error', ('x', 'y')) and found['d e'] == ('info', ()), found
    assert len(faults) == 2, faults


def main():
    self_test()
    events, faults = sources()
    rows = table()
    for event, (program, level, fields) in sorted(events.items()):
        if event not in rows:
            faults.append(f'docs/events.md lacks: | {event} | {level} | {program} | {" ".join(f"`{f}`" for f in fields)} | |')
        elif rows[event][:3] != (program, level, fields):
            faults.append(f'docs/events.md: "{event}" is {(program, level, fields)}, not {rows[event][:3]}')
        elif len(rows[event][3]) < 10:
            faults.append(f'docs/events.md: "{event}" does not say what it means')
    faults += [f'docs/events.md: nobody logs "{event}"' for event in rows if event not in events]
    print(*faults, sep='\n', end='\n' if faults else '')
    print(f'{len(events)} events')
    return 1 if faults or len(events) < 20 else 0


if __name__ == '__main__':
    sys.exit(main())
