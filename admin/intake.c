/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A field is named by its column or by its option; a fault says which, and for a sheet also where.
 */
#include "admin/intake.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
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
