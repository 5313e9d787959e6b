/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One walk over the period's reports per pair of periods; a question asks for few of them, so they
 * are found by looking through the list. */
#include "aggregator/serving.h"

#include <stdlib.h>

#include "aggregator/carry.h"
#include "base/err.h"

void servings_clear(struct servings *servings)
{
	for (size_t i = 0; i < servings->count; i++)
		free(servings->serving[i].report);
	servings->count = 0;
}

static int serving_read(const struct view *view, struct serving *serving)
{
	struct current_walk walk = current_walk_of(view, serving->form->id, serving->period);
	int r;

	while ((r = current_walk_next(&walk)) == 0) {
		struct carried_report *report;
		bool serves;

		if ((r = carry_serves(view, serving->form, serving->period, serving->until,
			     walk.facility, &serves)) < 0)
			return err_pass(r);
		if (!serves)
			continue;
		if (serving->reports % 32 == 0) {
			report = reallocarray(
				serving->report, serving->reports + 32, sizeof(*report));
			if (!report)
				return err_here(
					ERR_NOMEM, "cannot hold the reports of an earlier period");
			serving->report = report;
		}
		report = &serving->report[serving->reports++];
		report->facility = walk.facility;
		if ((r = current_get(view, serving->form->id, serving->period, walk.facility,
			     &report->head, &report->values)) != 0)
			return err_fold(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int servings_get(struct servings *servings, const struct view *view, const struct form *form,
	uint32_t period, uint32_t until, const struct carried_report **ret_reports,
	size_t *ret_count)
{
	struct serving *serving = servings->serving;
	size_t i = 0;
	int r;

	while (i < servings->count && (serving[i].form != form || serving[i].period != period ||
					      serving[i].until != until))
		i++;
	if (i == servings->count) {
		if (i == SERVINGS_MAX)
			return err_here(ERR_LIMIT, "a figure rests on more than %d carried periods",
				SERVINGS_MAX);
		serving[i] = (struct serving){ .form = form, .period = period, .until = until };
		servings->count++; /* so that it is freed in any case */
		if ((r = serving_read(view, &serving[i])) < 0)
			return err_pass(r);
	}
	*ret_reports = serving[i].report;
	*ret_count = serving[i].reports;
	return 0;
}
