/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is computed: indicators, and the two sides of those that are ratios. */
#include <stdio.h>

#include "base/err.h"
#include "model/catalog_loader.h"

/* indicators.csv */

static void side_read(const struct row *row, const struct catalog *catalog, const char *column,
	struct linear *linear)
{
	if (linear_parse(catalog, row_cell(row, column), linear) < 0)
		row_fault(row, "%s: %s", column, err_text());
}

/* A bit for each basis by which the form's elements count people. */
static unsigned bases_of(const struct catalog *catalog, const struct linear *linear)
{
	unsigned bases = 0;

	for (uint32_t i = 0; i < linear->count; i++) {
		if (linear->term[i].kind == TERM_ELEMENT)
			bases |= 1u << catalog_element(catalog, linear->term[i].element)->basis;
	}
	return bases;
}

/* The same of what a life table is made of. */
static unsigned bases_of_method(const struct catalog *catalog, const struct method *method)
{
	const uint32_t elements[] = { method->births, method->infant_deaths };
	unsigned bases = 0;

	for (uint32_t i = 0; i < method->deaths_count; i++)
		if (method->deaths[i])
			bases |= 1u << catalog_base(catalog, method->deaths[i])->basis;
	if (method->population)
		bases |= 1u << catalog_base(catalog, method->population)->basis;
	for (size_t i = 0; i < array_len(elements); i++)
		if (elements[i])
			bases |= 1u << catalog_element(catalog, elements[i])->basis;
	return bases;
}

/* Cases by place of service over people by residence is a ratio of two different crowds: allowed
 * only for a stated reason. */
static void basis_check(const struct row *row, const struct indicator *indicator, unsigned bases)
{
	bool mixed = (bases & (bases - 1)) != 0;
	char list[64] = "";
	size_t used = 0;

	for (unsigned i = 1; i <= BASIS_REGISTRATION; i++) {
		if (bases >> i & 1)
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
				used ? ", " : "", basis_name((enum basis)i));
	}
	if (mixed && !indicator->mixed_basis)
		row_fault(row,
			"elements of different bases (%s); give the reason in mixed_basis or "
			"choose others",
			list);
	if (!mixed && indicator->mixed_basis)
		row_fault(row, "mixed_basis gives a reason, but all elements have one basis");
}

/* Two linear forms, or neither. */
static void sides_read(
	const struct row *row, const struct catalog *catalog, struct indicator *indicator)
{
	static const char *const columns[] = { "numerator", "denominator" };
	struct linear *const sides[] = { &indicator->numerator, &indicator->denominator };

	for (size_t i = 0; i < array_len(columns); i++) {
		if (indicator->method.kind == METHOD_RATIO)
			side_read(row, catalog, columns[i], sides[i]);
		else if (indicator->method.kind != 0 && row_cell(row, columns[i])[0] != '\0')
			row_fault(row, "%s '%.60s' belongs to a ratio, not to method '%.60s'",
				columns[i], row_cell(row, columns[i]), row_cell(row, "method"));
	}
	indicator->factor = 1;
	if (indicator->method.kind == METHOD_RATIO || row_cell(row, "factor")[0] != '\0')
		indicator->factor = row_number(row, "factor", 1, INDICATOR_FACTOR_MAX);
}

static void indicator_read(
	const struct row *row, const struct catalog *catalog, struct indicator *indicator)
{
	static const char *const polarity_words[] = { [1] = "higher", [2] = "lower", [3] = "none" };
	unsigned polarity;

	indicator->id = (uint16_t)row_number(row, "id", 1, INDICATOR_ID_MAX);
	row_code(row, indicator->code);
	row_name(row, &indicator->name);
	unit_read(row, catalog, indicator->unit);
	indicator->method.kind = method_parse(row_cell(row, "method"));
	sides_read(row, catalog, indicator);
	indicator->window = window_parse(row_cell(row, "window"));
	if (indicator->window == 0)
		row_fault(row,
			"window '%.60s' is none of: month, quarter, half, ytd, r12m, year, "
			"mch_year, r36m, plan, baseline",
			row_cell(row, "window"));
	indicator->decimals = (uint8_t)row_number(row, "decimals", 0, INDICATOR_DECIMALS_MAX);
	polarity = row_word(row, "polarity", polarity_words, array_len(polarity_words));
	indicator->polarity = polarity < 3 ? (enum polarity)polarity : POLARITY_NONE;
	indicator->mixed_basis =
		row_cell(row, "mixed_basis")[0] != '\0'; /* the reason, or nothing */
}

/* Arguments name indicators, so they come when all of these are known. */
static void arguments_read(struct loader *loader, size_t at)
{
	const struct catalog *catalog = loader->catalog;
	struct indicator *indicator = &loader->catalog->indicator[at];
	struct method *method = &indicator->method;
	struct row row = table_row(loader, TABLE_INDICATORS, at);
	unsigned bases;

	if (method->kind == 0) {
		row_fault(&row, "method '%.60s' is not known; see model/method.h",
			row_cell(&row, "method"));
		return;
	}
	method_read(&row, catalog, method);
	bases = method->kind == METHOD_RATIO ? bases_of(catalog, &indicator->numerator) |
						       bases_of(catalog, &indicator->denominator)
					     : bases_of_method(catalog, method);
	if (method->kind == METHOD_RATIO &&
		(indicator->numerator.count == 0 || indicator->denominator.count == 0))
		return; /* said already */
	if (method->kind == METHOD_RATIO || bases != 0)
		basis_check(&row, indicator, bases);
}

int indicators_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_INDICATORS);
	int r = table_begin(loader, TABLE_INDICATORS, key_of_id, "id", sizeof(*catalog->indicator),
		&catalog->indicator);

	if (r < 0 || (r = code_index_make(&catalog->indicator_codes, rows)) < 0)
		return err_pass(r);
	catalog->indicators = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_INDICATORS, i);

		indicator_read(&row, catalog, &catalog->indicator[i]);
		code_index_add(&catalog->indicator_codes, catalog->indicator[i].code, i);
	}
	codes_end(loader, TABLE_INDICATORS, &catalog->indicator_codes);
	for (size_t i = 0; i < rows; i++)
		arguments_read(loader, i);
	return 0;
}
