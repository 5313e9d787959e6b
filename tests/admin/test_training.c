/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whatever a training system answers is marked in every format and language, and what a real one
 * answers in none. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/training.h"
#include "tests/admin/desk.h"

static const char chinese[] = "【培训系统，数据不作数】", english[] = "[TRAINING SYSTEM";

static struct arena *arena;
static struct buffer payload;
static bool training;

static void setup(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert_eq(arena_new(&arena), 0);
}

static void teardown(void)
{
	arena_free(arena);
	buffer_fini(&payload);
	desk_clear();
}

TestSuite(training, .init = setup, .fini = teardown);

static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	const struct position as_of = { .sequence = 7 };
	AUTO(answer_free) struct answer_builder *answer = NULL;
	(void)ctx, (void)server;

	cr_assert_eq(answer_new(&as_of, question->offset, &answer), 0);
	cr_assert_eq(answer_column(answer, "facility", COLUMN_TEXT), 0);
	cr_assert_eq(answer_column(answer, "revision", COLUMN_INTEGER), 0);
	for (const char *name = "period\0element\0cell\0reason\0report_reason\0"; *name;
		name += strlen(name) + 1)
		cr_assert_eq(answer_column(answer, name, COLUMN_TEXT), 0);
	cr_assert_eq(answer_text(answer, "F1"), 0);
	cr_assert_eq(answer_integer(answer, 1), 0);
	for (const char *cell = "2015\0BED\0"; *cell; cell += strlen(cell) + 1)
		cr_assert_eq(answer_text(answer, cell), 0);
	cr_assert_eq(answer_text(answer, "12"), 0);
	for (int i = 0; i < 2; i++)
		cr_assert_eq(answer_null(answer), 0);
	payload.len = 0;
	cr_assert_eq(answer_encode(answer, &payload), 0);
	cr_assert_eq(training ? training_mark(FRAME_ANSWER, &payload) : 0, 0);
	cr_assert_eq(answer_decode(arena, buffer_view(&payload), ret_answer), 0, "%s", err_text());
	return 0;
}

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	(void)ctx;
	*ret_result = (struct command_result){ .outcome = ANSWER_DONE,
		.has_receipt = true,
		.records = (uint32_t)command_records(command),
		.training = training };
	return 0;
}

/* What the command line prints. */
static const char *output(const char *line)
{
	static const struct service service = { .ask = fake_ask, .command = fake_command };

	cr_assert_eq(desk_take(line), 0, "%s", err_text());
	cr_assert_geq(desk_run(&service), 0, "%s: %s", line, err_text());
	return printed;
}

static const char *const lines[] = { "held list", "query list", "status", "verify",
	"report export HOSPITAL_MONTH 2015-01",
	"key add me --public Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID --role reader --everywhere" };

Test(training, people_read_it_first_and_last)
{
	char line[128];

	training = true;
	for (size_t i = 0; i < array_len(lines); i++) {
		const char *end;

		snprintf(line, sizeof(line), "%s --lang zh", lines[i]);
		cr_expect_eq(strncmp(output(line), chinese, strlen(chinese)), 0, "%s: %s", line,
			printed);
		end = strstr(printed + 1, chinese);
		cr_expect(end && strcmp(end + strlen(chinese), "\n") == 0, "%s: %s", line, printed);
		snprintf(line, sizeof(line), "%s --lang en", lines[i]);
		cr_expect_eq(strncmp(output(line), english, strlen(english)), 0, "%s: %s", line,
			printed);
	}
}

Test(training, programs_find_it_where_it_breaks_no_reader)
{
	char line[128];

	training = true;
	for (size_t i = 0; i < array_len(lines); i++) {
		json_t *root;

		snprintf(line, sizeof(line), "%s -o json", lines[i]);
		root = json_loads(output(line), 0, NULL);
		cr_assert(root, "%s: %s", line, printed);
		cr_expect(json_is_true(json_object_get(root, "training")), "%s: %s", line, printed);
		json_decref(root);
		snprintf(line, sizeof(line), "%s -o csv", lines[i]);
		cr_expect(strstr(output(line), "training"), "%s: %s", line, printed);
	}
	cr_expect_str_eq(output("held list -o csv --columns facility,cell"),
		"facility,cell,training\nF1,12,true\n");
	cr_expect_eq(
		strncmp(output("status -o csv"), "server,row,column,value\n,,training,true\n", 40),
		0, "%s", printed);
	/* a sheet that a collector reads: it passes over what begins with # */
	cr_expect(strstr(output("report export HOSPITAL_MONTH 2015-01 -o csv"),
			  "facility,period,BED,#revision,#training"),
		"%s", printed);
}

Test(training, a_real_system_is_marked_nowhere)
{
	static const char *const formats[] = { "table", "json", "csv" };
	char line[128];

	training = false;
	for (size_t i = 0; i < array_len(lines) * array_len(formats); i++) {
		snprintf(line, sizeof(line), "%s -o %s", lines[i / array_len(formats)],
			formats[i % array_len(formats)]);
		output(line);
		cr_expect(!strstr(printed, "raining") && !strstr(printed, "TRAINING") &&
				  !strstr(printed, "培训"),
			"%s: %s", line, printed);
	}
}
