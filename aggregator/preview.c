/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The decision is made up and packed as ingestd would write it, so that exactly the code runs that
 * will run when it comes. What a fresh fold needs (catalogue, registry) is read from the same
 * tables. */
#include "aggregator/preview.h"

#include <stdio.h>

#include "base/err.h"

static int decision_pack(const struct held *held, struct buffer *out)
{
	struct decision decision = {
		.key = { .form = held->entry.form, .period = held->entry.period },
		.held = held->entry.sequence,
		.replaces = held->in_force ? held->current.sequence : 0,
		.kind = DECISION_ACCEPT,
	};
	const struct command command = {
		.reason = bytes_str("preview"), .decision = &decision, .decisions = 1
	};

	snprintf(decision.key.facility, sizeof(decision.key.facility), "%s", held->facility->code);
	return err_pass(command_encode(&command, out));
}

static int preview_fold(
	struct preview *preview, const struct held *held, const struct journal_head *position)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	struct entry entry = { .kind = ENTRY_DECISION,
		.form = held->entry.form,
		.facility = held->entry.facility,
		.period = held->entry.period,
		.revision = held->entry.revision,
		.received = held->entry.received,
		.replaces = held->in_force ? held->current.sequence : 0,
		.sequence = position->sequence + 1 };
	int r = decision_pack(held, &body);

	if (r < 0)
		return err_pass(r);
	entry.body = buffer_view(&body);
	if ((r = fold_new(&preview->fold)) < 0 ||
		(r = fold_load(preview->fold, &preview->ports)) < 0 ||
		(r = fold_entry(preview->fold, &preview->ports, &entry)) != 0)
		return err_fold(r);
	return err_pass(fold_finish(preview->fold, &preview->ports));
}

int preview_open(struct preview *preview, const struct asking *asking, const struct held *held)
{
	int r = env_begin_write(follow_env(asking->follow), &preview->txn);

	if (r < 0)
		return err_pass(r);
	txn_ports(preview->txn, &preview->ports);
	if ((r = preview_fold(preview, held, follow_position(asking->follow))) < 0 ||
		(r = tallies_new(&preview->tallies)) < 0 ||
		(r = value_memo_new(&preview->memo)) < 0)
		return err_pass(r);
	/* the catalogue and what people said are the same: only the tables differ */
	preview->view = *asking->view;
	preview->view.ports = &preview->ports;
	preview->view.tallies = preview->tallies;
	return 0;
}

void preview_fini(struct preview *preview)
{
	value_memo_free(preview->memo);
	tallies_free(preview->tallies);
	fold_free(preview->fold);
	txn_abort(preview->txn);
	*preview = (struct preview){ .txn = NULL };
}
