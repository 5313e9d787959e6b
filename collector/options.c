/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table, and getopt fed from it. Which verb takes what is checked by whoever knows the verb. */
#include "collector/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "client/language.h"

const struct known_option known[] = {
	{ { "form", 'f', "F", "code of the form, as in HOSPITAL_MONTH", NULL },
		"报表代码，例如 HOSPITAL_MONTH", TAKES_FORM, 'f' },
	{ { "receipt", 0, "FILE", "what became of each row, why and what to do, as CSV", NULL },
		"把每一行的结果、原因和处理办法写成 CSV 回执", TAKES_RECEIPT, 'R' },
	{ { "encoding", 0, "E", "of the file: utf-8 or gb18030 (recognised by itself)",
		  "utf-8 gb18030" },
		"文件编码 utf-8 或 gb18030（默认自动识别）", TAKES_ENCODING, 'E' },
	{ { "log", 0, "FILE", "append the verdict on each report to this file", NULL },
		"把每一份报表的结论追加到该文件", TAKES_LOG, 'l' },
	{ { "output", 'o', "FILE", "name of the template (nothing is written over)", NULL },
		"模板文件名（不覆盖已有文件）", TAKES_TEMPLATE, 'o' },
	{ { "period", 0, "P", "of the template (the last one that has ended)", NULL },
		"模板的报告期（默认最近已结束的一期）", TAKES_TEMPLATE, 'P' },
	{ { "prefill", 0, NULL, "fill in last period's stocks (beds, staff …)", NULL },
		"预填上期的时点数（床位、人员等）", TAKES_TEMPLATE, 'p' },
	{ { "facilities", 0, "FILE", "the bureau's list of facilities (once is enough)", NULL },
		"主管部门给的机构名录（读入一次即可）", TAKES_TEMPLATE, 'F' },
	{ { "server", 0, "ADDRESS", "enrol: write the settings first, for this server", NULL },
		"enrol：同时新建配置文件，服务器地址", TAKES_ENROL, 'S' },
	{ { "server-key", 0, "CODE", "enrol: and this is the server's public key", NULL },
		"enrol：服务器的公钥", TAKES_ENROL, 'K' },
	{ { "renew", 0, NULL, "enrol: make a second key; the first one goes on", NULL },
		"enrol：另生成一把新密钥，旧的照常使用", TAKES_ENROL, 'W' },
	{ { "switch", 0, NULL, "enrol: use the second key, once the server takes it", NULL },
		"enrol：服务器接受新密钥后改用新密钥", TAKES_ENROL, 'X' },
	{ { "forget", 0, NULL, "take refused reports and what the bureau said off the list", NULL },
		"从列表中删去被拒绝的报表和已读的意见", TAKES_FORGET, 'G' },
	{ { "findings", 0, "FILE",
		  "for integrators: facility, period and packed findings of each row", NULL },
		"供对接程序比对：每行一条，机构、报告期、审核结果的编码", TAKES_FINDINGS, 'N' },
	{ { "every", 0, "SECONDS", "run: look into the outbox so often (30)", NULL },
		"run：每隔多少秒看一次发件箱（默认 30）", TAKES_EVERY, 'Y' },
	{ { "send-anyway", 0, NULL, "for integrators: send also what will be rejected", NULL },
		"供对接程序比对：明知会被拒绝的行也上报", TAKES_ANYWAY, 'A' },
	{ { "config", 'c', "FILE",
		  "settings ($HUIBAO_CONFIG, ~/.config/huibao/client.yaml, "
		  "/etc/huibao/client.yaml)",
		  NULL },
		"配置文件（默认 "
		"$HUIBAO_CONFIG，~/.config/huibao/client.yaml，/etc/huibao/client.yaml）",
		0, 'c' },
	{ { "lang", 0, "zh|en", "language for people", "zh en" }, "显示语言", 0, 'L' },
	{ { "verbose", 'v', NULL, "show the verdict on each row", NULL }, "逐行显示结论", 0, 'v' },
	{ { "help", 'h', NULL, "print this", NULL }, "显示本说明", 0, 'h' },
	{ { "version", 0, NULL, "print the version", NULL }, "显示版本", 0, 'V' },
};
const size_t known_count = array_len(known);

static int complain_option(const char *option, const char *zh, const char *en)
{
	fprintf(stderr, "huibao-collect: %s: %s\n", option, language_pick(zh, en));
	return OPTIONS_WRONG;
}

/* --encoding's word. */
static int take_encoding(const char *word, struct command_options *options)
{
	if (encoding_parse(word, &options->encoding))
		return 0;
	return complain_option("--encoding", "只能是 utf-8 或 gb18030", "use utf-8 or gb18030");
}

/* --every's number. */
static int take_every(const char *word, struct command_options *options)
{
	char *end;
	unsigned long every = strtoul(word, &end, 10);

	if (word[0] < '1' || word[0] > '9' || *end || every > 24 * 60 * 60)
		return complain_option(
			"--every", "应为 1 到 86400 之间的秒数", "give seconds, 1 to 86400");
	options->every = (unsigned)every;
	return 0;
}

/* Options beyond those of every verb; 0: it is none of them. */
static unsigned take_special(int option, struct command_options *options)
{
	switch (option) {
	case 'f':
		options->form = optarg;
		return TAKES_FORM;
	case 'l':
		options->log = optarg;
		return TAKES_LOG;
	case 'R':
		options->receipt = optarg;
		return TAKES_RECEIPT;
	case 'E':
		return TAKES_ENCODING;
	case 'o':
		options->output = optarg;
		return TAKES_TEMPLATE;
	case 'P':
		options->period = optarg;
		return TAKES_TEMPLATE;
	case 'p':
		options->prefill = true;
		return TAKES_TEMPLATE;
	case 'F':
		options->facilities = optarg;
		return TAKES_TEMPLATE;
	case 'G':
		options->forget = true;
		return TAKES_FORGET;
	case 'N':
		options->findings = optarg;
		return TAKES_FINDINGS;
	case 'Y':
		return TAKES_EVERY;
	case 'A':
		options->send_anyway = true;
		return TAKES_ANYWAY;
	case 'S':
		options->server = optarg;
		return TAKES_ENROL;
	case 'K':
		options->server_key = optarg;
		return TAKES_ENROL;
	case 'W':
		options->renew = true;
		return TAKES_ENROL;
	case 'X':
		options->switches = true;
		return TAKES_ENROL;
	default:
		return 0;
	}
}

/* getopt's own form of the table. */
static void getopt_fill(struct option *ret_long, size_t size)
{
	ensure(known_count < size);
	for (size_t i = 0; i < known_count; i++)
		ret_long[i] = (struct option){ .name = known[i].cli.name,
			.has_arg = known[i].cli.value ? required_argument : no_argument,
			.val = known[i].key };
	ret_long[known_count] = (struct option){ .name = NULL };
}

/* Options of every verb. 0: taken. */
static int take_common(int option, char *const *argv, struct command_options *options)
{
	switch (option) {
	case 'c':
		options->config = optarg;
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	case 'L':
		if (!language_choose(optarg))
			return complain_option("--lang", "只能是 zh 或 en", "use zh or en");
		return 0;
	case 'h':
		return OPTIONS_HELP;
	case 'V':
		return OPTIONS_VERSION;
	case ':':
		return complain_option(argv[optind - 1], "选项后面缺少值", "a value is missing");
	default:
		return complain_option(argv[optind - 1], "没有这个选项（见 huibao-collect --help）",
			"there is no such option (huibao-collect --help)");
	}
}

int options_parse(int argc, char **argv, struct command_options *options, unsigned *ret_special)
{
	struct option table[array_len(known) + 1];
	int option, r;

	getopt_fill(table, array_len(table));
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:f:o:vh", table, NULL)) != -1) {
		unsigned special = take_special(option, options);

		*ret_special |= special;
		if (option == 'Y' && take_every(optarg, options) != 0)
			return OPTIONS_WRONG;
		if (option == 'E' && take_encoding(optarg, options) != 0)
			return OPTIONS_WRONG;
		if (!special && (r = take_common(option, argv, options)) != 0)
			return r;
	}
	return 0;
}
