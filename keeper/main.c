/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * huibao-journal: what is done with the journal's files themselves, on the machine where they lie,
 * by a user of the store's group. It changes no journal: it reads them, and makes new ones. */
#include <errno.h>
#include <popt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "keeper/audit.h"
#include "keeper/backup.h"
#include "keeper/dump.h"
#include "keeper/load.h"
#include "keeper/restore.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_FOUND = 3, WORDS_MAX = 4 };

static const char usage[] =
	"huibao-journal dump --journal DIR [--from N] [--to N]   entries as JSON, one a line\n"
	"huibao-journal load FILE --journal DIR [--head FILE]    a new journal from such lines\n"
	"huibao-journal head --journal DIR                       epoch, sequence and chain hash\n"
	"huibao-journal backup COPY --journal DIR [--follow]     copy what COPY lacks; or go on\n"
	"huibao-journal restore COPY DIR                         a new journal from a copy\n"
	"huibao-journal audit verify --journal DIR               walk the whole chain\n"
	"huibao-journal audit head --journal DIR                 the same as head: a witness\n"
	"huibao-journal audit check --journal DIR --head FILE    heads kept elsewhere\n"
	"huibao-journal audit receipt FILE --journal DIR         receipts kept elsewhere\n"
	"\n"
	"  --journal DIR         the journal's folder (data-dir/journal of ingestd), or a copy\n"
	"  --from N, --to N      first and last sequence to print; the chain is checked from 1 on\n"
	"  --head FILE           one head a line, as 'head' prints it\n"
	"  --map-size-bytes N    the same as ingestd's setting (default 1 TiB)\n"
	"\n"
	"FILE may be - for what is piped in.\n"
	"Exit: 0 done, 1 failed, 2 usage, 3 the chain breaks or the history differs\n"
	"(docs/dump.md, docs/administrators-guide.md)\n";

struct options {
	char *journal, *head;
	long long from, to, map_size_bytes;
	int follow;
	const char *word[WORDS_MAX]; /* behind the command's own */
};

static int complain(int error)
{
	fprintf(stderr, "huibao-journal: %s\n", err_text());
	return error == ERR_CORRUPT ? EXIT_FOUND : EXIT_FAILED;
}

typedef int reading(struct journal *journal, const struct options *options, FILE *in);

static int read_dump(struct journal *journal, const struct options *options, FILE *in)
{
	(void)in;
	return dump_journal(journal, (uint64_t)options->from, (uint64_t)options->to, stdout);
}

static int read_head(struct journal *journal, const struct options *options, FILE *in)
{
	(void)options;
	(void)in;
	return dump_head(journal, stdout);
}

static int read_verify(struct journal *journal, const struct options *options, FILE *in)
{
	(void)options;
	(void)in;
	return audit_verify(journal, stdout);
}

static int read_check(struct journal *journal, const struct options *options, FILE *in)
{
	(void)options;
	return audit_heads(journal, in, stdout);
}

static int read_receipt(struct journal *journal, const struct options *options, FILE *in)
{
	(void)options;
	return audit_receipts(journal, in, stdout);
}

static int file_open(const char *path, FILE **ret_file)
{
	*ret_file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	return *ret_file ? 0 : err_here(ERR_NOT_FOUND, "cannot open '%s': %m", path);
}

static void file_close(FILE *file)
{
	if (file && file != stdin)
		fclose(file);
}

/* What only reads a journal, and a file beside it where there is one. */
static int run_reading(reading *run, const char *file, const struct options *options)
{
	AUTO(journal_close) struct journal *journal = NULL;
	FILE *in = NULL;
	int r = journal_follow(options->journal, (uint64_t)options->map_size_bytes, &journal);

	if (r == 0 && file)
		r = file_open(file, &in);
	if (r == 0)
		r = run(journal, options, in);
	file_close(in);
	return err_pass(r);
}

static int run_dump(const struct options *options)
{
	return run_reading(read_dump, NULL, options);
}

static int run_head(const struct options *options)
{
	return run_reading(read_head, NULL, options);
}

static int run_verify(const struct options *options)
{
	return run_reading(read_verify, NULL, options);
}

static int run_check(const struct options *options)
{
	return run_reading(read_check, options->head, options);
}

static int run_receipt(const struct options *options)
{
	return run_reading(read_receipt, options->word[0], options);
}

static int run_load(const struct options *options)
{
	const struct load_options load = { .journal = options->journal,
		.map_size_bytes = (uint64_t)options->map_size_bytes,
		.head = options->head };
	FILE *in;
	int r = file_open(options->word[0], &in);

	if (r < 0)
		return err_pass(r);
	r = load_run(&load, in, stdout);
	file_close(in);
	return err_pass(r);
}

static int run_backup(const struct options *options)
{
	const struct backup_options backup = { .journal = options->journal,
		.copy = options->word[0],
		.map_size_bytes = (uint64_t)options->map_size_bytes,
		.follow = options->follow };
	const struct sigaction stop = { .sa_handler = backup_stop };

	if (options->follow) { /* no SA_RESTART: a pause ends at once */
		sigaction(SIGTERM, &stop, NULL);
		sigaction(SIGINT, &stop, NULL);
	}
	return backup_run(&backup, stdout);
}

static int run_restore(const struct options *options)
{
	return restore_run(&(const struct restore_options){ .from = options->word[0],
				   .to = options->word[1],
				   .map_size_bytes = (uint64_t)options->map_size_bytes },
		stdout);
}

static const struct command {
	const char *word, *second; /* second: NULL for one-word commands */
	int words;                 /* behind them */
	bool journal, head;        /* options that must be there */
	int (*run)(const struct options *options);
} commands[] = {
	{ "dump", NULL, 0, true, false, run_dump },
	{ "load", NULL, 1, true, false, run_load },
	{ "head", NULL, 0, true, false, run_head },
	{ "backup", NULL, 1, true, false, run_backup },
	{ "restore", NULL, 2, false, false, run_restore },
	{ "audit", "verify", 0, true, false, run_verify },
	{ "audit", "head", 0, true, false, run_head },
	{ "audit", "check", 0, true, true, run_check },
	{ "audit", "receipt", 1, true, false, run_receipt },
};

/* The command of these words, with exactly the words that it takes behind it; or NULL. */
static const struct command *command_find(poptContext context, struct options *options)
{
	const char *words[WORDS_MAX + 1];
	int count = 0;

	while (count <= WORDS_MAX && (words[count] = poptGetArg(context)))
		count++;
	for (size_t i = 0; i < array_len(commands); i++) {
		const struct command *command = &commands[i];
		int own = command->second ? 2 : 1;

		if (count != own + command->words || strcmp(words[0], command->word) != 0 ||
			(command->second && strcmp(words[1], command->second) != 0))
			continue;
		for (int k = 0; k < command->words; k++)
			options->word[k] = words[own + k];
		return command;
	}
	return NULL;
}

static int check_and_run(poptContext context, struct options *options)
{
	const struct command *command = command_find(context, options);
	int r;

	if (!command) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if ((command->journal && !options->journal) || (command->head && !options->head)) {
		fprintf(stderr, "huibao-journal: '%s%s%s' needs %s\n", command->word,
			command->second ? " " : "", command->second ? command->second : "",
			options->journal ? "--head FILE" : "--journal DIR");
		return EXIT_USAGE;
	}
	if (options->from < 1 || options->to < options->from || options->map_size_bytes < 1) {
		fprintf(stderr,
			"huibao-journal: --from and --to must be sequences, 1 or more, in order\n");
		return EXIT_USAGE;
	}
	r = command->run(options);
	return r < 0 ? complain(r) : EXIT_SUCCESS;
}

int main(int argc, const char **argv)
{
	struct options options = { .from = 1, .to = INT64_MAX, .map_size_bytes = 1LL << 40 };
	const struct poptOption table[] = {
		{ "journal", 0, POPT_ARG_STRING, &options.journal, 0, NULL, NULL },
		{ "head", 0, POPT_ARG_STRING, &options.head, 0, NULL, NULL },
		{ "follow", 0, POPT_ARG_NONE, &options.follow, 0, NULL, NULL },
		{ "from", 0, POPT_ARG_LONGLONG, &options.from, 0, NULL, NULL },
		{ "to", 0, POPT_ARG_LONGLONG, &options.to, 0, NULL, NULL },
		{ "map-size-bytes", 0, POPT_ARG_LONGLONG, &options.map_size_bytes, 0, NULL, NULL },
		{ "help", 'h', POPT_ARG_NONE, NULL, 'h', NULL, NULL },
		{ 0 },
	};
	poptContext context = poptGetContext(NULL, argc, argv, table, POPT_CONTEXT_NO_EXEC);
	int option = poptGetNextOpt(context), r;

	if (option == 'h')
		r = fputs(usage, stdout) < 0 ? EXIT_FAILED : EXIT_SUCCESS;
	else if (option < -1)
		r = fprintf(stderr, "huibao-journal: '%s': %s\n",
			    poptBadOption(context, POPT_BADOPTION_NOALIAS),
			    poptStrerror(option)) < 0
			    ? EXIT_FAILED
			    : EXIT_USAGE;
	else
		r = check_and_run(context, &options);
	poptFreeContext(context);
	free(options.journal);
	free(options.head);
	return r;
}
