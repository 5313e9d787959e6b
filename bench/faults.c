/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Checks reports against the rules without daemons: bench/faults drives it.
 *
 *   faults_check CATALOG FACILITIES.csv HISTORY PROBES FORM…
 *
 * HISTORY/FORM.csv are what is in force, PROBES/FORM.csv what is asked about, both in the columns
 * of huibao-collect's sheets (others are passed over). Each probe is checked against the history
 * before its period; it is no history itself. One line a probe is printed,
 *
 *   FORM,ROW,accepted|held|rejected{,code:rule:element:other:period:proposed}
 *
 * and for each form "time,FORM,NANOSECONDS", what an accepted report takes with all of its
 * rules. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/sheet.h"
#include "model/catalog.h"
#include "model/decimal.h"
#include "model/report.h"
#include "model/rule.h"

enum { YEAR_FIRST = 2000, MONTHS = 12 * 60, FORMS_MAX = 8, ROUNDS = 5 };

struct facility_row {
	const char *code; /* borrowed from the sheet */
	uint64_t stratum;
};

struct history {
	const struct form *form;
	int64_t **row; /* owned; by facility * MONTHS + month: NULL or a vector */
};

struct world {
	struct catalog *catalog;
	struct sheet *facilities;
	struct facility_row *facility; /* rising by code */
	size_t facility_count;
	struct history history[FORMS_MAX];
	unsigned forms;
};

static void fail(const char *what)
{
	fprintf(stderr, "faults_check: %s: %s\n", what, err_text());
	exit(1);
}

static int compare_codes(const void *a, const void *b)
{
	const struct facility_row *left = a;
	const struct facility_row *right = b;

	return strcmp(left->code, right->code);
}

static uint64_t stratum_of(const struct world *world, size_t row)
{
	uint64_t stratum = 0;

	for (unsigned d = 0; d < DIMENSIONS; d++) {
		int column = sheet_column(world->facilities, dimension_name((enum dimension)d));
		const struct attribute *attribute;

		if (column < 0)
			continue;
		attribute = catalog_attribute_by_code(world->catalog, (enum dimension)d,
			sheet_cell(world->facilities, row, (size_t)column));
		if (attribute)
			stratum |= (uint64_t)attribute->id << (8 * d);
	}
	return stratum;
}

static void facilities_load(struct world *world, const char *path)
{
	int code;

	if (sheet_load(path, &world->facilities) < 0)
		fail(path);
	code = sheet_column(world->facilities, "code");
	world->facility_count = sheet_rows(world->facilities);
	world->facility = calloc(world->facility_count + 1, sizeof(*world->facility));
	if (code < 0 || !world->facility)
		fail("facilities");
	for (size_t i = 0; i < world->facility_count; i++)
		world->facility[i] = (struct facility_row){ .code = sheet_cell(world->facilities, i,
								    (size_t)code),
			.stratum = stratum_of(world, i) };
	qsort(world->facility, world->facility_count, sizeof(*world->facility), compare_codes);
}

/* A month's place in the history, or -1. */
static int month_of(uint32_t period)
{
	int month = (period_year(period) - YEAR_FIRST) * 12 + period_index(period) - 1;

	return period_kind_of(period) == PERIOD_MONTH && month >= 0 && month < MONTHS ? month : -1;
}

static int64_t value_of(const struct element *element, const char *text)
{
	static const char *const kinds[] = { [ABSENT_NOT_OFFERED] = "NOT_OFFERED",
		[ABSENT_NOT_COLLECTED] = "NOT_COLLECTED",
		[ABSENT_WITHHELD] = "WITHHELD",
		[ABSENT_NOT_APPLICABLE] = "NOT_APPLICABLE" };
	int64_t value;

	if (!*text)
		return value_absent(0);
	for (uint32_t kind = 1; kind < array_len(kinds); kind++)
		if (strcmp(text, kinds[kind]) == 0)
			return value_absent(kind);
	if (decimal_parse(text, element->scale, &value) < 0)
		fail(element->code);
	return value;
}

/* Column of each line of the form in the sheet, or -1. */
static void columns_find(
	const struct world *world, const struct form *form, const struct sheet *sheet, int *columns)
{
	for (uint32_t i = 0; i < form->line_count; i++)
		columns[i] = sheet_column(
			sheet, catalog_element(world->catalog, form->lines[i].element)->code);
}

struct reading {
	const struct sheet *sheet;
	int facility, period, column[FORM_LINES_MAX];
};

static void reading_begin(struct reading *reading, const struct world *world,
	const struct form *form, const struct sheet *sheet)
{
	reading->sheet = sheet;
	reading->facility = sheet_column(sheet, "facility");
	reading->period = sheet_column(sheet, "period");
	if (reading->facility < 0 || reading->period < 0)
		fail("a sheet without facility or period");
	columns_find(world, form, sheet, reading->column);
}

/* One row: its vector; returns the facility. */
static const struct facility_row *row_read(const struct reading *reading, const struct world *world,
	const struct form *form, size_t row, uint32_t *ret_period, int64_t *ret_value)
{
	struct facility_row key = { .code = sheet_cell(
					    reading->sheet, row, (size_t)reading->facility) };
	const struct facility_row *facility = bsearch(&key, world->facility, world->facility_count,
		sizeof(*world->facility), compare_codes);

	if (period_parse(sheet_cell(reading->sheet, row, (size_t)reading->period), ret_period) <
			0 ||
		!facility || month_of(*ret_period) < 0)
		fail("a row of an unknown facility or month");
	for (uint32_t i = 0; i < form->line_count; i++) {
		const struct element *element =
			catalog_element(world->catalog, form->lines[i].element);

		ret_value[i] = reading->column[i] < 0
				       ? value_absent(0)
				       : value_of(element, sheet_cell(reading->sheet, row,
								   (size_t)reading->column[i]));
	}
	return facility;
}

static void history_load(struct world *world, const char *folder, const char *code)
{
	struct history *history = &world->history[world->forms++];
	AUTO(sheet_free) struct sheet *sheet = NULL;
	struct reading reading;
	char path[4096];

	history->form = catalog_form_by_code(world->catalog, code);
	snprintf(path, sizeof(path), "%s/%s.csv", folder, code);
	history->row = calloc(world->facility_count * MONTHS, sizeof(*history->row));
	if (!history->form || !history->row || sheet_load(path, &sheet) < 0)
		fail(path);
	reading_begin(&reading, world, history->form, sheet);
	for (size_t i = 0; i < sheet_rows(sheet); i++) {
		int64_t *value = calloc(history->form->line_count, sizeof(*value));
		const struct facility_row *facility;
		uint32_t period;

		if (!value)
			fail("memory");
		facility = row_read(&reading, world, history->form, i, &period, value);
		history->row[(size_t)(facility - world->facility) * MONTHS +
			     (size_t)month_of(period)] = value;
	}
}

static const int64_t *history_row(const struct world *world, const struct history *history,
	const struct facility_row *facility, int month)
{
	return month < 0 ? NULL
			 : history->row[(size_t)(facility - world->facility) * MONTHS +
					(size_t)month];
}

/* Past and other forms of one probe. */
static void checkup_fill(const struct world *world, const struct history *history,
	const struct facility_row *facility, struct checkup *checkup)
{
	const struct form *others[RULE_OTHERS_MAX];
	int month = month_of(checkup->period);
	uint32_t count = rules_others(world->catalog, history->form, others);

	for (int i = 0; i < PAST_MAX; i++)
		checkup->past.row[i] = history_row(world, history, facility, month - 1 - i);
	for (uint32_t i = 0; i < count; i++) {
		struct past_other *other = &checkup->other[checkup->others++];

		*other = (struct past_other){ .form = others[i], .rows = 1 };
		for (unsigned k = 0; k < world->forms; k++)
			if (world->history[k].form == others[i])
				other->row[0] =
					history_row(world, &world->history[k], facility, month);
	}
}

static void findings_print(const struct world *world, const struct findings *findings)
{
	fputs(findings->rejects ? "rejected" : findings->holds ? "held" : "accepted", stdout);
	for (uint32_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->finding[i];
		const struct element *element = catalog_element(world->catalog, finding->element);
		const struct element *other = catalog_element(world->catalog, finding->other);
		char period[PERIOD_TEXT_BYTES] = "";

		if (finding->period)
			period_print(finding->period, period);
		printf(",%s:%s:%s:%s:%s:", finding_name(finding->code), finding->rule,
			element ? element->code : "", other ? other->code : "", period);
		if (finding->has_proposed)
			printf("%" PRId64, finding->proposed);
	}
	putchar('\n');
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The shortest of some rounds over probes that are accepted: as nearly all reports are. */
static void time_print(const struct world *world, const struct form *form,
	const struct checkup *probe, size_t count)
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double begin = seconds();
		double took;

		for (size_t i = 0; i < count; i++) {
			struct findings findings;

			findings.count = findings.more = 0;
			findings.rejects = findings.holds = false;
			rules_check(world->catalog, &probe[i], RULES_OF_SENDER, &findings);
		}
		took = seconds() - begin;
		if (round == 0 || took < best)
			best = took;
	}
	if (count > 0)
		printf("time,%s,%.0f\n", form->code, best * 1e9 / (double)count);
}

static void probes_check(
	const struct world *world, const struct history *history, const char *folder)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	struct reading reading;
	struct checkup *probe;
	int64_t *values;
	char path[4096];
	size_t rows;
	size_t clean = 0;

	snprintf(path, sizeof(path), "%s/%s.csv", folder, history->form->code);
	if (sheet_load(path, &sheet) < 0)
		fail(path);
	reading_begin(&reading, world, history->form, sheet);
	rows = sheet_rows(sheet);
	probe = calloc(rows + 1, sizeof(*probe));
	values = calloc(rows + 1, history->form->line_count * sizeof(*values));
	if (!probe || !values)
		fail("memory");
	for (size_t i = 0; i < rows; i++) {
		int64_t *value = values + i * history->form->line_count;
		struct findings findings = { .count = 0 };
		const struct facility_row *facility =
			row_read(&reading, world, history->form, i, &probe[i].period, value);

		probe[i].form = history->form;
		probe[i].value = value;
		probe[i].stratum_known = true;
		probe[i].stratum = facility->stratum;
		checkup_fill(world, history, facility, &probe[i]);
		rules_check(world->catalog, &probe[i], RULES_OF_SENDER, &findings);
		printf("%s,%zu,", history->form->code, i);
		findings_print(world, &findings);
		if (!findings.rejects && !findings.holds)
			probe[clean++] = probe[i];
	}
	time_print(world, history->form, probe, clean);
	free(values);
	free(probe);
}

int main(int argc, char **argv)
{
	struct world world = { 0 };

	if (argc < 6 || argc - 5 > FORMS_MAX) {
		fputs("usage: faults_check CATALOG FACILITIES.csv HISTORY PROBES FORM...\n",
			stderr);
		return 64;
	}
	if (catalog_load(argv[1], &world.catalog) < 0)
		fail(argv[1]);
	facilities_load(&world, argv[2]);
	for (int i = 5; i < argc; i++)
		history_load(&world, argv[3], argv[i]);
	for (unsigned i = 0; i < world.forms; i++)
		probes_check(&world, &world.history[i], argv[4]);
	for (unsigned i = 0; i < world.forms; i++) {
		for (size_t k = 0; k < world.facility_count * MONTHS; k++)
			free(world.history[i].row[k]);
		free(world.history[i].row);
	}
	free(world.facility);
	sheet_free(world.facilities);
	catalog_free(world.catalog);
	return 0;
}
