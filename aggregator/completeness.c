/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only a form and period that lacks a report is weighed facility by facility. One that is whole
 * counts with last year's total of its area, which is as much for both sides of the share. */
#include "aggregator/completeness.h"

#include "base/err.h"

enum { LEADS_MAX = 32 };

/* Forms that are weighed alike. */
struct lead {
	uint32_t element;        /* 0: none, */
	const struct form *form; /* … then the form by itself */
	uint64_t expected, reported;
	int128 volume_expected, volume_reported;
};

struct weighing {
	const struct view *view;
	const struct plan *plan;
	struct lead lead[LEADS_MAX];
	size_t leads;
};

static struct lead *lead_of(struct weighing *weighing, const struct form *form, int line)
{
	const struct lead wanted = { .element = line < 0 ? 0 : form->lines[line].element,
		.form = line < 0 ? form : NULL };
	size_t i = 0;

	while (i < weighing->leads && (weighing->lead[i].element != wanted.element ||
					      weighing->lead[i].form != wanted.form))
		i++;
	if (i == LEADS_MAX)
		return &weighing->lead[LEADS_MAX - 1];
	if (i == weighing->leads)
		weighing->lead[weighing->leads++] = wanted;
	return &weighing->lead[i];
}

static bool row_asked(
	const struct plan *plan, size_t first, size_t end, const struct tally_row *row)
{
	for (size_t i = first; i < end; i++)
		if (use_matches(plan, &plan->use[i], row->stratum))
			return true;
	return false;
}

/* Reports of those who owe them. */
static uint64_t row_reported(const struct tally_row *row)
{
	return row->cell.head.reported < row->expected ? row->cell.head.reported : row->expected;
}

/* Last year's total of the rows that are asked. */
static int volume_before(const struct weighing *weighing, size_t first, size_t end,
	struct scope scope, int line, int128 *ret_volume)
{
	const struct use *use = &weighing->plan->use[first];
	uint32_t before = period_add(use->period, -12 / period_months(use->period));
	struct tally *tally;
	int128 volume = 0;
	int r;

	*ret_volume = 0;
	if (line < 0 || before == 0)
		return 0;
	if ((r = tally_get(weighing->view, use->form, before, scope, &tally)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < tally->rows; i++)
		if (row_asked(weighing->plan, first, end, &tally->row[i]))
			volume += tally_sum(&tally->row[i], (uint32_t)line);
	*ret_volume = volume > 0 ? volume : 0;
	return 0;
}

static int group_weigh(struct weighing *weighing, size_t first, size_t end)
{
	const struct plan *plan = weighing->plan;
	const struct use *use = &plan->use[first];
	const struct scope scope = plan_uses_scope(plan, weighing->view, first, end);
	struct lead *lead;
	uint64_t expected = 0, reported = 0;
	struct tally *tally;
	int128 volume = 0;
	int r = tally_get(weighing->view, use->form, use->period, scope, &tally);

	if (r < 0)
		return err_pass(r);
	lead = lead_of(weighing, use->form, tally->lead);
	for (size_t i = 0; i < tally->rows; i++) {
		if (!row_asked(plan, first, end, &tally->row[i]))
			continue;
		expected += tally->row[i].expected;
		reported += row_reported(&tally->row[i]);
	}
	lead->expected += expected;
	lead->reported += reported;
	/* the area's total is not that of its own respondents, who are few */
	if (reported == expected && !scope.own) {
		r = volume_before(weighing, first, end, scope, tally->lead, &volume);
		lead->volume_expected += volume;
		lead->volume_reported += volume;
		return err_pass(r);
	}
	if ((r = tally_weigh(weighing->view, tally)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < tally->rows; i++) {
		if (!row_asked(plan, first, end, &tally->row[i]))
			continue;
		lead->volume_expected += tally->row[i].volume_expected;
		lead->volume_reported += tally->row[i].volume_reported;
	}
	return 0;
}

static double lead_share(const struct lead *lead)
{
	if (lead->volume_expected > 0)
		return (double)lead->volume_reported / (double)lead->volume_expected;
	return lead->expected > 0 ? (double)lead->reported / (double)lead->expected : 1;
}

int completeness_of(
	const struct view *view, const struct plan *plan, struct completeness *ret_completeness)
{
	AUTO(tallies_free) struct tallies *own = NULL;
	struct weighing weighing = { .plan = plan };
	struct completeness completeness = { .reports = 1, .volume = 1 };
	struct view with;
	uint64_t expected = 0, reported = 0;
	int r = view_with_tallies(view, &own, &with);

	weighing.view = &with;
	for (size_t first = 0, end; r == 0 && first < plan->uses; first = end) {
		end = plan_group_end(plan, first);
		if (plan->use[first].until == plan->use[first].period)
			r = group_weigh(&weighing, first, end);
	}
	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < weighing.leads; i++) {
		const struct lead *lead = &weighing.lead[i];

		expected += lead->expected;
		reported += lead->reported;
		if (lead_share(lead) < completeness.volume)
			completeness.volume = lead_share(lead);
	}
	if (expected > 0)
		completeness.reports = (double)reported / (double)expected;
	*ret_completeness = completeness;
	return 0;
}
