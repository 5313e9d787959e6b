/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bundles are written here by hand, so that the format is pinned by something other than the code
 * that reads it. */
#include "tests/model/fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "base/err.h"
#include "base/limits.h"

static const char *const tables[] = { "areas", "attributes", "breaks", "code_lists", "elements",
	"facts", "form_lines", "forms", "groups", "holidays", "indicators", "plans", "reasons",
	"rules", "units", "plans/a-2030", "plans/small-2020" };

static const struct edit none[FIXTURE_EDITS_MAX];

static void edit_apply(const struct edit *edit, struct buffer *file)
{
	struct buffer edited = { 0 };
	char *found;

	cr_assert_eq(buffer_add(file, bytes_of("", 1)), 0);
	file->len--;
	found = edit->find[0] ? strstr((char *)file->data, edit->find)
			      : (char *)file->data + file->len;
	cr_assert_not_null(found, "'%s' is not in %s.csv", edit->find, edit->table);
	cr_assert_eq(buffer_format(&edited, "%.*s%s%s", (int)(found - (char *)file->data),
			     (char *)file->data, edit->put, found + strlen(edit->find)),
		0);
	buffer_fini(file);
	*file = edited;
}

void fixture_bundle(const struct edit edits[FIXTURE_EDITS_MAX], struct buffer *ret_plain)
{
	for (size_t i = 0; i < array_len(tables); i++) {
		AUTO(buffer_fini) struct buffer file = { 0 };
		char path[512];

		snprintf(path, sizeof(path), FIXTURE_FOLDER "/%s.csv", tables[i]);
		cr_assert_eq(buffer_read_file(&file, path, CATALOG_BYTES_MAX), 0, "%s", err_text());
		for (size_t k = 0; k < FIXTURE_EDITS_MAX && edits[k].table; k++) {
			if (strcmp(edits[k].table, tables[i]) == 0)
				edit_apply(&edits[k], &file);
		}
		cr_assert_eq(buffer_format(ret_plain, "%s.csv %zu\n", tables[i], file.len), 0);
		cr_assert_eq(buffer_add(ret_plain, buffer_view(&file)), 0);
	}
}

int fixture_open_plain(struct bytes plain, struct catalog **ret_catalog)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };

	cr_assert_eq(buffer_room(&packed, ZSTD_compressBound(plain.len)), 0);
	packed.len = ZSTD_compress(packed.data, packed.size, plain.data, plain.len, 3);
	cr_assert(!ZSTD_isError(packed.len));
	return catalog_open_bundle(buffer_view(&packed), ret_catalog);
}

int fixture_open(const struct edit edits[FIXTURE_EDITS_MAX], struct catalog **ret_catalog)
{
	AUTO(buffer_fini) struct buffer plain = { 0 };

	fixture_bundle(edits, &plain);
	return fixture_open_plain(buffer_view(&plain), ret_catalog);
}

struct catalog *fixture(void)
{
	struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(none, &catalog), 0, "%s", err_text());
	return catalog;
}
