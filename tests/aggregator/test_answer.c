/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Answers: explanations that add up, what was sent, lists, and refusals that say why. */
#include "tests/aggregator/desk.h"
#include "model/decimal.h"

/* Digits with at most nine decimals, as a whole number of billionths. */
static int64_t billionths(const char *digits)
{
	int64_t value;

	must(decimal_parse(digits, 9, &value));
	return value;
}

static void explanation_expect(struct follow *follow, const char *const *arguments)
{
	struct asked show, explain;
	int64_t top = 0, bottom = 0;

	ask(&show, follow, "indicator show", arguments);
	ask(&explain, follow, "indicator explain", arguments);
	for (size_t i = 0; i < explain.answer.rows; i++) {
		const char *contribution = cell(&explain, i, "contribution");

		if (strcmp(cell(&explain, i, "left_out"), "true") == 0 || !contribution[0])
			continue;
		*(strcmp(cell(&explain, i, "side"), "numerator") == 0 ? &top : &bottom) +=
			billionths(contribution);
	}
	cr_expect_eq(top, billionths(cell(&show, 0, "numerator")), "%s", arguments[1]);
	cr_expect_eq(bottom, billionths(cell(&show, 0, "denominator")), "%s", arguments[1]);
	asked_fini(&show);
	asked_fini(&explain);
}

Test(explain, rows_add_up_to_both_sides_exactly)
{
	struct follow *follow;
	struct writing writing;
	struct asked asked;

	journal_usual();
	writing_open(&writing);
	append_report(&writing, 1, "2026-02", 1, 0, GIVEN({ BED_MEAN, 10, 0 }));
	append_report(&writing, 2, "2026-02", 1, 0, GIVEN({ BED_MEAN, 11, 0 }));
	append_report(&writing, 1, "2026-03", 1, 0, GIVEN({ BED_MEAN, 7, 0 }));
	journal_close(writing.journal);
	follow = follow_all();
	explanation_expect(follow, ARGUMENTS("indicator", "VISITS", "period", "2026-01"));
	explanation_expect(follow, ARGUMENTS("indicator", "INCOME_PER_VISIT", "period", "2026-01"));
	explanation_expect(
		follow, ARGUMENTS("indicator", "BEDS_MEAN", "period", "2026Q1")); /* thirds */
	explanation_expect(follow, ARGUMENTS("indicator", "PER_HOSPITAL", "period", "2026-01"));
	explanation_expect(
		follow, ARGUMENTS("indicator", "PER_DAY", "period", "2026-02", "window", "ytd"));
	ask(&asked, follow, "indicator explain",
		ARGUMENTS("indicator", "INCOME_PER_VISIT", "period", "2026-01"));
	cr_assert_eq(asked.answer.rows, 4);
	cr_expect_str_eq(cell(&asked, 0, "facility"), "F1");
	cr_expect_str_eq(cell(&asked, 0, "value"), "33.33");
	cr_expect_str_eq(cell(&asked, 0, "revision"), "2");
	cr_expect_eq(strlen(cell(&asked, 0, "digest")), 64);
	cr_expect_str_eq(cell(&asked, 1, "left_out"), "true");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* A township hospital's month under the catalogue as it is in force. */
static void append_month(struct writing *writing, const struct catalog *catalog, uint32_t facility,
	const struct given *given, size_t count)
{
	const struct form *form = catalog_form_by_code(catalog, "PRIMARY_MONTH");
	const struct attribute *class =
		catalog_attribute_by_code(catalog, DIMENSION_CLASS, "township_hospital");

	append_facility_of(writing, facility, DISTRICT_B, class->id);
	append_sent(writing, (struct sent){ facility, form->id, "2025-01", 1, 0, NULL, 0 }, given,
		count);
}

/* Totals for other units are owed by nobody: a row says what is given, never what is not. */
Test(explain, what_nobody_owes_has_no_row)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct element *visit, *others;
	struct follow *follow;
	struct writing writing;
	struct asked asked;

	folder_make();
	writing_open(&writing);
	append(&writing, (struct entry){ .kind = ENTRY_CATALOGUE,
				 .catalogue = 1,
				 .body = catalog_bundle_of("../../catalog", &catalog) });
	append_key(&writing, ROLE_READER, "reader");
	visit = catalog_element_by_code(catalog, "VISIT");
	others = catalog_element_by_code(catalog, "VISIT_FOR_VILLAGE_CLINIC");
	cr_assert(visit && others && element_for_others(others));
	append_month(&writing, catalog, 1, GIVEN({ visit->id, 100, 0 }));
	append_month(&writing, catalog, 2, GIVEN({ visit->id, 10, 0 }, { others->id, 5, 0 }));
	append_month(&writing, catalog, 3, GIVEN({ visit->id, 0, ABSENT_WITHHELD }));
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "indicator explain",
		ARGUMENTS("indicator", "VISITS", "period", "2025-01", "window", "month", "area",
			"320706"));
	cr_assert_eq(asked.answer.rows, 5, "%zu", asked.answer.rows);
	for (size_t i = 0; i < 4; i++) { /* the fifth is the denominator's 1 */
		const char *element = cell(&asked, i, "element");
		bool third = strcmp(cell(&asked, i, "facility"), "F3") == 0;

		cr_expect(strcmp(element, third || cell(&asked, i, "value")[0] != '5'
						  ? "VISIT"
						  : "VISIT_FOR_VILLAGE_CLINIC") == 0,
			"%zu: %s", i, element);
		cr_expect_eq(cell(&asked, i, "value")[0] == '\0', third, "its own hole stays");
	}
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(answer, a_report_shows_what_was_sent_and_its_history)
{
	uint64_t last = journal_usual();
	struct follow *follow = follow_all();
	struct asked asked;
	char text[24];

	ask(&asked, follow, "report show",
		ARGUMENTS("facility", "F2", "form", "HM", "period", "2026-01"));
	cr_assert_eq(asked.answer.rows, 9);
	cr_expect_str_eq(cell(&asked, 0, "value"), "7");
	cr_expect_str_eq(cell(&asked, 1, "absent"), "withheld");
	cr_expect_str_eq(cell(&asked, 2, "absent"), "not_collected");
	asked_fini(&asked);
	ask(&asked, follow, "report history",
		ARGUMENTS("facility", "F1", "form", "HM", "period", "2026-01"));
	cr_assert_eq(asked.answer.rows, 2);
	snprintf(text, sizeof(text), "%lu", last);
	cr_expect_str_eq(cell(&asked, 0, "sequence"), text);
	cr_expect_str_eq(cell(&asked, 0, "actor"), "collector");
	cr_expect_str_eq(cell(&asked, 1, "revision"), "1");
	cr_expect_str_eq(cell(&asked, 1, "office_text"), "");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(answer, lists_have_a_row_for_each_thing)
{
	static const struct {
		const char *verb;
		const char *arguments[7];
		size_t rows;
	} cases[] = {
		{ "area list", { NULL }, 6 },
		{ "area list", { "under", "320703", NULL }, 3 },
		{ "facility list", { NULL }, 2 },
		{ "facility list", { "area", "320703", NULL }, 1 },
		{ "facility list", { "class", "clinic", NULL }, 0 },
		{ "facility list", { "class", "hospital", NULL }, 2 },
		{ "indicator list", { NULL }, 19 },
		{ "cell list", { "form", "HM", "period", "2026-01", NULL }, 36 },
		{ "cell list", { "form", "HM", "period", "2026-01", "area", "320700", NULL }, 9 },
	};
	struct follow *follow;
	struct asked asked;

	journal_usual();
	follow = follow_all();
	for (size_t i = 0; i < array_len(cases); i++) {
		ask(&asked, follow, cases[i].verb, cases[i].arguments);
		cr_expect_eq(asked.answer.rows, cases[i].rows, "%s: %zu", cases[i].verb,
			asked.answer.rows);
		asked_fini(&asked);
	}
	ask(&asked, follow, "indicator list", NULL);
	cr_expect_str_eq(cell(&asked, 11, "numerator"), "BED_DAY_USED[ownership=public]");
	cr_expect_str_eq(cell(&asked, 12, "numerator"), "N_AREA[kind=town]");
	cr_expect_str_eq(cell(&asked, 13, "numerator"), "2*VISIT - 0.5*BED[class=hospital]");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

static const char *cell_or_null(const struct asked *asked, size_t row, const char *name)
{
	const char *text = cell(asked, row, name);

	return text ? text : "";
}

/* F1 is registered, then given again with a history: the answer is the newest record, whole. */
Test(answer, a_facility_is_shown_over_time)
{
	static const char *const rows[][6] = {
		{ "open", "2000-01-01", "2009-12-31", "320703001", "public", "" },
		{ "open", "2010-01-01", "2015-06-30", "320706", "public", "" },
		{ "closed", "2015-07-01", "", "320706", "public", "" },
		{ "reported_for", "2012-01-01", "2012-12-31", "", "", "F2" },
		{ "reported_for", "2014-01-01", "", "", "", "F3" },
	};
	struct facility facility = { .code = "F1",
		.name = "One",
		.segments = 3,
		.segment = { { day_of(2000, 1, 1), TOWN_1, stratum_of(HOSPITAL, PUBLIC), false },
			{ day_of(2010, 1, 1), DISTRICT_B, stratum_of(HOSPITAL, PUBLIC), false },
			{ day_of(2015, 7, 1), DISTRICT_B, stratum_of(HOSPITAL, PUBLIC), true } },
		.proxies = 2,
		.proxied = { { HM, "F2", day_of(2012, 1, 1), day_of(2012, 12, 31) },
			{ HM, "F3", day_of(2014, 1, 1), DAY_NEVER } } };
	const struct command command = {
		.reason = bytes_str("test"), .facility = &facility, .facilities = 1
	};
	AUTO(buffer_fini) struct buffer body = { 0 };
	struct writing writing;
	struct follow *follow;
	struct asked asked;
	uint64_t last;

	folder_make();
	writing_open(&writing);
	append_catalogue(&writing, 1);
	append_key(&writing, ROLE_READER, "reader");
	append_facility(&writing, 1, TOWN_1);
	must(command_encode(&command, &body));
	last = append(
		&writing, (struct entry){ .kind = ENTRY_REGISTRY, .body = buffer_view(&body) });
	append_facility(&writing, 2, DISTRICT_B);
	journal_close(writing.journal);
	follow = follow_all();
	for (int again = 0; again < 2; again++) { /* folded now, and taken up from the tables */
		ask(&asked, follow, "facility show", ARGUMENTS("facility", "F1"));
		cr_assert_eq(asked.answer.rows, array_len(rows));
		for (size_t i = 0; i < array_len(rows); i++) {
			char sequence[24];

			snprintf(sequence, sizeof(sequence), "%llu", (unsigned long long)last);
			cr_expect_str_eq(cell_or_null(&asked, i, "sequence"), sequence);
			cr_expect_str_eq(cell_or_null(&asked, i, "name"), "One");
			cr_expect_str_eq(cell_or_null(&asked, i, "what"), rows[i][0]);
			cr_expect_str_eq(cell_or_null(&asked, i, "from"), rows[i][1]);
			cr_expect_str_eq(cell_or_null(&asked, i, "until"), rows[i][2]);
			cr_expect_str_eq(cell_or_null(&asked, i, "area"), rows[i][3]);
			cr_expect_str_eq(cell_or_null(&asked, i, "ownership"), rows[i][4]);
			cr_expect_str_eq(cell_or_null(&asked, i, "reporter"), rows[i][5]);
		}
		asked_fini(&asked);
		follow_close(follow);
		follow = follow_all();
	}
	follow_close(follow);
	folder_remove();
}

Test(answer, what_cannot_be_answered_says_why)
{
	uint64_t last = journal_usual();
	struct follow *follow = follow_all();
	const struct {
		const char *name;
		uint32_t actor;
		struct question question;
		const char *arguments[7];
		enum answer_outcome outcome;
		const char *text;
	} cases[] = {
		{ "unknown verb", 1, { .verb = bytes_str("dance") }, { NULL }, ANSWER_INVALID,
			"indicator explain" },
		{ "collector", 2, { .verb = bytes_str("status") }, { NULL }, ANSWER_NOT_ALLOWED,
			"may not ask" },
		{ "no such key", 9, { .verb = bytes_str("status") }, { NULL }, ANSWER_NOT_ALLOWED,
			"may not ask" },
		{ "not yet", 1, { .verb = bytes_str("status"), .at_least = last + 1 }, { NULL },
			ANSWER_NOT_YET, "ask again" },
		{ "moved on", 1, { .verb = bytes_str("status"), .has_as_of = true }, { NULL },
			ANSWER_MOVED_ON, "start again" },
		{ "no indicator", 1, { .verb = bytes_str("indicator show") }, { NULL },
			ANSWER_INVALID, "missing" },
		{ "unknown indicator", 1, { .verb = bytes_str("indicator show") },
			{ "indicator", "X", NULL }, ANSWER_NOT_FOUND, "no indicator 'X'" },
		{ "bad area", 1, { .verb = bytes_str("indicator show") },
			{ "indicator", "VISITS", "area", "1x", "period", "2026-01", NULL },
			ANSWER_NOT_FOUND, "1x" },
		{ "bad period", 1, { .verb = bytes_str("indicator show") },
			{ "indicator", "VISITS", "period", "May", NULL }, ANSWER_INVALID, "May" },
		{ "window", 1, { .verb = bytes_str("indicator show") },
			{ "indicator", "VISITS", "period", "2026", NULL }, ANSWER_INVALID,
			"window" },
		{ "no report", 1, { .verb = bytes_str("report show") },
			{ "facility", "F1", "form", "HM", "period", "2020-01", NULL },
			ANSWER_NOT_FOUND, "has sent no" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct asked asked;

		ask_as(&asked, follow, cases[i].actor, cases[i].question, cases[i].arguments);
		cr_expect_eq(asked.answer.outcome, cases[i].outcome, "%s", cases[i].name);
		cr_expect(memmem(asked.answer.text.data, asked.answer.text.len, cases[i].text,
				  strlen(cases[i].text)),
			"%s: %.*s", cases[i].name, (int)asked.answer.text.len,
			(const char *)asked.answer.text.data);
		asked_fini(&asked);
	}
	follow_close(follow);
	folder_remove();
}

Test(answer, bytes_that_are_no_question_are_refused)
{
	AUTO(answering_free) struct answering *answering = NULL;
	AUTO(buffer_fini) struct buffer out = { 0 };
	const uint8_t nonsense[] = { 0xff, 0x00, 0x12 };
	const struct frame frames[] = {
		{ .type = FRAME_QUESTION, .request = 1, .length = sizeof(nonsense) },
		{ .type = FRAME_SUBMIT, .request = 2, .length = sizeof(nonsense) },
		{ .type = FRAME_PING, .request = 3, .length = sizeof(nonsense) },
	};
	uint8_t header[FRAME_HEADER_BYTES];
	struct follow *follow;
	struct frame frame;

	journal_usual();
	follow = follow_all();
	must(answering_new(follow, &answering));
	for (size_t i = 0; i < array_len(frames); i++) {
		frame_encode(&frames[i], header);
		must(answer_message(answering, 1, bytes_of(header, sizeof(header)),
			bytes_of(nonsense, sizeof(nonsense)), &frame, &out));
		cr_expect_eq(frame.type, FRAME_REFUSAL);
		cr_expect_eq(frame.request, frames[i].request);
	}
	cr_expect_eq(answer_message(answering, 1, bytes_of(nonsense, 3), bytes_of(nonsense, 3),
			     &frame, &out),
		FRAME_UNANSWERABLE);
	cr_expect_eq(answering_refused(answering), 4);
	follow_close(follow);
	folder_remove();
}

/* The catalogue with two plans; a reader. */
static void journal_of_plans(void)
{
	struct writing writing;

	folder_make();
	writing_open(&writing);
	append_catalogue_of(&writing, "catalog_plans", 1);
	append_key(&writing, ROLE_READER, "reader");
	journal_close(writing.journal);
}

Test(answer, idle_moments_judge_each_plan_once)
{
	AUTO(answering_free) struct answering *answering = NULL;
	struct follow *follow;

	journal_of_plans();
	follow = follow_all();
	must(answering_new(follow, &answering));
	must(answering_warm(answering));
	must(answering_warm(answering));
	cr_expect_eq(answering_warm(answering), WARM_DONE, "there are two plans");
	cr_expect_eq(answering_warm(answering), WARM_DONE);
	follow_close(follow);
	folder_remove();
}

Test(answer, without_a_plan_idle_moments_do_nothing)
{
	AUTO(answering_free) struct answering *answering = NULL;
	struct follow *follow;

	journal_usual();
	follow = follow_all();
	must(answering_new(follow, &answering));
	cr_expect_eq(answering_warm(answering), WARM_DONE);
	follow_close(follow);
	folder_remove();
}
