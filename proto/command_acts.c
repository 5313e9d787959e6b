/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Decisions, queries, adjustments, locks and witnesses between bytes and structs, as strictly as
 * the registry's records: each has one image. */
#include "proto/command_acts.h"

#include "base/err.h"
#include "huibao/v1/query.pb-c.h"
#include "model/decision.h"
#include "model/lock.h"
#include "proto/parts.h"
#include "proto/text.h"

_Static_assert(
	(int)HUIBAO__V1__DECISION_KIND__DECISION_KIND_REJECT == (int)DECISION_REJECT &&
		(int)HUIBAO__V1__ADJUSTMENT_STEP__ADJUSTMENT_STEP_END == (int)ADJUSTMENT_END &&
		(int)HUIBAO__V1__LOCK_KIND__LOCK_KIND_UNLOCK == (int)LOCK_UNLOCK,
	"kinds are numbered alike");

static int key_take(
	const char *facility, uint32_t form, uint32_t period, struct report_key *ret_key)
{
	struct bytes view = bytes_str(facility);

	if (!text_is_code(view))
		return err_here(ERR_INVALID, "'facility' is not 1 to %d printable ASCII bytes",
			FACILITY_CODE_MAX);
	ret_key->form = form;
	ret_key->period = period;
	return err_pass(text_copy("facility", view, FACILITY_CODE_MAX, ret_key->facility));
}

static int kind_take(const char *what, unsigned kind)
{
	return kind > 0 ? 0 : err_here(ERR_INVALID, "%s without a kind", what);
}

static int decision_unpack(const Huibao__V1__Decision *m, struct decision *ret_decision)
{
	int r;

	*ret_decision = (struct decision){ .held = m->held,
		.replaces = m->replaces,
		.kind = (enum decision_kind)m->kind,
		.reason = m->reason };
	if ((r = kind_take("a decision", m->kind)) < 0 ||
		(r = key_take(m->facility, m->form, m->period, &ret_decision->key)) < 0)
		return err_pass(r);
	if (m->held == 0)
		return err_here(ERR_INVALID, "a decision names no held report");
	return err_pass(
		text_copy("note", bytes_str(m->note), DECISION_NOTE_MAX, ret_decision->note));
}

static int query_unpack(const Huibao__V1__Query *m, struct query *ret_query)
{
	int r;

	*ret_query =
		(struct query){ .about = m->about, .element = m->element, .reason = m->reason };
	if ((r = key_take(m->facility, m->form, m->period, &ret_query->key)) < 0)
		return err_pass(r);
	return err_pass(text_copy("text", bytes_str(m->text), DECISION_NOTE_MAX, ret_query->text));
}

static int adjustment_unpack(const Huibao__V1__Adjustment *m, struct adjustment *ret_adjustment)
{
	bool proposes = m->step == HUIBAO__V1__ADJUSTMENT_STEP__ADJUSTMENT_STEP_PROPOSE;
	int r;

	*ret_adjustment = (struct adjustment){ .step = (enum adjustment_step)m->step,
		.about = m->about,
		.element = m->element,
		.delta = m->delta,
		.reason = m->reason,
		.until_day = m->until_day,
		.proposal = m->proposal };
	if ((r = kind_take("an adjustment", m->step)) < 0 ||
		(r = key_take(m->facility, m->form, m->period, &ret_adjustment->key)) < 0)
		return err_pass(r);
	if (proposes ? m->proposal != 0
		     : m->element != 0 || m->delta != 0 || m->reason != 0 || m->until_day != 0 ||
				m->note[0] != '\0')
		return err_here(ERR_INVALID, "the fields of an adjustment do not fit its step");
	return err_pass(
		text_copy("note", bytes_str(m->note), DECISION_NOTE_MAX, ret_adjustment->note));
}

static int lock_unpack(const Huibao__V1__Lock *m, struct lock *ret_lock)
{
	int r;

	*ret_lock = (struct lock){ .kind = (enum lock_kind)m->kind,
		.area = m->area,
		.form = m->form,
		.first_day = m->first_day,
		.last_day = m->last_day,
		.until_day = m->ends ? m->until_day : DAY_NEVER };
	if ((r = kind_take("a lock", m->kind)) < 0)
		return err_pass(r);
	if (m->ends ? m->until_day == DAY_NEVER : m->until_day != 0)
		return err_here(ERR_INVALID, "'until_day' does not agree with 'ends'");
	return err_pass(text_copy("note", bytes_str(m->note), LOCK_NOTE_MAX, ret_lock->note));
}

static int witness_unpack(const Huibao__V1__Witness *m, struct witness *ret_witness)
{
	*ret_witness = (struct witness){ .everybody = m->public_key.len == 0 };
	if (!m->position)
		return err_here(ERR_INVALID, "a witness without a position");
	if (!ret_witness->everybody) {
		int r = field_exact("public_key", m->public_key, ret_witness->public_key,
			sizeof(ret_witness->public_key));

		if (r < 0)
			return err_pass(r);
	}
	return err_pass(position_unpack(m->position, &ret_witness->position));
}

int acts_unpack(const struct Huibao__V1__Command *m, struct arena *arena, struct command *command)
{
	struct decision *decision = arena_take(arena, m->n_decision, sizeof(*decision));
	struct query *query = arena_take(arena, m->n_query, sizeof(*query));
	struct adjustment *adjustment = arena_take(arena, m->n_adjustment, sizeof(*adjustment));
	struct lock *lock = arena_take(arena, m->n_lock, sizeof(*lock));
	struct witness *witness = arena_take(arena, m->n_witness, sizeof(*witness));
	int r = 0;

	if (!decision || !query || !adjustment || !lock || !witness)
		return err_here(ERR_LIMIT, "no room to unpack a command");
	for (size_t i = 0; r == 0 && i < m->n_decision; i++)
		r = decision_unpack(m->decision[i], &decision[i]);
	for (size_t i = 0; r == 0 && i < m->n_query; i++)
		r = query_unpack(m->query[i], &query[i]);
	for (size_t i = 0; r == 0 && i < m->n_adjustment; i++)
		r = adjustment_unpack(m->adjustment[i], &adjustment[i]);
	for (size_t i = 0; r == 0 && i < m->n_lock; i++)
		r = lock_unpack(m->lock[i], &lock[i]);
	for (size_t i = 0; r == 0 && i < m->n_witness; i++)
		r = witness_unpack(m->witness[i], &witness[i]);
	command->decision = decision;
	command->decisions = m->n_decision;
	command->query = query;
	command->queries = m->n_query;
	command->adjustment = adjustment;
	command->adjustments = m->n_adjustment;
	command->lock = lock;
	command->locks = m->n_lock;
	command->witness = witness;
	command->witnesses = m->n_witness;
	return err_pass(r);
}

static int decision_pack(const struct decision *decision, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Decision one = HUIBAO__V1__DECISION__INIT, *list[] = { &one };

	one.facility = text_of(decision->key.facility);
	one.form = decision->key.form;
	one.period = decision->key.period;
	one.held = decision->held;
	one.replaces = decision->replaces;
	one.kind = (Huibao__V1__DecisionKind)decision->kind;
	one.reason = decision->reason;
	one.note = text_of(decision->note);
	m.n_decision = 1;
	m.decision = list;
	return err_pass(message_pack(&m.base, out));
}

static int query_pack(const struct query *query, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Query one = HUIBAO__V1__QUERY__INIT, *list[] = { &one };

	one.facility = text_of(query->key.facility);
	one.form = query->key.form;
	one.period = query->key.period;
	one.about = query->about;
	one.element = query->element;
	one.reason = query->reason;
	one.text = text_of(query->text);
	m.n_query = 1;
	m.query = list;
	return err_pass(message_pack(&m.base, out));
}

static int adjustment_pack(const struct adjustment *adjustment, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Adjustment one = HUIBAO__V1__ADJUSTMENT__INIT, *list[] = { &one };
	bool proposes = adjustment->step == ADJUSTMENT_PROPOSE;

	one.step = (Huibao__V1__AdjustmentStep)adjustment->step;
	one.facility = text_of(adjustment->key.facility);
	one.form = adjustment->key.form;
	one.period = adjustment->key.period;
	one.about = adjustment->about;
	if (proposes) {
		one.element = adjustment->element;
		one.delta = adjustment->delta;
		one.reason = adjustment->reason;
		one.note = text_of(adjustment->note);
		one.until_day = adjustment->until_day;
	} else {
		one.proposal = adjustment->proposal;
	}
	m.n_adjustment = 1;
	m.adjustment = list;
	return err_pass(message_pack(&m.base, out));
}

static int lock_pack(const struct lock *lock, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Lock one = HUIBAO__V1__LOCK__INIT, *list[] = { &one };

	one.kind = (Huibao__V1__LockKind)lock->kind;
	one.area = lock->area;
	one.form = lock->form;
	one.first_day = lock->first_day;
	one.last_day = lock->last_day;
	one.ends = lock->until_day != DAY_NEVER;
	one.until_day = one.ends ? lock->until_day : 0;
	one.note = text_of(lock->note);
	m.n_lock = 1;
	m.lock = list;
	return err_pass(message_pack(&m.base, out));
}

static int witness_pack(const struct witness *witness, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Witness one = HUIBAO__V1__WITNESS__INIT, *list[] = { &one };
	Huibao__V1__Position position;

	if (!witness->everybody)
		one.public_key =
			binary_of(bytes_of(witness->public_key, sizeof(witness->public_key)));
	position_pack(&witness->position, &position);
	one.position = &position;
	m.n_witness = 1;
	m.witness = list;
	return err_pass(message_pack(&m.base, out));
}

int acts_pack(const struct command *command, struct buffer *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < command->decisions; i++)
		r = decision_pack(&command->decision[i], out);
	for (size_t i = 0; r == 0 && i < command->queries; i++)
		r = query_pack(&command->query[i], out);
	for (size_t i = 0; r == 0 && i < command->adjustments; i++)
		r = adjustment_pack(&command->adjustment[i], out);
	for (size_t i = 0; r == 0 && i < command->locks; i++)
		r = lock_pack(&command->lock[i], out);
	for (size_t i = 0; r == 0 && i < command->witnesses; i++)
		r = witness_pack(&command->witness[i], out);
	return err_pass(r);
}
