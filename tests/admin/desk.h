/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * huibaoctl's desk: a command line is taken and run within the test, against the fakes that the
 * test gives. What has nothing to do with what is asked stands here once. */
#ifndef TESTS_ADMIN_DESK_H
#define TESTS_ADMIN_DESK_H

#include "admin/command.h"

/* What the command printed; NULL until it has run. */
extern char *printed;

/* The words behind "huibaoctl", as an array and its length. */
#define DESK_WORDS(...)                                                                            \
	(const char *const[]){ __VA_ARGS__ },                                                      \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)

/* Takes a command line: what command_check() says of it. Ends the test when there is no such option
 * or verb. */
CHECKED int desk_take_words(const char *const *words, size_t count);
/* The same of a line that has no blanks inside a word. */
CHECKED int desk_take(const char *line);
/* Runs what was taken, against service (NULL: no fakes). */
CHECKED int desk_run(const struct service *service);
/* Ends what desk_take(), desk_run() and desk_file() have left; for .fini. */
void desk_clear(void);

/* The catalogue of the sources, for struct service. */
int desk_catalog(void *ctx, struct catalog **ret_catalog);
/* A file with this text; its name. One in a test. */
const char *desk_file(const char *text);
/* What stands on stderr, which the test has redirected. Ends the test when it is nothing. */
const char *desk_said(void);

#endif
