/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to bytes: header, question, who may ask, is this the right moment, which verb. The
 * verbs themselves are in list.c, facts_list.c, show.c, series.c, rank.c, explain.c, report.c,
 * export.c, held*.c, impact.c, acts_list.c, followup.c, scorecard.c and verify.c. */
#include "aggregator/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/projection_memo.h"
#include "aggregator/verb.h"
#include "base/err.h"
#include "proto/training.h"

struct answering {
	struct follow *follow;
	struct arena *questions, *reports;
	uint64_t refused;
	const struct watched *watched; /* borrowed; NULL: nobody */
	/* figures of earlier questions, and what the fold had seen when they were last right */
	struct value_memo *memo;             /* owned */
	struct projection_memo *projections; /* owned; never wrong */
	uint64_t generation;
	struct fold_changes seen;
	int32_t today; /* whether a target's year is over depends on it */
	/* how many plans were judged unasked since this entry was folded */
	uint64_t warm_sequence;
	size_t warm_plans;
};

/* Who asks when nobody does. */
enum { ACTOR_SELF = UINT32_MAX };

static const struct verb {
	const char *name;
	verb_run *run;
	enum sight_rule sight;  /* how the answer keeps to what the asker sees */
	bool without_catalogue; /* has an answer before the journal holds a catalogue */
} verbs[] = {
	{ .name = "status", .run = verb_status, .sight = SIGHT_SERVICE, .without_catalogue = true },
	{ .name = "area list", .run = verb_area_list, .sight = SIGHT_ROWS },
	{ .name = "facility list", .run = verb_facility_list, .sight = SIGHT_ROWS },
	{ .name = "facility show", .run = verb_facility_show, .sight = SIGHT_ROWS },
	{ .name = "indicator list", .run = verb_indicator_list, .sight = SIGHT_CATALOGUE },
	{ .name = "indicator show", .run = verb_indicator_show },
	{ .name = "indicator explain", .run = verb_indicator_explain },
	{ .name = "indicator series", .run = verb_indicator_series },
	{ .name = "indicator rank", .run = verb_indicator_rank, .sight = SIGHT_ROWS },
	{ .name = "report show", .run = verb_report_show },
	{ .name = "report history", .run = verb_report_history },
	{ .name = "cell list", .run = verb_cell_list, .sight = SIGHT_ROWS },
	{ .name = "fact list", .run = verb_fact_list, .sight = SIGHT_ROWS },
	{ .name = "verdict list", .run = verb_verdict_list, .sight = SIGHT_ROWS },
	{ .name = "plan list", .run = verb_plan_list, .sight = SIGHT_CATALOGUE },
	{ .name = "plan targets", .run = verb_plan_targets, .sight = SIGHT_CATALOGUE },
	{ .name = "plan scorecard", .run = verb_plan_scorecard },
	{ .name = "plan summary", .run = verb_plan_summary },
	{ .name = "held list", .run = verb_held_list, .sight = SIGHT_ROWS },
	{ .name = "held show", .run = verb_held_show },
	{ .name = "held values", .run = verb_held_values },
	{ .name = "held impact", .run = verb_held_impact },
	{ .name = "adjustment list", .run = verb_adjustment_list, .sight = SIGHT_ROWS },
	{ .name = "query list", .run = verb_query_list, .sight = SIGHT_ROWS },
	{ .name = "followup list", .run = verb_followup_list, .sight = SIGHT_ROWS },
	{ .name = "report export", .run = verb_report_export, .sight = SIGHT_ROWS },
	{ .name = "report missing", .run = verb_report_missing, .sight = SIGHT_ROWS },
	{ .name = "period list", .run = verb_period_list },
	{ .name = "period locks", .run = verb_period_locks, .sight = SIGHT_ROWS },
	{ .name = "verify", .run = verb_verify, .sight = SIGHT_HOUSE },
	{ .name = "metrics", .run = verb_metrics, .sight = SIGHT_HOUSE, .without_catalogue = true },
	{ .name = "doctor", .run = verb_doctor, .sight = SIGHT_HOUSE, .without_catalogue = true },
	{ .name = "settings",
		.run = verb_settings,
		.sight = SIGHT_HOUSE,
		.without_catalogue = true },
};

int answering_new(struct follow *follow, struct answering **ret_answering)
{
	AUTO(answering_free) struct answering *answering = calloc(1, sizeof(*answering));
	int r;

	if (!answering)
		return err_here(ERR_NOMEM, "cannot allocate the answering of questions");
	answering->follow = follow;
	answering->generation = follow_generation(follow);
	answering->seen = *fold_changes(follow_fold(follow));
	if ((r = value_memo_new(&answering->memo)) < 0 ||
		(r = projection_memo_new(&answering->projections)) < 0 ||
		(r = arena_new(&answering->questions)) < 0 ||
		(r = arena_new(&answering->reports)) < 0)
		return err_pass(r);
	*ret_answering = answering;
	answering = NULL;
	return 0;
}

void answering_free(struct answering *answering)
{
	if (!answering)
		return;
	value_memo_free(answering->memo);
	projection_memo_free(answering->projections);
	arena_free(answering->questions);
	arena_free(answering->reports);
	free(answering);
}

void answering_watch(struct answering *answering, const struct watched *watched)
{
	answering->watched = watched;
}

uint64_t answering_refused(const struct answering *answering)
{
	return answering->refused;
}

static struct position position_now(const struct answering *answering)
{
	const struct journal_head *head = follow_position(answering->follow);
	struct position position = { .sequence = head->sequence, .chain = head->chain };

	memcpy(position.epoch, head->epoch, sizeof(position.epoch));
	return position;
}

static bool position_equal(const struct position *a, const struct position *b)
{
	return memcmp(a->epoch, b->epoch, sizeof(a->epoch)) == 0 && a->sequence == b->sequence &&
	       digest_equal(&a->chain, &b->chain);
}

const char *answer_verb(size_t index)
{
	return index < array_len(verbs) ? verbs[index].name : NULL;
}

static const struct verb *verb_find(struct bytes name)
{
	for (size_t i = 0; i < array_len(verbs); i++)
		if (bytes_equal(name, bytes_str(verbs[i].name)))
			return &verbs[i];
	return NULL;
}

static int verb_unknown(struct asking *asking)
{
	size_t used;

	verb_refuse(asking, ANSWER_INVALID, "unknown question '%.*s'; known are:",
		(int)(asking->question->verb.len < 60 ? asking->question->verb.len : 60),
		(const char *)asking->question->verb.data);
	for (size_t i = 0; i < array_len(verbs); i++) {
		used = strlen(asking->text);
		snprintf(asking->text + used, sizeof(asking->text) - used, "%s %s", i ? "," : "",
			verbs[i].name);
	}
	return VERB_REFUSED;
}

/* Whether this question can be answered now, and to this key. */
static int asking_check(struct asking *asking, const struct position *now, uint32_t actor,
	const struct verb **ret_verb)
{
	const struct question *question = asking->question;
	const struct key *key = registry_key(asking->view->registry, actor);
	char fault[KEY_FAULT_BYTES];

	*ret_verb = verb_find(question->verb);
	if (actor != ACTOR_SELF && key && !key_valid(key, asking->view->today)) {
		key_fault(key, asking->view->today, fault);
		return verb_refuse(asking, ANSWER_NOT_ALLOWED, "%s", fault);
	}
	if (actor != ACTOR_SELF && (!key || key->role < ROLE_READER))
		return verb_refuse(asking, ANSWER_NOT_ALLOWED,
			"this key may not ask; an administrator can give it the role of a reader");
	if (!*ret_verb)
		return verb_unknown(asking);
	if (now->sequence < question->at_least)
		return verb_refuse(asking, ANSWER_NOT_YET,
			"figures stand at entry %llu, not yet at %llu; ask again",
			(unsigned long long)now->sequence, (unsigned long long)question->at_least);
	if (question->has_as_of && !position_equal(&question->as_of, now))
		return verb_refuse(asking, ANSWER_MOVED_ON,
			"the figures have changed since the first page; start again");
	if (!asking->view->catalog && !(*ret_verb)->without_catalogue)
		return verb_refuse(
			asking, ANSWER_NOT_YET, "no catalogue has been adopted yet; ask again");
	asking->key = key;
	return sight_begin(asking, (*ret_verb)->sight);
}

static int verb_answer(struct asking *asking, const struct verb *verb, const struct position *now,
	struct buffer *out)
{
	AUTO(answer_free) struct answer_builder *answer = NULL;
	int r = answer_new(now, asking->question->offset, &answer);

	if (r < 0)
		return err_pass(r);
	asking->answer = answer;
	r = verb->run(asking);
	if (r == 0)
		r = asking->fault;
	if (r == 0)
		r = sight_end(asking);
	if (r != 0)
		return r;
	return err_pass(answer_encode(answer, out));
}

static int asking_answer(
	struct asking *asking, uint32_t actor, const struct position *now, struct buffer *out)
{
	const struct verb *verb;
	int r = asking_check(asking, now, actor, &verb);

	if (r == 0)
		r = verb_answer(asking, verb, now, out);
	/* One question that is too much for a limit must not end the service for all. */
	if (r == ERR_LIMIT)
		r = verb_refuse(asking, ANSWER_INVALID, "%s", err_text());
	if (r == VERB_REFUSED)
		return err_pass(answer_encode_outcome(now, asking->outcome, asking->text, out));
	return err_pass(r);
}

/* Forgets the figures that what was folded since the last question has touched; each morning
 * all. */
static void memo_follow(struct answering *answering, int32_t today)
{
	const struct fold_changes *changes = fold_changes(follow_fold(answering->follow));
	uint64_t generation = follow_generation(answering->follow);

	if (generation != answering->generation || changes->others != answering->seen.others ||
		today != answering->today)
		value_memo_forget_all(answering->memo);
	for (size_t i = 0; i < array_len(changes->year); i++)
		if (changes->year[i] != answering->seen.year[i])
			value_memo_forget_year(answering->memo, PERIOD_YEAR_MIN - 1 + (int)i);
	answering->generation = generation;
	answering->seen = *changes;
	answering->today = today;
}

static int question_answer(struct answering *answering, uint32_t actor,
	const struct question *question, struct buffer *out)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	AUTO(tallies_free) struct tallies *tallies = NULL;
	const struct fold *fold = follow_fold(answering->follow);
	const struct position now = position_now(answering);
	struct ports ports = { 0 };
	struct view view = { .ports = &ports,
		.catalog = fold_catalog(fold),
		.registry = fold_registry(fold),
		.facts = fold_facts(fold),
		.locks = fold_locks(fold),
		.acts = fold_acts(fold),
		.today = follow_today(answering->follow) };
	struct asking asking = { .follow = answering->follow,
		.view = &view,
		.memo = answering->memo,
		.projections = answering->projections,
		.question = question,
		.watched = answering->watched,
		.reports = answering->reports };
	int r = env_begin_read(follow_env(answering->follow), &txn);

	if (r < 0 || (r = tallies_new(&tallies)) < 0)
		return err_pass(r);
	view.tallies = tallies;
	memo_follow(answering, view.today); /* the clock is read once: midnight may come between */
	txn_ports(txn, &ports);
	r = asking_answer(&asking, actor, &now, out);
	adjusting_fini(&asking.adjusting);
	return err_pass(r);
}

int answering_warm(struct answering *answering)
{
	AUTO(buffer_fini) struct buffer unread = { 0 };
	const struct catalog *catalog = fold_catalog(follow_fold(answering->follow));
	const uint64_t sequence = follow_position(answering->follow)->sequence;
	struct question question = { .verb = bytes_str("plan summary"), .arguments = 1 };
	size_t plans = 0;
	const struct plan_info *plan = catalog ? catalog_plans(catalog, &plans) : NULL;

	if (answering->warm_sequence != sequence) {
		answering->warm_sequence = sequence;
		answering->warm_plans = 0;
	}
	if (answering->warm_plans >= plans)
		return WARM_DONE;
	plan += answering->warm_plans++;
	question.argument[0] =
		(struct argument){ .name = bytes_str("plan"), .value = bytes_str(plan->code) };
	return err_pass(question_answer(answering, ACTOR_SELF, &question, &unread));
}

static int refuse(struct answering *answering, enum refusal_code code, const char *text,
	struct frame *frame, struct buffer *out)
{
	const struct refusal refusal = { .code = code, .text = bytes_str(text) };

	answering->refused++;
	frame->type = FRAME_REFUSAL;
	return err_pass(refusal_encode(&refusal, out));
}

static int ping_answer(
	struct answering *answering, struct bytes payload, struct frame *frame, struct buffer *out)
{
	uint64_t nonce;

	if (ping_decode(answering->questions, payload, &nonce) < 0)
		return refuse(answering, REFUSAL_MALFORMED, err_text(), frame, out);
	frame->type = FRAME_PONG;
	return err_pass(ping_encode(nonce, out));
}

static int message_answer(struct answering *answering, uint32_t actor, enum frame_type type,
	struct bytes payload, struct frame *frame, struct buffer *out)
{
	struct question question;

	if (type == FRAME_PING)
		return err_pass(ping_answer(answering, payload, frame, out));
	if (type != FRAME_QUESTION)
		return refuse(answering, REFUSAL_MESSAGE_TYPE, "this server answers questions only",
			frame, out);
	if (question_decode(answering->questions, payload, &question) < 0)
		return refuse(answering, REFUSAL_MALFORMED, err_text(), frame, out);
	frame->type = FRAME_ANSWER;
	return err_pass(question_answer(answering, actor, &question, out));
}

int answer_message(struct answering *answering, uint32_t actor, struct bytes header,
	struct bytes payload, struct frame *ret_frame, struct buffer *out)
{
	struct frame asked;
	int r = frame_decode(header, payload.len, &asked);

	if (r < 0) {
		answering->refused++;
		return FRAME_UNANSWERABLE;
	}
	*ret_frame = (struct frame){ .request = asked.request };
	out->len = 0;
	if (r == FRAME_WRONG_VERSION)
		r = refuse(answering, REFUSAL_VERSION, "this server speaks protocol version 1",
			ret_frame, out);
	else if (r == FRAME_WRONG_TYPE)
		r = refuse(
			answering, REFUSAL_MESSAGE_TYPE, "unknown type of message", ret_frame, out);
	else
		r = message_answer(answering, actor, asked.type, payload, ret_frame, out);
	if (r == 0 && follow_training(answering->follow))
		r = training_mark(ret_frame->type, out);
	if (r < 0)
		return err_pass(r);
	ret_frame->length = (uint32_t)out->len;
	return 0;
}
