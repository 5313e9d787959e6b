/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Values that somebody else gives: a fact that was taken in as a command, or a figure that a plan
 * prints. They stand in where reports give none, or go before them where a person says so. */
#include <stdio.h>
#include <string.h>

#include "aggregator/value_inside.h"
#include "base/err.h"

static const char *comparator_words(enum comparator comparator)
{
	switch (comparator) {
	case COMPARATOR_AT_LEAST:
		return "at least this";
	case COMPARATOR_MORE:
		return "more than this";
	case COMPARATOR_AT_MOST:
		return "at most this";
	case COMPARATOR_LESS:
		return "less than this";
	case COMPARATOR_ABOUT:
	case COMPARATOR_NEAR:
		return "about this";
	default:
		return NULL;
	}
}

static void printed_take(struct value *value, enum value_source source,
	const struct printed *printed, enum comparator comparator, const char *text)
{
	int128 unit = 1;

	for (uint8_t i = 0; i < printed->scale; i++)
		unit *= 10;
	value_clear(value);
	value->source = source;
	value->value = rational_of(printed->value, unit);
	value->has_printed = true;
	value->printed_decimals = printed->scale;
	value->comparator = comparator;
	snprintf(value->source_text, sizeof(value->source_text), "%s", text);
	if (comparator_words(comparator))
		mark_add(value->mark, "%s", comparator_words(comparator));
}

/* The plan's own figure: the preferred one; where none is preferred the first printed. */
static const struct published *published_find(
	const struct asked_value *asked, uint32_t period, const char *preferred)
{
	size_t count;
	const struct published *published =
		catalog_published(asked->valuing->view->catalog, &count);

	for (size_t i = 0; i < count; i++) {
		const struct published *at = &published[i];

		if (at->area != asked->scope.area || at->period != period || !at->value.there ||
			!at->indicator || at->indicator->id != asked->indicator->id)
			continue;
		if (!preferred || published_named(at, preferred))
			return at;
	}
	return NULL;
}

static bool published_take(const struct asked_value *asked, uint32_t period, const char *preferred,
	struct value *value)
{
	const struct published *published = published_find(asked, period, preferred);

	if (!published)
		return false;
	printed_take(value, VALUE_PUBLISHED, &published->value, published->comparator,
		published->source);
	return true;
}

static bool fact_take(const struct asked_value *asked, uint32_t period, const char *preferred,
	struct value *value)
{
	const struct facts *facts = asked->valuing->view->facts;
	const struct fact *fact =
		facts ? facts_value(facts, asked->scope.area, asked->indicator->code, period)
		      : NULL;

	if (!fact || (preferred && strcmp(fact->source, preferred) != 0))
		return false;
	printed_take(value, VALUE_FACT, &fact->value, fact->comparator, fact->source);
	return true;
}

bool value_fact_preferred(const struct asked_value *asked, struct value *value)
{
	const struct facts *facts = asked->valuing->view->facts;
	uint32_t period = span_named(&asked->span);
	const struct statement *preferred;

	if (!facts || asked->scope.facility)
		return false;
	preferred = facts_preferred(facts, asked->scope.area, asked->indicator->code, period);
	if (!preferred || strcmp(preferred->source, SOURCE_REPORTS) == 0)
		return false;
	return fact_take(asked, period, preferred->source, value) ||
	       published_take(asked, period, preferred->source, value);
}

void value_fact(const struct asked_value *asked, struct value *value)
{
	uint32_t period = span_named(&asked->span);

	if (asked->scope.facility)
		return;
	if (!fact_take(asked, period, NULL, value))
		(void)published_take(asked, period, NULL, value);
}

int value_external(const struct asked_value *asked, struct value *value)
{
	char period[PERIOD_TEXT_BYTES], who[SCOPE_TEXT_BYTES];

	period_print(span_named(&asked->span), period);
	scope_print(asked->valuing->view, asked->scope, who);
	value_missing(value, "fact %s for %s %s", asked->indicator->code, who, period);
	return 0;
}
