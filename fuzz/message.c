/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * More than "did not crash": what is understood once must be understood again as the same. */
#include "fuzz/message.h"

#include "base/err.h"
#include "tests/proto/recode.h"

void fuzz_message(const char *const *kinds, size_t count, const uint8_t *data, size_t size)
{
	static struct arena *arena;
	AUTO(buffer_fini) struct buffer once = { 0 };
	AUTO(buffer_fini) struct buffer twice = { 0 };
	const char *kind;
	int r;

	if (size < 1)
		return;
	if (!arena)
		ensure(arena_new(&arena) == 0);
	kind = kinds[data[0] % count];
	r = recode(arena, kind, bytes_of(data + 1, size - 1), &once);
	if (r < 0) {
		ensure(r == ERR_INVALID || r == ERR_LIMIT);
		return;
	}
	ensure(recode(arena, kind, buffer_view(&once), &twice) == 0);
	ensure(bytes_equal(buffer_view(&once), buffer_view(&twice)));
}
