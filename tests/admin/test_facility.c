/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Registering from a file: every fault is said at once and then nothing is sent; without one all
 * records are sent, in commands that fit, each with its own identity. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "tests/admin/desk.h"

enum { COMMANDS_MAX = 64 };

/* What reached the server. */
static uint8_t identity[COMMANDS_MAX][16];
static size_t records[COMMANDS_MAX], commands, silent, refused_from = COMMANDS_MAX;
static struct facility first;

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };

	(void)ctx;
	cr_assert_lt(commands, COMMANDS_MAX);
	memcpy(identity[commands], command->request_id, 16);
	records[commands] = command->facilities;
	if (command->facilities && commands == 0)
		first = command->facility[0];
	cr_assert_gt(command->reason.len, 0);
	cr_assert_leq(command->facilities, COMMAND_RECORDS_MAX);
	cr_assert_eq(command_encode(command, &packed), 0);
	cr_assert_leq(packed.len, PAYLOAD_BYTES_MAX);
	commands++;
	if (silent > 0) {
		silent--;
		return err_here(ERR_UNREACHABLE, "nobody answered");
	}
	*ret_result = (struct command_result){ .outcome = ANSWER_DONE,
		.has_receipt = true,
		.receipt = { .sequence = commands, .last_sequence = commands },
		.records = (uint32_t)records[commands - 1] };
	if (commands > refused_from)
		*ret_result = (struct command_result){ .outcome = ANSWER_NOT_ALLOWED };
	return 0;
}

static int import(const char *csv)
{
	static const struct service service = { .command = fake_command, .catalog = desk_catalog };

	cr_assert_eq(desk_take_words(DESK_WORDS("facility", "import", desk_file(csv), "-o", "csv")),
		0, "%s", err_text());
	return desk_run(&service);
}

TestSuite(facility, .fini = desk_clear);

Test(facility, a_row_becomes_a_record)
{
	const char *csv =
		"code,name,area,class,ownership,#note,opened,closed\n"
		"LH001,龙湖医院,440507,general_hospital,private,x,2001-02-03,2020-01-01\n";

	cr_assert_eq(import(csv), EXIT_DONE, "%s", err_text());
	cr_expect_eq(commands, 1);
	cr_expect_str_eq(first.code, "LH001");
	cr_expect_str_eq(first.name, "龙湖医院");
	cr_expect_eq(first.segments, 2);
	cr_expect_eq(first.segment[0].area, 440507);
	cr_expect_eq(first.segment[0].from_day, day_of(2001, 2, 3));
	cr_expect_eq(facility_closed_day(&first), day_of(2020, 1, 1));
	cr_expect_neq(stratum_attribute(first.segment[0].stratum, DIMENSION_CLASS), 0);
	cr_expect_neq(stratum_attribute(first.segment[0].stratum, DIMENSION_OWNERSHIP), 0);
	cr_expect_eq(stratum_attribute(first.segment[0].stratum, DIMENSION_LEVEL), 0);
	cr_expect(strstr(printed, "records,sequence,last_sequence,epoch,chain\n1,1,1,"));
}

Test(facility, all_faults_are_said_at_once_and_nothing_is_sent, .init = cr_redirect_stderr)
{
	static const char *const wants[] = { ":2: column 'area': there is no area '999'",
		":3: column 'class': there is no class 'palace'",
		":4: column 'opened': ", ":5: column 'code': 'A1' stands on line 2 already",
		":6: column 'name': is empty" };
	const char *said;

	cr_assert_eq(import("code,name,area,class,opened\n"
			    "A1,甲,999,clinic,\n"
			    "A2,乙,440507,palace,\n"
			    "A3,丙,440507,clinic,2001-02-30\n"
			    "A1,丁,440507,clinic,\n"
			    "A5,,440507,clinic,\n"),
		EXIT_USAGE);
	cr_expect_eq(commands, 0);
	said = desk_said();
	for (size_t i = 0; i < array_len(wants); i++)
		cr_expect(strstr(said, wants[i]), "'%s' is not in:\n%s", wants[i], said);
}

/* Rows of one code stand apart in the file; each begins where its day says. */
Test(facility, rows_of_one_code_are_its_history)
{
	cr_assert_eq(import("code,name,area,class,from,closed\n"
			    "A1,甲诊所,440507,clinic,2001-01-01,2010-01-01\n"
			    "B1,乙,440507,clinic,2001-01-01,\n"
			    "A1,甲门诊部,440507,outpatient_department,2012-01-01,\n"
			    "A1,甲医院,440507,general_hospital,2015-01-01,2020-01-01\n"
			    "A1,甲医院,440507,general_hospital,2020-01-01,\n"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(records[0], 2);
	cr_expect_str_eq(first.code, "A1");
	cr_expect_str_eq(first.name, "甲医院");
	cr_assert_eq(first.segments, 4);
	cr_expect(!first.segment[0].closed && first.segment[1].closed);
	cr_expect_eq(first.segment[1].from_day, day_of(2010, 1, 1));
	cr_expect_eq(first.segment[2].from_day, day_of(2012, 1, 1));
	cr_expect(!first.segment[2].closed);
	cr_expect_eq(first.segment[3].from_day, day_of(2015, 1, 1));
	cr_expect_neq(first.segment[3].stratum, first.segment[2].stratum);
	cr_expect_eq(facility_closed_day(&first), DAY_NEVER, "closed and open again on one day");
}

Test(facility, a_history_out_of_order_is_refused, .init = cr_redirect_stderr)
{
	const char *said;

	cr_assert_eq(import("code,name,area,class,opened,closed\n"
			    "A1,甲,440507,clinic,2010-01-01,\n"
			    "A1,甲,440507,clinic,2005-01-01,\n"
			    "B1,乙,440507,clinic,2010-01-01,2012-01-01\n"
			    "B1,乙,440507,clinic,2011-06-01,\n"),
		EXIT_USAGE);
	cr_expect_eq(commands, 0);
	said = desk_said();
	cr_expect(strstr(said, "facility 'A1': its row from 2005-01-01 does not begin after"), "%s",
		said);
	cr_expect(strstr(said, "facility 'B1': its row from 2011-06-01 begins before the row"),
		"%s", said);
}

Test(facility, unknown_and_missing_columns_are_named, .init = cr_redirect_stderr)
{
	const char *said;

	cr_assert_eq(import("code,name,aera,class\nA1,甲,440507,clinic\n"), EXIT_USAGE);
	said = desk_said();
	cr_expect(strstr(said, ":1: column 'area' is missing"), "%s", said);
	cr_expect(strstr(said, ":1: column 'aera' is not known"), "%s", said);
	cr_expect_eq(commands, 0);
}

/* A file of count facilities with long names. */
static int import_many(size_t count)
{
	AUTO(buffer_fini) struct buffer csv = { 0 };

	cr_assert_eq(buffer_format(&csv, "code,name,area,class\n"), 0);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(buffer_format(&csv,
				     "C%05zu,一个名字相当长的社区卫生服务站以免一次装得下,440507,"
				     "clinic\n",
				     i),
			0);
	cr_assert_eq(buffer_add(&csv, bytes_of("", 1)), 0);
	return import((const char *)csv.data);
}

Test(facility, a_long_file_goes_in_commands_that_fit)
{
	size_t total = 0;

	cr_assert_eq(import_many(2700), EXIT_DONE, "%s", err_text());
	for (size_t i = 0; i < commands; i++) {
		total += records[i];
		for (size_t j = 0; j < i; j++)
			cr_expect_neq(memcmp(identity[i], identity[j], 16), 0);
	}
	cr_expect_eq(total, 2700);
	cr_expect_geq(commands, 3);
}

Test(facility, silence_is_answered_by_the_same_command_once_more)
{
	silent = 1;
	cr_assert_eq(import("code,name,area,class\nA1,甲,440507,clinic\n"), EXIT_DONE);
	cr_expect_eq(commands, 2);
	cr_expect_eq(memcmp(identity[0], identity[1], 16), 0);
}

Test(facility, a_refusal_half_way_shows_what_went_in, .init = cr_redirect_stderr)
{
	refused_from = 1;
	cr_assert_eq(import_many(2700), EXIT_PARTLY);
	cr_expect(strstr(printed, "records,sequence"));
}
