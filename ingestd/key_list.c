/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keys as a table: all of them, or those of one person. Whoever is limited to areas sees the
 * keys that lie within them, and his own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/server_parts.h"
#include "wire/key_code.h"

bool key_lasts(const struct key *key, int32_t day)
{
	return key_valid(key, day + KEY_WARN_DAYS + 1);
}

static const char *state_of(const struct key *key, int32_t day)
{
	if (key->revoked)
		return "revoked";
	if (day < key->from_day)
		return "not_yet";
	if (!key_valid(key, day))
		return "expired";
	return key_lasts(key, day) ? "valid" : "expires_soon";
}

/* "" for a day that is not set. */
static int day_cell(struct answer_builder *answer, int32_t day)
{
	char text[DAY_TEXT_BYTES] = "";

	if (day != 0)
		day_print(day, text);
	return err_pass(day != 0 ? answer_text(answer, text) : answer_null(answer));
}

static int facilities_list(const struct key *key, struct buffer *out)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < key->facilities; i++)
		r = buffer_format(out, "%s%s", out->len ? " " : "", key->facility[i]);
	return err_pass(r);
}

static int areas_list(const struct key *key, struct buffer *out)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < key->areas; i++)
		r = buffer_format(out, "%s%u", out->len ? " " : "", key->area[i]);
	return err_pass(r);
}

/* Facilities, areas, and whether an operator reaches everywhere. */
static int scope_list(const struct key *key, struct buffer *out)
{
	int r = key->role != ROLE_COLLECTOR && key->areas == 0 ? buffer_format(out, "everywhere")
							       : 0;

	if (r == 0)
		r = facilities_list(key, out);
	return r < 0 ? err_pass(r) : err_pass(areas_list(key, out));
}

static int list_cell(const struct key *key, int (*list)(const struct key *, struct buffer *),
	struct answer_builder *answer)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = list(key, &text);

	if (r < 0 || (r = buffer_add(&text, bytes_of("", 1))) < 0)
		return err_pass(r);
	return err_pass(answer_text(answer, (const char *)text.data));
}

static int key_row(const struct key *key, int32_t day, struct answer_builder *answer)
{
	char text[KEY_TEXT_BYTES], code[KEY_CODE_TEXT_BYTES];
	int r;

	key_print(key->public_key, text);
	key_code_print(key->public_key, code);
	if ((r = answer_integer(answer, key->number)) < 0 ||
		(r = answer_text(answer, key->name)) < 0 ||
		(r = answer_text(answer, role_name(key->role))) < 0 ||
		(r = answer_text(answer, state_of(key, day))) < 0 ||
		(r = day_cell(answer, key->from_day)) < 0 ||
		(r = day_cell(answer, key->until_day)) < 0 ||
		(r = day_cell(answer, key->revoked ? key->revoked_day : 0)) < 0 ||
		(r = list_cell(key, scope_list, answer)) < 0 ||
		(r = list_cell(key, areas_list, answer)) < 0 ||
		(r = list_cell(key, facilities_list, answer)) < 0 ||
		(r = answer_text(answer, text)) < 0)
		return err_pass(r);
	return err_pass(answer_text(answer, code));
}

/* A key is named by its holder, by its number or by its public half; an empty name is everybody. */
static bool key_named(const struct key *key, struct bytes name, const uint8_t public_key[KEY_BYTES])
{
	char number[16];

	snprintf(number, sizeof(number), "%u", key->number);
	return name.len == 0 || bytes_equal(name, bytes_str(key->name)) ||
	       bytes_equal(name, bytes_str(number)) ||
	       memcmp(key->public_key, public_key, KEY_BYTES) == 0;
}

static int columns_put(struct answer_builder *answer)
{
	static const struct {
		const char *name;
		enum column_type type;
	} columns[] = {
		{ "number", COLUMN_INTEGER },
		{ "name", COLUMN_TEXT },
		{ "role", COLUMN_TEXT },
		{ "state", COLUMN_TEXT },
		{ "from", COLUMN_TEXT },
		{ "until", COLUMN_TEXT },
		{ "revoked", COLUMN_TEXT },
		{ "scope", COLUMN_TEXT },
		{ "areas", COLUMN_TEXT },
		{ "reports_for", COLUMN_TEXT },
		{ "public_key", COLUMN_TEXT },
		{ "enrolment_code", COLUMN_TEXT },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = answer_column(answer, columns[i].name, columns[i].type);
	return err_pass(r);
}

int key_list(const struct decide *decide, uint32_t actor, struct bytes name,
	struct answer_builder *answer)
{
	const struct registry *registry = decide_registry(decide);
	const struct key *by = registry_key(registry, actor);
	const int32_t day = decide_today(decide);
	uint8_t public_key[KEY_BYTES] = { 0 }; /* no key is that */
	char text[128];
	int r = columns_put(answer);

	snprintf(text, sizeof(text), "%.*s", (int)name.len, (const char *)name.data);
	if (r < 0 || key_parse(text, public_key) < 0)
		memset(public_key, 0, sizeof(public_key)); /* a name or a number */
	for (uint32_t i = 1; r == 0 && i <= registry_keys(registry) && !answer_full(answer); i++) {
		const struct key *key = registry_key(registry, i);
		bool shown = i == actor || (by && decide_reaches_key(decide, by, key));

		if (shown && key_named(key, name, public_key))
			r = key_row(key, day, answer);
	}
	return err_pass(r);
}
