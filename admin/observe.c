/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * metrics and doctor: what both daemons see when they look at themselves, as one result. What a
 * daemon cannot see is added here: whether it answers, how its clock stands beside this one, and
 * whether everybody is of one version. A daemon that is down is a finding, not the end. */
#include "admin/observe.h"

#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "base/doctor.h"
#include "base/err.h"
#include "client/phrase.h"

enum { CLOCK_WARN_MS = 30 * 1000, CLOCK_BAD_MS = 600 * 1000 };

struct seen {
	struct grid table[SERVERS];
	int error[SERVERS];
	char fault[SERVERS][240];
};

static void seen_fini_auto(struct seen *seen)
{
	for (size_t i = 0; i < SERVERS; i++)
		grid_fini(&seen->table[i]);
}

static void both_ask(struct session *session, const char *verb, struct seen *seen)
{
	for (enum server server = SERVER_INGESTD; server < SERVERS; server++) {
		seen->error[server] =
			session_ask(session, server, verb, NULL, 0, &seen->table[server]);
		if (seen->error[server] < 0)
			snprintf(seen->fault[server], sizeof(seen->fault[server]), "%s",
				phrase(err_text()));
	}
}

/* What a daemon says begins with its name; what is said of it may not. */
static const char *fault_named(const struct seen *seen, enum server server)
{
	const char *fault = seen->fault[server], *name = server_name(server);
	size_t len = strlen(name);

	return strncmp(fault, name, len) == 0 && strncmp(fault + len, ": ", 2) == 0
		       ? fault + len + 2
		       : fault;
}

/* Who is refused by both has found nothing wrong with either. */
static int both_denied(const struct seen *seen)
{
	for (enum server server = SERVER_INGESTD; server < SERVERS; server++) {
		if (seen->error[server] != ERR_DENIED)
			return 0;
	}
	return err_here(ERR_DENIED, "%s", seen->fault[SERVER_INGESTD]);
}

/* All rows of both tables under the columns of whoever answered, with the server's name first if a
 * heading for it is given. */
static int rows_add(const struct grid *from, const char *where, struct grid *to)
{
	int r = 0;

	for (size_t row = 0; r == 0 && row < grid_rows(from); row++) {
		if (where)
			r = grid_text(to, where);
		for (size_t column = 0; r == 0 && column < from->columns; column++)
			r = grid_text(to, grid_cell(from, row, column));
	}
	return err_pass(r);
}

static bool has_metric(const struct grid *table, const char *metric)
{
	for (size_t row = 0; row < grid_rows(table); row++) {
		if (strcmp(grid_word(table, row, "metric"), metric) == 0)
			return true;
	}
	return false;
}

static int family_samples(const struct grid *table, const char *metric, struct buffer *out)
{
	int r = 0;

	for (size_t row = 0; r == 0 && row < grid_rows(table); row++) {
		const char *labels = grid_word(table, row, "labels");

		if (strcmp(grid_word(table, row, "metric"), metric) == 0)
			r = buffer_format(out, "%s%s%s%s %s\n", grid_word(table, row, "sample"),
				labels[0] ? "{" : "", labels, labels[0] ? "}" : "",
				grid_word(table, row, "value"));
	}
	return err_pass(r);
}

/* A family stands together, also when both daemons have it. */
static int text_make(const struct seen *seen, struct buffer *out)
{
	for (enum server server = SERVER_INGESTD; server < SERVERS; server++) {
		const struct grid *table = &seen->table[server];

		for (size_t row = 0; row < grid_rows(table); row++) {
			const char *metric = grid_word(table, row, "metric");
			int r = 0;

			if (!grid_word(table, row, "type")[0] ||
				(server == SERVER_AGGREGATOR &&
					has_metric(&seen->table[SERVER_INGESTD], metric)))
				continue;
			r = buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n", metric,
				grid_word(table, row, "help"), metric,
				grid_word(table, row, "type"));
			for (enum server of = server; r == 0 && of < SERVERS; of++)
				r = family_samples(&seen->table[of], metric, out);
			if (r < 0)
				return err_pass(r);
		}
	}
	return 0;
}

static int table_make(const struct seen *seen, struct grid *table)
{
	static const char *const columns[] = { "metric", "type", "unit", "help", "sample",
		"labels" };
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = grid_column(table, columns[i], COLUMN_TEXT);
	if (r == 0)
		r = grid_column(table, "value", COLUMN_DECIMAL);
	for (enum server server = SERVER_INGESTD; r == 0 && server < SERVERS; server++)
		r = rows_add(&seen->table[server], NULL, table);
	return err_pass(r);
}

static int metrics_print_seen(struct session *session, const struct seen *seen)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(grid_fini) struct grid table = { 0 };
	int r;

	if (session->options->format == PRINT_TABLE) {
		if ((r = text_make(seen, &text)) < 0)
			return err_pass(r);
		session->remark = "# "; /* a program reads this */
		return err_pass(session_write(session, &text));
	}
	if ((r = table_make(seen, &table)) < 0)
		return err_pass(r);
	return err_pass(session_print(session, &table));
}

/* Says who did not answer, and why: the first one's error, or 0. */
static int complain_missing(const struct seen *seen)
{
	int error = 0;

	for (enum server server = SERVER_INGESTD; server < SERVERS; server++) {
		if (!seen->error[server])
			continue;
		fprintf(stderr, "huibaoctl: %s: %s\n", server_name(server),
			fault_named(seen, server));
		error = error ? error : seen->error[server];
	}
	return error;
}

int metrics_text(struct session *session, struct buffer *out, int *ret_error)
{
	AUTO(seen_fini) struct seen seen = { 0 };

	both_ask(session, "metrics", &seen);
	*ret_error = complain_missing(&seen);
	return err_pass(text_make(&seen, out));
}

int metrics_run(struct session *session)
{
	AUTO(seen_fini) struct seen seen = { 0 };
	int r;

	both_ask(session, "metrics", &seen);
	if ((r = metrics_print_seen(session, &seen)) < 0)
		return err_pass(r);
	return exit_of(complain_missing(&seen));
}

/* The row of a check in a daemon's table, or -1. */
static int check_row(const struct grid *table, enum doctor_check check)
{
	for (size_t row = 0; row < grid_rows(table); row++) {
		if (strcmp(grid_word(table, row, "check"), doctor_check_name(check)) == 0)
			return (int)row;
	}
	return -1;
}

static void check_connection(const struct seen *seen, enum server server, struct doctor *doctor)
{
	bool away = seen->error[server] != 0;
	struct doctor_row *row =
		doctor_row(doctor, DOCTOR_CONNECTION, away ? DOCTOR_BAD : DOCTOR_OK, !away);

	doctor_found(row, "%s%s%s", server_name(server), away ? ": " : "",
		away ? fault_named(seen, server) : "");
}

/* This machine's clock beside the server's. A report waits for no clock, but whoever reads times in
 * two places must be able to compare them. */
static void check_clock(const struct seen *seen, enum server server, struct doctor *doctor)
{
	const struct grid *table = &seen->table[server];
	int at = check_row(table, DOCTOR_CLOCK);
	struct doctor_row *row;
	long long away;

	if (at < 0)
		return;
	away = strtoll(grid_word(table, (size_t)at, "value"), NULL, 10) - clock_wall().ms;
	row = doctor_row(doctor, DOCTOR_CLOCK_DIFFERENCE,
		llabs(away) > CLOCK_BAD_MS    ? DOCTOR_BAD
		: llabs(away) > CLOCK_WARN_MS ? DOCTOR_WARN
					      : DOCTOR_OK,
		away);
	doctor_found(row, "%s: %+lld ms", server_name(server), away);
	doctor_limit(row, "%d ms", CLOCK_WARN_MS);
}

static void check_version(const struct seen *seen, enum server server, struct doctor *doctor)
{
	const struct grid *table = &seen->table[server];
	int at = check_row(table, DOCTOR_VERSION);
	const char *version = at < 0 ? "" : grid_word(table, (size_t)at, "found");
	bool same = strcmp(version, HUIBAO_VERSION) == 0;
	struct doctor_row *row;

	if (at < 0)
		return;
	row = doctor_row(doctor, DOCTOR_VERSIONS, same ? DOCTOR_OK : DOCTOR_WARN, same);
	doctor_found(row, "%s: %s", server_name(server), version);
	doctor_limit(row, "%s", HUIBAO_VERSION);
}

static int client_rows(const struct doctor *doctor, struct grid *table)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < doctor->rows; i++) {
		const struct doctor_row *row = &doctor->row[i];
		bool well = row->state == DOCTOR_OK;
		char value[24];

		snprintf(value, sizeof(value), "%lld", (long long)row->value);
		if ((r = grid_text(table, "huibaoctl")) < 0 ||
			(r = grid_text(table, doctor_check_name(row->check))) < 0 ||
			(r = grid_text(table, doctor_state_name(row->state))) < 0 ||
			(r = grid_text(table, row->found)) < 0 ||
			(r = grid_text(table, row->limit[0] ? row->limit : NULL)) < 0 ||
			(r = grid_text(table, value)) < 0 ||
			(r = grid_text(table, well ? NULL : doctor_advice(row->check, true))) < 0)
			return err_pass(r);
		r = grid_text(table, well ? NULL : doctor_advice(row->check, false));
		table->fault |= row->state == DOCTOR_BAD;
	}
	return err_pass(r);
}

static int doctor_columns(struct grid *table)
{
	static const struct {
		const char *name;
		enum column_type type;
	} columns[] = {
		{ "where", COLUMN_TEXT },
		{ "check", COLUMN_TEXT },
		{ "state", COLUMN_TEXT },
		{ "found", COLUMN_TEXT },
		{ "limit", COLUMN_TEXT },
		{ "value", COLUMN_INTEGER },
		{ "advice_zh", COLUMN_TEXT },
		{ "advice_en", COLUMN_TEXT },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = grid_column(table, columns[i].name, columns[i].type);
	return err_pass(r);
}

int doctor_table(struct session *session, struct grid *table)
{
	AUTO(seen_fini) struct seen seen = { 0 };
	struct doctor client = { 0 };
	int r;

	both_ask(session, "doctor", &seen);
	if ((r = both_denied(&seen)) < 0)
		return err_pass(r);
	for (enum server server = SERVER_INGESTD; server < SERVERS; server++) {
		check_connection(&seen, server, &client);
		check_clock(&seen, server, &client);
		check_version(&seen, server, &client);
	}
	if ((r = doctor_columns(table)) < 0 || (r = client_rows(&client, table)) < 0)
		return err_pass(r);
	for (enum server server = SERVER_INGESTD; server < SERVERS; server++) {
		if ((r = rows_add(&seen.table[server], server_name(server), table)) < 0)
			return err_pass(r);
		table->fault |= seen.table[server].fault;
	}
	return 0;
}

int doctor_run(struct session *session)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = doctor_table(session, &table);

	if (r < 0 || (r = session_print(session, &table)) < 0)
		return err_pass(r);
	return table.fault ? EXIT_FOUND : EXIT_DONE;
}
