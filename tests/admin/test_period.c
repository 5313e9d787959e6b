/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Locks from the command line: the range of days that a period means, and what is refused before
 * anything is sent. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/lock.h"
#include "model/registry.h"
#include "tests/admin/desk.h"

static size_t commands;
static struct lock sent;

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };

	(void)ctx;
	commands++;
	cr_assert_eq(command->locks, 1);
	cr_assert_eq(command_encode(command, &packed), 0, "%s", err_text());
	sent = command->lock[0];
	*ret_result = (struct command_result){ .outcome = ANSWER_DONE,
		.has_receipt = true,
		.receipt = { .sequence = 9, .last_sequence = 9 },
		.records = 1 };
	return 0;
}

static int run(const char *line)
{
	static const struct service service = { .command = fake_command, .catalog = desk_catalog };
	int r = desk_take(line);

	return r < 0 ? r : desk_run(&service);
}

TestSuite(period, .fini = desk_clear);

Test(period, a_lock_speaks_of_one_period)
{
	cr_assert_eq(run("period lock --area 320703 --form CDC_MONTH --period 2026-04 --until "
			 "2099-12-31 --reason audit"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(commands, 1);
	cr_expect_eq(sent.kind, LOCK_LOCK);
	cr_expect_eq(sent.area, 320703);
	cr_expect_eq(sent.form, 6);
	cr_expect_eq(sent.first_day, day_of(2026, 4, 1));
	cr_expect_eq(sent.last_day, day_of(2026, 4, 30));
	cr_expect_eq(sent.until_day, day_of(2099, 12, 31));
	cr_expect_str_eq(sent.note, "audit");
}

Test(period, an_opening_holds_for_good_unless_it_ends)
{
	cr_assert_eq(run("period unlock --area 320700 --form POPULATION_YEAR --period 2025 "
			 "--reason late"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(sent.kind, LOCK_UNLOCK);
	cr_expect_eq(sent.first_day, day_of(2025, 1, 1));
	cr_expect_eq(sent.last_day, day_of(2025, 12, 31));
	cr_expect_eq(sent.until_day, DAY_NEVER);
}

Test(period, a_permission_spans_years)
{
	cr_assert_eq(run("period permit --from 2015 --to 2020-06 --until 2099-12-31 --reason load"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(sent.kind, LOCK_UNLOCK);
	cr_expect_eq(sent.area, 0);
	cr_expect_eq(sent.form, 0);
	cr_expect_eq(sent.first_day, day_of(2015, 1, 1));
	cr_expect_eq(sent.last_day, day_of(2020, 6, 30));
}

static void refused(const char *line, const char *why)
{
	const char *said;

	cr_redirect_stderr();
	cr_assert_eq(run(line), EXIT_USAGE, "%s", line);
	said = desk_said();
	cr_expect(strstr(said, why), "%s: %s", line, said);
	cr_expect_eq(commands, 0);
}

#define REFUSED(name_, line_, why_)                                                                \
	Test(period, name_)                                                                        \
	{                                                                                          \
		refused(line_, why_);                                                              \
	}

REFUSED(no_area, "period lock --area 1 --form CDC_MONTH --period 2026-04 --reason x",
	"there is no area '1'")
REFUSED(no_form, "period lock --area 320703 --form CDC --period 2026-04 --reason x",
	"there is no form 'CDC'")
REFUSED(no_period, "period unlock --area 320703 --form CDC_MONTH --period April --reason x",
	"period: ")
REFUSED(no_end, "period permit --from 2015 --to 2016 --until soon --reason x", "until: ")
REFUSED(another_kind_of_period,
	"period lock --area 320703 --form POPULATION_YEAR --period 2026-04 --reason x",
	"'2026-04' is no period of form 'POPULATION_YEAR'")
REFUSED(another_kind_of_period_unlocked,
	"period unlock --area 320703 --form CDC_MONTH --period 2026 --reason x",
	"'2026' is no period of form 'CDC_MONTH'")
REFUSED(another_kind_of_period_in_chinese,
	"--lang zh period lock --area 320703 --form POPULATION_YEAR --period 2026-04 --reason x",
	"周期不符")
REFUSED(a_lock_that_ended,
	"period lock --area 320703 --form CDC_MONTH --period 2026-04 --until 2020-12-31 --reason x",
	"until: '2020-12-31' has passed")
REFUSED(an_opening_that_ended,
	"period unlock --area 320703 --form CDC_MONTH --period 2026-04 --until 2020-12-31 --reason "
	"x",
	"until: '2020-12-31' has passed")
REFUSED(a_permission_that_ended,
	"period permit --from 2015 --to 2016 --until 2020-12-31 --reason x",
	"until: '2020-12-31' has passed")
REFUSED(a_permission_that_ended_in_chinese,
	"--lang zh period permit --from 2015 --to 2016 --until 2020-12-31 --reason x",
	"'2020-12-31' 已经过去")
REFUSED(the_wrong_way_round, "period permit --from 2016 --to 2015 --reason x",
	"the last day lies before the first")

Test(period, a_reason_is_needed)
{
	cr_assert_eq(run("period permit --from 2015 --to 2016"), ERR_INVALID);
	cr_expect(strstr(err_text(), "needs --reason"), "%s", err_text());
}
