/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Facts: values from outside the reports, one from the command line or many from a CSV file; taking
 * one back; and what is said of a value: which is preferred, on what basis it stands. Who speaks of
 * a value must name one that is there: a slip in a source's name would otherwise do nothing, and
 * say nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "admin/intake.h"
#include "base/err.h"
#include "model/facts.h"

static const char *const fields[] = { "area", "indicator", "period", "value", "source",
	"comparator", "basis", "note", "norm" };
enum { FIELDS_NEEDED = 5 }; /* the first five */

/* Whether the figure's other fields are right is fact_check()'s to say. */
static void take_figure(const struct source *source, const struct catalog *catalog,
	struct fact *fact, struct slips *slips)
{
	char reason[128];

	fact->area = take_area(source, catalog, slips);
	take_text(source, "indicator", sizeof(fact->indicator), fact->indicator, slips);
	if (fact->indicator[0] && !catalog_indicator_by_code(catalog, fact->indicator)) {
		snprintf(reason, sizeof(reason), "there is no indicator '%s' in the catalogue",
			fact->indicator);
		source_slip(source, "indicator", reason, slips);
	}
	fact->period = take_period(source, slips);
	take_text(source, "source", sizeof(fact->source), fact->source, slips);
}

static bool take_norm(const struct source *source, struct slips *slips)
{
	const char *text = source_field(source, "norm");

	if (!text || strcmp(text, "no") == 0 || strcmp(text, "否") == 0)
		return false;
	if (strcmp(text, "yes") != 0 && strcmp(text, "是") != 0)
		source_slip(source, "norm", "neither yes nor no", slips);
	return true;
}

/* Every fault of the record is added to slips; without one the fact is whole. */
static void fact_take(const struct source *source, const struct catalog *catalog, void *ret_record,
	struct slips *slips)
{
	struct fact *ret_fact = ret_record;
	const char *value = source_field(source, "value");
	const char *comparator = source_field(source, "comparator");
	size_t before = slips->count;

	*ret_fact = (struct fact){ .area = 0 };
	take_figure(source, catalog, ret_fact, slips);
	if (!value)
		source_slip(source, "value", "is empty", slips);
	else if (fact_value_parse(value, &ret_fact->value) < 0)
		source_slip(source, "value", err_text(), slips);
	if (comparator && fact_comparator_parse(comparator, &ret_fact->comparator) < 0)
		source_slip(source, "comparator", err_text(), slips);
	take_optional_text(source, "basis", sizeof(ret_fact->basis), ret_fact->basis, slips);
	take_optional_text(source, "note", sizeof(ret_fact->note), ret_fact->note, slips);
	ret_fact->norm = take_norm(source, slips);
	if (slips->count == before && fact_check(catalog, ret_fact) < 0)
		source_slip(source, "", err_text(), slips);
}

int fact_add_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	struct source source = { .session = session };
	struct fact fact;
	const struct command command = { .fact = &fact, .facts = 1 };
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0)
		return err_pass(r);
	fact_take(&source, catalog, &fact, &slips);
	if (slips.count > 0)
		return slips_say(&slips);
	return err_pass(change_one(session, &command));
}

static int fact_order(const void *a, const void *b)
{
	const struct fact *first = a, *second = b;
	int order = (first->area > second->area) - (first->area < second->area);

	if (order == 0)
		order = strcmp(first->indicator, second->indicator);
	if (order == 0)
		order = (first->period > second->period) - (first->period < second->period);
	if (order == 0)
		order = strcmp(first->source, second->source);
	if (order == 0)
		order = first->norm - second->norm;
	return order;
}

static bool fact_identity(const void *record, char ret_words[INTAKE_WORDS_BYTES])
{
	const struct fact *fact = record;

	snprintf(ret_words, INTAKE_WORDS_BYTES, "the same value of the same source");
	return fact->indicator[0] != '\0';
}

int fact_import_run(struct session *session)
{
	static const struct intake intake = { .what = "facts",
		.record_bytes = sizeof(struct fact),
		.fields = fields,
		.field_count = array_len(fields),
		.fields_needed = FIELDS_NEEDED,
		.take = fact_take,
		.order = fact_order,
		.identity = fact_identity };
	void *facts = NULL;
	size_t count = 0;
	struct command command;
	int r = intake_sheet(session, &intake, &facts, &count);

	if (r != 0)
		return err_pass(r);
	command = (struct command){ .fact = facts, .facts = count };
	r = change_import(session, &command);
	free(facts);
	return err_pass(r);
}

/* What is spoken of: the figure and the source, as the command line names them. */
static int spoken_of(struct session *session, const struct catalog *catalog, struct fact *ret_fact,
	struct slips *slips)
{
	struct source source = { .session = session };

	*ret_fact = (struct fact){ .norm = session_argument(session, "norm") != NULL };
	take_figure(&source, catalog, ret_fact, slips);
	take_optional_text(&source, "note", sizeof(ret_fact->note), ret_fact->note, slips);
	return slips->count > 0 ? slips_say(slips) : 0;
}

/* Whether the row of `fact list` is the value that is spoken of: a person's by its whole source, a
 * plan's also by the plan's code alone. */
static bool row_is(const struct grid *facts, size_t row, const struct fact *fact, bool persons)
{
	static const char *const names[] = { "area", "source", "origin", "norm", "withdrawn" };
	const char *cell[array_len(names)];
	char area[16];
	size_t len = strlen(fact->source);

	for (size_t i = 0; i < array_len(names); i++) {
		cell[i] = grid_named(facts, row, names[i]);
		if (!cell[i])
			return false;
	}
	snprintf(area, sizeof(area), "%u", fact->area);
	if (strcmp(cell[0], area) != 0 || strcmp(cell[4], "true") == 0)
		return false;
	if (strcmp(cell[2], "plan") == 0)
		return !persons && strncmp(cell[1], fact->source, len) == 0 &&
		       (cell[1][len] == '\0' || strchr(" ,:;", cell[1][len]));
	return strcmp(cell[2], "person") == 0 && strcmp(cell[1], fact->source) == 0 &&
	       (!persons || (strcmp(cell[3], "true") == 0) == fact->norm);
}

enum { LOOKS_MAX = 5, LOOK_WAIT_MS = 100 };

/* ERR_NOT_FOUND: there is no such value. The aggregator may be a moment behind what was just
 * added, so it is asked a few times. */
static int value_expect(struct session *session, const struct fact *fact, bool persons)
{
	AUTO(grid_fini) struct grid facts = { 0 };
	const char *area = session_argument(session, "area");
	const char *period = session_argument(session, "period");
	const struct argument arguments[] = { { bytes_str("area"), bytes_str(area) },
		{ bytes_str("indicator"), bytes_str(fact->indicator) },
		{ bytes_str("period"), bytes_str(period) } };

	for (int look = 0; look < LOOKS_MAX; look++) {
		int r;

		if (look > 0)
			session->service.wait(session->service.ctx, LOOK_WAIT_MS);
		r = session_ask(session, SERVER_AGGREGATOR, "fact list", arguments,
			array_len(arguments), &facts);
		if (r < 0)
			return err_pass(r);
		for (size_t row = 0; row < grid_rows(&facts); row++) {
			if (row_is(&facts, row, fact, persons))
				return 0;
		}
	}
	return err_here(ERR_NOT_FOUND,
		"there is no value of source '%s' (huibaoctl fact list --area %s --indicator %s)",
		fact->source, area, fact->indicator);
}

int fact_withdraw_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	struct fact fact;
	const struct command command = { .fact = &fact, .facts = 1 };
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0 || (r = spoken_of(session, catalog, &fact, &slips)) != 0 ||
		(r = value_expect(session, &fact, true)) < 0)
		return err_pass(r);
	fact.withdrawn = true;
	return err_pass(change_one(session, &command));
}

/* The statement is empty but for what it is about. */
static int statement_take(struct session *session, struct statement *ret_statement)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	struct fact fact;
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0 || (r = spoken_of(session, catalog, &fact, &slips)) != 0 ||
		(strcmp(fact.source, SOURCE_REPORTS) != 0 &&
			(r = value_expect(session, &fact, false)) < 0))
		return err_pass(r);
	*ret_statement = (struct statement){ .area = fact.area, .period = fact.period };
	memcpy(ret_statement->indicator, fact.indicator, sizeof(fact.indicator));
	memcpy(ret_statement->source, fact.source, sizeof(fact.source));
	memcpy(ret_statement->note, fact.note, sizeof(fact.note));
	return 0;
}

int fact_prefer_run(struct session *session)
{
	struct statement statement;
	const struct command command = { .statement = &statement, .statements = 1 };
	int r = statement_take(session, &statement);

	if (r != 0)
		return err_pass(r);
	statement.says_preferred = statement.preferred = true;
	return err_pass(change_one(session, &command));
}

int fact_basis_run(struct session *session)
{
	AUTO(slips_fini) struct slips slips = { 0 };
	struct source source = { .session = session };
	struct statement statement;
	const struct command command = { .statement = &statement, .statements = 1 };
	int r = statement_take(session, &statement);

	if (r != 0)
		return err_pass(r);
	statement.says_basis = true;
	take_optional_text(&source, "basis", sizeof(statement.basis), statement.basis, &slips);
	if (slips.count > 0)
		return slips_say(&slips);
	return err_pass(change_one(session, &command));
}
