/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An outbox shows its reports to servers of one kind only, and what comes from a training system is
 * marked in every file. */
#include "collector/outbox_send.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "collector/receipt.h"
#include "collector/verdict_log.h"
#include "tests/support/memory_ports.h"

static struct memory memory;
static struct ports ports;
static struct outbox_send *core;

static void setup(void)
{
	memory_init(&memory);
	ports = memory_ports(&memory);
	cr_assert_eq(outbox_send_new(&core), 0);
}

static void teardown(void)
{
	outbox_send_free(core);
	memory_fini(&memory);
}

TestSuite(training, .init = setup, .fini = teardown);

static int greet(uint8_t epoch, bool training, uint64_t *ret_offered)
{
	struct welcome welcome = { .head = { .epoch = { epoch } },
		.window_messages = 4,
		.submit_reports_max = 8,
		.training = training };

	*ret_offered = 0;
	return outbox_send_welcome(core, &ports, &welcome, ret_offered);
}

/* One that the server of epoch 1 has accepted. */
static void keep_one(void)
{
	const struct outbox_report report = { .facility = bytes_str("F1"),
		.form = 1,
		.period = 2026105,
		.revision = 1,
		.values = bytes_str("values") };
	const struct outbox_receipt receipt = { .epoch = { 1 }, .sequence = 9, .last_sequence = 9 };
	uint64_t number;

	cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0);
	cr_assert_eq(outbox_accept(&ports, number, STATUS_ACCEPTED, &receipt, 1), 0);
}

static uint64_t pending(void)
{
	struct outbox_counts counts;

	cr_assert_eq(outbox_count(&ports, &counts), 0);
	return counts.pending;
}

Test(training, the_two_kinds_do_not_mix)
{
	for (int training = 0; training <= 1; training++) {
		uint64_t offered;
		uint8_t epoch[16];
		bool known;

		teardown();
		setup();
		cr_assert_eq(greet(1, training, &offered), 0, "the first may be of either kind");
		keep_one();
		cr_expect_eq(greet(2, !training, &offered), OUTBOX_SEND_OTHER_KIND);
		cr_expect(offered == 0 && pending() == 0, "nothing is offered to the other kind");
		cr_assert_eq(outbox_epoch_get(&ports, epoch), 0);
		cr_expect_eq(epoch[0], 1, "nor is it remembered");
		cr_assert_eq(outbox_training_get(&ports, &known), 0);
		cr_expect_eq(known, training);
		cr_expect_eq(greet(2, training, &offered), 0, "a restored one of the same kind");
		cr_expect(offered == 1 && pending() == 1);
	}
}

Test(training, what_waits_before_any_server_may_go_to_either)
{
	const struct outbox_report report = { .facility = bytes_str("F1"),
		.form = 1,
		.period = 2026105,
		.revision = 1,
		.values = bytes_str("values") };
	uint64_t number, offered;

	cr_assert_eq(outbox_pending_put(&ports, &report, &number), 0);
	cr_expect_eq(greet(1, true, &offered), 0);
	cr_expect_eq(greet(1, false, &offered), OUTBOX_SEND_OTHER_KIND);
}

static const char *line_of(bool training, struct buffer *out)
{
	const struct outbox_report report = { .facility = bytes_str("F1"),
		.values = bytes_str("v") };
	const struct filed filed = {
		.report = &report, .status = STATUS_ACCEPTED, .training = training
	};

	out->len = 0;
	cr_assert_eq(verdict_log_format(&filed, out), 0);
	cr_assert_eq(buffer_add(out, bytes_of("", 1)), 0);
	return (const char *)out->data;
}

Test(training, lines_of_the_log_say_so)
{
	AUTO(buffer_fini) struct buffer out = { 0 };

	cr_expect(strstr(line_of(true, &out), ",\"training\":true}"), "%s", (char *)out.data);
	cr_expect(!strstr(line_of(false, &out), "training"), "%s", (char *)out.data);
}

static const char *receipt_of(bool training, struct sheet_out *out)
{
	struct tally_row row = { .line = 2, .facility = "F1", .status = STATUS_ACCEPTED };
	const struct tally tally = { .row = &row, .rows = 1, .log = -1, .training = training };

	out->text.len = 0;
	cr_assert_eq(receipt_format(&tally, out), 0, "%s", err_text());
	cr_assert_eq(buffer_add(&out->text, bytes_of("", 1)), 0);
	return (const char *)out->text.data;
}

Test(training, a_receipt_has_a_column_for_it)
{
	struct sheet_out out = { 0 };
	const char *text = receipt_of(true, &out);

	cr_expect(strstr(text, ",explained,training\r\n") || strstr(text, ",explained,training\n"),
		"%s", text);
	cr_expect(strstr(text, ",true\r\n") || strstr(text, ",true\n"), "%s", text);
	text = receipt_of(false, &out);
	cr_expect(!strstr(text, "training"), "%s", text);
	buffer_fini(&out.text);
}
