/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Almost any two bytes are a character of GB18030, so a UTF-8 file with one broken byte could be
 * read as GB18030 and would come out as rubbish. In text that really is GB18030 places that break
 * UTF-8 far outnumber those that happen to be three-byte characters of it; in damaged UTF-8 it is
 * the other way round. */
#include "base/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/utf8.h"

bool encoding_parse(const char *word, enum encoding *ret_encoding)
{
	static const struct {
		const char *word;
		enum encoding encoding;
	} words[] = {
		{ "utf-8", ENCODING_UTF8 },
		{ "utf8", ENCODING_UTF8 },
		{ "gb18030", ENCODING_GB18030 },
		{ "gbk", ENCODING_GB18030 },
		{ "gb2312", ENCODING_GB18030 },
	};

	for (size_t i = 0; i < array_len(words); i++) {
		if (strcasecmp(word, words[i].word) == 0) {
			*ret_encoding = words[i].encoding;
			return true;
		}
	}
	return false;
}

struct look {
	size_t broken, wide; /* places that break UTF-8; its characters of three bytes and more */
	size_t first_broken; /* offset */
};

static struct look look_at(struct bytes text)
{
	struct look look = { 0 };

	for (size_t at = 0; at < text.len;) {
		uint32_t code;
		size_t len = utf8_character(bytes_of(text.data + at, text.len - at), &code);

		if (len == 0 && look.broken++ == 0)
			look.first_broken = at;
		look.wide += len >= 3;
		at += len ? len : 1;
	}
	return look;
}

static int not_text(const char *name, struct bytes text, size_t at, const char *what)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text.data[i] == '\n';
	return err_here(ERR_INVALID, "%s:%zu: %s", name, line, what);
}

static int gb18030_convert(
	iconv_t converter, const char *name, struct bytes text, struct buffer *out)
{
	char *in = (char *)(uintptr_t)text.data; /* iconv's prototype; it only reads */
	size_t in_left = text.len;

	while (in_left > 0) {
		char *to;
		size_t room = in_left < 4096 ? 16384 : in_left * 2, left = room, done;
		int r = buffer_room(out, room);

		if (r < 0)
			return err_pass(r);
		to = (char *)out->data + out->len;
		done = iconv(converter, &in, &in_left, &to, &left);
		out->len += room - left;
		if (done == (size_t)-1 && errno != E2BIG)
			return err_pass(not_text(name, text, text.len - in_left,
				"neither UTF-8 nor GB18030 text; save the file as \"CSV UTF-8\""));
	}
	return 0;
}

static int from_gb18030(const char *name, struct bytes text, struct buffer *out)
{
	iconv_t converter = iconv_open("UTF-8", "GB18030");
	int r;

	if (converter == (iconv_t)-1)
		return err_here(ERR_IO, "this system cannot read GB18030: %s", err_errno(errno));
	r = gb18030_convert(converter, name, text, out);
	iconv_close(converter);
	return err_pass(r);
}

int encoding_to_utf8(const char *name, struct bytes text, enum encoding wanted, struct buffer *out,
	enum encoding *ret_used)
{
	bool marked = text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0;
	struct look look;

	if (marked)
		text = bytes_of(text.data + 3, text.len - 3);
	*ret_used = wanted == ENCODING_GB18030 && !marked ? ENCODING_GB18030 : ENCODING_UTF8;
	if (*ret_used == ENCODING_GB18030)
		return err_pass(from_gb18030(name, text, out));
	look = look_at(text);
	if (look.broken == 0)
		return err_pass(buffer_add(out, text));
	if (marked || wanted == ENCODING_UTF8 || look.wide > look.broken)
		return err_pass(not_text(name, text, look.first_broken,
			"damaged UTF-8 text; save the file again as \"CSV UTF-8\""));
	*ret_used = ENCODING_GB18030;
	return err_pass(from_gb18030(name, text, out));
}
