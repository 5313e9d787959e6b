#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The example alert rules: valid, each with a case on which it fires and one on which it does not, and about metrics that
the daemons have."""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
RULES, CASES = (ROOT / 'examples/monitoring' / name for name in ('alerts.yaml', 'alerts_test.yaml'))
TABLES = ['base/metrics_process.c', 'ingestd/metrics.c', 'aggregator/metrics.c']
found = []


def metrics():
    """name → type, of every table; and what a name must be like."""
    names = {}
    for table in TABLES:
        for name, kind in re.findall(r'\{ "(huibao_\w+)", METRIC_(\w+),', (ROOT / table).read_text('utf-8')):
            if (kind == 'COUNTER') != name.endswith('_total'):
                found.append(f'{table}: {name} is a {kind.lower()}')
            if names.setdefault(name, kind) != kind:
                found.append(f'{table}: {name} is of two types')
    return names


def alerts():
    """name → expression"""
    parts = re.split(r'^      - alert: (\w+)$', RULES.read_text('utf-8'), flags=re.M)[1:]
    return {name: body.partition('annotations:')[0] for name, body in zip(parts[::2], parts[1::2])}


def main():
    tool = shutil.which('promtool')
    if not tool:
        sys.exit('promtool is missing: scripts/setup installs it (package prometheus)')
    for arguments in (['check', 'rules', RULES], ['test', 'rules', CASES]):
        done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False, cwd=RULES.parent)
        if done.returncode:
            found.append(f'promtool {" ".join(map(str, arguments))}:\n{done.stdout}{done.stderr}')
    names, rules, cases = metrics(), alerts(), CASES.read_text('utf-8')
    for alert, expression in rules.items():
        for metric in re.findall(r'huibao_\w+', expression):
            base = re.sub(r'_(bucket|sum|count)$', '', metric)
            if metric not in names and names.get(base) != 'HISTOGRAM':
                found.append(f'{alert}: no daemon has {metric}')
        for kind in ('fires', 'keeps quiet'):
            if f'- name: {alert} {kind}\n' not in cases:
                found.append(f'{alert}: no case in which it {kind}')
    print(*found, sep='\n', end='\n' if found else '')
    print(f'{len(names)} metrics, {len(rules)} alerts')
    return 1 if found or len(names) < 25 or len(rules) < 10 else 0


if __name__ == '__main__':
    sys.exit(main())
