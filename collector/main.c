/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * huibao-collect: parse the command line, find the verb, run it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/macros.h"
#include "client/language.h"
#include "collector/command.h"
#include "collector/exit_codes.h"
#include "collector/options.h"

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
	{ "run", NULL, TAKES_LOG | TAKES_EVERY, command_run, "run [--every SECONDS]",
		"stay, and send what is queued again and again", "常驻运行，定时上报排队的报表" },
	{ "status", NULL, TAKES_FORGET, command_status, "status [FACILITY] [--forget]",
		"what waits, what was held or refused and why, what the bureau asks",
		"查看待上报、留存、被拒绝的报表及主管部门的意见" },
	{ "ping", NULL, 0, command_ping, "ping", "whether the server answers and knows this key",
		"检查能否连通服务器" },
	{ "enrol", NULL, TAKES_ENROL, command_enrol, "enrol [--renew | --switch]",
		"make this place's key and print the code to read to the bureau",
		"生成本单位密钥，显示可在电话里读给主管部门的登记码" },
	{ "key", "new", 0, command_key_new, "key new FILE",
		"make a key pair and print its public half", "生成密钥对并显示公钥" },
};

static const struct cli_term exit_terms[] = {
	{ "0", "done" },
	{ "1", "failed" },
	{ "2", "usage or settings" },
	{ "3", "check found mistakes" },
	{ "4", "not allowed" },
	{ "5", "not reachable" },
	{ "6", "conflict" },
	{ "7", "some rows refused or held" },
	{ "8", "history differs" },
	{ "75", "queued" },
	{ 0 },
};
static const char *const exit_zh[] = { "完成", "失败", "用法或设置有误", "检查发现错误", "无权",
	"无法连接", "冲突", "部分行被拒绝或留存待审", "历史不一致", "已排队" };
_Static_assert(array_len(exit_zh) + 1 == array_len(exit_terms), "each code in both languages");

/* "  -f, --form F           code of the form" */
static void known_print(const struct known_option *option, FILE *out)
{
	char head[48];

	snprintf(head, sizeof(head), "--%s %s", option->cli.name,
		option->cli.value ? option->cli.value : "");
	if (option->cli.letter)
		fprintf(out, "  -%c, %-19s", option->cli.letter, head);
	else
		fprintf(out, "      %-19s", head);
	fprintf(out, "%s%s\n", strlen(head) > 18 ? " " : "",
		language_pick(option->zh, option->cli.text));
}

static void print_help(FILE *out)
{
	fprintf(out, "huibao-collect [--config FILE] [--lang zh|en] [--verbose] VERB …\n");
	for (size_t i = 0; i < array_len(verbs); i++)
		fprintf(out, "  %-42s %s\n", verbs[i].usage,
			language_pick(verbs[i].help_zh, verbs[i].help_en));
	fputs(language_pick("选项：\n", "options:\n"), out);
	for (size_t i = 0; i < known_count; i++)
		known_print(&known[i], out);
	fputs(language_pick("退出码：", "exit codes: "), out);
	for (size_t i = 0; exit_terms[i].term; i++)
		fprintf(out, "%s%s %s", i ? language_pick("，", ", ") : "", exit_terms[i].term,
			language_pick(exit_zh[i], exit_terms[i].text));
	fputc('\n', out);
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

/* What the verb's line of help says between its words and its options: "FILE.csv". */
static void behind_copy(const char *usage, size_t words, char *ret, size_t size)
{
	const char *begin = usage + words, *end = begin;

	while (*end && strncmp(end, " -", 2) != 0 && strncmp(end, " [-", 3) != 0)
		end++;
	begin += *begin == ' ';
	snprintf(ret, size, "%.*s", end > begin ? (int)(end - begin) : 0, begin);
}

enum { WORDS_BYTES = 32, BEHIND_BYTES = 64 };
struct page {
	struct cli_command command[array_len(verbs)];
	char words[array_len(verbs)][WORDS_BYTES], behind[array_len(verbs)][BEHIND_BYTES];
	struct cli_option common[CLI_OPTIONS_MAX];
};

static void page_verb(const struct verb *verb, struct cli_command *command, char words[WORDS_BYTES],
	char behind[BEHIND_BYTES])
{
	snprintf(words, WORDS_BYTES, "%s%s%s", verb->word, verb->second ? " " : "",
		verb->second ? verb->second : "");
	behind_copy(verb->usage, strlen(words), behind, BEHIND_BYTES);
	*command = (struct cli_command){ .words = words, .behind = behind, .text = verb->help_en };
	for (size_t i = 0; i < known_count; i++) {
		char mention[40];

		if (!(known[i].takes & verb->takes))
			continue;
		/* In brackets it can be left out. */
		snprintf(mention, sizeof(mention), " --%s", known[i].cli.name);
		command->needed[command->options] = strstr(verb->usage, mention) != NULL;
		command->option[command->options++] = known[i].cli;
	}
}

/* The manual page and the completion, for the build. */
static bool manual_asked(int argc, char **argv)
{
	struct page page;
	struct cli cli = { .name = "huibao-collect",
		.section = 1,
		.about = "checks, sends and keeps the reports of a reporting unit",
		.description =
			"Reads a sheet (CSV), checks it by the same rules as the server, keeps "
			"every "
			"report in an outbox until the server has given its verdict, and says what "
			"became of each row.\n"
			"It works without a network, too: what is queued leaves with the next send "
			"or flush.",
		.command = page.command,
		.commands = array_len(verbs),
		.option = page.common,
		.exit = exit_terms,
		.see = "huibaoctl(1), client.yaml(5)" };

	if (argc != 2)
		return false;
	for (size_t i = 0; i < array_len(verbs); i++)
		page_verb(&verbs[i], &page.command[i], page.words[i], page.behind[i]);
	for (size_t i = 0; i < known_count; i++) {
		if (!known[i].takes)
			page.common[cli.options++] = known[i].cli;
	}
	return cli_asked(&cli, argc, (const char *const *)argv, stdout);
}

int main(int argc, char **argv)
{
	struct command_options options = { 0 };
	const struct verb *verb;
	unsigned special = 0;
	int used = 0, r;

	if (manual_asked(argc, argv))
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
	r = options_parse(argc, argv, &options, &special);
	if (r == OPTIONS_HELP || r == OPTIONS_VERSION) {
		if (r == OPTIONS_HELP)
			print_help(stdout);
		else
			printf("huibao-collect %s\n", HUIBAO_VERSION);
		return EXIT_DONE;
	}
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
	options.prints_sheet = verb->run == command_template && !options.output;
	options.words = argv + optind + used;
	options.word_count = argc - optind - used;
	return verb->run(&options);
}
