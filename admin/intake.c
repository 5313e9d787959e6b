/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A field is named by its column or by its option; a fault says which, and for a sheet also where.
 */
#include "admin/intake.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"
#include "client/language.h"
#include "client/phrase.h"

enum { SLIPS_SHOWN_MAX = 64 };

void slip_add(struct slips *slips, const char *text, ...)
{
	char line[512];
	va_list args;

	va_start(args, text);
	vsnprintf(line, sizeof(line), text, args);
	va_end(args);
	utf8_mend(line);
	if (slips->count++ < SLIPS_SHOWN_MAX && slips->error == 0)
		slips->error = buffer_format(&slips->text, "%s\n", phrase(line));
}

int slips_say(struct slips *slips)
{
	if (slips->error < 0)
		return err_pass(slips->error);
	fwrite(slips->text.data, 1, slips->text.len, stderr);
	if (slips->count > SLIPS_SHOWN_MAX)
		fprintf(stderr, language_pick("……另有 %zu 处\n", "... %zu more\n"),
			slips->count - SLIPS_SHOWN_MAX);
	return EXIT_USAGE;
}

const char *source_field(const struct source *source, const char *field)
{
	const char *text;
	int column;

	if (!source->sheet)
		return session_argument(source->session, field);
	column = sheet_column(source->sheet, field);
	if (column < 0)
		return NULL;
	text = sheet_cell(source->sheet, source->row, (size_t)column);
	return text[0] ? text : NULL;
}

void source_slip(
	const struct source *source, const char *field, const char *reason, struct slips *slips)
{
	if (!source->sheet)
		slip_add(slips, "huibaoctl: %s: %s", field, reason);
	else if (field[0])
		slip_add(slips, "%s:%zu: column '%s': %s", sheet_name(source->sheet),
			sheet_line(source->sheet, source->row), field, reason);
	else
		slip_add(slips, "%s:%zu: %s", sheet_name(source->sheet),
			sheet_line(source->sheet, source->row), reason);
}

void take_text(const struct source *source, const char *field, size_t size, char *ret_text,
	struct slips *slips)
{
	const char *text = source_field(source, field);
	char reason[80];

	if (!text) {
		source_slip(source, field, "is empty", slips);
	} else if (strlen(text) >= size) {
		snprintf(reason, sizeof(reason), "longer than %zu bytes", size - 1);
		source_slip(source, field, reason, slips);
	} else {
		snprintf(ret_text, size, "%s", text);
	}
}

void take_optional_text(const struct source *source, const char *field, size_t size, char *ret_text,
	struct slips *slips)
{
	if (source_field(source, field))
		take_text(source, field, size, ret_text, slips);
	else
		ret_text[0] = '\0';
}

uint32_t take_area(const struct source *source, const struct catalog *catalog, struct slips *slips)
{
	const char *text = source_field(source, "area");
	char reason[128], *end;
	unsigned long code;

	if (!text) {
		source_slip(source, "area", "is empty", slips);
		return 0;
	}
	code = strtoul(text, &end, 10);
	if (*end || code > UINT32_MAX || !catalog_area(catalog, (uint32_t)code)) {
		snprintf(reason, sizeof(reason), "there is no area '%.40s' in the catalogue", text);
		source_slip(source, "area", reason, slips);
		return 0;
	}
	return (uint32_t)code;
}

uint32_t take_period(const struct source *source, struct slips *slips)
{
	const char *text = source_field(source, "period");
	uint32_t period = 0;

	if (!text)
		source_slip(source, "period", "is empty", slips);
	else if (period_parse(text, &period) < 0)
		source_slip(source, "period", err_text(), slips);
	return period;
}

int until_parse(const char *text, int32_t *ret_day)
{
	int r = day_parse(text, ret_day);

	if (r < 0)
		return err_pass(r);
	if (*ret_day < day_of_wall_ms(clock_wall().ms))
		return err_here(ERR_INVALID, "'%.40s' has passed; it would never hold", text);
	return 0;
}

static bool field_known(const char *const *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(fields[i], name) == 0)
			return true;
	}
	return name[0] == '#';
}

void columns_check(const struct sheet *sheet, const char *const *fields, size_t count,
	size_t needed, struct slips *slips)
{
	for (size_t i = 0; i < needed; i++) {
		if (sheet_column(sheet, fields[i]) < 0)
			slip_add(slips, "%s:1: column '%s' is missing", sheet_name(sheet),
				fields[i]);
	}
	for (size_t i = 0; i < sheet_columns(sheet); i++) {
		const char *name = sheet_column_name(sheet, i);

		if (!field_known(fields, count, name))
			slip_add(slips,
				"%s:1: column '%.60s' is not known; begin its name with '#' to "
				"keep it as a remark",
				sheet_name(sheet), name);
	}
}

static int record_order(const void *a, const void *b, void *context)
{
	const struct intake *intake = context;
	const char *first = *(const char *const *)a, *second = *(const char *const *)b;
	int order = intake->order(first, second);

	return order ? order : (first > second) - (first < second);
}

static void twins_tell(const struct intake *intake, const struct sheet *sheet, const char *records,
	const char *const *sorted, size_t count, struct slips *slips)
{
	char words[INTAKE_WORDS_BYTES];

	for (size_t i = 1; i < count; i++) {
		size_t row = (size_t)(sorted[i] - records) / intake->record_bytes;
		size_t before = (size_t)(sorted[i - 1] - records) / intake->record_bytes;

		if (intake->order(sorted[i - 1], sorted[i]) == 0 &&
			intake->identity(sorted[i], words))
			slip_add(slips, "%s:%zu: %s stands on line %zu already", sheet_name(sheet),
				sheet_line(sheet, row), words, sheet_line(sheet, before));
	}
}

static int twins_check(const struct intake *intake, const struct sheet *sheet, const char *records,
	struct slips *slips)
{
	size_t count = sheet_rows(sheet);
	const char **sorted = malloc((count + 1) * sizeof(*sorted));

	if (!sorted)
		return err_here(ERR_NOMEM, "cannot sort %zu %s", count, intake->what);
	for (size_t i = 0; i < count; i++)
		sorted[i] = records + i * intake->record_bytes;
	qsort_r(sorted, count, sizeof(*sorted), record_order, (void *)(uintptr_t)intake);
	twins_tell(intake, sheet, records, sorted, count, slips);
	free(sorted);
	return 0;
}

static int records_read(const struct session *session, const struct intake *intake,
	const struct catalog *catalog, const struct sheet *sheet, char *ret_records,
	struct slips *slips)
{
	columns_check(sheet, intake->fields, intake->field_count, intake->fields_needed, slips);
	if (slips->count > 0)
		return 0; /* without its columns every row would repeat the same fault */
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		struct source source = { .session = session, .sheet = sheet, .row = row };

		intake->take(&source, catalog, ret_records + row * intake->record_bytes, slips);
	}
	return err_pass(twins_check(intake, sheet, ret_records, slips));
}

static void records_free(char *records)
{
	free(records);
}
AUTO_DEFINE(records_free, char *);

int intake_sheet(
	struct session *session, const struct intake *intake, void **ret_records, size_t *ret_count)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(records_free) char *records = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	int r = session_sheet(session, &sheet);

	if (r == 0)
		r = session->service.catalog(session->service.ctx, &catalog);
	if (r < 0)
		return err_pass(r);
	records = calloc(sheet_rows(sheet) + 1, intake->record_bytes);
	if (!records)
		return err_here(ERR_NOMEM, "cannot hold %zu %s", sheet_rows(sheet), intake->what);
	r = records_read(session, intake, catalog, sheet, records, &slips);
	if (r < 0)
		return err_pass(r);
	if (slips.count > 0)
		return slips_say(&slips);
	*ret_records = records;
	*ret_count = sheet_rows(sheet);
	records = NULL;
	return 0;
}
