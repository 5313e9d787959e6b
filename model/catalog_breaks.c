/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * breaks.csv: years in which an indicator begins to mean something else. Few, so they are looked
 * through from the first to the last. */
#include <stdlib.h>

#include "base/err.h"
#include "model/catalog_loader.h"

static bool break_same(const struct series_break *a, const struct series_break *b)
{
	return a->indicator == b->indicator && a->area == b->area && a->year == b->year;
}

static void break_read(
	const struct row *row, const struct catalog *catalog, struct series_break *begins)
{
	begins->indicator = catalog_indicator_by_code(catalog, row_cell(row, "indicator"));
	if (!begins->indicator)
		row_fault(row, "indicator '%.60s' is not in indicators.csv",
			row_cell(row, "indicator"));
	if (row_cell(row, "area")[0]) {
		begins->area = row_number(row, "area", 1, AREA_CODE_MAX);
		if (!catalog_area(catalog, begins->area))
			row_fault(row, "area '%.60s' is not in areas.csv", row_cell(row, "area"));
	}
	begins->year = (int)row_number(row, "year", PERIOD_YEAR_MIN, PERIOD_YEAR_MAX);
	row_text(row, "why_zh", begins->why.zh, sizeof(begins->why.zh));
	row_text(row, "why_en", begins->why.en, sizeof(begins->why.en));
}

int breaks_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_BREAKS);

	catalog->series_break = calloc(rows + 1, sizeof(*catalog->series_break));
	if (!catalog->series_break)
		return err_here(ERR_NOMEM, "cannot allocate %zu breaks", rows);
	for (size_t i = 0; i < rows; i++) {
		struct row row = { loader->sheet[TABLE_BREAKS], &loader->faults, i };
		struct series_break *begins = &catalog->series_break[i];

		break_read(&row, catalog, begins);
		for (size_t k = 0; k < i; k++)
			if (begins->indicator && break_same(&catalog->series_break[k], begins))
				row_fault(&row, "this break stands already above");
	}
	catalog->breaks = rows;
	return 0;
}

const struct series_break *catalog_break_next(const struct catalog *catalog,
	const struct indicator *indicator, uint32_t area, int after, int until)
{
	const struct series_break *found = NULL;

	for (size_t i = 0; i < catalog->breaks; i++) {
		const struct series_break *begins = &catalog->series_break[i];

		if (begins->indicator->id != indicator->id || begins->year <= after ||
			begins->year > until || (found && found->year <= begins->year))
			continue;
		if (begins->area == 0 || catalog_area_within(catalog, area, begins->area))
			found = begins;
	}
	return found;
}
