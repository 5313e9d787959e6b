#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Makes vectors.txt with a protobuf writer of its own, from the .proto files read by a person.

It shares no line with the C code or with protobuf's libraries, so a vector that both sides agree on
was not made to fit. Without arguments it writes vectors.txt beside itself; with --check it compares.
"""
import hashlib
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return ((n << 1) ^ (n >> 63)) & ((1 << 64) - 1)


def number(field, n):
    """A scalar; proto3 leaves 0 out."""
    return varint(field << 3) + varint(n) if n else b""


def signed(field, n):
    return number(field, zigzag(n))


def raw(field, data):
    """A bytes or string field, left out when empty."""
    if isinstance(data, str):
        data = data.encode()
    return part(field, data) if data else b""


def part(field, data):
    """A sub-message or an element of a repeated field: written also when it is empty."""
    if isinstance(data, str):
        data = data.encode()
    return varint(field << 3 | 2) + varint(len(data)) + data


def column(field, numbers):
    return raw(field, b"".join(varint(n) for n in numbers))


def sha256(data):
    return hashlib.sha256(data).digest()


def header(kind, request, payload, version=1):
    return b"HB" + struct.pack(">BBIII", version, kind, request, len(payload), 0)


EPOCH = bytes(range(16))


def chain(sequence):
    return sha256(b"chain at %d" % sequence) if sequence else bytes(32)


def position(sequence):
    return raw(1, EPOCH) + number(2, sequence) + raw(3, chain(sequence))


def receipt(sequence, last):
    return raw(1, EPOCH) + number(2, sequence) + number(3, last) + raw(4, chain(last))


def values(facility, form, period, revision, withdrawal=False, pairs=(), absents=()):
    return (number(1, 1) + raw(2, facility) + number(3, form) + number(4, period)
            + number(5, revision) + number(6, int(withdrawal))
            + column(7, [e for e, _ in pairs]) + column(8, [zigzag(v) for _, v in pairs])
            + column(9, [e for e, _ in absents]) + column(10, [k for _, k in absents]))


def submission(packed, text=b""):
    return (raw(1, packed) + raw(2, sha256(packed))
            + raw(3, text) + (raw(4, sha256(text)) if text else b""))


def finding(code, element=0, found=0, limit=0, rule="", severity=0, other=0, proposed=None, period=0, reason=0):
    return (number(1, code) + number(2, element) + signed(3, found) + signed(4, limit) + raw(5, rule)
            + number(6, severity) + number(7, other)
            + (number(8, 1) + signed(9, proposed) if proposed is not None else b"")
            + number(10, period) + number(11, reason))


def verdict(index, status, entries=0, findings=(), more=0, first=b"", not_kept=False):
    return (number(1, index) + number(2, status) + number(3, entries)
            + b"".join(part(4, f) for f in findings) + number(5, more) + raw(6, first)
            + number(7, int(not_kept)))


def verdicts(first_sequence, entries, reports, named=()):
    last = first_sequence + entries - 1
    return (raw(1, EPOCH) + number(2, first_sequence) + number(3, entries)
            + (raw(4, chain(last)) if entries else b"") + number(5, reports)
            + b"".join(part(6, v) for v in named))


def row(cells, nulls=b""):
    return b"".join(part(1, c) for c in cells) + raw(2, nulls)


def segment(day, area, facility_class, level=0, ownership=0, sponsor=0, profit=0, locality=0,
            closed=0):
    return (signed(1, day) + number(2, area) + number(3, facility_class) + number(4, level)
            + number(5, ownership) + number(6, sponsor) + number(7, profit) + number(8, locality)
            + number(9, closed))


MONTH = values("H440304001", 1, 2026105, 1,
               pairs=[(1, 48213), (2, 41020), (3, 7193), (6, 0), (19, 1099511627776), (22, -150)],
               absents=[(4, 1), (7, 2), (300, 4)])
SECOND = values("C440304017", 2, 2026105, 2, pairs=[(1, 3120)])
EXPLAINED = values("C440304017", 2, 2026105, 3, pairs=[(1, 3120)]) + column(11, [0, 1]) + column(12, [2, 7])
WITHDRAWAL = values("C440304017", 2, 2026105, 3, withdrawal=True)
TEXT = (number(1, 1) + raw(2, "王建国") + raw(3, "李梅") + raw(4, "Chen") + raw(5, "0755-25533018")
        + raw(6, "2026-06-03") + raw(7, "急诊楼五月停用十天。"))
HELLO = (number(1, 1) + raw(2, "example-his 2.4") + raw(3, sha256(b"catalogue"))
         + raw(4, position(1041)))
SUBMIT = part(1, submission(MONTH, TEXT)) + part(1, submission(SECOND))
QUESTION = (number(1, 1) + raw(2, "indicator show")
            + part(3, raw(1, "indicator") + raw(2, "VISITS_PER_RESIDENT"))
            + part(3, raw(1, "area") + raw(2, "440304"))
            + part(3, raw(1, "period") + raw(2, "2026-05"))
            + number(4, 1044))
KEY = hashlib.sha256(b"a public key").digest()

VECTORS = [
    ("header-hello", "header", header(1, 1, HELLO), "header frame of a HELLO, request 1"),
    ("header-submit", "header", header(3, 2, SUBMIT), "header frame of the SUBMIT below, request 2"),
    ("header-ping", "header", header(10, 0xFFFFFFFF, b""), "header frame of a PING without a payload"),
    ("values-month", "values", MONTH,
     "H440304001, form 1, 2026-05, revision 1: six values (one 2^40, one -150), three absent"),
    ("values-second", "values", SECOND, "C440304017, form 2, 2026-05, revision 2: one value"),
    ("values-explained", "values", EXPLAINED,
     "values-second as revision 3, explained as a whole by reason 2 and its element 1 by reason 7"),
    ("values-withdrawal", "values", WITHDRAWAL, "C440304017, form 2, 2026-05, revision 3: withdrawn"),
    ("text-full", "text", TEXT, "every field of a ReportText"),
    ("hello", "hello", HELLO, "a client with a catalogue and a receipt at sequence 1041"),
    ("hello-bare", "hello", number(1, 1) + raw(2, "example-his 2.4"), "a client that has nothing yet"),
    ("welcome", "welcome",
     number(1, 1) + raw(2, position(1041)) + raw(3, sha256(b"catalogue")) + number(4, 3)
     + number(5, 32) + number(6, 256) + number(7, 16384) + number(8, 1780444800000),
     "head 1041, catalogue 3, window 32, 256 reports of 16384 bytes, 2026-06-03 00:00 UTC"),
    ("welcome-again", "welcome",
     number(1, 1) + raw(2, position(1041)) + raw(3, sha256(b"catalogue")) + number(4, 3) + number(5, 32)
     + number(6, 256) + number(7, 16384) + number(11, 1), "offer everything again"),
    ("welcome-empty", "welcome",
     number(1, 1) + raw(2, position(0)) + raw(3, sha256(b"catalogue")) + number(5, 1)
     + number(6, 1) + number(7, 1024), "an empty journal: sequence 0, chain of 32 zero bytes"),
    ("submit-two", "submit", SUBMIT, "values-month with text-full, and values-second"),
    ("verdicts-plain", "verdicts", verdicts(1042, 3, 2),
     "both accepted: sequences 1042 with its text 1043, and 1044"),
    ("verdicts-exception", "verdicts",
     verdicts(1045, 3, 4, [
         verdict(1, 4, 1, [finding(14, 19, 1099511627777, 1099511627776), finding(16, 4)], 2),
         verdict(2, 2, 0, first=receipt(1042, 1044))]),
     "of four reports 0 and 3 are accepted (1045, 1047), 1 is rejected (1046), 2 is unchanged"),
    ("verdicts-none", "verdicts",
     verdicts(0, 0, 1, [verdict(0, 3, first=receipt(1044, 1044))]),
     "one report, superseded: no entry was made"),
    ("verdicts-not-kept", "verdicts", verdicts(0, 0, 1, [verdict(0, 4, findings=[finding(1)],
                                                                 not_kept=True)]),
     "one report, not a ReportValues, beyond the quota"),
    ("findings", "findings", part(4, finding(15, 2, -3)) + number(5, 1),
     "findings beside a rejected body in the journal"),
    ("verdicts-held", "verdicts",
     verdicts(1048, 2, 2, [
         verdict(0, 5, 2, [finding(22, 19, 1234567000, 1234567, "V21", 2, proposed=1234567),
                           finding(23, 1, 10, 100, "V22", 2, proposed=0, reason=7),
                           finding(24, 2, 5, 9, "V01", 0, other=3, period=2026104)]),
         verdict(1, 6)]),
     "one report is held with three findings, the other is to come back"),
    ("status-since", "status", raw(1, "H440304001") + raw(4, position(1041)), "with notices after sequence 1041"),
    ("status-held", "status-reply",
     part(1, raw(1, "H440304001") + number(2, 1) + number(3, 2026105) + number(8, 2) + number(9, 1048)
          + raw(10, sha256(MONTH)) + number(11, 2))
     + part(3, number(1, 4) + number(2, 1050) + raw(3, "H440304001") + number(4, 1) + number(5, 2026105)
            + number(6, 2) + number(7, 1048) + number(8, 19) + number(9, 5) + raw(10, "why?")
            + signed(11, -3) + number(12, 1780444800000))
     + number(4, 1) + part(5, segment(20605, 440304, 21)) + part(5, segment(20970, 440304, 21, closed=1)),
     "nothing in force, a returned revision, a query, more notices, and the facility's time"),
    ("status-request", "status", raw(1, "H440304001") + number(2, 1), "form 1 of one facility, every period"),
    ("status-reply", "status-reply",
     part(1, raw(1, "H440304001") + number(2, 1) + number(3, 2026105) + number(4, 1)
          + number(5, 1042) + raw(6, sha256(MONTH)))
     + part(1, raw(1, "C440304017") + number(2, 2) + number(3, 2026105) + number(4, 3)
            + number(5, 1048) + raw(6, sha256(WITHDRAWAL)) + number(7, 1)) + number(2, 1),
     "one report in force, one withdrawn, and there is more"),
    ("catalogue-any", "catalogue", b"", "the first piece of the catalogue in force"),
    ("catalogue-named", "catalogue", raw(1, sha256(b"catalogue")) + number(2, 1), "piece 1 of a catalogue"),
    ("catalogue-piece", "catalogue-piece",
     raw(1, sha256(b"catalogue")) + number(2, 3) + number(3, 1) + number(4, 2)
     + raw(5, bytes.fromhex("28b52ffd")), "the last of two pieces of catalogue 3"),
    ("busy", "busy", number(1, 2000) + number(2, 2), "tail full; again in two seconds"),
    ("ping", "ping", number(1, 0x1122334455667788), "PING and PONG"),
    ("refusal-history", "refusal", number(1, 8) + raw(2, "history differs"), "HELLO, or SUBMIT after it"),
    ("refusal", "refusal", number(1, 5) + raw(2, "say HELLO first"), "SUBMIT before HELLO"),
    ("question", "question", QUESTION, "an indicator, not older than sequence 1044"),
    ("question-page", "question",
     number(1, 1) + raw(2, "facility list") + raw(5, position(1044)) + number(6, 200),
     "a further page, only at the same position"),
    ("answer", "answer",
     raw(1, position(1044)) + number(2, 1)
     + part(4, raw(1, "area_name") + number(2, 1)) + part(4, raw(1, "expected") + number(2, 2))
     + part(4, raw(1, "value") + number(2, 3)) + part(4, raw(1, "paired") + number(2, 4))
     + part(5, row(["龙湖区", "12", "5.3", "true"])) + part(5, row(["", "-1", "", ""], b"\x0c"))
     + number(6, 1), "two rows, the second with two nulls; more to come"),
    ("answer-not-found", "answer",
     raw(1, position(1044)) + number(2, 3) + raw(3, "no indicator 'VISITS'; see 'indicator list'"),
     "an answer without a table"),
    ("command", "command",
     number(1, 1) + raw(2, bytes(range(0x10, 0x20))) + raw(3, "opening of a centre") + number(4, 1044)
     + part(5, raw(1, "C440304018") + raw(2, "梅林社区健康服务中心")
            + part(3, segment(20605, 440304, 21, 0, 1, 2, 3, 1))
            + part(3, segment(20970, 440305, 21, 4, 1, 2, 3, 1))
            + part(3, segment(23000, 440305, 21, 4, 1, 2, 3, 1, closed=1))
            + part(6, number(1, 2) + raw(2, "C440304019") + signed(3, 20605) + signed(4, 20970) + number(5, 1))
            + part(6, number(1, 3) + raw(2, "C440304019") + signed(3, -3653)))
     + part(5, raw(1, "C440304019") + raw(2, "Old clinic") + part(3, segment(-3653, 440304, 25)))
     + part(6, raw(1, "HIS of the centre") + raw(2, KEY) + number(3, 1) + part(4, "C440304018")
            + part(4, "C440304019") + column(5, [440304, 440305]) + number(6, 1)
            + signed(8, 20605) + signed(9, 20970)),
     "two facilities and a revoked key"),
    ("command-decision", "command",
     number(1, 1) + raw(2, bytes(range(0x30, 0x40))) + raw(3, "held decide")
     + part(10, raw(1, "H440304001") + number(2, 1) + number(3, 2026105) + number(4, 1048) + number(5, 1042)
            + number(6, 2) + number(7, 5) + raw(8, "look again")), "a held report is returned"),
    ("command-query", "command",
     number(1, 1) + raw(2, bytes(range(0x31, 0x41))) + raw(3, "query")
     + part(11, raw(1, "H440304001") + number(2, 1) + number(3, 2026105) + number(4, 1042) + number(5, 19)
            + number(6, 5) + raw(7, "why?")), "a question about a cell"),
    ("command-propose", "command",
     number(1, 1) + raw(2, bytes(range(0x32, 0x42))) + raw(3, "adjust")
     + part(12, number(1, 1) + raw(2, "H440304001") + number(3, 1) + number(4, 2026105) + number(5, 1042)
            + number(6, 19) + signed(7, -200) + number(8, 5) + raw(9, "see letter") + signed(10, 20700)),
     "an adjustment is proposed"),
    ("command-confirm", "command",
     number(1, 1) + raw(2, bytes(range(0x33, 0x43))) + raw(3, "adjust")
     + part(12, number(1, 2) + raw(2, "H440304001") + number(3, 1) + number(4, 2026105) + number(5, 1042)
            + number(11, 1060)), "and confirmed"),
    ("command-locks", "command",
     number(1, 1) + raw(2, bytes(range(0x34, 0x44))) + raw(3, "period lock")
     + part(13, number(1, 1) + number(2, 440304) + number(3, 1) + signed(4, 20605) + signed(5, 20635)
            + raw(8, "published"))
     + part(13, number(1, 2) + signed(4, -3653) + signed(5, 20000) + signed(6, 20800) + number(7, 1)),
     "a lock, and a permission to load past years until a day"),
    ("command-witness", "command",
     number(1, 1) + raw(2, bytes(range(0x35, 0x45))) + raw(3, "restored by hand")
     + part(14, raw(1, KEY) + part(2, position(1041))) + part(14, part(2, position(1044))),
     "what one sender remembers of the journal no longer counts, and what everybody does"),
    ("command-facts", "command",
     number(1, 1) + raw(2, bytes(range(0x20, 0x30))) + raw(3, "from the yearbook")
     + part(7, number(1, 320700) + raw(2, "LIFE_EXPECTANCY") + number(3, 2015400) + signed(4, 7760)
            + number(5, 2) + number(6, 1) + number(7, 5) + raw(8, "健康年鉴 2016") + raw(9, "resident")
            + raw(10, "p. 12"))
     + part(7, number(1, 100000) + raw(2, "BEDS_PER_1000") + number(3, 2016400) + signed(4, -60)
            + number(5, 1) + number(6, 1) + number(7, 1) + raw(8, "state council") + number(11, 1))
     + part(7, number(1, 320700) + raw(2, "LIFE_EXPECTANCY") + number(3, 2014400) + raw(8, "a slip")
            + number(12, 1))
     + part(8, number(1, 320700) + raw(2, "LIFE_EXPECTANCY") + number(3, 2015400) + raw(4, "reports")
            + number(5, 1) + raw(6, "registered") + number(7, 1) + number(8, 1) + raw(9, "agreed"))
     + part(8, number(1, 320700) + raw(2, "LIFE_EXPECTANCY") + number(3, 2015400) + raw(4, "a slip")
            + number(5, 1))
     + part(9, raw(1, "LYG-13-5-012") + number(2, 2020400) + number(3, 1) + raw(4, "the deed of 2019")
            + raw(5, "hospital opened")),
     "three facts (one a norm, one withdrawn), two statements (one takes a basis back), a verdict"),
    ("command-result", "command-result",
     number(1, 1) + raw(3, receipt(1049, 1049)) + number(4, 3), "three records taken at 1049"),
    ("command-result-refused", "command-result",
     number(1, 6) + raw(2, "this key may not change the registry"), "not allowed"),
]


def main():
    lines = ["# Test vectors of docs/protocol.md, made by make_vectors.py: name, kind, hex, meaning;",
             "# separated by tabs. '-' in the third column is a message of no bytes."]
    lines += ["\t".join((name, kind, data.hex() or "-", meaning))
              for name, kind, data, meaning in VECTORS]
    text = "\n".join(lines) + "\n"
    path = HERE / "vectors.txt"
    if sys.argv[1:] != ["--check"]:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.read_text(encoding="utf-8") == text:
        return 0
    print("vectors.txt is not what make_vectors.py makes", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
