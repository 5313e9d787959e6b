/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * ReportValues and ReportText: every field that is read, and everything that is refused. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/report.h"
#include "tests/proto/vector.h"

static struct arena *arena;

static void start(void)
{
	cr_assert_eq(arena_new(&arena), 0);
}

static void stop(void)
{
	arena_free(arena);
}

TestSuite(report, .init = start, .fini = stop);

Test(report, every_field_of_a_report_is_read)
{
	struct report report;

	cr_assert_eq(
		report_decode(arena, vector_named("values-month"), &report), 0, "%s", err_text());
	cr_expect(bytes_equal(report.facility, bytes_str("H440304001")));
	cr_expect_eq(report.form, 1);
	cr_expect_eq(report.period, 2026105);
	cr_expect_eq(report.revision, 1);
	cr_expect_not(report.withdrawal);
	cr_assert_eq(report.values, 6);
	cr_expect_eq(report.element[0], 1);
	cr_expect_eq(report.value[0], 48213);
	cr_expect_eq(report.value[3], 0);
	cr_expect_eq(report.value[4], VALUE_MAX);
	cr_expect_eq(report.element[5], 22);
	cr_expect_eq(report.value[5], -150);
	cr_assert_eq(report.absents, 3);
	cr_expect_eq(report.absent_element[2], 300);
	cr_expect_eq(report.absent_kind[2], ABSENT_NOT_APPLICABLE);
	cr_assert_eq(report_decode(arena, vector_named("values-withdrawal"), &report), 0);
	cr_expect(report.withdrawal);
	cr_expect_eq(report.values, 0);
}

/* Bytes of a good head (version 1, facility A) with something behind it. */
Test(report, what_a_stricter_schema_would_forbid_is_refused)
{
	static const struct {
		const char *name, *hex, *word;
	} cases[] = {
		{ "nothing", "", "version" },
		{ "no version", "120141", "version" },
		{ "version 2", "0802120141", "version 2" },
		{ "no facility", "0801", "facility" },
		{ "blank in facility", "080112024120", "facility" },
		{ "facility of 33 bytes",
			"08011221"
			"4141414141414141414141414141414141414141414141414141414141414141"
			"41",
			"facility" },
		{ "version twice", "08010801120141", "'version'" },
		{ "facility twice", "0801120141120142", "'facility'" },
		{ "form twice", "0801120141180118 02", "'form'" },
		{ "element twice", "08011201413a01013a01024202 0204", "'element'" },
		{ "elements not packed", "0801120141380142 0102", "'element'" },
		{ "equal elements", "08011201413a02010142020204", "rise" },
		{ "falling elements", "08011201413a02020142020204", "rise" },
		{ "element 0", "08011201413a010042 0102", "rise" },
		{ "element of 33 bits", "08011201413a058180808010420102", "outside its range" },
		{ "element of 6 bytes", "08011201413a06818080808000420102", "outside its range" },
		{ "form of 33 bits", "0801120141188180808010", "outside its range" },
		{ "more elements than values", "08011201413a020102420102", "unequal" },
		{ "more values than elements", "08011201413a010142020204", "unequal" },
		{ "absent without kind", "08011201414a0101", "unequal" },
		{ "absent and present", "08011201413a02010242020204 4a0102520101", "absent" },
		{ "absent falling", "08011201414a02020152020101", "rise" },
		{ "value of 11 bytes", "08011201413a0101420b8080808080808080808001", "'value'" },
		{ "value of 65 bits", "08011201413a0101420a80808080808080808002", "'value'" },
		{ "value cut short", "08011201413a010142 0180", "'value'" },
		{ "withdrawal 2", "08011201413002", "'withdrawal'" },
		{ "form of another type", "08011201411a0101", "'form'" },
		{ "fixed 32 bits", "08011201411d01020304", "'form'" },
		{ "field 0", "08011201410001", "unknown field 0" },
		{ "field 13", "08011201416801", "unknown field 13" },
		{ "reasons without elements", "08011201416201 01", "unequal length" },
		{ "explained twice", "0801120141 5a020101 62020101", "explained_element" },
		{ "revision cut", "080112014128", "'revision'" },
		{ "facility longer than the rest", "08011205 41", "'facility'" },
		{ "facility with NUL", "0801120341004 1", "'facility'" },
		{ "facility not UTF-8", "0801120241ff", "'facility'" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct report report;
		char hex[256];
		uint8_t packed[128];
		size_t len = 0;
		int r;

		for (const char *c = cases[i].hex; *c; c++)
			if (*c != ' ')
				hex[len++] = *c;
		hex[len] = '\0';
		cr_assert_eq(bytes_from_hex(hex, packed, len / 2), 0, "%s", cases[i].name);
		r = report_decode(arena, bytes_of(packed, len / 2), &report);
		cr_expect_eq(r, ERR_INVALID, "%s: %s", cases[i].name, err_name(r));
		cr_expect(strstr(err_text(), cases[i].word), "%s: %s", cases[i].name, err_text());
	}
}

/* Refused as a whole it could not be told to the clerk by its element. */
Test(report, an_unknown_absent_kind_is_left_to_whoever_decides)
{
	struct report report;
	const char packed[] = "\x08\x01\x12\x01\x41\x4a\x01\x07\x52\x01\x05";

	cr_assert_eq(report_decode(arena, bytes_of(packed, sizeof(packed) - 1), &report), 0);
	cr_expect(report.absents == 1 && report.absent_kind[0] == 5);
}

static struct report report_of(uint32_t *element, int64_t *value, size_t values, uint32_t *absent,
	uint32_t *kind, size_t absents)
{
	for (size_t i = 0; i < values; i++) {
		element[i] = (uint32_t)i + 1;
		value[i] = 1;
	}
	for (size_t i = 0; i < absents; i++) {
		absent[i] = (uint32_t)(values + i) + 1;
		kind[i] = ABSENT_WITHHELD;
	}
	return (struct report){ .facility = bytes_str("A"),
		.element = element,
		.value = value,
		.values = values,
		.absent_element = absent,
		.absent_kind = kind,
		.absents = absents };
}

Test(report, values_and_absent_ones_together_have_one_limit)
{
	static uint32_t element[REPORT_VALUES_MAX + 1], absent[REPORT_VALUES_MAX],
		kind[REPORT_VALUES_MAX];
	static int64_t value[REPORT_VALUES_MAX + 1];
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct report report = report_of(element, value, REPORT_VALUES_MAX - 8, absent, kind, 8),
		      back;

	cr_assert_eq(report_encode(&report, &out), 0, "%s", err_text());
	cr_assert_eq(report_decode(arena, buffer_view(&out), &back), 0, "%s", err_text());
	cr_expect_eq(back.values + back.absents, REPORT_VALUES_MAX);
	report = report_of(element, value, REPORT_VALUES_MAX - 8, absent, kind, 9);
	cr_expect_eq(report_encode(&report, &out), ERR_INVALID);
}

/* Two columns of 2049 numbers, written by hand because our encoder would not. */
Test(report, one_value_too_many_is_refused)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	struct report report;

	cr_assert_eq(buffer_add(&packed, bytes_of("\x08\x01\x12\x01\x41\x3a\x83\x1f", 8)), 0);
	for (unsigned i = 1; i <= 2049; i++)
		cr_assert_eq(buffer_add(&packed,
				     i < 128 ? bytes_of((uint8_t[]){ (uint8_t)i }, 1)
					     : bytes_of((uint8_t[]){ (uint8_t)(i & 127) | 128,
								(uint8_t)(i >> 7) },
						       2)),
			0);
	cr_assert_eq(packed.len, 8 + 127 + 2 * (2049 - 127));
	cr_assert_eq(buffer_add(&packed, bytes_of("\x42\x81\x10", 3)), 0);
	for (unsigned i = 1; i <= 2049; i++)
		cr_assert_eq(buffer_add(&packed, bytes_of("\x02", 1)), 0);
	cr_expect_eq(report_decode(arena, buffer_view(&packed), &report), ERR_INVALID);
	cr_expect(strstr(err_text(), "2049"), "%s", err_text());
}

Test(report, a_report_beyond_its_bytes_is_a_limit_and_leaves_the_buffer_alone)
{
	static uint32_t element[REPORT_VALUES_MAX];
	static int64_t value[REPORT_VALUES_MAX];
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct report report = report_of(element, value, REPORT_VALUES_MAX, NULL, NULL, 0);

	for (size_t i = 0; i < REPORT_VALUES_MAX; i++)
		value[i] = INT64_MIN;
	cr_assert_eq(buffer_add(&out, bytes_of("x", 1)), 0);
	cr_expect_eq(report_encode(&report, &out), ERR_LIMIT);
	cr_expect_eq(out.len, 1);
}

Test(report, our_encoder_refuses_what_our_decoder_would)
{
	uint32_t element[2] = { 2, 1 }, absent[1] = { 2 }, kind[1] = { ABSENT_WITHHELD };
	int64_t value[2] = { 1, 1 };
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct report report = {
		.facility = bytes_str("A"), .element = element, .value = value, .values = 2
	};

	cr_expect_eq(report_encode(&report, &out), ERR_INVALID);
	element[0] = 1;
	element[1] = 2;
	cr_expect_eq(report_encode(&report, &out), 0);
	report.absent_element = absent;
	report.absent_kind = kind;
	report.absents = 1;
	cr_expect_eq(report_encode(&report, &out), ERR_INVALID);
	absent[0] = 3;
	cr_expect_eq(report_encode(&report, &out), 0);
	kind[0] = 5;
	cr_expect_eq(report_encode(&report, &out), ERR_INVALID);
	kind[0] = 1;
	report.facility = bytes_str("A B");
	cr_expect_eq(report_encode(&report, &out), ERR_INVALID);
}

Test(report, the_largest_values_survive)
{
	uint32_t element[3] = { 1, 1000, UINT32_MAX };
	int64_t value[3] = { INT64_MIN, -1, INT64_MAX };
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct report report = { .facility = bytes_str("A"),
		.element = element,
		.value = value,
		.values = 3 },
		      back;

	cr_assert_eq(report_encode(&report, &out), 0);
	cr_assert_eq(report_decode(arena, buffer_view(&out), &back), 0);
	cr_assert_eq(back.values, 3);
	cr_expect_eq(memcmp(back.element, element, sizeof(element)), 0);
	cr_expect_eq(memcmp(back.value, value, sizeof(value)), 0);
}

Test(report, every_field_of_a_text_is_read)
{
	struct report_text text;

	cr_assert_eq(
		report_text_decode(arena, vector_named("text-full"), &text), 0, "%s", err_text());
	cr_expect(bytes_equal(text.head_of_unit, bytes_str("王建国")));
	cr_expect(bytes_equal(text.statistics_head, bytes_str("李梅")));
	cr_expect(bytes_equal(text.filled_by, bytes_str("Chen")));
	cr_expect(bytes_equal(text.telephone, bytes_str("0755-25533018")));
	cr_expect(bytes_equal(text.filled_on, bytes_str("2026-06-03")));
	cr_expect(bytes_equal(text.comment, bytes_str("急诊楼五月停用十天。")));
}

Test(report, a_text_with_a_bad_day_or_a_personal_number_is_refused)
{
	static const struct {
		const char *name;
		struct report_text text;
		int want;
	} cases[] = {
#define TEXT(string) { (const uint8_t *)(string), sizeof(string) - 1 }
		{ "nothing written", { .comment = TEXT("") }, 0 },
		{ "a mobile number as telephone", { .telephone = TEXT("13800138000") }, 0 },
		{ "a mobile number in the comment", { .comment = TEXT("ring 13800138000") },
			ERR_INVALID },
		{ "an identity card", { .comment = TEXT("44030419900101123X") }, ERR_INVALID },
		{ "30 February", { .filled_on = TEXT("2026-02-30") }, ERR_INVALID },
		{ "another way to write a day", { .filled_on = TEXT("2026/06/03") }, ERR_INVALID },
		{ "a line feed", { .comment = TEXT("a\nb") }, ERR_INVALID },
		{ "a long telephone",
			{ .telephone = TEXT("012345678901234567890123456789012345678901234567890123"
					    "45678901234") },
			ERR_INVALID },
#undef TEXT
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		int r = report_text_encode(&cases[i].text, &out);

		cr_expect_eq(r, cases[i].want, "%s: %s", cases[i].name, err_name(r));
	}
}

Test(report, a_decoded_comment_with_a_personal_number_is_refused)
{
	struct report_text text;
	const char packed[] = "\x08\x01\x3a\x0b"
			      "13800138000";

	cr_expect_eq(report_text_decode(arena, bytes_of(packed, sizeof(packed) - 1), &text),
		ERR_INVALID);
	cr_expect(strstr(err_text(), "comment"), "%s", err_text());
}

/* The largest form there can be, all of it cells with the longest ids and values there are. */
Test(report, the_widest_form_of_cells_fits_a_report)
{
	enum { CELLS = 512 };
	uint32_t element[CELLS];
	int64_t value[CELLS];
	struct report report = { .facility = bytes_str("cdc@320722"),
		.form = 1023,
		.period = 2025112,
		.element = element,
		.value = value,
		.values = CELLS };
	struct report decoded;
	AUTO(buffer_fini) struct buffer packed = { 0 };

	for (uint32_t i = 0; i < CELLS; i++) {
		element[i] = UINT32_MAX - CELLS + 1 + i;
		value[i] = i % 2 ? VALUE_MAX : -VALUE_MAX;
	}
	cr_assert_eq(report_encode(&report, &packed), 0, "%s", err_text());
	cr_expect_lt(packed.len, REPORT_BYTES_MAX);
	cr_assert_eq(report_decode(arena, buffer_view(&packed), &decoded), 0, "%s", err_text());
	cr_assert_eq(decoded.values, CELLS);
	for (uint32_t i = 0; i < CELLS; i++) {
		cr_expect_eq(decoded.element[i], element[i]);
		cr_expect_eq(decoded.value[i], value[i]);
	}
}
