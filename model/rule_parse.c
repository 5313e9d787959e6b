/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the text of a comparison to sums over a form's lines. Subjects are read by the parser of
 * linear forms, so cells are named in rules as they are in indicators. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_inside.h"
#include "model/rule_inside.h"

enum { DECIMALS_MAX = 6, DIGITS_MAX = 9, SUBJECT_BYTES = 256 };

struct parse {
	const struct catalog *catalog;
	const struct form *form;
	const char *text, *at;
	bool each;
	struct rule_comparison *comparison;
	uint8_t places[RULE_TERMS_MAX];              /* the power of ten under each term */
	uint8_t element_places[RULE_TERMS_MAX];      /* and its element's part of it */
	const struct element *first[RULE_TERMS_MAX]; /* of each term's cells */
	uint16_t cells; /* of subjects that are broken down; 0: none yet */
};

__attribute__((format(printf, 2, 3))) static int fault_at(
	const struct parse *parse, const char *text, ...)
{
	char reason[256];
	size_t character = 1;
	va_list args;

	for (const char *c = parse->text; c < parse->at; c++)
		character += ((unsigned char)*c & 0xc0) != 0x80;
	va_start(args, text);
	vsnprintf(reason, sizeof(reason), text, args);
	va_end(args);
	return err_here(ERR_INVALID, "character %zu: %s", character, reason);
}

static void blanks_skip(struct parse *parse)
{
	while (*parse->at == ' ')
		parse->at++;
}

static bool mark_take(struct parse *parse, const char *mark)
{
	blanks_skip(parse);
	if (strncmp(parse->at, mark, strlen(mark)) != 0)
		return false;
	parse->at += strlen(mark);
	return true;
}

static bool word_part(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* A whole word: "DAYS" is none in "DAYS_OPEN". */
static bool word_take(struct parse *parse, const char *word)
{
	const char *start = parse->at;

	if (mark_take(parse, word) && !word_part(*parse->at))
		return true;
	parse->at = start;
	return false;
}

/* The cells' places on the form. */
static int lines_find(const struct parse *parse, const struct form *form,
	const struct linear *linear, uint16_t *ret_lines)
{
	for (uint32_t i = 0; i < linear->count; i++) {
		int line = form_line_of(parse->catalog, form, linear->term[i].element);

		if (line < 0)
			return fault_at(parse, "element '%s' has no line on form '%s'",
				catalog_element(parse->catalog, linear->term[i].element)->code,
				form->code);
		ret_lines[i] = (uint16_t)line;
	}
	return 0;
}

/* Cell by cell, all subjects must be broken down by the same lists. */
static int breakdown_check(struct parse *parse, const struct element *first, uint32_t count)
{
	if (!parse->each || count <= 1)
		return 0;
	for (uint32_t i = 0; i < parse->comparison->terms; i++) {
		const struct element *other = parse->first[i];

		if (parse->comparison->term[i].count > 1 &&
			(other->list[0] != first->list[0] || other->list[1] != first->list[1] ||
				parse->comparison->term[i].count != count))
			return fault_at(parse,
				"'each' needs elements that are broken down alike; '%s' and '%s' "
				"are not",
				other->code, first->code);
	}
	parse->cells = (uint16_t)count;
	return 0;
}

static int cells_set(struct parse *parse, const struct linear *linear, const struct form *form,
	struct rule_term *term)
{
	uint16_t *lines;
	int r;

	if (linear->count == 1) {
		r = lines_find(parse, form, linear, &term->only);
		term->count = 1;
		return err_pass(r);
	}
	lines = calloc(linear->count, sizeof(*lines));
	if (!lines)
		return err_here(ERR_NOMEM, "cannot allocate %u cells", linear->count);
	if ((r = lines_find(parse, form, linear, lines)) < 0) {
		free(lines);
		return err_pass(r);
	}
	term->cell = lines;
	term->count = (uint16_t)linear->count;
	return 0;
}

/* "ELEMENT" or "ELEMENT[filter]": its text, as the parser of linear forms wants it. */
static int subject_text(struct parse *parse, char ret_text[SUBJECT_BYTES])
{
	const char *end;
	size_t len;

	blanks_skip(parse);
	for (end = parse->at; word_part(*end) || *end == '.';)
		end++;
	if (end == parse->at)
		return fault_at(parse, "an element is needed here");
	if (*end == '[') {
		end = strchrnul(end, ']');
		if (*end == '\0')
			return fault_at(parse, "']' is missing");
		end++;
	}
	len = (size_t)(end - parse->at);
	if (len >= SUBJECT_BYTES)
		return fault_at(parse, "a subject has at most %d characters", SUBJECT_BYTES - 1);
	memcpy(ret_text, parse->at, len);
	ret_text[len] = '\0';
	return 0;
}

/* The words of linear forms that count facilities and days are no values of a report, and whose
 * report it is needs no filter. */
static int cells_check(const struct parse *parse, const struct linear *linear)
{
	for (uint32_t i = 0; i < linear->count; i++) {
		if (linear->term[i].kind != TERM_ELEMENT || linear->term[i].filter.dimensions != 0)
			return fault_at(parse,
				"only elements, filtered by their own code lists, are subjects "
				"of a rule");
	}
	return 0;
}

static int cells_take(
	struct parse *parse, const struct form *form, struct rule_term *term, uint8_t *ret_scale)
{
	AUTO(linear_fini) struct linear linear = { .count = 0 };
	const struct element *first;
	char text[SUBJECT_BYTES];
	int r = subject_text(parse, text);

	if (r < 0)
		return err_pass(r);
	if ((r = linear_parse(parse->catalog, text, &linear)) < 0) {
		char why[256];

		snprintf(why, sizeof(why), "%s", err_text());
		return fault_at(parse, "in '%s': %s", text, why);
	}
	if ((r = cells_check(parse, &linear)) < 0)
		return err_pass(r);
	first = catalog_element(parse->catalog, linear.term[0].element);
	if ((r = breakdown_check(parse, first, linear.count)) < 0 ||
		(r = cells_set(parse, &linear, form, term)) < 0)
		return err_pass(r);
	parse->first[parse->comparison->terms] = first;
	term->base = first->base;
	*ret_scale = first->scale;
	if (term->source == RULE_OTHER && first->over_time != OVER_TIME_SUM)
		term->source = RULE_OTHER_LAST;
	parse->at += strlen(text);
	return 0;
}

/* "FORM." before an element. */
static const struct form *form_take(struct parse *parse)
{
	const char *end;
	char code[CATALOG_CODE_BYTES];
	const struct form *form;
	size_t len;

	blanks_skip(parse);
	for (end = parse->at; word_part(*end);)
		end++;
	len = (size_t)(end - parse->at);
	if (*end != '.' || len == 0 || len >= sizeof(code))
		return NULL;
	memcpy(code, parse->at, len);
	code[len] = '\0';
	form = catalog_form_by_code(parse->catalog, code);
	if (form)
		parse->at = end + 1;
	return form;
}

static int months_of(enum period_kind kind)
{
	static const int months[] = { [PERIOD_MONTH] = 1,
		[PERIOD_QUARTER] = 3,
		[PERIOD_HALF] = 6,
		[PERIOD_YEAR] = 12,
		[PERIOD_MCH_QUARTER] = 3,
		[PERIOD_MCH_YEAR] = 12 };

	return months[kind];
}

static int subject_take(struct parse *parse, struct rule_term *term, uint8_t *ret_scale)
{
	static const struct {
		const char *open;
		enum rule_source source;
	} functions[] = { { "prev(", RULE_PREV }, { "year_ago(", RULE_YEAR_AGO },
		{ "median(", RULE_MEDIAN }, { "mad(", RULE_MAD }, { "year(", RULE_YEAR } };
	int r;

	term->source = RULE_HERE;
	for (size_t i = 0; i < array_len(functions); i++) {
		if (!mark_take(parse, functions[i].open))
			continue;
		term->source = functions[i].source;
		if ((r = cells_take(parse, parse->form, term, ret_scale)) < 0)
			return err_pass(r);
		return mark_take(parse, ")") ? 0 : fault_at(parse, "')' is needed here");
	}
	term->form = form_take(parse);
	if (!term->form)
		return err_pass(cells_take(parse, parse->form, term, ret_scale));
	if (term->form == parse->form)
		return fault_at(parse, "'%s' is the rule's own form", term->form->code);
	if (months_of(term->form->period) > months_of(parse->form->period))
		return fault_at(parse, "a period of '%s' does not lie within one of '%s'",
			term->form->code, parse->form->code);
	term->source = RULE_OTHER;
	return err_pass(cells_take(parse, term->form, term, ret_scale));
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Multiplies the number that comes next into the coefficient. */
static int number_take(struct parse *parse, struct rule_term *term, uint8_t *places)
{
	int64_t value = 0;
	int digits = 0;
	bool point = false;

	for (; digit(*parse->at) || (*parse->at == '.' && !point); parse->at++) {
		if (*parse->at == '.') {
			point = true;
			continue;
		}
		if (++digits > DIGITS_MAX)
			return fault_at(parse, "a number has at most %d digits", DIGITS_MAX);
		value = value * 10 + (*parse->at - '0');
		*places = (uint8_t)(*places + point);
	}
	if (point && parse->at[-1] == '.')
		return fault_at(parse, "digits are needed after '.'");
	if (*places > DECIMALS_MAX)
		return fault_at(parse, "at most %d decimals are possible", DECIMALS_MAX);
	term->coefficient *= value;
	if (term->coefficient > RULE_COEFFICIENT_MAX)
		return fault_at(parse, "this factor is too large");
	return 0;
}

static int factor_take(struct parse *parse, struct rule_term *term, uint8_t *places)
{
	uint8_t scale = 0;
	int r;

	blanks_skip(parse);
	if (digit(*parse->at))
		return err_pass(number_take(parse, term, places));
	if (!term->days && word_take(parse, "DAYS")) {
		term->days = true;
		return 0;
	}
	if (!term->months && word_take(parse, "MONTHS")) {
		term->months = true;
		return 0;
	}
	if (term->count > 0)
		return fault_at(parse, "a term has one element");
	r = subject_take(parse, term, &scale);
	parse->element_places[parse->comparison->terms] = scale;
	*places = (uint8_t)(*places + scale);
	return err_pass(r);
}

static int term_take(struct parse *parse, bool minus)
{
	struct rule_comparison *comparison = parse->comparison;
	struct rule_term *term = &comparison->term[comparison->terms];
	uint8_t *places = &parse->places[comparison->terms];
	int r;

	if (comparison->terms == RULE_TERMS_MAX)
		return fault_at(parse, "at most %d terms are possible", RULE_TERMS_MAX);
	*term = (struct rule_term){ .coefficient = 1 };
	do {
		if ((r = factor_take(parse, term, places)) < 0) {
			if (term->count > 1)
				free((void *)(uintptr_t)term->cell);
			return err_pass(r);
		}
	} while (mark_take(parse, "*"));
	if (minus)
		term->coefficient = -term->coefficient;
	comparison->terms++;
	return 0;
}

static int side_take(struct parse *parse)
{
	bool minus = mark_take(parse, "-"), more;

	do {
		int r = term_take(parse, minus);

		if (r < 0)
			return err_pass(r);
		minus = mark_take(parse, "-");
		more = minus || mark_take(parse, "+");
	} while (more);
	return 0;
}

static int operator_take(struct parse *parse, enum rule_operator *ret_operator)
{
	static const struct {
		const char *mark;
		enum rule_operator operator;
	} operators[] = { { "!=", RULE_NE }, { "<=", RULE_LE }, { ">=", RULE_GE }, { "=", RULE_EQ },
		{ "<", RULE_LT }, { ">", RULE_GT } };

	for (size_t i = 0; i < array_len(operators); i++) {
		if (mark_take(parse, operators[i].mark)) {
			*ret_operator = operators[i].operator;
			return 0;
		}
	}
	return fault_at(parse, "'+', '-' or one of = != <= >= < > is needed here");
}

/* Brings every term over the largest power of ten. */
static int places_fold(const struct parse *parse)
{
	struct rule_comparison *comparison = parse->comparison;

	for (uint32_t i = 0; i < comparison->terms; i++)
		comparison->scale =
			parse->places[i] > comparison->scale ? parse->places[i] : comparison->scale;
	for (uint32_t i = 0; i < comparison->terms; i++) {
		int64_t *coefficient = &comparison->term[i].coefficient;

		for (int places = parse->places[i]; places < comparison->scale; places++)
			*coefficient *= 10;
		if (*coefficient > RULE_COEFFICIENT_MAX || *coefficient < -RULE_COEFFICIENT_MAX)
			return fault_at(parse,
				"term %u is too large beside one with %d decimal places", i + 1,
				comparison->scale);
	}
	return 0;
}

/* What a finding is about: the first element of the left side that the report itself has. */
static int subject_find(const struct parse *parse)
{
	struct rule_comparison *comparison = parse->comparison;

	for (uint16_t i = 0; i < comparison->left; i++) {
		const struct rule_term *term = &comparison->term[i];

		if (term->count == 0 || term->form)
			continue;
		if (parse->each && term->count == 1)
			break;
		comparison->subject = i;
		comparison->subject_places =
			(uint8_t)(comparison->scale - parse->element_places[i]);
		return 0;
	}
	return fault_at(parse, parse->each ? "with 'each' the left side begins with an element "
					     "that is broken down"
					   : "the left side has no element of the form");
}

static int sides_take(struct parse *parse)
{
	struct rule_comparison *comparison = parse->comparison;
	int r = side_take(parse);

	if (r < 0 || (r = operator_take(parse, &comparison->operator)) < 0)
		return err_pass(r);
	comparison->left = comparison->terms;
	if ((r = side_take(parse)) < 0)
		return err_pass(r);
	blanks_skip(parse);
	if (*parse->at != '\0')
		return fault_at(parse, "'+', '-' or the end is needed here");
	if ((r = places_fold(parse)) < 0)
		return err_pass(r);
	return err_pass(subject_find(parse));
}

int comparison_parse(const struct catalog *catalog, const struct form *form, const char *text,
	bool each, struct rule_comparison *ret_comparison, uint16_t *ret_each)
{
	AUTO(comparison_fini) struct rule_comparison comparison = { .terms = 0 };
	struct parse parse = { .catalog = catalog,
		.form = form,
		.text = text,
		.at = text,
		.each = each,
		.comparison = &comparison };
	int r;

	comparison.term = calloc(RULE_TERMS_MAX, sizeof(*comparison.term));
	if (!comparison.term)
		return err_here(ERR_NOMEM, "cannot allocate a rule");
	if ((r = sides_take(&parse)) < 0)
		return err_pass(r);
	for (uint32_t i = 0; i < comparison.terms; i++) {
		if (comparison.term[i].count == 1)
			comparison.term[i].cell = &comparison.term[i].only;
	}
	*ret_each = parse.cells;
	*ret_comparison = comparison;
	comparison = (struct rule_comparison){ .terms = 0 };
	return 0;
}
