/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a rule sees beyond its report: earlier periods and the facility's other forms. Rows that
 * are not there are holes, and the rule's own strategy says what holes do. */
#include "base/absent.h"
#include "model/rule_inside.h"

uint32_t past_depth(enum period_kind kind)
{
	switch (kind) {
	case PERIOD_MONTH:
		return 12;
	case PERIOD_QUARTER:
	case PERIOD_MCH_QUARTER:
		return 8;
	case PERIOD_HALF:
		return 4;
	case PERIOD_YEAR:
	case PERIOD_MCH_YEAR:
		return 3;
	}
	return 0;
}

/* How many periods of the form make a year. */
static uint32_t year_of(const struct checkup *checkup)
{
	return 12u / (uint32_t)period_months(checkup->period);
}

struct sorted {
	__int128 value[PAST_MAX];
	uint32_t count;
};

static void sorted_put(struct sorted *sorted, __int128 value)
{
	uint32_t at = sorted->count++;

	for (; at > 0 && sorted->value[at - 1] > value; at--)
		sorted->value[at] = sorted->value[at - 1];
	sorted->value[at] = value;
}

/* Of an even number the lower one in the middle: a value that somebody has reported. */
static __int128 sorted_middle(const struct sorted *sorted)
{
	return sorted->value[(sorted->count - 1) / 2];
}

/* The rows in which no cell is a hole. */
static struct sorted rows_sort(
	const struct rule_term *term, const struct checkup *checkup, int only)
{
	struct sorted sorted = { .count = 0 };
	uint32_t depth = past_depth(checkup->form->period);

	for (uint32_t i = 0; i < depth; i++) {
		struct rule_amount row = { .sum = 0 };

		if (!checkup->past.row[i])
			continue;
		rule_amount_add(term, checkup->past.row[i], only, &row);
		if (row.holes == 0)
			sorted_put(&sorted, row.sum);
	}
	return sorted;
}

static void middle_add(const struct rule_term *term, const struct checkup *checkup,
	uint32_t periods, int only, struct rule_amount *amount)
{
	struct sorted sorted = rows_sort(term, checkup, only), distances = { .count = 0 };
	__int128 middle;

	if (sorted.count == 0 || sorted.count < periods) {
		amount->holes++;
		return;
	}
	amount->given++;
	middle = sorted_middle(&sorted);
	if (term->source == RULE_MEDIAN) {
		amount->sum += middle;
		return;
	}
	for (uint32_t i = 0; i < sorted.count; i++)
		sorted_put(&distances, sorted.value[i] < middle ? middle - sorted.value[i]
								: sorted.value[i] - middle);
	amount->sum += sorted_middle(&distances);
}

/* Twelve months of one place: on the way of every hospital's report, so without detours. */
static void year_of_place(uint16_t place, const struct checkup *checkup, struct rule_amount *amount)
{
	const int64_t *vector = checkup->value;
	uint32_t year = year_of(checkup), given = 0;
	__int128 sum = 0;

	for (uint32_t i = 0;; vector = checkup->past.row[i++]) {
		if (vector && value_counts(vector[place])) {
			sum += value_in_sum(vector[place]);
			given++;
		}
		if (i + 1 == year)
			break;
	}
	amount->sum += sum;
	amount->given += given;
	amount->holes += year - given;
}

static void other_add(const struct rule_term *term, const struct checkup *checkup, int only,
	struct rule_amount *amount)
{
	const struct past_other *other = NULL;

	for (uint32_t i = 0; i < checkup->others; i++) {
		if (checkup->other[i].form == term->form)
			other = &checkup->other[i];
	}
	if (!other || other->rows == 0) {
		amount->holes++;
		return;
	}
	for (uint32_t i = term->source == RULE_OTHER_LAST ? other->rows - 1 : 0; i < other->rows;
		i++)
		rule_amount_add(term, other->row[i], only, amount);
}

void rule_amount_elsewhere(const struct rule_term *term, const struct checkup *checkup,
	uint32_t periods, int only, struct rule_amount *amount)
{
	switch (term->source) {
	case RULE_PREV:
		rule_amount_add(term, checkup->past.row[0], only, amount);
		break;
	case RULE_YEAR_AGO:
		rule_amount_add(term, checkup->past.row[year_of(checkup) - 1], only, amount);
		break;
	case RULE_MEDIAN:
	case RULE_MAD:
		middle_add(term, checkup, periods, only, amount);
		break;
	case RULE_YEAR:
		if (only < 0 && term->count == 1) {
			year_of_place(term->cell[0], checkup, amount);
			break;
		}
		rule_amount_add(term, checkup->value, only, amount);
		for (uint32_t i = 0; i + 1 < year_of(checkup); i++)
			rule_amount_add(term, checkup->past.row[i], only, amount);
		break;
	case RULE_OTHER:
	case RULE_OTHER_LAST:
		other_add(term, checkup, only, amount);
		break;
	case RULE_NUMBER:
	case RULE_HERE:
		break;
	}
}
