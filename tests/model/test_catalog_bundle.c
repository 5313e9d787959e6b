/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Folder and bundle are two ways to the same catalogue; anything but the canonical bundle is
 * refused. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/err.h"
#include "base/limits.h"
#include "tests/model/fixture.h"

static const struct edit none[FIXTURE_EDITS_MAX];

static struct catalog *loaded(void)
{
	struct catalog *catalog = NULL;

	cr_assert_eq(catalog_load(FIXTURE_FOLDER, &catalog), 0, "%s", err_text());
	return catalog;
}

Test(bundle, a_folder_becomes_the_documented_bytes)
{
	AUTO(catalog_free) struct catalog *catalog = loaded();
	AUTO(buffer_fini) struct buffer plain = { 0 };
	AUTO(buffer_fini) struct buffer unpacked = { 0 };
	struct bytes bundle = catalog_bundle(catalog);
	struct digest digest;

	fixture_bundle(none, &plain);
	cr_assert_eq(ZSTD_getFrameContentSize(bundle.data, bundle.len), plain.len);
	cr_assert_eq(buffer_room(&unpacked, plain.len), 0);
	unpacked.len = ZSTD_decompress(unpacked.data, unpacked.size, bundle.data, bundle.len);
	cr_expect(bytes_equal(buffer_view(&plain), buffer_view(&unpacked)));
	cr_assert_eq(digest_of(DIGEST_SHA256, buffer_view(&plain), &digest), 0);
	cr_expect(digest_equal(&digest, catalog_digest(catalog)));
}

Test(bundle, a_bundle_opens_to_the_same_catalogue_and_gives_itself_back)
{
	AUTO(catalog_free) struct catalog *catalog = loaded();
	AUTO(catalog_free) struct catalog *opened = NULL;

	cr_assert_eq(catalog_open_bundle(catalog_bundle(catalog), &opened), 0, "%s", err_text());
	cr_expect(digest_equal(catalog_digest(catalog), catalog_digest(opened)));
	cr_expect(bytes_equal(catalog_bundle(catalog), catalog_bundle(opened)));
	cr_expect_neq(
		catalog_bundle(catalog).data, catalog_bundle(opened).data, "each owns its own");
	cr_expect_eq(catalog_check_successor(catalog, opened), 0);
	cr_expect_eq(catalog_check_successor(opened, catalog), 0);
}

Test(bundle, another_compression_keeps_the_digest)
{
	AUTO(catalog_free) struct catalog *catalog = loaded();
	AUTO(catalog_free) struct catalog *other = fixture(); /* packed at another level */

	cr_expect(!bytes_equal(catalog_bundle(catalog), catalog_bundle(other)));
	cr_expect(digest_equal(catalog_digest(catalog), catalog_digest(other)));
}

Test(bundle, one_changed_byte_changes_the_digest)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = { { "areas", ",root", ",Root" } };
	AUTO(catalog_free) struct catalog *catalog = loaded();
	AUTO(catalog_free) struct catalog *other = NULL;

	cr_assert_eq(fixture_open(edits, &other), 0, "%s", err_text());
	cr_expect(!digest_equal(catalog_digest(catalog), catalog_digest(other)));
}

Test(bundle, only_the_canonical_text_is_accepted)
{
	static const struct {
		const char *name, *find, *put, *reason;
	} cases[] = {
		{ "nothing", NULL, "", "no table 'areas.csv'" },
		{ "no heading", NULL, "areas", "no table 'areas.csv'" },
		{ "heading alone", NULL, "areas.csv 1\n", "ends inside table 'areas.csv'" },
		{ "another table first", "areas.csv ", "bareas.csv ", "no table 'areas.csv'" },
		{ "leading zero", "areas.csv ", "areas.csv 0", "no table 'areas.csv'" },
		{ "blank", "areas.csv ", "areas.csv  ", "no table 'areas.csv'" },
		{ "sign", "areas.csv ", "areas.csv +", "no table 'areas.csv'" },
		{ "no length", NULL, "areas.csv \n", "no table 'areas.csv'" },
		{ "negative length", NULL, "areas.csv -1\n", "no table 'areas.csv'" },
		{ "huge length", NULL, "areas.csv 99999999999999999999999\n", "table 'areas.csv'" },
		{ "length near the end of size_t", NULL, "areas.csv 18446744073709551600\n",
			"table 'areas.csv'" },
		{ "length beyond the end", "indicators.csv ", "indicators.csv 9",
			"ends inside table 'indicators.csv'" },
		{ "a table missing", "groups.csv ", "grapes.csv ", "no table 'groups.csv'" },
		{ "plans out of order", "plans/a-2030.csv", "plans/z-2030.csv",
			"after its last table" },
		{ "a plan twice", "plans/a-2030.csv", "plans/small-2020.csv",
			"after its last table" },
		{ "a plan's name with a path", "plans/a-2030.csv", "plans/../a30.csv",
			"after its last table" },
		{ "another folder", "plans/a-2030.csv", "pans/a-2030.csv", "after its last table" },
		{ "a plan's length", "plans/small-2020.csv ", "plans/small-2020.csv 9",
			"ends inside table 'plans/small-2020.csv'" },
		{ "no plans.csv", "plans.csv ", "plan.csv ", "no table 'plans.csv'" },
		{ "carriage return", "\nattributes.csv", "\r\nattributes.csv",
			"no table 'attributes.csv'" },
	};
	AUTO(buffer_fini) struct buffer plain = { 0 };

	fixture_bundle(none, &plain);
	cr_assert_eq(buffer_add(&plain, bytes_of("", 1)), 0);
	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer text = { 0 };
		char *found = cases[i].find ? strstr((char *)plain.data, cases[i].find) : NULL;
		struct catalog *catalog = NULL;

		cr_assert(found || !cases[i].find, "%s", cases[i].name);
		cr_assert_eq(
			buffer_format(&text, "%.*s%s%s",
				found ? (int)(found - (char *)plain.data) : 0, (char *)plain.data,
				cases[i].put, found ? found + strlen(cases[i].find) : ""),
			0);
		cr_expect_eq(fixture_open_plain(buffer_view(&text), &catalog), ERR_INVALID, "%s",
			cases[i].name);
		cr_expect(strstr(err_text(), cases[i].reason), "%s: %s", cases[i].name, err_text());
	}
}

Test(bundle, bytes_after_the_last_table_are_refused)
{
	AUTO(buffer_fini) struct buffer plain = { 0 };
	struct catalog *catalog = NULL;

	fixture_bundle(none, &plain);
	cr_assert_eq(buffer_add(&plain, bytes_str("x")), 0);
	cr_expect_eq(fixture_open_plain(buffer_view(&plain), &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "1 bytes after its last table"), "%s", err_text());
}

Test(bundle, a_bundle_cut_anywhere_is_refused)
{
	AUTO(catalog_free) struct catalog *whole = loaded();
	struct bytes bundle = catalog_bundle(whole);
	AUTO(buffer_fini) struct buffer plain = { 0 };

	for (size_t len = 0; len < bundle.len; len++) {
		struct catalog *catalog = NULL;

		cr_assert_eq(catalog_open_bundle(bytes_of(bundle.data, len), &catalog), ERR_INVALID,
			"%zu", len);
	}
	fixture_bundle(none, &plain);
	/* Without its last tables, those of plans, it is a bundle, but lacks what plans.csv
	 * names. */
	for (size_t len = 0; len < plain.len; len++) {
		struct catalog *catalog = NULL;

		cr_assert_eq(fixture_open_plain(bytes_of(plain.data, len), &catalog), ERR_INVALID,
			"%zu", len);
	}
}

/* zstd can write one text in several ways, so a changed bit may be no damage. Real damage is either
 * refused here or shows in the digest, by which every receiver asked for the bundle. */
Test(bundle, damaged_compression_is_refused_or_shows_in_the_digest)
{
	AUTO(catalog_free) struct catalog *whole = loaded();
	AUTO(buffer_fini) struct buffer copy = { 0 };
	size_t refused = 0, harmless = 0;

	cr_assert_eq(buffer_add(&copy, catalog_bundle(whole)), 0);
	for (size_t i = 0; i < copy.len; i++) {
		AUTO(catalog_free) struct catalog *catalog = NULL;
		int r;

		copy.data[i] ^= 0x10;
		r = catalog_open_bundle(buffer_view(&copy), &catalog);
		cr_expect(r == 0 || r == ERR_INVALID || r == ERR_LIMIT, "byte %zu: %s", i,
			err_name(r));
		refused += r < 0;
		harmless += r == 0 && digest_equal(catalog_digest(whole), catalog_digest(catalog));
		copy.data[i] ^= 0x10;
	}
	cr_expect_gt(refused, copy.len / 2);
	cr_expect_lt(harmless, copy.len / 100, "%zu", harmless);
}

Test(bundle, two_frames_or_bytes_behind_are_refused)
{
	AUTO(catalog_free) struct catalog *whole = loaded();
	AUTO(buffer_fini) struct buffer twice = { 0 };
	struct catalog *catalog = NULL;

	cr_assert_eq(buffer_add(&twice, catalog_bundle(whole)), 0);
	cr_assert_eq(buffer_add(&twice, bytes_str("x")), 0);
	cr_expect_eq(catalog_open_bundle(buffer_view(&twice), &catalog), ERR_INVALID);
	twice.len--;
	cr_assert_eq(buffer_add(&twice, catalog_bundle(whole)), 0);
	cr_expect_eq(catalog_open_bundle(buffer_view(&twice), &catalog), ERR_INVALID);
	cr_expect_eq(catalog_open_bundle((struct bytes){ NULL, 0 }, &catalog), ERR_INVALID);
}

Test(bundle, a_bomb_is_refused_by_its_stated_size)
{
	AUTO(buffer_fini) struct buffer zeros = { 0 };
	struct catalog *catalog = NULL;

	cr_assert_eq(buffer_room(&zeros, CATALOG_BYTES_MAX + 1), 0);
	memset(zeros.data, 0, CATALOG_BYTES_MAX + 1);
	zeros.len = CATALOG_BYTES_MAX + 1;
	cr_expect_eq(fixture_open_plain(buffer_view(&zeros), &catalog), ERR_LIMIT);
	cr_expect(strstr(err_text(), "a catalogue may have 4194304"), "%s", err_text());
}

static void file_write(const char *folder, const char *name, const char *text, size_t pad)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	cr_assert_not_null(file, "%s", path);
	fputs(text, file);
	for (size_t i = 0; i < pad; i++)
		fputc('\n', file);
	cr_assert_eq(fclose(file), 0);
}

static void folder_remove(const char *folder)
{
	static const char *const names[] = { "areas.csv", "elements.csv", "attributes.csv" };

	for (size_t i = 0; i < array_len(names); i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

Test(folder, every_missing_table_is_named)
{
	char folder[] = BINARY_DIR "/catalog-XXXXXX";
	struct catalog *catalog = NULL;

	cr_assert_not_null(mkdtemp(folder));
	file_write(folder, "areas.csv", "code\n", 0);
	file_write(folder, "elements.csv", "id\n", 0);
	cr_expect_eq(catalog_load(folder, &catalog), ERR_INVALID);
	cr_expect(!strstr(err_text(), "areas.csv"), "%s", err_text());
	cr_expect(!strstr(err_text(), "elements.csv"), "%s", err_text());
	cr_expect(strstr(err_text(), "/attributes.csv:1: this table of the catalogue is missing\n"),
		"%s", err_text());
	cr_expect(strstr(err_text(), "/groups.csv:1: "), "%s", err_text());
	folder_remove(folder);
}

Test(folder, tables_of_plans_are_taken_by_code)
{
	char folder[] = BINARY_DIR "/catalog-XXXXXX", plans[80], command[400];
	AUTO(catalog_free) struct catalog *whole = loaded();
	struct catalog *catalog = NULL;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(command, sizeof(command), "cp -r " FIXTURE_FOLDER "/. %s", folder);
	cr_assert_eq(system(command), 0);
	snprintf(plans, sizeof(plans), "%s/plans", folder);
	file_write(plans, "notes.txt", "not a table", 0);
	cr_assert_eq(catalog_load(folder, &catalog), 0, "%s", err_text());
	cr_expect(digest_equal(catalog_digest(catalog), catalog_digest(whole)));
	catalog_free(catalog);
	file_write(plans, "b 2030.csv", "id\n", 0);
	cr_expect_eq(catalog_load(folder, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "/plans/b 2030.csv:1: a plan's code is 1 to 40 letters"), "%s",
		err_text());
	snprintf(command, sizeof(command), "rm -r %s/plans", folder);
	cr_assert_eq(system(command), 0);
	cr_expect_eq(catalog_load(folder, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "plans.csv:2: there is no table plans/small-2020.csv"), "%s",
		err_text());
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

Test(folder, messages_name_the_file_with_its_folder)
{
	struct catalog *catalog = NULL;

	cr_expect_eq(catalog_load("/nowhere", &catalog), ERR_INVALID);
	cr_expect(strncmp(err_text(), "/nowhere/areas.csv:1: ", 22) == 0, "%s", err_text());
}

Test(folder, tables_beyond_the_limit_are_refused)
{
	char folder[] = BINARY_DIR "/catalog-XXXXXX";
	struct catalog *catalog = NULL;

	cr_assert_not_null(mkdtemp(folder));
	file_write(folder, "areas.csv", "code\n", CATALOG_BYTES_MAX);
	cr_expect_eq(catalog_load(folder, &catalog), ERR_LIMIT);
	file_write(folder, "areas.csv", "code\n", CATALOG_BYTES_MAX / 2);
	file_write(folder, "attributes.csv", "code\n", CATALOG_BYTES_MAX / 2);
	cr_expect_eq(catalog_load(folder, &catalog), ERR_LIMIT);
	folder_remove(folder);
}
