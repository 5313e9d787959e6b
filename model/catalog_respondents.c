/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who reports, and where: facility attributes, groups of facility classes, areas. Parents may stand
 * below their children in a table, so they are resolved when all rows are known. */
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"

/* attributes.csv */

static bool dimension_parse(const char *word, enum dimension *ret_dimension)
{
	for (unsigned i = 0; i < DIMENSIONS; i++) {
		if (strcmp(dimension_name((enum dimension)i), word) == 0) {
			*ret_dimension = (enum dimension)i;
			return true;
		}
	}
	return false;
}

static uint64_t attribute_key(const struct row *row, const struct catalog *catalog)
{
	enum dimension dimension;
	uint64_t id = key_of_number(row, "id");

	(void)catalog;
	if (id < 1 || id > UINT8_MAX || !dimension_parse(row_cell(row, "dimension"), &dimension))
		return 0;
	return ((uint64_t)dimension + 1) << 8 | id;
}

/* Parents are named by code and may stand below their children, so they come when all codes are
 * known. A circle is cut where it is found: everything after may walk up. */
static void attribute_parent_read(struct loader *loader, size_t at)
{
	struct catalog *catalog = loader->catalog;
	struct attribute *attribute = &catalog->attribute[at];
	struct row row = table_row(loader, TABLE_ATTRIBUTES, at);
	const char *code = row_cell(&row, "parent");
	const struct attribute *parent =
		catalog_attribute_by_code(catalog, attribute->dimension, code);

	if (code[0] == '\0')
		return;
	if (!parent) {
		row_fault(&row, "parent '%.60s' is no code of dimension '%s'", code,
			dimension_name(attribute->dimension));
		return;
	}
	attribute->parent = parent->id;
	parent = catalog_attribute(catalog, parent->dimension, parent->id);
	while (parent && parent != attribute)
		parent = catalog_attribute(catalog, parent->dimension, parent->parent);
	if (parent) {
		row_fault(&row, "'%s' lies below itself", attribute->code);
		attribute->parent = 0;
	}
}

int attributes_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_ATTRIBUTES);
	int r = table_begin(loader, TABLE_ATTRIBUTES, attribute_key, "dimension and id",
		sizeof(*catalog->attribute), &catalog->attribute);

	for (unsigned i = 0; r == 0 && i < DIMENSIONS; i++)
		r = code_index_make(&catalog->attribute_codes[i], rows);
	if (r < 0)
		return err_pass(r);
	catalog->attributes = rows;
	for (size_t i = 0; i < rows; i++) {
		struct attribute *attribute = &catalog->attribute[i];
		struct row row = table_row(loader, TABLE_ATTRIBUTES, i);

		if (!dimension_parse(row_cell(&row, "dimension"), &attribute->dimension))
			row_fault(&row,
				"dimension '%.60s' is none of: class, level, ownership, sponsor, "
				"profit, locality",
				row_cell(&row, "dimension"));
		attribute->id = (uint8_t)row_number(&row, "id", 1, UINT8_MAX);
		row_code(&row, attribute->code);
		row_name(&row, &attribute->name);
		catalog->attribute_by_id[attribute->dimension][attribute->id] = attribute;
		code_index_add(&catalog->attribute_codes[attribute->dimension], attribute->code, i);
	}
	for (unsigned i = 0; i < DIMENSIONS; i++)
		codes_end(loader, TABLE_ATTRIBUTES, &catalog->attribute_codes[i]);
	for (size_t i = 0; i < rows; i++)
		attribute_parent_read(loader, i);
	return 0;
}

/* groups.csv: one row for each class of a group */

static uint64_t group_key(const struct row *row, const struct catalog *catalog)
{
	(void)catalog;
	return row->index + 1; /* as they stand; a group has many rows */
}

static struct group *group_of_row(struct catalog *catalog, const struct row *row)
{
	const char *code = row_cell(row, "group");
	struct group *group = (struct group *)catalog_group_by_code(catalog, code);
	struct catalog_name name;

	if (group)
		return group;
	group = &catalog->group[catalog->groups++];
	row_text(row, "group", group->code, sizeof(group->code));
	row_name(row, &name); /* needed on the first row only; kept for people, not here */
	if (catalog_attribute_by_code(catalog, DIMENSION_CLASS, code))
		row_fault(row, "'%s' is already the code of a class; a group needs another",
			group->code);
	return group;
}

int groups_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	int r = table_begin(
		loader, TABLE_GROUPS, group_key, "row", sizeof(*catalog->group), &catalog->group);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < loader_rows(loader, TABLE_GROUPS); i++) {
		struct row row = table_row(loader, TABLE_GROUPS, i);
		const char *code = row_cell(&row, "class");
		const struct attribute *class =
			catalog_attribute_by_code(catalog, DIMENSION_CLASS, code);
		struct group *group = group_of_row(catalog, &row);

		if (!class)
			row_fault(&row, "class '%.60s' is not in attributes.csv", code);
		else
			catalog_tree_add(catalog, class, &group->classes);
	}
	return 0;
}

/* areas.csv */

static uint64_t area_key(const struct row *row, const struct catalog *catalog)
{
	(void)catalog;
	return key_of_number(row, "code");
}

static void area_read(const struct row *row, struct area *area)
{
	const char *parent = row_cell(row, "parent");

	area->code = row_number(row, "code", 1, AREA_CODE_MAX);
	if (parent[0] != '\0' &&
		(!number_parse(parent, AREA_CODE_MAX, &area->parent) || area->parent == 0))
		row_fault(row, "parent '%.60s' is no area code; leave it empty for a root", parent);
	row_text(row, "kind", area->kind, sizeof(area->kind));
	if (area->kind[0] != '\0' && !area_kind_known(area->kind))
		row_fault(row,
			"kind '%s' is none of: province, city, district, county, functional_zone, "
			"town, township, "
			"street, outside",
			area->kind);
	row_name(row, &area->name);
	area->from_day = row_day(row, "from", INT32_MIN);
	area->until_day = row_day(row, "until", INT32_MAX);
	if (area->from_day > area->until_day)
		row_fault(row, "'until' lies before 'from'");
}

static void area_parent_check(struct loader *loader, size_t at)
{
	struct catalog *catalog = loader->catalog;
	struct area *area = &catalog->area[at];
	struct row row = table_row(loader, TABLE_AREAS, at);
	size_t depth = 1;

	if (area->parent != 0 && !catalog_area(catalog, area->parent)) {
		row_fault(&row, "parent %u is no area of this table", area->parent);
		area->parent = 0;
	}
	for (const struct area *up = catalog_area(catalog, area->parent); up;
		up = catalog_area(catalog, up->parent)) {
		if (up == area) {
			row_fault(&row, "area %u lies within itself", area->code);
			area->parent = 0;
			return;
		}
		if (++depth > AREA_DEPTH_MAX) {
			row_fault(&row, "area %u lies more than %d levels deep", area->code,
				AREA_DEPTH_MAX);
			return;
		}
	}
}

int areas_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_AREAS);
	int r = table_begin(
		loader, TABLE_AREAS, area_key, "code", sizeof(*catalog->area), &catalog->area);

	if (r < 0)
		return err_pass(r);
	catalog->areas = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_AREAS, i);

		area_read(&row, &catalog->area[i]);
	}
	for (size_t i = 0; i < rows; i++)
		area_parent_check(loader, i);
	return 0;
}
