/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The records of derived environments, pinned byte by byte: who changes one must give the
 * environment another format number, or old files would be read as what they are not. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "store/aggregates.h"
#include "store/state.h"

/* Ports that only remember the last put, in hex. */
struct recorder {
	unsigned table;
	char key[200], value[400];
};

static int record(void *ctx, unsigned table, struct bytes key, struct bytes value)
{
	struct recorder *recorder = ctx;

	recorder->table = table;
	bytes_to_hex(key, recorder->key);
	bytes_to_hex(value, recorder->value);
	return 0;
}

static const struct digest ones = { { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 } };
#define ONES_16 "01010101010101010101010101010101"

Test(state, an_identity_is_ten_bytes_of_key_and_50_of_record_and_57_more_with_something_held)
{
	struct recorder recorder;
	struct ports ports = { .ctx = &recorder, .put = record };
	struct identity_key key = { .form = 3, .period = 2015400, .facility = 9 };
	struct identity identity = {
		.revision = 7, .sequence = 258, .digest = ones, .withdrawn = true, .actor = 4
	};

	cr_assert_eq(state_identity_put(&ports, &key, &identity), 0);
	cr_expect_eq(recorder.table, TABLE_IDENTITY);
	cr_expect_str_eq(recorder.key, "0003"
				       "001ec0a8"
				       "00000009");
	cr_expect_str_eq(recorder.value, "00000007"
					 "0000000000000102" ONES_16 ONES_16 "01"
					 "00000004"
					 "00");
	identity.held = (struct held){ .state = 2,
		.revision = 8,
		.sequence = 259,
		.digest = ones,
		.withdrawn = true,
		.actor = 5,
		.decided = 260 };
	cr_assert_eq(state_identity_put(&ports, &key, &identity), 0);
	cr_expect_str_eq(recorder.value, "00000007"
					 "0000000000000102" ONES_16 ONES_16 "01"
					 "00000004"
					 "02"
					 "00000008"
					 "0000000000000103" ONES_16 ONES_16 "01"
					 "00000005"
					 "0000000000000104");
}

Test(state, notices_and_adjustments_have_their_bytes)
{
	struct recorder recorder;
	struct ports ports = { .ctx = &recorder, .put = record };
	struct state_notice notice = { .kind = 4,
		.form = 3,
		.period = 2015400,
		.revision = 7,
		.about = 258,
		.element = 11,
		.reason = 12,
		.delta = -1,
		.received = 13,
		.text = bytes_str("why") };
	struct adjusted adjusted = { .state = ADJUSTED_CONFIRMED,
		.key = { .form = 3, .period = 2015400, .facility = 9 },
		.actor = 4,
		.revision = 7,
		.about = 258,
		.element = 11,
		.reason = 12,
		.delta = 2,
		.text = bytes_str("why") };

	cr_assert_eq(state_notice_put(&ports, 9, 300, &notice), 0);
	cr_expect_eq(recorder.table, TABLE_NOTICE);
	cr_expect_str_eq(recorder.key, "00000009"
				       "000000000000012c");
	cr_expect_str_eq(recorder.value, "04"
					 "0003"
					 "001ec0a8"
					 "00000007"
					 "0000000000000102"
					 "0000000b"
					 "0000000c"
					 "ffffffffffffffff"
					 "000000000000000d"
					 "776879");
	cr_assert_eq(state_adjusted_put(&ports, 300, &adjusted), 0);
	cr_expect_eq(recorder.table, TABLE_ADJUSTMENT);
	cr_expect_str_eq(recorder.key, "000000000000012c");
	cr_expect_str_eq(recorder.value, "02"
					 "0003"
					 "001ec0a8"
					 "00000009"
					 "00000004"
					 "00000007"
					 "0000000000000102"
					 "0000000b"
					 "0000000c"
					 "0000000000000002"
					 "776879");
}

/* Whatever is put comes back; a record cut short or too long is corrupt. */
struct shelf {
	struct buffer key, value;
};

static int shelf_put(void *ctx, unsigned table, struct bytes key, struct bytes value)
{
	struct shelf *shelf = ctx;

	(void)table;
	shelf->key.len = shelf->value.len = 0;
	cr_assert_eq(buffer_add(&shelf->key, key), 0);
	cr_assert_eq(buffer_add(&shelf->value, value), 0);
	return 0;
}

static int shelf_get(void *ctx, unsigned table, struct bytes key, struct bytes *ret_value)
{
	struct shelf *shelf = ctx;

	(void)table;
	cr_assert(bytes_equal(key, buffer_view(&shelf->key)));
	*ret_value = buffer_view(&shelf->value);
	return 0;
}

Test(state, an_identity_comes_back_as_it_was_put_and_never_cut)
{
	struct shelf shelf = { 0 };
	struct ports ports = { .ctx = &shelf, .put = shelf_put, .get = shelf_get };
	struct identity_key key = { .form = 3, .period = 2015400, .facility = 9 };

	for (uint8_t state = 0; state < 4; state++) {
		struct identity identity = {
			.revision = 7, .sequence = 258, .digest = ones, .actor = 4
		};
		struct identity got;

		if (state > 0)
			identity.held = (struct held){ .state = state,
				.revision = 8,
				.sequence = 259,
				.digest = ones,
				.actor = 5,
				.decided = 260 };
		cr_assert_eq(state_identity_put(&ports, &key, &identity), 0);
		cr_assert_eq(state_identity_get(&ports, &key, &got), 0);
		cr_expect(got.revision == 7 && got.sequence == 258 && got.actor == 4 &&
			  !got.withdrawn && digest_equal(&got.digest, &ones));
		cr_expect(got.held.state == state && got.held.revision == identity.held.revision &&
				  got.held.sequence == identity.held.sequence &&
				  got.held.actor == identity.held.actor &&
				  got.held.decided == identity.held.decided,
			"held %u", state);
		shelf.value.len--;
		cr_expect_eq(state_identity_get(&ports, &key, &got), ERR_CORRUPT, "%u cut", state);
	}
	buffer_fini(&shelf.key);
	buffer_fini(&shelf.value);
}

Test(state, a_kept_rejection_and_a_request_have_their_bytes)
{
	struct recorder recorder;
	struct ports ports = { .ctx = &recorder, .put = record };
	struct rejected_key key = { .actor = 2 };
	struct rejected rejected = { .sequence = 5, .findings = ones };
	struct request request = { .sequence = 6, .outcome = 1, .records = 300 };

	memset(key.digest, 1, sizeof(key.digest));
	cr_assert_eq(state_rejected_put(&ports, &key, &rejected), 0);
	cr_expect_str_eq(recorder.key, "00000002" ONES_16);
	cr_expect_str_eq(recorder.value, "0000000000000005" ONES_16 ONES_16);
	cr_assert_eq(state_request_put(&ports, ones.byte, &request), 0);
	cr_expect_str_eq(recorder.key, ONES_16);
	cr_expect_str_eq(recorder.value, "0000000000000006"
					 "01"
					 "0000012c");
}

Test(state, a_command_is_kept_with_its_author_and_time)
{
	struct recorder recorder;
	struct ports ports = { .ctx = &recorder, .put = record };
	const struct derived_command command = {
		.sequence = 258, .actor = 7, .received = 3, .body = bytes_str("body")
	};

	cr_assert_eq(derived_command_put(&ports, &command), 0);
	cr_expect_eq(recorder.table, TABLE_REGISTRY);
	cr_expect_str_eq(recorder.key, "0000000000000102");
	cr_expect_str_eq(recorder.value, "00000007"
					 "0000000000000003"
					 "626f6479");
}

Test(state, a_life_is_known_by_the_entry_that_ended_it)
{
	struct recorder recorder;
	struct ports ports = { .ctx = &recorder, .put = record };

	cr_assert_eq(state_life_put(&ports, 258, ones.byte), 0);
	cr_expect_eq(recorder.table, TABLE_LIFE);
	cr_expect_str_eq(recorder.key, "0000000000000102");
	cr_expect_str_eq(recorder.value, ONES_16);
}

Test(state, a_position_names_format_epoch_sequence_and_chain)
{
	struct recorder recorder;
	struct ports ports = { .ctx = &recorder, .put = record };
	struct journal_head position = { .sequence = 9, .chain = ones };

	memset(position.epoch, 1, sizeof(position.epoch));
	cr_assert_eq(derived_position_put(&ports, STATE_FORMAT, &position), 0);
	cr_expect_str_eq(recorder.value, "00000004" ONES_16 "0000000000000009" ONES_16 ONES_16);
}

Test(aggregates, keys_sort_by_form_period_area_and_stratum)
{
	uint8_t current[CURRENT_KEY_BYTES], cell[CELL_KEY_BYTES], leftout[LEFTOUT_KEY_BYTES];
	struct cell_key key = { .form = 3, .period = 2015400, .area = 440507, .stratum = 0x0102 };
	char hex[64];

	current_key_pack(3, 2015400, 9, current);
	bytes_to_hex(bytes_of(current, sizeof(current)), hex);
	cr_expect_str_eq(hex, "0003"
			      "001ec0a8"
			      "00000009");
	cell_key_pack(&key, cell);
	bytes_to_hex(bytes_of(cell, sizeof(cell)), hex);
	cr_expect_str_eq(hex, "0003"
			      "001ec0a8"
			      "0006b8bb"
			      "0000000000000102");
	leftout_key_pack(&key, 5, leftout);
	bytes_to_hex(bytes_of(leftout, sizeof(leftout)), hex);
	cr_expect_str_eq(hex, "0003"
			      "001ec0a8"
			      "0006b8bb"
			      "0000000000000102"
			      "0005");
}
