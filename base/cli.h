/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A program as whoever types its name sees it: commands, options, settings, exit codes. Each
 * program describes itself from the tables by which it runs; manual pages and shell completion are
 * printed from that description at build time, so neither can say what the program does not do. */
#ifndef BASE_CLI_H
#define BASE_CLI_H

#include <stdio.h>

#include "base/conf.h"

struct cli_option {
	const char *name;    /* without dashes */
	char letter;         /* 'c' for -c; 0: none */
	const char *value;   /* "FILE"; NULL: it takes none */
	const char *text;    /* one English line */
	const char *choices; /* for completion: "zh en"; NULL: a value FILE or DIR is a path */
};

enum { CLI_OPTIONS_MAX = 24 };
struct cli_command {
	const char *words;  /* "indicator show" */
	const char *behind; /* what stands behind them, options aside: "FILE [AREA]"; "": nothing */
	const char *text;   /* one English line */
	struct cli_option option[CLI_OPTIONS_MAX];
	bool needed[CLI_OPTIONS_MAX];
	size_t options;
};

/* An exit code, a file or a signal, and what it means. */
struct cli_term {
	const char *term, *text;
};

struct cli {
	const char *name;        /* "huibaoctl" */
	int section;             /* of the manual */
	const char *about;       /* "the operator's commands", for the page's first line */
	const char *description; /* paragraphs, parted by a newline each */
	const struct cli_command *command;
	size_t commands; /* 0: a program without */
	const struct cli_option *option;
	size_t options;                              /* of the program, or of every command */
	const struct cli_term *exit, *file, *signal; /* each ends with a NULL term */
	const char *see;                             /* "ingestd(8), ingestd.yaml(5)" */
	/* of its settings' file; NULL: it has none, or another program's page tells of it */
	const char *settings_name; /* "ingestd.yaml" */
	const char *settings_about;
	const struct conf_setting *setting;
	size_t settings;
};

/* The manual page of the program, and of its settings' file (section 5). */
void cli_manual(const struct cli *cli, FILE *out);
void cli_settings_manual(const struct cli *cli, FILE *out);
/* The help: a line per command and option, and the exit codes. */
void cli_usage(const struct cli *cli, FILE *out);
/* A script for bash. */
void cli_completion(const struct cli *cli, FILE *out);

/* "--manual", "--manual-settings" or "--completion" as the only argument, for the build: prints to
 * out. false: nothing of the kind was asked. */
bool cli_asked(const struct cli *cli, int argc, const char *const *argv, FILE *out);

#endif
