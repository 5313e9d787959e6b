/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Plans: every quantified or countable target that a printed plan promises, one row per printed
 * target and target year, as a table per plan (catalog/plans/PLAN.csv). A row says what is printed
 * and how it is to be read; rows that repeat, contradict or lack a number stay rows and say so.
 * Whether a target is met is not decided here.
 *
 *   id, plan, seed, line, section, source, row, name_zh, name_en, printed, kind, unit, unit_set,
 *   baseline_year, baseline, target_year, year_implied, comparator, judged_comparator, target,
 *   tolerance, range_kind, polarity, hold_or_reach, recurrence, modality, nature, indicator,
 *   scope_node, owner, supersedes, note
 *
 * seed and line: the document, by its number, and the line on which the target stands. indicator: a
 * code of indicators.csv, or '?' and the code of one that the catalogue lacks, or empty for what no
 * indicator measures. target: digits as printed, or two joined by ".." for a range, or empty.
 * judged_comparator: 以上, 以下, 以内, 不低于 include the number (>=, <=); 低于, 少于, 超过 do not. */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include "model/catalog.h"

enum { TARGET_COLUMNS = 32, PLAN_COLUMN = 1 };

struct plans;

/* Reads every table of the folder, in the order of their names. All mistakes are told at once, one
 * "file:line: reason" each: ERR_INVALID. ERR_NOT_FOUND: there is no such folder. Borrows
 * nothing. */
CHECKED int plans_load(const char *folder, const struct catalog *catalog, struct plans **ret_plans);
void plans_free(struct plans *plans);
AUTO_DEFINE(plans_free, struct plans *);

/* Targets of all plans, in order. */
size_t plans_targets(const struct plans *plans);
/* Column names and cells as they stand in the tables; valid as long as plans. */
const char *plans_column(size_t column);
const char *plans_cell(const struct plans *plans, size_t target, size_t column);

#endif
