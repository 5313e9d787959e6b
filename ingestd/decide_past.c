/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What rules look at besides the report itself: the facility's reports in force before it, those on
 * other forms inside its period, and the one that it would replace. Each is looked up among the
 * rows that deciding remembers; on a miss the identity says which entry is in force, and its body
 * is read from the journal. */
#include "base/err.h"
#include "ingestd/decide_parts.h"

bool decide_body_vector(
	struct decide *decide, const struct form *form, struct bytes body, int64_t *ret_value)
{
	struct report report;

	return report_decode(decide->past_arena, body, &report) == 0 && !report.withdrawal &&
	       report_vector(decide->catalog, form, &report, ret_value) == 0;
}

static int row_read(struct decide *decide, const struct identity_key *key, const int64_t **ret_row)
{
	const struct form *form = catalog_form(decide->catalog, key->form);
	int64_t value[FORM_LINES_MAX];
	struct identity identity;
	struct bytes body;
	int r = decide_identity(decide, key, &identity);

	if (r < 0)
		return err_pass(r);
	if (r == 0 && identity.revision > 0 && !identity.withdrawn) {
		/* What is not durable yet is still among the rows, so there is a body. */
		if ((r = decide->ports->body(decide->ports->ctx, identity.sequence, &body)) != 0)
			return err_fold(r);
		if (decide_body_vector(decide, form, body, value)) {
			*ret_row = past_cache_load(decide->past, key, value, form->line_count);
			return 0;
		}
	}
	*ret_row = past_cache_load(decide->past, key, NULL, 0);
	return 0;
}

int decide_row(struct decide *decide, const struct identity_key *key, const int64_t **ret_row)
{
	if (past_cache_find(decide->past, key, ret_row))
		return 0;
	return err_pass(row_read(decide, key, ret_row));
}

static int past_rows(struct decide *decide, const struct candidate *candidate, struct past *past)
{
	struct identity_key key[PAST_MAX];
	uint32_t depth = past_depth(candidate->subject.form->period), count = 0;

	for (; count < depth; count++) {
		key[count] = candidate->identity_key;
		key[count].period = period_add(candidate->report.period, -(int)count - 1);
		if (key[count].period == 0)
			break; /* before all years */
	}
	past_cache_fetch(decide->past, key, count);
	for (uint32_t i = 0; i < count; i++) {
		int r = decide_row(decide, &key[i], &past->row[i]);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

static int other_rows(
	struct decide *decide, const struct candidate *candidate, struct past_other *other)
{
	struct identity_key key = { .form = other->form->id,
		.facility = candidate->identity_key.facility };
	uint32_t inside[PERIODS_INSIDE_MAX];

	other->rows = periods_inside(other->form->period, candidate->report.period, inside);
	for (uint32_t i = 0; i < other->rows; i++) {
		int r;

		key.period = inside[i];
		if ((r = decide_row(decide, &key, &other->row[i])) < 0)
			return err_pass(r);
	}
	return 0;
}

int decide_known_past(
	struct decide *decide, const struct candidate *candidate, struct checkup *checkup)
{
	const struct form *forms[RULE_OTHERS_MAX];
	int r;

	/* A period of another kind is found later; it has no past. */
	if (period_kind_of(candidate->report.period) != candidate->subject.form->period)
		return 0;
	if ((r = past_rows(decide, candidate, &checkup->past)) < 0 ||
		(r = decide_row(decide, &candidate->identity_key, &checkup->replaced)) < 0)
		return err_pass(r);
	checkup->others =
		rules_others_of(decide->catalog, candidate->subject.form, RULES_OF_SENDER, forms);
	for (uint32_t i = 0; i < checkup->others; i++) {
		checkup->other[i] = (struct past_other){ .form = forms[i] };
		if ((r = other_rows(decide, candidate, &checkup->other[i])) < 0)
			return err_pass(r);
	}
	return 0;
}
