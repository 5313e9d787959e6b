/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The command line taken apart: what holds for every command (configuration, format, language), and
 * the words and named options that belong to one. Which of them a command allows is its own table's
 * business (admin/command.h). */
#ifndef ADMIN_OPTIONS_H
#define ADMIN_OPTIONS_H

#include "admin/print.h"

enum { WORDS_MAX = 256, GIVEN_MAX = 192 };

/* --area 320703 */
struct given {
	const char *name; /* static */
	char *value;      /* owned */
};

struct options {
	/* owned */
	char *config, *columns;
	char *word[WORDS_MAX];
	size_t words;
	struct given given[GIVEN_MAX];
	size_t givens;
	/* plain */
	enum print_format format;
	bool chinese;
	bool help, version;
	uint64_t timeout_ms; /* 0: as configured */
	uint64_t at_least;   /* 0: as things stand */
};

/* One option that some command takes, with its value's name (NULL: it takes none, and reads "yes"
 * when it is given) and meaning. */
struct option_text {
	const char *name, *value, *zh, *en;
};
/* NULL when there is no such option. */
const struct option_text *option_text(const char *name);

/* One option of every command; in the order of the help. NULL beyond the last. */
struct common_option {
	const char *name;
	char letter; /* 0: none */
	const char *value, *zh, *en;
};
const struct common_option *common_option_at(size_t index);

/* ERR_INVALID says which option is wrong. ret_options must be ended by options_fini also then; its
 * language is already known. */
CHECKED int options_parse(int argc, const char **argv, struct options *ret_options);
void options_fini(struct options *options);
static inline void options_fini_auto(struct options *options)
{
	options_fini(options);
}

/* The first value given for name; NULL: none. */
const char *options_value(const struct options *options, const char *name);

#endif
