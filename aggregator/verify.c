/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "verify": the journal is folded once more, from its first entry to the position of the answer,
 * into an environment of its own, and every key of both is compared. Sums are integers, so equal
 * means equal. Nothing else is answered meanwhile. */
#include <stdio.h>
#include <string.h>

#include "aggregator/verb.h"
#include "base/err.h"
#include "store/env_compare.h"

/* Folds up to the position; VERB_REFUSED if an entry cannot be taken, which the live follower would
 * have met as well. */
static int fold_again(struct asking *asking, struct generation *again, uint64_t until)
{
	while (again->position.sequence < until) {
		uint64_t before = again->position.sequence;
		bool bad = false;
		int r = generation_chunk(again, follow_journal(asking->follow), until, &bad);

		if (r < 0)
			return err_pass(r);
		pulse_step(follow_options_of(asking->follow)->pulse);
		if (bad || again->position.sequence == before)
			return verb_refuse(asking, ANSWER_FOUND_FAULT,
				"entry %llu of the journal: %s",
				(unsigned long long)again->position.sequence + 1, err_text());
	}
	return 0;
}

/* Everything is folded by the catalogue of the live one, which may have come late. */
static int again_begin(struct asking *asking, const char *path, struct generation *ret_again)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	uint64_t sequence = fold_catalogue_sequence(follow_fold(asking->follow));
	struct entry catalogue;
	int r = 0;

	if (sequence > 0)
		r = journal_get(follow_journal(asking->follow), sequence, &buffer, &catalogue);
	if (r != 0)
		return err_fold(r);
	return err_pass(generation_begin(path, follow_options_of(asking->follow)->map_size_bytes,
		follow_position(asking->follow)->epoch, sequence > 0 ? &catalogue : NULL,
		ret_again));
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
	struct env_comparison found;
	int r;

	if ((r = env_begin_read(follow_env(asking->follow), &live)) < 0 ||
		(r = env_begin_read(again, &other)) < 0 ||
		(r = env_compare(live, other, follow_options_of(asking->follow)->pulse, &found)) <
			0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	if (found.differences > 0)
		return verb_refuse(asking, ANSWER_FOUND_FAULT,
			"aggregates: %llu of %llu keys differ from what the journal gives: %.200s; "
			"stop the "
			"aggregator, delete its folder 'aggregates' and start it again",
			(unsigned long long)found.differences, (unsigned long long)found.keys,
			found.first);
	cell_text(asking, "aggregates");
	cell_integer(asking, (int64_t)position->sequence);
	cell_integer(asking, (int64_t)found.keys);
	cell_integer(asking, (int64_t)found.differences);
	cell_null(asking);
	return 0;
}

static int verify_in(struct asking *asking, struct generation *again, const char *path)
{
	const struct journal_head *position = follow_position(asking->follow);
	int r = again_begin(asking, path, again);

	if (r < 0)
		return err_pass(r);
	if ((r = fold_again(asking, again, position->sequence)) != 0)
		return r == VERB_REFUSED ? r : err_pass(r);
	return rows_compare(asking, again->env, position);
}

int verb_verify(struct asking *asking)
{
	struct generation again = { .env = NULL };
	char path[1100];
	enum follow_state state = follow_state_of(asking->follow);
	int r, deleted;

	if (state == FOLLOW_WAITING || state == FOLLOW_REBUILDING)
		return verb_refuse(asking, ANSWER_NOT_YET,
			"the aggregates are '%s'; ask again when they follow",
			follow_state_name(state));
	if (state == FOLLOW_STOPPED)
		return verb_refuse(asking, ANSWER_FOUND_FAULT,
			"the journal is no longer followed beyond sequence %llu: %.300s",
			(unsigned long long)follow_position(asking->follow)->sequence,
			follow_fault(asking->follow));
	if (disk_look(follow_options_of(asking->follow)->data_dir,
		    &follow_options_of(asking->follow)->floors) >= DISK_NO_REBUILD)
		return verb_refuse(asking, ANSWER_FOUND_FAULT,
			"not verified: the disk has no room for second aggregates to compare with; "
			"make room "
			"and ask again");
	snprintf(path, sizeof(path), "%s/verify", follow_options_of(asking->follow)->data_dir);
	r = verify_in(asking, &again, path);
	deleted = generation_delete(&again, path);
	return r != 0 ? r : err_pass(deleted);
}
