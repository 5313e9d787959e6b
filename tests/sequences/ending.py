# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What must stand at the end of a sequence: every row computed from what is in force, once."""
import law
from place import EIGHT_HOURS, DAY, relation_of


def add(cells, key, line_sums):
    """Adds to a row [reports, then sum and count of each line]."""
    row = cells.get(key)
    if row is None:
        row = cells[key] = [0] * (1 + 2 * len(line_sums))
    row[0] += 1
    at = 1
    for value, count in line_sums:
        row[at] += value
        row[at + 1] += count
        at += 2


def adding(lines, row, own):
    """(sum, count) of each line: beyond the facility's own area only what adds over space."""
    return [(0, 0) if value is None or not (own or element.adds) else (value, 1) for element, value in zip(lines, row)]


def lefts(form, row, shown, stratum, own, sums):
    """(indicator, its row) of each pair to which the report does not add."""
    for pair in law.pairs[form.id]:
        there = hole = inapplicable = False
        for condition, place, for_others in pair.terms:
            if place is None or not law.matches(condition, stratum):
                continue
            if row[place] is not None:
                there = True
            elif not for_others:
                hole = True
                inapplicable = inapplicable or shown[place] == "a4"
        told = inapplicable and (pair.adds or own)
        if not hole or not (there or told):
            continue
        terms = [(0, 0) if place is None or not law.matches(condition, stratum) else sums[place]
                 for condition, place, _ in pair.terms]
        yield pair.number, terms + [(0, int(told))]


def report_adds(tables, form, period, piece, force):
    _, area, stratum, _ = piece
    holes = None in force.row
    for above in law.path[area]:
        own = above == area
        key = (form.id, period, above, stratum)
        sums = adding(form.lines, force.row, own)
        add(tables["cell"], key, sums)
        not_asked = [(0, int(value == "a4" and (own or element.adds))) for element, value in zip(form.lines, force.shown)]
        if any(count for _, count in not_asked):
            add(tables["inapplicable"], key, not_asked)
        if holes:
            for number, terms in lefts(form, force.row, force.shown, stratum, own, sums):
                add(tables["leftout"], key + (number,), terms)


def rows_of(name, cells):
    for key, row in cells.items():
        pairs = ["%d/%d" % (row[i], row[i + 1]) for i in range(1, len(row), 2)]
        yield " ".join([name] + [str(part) for part in key] + [str(row[0])] + pairs)


def identity_row(name, at, identity):
    force, held = identity.force, identity.held
    words = (force.number, force.sequence, force.withdrawn, force.actor) if force else (0, 0, 0, 0)
    kept = (held.state, held.number, held.sequence, held.withdrawn, held.actor, held.decided) if held else (0,) * 6
    return "%s %d %d %d " % ((name,) + at) + "%d %d %d %d " % words + "%d %d %d %d %d %d" % kept


def expected_rows(place):
    for form in law.forms.values():
        for period in set(place.periods):
            if law.kind_of(period) != form.kind:
                continue
            counts = {}
            for facility in place.by_number.values():
                piece = place.segment(facility, period)
                if not piece or law.attribute(piece[2], "class") not in form.classes:
                    continue
                if relation_of(facility, form, period) and not place.in_force(form, period, facility):
                    continue
                counts[piece[1:3]] = counts.get(piece[1:3], 0) + 1
            for (area, stratum), count in counts.items():
                yield "expected %d %d %d %d %d" % (form.id, period, area, stratum, count)
            for area in (320703001, 320703002, 320706, 440507):
                since = place.locked(area, form, period)
                if since is not None:
                    yield "locked %d %d %d %d" % (form.id, period, area, since)


def active(place):
    """(sequence, proposal) of the adjustments that are shown today."""
    for sequence, made in place.proposals.items():
        identity = place.identities.get(made["at"])
        force = identity.force if identity else None
        if made["state"] == "confirmed" and place.today <= made["until"] and force and force.sequence == made["about"]:
            yield sequence, made


def figure_rows(place):
    """Used bed-days of three areas, as reported and adjusted, with who is expected, reported, and gave a value."""
    form, element = law.form_by_code["PM"], law.by_code["DAY_USED"]
    line = form.place[element.id]
    shown_today = [made for _, made in active(place)]
    for area in (320700, 320703, 320703001):
        for period in place.periods[:4]:
            expected = reported = values = inapplicable = total = delta = touched = given = 0
            for facility in place.by_number.values():
                piece = place.segment(facility, period)
                if not piece or area not in law.path[piece[1]]:
                    continue
                force = place.in_force(form, period, facility)
                assigned = law.attribute(piece[2], "class") in form.classes
                expected += bool(assigned and (force or not relation_of(facility, form, period)))
                if not force:
                    continue
                # whose class no longer owes the form is not expected, so no count may have it; its figure stays
                reported += assigned
                inapplicable += assigned and force.shown[line] == "a4"
                if force.row[line] is not None:
                    given = True
                    values += assigned
                    total += force.row[line]
                    at = (form.id, period, facility.number)
                    for made in shown_today:
                        if made["at"] == at and made["element"] == element.id:
                            touched, delta = 1, delta + made["delta"]
            yield "figure %d %d %d %d %d %d %s %s" % (
                area, period, expected - inapplicable, reported - inapplicable, values, inapplicable,
                "%d/1" % total if given else "-", "%d/1" % (total + delta) if touched else "-")


def acts_rows(place):
    for sequence, made in active(place):
        yield "adjusting %d %d %d %d %d %d" % ((sequence,) + made["at"] + (made["element"], made["delta"]))
    for notice in place.notices:
        yield "notice %d %d %d %d %d %d %d %d %d %d" % notice


def ending(place):
    """All lines that the end of the log must hold, in any order."""
    tables = {"cell": {}, "inapplicable": {}, "leftout": {}}
    reports, lines = {}, []
    for at, identity in place.identities.items():
        form, period, force = law.forms[at[0]], at[1], identity.force
        facility = place.by_number[at[2]]
        lines += [identity_row("identity", at, identity), identity_row("state", at, identity)]
        if force:
            piece = place.segment(facility, period) if not force.withdrawn else None
            area, stratum = piece[1:3] if piece else (0, 0)
            shown = [] if force.withdrawn else force.shown
            lines.append(" ".join(["current %d %d %d %d %d %d %d %d %d" % (at + (
                force.sequence, force.number, area, stratum, force.withdrawn, identity.arrived))] + [str(v) for v in shown]))
            if not force.withdrawn:
                reports[at[:2]] = reports.get(at[:2], 0) + 1
            if piece:
                report_adds(tables, form, period, piece, force)
        if identity.open:
            sequence, state, replaces, decision, decider, reason, actor, revision, received, decided = identity.open
            lines.append("open %d %d %d %d %s %d %d %d %d %d %d %d %d %d" % (at + (
                sequence, state, replaces, decision, decider, reason, actor, revision, identity.arrived, received, decided)))
    lines += ["periods %d %d %d" % (form, period, count) for (form, period), count in reports.items()]
    for name, cells in tables.items():
        lines += rows_of(name, cells)
    lines += expected_rows(place)
    lines += acts_rows(place)
    lines += figure_rows(place)
    return lines
