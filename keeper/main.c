/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * huibao-journal: what is done with the journal's files themselves, on the machine where they lie,
 * by a user of the store's group. It changes no journal: it reads them, and makes new ones. One of
 * them, without the texts that are to go, takes the old one's place (erase). */
#include <errno.h>
#include <popt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/err.h"
#include "keeper/audit.h"
#include "keeper/backup.h"
#include "keeper/dump.h"
#include "keeper/erase.h"
#include "keeper/load.h"
#include "keeper/restore.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_FOUND = 3, WORDS_MAX = ERASED_MAX + 2 };

struct options {
	char *journal, *head, *reason, *by;
	long long from, to, keep, map_size_bytes;
	const char *word[WORDS_MAX]; /* behind the command's own */
	int words;
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

static struct backup_options backup_of(const struct options *options)
{
	return (struct backup_options){ .journal = options->journal,
		.copy = options->word[0],
		.map_size_bytes = (uint64_t)options->map_size_bytes };
}

static int run_backup(const struct options *options)
{
	const struct backup_options backup = backup_of(options);

	return backup_run(&backup, stdout);
}

static int run_follow(const struct options *options)
{
	const struct sigaction stop = { .sa_handler = backup_stop };
	struct backup_options backup = backup_of(options);

	backup.follow = true;
	sigaction(SIGTERM, &stop, NULL); /* no SA_RESTART: a pause ends at once */
	sigaction(SIGINT, &stop, NULL);
	return backup_run(&backup, stdout);
}

static int run_nightly(const struct options *options)
{
	const struct backup_options backup = backup_of(options);

	return backup_nightly(&backup, (uint64_t)options->keep, stdout);
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return *one < *other ? -1 : *one > *other;
}

/* Rising, each once. */
static int sequences_read(const struct options *options, struct erased *ret_erased)
{
	size_t count = 0;

	if (options->words > ERASED_MAX)
		return err_here(ERR_INVALID, "at most %d entries at a time", ERASED_MAX);
	for (int i = 0; i < options->words; i++) {
		char *end;

		errno = 0;
		ret_erased->sequence[i] = strtoull(options->word[i], &end, 10);
		if (errno != 0 || *end != '\0' || options->word[i][0] == '-' ||
			ret_erased->sequence[i] == 0)
			return err_here(ERR_INVALID, "'%s' is not the sequence of an entry",
				options->word[i]);
	}
	qsort(ret_erased->sequence, (size_t)options->words, sizeof(uint64_t), by_number);
	for (int i = 0; i < options->words; i++)
		if (count == 0 || ret_erased->sequence[i] != ret_erased->sequence[count - 1])
			ret_erased->sequence[count++] = ret_erased->sequence[i];
	ret_erased->count = count;
	return 0;
}

static int run_erase(const struct options *options)
{
	struct erase_options erase = { .journal = options->journal,
		.map_size_bytes = (uint64_t)options->map_size_bytes };
	int r = sequences_read(options, &erase.which);

	if (r < 0)
		return err_pass(r);
	erase.which.reason = bytes_str(options->reason ? options->reason : "");
	erase.which.by = bytes_str(options->by ? options->by : "");
	return err_pass(erase_run(&erase, stdout));
}

static int run_restore(const struct options *options)
{
	return restore_run(&(const struct restore_options){ .from = options->word[0],
				   .to = options->word[1],
				   .map_size_bytes = (uint64_t)options->map_size_bytes },
		stdout);
}

enum { WORDS_SOME = -1, OPTIONS = 8 };

/* Every option; what a command needs and takes is told by its first letter (t: to). */
static const struct cli_option known[OPTIONS] = {
	{ "journal", 0, "DIR", "the journal's folder (data-dir/journal of ingestd), or a copy",
		NULL },
	{ "head", 0, "FILE", "one head a line, as 'head' prints it; '-' for what is piped in",
		NULL },
	{ "from", 0, "N", "first sequence to print; the chain is checked from 1 on", NULL },
	{ "to", 0, "N", "last sequence to print", NULL },
	{ "keep", 0, "N", "days of nightly copies to keep (default 7)", NULL },
	{ "reason", 0, "TEXT", "why the texts are erased", NULL },
	{ "by", 0, "NAME", "who asked for it", NULL },
	{ "map-size-bytes", 0, "N", "the same as ingestd's setting (default 1 TiB)", NULL },
};

static const struct command {
	const char *words;         /* one or two */
	const char *behind;        /* as the help shows it */
	int count;                 /* of words behind; WORDS_SOME: one or more */
	const char *needs, *takes; /* options that must be there, and that may */
	int (*run)(const struct options *options);
	const char *text;
} commands[] = {
	{ "dump", "", 0, "j", "ft", run_dump, "entries as JSON, one a line" },
	{ "load", "FILE", 1, "j", "h", run_load, "a new journal from such lines" },
	{ "head", "", 0, "j", "", run_head, "epoch, sequence and chain hash" },
	{ "backup follow", "COPY", 1, "j", "", run_follow,
		"copy what COPY lacks, and go on until SIGTERM" },
	{ "backup nightly", "FOLDER", 1, "j", "k", run_nightly,
		"a verified copy FOLDER/YYYY-MM-DD" },
	{ "backup", "COPY", 1, "j", "", run_backup, "copy what COPY lacks, once" },
	{ "restore", "COPY DIR", 2, "", "", run_restore, "a new journal from a copy" },
	{ "erase", "SEQUENCE...", WORDS_SOME, "jr", "b", run_erase, "take texts out, for good" },
	{ "audit verify", "", 0, "j", "", run_verify, "walk the whole chain" },
	{ "audit head", "", 0, "j", "", run_head, "the same as head: a witness" },
	{ "audit check", "", 0, "jh", "", run_check,
		"hold heads kept elsewhere against the journal" },
	{ "audit receipt", "FILE", 1, "j", "", run_receipt,
		"hold receipts kept elsewhere against it" },
};

static const struct cli_term exits[] = {
	{ "0", "done" },
	{ "1", "failed" },
	{ "2", "usage" },
	{ "3", "the chain breaks or the history differs" },
	{ 0 },
};

static void cli_fill(const struct command *command, struct cli_command *ret_command)
{
	*ret_command = (struct cli_command){
		.words = command->words, .behind = command->behind, .text = command->text
	};
	for (size_t i = 0; i < OPTIONS; i++) {
		bool needed = strchr(command->needs, known[i].name[0]) != NULL;

		if (!needed && !strchr(command->takes, known[i].name[0]))
			continue;
		ret_command->needed[ret_command->options] = needed;
		ret_command->option[ret_command->options++] = known[i];
	}
}

/* The program for its manual page, its completion and its help. */
static struct cli cli_of(struct cli_command table[array_len(commands)])
{
	for (size_t i = 0; i < array_len(commands); i++)
		cli_fill(&commands[i], &table[i]);
	return (struct cli){ .name = "huibao-journal",
		.section = 8,
		.about = "copies, restores, audits and dumps the journal of Huibao",
		.description =
			"Works on the journal's files themselves, on the machine where they lie, "
			"as a user of the store's group; ingestd may go on running meanwhile, but "
			"for restore and erase.\n"
			"It changes no journal but by erase: it reads them, and makes new ones.\n"
			"FILE may be '-' for what is piped in.",
		.command = table,
		.commands = array_len(commands),
		.option = &known[OPTIONS - 1], /* map-size-bytes, which every command takes */
		.options = 1,
		.exit = exits,
		.see = "huibaoctl(1), ingestd(8), ingestd.yaml(5)" };
}

static int usage(FILE *out, int code)
{
	struct cli_command table[array_len(commands)];
	const struct cli cli = cli_of(table);

	cli_usage(&cli, out);
	return ferror(out) ? EXIT_FAILED : code;
}

static bool manual_asked(int argc, const char *const *argv)
{
	struct cli_command table[array_len(commands)];
	const struct cli cli = cli_of(table);

	return cli_asked(&cli, argc, argv, stdout);
}

static size_t first_word(const char *words)
{
	return strcspn(words, " ");
}

/* NULL: a command of one word. */
static const char *command_second(const struct command *command)
{
	const char *blank = strchr(command->words, ' ');

	return blank ? blank + 1 : NULL;
}

/* Whether the words say this command, with as many words behind it as it takes. */
static bool command_is(const struct command *command, const char *const *words, int count)
{
	const char *second = command_second(command);
	int own = second ? 2 : 1, behind = count - own;

	if (count < own || strlen(words[0]) != first_word(command->words) ||
		strncmp(words[0], command->words, first_word(command->words)) != 0 ||
		(second && strcmp(words[1], second) != 0))
		return false;
	return command->count == WORDS_SOME ? behind > 0 : behind == command->count;
}

/* The command of these words, with exactly the words that it takes behind it; or NULL. */
static const struct command *command_find(poptContext context, struct options *options)
{
	const char *words[WORDS_MAX + 1];
	int count = 0;

	while (count <= WORDS_MAX && (words[count] = poptGetArg(context)))
		count++;
	for (size_t i = 0; i < array_len(commands); i++) {
		const struct command *command = &commands[i];
		const char *second = command_second(command);
		int own = second ? 2 : 1;

		/* "backup follow" without a folder must not make a copy named follow. */
		if (second && count == 2 && command->count != 0 &&
			strncmp(words[0], command->words, first_word(command->words)) == 0 &&
			strcmp(words[1], second) == 0)
			return NULL;
		if (count > WORDS_MAX || !command_is(command, words, count))
			continue;
		options->words = count - own;
		for (int k = 0; k < options->words; k++)
			options->word[k] = words[own + k];
		return command;
	}
	return NULL;
}

/* The option that the command lacks, or NULL. */
static const char *option_lacking(const struct command *command, const struct options *options)
{
	if (strchr(command->needs, 'j') && !options->journal)
		return "--journal DIR";
	if (strchr(command->needs, 'h') && !options->head)
		return "--head FILE";
	if (strchr(command->needs, 'r') && !options->reason)
		return "--reason TEXT";
	return NULL;
}

/* The reason comes last, where it is seen. */
static int command_unknown(const char *first)
{
	int code = usage(stderr, EXIT_USAGE);

	if (first)
		fprintf(stderr,
			"\nhuibao-journal: '%s' with these words behind it is none of the commands "
			"above\n",
			first);
	return code;
}

static int check_and_run(poptContext context, struct options *options)
{
	const char *first = poptPeekArg(context);
	const struct command *command = command_find(context, options);
	const char *lacking;
	int r;

	if (!command)
		return command_unknown(first);
	if ((lacking = option_lacking(command, options))) {
		fprintf(stderr, "huibao-journal: '%s' needs %s\n", command->words, lacking);
		return EXIT_USAGE;
	}
	if (options->from < 1 || options->to < options->from || options->map_size_bytes < 1 ||
		options->keep < 1) {
		fprintf(stderr,
			"huibao-journal: numbers are 1 or more, and --from and --to in order\n");
		return EXIT_USAGE;
	}
	r = command->run(options);
	return r < 0 ? complain(r) : EXIT_SUCCESS;
}

int main(int argc, const char **argv)
{
	struct options options = {
		.from = 1, .to = INT64_MAX, .keep = 7, .map_size_bytes = 1LL << 40
	};
	const struct poptOption table[] = {
		{ "journal", 0, POPT_ARG_STRING, &options.journal, 0, NULL, NULL },
		{ "head", 0, POPT_ARG_STRING, &options.head, 0, NULL, NULL },
		{ "reason", 0, POPT_ARG_STRING, &options.reason, 0, NULL, NULL },
		{ "by", 0, POPT_ARG_STRING, &options.by, 0, NULL, NULL },
		{ "keep", 0, POPT_ARG_LONGLONG, &options.keep, 0, NULL, NULL },
		{ "from", 0, POPT_ARG_LONGLONG, &options.from, 0, NULL, NULL },
		{ "to", 0, POPT_ARG_LONGLONG, &options.to, 0, NULL, NULL },
		{ "map-size-bytes", 0, POPT_ARG_LONGLONG, &options.map_size_bytes, 0, NULL, NULL },
		{ "help", 'h', POPT_ARG_NONE, NULL, 'h', NULL, NULL },
		{ "version", 0, POPT_ARG_NONE, NULL, 'V', NULL, NULL },
		{ 0 },
	};
	poptContext context;
	int option, r;

	if (manual_asked(argc, argv))
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILED;
	context = poptGetContext(NULL, argc, argv, table, POPT_CONTEXT_NO_EXEC);
	option = poptGetNextOpt(context);

	if (option == 'h')
		r = usage(stdout, EXIT_SUCCESS);
	else if (option == 'V')
		r = printf("huibao-journal %s\n", HUIBAO_VERSION) < 0 ? EXIT_FAILED : EXIT_SUCCESS;
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
	free(options.reason);
	free(options.by);
	return r;
}
