/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Looking up by the same questions that a person asks, so that what is sent is what he saw. */
#include "admin/belief.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/rule.h"

enum { LOOKS_MAX = 5, LOOK_WAIT_MS = 100 };

int sequence_parse(const char *text, uint64_t *ret_sequence)
{
	char *end = NULL;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (text[0] < '1' || text[0] > '9' || *end || errno)
		return err_here(
			ERR_INVALID, "'%.40s' is no sequence; it is a number, as in 1024", text);
	*ret_sequence = number;
	return 0;
}

static int key_make(const struct catalog *catalog, const char *facility, const char *form,
	const char *period, struct report_key *ret_key)
{
	const struct form *known = catalog_form_by_code(catalog, form);

	*ret_key = (struct report_key){ .form = known ? known->id : 0 };
	if (!known)
		return err_here(ERR_INVALID, "there is no form '%.60s' in the catalogue", form);
	if (!facility[0] || strlen(facility) > FACILITY_CODE_MAX)
		return err_here(ERR_INVALID, "'%.60s' is no code of a facility", facility);
	memcpy(ret_key->facility, facility, strlen(facility) + 1);
	if (period_parse(period, &ret_key->period) < 0)
		return err_pass(ERR_INVALID);
	if (period_kind_of(ret_key->period) != known->period)
		return err_here(
			ERR_INVALID, "'%.40s' is no period of form '%s'", period, known->code);
	return 0;
}

int key_typed(
	const struct session *session, const struct catalog *catalog, struct report_key *ret_key)
{
	return err_pass(key_make(catalog, session_argument(session, "facility"),
		session_argument(session, "form"), session_argument(session, "period"), ret_key));
}

int element_typed(
	const struct session *session, const struct catalog *catalog, uint32_t *ret_element)
{
	const char *code = session_argument(session, "element");
	const struct element *element = code ? catalog_element_by_code(catalog, code) : NULL;

	if (code && !element)
		return err_here(ERR_INVALID, "there is no element '%.60s' in the catalogue", code);
	*ret_element = element ? element->id : 0;
	return 0;
}

/* "there is no reason 'X' …; use A, B" */
static int reason_unknown(const struct catalog *catalog, const char *code)
{
	char codes[400] = "";
	size_t count, used = 0;
	const struct reason *reason = catalog_reasons(catalog, &count);

	for (size_t i = 0; i < count; i++) {
		if (reason[i].bureau && used + strlen(reason[i].code) + 3 < sizeof(codes))
			used += (size_t)snprintf(codes + used, sizeof(codes) - used, "%s%s",
				used ? ", " : "", reason[i].code);
	}
	return err_here(ERR_INVALID, "there is no reason '%.40s' that a bureau may give; use %s",
		code, codes);
}

int reason_typed(const struct session *session, const struct catalog *catalog, uint32_t *ret_reason)
{
	const char *code = session_argument(session, "reason");
	const struct reason *reason = code ? catalog_reason_by_code(catalog, code) : NULL;

	if (code && (!reason || !reason->bureau))
		return err_pass(reason_unknown(catalog, code));
	*ret_reason = reason ? reason->id : 0;
	return 0;
}

int note_typed(
	const struct session *session, const char *option, char ret_note[DECISION_NOTE_MAX + 1])
{
	const char *text = session_argument(session, option);

	ret_note[0] = '\0';
	if (!text)
		return 0;
	if (strlen(text) > DECISION_NOTE_MAX)
		return err_here(
			ERR_INVALID, "--%s: longer than %d bytes", option, DECISION_NOTE_MAX);
	memcpy(ret_note, text, strlen(text) + 1);
	return 0;
}

/* ERR_CORRUPT: the answer lacks one of the columns. */
static int columns_expect(const struct grid *table, const char *verb, const char *const *names)
{
	for (; *names; names++) {
		if (grid_find(table, *names) < 0)
			return err_here(
				ERR_CORRUPT, "aggregator: '%s' lacks column '%s'", verb, *names);
	}
	return 0;
}

static int held_read(const struct catalog *catalog, const struct grid *table, uint64_t sequence,
	struct held_seen *ret_seen)
{
	static const char *const names[] = { "facility", "form", "period", "revision", "in_force",
		"state", NULL };
	const char *in_force;
	int r = columns_expect(table, "held show", names);

	if (r < 0)
		return err_pass(r);
	*ret_seen = (struct held_seen){ .sequence = sequence };
	r = key_make(catalog, grid_word(table, 0, "facility"), grid_word(table, 0, "form"),
		grid_word(table, 0, "period"), &ret_seen->key);
	if (r < 0)
		return err_pass(r);
	in_force = grid_word(table, 0, "in_force");
	ret_seen->in_force = strtoull(in_force, NULL, 10);
	ret_seen->revision = (uint32_t)strtoul(grid_word(table, 0, "revision"), NULL, 10);
	ret_seen->form = catalog_form(catalog, (uint16_t)ret_seen->key.form);
	period_print(ret_seen->key.period, ret_seen->period);
	snprintf(ret_seen->state, sizeof(ret_seen->state), "%s", grid_word(table, 0, "state"));
	snprintf(ret_seen->facility_name, sizeof(ret_seen->facility_name), "%s",
		grid_word(table, 0, "facility_name"));
	return 0;
}

/* Asks until there is a row, or the aggregator has had its time. */
static int look(struct session *session, const char *verb, const struct argument *arguments,
	size_t count, struct grid *table)
{
	int r = 0;

	for (int at = 0; at < LOOKS_MAX; at++) {
		if (at > 0)
			session->service.wait(session->service.ctx, LOOK_WAIT_MS);
		r = session_ask(session, SERVER_AGGREGATOR, verb, arguments, count, table);
		if (r != ERR_NOT_FOUND && (r < 0 || grid_rows(table) > 0))
			return err_pass(r);
	}
	return err_pass(r);
}

int held_look(struct session *session, const struct catalog *catalog, uint64_t sequence,
	struct held_seen *ret_seen)
{
	AUTO(grid_fini) struct grid table = { 0 };
	char text[24];
	struct argument argument = { bytes_str("sequence"), { 0 } };
	int r;

	snprintf(text, sizeof(text), "%" PRIu64, sequence);
	argument.value = bytes_str(text);
	r = look(session, "held show", &argument, 1, &table);
	if (r < 0)
		return err_pass(r);
	if (grid_rows(&table) == 0)
		return err_here(
			ERR_NOT_FOUND, "no report is held under sequence %" PRIu64, sequence);
	return err_pass(held_read(catalog, &table, sequence, ret_seen));
}

/* The revisions that were in force, the newest first. */
static int history_look(struct session *session, struct grid *table)
{
	const struct argument arguments[] = {
		{ bytes_str("facility"), bytes_str(session_argument(session, "facility")) },
		{ bytes_str("form"), bytes_str(session_argument(session, "form")) },
		{ bytes_str("period"), bytes_str(session_argument(session, "period")) }
	};
	static const char *const names[] = { "sequence", "kind", NULL };
	int r = look(session, "report history", arguments, array_len(arguments), table);

	return r < 0 ? err_pass(r) : err_pass(columns_expect(table, "report history", names));
}

int in_force_look(struct session *session, uint64_t *ret_sequence)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = history_look(session, &table);

	if (r < 0)
		return err_pass(r);
	if (grid_rows(&table) == 0 || strcmp(grid_word(&table, 0, "kind"), "withdrawal") == 0)
		return err_here(ERR_NOT_FOUND, "nothing of '%s' on '%s' is in force for %s",
			session_argument(session, "facility"), session_argument(session, "form"),
			session_argument(session, "period"));
	return err_pass(sequence_parse(grid_word(&table, 0, "sequence"), ret_sequence));
}

int newest_look(struct session *session, uint64_t *ret_sequence)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = history_look(session, &table);

	*ret_sequence = 0;
	if (r == ERR_NOT_FOUND || (r == 0 && grid_rows(&table) == 0))
		return 0;
	return r < 0 ? err_pass(r)
		     : err_pass(sequence_parse(grid_word(&table, 0, "sequence"), ret_sequence));
}

int waiting_look(struct session *session, uint64_t *ret_sequence)
{
	AUTO(grid_fini) struct grid table = { 0 };
	const struct argument arguments[] = {
		{ bytes_str("facility"), bytes_str(session_argument(session, "facility")) },
		{ bytes_str("form"), bytes_str(session_argument(session, "form")) },
		{ bytes_str("period"), bytes_str(session_argument(session, "period")) },
		{ bytes_str("state"), bytes_str("waiting") }
	};
	static const char *const names[] = { "sequence", NULL };
	int r = session_ask(
		session, SERVER_AGGREGATOR, "held list", arguments, array_len(arguments), &table);

	*ret_sequence = 0;
	if (r < 0 || (r = columns_expect(&table, "held list", names)) < 0)
		return err_pass(r);
	return grid_rows(&table) == 0
		       ? 0
		       : err_pass(sequence_parse(
				 grid_word(&table, grid_rows(&table) - 1, "sequence"),
				 ret_sequence));
}

int adjustment_look(struct session *session, const struct catalog *catalog, uint64_t sequence,
	struct adjustment *ret_adjustment, char ret_state[24])
{
	AUTO(grid_fini) struct grid table = { 0 };
	static const char *const names[] = { "sequence", "facility", "form", "period", "about",
		"state", NULL };
	char wanted[24];
	int r = session_ask(session, SERVER_AGGREGATOR, "adjustment list", NULL, 0, &table);

	if (r < 0 || (r = columns_expect(&table, "adjustment list", names)) < 0)
		return err_pass(r);
	snprintf(wanted, sizeof(wanted), "%" PRIu64, sequence);
	for (size_t row = 0; row < grid_rows(&table); row++) {
		if (strcmp(grid_word(&table, row, "sequence"), wanted) != 0)
			continue;
		*ret_adjustment = (struct adjustment){ .proposal = sequence,
			.about = strtoull(grid_word(&table, row, "about"), NULL, 10) };
		snprintf(ret_state, 24, "%s", grid_word(&table, row, "state"));
		return err_pass(key_make(catalog, grid_word(&table, row, "facility"),
			grid_word(&table, row, "form"), grid_word(&table, row, "period"),
			&ret_adjustment->key));
	}
	return err_here(ERR_NOT_FOUND,
		"no adjustment was proposed with sequence %" PRIu64 " (huibaoctl adjustment list)",
		sequence);
}
