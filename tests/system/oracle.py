# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Every indicator a second time: from the bytes of a journal's dump and the tables of catalog/.

It shares no code with the daemons and does not work as they do: there are no cells, no sums kept
and corrected. Each figure is added up anew from the reports in force, with fractions of Python's
own. It knows the returns of institutions and of population, their plain elements that add over
space, and the ratios of these; the rest of the shipped catalogue it leaves out.
"""
import calendar
import collections
import csv
import datetime
import json
import pathlib
import re
from fractions import Fraction

DIMENSIONS = ('class', 'level', 'ownership', 'sponsor', 'profit', 'locality')
REPORT, WITHDRAWAL, COMMANDS = 'report', 'withdrawal', ('registry', 'key')
NOT_OFFERED, NOT_APPLICABLE = 1, 4
MONTH, YEAR = 1, 4
KINDS = {'month': MONTH, 'year': YEAR}
EPOCH = datetime.date(1970, 1, 1)


# -- bytes --------------------------------------------------------------------------------------

def decode(data):
    """A protobuf message: number of the field → its values, numbers or bytes, in order."""
    message, at, end = collections.defaultdict(list), 0, len(data)

    def number():
        nonlocal at
        value, shift = 0, 0
        while data[at] > 127:
            value |= (data[at] - 128) << shift
            shift, at = shift + 7, at + 1
        value |= data[at] << shift
        at += 1
        return value

    while at < end:
        tag = number()
        if tag % 8 == 0:
            message[tag // 8].append(number())
        else:
            if tag % 8 != 2:
                raise ValueError(f'field {tag // 8} has wire type {tag % 8}')
            size = number()
            message[tag // 8].append(data[at:at + size])
            at += size
    return message


def numbers(field):
    """A repeated number, packed or one by one."""
    for part in field:
        if isinstance(part, int):
            yield part
            continue
        value = shift = 0
        for byte in part:
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                yield value
                value = shift = 0


def signed(number):
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def last(field, otherwise=0):
    return field[-1] if field else otherwise


# -- time: months are counted from the year 0 -----------------------------------------------------

def months_of(period):
    """First month and number of months of year * 1000 + kind * 100 + index."""
    year, kind, index = period // 1000, period // 100 % 10, period % 100
    return {1: (year * 12 + index - 1, 1), 2: (year * 12 + 3 * index - 3, 3), 3: (year * 12 + 6 * index - 6, 6),
            4: (year * 12, 12), 5: (year * 12 + 3 * index - 6, 3), 6: (year * 12 - 3, 12)}[kind]


def first_day(month):
    return (datetime.date(month // 12, month % 12 + 1, 1) - EPOCH).days


def last_day(month):
    return first_day(month) + calendar.monthrange(month // 12, month % 12 + 1)[1] - 1


def span_of(window, period):
    """(first month, months) of the window that holds the period; None where it does not fit."""
    first, count = months_of(period)
    end = first + count - 1
    year = end // 12 * 12
    if window == 'ytd':
        return year, end - year + 1
    if window == 'r12m':
        return end - 11, 12
    start, months = {'month': (end, 1), 'quarter': (end - end % 3, 3), 'half': (end - end % 6, 6), 'year': (year, 12),
                     'mch_year': (end - (end + 3) % 12, 12)}[window]
    return (start, months) if start <= first else None


def period_of(kind, month):
    return month // 12 * 1000 + kind * 100 + (month % 12 + 1 if kind == MONTH else 0)


def period_text(period):
    return f'{period // 1000}-{period % 100:02d}' if period // 100 % 10 == MONTH else str(period // 1000)


# -- the catalogue --------------------------------------------------------------------------------

Term = collections.namedtuple('Term', 'subject coefficient allowed kind')
Form = collections.namedtuple('Form', 'id code kind classes precedence carry lines')
# for_others: a total reported for units of other classes; where it is lacking, nothing is.
Element = collections.namedtuple('Element', 'id code scale over_time for_others')
FORMS = {'HOSPITAL_MONTH', 'PRIMARY_MONTH', 'INSTITUTION_YEAR', 'POPULATION_YEAR'}
COUNTED = {'N_FACILITY', 'N_AREA', 'DAYS', 'MONTHS', 'WORKDAYS'}


class Catalog:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.attributes = {(row['dimension'], row['code']): int(row['id']) for row in self.table('attributes')}
        self.parents = {(row['dimension'], int(row['id'])): self.attributes.get((row['dimension'], row['parent']), 0)
                        for row in self.table('attributes')}
        self.groups = collections.defaultdict(set)
        for row in self.table('groups'):
            self.groups[row['group']] |= self.below('class', row['class'])
        self.areas = {int(row['code']): row for row in self.table('areas')}
        self.elements, self.element_by_id = {}, {}
        for row in self.table('elements'):
            if row['over_space'] != 'sum' or row['broken_down_by']:
                continue
            element = Element(int(row['id']), row['code'], int(row['scale']), row['over_time'],
                              bool(row['for_class']))
            self.elements[element.code] = self.element_by_id[element.id] = element
        lines = collections.defaultdict(list)
        for row in sorted(self.table('form_lines'), key=lambda row: int(row['line'])):
            if row['form'] in FORMS and row['element'] in self.elements:
                lines[row['form']].append((self.elements[row['element']].id, row['required'] == 'yes'))
        self.forms = {}
        for row in (row for row in self.table('forms') if row['code'] in FORMS):
            classes = set().union(*(self.groups.get(code) or self.below('class', code)
                                    for code in row['classes'].split('|')))
            self.forms[int(row['id'])] = Form(int(row['id']), row['code'], KINDS[row['period']], classes,
                                              int(row['precedence']), int(row['carry_months'] or 0),
                                              dict(lines[row['code']]))
        listed = {element for form in self.forms.values() for element in form.lines}
        self.indicators = {row['code']: row for row in self.table('indicators') if self.knows(row, listed)}
        self.sides = {code: (self.linear(row['numerator']), self.linear(row['denominator']))
                      for code, row in self.indicators.items()}

    def knows(self, row, listed):
        """Whether it is a ratio of plain elements that stand on these forms."""
        words = set(re.findall(r'[A-Z][A-Z_0-9]*', re.sub(r'\[[^]]*\]', '', row['numerator'] + ' ' + row['denominator'])))
        return (row['method'] == 'ratio' and row['window'] in ('month', 'year') and
                all(word in COUNTED or (word in self.elements and self.elements[word].id in listed) for word in words))

    def table(self, name):
        with open(self.folder / f'{name}.csv', encoding='utf-8-sig', newline='') as file:
            return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(file)]

    def below(self, dimension, code):
        """The attribute and everything under it."""
        wanted, found = self.attributes[dimension, code], set()
        for (other, number) in self.parents:
            at = number if other == dimension else 0
            while at and at != wanted:
                at = self.parents[dimension, at]
            if at:
                found.add(number)
        return found

    def path(self, area):
        codes = []
        while area:
            codes.append(area)
            area = int(self.areas[area]['parent'] or 0)
        return codes

    def children(self, area):
        return sorted(code for code, row in self.areas.items() if row['parent'] == str(area))

    def linear(self, text):
        terms = []
        for sign, number, subject, conditions in re.findall(
                r'([+-]?)\s*(?:([\d.]+)\s*\*\s*)?(\w+)\s*(?:\[([^]]*)\])?', text):
            allowed, kind = {}, None
            for condition in filter(None, conditions.split(',')):
                name, _, codes = (part.strip() for part in condition.partition('='))
                if name == 'kind':
                    kind = codes
                    continue
                if name == 'group':
                    name, found = 'class', self.groups[codes]
                else:
                    found = set().union(*(self.below(name, code.strip()) for code in codes.split('|')))
                at = DIMENSIONS.index(name)
                allowed[at] = allowed.get(at, found) & found
            terms.append(Term(self.elements.get(subject, subject), Fraction(sign + (number or '1')), allowed, kind))
        return terms


def meant(term, stratum):
    return all(stratum[at] in found for at, found in term.allowed.items())


def elements_of(terms):
    return [term.subject for term in terms if isinstance(term.subject, Element)]


# -- what the journal says ------------------------------------------------------------------------

class Facility:
    def __init__(self, message):
        self.code = last(message[1], b'').decode()
        self.segments = []
        for segment in map(decode, message[3]):
            self.segments.append((signed(last(segment[1])), last(segment[2]),
                                  tuple(last(segment[number]) for number in range(3, 9)), bool(last(segment[9]))))

    def place(self, first, end):
        """(area, stratum) at the end of the days, or before a closing among them; None if never open."""
        place, ends = None, [segment[0] for segment in self.segments[1:]] + [1 << 40]
        for (from_day, area, stratum, closed), until in zip(self.segments, ends):
            if from_day <= end and until > first and not closed:
                place = area, stratum
        return place

    def place_in(self, period):
        first, count = months_of(period)
        return self.place(first_day(first), last_day(first + count - 1))


# expected: the form is assigned to what the facility is, as the registry now says. apart: elements that are not
# applicable to it.
Report = collections.namedtuple('Report', 'facility areas stratum values apart expected')


class Journal:
    """Reports in force and the registry, as the last entry of the dump leaves them."""

    def __init__(self, dump, catalog):
        self.catalog, self.facilities, self.in_force, self.entries = catalog, {}, {}, 0
        with open(dump, encoding='utf-8') as file:
            for line in file:
                self.take(json.loads(line))
        self.reports = collections.defaultdict(list)  # form, period → reports
        for (code, form, period), said in self.in_force.items():
            place = self.facilities[code].place_in(period)
            if place and said is not None:
                expected = place[1][0] in catalog.forms[form].classes
                self.reports[form, period].append(Report(code, set(catalog.path(place[0])), place[1], *said, expected))
        self.expected_places = {}

    def take(self, entry):
        self.entries += 1
        if entry['kind'] in COMMANDS:
            for packed in decode(bytes.fromhex(entry['body']))[5]:
                facility = Facility(decode(packed))
                self.facilities[facility.code] = facility
        elif entry['kind'] in (REPORT, WITHDRAWAL):
            message = decode(bytes.fromhex(entry['body']))
            identity = last(message[2], b'').decode(), last(message[3]), last(message[4])
            values, apart = dict(zip(numbers(message[7]), map(signed, numbers(message[8])))), set()
            for element, kind in zip(numbers(message[9]), numbers(message[10])):
                if kind == NOT_OFFERED:
                    values[element] = 0
                elif kind == NOT_APPLICABLE:
                    apart.add(element)
            self.in_force[identity] = None if last(message[6]) else (values, apart)

    def here(self, area, form, period, until=None):
        """Reports of facilities in the area; with until: those that still serve then, for want of a newer one."""
        reports = [report for report in self.reports[form.id, period] if area in report.areas]
        if until in (None, period):
            return reports
        newer = {report.facility for later in range(period + 1000, until + 1, 1000)
                 for report in self.reports[form.id, later]}
        return [report for report in reports
                if report.facility not in newer and self.facilities[report.facility].place_in(until)]

    def expected(self, area, form, period):
        """Strata of the facilities that owe the form."""
        if (form.id, period) not in self.expected_places:
            places = (facility.place_in(period) for facility in self.facilities.values())
            self.expected_places[form.id, period] = [(set(self.catalog.path(place[0])), place[1]) for place in places
                                                     if place and place[1][0] in form.classes]
        return [stratum for areas, stratum in self.expected_places[form.id, period] if area in areas]


# -- a figure ---------------------------------------------------------------------------------------

Use = collections.namedtuple('Use', 'form period until side term weight')


class Figure:
    """One indicator for one area over one window."""

    def __init__(self, journal, indicator, area, window, period):
        self.journal, self.catalog, self.area, self.window = journal, journal.catalog, area, window
        self.row, self.sides = self.catalog.indicators[indicator], self.catalog.sides[indicator]
        self.first, self.months = span_of(window, period)
        self.marks, self.uses = [], []
        self.plan()
        self.evaluate()

    def mark(self, text):
        if text not in self.marks:
            self.marks.append(text)

    # Which reports are read.

    def periods(self, kind):
        """The periods of this kind that cover exactly the window."""
        each = 1 if kind == MONTH else 12
        if self.first % each or self.months % each:
            return []
        return [period_of(kind, self.first + at) for at in range(0, self.months, each)]

    def giving(self, element, kind=None):
        return [form for form in self.catalog.forms.values()
                if element.id in form.lines and kind in (None, form.kind)]

    def carrying(self, element):
        return [form for form in self.giving(element) if form.carry and element.over_time not in ('sum', 'ytd')]

    def choose(self, elements):
        """The kind of period that covers most facility-months; all terms of a ratio read the same kind."""
        best = None
        for kind in sorted(KINDS.values()):
            forms = {form.id: form for element in elements for form in self.giving(element, kind)}.values()
            if not self.periods(kind) or not all(self.giving(element, kind) for element in elements):
                continue
            covered = sum(len(self.journal.here(self.area, form, period)) * months_of(period)[1]
                          for form in forms for period in self.periods(kind))
            weight = covered, -min(form.precedence for form in forms)
            if best is None or weight > best[0]:
                best = weight, kind
        return best[1] if best else None

    def plan(self):
        terms = [(side, term) for side in (0, 1) for term in self.sides[side] if isinstance(term.subject, Element)]
        usual = [term.subject for _, term in terms if not self.carrying(term.subject)]
        together = self.choose(usual) if usual else None
        for side, term in terms:
            carrying = self.carrying(term.subject)
            kind = together or (None if carrying else self.choose([term.subject]))
            for form in carrying:
                self.place_carried(side, term, form)
            if not carrying and kind is None:
                self.mark(f'no form gives {term.subject.code} for window {self.window}')
            elif not carrying:
                for form in self.giving(term.subject, kind):
                    self.place(side, term, form)

    def place(self, side, term, form):
        periods, over = self.periods(form.kind), term.subject.over_time
        if over == 'sum':
            self.uses += [Use(form, period, period, side, term, Fraction(1)) for period in periods]
            return
        if over not in ('last', 'first'):
            raise NotImplementedError(f'{term.subject.code}: {over} over time')
        order = periods if over == 'first' else periods[::-1]
        there = [period for period in order if self.journal.here(self.area, form, period)]
        period = (there or order)[0]
        if period != order[0]:
            self.mark(f'{term.subject.code} as of {period_text(period)}')
        self.uses.append(Use(form, period, period, side, term, Fraction(1)))

    def place_carried(self, side, term, form):
        """Of each facility the newest return; the mean over the months for which there is any."""
        parts, known = collections.Counter(), 0
        for month in range(self.first, self.first + self.months):
            until, any_report = period_of(YEAR, month), False
            for year in range(month // 12, 1948, -1):
                period = period_of(YEAR, year * 12)
                if month - (year * 12 + 11) > form.carry:
                    break
                if self.journal.here(self.area, form, period, until):
                    any_report = True
                    if period != until:
                        self.mark(f'provisional population {year}')
                parts[period, until] += 1
            known += any_report
        if 0 < known < self.months:
            self.mark(f'population of {known} of {self.months} months')
        self.uses += [Use(form, period, until, side, term, Fraction(months, known or 1))
                      for (period, until), months in parts.items()]

    # What they come to.

    def giving_forms(self):
        """Forms of the plan that are assigned to somebody whom a term means."""
        return [form for form in {use.form.id: use.form for use in self.uses}.values()
                if any(use.form == form and form.classes & use.term.allowed.get(0, form.classes) for use in self.uses)]

    def constant(self, term):
        journal, end = self.journal, self.first + self.months - 1
        if term.subject == 'N_FACILITY':
            places = (facility.place(first_day(end), last_day(end)) for facility in journal.facilities.values())
            return sum(1 for place in places if place and meant(term, place[1]) and
                       self.area in self.catalog.path(place[0]))
        if term.subject == 'N_AREA':
            return sum(1 for code, row in self.catalog.areas.items() if self.area in self.catalog.path(code) and
                       term.kind in (None, row['kind']))
        return {'DAYS': last_day(end) - first_day(self.first) + 1, 'MONTHS': self.months, '1': 1}[term.subject]

    def evaluate(self):
        wanted = [elements_of(side) for side in self.sides]
        self.paired = all(wanted) and all(self.pairs_on(form) for form in self.giving_forms()) and bool(self.uses)
        self.value = [Fraction(sum(term.coefficient * self.constant(term) for term in side
                                   if not isinstance(term.subject, Element))) for side in self.sides]
        self.has_data = [not elements for elements in wanted]
        self.expected, self.reported, self.with_value, self.left_out = [0, 0], [0, 0], [0, 0], 0
        self.apart = [0, 0]
        groups = collections.defaultdict(list)
        for use in self.uses:
            groups[use.form.id, use.period, use.until].append(use)
        for uses in groups.values():
            self.evaluate_group(uses)
        for side in (0, 1):
            self.expected[side] -= min(self.expected[side], self.apart[side])
        self.marks_of_completeness()

    def evaluate_group(self, uses):
        form, period, until = uses[0].form, uses[0].period, uses[0].until
        by_side = [[use for use in uses if use.side == side] for side in (0, 1)]
        for stratum in self.journal.expected(self.area, form, period) if until == period else ():
            for side in (0, 1):
                self.expected[side] += any(meant(use.term, stratum) for use in by_side[side])
        paired = self.paired and self.pairs_on(form)
        # Of each side and stratum: reports that give each use and to which it does not apply, and all of them.
        given, apart, reports = collections.Counter(), collections.Counter(), collections.Counter()
        for report in self.journal.here(self.area, form, period, until):
            stratum, values = report.stratum, report.values
            asked = [[use for use in by_side[side] if meant(use.term, stratum)] for side in (0, 1)]
            needed = [term.subject.id for side in self.sides for term in side
                      if isinstance(term.subject, Element) and not term.subject.for_others and meant(term, stratum)]
            none = paired and any(element in report.apart for element in needed)
            out = paired and not none and any(element not in values for element in needed)
            self.left_out += bool(out and (asked[0] or asked[1]))
            for side in (0, 1):
                reports[side, stratum] += bool(asked[side]) and report.expected
                for at, use in enumerate(asked[side]):
                    element = use.term.subject
                    there = not out and not none and element.id in values
                    if there:
                        self.has_data[side] = True
                        self.value[side] += (use.term.coefficient * use.weight *
                                             Fraction(values[element.id], 10 ** element.scale))
                    if not element.for_others:
                        given[side, stratum, at] += there and report.expected
                        apart[side, stratum, at] += (none if paired else element.id in report.apart) and report.expected
        # Of a stratum's reports as many have the side's value as have its scarcest element, and it does not apply to as
        # many as the one that applies to fewest.
        for (side, stratum), count in reports.items():
            counts = [(given[key], apart[key]) for key in given if key[:2] == (side, stratum)]
            none = max((there for _, there in counts), default=0)
            self.apart[side] += none
            self.reported[side] += count - none
            self.with_value[side] += min([count - none] + [there for there, _ in counts])

    def pairs_on(self, form):
        """Whether the form gives both sides; what is reported for others may be lacking."""
        return all(all(element.id in form.lines or element.for_others for element in elements_of(side)) and
                   any(element.id in form.lines for element in elements_of(side)) for side in self.sides)

    def marks_of_completeness(self):
        if self.row['mixed_basis']:
            self.mark('mixed basis')
        if not all(self.has_data):
            self.mark('no data')
        sides = [(self.expected[side], self.reported[side], self.with_value[side]) for side in (0, 1)]
        if sides[0] == sides[1] or not sides[0][0] or not sides[1][0]:
            named = [('', 0 if sides[0][0] else 1)]
        else:
            named = [('numerator ', 0), ('denominator ', 1)]
        for prefix, side in named:
            expected, reported, with_value = sides[side]
            if reported < expected:
                self.mark(f'{prefix}partial {reported} of {expected}')
            if self.has_data[side] and with_value < reported:
                self.mark(f'{prefix}values in {with_value} of {reported} reports')
        if self.left_out:
            self.mark(f'{self.left_out} left out')
        if any(self.apart):
            self.mark(f'not applicable to {max(self.apart)}')
        if all(self.has_data) and self.value[1] == 0:
            self.mark('denominator is 0')

    def answer(self):
        """The row that `indicator show` should give, as far as it is computed."""
        value = None
        if all(self.has_data) and self.value[1] != 0:
            value = rounded(self.value[0] * int(self.row['factor']) / self.value[1], int(self.row['decimals']) + 2)
        sides = [trimmed(rounded(self.value[side], 9)) if self.has_data[side] else None for side in (0, 1)]
        forms = sorted({form.id: form.code for form in self.giving_forms()}.items())
        return {'indicator': self.row['code'], 'area': str(self.area), 'window': self.window, 'value': value,
                'numerator': sides[0], 'denominator': sides[1], 'factor': int(self.row['factor']),
                'source': '+'.join(code for _, code in forms),
                'numerator_expected': self.expected[0], 'numerator_reported': self.reported[0],
                'numerator_with_value': self.with_value[0], 'denominator_expected': self.expected[1],
                'denominator_reported': self.reported[1], 'denominator_with_value': self.with_value[1],
                'left_out': self.left_out, 'paired': self.paired, 'mark': sorted(self.marks)}


def rounded(value, decimals):
    """Half away from zero, as digits."""
    scaled = (abs(value) * 10 ** decimals * 2 + 1) // 2
    digits = str(scaled).rjust(decimals + 1, '0')
    text = digits[:len(digits) - decimals] + ('.' + digits[len(digits) - decimals:] if decimals else '')
    return '-' + text if value < 0 and scaled else text


def trimmed(digits):
    return digits.rstrip('0').rstrip('.') if '.' in digits else digits
