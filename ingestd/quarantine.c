/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One record per key that ever knocked or went too far, by its number. Without memory for a record
 * nobody is suspected. */
#include "ingestd/quarantine.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"

enum {
	SECOND_MS = 1000,
	OVER_BYTES = 32 * 1024, /* so many count like one more message */
	SILENT_MAX = 16,        /* connections without a word … */
	SILENT_MS = 10 * 1000,  /* … of so long */
	NAMELESS_MS = 5 * 1000, /* how long a nameless cut makes silence suspicious */
	RECORDS_MIN = 64,
};

struct record {
	struct mono until; /* ns 0: never was in it */
	uint32_t last_ms;  /* how long it was the last time */
	struct mono over_since, silent_since;
	uint32_t over;   /* about the messages beyond the limit in the second since */
	uint32_t silent; /* connections without a word since */
};

struct quarantine {
	struct record *record;
	size_t records;
	struct mono nameless_at; /* ns 0: never */
};

int quarantine_new(struct quarantine **ret_quarantine)
{
	*ret_quarantine = calloc(1, sizeof(**ret_quarantine));
	if (!*ret_quarantine)
		return err_here(ERR_NOMEM, "cannot allocate the quarantine");
	return 0;
}

void quarantine_free(struct quarantine *quarantine)
{
	if (!quarantine)
		return;
	free(quarantine->record);
	free(quarantine);
}

static struct record *record_of(struct quarantine *quarantine, uint32_t actor)
{
	size_t size = quarantine->records ? quarantine->records : RECORDS_MIN;
	struct record *grown;

	if (actor < quarantine->records)
		return &quarantine->record[actor];
	while (size <= actor)
		size *= 2;
	grown = realloc(quarantine->record, size * sizeof(*grown));
	if (!grown)
		return NULL;
	memset(grown + quarantine->records, 0, (size - quarantine->records) * sizeof(*grown));
	quarantine->record = grown;
	quarantine->records = size;
	return &grown[actor];
}

static bool record_holds(const struct record *record, struct mono now)
{
	return record->until.ns > now.ns;
}

bool quarantine_holds(const struct quarantine *quarantine, uint32_t actor, struct mono now)
{
	return actor < quarantine->records && record_holds(&quarantine->record[actor], now);
}

uint32_t quarantine_begin(struct quarantine *quarantine, uint32_t actor, struct mono now)
{
	struct record *record = record_of(quarantine, actor);
	uint32_t ms = QUARANTINE_MS_MIN;

	if (!record || record_holds(record, now))
		return 0;
	if (record->last_ms > 0 && mono_ms_since(record->until, now) < QUARANTINE_MS_MAX) {
		ms = record->last_ms * 2;
		if (ms > QUARANTINE_MS_MAX)
			ms = QUARANTINE_MS_MAX;
	}
	*record = (struct record){ .last_ms = ms };
	record->until.ns = now.ns + (int64_t)ms * 1000000;
	return ms;
}

bool quarantine_over_limit(
	struct quarantine *quarantine, uint32_t actor, size_t len, struct mono now)
{
	struct record *record = record_of(quarantine, actor);

	if (!record)
		return false;
	if (mono_ms_since(record->over_since, now) >= SECOND_MS) {
		record->over_since = now;
		record->over = 0;
	}
	record->over += 1 + (uint32_t)(len / OVER_BYTES);
	return record->over > OVER_LIMIT_PER_SECOND_MAX;
}

void quarantine_nameless(struct quarantine *quarantine, struct mono now)
{
	quarantine->nameless_at = now;
}

bool quarantine_knock(struct quarantine *quarantine, uint32_t actor, struct mono now)
{
	struct record *record = record_of(quarantine, actor);

	if (!record)
		return false;
	if (mono_ms_since(record->silent_since, now) >= SILENT_MS) {
		record->silent_since = now;
		record->silent = 0;
	}
	return ++record->silent > SILENT_MAX && quarantine->nameless_at.ns != 0 &&
	       mono_ms_since(quarantine->nameless_at, now) < NAMELESS_MS;
}

void quarantine_heard(struct quarantine *quarantine, uint32_t actor)
{
	struct record *record = record_of(quarantine, actor);

	if (record && record->silent > 0)
		record->silent--;
}

uint32_t quarantine_keys(const struct quarantine *quarantine, struct mono now)
{
	uint32_t keys = 0;

	for (size_t i = 0; i < quarantine->records; i++)
		keys += record_holds(&quarantine->record[i], now);
	return keys;
}
