/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Arguments of methods: one table says which key belongs to which method, whether it is needed, and
 * who reads it. Arguments are read when every element, form and indicator is known; what a plan
 * must answer for is checked when plans are known, too. */
#include "model/method.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"
#include "model/decimal.h"

enum { ARGUMENT_BYTES = 1024, AGE_MAX = 85 };

static const char *const method_names[] = {
	[METHOD_RATIO] = "ratio",
	[METHOD_EXTERNAL] = "external",
	[METHOD_LIFE_EXPECTANCY] = "life_expectancy",
	[METHOD_PROBABILITY_OF_DYING] = "probability_of_dying",
	[METHOD_HEALTHY_LIFE_EXPECTANCY] = "healthy_life_expectancy",
	[METHOD_UNITS] = "units",
	[METHOD_GROWTH] = "growth",
	[METHOD_AVERAGE_GROWTH] = "average_growth",
	[METHOD_CHANGE] = "change",
	[METHOD_QUOTIENT] = "quotient",
	[METHOD_MONOTONE] = "monotone",
	[METHOD_RANK] = "rank",
	[METHOD_MILESTONE] = "milestone",
	[METHOD_TARGETS_MET] = "targets_met",
	[METHOD_REPORTING] = "reporting",
};

/* One argument of one indicator. */
struct argument {
	const struct row *row;
	const struct catalog *catalog;
	struct method *method;
	const char *key, *value;
	size_t offset; /* of the field of struct method that a plain key fills */
};

const char *method_name(enum method_kind kind)
{
	ensure((unsigned)kind >= METHOD_RATIO && (unsigned)kind < array_len(method_names));
	return method_names[kind];
}

enum method_kind method_parse(const char *text)
{
	for (unsigned i = METHOD_RATIO; i < array_len(method_names); i++) {
		if (strcmp(method_names[i], text) == 0)
			return (enum method_kind)i;
	}
	return text[0] == '\0' ? METHOD_RATIO : (enum method_kind)0;
}

/* Copies what stands before the separator, without blanks around it; false at the end. A piece that
 * is too long comes cut: no name is as long as that. */
static bool piece_take(const char **at, char separator, char *ret, size_t size)
{
	const char *start = *at, *end;
	size_t len;

	if (!start)
		return false;
	end = strchrnul(start, separator);
	*at = *end ? end + 1 : NULL;
	while (start < end && *start == ' ')
		start++;
	while (end > start && end[-1] == ' ')
		end--;
	len = (size_t)(end - start) < size ? (size_t)(end - start) : size - 1;
	memcpy(ret, start, len);
	ret[len] = '\0';
	return true;
}

/* The value's place among the words, from 1; 0, with a fault, when it is none of them. */
static unsigned word_of(const struct argument *argument, const char *const *words, size_t count)
{
	char list[128] = "";
	size_t used = 0;

	for (unsigned i = 1; i < count; i++) {
		if (strcmp(words[i], argument->value) == 0)
			return i;
		used += (size_t)snprintf(
			list + used, sizeof(list) - used, "%s%s", i > 1 ? ", " : "", words[i]);
		ensure(used < sizeof(list));
	}
	row_fault(argument->row, "%s '%.60s' is none of: %s", argument->key, argument->value, list);
	return 0;
}

static void *field_of(const struct argument *argument)
{
	return (char *)argument->method + argument->offset;
}

static void uncertainty_read(const struct argument *argument)
{
	static const char *const words[] = { [UNCERTAINTY_POISSON] = "poisson",
		[UNCERTAINTY_WILSON] = "wilson",
		[UNCERTAINTY_SURVEY] = "survey" };

	argument->method->uncertainty =
		(enum uncertainty)word_of(argument, words, array_len(words));
}

/* An element that can be reported. */
static void element_read(const struct argument *argument)
{
	const struct element *element = catalog_element_by_code(argument->catalog, argument->value);

	if (!element)
		row_fault(argument->row, "%s: there is no element '%.60s'", argument->key,
			argument->value);
	else
		*(uint32_t *)field_of(argument) = element->id;
}

/* An element that is broken down by sex and age, as life tables need it. */
static uint32_t base_of(const struct argument *argument, const char *code)
{
	const struct element *base =
		catalog_base(argument->catalog, catalog_base_by_code(argument->catalog, code));

	if (!base)
		row_fault(argument->row, "%s: there is no element '%.60s'", argument->key, code);
	else if (!base->list[0] || !base->list[1] || strcmp(base->list[0]->code, "sex") != 0 ||
		 strcmp(base->list[1]->code, "age19") != 0)
		row_fault(argument->row, "%s: element '%s' is not broken down by sex*age19",
			argument->key, code);
	else
		return base->id;
	return 0;
}

static void base_read(const struct argument *argument)
{
	*(uint32_t *)field_of(argument) = base_of(argument, argument->value);
}

static void deaths_read(const struct argument *argument)
{
	struct method *method = argument->method;
	const char *at = argument->value;
	char code[CATALOG_CODE_BYTES];

	while (piece_take(&at, '+', code, sizeof(code))) {
		if (method->deaths_count == METHOD_DEATHS_MAX) {
			row_fault(argument->row, "deaths: at most %d elements are added",
				METHOD_DEATHS_MAX);
			return;
		}
		method->deaths[method->deaths_count++] = base_of(argument, code);
	}
	if (method->kind != METHOD_PROBABILITY_OF_DYING && method->deaths_count > 1)
		row_fault(argument->row, "deaths: a life table is of one element");
}

static void sex_read(const struct argument *argument)
{
	const struct code_list *list = code_list_by_code(argument->catalog, "sex");
	const struct category *category = list ? code_list_category(list, argument->value) : NULL;

	if (!category)
		row_fault(
			argument->row, "sex: code list 'sex' has no code '%.60s'", argument->value);
	else
		argument->method->sex = category->id;
}

static void age_read(const struct argument *argument)
{
	uint32_t age;

	if (!number_parse(argument->value, AGE_MAX, &age) || age % 5 != 0)
		row_fault(argument->row, "%s '%.60s' is no age from 0 to %d in steps of 5",
			argument->key, argument->value, AGE_MAX);
	else
		*(uint8_t *)field_of(argument) = (uint8_t)age;
}

static const struct indicator *indicator_of(const struct argument *argument, const char *code)
{
	const struct indicator *indicator = catalog_indicator_by_code(argument->catalog, code);

	if (!indicator)
		row_fault(argument->row, "%s: there is no indicator '%.60s'", argument->key, code);
	return indicator;
}

static void indicator_read(const struct argument *argument)
{
	*(const struct indicator **)field_of(argument) = indicator_of(argument, argument->value);
}

static void since_read(const struct argument *argument)
{
	uint32_t year;

	if (!number_parse(argument->value, PERIOD_YEAR_MAX, &year) || year < PERIOD_YEAR_MIN)
		row_fault(argument->row, "since '%.60s' is no year from %d to %d", argument->value,
			PERIOD_YEAR_MIN, PERIOD_YEAR_MAX);
	else
		argument->method->since = (int)year;
}

static void as_read(const struct argument *argument)
{
	static const char *const words[] = { [1] = "points", [2] = "percent" };

	argument->method->percent = word_of(argument, words, array_len(words)) == 2;
}

static void units_read(const struct argument *argument)
{
	struct linear *units = &argument->method->units;

	if (linear_parse(argument->catalog, argument->value, units) < 0)
		row_fault(argument->row, "units: %s", err_text());
	else if (units->count != 1 || units->term[0].coefficient != 1 ||
		 (units->term[0].kind != TERM_N_FACILITY && units->term[0].kind != TERM_N_AREA))
		row_fault(argument->row, "units '%.60s' is not one term N_FACILITY[…] or N_AREA[…]",
			argument->value);
}

static void list_read(const struct argument *argument)
{
	struct method *method = argument->method;
	const char *at = argument->value;
	char code[ARGUMENT_BYTES];

	while (piece_take(&at, '|', code, sizeof(code))) {
		if (method->listed == METHOD_UNITS_MAX) {
			row_fault(argument->row, "list: at most %d units are named",
				METHOD_UNITS_MAX);
			return;
		}
		if (code[0] == '\0' || strlen(code) >= sizeof(method->list[0]))
			row_fault(argument->row, "list: '%.60s' is no code of 1 to %zu bytes", code,
				sizeof(method->list[0]) - 1);
		else
			memcpy(method->list[method->listed++], code, strlen(code) + 1);
	}
}

static void take_read(const struct argument *argument)
{
	static const char *const words[] = { [TAKE_COUNT] = "count",
		[TAKE_SHARE] = "share",
		[TAKE_ALL] = "all",
		[TAKE_MIN] = "min",
		[TAKE_MAX] = "max" };

	argument->method->take = (enum take)word_of(argument, words, array_len(words));
}

/* "BEDS>=20" */
static void condition_read(
	const struct argument *argument, const char *text, struct unit_condition *condition)
{
	static const struct {
		const char *text;
		enum comparison comparison;
	} comparisons[] = { { ">=", COMPARE_AT_LEAST }, { "<=", COMPARE_AT_MOST },
		{ ">", COMPARE_MORE }, { "<", COMPARE_LESS }, { "=", COMPARE_EQUAL } };
	size_t len = strcspn(text, "<>=");
	const char *at = text;
	char code[CATALOG_CODE_BYTES];

	for (size_t i = 0; i < array_len(comparisons); i++) {
		size_t sign = strlen(comparisons[i].text);

		if (strncmp(text + len, comparisons[i].text, sign) != 0)
			continue;
		condition->comparison = comparisons[i].comparison;
		(void)piece_take(&at, text[len], code, sizeof(code));
		condition->indicator = indicator_of(argument, code);
		for (at = text + len + sign; *at == ' ';)
			at++;
		if (decimal_read(at, &condition->bound, &condition->scale) < 0)
			row_fault(argument->row, "%s: %s", argument->key, err_text());
		return;
	}
	row_fault(argument->row, "%s: '%.60s' is not an indicator, one of >= > <= < = and a number",
		argument->key, text);
}

static void where_read(const struct argument *argument)
{
	struct method *method = argument->method;
	const char *at = argument->value;
	char text[ARGUMENT_BYTES];

	while (piece_take(&at, '&', text, sizeof(text))) {
		if (method->conditions == METHOD_CONDITIONS_MAX) {
			row_fault(argument->row, "where: at most %d conditions are possible",
				METHOD_CONDITIONS_MAX);
			return;
		}
		condition_read(argument, text, &method->condition[method->conditions++]);
	}
}

static void among_read(const struct argument *argument)
{
	if (!area_kind_known(argument->value))
		row_fault(argument->row, "among: '%.60s' is no kind of area", argument->value);
	else
		memcpy(argument->method->among, argument->value, strlen(argument->value) + 1);
}

static void stage_read(const struct argument *argument)
{
	const struct element *element = catalog_element_by_code(argument->catalog, argument->value);

	element_read(argument);
	if (element && element->type != ELEMENT_GRADE)
		row_fault(argument->row, "stage: element '%s' is no grade", element->code);
}

static void stages_read(const struct argument *argument)
{
	struct method *method = argument->method;
	const char *at = argument->value;
	char word[ARGUMENT_BYTES];

	while (piece_take(&at, '|', word, sizeof(word))) {
		if (method->stage_count == METHOD_STAGES_MAX) {
			row_fault(argument->row, "stages: at most %d are possible",
				METHOD_STAGES_MAX);
			return;
		}
		if (word[0] == '\0' || strlen(word) >= sizeof(method->stages[0]))
			row_fault(argument->row, "stages: '%.60s' is no word of 1 to %zu bytes",
				word, sizeof(method->stages[0]) - 1);
		else
			memcpy(method->stages[method->stage_count++], word, strlen(word) + 1);
	}
}

/* Whether there is such a plan is checked when plans are known. */
static void plan_read(const struct argument *argument)
{
	if (strlen(argument->value) >= sizeof(argument->method->plan))
		row_fault(argument->row, "plan '%.60s…' is longer than any plan's code",
			argument->value);
	else
		memcpy(argument->method->plan, argument->value, strlen(argument->value) + 1);
}

static void form_read(const struct argument *argument)
{
	argument->method->form = catalog_form_by_code(argument->catalog, argument->value);
	if (!argument->method->form)
		row_fault(argument->row, "form: there is no form '%.60s'", argument->value);
}

static void what_read(const struct argument *argument)
{
	static const char *const words[] = { [REPORTING_REPORTED] = "reported",
		[REPORTING_TIMELY] = "timely",
		[REPORTING_COMPLETE] = "complete" };

	argument->method->rate = (enum reporting_rate)word_of(argument, words, array_len(words));
}

#define ON(method) (1u << METHOD_##method)
#define TABLES_OF_LIFE (ON(LIFE_EXPECTANCY) | ON(HEALTHY_LIFE_EXPECTANCY))
#define DEMOGRAPHIC (TABLES_OF_LIFE | ON(PROBABILITY_OF_DYING))
#define OF_ANOTHER                                                                                 \
	(ON(GROWTH) | ON(AVERAGE_GROWTH) | ON(CHANGE) | ON(QUOTIENT) | ON(MONOTONE) | ON(RANK))
#define FIELD(name) offsetof(struct method, name)

static const struct {
	const char *key;
	uint32_t allowed, needed; /* by which methods */
	void (*read)(const struct argument *argument);
	size_t offset;
} keys[] = {
	{ "uncertainty", ON(RATIO), 0, uncertainty_read, 0 },
	{ "error", ON(RATIO), 0, element_read, FIELD(error) },
	{ "sample", ON(RATIO), 0, element_read, FIELD(sample) },
	{ "deaths", DEMOGRAPHIC, DEMOGRAPHIC, deaths_read, 0 },
	{ "population", DEMOGRAPHIC, DEMOGRAPHIC, base_read, FIELD(population) },
	{ "births", TABLES_OF_LIFE, 0, element_read, FIELD(births) },
	{ "infant_deaths", TABLES_OF_LIFE, 0, element_read, FIELD(infant_deaths) },
	{ "unreported", TABLES_OF_LIFE, 0, element_read, FIELD(unreported) },
	{ "sex", DEMOGRAPHIC, 0, sex_read, 0 },
	{ "from", ON(PROBABILITY_OF_DYING), 0, age_read, FIELD(from) },
	{ "to", ON(PROBABILITY_OF_DYING), 0, age_read, FIELD(to) },
	{ "unhealthy", ON(HEALTHY_LIFE_EXPECTANCY), ON(HEALTHY_LIFE_EXPECTANCY), base_read,
		FIELD(unhealthy) },
	{ "units", ON(UNITS), 0, units_read, 0 },
	{ "list", ON(UNITS), 0, list_read, 0 },
	{ "take", ON(UNITS), ON(UNITS), take_read, 0 },
	{ "where", ON(UNITS), 0, where_read, 0 },
	{ "of", OF_ANOTHER | ON(UNITS), OF_ANOTHER, indicator_read, FIELD(of) },
	{ "by", ON(QUOTIENT), ON(QUOTIENT), indicator_read, FIELD(by) },
	{ "since", ON(AVERAGE_GROWTH) | ON(CHANGE) | ON(MONOTONE), 0, since_read, 0 },
	{ "as", ON(CHANGE), ON(CHANGE), as_read, 0 },
	{ "among", ON(RANK), ON(RANK), among_read, 0 },
	{ "stage", ON(MILESTONE), ON(MILESTONE), stage_read, FIELD(stage) },
	{ "stages", ON(MILESTONE), ON(MILESTONE), stages_read, 0 },
	{ "plan", ON(TARGETS_MET), ON(TARGETS_MET), plan_read, 0 },
	{ "form", ON(REPORTING), ON(REPORTING), form_read, 0 },
	{ "what", ON(REPORTING), ON(REPORTING), what_read, 0 },
};

/* Where the key stands in the table; array_len(keys), with a fault, when the method has none such.
 */
static size_t key_find(const struct row *row, enum method_kind kind, const char *key)
{
	char list[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < array_len(keys); i++) {
		if (!(keys[i].allowed >> kind & 1))
			continue;
		if (strcmp(keys[i].key, key) == 0)
			return i;
		used += (size_t)snprintf(
			list + used, sizeof(list) - used, "%s%s", used ? ", " : "", keys[i].key);
		ensure(used < sizeof(list));
	}
	row_fault(row, "method '%s' has no argument '%.60s'; it has: %s", method_name(kind), key,
		used ? list : "none");
	return array_len(keys);
}

/* What no single argument shows. */
static void method_check(const struct row *row, const struct method *method)
{
	bool extreme = method->take == TAKE_MIN || method->take == TAKE_MAX;

	if (method->error && method->uncertainty != UNCERTAINTY_SURVEY)
		row_fault(row, "'error' belongs to uncertainty=survey");
	if (method->uncertainty == UNCERTAINTY_SURVEY && !method->error)
		row_fault(row, "uncertainty=survey needs 'error'");
	if (method->infant_deaths && !method->births)
		row_fault(row, "'infant_deaths' needs 'births'");
	if (method->kind == METHOD_PROBABILITY_OF_DYING && method->from >= method->to)
		row_fault(row, "'from' (%d) is not below 'to' (%d)", method->from, method->to);
	if (method->kind == METHOD_UNITS && (method->units.count > 0) == (method->listed > 0))
		row_fault(row, "method 'units' needs either 'units' or 'list'");
	if (method->kind == METHOD_UNITS && extreme && (!method->of || method->conditions > 0))
		row_fault(row, "take=min and take=max need 'of' and have no 'where'");
	if (method->kind == METHOD_UNITS && !extreme && (method->of || method->conditions == 0))
		row_fault(row, "take=count, share and all need 'where' and have no 'of'");
	if ((method->kind == METHOD_MONOTONE || method->kind == METHOD_RANK) && method->of &&
		method->of->polarity == POLARITY_NONE)
		row_fault(row, "of: indicator '%s' has no polarity, so no way is the better one",
			method->of->code);
}

void method_read(const struct row *row, const struct catalog *catalog, struct method *method)
{
	const char *at = row_cell(row, "arguments");
	char text[ARGUMENT_BYTES];
	uint32_t given = 0, faults = row->faults->count;

	_Static_assert(array_len(keys) <= 32, "a bit per key");
	method->from = 30; /* what 30–70 means unless it is said otherwise */
	method->to = 70;
	while (at && at[0] != '\0' && piece_take(&at, ';', text, sizeof(text))) {
		char key[32];
		const char *value = text;
		size_t which;

		(void)piece_take(&value, '=', key, sizeof(key));
		which = value ? key_find(row, method->kind, key) : array_len(keys);
		if (!value)
			row_fault(row, "argument '%.60s' is not key=value", text);
		if (which == array_len(keys))
			continue;
		if (given >> which & 1)
			row_fault(row, "argument '%s' is given twice", key);
		while (*value == ' ')
			value++;
		given |= 1u << which;
		keys[which].read(&(struct argument){
			row, catalog, method, keys[which].key, value, keys[which].offset });
	}
	for (size_t i = 0; i < array_len(keys); i++)
		if ((keys[i].needed >> method->kind & 1) && !(given >> i & 1))
			row_fault(row, "method '%s' needs '%s'", method_name(method->kind),
				keys[i].key);
	if (row->faults->count == faults)
		method_check(row, method);
}
