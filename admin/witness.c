/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Deciding on senders who remember another history: what they remember (of one key, or the furthest
 * of each epoch for all of them) is taken from ingestd's list and sent back as no longer counting.
 * Nothing can be decided on that is not on the list. */
#include <stdlib.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "base/err.h"
#include "wire/keys.h"

static int hex_cell(
	const struct grid *table, size_t row, const char *name, uint8_t *ret, size_t len)
{
	return err_pass(bytes_from_hex(grid_word(table, row, name), ret, len));
}

static uint64_t sequence_of(const struct grid *table, size_t row)
{
	return strtoull(grid_word(table, row, "remembers_sequence"), NULL, 10);
}

static int position_of(const struct grid *table, size_t row, struct position *ret_position)
{
	int r;

	ret_position->sequence = sequence_of(table, row);
	if ((r = hex_cell(table, row, "remembers_epoch", ret_position->epoch,
		     sizeof(ret_position->epoch))) < 0)
		return err_pass(r);
	return err_pass(hex_cell(table, row, "remembers_chain", ret_position->chain.byte,
		sizeof(ret_position->chain.byte)));
}

static bool is_called(const struct grid *table, size_t row, const char *word)
{
	return strcmp(grid_word(table, row, "public_key"), word) == 0 ||
	       strcmp(grid_word(table, row, "name"), word) == 0 ||
	       strcmp(grid_word(table, row, "number"), word) == 0;
}

static int witness_of_key(const struct grid *table, const char *word, struct witness *ret_witness)
{
	size_t found = grid_rows(table);
	int r;

	for (size_t row = 0; row < grid_rows(table); row++) {
		if (!is_called(table, row, word))
			continue;
		if (found < grid_rows(table))
			return err_here(ERR_INVALID,
				"more than one key under suspicion is called '%.60s'; name it by "
				"its public half",
				word);
		found = row;
	}
	if (found == grid_rows(table))
		return err_here(ERR_NOT_FOUND,
			"no key under suspicion is called '%.60s' (huibaoctl history list)", word);
	if ((r = key_parse(grid_word(table, found, "public_key"), ret_witness->public_key)) < 0)
		return err_pass(r);
	return err_pass(position_of(table, found, &ret_witness->position));
}

/* Whether no other row of the epoch is remembered further; of equal ones the first. */
static bool is_furthest(const struct grid *table, size_t row)
{
	for (size_t other = 0; other < grid_rows(table); other++) {
		uint64_t its = sequence_of(table, other), ours = sequence_of(table, row);

		if (other != row && (its > ours || (its == ours && other < row)) &&
			strcmp(grid_word(table, other, "remembers_epoch"),
				grid_word(table, row, "remembers_epoch")) == 0)
			return false;
	}
	return true;
}

static int witnesses_of_all(
	const struct grid *table, struct witness *witness, size_t *ret_witnesses)
{
	size_t count = 0;
	int r;

	for (size_t row = 0; row < grid_rows(table); row++) {
		if (!is_furthest(table, row))
			continue;
		if (count == COMMAND_RECORDS_MAX)
			break; /* thousands of epochs: the rest is decided on by asking again */
		witness[count] = (struct witness){ .everybody = true };
		if ((r = position_of(table, row, &witness[count++].position)) < 0)
			return err_pass(r);
	}
	*ret_witnesses = count;
	return count > 0 ? 0 : err_here(ERR_NOT_FOUND, "no key is under suspicion");
}

int history_decide_run(struct session *session)
{
	static struct witness witness[COMMAND_RECORDS_MAX];
	AUTO(grid_fini) struct grid table = { 0 };
	const char *word = session_argument(session, "key");
	struct command command = { .witness = witness, .witnesses = 1 };
	int r = session_ask(session, SERVER_INGESTD, "history list", NULL, 0, &table);

	if (r < 0)
		return err_pass(r);
	witness[0] = (struct witness){ .everybody = false };
	r = strcmp(word, "all") == 0 ? witnesses_of_all(&table, witness, &command.witnesses)
				     : witness_of_key(&table, word, &witness[0]);
	return r < 0 ? err_pass(r) : err_pass(change_one(session, &command));
}
