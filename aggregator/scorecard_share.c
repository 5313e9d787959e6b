/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Method targets_met: the share of a plan's judged rows that are met. Rows that ask for such a
 * share themselves do not count: nothing rests on itself. The rows are those of the plan's own
 * area, whoever asks. */
#include <stdio.h>
#include <string.h>

#include "aggregator/scorecard.h"
#include "aggregator/value_inside.h"
#include "base/err.h"

struct tally_met {
	int judged, met;
};

static void met_add(const struct judgement *judgement, struct tally_met *tally)
{
	if (judgement->class != CLASS_JUDGED && judgement->class != CLASS_PROVISIONAL)
		return;
	tally->judged++;
	if (judgement->status == STANDS_MET || judgement->status == STANDS_MET_SO_FAR)
		tally->met++;
}

static int rows_count(struct score *score, struct tally_met *tally, bool *ret_provisional)
{
	size_t targets;
	const struct target *target =
		catalog_targets_of(score->asked.view->catalog, score->plan, &targets);

	*ret_provisional = false;
	for (size_t i = 0; i < targets; i++) {
		int r;

		if (target[i].indicator && target[i].indicator->method.kind == METHOD_TARGETS_MET)
			continue;
		if (strncmp(target_cell(&target[i], "supersedes"), "repeats:", 8) == 0)
			continue; /* printed twice is one target */
		if ((r = score_target(score, &target[i])) < 0)
			return err_pass(r);
		met_add(&score->judgement, tally);
		if (score->judgement.class == CLASS_PROVISIONAL)
			*ret_provisional = true;
	}
	return 0;
}

int value_targets_met(const struct asked_value *asked, struct value *value)
{
	AUTO(score_free) struct score *score = NULL;
	const char *code = asked->indicator->method.plan;
	const struct plan_info *plan = catalog_plan_by_code(asked->valuing->view->catalog, code);
	const uint32_t last = span_last_month(&asked->span);
	struct tally_met tally = { 0 };
	int r;

	if (!plan) {
		value_missing(value, "plan %s", code);
		return 0;
	}
	/* What is read below is remembered by itself; this figure rests on all of its years. */
	value_rests_on(asked->valuing, PERIOD_YEAR_MIN, period_year(last));
	r = score_new(asked->valuing, plan, 0,
		period_index(last) == 12 ? period_of(PERIOD_YEAR, period_year(last), 0) : last,
		&score);
	if (r < 0 || (r = rows_count(score, &tally, &value->provisional)) < 0)
		return err_pass(r);
	if (tally.judged == 0) {
		value_missing(value, "any judged target of plan %s", code);
		return 0;
	}
	value->source = VALUE_REPORTS;
	value->value = rational_of((int128)tally.met * 100, tally.judged);
	snprintf(value->source_text, sizeof(value->source_text), "%s", code);
	mark_add(value->mark, "%d of %d judged targets", tally.met, tally.judged);
	return 0;
}
