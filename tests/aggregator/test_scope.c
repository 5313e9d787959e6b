/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A reader of district A learns nothing of district B. Two journals differ in nothing but what was
 * reported, decided and said in B and about the city: every question gives that reader the same
 * cells from both, though the reader of the whole house is told different things. And whatever he
 * asks about B is refused with his own areas. Over every verb that the aggregator has: one without
 * a case here fails. */
#include "tests/aggregator/acts_desk.h"

#include "aggregator/verb.h"

enum { NURSE = 1, POP, VISIT_HERE = 6 };
enum { VISITS_FORM = 1, STAFF_FORM = 3, PEOPLE_FORM = 4 };
enum { CASES_FORM = 1, PLAGUE_CASE = 65536 + 256, MEASLES_CASE = 65536 + 512 };
enum { WHOLE = 1, COLLECTOR_KEY, OF_A, OF_B, OF_BOTH };

/* The sequences of what a question names. */
struct world_of {
	struct follow *follow;
	char path[64];
	uint64_t held_a, held_b, held_moved;
};

static void keys_add(struct writing *writing)
{
	append_key_of(writing, ROLE_READER, "whole", 0, 0);
	append_key_of(writing, ROLE_COLLECTOR, "collector", 0, 0);
	append_key_of(writing, ROLE_READER, "of A", DISTRICT_A, 0);
	append_key_of(writing, ROLE_READER, "of B", DISTRICT_B, 0);
	append_key_of(writing, ROLE_READER, "of both", DISTRICT_A, DISTRICT_B);
}

/* F1, F3 in A; F2, F4, F6 in B; F5 moves from B to A with 2020. */
static void facilities_add(struct writing *writing, bool other)
{
	const int32_t begin = day_of(2000, 1, 1);
	const struct segment hidden = { begin, DISTRICT_B,
		stratum_of(HOSPITAL, other ? PUBLIC : PRIVATE), false };
	const struct segment moved[] = {
		{ begin, DISTRICT_B, stratum_of(HOSPITAL, PUBLIC), false },
		{ day_of(2020, 1, 1), DISTRICT_A, stratum_of(HOSPITAL, PUBLIC), false },
	};

	append_facility_of(writing, 1, TOWN_1, HOSPITAL);
	append_place(writing, 2, &hidden, 1, DAY_NEVER);
	append_facility_of(writing, 3, DISTRICT_A, AGENCY);
	append_facility_of(writing, 4, DISTRICT_B, AGENCY);
	append_place(writing, 5, moved, 2, DAY_NEVER);
	append_place(writing, 6, &hidden, 1, other ? day_of(2015, 1, 1) : DAY_NEVER);
}

static uint64_t sent(struct writing *writing, uint32_t facility, uint16_t form, const char *period,
	uint32_t element, int64_t value)
{
	return append_sent(writing, (struct sent){ facility, form, period, 1, 0, NULL, 0 },
		GIVEN({ element, value, 0 }));
}

static uint64_t held(struct writing *writing, uint32_t facility, uint64_t replaces, int64_t value)
{
	struct finding finding = { .code = FINDING_RULE,
		.element = NURSE,
		.found = value,
		.limit = value / 2,
		.severity = SEVERITY_HOLD };

	snprintf(finding.rule, sizeof(finding.rule), "W%d", (int)(value / 100));
	return append_sent(writing,
		(struct sent){ facility, STAFF_FORM, "2020", 2, replaces, &finding, 1 },
		GIVEN({ NURSE, value, 0 }));
}

static void said_about(
	struct writing *writing, uint32_t facility, uint64_t about, const char *text, int64_t delta)
{
	struct query query = { .key = key_of(facility, STAFF_FORM, "2020"), .about = about };
	struct adjustment adjustment = { .step = ADJUSTMENT_PROPOSE,
		.key = key_of(facility, STAFF_FORM, "2020"),
		.about = about,
		.element = NURSE,
		.delta = delta,
		.until_day = DAY_NEVER };

	snprintf(query.text, sizeof(query.text), "%s", text);
	snprintf(adjustment.note, sizeof(adjustment.note), "%s", text);
	append_query(writing, &query);
	append_adjustment(writing, WHOLE, &adjustment);
}

static void fact_add(struct writing *writing, uint32_t area, int64_t value)
{
	const struct fact fact = { .area = area,
		.indicator = "LIFE",
		.period = period_text("2020"),
		.source = "yearbook",
		.value = { .there = true, .value = value, .scale = 1 } };

	append_said(writing, ENTRY_FACT, WHOLE, (struct command){ .fact = &fact, .facts = 1 });
}

static void verdict_add(struct writing *writing, const char *target, const char *evidence)
{
	struct person_verdict verdict = { .period = period_text("2020"), .outcome = VERDICT_MET };

	snprintf(verdict.target, sizeof(verdict.target), "%s", target);
	snprintf(verdict.evidence, sizeof(verdict.evidence), "%s", evidence);
	append_said(writing, ENTRY_VERDICT, WHOLE,
		(struct command){ .verdict = &verdict, .verdicts = 1 });
}

static void lock_add(struct writing *writing, uint32_t area, const char *note)
{
	struct lock lock = { .kind = LOCK_LOCK,
		.area = area,
		.first_day = day_of(2020, 1, 1),
		.last_day = day_of(2100, 1, 1),
		.until_day = DAY_NEVER };

	snprintf(lock.note, sizeof(lock.note), "%s", note);
	append_said(writing, ENTRY_LOCK, WHOLE, (struct command){ .lock = &lock, .locks = 1 });
}

static void told_add(struct writing *writing, uint64_t report_a, uint64_t report_b, bool other)
{
	said_about(writing, 1, report_a, "in A", 5);
	said_about(writing, 2, report_b, other ? "one of B" : "another of B", other ? 7 : 9);
	fact_add(writing, DISTRICT_A, 770);
	fact_add(writing, DISTRICT_B, other ? 781 : 792);
	fact_add(writing, CITY, other ? 783 : 794);
	verdict_add(writing, "other-2020-004", "seen in A");
	verdict_add(writing, "test-2020-006", other ? "seen in the city" : "unseen in the city");
	lock_add(writing, TOWN_1, "in A");
	lock_add(writing, DISTRICT_B, other ? "one of B" : "another of B");
}

static void plan_write(struct world_of *world, struct writing *writing, bool other)
{
	uint64_t report_a, report_b, moved;

	append_catalogue_of(writing, "catalog_plans", 1);
	keys_add(writing);
	facilities_add(writing, other);
	sent(writing, 1, STAFF_FORM, "2019", NURSE, 1100);
	report_a = sent(writing, 1, STAFF_FORM, "2020", NURSE, 1200);
	sent(writing, 2, STAFF_FORM, "2019", NURSE, other ? 1300 : 1700);
	report_b = sent(writing, 2, STAFF_FORM, "2020", NURSE, other ? 1500 : 1900);
	sent(writing, 3, PEOPLE_FORM, "2020", POP, 600000);
	sent(writing, 4, PEOPLE_FORM, "2020", POP, other ? 400000 : 500000);
	/* of the same facility, when it was elsewhere */
	sent(writing, 5, STAFF_FORM, "2019", NURSE, other ? 30 : 50);
	moved = sent(writing, 5, STAFF_FORM, "2020", NURSE, 40);
	sent(writing, 2, VISITS_FORM, other ? "2020-01" : "2020-02", VISIT_HERE, 6);
	told_add(writing, report_a, report_b, other);
	world->held_a = held(writing, 1, report_a, 2400);
	world->held_moved = held(writing, 5, moved, 80);
	world->held_b = held(writing, 2, report_b, other ? 3100 : 3900);
}

static void cases_write(struct writing *writing, bool other)
{
	append_catalogue_of(writing, "catalog_followup", 1);
	keys_add(writing);
	append_facility_of(writing, 1, DISTRICT_A, AGENCY);
	append_facility_of(writing, 2, DISTRICT_B, AGENCY);
	for (uint32_t facility = 1; facility <= 2; facility++)
		append_sent(writing,
			(struct sent){ facility, CASES_FORM, "2025-01", 1, 0, NULL, 0 },
			GIVEN({ PLAGUE_CASE, facility == 2 && other ? 3 : 1, 0 },
				{ MEASLES_CASE, 0, 0 }));
}

static struct world_of world_open(bool cases, bool other)
{
	struct world_of world = { .held_a = 0 };
	struct writing writing;

	folder_make();
	snprintf(world.path, sizeof(world.path), "%s", folder);
	writing_open(&writing);
	if (cases)
		cases_write(&writing, other);
	else
		plan_write(&world, &writing, other);
	journal_close(writing.journal);
	world.follow = follow_all();
	return world;
}

static void world_close(struct world_of *world)
{
	follow_close(world->follow);
	snprintf(folder, sizeof(folder), "%s", world->path);
	folder_remove();
}

/* Arguments as "name=value name=value"; "@a", "@b" and "@m" are the held reports of A, of B
 * and of who moved. */
enum { TEXT_MAX = 24, ARGUMENTS_TEXT = 160 };

static void ask_text(struct asked *asked, const struct world_of *world, uint32_t actor,
	const char *verb, const char *text)
{
	char copy[ARGUMENTS_TEXT], sequence[TEXT_MAX], *save = NULL;
	const char *arguments[TEXT_MAX] = { NULL };
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		if (value[0] == '@') {
			snprintf(sequence, sizeof(sequence), "%llu",
				(unsigned long long)(value[1] == 'a'   ? world->held_a
						     : value[1] == 'b' ? world->held_b
								       : world->held_moved));
			value = sequence;
		}
		arguments[count++] = word;
		arguments[count++] = value;
	}
	ask_as(asked, world->follow, actor, (struct question){ .verb = bytes_str(verb) },
		arguments);
}

/* Outcome, words and cells, but not the chain of the journal. */
static void asked_print(const struct asked *asked, struct buffer *out)
{
	struct bytes text;

	must(buffer_format(out, "%d %.*s\n", (int)asked->answer.outcome,
		(int)asked->answer.text.len, (const char *)asked->answer.text.data));
	for (size_t row = 0; row < asked->answer.rows; row++)
		for (size_t c = 0; c < asked->answer.columns; c++)
			must(buffer_format(out, "%s%s",
				answer_cell(&asked->answer, row, c, &text) ? (const char *)text.data
									   : "-",
				c + 1 < asked->answer.columns ? "|" : "\n"));
	must(buffer_add(out, bytes_of("", 1)));
}

/* FREE: the same for everybody. CASES: in the world of cases of disease. */
static const struct scope_case {
	const char *verb;
	const char *inside; /* what the reader of A may ask; NULL: nothing */
	const char
		*outside; /* refused to him, told to the whole house; NULL: everything is inside */
	enum {
		HIDES,
		FREE,
		CASES,
		DAEMON
	} kind; /* DAEMON: of the process, of which there is none */
} cases[] = {
	{ "status", "", NULL, FREE },
	{ "area list", "", NULL, HIDES },
	{ "area list", "under=320703", "under=320700", HIDES },
	{ "facility list", "", NULL, HIDES },
	{ "facility list", "area=320703", "area=320706", HIDES },
	{ "facility show", "facility=F1", "facility=F2", HIDES },
	{ "indicator list", "", NULL, FREE },
	{ "indicator show", "indicator=NURSES period=2020",
		"indicator=NURSES period=2020 area=320700", HIDES },
	{ "indicator show", "indicator=NURSES period=2020 by=area",
		"indicator=NURSES period=2020 by=area area=320706", HIDES },
	{ "indicator show", "indicator=NURSES period=2020 facility=F5",
		"indicator=LIFE period=2020 area=320700", HIDES },
	{ "indicator show", "indicator=NURSES period=2019 facility=F5",
		"indicator=NURSES period=2020 area=320706 facility=F2", HIDES },
	{ "indicator explain", "indicator=NURSES period=2020",
		"indicator=NURSES period=2020 area=320700", HIDES },
	{ "indicator explain", "indicator=NURSES period=2019",
		"indicator=NURSES period=2019 area=320706", HIDES },
	{ "indicator explain", "indicator=NURSES_PLACE period=2020",
		"indicator=NURSES_PLACE period=2020 area=320706", HIDES },
	{ "indicator series", "indicator=NURSES from=2019 to=2020",
		"indicator=NURSES from=2019 to=2020 area=320706", HIDES },
	{ "indicator rank", "indicator=NURSES period=2020 kind=district",
		"indicator=NURSES period=2020 kind=district under=320700", HIDES },
	{ "indicator rank", "indicator=NURSES period=2020 kind=district", NULL, HIDES },
	{ "report show", "facility=F1 form=IY period=2020", "facility=F2 form=IY period=2020",
		HIDES },
	{ "report show", "facility=F5 form=IY period=2020", "facility=F5 form=IY period=2019",
		HIDES },
	{ "report history", "facility=F5 form=IY period=2020", "facility=F5 form=IY period=2019",
		HIDES },
	{ "cell list", "form=IY period=2020", NULL, HIDES },
	{ "cell list", "form=IY period=2020 area=320703", "form=IY period=2020 area=320700",
		HIDES },
	{ "fact list", "", NULL, HIDES },
	{ "fact list", "indicator=LIFE", "indicator=LIFE area=320700", HIDES },
	{ "verdict list", "", NULL, HIDES },
	{ "plan list", "", NULL, FREE },
	{ "plan targets", "plan=test-2020", NULL, FREE },
	{ "plan scorecard", "plan=test-2020 at=2020", "plan=test-2020 at=2020 area=320700", HIDES },
	{ "plan scorecard", "plan=other-2020", "plan=other-2020 at=2020 area=320706", HIDES },
	{ "plan summary", "plan=test-2020 at=2020 area=320703",
		"plan=test-2020 at=2020 area=320706", HIDES },
	{ "held list", "", NULL, HIDES },
	{ "held list", "state=all", "area=320706", HIDES },
	{ "held show", "sequence=@a", "sequence=@b", HIDES },
	{ "held values", "sequence=@a", "sequence=@b", HIDES },
	{ "held values", "sequence=@m", "sequence=@b", HIDES },
	{ "held impact", "sequence=@a", "sequence=@b", HIDES },
	{ "adjustment list", "", "facility=F2", HIDES },
	{ "adjustment list", "", NULL, HIDES },
	{ "query list", "", "area=320706", HIDES },
	{ "query list", "facility=F1", "facility=F2", HIDES },
	{ "followup list", "form=FC period=2025-01", NULL, CASES },
	{ "followup list", "form=FC period=2025-01", "form=FC period=2025-01 area=320706", CASES },
	{ "report export", "form=IY period=2020", NULL, HIDES },
	{ "report export", "form=IY period=2020", "form=IY period=2019 area=320706", HIDES },
	{ "report missing", "form=HM period=2020-01", NULL, HIDES },
	{ "report missing", "form=HM period=2020-01", "form=HM period=2020-01 area=320706", HIDES },
	{ "period list", "", "area=320706", HIDES },
	{ "period locks", "", NULL, HIDES },
	{ "period locks", "area=320703", "area=320706", HIDES },
	{ "verify", NULL, "", HIDES },
	{ "metrics", NULL, "", DAEMON },
	{ "doctor", NULL, "", DAEMON },
	{ "settings", NULL, "", DAEMON },
};

static void inside_check(const struct scope_case *at, const struct world_of worlds[2])
{
	AUTO(buffer_fini) struct buffer one = { 0 };
	AUTO(buffer_fini) struct buffer two = { 0 };
	struct asked asked;

	for (int i = 0; at->inside && i < 2; i++) {
		ask_text(&asked, &worlds[i], OF_A, at->verb, at->inside);
		cr_expect(asked.answer.outcome == ANSWER_DONE && asked.answer.rows > 0,
			"%s %s: %.*s", at->verb, at->inside, (int)asked.answer.text.len,
			(const char *)asked.answer.text.data);
		asked_print(&asked, i ? &two : &one);
		asked_fini(&asked);
	}
	if (at->inside)
		cr_expect_str_eq((const char *)one.data, (const char *)two.data,
			"%s %s tells something of B", at->verb, at->inside);
}

/* The same is no secret from the whole house, so that the reader of A could have learnt it. */
static void whole_check(const struct scope_case *at, const struct world_of worlds[2])
{
	AUTO(buffer_fini) struct buffer one = { 0 };
	AUTO(buffer_fini) struct buffer two = { 0 };
	const char *text = at->outside ? at->outside : at->inside;
	struct asked asked;

	for (int i = 0; i < 2; i++) {
		ask_text(&asked, &worlds[i], WHOLE, at->verb, text);
		cr_expect_eq(asked.answer.outcome,
			at->kind == DAEMON ? ANSWER_NOT_FOUND : ANSWER_DONE, "%s %s: %.*s",
			at->verb, text, (int)asked.answer.text.len,
			(const char *)asked.answer.text.data);
		asked_print(&asked, i ? &two : &one);
		asked_fini(&asked);
	}
	/* what is refused as a whole need not differ between two worlds */
	if (at->kind != FREE && at->inside)
		cr_expect(strcmp((const char *)one.data, (const char *)two.data) != 0,
			"%s %s has nothing to hide: %s", at->verb, text, (const char *)one.data);
}

static void outside_check(const struct scope_case *at, const struct world_of worlds[2])
{
	struct asked asked;

	if (!at->outside)
		return;
	ask_text(&asked, &worlds[0], OF_A, at->verb, at->outside);
	cr_expect_eq(asked.answer.outcome, ANSWER_NOT_ALLOWED, "%s %s", at->verb, at->outside);
	cr_expect(asked.answer.rows == 0 && strstr((const char *)asked.answer.text.data,
						    "limited to 320703; outside lies "),
		"%s %s: %.*s", at->verb, at->outside, (int)asked.answer.text.len,
		(const char *)asked.answer.text.data);
	asked_fini(&asked);
}

Test(scope, a_reader_of_one_district_learns_nothing_of_another)
{
	for (int cases_of_disease = 0; cases_of_disease < 2; cases_of_disease++) {
		struct world_of worlds[2] = { world_open(cases_of_disease, false),
			world_open(cases_of_disease, true) };

		for (size_t i = 0; i < array_len(cases); i++) {
			if ((cases[i].kind == CASES) != (cases_of_disease == 1))
				continue;
			inside_check(&cases[i], worlds);
			outside_check(&cases[i], worlds);
			whole_check(&cases[i], worlds);
		}
		world_close(&worlds[0]);
		world_close(&worlds[1]);
	}
}

Test(scope, every_question_is_in_the_table_above)
{
	for (size_t i = 0; answer_verb(i); i++) {
		bool there = false;

		for (size_t k = 0; k < array_len(cases); k++)
			there = there || strcmp(cases[k].verb, answer_verb(i)) == 0;
		cr_expect(there, "nobody has tried what '%s' tells a limited key", answer_verb(i));
	}
}

static enum answer_outcome outcome_of(const struct world_of *world, uint32_t actor,
	const char *verb, const char *text, char ret_said[256], size_t *ret_rows)
{
	struct asked asked;
	enum answer_outcome outcome;

	ask_text(&asked, world, actor, verb, text);
	outcome = asked.answer.outcome;
	snprintf(ret_said, 256, "%.*s", (int)asked.answer.text.len,
		(const char *)asked.answer.text.data);
	*ret_rows = asked.answer.rows;
	asked_fini(&asked);
	return outcome;
}

/* A share of targets met is a figure of its plan's area, whatever area is asked for. */
Test(scope, a_plan_of_another_area_is_not_told_by_its_indicator)
{
	struct world_of world = world_open(false, false);
	char said[256];
	size_t rows;

	cr_expect_eq(outcome_of(&world, OF_B, "indicator show", "indicator=SHARE_MET period=2020",
			     said, &rows),
		ANSWER_NOT_ALLOWED);
	cr_expect(strstr(said, "SHARE_MET") && strstr(said, "320706"), "%s", said);
	cr_expect_eq(outcome_of(&world, OF_A, "indicator show", "indicator=SHARE_MET period=2020",
			     said, &rows),
		ANSWER_DONE);
	/* 18 rows, of which two are about A, and one is such a share */
	cr_expect_eq(
		outcome_of(&world, OF_B, "plan scorecard", "plan=test-2020 at=2020", said, &rows),
		ANSWER_DONE);
	cr_expect_eq(rows, 15);
	cr_expect_eq(
		outcome_of(&world, WHOLE, "plan scorecard", "plan=test-2020 at=2020", said, &rows),
		ANSWER_DONE);
	cr_expect_eq(rows, 18);
	world_close(&world);
}

/* Lists are of all his areas; a figure is of one, so he must say which. */
Test(scope, who_has_two_areas_names_one)
{
	struct world_of world = world_open(false, false);
	char said[256];
	size_t rows;

	cr_expect_eq(outcome_of(&world, OF_BOTH, "indicator show", "indicator=NURSES period=2020",
			     said, &rows),
		ANSWER_NOT_ALLOWED);
	cr_expect_str_eq(said, "this key is limited to 320703 320706; name the area that is meant");
	cr_expect_eq(outcome_of(&world, OF_BOTH, "indicator show",
			     "indicator=NURSES period=2020 area=320706", said, &rows),
		ANSWER_DONE);
	cr_expect_eq(outcome_of(&world, OF_BOTH, "held list", "", said, &rows), ANSWER_DONE);
	cr_expect_eq(rows, 3);
	cr_expect_eq(
		outcome_of(&world, OF_BOTH, "held list", "area=320706", said, &rows), ANSWER_DONE);
	cr_expect_eq(rows, 1);
	cr_expect_eq(
		outcome_of(&world, OF_A, "held show", "sequence=1", said, &rows), ANSWER_NOT_FOUND);
	cr_expect(!strstr(said, "catalogue"), "%s", said);
	world_close(&world);
}

/* What a verb without a rule answers reaches nobody who is limited. */
Test(scope, what_says_nothing_is_shut)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct key of_a = { .area = { DISTRICT_A }, .areas = 1 }, whole = { .areas = 0 };
	struct view view = { .today = 1 };
	struct asking asking = { .view = &view, .key = &of_a };
	uint32_t area;

	(void)catalog_test_bundle(&catalog);
	view.catalog = catalog;
	must(sight_begin(&asking, (enum sight_rule){ 0 }));
	cr_expect_eq(sight_end(&asking), VERB_REFUSED);
	cr_expect_eq(sight_area(&asking, CITY), VERB_REFUSED);
	cr_expect_eq(sight_end(&asking), VERB_REFUSED);
	must(sight_area(&asking, TOWN_1));
	must(sight_end(&asking));
	must(sight_begin(&asking, SIGHT_ARGUMENT));
	must(sight_default(&asking, CITY, &area));
	cr_expect_eq(area, DISTRICT_A);
	must(sight_end(&asking));
	cr_expect_eq(sight_begin(&asking, SIGHT_HOUSE), VERB_REFUSED);
	asking.key = &whole;
	must(sight_begin(&asking, SIGHT_HOUSE));
	must(sight_end(&asking));
}
