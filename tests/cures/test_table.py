#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""docs/pitfalls.md names only what there is: files, cures, rows of the attack table; every cure stands there; and a row of §0, or one
marked [V], has a cure unless it is not ours. The patches fit the sources as they are. test_table.py"""
import importlib.machinery
import importlib.util
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ELSEWHERE = ('reference/pitfalls.md', 'tests/cures/NAME.patch')
sys.dont_write_bytecode = True


def scripts_cures():
    loader = importlib.machinery.SourceFileLoader('cures', str(ROOT / 'scripts' / 'cures'))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('cures', loader))
    loader.exec_module(module)
    return module


def faults(text, cures, attacks):
    known = {cure.name for cure in cures}
    rows = [[cell.strip() for cell in line.strip('|').split('|')] for line in text.splitlines() if line.startswith('| ')]
    named = set()
    for row in rows:
        if len(row) != 5:
            yield f'a row of {len(row)} columns: {row[0]}'
            continue
        here = set(re.findall(r'`([^`]+)`', row[4]))
        named |= here
        yield from (f'{row[0]}: no cure {name}' for name in sorted(here - known))
        if (row[0].startswith('0.') or '[V]' in row[0]) and not here and 'not ours' not in row[2]:
            yield f'{row[0]}: no cure'
    yield from (f'the cure {name} stands nowhere' for name in sorted(known - named))
    for path in sorted(set(re.findall(r'`([a-z]+/[\w./-]+)`', text))):
        if not (ROOT / path).exists() and path not in ELSEWHERE:
            yield f'there is no {path}'
    for case in sorted(set(re.findall(r'\b(?:A[12]\.\d+|Q\d)\b', text))):
        if f'| {case}' not in attacks:
            yield f'there is no attack {case}'
    for cure in cures:
        try:
            cure.mutated((ROOT / cure.file).read_text('utf-8'))
        except SystemExit as unfit:
            yield f'{cure.name}: {unfit}'


def main():
    module = scripts_cures()
    cures = [module.Cure(path) for path in sorted(module.PATCHES.glob('*.patch'))]
    found = list(faults((ROOT / 'docs' / 'pitfalls.md').read_text('utf-8'), cures, (ROOT / 'docs' / 'attacks.md').read_text('utf-8')))
    print('\n'.join(found) or f'{len(cures)} cures')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
