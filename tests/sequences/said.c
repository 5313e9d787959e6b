/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons say: decisions on what is held, questions, adjustments in their two steps, locks.
 * Some believe what is no longer so, some have no right to. */
#include <inttypes.h>
#include <stdio.h>

#include "tests/sequences/make.h"

enum { WORDS = 256, TRIES = 12 };

static uint32_t any_person(struct house *house)
{
	static const uint32_t persons[] = { KEY_LI, KEY_LI, KEY_LI, KEY_WANG, KEY_WANG, KEY_LI_TOO,
		KEY_ADMINISTRATOR };

	return likely(house, 3) ? 1 + chance(house, KEYS)
				: persons[chance(house, array_len(persons))];
}

/* Some report, and what the decider holds of it. */
static void any_identity(
	struct play *play, struct report_key *ret_key, struct identity *ret_identity)
{
	struct house *house = &play->house;
	const char *code = any_facility(play);
	struct identity_key key;

	*ret_key = (struct report_key){ .form = any_form(play) };
	ret_key->period = any_period(play, (uint16_t)ret_key->form);
	snprintf(
		ret_key->facility, sizeof(ret_key->facility), "%s", likely(house, 1) ? "ZZ" : code);
	key = (struct identity_key){ .form = (uint16_t)ret_key->form,
		.period = ret_key->period,
		.facility =
			registry_facility_by_code(decide_registry(house->decide), bytes_str(code))
				->number };
	*ret_identity = house_identity(house, &key);
}

static void find_waiting(
	struct play *play, struct report_key *ret_key, struct identity *ret_identity)
{
	for (int i = 0; i < 4 * TRIES; i++) {
		any_identity(play, ret_key, ret_identity);
		if (ret_identity->held.state == HELD_WAITING)
			return;
	}
}

static void find_in_force(
	struct play *play, struct report_key *ret_key, struct identity *ret_identity)
{
	for (int i = 0; i < TRIES; i++) {
		any_identity(play, ret_key, ret_identity);
		if (ret_identity->revision > 0 && !ret_identity->withdrawn)
			return;
	}
}

static uint32_t any_reason(struct house *house)
{
	return likely(house, 85) ? 2 + chance(house, 2) : chance(house, 5);
}

static void play_decision(struct play *play)
{
	struct house *house = &play->house;
	struct identity identity;
	struct decision decision = { .kind = DECISION_ACCEPT };
	char words[WORDS];

	find_waiting(play, &decision.key, &identity);
	if (likely(house, 45))
		decision.kind = (enum decision_kind)(DECISION_RETURN + chance(house, 2));
	decision.held = likely(house, 95) ? identity.held.sequence
					  : 1 + chance(house, (uint32_t)house->entries);
	decision.replaces =
		likely(house, 93)
			? identity.sequence
			: (likely(house, 50) ? 0 : chance(house, (uint32_t)house->entries));
	decision.reason =
		decision.kind == DECISION_ACCEPT && likely(house, 60) ? 0 : any_reason(house);
	snprintf(words, sizeof(words), "decision %s %u %u %" PRIu64 " %" PRIu64 " %d %u",
		decision.key.facility, decision.key.form, decision.key.period, decision.held,
		decision.replaces, (int)decision.kind, decision.reason);
	command_send(play, any_person(house),
		&(struct command){ .decision = &decision, .decisions = 1 }, words);
}

static void play_query(struct play *play)
{
	struct house *house = &play->house;
	struct identity identity;
	struct query query = { .element = likely(house, 50) ? 0 : 1 + chance(house, 9) };
	char words[WORDS];

	any_identity(play, &query.key, &identity);
	query.about = likely(house, 50)
			      ? identity.sequence
			      : (likely(house, 80) ? identity.held.sequence : chance(house, 60));
	query.reason = likely(house, 50) ? 0 : any_reason(house);
	if (likely(house, 80))
		snprintf(query.text, sizeof(query.text), "why");
	snprintf(words, sizeof(words), "query %s %u %u %" PRIu64 " %u %u %d", query.key.facility,
		query.key.form, query.key.period, query.about, query.element, query.reason,
		query.text[0] != 0);
	command_send(
		play, any_person(house), &(struct command){ .query = &query, .queries = 1 }, words);
}

static void adjustment_send(struct play *play, struct adjustment *adjustment)
{
	char words[WORDS];

	snprintf(words, sizeof(words), "adj %d %s %u %u %" PRIu64 " %u %" PRId64 " %u %d %" PRIu64,
		(int)adjustment->step, adjustment->key.facility, adjustment->key.form,
		adjustment->key.period, adjustment->about, adjustment->element, adjustment->delta,
		adjustment->reason, adjustment->until_day, adjustment->proposal);
	command_send(play, any_person(&play->house),
		&(struct command){ .adjustment = adjustment, .adjustments = 1 }, words);
}

static void play_step(struct play *play)
{
	struct house *house = &play->house;
	uint32_t kept =
		(uint32_t)(play->proposals < PROPOSALS_MAX ? play->proposals : PROPOSALS_MAX);
	uint32_t at = likely(house, 50) ? kept - 1 : chance(house, kept);
	struct adjustment adjustment = { .step = likely(house, 75) ? ADJUSTMENT_CONFIRM
								   : ADJUSTMENT_END,
		.key = play->proposed[at],
		.proposal = likely(house, 97) ? play->proposal[at] : chance(house, 60) };

	if (likely(house, 3))
		adjustment.key.period = any_period(play, (uint16_t)adjustment.key.form);
	if (likely(house, 3))
		adjustment.about = chance(house, 60);
	adjustment_send(play, &adjustment);
}

static void play_propose(struct play *play)
{
	struct house *house = &play->house;
	struct adjustment adjustment = { .step = ADJUSTMENT_PROPOSE,
		.element = likely(house, 40) ? 1 : (likely(house, 60) ? 7 : 1 + chance(house, 7)),
		.delta = (int64_t)chance(house, 41) - 20,
		.reason = any_reason(house),
		.until_day =
			today_of(play) + (int32_t)chance(house, likely(house, 50) ? 200 : 30) - 3 };
	struct identity identity;

	find_in_force(play, &adjustment.key, &identity);
	adjustment.about = likely(house, 95) ? identity.sequence : chance(house, 60);
	adjustment_send(play, &adjustment);
	/* also of one that was refused: its steps are refused, too */
	play->proposal[play->proposals % PROPOSALS_MAX] = house->entries;
	play->proposed[play->proposals++ % PROPOSALS_MAX] = adjustment.key;
	if (likely(house, 50))
		play_step(play);
}

static void lock_send(struct play *play, uint32_t key, const struct lock *lock)
{
	char words[WORDS];

	snprintf(words, sizeof(words), "lock %d %u %u %d %d %d", (int)lock->kind, lock->area,
		lock->form, lock->first_day, lock->last_day, lock->until_day);
	command_send(play, key, &(struct command){ .lock = lock, .locks = 1 }, words);
}

void play_unlock(struct play *play)
{
	const struct lock lock = { .kind = LOCK_UNLOCK,
		.first_day = day_of(2020, 1, 1),
		.last_day = day_of(2030, 1, 1),
		.until_day = likely(&play->house, 60) ? DAY_NEVER : today_of(play) + 20 };

	lock_send(play, KEY_LI, &lock);
}

static void play_lock(struct play *play)
{
	static const uint32_t areas[] = { 0, 320700, 320703, 320706, 320703001, 320703002, 440507 };
	struct house *house = &play->house;
	uint32_t period = play->period[chance(house, PERIODS)];
	struct lock lock = { .kind = likely(house, 40) ? LOCK_LOCK : LOCK_UNLOCK,
		.area = areas[chance(house, 7)],
		.form = likely(house, 50) ? 0 : 1 + chance(house, FORMS + 1),
		.first_day = period_last_day(period) - (int32_t)chance(house, 40),
		.last_day = period_last_day(period) + (int32_t)chance(house, 40),
		.until_day = likely(house, 50) ? DAY_NEVER
					       : today_of(play) + (int32_t)chance(house, 12) - 1 };

	if (likely(house, 2))
		lock.last_day = lock.first_day - 1;
	lock_send(play, any_person(house), &lock);
}

void play_command(struct play *play)
{
	uint32_t kind = chance(&play->house, 100);

	if (kind < 33)
		play_decision(play);
	else if (kind < 42)
		play_lock(play);
	else if (kind < 55)
		play_propose(play);
	else if (kind < 70 && play->proposals > 0)
		play_step(play);
	else if (kind < 78)
		play_query(play);
	else if (kind < 97)
		play_facility(play);
	else
		play_key(play);
}
