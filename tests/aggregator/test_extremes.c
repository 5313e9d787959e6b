/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whoever may ask may ask anything: every indicator and plan, from the first period that there is
 * to the last one, over figures as large as a report can hold. Each question must be answered or
 * refused; none may end the service. */
#include "tests/aggregator/desk.h"

static const char *const periods[] = { "1949", "1949-01", "1949M", "1949MQ1", "2025", "2199",
	"2199-12", "2199Q4", "2199M", "2199MQ4" };
static const char *const windows[] = { "month", "ytd", "r12m", "r36m", "year", "mch_year", "plan",
	"baseline" };
static const char *const years[] = { "1949", "2020", "2199" };

static void question_ask(
	struct answering *answering, const char *verb, const char *const *arguments)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct frame frame;

	answer_of(answering, 1, (struct question){ .verb = bytes_str(verb) }, arguments, &frame,
		&out);
}

/* Of whole neighbouring numbers, so that fractions of fractions are as long as can be. */
static void year_append(
	struct writing *writing, const struct form *form, uint32_t facility, int year)
{
	int count = form->period == PERIOD_MONTH ? 12 : form->period == PERIOD_MCH_QUARTER ? 4 : 1;

	for (int index = 1; index <= count; index++) {
		AUTO(buffer_fini) struct buffer body = { 0 };
		uint32_t period = period_of(form->period, year, count == 1 ? 0 : index);
		struct given given[512];

		for (uint32_t i = 0; i < form->line_count; i++) {
			uint32_t at = i;

			for (; at > 0 && given[at - 1].element > form->lines[i].element; at--)
				given[at] = given[at - 1];
			given[at] = (struct given){ form->lines[i].element,
				((int64_t)1 << 40) - year - index - i, 0 };
		}
		report_body(facility, form->id, period, 1, given, form->line_count, &body);
		append(writing, (struct entry){ .kind = ENTRY_REPORT,
					.status = 1,
					.form = form->id,
					.period = period,
					.facility = facility,
					.revision = 1,
					.actor = 1,
					.catalogue = 1,
					.body = buffer_view(&body) });
	}
}

static struct follow *world_follow(const char *name, struct catalog **ret_catalog)
{
	struct writing writing;
	size_t forms;
	const struct form *form;

	folder_make();
	writing_open(&writing);
	append(&writing, (struct entry){ .kind = ENTRY_CATALOGUE,
				 .catalogue = 1,
				 .body = catalog_bundle_of(name, ret_catalog) });
	append_key(&writing, ROLE_READER, "reader");
	append_facility(&writing, 1, TOWN_1);
	append_facility(&writing, 2, DISTRICT_B);
	form = catalog_forms(*ret_catalog, &forms);
	for (size_t i = 0; i < forms; i++)
		for (int year = 2023; year <= 2025; year++)
			for (uint32_t facility = 1; facility <= 2; facility++)
				year_append(&writing, &form[i], facility, year);
	journal_close(writing.journal);
	return follow_all();
}

static void indicator_ask(struct answering *answering, const char *code)
{
	for (size_t p = 0; p < array_len(periods); p++)
		for (size_t w = 0; w < array_len(windows); w++)
			for (size_t y = 0; y < array_len(years); y++) {
				const char *const arguments[] = { "indicator", code, "period",
					periods[p], "window", windows[w], "since", years[y], "kind",
					"district", NULL };

				question_ask(answering, "indicator show", arguments);
				question_ask(answering, "indicator explain", arguments);
				question_ask(answering, "indicator rank", arguments);
			}
	question_ask(answering, "indicator series",
		ARGUMENTS("indicator", code, "from", "1949", "to", "2199", "since", "1949"));
	question_ask(answering, "indicator series",
		ARGUMENTS("indicator", code, "from", "2198-01", "to", "2199-12", "since", "2180"));
}

static void everything_is_answered(const char *name)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(answering_free) struct answering *answering = NULL;
	struct follow *follow = world_follow(name, &catalog);
	size_t indicators, plans;
	const struct indicator *indicator = catalog_indicators(catalog, &indicators);
	const struct plan_info *plan = catalog_plans(catalog, &plans);

	must(answering_new(follow, &answering));
	for (size_t i = 0; i < indicators; i++)
		indicator_ask(answering, indicator[i].code);
	for (size_t i = 0; i < plans; i++)
		for (size_t p = 0; p < array_len(periods); p++) {
			question_ask(answering, "plan scorecard",
				ARGUMENTS("plan", plan[i].code, "at", periods[p]));
			question_ask(answering, "plan summary",
				ARGUMENTS(
					"plan", plan[i].code, "at", periods[p], "area", "320703"));
		}
	follow_close(follow);
	folder_remove();
}

Test(extremes, every_method_answers_or_refuses)
{
	everything_is_answered("catalog_methods");
}

Test(extremes, every_plan_answers_or_refuses)
{
	everything_is_answered("catalog_plans");
}
