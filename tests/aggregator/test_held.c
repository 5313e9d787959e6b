/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Held reports as an operator sees them, and that the preview of an acceptance says exactly what
 * the acceptance then does, and leaves nothing behind. */
#include "tests/aggregator/acts_desk.h"

enum { NURSE = 1, POP };
enum { VISITS_FORM = 1, STAFF_FORM = 3, PEOPLE_FORM = 4 };

static const struct finding findings[] = {
	{ .code = FINDING_RULE,
		.element = NURSE,
		.found = 2400,
		.limit = 1260,
		.severity = SEVERITY_HOLD,
		.rule = "W26" },
	{ .code = FINDING_TEN_TIMES,
		.element = NURSE,
		.found = 2400,
		.limit = 1200,
		.severity = SEVERITY_HOLD,
		.has_proposed = true,
		.proposed = 240,
		.rule = "W22" },
	{ .code = FINDING_LOCKED, .found = 18000, .limit = 18100, .severity = SEVERITY_HOLD },
};

struct story {
	uint64_t in_force, held, other;
	uint32_t facility; /* whose report is held */
};

static void staff(struct writing *writing, uint32_t facility, const char *year, int64_t nurses,
	uint64_t *ret_sequence)
{
	uint64_t sequence =
		append_sent(writing, (struct sent){ facility, STAFF_FORM, year, 1, 0, NULL, 0 },
			GIVEN({ NURSE, nurses, 0 }));

	if (ret_sequence)
		*ret_sequence = sequence;
}

/* F1 in town A1 sends 2400 nurses for 2020, where 1200 are in force. Or, first: F2 in district B
 * has its first report for 2020 held, where nothing is in force. */
static struct story journal_held_of(bool first)
{
	struct writing writing;
	struct story story = { .facility = first ? 2 : 1 };

	folder_make();
	writing_open(&writing);
	append_catalogue_of(&writing, "catalog_plans", 1);
	append_key(&writing, ROLE_READER, "reader");
	append_key(&writing, ROLE_COLLECTOR, "collector");
	append_facility_of(&writing, 1, TOWN_1, HOSPITAL);
	append_facility_of(&writing, 2, DISTRICT_B, HOSPITAL);
	append_facility_of(&writing, 3, DISTRICT_A, AGENCY);
	append_facility_of(&writing, 4, DISTRICT_B, AGENCY);
	staff(&writing, 1, "2019", 1190, NULL);
	staff(&writing, 1, "2020", 1200, &story.in_force);
	if (first)
		staff(&writing, 2, "2018", 1400, NULL);
	else
		staff(&writing, 2, "2020", 1510, NULL);
	append_sent(&writing, (struct sent){ 3, PEOPLE_FORM, "2020", 1, 0, NULL, 0 },
		GIVEN({ POP, 600000, 0 }));
	append_sent(&writing, (struct sent){ 4, PEOPLE_FORM, "2020", 1, 0, NULL, 0 },
		GIVEN({ POP, 400000, 0 }));
	if (first)
		story.in_force = 0;
	story.held = append_sent(&writing,
		(struct sent){ story.facility, STAFF_FORM, "2020", first ? 1 : 2, story.in_force,
			findings, array_len(findings) },
		GIVEN({ NURSE, 2400, 0 }));
	story.other = append_sent(&writing,
		(struct sent){ 2, STAFF_FORM, "2019", 1, 0, findings, 1 }, GIVEN({ NURSE, 9, 0 }));
	journal_close(writing.journal);
	return story;
}

static struct story journal_held(void)
{
	return journal_held_of(false);
}

static const char *number_text(uint64_t number)
{
	static char text[4][24];
	static int at;

	at = (at + 1) % 4;
	snprintf(text[at], sizeof(text[at]), "%llu", (unsigned long long)number);
	return text[at];
}

static void decide(const struct story *story, enum decision_kind kind, const char *note)
{
	struct decision decision = { .key = key_of(story->facility, STAFF_FORM, "2020"),
		.held = story->held,
		.replaces = story->in_force,
		.kind = kind };
	struct writing writing;

	snprintf(decision.note, sizeof(decision.note), "%s", note);
	writing_open(&writing);
	append_decision(&writing, &decision);
	journal_close(writing.journal);
}

Test(held, waiting_reports_are_listed_oldest_first)
{
	struct story story = journal_held();
	struct follow *follow = follow_all();
	struct asked asked;

	ask(&asked, follow, "held list", NULL);
	cr_assert_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "sequence"), number_text(story.held));
	cr_expect_str_eq(cell(&asked, 1, "sequence"), number_text(story.other));
	cr_expect_str_eq(cell(&asked, 0, "facility"), "F1");
	cr_expect_str_eq(cell(&asked, 0, "area"), "320703001");
	cr_expect_str_eq(cell(&asked, 0, "form"), "IY");
	cr_expect_str_eq(cell(&asked, 0, "period"), "2020");
	cr_expect_str_eq(cell(&asked, 0, "revision"), "2");
	cr_expect_str_eq(cell(&asked, 0, "who"), "collector");
	cr_expect_str_eq(cell(&asked, 0, "state"), "waiting");
	cr_expect_str_eq(cell(&asked, 0, "findings"), "3");
	cr_expect_str_eq(cell(&asked, 0, "finding"), finding_name(FINDING_RULE));
	cr_expect_str_eq(cell(&asked, 0, "rule"), "W26");
	cr_expect_str_eq(cell(&asked, 0, "element"), "NURSE");
	cr_expect_str_eq(cell(&asked, 0, "diagnosis"), finding_name(FINDING_TEN_TIMES));
	cr_expect_str_eq(cell(&asked, 0, "in_force"), number_text(story.in_force));
	cr_expect_str_eq(cell(&asked, 0, "in_force_revision"), "1");
	cr_expect_str_eq(cell(&asked, 1, "in_force"), "");
	cr_expect_str_eq(cell(&asked, 1, "diagnosis"), "");
	asked_fini(&asked);
	ask_as(&asked, follow, 1, (struct question){ .verb = bytes_str("held list"), .offset = 1 },
		NULL);
	cr_assert_eq(asked.answer.rows, 1, "the second page");
	cr_expect_str_eq(cell(&asked, 0, "sequence"), number_text(story.other));
	cr_expect_str_eq(cell(&asked, 0, "findings"), "1");
	asked_fini(&asked);
	ask(&asked, follow, "held list", ARGUMENTS("area", "320706"));
	cr_expect_eq(asked.answer.rows, 1);
	asked_fini(&asked);
	ask(&asked, follow, "held list", ARGUMENTS("period", "2020", "form", "IY"));
	cr_expect_eq(asked.answer.rows, 1);
	asked_fini(&asked);
	ask(&asked, follow, "held list", ARGUMENTS("state", "accepted"));
	cr_expect_eq(asked.answer.rows, 0);
	asked_fini(&asked);
	expect_outcome(follow, ANSWER_INVALID, "held list", ARGUMENTS("state", "lost"));
	follow_close(follow);
	folder_remove();
}

Test(held, one_shows_its_findings_and_what_stands_beside_its_figures)
{
	struct story story = journal_held();
	struct follow *follow = follow_all();
	struct asked asked;

	ask(&asked, follow, "held show", ARGUMENTS("sequence", number_text(story.held)));
	cr_assert_eq(asked.answer.rows, 3);
	cr_expect_str_eq(cell(&asked, 1, "finding"), finding_name(FINDING_TEN_TIMES));
	cr_expect_str_eq(cell(&asked, 1, "found"), "2400");
	cr_expect_str_eq(cell(&asked, 1, "limit"), "1200");
	cr_expect_str_eq(cell(&asked, 1, "proposed"), "240");
	cr_expect_str_eq(cell(&asked, 2, "proposed"), "");
	cr_expect_str_eq(cell(&asked, 2, "element"), "");
	cr_expect_str_eq(cell(&asked, 2, "severity"), "hold");
	cr_expect_str_eq(cell(&asked, 0, "in_force"), number_text(story.in_force));
	asked_fini(&asked);
	ask(&asked, follow, "held values", ARGUMENTS("sequence", number_text(story.held)));
	cr_assert_eq(asked.answer.rows, 1);
	cr_expect_str_eq(cell(&asked, 0, "value"), "2400");
	cr_expect_str_eq(cell(&asked, 0, "in_force"), "1200");
	cr_expect_str_eq(cell(&asked, 0, "before"), "1190");
	cr_expect_str_eq(cell(&asked, 0, "year_ago"), "1190");
	cr_expect_str_eq(cell(&asked, 0, "finding"), finding_name(FINDING_RULE));
	asked_fini(&asked);
	expect_outcome(follow, ANSWER_NOT_FOUND, "held show",
		ARGUMENTS("sequence", number_text(story.in_force)));
	expect_outcome(follow, ANSWER_NOT_FOUND, "held show", ARGUMENTS("sequence", "99999"));
	follow_close(follow);
	folder_remove();
}

/* Whoever accepts it must see that nothing is left in force then. */
Test(held, a_withdrawal_says_that_it_is_one)
{
	struct story story = journal_held();
	struct report report = { .facility = bytes_str("F1"),
		.form = STAFF_FORM,
		.period = period_text("2020"),
		.revision = 3,
		.withdrawal = true };
	AUTO(buffer_fini) struct buffer body = { 0 };
	AUTO(buffer_fini) struct buffer packed = { 0 };
	struct writing writing;
	struct follow *follow;
	struct asked asked;
	uint64_t sequence;

	must(report_encode(&report, &body));
	must(findings_encode(findings, 1, 0, &packed));
	writing_open(&writing);
	sequence = append(&writing, (struct entry){ .kind = ENTRY_HELD,
					    .status = STATUS_HELD,
					    .form = STAFF_FORM,
					    .period = report.period,
					    .facility = 1,
					    .revision = 3,
					    .actor = 2,
					    .catalogue = 1,
					    .replaces = story.in_force,
					    .findings = buffer_view(&packed),
					    .body = buffer_view(&body) });
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "held show", ARGUMENTS("sequence", number_text(sequence)));
	cr_expect_str_eq(cell(&asked, 0, "withdrawal"), "true");
	asked_fini(&asked);
	ask(&asked, follow, "held list", NULL);
	cr_assert_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "withdrawal"), "false");
	cr_expect_str_eq(cell(&asked, 1, "withdrawal"), "true");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(held, a_decision_shows_and_ends_the_waiting)
{
	struct story story = journal_held();
	struct follow *follow;
	struct asked asked;

	decide(&story, DECISION_RETURN, "count again");
	follow = follow_all();
	ask(&asked, follow, "held show", ARGUMENTS("sequence", number_text(story.held)));
	cr_expect_str_eq(cell(&asked, 0, "state"), "returned");
	cr_expect_str_eq(cell(&asked, 0, "note"), "count again");
	asked_fini(&asked);
	ask(&asked, follow, "held list", NULL);
	cr_expect_eq(asked.answer.rows, 1);
	asked_fini(&asked);
	ask(&asked, follow, "held list", ARGUMENTS("state", "all"));
	cr_expect_eq(asked.answer.rows, 2);
	asked_fini(&asked);
	expect_outcome(follow, ANSWER_INVALID, "held impact",
		ARGUMENTS("sequence", number_text(story.held)));
	follow_close(follow);
	folder_remove();
}

Test(held, the_history_says_who_put_a_held_report_in_force)
{
	struct story story = journal_held();
	struct follow *follow;
	struct asked asked;

	decide(&story, DECISION_ACCEPT, "seen");
	follow = follow_all();
	ask(&asked, follow, "report history",
		ARGUMENTS("facility", "F1", "form", "IY", "period", "2020"));
	cr_assert_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "sequence"), number_text(story.held));
	cr_expect_str_eq(cell(&asked, 0, "kind"), "held");
	cr_expect_str_eq(cell(&asked, 0, "decided_by"), "reader");
	cr_expect_gt(strtoull(cell(&asked, 0, "decided"), NULL, 10), story.held);
	cr_expect_str_eq(cell(&asked, 1, "decided"), "");
	cr_expect_str_eq(cell(&asked, 1, "decided_by"), "");
	asked_fini(&asked);
	expect_outcome(follow, ANSWER_NOT_FOUND, "report history",
		ARGUMENTS("facility", "F1", "form", "IY", "period", "2010"));
	follow_close(follow);
	folder_remove();
}

/* From the facility's area up, of F1 and F2; the district is the second, and the first. */
static const char *const paths[2][3] = { { "320703001", "320703", "320700" },
	{ "320706", "320706", "320700" } };
static const char *const districts[2] = { "320703", "320706" };
static const char *const codes[] = { "NURSES", "INFANTS", "MOTHERS", "VISITS", "SMOKING",
	"NURSES_A_DAY", "SHARE_MET", "LIFE", "NURSES_PLACE" };

/* Everything that a decision can change, as text. */
struct figures {
	char value[3][array_len(codes)][48], shown[3][array_len(codes)][48];
	char rank[array_len(codes)][8]; /* of the district in its city */
	char status[2][32][48], class[2][32][32], id[2][32][32];
	size_t targets[2];
};

static const char *const plans[] = { "test-2020", "other-2020" };

static void figures_take(
	struct figures *figures, struct answering *answering, const struct story *story)
{
	struct asked asked;

	memset(figures, 0, sizeof(*figures));
	for (size_t c = 0; c < array_len(codes); c++) {
		const char *period = strcmp(codes[c], "VISITS") == 0 ? "2020-12" : "2020";

		for (size_t a = 0; a < 3; a++) {
			ask_again(&asked, answering, "indicator show", 0,
				ARGUMENTS("indicator", codes[c], "area",
					paths[story->facility - 1][a], "period", period));
			snprintf(figures->value[a][c], 48, "%s", cell(&asked, 0, "value"));
			snprintf(figures->shown[a][c], 48, "%s", cell(&asked, 0, "shown"));
			asked_fini(&asked);
		}
		ask_again(&asked, answering, "indicator rank", 0,
			ARGUMENTS("indicator", codes[c], "kind", "district", "under", "320700",
				"period", period));
		snprintf(figures->rank[c], 8, "%s",
			cell(&asked, row_where(&asked, "area", districts[story->facility - 1]),
				"rank"));
		asked_fini(&asked);
	}
	for (size_t p = 0; p < array_len(plans); p++) {
		ask_again(&asked, answering, "plan scorecard", 0, ARGUMENTS("plan", plans[p]));
		cr_assert_eq(asked.answer.outcome, ANSWER_DONE);
		cr_assert_leq(asked.answer.rows, 32);
		figures->targets[p] = asked.answer.rows;
		for (size_t i = 0; i < asked.answer.rows; i++) {
			snprintf(figures->id[p][i], 32, "%s", cell(&asked, i, "id"));
			snprintf(figures->status[p][i], 48, "%s", cell(&asked, i, "status"));
			snprintf(figures->class[p][i], 32, "%s", cell(&asked, i, "class"));
		}
		asked_fini(&asked);
	}
}

/* The row of the impact for this, or -1. */
static int impact_row(
	const struct asked *impact, const char *what, const char *code, const char *area)
{
	for (size_t i = 0; i < impact->answer.rows; i++)
		if (strcmp(cell(impact, i, "what"), what) == 0 &&
			strcmp(cell(impact, i, "code"), code) == 0 &&
			(!area || strcmp(cell(impact, i, "area"), area) == 0))
			return (int)i;
	return -1;
}

static size_t change_expect(const struct asked *impact, const char *what, const char *code,
	const char *area, const char *before, const char *after)
{
	int row = impact_row(impact, what, code, area);

	if (strcmp(before, after) == 0) {
		cr_expect_eq(row, -1, "%s %s %s: said to change", what, code, area);
		return 0;
	}
	cr_assert_neq(row, -1, "%s %s %s: %s becomes %s unsaid", what, code, area, before, after);
	cr_expect_str_eq(cell(impact, (size_t)row, "before"), before);
	cr_expect_str_eq(cell(impact, (size_t)row, "after"), after);
	return 1;
}

/* A figure is told as it is shown, unless only the value's further digits differ. */
static size_t figure_expect(const struct asked *impact, const char *code, const char *area,
	const char *const value[2], const char *const shown[2])
{
	bool told = strcmp(value[0], value[1]) != 0 && strcmp(shown[0], shown[1]) == 0;
	const char *const *digits = told ? value : shown;

	return change_expect(impact, "indicator", code, area, digits[0], digits[1]);
}

static size_t targets_expect(
	const struct asked *impact, const struct figures *a, const struct figures *b, size_t p)
{
	size_t changes = 0;

	cr_assert_eq(a->targets[p], b->targets[p]);
	for (size_t i = 0; i < a->targets[p]; i++) {
		int row = impact_row(impact, "target", a->id[p][i], NULL);
		bool changed = strcmp(a->status[p][i], b->status[p][i]) != 0 ||
			       strcmp(a->class[p][i], b -> class[p][i]) != 0;

		cr_assert_eq(row >= 0, changed, "%s", a->id[p][i]);
		if (!changed)
			continue;
		changes++;
		cr_expect_str_eq(cell(impact, (size_t)row, "before"), a->status[p][i]);
		cr_expect_str_eq(cell(impact, (size_t)row, "after"), b->status[p][i]);
		cr_expect_str_eq(cell(impact, (size_t)row, "class_before"), a->class[p][i]);
		cr_expect_str_eq(cell(impact, (size_t)row, "class_after"), b->class[p][i]);
		cr_expect_str_eq(cell(impact, (size_t)row, "plan"), plans[p]);
	}
	return changes;
}

/* Every row of the impact is one of these differences, and every difference is a row. */
static void impact_expect(const struct asked *impact, const struct story *story,
	const struct figures *before, const struct figures *after)
{
	const char *const *path = paths[story->facility - 1];
	size_t indicators = 0, ranks = 0, targets = 0;

	for (size_t c = 0; c < array_len(codes); c++) {
		for (size_t a = story->facility == 1 ? 0 : 1; a < 3; a++)
			indicators += figure_expect(impact, codes[c], path[a],
				(const char *const[]){ before->value[a][c], after->value[a][c] },
				(const char *const[]){ before->shown[a][c], after->shown[a][c] });
		ranks += change_expect(impact, "rank", codes[c], districts[story->facility - 1],
			before->rank[c], after->rank[c]);
	}
	for (size_t p = 0; p < array_len(plans); p++)
		targets += targets_expect(impact, before, after, p);
	cr_expect_geq(indicators, 4);
	cr_expect_geq(ranks, 1);
	cr_expect_geq(targets, 2);
	/* towns have siblings as well */
	for (size_t i = 0; i < impact->answer.rows; i++)
		if (strcmp(cell(impact, i, "what"), "rank") == 0 &&
			strcmp(cell(impact, i, "area"), "320703001") == 0)
			ranks++;
	cr_expect_eq(impact->answer.rows, indicators + ranks + targets);
}

static void impact_compare(const struct story *story)
{
	struct follow *follow = follow_all();
	struct answering *answering;
	struct figures before, after;
	struct asked impact;

	must(answering_new(follow, &answering));
	figures_take(&before, answering, story);
	ask_again(&impact, answering, "held impact", 0,
		ARGUMENTS("sequence", number_text(story->held)));
	answering_free(answering);
	follow_close(follow);
	decide(story, DECISION_ACCEPT, "");
	follow = follow_all();
	must(answering_new(follow, &answering));
	figures_take(&after, answering, story);
	impact_expect(&impact, story, &before, &after);
	asked_fini(&impact);
	answering_free(answering);
	follow_close(follow);
	folder_remove();
}

Test(held, impact_is_what_the_acceptance_then_does)
{
	for (int first = 0; first <= 1; first++) {
		struct story story = journal_held_of(first == 1);

		impact_compare(&story);
	}
}

Test(held, asking_for_the_impact_leaves_nothing_behind)
{
	struct story story = journal_held();
	struct follow *follow = follow_all();
	AUTO(buffer_fini) struct buffer tables = { 0 };
	AUTO(buffer_fini) struct buffer again = { 0 };
	struct fold_changes changes = *fold_changes(follow_fold(follow));
	struct answering *answering;
	struct figures before, after;
	struct txn *txn = NULL;
	struct asked asked;

	tables_dump(follow, &tables);
	cr_assert_gt(tables.len, 1000);
	must(answering_new(follow, &answering));
	/* first of all, so that nothing is remembered yet */
	for (int i = 0; i < 2; i++) {
		ask_again(&asked, answering, "held impact", 0,
			ARGUMENTS("sequence", number_text(story.held)));
		cr_assert_gt(asked.answer.rows, 5);
		asked_fini(&asked);
	}
	figures_take(&after, answering, &story);
	answering_free(answering);
	must(answering_new(follow, &answering));
	figures_take(&before, answering, &story);
	cr_expect_eq(memcmp(&before, &after, sizeof(before)), 0, "a remembered figure is wrong");
	tables_dump(follow, &again);
	cr_expect(bytes_equal(buffer_view(&tables), buffer_view(&again)));
	cr_expect_eq(memcmp(&changes, fold_changes(follow_fold(follow)), sizeof(changes)), 0);
	/* the writer's place is free again: a second one in the same thread would wait for ever */
	must(env_begin_write(follow_env(follow), &txn));
	txn_abort(txn);
	answering_free(answering);
	follow_close(follow);
	folder_remove();
}

Test(held, a_query_is_answered_by_a_newer_revision)
{
	struct story story = journal_held();
	struct query query = { .key = key_of(2, STAFF_FORM, "2020"),
		.about = 0,
		.element = NURSE,
		.text = "really?" };
	struct writing writing;
	struct follow *follow;
	struct asked asked;

	query.about = story.in_force + 1;
	writing_open(&writing);
	append_query(&writing, &query);
	query.key = key_of(1, STAFF_FORM, "2020");
	query.about = story.in_force;
	append_query(&writing, &query);
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "query list", NULL);
	cr_assert_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "facility"), "F2");
	cr_expect_str_eq(cell(&asked, 0, "text"), "really?");
	cr_expect_str_eq(cell(&asked, 0, "element"), "NURSE");
	cr_expect_str_eq(cell(&asked, 0, "answered"), "false");
	cr_expect_str_eq(cell(&asked, 1, "answered"), "true");
	cr_expect_str_eq(cell(&asked, 1, "answered_by"), number_text(story.held));
	asked_fini(&asked);
	ask(&asked, follow, "query list", ARGUMENTS("open", "yes"));
	cr_assert_eq(asked.answer.rows, 1);
	cr_expect_str_eq(cell(&asked, 0, "facility"), "F2");
	asked_fini(&asked);
	ask(&asked, follow, "query list", ARGUMENTS("area", "320703"));
	cr_assert_eq(asked.answer.rows, 1);
	cr_expect_str_eq(cell(&asked, 0, "facility"), "F1");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}
