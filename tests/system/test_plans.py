# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""The plans over the generated places: every row in one class, and every sentence that is promised of them.

    test_plans.py BINARIES [--facilities small|full] [--keep]

The city's yearly returns are generated, sent through the collector and judged; what the plans print of 2015 and
2020 must come out, every figure must lead back to reports, and a correction must move a row at once. Counts per class and
plan, and the times of a scorecard, are printed; no time is demanded.
"""
import argparse
import collections
import csv
import re
import sys
import time
from fractions import Fraction

from city import CITY, EXAMPLES, PLANS, Places, expect, read_csv, targets_of
from world import ROOT, World

sys.path.insert(0, str(EXAMPLES))
sys.dont_write_bytecode = True
from recomputing.lifetable import chance_of_dying, life_expectancy  # noqa: E402
from recomputing.values import arguments_of, half_up  # noqa: E402

CLASSES = ('judged', 'provisional', 'needs_input', 'needs_person', 'not_measurable')
CITY_PLANS = (('lianyungang-2030', 2020), ('lianyungang-2030', 2025), ('lianyungang-2025', 2025), ('lianyun-2020', 2020))
SMALL_PLANS = (('longhu', 'longhu-2020', 2020), ('rudong', 'rudong-2018', 2018))
# Rows that still need an input when everything is loaded, and why that is right.
EXPLAINED = {
    'lianyungang-2025-019': 'the plan prints "-" for 2020: nobody knows the healthy life expectancy of the base year',
}
# The late ones: what is not there yet when the plans are first asked about.
LATE = 'INSTITUTION_YEAR-2020'
LATE_SHARE = 4
PRINTED = (('lianyungang-2030', '2015'), ('lianyungang-2025', '2020'))
ABOUT = Fraction(5, 100)
STAFF_ROW, TCM_ROW = 'lianyungang-2030-131', 'lianyungang-2030-145'
LIFE_ROW, INFANT_ROW, UNDER5_ROW, MATERNAL_ROW = (f'lianyungang-2030-{n}' for n in ('021', '023', '025', '027'))
INDICATORS = {row['code']: row for row in read_csv(ROOT / 'catalog' / 'indicators.csv')}


# -- (a), (b): classes ----------------------------------------------------------------------------

class Scores:
    """Scorecards, and what was counted in them."""

    def __init__(self, places):
        self.places = places

    def take(self, plan, at, when):
        rows = self.places.scorecard(plan, at)
        expect(f'{plan} at {at}, {when}: every row of the plan once', list(rows) == [r['id'] for r in targets_of(plan)])
        strange = {i: row['class'] for i, row in rows.items() if row['class'] not in CLASSES}
        expect(f'{plan} at {at}, {when}: each in one of the five classes', not strange, strange)
        counts = collections.Counter(row['class'] for row in rows.values())
        print(f'counts {plan} at {at} {when}:', ', '.join(f'{name} {counts[name]}' for name in CLASSES), flush=True)
        self.against_plan(plan, rows)
        return rows

    def against_plan(self, plan, rows):
        """A row that has an indicator is judged by it; the others wait for a person, or cannot be measured."""
        possible = {'indicator': CLASSES[:3], 'person': ('needs_person', 'judged'), 'nothing': ('not_measurable',)}
        wrong = {r['id']: rows[r['id']]['class'] for r in targets_of(plan)
                 if rows[r['id']]['class'] not in possible[r['judged_by']]}
        expect(f'{plan}: classes as the plan\'s table says who judges', not wrong, wrong)
        mute = [i for i, row in rows.items() if (row['class'] == 'needs_input') != bool(row['missing']) or
                (row['class'] in ('needs_input', 'needs_person', 'not_measurable') and not (row['note_zh'] and row['note_en']))]
        expect(f'{plan}: what lacks is named, and why', not mute, mute)


def outside(code, seen=()):
    """Whether an indicator rests on what comes from outside the reports."""
    row = INDICATORS[code]
    of = arguments_of(row)
    return row['method'] == 'external' or any(
        word in of and of[word] not in seen and outside(of[word], (*seen, code)) for word in ('of', 'by'))


def check_before(plan, rows):
    """Before the facts are loaded: whoever needs an input needs one from outside, and it is named."""
    needing = {i: row for i, row in rows.items() if row['class'] == 'needs_input'}
    wrong = {i: row['missing'] for i, row in needing.items() if i not in EXPLAINED and not (
        row['missing'].startswith('norm of ') or (outside(row['indicator']) and re.search(r'\bfact [A-Z]', row['missing'])))}
    expect(f'{plan}: without facts only external values, norms and explained rows are lacking ({len(needing)})', not wrong, wrong)
    judged = [i for i, row in rows.items() if row['class'] == 'judged' and INDICATORS[row['indicator'] or 'VISITS']['method'] ==
              'external' and row['source'] == 'reports']
    expect(f'{plan}: no external value came from reports', not judged, judged)


def check_after(plan, rows):
    needing = {i: row['missing'] for i, row in rows.items() if row['class'] in ('needs_input', 'provisional')}
    expect(f'{plan}: with facts everything is judged but what is explained', set(needing) == {i for i in EXPLAINED if i.startswith(plan)}, needing)
    for target in needing:
        print(f'   {target} needs {needing[target]}: {EXPLAINED[target]}')


# -- (c): from 2015 to 2020 -----------------------------------------------------------------------

def check_missed(rows):
    for target, wanted, found in ((STAFF_ROW, '0.83', '0.57'), (TCM_ROW, '0.4', '0.29')):
        row = rows[target]
        expect(f'{row["name_en"]}: {found}, wanted {wanted}, missed', row['status'] == 'missed' and row['target'] == wanted and
               half_up(Fraction(row['value']), 2) == found and Fraction(row['gap']) > 0 and row['gap_units'] > 0, row)


def check_mortalities(rows):
    for target, ceiling in ((INFANT_ROW, 6), (UNDER5_ROW, 10)):
        row = rows[target]
        expect(f'{row["name_en"]}: under its ceiling of {ceiling}, worse than 2015 beyond chance (p {row["p"]})',
               row['status'] == 'met' and Fraction(row['value']) <= ceiling and row['direction'] == 'worse' and
               float(row['p']) < 0.05 and Fraction(row['value']) > Fraction(row['baseline']) and
               'worse than the baseline beyond chance' in row['note_en'] and '超出随机波动' in row['note_zh'], row)
    row = rows[MATERNAL_ROW]
    expect(f'{row["name_en"]}: above 2015, but 2 deaths and 2 are not distinguishable (p {row["p"]})',
           row['direction'] == 'not_distinguishable' and float(row['p']) > 0.9 and
           Fraction(row['value']) > Fraction(row['baseline']) and 'not distinguishable' in row['note_en'], row)


def check_life(world, places, rows):
    """Printed lower though the text says it rose: compared when persons have said on what basis, never as a trend."""
    row = rows[LIFE_ROW]
    expect('life expectancy: lower than 2015, series not comparable', row['direction'] == 'not_comparable' and
           Fraction(row['value']) < Fraction(row['baseline']) and 'not comparable until a person states' in row['note_en'] and
           'as printed lower' in row['note_en'], row)

    def basis(year, source):
        world.ctl('fact', 'basis', CITY, 'LIFE_EXPECTANCY', year, '--source', source, '--basis', 'residents, reported deaths')
        world.await_followed()
        return places.scorecard('lianyungang-2030', 2020)[LIFE_ROW]
    row = basis('2020', 'reports')
    expect('the basis of one value alone is not enough', row['direction'] == 'not_comparable', row)
    basis('2015', 'reports')
    row = basis('2015', 'lianyungang-2030')
    expect('with the basis of both stated they are compared, and the fitted age pattern still allows no trend',
           row['direction'] != 'not_comparable' and row['direction'] not in ('better', 'worse') and row['p'] is None and
           row['projection'] is None and 'not comparable' not in row['note_en'] and 'no trend may be read' in row['note_en'] and
           'as printed lower' in row['note_en'], row)
    print(f'   direction {row["direction"]}: {row["note_en"]}')


# -- (d): printed digits ----------------------------------------------------------------------------

def check_printed(places):
    exact = about = external = 0
    for plan, year in PRINTED:
        for target in targets_of(plan):
            code, number = target['indicator'], re.fullmatch(r'(\d+(?:\.\d+)?)(左右)?', target['baseline'])
            if not code or not number or target['baseline_year'] != year or target['scope_node'] != CITY:
                continue
            if INDICATORS[code]['method'] == 'external':
                external += 1
                continue
            [shown] = places.ask('indicator show', indicator=code, area=CITY, period=year)
            value = exactly(shown)
            if value is None or shown['source_kind'] != 'reports':
                expect(f'{target["id"]} {code} {year}: {target["baseline"]}', False, shown)
            if number.group(2):
                about += 1
                right = abs(value - Fraction(number.group(1))) <= ABOUT * Fraction(number.group(1))
            else:
                exact += 1
                right = half_up(value, len(number.group(1).partition('.')[2])) == number.group(1)
            if not right:
                expect(f'{target["id"]} {code} {year}: {target["baseline"]}', False, shown)
    expect(f'{exact} printed values of 2015 and 2020 to the digit, {about} as "about" ({external} are external)', exact > 40)


def exactly(shown):
    """The value from both sides, or as it is shown."""
    if shown['denominator'] is not None and shown['numerator'] is not None and shown['value'] is not None:
        return Fraction(shown['numerator']) * Fraction(str(shown['factor'])) / Fraction(shown['denominator'])
    return None if shown['value'] is None else Fraction(shown['value'])


# -- (e): every figure leads back to reports --------------------------------------------------------

class Explained:
    """Takes explanations apart and looks up each report that they name."""

    def __init__(self, places):
        self.places, self.reports, self.looked_up, self.figures = places, {}, 0, collections.Counter()

    def report(self, row):
        key = row['facility'], row['form'], row['period']
        if key not in self.reports:
            found = self.places.ask('report show', facility=key[0], form=key[1], period=key[2])
            self.reports[key] = {line['element']: line for line in found}
        return self.reports[key].get(row['element'])

    def look_up(self, rows):
        for row in rows:
            if not row['form'] or not row['facility']:
                continue
            said = self.report(row)
            self.looked_up += 1
            value = '0' if said and said['absent'] == 'not_offered' else said and said['value']
            if said is None or value != row['value'] or said['digest'] != row['digest'] or \
                    said['revision'] != row['revision']:
                expect(f'{row["facility"]} {row["form"]} {row["period"]} {row["element"]} is {row["value"]}', False, said)

    def rows(self, code, area, period):
        return self.places.ask('indicator explain', indicator=code, area=area, period=period)

    def ratio(self, code, area, period):
        [shown] = self.places.ask('indicator show', indicator=code, area=area, period=period)
        rows = self.rows(code, area, period)
        self.look_up(rows)
        for side in ('numerator', 'denominator'):
            given = [Fraction(r['contribution']) for r in rows if r['side'] == side and not r['left_out'] and r['contribution']]
            if not given or sum(given) != Fraction(shown[side]):
                expect(f'{code} {area} {period}: {side} {shown[side]} = sum of what reports give', False, sum(given))
            parts = [Fraction(r['value']) * Fraction(r['coefficient']) for r in rows if r['side'] == side and r['facility'] and
                     r['form'] != 'POPULATION_YEAR' and not r['left_out'] and r['value']]
            if parts and shown['source'] == 'INSTITUTION_YEAR' and sum(parts) != Fraction(shown[side]):
                expect(f'{code} {area} {period}: coefficients times values make {side}', False, sum(parts))
        self.figures['ratio'] += 1

    def demographic(self, code, area, period):
        """The life table once more, from what explain lists."""
        [shown] = self.places.ask('indicator show', indicator=code, area=area, period=period)
        rows, ages = self.rows(code, area, period), {}
        self.look_up(rows)
        for row in rows:
            if row['contribution'] is not None and row['side'] in ('deaths', 'population'):
                key = row['side'], row['element'].rpartition('.')[2]
                ages[key] = ages.get(key, Fraction(0)) + Fraction(row['contribution'])
        order = ['A0', 'A1', *(f'A{age}' for age in range(5, 90, 5))]
        deaths, people = ([ages[side, age] for age in order] for side in ('deaths', 'population'))
        missed = sum(Fraction(r['contribution']) for r in rows if r['side'] == 'unreported' and r['contribution']) / 1000
        value = life_expectancy(deaths, people, unreported=missed) if INDICATORS[code]['method'] == 'life_expectancy' else \
            100 * chance_of_dying(deaths, people, 30, 70)
        digits = len(shown['value'].partition('.')[2])
        if half_up(value, digits) != shown['value']:
            expect(f'{code} {area} {period}: {shown["value"]} from its explanation', False, half_up(value, digits))
        self.figures[INDICATORS[code]['method']] += 1

    def units(self, code, area, period):
        [shown] = self.places.ask('indicator show', indicator=code, area=area, period=period)
        rows, of = self.rows(code, area, period), arguments_of(INDICATORS[code])
        held = [row for row in rows if row['side'] == 'holds']
        value = {'count': lambda: Fraction(len(held)), 'share': lambda: Fraction(100 * len(held), len(rows)),
                 'min': lambda: min(Fraction(r['value']) for r in held),
                 'max': lambda: max(Fraction(r['value']) for r in held)}[of['take']]()
        if half_up(value, len(shown['value'].partition('.')[2])) != shown['value']:
            expect(f'{code} {area} {period}: {shown["value"]} from its units', False, value)
        for row in held[:3]:
            where = {'facility': row['facility']} if row['facility'] else {}
            again = self.places.ask('indicator explain', indicator=row['element'], area=row['area'], period=period, **where)
            self.look_up(again)
            total = sum(Fraction(r['contribution']) for r in again if r['side'] == 'numerator' and r['contribution'])
            if total != Fraction(row['value']):
                expect(f'{code}: unit {row["facility"] or row["area"]} has {row["value"]}', False, total)
        self.figures['units'] += 1

    def growth(self, code, area, period):
        [shown] = self.places.ask('indicator show', indicator=code, area=area, period=period)
        before, now = (Fraction(row['value']) for row in self.rows(code, area, period))
        value = 100 * (now - before) / before
        if half_up(value, len(shown['value'].partition('.')[2])) != shown['value']:
            expect(f'{code} {area} {period}: {shown["value"]} from both years', False, value)
        for row in self.rows(code, area, period):
            self.ratio(row['element'], row['area'], row['period'])
        self.figures['growth'] += 1

    def milestone(self, code, area, period):
        [shown] = self.places.ask('indicator show', indicator=code, area=area, period=period)
        rows = self.rows(code, area, period)
        self.look_up(rows)
        if [Fraction(row['value']) for row in rows] != [Fraction(shown['value'])]:
            expect(f'{code} {area} {period}: {shown["value"]} is the stage reported', False, rows)
        self.figures['milestone'] += 1


def check_explained(places):
    explained = Explained(places)
    for code in ('BED_PER_1000', 'NURSE_PER_1000', 'PUBLIC_HEALTH_STAFF_PER_1000', 'INFANT_MORTALITY', 'MATERNAL_MORTALITY',
                 'VISIT_SHARE_PRIMARY_WIDE', 'HEALTH_LITERACY', 'MEDICAL_INCOME_HOSPITAL_PUBLIC'):
        for area in (CITY, '320707'):
            if code != 'HEALTH_LITERACY' or area == CITY:
                explained.ratio(code, area, '2020')
    for code in ('LIFE_EXPECTANCY', 'LIFE_EXPECTANCY_MALE', 'PREMATURE_NCD_PROBABILITY'):
        explained.demographic(code, CITY, '2020')
    explained.demographic('LIFE_EXPECTANCY', '320722', '2019')
    for code in ('CHC_TCM_HALL_COVERAGE', 'EMR_LEVEL_3', 'COUNTIES_WITH_HOSPICE_CENTRE', 'COUNTY_PROVINCIAL_KEY_SPECIALTIES',
                 'COUNTY_TCM_HOSPITALS_LEVEL3'):
        explained.units(code, CITY, '2020')
    explained.growth('MEDICAL_COST_GROWTH', CITY, '2020')
    explained.milestone('STAGE_HEALTHY_CITY', CITY, '2020')
    expect(f'figures lead back to reports, exactly: {dict(explained.figures)}, {explained.looked_up} values looked up in '
           f'{len(explained.reports)} reports', explained.looked_up > 1000)


# -- (f): how long -----------------------------------------------------------------------------------

def time_scorecards(world, places):
    """Cold: the first question after the aggregator has started, and the first of this plan. Warm: once more."""
    for plan, at in CITY_PLANS:
        places.close()
        world.stop('aggregator')
        world.start_aggregator()
        world.await_followed()
        places.ask('status')
        times = []
        for _ in range(4):
            started = time.monotonic()
            places.scorecard(plan, at)
            times.append(1000 * (time.monotonic() - started))
        print(f'time {plan} at {at}: cold {times[0]:.0f} ms, warm {min(times[1:]):.0f} ms (post, decoding included)', flush=True)


# -- (g): what moves a row ---------------------------------------------------------------------------

def sheet_of(path, rows):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def check_correction(world, places, folder):
    """One report corrected lifts the staff over its target, and back."""
    rows = places.ask('indicator explain', indicator='PUBLIC_HEALTH_STAFF_PER_1000', area=CITY, period='2020')
    [one] = [r for r in rows if r['side'] == 'numerator' and r['value']][:1]
    [line] = [r for r in read_csv(folder / 'INSTITUTION_YEAR-2020.csv') if r['facility'] == one['facility']]
    target = places.scorecard('lianyungang-2030', 2020)[STAFF_ROW]
    changed = {**line, 'revision': '2', one['element']: str(int(Fraction(line[one['element']])) + target['gap_units'])}
    for other in ('STAFF', 'HEALTH_STAFF', 'HEALTH_TECHNICIAN'):  # sums that the collector checks
        if other in line and line[other].isdigit():
            changed[other] = str(int(line[other]) + target['gap_units'])
    places.send(sheet_of(world.folder / 'corrected.csv', [changed]), 'INSTITUTION_YEAR')
    world.await_followed()
    row = places.scorecard('lianyungang-2030', 2020)[STAFF_ROW]
    expect(f'{target["gap_units"]} more persons in one corrected report meet the target at once', row['status'] == 'met' and
           row['shown'] == '0.83' and target['status'] == 'missed', row)
    places.send(sheet_of(world.folder / 'corrected.csv', [{**line, 'revision': '3'}]), 'INSTITUTION_YEAR')
    world.await_followed()
    expect('and the old numbers give the old row', places.scorecard('lianyungang-2030', 2020)[STAFF_ROW] == target)


def check_verdict(world, places):
    rows = places.scorecard('lianyungang-2030', 2020)
    target = next(i for i, row in rows.items() if row['class'] == 'needs_person' and row['target_year'] == 2020)

    def say(outcome):
        world.ctl('verdict', 'add', target, '2020', '--outcome', outcome, '--evidence', '验收意见')
        world.await_followed()
        return places.scorecard('lianyungang-2030', 2020)
    after = say('met')
    expect(f'a verdict judges {target}', after[target]['class'] == 'judged' and after[target]['status'] == 'met', after[target])
    expect('and no other row', [i for i in rows if after[i] != rows[i]] == [target])
    expect('withdrawn, the row waits again', say('withdrawn') == rows)


def check_verify(world):
    done = world.ctl('verify', check=None, timeout=300)
    expect('verify finds no difference', done.returncode == 0, done.stdout + done.stderr)


# -- late reports -------------------------------------------------------------------------------------

def hold_back(folder):
    """Takes a part of the rows out of a sheet; gives the sheet of those."""
    path = folder / f'{LATE}.csv'
    rows = read_csv(path)
    with open(path, encoding='utf-8-sig', newline='') as file:
        lines = file.read()
    late = folder / 'late.csv'
    sheet_of(late, rows[::LATE_SHARE])
    sheet_of(path, [row for at, row in enumerate(rows) if at % LATE_SHARE])
    return late, lines, path


def check_late(places, scores, late, complete):
    rows = scores.take('lianyungang-2030', 2020, f'without every {LATE_SHARE}th return of {LATE}')
    waiting = {i for i, row in rows.items() if row['class'] == 'provisional'}
    expect(f'{len(waiting)} rows are provisional while reports are late, the staff among them', {STAFF_ROW, TCM_ROW} <= waiting)
    wrong = [i for i in waiting if rows[i]['status'] in ('missed', 'striven_not_reached') or float(rows[i]['complete']) >= 95]
    expect('late reports turn nothing into missed', not wrong, wrong)
    places.send(late, 'INSTITUTION_YEAR')
    late.unlink()
    path, lines = complete
    with open(path, 'w', encoding='utf-8', newline='') as file:
        file.write(lines)
    places.world.await_followed()
    return {row['class'] for row in rows.values()}


# -- the whole ----------------------------------------------------------------------------------------

def load_city(places, size):
    held = {}

    def between(folder):
        late, lines, path = hold_back(folder)
        held['late'], held['complete'] = late, (path, lines)
    folder = places.load('lianyungang', '--facilities', size, '--monthly-years', 'none', between=between)
    return folder, held


def check_city(world, places, size):
    scores = Scores(places)
    folder, held = load_city(places, size)
    classes = check_late(places, scores, held['late'], held['complete'])
    for plan, at in CITY_PLANS:
        check_before(plan, scores.take(plan, at, 'before the facts'))
    places.import_facts('lianyungang')
    after = {(plan, at): scores.take(plan, at, 'with the facts') for plan, at in CITY_PLANS}
    for (plan, _), rows in after.items():
        check_after(plan, rows)
        classes |= {row['class'] for row in rows.values()}
    classes.add('needs_input')
    expect('all five classes have occurred', classes == set(CLASSES), classes)
    rows = after['lianyungang-2030', 2020]
    check_missed(rows)
    check_mortalities(rows)
    check_life(world, places, rows)
    check_printed(places)
    check_explained(places)
    check_correction(world, places, folder)
    check_verdict(world, places)
    time_scorecards(world, places)


def check_small(places):
    scores = Scores(places)
    for place, plan, at in SMALL_PLANS:
        places.load(place)
        check_before(plan, scores.take(plan, at, 'before the facts'))
        places.import_facts(place)
        check_after(plan, scores.take(plan, at, 'with the facts'))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--facilities', choices=('small', 'full'), default='small')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    started = time.monotonic()
    with World(arguments.binaries, keep=arguments.keep, rules=True) as world:
        world.start()
        places = Places(world)
        check_city(world, places, arguments.facilities)
        check_small(places)
        check_verify(world)
        places.close()
    print(f'{time.monotonic() - started:.0f} s in all')


if __name__ == '__main__':
    main()
