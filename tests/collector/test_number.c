/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Revision numbers: the same values keep theirs, others get one above everything known. */
#include "collector/number.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "tests/support/memory_ports.h"

static struct memory memory;
static struct ports ports;
static struct buffer packed;
static const uint32_t elements[] = { 1, 2 };
static const int64_t values_a[] = { 10, 20 }, values_b[] = { 10, 21 };

static void setup(void)
{
	memory_init(&memory);
	ports = memory_ports(&memory);
}

static void teardown(void)
{
	memory_fini(&memory);
	buffer_fini(&packed);
}

TestSuite(number, .init = setup, .fini = teardown);

static struct report draft_of(const int64_t *values)
{
	return (struct report){
		.facility = bytes_str("H1"),
		.form = 1,
		.period = 2026105,
		.element = elements,
		.value = values,
		.values = 2,
	};
}

static struct bytes pack(const int64_t *values, uint32_t revision)
{
	struct report report = draft_of(values);

	report.revision = revision;
	packed.len = 0;
	cr_assert_eq(report_encode(&report, &packed), 0, "%s", err_text());
	return buffer_view(&packed);
}

static uint64_t put(const int64_t *values, uint32_t revision, const char *text)
{
	struct outbox_report report = {
		.facility = bytes_str("H1"),
		.form = 1,
		.period = 2026105,
		.revision = revision,
		.values = pack(values, revision),
		.text = bytes_str(text),
	};
	uint64_t number;

	cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0);
	return number;
}

static void keep(const int64_t *values, uint32_t revision)
{
	struct outbox_receipt receipt = { .sequence = 1 };

	cr_assert_eq(outbox_accept(&ports, put(values, revision, ""), 1, &receipt, 1), 0);
}

Test(number, own_is_the_highest_of_pending_and_kept)
{
	struct outbox_report own;

	cr_expect_eq(number_own(&ports, bytes_str("H1"), 1, 2026105, &own), PORT_NONE);
	keep(values_a, 2);
	cr_assert_eq(number_own(&ports, bytes_str("H1"), 1, 2026105, &own), 0);
	cr_expect_eq(own.revision, 2);
	cr_expect_eq(own.number, 0);
	put(values_b, 3, "");
	cr_assert_eq(number_own(&ports, bytes_str("H1"), 1, 2026105, &own), 0);
	cr_expect_eq(own.revision, 3);
	cr_expect_neq(own.number, 0);
	keep(values_a, 9);
	cr_assert_eq(number_own(&ports, bytes_str("H1"), 1, 2026105, &own), 0);
	cr_expect_eq(own.revision, 9);
}

Test(number, the_same_needs_the_same_values_and_the_same_text)
{
	struct report a = draft_of(values_a), b = draft_of(values_b);
	struct outbox_report own;
	bool same;

	put(values_a, 4, "text");
	cr_assert_eq(number_own(&ports, bytes_str("H1"), 1, 2026105, &own), 0);
	cr_assert_eq(number_same(&a, bytes_str("text"), &own, &same), 0);
	cr_expect(same);
	cr_assert_eq(number_same(&a, bytes_str(""), &own, &same), 0);
	cr_expect_not(same);
	cr_assert_eq(number_same(&b, bytes_str("text"), &own, &same), 0);
	cr_expect_not(same);
	a.withdrawal = true;
	a.values = 0;
	cr_assert_eq(number_same(&a, bytes_str("text"), &own, &same), 0);
	cr_expect_not(same, "a withdrawal is not the report that it takes back");
}

Test(number, the_next_is_one_above_everything_known)
{
	static const struct {
		const char *name;
		uint32_t own, theirs, want;
	} cases[] = {
		{ "nothing anywhere", 0, 0, 1 },
		{ "ours only", 4, 0, 5 },
		{ "theirs only", 0, 7, 8 },
		{ "theirs is higher", 4, 7, 8 },
		{ "ours is higher", 9, 7, 10 },
		{ "both the same", 7, 7, 8 },
	};
	struct report draft = draft_of(values_a);

	for (size_t i = 0; i < array_len(cases); i++) {
		struct outbox_report own = { .revision = cases[i].own };
		struct status_line theirs = { .revision = cases[i].theirs };
		uint32_t revision = 0;

		cr_assert_eq(number_next(&draft, cases[i].own ? &own : NULL,
				     cases[i].theirs ? &theirs : NULL, &revision),
			0);
		cr_expect_eq(revision, cases[i].want, "%s: %u", cases[i].name, revision);
	}
}

Test(number, what_the_server_has_already_keeps_its_number)
{
	struct report draft = draft_of(values_a), other = draft_of(values_b);
	struct status_line theirs = { .revision = 7 };
	uint32_t revision;

	cr_assert_eq(digest_of(DIGEST_SHA256, pack(values_a, 7), &theirs.digest), 0);
	cr_assert_eq(number_next(&draft, NULL, &theirs, &revision), 0);
	cr_expect_eq(revision, 7, "a lost outbox finds its own report again");
	cr_assert_eq(number_next(&other, NULL, &theirs, &revision), 0);
	cr_expect_eq(revision, 8);
}

Test(number, numbers_can_be_used_up)
{
	struct report draft = draft_of(values_a);
	struct outbox_report own = { .revision = UINT32_MAX };
	uint32_t revision;

	cr_expect_eq(number_next(&draft, &own, NULL, &revision), ERR_LIMIT);
}

Test(number, what_nobody_has_is_not_withdrawn)
{
	struct report draft = {
		.facility = bytes_str("H1"), .form = 1, .period = 2026105, .withdrawal = true
	};
	struct outbox_report own = { .revision = 1 };
	struct status_line theirs = { 0 };
	uint32_t revision;

	cr_expect_eq(number_next(&draft, NULL, &theirs, &revision), ERR_NOT_FOUND);
	cr_expect_not_null(strstr(err_text(), "'H1'"), "%s", err_text());
	cr_expect_not_null(strstr(err_text(), "2026-05"), "%s", err_text());
	/* What waits in the outbox, or what the server has, may be; so may it when nobody is there
	 * to be asked. */
	cr_expect_eq(number_next(&draft, &own, &theirs, &revision), 0);
	cr_expect_eq(revision, 2);
	cr_expect_eq(number_next(&draft, NULL, NULL, &revision), 0);
	theirs.revision = 4;
	cr_expect_eq(number_next(&draft, NULL, &theirs, &revision), 0);
	cr_expect_eq(revision, 5);
}

static void hold(const int64_t *values, uint32_t revision)
{
	struct outbox_receipt receipt = { .sequence = 5 };

	cr_assert_eq(
		outbox_hold(&ports, put(values, revision, ""), 5, &receipt, (struct bytes){ 0 }, 1),
		0);
}

Test(number, what_is_held_has_used_up_its_number)
{
	struct report same = draft_of(values_b), other = draft_of(values_a);
	struct status_line theirs = {
		.revision = 2, .held_state = HELD_WAITING, .held_revision = 4
	};
	struct outbox_report own;
	uint32_t revision;

	keep(values_a, 2);
	hold(values_b, 3);
	cr_assert_eq(number_own(&ports, bytes_str("H1"), 1, 2026105, &own), 0);
	cr_expect_eq(own.revision, 3);
	cr_assert_eq(number_next(&other, &own, NULL, &revision), 0);
	cr_expect_eq(revision, 4, "not the one that waits for a person");
	cr_assert_eq(number_next(&other, &own, &theirs, &revision), 0);
	cr_expect_eq(revision, 5, "nor another's that waits there");
	cr_assert_eq(digest_of(DIGEST_SHA256, pack(values_b, 4), &theirs.held_digest), 0);
	cr_assert_eq(number_next(&same, NULL, &theirs, &revision), 0);
	cr_expect_eq(revision, 4, "a lost outbox finds its held report again");
}

Test(number, what_was_sent_back_has_used_up_its_number_too)
{
	struct outbox_report own,
		about = { .facility = bytes_str("H1"), .form = 1, .period = 2026105 };

	hold(values_b, 3);
	cr_assert_eq(outbox_held_refuse(&ports, &about, 5, 4, (struct bytes){ 0 }, 1), 0);
	cr_assert_eq(number_own(&ports, bytes_str("H1"), 1, 2026105, &own), 0);
	cr_expect_eq(own.revision, 3);
}
