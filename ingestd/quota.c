/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A table of fixed size that is emptied when the day changes. When a day sees more senders than it
 * has places, the later ones share one place per hash: the limit then holds for them together. */
#include "ingestd/quota.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"

enum { PLACES = 4096, PROBES = 16 };

struct place {
	uint32_t actor, facility; /* actor 0: free */
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

static struct place *place_of(struct quota *quota, uint32_t actor, uint32_t facility)
{
	size_t start = (actor * 2654435761u ^ facility * 40503u) % PLACES;

	for (size_t i = 0; i < PROBES; i++) {
		struct place *place = &quota->place[(start + i) % PLACES];

		if (place->actor == 0)
			*place = (struct place){ .actor = actor, .facility = facility };
		if (place->actor == actor && place->facility == facility)
			return place;
	}
	return &quota->place[start];
}

bool quota_take(struct quota *quota, int32_t day, uint32_t actor, uint32_t facility, size_t len)
{
	struct place *place;

	if (day != quota->day) {
		memset(quota->place, 0, sizeof(quota->place));
		quota->day = day;
	}
	place = place_of(quota, actor, facility);
	if (len > KEPT_BYTES_PER_DAY_MAX - place->used)
		return false;
	place->used += len;
	return true;
}
