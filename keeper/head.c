/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The line is written beside its place and then takes it: a reader finds the old head or the new
 * one, never half of one. */
#include "keeper/head.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "store/env_folder.h"

enum { PATH_BYTES = 600, FILE_BYTES_MAX = 1 << 20 };

void head_print(const struct journal_head *head, char ret[HEAD_TEXT_BYTES])
{
	char epoch[2 * EPOCH_BYTES + 1], chain[65];

	bytes_to_hex(bytes_of(head->epoch, sizeof(head->epoch)), epoch);
	bytes_to_hex(digest_view(&head->chain), chain);
	snprintf(ret, HEAD_TEXT_BYTES, "%s %" PRIu64 " %s", epoch, head->sequence, chain);
}

/* The next word of the line, cut out; NULL: too long, or none. */
static const char *word_take(const char **at, char *word, size_t size)
{
	size_t len = strcspn(*at, " \n");

	if (len == 0 || len >= size)
		return NULL;
	memcpy(word, *at, len);
	word[len] = '\0';
	*at += len;
	*at += **at == ' ';
	return word;
}

int head_parse(const char *line, struct journal_head *ret_head)
{
	char epoch[2 * EPOCH_BYTES + 1], sequence[21], chain[65];
	struct journal_head head;
	const char *at = line;
	char *end;

	if (!word_take(&at, epoch, sizeof(epoch)) || !word_take(&at, sequence, sizeof(sequence)) ||
		!word_take(&at, chain, sizeof(chain)) || (*at != '\0' && strcmp(at, "\n") != 0) ||
		bytes_from_hex(epoch, head.epoch, sizeof(head.epoch)) < 0 ||
		bytes_from_hex(chain, head.chain.byte, sizeof(head.chain.byte)) < 0 ||
		strspn(sequence, "0123456789") != strlen(sequence))
		return err_here(ERR_INVALID,
			"a head is one line: epoch, sequence and chain hash, as 'head' prints it");
	errno = 0;
	head.sequence = strtoull(sequence, &end, 10);
	if (errno != 0)
		return err_here(ERR_INVALID, "the sequence '%s' is too large", sequence);
	*ret_head = head;
	return 0;
}

int head_save(const struct journal_head *head, const char *folder)
{
	char path[PATH_BYTES], fresh[PATH_BYTES], line[HEAD_TEXT_BYTES + 1];
	int r;

	if (snprintf(fresh, sizeof(fresh), "%s/head.new", folder) >= (int)sizeof(fresh))
		return err_here(ERR_LIMIT, "path '%s' is too long", folder);
	snprintf(path, sizeof(path), "%s/head", folder);
	head_print(head, line);
	line[strlen(line) + 1] = '\0';
	line[strlen(line)] = '\n';
	if ((r = env_folder_write(fresh, line)) < 0)
		return err_pass(r);
	if (rename(fresh, path) != 0)
		return err_here(ERR_IO, "cannot rename '%s': %s", fresh, err_errno(errno));
	return err_pass(env_folder_flush(folder));
}

int head_load(const char *path, struct journal_head *ret_head)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = buffer_read_file(&text, path, FILE_BYTES_MAX);

	if (r < 0 || (r = buffer_add(&text, bytes_of("", 1))) < 0)
		return err_pass(r);
	((char *)text.data)[strcspn((char *)text.data, "\n")] = '\0';
	return err_pass(head_parse((const char *)text.data, ret_head));
}
