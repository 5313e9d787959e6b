/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A table of fixed size that is emptied when the day changes. When a day sees more senders and
 * facilities than it has places, the later ones share one place per hash: the limit then holds for
 * them together. */
#include "ingestd/quota.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"

enum { PLACES = 16384, PROBES = 16 };

/* What a place counts: a facility's bytes, whoever sent them; those of a sender that belong to no
 * facility; all of a sender's. */
enum kind { FREE, OF_FACILITY, OF_NOBODY, OF_SENDER };

struct place {
	enum kind kind;
	uint32_t number; /* of the facility or the sender */
	size_t used;
};

struct quota {
	int32_t day;
	struct place place[PLACES];
};

int quota_new(struct quota **ret_quota)
{
	struct quota *quota = calloc(1, sizeof(*quota));

	if (!quota)
		return err_here(ERR_NOMEM, "cannot allocate the table of quotas");
	*ret_quota = quota;
	return 0;
}

void quota_free(struct quota *quota)
{
	free(quota);
}

static struct place *place_of(struct quota *quota, enum kind kind, uint32_t number)
{
	size_t start = (number * 2654435761u ^ (uint32_t)kind * 40503u) % PLACES;

	for (size_t i = 0; i < PROBES; i++) {
		struct place *place = &quota->place[(start + i) % PLACES];

		if (place->kind == FREE)
			*place = (struct place){ .kind = kind, .number = number };
		if (place->kind == kind && place->number == number)
			return place;
	}
	return &quota->place[start];
}

bool quota_take(struct quota *quota, int32_t day, uint32_t actor, uint32_t facility, size_t len)
{
	struct place *subject, *sender;

	if (day != quota->day) {
		memset(quota->place, 0, sizeof(quota->place));
		quota->day = day;
	}
	subject = facility ? place_of(quota, OF_FACILITY, facility)
			   : place_of(quota, OF_NOBODY, actor);
	sender = place_of(quota, OF_SENDER, actor);
	if (subject->used + len > KEPT_BYTES_PER_DAY_MAX ||
		sender->used + len > KEPT_BYTES_OF_SENDER_MAX)
		return false;
	subject->used += len;
	sender->used += len;
	return true;
}
