/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Decodes first and judges the code afterwards: overlong forms show as a code below the least one
 * of their length. Control characters are characters here; who does not want them says so. */
#include "base/utf8.h"

#include <string.h>

size_t utf8_character(struct bytes text, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = text.len > 0 ? text.data[0] : 0;
	size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t code = first;

	if (len == 0 || len > text.len || first > 0xf4)
		return 0;
	if (len > 1)
		code = first & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((text.data[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text.data[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return len;
}

/* How many bytes at the start are a character that was cut off; 0: it was not. */
static size_t cut_bytes(const char *text)
{
	uint8_t first = (uint8_t)text[0];
	size_t whole = first < 0xc2   ? 0
		       : first < 0xe0 ? 2
		       : first < 0xf0 ? 3
		       : first < 0xf5 ? 4
				      : 0;
	size_t len = 1;

	while (len < whole && ((uint8_t)text[len] & 0xc0) == 0x80)
		len++;
	return len < whole && (uint8_t)text[len] < 0x80 ? len : 0;
}

void utf8_mend(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		uint32_t code;
		size_t cut = cut_bytes(from), len = cut ? cut : 1;

		if (cut == 0 && (len = utf8_character(bytes_str(from), &code)) == 0)
			len = 1;
		if (cut == 0) {
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	*to = '\0';
}
