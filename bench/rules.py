#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What do the rules cost beside unpacking the report?

    bench/rules.py BINARIES

A hospital's month of 60 values and a CDC's month of every cell, sound ones with 12 months before
them: nanoseconds of all of the sender's rules, and of protobuf-c's unpack of the same report into
an arena, as medians of rounds that take turns. The goal is a ratio of at most 1. Beside them, for
information, a township's month and a year's return with many lines empty.
Ends 1 when a report is not sound (then something else is measured).
"""
import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

from run import make_catalog, read_table

MONTHS, YEARS = 12, 3
HOSPITAL, CDC, PRIMARY, YEAR = 'HOSPITAL_MONTH', 'CDC_MONTH', 'PRIMARY_MONTH', 'INSTITUTION_YEAR'
GENERAL_HOSPITAL, TOWNSHIP, CDC_CLASS = 2, 11, 21
# A hospital of 500 beds in a month of 31 days; money in hundredths of a thousand yuan.
WARD = {
    'STAFF': 1000, 'HEALTH_TECHNICIAN': 820, 'PHYSICIAN': 270, 'TCM_PHYSICIAN': 31, 'GENERAL_PRACTITIONER': 17,
    'NURSE': 410, 'PHARMACIST': 52, 'TECHNICIAN': 61, 'OTHER_TECHNICIAN': 40, 'MANAGER': 56, 'LOGISTICS_WORKER': 77,
    'BED_ACTUAL': 500, 'BED_DAY_OPEN': 15300, 'BED_DAY_OCCUPIED': 13100, 'BED_DAY_DISCHARGED': 12900, 'VISIT': 42700,
    'OUTPATIENT': 37100, 'EMERGENCY': 52000, 'VISIT_BOOKED': 15900, 'VISIT_TCM': 2900, 'HEALTH_CHECKUP': 3100,
    'EMERGENCY_DEATH': 4, 'OBSERVATION_CASE': 410, 'OBSERVATION_DEATH': 2, 'INPATIENT_START': 420, 'ADMISSION': 1490,
    'DISCHARGE': 1490, 'INPATIENT_DEATH': 7, 'INPATIENT_END': 420, 'SURGERY_INPATIENT': 510, 'REFERRAL_DOWN': 81,
    'REFERRAL_UP': 24, 'INCOME_TOTAL': 3400000, 'INCOME_SUBSIDY': 300000, 'INCOME_MEDICAL': 3000000,
    'INCOME_OUTPATIENT': 1100000, 'INCOME_OUTPATIENT_DRUG': 410000, 'INCOME_INPATIENT': 1900000,
    'INCOME_INPATIENT_DRUG': 490000, 'INCOME_DRUG': 900000, 'INCOME_DRUG_ESSENTIAL': 370000, 'INCOME_DRUG_TCM': 93000,
    'INCOME_DECOCTION': 21000, 'INCOME_CONSUMABLE': 430000, 'INCOME_EXAMINATION': 390000, 'INCOME_LABORATORY': 310000,
    'EXPENSE_TOTAL': 3310000, 'EXPENSE_MEDICAL': 2900000, 'EXPENSE_DRUG': 870000, 'EXPENSE_CONSUMABLE': 510000,
    'EXPENSE_STAFF': 1210000,
}
STILL = {'BED_ACTUAL', 'INPATIENT_START', 'INPATIENT_END', 'ADMISSION', 'DISCHARGE', 'STAFF', 'HEALTH_TECHNICIAN',
         'INCOME_MEDICAL', 'INCOME_OUTPATIENT', 'INCOME_INPATIENT', 'INCOME_DRUG', 'INCOME_OUTPATIENT_DRUG',
         'INCOME_INPATIENT_DRUG'}


def hospital_row(catalogue, chance):
    """Sums and what stands still stay; the rest moves by up to three per cent downwards."""
    _, lines = read_table(catalogue / 'form_lines.csv')
    row = {}
    for number, code in enumerate(line['element'] for line in lines if line['form'] == HOSPITAL):
        usual = WARD.get(code, 200 + 7 * number)
        row[code] = usual if code in STILL else usual - chance.randrange(usual * 3 // 100 + 1)
    row['VISIT'] = max(row['VISIT'], row['OUTPATIENT'] + row['EMERGENCY'])
    return row


def small_row(form):
    """Of other forms the lines that a hospital has as well, a tenth of it; all others are absent."""
    def make(catalogue, chance):
        _, lines = read_table(catalogue / 'form_lines.csv')
        codes = [line['element'] for line in lines if line['form'] == form and line['element'] in WARD]
        row = hospital_row(catalogue, chance)
        return {code: row[code] // 10 for code in codes}
    return make


DOSES = ('VACCINE_GIVEN', 'HEPB_BIRTH_TIMELY')


def leaves(lists, name):
    rows = [row for row in lists if row['list'] == name]
    parents = {row['parent'] for row in rows}
    return [row['code'] for row in rows if row['code'] not in parents]


def cdc_row(catalogue, chance):
    _, elements = read_table(catalogue / 'elements.csv')
    _, lines = read_table(catalogue / 'form_lines.csv')
    _, lists = read_table(catalogue / 'code_lists.csv')
    by_code = {row['code']: row for row in elements}
    usual = {'DISEASE_CASE': 800, 'DISEASE_DEATH': 0, 'VACCINE_DUE': 5200, 'VACCINE_GIVEN': 5000, 'DEATH': 1200,
             'HEPB_BIRTH_TIMELY': 4200, 'CASE_CARD': 300, 'CASE_CARD_TIMELY': 290, 'EMERGENCY_EVENT': 2,
             'EMERGENCY_EVENT_CASE': 31, 'HIV_SCREENED': 2100, 'TB_SMEAR_EXPECTED': 24, 'TB_SMEAR_FOUND': 21,
             'TB_SMEAR_COHORT': 22, 'TB_SMEAR_CURED': 20}
    row = {}
    for code in (line['element'] for line in lines if line['form'] == CDC):
        cells = [code]
        for name in filter(None, by_code[code]['broken_down_by'].split('*')):
            cells = [f'{cell}.{leaf}' for cell in cells for leaf in leaves(lists, name)]
        for cell in cells:
            value = usual.get(code, 180 if code.startswith('DEATH_') else 0)
            down = 600 if cell.endswith('_3') else 0
            row[cell] = value - down - chance.randrange(200) if code in DOSES else value + chance.randrange(value // 8 + 1)
    row['TB_SMEAR_CURED'] = min(row['TB_SMEAR_CURED'], row['TB_SMEAR_COHORT'])
    row['CASE_CARD_TIMELY'] = min(row['CASE_CARD_TIMELY'], row['CASE_CARD'])
    return row


# The last two for information: no goal, and findings do not matter.
FORMS = ((HOSPITAL, hospital_row, GENERAL_HOSPITAL, MONTHS), (CDC, cdc_row, CDC_CLASS, MONTHS),
         (PRIMARY, small_row(PRIMARY), TOWNSHIP, MONTHS), (YEAR, small_row(YEAR), GENERAL_HOSPITAL, YEARS))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries', type=pathlib.Path)
    options = parser.parse_args()
    sound = True
    with tempfile.TemporaryDirectory() as folder:
        catalogue, values = pathlib.Path(folder) / 'catalog', pathlib.Path(folder) / 'values'
        make_catalog(catalogue)
        print('form\tvalues\tmonths before\tfindings\trules ns\tunpack ns\tratio')
        for form, make, stratum, before in FORMS:
            chance = random.Random(4)
            rows = [make(catalogue, chance) for _ in range(before + 1)]
            values.write_text(''.join(' '.join(f'{code}={value}' for code, value in row.items()) + '\n' for row in rows))
            period = '2026-03' if before == MONTHS else '2026'
            line = subprocess.run([options.binaries / 'bench' / 'rules_cost', catalogue, form, period, str(stratum), values],
                                  check=True, capture_output=True, text=True).stdout
            print(line, end='')
            sound = sound and (form not in (HOSPITAL, CDC) or line.split('\t')[3] == '0')
    return 0 if sound else 1


if __name__ == '__main__':
    sys.exit(main())
