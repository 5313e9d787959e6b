/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every refusal names the argument, what was wrong with it and where the right words are found. */
#include "aggregator/verb.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct valuing asking_valuing(const struct asking *asking, int since)
{
	return (struct valuing){
		.view = asking->view, .memo = asking->memo, .since = since, .first_year = since
	};
}

int asking_adjusting(struct asking *asking, const struct adjusting **ret_adjusting)
{
	int r;

	if (!asking->adjusting_known && (r = adjusting_load(asking->view, &asking->adjusting)) < 0)
		return err_pass(r);
	asking->adjusting_known = true;
	*ret_adjusting = &asking->adjusting;
	return 0;
}

int asking_entry(
	struct asking *asking, uint64_t sequence, struct buffer *buffer, struct entry *ret_entry)
{
	struct journal *journal = follow_journal(asking->follow);
	int r;

	if (!journal)
		return verb_refuse(
			asking, ANSWER_NOT_YET, "the journal is not there yet; ask again");
	buffer->len = 0;
	r = journal_get(journal, sequence, buffer, ret_entry);
	if (r == PORT_NONE)
		return err_here(
			ERR_CORRUPT, "the journal has no entry %llu", (unsigned long long)sequence);
	return err_pass(r);
}

int asking_columns(struct asking *asking, const struct column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int r = answer_column(asking->answer, columns[i].name, columns[i].type);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

bool asking_goes_on(const struct asking *asking)
{
	return asking->fault == 0 && !answer_full(asking->answer);
}

const char *term_name(const struct catalog *catalog, const struct term *term)
{
	static const char *const names[] = {
		[TERM_N_FACILITY] = "N_FACILITY",
		[TERM_N_AREA] = "N_AREA",
		[TERM_DAYS] = "DAYS",
		[TERM_MONTHS] = "MONTHS",
		[TERM_WORKDAYS] = "WORKDAYS",
		[TERM_ONE] = "1",
	};
	const struct element *element =
		term->kind == TERM_ELEMENT ? catalog_element(catalog, term->element) : NULL;

	return element ? element->code : names[term->kind];
}

void term_coefficient(const struct catalog *catalog, const struct linear *linear,
	const struct term *term, char ret[DECIMAL_TEXT_BYTES])
{
	const struct element *element =
		term->kind == TERM_ELEMENT ? catalog_element(catalog, term->element) : NULL;
	int128 one = 1, scaled;

	for (uint8_t i = 0; i < linear->scale; i++)
		one *= 10;
	for (uint8_t i = 0; element && i < element->scale; i++)
		one /= 10;
	if (!rational_scaled(rational_of(term->coefficient, one ? one : 1), &scaled))
		scaled = 0;
	scaled_print(scaled, ret);
}

int verb_refuse(struct asking *asking, enum answer_outcome outcome, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	vsnprintf(asking->text, sizeof(asking->text), text, args);
	va_end(args);
	asking->outcome = outcome;
	return VERB_REFUSED;
}

int verb_fault(struct asking *asking, int r)
{
	if (r == ERR_INVALID)
		return verb_refuse(asking, ANSWER_INVALID, "%s", err_text());
	return err_pass(r);
}

int argument_text(struct asking *asking, const char *name, char *ret, size_t size)
{
	struct bytes value = question_argument(asking->question, name);

	if (value.len >= size)
		return verb_refuse(asking, ANSWER_INVALID, "argument '%s' is longer than %zu bytes",
			name, size - 1);
	if (value.len > 0)
		memcpy(ret, value.data, value.len);
	ret[value.len] = '\0';
	return 0;
}

static int argument_required(struct asking *asking, const char *name, char *ret, size_t size)
{
	int r = argument_text(asking, name, ret, size);

	if (r == 0 && ret[0] == '\0')
		r = verb_refuse(asking, ANSWER_INVALID, "argument '%s' is missing", name);
	return r;
}

/* The root of the reporting tree: the area without a parent that has children. 0: there are several
 * such trees, and which one is meant is not for us to guess. */
static uint32_t area_root(const struct catalog *catalog)
{
	size_t areas;
	const struct area *area = catalog_areas(catalog, &areas);
	uint32_t root = 0;

	for (size_t j = 0; j < areas; j++) {
		const struct area *parent = catalog_area(catalog, area[j].parent);

		if (!parent || parent->parent != 0 || parent->code == root)
			continue;
		if (root != 0)
			return 0;
		root = parent->code;
	}
	return root == 0 && areas > 0 ? area[0].code : root;
}

int argument_area(struct asking *asking, const char *name, bool required, uint32_t *ret_area)
{
	char text[16], *end;
	int r = argument_text(asking, name, text, sizeof(text));
	unsigned long code;

	if (r != 0)
		return r;
	if (text[0] == '\0') {
		*ret_area = 0;
		if (required &&
			(r = sight_default(asking, area_root(asking->view->catalog), ret_area)) ==
				0 &&
			*ret_area == 0)
			return verb_refuse(asking, ANSWER_INVALID,
				"argument '%s' is needed: there are several trees of areas", name);
		return r;
	}
	code = strtoul(text, &end, 10);
	if (*end || code == 0 || code > UINT32_MAX ||
		!catalog_area(asking->view->catalog, (uint32_t)code))
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"argument '%s': no area '%s' in the catalogue; 'area list' names them all",
			name, text);
	*ret_area = (uint32_t)code;
	return sight_area(asking, *ret_area);
}

int argument_period(struct asking *asking, uint32_t *ret_period)
{
	return argument_period_named(asking, "period", ret_period);
}

int argument_period_named(struct asking *asking, const char *name, uint32_t *ret_period)
{
	char text[32];
	int r = argument_required(asking, name, text, sizeof(text));

	if (r != 0)
		return r;
	if ((r = period_parse(text, ret_period)) < 0)
		return verb_fault(asking, r);
	return 0;
}

int argument_year(struct asking *asking, const char *name, int *ret_year)
{
	char text[16], *end;
	long year;
	int r = argument_text(asking, name, text, sizeof(text));

	*ret_year = 0;
	if (r != 0 || text[0] == '\0')
		return r;
	year = strtol(text, &end, 10);
	if (*end || year < PERIOD_YEAR_MIN || year > PERIOD_YEAR_MAX)
		return verb_refuse(asking, ANSWER_INVALID,
			"argument '%s': '%s' is no year from %d to %d", name, text, PERIOD_YEAR_MIN,
			PERIOD_YEAR_MAX);
	*ret_year = (int)year;
	return 0;
}

int argument_form(struct asking *asking, const struct form **ret_form)
{
	char code[CATALOG_CODE_BYTES];
	int r = argument_required(asking, "form", code, sizeof(code));

	if (r != 0)
		return r;
	*ret_form = catalog_form_by_code(asking->view->catalog, code);
	if (!*ret_form)
		return verb_refuse(asking, ANSWER_NOT_FOUND, "no form '%s' in the catalogue", code);
	return 0;
}

int argument_facility(struct asking *asking, const struct facility **ret_facility)
{
	char code[FACILITY_CODE_MAX + 1];
	int r = argument_required(asking, "facility", code, sizeof(code));

	if (r != 0)
		return r;
	*ret_facility = registry_facility_by_code(asking->view->registry, bytes_str(code));
	if (!*ret_facility)
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"no facility '%s' in the registry; 'facility list' names them all", code);
	return sight_facility(asking, *ret_facility);
}

int argument_facility_optional(struct asking *asking, const struct facility **ret_facility)
{
	*ret_facility = NULL;
	if (question_argument(asking->question, "facility").len == 0)
		return 0;
	return argument_facility(asking, ret_facility);
}

int argument_form_optional(struct asking *asking, const struct form **ret_form)
{
	*ret_form = NULL;
	if (question_argument(asking->question, "form").len == 0)
		return 0;
	return argument_form(asking, ret_form);
}

int argument_period_optional(struct asking *asking, uint32_t *ret_period)
{
	*ret_period = 0;
	if (question_argument(asking->question, "period").len == 0)
		return 0;
	return argument_period(asking, ret_period);
}

int argument_sequence(struct asking *asking, uint64_t *ret_sequence)
{
	char text[24], *end;
	unsigned long long sequence;
	int r = argument_required(asking, "sequence", text, sizeof(text));

	if (r != 0)
		return r;
	sequence = strtoull(text, &end, 10);
	if (*end || text[0] == '-' || sequence == 0 || sequence > INT64_MAX)
		return verb_refuse(asking, ANSWER_INVALID,
			"argument 'sequence': '%s' is no number of an entry", text);
	*ret_sequence = sequence;
	return 0;
}

int argument_indicator(struct asking *asking, const struct indicator **ret_indicator)
{
	char code[CATALOG_CODE_BYTES];
	int r = argument_required(asking, "indicator", code, sizeof(code));

	if (r != 0)
		return r;
	*ret_indicator = catalog_indicator_by_code(asking->view->catalog, code);
	if (!*ret_indicator)
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"no indicator '%s' in the catalogue; 'indicator list' names them all",
			code);
	return sight_indicator(asking, *ret_indicator);
}
