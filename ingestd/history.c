/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An epoch answers for the entries up to its reach: the present one for all that are durable (no
 * receipt left before its entry was), an earlier one for those before the entry `restored` that
 * ended it. That entry's own place counts, not what its body claims, for the body can be forged
 * into a loss that never was. A decision is looked at only where something differs, so a key
 * whose later receipts agree is a full witness again. */
#include "ingestd/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ports.h"

struct life {
	uint8_t epoch[EPOCH_BYTES];
	uint64_t reach; /* its last entry here */
};

struct settled {
	uint32_t key; /* 0: everybody's */
	uint8_t epoch[EPOCH_BYTES];
	uint64_t sequence;
};

struct history {
	uint8_t epoch[EPOCH_BYTES]; /* the present one */
	/* owned arrays; they only grow, one element for an entry of the journal */
	struct life *life;
	size_t lives;
	struct settled *settled;
	size_t settlements;
	struct suspicion *suspicion; /* by key number; sequence 0: none */
	uint32_t keys;               /* size of suspicion */
	uint32_t suspicions;
};

int history_new(const uint8_t epoch[EPOCH_BYTES], struct history **ret_history)
{
	struct history *history = calloc(1, sizeof(*history));

	if (!history)
		return err_here(ERR_NOMEM, "cannot allocate what senders remember");
	memcpy(history->epoch, epoch, EPOCH_BYTES);
	*ret_history = history;
	return 0;
}

void history_free(struct history *history)
{
	if (!history)
		return;
	free(history->life);
	free(history->settled);
	free(history->suspicion);
	free(history);
}

int history_add_life(struct history *history, const uint8_t epoch[EPOCH_BYTES], uint64_t sequence)
{
	struct life *life = realloc(history->life, (history->lives + 1) * sizeof(*life));

	ensure(sequence > 0);
	if (!life)
		return err_here(ERR_NOMEM, "cannot hold the journal's earlier lives");
	history->life = life;
	memcpy(life[history->lives].epoch, epoch, EPOCH_BYTES);
	life[history->lives++].reach = sequence - 1;
	return 0;
}

/* Room for the key's suspicion. */
static int keys_grow(struct history *history, uint32_t key)
{
	uint32_t keys = history->keys ? history->keys : 64;
	struct suspicion *suspicion;

	if (key < history->keys)
		return 0;
	while (keys <= key)
		keys *= 2;
	suspicion = realloc(history->suspicion, keys * sizeof(*suspicion));
	if (!suspicion)
		return err_here(ERR_NOMEM, "cannot hold %u keys under suspicion", keys);
	memset(suspicion + history->keys, 0, (keys - history->keys) * sizeof(*suspicion));
	history->suspicion = suspicion;
	history->keys = keys;
	return 0;
}

int history_suspect(
	struct history *history, uint32_t key, const struct position *at, uint64_t sequence)
{
	int r = keys_grow(history, key);

	ensure(sequence > 0);
	if (r < 0)
		return err_pass(r);
	if (history->suspicion[key].sequence > 0)
		return 0;
	history->suspicion[key] = (struct suspicion){ .at = *at, .sequence = sequence };
	history->suspicions++;
	return 0;
}

/* The life of an earlier epoch; NULL: it is the present one, or this journal never had it. */
static const struct life *life_of(const struct history *history, const uint8_t epoch[EPOCH_BYTES])
{
	for (size_t i = 0; i < history->lives; i++) {
		if (memcmp(history->life[i].epoch, epoch, EPOCH_BYTES) == 0)
			return &history->life[i];
	}
	return NULL;
}

static bool is_present(const struct history *history, const uint8_t epoch[EPOCH_BYTES])
{
	return memcmp(history->epoch, epoch, EPOCH_BYTES) == 0;
}

static bool settles(const struct settled *settled, uint32_t key, const struct position *at)
{
	return (settled->key == 0 || settled->key == key) && at->sequence <= settled->sequence &&
	       memcmp(settled->epoch, at->epoch, EPOCH_BYTES) == 0;
}

int history_settle(struct history *history, uint32_t key, const struct position *at)
{
	struct settled *settled =
		realloc(history->settled, (history->settlements + 1) * sizeof(*settled));

	if (!settled)
		return err_here(ERR_NOMEM, "cannot hold what was decided on histories");
	history->settled = settled;
	settled += history->settlements++;
	*settled = (struct settled){ .key = key, .sequence = at->sequence };
	if (key == 0 && !is_present(history, at->epoch) && !life_of(history, at->epoch))
		settled->sequence = UINT64_MAX;
	memcpy(settled->epoch, at->epoch, EPOCH_BYTES);
	for (uint32_t i = 0; i < history->keys; i++) {
		if (history->suspicion[i].sequence == 0 ||
			!settles(settled, i, &history->suspicion[i].at))
			continue;
		history->suspicion[i] = (struct suspicion){ .sequence = 0 };
		history->suspicions--;
	}
	return 0;
}

const struct suspicion *history_suspected(const struct history *history, uint32_t key)
{
	return key < history->keys && history->suspicion[key].sequence > 0
		       ? &history->suspicion[key]
		       : NULL;
}

uint32_t history_suspicions(const struct history *history)
{
	return history->suspicions;
}

uint32_t history_keys(const struct history *history)
{
	return history->keys == 0 ? 0 : history->keys - 1;
}

static bool is_settled(const struct history *history, uint32_t key, const struct position *at)
{
	for (size_t i = 0; i < history->settlements; i++) {
		if (settles(&history->settled[i], key, at))
			return true;
	}
	return false;
}

/* Whether the chain stands there; sequence is within the epoch's reach. */
static int stands(const struct position *at, history_chain *chain, void *ctx, bool *ret_stands)
{
	struct digest found = { { 0 } };
	int r = at->sequence > 0 ? chain(ctx, at->sequence, &found) : 0;

	*ret_stands = r == 0 && digest_equal(&found, &at->chain);
	return r < 0 ? err_pass(r) : 0;
}

int history_judge(const struct history *history, uint64_t durable, uint32_t key,
	const struct position *at, history_chain *chain, void *ctx,
	enum history_judgement *ret_judgement)
{
	const struct life *life = life_of(history, at->epoch);
	uint64_t reach = life ? life->reach : durable;
	bool good = false;
	int r;

	if (life && at->sequence > reach) {
		*ret_judgement = HISTORY_LOST;
		return 0;
	}
	if ((life || is_present(history, at->epoch)) && at->sequence <= reach &&
		(r = stands(at, chain, ctx, &good)) < 0)
		return err_pass(r);
	*ret_judgement = good                           ? HISTORY_AGREES
			 : is_settled(history, key, at) ? HISTORY_SETTLED
							: HISTORY_DIFFERS;
	return 0;
}
