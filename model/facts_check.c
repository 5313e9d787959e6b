/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whether a fact, a statement or a verdict can be taken, and the words and figures they are written
 * in. Pure functions of the record and the catalogue. */
#include "base/err.h"
#include "base/limits.h"
#include "model/decimal.h"
#include "model/facts.h"

#include <string.h>

int fact_value_parse(const char *text, struct printed *ret_printed)
{
	const char *point = strchr(text, '.');
	size_t decimals = point ? strlen(point + 1) : 0;
	struct printed printed = { .there = true };
	int r;

	if (decimals > FACT_DECIMALS_MAX)
		return err_here(ERR_INVALID,
			"'%.40s' has %zu decimals, but at most %d are kept here", text, decimals,
			FACT_DECIMALS_MAX);
	printed.scale = (uint8_t)decimals;
	if ((r = decimal_parse(text, printed.scale, &printed.value)) < 0)
		return err_pass(r);
	*ret_printed = printed;
	return 0;
}

static const char *const comparators[] = {
	[COMPARATOR_NONE] = "",
	[COMPARATOR_AT_LEAST] = ">=",
	[COMPARATOR_MORE] = ">",
	[COMPARATOR_AT_MOST] = "<=",
	[COMPARATOR_LESS] = "<",
	[COMPARATOR_ABOUT] = "about",
};

int fact_comparator_parse(const char *word, enum comparator *ret_comparator)
{
	for (size_t i = 0; i < array_len(comparators); i++) {
		if (strcmp(word, comparators[i]) == 0) {
			*ret_comparator = (enum comparator)i;
			return 0;
		}
	}
	return err_here(ERR_INVALID, "'%.20s' is no comparator; use >=, >, <=, < or about", word);
}

const char *fact_comparator_name(enum comparator comparator)
{
	return (size_t)comparator < array_len(comparators) ? comparators[comparator] : "?";
}

static const char *const outcomes[] = {
	[VERDICT_MET] = "met",
	[VERDICT_NOT_MET] = "not_met",
	[VERDICT_UNDER_WAY] = "under_way",
	[VERDICT_NOT_STARTED] = "not_started",
	[VERDICT_WITHDRAWN] = "withdrawn",
};

enum verdict_outcome verdict_outcome_parse(const char *word)
{
	for (size_t i = VERDICT_MET; i < array_len(outcomes); i++) {
		if (strcmp(word, outcomes[i]) == 0)
			return (enum verdict_outcome)i;
	}
	return 0;
}

const char *verdict_outcome_name(enum verdict_outcome outcome)
{
	return outcome >= VERDICT_MET && (size_t)outcome < array_len(outcomes) ? outcomes[outcome]
									       : "?";
}

/* What facts and statements are about. */
static int figure_check(const struct catalog *catalog, uint32_t area, const char *indicator,
	uint32_t period, const char *source)
{
	if (!catalog_area(catalog, area))
		return err_here(ERR_INVALID, "there is no area '%u' in the catalogue", area);
	if (!catalog_indicator_by_code(catalog, indicator))
		return err_here(
			ERR_INVALID, "there is no indicator '%s' in the catalogue", indicator);
	if (!period_valid(period))
		return err_here(ERR_INVALID, "%u is no period", period);
	if (!source[0])
		return err_here(ERR_INVALID, "a source must be named");
	return 0;
}

static int value_check(const struct fact *fact)
{
	const struct printed *value = &fact->value;

	if (!value->there)
		return fact->withdrawn ? 0 : err_here(ERR_INVALID, "a value must be given");
	if (value->scale > FACT_DECIMALS_MAX)
		return err_here(ERR_INVALID, "a value of %u decimals; at most %d are kept",
			value->scale, FACT_DECIMALS_MAX);
	if (value->value > VALUE_MAX || value->value < -VALUE_MAX)
		return err_here(ERR_INVALID, "the value is too large to be kept");
	return 0;
}

int fact_check(const struct catalog *catalog, const struct fact *fact)
{
	int r = figure_check(catalog, fact->area, fact->indicator, fact->period, fact->source);

	if (r < 0)
		return err_pass(r);
	if (strcmp(fact->source, SOURCE_REPORTS) == 0)
		return err_here(ERR_INVALID,
			"the source 'reports' means the reports themselves; name where the value "
			"was printed");
	if ((size_t)fact->comparator >= array_len(comparators))
		return err_here(ERR_INVALID, "comparator %u does not go with a fact",
			(unsigned)fact->comparator);
	return err_pass(value_check(fact));
}

int statement_check(const struct catalog *catalog, const struct statement *statement)
{
	int r = figure_check(catalog, statement->area, statement->indicator, statement->period,
		statement->source);

	if (r < 0)
		return err_pass(r);
	if (!statement->says_basis && !statement->says_preferred)
		return err_here(ERR_INVALID, "the statement says nothing");
	return 0;
}

int verdict_check(const struct catalog *catalog, const struct person_verdict *verdict)
{
	if (!catalog_target_by_id(catalog, verdict->target))
		return err_here(
			ERR_INVALID, "there is no target '%s' in the catalogue", verdict->target);
	if (!period_valid(verdict->period))
		return err_here(ERR_INVALID, "%u is no period", verdict->period);
	if (verdict->outcome < VERDICT_MET || verdict->outcome > VERDICT_WITHDRAWN)
		return err_here(ERR_INVALID, "%u is no outcome", (unsigned)verdict->outcome);
	if (!verdict->evidence[0])
		return err_here(ERR_INVALID, "say what was looked at: the evidence is empty");
	return 0;
}
