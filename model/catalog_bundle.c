/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The bundle: one canonical byte string for a catalogue, so that it can be an entry of the journal
 * and be named by its digest. A folder is bundled first and then read from its own bundle's text,
 * so both ways in read the same bytes. The digest is of the uncompressed text: compressors change,
 * catalogues do not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/err.h"
#include "base/limits.h"
#include "model/catalog_inside.h"

enum { COMPRESSION_LEVEL = 9, HEADING_BYTES = 64 };

/* Appends "name length\n" and the file's bytes; a missing file is a fault and leaves nothing. */
static int table_add(
	struct buffer *plain, const char *folder, enum table table, struct faults *faults)
{
	AUTO(buffer_fini) struct buffer file = { 0 };
	char path[4096];
	int r;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, table_file(table)) >=
		sizeof(path))
		return err_here(ERR_INVALID, "the path of catalogue '%.200s…' is too long", folder);
	r = buffer_read_file(&file, path, CATALOG_BYTES_MAX);
	if (r == ERR_NOT_FOUND) {
		fault_add(faults, "%s:1: this table of the catalogue is missing", path);
		return 0;
	}
	if (r < 0 || (r = buffer_format(plain, "%s %zu\n", table_file(table), file.len)) < 0 ||
		(r = buffer_add(plain, buffer_view(&file))) < 0)
		return err_pass(r);
	return 0;
}

static int folder_read(struct buffer *plain, const char *folder)
{
	struct faults faults = { .count = 0 };

	for (unsigned i = 0; i < TABLES; i++) {
		int r = table_add(plain, folder, (enum table)i, &faults);

		if (r < 0)
			return err_pass(r);
	}
	if (plain->len > CATALOG_BYTES_MAX)
		return err_here(ERR_LIMIT,
			"the tables of '%s' have %zu bytes together; a catalogue may have %d",
			folder, plain->len, CATALOG_BYTES_MAX);
	return err_pass(faults_end(&faults));
}

/* Takes "name length\n" and the bytes it announces from the front of left. Only the exact heading
 * that table_add() writes is accepted: one catalogue has one bundle. */
static int table_take(struct bytes *left, enum table table, struct bytes *ret_text)
{
	const uint8_t *end = left->len > 0 ? memchr(left->data, '\n', left->len) : NULL;
	size_t name_len = strlen(table_file(table)), len = 0, heading_len;
	char heading[HEADING_BYTES];

	if (!end || (size_t)(end - left->data) <= name_len)
		return err_here(ERR_INVALID, "the bundle has no table '%s' where it belongs",
			table_file(table));
	for (const uint8_t *at = left->data + name_len + 1; *at >= '0' && *at <= '9'; at++) {
		if (len <= CATALOG_BYTES_MAX) /* ends at the '\n' if not before */
			len = len * 10 + (size_t)(*at - '0');
	}
	heading_len =
		(size_t)snprintf(heading, sizeof(heading), "%s %zu\n", table_file(table), len);
	if (heading_len > left->len || memcmp(left->data, heading, heading_len) != 0)
		return err_here(ERR_INVALID, "the bundle has no table '%s' where it belongs",
			table_file(table));
	if (len > left->len - heading_len)
		return err_here(
			ERR_INVALID, "the bundle ends inside table '%s'", table_file(table));
	*ret_text = bytes_of(left->data + heading_len, len);
	left->data += heading_len + len;
	left->len -= heading_len + len;
	return 0;
}

/* Reads a catalogue from the uncompressed bundle; messages name files in folder ("" for none). */
static int plain_read(struct catalog *catalog, struct bytes plain, const char *folder)
{
	struct table_text tables[TABLES];
	struct bytes left = plain;
	int r = digest_of(DIGEST_SHA256, plain, &catalog->digest);

	for (unsigned i = 0; r == 0 && i < TABLES; i++) {
		snprintf(tables[i].name, sizeof(tables[i].name), "%s%s%s", folder,
			folder[0] ? "/" : "", table_file((enum table)i));
		r = table_take(&left, (enum table)i, &tables[i].text);
	}
	if (r < 0)
		return err_pass(r);
	if (left.len > 0)
		return err_here(
			ERR_INVALID, "the bundle has %zu bytes after its last table", left.len);
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

int catalog_load(const char *folder, struct catalog **ret_catalog)
{
	AUTO(catalog_free) struct catalog *catalog = calloc(1, sizeof(*catalog));
	AUTO(buffer_fini) struct buffer plain = { 0 };
	int r;

	if (!catalog)
		return err_here(ERR_NOMEM, "cannot allocate a catalogue");
	if ((r = folder_read(&plain, folder)) < 0 ||
		(r = plain_read(catalog, buffer_view(&plain), folder)) < 0 ||
		(r = compress(buffer_view(&plain), &catalog->bundle)) < 0)
		return err_pass(r);
	*ret_catalog = catalog;
	catalog = NULL;
	return 0;
}

int catalog_open_bundle(struct bytes compressed, struct catalog **ret_catalog)
{
	AUTO(catalog_free) struct catalog *catalog = calloc(1, sizeof(*catalog));
	AUTO(buffer_fini) struct buffer plain = { 0 };
	int r;

	if (!catalog)
		return err_here(ERR_NOMEM, "cannot allocate a catalogue");
	if ((r = decompress(compressed, &plain)) < 0 ||
		(r = plain_read(catalog, buffer_view(&plain), "")) < 0 ||
		(r = buffer_add(&catalog->bundle, compressed)) < 0)
		return err_pass(r);
	*ret_catalog = catalog;
	catalog = NULL;
	return 0;
}
