#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""recompute.py PROGRAM [--seed N] [--count N] [--jobs N] [--show]: plays random sequences with PROGRAM (sequences.c) and computes
every verdict and every row a second time. The first difference of a seed is printed with the command that plays it again; exit 1."""
import argparse
import multiprocessing
import subprocess
import sys
import time

import ending
import place as places

CHUNK = 100  # seeds of one run of the program


def columns(word):
    return {} if word == "-" else {int(a): int(b) for a, _, b in (pair.partition(":") for pair in word.split(","))}


class Difference(Exception):
    pass


def expect(want, got, what):
    if want != got:
        raise Difference("%s\n  computed: %s\n  program:  %s" % (what, want, got))


def answer(place, lines):
    """The program's next answer; a flush that it needed first is taken in."""
    for line in lines:
        if not line.startswith("F "):
            return line
        place.durable = int(line[2:])
    raise Difference("the program ended early")


def message(place, words, lines):
    key, count = place.keys[int(words[1])], int(words[2])
    sent = [next(lines) for _ in range(count)]
    for line in sent:
        w = line.split(" ")
        report = (w[1], int(w[2]), int(w[3]), int(w[4]), w[5] == "1", columns(w[7]), columns(w[8]), columns(w[9]))
        got = answer(place, lines)
        want = place.report(key, report, " ".join(w[1:6] + w[7:]), int(w[6]))
        status = got.split(" ")
        place.seen[status[1]] = place.seen.get(status[1], 0) + 1
        for finding in status[6:]:
            code, rule = finding.split(".")[0], finding.rpartition(".")[2]
            place.seen["f" + code + rule] = place.seen.get("f" + code + rule, 0) + 1
        expect(want, got, "%s (key %d, day %d)" % (line, key.number, place.today))


def step(place, line, lines):
    words = line.split(" ")
    if words[0] == "M":
        message(place, words, lines)
    elif words[0] == "C":
        got = answer(place, lines)
        try:
            want = place.command(words)
        except places.Wrong as wrong:
            raise Difference("%s\n  %s" % (line, wrong)) from None
        seen = words[4] + got.split(" ")[1]
        place.seen[seen] = place.seen.get(seen, 0) + 1
        expect(want, got, line)
    elif words[0] == "R":
        if words[1] != "decision" or words[5] != "0":  # a decision must name what it decides on
            raise Difference("a message that can be decoded, and was not: " + line)
    elif words[0] == "F":
        place.durable = int(words[1])
    elif words[0] == "T":
        place.now = int(words[1])
    elif words[0] == "P":
        place.periods = [int(word) for word in words[1:]]
    else:
        raise Difference("an unknown line: " + line)


def compare_end(place, lines):
    got = []
    for line in lines:
        if line == "Z":
            break
        if not line.startswith("F "):  # the last flush
            got.append(line)
    else:
        raise Difference("the program ended early")
    want = ending.ending(place)
    for line in want:
        word = line.split(" ", 1)[0]
        place.seen[word] = place.seen.get(word, 0) + 1
    if sorted(got) != sorted(want):
        only_want, only_got = sorted(set(want) - set(got)), sorted(set(got) - set(want))
        raise Difference("at the end (day %d)\n  computed: %s\n  program:  %s" % (
            place.today, "\n            ".join(only_want) or "-", "\n            ".join(only_got) or "-"))


def sequence(lines, show):
    place = places.Place()
    for line in lines:
        if show:
            print(line)
        if line == "E":
            compare_end(place, lines)
            return place.seen
        step(place, line, lines)
    raise Difference("the program ended early")


def chunk(job):
    """(first difference or None, counts) of a chunk of seeds."""
    program, first, count, show = job
    counts, seed = {}, first
    with subprocess.Popen([program, str(first), str(count)], stdout=subprocess.PIPE, text=True, encoding="ascii") as process:
        lines = (line.rstrip("\n") for line in process.stdout)
        try:
            for seed in range(first, first + count):
                expect("S %d" % seed, next(lines, "end"), "the next sequence")
                for what, n in sequence(lines, show).items():
                    counts[what] = counts.get(what, 0) + n
        except Difference as difference:
            process.kill()
            return "seed %d: %s\n  again: %s %s --seed %d --count 1 --show" % (seed, difference, sys.argv[0], program, seed), counts
    if process.returncode != 0:
        return "seed %d or later: the program ended with %d" % (seed, process.returncode), counts
    return None, counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    began, totals, failed = time.monotonic(), {}, 0
    end = args.seed + args.count
    jobs = [(args.program, first, min(CHUNK, end - first), args.show) for first in range(args.seed, end, CHUNK)]
    with multiprocessing.Pool(args.jobs) as pool:
        for difference, counts in pool.imap(chunk, jobs) if not args.show else map(chunk, jobs):
            for what, n in counts.items():
                totals[what] = totals.get(what, 0) + n
            if difference:
                print(difference)
                failed += 1
                break
    print("%d sequences from seed %d in %.0f s" % (args.count, args.seed, time.monotonic() - began))
    print(" ".join("%s=%d" % (what, totals[what]) for what in sorted(totals)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
