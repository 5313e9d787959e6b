/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Units: one word that never changes, for machines, and how people write it. A unit that nobody can
 * read is a fault of the catalogue, so that no program needs a list of them. */
#include "base/err.h"
#include "model/catalog_loader.h"

/* As they stand: a unit is found by its word. */
static uint64_t key_of_place(const struct row *row, const struct catalog *catalog)
{
	(void)catalog;
	return row->index + 1;
}

int unit_names_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_UNITS);
	int r = table_begin(
		loader, TABLE_UNITS, key_of_place, "unit", sizeof(*catalog->unit), &catalog->unit);

	if (r < 0 || (r = code_index_make(&catalog->unit_codes, rows)) < 0)
		return err_pass(r);
	catalog->units = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_UNITS, i);
		struct unit_name *unit = &catalog->unit[i];

		row_text(&row, "unit", unit->unit, sizeof(unit->unit));
		row_name(&row, &unit->name);
		code_index_add(&catalog->unit_codes, unit->unit, i);
	}
	codes_end(loader, TABLE_UNITS, &catalog->unit_codes);
	return 0;
}

void unit_read(const struct row *row, const struct catalog *catalog, char ret[UNIT_BYTES])
{
	row_text(row, "unit", ret, UNIT_BYTES);
	if (ret[0] != '\0' && !catalog_unit(catalog, ret))
		row_fault(row, "unit '%s' is not in units.csv", ret);
}

const struct catalog_name *catalog_unit(const struct catalog *catalog, const char *unit)
{
	const struct code_item *item = code_index_find(&catalog->unit_codes, unit);

	return item ? &catalog->unit[item->at].name : NULL;
}
