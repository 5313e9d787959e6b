/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What people read: a table in their language, aligned by what a terminal shows, a figure's course
 * as a line of bars, and colours that only repeat what a word says. */
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "admin/print_parts.h"
#include "admin/spark.h"
#include "admin/words.h"
#include "base/err.h"

AUTO_DEFINE(scols_unref_table, struct libscols_table *);

static void text_free(char *text)
{
	free(text);
}
AUTO_DEFINE(text_free, char *);

static int no_memory(void)
{
	return err_here(ERR_NOMEM, "cannot render the result");
}

/* Whether the column holds identifiers like "needs_input". */
static bool column_coded(const char *name)
{
	return strcmp(name, "status") == 0 || strcmp(name, "class") == 0 ||
	       strcmp(name, "direction") == 0;
}

/* Whether the column holds remarks in words. */
static bool column_remarks(const char *name)
{
	static const char *const names[] = { "mark", "missing", "reason", "note_zh", "series" };

	for (size_t i = 0; i < array_len(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* An identifier with blanks instead of '_'. */
static int words_plain(const char *identifier, struct buffer *out)
{
	int r = 0;

	for (const char *at = identifier; r == 0 && *at; at++)
		r = buffer_add(out, *at == '_' ? bytes_str(" ") : bytes_of(at, 1));
	return err_pass(r);
}

/* Whether it is a p below 0.0001, of which a person needs no more digits. */
static bool p_is_tiny(const struct grid *table, size_t column, const char *text)
{
	return strcmp(table->column[column].name, "p") == 0 &&
	       table->column[column].type == COLUMN_DECIMAL && strncmp(text, "0.0000", 6) == 0;
}

/* What a person reads in this cell, appended to out. */
static int human_cell(const struct print_style *style, const struct grid *table, size_t row,
	size_t column, struct buffer *out)
{
	const char *text = grid_cell(table, row, column), *name = table->column[column].name;

	if (strcmp(name, "name_en") == 0 && (!text || !text[0]) && grid_find(table, "name_zh") >= 0)
		text = grid_cell(table, row, (size_t)grid_find(table, "name_zh"));
	/* A target without a status is of a class that has none: the class says why. */
	if (strcmp(name, "status") == 0 && !text && grid_find(table, "class") >= 0)
		text = grid_cell(table, row, (size_t)grid_find(table, "class"));
	if (!text)
		return err_pass(buffer_add(out, bytes_str("-")));
	if (table->column[column].type == COLUMN_BOOLEAN) {
		bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
		const char *word = style->chinese ? (yes ? "是" : "否") : (yes ? "yes" : "no");

		return err_pass(buffer_add(out, bytes_str(word)));
	}
	if (p_is_tiny(table, column, text))
		return err_pass(buffer_add(out, bytes_str("<0.0001")));
	/* A diagnosis is one of the findings. */
	if (strcmp(name, "diagnosis") == 0)
		name = "finding";
	if (column_remarks(name))
		return err_pass(words_mark(text, style->chinese, out));
	if (!style->chinese && column_coded(name))
		return err_pass(words_plain(text, out));
	return err_pass(buffer_add(out, bytes_str(words_value(name, text, style->chinese))));
}

static const char *human_heading(
	const struct print_style *style, const struct grid *table, size_t column)
{
	const char *name = table->column[column].name;

	/* In a status "keys" counts registered keys; in a check, the entries of a store. */
	if (strcmp(name, "keys") == 0 && grid_find(table, "differences") >= 0)
		name = "keys_compared";
	/* "class" is a facility's, unless it stands beside a target's status. */
	if (strcmp(name, "class") == 0 && grid_find(table, "status") >= 0)
		name = "target_class";
	if (strcmp(name, "status") == 0 && grid_find(table, "target_shown") >= 0)
		name = "target_status";
	/* In a scorecard the name is the target's, and the bureaux' tables call it 指标. */
	if (strncmp(name, "name_", 5) == 0 && grid_find(table, "target_shown") >= 0)
		name = "target_name";
	/* In a series each period is compared with the one before it. */
	if (strcmp(name, "direction") == 0 && grid_find(table, "baseline") < 0)
		name = "direction_of_period";
	/* Beside past values "in_force" is a value, else a sequence. */
	if (strcmp(name, "in_force") == 0 && grid_find(table, "year_ago") >= 0)
		name = "in_force_value";
	/* In a status "held" counts reports, elsewhere it is the sequence of one. */
	if (strcmp(name, "held") == 0 && grid_find(table, "superseded") >= 0)
		name = "held_reports";
	if (strcmp(name, "reported") == 0 && grid_find(table, "delta") >= 0)
		name = "reported_value";
	if (strcmp(name, "before") == 0 && grid_find(table, "after") >= 0)
		name = "before_change";
	return words_heading(name, style->chinese);
}

/* The colour of a target's status; NULL: none. The word says the same. */
static const char *status_colour(const char *status)
{
	static const struct {
		const char *status, *colour;
	} colours[] = {
		{ "met", "green" },
		{ "met_so_far", "green" },
		{ "on_course", "cyan" },
		{ "behind", "yellow" },
		{ "behind_pace_unknown", "yellow" },
		{ "off_course", "red" },
		{ "missed", "red" },
		{ "striven_not_reached", "red" },
	};

	for (size_t i = 0; status && i < array_len(colours); i++)
		if (strcmp(colours[i].status, status) == 0)
			return colours[i].colour;
	return NULL;
}

static int scols_colour(
	const struct grid *table, size_t row, size_t column, struct libscols_line *line, size_t at)
{
	const char *colour = strcmp(table->column[column].name, "status") == 0
				     ? status_colour(grid_cell(table, row, column))
				     : NULL;
	struct libscols_cell *cell = colour ? scols_line_get_cell(line, at) : NULL;

	if (colour && (!cell || scols_cell_set_color(cell, colour) < 0))
		return no_memory();
	return 0;
}

static int scols_cell(const struct print_style *style, const struct grid *table, size_t row,
	size_t column, struct libscols_line *line, size_t at)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = human_cell(style, table, row, column, &text);

	if (r == 0)
		r = buffer_add(&text, bytes_of("", 1)); /* the closing NUL */
	if (r < 0)
		return err_pass(r);
	if (scols_line_set_data(line, at, (const char *)text.data) < 0)
		return no_memory();
	return err_pass(style->colour ? scols_colour(table, row, column, line, at) : 0);
}

/* Figures, and those that are text only because a sign may stand before them. */
static bool column_right(const struct grid *table, size_t column)
{
	const char *name = table->column[column].name;

	if ((strcmp(name, "before") == 0 || strcmp(name, "after") == 0) &&
		grid_find(table, "after") >= 0)
		return true;
	if (strcmp(name, "target_shown") == 0 || strcmp(name, "shown") == 0 ||
		strcmp(name, "baseline_shown") == 0 || strcmp(name, "adjusted_shown") == 0)
		return true;
	return table->column[column].type == COLUMN_INTEGER ||
	       table->column[column].type == COLUMN_DECIMAL;
}

static int fill_rows(const struct print_style *style, const struct grid *table,
	const struct choice *choice, struct libscols_table *scols)
{
	for (size_t i = 0; i < choice->count; i++) {
		size_t column = choice->index[i];
		const char *heading = human_heading(style, table, column);

		if (!scols_table_new_column(
			    scols, heading, 0, column_right(table, column) ? SCOLS_FL_RIGHT : 0))
			return no_memory();
	}
	for (size_t row = 0; row < grid_rows(table); row++) {
		struct libscols_line *line = scols_table_new_line(scols, NULL);

		for (size_t i = 0; i < choice->count; i++) {
			int r = line ? scols_cell(style, table, row, choice->index[i], line, i)
				     : no_memory();

			if (r < 0)
				return err_pass(r);
		}
	}
	return 0;
}

/* One line per column: heading, then the value of the only row. */
static int fill_upright(const struct print_style *style, const struct grid *table,
	const struct choice *choice, struct libscols_table *scols)
{
	scols_table_enable_noheadings(scols, 1);
	if (!scols_table_new_column(scols, "", 0, 0) || !scols_table_new_column(scols, "", 0, 0))
		return no_memory();
	for (size_t i = 0; i < choice->count; i++) {
		size_t column = choice->index[i];
		const char *heading = human_heading(style, table, column);
		struct libscols_line *line = scols_table_new_line(scols, NULL);
		int r = line && scols_line_set_data(line, 0, heading) == 0 ? 0 : no_memory();

		if (r == 0)
			r = scols_cell(style, table, 0, column, line, 1);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

static int scols_render(struct libscols_table *scols, struct buffer *out)
{
	AUTO(text_free) char *text = NULL;
	int r;

	if (scols_print_table_to_string(scols, &text) < 0 || !text)
		return no_memory();
	r = buffer_add(out, bytes_str(text));
	if (r == 0 && text[0] && text[strlen(text) - 1] != '\n')
		r = buffer_add(out, bytes_str("\n"));
	return err_pass(r);
}

static int as_of_line(const struct print_style *style, const struct grid *table, struct buffer *out)
{
	char epoch[33];

	if (!table->has_as_of)
		return 0;
	bytes_to_hex(bytes_of(table->as_of.epoch, sizeof(table->as_of.epoch)), epoch);
	return err_pass(buffer_format(out,
		style->chinese ? "截至序号 %" PRIu64 "（纪元 %.8s）\n"
			       : "as of sequence %" PRIu64 " (epoch %.8s)\n",
		table->as_of.sequence, epoch));
}

int people_print(const struct print_style *style, const struct grid *table, struct buffer *out)
{
	AUTO(scols_unref_table) struct libscols_table *scols = scols_new_table();
	bool upright = style->upright && grid_rows(table) == 1;
	struct choice choice;
	int r;

	if (!scols || scols_table_set_column_separator(scols, "  ") < 0)
		return no_memory();
	/* A terminal's width must not cut what a person copies from it. */
	scols_table_set_termforce(scols, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_colors(scols, style->colour);
	r = choice_make(style, table, true, &choice);
	if (r == 0)
		r = upright ? fill_upright(style, table, &choice, scols)
			    : fill_rows(style, table, &choice, scols);
	if (r == 0 && grid_rows(table) == 0)
		r = buffer_add(out, bytes_str(style->chinese ? "没有记录\n" : "nothing to show\n"));
	else if (r == 0)
		r = scols_render(scols, out);
	if (r == 0 && style->spark)
		r = spark_line(table, style->chinese, out);
	if (r == 0)
		r = as_of_line(style, table, out);
	return err_pass(r);
}

int people_print_sections(const struct print_style *style, const struct print_section *sections,
	size_t count, struct buffer *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		const char *heading = words_heading(sections[i].name, style->chinese);

		r = buffer_format(out, "%s%s\n", i ? "\n" : "", heading);
		if (r == 0 && sections[i].fault)
			r = buffer_format(out, "%s\n", sections[i].fault);
		else if (r == 0)
			r = people_print(style, sections[i].table, out);
	}
	return err_pass(r);
}
