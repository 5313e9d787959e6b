/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Plans and their targets: what is printed, and how it is to be read. One row of plans/PLAN.csv per
 * printed target and target year; rows that repeat, contradict or lack a number stay rows and say
 * so. Whether a target is met is decided by model/judge.h.
 *
 *   table              columns
 *   plans.csv          plan, name_zh, name_en, area, first_year, last_year, seed, issuer_zh,
 *                      issuer_en, note
 *   plans/PLAN.csv     id, plan, seed, line, section, source, row, name_zh, name_en, printed, kind,
 *                      unit, unit_set, baseline_year, baseline, target_year, year_implied,
 *                      comparator, judged_comparator, target, tolerance, range_kind, polarity,
 *                      hold_or_reach, recurrence, modality, nature, indicator, scope_node, owner,
 *                      supersedes, note, judged_by, because_zh, because_en
 *   breaks.csv         indicator, area, year, why_zh, why_en: from that year on the indicator means
 *                      something else, in the area and those in it (none: everywhere)
 *   facts.csv          area, indicator, period, value, comparator, source, basis, note: values that
 *                      a plan prints beside its targets (the baselines of target rows are facts by
 *                      themselves and are not repeated here)
 *
 * judged_by: "indicator"; "person" (because_*: what to look at); "nothing" (not measurable as
 * written; because_*: why). judged_comparator: >=, >, <=, <, about, near, range, trend, none.
 * 以上, 以下, 以内, 不低于 include the number (>=, <=); 低于, 少于, 超过 do not. about, near: no
 * further than the tolerance on the wrong side (about: on either, where none is better). tolerance
 * is in the target's unit. range_kind: floor (the lower bound decides; above it is met) or band.
 * A row of kind "norm" without a number is judged against the norm of its indicator (a fact of kind
 * norm), of kind "trend" against its baseline. */
#ifndef MODEL_TARGET_H
#define MODEL_TARGET_H

#include "model/catalog.h"

/* A printed figure: value / 10^scale, with scale decimals printed. */
struct printed {
	bool there;
	int64_t value;
	uint8_t scale;
};

struct plan_info {
	char code[CATALOG_CODE_BYTES];
	struct catalog_name name;
	uint32_t area;
	int first_year, last_year;
	char seed[4]; /* the document's number */
	struct catalog_name issuer;
};

enum target_kind {
	TARGET_NUMERIC = 1,
	TARGET_COUNT,
	TARGET_MILESTONE,
	TARGET_TREND,
	TARGET_NORM,
	TARGET_RANK,
	TARGET_VERDICT
};
enum judged_by { JUDGED_BY_INDICATOR = 1, JUDGED_BY_PERSON, JUDGED_BY_NOTHING };
enum comparator {
	COMPARATOR_NONE,
	COMPARATOR_AT_LEAST,
	COMPARATOR_MORE,
	COMPARATOR_AT_MOST,
	COMPARATOR_LESS,
	COMPARATOR_ABOUT,
	COMPARATOR_NEAR,
	COMPARATOR_RANGE,
	COMPARATOR_TREND
};
enum range_kind { RANGE_NONE, RANGE_FLOOR, RANGE_BAND };
/* open: the baseline tells */
enum hold_or_reach { HOLD_OR_REACH_OPEN, TARGET_REACH, TARGET_HOLD };
enum recurrence { RECURS_END_YEAR = 1, RECURS_EVERY_YEAR, RECURS_EVERY_PERIOD, RECURS_ONCE };

enum { TARGET_COLUMNS = 35 };

struct target {
	const struct plan_info *plan;
	const struct indicator *indicator; /* NULL unless judged_by is JUDGED_BY_INDICATOR */
	uint32_t area;      /* scope_node if that is an area's code, else the plan's */
	bool area_is_plans; /* scope_node names no area: see cell "scope_node" */
	enum target_kind kind;
	enum judged_by judged_by;
	enum comparator comparator;
	enum range_kind range;
	enum polarity polarity; /* the row's own, else the indicator's */
	enum hold_or_reach hold_or_reach;
	enum recurrence recurrence;
	bool striven; /* 力争, 争取: a miss reads "striven for, not reached" */
	int baseline_year, target_year; /* 0: none printed */
	struct printed baseline, target, target_high /* of a range */, tolerance;
	enum comparator baseline_comparator; /* COMPARATOR_ABOUT for 26左右, else NONE */
	/* every cell as it stands in the table, in column order; see target_cell() */
	const char *cell[TARGET_COLUMNS];
};

/* A value that somebody printed. */
struct published {
	uint32_t area;
	const struct indicator *indicator;
	uint32_t period;
	struct printed value;
	enum comparator comparator; /* NONE: the value itself */
	const char *source;         /* a plan's code and where in it */
	const char *basis;          /* "": not stated */
	const char *note;
};

/* From the year on an indicator's values are of a new series. */
struct series_break {
	const struct indicator *indicator;
	uint32_t area; /* and those in it; 0: everywhere */
	int year;
	struct catalog_name why;
};

/* In the order of plans.csv, and of the tables' rows. */
const struct plan_info *catalog_plans(const struct catalog *catalog, size_t *ret_count);
const struct plan_info *catalog_plan_by_code(const struct catalog *catalog, const char *code);
const struct target *catalog_targets(const struct catalog *catalog, size_t *ret_count);
const struct target *catalog_target_by_id(const struct catalog *catalog, const char *id);
/* The rows of one plan lie together. */
const struct target *catalog_targets_of(
	const struct catalog *catalog, const struct plan_info *plan, size_t *ret_count);
/* facts.csv, then the baselines of the targets, each value of one area, indicator and period once
 * per source. */
const struct published *catalog_published(const struct catalog *catalog, size_t *ret_count);
/* Whether the name means it: its whole source, or its plan's code. */
bool published_named(const struct published *published, const char *name);
/* The first break of the indicator's series in the area after one year and until another; NULL. */
const struct series_break *catalog_break_next(const struct catalog *catalog,
	const struct indicator *indicator, uint32_t area, int after, int until);
/* Column names; NULL beyond the last. The cell of the named column; "" if empty. */
const char *target_column(size_t column);
const char *target_cell(const struct target *target, const char *column);

#endif
