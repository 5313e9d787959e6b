/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The mark of a training system: on the four messages that carry it, on no other, and always with
 * room for it. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "proto/exchange.h"
#include "proto/query.h"
#include "proto/training.h"

static struct arena *arena;
static struct buffer out;

static void setup(void)
{
	cr_assert_eq(arena_new(&arena), 0);
}

static void teardown(void)
{
	arena_free(arena);
	buffer_fini(&out);
}

TestSuite(training, .init = setup, .fini = teardown);

static void must(int r)
{
	cr_assert_eq(r, 0, "%s", err_text());
}

Test(training, the_four_messages_say_so_once_they_are_marked)
{
	const struct position position = { .sequence = 7 };
	struct welcome welcome = {
		.version = 1, .window_messages = 1, .submit_reports_max = 1, .report_bytes_max = 1
	};
	struct verdicts verdicts = { .reports = 1, .entries = 1, .first_sequence = 1 };
	struct command_result result = { .outcome = ANSWER_DONE, .text = bytes_str("") };
	struct answer answer;

	for (int marked = 0; marked <= 1; marked++) {
		out.len = 0;
		welcome.training = verdicts.training = result.training = false;
		must(welcome_encode(&welcome, &out));
		must(marked ? training_mark(FRAME_WELCOME, &out) : 0);
		must(welcome_decode(arena, buffer_view(&out), &welcome));
		cr_expect_eq(welcome.training, marked);
		out.len = 0;
		must(verdicts_encode(&verdicts, &out));
		must(marked ? training_mark(FRAME_VERDICTS, &out) : 0);
		must(verdicts_decode(arena, buffer_view(&out), &verdicts));
		cr_expect_eq(verdicts.training, marked);
		out.len = 0;
		must(command_result_encode(&result, &out));
		must(marked ? training_mark(FRAME_COMMAND_RESULT, &out) : 0);
		must(command_result_decode(arena, buffer_view(&out), &result));
		cr_expect_eq(result.training, marked);
		out.len = 0;
		must(answer_encode_outcome(&position, ANSWER_NOT_FOUND, "no", &out));
		must(marked ? training_mark(FRAME_ANSWER, &out) : 0);
		must(answer_decode(arena, buffer_view(&out), &answer));
		cr_expect_eq(answer.training, marked);
	}
}

/* What was read can be written again. */
Test(training, the_mark_survives_being_read_and_written)
{
	struct verdicts verdicts = {
		.reports = 1, .entries = 1, .first_sequence = 1, .training = true
	};
	struct welcome welcome = { .version = 1,
		.window_messages = 1,
		.submit_reports_max = 1,
		.report_bytes_max = 1,
		.training = true };

	must(verdicts_encode(&verdicts, &out));
	verdicts.training = false;
	must(verdicts_decode(arena, buffer_view(&out), &verdicts));
	cr_expect(verdicts.training);
	out.len = 0;
	must(welcome_encode(&welcome, &out));
	welcome.training = false;
	must(welcome_decode(arena, buffer_view(&out), &welcome));
	cr_expect(welcome.training);
}

Test(training, other_messages_stay_as_they_are)
{
	for (enum frame_type type = FRAME_HELLO; type <= FRAME_TYPE_MAX; type++) {
		out.len = 0;
		must(training_mark(type, &out));
		cr_expect_eq(out.len,
			type == FRAME_WELCOME || type == FRAME_VERDICTS || type == FRAME_ANSWER ||
					type == FRAME_COMMAND_RESULT
				? TRAINING_BYTES
				: 0,
			"type %d", (int)type);
	}
}

Test(training, a_full_page_has_room_for_the_mark)
{
	const struct position position = { .sequence = UINT64_MAX };
	char cell[] = "x2345678901234567890123456789012345678901234567890123456789012345";
	size_t largest = 0;

	for (size_t len = 1; len < sizeof(cell); len++) {
		AUTO(answer_free) struct answer_builder *builder = NULL;

		must(answer_new(&position, 0, &builder));
		must(answer_column(builder, "column", COLUMN_TEXT));
		while (!answer_full(builder))
			must(answer_text(builder, cell + sizeof(cell) - 1 - len));
		out.len = 0;
		must(answer_encode(builder, &out));
		largest = out.len > largest ? out.len : largest;
	}
	cr_expect_leq(largest + TRAINING_BYTES, PAYLOAD_BYTES_MAX);
	cr_expect_gt(largest + 100, PAYLOAD_BYTES_MAX, "these pages are not full");
}

/* Byte by byte larger, until findings must be left out. */
Test(training, the_fullest_verdicts_have_room_for_the_mark)
{
	enum { EACH = 5, RULE_BYTES = 15 };
	static struct verdict verdict[SUBMIT_REPORTS_MAX];
	struct verdicts verdicts = {
		.reports = SUBMIT_REPORTS_MAX, .verdict = verdict, .count = SUBMIT_REPORTS_MAX
	};
	size_t largest = 0, at = 0;

	for (uint32_t i = 0; i < SUBMIT_REPORTS_MAX; i++) {
		verdict[i] =
			(struct verdict){ .index = i, .status = STATUS_REJECTED, .findings = EACH };
		for (uint32_t k = 0; k < EACH; k++)
			verdict[i].finding[k] = (struct finding){ .code = FINDING_RULE,
				.element = UINT32_MAX,
				.found = INT64_MIN,
				.limit = INT64_MIN,
				.severity = SEVERITY_REJECT };
	}
	for (size_t step = 0; step < SUBMIT_REPORTS_MAX * EACH * RULE_BYTES; step++) {
		struct finding *finding =
			&verdict[step / RULE_BYTES / EACH].finding[step / RULE_BYTES % EACH];

		finding->rule[step % RULE_BYTES] = 'R';
		if (largest > 0 && 3 * (step - at) + 64 < PAYLOAD_BYTES_MAX - largest)
			continue; /* a letter adds three bytes at most: it cannot be full yet */
		at = step;
		out.len = 0;
		must(verdicts_encode(&verdicts, &out));
		if (out.len < largest)
			break;
		largest = out.len;
	}
	cr_expect_lt(out.len, largest, "never full");
	cr_expect_leq(largest + TRAINING_BYTES, PAYLOAD_BYTES_MAX);
	cr_expect_gt(largest + 8, PAYLOAD_BYTES_MAX);
}
