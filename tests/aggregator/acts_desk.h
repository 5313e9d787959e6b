/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons do with reports, at the desk (desk.h): decisions, queries and adjustments as entries
 * of the journal; questions to one answering that lives on; and all tables of the aggregates as
 * bytes. */
#ifndef TESTS_AGGREGATOR_ACTS_DESK_H
#define TESTS_AGGREGATOR_ACTS_DESK_H

#include "tests/aggregator/desk.h"

__attribute__((unused)) static struct report_key key_of(
	uint32_t facility, uint16_t form, const char *period)
{
	struct report_key key = { .form = form, .period = period_text(period) };

	snprintf(key.facility, sizeof(key.facility), "F%u", facility);
	return key;
}

__attribute__((unused)) static uint64_t append_said(
	struct writing *writing, enum entry_kind kind, uint32_t actor, struct command command)
{
	AUTO(buffer_fini) struct buffer body = { 0 };

	command.reason = bytes_str("test");
	must(command_encode(&command, &body));
	return append(writing, (struct entry){ .kind = kind,
				       .actor = actor,
				       .received = 1760000000000,
				       .body = buffer_view(&body) });
}

__attribute__((unused)) static uint64_t append_decision(
	struct writing *writing, const struct decision *decision)
{
	return append_said(writing, ENTRY_DECISION, 1,
		(struct command){ .decision = decision, .decisions = 1 });
}

__attribute__((unused)) static uint64_t append_query(
	struct writing *writing, const struct query *query)
{
	return append_said(
		writing, ENTRY_QUERY, 1, (struct command){ .query = query, .queries = 1 });
}

__attribute__((unused)) static uint64_t append_adjustment(
	struct writing *writing, uint32_t actor, const struct adjustment *adjustment)
{
	return append_said(writing, ENTRY_ADJUSTMENT, actor,
		(struct command){ .adjustment = adjustment, .adjustments = 1 });
}

/* Asks an answering that remembers earlier questions. */
__attribute__((unused)) static void ask_again(struct asked *asked, struct answering *answering,
	const char *verb, uint32_t offset, const char *const *arguments)
{
	ask_of(asked, answering, 1, (struct question){ .verb = bytes_str(verb), .offset = offset },
		arguments);
	asked_expect_done(asked, verb);
}

/* The first row in which the column says so; asserts that there is one. */
__attribute__((unused)) static size_t row_where(
	const struct asked *asked, const char *column, const char *text)
{
	for (size_t row = 0; row < asked->answer.rows; row++)
		if (strcmp(cell(asked, row, column), text) == 0)
			return row;
	cr_assert_fail("no row whose %s is %s", column, text);
	return 0;
}

/* Every key and value of every table. */
__attribute__((unused)) static void tables_dump(struct follow *follow, struct buffer *out)
{
	AUTO(txn_abort) struct txn *txn = NULL;

	out->len = 0;
	must(env_begin_read(follow_env(follow), &txn));
	for (unsigned table = 0; table < AGGREGATES_TABLES; table++) {
		uint8_t from[128] = { 0 };
		size_t len = 1;
		struct bytes key, value;

		while (txn_seek(txn, table, bytes_of(from, len), &key, &value) == 0) {
			cr_assert_lt(key.len, sizeof(from));
			must(buffer_add(out, key));
			must(buffer_add(out, value));
			memcpy(from, key.data, key.len);
			from[key.len] = 0; /* the next key in order */
			len = key.len + 1;
		}
	}
}

#endif
