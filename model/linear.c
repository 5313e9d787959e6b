/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A recursive-descent parser with one function for each rule of the grammar, in the grammar's order
 * from the leaves up. Decimal coefficients and the scales of elements are folded into whole
 * coefficients over one power of ten: evaluating a form is multiplying and adding integers. */
#include "model/linear.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_inside.h"

/* With values below 2^62, 256 terms and 36 months, a coefficient below 2^30 and a factor below 2^20
 * stay inside 128 bits. */
enum { COEFFICIENT_MAX = 1000000000, NUMBER_DIGITS_MAX = 9, NUMBER_DECIMALS_MAX = 6 };

static const char *const term_words[] = {
	[TERM_N_FACILITY] = "N_FACILITY",
	[TERM_N_AREA] = "N_AREA",
	[TERM_DAYS] = "DAYS",
	[TERM_MONTHS] = "MONTHS",
	[TERM_WORKDAYS] = "WORKDAYS",
	[TERM_ONE] = "1",
};

struct parse {
	const struct catalog *catalog;
	const char *text; /* whole, to count characters from */
	const char *at;
};

struct word {
	const char *start;
	char text[CATALOG_CODE_BYTES];
};

/* What one term of the text stands for, before it is a term or many. */
struct subject {
	const char *start; /* in the text */
	struct term term;
	uint8_t scale;              /* the coefficient is over 10^scale */
	const struct element *base; /* its cells are meant; else NULL */
	/* of each of the base's code lists: whether the filter names it, and the categories left */
	bool restricted[2];
	struct attribute_set categories[2];
};

/* A coefficient as written: value / 10^decimals. */
struct number {
	int64_t value;
	uint8_t decimals;
};

/* ERR_INVALID with the place, counted in characters from 1. */
__attribute__((format(printf, 3, 4))) static int fault_at(
	const struct parse *parse, const char *at, const char *text, ...)
{
	char reason[256];
	size_t character = 1;
	va_list args;

	for (const char *c = parse->text; c < at; c++)
		character += ((unsigned char)*c & 0xc0) != 0x80;
	va_start(args, text);
	vsnprintf(reason, sizeof(reason), text, args);
	va_end(args);
	return err_here(ERR_INVALID, "character %zu: %s", character, reason);
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static void blanks_skip(struct parse *parse)
{
	while (*parse->at == ' ')
		parse->at++;
}

/* Whether mark comes next; then it is taken. */
static bool mark_take(struct parse *parse, char mark)
{
	blanks_skip(parse);
	if (*parse->at != mark)
		return false;
	parse->at++;
	return true;
}

/* The next run of letters, digits, '_' and more; what names it in the message when there is none.
 */
static int run_take(struct parse *parse, const char *what, const char *more, struct word *ret_word)
{
	size_t len = 0;

	blanks_skip(parse);
	ret_word->start = parse->at;
	while (isalnum((unsigned char)parse->at[len]) || parse->at[len] == '_' ||
		(len > 0 && parse->at[len] != '\0' && strchr(more, parse->at[len])))
		len++;
	if (len == 0 && *parse->at == '\0')
		return fault_at(parse, parse->at, "%s is missing at the end", what);
	if (len == 0)
		return fault_at(parse, parse->at, "%s is needed here", what);
	if (len >= sizeof(ret_word->text))
		return fault_at(parse, parse->at,
			"this word has %zu letters; codes have at most %zu", len,
			sizeof(ret_word->text) - 1);
	memcpy(ret_word->text, parse->at, len);
	ret_word->text[len] = '\0';
	parse->at += len;
	return 0;
}

static int word_take(struct parse *parse, const char *what, struct word *ret_word)
{
	return err_pass(run_take(parse, what, "", ret_word));
}

enum term_kind term_kind_of_word(const char *word)
{
	for (unsigned i = TERM_N_FACILITY; i < array_len(term_words); i++) {
		if (strcmp(term_words[i], word) == 0)
			return (enum term_kind)i;
	}
	return (enum term_kind)0;
}

static int number_take(struct parse *parse, struct number *ret_number)
{
	const char *start = parse->at;
	struct number number = { 0 };
	int digits = 0;
	bool point = false;

	for (; digit(*parse->at) || (*parse->at == '.' && !point); parse->at++) {
		if (*parse->at == '.') {
			point = true;
			continue;
		}
		if (++digits > NUMBER_DIGITS_MAX)
			return fault_at(parse, start, "a coefficient has at most %d digits",
				NUMBER_DIGITS_MAX);
		number.value = number.value * 10 + (*parse->at - '0');
		number.decimals = (uint8_t)(number.decimals + point);
	}
	if (parse->at[-1] == '.')
		return fault_at(parse, parse->at, "digits are needed after '.'");
	if (number.decimals > NUMBER_DECIMALS_MAX)
		return fault_at(
			parse, start, "a coefficient has at most %d decimals", NUMBER_DECIMALS_MAX);
	if (number.value == 0)
		return fault_at(parse, start, "a coefficient of 0 says nothing");
	*ret_number = number;
	return 0;
}

static bool set_empty(const struct attribute_set *set)
{
	return (set->word[0] | set->word[1] | set->word[2] | set->word[3]) == 0;
}

/* "hospital|clinic": the attributes named, with all below them. */
static int alternatives_take(
	struct parse *parse, enum dimension dimension, struct attribute_set *set)
{
	do {
		const struct attribute *attribute;
		struct word word;
		int r = word_take(parse, "a code", &word);

		if (r < 0)
			return err_pass(r);
		attribute = catalog_attribute_by_code(parse->catalog, dimension, word.text);
		if (!attribute)
			return fault_at(parse, word.start, "dimension '%s' has no code '%s'",
				dimension_name(dimension), word.text);
		catalog_tree_add(parse->catalog, attribute, set);
	} while (mark_take(parse, '|'));
	return 0;
}

static int group_take(struct parse *parse, struct attribute_set *set)
{
	const struct group *group;
	struct word word;
	int r = word_take(parse, "a group", &word);

	if (r < 0)
		return err_pass(r);
	group = catalog_group_by_code(parse->catalog, word.text);
	if (!group)
		return fault_at(parse, word.start, "there is no group '%s'", word.text);
	attribute_set_join(set, &group->classes);
	return 0;
}

/* Two conditions on one thing must both hold: what they have in common is left. */
static int set_restrict(const struct parse *parse, const struct word *name, const char *what,
	const struct attribute_set *set, bool before, struct attribute_set *allowed)
{
	if (!before)
		*allowed = *set;
	for (size_t i = 0; i < array_len(set->word); i++)
		allowed->word[i] &= set->word[i];
	if (set_empty(allowed))
		return fault_at(parse, name->start,
			"no %s can meet this condition and those before it", what);
	return 0;
}

static int facility_condition_take(
	struct parse *parse, const struct word *name, struct filter *filter)
{
	struct attribute_set set = { { 0 } };
	unsigned dimension = DIMENSION_CLASS;
	int r;

	if (strcmp(name->text, "group") == 0) {
		r = group_take(parse, &set);
	} else {
		while (dimension < DIMENSIONS &&
			strcmp(dimension_name((enum dimension)dimension), name->text) != 0)
			dimension++;
		if (dimension == DIMENSIONS)
			return fault_at(parse, name->start, "'%s' is no attribute of facilities",
				name->text);
		r = alternatives_take(parse, (enum dimension)dimension, &set);
	}
	if (r < 0)
		return err_pass(r);
	r = set_restrict(parse, name, "facility", &set, filter->dimensions >> dimension & 1,
		&filter->allowed[dimension]);
	filter->dimensions |= (uint8_t)(1u << dimension);
	return err_pass(r);
}

/* "A30|A35": the categories named, with all leaves below them. */
static int category_condition_take(struct parse *parse, const struct word *name,
	const struct code_list *list, struct subject *subject)
{
	unsigned which = subject->base && subject->base->list[1] == list;
	struct attribute_set set = { { 0 } };
	int r;

	if (!subject->base || subject->base->list[which] != list)
		return fault_at(
			parse, name->start, "this element is not broken down by '%s'", list->code);
	do {
		const struct category *category;
		struct word word;

		if ((r = word_take(parse, "a category", &word)) < 0)
			return err_pass(r);
		category = code_list_category(list, word.text);
		if (!category)
			return fault_at(parse, word.start, "code list '%s' has no code '%s'",
				list->code, word.text);
		code_list_add(list, category, &set);
	} while (mark_take(parse, '|'));
	r = set_restrict(
		parse, name, "cell", &set, subject->restricted[which], &subject->categories[which]);
	subject->restricted[which] = true;
	return err_pass(r);
}

static int area_condition_take(struct parse *parse, const struct word *name, struct filter *filter)
{
	struct word word;
	int r;

	if (strcmp(name->text, "kind") != 0)
		return fault_at(parse, name->start,
			"areas are only filtered by 'kind', not by '%s'", name->text);
	if ((r = word_take(parse, "a kind of area", &word)) < 0)
		return err_pass(r);
	if (!area_kind_known(word.text))
		return fault_at(parse, word.start, "'%s' is no kind of area", word.text);
	if (filter->kind[0] != '\0')
		return fault_at(parse, name->start, "an area has one kind; this is the second");
	ensure(strlen(word.text) < sizeof(filter->kind)); /* every known kind fits */
	memcpy(filter->kind, word.text, strlen(word.text) + 1);
	return 0;
}

static int condition_take(struct parse *parse, struct subject *subject)
{
	const struct code_list *list;
	struct word name;
	int r = word_take(parse, "a condition", &name);

	if (r < 0)
		return err_pass(r);
	if (!mark_take(parse, '='))
		return fault_at(parse, parse->at, "'=' is needed after '%s'", name.text);
	list = code_list_by_code(parse->catalog, name.text);
	if (subject->term.kind == TERM_N_AREA)
		return err_pass(area_condition_take(parse, &name, &subject->term.filter));
	if (list)
		return err_pass(category_condition_take(parse, &name, list, subject));
	return err_pass(facility_condition_take(parse, &name, &subject->term.filter));
}

static int filter_take(struct parse *parse, struct subject *subject)
{
	enum term_kind kind = subject->term.kind;

	if (kind != TERM_ELEMENT && kind != TERM_N_FACILITY && kind != TERM_N_AREA)
		return fault_at(parse, parse->at - 1, "'%s' takes no filter", term_words[kind]);
	do {
		int r = condition_take(parse, subject);

		if (r < 0)
			return err_pass(r);
	} while (mark_take(parse, ','));
	if (!mark_take(parse, ']'))
		return fault_at(parse, parse->at, "',' or ']' is needed here");
	return 0;
}

/* What is counted: an element, one cell of one, or one of the words. Adds the element's scale. */
static int subject_take(struct parse *parse, struct subject *subject)
{
	const struct element *element;
	struct word word;
	int r = run_take(parse, "an element", ".", &word);

	if (r < 0)
		return err_pass(r);
	subject->term.kind = term_kind_of_word(word.text);
	if (subject->term.kind != 0)
		return 0;
	element = catalog_element_by_code(parse->catalog, word.text);
	if (!element)
		element = subject->base = catalog_base(
			parse->catalog, catalog_base_by_code(parse->catalog, word.text));
	if (!element)
		return fault_at(parse, word.start, "there is no element '%s'", word.text);
	subject->term.kind = TERM_ELEMENT;
	subject->term.element = element->id;
	subject->scale = (uint8_t)(subject->scale + element->scale);
	return 0;
}

/* [ number "*" ]: 1 when there is none. "1" alone is left standing, as the term that it is. */
static int coefficient_take(struct parse *parse, struct number *ret_number)
{
	const char *start, *end;
	int r;

	blanks_skip(parse);
	start = parse->at;
	*ret_number = (struct number){ .value = 1 };
	if (!digit(*start))
		return 0;
	if ((r = number_take(parse, ret_number)) < 0)
		return err_pass(r);
	end = parse->at;
	if (mark_take(parse, '*'))
		return 0;
	if (end != start + 1 || *start != '1')
		return fault_at(parse, end,
			"'*' is needed after a coefficient; a constant is written '2*1'");
	parse->at = start;
	return 0;
}

/* One term without its sign; its coefficient is still over its own power of ten. */
static int term_take(struct parse *parse, struct subject *ret_subject)
{
	struct subject subject = { .start = parse->at };
	struct number number;
	int r = coefficient_take(parse, &number);

	if (r < 0)
		return err_pass(r);
	subject.term.coefficient = number.value;
	subject.scale = number.decimals;
	if ((r = subject_take(parse, &subject)) < 0)
		return err_pass(r);
	if (mark_take(parse, '[') && (r = filter_take(parse, &subject)) < 0)
		return err_pass(r);
	*ret_subject = subject;
	return 0;
}

static int term_add(const struct parse *parse, const char *start, struct linear *linear,
	const struct term *term)
{
	if (linear->count == LINEAR_TERMS_MAX)
		return fault_at(parse, start, "at most %d terms are possible", LINEAR_TERMS_MAX);
	if ((linear->count & (linear->count - 1)) == 0) { /* full: its room is a power of two */
		size_t room = linear->count ? linear->count * 2u : 1;
		struct term *more = reallocarray(linear->term, room, sizeof(*more));

		if (!more)
			return err_here(ERR_NOMEM, "cannot allocate %zu terms", room);
		linear->term = more;
	}
	linear->term[linear->count++] = *term;
	return 0;
}

/* The subject's term, or one for each cell that it means; scales gets the power of ten of each. */
static int subject_add(const struct parse *parse, const struct subject *subject,
	struct linear *linear, uint8_t scales[LINEAR_TERMS_MAX])
{
	const struct element *cell;
	struct term term = subject->term;
	uint32_t first = linear->count;
	size_t cells = 1;
	int r = 0;

	if (!subject->base) {
		r = term_add(parse, subject->start, linear, &term);
	} else {
		cell = catalog_cells(parse->catalog, subject->base->id, &cells);
		for (size_t i = 0; r == 0 && i < cells; i++) {
			bool meant = true;

			for (size_t k = 0; k < array_len(subject->categories); k++)
				meant = meant && (!subject->restricted[k] ||
							 attribute_set_has(&subject->categories[k],
								 cell[i].category[k]));
			term.element = cell[i].id;
			r = meant ? term_add(parse, subject->start, linear, &term) : 0;
		}
	}
	if (r < 0)
		return err_pass(r);
	memset(scales + first, subject->scale, linear->count - first);
	return 0;
}

/* Brings every coefficient over the largest of the terms' powers of ten. */
static int scales_fold(const struct parse *parse, struct linear *linear, const uint8_t *scales)
{
	for (uint32_t i = 0; i < linear->count; i++)
		linear->scale = scales[i] > linear->scale ? scales[i] : linear->scale;
	for (uint32_t i = 0; i < linear->count; i++) {
		int64_t *coefficient = &linear->term[i].coefficient;

		for (int places = scales[i]; places < linear->scale; places++) {
			*coefficient *= 10;
			if (*coefficient > COEFFICIENT_MAX || *coefficient < -COEFFICIENT_MAX)
				return fault_at(parse, parse->text,
					"term %u is too large beside one with %d decimal places",
					i + 1, linear->scale);
		}
	}
	return 0;
}

int linear_parse(const struct catalog *catalog, const char *text, struct linear *ret_linear)
{
	AUTO(linear_fini) struct linear linear = { .count = 0 };
	struct parse parse = { catalog, text, text };
	uint8_t scales[LINEAR_TERMS_MAX];
	bool minus = mark_take(&parse, '-'), more;
	int r;

	do {
		struct subject subject = { .base = NULL };

		if ((r = term_take(&parse, &subject)) < 0)
			return err_pass(r);
		if (minus)
			subject.term.coefficient = -subject.term.coefficient;
		if ((r = subject_add(&parse, &subject, &linear, scales)) < 0)
			return err_pass(r);
		minus = mark_take(&parse, '-');
		more = minus || mark_take(&parse, '+');
	} while (more);
	blanks_skip(&parse);
	if (*parse.at != '\0')
		return fault_at(&parse, parse.at, "'+', '-' or the end is needed here");
	if ((r = scales_fold(&parse, &linear, scales)) < 0)
		return err_pass(r);
	*ret_linear = linear;
	linear = (struct linear){ .count = 0 };
	return 0;
}
