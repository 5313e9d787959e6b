/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whole answers out of pages. A page is only good together with the pages before it if the server
 * still stands at the same place; when it does not, everything gathered is thrown away. */
#include "admin/session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin/command.h"
#include "base/err.h"
#include "client/training.h"

enum { STARTS_MAX = 3, NOT_YET_WAIT_MS = 50 };

int exit_of(int error)
{
	switch (error) {
	case 0:
		return EXIT_DONE;
	case ERR_INVALID:
		return EXIT_USAGE;
	case ERR_DENIED:
		return EXIT_DENIED;
	case ERR_TIMEOUT:
	case ERR_UNREACHABLE:
		return EXIT_AWAY;
	case ERR_CONFLICT:
		return EXIT_CONFLICT;
	default:
		return EXIT_FAILED;
	}
}

const char *server_name(enum server server)
{
	static const char *const names[] = {
		[SERVER_NONE] = "", [SERVER_INGESTD] = "ingestd", [SERVER_AGGREGATOR] = "aggregator"
	};

	return names[server];
}

static int ask_server(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	struct client *client;
	int r = session_client(ctx, server, &client);

	if (r == 0)
		r = client_ask(client, question, ret_answer);
	return err_fold(r);
}

static int command_server(
	void *ctx, const struct command *command, struct command_result *ret_result)
{
	struct client *client;
	int r = session_client(ctx, SERVER_INGESTD, &client);

	if (r == 0)
		r = client_command(client, command, ret_result);
	return err_fold(r);
}

static int catalog_server(void *ctx, struct catalog **ret_catalog)
{
	struct client *client;
	int r = session_client(ctx, SERVER_INGESTD, &client);

	if (r == 0)
		r = client_catalog(client, ret_catalog);
	return err_fold(r);
}

static void wait_really(void *ctx, int ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	(void)ctx;
	nanosleep(&pause, NULL);
}

static bool confirm_really(void *ctx, const char *question)
{
	char answer[16] = "";

	(void)ctx;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	fprintf(stderr, "%s [y/N] ", question);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

void session_init(struct session *session, const struct options *options, const struct verb *verb,
	size_t first)
{
	*session = (struct session){ .options = options,
		.verb = verb,
		.first = first,
		.service = { .ctx = session,
			.ask = ask_server,
			.command = command_server,
			.catalog = catalog_server,
			.wait = wait_really,
			.confirm = confirm_really },
		.out = stdout };
}

void session_fini(struct session *session)
{
	for (size_t i = 0; i < SERVERS; i++) {
		client_close(session->client[i]);
		session->client[i] = NULL;
	}
}

const char *session_argument(const struct session *session, const char *name)
{
	size_t word = session->first;

	for (const struct parameter *at = session->verb->parameter; at->name; at++) {
		bool wanted = strcmp(at->name, name) == 0;

		if (at->sort == PARAMETER_WORD) {
			if (wanted)
				return word < session->options->words ? session->options->word[word]
								      : NULL;
			word++;
		} else if (wanted) {
			return options_value(session->options, name);
		}
	}
	return NULL;
}

int session_settings(struct session *session, const struct client_settings **ret_settings)
{
	AUTO(buffer_fini) struct buffer path = { 0 };
	int r;

	if (!session->has_settings) {
		r = client_settings_path(session->options->config, &path);
		if (r == 0)
			r = client_settings_load((const char *)path.data, &session->settings);
		if (r < 0)
			return err_pass(r);
		if (session->options->timeout_ms)
			session->settings.timeout_ms = session->options->timeout_ms;
		session->has_settings = true;
	}
	*ret_settings = &session->settings;
	return 0;
}

int session_client(struct session *session, enum server server, struct client **ret_client)
{
	const struct client_settings *settings;
	int r = session_settings(session, &settings);

	if (r < 0)
		return err_pass(r);
	if (!session->client[server]) {
		const char *address =
			server == SERVER_INGESTD ? settings->ingestd : settings->aggregator;

		if (!address[0])
			return err_here(ERR_INVALID,
				"the configuration names no %s: add '%s: tcp://HOST:PORT'",
				server_name(server), server_name(server));
		r = client_open(settings, address, &session->client[server]);
		if (r != 0)
			return err_fold(r);
	}
	*ret_client = session->client[server];
	return 0;
}

void session_reconnect(struct session *session, enum server server, uint64_t timeout_ms)
{
	client_close(session->client[server]);
	session->client[server] = NULL;
	session->settings.timeout_ms = timeout_ms;
}

int session_outcome(enum server server, enum answer_outcome outcome, struct bytes text)
{
	static const struct {
		int error;
		const char *otherwise;
	} outcomes[] = {
		[ANSWER_INVALID] = { ERR_INVALID, "the request is not understood" },
		[ANSWER_NOT_FOUND] = { ERR_NOT_FOUND, "there is no such thing" },
		[ANSWER_MOVED_ON] = { ERR_TIMEOUT,
			"the figures changed while they were read; ask again" },
		[ANSWER_NOT_YET] = { ERR_TIMEOUT, "the sequence asked for is not reached yet" },
		[ANSWER_NOT_ALLOWED] = { ERR_DENIED, "this key may not do that" },
	};
	size_t at = (size_t)outcome;

	if (at >= array_len(outcomes) || !outcomes[at].error)
		return err_here(
			ERR_CORRUPT, "%s: an answer with outcome %zu", server_name(server), at);
	if (text.len > 0)
		return err_here(outcomes[at].error, "%s: %.*s", server_name(server), (int)text.len,
			(const char *)text.data);
	return err_here(outcomes[at].error, "%s: %s", server_name(server), outcomes[at].otherwise);
}

/* One page, waited for until the server has reached --at-least. */
static int ask_page(struct session *session, enum server server, const struct question *question,
	struct answer *ret_answer)
{
	uint64_t limit = session->has_settings && session->settings.timeout_ms
				 ? session->settings.timeout_ms
				 : session->options->timeout_ms;
	uint64_t waited = 0;

	for (;;) {
		int r = session->service.ask(session->service.ctx, server, question, ret_answer);

		if (r < 0)
			return err_pass(r);
		session->training |= ret_answer->training;
		if (session->has_settings)
			limit = session->settings.timeout_ms;
		if (ret_answer->outcome != ANSWER_NOT_YET || waited >= limit)
			return 0;
		session->service.wait(session->service.ctx, NOT_YET_WAIT_MS);
		waited += NOT_YET_WAIT_MS;
	}
}

enum { ASK_AGAIN = 1 };

/* Every page from the first on; ASK_AGAIN: the server has moved on in between. */
static int ask_pages(
	struct session *session, enum server server, struct question *question, struct grid *table)
{
	struct answer answer;

	for (;;) {
		int r = ask_page(session, server, question, &answer);

		if (r < 0)
			return err_pass(r);
		if (answer.outcome == ANSWER_MOVED_ON && question->has_as_of)
			return ASK_AGAIN;
		if (answer.outcome != ANSWER_DONE && answer.outcome != ANSWER_FOUND_FAULT)
			return session_outcome(server, answer.outcome, answer.text);
		r = grid_add_page(table, &answer);
		if (r < 0)
			return err_pass(r);
		table->fault |= answer.outcome == ANSWER_FOUND_FAULT;
		if (!answer.more)
			return 0;
		if (answer.rows == 0)
			return err_here(ERR_CORRUPT,
				"%s: a page without rows says that more follow",
				server_name(server));
		question->has_as_of = true;
		question->as_of = answer.as_of;
		question->offset += (uint32_t)answer.rows;
	}
}

int session_ask(struct session *session, enum server server, const char *verb,
	const struct argument *arguments, size_t count, struct grid *table)
{
	if (count > ARGUMENTS_MAX)
		return err_here(ERR_LIMIT, "more than %d arguments in one question", ARGUMENTS_MAX);
	for (int start = 0; start < STARTS_MAX; start++) {
		struct question question = { .verb = bytes_str(verb),
			.arguments = count,
			.at_least = session->options->at_least };
		int r;

		if (count > 0)
			memcpy(question.argument, arguments, count * sizeof(*arguments));
		grid_fini(table);
		r = ask_pages(session, server, &question, table);
		if (r != ASK_AGAIN)
			return err_pass(r);
	}
	return session_outcome(server, ANSWER_MOVED_ON, (struct bytes){ 0 });
}

int session_sheet(struct session *session, struct sheet **ret_sheet)
{
	int r = sheet_load(session_argument(session, "file"), ret_sheet);

	/* For a person a file that is not there is a slip of the same kind as one with faults. */
	return r == ERR_NOT_FOUND ? err_here(ERR_INVALID, "%s", err_text()) : err_pass(r);
}

static void schema_make(const struct verb *verb, char ret_schema[64])
{
	snprintf(ret_schema, 64, "huibao.%s/v1", verb->words);
	for (char *at = ret_schema; *at; at++) {
		if (*at == ' ')
			*at = '-';
	}
}

/* no-color.org: a terminal that has not been told otherwise. */
static bool colour_wanted(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(fileno(out)) && !(no && no[0]) &&
	       !(terminal && strcmp(terminal, "dumb") == 0);
}

struct print_style session_style(const struct session *session)
{
	const char *columns = session->options->columns;
	bool all = columns && strcmp(columns, "all") == 0;

	return (struct print_style){ .format = session->options->format,
		.chinese = session->options->chinese,
		.columns = all ? NULL : columns,
		.usual = all ? NULL : session->verb->columns,
		.upright = session->verb->upright,
		.spark = session->verb->spark,
		.training = session->training,
		.colour = colour_wanted(session->out) };
}

/* For people: before the page and behind it. Formats for programs have the mark inside. */
static void training_line(const struct session *session)
{
	if (session->training && session->options->format == PRINT_TABLE)
		fprintf(session->out, "%s%s\n", session->remark ? session->remark : "",
			training_words(session->options->chinese));
}

int session_write(struct session *session, const struct buffer *text)
{
	bool whole;

	training_line(session);
	whole = fwrite(text->data, 1, text->len, session->out) == text->len;
	training_line(session);
	if (!whole || fflush(session->out) != 0)
		return err_here(ERR_IO, "cannot write the result: %m");
	return 0;
}

int session_print(struct session *session, const struct grid *table)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	struct print_style style = session_style(session);
	char schema[64];
	int r;

	/* Upright, a person has room for everything. */
	style.upright &= !session->options->columns && grid_rows(table) == 1;
	if (style.upright)
		style.usual = NULL;
	schema_make(session->verb, schema);
	r = print_table(&style, schema, table, &text);
	if (r == 0)
		r = session_write(session, &text);
	return err_pass(r);
}

int session_print_sections(
	struct session *session, const struct print_section *sections, size_t count)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	struct print_style style = session_style(session);
	char schema[64];
	int r;

	schema_make(session->verb, schema);
	r = print_sections(&style, schema, sections, count, &text);
	if (r == 0)
		r = session_write(session, &text);
	return err_pass(r);
}
