/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons say of figures and targets: folded with its author, found again after a restart, and
 * listed figure by figure. */
#include "model/facts.h"
#include "tests/aggregator/desk.h"

/* What a person says becomes an entry the way ingestd writes it. */
static void say(struct world *world, const struct command *command, enum entry_kind kind,
	uint32_t actor, uint64_t received)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	struct entry entry = {
		.kind = kind, .sequence = ++world->sequence, .actor = actor, .received = received
	};

	cr_assert_eq(command_encode(command, &body), 0, "%s", err_text());
	entry.body = buffer_view(&body);
	cr_assert_eq(fold_entry(world->fold, &world->ports, &entry), 0, "%s", err_text());
}

static void facts_expect(const struct facts *facts)
{
	const struct fact *fact = facts_value(facts, CITY, "VISITS", 2015400);
	const struct person_verdict *verdict = facts_verdict(facts, "T-1", 2015400);

	cr_assert_not_null(fact);
	cr_expect_str_eq(fact->source, "yearbook");
	cr_expect(fact->value.value == 260 && fact->value.scale == 1);
	cr_expect(fact->sequence == 2 && fact->actor == 7);
	cr_expect_eq(facts_count(facts), 3, "those of unknown indicators are kept");
	cr_assert_not_null(verdict);
	cr_expect(verdict->sequence == 4 && verdict->actor == 9 && verdict->received == 1234);
}

Test(said, what_persons_say_is_kept_with_its_author_and_outlives_a_restart)
{
	const struct fact facts[] = {
		{ .area = CITY,
			.indicator = "VISITS",
			.period = 2015400,
			.source = "yearbook",
			.value = { .there = true, .value = 260, .scale = 1 } },
		{ .area = CITY,
			.indicator = "VISITS",
			.period = 2015400,
			.source = "later",
			.value = { .there = true, .value = 27 } },
		{ .area = 77,
			.indicator = "GONE",
			.period = 2015400,
			.source = "yearbook",
			.value = { .there = true, .value = 1 } },
	};
	const struct statement statement = { .area = CITY,
		.indicator = "VISITS",
		.period = 2015400,
		.source = "yearbook",
		.says_preferred = true,
		.preferred = true };
	const struct person_verdict verdict = {
		.target = "T-1", .period = 2015400, .outcome = VERDICT_MET, .evidence = "seen"
	};
	struct fold *again = NULL;
	struct world world;

	world_init(&world);
	say(&world, &(struct command){ .fact = facts, .facts = 3 }, ENTRY_FACT, 7, 1000);
	say(&world, &(struct command){ .statement = &statement, .statements = 1 }, ENTRY_FACT, 8,
		1100);
	say(&world, &(struct command){ .verdict = &verdict, .verdicts = 1 }, ENTRY_VERDICT, 9,
		1234);
	world_finish(&world);
	facts_expect(fold_facts(world.fold));
	cr_assert_eq(fold_new(&again), 0);
	cr_assert_eq(fold_load(again, &world.ports), 0, "%s", err_text());
	facts_expect(fold_facts(again));
	fold_free(again);
	world_fini(&world);
}

static uint64_t append_said(
	struct writing *writing, const struct command *command, enum entry_kind kind)
{
	AUTO(buffer_fini) struct buffer body = { 0 };

	must(command_encode(command, &body));
	return append(writing, (struct entry){ .kind = kind,
				       .status = ANSWER_DONE,
				       .actor = 1,
				       .received = 1461024000000,
				       .body = buffer_view(&body) });
}

static uint64_t append_facts(struct writing *writing)
{
	const struct fact facts[] = {
		{ .area = CITY,
			.indicator = "VISITS",
			.period = 2015400,
			.source = "yearbook",
			.basis = "resident",
			.value = { .there = true, .value = 260, .scale = 1 } },
		{ .area = CITY,
			.indicator = "VISITS",
			.period = 2015400,
			.source = "bulletin",
			.comparator = COMPARATOR_ABOUT,
			.value = { .there = true, .value = 27 } },
		{ .area = TOWN_1,
			.indicator = "VISITS",
			.period = 2016400,
			.source = "state",
			.norm = true,
			.value = { .there = true, .value = 3 } },
		{ .area = CITY,
			.indicator = "GONE",
			.period = 2015400,
			.source = "yearbook",
			.value = { .there = true, .value = 1 } },
	};
	const struct fact withdrawal = { .area = CITY,
		.indicator = "VISITS",
		.period = 2015400,
		.source = "bulletin",
		.withdrawn = true };
	const struct statement statements[] = {
		{ .area = CITY,
			.indicator = "VISITS",
			.period = 2015400,
			.source = "yearbook",
			.says_preferred = true,
			.preferred = true,
			.note = "checked" },
		{ .area = CITY,
			.indicator = "VISITS",
			.period = 2015400,
			.source = SOURCE_REPORTS,
			.says_basis = true,
			.basis = "registered" },
	};

	append_said(writing, &(struct command){ .fact = facts, .facts = 4 }, ENTRY_FACT);
	append_said(
		writing, &(struct command){ .statement = statements, .statements = 2 }, ENTRY_FACT);
	return append_said(
		writing, &(struct command){ .fact = &withdrawal, .facts = 1 }, ENTRY_FACT);
}

Test(said, facts_are_listed_figure_by_figure_with_what_was_said_of_them)
{
	static const struct {
		const char *arguments[7];
		size_t rows;
	} cases[] = {
		{ { NULL }, 5 },
		{ { "indicator", "VISITS", NULL }, 4 },
		{ { "area", "320703", NULL }, 1 },
		{ { "period", "2015", "indicator", "VISITS", NULL }, 3 },
		{ { "period", "2017", NULL }, 0 },
	};
	struct follow *follow;
	struct writing writing;
	struct asked asked;
	uint64_t last;
	char text[24];

	journal_usual();
	writing_open(&writing);
	last = append_facts(&writing);
	journal_close(writing.journal);
	follow = follow_all();
	for (size_t i = 0; i < array_len(cases); i++) {
		ask(&asked, follow, "fact list", cases[i].arguments);
		cr_expect_eq(asked.answer.rows, cases[i].rows, "case %zu", i);
		asked_fini(&asked);
	}
	ask(&asked, follow, "fact list", ARGUMENTS("indicator", "VISITS"));
	cr_expect_str_eq(cell(&asked, 0, "source"), "bulletin");
	cr_expect_str_eq(cell(&asked, 0, "withdrawn"), "true");
	cr_expect_str_eq(cell(&asked, 0, "value"), "27", "what was taken back is shown");
	cr_expect_str_eq(cell(&asked, 0, "comparator"), "about");
	snprintf(text, sizeof(text), "%lu", last);
	cr_expect_str_eq(cell(&asked, 0, "sequence"), text);
	cr_expect_str_eq(cell(&asked, 1, "source"), "yearbook");
	cr_expect_str_eq(cell(&asked, 1, "value"), "26.0");
	cr_expect_str_eq(cell(&asked, 1, "preferred"), "true");
	cr_expect_str_eq(cell(&asked, 1, "basis"), "resident");
	cr_expect_str_eq(cell(&asked, 1, "note"), "checked");
	cr_expect_str_eq(cell(&asked, 1, "who"), "reader");
	snprintf(text, sizeof(text), "%lu", last - 1);
	cr_expect_str_eq(cell(&asked, 1, "sequence"), text, "who spoke last of it");
	cr_expect_str_eq(cell(&asked, 2, "origin"), "reports");
	cr_expect_str_eq(cell(&asked, 2, "basis"), "registered");
	cr_expect_str_eq(cell(&asked, 2, "value"), "");
	cr_expect_str_eq(cell(&asked, 3, "norm"), "true");
	asked_fini(&asked);
	expect_verified(follow);
	follow_close(follow);
	folder_remove();
}

Test(said, verdicts_are_listed_with_who_gave_them_and_which_count)
{
	struct person_verdict verdicts[] = {
		{ .target = "T-2", .period = 2020400, .outcome = VERDICT_MET, .evidence = "a" },
		{ .target = "T-1",
			.period = 2020400,
			.outcome = VERDICT_UNDER_WAY,
			.evidence = "b" },
		{ .target = "T-2",
			.period = 2020400,
			.outcome = VERDICT_NOT_MET,
			.evidence = "c",
			.note = "n" },
	};
	struct follow *follow;
	struct writing writing;
	struct asked asked;

	journal_usual();
	writing_open(&writing);
	append_said(
		&writing, &(struct command){ .verdict = verdicts, .verdicts = 3 }, ENTRY_VERDICT);
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "verdict list", NULL);
	cr_assert_eq(asked.answer.rows, 3);
	cr_expect_str_eq(cell(&asked, 0, "target"), "T-1");
	cr_expect_str_eq(cell(&asked, 0, "outcome"), "under_way");
	cr_expect_str_eq(cell(&asked, 0, "counts"), "true");
	cr_expect_str_eq(cell(&asked, 1, "evidence"), "a");
	cr_expect_str_eq(cell(&asked, 1, "counts"), "false");
	cr_expect_str_eq(cell(&asked, 2, "counts"), "true");
	cr_expect_str_eq(cell(&asked, 2, "note"), "n");
	cr_expect_str_eq(cell(&asked, 2, "period"), "2020");
	cr_expect_str_eq(cell(&asked, 2, "who"), "reader");
	cr_expect(strstr(cell(&asked, 2, "received"), "2016-04-19"), "%s",
		cell(&asked, 2, "received"));
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}
