/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How the table of commands is written, and the part of it that is about reports as they arrive. */
#ifndef ADMIN_VERB_TABLE_H
#define ADMIN_VERB_TABLE_H

#include "admin/command.h"

#define WORD(name_)                                                                                \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_WORD, .needed = true                            \
	}
#define PERHAPS(name_)                                                                             \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_WORD                                            \
	}
#define OPTION(name_)                                                                              \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION                                          \
	}
#define NEEDED(name_)                                                                              \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION, .needed = true                          \
	}
#define WORDS(name_)                                                                               \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_WORD, .needed = true, .many = true              \
	}
#define MANY(name_)                                                                                \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION, .many = true                            \
	}
/* An option whose help is not that of its name elsewhere. */
#define OPTION_AS(name_, text_)                                                                    \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION, .text = (text_)                         \
	}
#define NEEDED_AS(name_, text_)                                                                    \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION, .needed = true, .text = (text_)         \
	}

/* The commands on held reports, queries, adjustments, rules; NULL beyond the last. */
const struct verb *report_verb_at(size_t index);
/* Those on facilities over time and on locks; NULL beyond the last. */
const struct verb *registry_verb_at(size_t index);

#endif
