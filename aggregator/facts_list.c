/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "fact list" and "verdict list": what plans printed and what persons said. Values of one figure
 * stand side by side, whoever gave them; which of them is used is not decided here. */
#include <stdlib.h>
#include <string.h>

#include "aggregator/figure.h"
#include "aggregator/verb.h"
#include "base/clock.h"
#include "base/err.h"

/* A row of the list: one of the three, and by what it is sorted. */
struct line {
	uint32_t area, period;
	const char *indicator;
	const struct published *published; /* of a plan */
	const struct fact *fact;
	/* about this value; alone: about one that is not in the list */
	const struct statement *statement;
	size_t order; /* of the gathering, where all else is equal */
};

struct lines {
	struct line *line;
	size_t count, room;
};

static void lines_fini_auto(struct lines *lines)
{
	free(lines->line);
}

/* What is asked for; 0 and "" mean all. */
struct wanted {
	uint32_t area, period;
	char indicator[CATALOG_CODE_BYTES];
};

static int wanted_take(struct asking *asking, struct wanted *ret_wanted)
{
	const struct indicator *indicator;
	const struct question *question = asking->question;
	int r = argument_area(asking, "area", false, &ret_wanted->area);

	if (r == 0 && question_argument(question, "indicator").len > 0) {
		r = argument_indicator(asking, &indicator);
		if (r == 0)
			memcpy(ret_wanted->indicator, indicator->code, sizeof(indicator->code));
	}
	if (r == 0 && question_argument(question, "period").len > 0)
		r = argument_period(asking, &ret_wanted->period);
	return r;
}

static int lines_add(struct lines *lines, const struct asking *asking, const struct wanted *wanted,
	struct line line)
{
	if (!sight_lists(asking, line.area, wanted->area) ||
		(wanted->period && line.period != wanted->period) ||
		(wanted->indicator[0] && strcmp(line.indicator, wanted->indicator) != 0))
		return 0;
	if (lines->count == lines->room) {
		size_t room = lines->room ? lines->room * 2 : 256;
		struct line *grown = realloc(lines->line, room * sizeof(*grown));

		if (!grown)
			return err_here(ERR_NOMEM, "cannot list %zu facts", room);
		lines->line = grown;
		lines->room = room;
	}
	line.order = lines->count;
	lines->line[lines->count++] = line;
	return 0;
}

static int lines_of_plans(
	struct lines *lines, const struct asking *asking, const struct wanted *wanted)
{
	size_t count;
	const struct published *published = catalog_published(asking->view->catalog, &count);
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = lines_add(lines, asking, wanted,
			(struct line){ .area = published[i].area,
				.indicator = published[i].indicator->code,
				.period = published[i].period,
				.published = &published[i],
				.statement = facts_statement_published(
					asking->view->facts, &published[i]) });
	return err_pass(r);
}

static int lines_of_persons(
	struct lines *lines, const struct asking *asking, const struct wanted *wanted)
{
	const struct facts *facts = asking->view->facts;
	int r = 0;

	for (size_t i = 0; r == 0 && i < facts_count(facts); i++) {
		const struct fact *fact = facts_at(facts, i);

		r = lines_add(lines, asking, wanted,
			(struct line){ .area = fact->area,
				.indicator = fact->indicator,
				.period = fact->period,
				.fact = fact,
				.statement = facts_statement(facts, fact->area, fact->indicator,
					fact->period, fact->source) });
	}
	return err_pass(r);
}

static int statement_by_place(const void *a, const void *b)
{
	const struct statement *first = *(const struct statement *const *)a;
	const struct statement *second = *(const struct statement *const *)b;

	return (first > second) - (first < second);
}

/* Statements about no value in the list: about what was computed from reports, or about a value
 * that is not there (any more). */
static int lines_of_statements(
	struct lines *lines, const struct asking *asking, const struct wanted *wanted)
{
	const struct facts *facts = asking->view->facts;
	size_t shown = 0, listed = lines->count;
	const struct statement **used = calloc(listed + 1, sizeof(*used));
	int r = 0;

	if (!used)
		return err_here(ERR_NOMEM, "cannot list %zu facts", listed);
	for (size_t i = 0; i < listed; i++) {
		if (lines->line[i].statement)
			used[shown++] = lines->line[i].statement;
	}
	qsort(used, shown, sizeof(*used), statement_by_place);
	for (size_t i = 0; r == 0 && i < facts_statements(facts); i++) {
		const struct statement *statement = facts_statement_at(facts, i);

		if (!bsearch(&statement, used, shown, sizeof(*used), statement_by_place))
			r = lines_add(lines, asking, wanted,
				(struct line){ .area = statement->area,
					.indicator = statement->indicator,
					.period = statement->period,
					.statement = statement });
	}
	free(used);
	return err_pass(r);
}

static int line_order(const void *first, const void *second)
{
	const struct line *a = first, *b = second;
	int order = (a->area > b->area) - (a->area < b->area);

	if (order == 0)
		order = strcmp(a->indicator, b->indicator);
	if (order == 0)
		order = (a->period > b->period) - (a->period < b->period);
	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static void cells_value(struct asking *asking, const struct line *line)
{
	const struct printed none = { .there = false };
	const struct printed *value = line->published ? &line->published->value
				      : line->fact    ? &line->fact->value
						      : &none;
	enum comparator comparator = line->published ? line->published->comparator
				     : line->fact    ? line->fact->comparator
						     : COMPARATOR_NONE;

	if (value->there)
		cell_decimal(asking, value->value, value->scale);
	else
		cell_null(asking);
	cell_text_or_null(asking, fact_comparator_name(comparator));
}

static void cells_source(struct asking *asking, const struct line *line)
{
	const struct statement *statement = line->statement;
	const char *source = line->published ? line->published->source
			     : line->fact    ? line->fact->source
			     : statement     ? statement->source
					     : "";
	const char *basis = line->published ? line->published->basis
			    : line->fact    ? line->fact->basis
					    : "";

	cell_text(asking, source);
	if (line->published)
		cell_text(asking, "plan");
	else
		cell_text(asking, strcmp(source, SOURCE_REPORTS) == 0 ? "reports" : "person");
	/* A later statement speaks louder than what came with the value. */
	cell_text_or_null(asking, statement && statement->says_basis ? statement->basis : basis);
}

/* Who spoke last of the value, when, and what they noted. */
static void cells_said(struct asking *asking, const struct line *line)
{
	const struct statement *statement = line->statement;
	const struct fact *fact = line->fact;
	bool stated = statement && (!fact || statement->sequence > fact->sequence);
	const char *note = line->published ? line->published->note : fact ? fact->note : "";

	if (stated && statement->note[0])
		note = statement->note;
	if (stated || fact) {
		cell_who(asking, stated ? statement->actor : fact->actor);
		cell_integer(asking, (int64_t)(stated ? statement->sequence : fact->sequence));
	} else {
		cell_null(asking);
		cell_null(asking);
	}
	cell_text_or_null(asking, note);
}

static void row_line(struct asking *asking, const struct line *line)
{
	const struct area *area = catalog_area(asking->view->catalog, line->area);

	cell_area(asking, line->area);
	cell_text_or_null(asking, area ? area->name.zh : NULL);
	cell_text(asking, line->indicator);
	cell_period(asking, line->period);
	cells_value(asking, line);
	cells_source(asking, line);
	cell_boolean(asking, line->fact && line->fact->norm);
	cell_boolean(asking, line->statement && line->statement->preferred);
	cell_boolean(asking, line->fact && line->fact->withdrawn);
	cells_said(asking, line);
}

int verb_fact_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "indicator", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "value", COLUMN_DECIMAL },
		{ "comparator", COLUMN_TEXT },
		{ "source", COLUMN_TEXT },
		{ "origin", COLUMN_TEXT },
		{ "basis", COLUMN_TEXT },
		{ "norm", COLUMN_BOOLEAN },
		{ "preferred", COLUMN_BOOLEAN },
		{ "withdrawn", COLUMN_BOOLEAN },
		{ "who", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
		{ "note", COLUMN_TEXT },
	};
	AUTO(lines_fini) struct lines lines = { .line = NULL };
	struct wanted wanted = { .area = 0 };
	int r = wanted_take(asking, &wanted);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0 ||
		(r = lines_of_plans(&lines, asking, &wanted)) < 0 ||
		(r = lines_of_persons(&lines, asking, &wanted)) < 0 ||
		(r = lines_of_statements(&lines, asking, &wanted)) < 0)
		return err_pass(r);
	if (lines.count > 0)
		qsort(lines.line, lines.count, sizeof(*lines.line), line_order);
	for (size_t i = 0; i < lines.count && asking_goes_on(asking); i++)
		row_line(asking, &lines.line[i]);
	return 0;
}

static int argument_plan(struct asking *asking, const struct plan_info **ret_plan)
{
	char code[CATALOG_CODE_BYTES];
	int r = argument_text(asking, "plan", code, sizeof(code));

	*ret_plan = NULL;
	if (r != 0 || code[0] == '\0')
		return r;
	*ret_plan = catalog_plan_by_code(asking->view->catalog, code);
	if (!*ret_plan)
		return verb_refuse(asking, ANSWER_NOT_FOUND, "no plan '%s' in the catalogue", code);
	return 0;
}

static void row_verdict(struct asking *asking, const struct person_verdict *verdict)
{
	char received[WALL_TEXT_BYTES];

	wall_print((struct wall){ .ms = verdict->received }, received);
	cell_text(asking, verdict->target);
	cell_period(asking, verdict->period);
	cell_text(asking, verdict_outcome_name(verdict->outcome));
	cell_text(asking, verdict->evidence);
	cell_text_or_null(asking, verdict->note);
	cell_boolean(asking,
		facts_verdict(asking->view->facts, verdict->target, verdict->period) == verdict);
	cell_who(asking, verdict->actor);
	cell_text(asking, received);
	cell_integer(asking, (int64_t)verdict->sequence);
}

int verb_verdict_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "target", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "outcome", COLUMN_TEXT },
		{ "evidence", COLUMN_TEXT },
		{ "note", COLUMN_TEXT },
		{ "counts", COLUMN_BOOLEAN },
		{ "who", COLUMN_TEXT },
		{ "received", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
	};
	const struct view *view = asking->view;
	const struct plan_info *plan;
	int r = argument_plan(asking, &plan);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (size_t i = 0; i < facts_verdicts(view->facts) && asking_goes_on(asking); i++) {
		const struct person_verdict *verdict = facts_verdict_at(view->facts, i);
		const struct target *target = catalog_target_by_id(view->catalog, verdict->target);

		if ((!plan || (target && target->plan == plan)) &&
			sight_of(asking, target ? target->area : 0))
			row_verdict(asking, verdict);
	}
	return 0;
}
