/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A plain list: at any time there are few, for each ends with the next revision of its report. */
#include "aggregator/adjusting.h"

#include <stdlib.h>

#include "aggregator/carry.h"
#include "aggregator/tally.h"
#include "base/err.h"

void adjusting_fini(struct adjusting *adjusting)
{
	free(adjusting->line);
	*adjusting = (struct adjusting){ .line = NULL };
}

static int line_add(struct adjusting *adjusting, const struct adjusting_line *line)
{
	struct adjusting_line *lines;

	if (adjusting->lines % 16 == 0) {
		lines = reallocarray(
			adjusting->line, adjusting->lines + 16, sizeof(*adjusting->line));
		if (!lines)
			return err_here(ERR_NOMEM, "cannot hold the adjustments");
		adjusting->line = lines;
	}
	adjusting->line[adjusting->lines++] = *line;
	return 0;
}

/* The catalogue or the registry may no longer know what the record speaks of. */
static bool line_make(const struct view *view, const struct act_adjustment *adjustment,
	struct adjusting_line *line)
{
	const struct adjustment *proposal = &adjustment->proposal;
	const struct form *form =
		proposal->key.form <= UINT16_MAX
			? catalog_form(view->catalog, (uint16_t)proposal->key.form)
			: NULL;
	const struct facility *facility =
		registry_facility_by_code(view->registry, bytes_str(proposal->key.facility));
	int at = form ? form_line_of(view->catalog, form, proposal->element) : -1;

	if (at < 0 || !facility)
		return false;
	*line = (struct adjusting_line){ .form = form,
		.period = proposal->key.period,
		.facility = facility->number,
		.element = proposal->element,
		.line = (uint32_t)at,
		.delta = proposal->delta,
		.sequence = adjustment->proposed.sequence };
	return true;
}

int adjusting_line_of(const struct view *view, const struct act_adjustment *adjustment,
	struct adjusting_line *ret_line)
{
	struct adjusting_line line;
	struct current_head head;
	int r;

	if (!line_make(view, adjustment, &line))
		return ADJUSTING_NONE;
	r = current_get(view, line.form->id, line.period, line.facility, &head, NULL);
	if (r < 0)
		return err_pass(r);
	if (r == PORT_NONE || head.withdrawn || head.sequence != adjustment->proposal.about)
		return ADJUSTING_NONE;
	*ret_line = line;
	return 0;
}

int adjusting_load(const struct view *view, struct adjusting *ret_adjusting)
{
	AUTO(adjusting_fini) struct adjusting adjusting = { .line = NULL };
	size_t count = 0;
	const struct act_adjustment *all = view->acts ? acts_adjustments(view->acts, &count) : NULL;

	for (size_t i = 0; i < count; i++) {
		struct adjusting_line line;
		int r;

		/* cheap, before anything is read */
		if (!acts_adjustment_active(&all[i], all[i].proposal.about, view->today))
			continue;
		r = adjusting_line_of(view, &all[i], &line);
		if (r < 0 || (r == 0 && (r = line_add(&adjusting, &line)) < 0))
			return err_pass(r);
	}
	*ret_adjusting = adjusting;
	adjusting = (struct adjusting){ .line = NULL };
	return 0;
}

int adjusting_report(const struct view *view, const struct adjusting_line *line, uint32_t until,
	struct current_head *ret_head, const uint8_t **ret_values)
{
	bool serves = true;
	int r = current_get(
		view, line->form->id, line->period, line->facility, ret_head, ret_values);

	if (r != 0)
		return r == PORT_NONE ? r : err_pass(r);
	if (ret_head->withdrawn || ret_head->area == 0 ||
		!value_counts(vector_value(*ret_values, ret_head->n, line->line)))
		return PORT_NONE;
	if (until != line->period && (r = carry_serves(view, line->form, line->period, until,
					      line->facility, &serves)) < 0)
		return err_pass(r);
	return serves ? 0 : PORT_NONE;
}
