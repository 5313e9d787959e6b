#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The manual pages are clean, and completion offers what the programs take: test_manuals.py BINARIES."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BINARIES = pathlib.Path(sys.argv[1]).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGES = ['aggregator.8', 'aggregator.yaml.5', 'client.yaml.5', 'huibao-collect.1', 'huibao-journal.8', 'huibaoctl.1', 'ingestd.8',
         'ingestd.yaml.5']
# program, what was typed up to the cursor, what must be offered, what must not
TYPED = [
    ('huibaoctl', ['indic'], ['indicator'], ['plan', 'help']),
    ('huibaoctl', ['indicator', ''], ['list', 'show', 'explain', 'series', 'rank'], ['indicator', 'add']),
    ('huibaoctl', ['indicator', 'show', 'X', '--'], ['--area', '--period', '--output', '--lang'], ['--role', '--dry-run']),
    ('huibaoctl', ['-o', 'json', 'indicator', 'sh'], ['show'], ['list']),
    ('huibaoctl', ['key', 'add', 'li', '--role', 're'], ['reader', 'registrar'], ['collector', '--reason']),
    ('huibaoctl', ['--lang', ''], ['zh', 'en'], ['status']),
    ('huibaoctl', ['status', '-o', 'c'], ['csv'], ['json']),
    ('huibaoctl', ['fact', 'import', ''], ['a file', 'folder'], ['list']),
    ('huibaoctl', ['status', ''], [], ['verify', 'a file']),
    ('huibao-journal', ['audit', ''], ['verify', 'head', 'check', 'receipt'], ['dump']),
    ('huibao-journal', ['backup', ''], ['follow', 'nightly'], ['dump']),
    ('huibao-journal', ['dump', '--'], ['--journal', '--from', '--to', '--map-size-bytes'], ['--keep']),
    ('huibao-journal', ['dump', '--journal', ''], ['folder'], ['a file', '--from']),
    ('huibao-collect', ['se'], ['send'], ['check']),
    ('huibao-collect', ['key', ''], ['new'], ['send']),
    ('huibao-collect', ['send', 'x.csv', '--'], ['--form', '--receipt', '--config'], ['--prefill']),
    ('huibao-collect', ['check', '--encoding', ''], ['utf-8', 'gb18030'], ['a file']),
]
found = []


def page_lint(page):
    path = BINARIES / 'man' / page
    if not path.exists():
        return [f'{page}: there is no such page']
    faults = []
    for tool in (['mandoc', '-T', 'lint', '-W', 'warning', path], ['man', '--warnings', '-Tutf8', '-l', path]):
        if not shutil.which(tool[0]):
            faults.append(f'{tool[0]} is missing: scripts/setup installs it')
            continue
        done = subprocess.run(tool, capture_output=True, text=True, check=False, env={'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin',
                                                                                      'MANROFFSEQ': ''})
        said = done.stdout if tool[0] == 'mandoc' else done.stderr
        faults += [f'{page}: {tool[0]}: {line}' for line in said.splitlines()]
        if tool[0] == 'man' and len(done.stdout) < 400:
            faults.append(f'{page}: nothing to read')
    return faults


def every_page_refers_to_pages():
    names = {page.rsplit('.', 1)[0] for page in PAGES}
    for page in PAGES:
        path = BINARIES / 'man' / page
        text = path.read_text('utf-8').replace('\\-', '-') if path.exists() else ''
        for name in re.findall(r'([\w.-]+)\([158]\)', text.partition('.SH SEE ALSO')[2]):
            if name not in names:
                found.append(f'{page}: refers to {name}, which has no page')


def complete(program, typed, folder):
    script = f'''
        source {BINARIES}/completion/{program}
        COMP_WORDS=({program} {" ".join(repr(word) for word in typed)})
        COMP_CWORD={len(typed)}
        set -u
        _{program.replace("-", "_")}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    '''
    done = subprocess.run(['bash', '-c', script], capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode or done.stderr:
        found.append(f'{program} {typed}: bash: {done.stderr}')
    return done.stdout.split('\n')[:-1]


def main():
    for page in PAGES:
        found.extend(page_lint(page))
    every_page_refers_to_pages()
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / 'a file').touch()
        (pathlib.Path(folder) / 'folder').mkdir()
        for program, typed, wanted, unwanted in TYPED:
            offered = complete(program, typed, folder)
            found.extend(f'{program} {" ".join(typed)}: {word} is not offered but {offered}' for word in wanted if word not in offered)
            found.extend(f'{program} {" ".join(typed)}: {word} is offered' for word in unwanted if word in offered)
    print(*found, sep='\n', end='\n' if found else '')
    print(f'{len(PAGES)} pages, {len(TYPED)} beginnings of a command')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
