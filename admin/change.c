/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One way of sending a command: identity, reason, one repetition after silence, receipt; or, on a
 * dry run, none of it. */
#include "admin/change.h"

#include <sys/random.h>

#include "admin/command.h"
#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"
#include "model/facts.h"

static int change_columns(struct grid *receipts)
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

/* Without a receipt nothing was sent. */
static int receipt_add(struct grid *receipts, const struct command_result *result)
{
	const struct receipt *receipt = &result->receipt;
	int r = grid_u64(receipts, result->records);

	if (r == 0 && !result->has_receipt) {
		for (size_t i = 1; r == 0 && i < receipts->columns; i++)
			r = grid_text(receipts, NULL);
		return err_pass(r);
	}
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

static int command_send(
	struct session *session, struct command *command, struct command_result *ret_result)
{
	const char *reason = session_argument(session, "reason");
	struct command_result result = { .records = (uint32_t)command_records(command) };
	int r;

	if (session_argument(session, "dry-run")) {
		*ret_result = result;
		return 0;
	}
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
	session->training |= result.training;
	/* Not a question to be repeated: somebody must look before he decides again. */
	if (result.outcome == ANSWER_MOVED_ON)
		return err_here(ERR_CONFLICT, "what is in force has changed meanwhile; look again");
	if (result.outcome != ANSWER_DONE)
		return session_outcome(SERVER_INGESTD, result.outcome, result.text);
	if (!result.has_receipt)
		return err_here(ERR_CORRUPT, "ingestd: a command was done without a receipt");
	*ret_result = result;
	return 0;
}

/* Whether the command fits one payload; 0, ERR_LIMIT, or another error. */
static int command_fits(const struct command *command)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	int r;

	if (command_records(command) > COMMAND_RECORDS_MAX)
		return err_here(ERR_LIMIT, "more than %d records in one command; split the file",
			COMMAND_RECORDS_MAX);
	r = command_encode(command, &packed);
	if (r < 0)
		return err_pass(r);
	if (packed.len + 512 > PAYLOAD_BYTES_MAX) /* identity and reason are still to come */
		return err_here(ERR_LIMIT,
			"a command of %zu bytes is larger than %d; split the file", packed.len,
			PAYLOAD_BYTES_MAX - 512);
	return 0;
}

int change_give(
	struct session *session, const struct command *records, struct command_result *ret_result)
{
	struct command command = *records;
	int r = command_fits(&command);

	if (r == 0)
		r = command_send(session, &command, ret_result);
	return err_pass(r);
}

static int change_send(
	struct session *session, const struct command *records, struct grid *receipts)
{
	struct command_result result;
	int r = change_give(session, records, &result);

	if (r == 0)
		r = receipt_add(receipts, &result);
	return err_pass(r);
}

int change_one(struct session *session, const struct command *records)
{
	AUTO(grid_fini) struct grid receipts = { 0 };
	int r = change_columns(&receipts);

	if (r == 0)
		r = change_send(session, records, &receipts);
	if (r == 0)
		r = session_print(session, &receipts);
	return err_pass(r);
}

/* So many of the records from the given one on. */
static struct command part_of(const struct command *records, size_t from, size_t count)
{
	if (records->facilities > 0)
		return (struct command){ .facility = records->facility + from,
			.facilities = count };
	return (struct command){ .fact = records->fact + from, .facts = count };
}

/* As many records in each command as fit one. */
static int change_parts(
	struct session *session, const struct command *records, struct grid *receipts)
{
	size_t most = COMMAND_RECORDS_MAX, sent = 0, count = command_records(records);

	while (sent < count) {
		size_t now = count - sent < most ? count - sent : most;
		struct command part = part_of(records, sent, now);
		int r = change_send(session, &part, receipts);

		if (r == ERR_LIMIT && now > 1) {
			most = now / 2;
			continue;
		}
		if (r < 0)
			return err_pass(r);
		sent += now;
	}
	return 0;
}

int change_import(struct session *session, const struct command *records)
{
	AUTO(grid_fini) struct grid receipts = { 0 };
	int r = change_columns(&receipts), sent;

	if (r < 0)
		return err_pass(r);
	sent = change_parts(session, records, &receipts);
	if (sent < 0 && grid_rows(&receipts) == 0)
		return err_pass(sent);
	if (sent < 0) /* what went in before stays in and is shown */
		fprintf(stderr, "huibaoctl: %s: %s\n",
			language_pick("只登记了一部分", "only a part was registered"),
			phrase(err_text()));
	r = session_print(session, &receipts);
	if (r < 0)
		return err_pass(r);
	return sent < 0 ? EXIT_PARTLY : EXIT_DONE;
}
