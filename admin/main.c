/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * huibaoctl: the operator's program. It takes the command line apart, finds the command in the one
 * table, runs it, and ends with an exit code that scripts can rely on (admin/session.h). */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "admin/command.h"
#include "base/err.h"
#include "client/phrase.h"
#include "client/training.h"

/* Widths of Chinese come from the locale; where it is not UTF-8 (cron, LANG=C) any UTF-8 one does.
 *  */
static void locale_choose(void)
{
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* figures have a point, whatever the language */
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int complain(int error)
{
	fprintf(stderr, "huibaoctl: %s\n", phrase(err_text()));
	return exit_of(error);
}

static int show(int r, const struct buffer *text)
{
	if (r < 0)
		return complain(r);
	return fwrite(text->data, 1, text->len, stdout) == text->len && fflush(stdout) == 0
		       ? EXIT_DONE
		       : EXIT_FAILED;
}

static int unknown_command(const struct options *options, size_t first)
{
	const struct verb *near = command_nearest(options->word + first, options->words - first);

	fprintf(stderr,
		options->chinese ? "huibaoctl: 没有这个命令：" : "huibaoctl: there is no command:");
	for (size_t i = first; i < options->words && i < first + 3; i++)
		fprintf(stderr, " %s", options->word[i]);
	if (near)
		fprintf(stderr, options->chinese ? "；是不是“%s”？" : "; did you mean '%s'?",
			near->words);
	fprintf(stderr, options->chinese ? "\n（huibaoctl help 列出全部命令）\n"
					 : "\n(huibaoctl help lists all commands)\n");
	return EXIT_USAGE;
}

/* "huibaoctl key" and "huibaoctl help key" show the commands that begin so. */
static int no_command(const struct options *options, size_t first, bool help)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = options->words == first + 1 && options->word[first][0]
			? command_help_group(options->word[first], options->chinese, &text)
			: 0;

	if (r < 0)
		return complain(r);
	if (text.len == 0)
		return unknown_command(options, first);
	if (help)
		return show(0, &text);
	fprintf(stderr, "huibaoctl: %s\n%.*s",
		options->chinese ? "命令不完整，可以是：" : "the command goes on, one of:",
		(int)text.len, (const char *)text.data);
	return EXIT_USAGE;
}

static int run(const struct options *options)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	bool help = options->help || (options->words > 0 && strcmp(options->word[0], "help") == 0);
	size_t skip = options->words > 0 && strcmp(options->word[0], "help") == 0, own;
	struct session session;
	const struct verb *verb;
	int r;

	if (options->version)
		return puts("huibaoctl " HUIBAO_VERSION) < 0 ? EXIT_FAILED : EXIT_DONE;
	if (options->words == skip)
		return show(help ? command_help_all(options->chinese, &text)
				 : command_summary(options->chinese, &text),
			&text);
	verb = command_find(options->word + skip, options->words - skip, &own);
	if (!verb)
		return no_command(options, skip, help);
	if (help)
		return show(command_help(verb, options->chinese, &text), &text);
	r = command_check(verb, options, own);
	if (r < 0)
		return complain(r);
	session_init(&session, options, verb, own);
	r = verb->run(&session);
	if (r < 0 && session.training)
		fprintf(stderr, "%s\n", training_words(options->chinese));
	if (r < 0)
		r = complain(r);
	session_fini(&session);
	return r;
}

int main(int argc, const char **argv)
{
	struct options options;
	int r;

	if (argc == 2 && manual_asked(argc, argv))
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
	locale_choose();
	r = options_parse(argc, argv, &options);
	r = r < 0 ? complain(r) : run(&options);
	options_fini(&options);
	return r;
}
