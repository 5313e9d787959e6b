/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * popt parses from a table that is made here from the list of command options. Help is not popt's:
 * it pads by characters, which leaves Chinese lines crooked. */
#include "admin/options.h"

#include <errno.h>
#include <popt.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"

static const struct option_text texts[] = {
	{ "area", "CODE", "地区代码", "area code" },
	{ "at", "P", "截至哪个报告期（默认最近一个完整年）",
		"as of which period (default: the last whole year)" },
	{ "basis", "TEXT", "口径：同口径的数值才可比较",
		"what the value rests on; equal bases are comparable" },
	{ "by", "area", "按下级地区分列", "one row per child area" },
	{ "catalogue", "DIR", "目录文件夹", "folder of the catalogue" },
	{ "class", "CODE", "机构类别", "class of facility" },
	{ "closed", "DATE", "关闭日期（当日已关闭）", "first day closed" },
	{ "comparator", "C", "数值前的比较词：>=、>、<=、<、about（左右）",
		"before the value: >=, >, <=, < or about" },
	{ "delta", "N", "调整量（指标项的单位，可为负）",
		"by how much, in the element's unit; may be negative" },
	{ "dry-run", NULL, "只检查，不提交", "check only; send nothing" },
	{ "element", "CODE", "指标项代码", "code of an element" },
	{ "everywhere", NULL, "管辖全部地区", "reaches every area" },
	{ "evidence", "TEXT", "评定依据：看了什么", "what was looked at" },
	{ "facility", "CODE", "机构代码（可多次）", "facility code (repeatable)" },
	{ "form", "CODE", "报表代码", "code of a form" },
	{ "from", "P", "起始报告期", "first period" },
	{ "indicator", "CODE", "指标代码", "code of an indicator" },
	{ "kind", "KIND", "地区类型：county、district、town 等",
		"kind of area: county, district, town …" },
	{ "level", "CODE", "等级", "level" },
	{ "locality", "CODE", "城市或农村", "urban or rural" },
	{ "log", "FILE", "附上该运行日志文件的最后 500 行", "add the last 500 lines of this log" },
	{ "name", "TEXT", "名称", "name" },
	{ "norm", NULL, "标准值（自该报告期起执行）", "a norm, in force from that period on" },
	{ "note", "TEXT", "说明", "a note" },
	{ "open", NULL, "只看未答复的", "only those without an answer" },
	{ "opened", "DATE", "开业日期，未知则 1949-01-01", "opening day; 1949-01-01 if unknown" },
	{ "outcome", "WORD", "结论：met、not_met、under_way、not_started、withdrawn（撤回）",
		"met, not_met, under_way, not_started, withdrawn" },
	{ "ownership", "CODE", "公立或民营", "public or private" },
	{ "period", "P", "报告期，如 2026-05、2026Q2、2026H1、2026",
		"period: 2026-05, 2026Q2, 2026H1, 2026" },
	{ "plan", "CODE", "规划代码", "code of a plan" },
	{ "profit", "CODE", "营利性质", "for profit or not" },
	{ "public", "KEY", "公钥或登记码", "public half or enrolment code" },
	{ "reason", "TEXT", "操作原因，记入日志库", "why; kept in the journal" },
	{ "role", "ROLE",
		"角色：collector 上报、reader 只读、data_manager、registrar "
		"机构登记、administrator",
		"collector, reader, data_manager, registrar, administrator" },
	{ "source", "TEXT", "来源（reports 指由报告算出的数值；规划用其代码）",
		"where it was printed; reports: what the reports give; a plan: its code" },
	{ "since", "YEAR", "基期年份", "the baseline's year" },
	{ "sponsor", "CODE", "主办单位", "sponsor" },
	{ "state", "WORD", "状态", "state" },
	{ "text", "TEXT", "向填报单位提出的问题", "what the sender is asked" },
	{ "to", "P", "终止报告期", "last period" },
	{ "under", "CODE", "只看该地区及其下级", "only this area and those below it" },
	{ "until", "DATE", "有效至（含当日）", "the last day on which it holds" },
	{ "value", "V", "数值，小数位数照原文", "the value, with the decimals that were printed" },
	{ "window", "W",
		"时间窗：month、quarter、half、ytd（本年累计）、r12m（近 12 个月）、year、"
		"mch_year（妇幼年度）、r36m（近三年）、plan、baseline（需 --since）",
		"window: month, quarter, half, ytd, r12m (the last 12 months), year, mch_year, "
		"r36m "
		"(three years), plan, baseline (these with --since)" },
	{ "yes", NULL, "不再询问", "do not ask whether it is meant" },
};

enum {
	OPTION_CONFIG = 1,
	OPTION_OUTPUT,
	OPTION_LANG,
	OPTION_TIMEOUT,
	OPTION_AT_LEAST,
	OPTION_COLUMNS,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_TEXTS, /* and from here on, texts[] in order */
};

/* In the order of the numbers above. */
static const struct common_option common[] = {
	{ "config", 'c', "FILE",
		"客户端配置（默认 "
		"$HUIBAO_CONFIG，~/.config/huibao/client.yaml，/etc/huibao/client.yaml）",
		"client configuration ($HUIBAO_CONFIG, ~/.config/huibao/client.yaml, "
		"/etc/huibao/client.yaml)" },
	{ "output", 'o', "FORMAT", "table、json 或 csv", "table, json or csv" },
	{ "lang", 0, "zh|en", "显示语言", "language for people" },
	{ "timeout-ms", 0, "N", "等待回答的毫秒数", "how long to wait for an answer" },
	{ "at-least", 0, "SEQ", "等到服务已处理该序号再回答",
		"answer only when the server has come to this sequence" },
	{ "columns", 0, "A,B", "只要这些列（all：全部列）", "only these columns (all: every one)" },
	{ "help", 'h', NULL, "说明", "what the command does" },
	{ "version", 0, NULL, "版本", "the version" },
};

const struct common_option *common_option_at(size_t index)
{
	return index < array_len(common) ? &common[index] : NULL;
}

static void context_free(poptContext context)
{
	if (context)
		poptFreeContext(context);
}
AUTO_DEFINE(context_free, poptContext);

const struct option_text *option_text(const char *name)
{
	for (size_t i = 0; i < array_len(texts); i++) {
		if (strcmp(texts[i].name, name) == 0)
			return &texts[i];
	}
	return NULL;
}

static int number_parse(const char *name, const char *text, uint64_t max, uint64_t *ret_number)
{
	char *end = NULL;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || number > max)
		return err_here(ERR_INVALID, "--%s '%.40s' is not a whole number from 0 to %llu",
			name, text, (unsigned long long)max);
	*ret_number = number;
	return 0;
}

static int format_parse(const char *text, enum print_format *ret_format)
{
	static const char *const names[] = {
		[PRINT_TABLE] = "table", [PRINT_JSON] = "json", [PRINT_CSV] = "csv"
	};

	for (size_t i = PRINT_TABLE; i < array_len(names); i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret_format = (enum print_format)i;
			return 0;
		}
	}
	return err_here(
		ERR_INVALID, "-o '%.40s' is not an output format; use table, json or csv", text);
}

static int language_parse(const char *text, bool *ret_chinese)
{
	if (!language_choose(text))
		return err_here(
			ERR_INVALID, "--lang '%.40s' is not a language; use zh or en", text);
	*ret_chinese = language_is_chinese();
	return 0;
}

/* Takes value over (frees or keeps it). */
static int option_take(struct options *options, int option, char *value)
{
	int r = 0;

	if (option >= OPTION_TEXTS) {
		if (!texts[option - OPTION_TEXTS].value && !(value = strdup("yes")))
			return err_here(ERR_NOMEM, "cannot hold an option");
		if (options->givens == GIVEN_MAX) {
			free(value);
			return err_here(ERR_LIMIT,
				"more than %d options are given; give the command "
				"again for the rest",
				GIVEN_MAX);
		}
		options->given[options->givens++] =
			(struct given){ texts[option - OPTION_TEXTS].name, value };
		return 0;
	}
	if (option == OPTION_CONFIG || option == OPTION_COLUMNS) {
		char **target = option == OPTION_CONFIG ? &options->config : &options->columns;

		free(*target);
		*target = value;
		return 0;
	}
	if (option == OPTION_OUTPUT)
		r = format_parse(value, &options->format);
	else if (option == OPTION_LANG)
		r = language_parse(value, &options->chinese);
	else if (option == OPTION_TIMEOUT)
		r = number_parse("timeout-ms", value, 86400000, &options->timeout_ms);
	else if (option == OPTION_AT_LEAST)
		r = number_parse("at-least", value, INT64_MAX, &options->at_least);
	else if (option == OPTION_HELP)
		options->help = true;
	else
		options->version = true;
	free(value);
	return err_pass(r);
}

static int words_take(struct options *options, poptContext context)
{
	for (const char *word; (word = poptGetArg(context));) {
		if (options->words == WORDS_MAX)
			return err_here(ERR_INVALID,
				"more than %d words are given; give the command "
				"again for the rest",
				WORDS_MAX);
		options->word[options->words] = strdup(word);
		if (!options->word[options->words])
			return err_here(ERR_NOMEM, "cannot hold the command line");
		options->words++;
	}
	return 0;
}

int options_parse(int argc, const char **argv, struct options *ret_options)
{
	struct poptOption table[array_len(common) + array_len(texts) + 1] = { 0 };
	AUTO(context_free) poptContext context = NULL;
	int option, r;

	*ret_options = (struct options){ .format = PRINT_TABLE, .chinese = language_is_chinese() };
	for (size_t i = 0; i < array_len(common); i++)
		table[i] = (struct poptOption){ .longName = common[i].name,
			.shortName = common[i].letter,
			.argInfo = common[i].value ? POPT_ARG_STRING : POPT_ARG_NONE,
			.val = OPTION_CONFIG + (int)i };
	for (size_t i = 0; i < array_len(texts); i++)
		table[array_len(common) + i] = (struct poptOption){ .longName = texts[i].name,
			.argInfo = texts[i].value ? POPT_ARG_STRING : POPT_ARG_NONE,
			.val = OPTION_TEXTS + (int)i };
	context = poptGetContext(NULL, argc, argv, table, POPT_CONTEXT_NO_EXEC);
	if (!context)
		return err_here(ERR_NOMEM, "cannot read the command line");
	while ((option = poptGetNextOpt(context)) > 0) {
		r = option_take(ret_options, option, poptGetOptArg(context));
		if (r < 0)
			return err_pass(r);
	}
	if (option < -1)
		return err_here(ERR_INVALID, "'%.60s': %s",
			poptBadOption(context, POPT_BADOPTION_NOALIAS), poptStrerror(option));
	return err_pass(words_take(ret_options, context));
}

void options_fini(struct options *options)
{
	free(options->config);
	free(options->columns);
	for (size_t i = 0; i < options->words; i++)
		free(options->word[i]);
	for (size_t i = 0; i < options->givens; i++)
		free(options->given[i].value);
	*options = (struct options){ 0 };
}

const char *options_value(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->givens; i++) {
		if (strcmp(options->given[i].name, name) == 0)
			return options->given[i].value;
	}
	return NULL;
}
