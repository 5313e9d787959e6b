/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The entry's format, pinned byte by byte: whatever changes here breaks journals in the field. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "store/entry.h"

static struct entry sample(void)
{
	return (struct entry){
		.kind = ENTRY_REPORT,
		.status = 1,
		.form = 3,
		.facility = 7,
		.period = 2015400,
		.revision = 1,
		.actor = 2,
		.catalogue = 1,
		.received = 1433116800123,
		.replaces = 5,
		.algorithm = DIGEST_SHA256,
		.findings = bytes_str("F"),
		.body = bytes_str("body"),
	};
}

Test(entry, the_golden_bytes_and_chain_do_not_change)
{
	static const char golden[] =
		"01010100"
		"00030001"
		"00000004"
		"00000007"
		"001ec0a8"
		"00000001"
		"00000002"
		"00000001"
		"0000014dac6af47b"
		"0000000000000005"
		"0100000000000000"
		/* chain, computed apart: sha256(32 zeros + the 56 bytes above + sha256("F") +
		 * sha256("body")) */
		"b7b4bc4c856016db8e638e110b4785c2124c894c40604cb58fcf16c091370f2b"
		"46"
		"626f6479";
	struct entry entry = sample(), back;
	struct digest zero = { { 0 } };
	uint8_t packed[256];
	char hex[600];

	cr_assert_eq(entry_chain(&entry, &zero), 0);
	cr_assert_eq(entry_size(&entry), ENTRY_HEADER_BYTES + 5);
	entry_encode(&entry, packed);
	bytes_to_hex(bytes_of(packed, entry_size(&entry)), hex);
	cr_expect_str_eq(hex, golden);
	cr_assert_eq(entry_decode(bytes_of(packed, entry_size(&entry)), &back), 0);
	cr_expect_eq(back.kind, ENTRY_REPORT);
	cr_expect_eq(back.period, 2015400);
	cr_expect_eq(back.received, 1433116800123);
	cr_expect(bytes_equal(back.body, bytes_str("body")));
	cr_expect_eq(entry_verify(&back, &zero), 0);
}

Test(entry, any_changed_bit_is_found_by_format_or_chain)
{
	struct entry entry = sample(), back;
	struct digest zero = { { 0 } };
	uint8_t packed[256];
	size_t size;

	cr_assert_eq(entry_chain(&entry, &zero), 0);
	size = entry_size(&entry);
	entry_encode(&entry, packed);
	for (size_t bit = 0; bit < size * 8; bit++) {
		if (bit / 8 == 3) /* the flag of erasure is looked at below */
			continue;
		packed[bit / 8] ^= (uint8_t)(1 << (bit % 8));
		cr_expect(entry_decode(bytes_of(packed, size), &back) < 0 ||
				  entry_verify(&back, &zero) < 0,
			"bit %zu of byte %zu", bit % 8, bit / 8);
		packed[bit / 8] ^= (uint8_t)(1 << (bit % 8));
	}
	for (size_t cut = 0; cut < size; cut++)
		cr_expect_eq(
			entry_decode(bytes_of(packed, cut), &back), ERR_CORRUPT, "cut at %zu", cut);
}

Test(entry, an_erased_body_keeps_the_chain)
{
	struct entry entry = sample(), erased, back;
	struct digest zero = { { 0 } }, digest;
	uint8_t packed[256];

	cr_assert_eq(entry_chain(&entry, &zero), 0);
	erased = entry;
	cr_assert_eq(digest_of(DIGEST_SHA256, entry.body, &digest), 0);
	erased.flags = ENTRY_FLAG_ERASED;
	erased.erased_length = (uint32_t)entry.body.len;
	erased.body = digest_view(&digest);
	entry_encode(&erased, packed);
	cr_assert_eq(entry_decode(bytes_of(packed, entry_size(&erased)), &back), 0);
	cr_expect_eq(entry_verify(&back, &zero), 0, "%s", err_text());
	packed[entry_size(&erased) - 1] ^= 1;
	cr_assert_eq(entry_decode(bytes_of(packed, entry_size(&erased)), &back), 0);
	cr_expect_eq(entry_verify(&back, &zero), ERR_CORRUPT);
}

Test(entry, sm3_can_stand_in_for_sha256)
{
	struct entry entry = sample();
	struct digest zero = { { 0 } }, other;

	cr_assert_eq(entry_chain(&entry, &zero), 0);
	other = entry.chain;
	entry.algorithm = DIGEST_SM3;
	entry.has_body_digest = false;
	cr_assert_eq(entry_chain(&entry, &zero), 0);
	cr_expect(!digest_equal(&entry.chain, &other));
	cr_expect_eq(entry_verify(&entry, &zero), 0);
}
