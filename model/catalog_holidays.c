/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * holidays.csv: days that the week alone would tell wrongly. Rows are kept by day, so a day is
 * found by halving; days that no row names are ordinary days of the week, also in years of which
 * the table knows nothing yet. */
#include <stdlib.h>

#include "base/err.h"
#include "model/catalog_loader.h"

static const char *const kind_words[] = { [HOLIDAY_CLOSED] = "closed", [HOLIDAY_OPEN] = "open" };

/* Days before 1970 are negative: moved up, so that order and "no valid one" (0) hold for all. */
static uint64_t holiday_key(const struct row *row, const struct catalog *catalog)
{
	int32_t day;

	(void)catalog;
	if (day_parse(row_cell(row, "day"), &day) < 0)
		return 0;
	return (uint64_t)((int64_t)day - INT32_MIN) + 1;
}

static void holiday_read(const struct row *row, struct holiday *holiday)
{
	struct catalog_name name;
	char source[CATALOG_NAME_BYTES];

	if (row_cell(row, "day")[0] == '\0')
		row_fault(row, "day is empty");
	holiday->day = row_day(row, "day", 0);
	holiday->kind = (enum holiday_kind)row_word(row, "kind", kind_words, array_len(kind_words));
	row_name(row, &name);
	row_text(row, "source", source, sizeof(source));
}

int holidays_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_HOLIDAYS);
	int r = table_begin(loader, TABLE_HOLIDAYS, holiday_key, "day", sizeof(*catalog->holiday),
		&catalog->holiday);

	if (r < 0)
		return err_pass(r);
	catalog->holidays = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_HOLIDAYS, i);

		holiday_read(&row, &catalog->holiday[i]);
	}
	return 0;
}

enum holiday_kind calendar_day(const struct catalog *catalog, int32_t day)
{
	for (size_t low = 0, high = catalog->holidays; low < high;) {
		size_t middle = low + (high - low) / 2;
		const struct holiday *holiday = &catalog->holiday[middle];

		if (holiday->day == day)
			return holiday->kind;
		if (holiday->day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return HOLIDAY_NONE;
}

int32_t catalog_holidays_until(const struct catalog *catalog)
{
	return catalog->holidays ? catalog->holiday[catalog->holidays - 1].day : 0;
}
