#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Makes a mutated copy of a source file: exact texts are replaced by others.

    mutate.py SOURCE PATCH OUTPUT

PATCH holds blocks "<<<<", old lines, "====", new lines, ">>>>"; text outside blocks is a remark. Each
old text must occur in SOURCE exactly once, white space aside: when the source moves on, the build
stops here and says so, instead of quietly testing a mutant that is none.
"""
import pathlib
import re
import sys


def blocks(patch, name):
    """The (old, new) pairs of a patch."""
    pairs, part, old, new = [], None, [], []
    for number, line in enumerate(patch.splitlines(keepends=True), 1):
        word = line.strip()
        if word == '<<<<' and part is None:
            part, old, new = 'old', [], []
        elif word == '====' and part == 'old':
            part = 'new'
        elif word == '>>>>' and part == 'new':
            pairs.append((''.join(old), ''.join(new)))
            part = None
        elif part == 'old':
            old.append(line)
        elif part == 'new':
            new.append(line)
        elif word in ('<<<<', '====', '>>>>'):
            sys.exit(f'{name}:{number}: {word} is out of place')
    if part is not None or not pairs:
        sys.exit(f'{name}: a block is not closed, or there is none')
    return pairs


def pattern(old):
    """Matches the same words and signs, however they are broken into lines."""
    tokens = re.findall(r'\w+|\S', old)
    gaps = [r'\s+' if re.match(r'\w', a[-1]) and re.match(r'\w', b) else r'\s*' for a, b in zip(tokens, tokens[1:])]
    return re.compile(''.join(re.escape(token) + gap for token, gap in zip(tokens, gaps + [''])))


def mutate(source, pairs, name):
    """The source with every old text replaced; exits unless each occurs exactly once."""
    for old, new in pairs:
        found = list(pattern(old).finditer(source)) if old.strip() else []
        if len(found) != 1:
            sys.exit(f'{name}: this text occurs {len(found)} times, not once; put the patch right:\n{old}')
        source = source[:found[0].start()] + new.strip() + source[found[0].end():]
    return source


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    source, patch, output = (pathlib.Path(argument) for argument in sys.argv[1:])
    text = mutate(source.read_text('utf-8'), blocks(patch.read_text('utf-8'), patch), source)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text, 'utf-8')


if __name__ == '__main__':
    main()
