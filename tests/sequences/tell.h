/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What went in and what came out, a line each, for the program that computes it again:
 *
 *   S seed | T wall ms | F durable sequence
 *   M key reports, then for each: r facility form period revision withdrawal text given absent
 *     explained, then for each: v status entries sequence first not_kept finding …
 *   R records, when the message cannot be decoded; otherwise
 *   C key request belief records …, then: c outcome sequence records */
#ifndef TESTS_SEQUENCES_TELL_H
#define TESTS_SEQUENCES_TELL_H

#include "tests/sequences/make.h"

void message_send(struct play *play, uint32_t key, const struct made *made, size_t count);

/* Everything that stands at the end, once all have caught up. */
void figures_tell(struct play *play);

#endif
