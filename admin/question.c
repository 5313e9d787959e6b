/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every plain question: the words and options of the command line become named arguments, the verb
 * is the command's name, the answer is printed. What the arguments mean is the server's business.
 *  */
#include "admin/command.h"

#include "base/err.h"

int question_ask(struct session *session, struct grid *table)
{
	struct argument argument[ARGUMENTS_MAX];
	size_t count = 0;

	for (const struct parameter *at = session->verb->parameter; at->name; at++) {
		const char *value = session_argument(session, at->name);

		if (value)
			argument[count++] =
				(struct argument){ bytes_str(at->name), bytes_str(value) };
	}
	return err_pass(session_ask(
		session, session->verb->server, session->verb->words, argument, count, table));
}

int question_run(struct session *session)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = question_ask(session, &table);

	if (r == 0)
		r = session_print(session, &table);
	if (r < 0)
		return err_pass(r);
	return table.fault ? EXIT_FOUND : EXIT_DONE;
}
