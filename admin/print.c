/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What programs read: JSON and CSV, and which columns any rendering shows. Nothing is printed half:
 * whoever calls writes the buffer when it is whole. */
#include "admin/print_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "admin/words.h"
#include "base/err.h"

AUTO_DEFINE(json_decref, json_t *);

static void text_free(char *text)
{
	free(text);
}
AUTO_DEFINE(text_free, char *);

static int no_memory(void)
{
	return err_here(ERR_NOMEM, "cannot render the result");
}

/* "name_zh", "note_zh" … stand for the text in the reader's language: "name_en", or "unit". */
static int choice_english(const struct grid *table, const char *name, int index)
{
	char english[sizeof(table->column[0].name)];
	size_t len = strlen(name);
	int other;

	if (len < 3 || strcmp(name + len - 3, "_zh") != 0)
		return index;
	snprintf(english, sizeof(english), "%.*sen", (int)len - 2, name);
	other = grid_find(table, english);
	if (other < 0) {
		english[len - 3] = '\0';
		other = grid_find(table, english);
	}
	return other >= 0 ? other : index;
}

/* Most figures have no adjustment and are not absent, most reports need no decision, most of what
 * is held withdraws nothing: then people are not shown columns for it. */
static bool column_idle(const struct grid *table, size_t column)
{
	const char *name = table->column[column].name;
	bool flag = strcmp(name, "withdrawal") == 0;

	if (!flag && strncmp(name, "adjusted", 8) != 0 && strcmp(name, "absent") != 0 &&
		strncmp(name, "decided", 7) != 0)
		return false;
	for (size_t row = 0; row < grid_rows(table); row++) {
		const char *cell = grid_cell(table, row, column);

		if (cell && (!flag || strcmp(cell, "true") == 0))
			return false;
	}
	return true;
}

/* strict: as a person asked for them; otherwise what is missing is passed over, and texts come in
 * the reader's language. */
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
		if (!strict && !style->chinese)
			index = choice_english(table, name, index);
		if (index < 0 && strict)
			return err_pass(grid_unknown(table, bytes_of(at, len)));
		if (choice.count == GRID_COLUMNS_MAX)
			return err_here(ERR_LIMIT, "more than %d columns are asked for; name fewer",
				GRID_COLUMNS_MAX);
		if (index >= 0 && (strict || !column_idle(table, (size_t)index)))
			choice.index[choice.count++] = (size_t)index;
		at += len + (at[len] == ',');
	}
	*ret_choice = choice;
	return 0;
}

/* Whether the table has the same in the reader's language: of "name_zh" and "name_en", of "unit"
 * and "unit_zh" a person sees one. */
static bool column_doubled(const struct print_style *style, const struct grid *table, size_t column)
{
	const char *name = table->column[column].name;
	char other[sizeof(table->column[0].name) + 4];
	size_t len = strlen(name);

	if (!style->chinese)
		return choice_english(table, name, (int)column) != (int)column;
	if (len > 3 && strcmp(name + len - 3, "_en") == 0)
		len -= 3;
	snprintf(other, sizeof(other), "%.*s_zh", (int)len, name);
	return grid_find(table, other) >= 0;
}

int choice_make(const struct print_style *style, const struct grid *table, bool people,
	struct choice *ret_choice)
{
	struct choice choice = { 0 };

	if (style->columns)
		return err_pass(choice_named(style, true, table, ret_choice));
	if (people && style->usual)
		return err_pass(choice_named(style, false, table, ret_choice));
	for (size_t i = 0; i < table->columns; i++) {
		if (people && (column_doubled(style, table, i) || column_idle(table, i)))
			continue;
		choice.index[choice.count++] = i;
	}
	*ret_choice = choice;
	return 0;
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

/* What every object for programs begins with. */
static json_t *json_root(const struct print_style *style, const char *schema)
{
	json_t *root = json_pack("{s:s}", "schema", schema);

	if (root && style->training)
		json_object_set_new(root, "training", json_true());
	return root;
}

static int json_print(const struct print_style *style, const char *schema, const struct grid *table,
	struct buffer *out)
{
	AUTO(json_decref) json_t *root = json_root(style, schema);

	if (!root || json_object_set_new(root, "as_of", json_as_of(table)) < 0 ||
		json_object_set_new(root, "rows", json_rows(table)) < 0)
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
		r = csv_cell(table->column[choice.index[i]].name,
			!style->training && i + 1 == choice.count, out);
	if (r == 0 && style->training)
		r = csv_cell("training", true, out);
	for (size_t row = 0; r == 0 && row < grid_rows(table); row++) {
		for (size_t i = 0; r == 0 && i < choice.count; i++)
			r = csv_cell(grid_cell(table, row, choice.index[i]),
				!style->training && i + 1 == choice.count, out);
		if (r == 0 && style->training)
			r = csv_cell("true", true, out);
	}
	return err_pass(r);
}

int print_table(const struct print_style *style, const char *schema, const struct grid *table,
	struct buffer *out)
{
	switch (style->format) {
	case PRINT_JSON:
		return err_pass(json_print(style, schema, table, out));
	case PRINT_CSV:
		return err_pass(csv_print(style, table, out));
	case PRINT_TABLE:
		break;
	}
	return err_pass(people_print(style, table, out));
}

static json_t *json_section(const struct print_section *section)
{
	if (section->fault)
		return json_pack("{s:s}", "fault", section->fault);
	return json_pack("{s:o, s:o}", "as_of", json_as_of(section->table), "rows",
		json_rows(section->table));
}

static int sections_json(const struct print_style *style, const char *schema,
	const struct print_section *sections, size_t count, struct buffer *out)
{
	AUTO(json_decref) json_t *root = json_root(style, schema);

	if (!root)
		return no_memory();
	for (size_t i = 0; i < count; i++) {
		if (json_object_set_new(root, sections[i].name, json_section(&sections[i])) < 0)
			return no_memory();
	}
	return err_pass(json_render(root, out));
}

/* Columns differ from server to server, so csv is long: server, row, column, value. */
static int sections_csv(const struct print_style *style, const struct print_section *sections,
	size_t count, struct buffer *out)
{
	int r = buffer_add(out, bytes_str("server,row,column,value\n"));

	if (r == 0 && style->training)
		r = buffer_add(out, bytes_str(",,training,true\n"));
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
		return err_pass(sections_json(style, schema, sections, count, out));
	case PRINT_CSV:
		return err_pass(sections_csv(style, sections, count, out));
	case PRINT_TABLE:
		break;
	}
	return err_pass(people_print_sections(style, sections, count, out));
}
