/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Deciding on held reports, one command each. What is in force of the report is looked up and named
 * in the decision, so that nobody decides on what has changed since. Of several, the first failure
 * ends it: what was decided before stands and is shown. */
#include <inttypes.h>
#include <string.h>

#include "admin/belief.h"
#include "admin/change.h"
#include "admin/command.h"
#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"

/* What is decided alike on all that are named. */
struct deciding {
	struct session *session;
	const struct catalog *catalog;
	struct decision decision;
	struct grid done;
};

static int done_columns(struct grid *done)
{
	static const struct {
		const char *name;
		enum column_type type;
	} columns[] = {
		{ "held", COLUMN_INTEGER },
		{ "facility", COLUMN_TEXT },
		{ "facility_name", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "revision", COLUMN_INTEGER },
		{ "decision", COLUMN_TEXT },
		{ "reason", COLUMN_TEXT },
		{ "replaces", COLUMN_INTEGER },
		{ "sequence", COLUMN_INTEGER },
		{ "epoch", COLUMN_TEXT },
		{ "chain", COLUMN_TEXT },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = grid_column(done, columns[i].name, columns[i].type);
	return err_pass(r);
}

static int number_or_nothing(struct grid *table, uint64_t number)
{
	return err_pass(number ? grid_u64(table, number) : grid_text(table, NULL));
}

static int done_add(struct deciding *deciding, const struct held_seen *seen,
	const struct command_result *result)
{
	const struct receipt *receipt = &result->receipt;
	struct grid *done = &deciding->done;
	int r;

	if ((r = grid_u64(done, seen->sequence)) < 0 ||
		(r = grid_text(done, seen->key.facility)) < 0 ||
		(r = grid_text(done, seen->facility_name)) < 0 ||
		(r = grid_text(done, seen->form->code)) < 0 ||
		(r = grid_text(done, seen->period)) < 0 ||
		(r = grid_u64(done, seen->revision)) < 0 ||
		(r = grid_text(done, decision_name(deciding->decision.kind))) < 0 ||
		(r = grid_text(done, session_argument(deciding->session, "reason"))) < 0 ||
		(r = number_or_nothing(done, seen->in_force)) < 0)
		return err_pass(r);
	if (!result->has_receipt) {
		for (size_t i = 0; r == 0 && i < 3; i++)
			r = grid_text(done, NULL);
		return err_pass(r);
	}
	if ((r = grid_u64(done, receipt->sequence)) < 0 ||
		(r = grid_hex(done, bytes_of(receipt->epoch, sizeof(receipt->epoch)))) < 0)
		return err_pass(r);
	return err_pass(grid_hex(done, digest_view(&receipt->chain)));
}

/* Whether the person means it. */
static bool meant(const struct deciding *deciding, const struct held_seen *seen)
{
	static const char *const zh[] = {
		[DECISION_ACCEPT] = "接受", [DECISION_RETURN] = "退回", [DECISION_REJECT] = "拒绝"
	};
	static const char *const en[] = { [DECISION_ACCEPT] = "accept",
		[DECISION_RETURN] = "return",
		[DECISION_REJECT] = "reject" };
	struct session *session = deciding->session;
	enum decision_kind kind = deciding->decision.kind;
	char text[512];

	if (session_argument(session, "yes") || session_argument(session, "dry-run"))
		return true;
	snprintf(text, sizeof(text), "%s %s %s %s %s %s (%s %" PRIu32 ", %s %" PRIu64 ")?",
		language_pick(zh[kind], en[kind]), seen->key.facility, seen->facility_name,
		seen->form->code, seen->period, language_pick("的报告", ""),
		language_pick("修订号", "revision"), seen->revision,
		language_pick("序号", "sequence"), seen->sequence);
	return session->service.confirm(session->service.ctx, text);
}

static int decide_one(struct deciding *deciding, uint64_t sequence)
{
	struct decision *decision = &deciding->decision;
	const struct command command = { .decision = decision, .decisions = 1 };
	struct command_result result;
	struct held_seen seen;
	int r = held_look(deciding->session, deciding->catalog, sequence, &seen);

	if (r < 0)
		return err_pass(r);
	if (strcmp(seen.state, "waiting") != 0)
		return err_here(ERR_CONFLICT, "held report %" PRIu64 " no longer waits: it is %s",
			sequence, seen.state);
	decision->key = seen.key;
	decision->held = sequence;
	decision->replaces = seen.in_force;
	if ((r = decision_check(deciding->catalog, decision)) < 0)
		return err_pass(r);
	if (!meant(deciding, &seen))
		return err_here(
			ERR_NOT_FOUND, "nothing was decided on held report %" PRIu64, sequence);
	if ((r = change_give(deciding->session, &command, &result)) < 0)
		return err_pass(r);
	return err_pass(done_add(deciding, &seen, &result));
}

/* Every sequence that is named, before anything is decided. */
static int sequences_typed(const struct session *session, uint64_t ret_sequence[WORDS_MAX])
{
	const struct options *options = session->options;

	for (size_t i = session->first; i < options->words; i++) {
		int r = sequence_parse(options->word[i], &ret_sequence[i - session->first]);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

static int decide_all(struct deciding *deciding)
{
	struct session *session = deciding->session;
	size_t count = session->options->words - session->first;
	uint64_t sequence[WORDS_MAX];
	int r = sequences_typed(session, sequence), decided;

	if (r < 0 || (r = done_columns(&deciding->done)) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = decide_one(deciding, sequence[i]);
	decided = r;
	if (decided < 0 && grid_rows(&deciding->done) == 0)
		return err_pass(decided);
	if (decided < 0) /* what was decided stands and is shown */
		fprintf(stderr,
			language_pick("huibaoctl: 已决定 %zu 份，共 %zu 份: %s\n",
				"huibaoctl: decided on %zu of %zu: %s\n"),
			grid_rows(&deciding->done), count, phrase(err_text()));
	if ((r = session_print(session, &deciding->done)) < 0)
		return err_pass(r);
	return decided < 0 ? EXIT_PARTLY : EXIT_DONE;
}

static int decide_run(struct session *session, enum decision_kind kind)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct deciding deciding = { .session = session, .decision = { .kind = kind } };
	int r = session->service.catalog(session->service.ctx, &catalog);

	deciding.catalog = catalog;
	if (r < 0 || (r = reason_typed(session, catalog, &deciding.decision.reason)) < 0 ||
		(r = note_typed(session, "note", deciding.decision.note)) < 0)
		return err_pass(r);
	r = decide_all(&deciding);
	grid_fini(&deciding.done);
	return err_pass(r);
}

int held_accept_run(struct session *session)
{
	return err_pass(decide_run(session, DECISION_ACCEPT));
}

int held_return_run(struct session *session)
{
	return err_pass(decide_run(session, DECISION_RETURN));
}

int held_reject_run(struct session *session)
{
	return err_pass(decide_run(session, DECISION_REJECT));
}
