/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys: making a pair is offline and shows only the public half; registering one is a command. The
 * secret half never leaves the file. */
#include <stdlib.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "base/err.h"
#include "wire/keys.h"

int key_new_run(struct session *session)
{
	AUTO(grid_fini) struct grid table = { 0 };
	const char *path = session_argument(session, "file");
	char text[KEY_TEXT_BYTES];
	struct key_pair pair;
	int r = key_pair_make(&pair);

	if (r == 0)
		r = key_pair_save(&pair, path);
	if (r < 0)
		return err_pass(r);
	key_print(pair.public_key, text);
	explicit_bzero(&pair, sizeof(pair));
	/* For people one bare line, ready to be pasted into `key add --public`. */
	if (session->options->format == PRINT_TABLE)
		return fprintf(session->out, "%s\n", text) < 0 ? EXIT_FAILED : EXIT_DONE;
	r = grid_column(&table, "file", COLUMN_TEXT);
	if (r == 0)
		r = grid_column(&table, "public_key", COLUMN_TEXT);
	if (r == 0)
		r = grid_text(&table, path);
	if (r == 0)
		r = grid_text(&table, text);
	if (r == 0)
		r = session_print(session, &table);
	return err_pass(r);
}

static int role_parse(const char *text, enum role *ret_role)
{
	static const char *const names[] = {
		[ROLE_COLLECTOR] = "collector",
		[ROLE_READER] = "reader",
		[ROLE_DATA_MANAGER] = "data_manager",
		[ROLE_REGISTRAR] = "registrar",
		[ROLE_ADMINISTRATOR] = "administrator",
	};

	for (size_t i = ROLE_COLLECTOR; i < array_len(names); i++) {
		if (strcmp(names[i], text) == 0) {
			*ret_role = (enum role)i;
			return 0;
		}
	}
	return err_here(ERR_INVALID, "--role '%.40s': there is no such role; use %s", text,
		option_text("role")->en);
}

static int scope_facility(struct key *key, const char *code)
{
	if (key->facilities == KEY_SCOPE_MAX || strlen(code) > FACILITY_CODE_MAX)
		return err_here(ERR_INVALID,
			"--facility '%.40s': at most %d codes of at most %d bytes", code,
			KEY_SCOPE_MAX, FACILITY_CODE_MAX);
	snprintf(key->facility[key->facilities++], sizeof(key->facility[0]), "%s", code);
	return 0;
}

static int scope_area(struct key *key, const char *code)
{
	char *end;
	unsigned long area = strtoul(code, &end, 10);

	if (key->areas == KEY_SCOPE_MAX || code[0] < '1' || code[0] > '9' || *end ||
		area > UINT32_MAX)
		return err_here(ERR_INVALID, "--area '%.40s': at most %d area codes, as in 320703",
			code, KEY_SCOPE_MAX);
	key->area[key->areas++] = (uint32_t)area;
	return 0;
}

static int key_take(const struct session *session, struct key *ret_key)
{
	const struct options *options = session->options;
	const char *name = session_argument(session, "name");
	int r = 0;

	*ret_key = (struct key){ 0 };
	if (!name[0] || strlen(name) > NAME_BYTES_MAX)
		return err_here(
			ERR_INVALID, "the key's name must be 1 to %d bytes", NAME_BYTES_MAX);
	snprintf(ret_key->name, sizeof(ret_key->name), "%s", name);
	r = key_parse(session_argument(session, "public"), ret_key->public_key);
	if (r == 0)
		r = role_parse(session_argument(session, "role"), &ret_key->role);
	for (size_t i = 0; r == 0 && i < options->givens; i++) {
		if (strcmp(options->given[i].name, "facility") == 0)
			r = scope_facility(ret_key, options->given[i].value);
		else if (strcmp(options->given[i].name, "area") == 0)
			r = scope_area(ret_key, options->given[i].value);
	}
	return err_pass(r);
}

int key_add_run(struct session *session)
{
	struct key key;
	const struct command command = { .key = &key, .keys = 1 };
	int r = key_take(session, &key);

	if (r == 0)
		r = change_one(session, &command);
	return err_pass(r);
}

/* The registered key with this public half, as `key list` shows it. */
static int key_listed(struct session *session, const char *public_key, struct key *ret_key)
{
	AUTO(grid_fini) struct grid keys = { 0 };
	int r = session_ask(session, SERVER_INGESTD, "key list", NULL, 0, &keys);
	int name = grid_find(&keys, "name"), role = grid_find(&keys, "role"),
	    public = grid_find(&keys, "public_key");

	if (r < 0)
		return err_pass(r);
	if (name < 0 || role < 0 || public < 0)
		return err_here(ERR_CORRUPT, "ingestd: 'key list' lacks a column");
	for (size_t row = 0; row < grid_rows(&keys); row++) {
		const char *text = grid_cell(&keys, row, (size_t) public);

		if (!text || strcmp(text, public_key) != 0)
			continue;
		text = grid_cell(&keys, row, (size_t)name);
		snprintf(ret_key->name, sizeof(ret_key->name), "%s", text ? text : "");
		text = grid_cell(&keys, row, (size_t)role);
		return err_pass(role_parse(text ? text : "", &ret_key->role));
	}
	return err_here(
		ERR_NOT_FOUND, "no key '%.60s' is registered (huibaoctl key list)", public_key);
}

int key_revoke_run(struct session *session)
{
	const char *text = session_argument(session, "public");
	struct key key = { .revoked = true };
	const struct command command = { .key = &key, .keys = 1 };
	int r = key_parse(text, key.public_key);

	if (r == 0)
		r = key_listed(session, text, &key);
	if (r == 0)
		r = change_one(session, &command);
	return err_pass(r);
}
