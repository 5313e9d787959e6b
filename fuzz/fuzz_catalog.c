/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A catalogue's bundle, which every collector takes from the network: tables, linear forms with
 * their filters, arguments of methods, plans and their targets, rules and reasons. An input changes
 * one place of a small catalogue that is right (two of them, for none has everything): byte 0 says
 * in which table, 1 and 2 where, 3 how many bytes go; what follows takes their place. So a change
 * reaches the readers of single cells at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/err.h"
#include "base/limits.h"
#include "model/catalog.h"

enum { SECTIONS_MAX = 64, HEAD_BYTES = 4 };

/* The sections of a catalogue stand together: first is where its own begin, end behind them. */
static struct section {
	char name[96];
	struct bytes text;
	size_t first, end;
} section[SECTIONS_MAX];
static size_t sections;

static void plain_split(const uint8_t *at, size_t left)
{
	size_t first = sections;

	while (left > 0) {
		size_t heading = (size_t)((const uint8_t *)memchr(at, '\n', left) - at) + 1, len;
		struct section *one = &section[sections];

		ensure(sections++ < SECTIONS_MAX);
		ensure(sscanf((const char *)at, "%95s %zu", one->name, &len) == 2);
		one->text = bytes_of(at + heading, len);
		at += heading + len;
		left -= heading + len;
	}
	for (size_t i = first; i < sections; i++) {
		section[i].first = first;
		section[i].end = sections;
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void catalogue_take(const char *folder)
{
	struct catalog *catalog;
	struct bytes bundle;
	size_t size;
	uint8_t *plain; /* the sections lie in it for ever */

	ensure(catalog_load(folder, &catalog) == 0);
	bundle = catalog_bundle(catalog);
	size = (size_t)ZSTD_getFrameContentSize(bundle.data, bundle.len);
	plain = calloc(1, size + 1);
	ensure(plain && ZSTD_decompress(plain, size, bundle.data, bundle.len) == size);
	plain_split(plain, size);
	catalog_free(catalog);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	catalogue_take(FUZZ_CATALOGS "/model/catalog");
	catalogue_take(FUZZ_CATALOGS "/ingestd/catalog"); /* with rules and reasons */
	return 0;
}

static int section_add(struct buffer *plain, const char *name, struct bytes text)
{
	int r = buffer_format(plain, "%s %zu\n", name, text.len);

	return r < 0 ? err_pass(r) : err_pass(buffer_add(plain, text));
}

static void changed(const struct section *one, const uint8_t *data, size_t size, struct buffer *out)
{
	size_t at = ((size_t)data[1] << 8 | data[2]) % (one->text.len + 1), cut = data[3];

	if (cut > one->text.len - at)
		cut = one->text.len - at;
	ensure(buffer_add(out, bytes_of(one->text.data, at)) == 0);
	ensure(buffer_add(out, bytes_of(data + HEAD_BYTES, size - HEAD_BYTES)) == 0);
	ensure(buffer_add(out, bytes_of(one->text.data + at + cut, one->text.len - at - cut)) == 0);
}

/* What is taken comes from a bundle of its own once more, and is a successor of itself. */
static void bundle_try(struct bytes bundle)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(catalog_free) struct catalog *again = NULL;

	if (catalog_open_bundle(bundle, &catalog) < 0)
		return;
	ensure(catalog_open_bundle(catalog_bundle(catalog), &again) == 0);
	ensure(catalog_check_successor(catalog, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buffer_fini) struct buffer plain = { 0 };
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(buffer_fini) struct buffer packed = { 0 };
	size_t which = size < HEAD_BYTES ? 0 : data[0] % sections;

	if (size < HEAD_BYTES)
		return 0;
	changed(&section[which], data, size, &text);
	for (size_t i = section[which].first; i < section[which].end; i++)
		ensure(section_add(&plain, section[i].name,
			       i == which ? buffer_view(&text) : section[i].text) == 0);
	ensure(buffer_room(&packed, ZSTD_compressBound(plain.len)) == 0);
	packed.len =
		ZSTD_compress(packed.data, ZSTD_compressBound(plain.len), plain.data, plain.len, 1);
	ensure(!ZSTD_isError(packed.len));
	bundle_try(buffer_view(&packed));
	return 0;
}
