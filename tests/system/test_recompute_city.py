# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""Every figure of the generated city a second time, from the CSV files alone.

    test_recompute_city.py BINARIES [--years 2015..2025] [--keep]

examples/recomputing, which shares nothing with the daemons but the tables of catalog/, computes every ratio and every
value of the methods that it knows, for the city, its counties and zones and every year. Ratios must be equal as fractions, on both
sides; the others to the last digit shown, and to 1e-9 where a scorecard gives more digits.
"""
import argparse
import collections
import csv
import sys
import time
from fractions import Fraction

from city import CITY, COUNTIES, EXAMPLES, ZONES, Places
from world import Failed, World

sys.path.insert(0, str(EXAMPLES))
sys.dont_write_bytecode = True
from recomputing.reports import NO_ELEMENTS, Reports  # noqa: E402
from recomputing.tables import Catalog, Mistake  # noqa: E402
from recomputing.values import evaluate, half_up, method_of, value_of  # noqa: E402

AREAS = (CITY, *COUNTIES, *ZONES)
CLOSE = Fraction(1, 10 ** 9)
HOLED, HOLE_EVERY = ('INSTITUTION_YEAR', 'PUBLIC_HEALTH_MONTH', 'MCH_QUARTER'), 211
EACH = 2  # differences shown of each indicator


class Comparison:
    def __init__(self, places, reports):
        self.places, self.reports, self.values = places, reports, {}
        self.compared, self.without, self.unknown = collections.Counter(), collections.Counter(), collections.Counter()
        self.exact, self.wrong = 0, []

    def say(self, *words):
        self.wrong.append(' '.join(map(str, words)))

    def value(self, code, area, year, window=None):
        """Of a method; 'unknown' where the recomputation does not know it."""
        key = code, area, year, window
        if key not in self.values:
            try:
                self.values[key] = value_of(self.reports, code, area, year, window)
            except Mistake as mistake:
                self.unknown[f'{method_of(self.reports.catalog, code)}: {str(mistake).partition(":")[0]}'] += 1
                self.values[key] = 'unknown'
        return self.values[key]

    def year(self, code, year):
        rows = self.places.ask('indicator show', indicator=code, area=CITY, period=year, by='area')
        if sorted(row['area'] for row in rows) != sorted(AREAS):
            self.say(code, year, 'areas', [row['area'] for row in rows])
        for row in rows:
            (self.ratio if method_of(self.reports.catalog, code) == 'ratio' else self.method)(code, row, year)

    def ratio(self, code, row, year):
        where = code, row['area'], year
        try:
            result = evaluate(self.reports, code, row['area'], year, row['window'])
        except Mistake as mistake:
            self.unknown[f'ratio: {str(mistake).partition(":")[0]}'] += 1
            return
        value = result.value()
        if row['source_kind'] in ('fact', 'published'):
            if value is not None:
                self.say(*where, 'is', row['source_kind'], row['value'], 'recomputed from reports:', value)
            self.without['ratio'] += 1
            return
        for side in ('numerator', 'denominator'):
            shown = None if row[side] is None else Fraction(row[side])
            if shown != (result.side[side] if result.values[side] or shown is not None else None):
                self.say(*where, side, row[side], 'recomputed', result.side[side])
        if result.paired and row['left_out'] != result.left_out:
            self.say(*where, 'left out', row['left_out'], 'recomputed', result.left_out)
        self.digits(where, row, value)

    def method(self, code, row, year):
        value = self.value(code, row['area'], year, row['window'])
        if value == 'unknown' or row['source_kind'] in ('fact', 'published'):
            return
        self.digits((code, row['area'], year), row, value)

    def digits(self, where, row, value):
        """To the digits shown: two more than the indicator prints."""
        kind = method_of(self.reports.catalog, where[0])
        self.compared[kind] += value is not None
        self.without[kind] += value is None
        shown = None if value is None else half_up(value, len(row['value'].partition('.')[2])) if row['value'] else value
        if row['value'] != shown:
            self.say(*where, row['window'], row['value'], 'recomputed', shown if shown is None else float(value), row['missing'] or '')

    def scorecard(self, plan, area, year):
        """Nine decimals of whatever is no ratio."""
        for target in self.places.scorecard(plan, year, area).values():
            code = target['indicator']
            if not code or target['value'] is None or target['period'] not in (year, f'{year}M') or target['area'] != area:
                continue
            if target['source'] is None or method_of(self.reports.catalog, code) in ('ratio', 'external'):
                continue
            value = self.value(code, area, year)
            if value in ('unknown', None):
                continue
            self.exact += 1
            if abs(Fraction(target['value']) - value) > max(abs(value) * CLOSE, CLOSE / 2):
                self.say(plan, target['id'], code, area, year, target['value'], 'recomputed', float(value))


def read_reports(folder, catalog):
    reports = Reports(Catalog(catalog))
    reports.add_facilities(folder / 'facilities.csv')
    for sheet in sorted(folder.glob('*-20??.csv')):
        reports.add_returns(sheet.stem.rpartition('-')[0], sheet)
    return reports


def make_holes(folder):
    """Here and there a figure was not collected: pairs lose both sides, sums one value."""
    holes = 0
    for sheet in sorted(folder.glob('*-20??.csv')):
        if not sheet.name.startswith(HOLED):
            continue
        with open(sheet, encoding='utf-8-sig', newline='') as file:
            head, *rows = csv.reader(file)
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                if head[column] not in NO_ELEMENTS and text.isdigit() and (31 * at + 17 * column) % HOLE_EVERY == 0:
                    row[column], holes = 'NOT_COLLECTED', holes + 1
        with open(sheet, 'w', encoding='utf-8', newline='') as file:
            csv.writer(file).writerows([head, *rows])
    print(f'{holes} figures made holes')


def compare(comparison, years):
    catalog = comparison.reports.catalog
    for code in catalog.indicators:
        if method_of(catalog, code) == 'external' or catalog.indicators[code]['window'] in ('plan', 'baseline'):
            comparison.unknown['external, or a window of a plan'] += 1
            continue
        for year in years:
            comparison.year(code, year)
    for plan in ('lianyungang-2030', 'lianyungang-2025'):
        for area in AREAS:
            for year in years:
                comparison.scorecard(plan, area, year)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--years', default='2015..2025')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    started = time.monotonic()
    first, _, last = arguments.years.partition('..')
    with World(arguments.binaries, keep=arguments.keep, rules=True) as world:
        world.start()
        places = Places(world)
        folder = places.load('lianyungang', '--facilities', 'small', '--monthly-years', 'none', between=make_holes)
        comparison = Comparison(places, read_reports(folder, world.catalog))
        years = [str(year) for year in range(int(first), int(last or first) + 1)]
        compare(comparison, years)
        places.close()
    print(f'compared with a value: {dict(comparison.compared)}; without one on either side: {dict(comparison.without)}')
    print(f'to 1e-9 in scorecards: {comparison.exact}; not recomputed: {dict(comparison.unknown)}')
    kinds = collections.Counter(line.split()[0] for line in comparison.wrong)
    seen = collections.Counter()
    for line in comparison.wrong:
        seen[line.split()[0]] += 1
        if seen[line.split()[0]] <= EACH:
            print('  differs:', line)
    print('differences:', dict(kinds))
    print(f'{len(comparison.wrong)} differ; {time.monotonic() - started:.0f} s')
    if comparison.wrong or comparison.compared['ratio'] < 4000 * len(years) or comparison.exact < 400 * len(years):
        raise Failed('the daemons and the recomputation differ, or too little was compared')


if __name__ == '__main__':
    main()
