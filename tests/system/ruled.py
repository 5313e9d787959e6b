# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""A catalogue of a test's own: the shipped one with a few rules and reasons, and without lock days (0: never).

The transcripts of the clerk's guide must not change with every rule that is added, and reports of 2015 must not be
held because they are late.
"""
import csv
import shutil

from world import ROOT

HOSPITAL = 'HOSPITAL_MONTH'
GENERAL = 'class=general_hospital|tcm_hospital|integrated_hospital'
RULES = ['id', 'code', 'forms', 'severity', 'check', 'when', 'holds', 'tolerance', 'missing', 'facilities', 'settings',
         'name_zh', 'name_en', 'fix_zh', 'fix_en', 'source']
LOOK_ZH, LOOK_EN = '核对两个数字与台账，改正填错的一个', 'check both figures against the ledger and correct the wrong one'


def rule(number, code, severity, holds, zh, en, when='', facilities='', check='holds', settings=''):
    return [number, code, HOSPITAL, severity, check, when, holds, '', 'skip_any', facilities, settings, zh, en,
            LOOK_ZH, LOOK_EN, 'test']


FEW = [
    rule(1, 'T01', 'reject', 'PHYSICIAN + NURSE <= HEALTH_TECHNICIAN',
         '执业（助理）医师数、注册护士数之和不超过卫生技术人员数',
         'physicians and nurses: together at most health technicians'),
    rule(2, 'T02', 'reject', 'OUTPATIENT <= VISIT', '门诊人次数不超过总诊疗人次数',
         'outpatient visits: at most total visits'),
    rule(3, 'T06', 'hold', 'INPATIENT_END = INPATIENT_START + ADMISSION - DISCHARGE', '期末在院=期初在院+入院−出院',
         'inpatients at the end: those at the start, plus admissions, less discharges'),
    rule(4, 'T07', 'hold', 'INPATIENT_START = prev(INPATIENT_END)', '期初在院人数等于上月期末在院人数',
         'inpatients at the start: as many as at the end of the month before'),
    rule(5, 'T09', 'hold', 'BED_DAY_OCCUPIED <= 1.1*BED_DAY_OPEN', '病床使用率不超过110%',
         'bed occupancy: at most 110 %', facilities=GENERAL),
    rule(6, 'T26', 'hold', 'BED_ACTUAL <= 1.2*prev(BED_ACTUAL)', '实有床位数比上月增加不超过20%（增加5以内不计）',
         'actual beds: at most 20 % above the month before (5 or fewer do not matter)',
         when='BED_ACTUAL - prev(BED_ACTUAL) > 5'),
    rule(7, 'T12', 'hold', 'VISIT <= 3*median(VISIT)', '总诊疗人次数不超过近12个月中位数的3倍',
         'total visits: at most 3 times the median of 12 months'),
    rule(8, 'T21', 'hold', '', '金额单位为千元，与近期水平相当', 'money in thousand yuan, of the usual size',
         check='unit_slip', settings='low=300 high=3000 floor=100 periods=3'),
    rule(9, 'T22', 'hold', '', '数值与近期水平相当', 'figures of the usual size', check='ten_times',
         settings='low=8 high=12 floor=30 periods=3'),
    rule(10, 'T23', 'hold', '', '本期数字不是照抄上期', 'the figures are not those of the period before',
         check='copied', settings='cells=10 periods=1'),
]
REASONS = [(1, 'CHECKED_CORRECT', '已核对，数字属实', 'checked, the figure is right', 'sender'),
           (2, 'EXTRA_BEDS', '临时加床', 'temporary extra beds', 'sender'),
           (3, 'NEW_SERVICE', '新开展业务或新设科室', 'new service or department', 'sender'),
           (20, 'IMPLAUSIBLE', '数字不合常理', 'the figure is not plausible', 'bureau'),
           (21, 'UNEXPLAINED', '说明理由不充分', 'the explanation does not suffice', 'bureau')]


def write(path, head, rows):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        csv.writer(file).writerows([head, *rows])


def catalogue(folder, source=None, few=True):
    """A copy of the catalogue in the folder; few: with the rules above instead of its own."""
    shutil.copytree(source or ROOT / 'catalog', folder)
    if few:
        write(folder / 'rules.csv', RULES, FEW)
        write(folder / 'reasons.csv', ['id', 'code', 'name_zh', 'name_en', 'used_by', 'note'],
              [(*row, '') for row in REASONS])
    with open(folder / 'forms.csv', encoding='utf-8-sig', newline='') as file:
        rows = list(csv.DictReader(file))
    if 'lock_days' in rows[0]:
        write(folder / 'forms.csv', list(rows[0]), [list({**row, 'lock_days': '0'}.values()) for row in rows])
    return folder
