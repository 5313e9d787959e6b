/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A head as one line of text, "EPOCH SEQUENCE CHAIN": short enough for a sheet of paper. Kept where
 * nobody who can write the journal can reach it, it is the witness that shows a rewritten
 * history. */
#ifndef KEEPER_HEAD_H
#define KEEPER_HEAD_H

#include "store/journal.h"

/* Two runs of hex digits, a number between them, closing NUL. */
enum { HEAD_TEXT_BYTES = 2 * EPOCH_BYTES + 1 + 20 + 1 + 64 + 1 };

/* Without a newline. */
void head_print(const struct journal_head *head, char ret[HEAD_TEXT_BYTES]);
/* ERR_INVALID unless the line, with or without its newline, is a head and nothing else. */
CHECKED int head_parse(const char *line, struct journal_head *ret_head);
/* Replaces the file `head` in the folder: whole or not at all, and durable. */
CHECKED int head_save(const struct journal_head *head, const char *folder);
/* The file's first line. */
CHECKED int head_load(const char *path, struct journal_head *ret_head);

#endif
