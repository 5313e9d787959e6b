/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * huibao-journal: what is done with the journal's files themselves, on the machine where they lie,
 * by a user of the store's group. It only reads. */
#include <errno.h>
#include <popt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "keeper/dump.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_FOUND = 3 };

static const char usage[] =
	"huibao-journal dump --journal DIR [--from N] [--to N]   entries as JSON, one a line\n"
	"huibao-journal head --journal DIR                       epoch, sequence and chain hash\n"
	"\n"
	"  --journal DIR         the journal's folder (data-dir/journal of ingestd)\n"
	"  --from N, --to N      first and last sequence to print; the chain is checked from 1 on\n"
	"  --map-size-bytes N    the same as ingestd's setting (default 1 TiB)\n"
	"\n"
	"Exit: 0 done, 1 failed, 2 usage, 3 the chain breaks (docs/dump.md)\n";

struct options {
	char *journal;
	long long from, to, map_size_bytes;
};

static int complain(int error, int code)
{
	fprintf(stderr, "huibao-journal: %s\n", err_text());
	return error == ERR_CORRUPT ? EXIT_FOUND : code;
}

static int run(const char *command, const struct options *options)
{
	AUTO(journal_close) struct journal *journal = NULL;
	int r = journal_follow(options->journal, (uint64_t)options->map_size_bytes, &journal);

	if (r < 0)
		return complain(r, EXIT_FAILED);
	if (strcmp(command, "head") == 0)
		r = dump_head(journal, stdout);
	else
		r = dump_journal(journal, (uint64_t)options->from, (uint64_t)options->to, stdout);
	return r < 0 ? complain(r, EXIT_FAILED) : EXIT_SUCCESS;
}

static int check_and_run(poptContext context, const struct options *options)
{
	const char *command = poptGetArg(context);

	if (!command || poptPeekArg(context) ||
		(strcmp(command, "dump") != 0 && strcmp(command, "head") != 0)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (!options->journal) {
		fprintf(stderr, "huibao-journal: '%s' needs --journal DIR\n", command);
		return EXIT_USAGE;
	}
	if (options->from < 1 || options->to < options->from || options->map_size_bytes < 1) {
		fprintf(stderr,
			"huibao-journal: --from and --to must be sequences, 1 or more, in order\n");
		return EXIT_USAGE;
	}
	return run(command, options);
}

int main(int argc, const char **argv)
{
	struct options options = { .from = 1, .to = INT64_MAX, .map_size_bytes = 1LL << 40 };
	const struct poptOption table[] = {
		{ "journal", 0, POPT_ARG_STRING, &options.journal, 0, NULL, NULL },
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
	return r;
}
