# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""One sequence, decided and computed a second time: every verdict from the inputs before it, every figure at the end from what is in
force, without any delta. Written after docs/protocol.md, model.md and design.md."""
import law

ACCEPTED, UNCHANGED, SUPERSEDED, REJECTED, HELD = 1, 2, 3, 4, 5
DONE, INVALID, NOT_FOUND, MOVED_ON, NOT_YET, NOT_ALLOWED = 1, 2, 3, 4, 5, 6
WAITING, RETURNED, REFUSED = 1, 2, 3
MANAGER, REGISTRAR, ADMINISTRATOR = 3, 4, 5
UNEXPLAINABLE = (28, 29)
OPEN_NAMES = {1: "accepted", 2: "returned", 3: "rejected"}
EIGHT_HOURS, DAY = 8 * 3600 * 1000, 86400000


class Wrong(Exception):
    pass


class Revision:
    """A report that was accepted or held."""
    __slots__ = ("number", "sequence", "content", "withdrawn", "actor", "shown", "row", "state", "decided")

    def __init__(self, number, sequence, content, withdrawn, actor, shown, row):
        self.number, self.sequence, self.content, self.withdrawn, self.actor = number, sequence, content, withdrawn, actor
        self.shown, self.row = shown, row
        self.state, self.decided = WAITING, 0


class Identity:
    __slots__ = ("force", "held", "arrived", "open")

    def __init__(self):
        self.force = self.held = self.arrived = self.open = None


class Facility:
    __slots__ = ("number", "code", "segments", "relations", "command")


class Key:
    __slots__ = ("number", "name", "role", "revoked", "facilities", "areas")


def segment_between(facility, first, last):
    """The newest open piece of its time that has a day in first..last: (from, area, stratum, closed)."""
    found, pieces = None, facility.segments
    for i, piece in enumerate(pieces):
        end = pieces[i + 1][0] - 1 if i + 1 < len(pieces) else law.NEVER
        if piece[0] <= last and end >= first and not piece[3]:
            found = piece
    return found


def relation_of(facility, form, period):
    last = law.days_of[period][1]
    for relation in facility.relations:
        if relation[0] == form.id and relation[2] <= last <= relation[3]:
            return relation
    return None


def put_segment(segments, new):
    pieces = sorted([piece for piece in segments if piece[0] != new[0]] + [new])
    joined = pieces[:1]
    for piece in pieces[1:]:
        if piece[1:] != joined[-1][1:]:
            joined.append(piece)
    return joined


def close(segments, day):
    kept = segments[:1] + [piece for piece in segments[1:] if piece[0] < day]
    return kept if kept[-1][3] else kept + [(day,) + kept[-1][1:3] + (1,)]


class Past:
    """What a rule sees: row(0) is the report itself."""

    def __init__(self, place, form, period, facility, row):
        self.place, self.form, self.period, self.facility, self.here, self.kind = place, form, period, facility, row, form.kind

    def in_force(self, form, period):
        identity = self.place.identities.get((form.id, period, self.facility.number))
        return identity.force.row if identity and identity.force and not identity.force.withdrawn else None

    def row(self, back):
        return self.here if back == 0 else self.in_force(self.form, law.later(self.period, -back))

    def others(self, form):
        return [self.in_force(form, month) for month in law.months(self.period)]


class Place:
    def __init__(self):
        self.now = self.received = self.durable = 0
        self.sequence = 1  # the catalogue
        self.facilities, self.by_number, self.keys, self.key_of = {}, {}, {}, {}
        self.identities, self.rejected, self.requests = {}, {}, {}
        self.locks, self.proposals, self.notices = [], {}, []
        self.periods = []
        self.seen = {}  # for the counts of the campaign

    @property
    def today(self):
        return (self.now + EIGHT_HOURS) // DAY

    def entry(self):
        self.received = max(self.received, self.now)
        self.sequence += 1
        return self.sequence

    # Reports

    def segment(self, facility, period):
        return segment_between(facility, *law.days_of[period])

    def covers(self, key, code, period):
        if code in key.facilities:
            return True
        facility = self.facilities.get(code)
        piece = self.segment(facility, period) if facility and key.areas else None
        return bool(piece) and any(area in law.path[piece[1]] for area in key.areas)

    def parties(self, key, facility, form, period):
        relation = relation_of(facility, form, period)
        found = set()
        if self.covers(key, facility.code, period):
            found.add("own")
        if relation and self.covers(key, relation[1], period):
            found.add("proxy")
        return found

    def shape(self, report, facility, form, findings):
        """What is wrong with the report by itself. A finding: [code, element, found, limit, severity, reason, rule]."""
        _, _, period, revision, withdrawal, given, absent, explained = report
        if law.kind_of(period) != form.kind:
            findings.append([8, 0, period, form.kind, 1, 0, ""])
        else:
            last = law.days_of[period][1]
            if last >= self.today:
                findings.append([9, 0, last, self.today, 1, 0, ""])
            # What came while it was open, or of its earlier class, can still be taken back.
            piece = self.segment(facility, period)
            if withdrawal:
                pass
            elif not piece:
                findings.append([10, 0, period, 0, 1, 0, ""])
            elif law.attribute(piece[2], "class") not in form.classes:
                findings.append([7, 0, form.id, law.attribute(piece[2], "class"), 1, 0, ""])
        if revision == 0:
            findings.append([11, 0, 0, 1, 1, 0, ""])
        for element, reason in explained.items():
            if reason not in law.senders:
                findings.append([20, element, reason, 0, 1, 0, ""])
        if withdrawal:
            if given or absent:
                findings.append([19, 0, len(given) + len(absent), 0, 1, 0, ""])
            return
        for number, value in given.items():
            if number not in form.place:
                findings.append([13, number, 0, 0, 1, 0, ""])
            elif abs(value) > law.VALUE_MAX:
                findings.append([14, number, value, law.VALUE_MAX, 1, 0, ""])
            elif value < 0 and law.elements[number].money:
                findings.append([30, number, value, 0, 2, explained.get(number, 0), ""])
            elif value < 0:
                findings.append([15, number, value, 0, 1, 0, ""])
        for number in absent:
            if number not in form.place:
                findings.append([13, number, 0, 0, 1, 0, ""])
        for element, required in zip(form.lines, form.required):
            if required and element.id not in given and element.id not in absent:
                findings.append([16, element.id, 0, 0, 1, 0, ""])

    def locked(self, area, form, period):
        """The day since when, or None."""
        last = law.days_of[period][1]
        for kind, where, of, first, end, until in reversed(self.locks):
            if of in (0, form.id) and first <= last <= end and self.today <= until and (where == 0 or where in law.path[area]):
                return self.today if kind == 1 else None
        day = law.lock_days[form, period]
        return day + 1 if day != law.NEVER and self.today > day else None

    def in_force(self, form, period, facility):
        identity = self.identities.get((form.id, period, facility.number))
        return identity.force if identity and identity.force and not identity.force.withdrawn else None

    @staticmethod
    def covered_by(form, row, unit_class):
        """The element by which a row speaks for units of the class."""
        for element, value in zip(form.lines, row):
            if value and unit_class in element.for_class:
                return element.id
        return 0

    def class_in(self, facility, period):
        piece = self.segment(facility, period)
        return law.attribute(piece[2], "class") if piece else 0

    def world(self, key, facility, form, period, identity, row, findings):
        """What others have said against a report that is right by itself; row None: a withdrawal."""
        since = self.locked((self.segment(facility, period) or facility.segments[-1])[1], form, period)
        if since is not None:
            findings.append([28, 0, since, self.today, 2, 0, ""])
        force = identity.force if identity else None
        before = self.keys.get(force.actor) if force and not force.withdrawn else None
        if before and before is not key:
            then = self.parties(before, facility, form, period)
            if then and not then & self.parties(key, facility, form, period):
                findings.append([29, 0, force.sequence, 0, 2, 0, ""])
        if row is None:
            return
        for unit in self.by_number.values():
            relation = relation_of(unit, form, period)
            if relation and relation[1] == facility.code:
                own = self.in_force(form, period, unit)
                element = self.covered_by(form, row, self.class_in(unit, period))
                if own and element:
                    findings.append([29, element, own.sequence, 0, 2, 0, ""])
        relation = relation_of(facility, form, period)
        by = self.facilities.get(relation[1]) if relation else None
        total = self.in_force(form, period, by) if by else None
        element = self.covered_by(form, total.row, self.class_in(facility, period)) if total else 0
        if element:
            findings.append([29, element, total.sequence, 0, 2, 0, ""])

    def report(self, key, report, content, text):
        """The line that its verdict must be."""
        code, form_id, period, revision, withdrawal, given, absent, explained = report
        facility, form = self.facilities.get(code), law.forms[form_id]
        findings = []
        if not facility:
            findings.append([4, 0, 0, 0, 1, 0, ""])
        elif key.revoked or not self.parties(key, facility, form, period):
            findings.append([5, 0, 0, 0, 1, 0, ""])
        if findings:
            return self.reject(key, content, findings)
        at = (form_id, period, facility.number)
        identity = self.identities.get(at)
        answer, conflict = self.known(identity, revision, content)
        if answer:
            return answer
        self.shape(report, facility, form, findings)
        shown = row = None
        if not withdrawal and not any(finding[4] == 1 for finding in findings):
            shown = [given[e.id] if e.id in given else "a%d" % absent.get(e.id, 0) for e in form.lines]
            row = [0 if value == "a1" else None if isinstance(value, str) else value for value in shown]
            past, stratum = Past(self, form, period, facility, row), self.segment(facility, period)[2]
            for rule in law.rules[form_id]:
                for element, found, limit in rule.findings(past, stratum):
                    reason = explained.get(element, 0) if rule.severity == 2 else 0
                    findings.append([21, element, found, limit, rule.severity, reason, rule.code])
        if conflict:
            findings.append([12, 0, revision, 0, 1, 0, ""])
        if any(finding[4] == 1 for finding in findings):
            return self.reject(key, content, findings)
        self.world(key, facility, form, period, identity, row, findings)
        if identity is None:
            identity = self.identities[at] = Identity()
        held = any(not finding[5] or finding[0] in UNEXPLAINABLE for finding in findings)
        sequence = self.entry()
        self.sequence += text
        new = Revision(revision, sequence, content, withdrawal, key.number, shown, row)
        if identity.arrived is None:
            identity.arrived = (self.received + EIGHT_HOURS) // DAY
        if held:
            identity.held = new
            identity.open = [sequence, "waiting", identity.force.sequence if identity.force else 0, 0, 0, 0, key.number, revision,
                             self.received, 0]
        else:
            if identity.open and identity.open[1] == "waiting":
                identity.open[1:2] = ["superseded"]
                identity.open[3:6] = [sequence, key.number, 0]
                identity.open[9] = self.received
            identity.force, identity.held = new, None
        return verdict(HELD if held else ACCEPTED, 1 + text, sequence, 0, findings)

    @staticmethod
    def known(identity, revision, content):
        """(the line, or None: it is to be judged; whether it is a conflict)"""
        if not identity:
            return None, False
        force, held = identity.force, identity.held
        newest = held or force
        if force and revision == force.number and content == force.content:
            return verdict(UNCHANGED, 0, 0, force.sequence, []), False
        if revision > newest.number:
            return None, False
        if revision < newest.number:
            return verdict(SUPERSEDED, 0, 0, newest.sequence, []), False
        if newest is force or content != held.content:
            return None, True
        if held.state == WAITING:
            return verdict(HELD, 0, 0, held.sequence, []), False
        code = 31 if held.state == RETURNED else 32
        return verdict(REJECTED, 0, 0, held.sequence, [[code, 0, held.decided, 0, 1, 0, ""]]), False

    def reject(self, key, content, findings):
        before = self.rejected.get((key.number, content))
        if before and before[1] == findings:
            return verdict(REJECTED, 0, 0, before[0], findings)
        sequence = self.entry()
        self.rejected[key.number, content] = (sequence, findings)
        return verdict(REJECTED, 1, sequence, 0, findings)

    # Commands

    def command(self, words):
        number, request, belief, kind, rest = int(words[1]), words[2], int(words[3]), words[4], words[5:]
        if request in self.requests:
            return "c %d %d %d" % self.requests[request]
        role = self.keys[number].role if number in self.keys else ADMINISTRATOR
        allowed = {"key": role == ADMINISTRATOR, "fac": role >= REGISTRAR}.get(kind, role >= MANAGER)
        outcome, change = NOT_ALLOWED, None
        if allowed:
            outcome, change = getattr(self, "on_" + kind)(number, belief, rest)
        sequence = self.entry()
        if outcome == DONE:
            change(sequence)
        self.requests[request] = (outcome, sequence, int(outcome == DONE))
        return "c %d %d %d" % self.requests[request]

    def on_key(self, _, __, rest):
        key, public = Key(), rest[0]
        key.name, key.role, key.revoked = rest[1], int(rest[2]), rest[3] == "1"
        key.facilities = () if rest[4] == "-" else rest[4].split(",")
        key.areas = () if rest[5] == "-" else [int(area) for area in rest[5].split(",")]

        before = self.keys.get(self.key_of.get(public))
        if before and before.revoked and not key.revoked:
            return INVALID, None  # for good

        def change(_):
            key.number = self.key_of.setdefault(public, len(self.key_of) + 1)
            self.keys[key.number] = key
        return DONE, change

    def on_fac(self, _, belief, rest):
        what, code = rest[0].split(":"), rest[1]
        segments = [tuple(map(int, piece.split(":"))) for piece in rest[2].split(";")]
        relations = [] if rest[3] == "-" else [r.split(":") for r in rest[3].split(";")]
        relations = [(int(form), by, int(first), int(until)) for form, by, first, until in relations]
        known = self.facilities.get(code)
        if what[0] == "put":
            made = put_segment(known.segments, tuple(map(int, what[1:])))
        else:
            made = close(known.segments, int(what[1])) if what[0] == "close" else segments
        if made != segments:
            raise Wrong("the record should have the segments %s" % made)
        if belief and not (known and known.command == belief):
            return MOVED_ON, None
        if not self.record_valid(code, segments, relations):
            return INVALID, None

        def change(sequence):
            facility = known or Facility()
            if not known:
                facility.number, facility.code = len(self.facilities) + 1, code
                self.facilities[code] = self.by_number[facility.number] = facility
            facility.segments, facility.relations, facility.command = segments, relations, sequence
        return DONE, change

    @staticmethod
    def record_valid(code, segments, relations):
        for i, (first, area, stratum, _) in enumerate(segments):
            if area not in law.areas or i > 0 and first <= segments[i - 1][0] or stratum >> 48:
                return False
            for dimension in law.DIMENSIONS:
                number = law.attribute(stratum, dimension)
                if number and (dimension, number) not in law.known_attributes:
                    return False
        for i, (form, by, first, until) in enumerate(relations):
            if form not in law.forms or by == code or until < first:
                return False
            if any(o[0] == form and o[2] <= until and first <= o[3] for o in relations[:i]):
                return False
        return not segments[0][3] and len(segments) <= 16 and len(relations) <= 8

    def on_lock(self, _, __, rest):
        kind, area, form, first, last, until = map(int, rest)
        if area and area not in law.areas or form and form not in law.forms or first > last:
            return INVALID, None
        return DONE, lambda _: self.locks.append((kind, area, form, first, last, until))

    def subject(self, code, form, period):
        """(fault, the identity, its key)"""
        facility = self.facilities.get(code)
        if not facility:
            return NOT_FOUND, None, None
        at = (form, period, facility.number)
        return DONE, self.identities.get(at) or Identity(), at

    @staticmethod
    def about_form(form, period):
        return form in law.forms and law.kind_of(period) == law.forms[form].kind

    def on_decision(self, actor, _, rest):
        code = rest[0]
        form, period, held, replaces, kind, reason = map(int, rest[1:])
        if not self.about_form(form, period) or (reason or kind != 1) and reason not in law.bureaus:
            return INVALID, None
        outcome, identity, at = self.subject(code, form, period)
        if outcome != DONE:
            return outcome, None
        waiting, force = identity.held, identity.force
        if not waiting or waiting.state != WAITING or waiting.sequence != held:
            return MOVED_ON, None
        if replaces != (force.sequence if force else 0) and not (force and force.withdrawn and replaces == 0):
            return MOVED_ON, None
        if kind == 1 and held > self.durable:
            return NOT_YET, None

        def change(sequence):
            if kind == 1:
                identity.force, identity.held = waiting, None
            else:
                waiting.state, waiting.decided = kind, sequence
            identity.open[1] = OPEN_NAMES[kind]
            identity.open[3:6] = [sequence, actor, reason]
            identity.open[9] = self.received
            self.notices.append((at[2], kind, sequence, form, period, waiting.number, held, 0, reason, 0))
        return DONE, change

    def on_query(self, _, __, rest):
        code = rest[0]
        form, period, about, element, reason, text = map(int, rest[1:])
        if not self.about_form(form, period) or element and element not in law.forms[form].place:
            return INVALID, None
        if reason and reason not in law.bureaus or not reason and not text:
            return INVALID, None
        outcome, identity, at = self.subject(code, form, period)
        if outcome != DONE:
            return outcome, None
        held, force = identity.held, identity.force
        if held and held.sequence == about:
            revision = held.number
        elif about == (force.sequence if force else 0):
            revision = force.number if force else 0
        else:
            return MOVED_ON, None
        return DONE, lambda sequence: self.notices.append((at[2], 4, sequence, form, period, revision, about, element, reason, 0))

    def on_adj(self, actor, _, rest):
        step, code = int(rest[0]), rest[1]
        form, period, about, element, delta, reason, until, proposal = map(int, rest[2:])
        if not self.about_form(form, period) or step != 1 and proposal == 0:
            return INVALID, None
        if step == 1 and (element not in law.forms[form].place or delta == 0 or reason not in law.bureaus):
            return INVALID, None
        outcome, identity, at = self.subject(code, form, period)
        if outcome != DONE:
            return outcome, None
        force = identity.force
        if step == 1:
            if not force or force.withdrawn or force.sequence != about:
                return MOVED_ON, None
            made = dict(at=at, about=about, element=element, delta=delta, reason=reason, until=until, actor=actor, state="proposed")
            return DONE, lambda sequence: self.proposals.__setitem__(sequence, made)
        made = self.proposals.get(proposal)
        if not made or made["at"] != at or about and about != made["about"]:
            return NOT_FOUND, None
        if step == 3:
            return (MOVED_ON, None) if made["state"] == "ended" else (DONE, lambda _: made.update(state="ended"))
        if made["state"] != "proposed":
            return MOVED_ON, None
        if actor == made["actor"] or self.keys[actor].name == self.keys[made["actor"]].name:
            return NOT_ALLOWED, None
        if not force or force.sequence != made["about"]:
            return MOVED_ON, None

        def confirm(sequence):
            made["state"] = "confirmed"
            self.notices.append((at[2], 5, sequence, form, period, force.number, made["about"], made["element"], made["reason"],
                                 made["delta"]))
        return DONE, confirm


def verdict(status, entries, sequence, first, findings):
    words = ["v %d %d %d %d 0" % (status, entries, sequence, first)]
    words += ["%d.%d.%d.%d.%d.%d.%s" % tuple(finding) for finding in findings]
    return " ".join(words)
