/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Three renderings of a table into one buffer. Nothing is printed half: whoever calls writes the
 * buffer when it is whole. */
#include "admin/print.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "admin/words.h"
#include "base/err.h"

AUTO_DEFINE(json_decref, json_t *);
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

/* Which columns are shown, in order. */
struct choice {
	size_t index[COLUMNS_MAX];
	size_t count;
};

/* strict: as a person asked for them; otherwise what is missing is passed over, and "name_zh" means
 * the name in the reader's language. */
static int choice_named(const struct print_style *style, bool strict, const struct grid *table,
	struct choice *ret_choice)
{
	struct choice choice = { 0 };

	for (const char *at = strict ? style->columns : style->usual; *at;) {
		size_t len = strcspn(at, ",");
		char name[sizeof(table->column[0].name)] = "";
		int index;

		if (len < sizeof(name))
			memcpy(name, at, len);
		index = grid_find(table, name);
		if (!strict && !style->chinese && strcmp(name, "name_zh") == 0 &&
			grid_find(table, "name_en") >= 0)
			index = grid_find(table, "name_en");
		if (index < 0 && strict)
			return err_pass(grid_unknown(table, bytes_of(at, len)));
		if (choice.count == COLUMNS_MAX)
			return err_here(
				ERR_LIMIT, "more than %d columns are asked for", COLUMNS_MAX);
		if (index >= 0)
			choice.index[choice.count++] = (size_t)index;
		at += len + (at[len] == ',');
	}
	*ret_choice = choice;
	return 0;
}

/* The columns of the style; for people only one of the two names, in their language. */
static int choice_make(const struct print_style *style, const struct grid *table, bool people,
	struct choice *ret_choice)
{
	const char *other = style->chinese ? "name_en" : "name_zh";
	bool both = grid_find(table, "name_zh") >= 0 && grid_find(table, "name_en") >= 0;
	struct choice choice = { 0 };

	if (style->columns)
		return err_pass(choice_named(style, true, table, ret_choice));
	if (people && style->usual)
		return err_pass(choice_named(style, false, table, ret_choice));
	for (size_t i = 0; i < table->columns; i++) {
		if (people && both && strcmp(table->column[i].name, other) == 0)
			continue;
		choice.index[choice.count++] = i;
	}
	*ret_choice = choice;
	return 0;
}

static bool digits_plain(const char *digits, size_t *ret_point)
{
	size_t at = digits[0] == '-', point = 0;

	if (!isdigit((unsigned char)digits[at]))
		return false;
	for (; digits[at]; at++) {
		if (digits[at] == '.' && point == 0)
			point = at;
		else if (!isdigit((unsigned char)digits[at]))
			return false;
	}
	*ret_point = point;
	return true;
}

/* Adds one to the last place of digits (sign and point are stepped over); true: it overflowed. */
static bool digits_carry(char *digits)
{
	for (size_t i = strlen(digits); i > 0; i--) {
		char *at = &digits[i - 1];

		if (*at == '9') {
			*at = '0';
		} else if (isdigit((unsigned char)*at)) {
			(*at)++;
			return false;
		}
	}
	return true;
}

int print_rounded(const char *digits, size_t decimals, struct buffer *out)
{
	AUTO(text_free) char *copy = strdup(digits);
	bool up, overflow = false, negative = digits[0] == '-';
	size_t point, keep;
	char *magnitude;

	if (!copy)
		return no_memory();
	if (!digits_plain(digits, &point) || point == 0 || strlen(digits) - point - 1 <= decimals)
		return err_pass(buffer_add(out, bytes_str(digits)));
	keep = decimals ? point + 1 + decimals : point;
	up = digits[point + 1 + decimals] >= '5';
	copy[keep] = '\0';
	magnitude = copy + negative;
	if (up)
		overflow = digits_carry(magnitude);
	if (strspn(magnitude, "0.") == strlen(magnitude) && !overflow)
		negative = false; /* no "-0.00" */
	return err_pass(
		buffer_format(out, "%s%s%s", negative ? "-" : "", overflow ? "1" : "", magnitude));
}

/* What a person reads in this cell, appended to out. */
static int human_cell(const struct print_style *style, const struct grid *table, size_t row,
	size_t column, struct buffer *out)
{
	const char *text = grid_cell(table, row, column), *name = table->column[column].name;

	if (strcmp(name, "name_en") == 0 && (!text || !text[0]) && grid_find(table, "name_zh") >= 0)
		text = grid_cell(table, row, (size_t)grid_find(table, "name_zh"));
	if (!text)
		return err_pass(buffer_add(out, bytes_str("-")));
	if (table->column[column].type == COLUMN_BOOLEAN) {
		bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
		const char *word = style->chinese ? (yes ? "是" : "否") : (yes ? "yes" : "no");

		return err_pass(buffer_add(out, bytes_str(word)));
	}
	if (strcmp(name, "mark") == 0)
		return err_pass(words_mark(text, style->chinese, out));
	if (style->round && strcmp(name, "value") == 0)
		return err_pass(print_rounded(text, 2, out));
	return err_pass(buffer_add(out, bytes_str(words_value(name, text, style->chinese))));
}

static const char *human_heading(
	const struct print_style *style, const struct grid *table, size_t column)
{
	const char *name = table->column[column].name;

	/* In a status "keys" counts registered keys; in a check, the entries of a store. */
	if (strcmp(name, "keys") == 0 && grid_find(table, "differences") >= 0)
		name = "keys_compared";
	return words_heading(name, style->chinese);
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
	return 0;
}

static bool column_right(const struct grid *table, size_t column)
{
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

static int people_print(
	const struct print_style *style, const struct grid *table, struct buffer *out)
{
	AUTO(scols_unref_table) struct libscols_table *scols = scols_new_table();
	bool upright = style->upright && grid_rows(table) == 1;
	struct choice choice;
	int r;

	if (!scols || scols_table_set_column_separator(scols, "  ") < 0)
		return no_memory();
	/* A terminal's width must not cut what a person copies from it. */
	scols_table_set_termforce(scols, SCOLS_TERMFORCE_NEVER);
	r = choice_make(style, table, true, &choice);
	if (r == 0)
		r = upright ? fill_upright(style, table, &choice, scols)
			    : fill_rows(style, table, &choice, scols);
	if (r == 0 && grid_rows(table) == 0)
		r = buffer_add(out, bytes_str(style->chinese ? "没有记录\n" : "nothing to show\n"));
	else if (r == 0)
		r = scols_render(scols, out);
	if (r == 0)
		r = as_of_line(style, table, out);
	return err_pass(r);
}

static json_t *json_cell(const char *text, enum column_type type)
{
	char *end = NULL;
	long long integer;

	if (!text)
		return json_null();
	switch (type) {
	case COLUMN_INTEGER:
		errno = 0;
		integer = strtoll(text, &end, 10);
		return errno == 0 && end != text && !*end ? json_integer(integer)
							  : json_string(text);
	case COLUMN_BOOLEAN:
		return json_boolean(strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
	case COLUMN_TEXT:
	case COLUMN_DECIMAL:
		break;
	}
	return json_string(text);
}

static json_t *json_as_of(const struct grid *table)
{
	char epoch[33], chain[65];

	if (!table->has_as_of)
		return json_null();
	bytes_to_hex(bytes_of(table->as_of.epoch, sizeof(table->as_of.epoch)), epoch);
	bytes_to_hex(digest_view(&table->as_of.chain), chain);
	return json_pack("{s:s, s:I, s:s}", "epoch", epoch, "sequence",
		(json_int_t)table->as_of.sequence, "chain", chain);
}

static json_t *json_rows(const struct grid *table)
{
	json_t *rows = json_array();
	bool failed = !rows;

	for (size_t row = 0; !failed && row < grid_rows(table); row++) {
		json_t *object = json_object();

		failed = json_array_append_new(rows, object) < 0;
		for (size_t i = 0; !failed && i < table->columns; i++)
			failed = json_object_set_new(object, table->column[i].name,
					 json_cell(grid_cell(table, row, i),
						 table->column[i].type)) < 0;
	}
	if (failed) {
		json_decref(rows);
		return NULL;
	}
	return rows;
}

static int json_render(const json_t *root, struct buffer *out)
{
	AUTO(text_free) char *text = json_dumps(root, JSON_INDENT(2));

	if (!text)
		return no_memory();
	return err_pass(buffer_format(out, "%s\n", text));
}

static int json_print(const char *schema, const struct grid *table, struct buffer *out)
{
	AUTO(json_decref)
	json_t *root = json_pack("{s:s, s:o, s:o}", "schema", schema, "as_of", json_as_of(table),
		"rows", json_rows(table));

	if (!root)
		return no_memory();
	return err_pass(json_render(root, out));
}

static int csv_cell(const char *text, bool last, struct buffer *out)
{
	int r = 0;

	if (text && strpbrk(text, ",\"\r\n")) {
		r = buffer_add(out, bytes_str("\""));
		for (const char *at = text; r == 0 && *at; at++) {
			if (*at == '"')
				r = buffer_add(out, bytes_str("\""));
			if (r == 0)
				r = buffer_add(out, bytes_of(at, 1));
		}
		if (r == 0)
			r = buffer_add(out, bytes_str("\""));
	} else if (text) {
		r = buffer_add(out, bytes_str(text));
	}
	if (r == 0)
		r = buffer_add(out, bytes_str(last ? "\n" : ","));
	return err_pass(r);
}

static int csv_print(const struct print_style *style, const struct grid *table, struct buffer *out)
{
	struct choice choice;
	int r = choice_make(style, table, false, &choice);

	for (size_t i = 0; r == 0 && i < choice.count; i++)
		r = csv_cell(table->column[choice.index[i]].name, i + 1 == choice.count, out);
	for (size_t row = 0; r == 0 && row < grid_rows(table); row++) {
		for (size_t i = 0; r == 0 && i < choice.count; i++)
			r = csv_cell(
				grid_cell(table, row, choice.index[i]), i + 1 == choice.count, out);
	}
	return err_pass(r);
}

int print_table(const struct print_style *style, const char *schema, const struct grid *table,
	struct buffer *out)
{
	switch (style->format) {
	case PRINT_JSON:
		return err_pass(json_print(schema, table, out));
	case PRINT_CSV:
		return err_pass(csv_print(style, table, out));
	case PRINT_TABLE:
		break;
	}
	return err_pass(people_print(style, table, out));
}

static int sections_people(const struct print_style *style, const struct print_section *sections,
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

static json_t *json_section(const struct print_section *section)
{
	if (section->fault)
		return json_pack("{s:s}", "fault", section->fault);
	return json_pack("{s:o, s:o}", "as_of", json_as_of(section->table), "rows",
		json_rows(section->table));
}

static int sections_json(
	const char *schema, const struct print_section *sections, size_t count, struct buffer *out)
{
	AUTO(json_decref) json_t *root = json_pack("{s:s}", "schema", schema);

	if (!root)
		return no_memory();
	for (size_t i = 0; i < count; i++) {
		if (json_object_set_new(root, sections[i].name, json_section(&sections[i])) < 0)
			return no_memory();
	}
	return err_pass(json_render(root, out));
}

/* Columns differ from server to server, so csv is long: server, row, column, value. */
static int sections_csv(const struct print_section *sections, size_t count, struct buffer *out)
{
	int r = buffer_add(out, bytes_str("server,row,column,value\n"));

	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct grid *table = sections[i].table;

		if (sections[i].fault) {
			r = buffer_format(out, "%s,,fault,", sections[i].name);
			if (r == 0)
				r = csv_cell(sections[i].fault, true, out);
			continue;
		}
		for (size_t at = 0; r == 0 && at < table->cells; at++) {
			r = buffer_format(out, "%s,%zu,%s,", sections[i].name, at / table->columns,
				table->column[at % table->columns].name);
			if (r == 0)
				r = csv_cell(table->cell[at], true, out);
		}
	}
	return err_pass(r);
}

int print_sections(const struct print_style *style, const char *schema,
	const struct print_section *sections, size_t count, struct buffer *out)
{
	switch (style->format) {
	case PRINT_JSON:
		return err_pass(sections_json(schema, sections, count, out));
	case PRINT_CSV:
		return err_pass(sections_csv(sections, count, out));
	case PRINT_TABLE:
		break;
	}
	return err_pass(sections_people(style, sections, count, out));
}
