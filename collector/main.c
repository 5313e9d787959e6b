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

/* Options that only some verbs take. */
enum takes {
	TAKES_FORM = 1,
	TAKES_LOG = 2,
	TAKES_RECEIPT = 4,
	TAKES_ENCODING = 8,
	TAKES_TEMPLATE = 16, /* -o, --period, --prefill, --facilities */
	TAKES_FORGET = 32,
	TAKES_FINDINGS = 64,
	TAKES_ANYWAY = 128,
};

static const struct verb {
	const char *word, *second; /* second: NULL for one-word verbs */
	unsigned takes;
	int (*run)(const struct command_options *options);
	const char *usage, *help_en, *help_zh;
} verbs[] = {
	{ "template", NULL, TAKES_FORM | TAKES_TEMPLATE | TAKES_ENCODING, command_template,
		"template FORM -o FILE.csv", "make a sheet of a form to be filled in",
		"生成某报表的填报模板" },
	{ "check", NULL, TAKES_FORM | TAKES_ENCODING | TAKES_RECEIPT | TAKES_FINDINGS,
		command_check, "check FILE.csv --form F",
		"say what send would say, offline; nothing is sent", "离线检查文件，不上报" },
	{ "send", NULL,
		TAKES_FORM | TAKES_LOG | TAKES_ENCODING | TAKES_RECEIPT | TAKES_FINDINGS |
			TAKES_ANYWAY,
		command_send, "send FILE.csv --form F [--receipt R.csv]",
		"check, queue and send every row; end with a verdict for each",
		"检查、排队并上报文件中的每一行" },
	{ "nil", NULL, TAKES_LOG | TAKES_RECEIPT, command_nil, "nil FACILITY FORM PERIOD",
		"report that nothing happened", "零报告：本期无业务发生" },
	{ "withdraw", NULL, TAKES_FORM | TAKES_LOG | TAKES_RECEIPT, command_withdraw,
		"withdraw FACILITY PERIOD --form F",
		"take back what a facility reported for a period", "撤回某机构某报告期的报表" },
	{ "confirm", NULL, TAKES_LOG | TAKES_RECEIPT, command_confirm,
		"confirm FACILITY FORM PERIOD",
		"send what is in force once more: it is right as it stands",
		"确认已生效的数据无误，以新的修订号重报一次" },
	{ "reasons", NULL, 0, command_reasons, "reasons",
		"the reasons that the column 'reasons' takes", "列出 reasons 列可填写的原因" },
	{ "flush", NULL, TAKES_LOG | TAKES_RECEIPT, command_flush, "flush [--receipt R.csv]",
		"send what is queued", "上报发件箱中排队的报表" },
	{ "status", NULL, TAKES_FORGET, command_status, "status [FACILITY] [--forget]",
		"what waits, what was held or refused and why, what the bureau asks",
		"查看待上报、留存、被拒绝的报表及主管部门的意见" },
	{ "ping", NULL, 0, command_ping, "ping", "whether the server answers and knows this key",
		"检查能否连通服务器" },
	{ "key", "new", 0, command_key_new, "key new FILE",
		"make a key pair and print its public half", "生成密钥对并显示公钥" },
};

static const char options_zh[] =
	"选项：\n"
	"  -f, --form F           报表代码，例如 HOSPITAL_MONTH\n"
	"      --receipt FILE     把每一行的结果、原因和处理办法写成 CSV 回执\n"
	"      --encoding E       文件编码 utf-8 或 gb18030（默认自动识别）\n"
	"      --log FILE         把每一份报表的结论追加到该文件\n"
	"  -o, --output FILE      模板文件名（不覆盖已有文件）\n"
	"      --period P         模板的报告期（默认最近已结束的一期）\n"
	"      --prefill          预填上期的时点数（床位、人员等）\n"
	"      --facilities FILE  主管部门给的机构名录（读入一次即可）\n"
	"      --forget           从列表中删去被拒绝的报表和已读的意见\n"
	"      --findings FILE    "
	"供对接程序比对：每行一条，机构、报告期、审核结果的编码（check、send）\n"
	"      --send-anyway      供对接程序比对：明知会被拒绝的行也上报\n"
	"  -c, --config FILE      配置文件（默认 "
	"$HUIBAO_CONFIG，~/.config/huibao/client.yaml，/etc/huibao/client.yaml）\n"
	"      --lang zh|en       显示语言\n"
	"  -v, --verbose          逐行显示结论\n";
static const char options_en[] =
	"options:\n"
	"  -f, --form F           code of the form, as in HOSPITAL_MONTH\n"
	"      --receipt FILE     what became of each row, why and what to do, as CSV\n"
	"      --encoding E       of the file: utf-8 or gb18030 (recognised by itself)\n"
	"      --log FILE         append the verdict on each report to this file\n"
	"  -o, --output FILE      name of the template (nothing is written over)\n"
	"      --period P         of the template (the last one that has ended)\n"
	"      --prefill          fill in last period's stocks (beds, staff …)\n"
	"      --facilities FILE  the bureau's list of facilities (once is enough)\n"
	"      --forget           take refused reports and what the bureau said off the list\n"
	"      --findings FILE    for integrators: facility, period and packed findings of each "
	"row\n"
	"      --send-anyway      for integrators: send also what will be rejected\n"
	"  -c, --config FILE      settings ($HUIBAO_CONFIG, ~/.config/huibao/client.yaml,\n"
	"                         /etc/huibao/client.yaml)\n"
	"      --lang zh|en       language for people\n"
	"  -v, --verbose          show the verdict on each row\n";

static void print_help(FILE *out)
{
	fprintf(out, "huibao-collect [--config FILE] [--lang zh|en] [--verbose] VERB …\n");
	for (size_t i = 0; i < array_len(verbs); i++)
		fprintf(out, "  %-42s %s\n", verbs[i].usage,
			language_pick(verbs[i].help_zh, verbs[i].help_en));
	fputs(language_pick(options_zh, options_en), out);
	fprintf(out, "%s\n",
		language_pick("退出码：0 完成，1 失败，2 用法或设置有误，3 检查发现错误，4 无权，5 "
			      "无法连接，6 "
			      "冲突，7 部分行被拒绝或留存待审，75 已排队",
			"exit codes: 0 done, 1 failed, 2 usage or settings, 3 check found "
			"mistakes, 4 not allowed, 5 not "
			"reachable, 6 conflict, "
			"7 some rows refused or held, 75 queued"));
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

/* --encoding's word. */
static int take_encoding(const char *word, struct command_options *options)
{
	if (encoding_parse(word, &options->encoding))
		return 0;
	return complain_option("--encoding", "只能是 utf-8 或 gb18030", "use utf-8 or gb18030");
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
	case 'A':
		options->send_anyway = true;
		return TAKES_ANYWAY;
	default:
		return 0;
	}
}

static int options_parse(
	int argc, char **argv, struct command_options *options, unsigned *ret_special)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "form", required_argument, NULL, 'f' },
		{ "log", required_argument, NULL, 'l' },
		{ "lang", required_argument, NULL, 'L' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "receipt", required_argument, NULL, 'R' },
		{ "encoding", required_argument, NULL, 'E' },
		{ "output", required_argument, NULL, 'o' },
		{ "period", required_argument, NULL, 'P' },
		{ "prefill", no_argument, NULL, 'p' },
		{ "facilities", required_argument, NULL, 'F' },
		{ "forget", no_argument, NULL, 'G' },
		{ "findings", required_argument, NULL, 'N' },
		{ "send-anyway", no_argument, NULL, 'A' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:f:o:vh", known, NULL)) != -1) {
		unsigned special = take_special(option, options);

		*ret_special |= special;
		if (option == 'E' && take_encoding(optarg, options) != 0)
			return OPTIONS_WRONG;
		if (special)
			continue;
		switch (option) {
		case 'c':
			options->config = optarg;
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
	unsigned special = 0;
	int used = 0, r = options_parse(argc, argv, &options, &special);

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
	if (special & ~verb->takes) {
		fprintf(stderr,
			language_pick(
				"huibao-collect: %s 没有这个选项（见 huibao-collect --help）\n",
				"huibao-collect: %s does not take this option (huibao-collect "
				"--help)\n"),
			verb->word);
		return EXIT_WRONG_USE;
	}
	options.words = argv + optind + used;
	options.word_count = argc - optind - used;
	return verb->run(&options);
}
