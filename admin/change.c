/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One way of sending a command: identity, reason, one repetition after silence, receipt. */
#include "admin/change.h"

#include <sys/random.h>

#include "admin/command.h"
#include "base/err.h"

int change_columns(struct grid *receipts)
{
	int r = grid_column(receipts, "records", COLUMN_INTEGER);

	if (r == 0)
		r = grid_column(receipts, "sequence", COLUMN_INTEGER);
	if (r == 0)
		r = grid_column(receipts, "last_sequence", COLUMN_INTEGER);
	if (r == 0)
		r = grid_column(receipts, "epoch", COLUMN_TEXT);
	if (r == 0)
		r = grid_column(receipts, "chain", COLUMN_TEXT);
	return err_pass(r);
}

static int receipt_add(struct grid *receipts, const struct command_result *result)
{
	const struct receipt *receipt = &result->receipt;
	int r = grid_u64(receipts, result->records);

	if (r == 0)
		r = grid_u64(receipts, receipt->sequence);
	if (r == 0)
		r = grid_u64(receipts, receipt->last_sequence);
	if (r == 0)
		r = grid_hex(receipts, bytes_of(receipt->epoch, sizeof(receipt->epoch)));
	if (r == 0)
		r = grid_hex(receipts, digest_view(&receipt->chain));
	return err_pass(r);
}

static int command_send(struct session *session, struct command *command, struct grid *receipts)
{
	const char *reason = session_argument(session, "reason");
	struct command_result result;
	int r;

	if (getrandom(command->request_id, sizeof(command->request_id), 0) !=
		(ssize_t)sizeof(command->request_id))
		return err_here(ERR_IO, "cannot get random bytes: %m");
	command->reason = bytes_str(reason ? reason : session->verb->words);
	r = session->service.command(session->service.ctx, command, &result);
	/* Silence may mean that only the answer was lost; the identity makes repeating it harmless.
	 *  */
	if (r == ERR_UNREACHABLE || r == ERR_TIMEOUT)
		r = session->service.command(session->service.ctx, command, &result);
	if (r < 0)
		return err_pass(r);
	if (result.outcome != ANSWER_DONE)
		return session_outcome(SERVER_INGESTD, result.outcome, result.text);
	if (!result.has_receipt)
		return err_here(ERR_CORRUPT, "ingestd: a command was done without a receipt");
	return err_pass(receipt_add(receipts, &result));
}

/* Whether the command fits one payload; 0, ERR_LIMIT, or another error. */
static int command_fits(const struct command *command)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	int r;

	if (command->facilities + command->keys > COMMAND_RECORDS_MAX)
		return err_here(
			ERR_LIMIT, "more than %d records in one command", COMMAND_RECORDS_MAX);
	r = command_encode(command, &packed);
	if (r < 0)
		return err_pass(r);
	if (packed.len + 512 > PAYLOAD_BYTES_MAX) /* identity and reason are still to come */
		return err_here(ERR_LIMIT, "a command of %zu bytes", packed.len);
	return 0;
}

int change_facilities(struct session *session, const struct facility *facilities, size_t count,
	struct grid *receipts)
{
	struct command command = { .facility = facilities, .facilities = count };
	int r = command_fits(&command);

	if (r == 0)
		r = command_send(session, &command, receipts);
	return err_pass(r);
}

int change_key(struct session *session, const struct key *key, struct grid *receipts)
{
	struct command command = { .key = key, .keys = 1 };
	int r = command_fits(&command);

	if (r == 0)
		r = command_send(session, &command, receipts);
	return err_pass(r);
}
