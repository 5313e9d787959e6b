/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One array of pairs, grouped by form. Terms that are not elements (days, numbers of facilities)
 * never make a hole and take no part. */
#include "aggregator/pairing.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/report.h"

struct pairing {
	const struct catalog *catalog;
	struct pair *pair;
	size_t pairs;
	size_t *first; /* of each form, in the order of catalog_forms(); one more than forms */
};

/* false: an element of this side is not on the form, or the side has none. What is reported for
 * others is a hole nowhere: not every form asks for it, and not everybody reports for others. */
static bool side_take(const struct catalog *catalog, const struct form *form,
	const struct linear *side, struct pair *pair)
{
	bool any = false;

	for (uint32_t i = 0; i < side->count; i++) {
		const struct term *term = &side->term[i];
		const struct element *element =
			term->kind == TERM_ELEMENT ? catalog_element(catalog, term->element) : NULL;
		int line = element ? form_line_of(catalog, form, element->id) : -1;

		pair->for_others[pair->terms] = element && element_for_others(element);
		if (element && line < 0 && !pair->for_others[pair->terms])
			return false;
		if (line >= 0) {
			any = true;
			pair->lines[line / 64] |= (uint64_t)1 << (line % 64);
			pair->adds_over_space =
				pair->adds_over_space || element->over_space == OVER_SPACE_SUM;
		}
		pair->term[pair->terms] = term;
		pair->line[pair->terms++] = (int16_t)line;
	}
	return any;
}

bool pair_make(const struct catalog *catalog, const struct form *form,
	const struct indicator *indicator, struct pair *ret_pair)
{
	struct pair pair = { .indicator = indicator };

	if (!side_take(catalog, form, &indicator->numerator, &pair) ||
		!side_take(catalog, form, &indicator->denominator, &pair))
		return false;
	*ret_pair = pair;
	return true;
}

int pairing_new(const struct catalog *catalog, struct pairing **ret_pairing)
{
	AUTO(pairing_free) struct pairing *pairing = calloc(1, sizeof(*pairing));
	size_t forms, indicators;
	const struct form *form = catalog_forms(catalog, &forms);
	const struct indicator *indicator = catalog_indicators(catalog, &indicators);

	if (!pairing)
		return err_here(ERR_NOMEM, "cannot allocate the pairing of indicators");
	pairing->catalog = catalog;
	pairing->first = calloc(forms + 1, sizeof(*pairing->first));
	pairing->pair = calloc(forms * indicators + 1, sizeof(*pairing->pair));
	if (!pairing->first || !pairing->pair)
		return err_here(ERR_NOMEM, "cannot allocate the pairing of indicators");
	for (size_t f = 0; f < forms; f++) {
		pairing->first[f] = pairing->pairs;
		for (size_t i = 0; i < indicators; i++)
			if (pair_make(catalog, &form[f], &indicator[i],
				    &pairing->pair[pairing->pairs]))
				pairing->pairs++;
	}
	pairing->first[forms] = pairing->pairs;
	*ret_pairing = pairing;
	pairing = NULL;
	return 0;
}

void pairing_free(struct pairing *pairing)
{
	if (!pairing)
		return;
	free(pairing->pair);
	free(pairing->first);
	free(pairing);
}

const struct pair *pairing_of_form(
	const struct pairing *pairing, const struct form *form, size_t *ret_count)
{
	size_t forms, f;
	const struct form *first = catalog_forms(pairing->catalog, &forms);

	ensure(form >= first && form < first + forms);
	f = (size_t)(form - first);
	*ret_count = pairing->first[f + 1] - pairing->first[f];
	return &pairing->pair[pairing->first[f]];
}

enum pair_fate pair_judge(
	const struct pair *pair, const int64_t *values, uint64_t stratum, bool *ret_there)
{
	enum pair_fate fate = PAIR_WHOLE;
	bool there = false;

	for (uint32_t t = 0; t < pair->terms; t++) {
		if (pair->line[t] < 0 || !filter_matches(&pair->term[t]->filter, stratum))
			continue;
		if (value_counts(values[pair->line[t]]))
			there = true;
		else if (pair->for_others[t])
			continue;
		else if (values[pair->line[t]] == value_absent(ABSENT_NOT_APPLICABLE))
			fate = PAIR_INAPPLICABLE;
		else if (fate == PAIR_WHOLE)
			fate = PAIR_LEFT_OUT;
	}
	if (ret_there)
		*ret_there = there;
	return fate;
}
