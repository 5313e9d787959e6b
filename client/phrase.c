/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A line is known if the whole of it, or what is left of it behind its place ("file.csv:7: ",
 * "aggregator: "), is one of the sentences of phrase_table.c. What nobody has translated stays
 * English: an error is never swallowed for want of words. */
#include "client/phrase.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "client/language.h"
#include "client/phrase_table.h"

enum { NAMED_MAX = 4, SAID_BYTES = 4096 };

/* Whether the pattern is the whole text; a star takes as little as it can. */
static bool fits(const char *pattern, struct bytes text, struct bytes named[], size_t room)
{
	const char *at = (const char *)text.data;
	size_t literal = strcspn(pattern, "*");

	if (text.len < literal || memcmp(at, pattern, literal) != 0)
		return false;
	if (!pattern[literal])
		return text.len == literal;
	if (room == 0)
		return false;
	for (size_t end = literal; end <= text.len; end++) {
		named[0] = bytes_of(at + literal, end - literal);
		if (fits(pattern + literal + 1, bytes_of(at + end, text.len - end), named + 1,
			    room - 1))
			return true;
	}
	return false;
}

static const char *find(struct bytes text, struct bytes named[NAMED_MAX])
{
	const struct sentence *sentence;

	for (size_t i = 0; (sentence = sentence_at(i)); i++) {
		if (!fits(sentence->en, text, named, NAMED_MAX))
			continue;
		/* A star in front must not swallow the line's place. */
		if (sentence->en[0] != '*' || !memchr(named[0].data, ':', named[0].len))
			return sentence->zh;
	}
	return NULL;
}

/* What is said so far; full: something did not fit. */
struct said {
	char text[SAID_BYTES];
	size_t len;
	bool full;
};

static void say(struct said *said, struct bytes text)
{
	if (said->full || text.len >= sizeof(said->text) - said->len) {
		said->full = true;
		return;
	}
	memcpy(said->text + said->len, text.data, text.len);
	said->len += text.len;
}

/* What a star stands for may be a sentence itself: what the system or the server said. */
static void say_sentence(struct said *said, const char *zh, const struct bytes *named)
{
	struct bytes inner[NAMED_MAX];

	for (; *zh; zh++) {
		const char *own;

		if (*zh != '*') {
			say(said, bytes_of(zh, 1));
			continue;
		}
		own = named->len > 0 ? find(*named, inner) : NULL;
		if (own)
			say_sentence(said, own, inner);
		else
			say(said, *named);
		named++;
	}
}

/* "file.csv:7: column 'area': " */
static void say_place(struct said *said, struct bytes place)
{
	static const struct sentence words[] = { { ": column '", ": 列 '" },
		{ ": argument '", ": 参数 '" } };

	for (size_t at = 0; at < place.len;) {
		const char *zh = NULL;
		size_t len = 1;

		for (size_t i = 0; !zh && i < array_len(words); i++) {
			len = strlen(words[i].en);
			if (place.len - at >= len && memcmp(place.data + at, words[i].en, len) == 0)
				zh = words[i].zh;
		}
		if (!zh)
			len = 1;
		say(said, zh ? bytes_str(zh) : bytes_of(place.data + at, 1));
		at += len;
	}
}

/* The line from its place on that makes the rest of it known; otherwise as it is. */
static void say_line(struct said *said, struct bytes line)
{
	const char *text = (const char *)line.data;
	struct bytes named[NAMED_MAX];

	for (size_t at = 0; at < line.len; at++) {
		const char *zh;

		if (at > 0 && (at < 2 || text[at - 1] != ' ' || text[at - 2] != ':'))
			continue;
		zh = find(bytes_of(text + at, line.len - at), named);
		if (!zh)
			continue;
		say_place(said, bytes_of(text, at));
		say_sentence(said, zh, named);
		return;
	}
	say(said, line);
}

const char *phrase(const char *english)
{
	static _Thread_local struct said said;
	const char *at = english;

	if (!language_is_chinese())
		return english;
	said.len = 0;
	said.full = false;
	for (;;) {
		size_t len = strcspn(at, "\n");

		say_line(&said, bytes_of(at, len));
		if (!at[len])
			break;
		say(&said, bytes_str("\n"));
		at += len + 1;
	}
	if (said.full)
		return english;
	said.text[said.len] = '\0';
	return said.text;
}
