/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The vectors, made by an independent writer, are understood and written again byte for byte, and
 * those printed in the document are the same. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/proto/recode.h"
#include "tests/proto/vector.h"

Test(vectors, every_vector_is_decoded_and_encoded_to_the_same_bytes)
{
	AUTO(arena_free) struct arena *arena = NULL;
	const struct vector *vectors;
	size_t count = vectors_load(&vectors);

	cr_assert_eq(arena_new(&arena), 0);
	cr_assert_gt(count, 25);
	for (size_t i = 0; i < count; i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		int r = recode(arena, vectors[i].kind, vectors[i].bytes, &out);

		cr_expect_eq(r, 0, "%s: %s", vectors[i].name, err_text());
		cr_expect(bytes_equal(buffer_view(&out), vectors[i].bytes),
			"%s comes out as other bytes", vectors[i].name);
	}
}

Test(vectors, every_kind_of_message_has_one)
{
	const struct vector *vectors;
	size_t count = vectors_load(&vectors);

	for (size_t k = 0; recode_kind(k); k++) {
		bool found = false;

		for (size_t i = 0; i < count; i++)
			found = found || strcmp(vectors[i].kind, recode_kind(k)) == 0;
		cr_expect(found, "no vector of kind '%s'", recode_kind(k));
	}
}

/* In the document a vector stands between a line "vector NAME" and the end of its code block, its
 * hex digits cut into lines. Returns what follows. */
static char *compare_printed(char *text)
{
	char name[64], *end = strchr(text, '\n');
	char hex[8192];
	struct bytes expected;
	size_t len = 0;

	snprintf(name, sizeof(name), "%.*s", (int)(end - text), text);
	expected = vector_named(name);
	for (text = end; *text != '`'; text++)
		if (*text != '\n') {
			cr_assert_lt(len + 1, sizeof(hex));
			hex[len++] = *text;
		}
	hex[len] = '\0';
	cr_assert_eq(len, 2 * expected.len, "%s has another length in the document", name);
	for (size_t i = 0; i < expected.len; i++) {
		uint8_t byte;
		char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		cr_assert_eq(bytes_from_hex(digits, &byte, 1), 0);
		cr_assert_eq(
			byte, expected.data[i], "%s differs in the document at byte %zu", name, i);
	}
	return text;
}

Test(vectors, the_document_prints_the_same_vectors)
{
	AUTO(buffer_fini) struct buffer file = { 0 };
	char *text;
	size_t printed = 0;

	cr_assert_eq(buffer_read_file(&file, SOURCE_DIR "/docs/protocol.md", 1 << 20), 0);
	cr_assert_eq(buffer_add(&file, bytes_of("", 1)), 0);
	text = (char *)file.data;
	while ((text = strstr(text, "\nvector "))) {
		text = compare_printed(text + strlen("\nvector "));
		printed++;
	}
	cr_expect_geq(printed, 12, "only %zu vectors are printed in the document", printed);
}
