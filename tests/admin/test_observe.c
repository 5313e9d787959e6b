/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What huibaoctl adds to what the daemons say of themselves: connections, clocks, versions; and
 * metrics of two daemons as one text. The daemons are answers that this test wrote. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/observed.h"
#include "tests/admin/desk.h"

static struct {
	int64_t clock_ms[SERVERS]; /* ahead of this machine */
	bool away[SERVERS], older[SERVERS], bad[SERVERS];
} fake;
static struct arena *arena;
static struct buffer payload;

static void read_one(const void *ctx, struct samples *out)
{
	sample_add(out, 1, "program=\"%s\"", server_name(*(const enum server *)ctx));
}

static void read_own(const void *ctx, struct samples *out)
{
	if (*(const enum server *)ctx == SERVER_AGGREGATOR)
		sample_plain(out, 2.5);
}

static const struct metric table[] = {
	{ "huibao_both", METRIC_GAUGE, "", "Of both.", read_one },
	{ "huibao_own_total", METRIC_COUNTER, "", "Of one.", read_own },
};

static int fill_metrics(enum server server, struct answer_builder *answer)
{
	struct samples samples = { 0 };
	int r = metrics_read(table, array_len(table), &server, &samples);

	if (r == 0)
		r = answer_samples(answer, &samples);
	samples_fini(&samples);
	return r;
}

static int fill_doctor(enum server server, struct answer_builder *answer)
{
	struct doctor doctor = { 0 };
	struct clock_watch watch = { 0 };

	doctor_version(&doctor);
	if (fake.older[server])
		doctor_found(&doctor.row[0], "0.0.9");
	doctor_clock(&doctor, &watch, (struct wall){ clock_wall().ms + fake.clock_ms[server] });
	if (fake.bad[server])
		doctor_row(&doctor, DOCTOR_BACKUP, DOCTOR_BAD, 0);
	return answer_doctor(answer, &doctor);
}

static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	const struct position as_of = { .sequence = 1 };
	struct answer_builder *answer;

	(void)ctx;
	if (fake.away[server])
		return err_here(ERR_UNREACHABLE, "nobody listens at tcp://192.0.2.1:7300");
	payload.len = 0;
	cr_assert_eq(answer_new(&as_of, 0, &answer), 0);
	cr_assert_eq(bytes_equal(question->verb, bytes_str("metrics"))
			     ? fill_metrics(server, answer)
			     : fill_doctor(server, answer),
		0);
	cr_assert_eq(answer_encode(answer, &payload), 0);
	answer_free(answer);
	cr_assert_eq(answer_decode(arena, buffer_view(&payload), ret_answer), 0);
	return 0;
}

static int run(const char *verb, const char *format)
{
	static const struct service service = { .ask = fake_ask };

	cr_assert_eq(desk_take_words(DESK_WORDS(verb, "-o", format, "--lang", "en")), 0);
	return desk_run(&service);
}

/* Whether the printed CSV has a row that begins so. */
static bool row(const char *begin)
{
	for (const char *at = printed; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, begin, strlen(begin)) == 0)
			return true;
	}
	return false;
}

static void setup(void)
{
	cr_assert_eq(arena_new(&arena), 0);
}

TestSuite(observe, .init = setup, .fini = desk_clear);

Test(observe, a_house_that_is_well_has_rows_of_everybody_and_no_advice)
{
	cr_expect_eq(run("doctor", "csv"), EXIT_DONE);
	cr_expect(row("huibaoctl,connection,ok,ingestd,"), "%s", printed);
	cr_expect(row("huibaoctl,connection,ok,aggregator,"), "%s", printed);
	cr_expect(row("huibaoctl,versions,ok,"), "%s", printed);
	cr_expect(row("huibaoctl,clock-difference,ok,"), "%s", printed);
	cr_expect(row("ingestd,clock-jumps,ok,0,0,0,,"), "%s", printed);
	cr_expect(!strstr(printed, "chrony"), "%s", printed);
}

Test(observe, clocks_are_compared_both_ways)
{
	fake.clock_ms[SERVER_INGESTD] = -45000;
	fake.clock_ms[SERVER_AGGREGATOR] = 20000;
	cr_expect_eq(run("doctor", "csv"), EXIT_DONE, "a warning is no fault");
	cr_expect(row("huibaoctl,clock-difference,warn,ingestd: -45"), "%s", printed);
	cr_expect(row("huibaoctl,clock-difference,ok,aggregator: +20000 ms") ||
			  row("huibaoctl,clock-difference,ok,aggregator: +199"),
		"%s", printed);
	cr_expect(strstr(printed, "chrony"), "%s", printed);
	fake.clock_ms[SERVER_INGESTD] = 700000;
	cr_expect_eq(run("doctor", "csv"), EXIT_FOUND);
	cr_expect(row("huibaoctl,clock-difference,bad,ingestd: "), "%s", printed);
}

Test(observe, a_daemon_of_another_version_is_found)
{
	fake.older[SERVER_AGGREGATOR] = true;
	cr_expect_eq(run("doctor", "csv"), EXIT_DONE);
	cr_expect(row("huibaoctl,versions,warn,aggregator: 0.0.9," HUIBAO_VERSION), "%s", printed);
	cr_expect(row("huibaoctl,versions,ok,ingestd: "), "%s", printed);
}

Test(observe, a_daemon_that_is_away_is_a_row_and_the_other_is_asked_all_the_same)
{
	fake.away[SERVER_INGESTD] = true;
	cr_expect_eq(run("doctor", "csv"), EXIT_FOUND);
	cr_expect(row("huibaoctl,connection,bad,ingestd: nobody listens"), "%s", printed);
	cr_expect(row("aggregator,version,ok,"), "%s", printed);
	cr_redirect_stderr();
	cr_expect_eq(run("metrics", "table"), EXIT_AWAY);
	cr_expect(strstr(printed, "huibao_both{program=\"aggregator\"} 1\n"), "%s", printed);
}

Test(observe, what_a_daemon_finds_bad_is_the_exit_code)
{
	fake.bad[SERVER_INGESTD] = true;
	cr_expect_eq(run("doctor", "json"), EXIT_FOUND);
	cr_expect(strstr(printed, "huibao.doctor/v1"), "%s", printed);
}

Test(observe, a_family_of_both_daemons_stands_together)
{
	cr_expect_eq(run("metrics", "table"), EXIT_DONE);
	cr_expect_str_eq(printed,
		"# HELP huibao_both Of both.\n# TYPE huibao_both gauge\n"
		"huibao_both{program=\"ingestd\"} 1\nhuibao_both{program=\"aggregator\"} 1\n"
		"# HELP huibao_own_total Of one.\n# TYPE huibao_own_total counter\n"
		"huibao_own_total 2.500000000\n");
	cr_expect_eq(run("metrics", "json"), EXIT_DONE);
	cr_expect(strstr(printed, "\"metric\": \"huibao_own_total\""), "%s", printed);
}
