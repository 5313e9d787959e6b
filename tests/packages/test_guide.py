# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The administrator's guide, carried out word for word on two machines installed from the packages.

    test_guide.py BASE.tar PACKAGES

The commands are the ```sh blocks of docs/administrators-guide.md that a comment before them puts on a
machine:

    <!-- on server soon gives NAME shows WORD fails 4 5 -->

gives: the enrolment code in the output is what NAME stands for in later blocks. shows: the output has
that word. fails: the block ends with one of these exit codes; otherwise with 0. soon: it is a question, asked until its word is there.
"""
import re
import sys
import time

from house import ROOT, Failed, House

SOON_S = 60
GUIDE = ROOT / 'docs' / 'administrators-guide.md'
BLOCK = re.compile(r'<!-- on (?P<machine>\w+)(?P<words>[^>]*)-->\n```sh\n(?P<script>.*?)^```$', re.S | re.M)
CODE = re.compile(r'\b(?:[0-9A-Z]{7}[ -]+){8}[0-9A-Z]{7}\b')
OPTION = re.compile(r'(gives|shows|fails)((?: (?!gives|shows|fails)\S+)+)')


def blocks(text):
    for match in BLOCK.finditer(text):
        options = {name: words.split() for name, words in OPTION.findall(match['words'])}
        if 'soon' in match['words'].split():
            options['soon'] = []
        yield match['machine'], options, match['script']


def carry_out(machine, options, script, codes):
    for name, code in codes.items():
        script = script.replace(f"'{name}'", f"'{code}'")
    end = time.monotonic() + (SOON_S if 'soon' in options else 0)
    while True:
        done = machine.run(script, check=False)
        output = done.stdout + done.stderr
        if time.monotonic() > end or all(word in output for word in options.get('shows', [])):
            break
        time.sleep(0.2)
    allowed = {int(n) for n in options.get('fails', ['0'])}
    said = f'{machine.name}$ {script}{output}exit {done.returncode}\n'
    print(said, flush=True)
    if done.returncode not in allowed:
        raise Failed(f'exit {done.returncode}, and the guide expects {sorted(allowed)}')
    for word in options.get('shows', []):
        if word not in output:
            raise Failed(f'{word} is not in the answer')
    for name in options.get('gives', []):
        code = CODE.search(output)
        if not code:
            raise Failed(f'no enrolment code for {name} in the answer')
        codes[name] = code.group(0)


def main():
    base, packages = sys.argv[1:3]
    codes, done = {}, 0
    with House(base, packages) as house:
        machines = {name: house.machine(name) for name in ('server', 'clinic')}
        for machine, options, script in blocks(GUIDE.read_text('utf-8')):
            try:
                carry_out(machines[machine], options, script, codes)
            except Failed:
                for each in machines.values():
                    print(each.run('tail -n 40 /run/systemctl-stand-in/*.log || true', check=False).stdout, file=sys.stderr)
                raise
            done += 1
    if done < 12:
        raise Failed(f'only {done} blocks of the guide were found')
    print(f'{done} blocks of the guide carried out')


if __name__ == '__main__':
    try:
        main()
    except Failed as fault:
        sys.exit(f'test_guide: {fault}')
