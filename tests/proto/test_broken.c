/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Broken input of every kind: cut at every length, changed in every byte. A decoder may refuse, or
 * understand exactly what stands there; it may not crash, read beyond, or make something up. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "tests/proto/recode.h"
#include "tests/proto/vector.h"

/* A copy of its own size, so that a checker of memory sees one byte too many. */
static struct bytes exact_copy(struct bytes bytes)
{
	uint8_t *data = malloc(bytes.len > 0 ? bytes.len : 1);

	cr_assert_not_null(data);
	if (bytes.len > 0)
		memcpy(data, bytes.data, bytes.len);
	return bytes_of(data, bytes.len);
}

Test(broken, a_cut_message_is_refused_or_is_a_shorter_message)
{
	AUTO(arena_free) struct arena *arena = NULL;
	const struct vector *vectors;
	size_t count = vectors_load(&vectors), refused = 0;

	cr_assert_eq(arena_new(&arena), 0);
	for (size_t i = 0; i < count; i++)
		for (size_t len = 0; len < vectors[i].bytes.len; len++) {
			AUTO(buffer_fini) struct buffer out = { 0 };
			struct bytes cut = exact_copy(bytes_of(vectors[i].bytes.data, len));
			int r = recode(arena, vectors[i].kind, cut, &out);

			cr_expect(r == ERR_INVALID || r == 0, "%s cut to %zu gives %s",
				vectors[i].name, len, err_name(r));
			cr_expect(r < 0 || bytes_equal(buffer_view(&out), cut),
				"%s cut to %zu is read as something else", vectors[i].name, len);
			refused += r < 0;
			free((void *)(uintptr_t)cut.data);
		}
	cr_expect_gt(refused, 1000);
}

/* What a changed message is understood as must survive a second round unchanged. */
static void check_changed(struct arena *arena, const struct vector *vector, struct bytes changed)
{
	AUTO(buffer_fini) struct buffer once = { 0 };
	AUTO(buffer_fini) struct buffer twice = { 0 };
	int r = recode(arena, vector->kind, changed, &once);

	if (r < 0) {
		cr_expect(r == ERR_INVALID || r == ERR_LIMIT, "%s: %s", vector->name, err_name(r));
		return;
	}
	cr_expect_eq(recode(arena, vector->kind, buffer_view(&once), &twice), 0, "%s: %s",
		vector->name, err_text());
	cr_expect(bytes_equal(buffer_view(&once), buffer_view(&twice)), "%s", vector->name);
}

Test(broken, no_change_of_a_single_byte_does_harm)
{
	AUTO(arena_free) struct arena *arena = NULL;
	const struct vector *vectors;
	size_t count = vectors_load(&vectors);

	cr_assert_eq(arena_new(&arena), 0);
	for (size_t i = 0; i < count; i++) {
		struct bytes changed = exact_copy(vectors[i].bytes);
		uint8_t *data = (uint8_t *)(uintptr_t)changed.data;

		for (size_t at = 0; at < changed.len; at++)
			for (unsigned flip = 1; flip < 256; flip++) {
				data[at] ^= (uint8_t)flip;
				check_changed(arena, &vectors[i], changed);
				data[at] ^= (uint8_t)flip;
			}
		free(data);
	}
}

/* One field behind the message: number 99, 30 (of no message), and 15 (of none but by accident). */
Test(broken, an_unknown_field_is_refused_and_named)
{
	AUTO(arena_free) struct arena *arena = NULL;
	const struct vector *vectors;
	size_t count = vectors_load(&vectors);

	cr_assert_eq(arena_new(&arena), 0);
	for (size_t i = 0; i < count; i++) {
		AUTO(buffer_fini) struct buffer in = { 0 };
		AUTO(buffer_fini) struct buffer out = { 0 };

		if (strcmp(vectors[i].kind, "header") == 0)
			continue;
		cr_assert_eq(buffer_add(&in, vectors[i].bytes), 0);
		cr_assert_eq(buffer_add(&in, bytes_of("\x98\x06\x01", 3)), 0);
		cr_expect_eq(recode(arena, vectors[i].kind, buffer_view(&in), &out), ERR_INVALID,
			"%s", vectors[i].name);
		cr_expect(strstr(err_text(), "unknown field 99"), "%s: %s", vectors[i].name,
			err_text());
		cr_expect_eq(out.len, 0);
	}
}

Test(broken, nothing_larger_than_a_payload_is_read)
{
	AUTO(arena_free) struct arena *arena = NULL;
	struct bytes huge = bytes_of(calloc(1, PAYLOAD_BYTES_MAX + 1), PAYLOAD_BYTES_MAX + 1);

	cr_assert_eq(arena_new(&arena), 0);
	for (size_t i = 0; recode_kind(i); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		int r = recode(arena, recode_kind(i), huge, &out);

		cr_expect_eq(r, strcmp(recode_kind(i), "header") == 0 ? ERR_INVALID : ERR_LIMIT,
			"%s: %s", recode_kind(i), err_name(r));
	}
	free((void *)(uintptr_t)huge.data);
}
