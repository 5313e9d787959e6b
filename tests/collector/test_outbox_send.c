/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The core against a clock that jumps and a network that loses: the window, resends of the same
 * bytes, sequence arithmetic, where each verdict is filed, and a simulation with crashes and a
 * lossy server. */
#include "collector/outbox_send.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/frame.h"
#include "tests/support/memory_ports.h"

static struct memory memory;
static struct ports ports;
static struct outbox_send *core;
static struct arena *arena;
static const uint8_t epoch_a[16] = { 0xaa }, epoch_b[16] = { 0xbb };

static void welcome(const uint8_t epoch[16], uint32_t window, uint32_t reports)
{
	struct welcome message = { .window_messages = window, .submit_reports_max = reports };
	uint64_t offered;

	memcpy(message.head.epoch, epoch, 16);
	cr_assert_eq(outbox_send_welcome(core, &ports, &message, &offered), 0, "%s", err_text());
}

static void welcome_again(const uint8_t epoch[16])
{
	struct welcome message = {
		.window_messages = 4, .submit_reports_max = 8, .offer_again = true
	};
	uint64_t offered;

	memcpy(message.head.epoch, epoch, 16);
	cr_assert_eq(outbox_send_welcome(core, &ports, &message, &offered), 0, "%s", err_text());
	cr_expect_gt(offered, 0);
}

static void setup(void)
{
	memory_init(&memory);
	ports = memory_ports(&memory);
	cr_assert_eq(outbox_send_new(&core), 0);
	cr_assert_eq(arena_new(&arena), 0);
	welcome(epoch_a, 4, 8);
}

static void teardown(void)
{
	outbox_send_free(core);
	arena_free(arena);
	memory_fini(&memory);
}

TestSuite(outbox_send, .init = setup, .fini = teardown);

static uint64_t put_report(const char *facility, uint32_t revision, bool text, bool chosen)
{
	char values[64];
	struct outbox_report report = {
		.facility = bytes_str(facility),
		.form = 1,
		.period = 2026105,
		.revision = revision,
		.chosen = chosen,
	};
	uint64_t number;

	snprintf(values, sizeof(values), "%s:%u", facility, revision);
	report.values = bytes_str(values);
	if (text)
		report.text = bytes_str("text");
	cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0);
	return number;
}

static void put_many(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char facility[FACILITY_CODE_MAX + 1];

		snprintf(facility, sizeof(facility), "F%03zu", i);
		put_report(facility, 1, false, false);
	}
}

static void step(void)
{
	cr_assert_eq(outbox_send_step(core, &ports), 0, "%s", err_text());
}

static uint32_t request_of(size_t i)
{
	struct frame frame;

	cr_assert_eq(frame_decode(bytes_of(memory.sent[i].header, memory.sent[i].header_len),
			     memory.sent[i].payload_len, &frame),
		0);
	cr_assert_eq(frame.type, FRAME_SUBMIT);
	return frame.request;
}

static struct bytes payload_of(size_t i)
{
	return bytes_of(memory.sent[i].payload, memory.sent[i].payload_len);
}

static size_t reports_of(size_t i)
{
	static struct submit submit;

	cr_assert_eq(submit_decode(arena, payload_of(i), &submit), 0, "%s", err_text());
	return submit.reports;
}

static struct verdicts all_accepted(uint64_t first, uint32_t reports, uint32_t entries)
{
	struct verdicts verdicts = {
		.first_sequence = first, .entries = entries, .reports = reports
	};

	memcpy(verdicts.epoch, epoch_a, 16);
	verdicts.chain.byte[0] = 0xcc;
	return verdicts;
}

struct seen {
	struct {
		enum status status;
		enum filed_as as;
		struct outbox_receipt receipt;
	} filed[64];
	size_t count;
};

static int note(void *ctx, const struct filed *filed)
{
	struct seen *seen = ctx;

	seen->filed[seen->count].status = filed->status;
	seen->filed[seen->count].as = filed->as;
	seen->filed[seen->count++].receipt = filed->receipt;
	return 0;
}

static struct outbox_counts counts(void)
{
	struct outbox_counts found;

	cr_assert_eq(outbox_count(&ports, &found), 0);
	return found;
}

static bool done(void)
{
	bool is;

	cr_assert_eq(outbox_send_done(core, &ports, &is), 0);
	return is;
}

Test(outbox_send, nothing_pending_is_done_at_once)
{
	step();
	cr_expect_eq(memory.sent_count, 0);
	cr_expect(done());
}

Test(outbox_send, the_window_bounds_messages_and_the_server_their_size)
{
	put_many(50);
	step();
	cr_expect_eq(memory.sent_count, 4);
	for (size_t i = 0; i < 4; i++)
		cr_expect_eq(reports_of(i), 8);
	step();
	cr_expect_eq(memory.sent_count, 4, "nothing more without a verdict");
	cr_expect_not(done());
}

Test(outbox_send, a_message_never_outgrows_the_payload)
{
	static char big[REPORT_BYTES_MAX];
	struct outbox_report report = { .facility = bytes_str("F"), .form = 1, .period = 2026105 };
	uint64_t number;
	size_t reports = 0;

	memset(big, 'x', sizeof(big));
	report.values = report.text = bytes_of(big, sizeof(big));
	for (report.revision = 1; report.revision <= 5; report.revision++)
		cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0);
	welcome(epoch_a, 32, 64);
	step();
	for (size_t i = 0; i < memory.sent_count; i++) {
		cr_expect_leq(memory.sent[i].payload_len, PAYLOAD_BYTES_MAX);
		reports += reports_of(i);
	}
	cr_expect_eq(reports, 5);
}

Test(outbox_send, an_overdue_message_is_sent_again_with_the_same_bytes)
{
	put_many(3);
	step();
	memory_pass_ms(&memory, RESEND_MS - 1);
	step();
	cr_expect_eq(memory.sent_count, 1, "not before the deadline");
	memory_pass_ms(&memory, 1);
	step();
	cr_assert_eq(memory.sent_count, 2);
	cr_expect_eq(request_of(0), request_of(1));
	cr_expect(bytes_equal(payload_of(0), payload_of(1)));
}

Test(outbox_send, a_server_that_answers_later_questions_owes_the_verdict_soon)
{
	struct mono asked;

	put_many(3);
	step();
	memory_pass_ms(&memory, 1000);
	asked = memory.mono;
	memory_pass_ms(&memory, 10);
	outbox_send_alive(core, asked, memory.mono);
	memory_pass_ms(&memory, RESEND_ALIVE_MS - 1);
	step();
	cr_expect_eq(memory.sent_count, 1);
	memory_pass_ms(&memory, 1);
	step();
	cr_expect_eq(memory.sent_count, 2);
}

Test(outbox_send, an_answer_to_an_earlier_question_hurries_nothing)
{
	struct mono asked = memory.mono;

	memory_pass_ms(&memory, 10);
	put_many(3);
	step();
	outbox_send_alive(core, asked, memory.mono);
	memory_pass_ms(&memory, RESEND_ALIVE_MS + 1);
	step();
	cr_expect_eq(memory.sent_count, 1);
}

Test(outbox_send, after_a_lost_connection_everything_outstanding_goes_out_again)
{
	put_many(16);
	step();
	cr_expect_eq(memory.sent_count, 2);
	outbox_send_reconnected(core);
	step();
	cr_expect_eq(memory.sent_count, 4);
	step();
	cr_expect_eq(memory.sent_count, 4, "once");
}

Test(outbox_send, busy_waits_and_then_sends_the_same_message)
{
	put_many(8);
	step();
	put_report("LATER", 1, false, false);
	cr_assert_eq(outbox_send_busy(core, &ports, request_of(0), 500), 0);
	memory_pass_ms(&memory, 499);
	step();
	cr_expect_eq(memory.sent_count, 1, "neither this one nor new ones");
	memory_pass_ms(&memory, 1);
	step();
	cr_assert_eq(memory.sent_count, 3);
	cr_expect(bytes_equal(payload_of(0), payload_of(1)));
	cr_expect_eq(outbox_send_busy(core, &ports, 77, 500), OUTBOX_SEND_LATE);
}

Test(outbox_send, sequences_follow_from_the_first_and_the_exceptions)
{
	struct verdict verdict[4] = {
		{ .index = 1,
			.status = STATUS_UNCHANGED,
			.has_first = true,
			.first = { .sequence = 7, .last_sequence = 9 } },
		{ .index = 3,
			.status = STATUS_REJECTED,
			.entries = 1,
			.findings = 1,
			.finding = { { .code = FINDING_VALUE_NEGATIVE } } },
		{ .index = 4,
			.status = STATUS_REJECTED,
			.findings = 1,
			.finding = { { .code = FINDING_NOT_YOURS } } },
		{ .index = 6, .status = STATUS_HELD, .entries = 2 },
	};
	static const uint64_t want[8] = { 100, 7, 101, 103, 0, 104, 105, 107 };
	struct verdicts verdicts = all_accepted(100, 8, 8);
	struct outbox_receipt newest;
	struct seen seen = { .count = 0 };

	/* Reports 2 and 6 have text: an accepted one takes two sequences. */
	for (size_t i = 0; i < 8; i++) {
		char facility[FACILITY_CODE_MAX + 1];

		snprintf(facility, sizeof(facility), "F%03zu", i);
		put_report(facility, 1, i == 2 || i == 6, false);
	}
	step();
	verdicts.verdict = verdict;
	verdicts.count = 4;
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(0), &verdicts, note, &seen), 0,
		"%s", err_text());
	cr_assert_eq(seen.count, 8);
	for (size_t i = 0; i < 8; i++)
		cr_expect_eq(seen.filed[i].receipt.sequence, want[i], "report %zu has %lu", i,
			(unsigned long)seen.filed[i].receipt.sequence);
	cr_expect_eq(seen.filed[0].receipt.last_sequence, 107);
	cr_expect_eq(seen.filed[1].receipt.last_sequence, 9, "the first receipt stays the receipt");
	cr_expect_eq(seen.filed[3].as, FILED_REFUSED);
	cr_expect_eq(counts().pending, 0);
	cr_expect_eq(counts().kept, 5);
	cr_expect_eq(counts().refused, 2);
	cr_expect_eq(counts().held, 1);
	cr_assert_eq(outbox_newest_receipt(&ports, &newest), 0);
	cr_expect_eq(newest.last_sequence, 107);
	cr_expect(done());
}

Test(outbox_send, verdicts_that_contradict_themselves_file_nothing)
{
	struct verdict twice[2] = { { .index = 1, .status = STATUS_REJECTED },
		{ .index = 1, .status = STATUS_REJECTED } };
	struct verdict beyond[1] = { { .index = 3, .status = STATUS_REJECTED } };
	const struct {
		const char *name;
		struct verdicts verdicts;
	} cases[] = {
		{ "too few reports", all_accepted(5, 2, 2) },
		{ "too many reports", all_accepted(5, 4, 4) },
		{ "entries do not add up", all_accepted(5, 3, 4) },
		{ "entries without a first sequence", all_accepted(0, 3, 3) },
		{ "an index twice", { .first_sequence = 5,
					    .entries = 2,
					    .reports = 3,
					    .verdict = twice,
					    .count = 2 } },
		{ "an index beyond the end", { .first_sequence = 5,
						     .entries = 3,
						     .reports = 3,
						     .verdict = beyond,
						     .count = 1 } },
	};

	put_many(3);
	step();
	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(outbox_send_verdicts(
				     core, &ports, request_of(0), &cases[i].verdicts, NULL, NULL),
			ERR_INVALID, "%s", cases[i].name);
	cr_expect_eq(counts().pending, 3);
	cr_expect_eq(counts().kept, 0);
}

Test(outbox_send, a_second_answer_to_the_same_message_is_late)
{
	struct verdicts verdicts = all_accepted(5, 3, 3);
	uint32_t request;

	put_many(3);
	step();
	request = request_of(0);
	cr_expect_eq(outbox_send_verdicts(core, &ports, request, &verdicts, NULL, NULL), 0);
	cr_expect_eq(outbox_send_verdicts(core, &ports, request, &verdicts, NULL, NULL),
		OUTBOX_SEND_LATE);
	cr_expect_eq(
		outbox_send_verdicts(core, &ports, 0, &verdicts, NULL, NULL), OUTBOX_SEND_LATE);
}

Test(outbox_send, superseded_is_refused_only_if_nobody_meant_it)
{
	struct verdict verdict[3] = {
		{ .index = 0, .status = STATUS_SUPERSEDED },
		{ .index = 1, .status = STATUS_SUPERSEDED },
		{ .index = 2, .status = STATUS_SUPERSEDED },
	};
	struct verdicts verdicts = all_accepted(20, 4, 1);
	struct seen seen = { .count = 0 };

	put_report("NUMBERED", 1, false, false);
	put_report("CHOSEN", 1, false, true);
	put_report("OVERTAKEN", 1, false, false);
	put_report("OVERTAKEN", 2, false, false);
	step();
	verdicts.verdict = verdict;
	verdicts.count = 3;
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(0), &verdicts, note, &seen), 0,
		"%s", err_text());
	cr_expect_eq(seen.filed[0].as, FILED_REFUSED, "somebody else reports for this facility");
	cr_expect_eq(seen.filed[1].as, FILED_DROPPED, "a person wrote the number");
	cr_expect_eq(seen.filed[2].as, FILED_DROPPED, "our own second revision was faster");
	cr_expect_eq(counts().refused, 1);
	cr_expect_eq(counts().kept, 1);
}

static uint64_t newest_witness(void)
{
	struct outbox_receipt newest = { .last_sequence = 0 };

	cr_assert_geq(outbox_newest_receipt(&ports, &newest), 0);
	return newest.last_sequence;
}

/* Else a journal with another epoch would make us forget what could be held against it. */
Test(outbox_send, verdicts_of_another_epoch_file_nothing_until_we_have_greeted)
{
	struct verdicts verdicts = all_accepted(5, 3, 3);

	put_many(3);
	step();
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(0), &verdicts, NULL, NULL), 0);
	put_report("NEW", 1, false, false);
	step();
	verdicts = all_accepted(2, 1, 1);
	memcpy(verdicts.epoch, epoch_b, 16);
	cr_expect_eq(outbox_send_verdicts(core, &ports, request_of(1), &verdicts, NULL, NULL),
		OUTBOX_SEND_STRANGE);
	cr_expect_eq(counts().pending, 1);
	cr_expect_eq(counts().kept, 3);
	cr_expect_eq(newest_witness(), 7);
	welcome(epoch_b, 4, 8);
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(1), &verdicts, NULL, NULL), 0);
	cr_expect_eq(counts().pending, 3);
	cr_expect_eq(counts().kept, 4);
	cr_expect_eq(newest_witness(), 2, "of the new epoch");
	step();
	cr_assert_eq(memory.sent_count, 3);
	cr_expect_eq(reports_of(2), 3);
}

/* The same epoch, and yet the server lacks what we have receipts for. */
Test(outbox_send, a_server_that_asks_for_everything_gets_it_once)
{
	struct verdict unchanged[3];
	struct verdicts verdicts = all_accepted(50, 3, 3);

	put_many(3);
	step();
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(0), &verdicts, NULL, NULL), 0);
	cr_expect_eq(newest_witness(), 52);
	welcome_again(epoch_a);
	cr_expect_eq(counts().pending, 3);
	cr_expect_eq(newest_witness(), 0, "what does not count is no witness any more");
	welcome(epoch_a, 4, 8);
	cr_expect_eq(counts().pending, 3, "who does not ask gets nothing twice");
	step();
	cr_expect_eq(reports_of(1), 3);
	for (uint32_t i = 0; i < 3; i++) {
		unchanged[i] = (struct verdict){ .index = i,
			.status = STATUS_UNCHANGED,
			.has_first = true,
			.first = { .sequence = 9 - i, .last_sequence = 9 - i } };
		memcpy(unchanged[i].first.epoch, epoch_a, 16);
	}
	verdicts = all_accepted(0, 3, 0);
	verdicts.verdict = unchanged;
	verdicts.count = 3;
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(1), &verdicts, NULL, NULL), 0,
		"%s", err_text());
	cr_expect_eq(counts().pending, 0);
	cr_expect_eq(newest_witness(), 9, "an older entry's receipt is a witness, too");
}

Test(outbox_send, a_held_report_keeps_its_receipt_and_is_neither_kept_nor_refused)
{
	struct verdict verdict[1] = { { .index = 0,
		.status = STATUS_HELD,
		.entries = 1,
		.findings = 1,
		.finding = { { .code = FINDING_LOCKED, .severity = SEVERITY_HOLD } } } };
	struct verdicts verdicts = all_accepted(9, 1, 1);
	struct seen seen = { .count = 0 };
	struct outbox_held held;

	put_many(1);
	step();
	verdicts.verdict = verdict;
	verdicts.count = 1;
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(0), &verdicts, note, &seen), 0,
		"%s", err_text());
	cr_expect_eq(seen.filed[0].as, FILED_HELD);
	cr_expect_eq(counts().pending, 0);
	cr_expect_eq(counts().kept, 0);
	cr_expect_eq(counts().refused, 0);
	cr_assert_eq(outbox_held_get(&ports, bytes_str("F000"), 1, 2026105, &held), 0);
	cr_expect_eq(held.receipt.sequence, 9);
	cr_expect_gt(held.findings.len, 0);
}

Test(outbox_send, what_is_put_off_stays_pending_and_is_not_sent_again_the_same_day)
{
	struct verdict verdict[1] = { { .index = 0, .status = STATUS_LATER } };
	struct verdicts verdicts = all_accepted(5, 2, 1);
	struct seen seen = { .count = 0 };

	put_many(2);
	step();
	verdicts.verdict = verdict;
	verdicts.count = 1;
	cr_assert_eq(outbox_send_verdicts(core, &ports, request_of(0), &verdicts, note, &seen), 0,
		"%s", err_text());
	cr_expect_eq(seen.filed[0].as, FILED_LATER);
	cr_expect_eq(counts().pending, 1);
	step();
	cr_expect(done(), "nothing is left for today");
	cr_expect_eq(memory.sent_count, 1);
	/* Another run of the program on the same day. */
	outbox_send_free(core);
	cr_assert_eq(outbox_send_new(&core), 0);
	welcome(epoch_a, 4, 8);
	step();
	cr_expect_eq(memory.sent_count, 1);
	cr_expect(done());
	memory.wall.ms += 86400000;
	outbox_send_free(core);
	cr_assert_eq(outbox_send_new(&core), 0);
	welcome(epoch_a, 4, 8);
	step();
	cr_expect_eq(memory.sent_count, 2, "tomorrow it is tried again");
}

/* A server in miniature: what ingestd promises, and no more. */
enum { SERVER_MAX = 256 };
struct server {
	struct {
		char facility[33];
		uint32_t revision;
		struct digest digest;
		uint64_t sequence;
	} entry[SERVER_MAX];
	size_t entries;
	uint64_t random;
};

static uint32_t dice(struct server *server, uint32_t sides)
{
	server->random ^= server->random << 13;
	server->random ^= server->random >> 7;
	server->random ^= server->random << 17;
	return (uint32_t)(server->random >> 33) % sides;
}

/* "F001:2" → the facility and the revision, as put_report() packed them. */
static void parse_values(struct bytes values, char facility[33], uint32_t *revision)
{
	char text[64] = { 0 }, *colon;

	memcpy(text, values.data, values.len);
	colon = strchr(text, ':');
	*colon = '\0';
	memcpy(facility, text, strlen(text) + 1);
	*revision = (uint32_t)strtoul(colon + 1, NULL, 10);
}

static void decide(struct server *server, const struct submission *report, uint32_t index,
	struct verdicts *verdicts, struct verdict *verdict)
{
	char facility[33];
	uint32_t revision, in_force = 0;
	uint64_t sequence = 0;

	parse_values(report->values, facility, &revision);
	for (size_t i = 0; i < server->entries; i++) {
		if (strcmp(server->entry[i].facility, facility) == 0 &&
			server->entry[i].revision >= in_force) {
			in_force = server->entry[i].revision;
			sequence = server->entry[i].sequence;
		}
	}
	if (revision > in_force) {
		cr_assert_lt(server->entries, SERVER_MAX);
		memcpy(server->entry[server->entries].facility, facility, sizeof(facility));
		server->entry[server->entries].revision = revision;
		server->entry[server->entries].sequence = server->entries + 1;
		server->entries++;
		verdicts->entries++;
		return;
	}
	*verdict = (struct verdict){
		.index = index,
		.status = revision == in_force ? STATUS_UNCHANGED : STATUS_SUPERSEDED,
		.has_first = true,
		.first = { .sequence = sequence, .last_sequence = sequence },
	};
	memcpy(verdict->first.epoch, epoch_a, 16);
	verdicts->count++;
}

/* Judges message i of the network and, unless the answer is lost, files it. */
static void serve(struct server *server, size_t i, bool answer_lost)
{
	static struct submit submit;
	static struct verdict exceptions[SUBMIT_REPORTS_MAX];
	struct verdicts verdicts = all_accepted(server->entries + 1, 0, 0);
	int r;

	cr_assert_eq(submit_decode(arena, payload_of(i), &submit), 0);
	verdicts.verdict = exceptions;
	verdicts.reports = (uint32_t)submit.reports;
	for (uint32_t k = 0; k < submit.reports; k++)
		decide(server, &submit.report[k], k, &verdicts, &exceptions[verdicts.count]);
	if (answer_lost)
		return;
	memory_begin(&memory);
	r = outbox_send_verdicts(core, &ports, request_of(i), &verdicts, NULL, NULL);
	if (r < 0 || dice(server, 8) == 0) {
		/* A crash before the commit: nothing was filed, and the window is gone with the
		 * process. */
		cr_assert_geq(r, 0, "%s", err_text());
		memory_abort(&memory);
		outbox_send_free(core);
		cr_assert_eq(outbox_send_new(&core), 0);
		welcome(epoch_a, 4, 8);
		return;
	}
	memory_commit(&memory);
}

static void simulate(uint64_t seed)
{
	struct server server = { .random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1 };
	int rounds = 0;

	put_many(40);
	for (size_t i = 0; i < 10; i++) {
		char facility[FACILITY_CODE_MAX + 1];

		snprintf(facility, sizeof(facility), "F%03zu", i);
		put_report(facility, 2, false, false);
	}
	while (!done() && rounds++ < 2000) {
		step();
		for (size_t i = 0; i < memory.sent_count && memory.sent_count > 0; i++) {
			if (dice(&server, 4) != 0)
				serve(&server, i, dice(&server, 4) == 0);
		}
		memory_forget_sent(&memory);
		memory_pass_ms(&memory, dice(&server, 8000));
	}
	cr_assert_lt(rounds, 2000, "seed %lu: the collector does not come to an end",
		(unsigned long)seed);
	cr_expect_eq(counts().pending, 0, "seed %lu", (unsigned long)seed);
	cr_expect_eq(counts().kept, 40, "seed %lu: kept %lu", (unsigned long)seed,
		(unsigned long)counts().kept);
	cr_expect_eq(counts().refused, 0, "seed %lu", (unsigned long)seed);
	for (size_t i = 0; i < server.entries; i++) {
		for (size_t j = 0; j < i; j++)
			cr_expect_not(
				strcmp(server.entry[i].facility, server.entry[j].facility) == 0 &&
					server.entry[i].revision == server.entry[j].revision,
				"seed %lu: stored twice", (unsigned long)seed);
	}
}

Test(outbox_send, losses_and_crashes_lose_nothing_and_duplicate_nothing)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		simulate(seed);
		teardown();
		setup();
	}
}
