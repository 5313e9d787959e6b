/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One command line at a time: taking the next one ends the last. */
#include "tests/admin/desk.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

enum { ARGUMENTS = 32 };

char *printed;

static struct options options;
static struct session session;
static size_t printed_len;
static char file_name[32];

static void desk_end(void)
{
	options_fini(&options);
	free(printed);
	printed = NULL;
}

int desk_take_words(const char *const *words, size_t count)
{
	const char *argv[ARGUMENTS] = { "huibaoctl" };
	const struct verb *verb;
	size_t own;
	int r;

	desk_end();
	cr_assert_lt(count, array_len(argv));
	memcpy(argv + 1, words, count * sizeof(*words));
	cr_assert_eq(options_parse((int)count + 1, argv, &options), 0, "%s", err_text());
	verb = command_find(options.word, options.words, &own);
	cr_assert(verb, "%s", words[0]);
	if ((r = command_check(verb, &options, own)) == 0)
		session_init(&session, &options, verb, own);
	return r;
}

int desk_take(const char *line)
{
	const char *words[ARGUMENTS];
	char text[512];
	size_t count = 0;

	cr_assert_lt((size_t)snprintf(text, sizeof(text), "%s", line), sizeof(text));
	for (char *at = strtok(text, " "); at && count < array_len(words); at = strtok(NULL, " "))
		words[count++] = at;
	return desk_take_words(words, count);
}

int desk_run(const struct service *service)
{
	int r;

	if (service)
		session.service = *service;
	session.out = open_memstream(&printed, &printed_len);
	r = session.verb->run(&session);
	fclose(session.out);
	session_fini(&session);
	return r;
}

void desk_clear(void)
{
	desk_end();
	if (file_name[0])
		unlink(file_name);
}

int desk_catalog(void *ctx, struct catalog **ret_catalog)
{
	(void)ctx;
	return catalog_load(SOURCE_DIR "/catalog", ret_catalog);
}

const char *desk_file(const char *text)
{
	FILE *file;

	snprintf(file_name, sizeof(file_name), "/tmp/huibao-import-XXXXXX");
	file = fdopen(mkstemp(file_name), "w");
	cr_assert(file);
	fputs(text, file);
	fclose(file);
	return file_name;
}

const char *desk_said(void)
{
	static char said[8192];
	size_t len;

	fflush(stderr);
	len = fread(said, 1, sizeof(said) - 1, cr_get_redirected_stderr());
	cr_assert(len > 0);
	said[len] = '\0';
	return said;
}
