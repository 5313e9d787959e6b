/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The body of an entry `erased`, byte for byte, and what is no such body. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "store/erased.h"

static const uint8_t golden[] = {
	1,
	2,
	0,
	3,
	0,
	0,
	0,
	2, /* lengths and count */
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	5,
	0,
	0,
	0,
	0,
	0,
	0,
	1,
	0, /* 5 and 256 */
	'm',
	'e',
	'w',
	'h',
	'y',
};

static struct erased sample(void)
{
	return (struct erased){ .count = 2,
		.sequence = { 5, 256 },
		.by = bytes_str("me"),
		.reason = bytes_str("why") };
}

Test(erased, its_bytes_are_as_documented)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct erased erased = sample(), back;

	cr_assert_eq(erased_encode(&erased, &out), 0, "%s", err_text());
	cr_assert(bytes_equal(buffer_view(&out), bytes_of(golden, sizeof(golden))));
	cr_assert_eq(erased_decode(buffer_view(&out), &back), 0, "%s", err_text());
	cr_expect(back.count == 2 && back.sequence[0] == 5 && back.sequence[1] == 256);
	cr_expect(bytes_equal(back.by, erased.by) && bytes_equal(back.reason, erased.reason));
	cr_expect(erased_names(&back, 5) && erased_names(&back, 256));
	cr_expect(!erased_names(&back, 4) && !erased_names(&back, 6) && !erased_names(&back, 257));
}

Test(erased, nothing_else_is_one)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t byte;
	} cases[] = {
		{ "another version", 0, 2 },
		{ "a longer name", 1, 3 },
		{ "no reason", 3, 0 },
		{ "more entries", 7, 3 },
		{ "very many entries", 4, 255 },
		{ "no entries", 7, 0 },
		{ "sequence 0", 15, 0 },
		{ "falling sequences", 8, 1 },
	};
	uint8_t bytes[sizeof(golden) + 1];
	struct erased back;

	for (size_t i = 0; i < array_len(cases); i++) {
		memcpy(bytes, golden, sizeof(golden));
		bytes[cases[i].at] = cases[i].byte;
		cr_expect_eq(erased_decode(bytes_of(bytes, sizeof(golden)), &back), ERR_CORRUPT,
			"%s", cases[i].name);
	}
	for (size_t cut = 0; cut < sizeof(golden); cut++)
		cr_expect_eq(erased_decode(bytes_of(golden, cut), &back), ERR_CORRUPT, "%zu", cut);
	memcpy(bytes, golden, sizeof(golden));
	cr_expect_eq(erased_decode(bytes_of(bytes, sizeof(bytes)), &back), ERR_CORRUPT, "longer");
}

Test(erased, what_would_not_be_one_is_not_written)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct erased none = sample(), silent = sample(), twice = sample();

	none.count = 0;
	silent.reason = bytes_str("");
	twice.sequence[1] = 5;
	cr_expect_eq(erased_encode(&none, &out), ERR_INVALID);
	cr_expect_eq(erased_encode(&silent, &out), ERR_INVALID);
	cr_expect_eq(erased_encode(&twice, &out), ERR_INVALID);
	cr_expect_eq(out.len, 0);
}
