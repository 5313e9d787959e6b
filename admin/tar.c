/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A header of 512 bytes, the content filled up with zeros to whole blocks, and two blocks of zeros
 * at the end. */
#include "admin/tar.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

enum { BLOCK_BYTES = 512 };

/*   0 name 100 | 100 mode 8 | 108 owner 8 | 116 group 8 | 124 size 12 | 136 time 12
 * 148 checksum 8 | 156 type 1 | 157 link 100 | 257 "ustar" NUL "00" | rest zero; numbers octal */
static void header_fill(uint8_t block[BLOCK_BYTES], const char *name, size_t size, struct wall when)
{
	char *text = (char *)block;
	unsigned sum = 0;

	memset(block, 0, BLOCK_BYTES);
	snprintf(text, 100, "%s", name);
	snprintf(text + 100, 8, "%07o", 0600u);
	snprintf(text + 108, 8, "%07o", 0u);
	snprintf(text + 116, 8, "%07o", 0u);
	snprintf(text + 124, 12, "%011llo", (unsigned long long)size);
	snprintf(text + 136, 12, "%011llo", (unsigned long long)(when.ms / 1000));
	memset(text + 148, ' ', 8);
	text[156] = '0';
	snprintf(text + 257, 6, "ustar");
	text[263] = text[264] = '0';
	for (size_t i = 0; i < BLOCK_BYTES; i++)
		sum += block[i];
	snprintf(text + 148, 8, "%06o", sum);
}

int tar_add(struct buffer *tar, const char *name, struct bytes content, struct wall when)
{
	static const uint8_t zeros[BLOCK_BYTES];
	uint8_t header[BLOCK_BYTES];
	size_t rest = content.len % BLOCK_BYTES;
	int r;

	ensure(strlen(name) < 100);
	header_fill(header, name, content.len, when);
	if ((r = buffer_add(tar, bytes_of(header, sizeof(header)))) < 0 ||
		(r = buffer_add(tar, content)) < 0)
		return err_pass(r);
	return rest ? err_pass(buffer_add(tar, bytes_of(zeros, BLOCK_BYTES - rest))) : 0;
}

int tar_end(struct buffer *tar)
{
	static const uint8_t zeros[2 * BLOCK_BYTES];

	return err_pass(buffer_add(tar, bytes_of(zeros, sizeof(zeros))));
}
