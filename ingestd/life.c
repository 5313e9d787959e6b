/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * At most one held revision counts, and its number is above the one in force: whatever comes into
 * force is newer than everything held before. */
#include "ingestd/life.h"

void life_accept(struct identity *identity, const struct revision *revision)
{
	*identity = (struct identity){ .revision = revision->revision,
		.sequence = revision->sequence,
		.digest = revision->digest,
		.withdrawn = revision->withdrawn,
		.actor = revision->actor };
}

void life_hold(struct identity *identity, const struct revision *revision)
{
	identity->held = (struct held){ .state = HELD_WAITING,
		.revision = revision->revision,
		.sequence = revision->sequence,
		.digest = revision->digest,
		.withdrawn = revision->withdrawn,
		.actor = revision->actor };
}

void life_decide(struct identity *identity, enum decision_kind kind, uint64_t sequence)
{
	struct held *held = &identity->held;

	switch (kind) {
	case DECISION_ACCEPT:
		life_accept(identity, &(struct revision){ .revision = held->revision,
					      .sequence = held->sequence,
					      .digest = held->digest,
					      .withdrawn = held->withdrawn,
					      .actor = held->actor });
		return;
	case DECISION_RETURN:
		held->state = HELD_RETURNED;
		held->decided = sequence;
		return;
	case DECISION_REJECT:
		held->state = HELD_REJECTED;
		held->decided = sequence;
	}
}

enum adjusted_state life_adjusted(enum adjustment_step step)
{
	if (step == ADJUSTMENT_PROPOSE)
		return ADJUSTED_PROPOSED;
	return step == ADJUSTMENT_CONFIRM ? ADJUSTED_CONFIRMED : ADJUSTED_ENDED;
}

static enum life held_life(const struct held *held)
{
	if (held->state == HELD_RETURNED)
		return LIFE_RETURNED;
	return held->state == HELD_REJECTED ? LIFE_REFUSED : LIFE_HELD;
}

enum life life_compare(const struct identity *identity, uint32_t revision,
	const struct digest *digest, uint64_t *ret_first)
{
	const struct held *held = identity->held.state != HELD_NONE ? &identity->held : NULL;
	uint32_t newest = held ? held->revision : identity->revision;

	*ret_first = 0;
	if (revision > newest || newest == 0)
		return LIFE_NEW;
	if (revision == identity->revision && digest_equal(digest, &identity->digest)) {
		*ret_first = identity->sequence; /* a resend keeps its answer while a newer waits */
		return LIFE_UNCHANGED;
	}
	if (revision < newest) {
		*ret_first = held ? held->sequence : identity->sequence;
		return LIFE_SUPERSEDED;
	}
	if (!held || !digest_equal(digest, &held->digest))
		return LIFE_CONFLICT;
	*ret_first = held->sequence;
	return held_life(held);
}
