/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Asking a respondent about a figure, and showing an adjustment beside it: one person proposes,
 * another confirms, anybody of the bureau ends it. Neither changes what was reported. */
#include <inttypes.h>
#include <string.h>

#include "admin/belief.h"
#include "admin/change.h"
#include "admin/command.h"
#include "admin/intake.h"
#include "base/err.h"
#include "model/decimal.h"

/* The receipt, and beside it which report is meant. */
static int given_print(struct session *session, const struct report_key *key,
	const struct catalog *catalog, uint64_t about, const struct command_result *result)
{
	AUTO(grid_fini) struct grid given = { 0 };
	const struct receipt *receipt = &result->receipt;
	char period[PERIOD_TEXT_BYTES];
	int r;

	period_print(key->period, period);
	if ((r = grid_column(&given, "facility", COLUMN_TEXT)) < 0 ||
		(r = grid_column(&given, "form", COLUMN_TEXT)) < 0 ||
		(r = grid_column(&given, "period", COLUMN_TEXT)) < 0 ||
		(r = grid_column(&given, "about", COLUMN_INTEGER)) < 0 ||
		(r = grid_column(&given, "sequence", COLUMN_INTEGER)) < 0 ||
		(r = grid_column(&given, "epoch", COLUMN_TEXT)) < 0 ||
		(r = grid_column(&given, "chain", COLUMN_TEXT)) < 0 ||
		(r = grid_text(&given, key->facility)) < 0 ||
		(r = grid_text(&given, catalog_form(catalog, (uint16_t)key->form)->code)) < 0 ||
		(r = grid_text(&given, period)) < 0 || (r = grid_u64(&given, about)) < 0)
		return err_pass(r);
	if (!result->has_receipt) {
		for (size_t i = 0; r == 0 && i < 3; i++)
			r = grid_text(&given, NULL);
	} else if ((r = grid_u64(&given, receipt->sequence)) == 0 &&
		   (r = grid_hex(&given, bytes_of(receipt->epoch, sizeof(receipt->epoch)))) == 0) {
		r = grid_hex(&given, digest_view(&receipt->chain));
	}
	return r < 0 ? err_pass(r) : err_pass(session_print(session, &given));
}

/* What waits for a decision is asked about first; else what is in force, or that there is
 * nothing. */
static int about_look(struct session *session, uint64_t *ret_about)
{
	int r = waiting_look(session, ret_about);

	if (r == 0 && *ret_about == 0)
		r = newest_look(session, ret_about);
	return err_pass(r);
}

int query_add_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct query query = { 0 };
	const struct command command = { .query = &query, .queries = 1 };
	struct command_result result;
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0 || (r = key_typed(session, catalog, &query.key)) < 0 ||
		(r = element_typed(session, catalog, &query.element)) < 0 ||
		(r = reason_typed(session, catalog, &query.reason)) < 0 ||
		(r = note_typed(session, "text", query.text)) < 0 ||
		(r = query_check(catalog, &query)) < 0 ||
		(r = about_look(session, &query.about)) < 0 ||
		(r = change_give(session, &command, &result)) < 0)
		return err_pass(r);
	return err_pass(given_print(session, &query.key, catalog, query.about, &result));
}

/* --delta in the element's unit, --until. */
static int adjustment_typed(const struct session *session, const struct catalog *catalog,
	struct adjustment *ret_adjustment)
{
	const struct element *element;
	int r = element_typed(session, catalog, &ret_adjustment->element);

	if (r < 0)
		return err_pass(r);
	element = catalog_element(catalog, ret_adjustment->element);
	if ((r = decimal_parse(session_argument(session, "delta"), element->scale,
		     &ret_adjustment->delta)) < 0 ||
		(r = until_parse(session_argument(session, "until"), &ret_adjustment->until_day)) <
			0)
		return err_pass(r);
	return 0;
}

int report_adjust_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct adjustment adjustment = { .step = ADJUSTMENT_PROPOSE };
	const struct command command = { .adjustment = &adjustment, .adjustments = 1 };
	struct command_result result;
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0 || (r = key_typed(session, catalog, &adjustment.key)) < 0 ||
		(r = adjustment_typed(session, catalog, &adjustment)) < 0 ||
		(r = reason_typed(session, catalog, &adjustment.reason)) < 0 ||
		(r = note_typed(session, "note", adjustment.note)) < 0 ||
		(r = adjustment_check(catalog, &adjustment)) < 0 ||
		(r = in_force_look(session, &adjustment.about)) < 0 ||
		(r = change_give(session, &command, &result)) < 0)
		return err_pass(r);
	return err_pass(given_print(session, &adjustment.key, catalog, adjustment.about, &result));
}

static int adjustment_step(struct session *session, enum adjustment_step step)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct adjustment adjustment;
	const struct command command = { .adjustment = &adjustment, .adjustments = 1 };
	struct command_result result;
	uint64_t sequence;
	char state[24];
	int r = sequence_parse(session_argument(session, "sequence"), &sequence);

	if (r < 0 || (r = session->service.catalog(session->service.ctx, &catalog)) < 0 ||
		(r = adjustment_look(session, catalog, sequence, &adjustment, state)) < 0)
		return err_pass(r);
	if (strcmp(state, "proposed") != 0 &&
		(step == ADJUSTMENT_CONFIRM || strcmp(state, "active") != 0))
		return err_here(
			ERR_CONFLICT, "adjustment %" PRIu64 " is %s already", sequence, state);
	adjustment.step = step;
	if ((r = adjustment_check(catalog, &adjustment)) < 0 ||
		(r = change_give(session, &command, &result)) < 0)
		return err_pass(r);
	return err_pass(given_print(session, &adjustment.key, catalog, adjustment.about, &result));
}

int adjustment_confirm_run(struct session *session)
{
	return err_pass(adjustment_step(session, ADJUSTMENT_CONFIRM));
}

int adjustment_end_run(struct session *session)
{
	return err_pass(adjustment_step(session, ADJUSTMENT_END));
}
