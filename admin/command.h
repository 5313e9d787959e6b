/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table of commands. A command is its words, its parameters, the server that it speaks to, its
 * help in two languages, and a function. Parsing, checking, usage lines and help all come from this
 * table, so a new question needs an entry here, and words for its new columns
 * (words.c) and options (options.c). */
#ifndef ADMIN_COMMAND_H
#define ADMIN_COMMAND_H

#include "admin/session.h"

enum { PARAMETERS_MAX = 16 };

struct parameter {
	const char *name; /* as the question's argument is called; NULL: end of the list */
	enum { PARAMETER_WORD = 1, PARAMETER_OPTION } sort; /* CODE, or --area CODE */
	bool needed, many;              /* of words only the last may be many: it takes the rest */
	const struct option_text *text; /* NULL: as everywhere */
};

struct verb {
	const char *words;  /* "indicator show"; a question's verb is exactly this */
	enum server server; /* whom a plain question goes to */
	int (*run)(struct session *session);
	struct parameter parameter[PARAMETERS_MAX];
	const char *columns; /* what people see of the answer; NULL: all */
	bool upright;        /* a single row is shown as one line per column */
	bool spark;          /* people see the course of column "value" as a line of bars */
	const char *zh, *en; /* help, one line each */
};

/* The commands in the order of the table; NULL beyond the last. */
const struct verb *command_at(size_t index);

/* The command that begins with these words, the longest first; NULL: none. ret_words: how many of
 * the words are its name. */
const struct verb *command_find(char *const *words, size_t count, size_t *ret_words);
/* The command whose name is nearest to the words, for "did you mean"; NULL: nothing is near. */
const struct verb *command_nearest(char *const *words, size_t count);

/* ERR_INVALID: a parameter is missing, unknown to this command, or given too often. first: how many
 * of the words are the command's own name. */
CHECKED int command_check(const struct verb *verb, const struct options *options, size_t first);

/* What the parameter's option says of itself in the help. */
const struct option_text *parameter_text(const struct parameter *parameter);

/* Appends twelve lines for who typed nothing, all commands, or one command. */
CHECKED int command_summary(bool chinese, struct buffer *out);
CHECKED int command_help_all(bool chinese, struct buffer *out);
/* Appends a line for each command whose first word this is, perhaps none; "": for every command. */
CHECKED int command_help_group(const char *group, bool chinese, struct buffer *out);
CHECKED int command_help(const struct verb *verb, bool chinese, struct buffer *out);
/* What an exit code means, in English; NULL beyond the last. */
const char *exit_text_at(size_t index, const char **ret_code);
/* The whole program, for its manual pages and completion; false: argv asks for neither. */
bool manual_asked(int argc, const char *const *argv);

#endif
