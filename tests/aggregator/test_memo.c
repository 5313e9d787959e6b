/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * No remembered value is ever out of date: after every change that a journal can hold, whoever has
 * answered since the beginning and somebody who remembers nothing must give the same bytes to every
 * question. The changes are drawn at random, by a fixed seed. */
#include "tests/aggregator/desk.h"

#include <sys/wait.h>

#include "model/facts.h"

enum { FACILITIES = 6, STEPS = 120 };

static const uint32_t areas[] = { CITY, DISTRICT_A, DISTRICT_B, TOWN_1 };
static uint64_t drawn = UINT64_C(88172645463325252);
static uint32_t revision;

static uint64_t draw(uint64_t below)
{
	drawn ^= drawn << 13;
	drawn ^= drawn >> 7;
	drawn ^= drawn << 17;
	return drawn % below;
}

/* Some are left out. Lines rise by element in a report, not on a form. */
static size_t lines_give(const struct form *form, struct given *given)
{
	size_t count = 0;

	for (uint32_t i = 0; i < form->line_count; i++) {
		size_t at = count;

		if (draw(8) == 0)
			continue;
		for (; at > 0 && given[at - 1].element > form->lines[i].element; at--)
			given[at] = given[at - 1];
		given[at] = (struct given){ form->lines[i].element, (int64_t)draw(500), 0 };
		count++;
	}
	return count;
}

static void write_report(struct writing *writing, const struct catalog *catalog, bool withdraw)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	struct given given[512];
	size_t forms;
	const struct form *form = catalog_forms(catalog, &forms) + draw(forms);
	int months[] = { [PERIOD_MONTH] = 12, [PERIOD_MCH_QUARTER] = 4, [PERIOD_YEAR] = 0 };
	struct entry entry = { .kind = withdraw ? ENTRY_WITHDRAWAL : ENTRY_REPORT,
		.status = 1,
		.form = form->id,
		.facility = (uint32_t)(1 + draw(FACILITIES)),
		.revision = ++revision,
		.actor = 2,
		.catalogue = 1 };

	entry.period = period_of(form->period, (int)(2021 + draw(6)),
		months[form->period] ? (int)(1 + draw((uint64_t)months[form->period])) : 0);
	if (!withdraw) {
		report_body(entry.facility, form->id, entry.period, entry.revision, given,
			lines_give(form, given), &body);
		entry.body = buffer_view(&body);
	}
	append(writing, entry);
}

/* Moves it, classes it anew, or closes it. */
static void write_facility(struct writing *writing, uint32_t number)
{
	const struct segment segments[] = {
		{ .from_day = day_of(2000, 1, 1),
			.area = areas[draw(array_len(areas))],
			.stratum = stratum_of(number > 3 ? AGENCY : HOSPITAL, PUBLIC) },
		{ .from_day = day_of(2024, 7, 1),
			.area = areas[draw(array_len(areas))],
			.stratum = stratum_of(number > 3 ? AGENCY : HOSPITAL, PRIVATE) },
	};

	append_place(writing, number, segments, (uint32_t)(1 + draw(2)),
		draw(4) ? DAY_NEVER : day_of(2025, 6, 30));
}

static void write_said(struct writing *writing, const struct catalog *catalog)
{
	static const char *const sources[] = { "yearbook", "bulletin" };
	AUTO(buffer_fini) struct buffer body = { 0 };
	size_t indicators, plans, targets = 0;
	const struct indicator *indicator = catalog_indicators(catalog, &indicators);
	const struct plan_info *plan = catalog_plans(catalog, &plans);
	const struct target *target = plans ? catalog_targets_of(catalog, plan, &targets) : NULL;
	struct fact fact = { .area = areas[draw(array_len(areas))],
		.period = period_of(PERIOD_YEAR, (int)(2022 + draw(4)), 0),
		.withdrawn = draw(5) == 0,
		.value = { .there = true, .value = (int64_t)draw(1000), .scale = 1 } };
	struct statement statement = { .area = fact.area,
		.period = fact.period,
		.says_preferred = true,
		.preferred = draw(2) };
	struct person_verdict verdict = {
		.period = fact.period, .outcome = VERDICT_MET, .evidence = "seen"
	};
	struct command command = { .reason = bytes_str("test"), .fact = &fact, .facts = 1 };

	indicator += draw(indicators);
	memcpy(fact.indicator, indicator->code, sizeof(fact.indicator));
	memcpy(statement.indicator, indicator->code, sizeof(fact.indicator));
	snprintf(fact.source, sizeof(fact.source), "%s", sources[draw(2)]);
	snprintf(statement.source, sizeof(statement.source), "%s", fact.source);
	if (draw(3) == 0)
		command = (struct command){
			.reason = bytes_str("test"), .statement = &statement, .statements = 1
		};
	else if (targets > 0 && draw(3) == 0) {
		snprintf(verdict.target, sizeof(verdict.target), "%s",
			target_cell(&target[draw(targets)], "id"));
		command = (struct command){
			.reason = bytes_str("test"), .verdict = &verdict, .verdicts = 1
		};
	}
	must(command_encode(&command, &body));
	append(writing, (struct entry){ .kind = command.verdicts ? ENTRY_VERDICT : ENTRY_FACT,
				.status = ANSWER_DONE,
				.actor = 1,
				.body = buffer_view(&body) });
}

static void write_step(struct writing *writing, const struct catalog *catalog, const char *name)
{
	static uint32_t number = 1;
	uint64_t what = draw(24);

	if (what < 18)
		write_report(writing, catalog, what < 2);
	else if (what < 21)
		write_said(writing, catalog);
	else if (what < 23)
		write_facility(writing, (uint32_t)(1 + draw(FACILITIES)));
	else
		append_catalogue_of(writing, name, ++number);
}

/* The journal may be opened once in a process, so another one writes to it. What it draws is drawn
 * here as well. */
static void step(const struct catalog *catalog, const char *name)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct writing writing;

		writing_open(&writing);
		write_step(&writing, catalog, name);
		journal_close(writing.journal);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	for (uint64_t skip = draw(50); skip > 0; skip--)
		(void)draw(2);
	revision++;
}

static void compare(struct answering *old, struct answering *fresh, int at, const char *verb,
	const char *const *arguments)
{
	AUTO(buffer_fini) struct buffer remembered = { 0 };
	AUTO(buffer_fini) struct buffer computed = { 0 };
	const struct question question = { .verb = bytes_str(verb) };
	struct frame frame;

	answer_of(old, 1, question, arguments, &frame, &remembered);
	answer_of(fresh, 1, question, arguments, &frame, &computed);
	cr_assert(bytes_equal(buffer_view(&remembered), buffer_view(&computed)),
		"step %d: %s %s %s %s", at, verb, arguments[1], arguments[3],
		arguments[2] ? arguments[5] : "");
}

static void compare_all(struct follow *follow, struct answering *old, int at)
{
	static const char *const codes[] = { "320700", "320703", "320703001" };
	static const char *const periods[] = { "2025", "2025-06", "2026" };
	const struct catalog *catalog = fold_catalog(follow_fold(follow));
	AUTO(answering_free) struct answering *fresh = NULL;
	size_t indicators, plans;
	const struct indicator *indicator = catalog_indicators(catalog, &indicators);
	const struct plan_info *plan = catalog_plans(catalog, &plans);

	must(answering_new(follow, &fresh));
	for (size_t i = 0; i < indicators; i++)
		for (size_t k = 0; k < array_len(codes) * array_len(periods); k++) {
			const char *area = codes[k / array_len(periods)];
			const char *period = periods[k % array_len(periods)];

			compare(old, fresh, at, "indicator show",
				ARGUMENTS("indicator", indicator[i].code, "area", area, "period",
					period, "since", k % 3 ? "2022" : "2023"));
			compare(old, fresh, at, "indicator show",
				ARGUMENTS("indicator", indicator[i].code, "facility",
					k % 2 ? "F1" : "F4", "period", period));
		}
	for (size_t i = 0; i < plans; i++)
		compare(old, fresh, at, "plan scorecard",
			ARGUMENTS("plan", plan[i].code, "at", "2025", "area", "320700"));
}

static void nothing_is_out_of_date(const char *name)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct answering *answering;
	struct writing writing;
	struct follow *follow;

	folder_make();
	writing_open(&writing);
	append_catalogue_of(&writing, name, 1);
	append_key(&writing, ROLE_READER, "reader");
	(void)catalog_bundle_of(name, &catalog);
	for (uint32_t i = 1; i <= FACILITIES; i++)
		write_facility(&writing, i);
	for (int i = 0; i < 200; i++)
		write_report(&writing, catalog, false);
	journal_close(writing.journal);
	follow = follow_all();
	must(answering_new(follow, &answering));
	for (int at = 0; at < STEPS; at++) {
		compare_all(follow, answering, at);
		step(catalog, name);
		while (follow_step(follow) == 0)
			;
	}
	answering_free(answering);
	follow_close(follow);
	folder_remove();
}

Test(memo, no_method_gives_what_is_out_of_date)
{
	nothing_is_out_of_date("catalog_methods");
}

Test(memo, no_scorecard_rests_on_what_is_out_of_date)
{
	nothing_is_out_of_date("catalog_plans");
}
