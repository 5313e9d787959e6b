/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Digits become doubles here and nowhere else: for the height of a bar that is enough. */
#include "admin/spark.h"

#include <stdlib.h>

#include "base/err.h"

enum { BARS = 8 };

/* false: the row has no value. */
static bool height_of(const struct grid *table, size_t row, size_t column, double *ret_height)
{
	const char *digits = grid_cell(table, row, column);

	if (!digits)
		return false;
	*ret_height = strtod(digits, NULL);
	return true;
}

struct reach {
	double low, high;
	size_t values, row_low, row_high;
};

static struct reach reach_of(const struct grid *table, size_t column)
{
	struct reach reach = { 0 };
	double height;

	for (size_t row = 0; row < grid_rows(table); row++) {
		if (!height_of(table, row, column, &height))
			continue;
		if (reach.values == 0 || height < reach.low) {
			reach.low = height;
			reach.row_low = row;
		}
		if (reach.values == 0 || height > reach.high) {
			reach.high = height;
			reach.row_high = row;
		}
		reach.values++;
	}
	return reach;
}

static int bar_add(double height, const struct reach *reach, struct buffer *out)
{
	static const char *const bars[BARS] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	double share =
		reach->high > reach->low ? (height - reach->low) / (reach->high - reach->low) : 0;

	return err_pass(buffer_add(out, bytes_str(bars[(size_t)(share * (BARS - 1) + 0.5)])));
}

int spark_line(const struct grid *table, bool chinese, struct buffer *out)
{
	int value = grid_find(table, "value"), shown = grid_find(table, "shown");
	struct reach reach;
	double height;
	int r = 0;

	if (value < 0)
		return 0;
	reach = reach_of(table, (size_t)value);
	if (reach.values < 2)
		return 0;
	if (shown < 0)
		shown = value;
	for (size_t row = 0; r == 0 && row < grid_rows(table); row++)
		r = height_of(table, row, (size_t)value, &height) ? bar_add(height, &reach, out)
								  : buffer_add(out, bytes_str(" "));
	if (r == 0)
		r = buffer_format(out,
			chinese ? "  最低 %s，最高 %s\n" : "  lowest %s, highest %s\n",
			grid_cell(table, reach.row_low, (size_t)shown),
			grid_cell(table, reach.row_high, (size_t)shown));
	return err_pass(r);
}
