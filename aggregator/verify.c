/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "verify": the journal is folded once more, from its first entry to the position of the answer,
 * into an environment of its own, and every key of both is compared. Sums are integers, so equal
 * means equal. Nothing else is answered meanwhile. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aggregator/verb.h"
#include "base/err.h"
#include "base/limits.h"

/* Folds up to the position; VERB_REFUSED if an entry cannot be taken, which the live follower would
 * have met as well. */
static int fold_again(
	struct asking *asking, struct env *env, struct fold *fold, const struct journal_head *until)
{
	struct journal_head position = { .sequence = 0 };

	memcpy(position.epoch, until->epoch, sizeof(position.epoch));
	while (position.sequence < until->sequence) {
		uint64_t before = position.sequence;
		bool bad = false;
		int r = follow_chunk(follow_journal(asking->follow), env, fold, &position,
			until->sequence, &bad);

		if (r < 0)
			return err_pass(r);
		if (bad || (r == 0 && position.sequence == before))
			return verb_refuse(asking, ANSWER_FOUND_FAULT,
				"entry %llu of the journal: %s",
				(unsigned long long)position.sequence + 1, err_text());
	}
	return 0;
}

static int rows_compare(
	struct asking *asking, struct env *again, const struct journal_head *position)
{
	static const struct column columns[] = {
		{ "environment", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
		{ "keys", COLUMN_INTEGER },
		{ "differences", COLUMN_INTEGER },
		{ "first_difference", COLUMN_TEXT },
	};
	AUTO(txn_abort) struct txn *live = NULL;
	AUTO(txn_abort) struct txn *other = NULL;
	uint64_t keys, differences;
	char first[256] = "";
	int r;

	if ((r = env_begin_read(follow_env(asking->follow), &live)) < 0 ||
		(r = env_begin_read(again, &other)) < 0 ||
		(r = env_compare(live, other, &keys, &differences, first, sizeof(first))) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	if (differences > 0)
		return verb_refuse(asking, ANSWER_FOUND_FAULT,
			"aggregates: %llu of %llu keys differ from what the journal gives: %.200s; "
			"stop the "
			"aggregator, delete its folder 'aggregates' and start it again",
			(unsigned long long)differences, (unsigned long long)keys, first);
	cell_text(asking, "aggregates");
	cell_integer(asking, (int64_t)position->sequence);
	cell_integer(asking, (int64_t)keys);
	cell_integer(asking, (int64_t)differences);
	cell_null(asking);
	return 0;
}

/* Closes before it deletes. */
static int verify_in(struct asking *asking, const char *path)
{
	const struct journal_head *position = follow_position(asking->follow);
	AUTO(env_close) struct env *env = NULL;
	AUTO(fold_free) struct fold *fold = NULL;
	int r = env_delete(path); /* left by a crash */

	if (r < 0 ||
		(r = aggregates_open(
			 path, follow_options_of(asking->follow)->map_size_bytes, &env)) < 0 ||
		(r = fold_new(&fold)) < 0)
		return err_pass(r);
	if ((r = fold_again(asking, env, fold, position)) != 0)
		return r == VERB_REFUSED ? r : err_pass(r);
	return rows_compare(asking, env, position);
}

int verb_verify(struct asking *asking)
{
	char path[1100];
	enum follow_state state = follow_state_of(asking->follow);
	int r, deleted;

	if (state == FOLLOW_WAITING || state == FOLLOW_REBUILDING)
		return verb_refuse(asking, ANSWER_NOT_YET,
			"the aggregates are '%s'; ask again when they follow",
			follow_state_name(state));
	snprintf(path, sizeof(path), "%s/verify", follow_options_of(asking->follow)->data_dir);
	r = verify_in(asking, path);
	deleted = env_delete(path);
	if (deleted == 0 && rmdir(path) != 0)
		deleted = err_here(ERR_IO, "cannot delete '%s': %s", path, err_errno(errno));
	return r != 0 ? r : err_pass(deleted);
}
