/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Enrolment: the key pair is made here and its secret half stays here; what goes to the bureau is
 * the enrolment code, read over the telephone. A second pair is made beside the first one and takes
 * its place only after the server has let it in. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "client/client.h"
#include "client/language.h"
#include "collector/act.h"
#include "collector/command.h"
#include "collector/exit_codes.h"
#include "collector/file.h"
#include "wire/endpoint.h"
#include "wire/key_code.h"

enum { PATH_BYTES = 600 };

/* The folders above the file, for its owner alone where they are made here. */
static int folders_make(const char *path)
{
	char folder[PATH_BYTES];

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *at = strchr(folder + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST)
			return err_here(ERR_IO, "cannot write '%s': %s", folder, err_errno(errno));
		*at = '/';
	}
	return 0;
}

/* "10.0.0.8" is what people are told over the telephone. */
static void address_complete(const char *address, char *ret, size_t size)
{
	const char *scheme = strstr(address, "://") ? "" : "tcp://";
	const char *port = *scheme && !strchr(address, ':') ? ":7300" : "";

	snprintf(ret, size, "%s%s%s", scheme, address, port);
}

/* A new client.yaml. ERR_CONFLICT: there is one. */
static int settings_write(const struct command_options *options, const char *path)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	uint8_t server_key[KEY_BYTES];
	char code[KEY_CODE_TEXT_BYTES], address[256];
	int r = key_parse(options->server_key, server_key);

	if (r < 0)
		return err_here(r, "'server-key': %s", err_text());
	key_code_print(server_key, code);
	address_complete(options->server, address, sizeof(address));
	if (strpbrk(address, "\"\\\n"))
		return err_here(ERR_INVALID, "'%.100s' is no address", options->server);
	if ((r = endpoint_address_check(address)) < 0 ||
		(r = buffer_format(&text,
			 "ingestd: \"%s\"\nserver-key: \"%s\"\nkey-file: collector.key\noutbox: "
			 "outbox\n",
			 address, code)) < 0 ||
		(r = folders_make(path)) < 0)
		return err_pass(r);
	return err_pass(file_create(path, buffer_view(&text)));
}

/* Where a new client.yaml goes: never the machine's, which an administrator writes. */
static int settings_home(const struct command_options *options, struct buffer *ret_path)
{
	const char *home = getenv("HOME");

	if (options->config || getenv("HUIBAO_CONFIG") || !home)
		return err_pass(client_settings_path(options->config, ret_path));
	return err_pass(buffer_format(ret_path, "%s/.config/huibao/client.yaml", home));
}

static int settings_find(
	const struct command_options *options, struct client_settings *ret_settings)
{
	AUTO(buffer_fini) struct buffer path = { 0 };
	int r = options->server ? settings_home(options, &path)
				: client_settings_path(options->config, &path);

	if (r < 0 || (r = buffer_add(&path, bytes_of("", 1))) < 0)
		return err_pass(r);
	if (options->server && (r = settings_write(options, (const char *)path.data)) < 0)
		return err_pass(r);
	return err_pass(client_settings_load((const char *)path.data, ret_settings));
}

/* The public half of the pair in the file, which is made if it is not there. */
static int key_keep(const char *path, uint8_t ret_public[KEY_BYTES])
{
	struct key_pair pair;
	int r = 0;

	if (access(path, F_OK) == 0)
		r = key_pair_load(path, &pair);
	else if ((r = key_pair_make(&pair)) == 0)
		r = key_pair_save(&pair, path);
	if (r == 0)
		memcpy(ret_public, pair.public_key, KEY_BYTES);
	explicit_bzero(&pair, sizeof(pair));
	return err_pass(r);
}

/* The groups with their numbers, three in a line: who listens writes them down so. */
static void groups_show(const char *code)
{
	for (int group = 1; group <= KEY_CODE_GROUPS; group++) {
		fprintf(stderr, "  %d: %.*s%s", group, KEY_CODE_GROUP_BYTES, code,
			group % 3 == 0 ? "\n" : "  ");
		code += KEY_CODE_GROUP_BYTES + 1;
	}
}

/* The code alone goes to stdout, for scripts; what to do with it, to people. */
static void code_show(const uint8_t public_key[KEY_BYTES], bool renewed)
{
	char code[KEY_CODE_TEXT_BYTES];

	key_code_print(public_key, code);
	printf("%s\n", code);
	fflush(stdout);
	fprintf(stderr, "%s",
		language_pick(
			"\n请用您本来就知道的号码打电话给主管部门（不要用来信或邮件里的号码），\n"
			"说明单位名称和机构代码，再逐组读出登记码：\n",
			"\nTelephone the bureau, on a number that you knew before (not one from a "
			"letter or mail).\nSay who you are and the facility's code, then read the "
			"enrolment code, group by group:\n"));
	groups_show(code);
	fprintf(stderr, "%s",
		language_pick("其中没有字母 I、L、O、U：看着像的都是数字 1 和 0。"
			      "听错的一组会被指出，只需重读那一组。\n密钥文件不要发给任何人。\n",
			"There is no letter I, L, O or U in it: what looks like one is the digit 1 "
			"or 0. A group that\nwas heard wrongly is named; only that one is read "
			"again. Never send the key file to anybody.\n"));
	fprintf(stderr, "%s\n",
		renewed ? language_pick("登记之后请运行：huibao-collect enrol "
					"--switch；在此之前照常使用旧密钥。",
				  "Once it is registered, run: huibao-collect enrol --switch. "
				  "Until "
				  "then the old key serves.")
			: language_pick("登记之后可用 huibao-collect ping 检查。",
				  "Once it is registered, huibao-collect ping says so."));
}

static int code_give(const char *path, bool renewed)
{
	uint8_t public_key[KEY_BYTES];
	int r = key_keep(path, public_key);

	if (r < 0)
		return complain(r);
	code_show(public_key, renewed);
	return EXIT_DONE;
}

/* The server lets the key in and speaks to it. */
static int key_try(const struct client_settings *settings)
{
	AUTO(client_close) struct client *client = NULL;
	struct welcome welcome;
	int r = client_open(settings, settings->ingestd, &client);

	return r < 0 ? err_pass(r) : err_pass(client_hello(client, NULL, NULL, &welcome));
}

static int key_switch(const struct client_settings *settings, const char *next)
{
	struct client_settings trying = *settings;
	int r;

	if (access(next, F_OK) != 0)
		return complain_use("没有新的密钥；请先运行 huibao-collect enrol --renew",
			"there is no new key; run huibao-collect enrol --renew first");
	snprintf(trying.key_file, sizeof(trying.key_file), "%s", next);
	if ((r = key_try(&trying)) < 0) {
		r = complain(r);
		fprintf(stderr, "%s\n",
			language_pick("仍使用旧密钥，没有改动。",
				"the old key stays; nothing was changed."));
		return r;
	}
	if ((r = key_pair_replace(settings->key_file, next)) < 0)
		return complain(r);
	fprintf(stderr,
		language_pick("已改用新密钥；旧密钥另存为 %s.old。\n",
			"the new key is in use; the old one is kept as %s.old.\n"),
		settings->key_file);
	return EXIT_DONE;
}

int command_enrol(const struct command_options *options)
{
	struct client_settings settings;
	char next[sizeof(settings.key_file)];
	int r;

	if (options->word_count != 0 || (options->renew && options->switches) ||
		!options->server != !options->server_key ||
		(options->server && (options->renew || options->switches)))
		return complain_use(
			"用法：huibao-collect enrol [--server 地址 --server-key 登记码 | --renew | "
			"--switch]",
			"usage: huibao-collect enrol [--server ADDRESS --server-key CODE | --renew "
			"| --switch]");
	if ((r = settings_find(options, &settings)) < 0)
		return complain_file(r);
	if (snprintf(next, sizeof(next), "%s.next", settings.key_file) >= (int)sizeof(next))
		return complain(
			err_here(ERR_INVALID, "the path '%.80s…' is too long", settings.key_file));
	if (options->switches)
		return key_switch(&settings, next);
	if (options->renew && access(settings.key_file, F_OK) != 0)
		return complain_use("还没有密钥；请先运行 huibao-collect enrol",
			"there is no key yet; run huibao-collect enrol first");
	return code_give(options->renew ? next : settings.key_file, options->renew);
}
