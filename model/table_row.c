/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Typed cells. Every message says what stands there and what may stand there. */
#include "model/table_row.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

void row_fault(const struct row *row, const char *text, ...)
{
	char reason[512];
	va_list args;

	va_start(args, text);
	vsnprintf(reason, sizeof(reason), text, args);
	va_end(args);
	fault_add(row->faults, "%s:%zu: %s", sheet_name(row->sheet),
		sheet_line(row->sheet, row->index), reason);
}

const char *row_cell(const struct row *row, const char *column)
{
	int at = sheet_column(row->sheet, column);

	ensure(at >= 0);
	return sheet_cell(row->sheet, row->index, (size_t)at);
}

void row_text(const struct row *row, const char *column, char *ret, size_t size)
{
	const char *cell = row_cell(row, column);

	if (cell[0] == '\0')
		row_fault(row, "column '%s' is empty", column);
	else if (strlen(cell) >= size)
		row_fault(row, "column '%s' has %zu bytes of text, at most %zu are kept", column,
			strlen(cell), size - 1);
	else
		memcpy(ret, cell, strlen(cell) + 1);
}

static bool code_valid(const char *code)
{
	if (!isalpha((unsigned char)code[0]))
		return false;
	for (; *code; code++) {
		if (!isalnum((unsigned char)*code) && *code != '_')
			return false;
	}
	return true;
}

void row_short_code(const struct row *row, const char *column, char *ret, size_t size)
{
	row_text(row, column, ret, size);
	if (ret[0] != '\0' && !code_valid(ret))
		row_fault(row, "%s '%s' must be a letter and then letters, digits or '_'", column,
			ret);
}

void row_code(const struct row *row, char ret[CATALOG_CODE_BYTES])
{
	row_short_code(row, "code", ret, CATALOG_CODE_BYTES);
}

void row_name(const struct row *row, struct catalog_name *ret)
{
	row_text(row, "name_zh", ret->zh, sizeof(ret->zh));
	row_text(row, "name_en", ret->en, sizeof(ret->en));
}

bool number_parse(const char *text, uint32_t max, uint32_t *ret_value)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || value > max)
			return false;
		value = value * 10 + (uint64_t)(*text - '0');
	}
	if (value > max)
		return false;
	*ret_value = (uint32_t)value;
	return true;
}

uint32_t row_number(const struct row *row, const char *column, uint32_t min, uint32_t max)
{
	const char *cell = row_cell(row, column);
	uint32_t value;

	if (number_parse(cell, max, &value) && value >= min)
		return value;
	row_fault(row, "%s '%.60s' is no whole number from %u to %u", column, cell, min, max);
	return min;
}

unsigned row_word(const struct row *row, const char *column, const char *const *words, size_t count)
{
	const char *cell = row_cell(row, column);
	char list[256] = "";
	size_t used = 0;

	for (unsigned i = 1; i < count; i++) {
		if (strcmp(words[i], cell) == 0)
			return i;
		used += (size_t)snprintf(
			list + used, sizeof(list) - used, "%s%s", i > 1 ? ", " : "", words[i]);
		ensure(used < sizeof(list));
	}
	row_fault(row, "%s '%.60s' is none of: %s", column, cell, list);
	return 0;
}

int32_t row_day(const struct row *row, const char *column, int32_t otherwise)
{
	const char *cell = row_cell(row, column);
	int32_t day = otherwise;

	if (cell[0] != '\0' && day_parse(cell, &day) < 0)
		row_fault(row, "%s: %s", column, err_text());
	return day;
}
