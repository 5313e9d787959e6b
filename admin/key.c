/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys: making a pair is offline and shows only the public half; everything else is a command of
 * whole records. What is rotated or revoked keeps what it was registered with, so that the history
 * says who spoke. The secret half never leaves its file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/change.h"
#include "admin/command.h"
#include "base/clock.h"
#include "base/err.h"
#include "wire/key_code.h"

enum { ROTATION_DAYS = 30 };

/* Public half and enrolment code as a table. */
static int halves_print(struct session *session, const char *public_key, const char *code)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = grid_column(&table, "public_key", COLUMN_TEXT);

	if (r == 0)
		r = grid_column(&table, "enrolment_code", COLUMN_TEXT);
	if (r == 0)
		r = grid_text(&table, public_key);
	if (r == 0)
		r = grid_text(&table, code);
	return r < 0 ? err_pass(r) : err_pass(session_print(session, &table));
}

/* For people one bare line, ready to be pasted or read out. */
static int key_print_as(struct session *session, const uint8_t key[KEY_BYTES], bool as_code)
{
	char text[KEY_TEXT_BYTES], code[KEY_CODE_TEXT_BYTES];

	key_print(key, text);
	key_code_print(key, code);
	if (session->options->format != PRINT_TABLE)
		return err_pass(halves_print(session, text, code));
	return fprintf(session->out, "%s\n", as_code ? code : text) < 0 ? EXIT_FAILED : EXIT_DONE;
}

int key_new_run(struct session *session)
{
	struct key_pair pair;
	int r = key_pair_make(&pair);

	if (r == 0)
		r = key_pair_save(&pair, session_argument(session, "file"));
	explicit_bzero(pair.secret_key, sizeof(pair.secret_key));
	return r < 0 ? err_pass(r) : key_print_as(session, pair.public_key, false);
}

int key_code_run(struct session *session)
{
	const char *name = session_argument(session, "key");
	struct key_pair pair;
	bool file = access(name, F_OK) == 0;
	int r = file ? key_pair_load(name, &pair) : key_parse(name, pair.public_key);

	explicit_bzero(pair.secret_key, sizeof(pair.secret_key));
	return r < 0 ? err_pass(r) : key_print_as(session, pair.public_key, true);
}

static int role_take(const char *text, enum role *ret_role)
{
	enum role role = role_parse(text);

	if (!role)
		return err_here(ERR_INVALID, "--role '%.40s': there is no such role; use %s", text,
			option_text("role")->en);
	*ret_role = role;
	return 0;
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

static int32_t today(void)
{
	return day_of_wall_ms(clock_wall().ms);
}

/* The days that the command names, else from today and for a year. */
static int days_take(const struct session *session, struct key *key)
{
	const char *from = session_argument(session, "from"),
		   *until = session_argument(session, "until");
	int r = 0;

	key->from_day = today();
	if (from && (r = day_parse(from, &key->from_day)) < 0)
		return err_pass(r);
	key->until_day = key->from_day + KEY_DAYS_USUAL;
	if (until && strcmp(until, "never") == 0)
		key->until_day = 0;
	else if (until && (r = day_parse(until, &key->until_day)) < 0)
		return err_pass(r);
	if (key->until_day != 0 && key->until_day < key->from_day)
		return err_here(ERR_INVALID, "the key would end before it begins");
	return 0;
}

/* What an operator reaches must be said: nobody gets everything because a word was left out. */
static int scope_check(const struct session *session, const struct key *key)
{
	bool everywhere = session_argument(session, "everywhere");

	if (key->role == ROLE_COLLECTOR && everywhere)
		return err_here(ERR_INVALID,
			"a collector reports for facilities and areas that are named; leave out "
			"--everywhere");
	if (key->role == ROLE_COLLECTOR && key->areas + key->facilities == 0)
		return err_here(ERR_INVALID,
			"say for whom this key reports: --facility CODE or --area CODE");
	if (key->role != ROLE_COLLECTOR && everywhere == (key->areas > 0))
		return err_here(
			ERR_INVALID, "say how far this key reaches: --area CODE, or --everywhere");
	return 0;
}

static int scope_take(const struct session *session, struct key *key)
{
	const struct options *options = session->options;
	int r = 0;

	for (size_t i = 0; r == 0 && i < options->givens; i++) {
		if (strcmp(options->given[i].name, "facility") == 0)
			r = scope_facility(key, options->given[i].value);
		else if (strcmp(options->given[i].name, "area") == 0)
			r = scope_area(key, options->given[i].value);
	}
	return r < 0 ? err_pass(r) : err_pass(scope_check(session, key));
}

static int key_take(const struct session *session, struct key *ret_key)
{
	const char *name = session_argument(session, "name");
	int r;

	*ret_key = (struct key){ 0 };
	if (!name[0] || strlen(name) > NAME_BYTES_MAX)
		return err_here(
			ERR_INVALID, "the key's name must be 1 to %d bytes", NAME_BYTES_MAX);
	snprintf(ret_key->name, sizeof(ret_key->name), "%s", name);
	if ((r = key_parse(session_argument(session, "public"), ret_key->public_key)) < 0 ||
		(r = role_take(session_argument(session, "role"), &ret_key->role)) < 0 ||
		(r = scope_take(session, ret_key)) < 0)
		return err_pass(r);
	return err_pass(days_take(session, ret_key));
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

/* Blanks stand between the codes. */
static int scope_read(
	const char *list, struct key *key, int (*take)(struct key *key, const char *code))
{
	char code[64];
	int r = 0;

	while (r == 0 && *list) {
		size_t len = strcspn(list, " ");

		snprintf(code, sizeof(code), "%.*s", (int)len, list);
		r = take(key, code);
		list += len + (list[len] == ' ');
	}
	return err_pass(r);
}

static int day_read(const char *text, int32_t *ret_day)
{
	*ret_day = 0;
	return text[0] ? err_pass(day_parse(text, ret_day)) : 0;
}

/* A row of `key show` as the record that it came from. */
static int key_read(const struct grid *keys, size_t row, struct key *ret_key)
{
	struct key key = { .revoked = grid_word(keys, row, "revoked")[0] != '\0' };
	int r;

	snprintf(key.name, sizeof(key.name), "%s", grid_word(keys, row, "name"));
	if ((r = key_parse(grid_word(keys, row, "public_key"), key.public_key)) < 0 ||
		(r = role_take(grid_word(keys, row, "role"), &key.role)) < 0 ||
		(r = day_read(grid_word(keys, row, "from"), &key.from_day)) < 0 ||
		(r = day_read(grid_word(keys, row, "until"), &key.until_day)) < 0 ||
		(r = scope_read(grid_word(keys, row, "areas"), &key, scope_area)) < 0 ||
		(r = scope_read(grid_word(keys, row, "reports_for"), &key, scope_facility)) < 0)
		return err_here(ERR_CORRUPT, "ingestd: 'key show': %s", err_text());
	*ret_key = key;
	return 0;
}

/* The one key that the word names and that is not revoked. */
static int key_look(struct session *session, const char *name, struct key *ret_key)
{
	AUTO(grid_fini) struct grid keys = { 0 };
	const struct argument argument = { bytes_str("key"), bytes_str(name) };
	int r = session_ask(session, SERVER_INGESTD, "key show", &argument, 1, &keys);
	size_t found = 0;

	for (size_t row = 0; r == 0 && row < grid_rows(&keys); row++) {
		struct key key;

		if ((r = key_read(&keys, row, &key)) < 0 || key.revoked)
			continue;
		*ret_key = key;
		found++;
	}
	if (r < 0)
		return err_pass(r);
	if (found == 0)
		return err_here(ERR_NOT_FOUND,
			"no key '%.60s' is registered and not revoked (huibaoctl key list)", name);
	if (found > 1)
		return err_here(ERR_INVALID,
			"'%.60s' has %zu keys; give the number of one (huibaoctl key show)", name,
			found);
	return 0;
}

/* The old key's last day: as the command says, but never later than it was. */
static int last_day_take(const struct session *session, struct key *old)
{
	const char *until = session_argument(session, "until");
	int32_t day = today() + ROTATION_DAYS;
	int r = until ? day_parse(until, &day) : 0;

	if (r < 0)
		return err_pass(r);
	if (old->until_day != 0 && old->until_day < day)
		day = old->until_day;
	if (day < old->from_day)
		return err_here(
			ERR_INVALID, "the old key begins later than that; revoke it instead");
	old->until_day = day;
	return 0;
}

int key_rotate_run(struct session *session)
{
	struct key keys[2];
	const struct command command = { .key = keys, .keys = 2 };
	int r = key_look(session, session_argument(session, "key"), &keys[0]);

	if (r < 0)
		return err_pass(r);
	keys[1] = keys[0];
	keys[1].from_day = today();
	keys[1].until_day = keys[1].from_day + KEY_DAYS_USUAL;
	if ((r = key_parse(session_argument(session, "public"), keys[1].public_key)) < 0 ||
		(r = last_day_take(session, &keys[0])) < 0)
		return err_pass(r);
	if (memcmp(keys[0].public_key, keys[1].public_key, sizeof(keys[0].public_key)) == 0)
		return err_here(ERR_INVALID, "this is the old key itself; make a new one");
	return err_pass(change_one(session, &command));
}

int key_revoke_run(struct session *session)
{
	struct key key;
	const struct command command = { .key = &key, .keys = 1 };
	int r = key_look(session, session_argument(session, "key"), &key);

	key.revoked = true;
	return r < 0 ? err_pass(r) : err_pass(change_one(session, &command));
}
