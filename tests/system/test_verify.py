#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What verify says when there is something to say.

    test_verify.py BINARIES [--keep]

A verification that cannot be done is told as such and stops nobody; a state that does not agree with
the journal is told by the exit code, too.
"""
import argparse
import sys

from world import FORM, PERIODS, STORM, World, storm_world

FOUND_FAULT = 3


def expect(what, claim):
    if not claim:
        sys.exit(f'expected: {what}')
    print('ok', what, flush=True)


def verify(world):
    done = world.ctl('verify', '-o', 'json', check=None, timeout=120)
    print(done.stderr, end='')
    return done


def trial(world):
    members, facilities = storm_world(world)
    storm = world.storm(members, facilities, first_period=PERIODS[0], seed=11, **{**STORM, 'reports': 100, 'new_only': True, 'duplicates': 0})
    storm.communicate(timeout=120)
    world.await_followed()
    expect('verify agrees', verify(world).returncode == 0)

    in_the_way = world.folder / 'ingestd' / 'state.verify'
    in_the_way.write_text('a file where a folder is needed\n', 'ascii')
    done = verify(world)
    expect('what cannot be verified is no agreement', done.returncode == FOUND_FAULT)
    expect('and says why', 'not verified' in done.stdout)
    expect('and ingestd lives', world.running['ingestd'].poll() is None)
    world.status()  # it answers
    in_the_way.unlink()
    expect('the next one agrees again', verify(world).returncode == 0)

    in_force = world.rows('report', 'show', facilities[0], FORM, PERIODS[0])[0]['sequence']
    digest = next(bytes.fromhex(row['digest']) for row in
                  world.rows('report', 'history', facilities[0], FORM, PERIODS[0]) if row['sequence'] == in_force)
    expect('a clean stop', world.stop('ingestd') == 0)
    data = world.folder / 'ingestd' / 'state' / 'data.mdb'
    content = data.read_bytes()
    expect('the state holds the digest', digest in content)
    data.write_bytes(content.replace(digest, bytes([digest[0] ^ 1]) + digest[1:]))
    world.restart('ingestd')
    world.await_answer('ingestd')
    expect('a wrong state is found, and told by the exit code', verify(world).returncode == FOUND_FAULT)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    with World(arguments.binaries, keep=arguments.keep) as world:
        trial(world)


if __name__ == '__main__':
    main()
