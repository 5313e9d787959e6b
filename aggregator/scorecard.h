/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Judging the rows of a plan on the values that are known; shared by scorecard*.c. A row's readings
 * are asked for year by year, the row is judged (model/judge.h), and what was found is kept until
 * the next row. */
#ifndef AGGREGATOR_SCORECARD_H
#define AGGREGATOR_SCORECARD_H

#include "aggregator/projection_memo.h"
#include "aggregator/verb.h"
#include "model/judge.h"

enum {
	SCORE_YEARS_BACK = 11,    /* yearly readings go no further back */
	SCORE_READINGS_MAX = 192, /* months of sixteen years */
	SCORE_WAYPOINTS_MAX = 8,
	SCORE_BREAKS_MAX = 8, /* of one series */
};

/* What a reading leaves out of a value. */
struct score_origin {
	char source[SOURCE_BYTES];
	double complete; /* by volume, 0..1 */
};

struct score {
	/* of the question */
	struct valuing asked; /* view, memory and depth of whoever asks */
	const struct plan_info *plan;
	uint32_t area; /* whose values; the plan's, or another under the same targets */
	uint32_t at;   /* the last period that counts */
	int32_t today;
	project_function *project; /* projections are not made unless this is set */
	void *project_context;
	const struct adjusting *adjusting; /* rows that these touch are told so; NULL: not asked */
	/* of the row in hand */
	uint32_t row_area;
	struct valuing valuing;
	struct reading reading[SCORE_READINGS_MAX];
	struct score_origin origin[SCORE_READINGS_MAX];
	struct reading limit;
	struct waypoint waypoint[SCORE_WAYPOINTS_MAX];
	int breaks[SCORE_BREAKS_MAX];
	char missing[VALUE_MISSING_BYTES], missing_baseline[VALUE_MISSING_BYTES];
	struct judging judging;
	struct judgement judgement;
	bool touched; /* by an adjustment: judged as reported, it would be: */
	struct rational adjusted;
};

/* For a plan, of an area (0: the plan's own), at a period. */
CHECKED int score_new(const struct valuing *asked, const struct plan_info *plan, uint32_t area,
	uint32_t at, struct score **ret_score);
void score_free(struct score *score);
AUTO_DEFINE(score_free, struct score *);
/* The last year that is over and of which the area has reported. */
CHECKED int score_last_year(const struct view *view, uint32_t area, uint32_t *ret_period);
/* Judges the row. The score is good until the next. */
CHECKED int score_target(struct score *score, const struct target *target);
/* Whether the row is about the plan's own area, so that another may stand in for it. */
bool score_moves(const struct score *score, const struct target *target);
/* Adds the remarks on the row in one language, joined, with a closing NUL. */
CHECKED int score_note(const struct score *score, bool chinese, struct buffer *out);
/* Announces the columns; writes the row that was judged; or one before the page, which is nulls. */
CHECKED int score_columns(struct asking *asking);
void score_row(struct asking *asking, const struct score *score);
void score_row_skipped(struct asking *asking);

#endif
