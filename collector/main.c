/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * huibao-collect: parse the command line, find the verb, run it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "client/language.h"
#include "collector/command.h"
#include "collector/exit_codes.h"

static const struct verb {
	const char *word, *second; /* second: NULL for one-word verbs */
	int (*run)(const struct command_options *options);
	const char *usage, *help_en, *help_zh;
} verbs[] = {
	{ "key", "new", command_key_new, "key new FILE",
		"make a key pair and print its public half", "生成密钥对并显示公钥" },
	{ "send", NULL, command_send, "send FILE.csv --form F [--log FILE]",
		"check, queue and send every row; end with a verdict for each",
		"检查、排队并上报文件中的每一行" },
	{ "withdraw", NULL, command_withdraw, "withdraw FACILITY PERIOD --form F",
		"take back what a facility reported for a period", "撤回某机构某报告期的报表" },
	{ "status", NULL, command_status, "status [FACILITY]",
		"what waits, what was refused and why, what is in force",
		"查看待上报、被拒绝及已生效的报表" },
	{ "flush", NULL, command_flush, "flush [--log FILE]", "send what is queued",
		"上报发件箱中排队的报表" },
};

static const char options_zh[] =
	"选项：\n"
	"  -f, --form F       报表代码，例如 HOSPITAL_MONTH\n"
	"  -c, --config FILE  配置文件（默认 "
	"$HUIBAO_CONFIG，~/.config/huibao/client.yaml，/etc/huibao/client.yaml）\n"
	"      --log FILE     把每一份报表的结论追加到该文件\n"
	"      --lang zh|en   显示语言\n"
	"  -v, --verbose      逐行显示结论\n";
static const char options_en[] =
	"options:\n"
	"  -f, --form F       code of the form, as in HOSPITAL_MONTH\n"
	"  -c, --config FILE  settings ($HUIBAO_CONFIG, ~/.config/huibao/client.yaml,\n"
	"                     /etc/huibao/client.yaml)\n"
	"      --log FILE     append the verdict on each report to this file\n"
	"      --lang zh|en   language for people\n"
	"  -v, --verbose      show the verdict on each row\n";

static void print_help(FILE *out)
{
	fprintf(out, "huibao-collect [--config FILE] [--lang zh|en] [--verbose] VERB …\n");
	for (size_t i = 0; i < array_len(verbs); i++)
		fprintf(out, "  %-38s %s\n", verbs[i].usage,
			language_pick(verbs[i].help_zh, verbs[i].help_en));
	fputs(language_pick(options_zh, options_en), out);
	fprintf(out, "%s\n",
		language_pick("退出码：0 完成，1 失败，2 用法或设置有误，4 无权，5 无法连接，6 "
			      "冲突，7 部分行被拒绝，75 已排队",
			"exit codes: 0 done, 1 failed, 2 usage or settings, 4 not allowed, 5 not "
			"reachable, 6 conflict, "
			"7 some rows refused, 75 queued"));
}

static const struct verb *find_verb(char *const *words, int count, int *ret_used)
{
	for (size_t i = 0; i < array_len(verbs) && count > 0; i++) {
		const struct verb *verb = &verbs[i];

		if (strcmp(words[0], verb->word) != 0)
			continue;
		if (verb->second && (count < 2 || strcmp(words[1], verb->second) != 0))
			continue;
		*ret_used = verb->second ? 2 : 1;
		return verb;
	}
	return NULL;
}

enum { OPTIONS_SHOWN = 1, OPTIONS_WRONG = 2 };

/* What is wrong with the words, and where the right ones stand. */
static int complain_verb(char *const *words, int count)
{
	if (count == 0)
		fprintf(stderr, "huibao-collect: %s\n",
			language_pick("没有写要做什么", "the command says nothing to do"));
	else
		fprintf(stderr,
			language_pick("huibao-collect: 没有这个命令：%s%s%s\n",
				"huibao-collect: there is no command: %s%s%s\n"),
			words[0], count > 1 ? " " : "", count > 1 ? words[1] : "");
	fprintf(stderr, "%s\n",
		language_pick("（huibao-collect --help 列出全部命令）",
			"(huibao-collect --help lists all commands)"));
	return EXIT_WRONG_USE;
}

static int complain_option(const char *option, const char *zh, const char *en)
{
	fprintf(stderr, "huibao-collect: %s: %s\n", option, language_pick(zh, en));
	return OPTIONS_WRONG;
}

static int options_parse(int argc, char **argv, struct command_options *options)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "form", required_argument, NULL, 'f' },
		{ "log", required_argument, NULL, 'l' },
		{ "lang", required_argument, NULL, 'L' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:f:vh", known, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->config = optarg;
			break;
		case 'f':
			options->form = optarg;
			break;
		case 'l':
			options->log = optarg;
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'L':
			if (!language_choose(optarg))
				return complain_option("--lang", "只能是 zh 或 en", "use zh or en");
			break;
		case 'h':
			print_help(stdout);
			return OPTIONS_SHOWN;
		case 'V':
			printf("huibao-collect %s\n", HUIBAO_VERSION);
			return OPTIONS_SHOWN;
		case ':':
			return complain_option(
				argv[optind - 1], "选项后面缺少值", "a value is missing");
		default:
			return complain_option(argv[optind - 1],
				"没有这个选项（见 huibao-collect --help）",
				"there is no such option (huibao-collect --help)");
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct command_options options = { 0 };
	const struct verb *verb;
	int used = 0, r = options_parse(argc, argv, &options);

	if (r == OPTIONS_SHOWN)
		return EXIT_DONE;
	if (r == OPTIONS_WRONG)
		return EXIT_WRONG_USE;
	verb = find_verb(argv + optind, argc - optind, &used);
	if (!verb && argc - optind == 1 && strcmp(argv[optind], "help") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	if (!verb)
		return complain_verb(argv + optind, argc - optind);
	options.words = argv + optind + used;
	options.word_count = argc - optind - used;
	return verb->run(&options);
}
