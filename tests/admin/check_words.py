#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Compares what the sources say with the dictionaries of admin/: check_words.py ROOT.

Every column that a verb announces has a heading, every remark that the aggregator can make is a sentence of words_mark.c,
and the lists that are searched by halving are in order. Otherwise a reader of Chinese would see English, and nothing would
fail."""
import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
STRING = r'"(?:[^"\\]|\\.)*"'
TEXT = rf'((?:{STRING}|PRI[a-zA-Z0-9]+|\s)+)'
ANNOUNCED = [r'\{\s*"([a-z_]+)",\s*COLUMN_[A-Z]+', r'(?:grid|answer)_column\([^,]+,\s*"([a-z_]+)"']
# Lists of names that are announced in a loop: file, what begins the list, one name.
LISTS = [('proto/observed.c', '} columns[] = {', '{ "([a-z_]+)"'), ('admin/catalog_diff.c', 'int diff_columns', '"([a-z_]+)"'), ('ingestd/answer.c', '} lines[] = {', '{ "([a-z_]+)"'),
         ('model/catalog_plans.c', '} columns[TARGET_COLUMNS] = {', '{ "([a-z_]+)"')]
# Remarks that are not passed to mark_add() or value_missing() as they stand.
SAID = [('aggregator/rank.c', r'return (' + STRING + ');'), ('aggregator/value_fact.c', r'return (' + STRING + ');'),
        ('aggregator/value_demography.c', r'return (' + STRING + ');')]


def sources(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).glob('*.c')):
            yield path, path.read_text('utf-8')


def joined(text):
    return ''.join(s[1:-1] for s in re.findall(STRING, re.sub(r'PRI[a-zA-Z0-9]+', '"d"', text)))


def table(name, text):
    return re.search(re.escape(name) + r'\[\] = \{\n(.*?)\n\};', text, re.S).group(1)


def columns():
    for path, text in sources('aggregator', 'ingestd', 'admin'):
        for pattern in ANNOUNCED:
            for name in re.findall(pattern, text):
                yield path, name
    for name, begin, one in LISTS:
        text = (ROOT / name).read_text('utf-8')
        start = text.index(begin)
        for word in re.findall(one, text[start:text.index('};', start)]):
            yield ROOT / name, word


def remarks():
    call = re.compile(r'(?:mark_add|value_missing)\(\s*[\w>.-]+(?:\[[^]]*\])?,\s*' + TEXT)
    for path, text in sources('aggregator'):
        for found in call.findall(text):
            yield path, joined(found)
    for name, pattern in SAID:
        for found in re.findall(pattern, (ROOT / name).read_text('utf-8')):
            yield ROOT / name, joined(found)
    judge = (ROOT / 'model/judge.c').read_text('utf-8')
    for what, period in re.findall(r'needs_input\(judging, "([^"]+)",\s*([^,]+),', judge):
        yield ROOT / 'model/judge.c', f'{what} of X in 320700' + ('' if period == '0' else ' for 2020')


def sample(text):
    """The remark with a word for each value; what one begins with is a side ("numerator ")."""
    return re.sub(r'%[-+.0-9]*(?:ll|l|z)?[sdu]', 'X1', re.sub(r'^%s(?=[a-z])', '', text))


def verdicts():
    """The names of classes, statuses and directions, as the model has them."""
    text = (ROOT / 'model/judge_words.c').read_text('utf-8')
    for name, column in (('classes', 'class'), ('statuses', 'status'), ('directions', 'direction')):
        for value in re.findall(r'\] = "([a-z_]+)"', table(name, text)):
            yield column, value


def findings():
    """The words of the findings, as the model has them."""
    text = (ROOT / 'model/finding.c').read_text('utf-8')
    return re.findall(r'\[FINDING_[A-Z_]+\] = "([a-z-]+)"', text)


def checks():
    """The doctor's checks, as base has them."""
    text = (ROOT / 'base/doctor.c').read_text('utf-8')
    return re.findall(r'\[DOCTOR_[A-Z_]+\] = \{\s*"([a-z-]+)"', text)


def main():
    words = (ROOT / 'admin/words.c').read_text('utf-8')
    meanings = (ROOT / 'admin/words_value.c').read_text('utf-8')
    marks = table('} marks', (ROOT / 'admin/words_mark.c').read_text('utf-8'))
    headings = re.findall(r'\{ "([^"]+)",', table('headings', words))
    values = re.findall(r'\{ "([^"]+)", "([^"]+)",', table('} values', meanings))
    patterns = [re.escape(en).replace(r'\*', '[^ ]+').replace(r'\~', '.+').replace('~', '.+')
                for en in re.findall(r'\{ "([^"]+)",', marks)]
    found = []
    for name, listed in (('words.c: headings', headings), ('words_value.c: values', values)):
        found += [f'admin/{name}: {b} stands after {a}' for a, b in zip(listed, listed[1:]) if a >= b]
    announced = list(columns())
    found += [f'{p.relative_to(ROOT)}: column {n} has no heading' for p, n in announced if n not in headings]
    judged = list(verdicts())
    found += [f'admin/words_value.c: {c} {v} of model/judge_words.c has no words' for c, v in judged if (c, v) not in values]
    named = findings()
    found += [f'admin/words_value.c: finding {f} of model/finding.c has no words' for f in named if ('finding', f) not in values]
    found += [f'admin/words_value.c: check {c} of base/doctor.c has no words' for c in checks() if ('check', c) not in values]
    said = [(path, sample(text)) for path, text in remarks()]
    # What stands for one of a few words.
    said = [(path, text.replace('X1 of X1 in window', 'reports of X1 in window')) for path, text in said if text != 'X1']
    for path, text in said:
        for part in text.split('; '):
            fitting = [p for p in patterns if re.fullmatch(p, part)]
            # '*: ~' takes whatever begins with a word: it is for what another indicator lacks.
            if not fitting or (fitting == [patterns[-1]] and part != 'X1: X1'):
                found.append(f"{path.relative_to(ROOT)}: nobody says in Chinese: {part}")
    if len(announced) < 150 or len(said) < 60 or len(judged) < 25 or len(named) < 30:
        found.append(f'only {len(announced)} columns, {len(judged)} verdicts, {len(named)} findings and {len(said)} remarks were found: the sources are written otherwise')
    print(*sorted(set(found)), sep='\n', end='\n' if found else '')
    print(f'{len(announced)} columns, {len(said)} remarks')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
