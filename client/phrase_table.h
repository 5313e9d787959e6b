/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sentences that errors are made of, in both languages; for phrase.c alone. */
#ifndef CLIENT_PHRASE_TABLE_H
#define CLIENT_PHRASE_TABLE_H

#include <stddef.h>

/* '*' stands for what a sentence names. The Chinese has the same stars in the same order, and may
 * leave out the last ones. */
struct sentence {
	const char *en, *zh;
};

/* In the order in which they are tried: the first one that fits counts. NULL beyond the last. */
const struct sentence *sentence_at(size_t index);

#endif
