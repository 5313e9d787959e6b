/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The bundle: one canonical byte string for a catalogue, so that it can be an entry of the journal
 * and be named by its digest. A folder is bundled first and then read from its own bundle's text,
 * so both ways in read the same bytes. The digest is of the uncompressed text: compressors change,
 * catalogues do not. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/err.h"
#include "base/limits.h"
#include "model/catalog_inside.h"

enum { COMPRESSION_LEVEL = 9, HEADING_BYTES = 96 };

#define PLANS_FOLDER "plans/"
#define PLANS_ENDING ".csv"

static void tables_free(struct tables *tables)
{
	free(tables);
}
AUTO_DEFINE(tables_free, struct tables *);

/* Appends "name length\n" and the file's bytes; a missing file is a fault and leaves nothing. */
static int table_add(
	struct buffer *plain, const char *folder, const char *name, struct faults *faults)
{
	AUTO(buffer_fini) struct buffer file = { 0 };
	char path[4096];
	int r;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path))
		return err_here(ERR_INVALID, "the path of catalogue '%.200s…' is too long", folder);
	r = buffer_read_file(&file, path, CATALOG_BYTES_MAX);
	if (r == ERR_NOT_FOUND) {
		fault_add(faults, "%s:1: this table of the catalogue is missing", path);
		return 0;
	}
	if (r < 0 || (r = buffer_format(plain, "%s %zu\n", name, file.len)) < 0 ||
		(r = buffer_add(plain, buffer_view(&file))) < 0)
		return err_pass(r);
	return 0;
}

/* "plans/CODE.csv" → CODE. false: no plan's table. */
static bool plan_name_take(const char *name, size_t len, char ret_code[PLAN_CODE_MAX + 1])
{
	const size_t folder = sizeof(PLANS_FOLDER) - 1, ending = sizeof(PLANS_ENDING) - 1;
	size_t code = len - folder - ending;

	if (len <= folder + ending || code > PLAN_CODE_MAX ||
		memcmp(name, PLANS_FOLDER, folder) != 0 ||
		memcmp(name + len - ending, PLANS_ENDING, ending) != 0)
		return false;
	memcpy(ret_code, name + folder, code);
	ret_code[code] = '\0';
	return plan_code_valid(ret_code);
}

static int is_table(const struct dirent *entry)
{
	const size_t ending = sizeof(PLANS_ENDING) - 1;
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > ending &&
	       strcmp(entry->d_name + len - ending, PLANS_ENDING) == 0;
}

/* By code's bytes, whatever the locale ("a.csv" before "a-b.csv"): a catalogue has one bundle. */
static int by_code(const struct dirent **a, const struct dirent **b)
{
	char left[256], right[256];

	snprintf(left, sizeof(left), "%.*s", (int)(strlen((*a)->d_name) - 4), (*a)->d_name);
	snprintf(right, sizeof(right), "%.*s", (int)(strlen((*b)->d_name) - 4), (*b)->d_name);
	return strcmp(left, right);
}

/* The tables of plans/, if there is such a folder. */
static int plans_add(struct buffer *plain, const char *folder, struct faults *faults)
{
	struct dirent **entry = NULL;
	char path[4096], name[300], code[PLAN_CODE_MAX + 1];
	int r = 0, count;

	snprintf(path, sizeof(path), "%s/" PLANS_FOLDER, folder); /* table_add told of its length */
	count = scandir(path, &entry, is_table, by_code);
	if (count < 0 && errno != ENOENT)
		return err_here(ERR_IO, "cannot read folder '%s': %s", path, err_errno(errno));
	if (count > PLANS_MAX)
		fault_add(faults, "%s: more than %d plans", path, PLANS_MAX);
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), PLANS_FOLDER "%s", entry[i]->d_name);
		if (r == 0 && !plan_name_take(name, strlen(name), code))
			fault_add(faults,
				"%s/%s:1: a plan's code is 1 to %d letters, digits, '-' and '_'",
				folder, name, PLAN_CODE_MAX);
		else if (r == 0 && i < PLANS_MAX)
			r = table_add(plain, folder, name, faults);
		free(entry[i]);
	}
	free(entry);
	return err_pass(r);
}

static int folder_read(struct buffer *plain, const char *folder, struct buffer *all)
{
	struct faults faults = { .all = all };
	int r = 0;

	for (unsigned i = 0; r == 0 && i < TABLES; i++)
		r = table_add(plain, folder, table_file((enum table)i), &faults);
	if (r < 0 || (r = plans_add(plain, folder, &faults)) < 0)
		return err_pass(r);
	if (plain->len > CATALOG_BYTES_MAX)
		return err_here(ERR_LIMIT,
			"the tables of '%s' have %zu bytes together; a catalogue may have %d",
			folder, plain->len, CATALOG_BYTES_MAX);
	return err_pass(faults_end(&faults));
}

/* Takes "name length\n" and the bytes it announces from the front of left. Only the exact heading
 * that table_add() writes is accepted: one catalogue has one bundle. */
static int table_take(struct bytes *left, const char *name, struct bytes *ret_text)
{
	const uint8_t *end = left->len > 0 ? memchr(left->data, '\n', left->len) : NULL;
	size_t name_len = strlen(name), len = 0, heading_len;
	char heading[HEADING_BYTES];

	if (!end || (size_t)(end - left->data) <= name_len)
		return err_here(ERR_INVALID, "the bundle has no table '%s' where it belongs", name);
	for (const uint8_t *at = left->data + name_len + 1; *at >= '0' && *at <= '9'; at++) {
		if (len <= CATALOG_BYTES_MAX) /* ends at the '\n' if not before */
			len = len * 10 + (size_t)(*at - '0');
	}
	heading_len = (size_t)snprintf(heading, sizeof(heading), "%s %zu\n", name, len);
	if (heading_len > left->len || memcmp(left->data, heading, heading_len) != 0)
		return err_here(ERR_INVALID, "the bundle has no table '%s' where it belongs", name);
	if (len > left->len - heading_len)
		return err_here(ERR_INVALID, "the bundle ends inside table '%s'", name);
	*ret_text = bytes_of(left->data + heading_len, len);
	left->data += heading_len + len;
	left->len -= heading_len + len;
	return 0;
}

static void table_name(struct table_text *table, const char *folder, const char *name)
{
	snprintf(table->name, sizeof(table->name), "%s%s%s", folder, folder[0] ? "/" : "", name);
}

/* What is left are tables of plans, rising by code: a catalogue has one bundle. */
static int plans_take(struct bytes *left, const char *folder, struct tables *tables)
{
	while (left->len > 0) {
		const uint8_t *blank = memchr(left->data, ' ', left->len);
		size_t at = tables->plans, len = blank ? (size_t)(blank - left->data) : 0;
		char name[HEADING_BYTES];
		int r;

		if (at == PLANS_MAX || len >= sizeof(name) ||
			!plan_name_take((const char *)left->data, len, tables->plan_code[at]) ||
			(at > 0 && strcmp(tables->plan_code[at - 1], tables->plan_code[at]) >= 0))
			return err_here(ERR_INVALID,
				"the bundle has %zu bytes after its last table", left->len);
		snprintf(name, sizeof(name), "%.*s", (int)len, (const char *)left->data);
		table_name(&tables->plan[at], folder, name);
		if ((r = table_take(left, name, &tables->plan[at].text)) < 0)
			return err_pass(r);
		tables->plans++;
	}
	return 0;
}

/* Reads a catalogue from the uncompressed bundle; messages name files in folder ("" for none). */
static int plain_read(
	struct catalog *catalog, struct bytes plain, const char *folder, struct buffer *faults)
{
	AUTO(tables_free) struct tables *tables = calloc(1, sizeof(*tables));
	struct bytes left = plain;
	int r = digest_of(DIGEST_SHA256, plain, &catalog->digest);

	if (!tables)
		return err_here(ERR_NOMEM, "cannot allocate the list of tables");
	tables->faults = faults;
	for (unsigned i = 0; r == 0 && i < TABLES; i++) {
		table_name(&tables->table[i], folder, table_file((enum table)i));
		r = table_take(&left, table_file((enum table)i), &tables->table[i].text);
	}
	if (r < 0 || (r = plans_take(&left, folder, tables)) < 0)
		return err_pass(r);
	return err_pass(catalog_fill(catalog, tables));
}

static int compress(struct bytes plain, struct buffer *packed)
{
	size_t size = ZSTD_compressBound(plain.len), len;
	int r = buffer_room(packed, size);

	if (r < 0)
		return err_pass(r);
	len = ZSTD_compress(packed->data, size, plain.data, plain.len, COMPRESSION_LEVEL);
	if (ZSTD_isError(len))
		return err_here(
			ERR_NOMEM, "cannot compress the catalogue: %s", ZSTD_getErrorName(len));
	packed->len = len;
	return 0;
}

static int decompress(struct bytes packed, struct buffer *plain)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed.data, packed.len);
	size_t len;
	int r;

	if (packed.len > ZSTD_COMPRESSBOUND(CATALOG_BYTES_MAX))
		return err_here(ERR_LIMIT, "a bundle of %zu bytes is too large", packed.len);
	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
		ZSTD_findFrameCompressedSize(packed.data, packed.len) != packed.len)
		return err_here(
			ERR_INVALID, "the bundle is not one zstd frame that states its size");
	if (size > CATALOG_BYTES_MAX)
		return err_here(ERR_LIMIT, "the bundle holds %llu bytes; a catalogue may have %d",
			size, CATALOG_BYTES_MAX);
	if ((r = buffer_room(plain, (size_t)size + 1)) < 0)
		return err_pass(r);
	len = ZSTD_decompress(plain->data, (size_t)size, packed.data, packed.len);
	if (ZSTD_isError(len) || len != size)
		return err_here(ERR_INVALID, "the bundle cannot be decompressed: %s",
			ZSTD_getErrorName(len));
	plain->len = len;
	return 0;
}

int catalog_load_telling(const char *folder, struct buffer *faults, struct catalog **ret_catalog)
{
	AUTO(catalog_free) struct catalog *catalog = calloc(1, sizeof(*catalog));
	AUTO(buffer_fini) struct buffer plain = { 0 };
	int r;

	if (!catalog)
		return err_here(ERR_NOMEM, "cannot allocate a catalogue");
	if ((r = folder_read(&plain, folder, faults)) < 0 ||
		(r = plain_read(catalog, buffer_view(&plain), folder, faults)) < 0 ||
		(r = compress(buffer_view(&plain), &catalog->bundle)) < 0)
		return err_pass(r);
	*ret_catalog = catalog;
	catalog = NULL;
	return 0;
}

int catalog_load(const char *folder, struct catalog **ret_catalog)
{
	return err_pass(catalog_load_telling(folder, NULL, ret_catalog));
}

int catalog_open_bundle(struct bytes compressed, struct catalog **ret_catalog)
{
	AUTO(catalog_free) struct catalog *catalog = calloc(1, sizeof(*catalog));
	AUTO(buffer_fini) struct buffer plain = { 0 };
	int r;

	if (!catalog)
		return err_here(ERR_NOMEM, "cannot allocate a catalogue");
	if ((r = decompress(compressed, &plain)) < 0 ||
		(r = plain_read(catalog, buffer_view(&plain), "", NULL)) < 0 ||
		(r = buffer_add(&catalog->bundle, compressed)) < 0)
		return err_pass(r);
	*ret_catalog = catalog;
	catalog = NULL;
	return 0;
}
