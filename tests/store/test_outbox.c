/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The outbox over memory: its format, every move of a report, and a crash between any two
 * writes. */
#include "store/outbox.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "tests/support/memory_ports.h"

enum { ACCEPTED = 1, REJECTED = 4, HELD = 5 };

static struct memory memory;
static struct ports ports;

static void setup(void)
{
	memory_init(&memory);
	ports = memory_ports(&memory);
	cr_assert_eq(outbox_check(&ports), 0);
}

static void teardown(void)
{
	memory_fini(&memory);
}

TestSuite(outbox, .init = setup, .fini = teardown);

static struct outbox_report report_of(const char *facility, uint32_t revision, const char *values)
{
	return (struct outbox_report){
		.facility = bytes_str(facility),
		.form = 3,
		.period = 2015400,
		.revision = revision,
		.values = bytes_str(values),
	};
}

static uint64_t put(const char *facility, uint32_t revision, const char *values)
{
	struct outbox_report report = report_of(facility, revision, values);
	uint64_t number = 0;

	cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0, "%s", err_text());
	return number;
}

static const uint8_t epoch_a[16] = { 0xaa }, epoch_b[16] = { 0xbb };

static struct outbox_receipt receipt_at(uint64_t sequence)
{
	struct outbox_receipt receipt = { .sequence = sequence, .last_sequence = sequence + 5 };

	memcpy(receipt.epoch, epoch_a, 16);
	receipt.chain.byte[0] = (uint8_t)sequence;
	return receipt;
}

static void accept(uint64_t number)
{
	struct outbox_receipt receipt = receipt_at(number);

	cr_assert_eq(outbox_accept(&ports, number, ACCEPTED, &receipt, 20000), 0, "%s", err_text());
}

static struct outbox_counts counts(void)
{
	struct outbox_counts found;

	cr_assert_eq(outbox_count(&ports, &found), 0);
	return found;
}

static uint32_t kept_revision_of(const char *facility)
{
	struct outbox_kept kept;
	int r = outbox_kept_get(&ports, bytes_str(facility), 3, 2015400, &kept);

	cr_assert_geq(r, 0);
	return r == 0 ? kept.report.revision : 0;
}

Test(outbox, the_format_is_what_the_header_says)
{
	static const char want[] = "01020002"
				   "0003"
				   "0000"
				   "001ec0a8"
				   "00000007"
				   "00000000"
				   "00000000"
				   "00000002"
				   "00000001";
	struct outbox_report report = report_of("H1", 7, "vv");
	uint8_t key[8] = { 0, 0, 0, 0, 0, 0, 0, 1 };
	struct bytes value;
	char hex[2 * 200 + 1];
	uint64_t number;

	report.text = bytes_str("t");
	report.chosen = true;
	cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0);
	cr_assert_eq(number, 1);
	cr_assert_eq(ports.get(ports.ctx, TABLE_PENDING, bytes_of(key, 8), &value), 0);
	cr_assert_eq(value.len, 96 + 2 + 2 + 1);
	bytes_to_hex(value, hex);
	cr_expect_eq(strncmp(hex, want, strlen(want)), 0, "%s", hex);
	cr_expect_str_eq(hex + 2 * 96, "4831"
				       "7676"
				       "74");
	cr_expect_eq(
		ports.get(ports.ctx, TABLE_WAITING,
			bytes_of("H1\0\0\3\0\x1e\xc0\xa8\0\0\0\7\0\0\0\0\0\0\0\1", 21), &value),
		0);
	cr_expect_eq(value.len, 32);
	accept(1);
	cr_assert_eq(
		ports.get(ports.ctx, TABLE_KEPT, bytes_of("H1\0\0\3\0\x1e\xc0\xa8", 9), &value), 0);
	cr_expect_eq(value.len, 96 + 2 + 2 + 1 + 64);
	bytes_to_hex(bytes_of(value.data + 101, 32), hex);
	cr_expect_str_eq(hex, "aa000000000000000000000000000000"
			      "0000000000000001"
			      "0000000000000006");
}

Test(outbox, a_record_with_a_wrong_byte_is_corrupt)
{
	static const size_t positions[] = { 0, 3, 6, 7, 20, 23, 24, 27, 28, 32, 63, 64, 95, 98,
		100 };
	struct outbox_report report = report_of("H1", 7, "vv");
	uint8_t key[8] = { 0, 0, 0, 0, 0, 0, 0, 1 };
	struct bytes value;
	uint8_t bad[128];
	uint64_t number;

	report.text = bytes_str("t");
	cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0);
	for (size_t i = 0; i < array_len(positions); i++) {
		cr_assert_eq(ports.get(ports.ctx, TABLE_PENDING, bytes_of(key, 8), &value), 0);
		memcpy(bad, value.data, value.len);
		bad[positions[i]] ^= 0x40;
		cr_assert_eq(ports.put(ports.ctx, TABLE_PENDING, bytes_of(key, 8),
				     bytes_of(bad, value.len)),
			0);
		cr_expect_eq(outbox_pending_get(&ports, 1, &report), ERR_CORRUPT, "byte %zu",
			positions[i]);
		bad[positions[i]] ^= 0x40;
		cr_assert_eq(
			ports.put(ports.ctx, TABLE_PENDING, bytes_of(key, 8), bytes_of(bad, 101)),
			0);
		cr_expect_eq(outbox_pending_get(&ports, 1, &report), 0);
	}
}

Test(outbox, an_outbox_of_another_version_is_refused)
{
	cr_assert_eq(ports.put(ports.ctx, TABLE_OUTBOX_META, bytes_str("format"),
			     bytes_of("\0\0\0\2", 4)),
		0);
	cr_expect_eq(outbox_check(&ports), ERR_INVALID);
}

Test(outbox, an_accepted_report_is_kept_with_its_bytes_and_receipt)
{
	uint64_t number = put("H1", 1, "values");
	struct outbox_report pending;
	struct outbox_kept kept;

	accept(number);
	cr_expect_eq(outbox_pending_get(&ports, number, &pending), PORT_NONE);
	cr_assert_eq(outbox_kept_get(&ports, bytes_str("H1"), 3, 2015400, &kept), 0);
	cr_expect(bytes_equal(kept.report.values, bytes_str("values")));
	cr_expect_eq(kept.receipt.sequence, number);
	cr_expect_eq(kept.receipt.last_sequence, number + 5);
	cr_expect_eq(kept.report.filed_day, 20000);
	cr_expect_eq(kept.report.status, ACCEPTED);
}

Test(outbox, an_older_revision_never_replaces_a_newer_kept_one)
{
	uint64_t one = put("H1", 1, "old"), two = put("H1", 2, "new");

	accept(two);
	accept(one);
	cr_expect_eq(kept_revision_of("H1"), 2);
	cr_expect_eq(counts().pending, 0);
}

Test(outbox, a_verdict_for_what_is_not_pending_says_so)
{
	struct outbox_receipt receipt = receipt_at(1);

	cr_expect_eq(outbox_accept(&ports, 9, ACCEPTED, &receipt, 1), PORT_NONE);
	cr_expect_eq(outbox_refuse(&ports, 9, REJECTED, bytes_str("f"), 1), PORT_NONE);
	cr_expect_eq(outbox_drop(&ports, 9), PORT_NONE);
}

Test(outbox, a_refusal_is_shown_until_a_report_of_that_identity_is_accepted)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_report refused;
	struct bytes findings;

	cr_assert_eq(
		outbox_refuse(&ports, put("H1", 1, "bad"), REJECTED, bytes_str("why"), 20000), 0);
	cr_assert_eq(outbox_refused_next(&ports, &cursor, &refused, &findings), 0);
	cr_expect(bytes_equal(findings, bytes_str("why")));
	cr_expect(bytes_equal(refused.values, bytes_str("bad")));
	cr_expect_eq(refused.status, REJECTED);
	cr_expect_eq(outbox_refused_next(&ports, &cursor, &refused, &findings), PORT_NONE);
	accept(put("H2", 1, "other"));
	cr_expect_eq(counts().refused, 1, "another facility settles nothing");
	accept(put("H1", 1, "good"));
	cr_expect_eq(counts().refused, 0);
}

Test(outbox, the_newest_pending_is_the_highest_revision_of_just_that_identity)
{
	struct outbox_report newest;

	cr_expect_eq(
		outbox_pending_newest(&ports, bytes_str("H1"), 3, 2015400, &newest), PORT_NONE);
	put("H1", 2, "two");
	put("H1", 1, "one");
	put("H12", 9, "another whose code begins alike");
	cr_assert_eq(outbox_pending_newest(&ports, bytes_str("H1"), 3, 2015400, &newest), 0);
	cr_expect_eq(newest.revision, 2);
	cr_expect_eq(
		outbox_pending_newest(&ports, bytes_str("H1"), 3, 2016400, &newest), PORT_NONE);
	cr_expect_eq(
		outbox_pending_newest(&ports, bytes_str("H1"), 4, 2015400, &newest), PORT_NONE);
}

Test(outbox, numbers_rise_and_are_not_used_twice)
{
	uint64_t one = put("H1", 1, "x"), two;

	cr_assert_eq(outbox_drop(&ports, one), 0);
	two = put("H1", 2, "y");
	cr_expect_gt(two, one);
}

Test(outbox, a_new_epoch_offers_everything_kept_again_and_only_once)
{
	struct outbox_receipt newest, receipt = receipt_at(3);
	struct outbox_report pending;
	uint64_t offered = 99;

	cr_assert_eq(outbox_epoch_seen(&ports, epoch_a, &offered), 0);
	cr_expect_eq(offered, 0, "the first epoch is not a new one");
	accept(put("H1", 1, "one"));
	accept(put("H2", 4, "two"));
	cr_assert_eq(outbox_receipt_seen(&ports, &receipt), 0);
	cr_expect_eq(outbox_newest_receipt(&ports, &newest), 0);
	cr_assert_eq(outbox_epoch_seen(&ports, epoch_a, &offered), 0);
	cr_expect_eq(offered, 0);
	cr_assert_eq(outbox_epoch_seen(&ports, epoch_b, &offered), 0);
	cr_expect_eq(offered, 2);
	cr_expect_eq(outbox_newest_receipt(&ports, &newest), PORT_NONE,
		"a receipt of the old epoch is none");
	cr_assert_eq(outbox_pending_newest(&ports, bytes_str("H2"), 3, 2015400, &pending), 0);
	cr_expect_eq(pending.revision, 4);
	cr_expect(pending.offered_again);
	cr_expect(bytes_equal(pending.values, bytes_str("two")));
	cr_assert_eq(outbox_epoch_seen(&ports, epoch_b, &offered), 0);
	cr_expect_eq(offered, 0);
	cr_expect_eq(counts().kept, 2, "what is offered again stays kept meanwhile");
}

Test(outbox, what_waits_in_a_newer_revision_is_not_offered_again)
{
	uint64_t offered;

	cr_assert_eq(outbox_epoch_seen(&ports, epoch_a, &offered), 0);
	accept(put("H1", 1, "one"));
	put("H1", 2, "two");
	cr_assert_eq(outbox_epoch_seen(&ports, epoch_b, &offered), 0);
	cr_expect_eq(offered, 0);
}

Test(outbox, the_newest_receipt_never_goes_back)
{
	struct outbox_receipt later = receipt_at(9), earlier = receipt_at(2), newest;
	uint64_t offered;

	cr_assert_eq(outbox_epoch_seen(&ports, epoch_a, &offered), 0);
	cr_assert_eq(outbox_receipt_seen(&ports, &later), 0);
	cr_assert_eq(outbox_receipt_seen(&ports, &earlier), 0);
	cr_assert_eq(outbox_newest_receipt(&ports, &newest), 0);
	cr_expect_eq(newest.last_sequence, 14);
	memcpy(later.epoch, epoch_b, 16);
	later.last_sequence = 99;
	cr_assert_eq(outbox_receipt_seen(&ports, &later), 0);
	cr_assert_eq(outbox_newest_receipt(&ports, &newest), 0);
	cr_expect_eq(newest.last_sequence, 14, "a receipt of another epoch is not the newest");
}

Test(outbox, kept_reports_expire_after_their_days)
{
	struct outbox_receipt receipt = receipt_at(1);

	cr_assert_eq(outbox_accept(&ports, put("H1", 1, "x"), ACCEPTED, &receipt, 1000), 0);
	cr_assert_eq(outbox_accept(&ports, put("H2", 1, "x"), ACCEPTED, &receipt, 1001), 0);
	cr_assert_eq(outbox_refuse(&ports, put("H3", 1, "x"), REJECTED, bytes_str("f"), 1000), 0);
	put("H4", 1, "pending never expires");
	cr_assert_eq(outbox_expire(&ports, 1000 + KEEP_RECEIPTS_DAYS), 0);
	cr_expect_eq(counts().refused, 1);
	cr_assert_eq(outbox_expire(&ports, 1001 + KEEP_RECEIPTS_DAYS), 0);
	cr_expect_eq(counts().refused, 0);
	cr_expect_eq(counts().kept, 2, "they are the past of reports to come");
	cr_assert_eq(outbox_expire(&ports, 1001 + OUTBOX_PAST_DAYS), 0);
	cr_expect_eq(counts().kept, 1);
	cr_expect_eq(counts().pending, 1);
}

Test(outbox, own_higher_revisions_are_found_pending_or_kept)
{
	struct outbox_report report = report_of("H1", 3, "x");
	bool higher = true;

	cr_assert_eq(outbox_has_higher(&ports, &report, &higher), 0);
	cr_expect_not(higher);
	put("H1", 3, "x");
	cr_assert_eq(outbox_has_higher(&ports, &report, &higher), 0);
	cr_expect_not(higher);
	put("H1", 4, "x");
	cr_assert_eq(outbox_has_higher(&ports, &report, &higher), 0);
	cr_expect(higher);
	accept(2);
	cr_assert_eq(outbox_has_higher(&ports, &report, &higher), 0);
	cr_expect(higher);
}

/* Moves of one report; each is tried with its n-th write failing, for every n. */
static int move_put(void)
{
	struct outbox_report report = report_of("H9", 1, "fresh");
	uint64_t number;

	return outbox_pending_put(&ports, &report, &number);
}

static int move_accept(void)
{
	struct outbox_receipt receipt = receipt_at(1);

	return outbox_accept(&ports, 1, ACCEPTED, &receipt, 20000);
}

static int move_refuse(void)
{
	return outbox_refuse(&ports, 1, REJECTED, bytes_str("why"), 20000);
}

static int move_hold(void)
{
	struct outbox_receipt receipt = receipt_at(4);

	return outbox_hold(&ports, 1, HELD, &receipt, bytes_str("why"), 20000);
}

static int move_epoch(void)
{
	uint64_t offered;

	return outbox_epoch_seen(&ports, epoch_b, &offered);
}

Test(outbox, a_crash_between_any_two_writes_leaves_everything_as_it_was)
{
	static const struct {
		const char *name;
		int (*move)(void);
		struct outbox_counts after;
	} cases[] = {
		{ "put", move_put, { 2, 1, 1, 0 } },
		{ "accept", move_accept, { 0, 2, 1, 0 } },
		{ "refuse", move_refuse, { 0, 1, 2, 0 } },
		{ "hold", move_hold, { 0, 1, 1, 1 } },
		{ "epoch", move_epoch, { 2, 1, 1, 0 } },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		uint64_t offered;
		int n = 0, r;

		memory_fini(&memory);
		setup();
		cr_assert_eq(outbox_epoch_seen(&ports, epoch_a, &offered), 0);
		put("H1", 1, "one");
		accept(put("H2", 1, "two"));
		cr_assert_eq(
			outbox_refuse(&ports, put("H3", 1, "three"), REJECTED, bytes_str("f"), 1),
			0);
		for (;; n++) {
			memory_begin(&memory);
			memory.writes_left = n;
			r = cases[i].move();
			memory.writes_left = -1;
			if (r == 0)
				break;
			memory_abort(&memory);
			cr_expect_eq(r, ERR_IO, "%s", cases[i].name);
			cr_expect_eq(counts().pending, 1, "%s %d", cases[i].name, n);
			cr_expect_eq(counts().kept, 1, "%s %d", cases[i].name, n);
			cr_expect_eq(counts().refused, 1, "%s %d", cases[i].name, n);
		}
		memory_commit(&memory);
		cr_expect_gt(n, 1, "%s writes more than one thing", cases[i].name);
		cr_expect_eq(counts().pending, cases[i].after.pending, "%s", cases[i].name);
		cr_expect_eq(counts().kept, cases[i].after.kept, "%s", cases[i].name);
		cr_expect_eq(counts().refused, cases[i].after.refused, "%s", cases[i].name);
		cr_expect_eq(counts().held, cases[i].after.held, "%s", cases[i].name);
	}
}

static void hold(uint64_t number, uint64_t sequence)
{
	struct outbox_receipt receipt = receipt_at(sequence);

	cr_assert_eq(outbox_hold(&ports, number, HELD, &receipt, bytes_str("why"), 20000), 0, "%s",
		err_text());
}

static struct outbox_held held_of(const char *facility)
{
	struct outbox_held held = { .findings = { 0 } };

	cr_assert_geq(outbox_held_get(&ports, bytes_str(facility), 3, 2015400, &held), 0);
	return held;
}

Test(outbox, a_held_report_that_is_accepted_is_kept_with_the_receipt_that_it_had)
{
	struct outbox_report about = report_of("H1", 0, "");
	struct outbox_kept kept;

	hold(put("H1", 2, "two"), 40);
	cr_expect(bytes_equal(held_of("H1").findings, bytes_str("why")));
	cr_expect_eq(outbox_held_accept(&ports, &about, 41, ACCEPTED, 20001), PORT_NONE,
		"another report was decided on");
	cr_assert_eq(outbox_held_accept(&ports, &about, 40, ACCEPTED, 20001), 0);
	cr_assert_eq(outbox_kept_get(&ports, bytes_str("H1"), 3, 2015400, &kept), 0);
	cr_expect_eq(kept.report.revision, 2);
	cr_expect_eq(kept.receipt.sequence, 40);
	cr_expect_eq(counts().held, 0);
	cr_expect_eq(outbox_held_accept(&ports, &about, 40, ACCEPTED, 20001), PORT_NONE, "once");
}

Test(outbox, a_held_report_that_is_sent_back_is_refused_and_keeps_its_number)
{
	struct outbox_report about = report_of("H1", 0, "");

	hold(put("H1", 2, "two"), 40);
	cr_assert_eq(outbox_held_refuse(&ports, &about, 40, REJECTED, bytes_str("returned"), 1), 0);
	cr_expect_eq(counts().held, 0);
	cr_expect_eq(counts().refused, 1);
	cr_expect(held_of("H1").report.settled);
	cr_expect_eq(held_of("H1").report.revision, 2);
	cr_expect(bytes_equal(held_of("H1").findings, bytes_str("returned")));
}

Test(outbox, a_restored_server_may_decide_otherwise)
{
	struct outbox_report about = report_of("H1", 0, "");
	struct outbox_cursor cursor = { 0 };
	struct bytes packed;
	uint64_t offered;

	cr_assert_eq(outbox_epoch_seen(&ports, epoch_a, &offered), 0);
	hold(put("H1", 2, "two"), 40);
	cr_assert_eq(outbox_held_refuse(&ports, &about, 40, REJECTED, bytes_str("returned"), 1), 0);
	cr_assert_eq(outbox_notice_put(&ports, &about, 44, bytes_str("sent back")), 0);
	cr_assert_eq(outbox_epoch_seen(&ports, epoch_b, &offered), 0);
	cr_expect_eq(outbox_notice_next(&ports, &cursor, &packed), PORT_NONE,
		"said in an epoch that is no more");
	cr_assert_eq(outbox_held_accept(&ports, &about, 40, ACCEPTED, 1), 0);
	cr_expect_eq(kept_revision_of("H1"), 2);
	cr_expect_eq(counts().refused, 0);
}

Test(outbox, what_was_in_force_and_is_held_again_after_a_restore_is_in_one_place)
{
	hold(put("H1", 2, "two"), 40);
	cr_assert_eq(outbox_held_accept(&ports,
			     &(struct outbox_report){
				     .facility = bytes_str("H1"), .form = 3, .period = 2015400 },
			     40, ACCEPTED, 1),
		0);
	cr_expect_eq(kept_revision_of("H1"), 2);
	hold(put("H1", 2, "two"), 40);
	cr_expect_eq(kept_revision_of("H1"), 0);
	cr_expect_eq(counts().held, 1);
	accept(put("H2", 1, "one"));
	hold(put("H2", 2, "two"), 42);
	cr_expect_eq(kept_revision_of("H2"), 1, "an older one stays in force meanwhile");
}

Test(outbox, the_same_revision_rejected_after_a_decision_stays_in_its_place)
{
	hold(put("H1", 2, "two"), 40);
	cr_assert_eq(
		outbox_refuse(&ports, put("H1", 2, "two"), REJECTED, bytes_str("returned"), 1), 0);
	cr_expect_eq(counts().refused, 1);
	cr_expect(held_of("H1").report.settled);
	cr_expect_eq(held_of("H1").receipt.sequence, 40);
}

Test(outbox, other_values_under_a_held_number_leave_it_waiting)
{
	struct outbox_report about = report_of("H1", 0, "");
	struct outbox_kept kept;

	hold(put("H1", 2, "two"), 40);
	cr_assert_eq(
		outbox_refuse(&ports, put("H1", 2, "zwei"), REJECTED, bytes_str("conflict"), 1), 0);
	cr_expect_eq(counts().held, 1);
	cr_expect_eq(counts().refused, 1);
	cr_assert_eq(outbox_held_accept(&ports, &about, 40, ACCEPTED, 1), 0);
	cr_assert_eq(outbox_kept_get(&ports, bytes_str("H1"), 3, 2015400, &kept), 0);
	cr_expect(bytes_equal(kept.report.values, bytes_str("two")));
}

Test(outbox, a_newer_revision_ends_what_is_held_and_an_older_one_does_not)
{
	hold(put("H1", 3, "three"), 40);
	accept(put("H1", 2, "two"));
	cr_expect_eq(counts().held, 1);
	hold(put("H1", 2, "late answer"), 39);
	cr_expect_eq(held_of("H1").report.revision, 3, "the newest held one counts");
	hold(put("H1", 5, "five"), 44);
	cr_expect_eq(held_of("H1").report.revision, 5);
	accept(put("H1", 6, "six"));
	cr_expect_eq(counts().held, 0);
}

Test(outbox, what_the_bureau_said_stays_until_a_later_report_is_accepted)
{
	struct outbox_report about = report_of("H1", 0, ""), other = report_of("H10", 0, "");
	struct outbox_cursor cursor = { 0 };
	struct outbox_receipt before = receipt_at(6), after = receipt_at(8);
	struct bytes packed;

	cr_assert_eq(outbox_notice_put(&ports, &about, 7, bytes_str("question")), 0);
	cr_assert_eq(outbox_notice_put(&ports, &other, 7, bytes_str("of another")), 0);
	cr_assert_eq(outbox_accept(&ports, put("H1", 1, "x"), ACCEPTED, &before, 1), 0);
	cr_assert_eq(outbox_notice_next(&ports, &cursor, &packed), 0);
	cr_expect(bytes_equal(packed, bytes_str("question")));
	cr_assert_eq(outbox_accept(&ports, put("H1", 2, "y"), ACCEPTED, &after, 1), 0);
	cursor = (struct outbox_cursor){ 0 };
	cr_assert_eq(outbox_notice_next(&ports, &cursor, &packed), 0);
	cr_expect(bytes_equal(packed, bytes_str("of another")));
	cr_assert_eq(outbox_notice_forget(&ports, &cursor), 0);
	cr_expect_eq(outbox_notice_next(&ports, &cursor, &packed), PORT_NONE);
}

Test(outbox, whoever_has_a_report_is_known_and_what_is_known_of_it_stays)
{
	struct outbox_facility known = { .code = bytes_str("H1"), .noticed = 77 };
	struct outbox_cursor cursor = { 0 };

	known.segments = bytes_str("segments");
	cr_assert_eq(outbox_facility_put(&ports, &known), 0);
	accept(put("H1", 1, "x"));
	hold(put("H2", 1, "x"), 40);
	cr_assert_eq(outbox_facility_get(&ports, bytes_str("H1"), &known), 0);
	cr_expect_eq(known.noticed, 77);
	cr_expect(bytes_equal(known.segments, bytes_str("segments")));
	cr_assert_eq(outbox_facility_next(&ports, &cursor, &known), 0);
	cr_assert_eq(outbox_facility_next(&ports, &cursor, &known), 0);
	cr_expect(bytes_equal(known.code, bytes_str("H2")));
	cr_expect_eq(known.segments.len, 0);
	cr_expect_eq(outbox_facility_next(&ports, &cursor, &known), PORT_NONE);
}

Test(outbox, what_waits_for_a_person_is_offered_again_to_a_new_epoch)
{
	uint64_t offered;

	cr_assert_eq(outbox_epoch_seen(&ports, epoch_a, &offered), 0);
	hold(put("H1", 1, "one"), 40);
	hold(put("H2", 1, "two"), 41);
	cr_assert_eq(outbox_refuse(&ports, put("H2", 1, "two"), REJECTED, bytes_str("r"), 1), 0);
	cr_assert_eq(outbox_epoch_seen(&ports, epoch_b, &offered), 0);
	cr_expect_eq(offered, 1, "not what a person sent back");
	cr_expect_eq(counts().pending, 1);
}
