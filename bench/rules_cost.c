/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What checking a report by all rules of its sender costs, beside what protobuf-c needs to unpack
 * that very report into an arena. Rounds of both in turn; the medians are printed.
 *
 *   rules_cost CATALOGUE FORM PERIOD STRATUM VALUES
 *
 * VALUES: a line of ELEMENT=integer … for the report, then one for each period before it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/absent.h"
#include "base/clock.h"
#include "base/err.h"
#include "huibao/v1/report.pb-c.h"
#include "model/rule.h"
#include "proto/arena.h"
#include "proto/report.h"

enum { ROUNDS = 101, TURNS = 500, TEXT_BYTES = 1 << 20 };

struct load {
	struct catalog *catalog;
	struct checkup checkup;
	int64_t row[PAST_MAX + 1][FORM_LINES_MAX];
	uint32_t rows;
	struct buffer packed;
};

static int row_read(struct load *load, char *text, int64_t *row)
{
	const struct form *form = load->checkup.form;
	char *save = NULL;

	for (uint32_t i = 0; i < form->line_count; i++)
		row[i] = value_absent(0);
	for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *equals = strchr(word, '=');
		const struct element *element;
		int line;

		if (!equals)
			return err_here(ERR_INVALID, "'%s' has no value", word);
		*equals = '\0';
		element = catalog_element_by_code(load->catalog, word);
		line = element ? form_line_of(load->catalog, form, element->id) : -1;
		if (line < 0)
			return err_here(ERR_INVALID, "'%s' is not on form '%s'", word, form->code);
		row[line] = strtoll(equals + 1, NULL, 10);
	}
	return 0;
}

static int rows_read(struct load *load, const char *path)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	char *save = NULL;
	int r = buffer_read_file(&text, path, TEXT_BYTES);

	if (r == 0)
		r = buffer_add(&text, bytes_of("", 1));
	if (r < 0)
		return err_pass(r);
	for (char *line = strtok_r((char *)text.data, "\n", &save);
		r == 0 && line && load->rows <= PAST_MAX; line = strtok_r(NULL, "\n", &save))
		r = row_read(load, line, load->row[load->rows++]);
	load->checkup.value = load->row[0];
	for (uint32_t i = 1; i < load->rows; i++)
		load->checkup.past.row[i - 1] = load->row[i];
	return r < 0 ? err_pass(r) : 0;
}

static int by_id(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int report_pack(struct load *load)
{
	const struct form *form = load->checkup.form;
	uint32_t element[FORM_LINES_MAX];
	int64_t value[FORM_LINES_MAX];
	struct report report = { .facility = bytes_of("320700-0001", 11),
		.form = form->id,
		.period = load->checkup.period,
		.revision = 1,
		.element = element,
		.value = value };

	for (uint32_t i = 0; i < form->line_count; i++) {
		if (!value_is_absent(load->row[0][i]))
			element[report.values++] = form->lines[i].element;
	}
	qsort(element, report.values, sizeof(*element), by_id);
	for (size_t i = 0; i < report.values; i++)
		value[i] = load->row[0][form_line_of(load->catalog, form, element[i])];
	return err_pass(report_encode(&report, &load->packed));
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double each_ns(struct mono started)
{
	return (double)(clock_mono().ns - started.ns) / TURNS;
}

static double rules_round(const struct load *load, uint32_t *ret_findings)
{
	struct findings findings;
	struct mono started = clock_mono();

	for (int i = 0; i < TURNS; i++) {
		findings.count = findings.more = 0;
		findings.rejects = findings.holds = false;
		rules_check(load->catalog, &load->checkup, RULES_OF_SENDER, &findings);
	}
	*ret_findings = findings.count + findings.more;
	return each_ns(started);
}

static double unpack_round(const struct load *load, struct arena *arena, size_t *ret_values)
{
	struct mono started = clock_mono();

	for (int i = 0; i < TURNS; i++) {
		const Huibao__V1__ReportValues *values;

		arena_reset(arena);
		values = huibao__v1__report_values__unpack(
			arena_allocator(arena), load->packed.len, load->packed.data);
		*ret_values = values ? values->n_value : 0;
	}
	return each_ns(started);
}

static int measure(const struct load *load)
{
	AUTO(arena_free) struct arena *arena = NULL;
	double rules[ROUNDS], unpack[ROUNDS], ratio[ROUNDS];
	uint32_t findings = 0;
	size_t values = 0;
	int r = arena_new(&arena);

	if (r < 0)
		return err_pass(r);
	for (int i = 0; i < ROUNDS; i++) {
		unpack[i] = unpack_round(load, arena, &values);
		rules[i] = rules_round(load, &findings);
		ratio[i] = rules[i] / unpack[i];
	}
	qsort(rules, ROUNDS, sizeof(double), by_size);
	qsort(unpack, ROUNDS, sizeof(double), by_size);
	qsort(ratio, ROUNDS, sizeof(double), by_size);
	printf("%s\t%zu\t%" PRIu32 "\t%" PRIu32 "\t%.0f\t%.0f\t%.2f\n", load->checkup.form->code,
		values, load->rows - 1, findings, rules[ROUNDS / 2], unpack[ROUNDS / 2],
		ratio[ROUNDS / 2]);
	return 0;
}

static int run(char **argv)
{
	static struct load load;
	int r = catalog_load(argv[1], &load.catalog);

	if (r < 0)
		return err_pass(r);
	load.checkup.form = catalog_form_by_code(load.catalog, argv[2]);
	if (!load.checkup.form)
		return err_here(ERR_INVALID, "there is no form '%s'", argv[2]);
	load.checkup.stratum_known = true;
	load.checkup.stratum = strtoull(argv[4], NULL, 10);
	if ((r = period_parse(argv[3], &load.checkup.period)) == 0 &&
		(r = rows_read(&load, argv[5])) == 0 && (r = report_pack(&load)) == 0)
		r = measure(&load);
	buffer_fini(&load.packed);
	catalog_free(load.catalog);
	return err_pass(r);
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		fprintf(stderr, "usage: rules_cost CATALOGUE FORM PERIOD STRATUM VALUES\n");
		return 2;
	}
	if (run(argv) < 0) {
		fprintf(stderr, "rules_cost: %s\n", err_text());
		return 1;
	}
	return 0;
}
