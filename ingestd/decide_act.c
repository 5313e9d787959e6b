/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons do with reports: decide on a held one, ask about a figure, show an adjustment beside
 * it. Each names the report as its author saw it; when another has come since, nothing is done and
 * the answer is MOVED_ON. None of them changes what the respondent reported: an accepted held
 * report comes into force under the sequence that it was given when it arrived. */
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "model/decision.h"

bool command_is_act(const struct command *command)
{
	return command->decisions + command->queries + command->adjustments > 0;
}

enum entry_kind act_kind(const struct command *command)
{
	if (command->decisions > 0)
		return ENTRY_DECISION;
	return command->queries > 0 ? ENTRY_QUERY : ENTRY_ADJUSTMENT;
}

/* An outcome with its words. */
static int say(struct buffer *text, enum answer_outcome *ret_outcome, enum answer_outcome outcome,
	const char *why)
{
	*ret_outcome = outcome;
	return err_pass(buffer_format(text, "%s", why));
}

static struct tail_key tail_key_adjustment(uint64_t proposal)
{
	struct tail_key packed = { { TAIL_ADJUSTMENT } };
	struct writer writer = writer_of(packed.byte + 1, sizeof(packed.byte) - 1);

	writer_u64(&writer, proposal);
	return packed;
}

/* PORT_NONE: no proposal has that sequence. */
static int adjusted_find(
	const struct decide *decide, uint64_t proposal, struct tail_value *ret_adjusted)
{
	struct tail_key key = tail_key_adjustment(proposal);
	struct adjusted adjusted;
	int r;

	if (tail_get(decide->tail, &key, ret_adjusted) == 0)
		return 0;
	if ((r = state_adjusted_get(decide->ports, proposal, &adjusted)) != 0)
		return err_pass(r);
	*ret_adjusted = (struct tail_value){ .adjusted = { .key = adjusted.key,
						     .about = adjusted.about,
						     .actor = adjusted.actor,
						     .state = adjusted.state } };
	return 0;
}

static int records_check(const struct catalog *catalog, const struct command *command)
{
	if (command_records(command) > 1)
		return err_here(
			ERR_INVALID, "a decision, query or adjustment stands alone in its command");
	if (command->decisions > 0)
		return err_pass(decision_check(catalog, command->decision));
	return err_pass(command->queries > 0 ? query_check(catalog, command->query)
					     : adjustment_check(catalog, command->adjustment));
}

const struct report_key *act_report(const struct command *command)
{
	if (command->decisions > 0)
		return &command->decision->key;
	return command->queries > 0 ? &command->query->key : &command->adjustment->key;
}

static int decision_judge(struct decide *decide, const struct decision *decision, struct act *act,
	enum answer_outcome *ret_outcome, struct buffer *text)
{
	const struct identity *identity = &act->identity;
	struct bytes body;
	int r;

	if (identity->held.state != HELD_WAITING || identity->held.sequence != decision->held)
		return err_pass(say(text, ret_outcome, ANSWER_MOVED_ON,
			"that report does not wait for a decision, or no longer; look again"));
	if (identity->sequence != decision->replaces &&
		!(identity->withdrawn && decision->replaces == 0))
		return err_pass(say(text, ret_outcome, ANSWER_MOVED_ON,
			"what is in force is no longer what you believe; look again"));
	act->revision = identity->held.revision;
	if (decision->kind != DECISION_ACCEPT)
		return 0;
	/* Nobody has been told of a held report before it is durable; whoever guesses its number
	 * is too early. */
	r = decide->ports->body(decide->ports->ctx, decision->held, &body);
	return r == PORT_NONE ? err_pass(say(text, ret_outcome, ANSWER_NOT_YET,
					"that report is being received; look again"))
			      : err_pass(r);
}

/* The report that is spoken about: the one in force or the newest held one, or, where there is
 * neither, that there is none. */
static int query_judge(const struct query *query, struct act *act, enum answer_outcome *ret_outcome,
	struct buffer *text)
{
	const struct identity *identity = &act->identity;
	const struct held *held = &identity->held;

	if (held->state != HELD_NONE && held->sequence == query->about)
		act->revision = held->revision;
	else if (identity->sequence == query->about)
		act->revision = identity->revision;
	else
		return err_pass(say(text, ret_outcome, ANSWER_MOVED_ON,
			"that report is neither in force nor held, or no longer; look again"));
	return 0;
}

/* Another key is another person only if it is in another name. */
static bool same_person(const struct decide *decide, const struct key *key, uint32_t actor)
{
	const struct key *other = registry_key(decide->registry, actor);

	return key->number == actor || (other && strcmp(other->name, key->name) == 0);
}

static int confirm_judge(const struct decide *decide, const struct key *key, const struct act *act,
	enum answer_outcome *ret_outcome, struct buffer *text)
{
	if (act->adjusted.adjusted.state != ADJUSTED_PROPOSED)
		return err_pass(say(text, ret_outcome, ANSWER_MOVED_ON,
			"that adjustment was confirmed or ended before"));
	if (same_person(decide, key, act->adjusted.adjusted.actor))
		return err_pass(say(text, ret_outcome, ANSWER_NOT_ALLOWED,
			"an adjustment is confirmed by another person than proposed it"));
	if (act->identity.sequence != act->adjusted.adjusted.about)
		return err_pass(say(text, ret_outcome, ANSWER_MOVED_ON,
			"the report that it would adjust is no longer in force"));
	return 0;
}

static int step_judge(const struct decide *decide, const struct key *key,
	const struct adjustment *adjustment, struct act *act, enum answer_outcome *ret_outcome,
	struct buffer *text)
{
	int r = adjusted_find(decide, adjustment->proposal, &act->adjusted);

	if (r < 0)
		return err_pass(r);
	if (r == PORT_NONE || act->adjusted.adjusted.key.facility != act->key.facility ||
		act->adjusted.adjusted.key.form != act->key.form ||
		act->adjusted.adjusted.key.period != act->key.period ||
		(adjustment->about != 0 && adjustment->about != act->adjusted.adjusted.about))
		return err_pass(say(text, ret_outcome, ANSWER_NOT_FOUND,
			"no adjustment of that report was proposed under that sequence"));
	if (adjustment->step == ADJUSTMENT_CONFIRM)
		return err_pass(confirm_judge(decide, key, act, ret_outcome, text));
	if (act->adjusted.adjusted.state == ADJUSTED_ENDED)
		return err_pass(say(
			text, ret_outcome, ANSWER_MOVED_ON, "that adjustment was ended before"));
	return 0;
}

static int adjustment_judge(const struct decide *decide, const struct key *key,
	const struct adjustment *adjustment, struct act *act, enum answer_outcome *ret_outcome,
	struct buffer *text)
{
	const struct identity *identity = &act->identity;

	act->revision = identity->revision;
	if (adjustment->step != ADJUSTMENT_PROPOSE)
		return err_pass(step_judge(decide, key, adjustment, act, ret_outcome, text));
	if (identity->revision == 0 || identity->withdrawn ||
		identity->sequence != adjustment->about)
		return err_pass(say(text, ret_outcome, ANSWER_MOVED_ON,
			"that report is not in force, or no longer; look again"));
	return 0;
}

static int act_judge_report(struct decide *decide, const struct key *key,
	const struct command *command, struct act *act, enum answer_outcome *ret_outcome,
	struct buffer *text)
{
	if (command->decisions > 0)
		return err_pass(decision_judge(decide, command->decision, act, ret_outcome, text));
	if (command->queries > 0)
		return err_pass(query_judge(command->query, act, ret_outcome, text));
	return err_pass(adjustment_judge(decide, key, command->adjustment, act, ret_outcome, text));
}

int act_judge(struct decide *decide, const struct key *key, const struct command *command,
	struct act *ret_act, enum answer_outcome *ret_outcome, struct buffer *text)
{
	const struct report_key *report = act_report(command);
	const struct facility *facility =
		registry_facility_by_code(decide->registry, bytes_str(report->facility));
	int r;

	*ret_act = (struct act){ .revision = 0 };
	if (records_check(decide->catalog, command) < 0)
		return err_pass(say(text, ret_outcome, ANSWER_INVALID, err_text()));
	if (!facility)
		return err_pass(say(text, ret_outcome, ANSWER_NOT_FOUND,
			"no facility with that code was ever registered"));
	ret_act->key = (struct identity_key){ .form = (uint16_t)report->form,
		.period = report->period,
		.facility = facility->number };
	if ((r = decide_identity(decide, &ret_act->key, &ret_act->identity)) < 0)
		return err_pass(r);
	*ret_outcome = ANSWER_DONE;
	return err_pass(act_judge_report(decide, key, command, ret_act, ret_outcome, text));
}

/* What was held comes into force, and among the rows of the past with it. */
static int row_accept(struct decide *decide, const struct act *act, uint64_t sequence)
{
	const struct form *form = catalog_form(decide->catalog, act->key.form);
	int64_t value[FORM_LINES_MAX];
	struct bytes body;
	int r = decide->ports->body(decide->ports->ctx, act->identity.held.sequence, &body);

	if (r != 0)
		return err_fold(r); /* it was there when this was judged */
	past_cache_put(decide->past, &act->key, sequence,
		decide_body_vector(decide, form, body, value) ? value : NULL, form->line_count);
	return 0;
}

static int decision_apply(struct decide *decide, const struct decision *decision,
	const struct act *act, uint64_t sequence)
{
	struct identity identity = act->identity;
	int r;

	if (decision->kind == DECISION_ACCEPT && (r = row_accept(decide, act, sequence)) < 0)
		return err_pass(r);
	life_decide(&identity, decision->kind, sequence);
	decide_remember_identity(decide, &act->key, &identity, sequence);
	return 0;
}

static void adjustment_apply(struct decide *decide, const struct adjustment *adjustment,
	const struct act *act, const struct entry *entry)
{
	bool proposes = adjustment->step == ADJUSTMENT_PROPOSE;
	struct tail_key key =
		tail_key_adjustment(proposes ? entry->sequence : adjustment->proposal);
	struct tail_value value = act->adjusted;

	if (proposes)
		value = (struct tail_value){ .adjusted = { .key = act->key,
						     .about = adjustment->about,
						     .actor = entry->actor } };
	value.sequence = entry->sequence;
	value.adjusted.state = (uint8_t)life_adjusted(adjustment->step);
	decide_remember(decide, &key, value);
}

int act_apply(struct decide *decide, const struct command *command, const struct act *act,
	struct entry *entry)
{
	entry->form = act->key.form;
	entry->facility = act->key.facility;
	entry->period = act->key.period;
	entry->revision = act->revision;
	entry->replaces = act->identity.sequence;
	if (command->decisions > 0)
		return err_pass(decision_apply(decide, command->decision, act, entry->sequence));
	if (command->adjustments > 0)
		adjustment_apply(decide, command->adjustment, act, entry);
	return 0;
}
