#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What the documents point to is there: test_documents.py.

A word in backticks whose first folder is one of this tree's, or whose ending is that of a source or a table, must be a file or folder
of it (with patterns: match one); so must the file of a link, and a link's anchor a heading of that file. ARCHITECTURE.md's map of the code
names every source once."""
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'docs/*.md', 'examples/README.md', 'catalog/README.md', 'tests/golden/README.md']
# What a reader makes himself (client.yaml, facilities.csv) is none of them.
NAMED = re.compile(r'[\w-]+\.(?:c|h|py|proto|md)')
LINK = re.compile(r'\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)')


def tree():
    """Every file and folder, as paths from the root; what is built is none of them."""
    paths = set()
    for top in ROOT.iterdir():
        if top.name not in ('build', '.git'):
            paths |= {top, *(top.rglob('*') if top.is_dir() else ())}
    return {path.relative_to(ROOT).as_posix() for path in paths if '__pycache__' not in path.parts}


def anchors(path):
    heads = re.findall(r'^#+ (.*)$', path.read_text('utf-8'), re.M)
    return {re.sub(r'[^\w -]', '', head.lower()).replace(' ', '-') for head in heads}


def missing_word(word, there, tops, names):
    if '/' not in word:
        return NAMED.fullmatch(word) and not word.startswith('_') and word not in names
    if word.split('/')[0] not in tops or re.search(r'[A-Z<…]{3}', word):
        return False  # a path of an installed system, or one with a placeholder
    word = word.rstrip('/')
    return word not in there and not any(fnmatch.fnmatchcase(path, word) for path in there)


def faults_in(text, document, there):
    tops = {path for path in there if (ROOT / path).is_dir() and '/' not in path}
    names = {path.rpartition('/')[2] for path in there}
    for number, line in enumerate(text.splitlines(), 1):
        for quoted in re.findall(r'`([^`]+)`', line):
            word = quoted.split()[0].split(':')[0] if quoted.split() else ''
            if missing_word(word, there, tops, names):
                yield f'{number}: there is no {word}'
        for target, anchor in LINK.findall(line):
            path = document.parent / target if target else document
            if not path.exists():
                yield f'{number}: the link leads nowhere: {target}'
            elif anchor and anchor not in anchors(path):
                yield f'{number}: {path.name} has no heading #{anchor}'


def map_faults(text, sources):
    """Rows: | `folder/` or nothing: that of the row before | `file.c`, `pattern*.c` | what |"""
    named, folder = [], None
    for head, files in re.findall(r'^\| ?(`\w+/`|) \| (`[^|]*\.c`) \|', text, re.M):
        folder = head.strip('`') or folder
        named += [path for pattern in re.findall(r'`([^`]+)`', files)
                  for path in fnmatch.filter(sources, folder + pattern) or [f'{folder}{pattern}, which is not there,']]
    for path in sorted({*named, *sources}):
        if named.count(path) != 1 or path not in sources:
            yield f' {path} is named {named.count(path)} times in the map of the code'


def self_test(there):
    text = '`base/err.h` `base/no.h` `base/*.c` `none.c` `_part.c` [a](README.md#licence) [b](README.md#no) [c](no.md) [d](#no) `/etc/base`'
    faults = list(faults_in(text, ROOT / 'README.md', there))
    assert len(faults) == 5, faults
    faults = list(map_faults('| `a/` | `b*.c`, `bc.c` | x |\n| | `e.c` | y |\n', ['a/bc.c', 'a/bd.c', 'a/f.c']))
    assert [fault.split()[0] for fault in faults] == ['a/bc.c', 'a/e.c,', 'a/f.c'], faults


def main():
    there = tree()
    self_test(there)
    documents = sorted({path for pattern in DOCUMENTS for path in ROOT.glob(pattern)})
    faults = [f'{path.relative_to(ROOT)}:{fault}' for path in documents
              for fault in faults_in(path.read_text('utf-8'), path, there)]
    sources = [path for path in there if re.fullmatch(r'(?!tests/|fuzz/|bench/)\w+/\w+\.c', path)]
    faults += [f'ARCHITECTURE.md:{fault}' for fault in map_faults((ROOT / 'ARCHITECTURE.md').read_text('utf-8'), sources)]
    print(*faults, sep='\n', end='\n' if faults else '')
    print(f'{len(documents)} documents')
    return 1 if faults or len(documents) < 12 else 0


if __name__ == '__main__':
    sys.exit(main())
