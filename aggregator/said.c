/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records are copied with their origin; the lists of model/ do the rest. */
#include "aggregator/said.h"

#include "base/err.h"

int said_init(struct said *said)
{
	int r;

	if ((r = facts_new(&said->facts)) < 0 || (r = locks_new(&said->locks)) < 0 ||
		(r = acts_new(&said->acts)) < 0)
		return err_pass(r);
	return 0;
}

void said_fini(struct said *said)
{
	facts_free(said->facts);
	locks_free(said->locks);
	acts_free(said->acts);
	*said = (struct said){ 0 };
}

static int facts_take(
	struct facts *facts, const struct command *command, const struct derived_command *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < command->facts; i++) {
		struct fact fact = command->fact[i];

		fact.sequence = from->sequence;
		fact.actor = from->actor;
		r = facts_put(facts, &fact);
	}
	for (size_t i = 0; r == 0 && i < command->statements; i++) {
		struct statement statement = command->statement[i];

		statement.sequence = from->sequence;
		statement.actor = from->actor;
		r = facts_put_statement(facts, &statement);
	}
	for (size_t i = 0; r == 0 && i < command->verdicts; i++) {
		struct person_verdict verdict = command->verdict[i];

		verdict.sequence = from->sequence;
		verdict.actor = from->actor;
		verdict.received = (int64_t)from->received;
		r = facts_put_verdict(facts, &verdict);
	}
	return err_pass(r);
}

static int locks_take(
	struct locks *locks, const struct command *command, const struct derived_command *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < command->locks; i++) {
		struct lock lock = command->lock[i];

		lock.sequence = from->sequence;
		lock.actor = from->actor;
		r = locks_put(locks, &lock);
	}
	return err_pass(r);
}

static int acts_take(
	struct acts *acts, const struct command *command, const struct derived_command *from)
{
	const struct act act = { .sequence = from->sequence,
		.actor = from->actor,
		.received = (int64_t)from->received };
	int r = 0;

	for (size_t i = 0; r == 0 && i < command->queries; i++)
		r = acts_put_query(acts, &command->query[i], &act);
	for (size_t i = 0; r == 0 && i < command->adjustments; i++)
		r = acts_put_adjustment(acts, &command->adjustment[i], &act);
	return err_pass(r);
}

int said_take(struct said *said, const struct command *command, const struct derived_command *from)
{
	int r;

	if ((r = facts_take(said->facts, command, from)) < 0 ||
		(r = locks_take(said->locks, command, from)) < 0)
		return err_pass(r);
	return err_pass(acts_take(said->acts, command, from));
}
