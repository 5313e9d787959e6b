#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""One flooding or broken sender slows nobody else, and ingestd's memory stays within its limit.

    test_flood.py BINARIES [--seconds 4] [--kind KIND …]

Of each kind of flood (siege.py): every report of every honest sender is accepted, the flooder is told to come back or cut off, and
RssAnon never passes `memory-bytes`. How long the honest wait is measured by bench/fairness, not judged here. --seconds 60 is Q2.
"""
import argparse
import sys

from siege import KINDS, MEMORY_BYTES, PING, Siege

TOLD = {'small', 'largest'}  # floods of whole messages: BUSY is seen before the end

HARMLESS = {'half'}  # holds less than an honest client may


def judge(world, kind, seconds):
    before = world.row()
    honest, flooder, memory = world.attack(kind, seconds, pause_ms=max(100, seconds))
    after = world.row()
    cut = int(after['cut_connections']) - int(before['cut_connections'])
    faults = []
    if honest['failed'] or honest['sent'] != honest['accepted'] or honest['sent'] == 0:
        faults.append('an honest report was not accepted')
    if memory.largest > MEMORY_BYTES:
        faults.append('memory beyond its limit')
    if kind in TOLD and flooder['busy'] == 0:
        faults.append('the flooder was never told to come back')
    if cut == 0 and kind not in HARMLESS:
        faults.append('the flooder was not cut off')
    print(f'{"FAILED" if faults else "ok"} {kind}: honest {honest["accepted"]}/{honest["sent"]}, p50 {honest["p50_us"] / 1000:.1f} ms, '
          f'p99 {honest["p99_us"] / 1000:.1f} ms; flooder sent {flooder["sent"]}, busy {flooder["busy"]}, lost {flooder["lost"]} '
          f'connections, {cut} cut; RssAnon {memory.first >> 20} → {memory.largest >> 20} MiB {"; ".join(faults)}', flush=True)
    return not faults


def judge_revoked(world):
    """A key that is revoked on a live connection is told so, disconnected, and not let in again."""
    denied = int(world.row()['handshakes_denied'])
    key = world.new_flooder()
    flood = world.flood(key, world.patience, world.ports['ingestd'], rate=5, type=PING, size=0)
    world.await_word(flood, b'heard')
    world.ctl('key', 'revoke', f'flooder{world.flooders}', '--reason', 'it floods')
    world.await_true('the revoked key at the door', lambda: flood.poll() is not None or int(world.row()['handshakes_denied']) > denied)
    flood.terminate()
    told = world.finish_flood(flood, 0)
    faults = []
    if told['refusals'] == 0:
        faults.append('it was not told')
    if told['lost'] == 0 or int(world.row()['handshakes_denied']) == denied:
        faults.append('it was not cut off, or let in again')
    if told['pongs'] == 0:
        faults.append('it was never heard')
    if told['refusals'] > 10:
        faults.append('it stayed too long')
    print(f'{"FAILED" if faults else "ok"} revoked: {told} {"; ".join(faults)}', flush=True)
    return not faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--seconds', type=int, default=4)
    parser.add_argument('--kind', action='append', choices=list(KINDS))
    options = parser.parse_args()
    with Siege(options.binaries) as world:
        world.people()
        good = [judge(world, kind, options.seconds) for kind in options.kind or KINDS]
        good.append(judge_revoked(world))
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main())
