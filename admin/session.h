/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One run of huibaoctl: its options, its connections (made when first needed) and its output.
 * Paging, freshness and starting over are dealt with here, so commands see whole tables. */
#ifndef ADMIN_SESSION_H
#define ADMIN_SESSION_H

#include <stdio.h>

#include "admin/options.h"
#include "admin/grid.h"
#include "base/sheet.h"
#include "client/client.h"

/* What huibaoctl ends with; a contract for scripts. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2, /* the command line, a file given on it, or the configuration */
	EXIT_FOUND = 3, /* a check ran and found differences */
	EXIT_DENIED = 4,
	EXIT_AWAY = 5, /* no server, or no answer in time: safe to repeat */
	EXIT_CONFLICT = 6,
	EXIT_PARTLY = 7, /* some rows were refused */
};
/* The exit code for an error of base/err.h. */
int exit_of(int error);

enum server { SERVER_NONE, SERVER_INGESTD, SERVER_AGGREGATOR, SERVERS };
/* "ingestd", "aggregator": as an endpoint is called in the configuration. */
const char *server_name(enum server server);

struct verb;

/* How questions reach a server and time passes; tests put their own here. */
struct service {
	void *ctx;
	int (*ask)(void *ctx, enum server server, const struct question *question,
		struct answer *ret_answer);
	int (*command)(void *ctx, const struct command *command, struct command_result *ret_result);
	int (*catalog)(void *ctx, struct catalog **ret_catalog); /* the one in force */
	void (*wait)(void *ctx, int ms);
	/* Whether a person at a terminal says yes; true where nobody sits there. */
	bool (*confirm)(void *ctx, const char *question);
};

struct session {
	/* set at start, never changed */
	const struct options *options;
	const struct verb *verb;
	size_t first; /* the first word that is not the verb's name */
	struct service service;
	FILE *out;
	bool training;      /* an answer came from a training system: so is what is printed */
	const char *remark; /* what makes a line of a page a remark to its readers; NULL: nothing */
	/* owned; made when first needed */
	bool has_settings;
	struct client_settings settings;
	struct client *client[SERVERS];
};

void session_init(struct session *session, const struct options *options, const struct verb *verb,
	size_t first);
void session_fini(struct session *session);
static inline void session_fini_auto(struct session *session)
{
	session_fini(session);
}

/* A word after the verb's name, or an option's value, by the parameter's name; NULL: not given. */
const char *session_argument(const struct session *session, const char *name);

/* client.yaml, once; timeout-ms already as the command line says. */
CHECKED int session_settings(struct session *session, const struct client_settings **ret_settings);
/* The connection; it belongs to the session. */
CHECKED int session_client(struct session *session, enum server server, struct client **ret_client);
/* Ends the connection; the next one waits timeout_ms for an answer. */
void session_reconnect(struct session *session, enum server server, uint64_t timeout_ms);

/* Asks and gathers every page into table, which is emptied before. --at-least and pages that have
 * moved on are dealt with inside. An outcome other than done (or a fault found: table->fault) is an
 * error with the server's own words. */
CHECKED int session_ask(struct session *session, enum server server, const char *verb,
	const struct argument *arguments, size_t count, struct grid *table);

/* The command's own question: its words and options are the arguments. */
CHECKED int question_ask(struct session *session, struct grid *table);

/* A server's outcome other than done, as an error: its words, or ours where it says nothing. */
int session_outcome(enum server server, enum answer_outcome outcome, struct bytes text);

/* The sheet in the file that the command names. ERR_INVALID: there is none, or it is no sheet. */
CHECKED int session_sheet(struct session *session, struct sheet **ret_sheet);

/* Prints a result in the chosen format under the schema of the verb. */
CHECKED int session_print(struct session *session, const struct grid *table);
CHECKED int session_print_sections(
	struct session *session, const struct print_section *sections, size_t count);

/* How results are printed here; what commands that lay out their own page begin with. */
struct print_style session_style(const struct session *session);
/* Text that is whole, to where results go. */
CHECKED int session_write(struct session *session, const struct buffer *text);

/* The commands that are more than a question, each in the file of its noun. A negative result is an
 * error (the words are in err_text()), a positive one an exit_code after everything was said. */
CHECKED int question_run(struct session *session);
CHECKED int status_run(struct session *session);
CHECKED int verify_run(struct session *session);
CHECKED int metrics_run(struct session *session);
CHECKED int doctor_run(struct session *session);
CHECKED int settings_run(struct session *session);
CHECKED int support_run(struct session *session);
CHECKED int key_new_run(struct session *session);
CHECKED int key_code_run(struct session *session);
CHECKED int key_add_run(struct session *session);
CHECKED int key_rotate_run(struct session *session);
CHECKED int key_revoke_run(struct session *session);
CHECKED int history_decide_run(struct session *session);
CHECKED int facility_add_run(struct session *session);
CHECKED int facility_import_run(struct session *session);
CHECKED int facility_change_run(struct session *session);
CHECKED int facility_close_run(struct session *session);
CHECKED int facility_reopen_run(struct session *session);
CHECKED int facility_proxy_run(struct session *session);
CHECKED int period_lock_run(struct session *session);
CHECKED int period_unlock_run(struct session *session);
CHECKED int period_permit_run(struct session *session);
CHECKED int population_import_run(struct session *session);
CHECKED int fact_add_run(struct session *session);
CHECKED int fact_import_run(struct session *session);
CHECKED int fact_prefer_run(struct session *session);
CHECKED int fact_basis_run(struct session *session);
CHECKED int fact_withdraw_run(struct session *session);
CHECKED int verdict_add_run(struct session *session);
CHECKED int held_show_run(struct session *session);
CHECKED int held_accept_run(struct session *session);
CHECKED int held_return_run(struct session *session);
CHECKED int held_reject_run(struct session *session);
CHECKED int query_add_run(struct session *session);
CHECKED int report_adjust_run(struct session *session);
CHECKED int adjustment_confirm_run(struct session *session);
CHECKED int adjustment_end_run(struct session *session);
CHECKED int report_export_run(struct session *session);
CHECKED int reason_list_run(struct session *session);
CHECKED int rule_list_run(struct session *session);
CHECKED int catalog_targets_run(struct session *session);
CHECKED int catalog_check_run(struct session *session);
CHECKED int catalog_show_run(struct session *session);
CHECKED int catalog_diff_run(struct session *session);

#endif
