/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The life of a held report: it takes its number, its resends get the answer that stands, a person
 * decides, and whatever comes into force after it ends it. Every story is told while the state lags
 * behind and while it does not. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "tests/ingestd/months.h"

/* May 2015 with three times April's visits is held. */
static const struct month april = { .period = "2015-04", .visits = 100 };
static const struct month may = { .period = "2015-05", .visits = 300 };

static struct month with(struct month month, uint32_t revision, int64_t visits)
{
	month.revision = revision;
	month.visits = visits;
	return month;
}

/* How far the state is. Only a start makes deciding read all of it: until then the tail remembers
 * what the state shows as well. */
enum lag { LAG_ALL, LAG_NONE, LAG_ONE, LAG_START, LAGS };

static void lag(struct world *world, enum lag how)
{
	if (how == LAG_NONE)
		world_index(world);
	else if (how == LAG_ONE)
		world_index_to(world, world->batch->entries - 1);
	if (how == LAG_START) {
		world_index(world);
		world_restart(world);
	}
}

/* A story in steps: a report, or a decision on the report that waits. */
struct step {
	struct month month;
	enum decision_kind decide; /* 0: the month is sent */
	int status;                /* of the verdict, or outcome of the decision */
	enum finding_code finding; /* the first; 0: none */
	unsigned first;            /* 0: not asked; else the step whose sequence answers, from 1 */
};

static uint64_t step_take(struct world *world, const struct step *step, const uint64_t *sequences,
	const char *name, size_t number)
{
	struct status_line line = { .sequence = 0 };
	struct verdict verdict;

	if (step->decide) {
		(void)months_status(world, &step->month, &line);
		cr_expect_eq((int)months_decide(world, &step->month, line.held_sequence,
				     line.sequence, step->decide),
			step->status, "%s: decision at step %zu", name, number);
		return world->batch->entry[world->batch->entries - 1].sequence;
	}
	verdict = months_send(world, &step->month);
	cr_expect_eq((int)verdict.status, step->status, "%s: step %zu is %s", name, number,
		status_name(verdict.status));
	cr_expect_eq(verdict.findings > 0 ? verdict.finding[0].code : 0, step->finding,
		"%s: step %zu has a finding %u", name, number,
		verdict.findings > 0 ? verdict.finding[0].code : 0);
	if (step->finding == FINDING_RETURNED || step->finding == FINDING_REFUSED)
		cr_expect_eq(verdict.finding[0].found, (int64_t)sequences[number - 2],
			"%s: step %zu names the decision before it", name, number);
	if (step->first > 0)
		cr_expect_eq(verdict.first.sequence, sequences[step->first - 1],
			"%s: step %zu answers with %llu", name, number,
			(unsigned long long)verdict.first.sequence);
	if (verdict.status == STATUS_HELD && verdict.entries > 0)
		return world->batch->entry[world->batch->entries - verdict.entries].sequence;
	return verdict.first.sequence;
}

enum { STEPS_MAX = 10 };

static void story(const char *name, const struct step steps[STEPS_MAX])
{
	for (enum lag how = LAG_ALL; how < LAGS; how++) {
		uint64_t sequences[STEPS_MAX] = { 0 };
		struct world world;

		months_open(&world);
		for (size_t i = 0; i < STEPS_MAX && steps[i].month.period; i++) {
			lag(&world, how);
			sequences[i] = step_take(&world, &steps[i], sequences, name, i + 1);
		}
		months_replay(&world);
		world_close(&world);
	}
}

#define APRIL                                                                                      \
	{                                                                                          \
		{ .period = "2015-04", .visits = 100 }, 0, STATUS_ACCEPTED, 0, 0                   \
	}
#define SEND(number, figure, want, found, answer)                                                  \
	{                                                                                          \
		{ .period = "2015-05", .revision = (number), .visits = (figure) }, 0, (want),      \
			(found), (answer)                                                          \
	}
#define WITHDRAW(number, want, answer)                                                             \
	{                                                                                          \
		{ .period = "2015-05", .revision = (number), .withdrawal = true }, 0, (want), 0,   \
			(answer)                                                                   \
	}
#define DECIDE(kind, want)                                                                         \
	{                                                                                          \
		{ .period = "2015-05" }, (kind), (want), 0, 0                                      \
	}

Test(held, a_resend_gets_the_answer_that_stands)
{
	static const struct {
		const char *name;
		struct step steps[STEPS_MAX];
	} stories[] = {
		{ "held again, then in force",
			{ APRIL, SEND(1, 300, STATUS_HELD, FINDING_RULE, 0),
				SEND(1, 300, STATUS_HELD, 0, 2),
				DECIDE(DECISION_ACCEPT, ANSWER_DONE),
				SEND(1, 300, STATUS_UNCHANGED, 0, 2),
				SEND(1, 299, STATUS_REJECTED, FINDING_RULE, 0),
				SEND(2, 150, STATUS_ACCEPTED, 0, 0),
				SEND(1, 300, STATUS_SUPERSEDED, 0, 7) } },
		{ "returned", { APRIL, SEND(1, 300, STATUS_HELD, FINDING_RULE, 0),
				      DECIDE(DECISION_RETURN, ANSWER_DONE),
				      SEND(1, 300, STATUS_REJECTED, FINDING_RETURNED, 2),
				      SEND(1, 150, STATUS_REJECTED, FINDING_CONFLICT, 0),
				      SEND(2, 300, STATUS_HELD, FINDING_RULE, 0),
				      SEND(1, 300, STATUS_SUPERSEDED, 0, 6),
				      SEND(3, 150, STATUS_ACCEPTED, 0, 0),
				      SEND(2, 300, STATUS_SUPERSEDED, 0, 8) } },
		{ "rejected by a person", { APRIL, SEND(1, 300, STATUS_HELD, FINDING_RULE, 0),
						  DECIDE(DECISION_REJECT, ANSWER_DONE),
						  SEND(1, 300, STATUS_REJECTED, FINDING_REFUSED, 2),
						  SEND(2, 100, STATUS_ACCEPTED, 0, 0),
						  SEND(1, 300, STATUS_SUPERSEDED, 0, 5) } },
		{ "beside one in force", { APRIL, SEND(1, 150, STATUS_ACCEPTED, 0, 0),
						 SEND(3, 300, STATUS_HELD, FINDING_RULE, 0),
						 SEND(1, 150, STATUS_UNCHANGED, 0, 2),
						 SEND(1, 151, STATUS_SUPERSEDED, 0, 3),
						 SEND(2, 150, STATUS_SUPERSEDED, 0, 3),
						 SEND(3, 150, STATUS_REJECTED, FINDING_CONFLICT, 0),
						 SEND(3, 300, STATUS_HELD, 0, 3),
						 SEND(4, 160, STATUS_ACCEPTED, 0, 0),
						 SEND(3, 300, STATUS_SUPERSEDED, 0, 9) } },
		{ "a higher held one replaces it",
			{ APRIL, SEND(1, 300, STATUS_HELD, FINDING_RULE, 0),
				SEND(2, 301, STATUS_HELD, FINDING_RULE, 0),
				SEND(1, 300, STATUS_SUPERSEDED, 0, 3),
				DECIDE(DECISION_ACCEPT, ANSWER_DONE),
				SEND(2, 301, STATUS_UNCHANGED, 0, 3),
				SEND(1, 300, STATUS_SUPERSEDED, 0, 3) } },
		{ "a withdrawal ends it", { APRIL, SEND(1, 300, STATUS_HELD, FINDING_RULE, 0),
						  WITHDRAW(2, STATUS_ACCEPTED, 0),
						  SEND(1, 300, STATUS_SUPERSEDED, 0, 3),
						  DECIDE(DECISION_ACCEPT, ANSWER_MOVED_ON),
						  WITHDRAW(2, STATUS_UNCHANGED, 3),
						  SEND(3, 300, STATUS_HELD, FINDING_RULE, 0),
						  DECIDE(DECISION_ACCEPT, ANSWER_DONE),
						  SEND(3, 300, STATUS_UNCHANGED, 0, 7) } },
		{ "decided on twice", { APRIL, SEND(1, 300, STATUS_HELD, FINDING_RULE, 0),
					      DECIDE(DECISION_RETURN, ANSWER_DONE),
					      DECIDE(DECISION_ACCEPT, ANSWER_MOVED_ON),
					      SEND(2, 300, STATUS_HELD, FINDING_RULE, 0),
					      DECIDE(DECISION_REJECT, ANSWER_DONE),
					      DECIDE(DECISION_REJECT, ANSWER_MOVED_ON) } },
	};

	for (size_t i = 0; i < array_len(stories); i++)
		story(stories[i].name, stories[i].steps);
}

Test(held, a_decision_names_what_waits_and_what_is_in_force_now)
{
	static const struct {
		const char *name;
		int held, replaces; /* off by */
		enum answer_outcome want;
	} cases[] = {
		{ "another held one", 1, 0, ANSWER_MOVED_ON },
		{ "another in force", 0, 1, ANSWER_MOVED_ON },
		{ "the one in force as held", -1, 0, ANSWER_MOVED_ON },
		{ "both right", 0, 0, ANSWER_DONE },
	};

	for (enum lag how = LAG_ALL; how < LAGS; how++) {
		struct month held = with(may, 2, 300), in_force = with(may, 1, 150);
		struct world world;
		uint64_t first;

		months_open(&world);
		months_send(&world, &april);
		first = months_send(&world, &in_force).first.sequence;
		cr_assert_eq(months_send(&world, &held).status, STATUS_HELD);
		for (size_t i = 0; i < array_len(cases); i++) {
			lag(&world, how);
			cr_expect_eq(
				months_decide(&world, &may, first + 1 + (uint64_t)cases[i].held,
					first + (uint64_t)cases[i].replaces, DECISION_ACCEPT),
				cases[i].want, "%s", cases[i].name);
		}
		world_close(&world);
	}
}

Test(held, where_a_withdrawal_is_in_force_a_decision_may_say_that_nothing_is)
{
	struct month in_force = with(may, 1, 150), held = with(may, 3, 300);
	struct world world;

	months_open(&world);
	months_send(&world, &april);
	months_send(&world, &in_force);
	cr_expect_eq(months_decide(&world, &may, 1, 0, DECISION_RETURN), ANSWER_MOVED_ON);
	in_force.revision = 2;
	in_force.withdrawal = true;
	months_send(&world, &in_force);
	cr_assert_eq(months_send(&world, &held).status, STATUS_HELD);
	cr_expect_eq(
		months_decide(&world, &may, world.batch->entries, 0, DECISION_RETURN), ANSWER_DONE);
	world_close(&world);
}

Test(held, what_is_held_is_an_entry_with_its_findings_and_its_text)
{
	struct month month = with(may, 4, 300);
	const struct finding *findings;
	const struct entry *entry;
	struct verdict verdict;
	struct world world;
	uint32_t more;
	size_t count;

	month.comment = "a new ward";
	months_open(&world);
	months_send(&world, &april);
	month.revision = 1;
	month.visits = 150;
	months_send(&world, &month);
	month.revision = 4;
	month.visits = 300;
	verdict = months_send(&world, &month);
	cr_assert_eq(verdict.status, STATUS_HELD);
	cr_expect_eq(verdict.entries, 2);
	cr_expect(!verdict.has_first && !verdict.not_kept);
	cr_expect_eq(verdict.finding[0].code, FINDING_RULE);
	cr_expect_str_eq(verdict.finding[0].rule, "JUMP");
	entry = &world.batch->entry[world.batch->entries - 2];
	cr_expect_eq(entry->kind, ENTRY_HELD);
	cr_expect_eq(entry->status, STATUS_HELD);
	cr_expect_eq(entry->revision, 4);
	cr_expect_eq(entry->replaces, entry->sequence - 2, "what was in force when it came");
	cr_assert_eq(findings_decode(world.arena, entry->findings, &findings, &count, &more), 0);
	cr_expect(count == 1 && findings[0].code == FINDING_RULE && findings[0].element == 1);
	cr_expect_eq(entry[1].kind, ENTRY_TEXT);
	cr_expect_eq(entry[1].status, STATUS_HELD);
	cr_expect_eq(entry[1].replaces, entry->sequence);
	cr_expect_eq(entry[-1].status, 0, "an accepted report's text has no status");
	world_close(&world);
}

Test(held, an_explanation_lets_it_in_and_is_recorded)
{
	static const struct {
		const char *name;
		uint32_t reason;
		enum status status;
		enum finding_code finding;
	} cases[] = {
		{ "none", 0, STATUS_HELD, FINDING_RULE },
		{ "the bureau's", 2, STATUS_REJECTED, FINDING_REASON_UNKNOWN },
		{ "nobody's", 9, STATUS_REJECTED, FINDING_REASON_UNKNOWN },
		{ "the sender's", 1, STATUS_ACCEPTED, 0 },
		{ "everybody's", 3, STATUS_ACCEPTED, 0 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct month month = may;
		const struct finding *findings;
		const struct entry *entry;
		struct verdict verdict;
		struct world world;
		uint32_t more;
		size_t count;

		months_open(&world);
		months_send(&world, &april);
		month.reason = cases[i].reason;
		verdict = months_send(&world, &month);
		cr_expect_eq(verdict.status, cases[i].status, "%s", cases[i].name);
		cr_expect_eq(verdict.findings > 0 ? verdict.finding[0].code : 0, cases[i].finding,
			"%s", cases[i].name);
		entry = &world.batch->entry[world.batch->entries - 1];
		cr_assert_eq(
			findings_decode(world.arena, entry->findings, &findings, &count, &more), 0);
		cr_assert_eq(count, 1, "%s: recorded", cases[i].name);
		if (cases[i].status == STATUS_ACCEPTED)
			cr_expect(findings[0].reason == cases[i].reason &&
				  findings[0].code == FINDING_RULE &&
				  findings[0].severity == SEVERITY_HOLD);
		world_close(&world);
	}
}

Test(held, negative_money_is_asked_about)
{
	struct month month = { .period = "2015-05", .visits = 1, .income = -1 };
	struct verdict verdict;
	struct world world;

	months_open(&world);
	verdict = months_send(&world, &month);
	cr_expect_eq(verdict.status, STATUS_HELD);
	cr_expect_eq(verdict.finding[0].code, FINDING_NEGATIVE_MONEY);
	month.days_open = 1;
	month.days_used = 2;
	month.revision = 2;
	verdict = months_send(&world, &month);
	cr_expect_eq(verdict.status, STATUS_REJECTED, "what rejects goes before what holds");
	cr_expect(verdict.findings == 2 && verdict.finding[0].code == FINDING_NEGATIVE_MONEY &&
		  verdict.finding[1].code == FINDING_RULE);
	world_close(&world);
}

Test(held, status_and_notices_tell_the_sender)
{
	struct notice notices[NOTICES_MAX];
	struct status_line line;
	struct world world;
	uint64_t held;
	size_t count;
	bool more;

	months_open(&world);
	months_send(&world, &april);
	months_send(&world, &may);
	held = world.batch->entry[world.batch->entries - 1].sequence;
	cr_assert(months_status(&world, &may, &line), "although nothing is in force");
	cr_expect(line.revision == 0 && line.held_state == HELD_WAITING &&
		  line.held_sequence == held && line.held_revision == 1);
	world_index(&world);
	cr_assert(months_status(&world, &may, &line));
	cr_expect(line.held_state == HELD_WAITING && line.held_sequence == held);
	cr_assert_eq(months_decide(&world, &may, held, 0, DECISION_RETURN), ANSWER_DONE);
	cr_assert(months_status(&world, &may, &line));
	cr_expect_eq(line.held_state, HELD_RETURNED);
	world_index(&world);
	cr_assert(months_status(&world, &may, &line));
	cr_expect_eq(line.held_state, HELD_RETURNED);
	const struct facility *facility =
		registry_facility_by_code(decide_registry(world.decide), bytes_str("clinic-a"));
	cr_assert_eq(
		decide_notices(world.decide, facility, 0, NOTICES_MAX, notices, &count, &more), 0);
	cr_assert_eq(count, 1);
	cr_expect(notices[0].kind == NOTICE_RETURNED && notices[0].about == held &&
		  notices[0].revision == 1 && notices[0].reason == 2 &&
		  notices[0].sequence == held + 1 && notices[0].received_ms > 0 &&
		  bytes_equal(notices[0].text, bytes_str("looked at")) &&
		  bytes_equal(notices[0].facility, bytes_str("clinic-a")));
	world_close(&world);
}

/* Held reports of one message are as many revisions; the batch takes them and what follows. */
Test(held, a_held_report_and_its_revisions_in_one_message)
{
	const struct month all[] = { april, with(may, 1, 300), with(may, 1, 300), with(may, 2, 400),
		with(may, 1, 300), with(may, 3, 150), with(may, 2, 400), with(may, 3, 150) };
	static const enum status want[] = { STATUS_ACCEPTED, STATUS_HELD, STATUS_HELD, STATUS_HELD,
		STATUS_SUPERSEDED, STATUS_ACCEPTED, STATUS_SUPERSEDED, STATUS_UNCHANGED };
	struct verdict verdicts[array_len(all)];
	struct world world;

	months_open(&world);
	months_send_all(&world, &world.collector, all, array_len(all), verdicts);
	for (size_t i = 0; i < array_len(all); i++)
		cr_expect_eq(verdicts[i].status, want[i], "report %zu is %s", i,
			status_name(verdicts[i].status));
	cr_expect(decide_counts(world.decide)->held == 3 &&
		  decide_counts(world.decide)->accepted == 2 &&
		  decide_counts(world.decide)->superseded == 2);
	months_replay(&world);
	world_close(&world);
}

static struct verdict hold_until_later(struct world *world, unsigned *count)
{
	struct verdict verdict = { .status = STATUS_HELD };
	char comment[4001];

	memset(comment, 'x', sizeof(comment) - 1);
	comment[sizeof(comment) - 1] = '\0';
	for (*count = 0; *count < 200 && verdict.status == STATUS_HELD; (*count)++) {
		struct month month = with(may, *count + 1, 300 + *count);

		month.comment = comment;
		verdict = months_send(world, &month);
	}
	return verdict;
}

Test(held, beyond_the_quota_the_sender_is_told_to_come_back)
{
	struct month last;
	struct verdict verdict;
	struct status_line line;
	struct world world;
	unsigned count;
	size_t entries;

	months_open(&world);
	months_send(&world, &april);
	verdict = hold_until_later(&world, &count);
	cr_assert_eq(verdict.status, STATUS_LATER);
	cr_expect(count > 40 && count < 70, "%u", count);
	cr_expect_eq(verdict.entries, 0);
	cr_expect_eq(verdict.finding[0].code, FINDING_RULE, "why is told all the same");
	cr_expect_eq(decide_counts(world.decide)->later, 1);
	months_status(&world, &may, &line);
	cr_expect_eq(line.held_revision, count - 1, "nothing of it was kept");
	last = with(may, 1000, 999);
	last.comment = "y";
	entries = world.batch->entries;
	last.visits = 150;
	cr_expect_eq(months_send(&world, &last).status, STATUS_ACCEPTED,
		"what is right is taken all the same");
	cr_expect_eq(world.batch->entries, entries + 2);
	last = with(may, 1001, 999);
	world.now.ms += 86400000;
	cr_expect_eq(months_send(&world, &last).status, STATUS_HELD, "tomorrow it is");
	world_close(&world);
}

Test(held, a_restart_remembers_what_the_day_has_kept)
{
	struct world world;
	struct verdict verdict;
	unsigned count;

	months_open(&world);
	months_send(&world, &april);
	verdict = hold_until_later(&world, &count);
	cr_assert_eq(verdict.status, STATUS_LATER);
	world_index(&world);
	world_restart(&world);
	for (size_t i = world.batch->entries; i > 0; i--)
		decide_quota_used(world.decide, &world.batch->entry[i - 1]);
	verdict = hold_until_later(&world, &count);
	cr_expect_eq(verdict.status, STATUS_SUPERSEDED, "what is known costs nothing");
	struct month big = with(may, 999, 999);
	static char comment[4001];

	memset(comment, 'x', sizeof(comment) - 1);
	big.comment = comment;
	cr_expect_eq(months_send(&world, &big).status, STATUS_LATER);
	world_close(&world);
}

Test(held, a_report_that_nobody_was_told_of_cannot_be_decided_on)
{
	struct world world;

	months_open(&world);
	months_send(&world, &april);
	months_send(&world, &may);
	world.durable = world.batch->entries - 1;
	cr_expect_eq(months_decide(&world, &may, world.batch->entries, 0, DECISION_ACCEPT),
		ANSWER_NOT_YET);
	world.durable = 0;
	cr_expect_eq(months_decide(&world, &may, world.batch->entries - 1, 0, DECISION_ACCEPT),
		ANSWER_DONE);
	world_close(&world);
}

Test(held, a_full_past_is_told_before_anything_is_decided)
{
	static struct submit submit = { .reports = 1 };
	struct peer peer = { 0 };
	struct world world;
	struct reply *reply;

	months_open(&world);
	past_cache_free(world.decide->past);
	cr_assert_eq(past_cache_new(512, (size_t)FORM_LINES_MAX * (SUBMIT_REPORTS_MAX + 2),
			     SUBMIT_REPORTS_MAX, &world.decide->past),
		0);
	for (int i = 0; past_cache_room(world.decide->past); i++) {
		struct month month = {
			.period = "2015-04", .revision = (uint32_t)i + 1, .visits = 100
		};

		cr_assert_eq(months_send(&world, &month).status, STATUS_ACCEPTED);
	}
	reply = batch_reply(world.batch, &peer, 0, FRAME_VERDICTS);
	cr_expect_eq(decide_submit(world.decide, &world.collector, &submit, world.batch, reply),
		DECIDE_TAIL_FULL);
	world_index(&world);
	cr_expect_eq(months_send(&world, &may).status, STATUS_HELD, "the index makes room");
	world_close(&world);
}

/* Locked for April and whatever was before it. */
static void lock_april(struct world *world)
{
	const struct lock lock = { .kind = LOCK_LOCK,
		.first_day = day_of(2000, 1, 1),
		.last_day = day_of(2015, 4, 30),
		.until_day = DAY_NEVER };
	const struct command command = { .request_id = "lock", .lock = &lock, .locks = 1 };

	cr_assert_eq(world_command(world, &manager, &command).outcome, ANSWER_DONE);
}

Test(held, a_withdrawal_into_a_locked_period_waits_and_withdraws_once_it_is_accepted)
{
	for (enum lag how = LAG_ALL; how < LAGS; how++) {
		struct month withdrawal = {
			.period = "2015-04", .revision = 2, .withdrawal = true
		};
		struct status_line line;
		struct verdict verdict;
		struct world world;
		uint64_t first;

		months_open(&world);
		first = months_send(&world, &april).first.sequence;
		lock_april(&world);
		lag(&world, how);
		verdict = months_send(&world, &withdrawal);
		cr_expect_eq(verdict.status, STATUS_HELD);
		cr_expect_eq(verdict.finding[0].code, FINDING_LOCKED);
		lag(&world, how);
		cr_expect_eq(months_send(&world, &may).status, STATUS_HELD, "April still counts");
		lag(&world, how);
		cr_assert(months_status(&world, &april, &line));
		cr_expect(line.revision == 1 && !line.withdrawn &&
			  line.held_state == HELD_WAITING && line.held_revision == 2);
		cr_assert_eq(
			months_decide(&world, &april, line.held_sequence, first, DECISION_ACCEPT),
			ANSWER_DONE);
		lag(&world, how);
		cr_assert(months_status(&world, &april, &line));
		cr_expect(line.revision == 2 && line.withdrawn && line.held_state == HELD_NONE);
		cr_expect_eq(months_send(&world, &withdrawal).status, STATUS_UNCHANGED);
		cr_expect_eq(months_send(&world,
				     &(struct month){
					     .period = "2015-05", .revision = 2, .visits = 300 })
				     .status,
			STATUS_ACCEPTED, "April counts no more");
		months_replay(&world);
		world_close(&world);
	}
}

Test(held, no_reason_opens_a_lock)
{
	struct month month = april;
	struct verdict verdict;
	struct world world;

	months_open(&world);
	lock_april(&world);
	month.reason = 1;
	verdict = months_send(&world, &month);
	cr_expect(verdict.status == STATUS_HELD && verdict.finding[0].code == FINDING_LOCKED);
	month.revision = 2;
	month.days_open = 1;
	month.days_used = 2;
	verdict = months_send(&world, &month);
	cr_expect_eq(verdict.status, STATUS_REJECTED);
	cr_expect(verdict.findings == 1 && verdict.finding[0].code == FINDING_RULE,
		"what is wrong is told without the lock, so that it stays the same tomorrow");
	world_index(&world);
	world.now.ms += 86400000;
	cr_expect_eq(months_send(&world, &month).entries, 0, "the same rejection, no new entry");
	world_restart(&world);
	month.days_used = 1;
	month.revision = 3;
	cr_expect_eq(months_send(&world, &month).status, STATUS_HELD, "a start keeps the lock");
	world_close(&world);
}
