/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table, and everything that is read off it: which command is meant, whether it was called
 * rightly, and its help. Help is laid out here by what a terminal shows, in both languages. */
#include "admin/command.h"

#include <string.h>

#include "base/err.h"

#define WORD(name_)                                                                                \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_WORD, .needed = true                            \
	}
#define OPTION(name_)                                                                              \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION                                          \
	}
#define NEEDED(name_)                                                                              \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION, .needed = true                          \
	}
#define MANY(name_)                                                                                \
	{                                                                                          \
		.name = (name_), .sort = PARAMETER_OPTION, .many = true                            \
	}

static const struct verb verbs[] = {
	{ .words = "status",
		.run = status_run,
		.upright = true,
		.zh = "两个服务的状态",
		.en = "how both servers stand" },
	{ .words = "verify",
		.run = verify_run,
		.zh = "从日志重建并逐项比对两个服务的数据",
		.en = "rebuild both servers' data from the journal and compare every key" },
	{ .words = "indicator list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.columns = "code,name_zh,unit,window",
		.zh = "全部指标",
		.en = "all indicators" },
	{ .words = "indicator show",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("area"), NEEDED("period"),
			OPTION("window"), OPTION("by") },
		.columns = "area,area_name,period,window,value,unit,numerator,denominator,"
			   "numerator_reported,numerator_expected,mark",
		.upright = true,
		.round = true,
		.zh = "一个指标的数值、分子分母和覆盖情况",
		.en = "an indicator's value, both its sides and its coverage" },
	{ .words = "indicator explain",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("area"), NEEDED("period"),
			OPTION("window") },
		.columns = "side,facility,facility_name,form,period,element,coefficient,value,"
			   "contribution,left_out,sequence,revision",
		.zh = "一个数值由哪些报告构成",
		.en = "which reports make up a figure" },
	{ .words = "indicator series",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("area"), NEEDED("from"), NEEDED("to"),
			OPTION("window") },
		.columns = "period,shown,unit,low,high,complete,provisional,direction,source,mark",
		.spark = true,
		.zh = "一个指标逐期的数值和变化",
		.en = "an indicator period by period, and how it changed" },
	{ .words = "indicator rank",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("kind"), NEEDED("period"),
			OPTION("under") },
		.columns = "rank,area,area_name,shown,unit,low,high,reason",
		.zh = "同类地区的位次",
		.en = "areas of one kind in order" },
	{ .words = "plan list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.columns = "plan,name_zh,area,area_name,first_year,last_year,targets",
		.zh = "监测的规划",
		.en = "the plans that are followed" },
	{ .words = "plan targets",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("plan") },
		.columns = "id,name_zh,printed,baseline,target_year,target,nature,indicator,owner",
		.zh = "一个规划的全部目标",
		.en = "every target of a plan" },
	{ .words = "plan scorecard",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("plan"), OPTION("area"), OPTION("at") },
		.columns = "name_zh,nature,baseline,target,shown,progress,status,owner,note_zh",
		.zh = "每个目标的进展和结论",
		.en = "where every target stands" },
	{ .words = "plan summary",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("plan"), OPTION("area"), OPTION("at") },
		.zh = "一个规划各类结论的个数",
		.en = "how many targets stand where" },
	{ .words = "report show",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("facility"), WORD("form"), WORD("period") },
		.columns = "element,name_zh,value,unit,absent,revision,sequence",
		.zh = "一份报告的数值",
		.en = "the values of a report in force" },
	{ .words = "report history",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("facility"), WORD("form"), WORD("period") },
		.zh = "一份报告的全部修订",
		.en = "every revision of a report" },
	{ .words = "cell list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("form"), WORD("period"), OPTION("area") },
		.zh = "汇总单元（地区、机构属性、合计）",
		.en = "the sums by area and kind of facility" },
	{ .words = "area list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { OPTION("under") },
		.columns = "code,name_zh,kind,parent,facilities",
		.zh = "地区",
		.en = "areas" },
	{ .words = "facility list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { OPTION("area"), OPTION("class") },
		.columns = "number,code,name,area,class,level,ownership,opened,closed",
		.zh = "机构",
		.en = "facilities" },
	{ .words = "facility add",
		.server = SERVER_INGESTD,
		.run = facility_add_run,
		.parameter = { WORD("code"), NEEDED("name"), NEEDED("area"), NEEDED("class"),
			OPTION("level"), OPTION("ownership"), OPTION("sponsor"), OPTION("profit"),
			OPTION("locality"), OPTION("opened"), OPTION("closed"), OPTION("reason") },
		.zh = "登记或更改一个机构",
		.en = "register a facility, or change it" },
	{ .words = "facility import",
		.server = SERVER_INGESTD,
		.run = facility_import_run,
		.parameter = { WORD("file"), OPTION("reason") },
		.zh = "从 CSV 登记机构",
		.en = "register facilities from a CSV file" },
	{ .words = "population import",
		.server = SERVER_INGESTD,
		.run = population_import_run,
		.parameter = { WORD("file") },
		.zh = "从 CSV 报送年度人口（POPULATION_YEAR）",
		.en = "report yearly population (POPULATION_YEAR) from a CSV file" },
	{ .words = "catalog targets",
		.run = catalog_targets_run,
		.parameter = { OPTION("plan"), OPTION("catalogue") },
		.columns =
			"id,name_zh,printed,baseline,target_year,modality,nature,indicator,owner",
		.zh = "各规划的全部目标（不联网）",
		.en = "every target of every plan (offline)" },
	{ .words = "key new",
		.run = key_new_run,
		.parameter = { WORD("file") },
		.zh = "生成密钥文件并显示公钥（不联网）",
		.en = "make a key file and print its public half (offline)" },
	{ .words = "key add",
		.server = SERVER_INGESTD,
		.run = key_add_run,
		.parameter = { WORD("name"), NEEDED("public"), NEEDED("role"), MANY("facility"),
			MANY("area"), OPTION("reason") },
		.zh = "登记密钥及其角色和可报范围",
		.en = "register a key, its role and what it may report for" },
	{ .words = "key revoke",
		.server = SERVER_INGESTD,
		.run = key_revoke_run,
		.parameter = { WORD("public"), OPTION("reason") },
		.zh = "吊销密钥（以公钥指明）",
		.en = "revoke a key, named by its public half" },
	{ .words = "key list",
		.server = SERVER_INGESTD,
		.run = question_run,
		.zh = "密钥",
		.en = "keys" },
};

/* How many of the verb's words stand at the beginning of words; 0 unless all of them do. */
static size_t verb_match(const struct verb *verb, char *const *words, size_t count)
{
	const char *at = verb->words;
	size_t matched = 0;

	for (;;) {
		size_t len = strcspn(at, " ");

		if (matched == count || strlen(words[matched]) != len ||
			memcmp(words[matched], at, len) != 0)
			return 0;
		matched++;
		if (!at[len])
			return matched;
		at += len + 1;
	}
}

const struct verb *command_find(char *const *words, size_t count, size_t *ret_words)
{
	const struct verb *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < array_len(verbs); i++) {
		size_t matched = verb_match(&verbs[i], words, count);

		if (matched > longest) {
			longest = matched;
			found = &verbs[i];
		}
	}
	*ret_words = longest;
	return found;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

enum { NAME_MAX_BYTES = 48 };

/* Levenshtein's distance of two short texts. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_BYTES + 1], len_b = strlen(b);

	for (size_t j = 0; j <= len_b; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len_b; j++) {
			size_t above = row[j];

			row[j] = smallest(
				above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[len_b];
}

const struct verb *command_nearest(char *const *words, size_t count)
{
	const struct verb *nearest = NULL;
	size_t best = NAME_MAX_BYTES;
	char text[NAME_MAX_BYTES] = "";

	/* One word is compared with all of the one-word names and with "noun verb" as typed. */
	for (size_t i = 0; i < count && i < 2; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "", words[i]);
	}
	for (size_t i = 0; i < array_len(verbs); i++) {
		size_t away = distance(text, verbs[i].words);

		if (away < best) {
			best = away;
			nearest = &verbs[i];
		}
	}
	/* Further away than half of what was typed it would be a guess, unless the noun is right.
	 *  */
	if (nearest && (best * 2 <= strlen(text) || (count > 0 && strncmp(nearest->words, words[0],
									  strlen(words[0])) == 0)))
		return nearest;
	return NULL;
}

static const struct parameter *parameter_of(const struct verb *verb, const char *option)
{
	for (const struct parameter *at = verb->parameter; at->name; at++) {
		if (at->sort == PARAMETER_OPTION && strcmp(at->name, option) == 0)
			return at;
	}
	return NULL;
}

static int options_check(const struct verb *verb, const struct options *options)
{
	for (size_t i = 0; i < options->givens; i++) {
		const char *name = options->given[i].name;
		const struct parameter *parameter = parameter_of(verb, name);

		if (!parameter)
			return err_here(ERR_INVALID, "'%s' takes no --%s (huibaoctl help %s)",
				verb->words, name, verb->words);
		for (size_t j = 0; j < i && !parameter->many; j++) {
			if (strcmp(options->given[j].name, name) == 0)
				return err_here(ERR_INVALID, "--%s is given twice", name);
		}
	}
	return 0;
}

int command_check(const struct verb *verb, const struct options *options, size_t first)
{
	size_t word = first;
	int r = options_check(verb, options);

	if (r < 0)
		return err_pass(r);
	for (const struct parameter *at = verb->parameter; at->name; at++) {
		bool given = at->sort == PARAMETER_WORD ? word++ < options->words
							: options_value(options, at->name) != NULL;

		if (at->needed && !given)
			return err_here(ERR_INVALID, "'%s' needs %s%s (huibaoctl help %s)",
				verb->words, at->sort == PARAMETER_OPTION ? "--" : "its ", at->name,
				verb->words);
	}
	if (word < options->words)
		return err_here(ERR_INVALID,
			"'%s' does not know what to do with '%.60s' (huibaoctl help %s)",
			verb->words, options->word[word], verb->words);
	return 0;
}

/* "indicator show INDICATOR --area CODE --period P [--window W] [--by area]" */
static int usage_add(const struct verb *verb, struct buffer *out)
{
	int r = buffer_format(out, "%s", verb->words);

	for (const struct parameter *at = verb->parameter; r == 0 && at->name; at++) {
		if (at->sort == PARAMETER_WORD) {
			r = buffer_add(out, bytes_str(" "));
			for (const char *c = at->name; r == 0 && *c; c++)
				r = buffer_format(out, "%c", *c - 'a' + 'A');
			continue;
		}
		r = buffer_format(out, at->needed ? " --%s %s" : " [--%s %s]", at->name,
			option_text(at->name)->value);
		if (r == 0 && at->many)
			r = buffer_add(out, bytes_str("..."));
	}
	return err_pass(r);
}

static const char common_zh[] =
	"\n通用选项：\n"
	"  -c, --config FILE    客户端配置（默认 "
	"$HUIBAO_CONFIG，~/.config/huibao/client.yaml，/etc/huibao/client.yaml）\n"
	"  -o, --output FORMAT  table、json 或 csv\n"
	"      --columns A,B    只要这些列（all：全部列）\n"
	"      --lang zh|en     显示语言\n"
	"      --timeout-ms N   等待回答的毫秒数\n"
	"      --at-least SEQ   等到服务已处理该序号再回答\n"
	"退出码：0 完成，1 失败，2 用法或配置错误，3 检查发现差异，4 无权，5 无法连接，6 冲突，7 "
	"部分被拒\n";
static const char common_en[] =
	"\nOptions of every command:\n"
	"  -c, --config FILE    client configuration ($HUIBAO_CONFIG, "
	"~/.config/huibao/client.yaml,\n"
	"                       /etc/huibao/client.yaml)\n"
	"  -o, --output FORMAT  table, json or csv\n"
	"      --columns A,B    only these columns (all: every one)\n"
	"      --lang zh|en     language for people\n"
	"      --timeout-ms N   how long to wait for an answer\n"
	"      --at-least SEQ   answer only when the server has come to this sequence\n"
	"Exit: 0 done, 1 failed, 2 usage or configuration, 3 differences found, 4 not authorised,\n"
	"      5 server not reachable, 6 conflict, 7 partly done\n";

int command_summary(bool chinese, struct buffer *out)
{
	static const char zh[] =
		"huibaoctl：汇报系统的管理命令\n\n"
		"  huibaoctl status                                   服务是否正常\n"
		"  huibaoctl indicator list                           有哪些指标\n"
		"  huibaoctl indicator show INDICATOR --area CODE --period P\n"
		"  huibaoctl indicator explain ...                    数值由哪些报告构成\n"
		"  huibaoctl plan scorecard PLAN                      规划目标的进展\n"
		"  huibaoctl report show FACILITY FORM PERIOD         一份报告\n\n"
		"例：huibaoctl indicator show VISIT_SHARE_HOSPITAL --area 440507 --period 2015\n"
		"    huibaoctl verify -o json\n"
		"huibaoctl help 列出全部命令；help COMMAND 说明一个命令\n";
	static const char en[] =
		"huibaoctl: the operator's commands of Huibao\n\n"
		"  huibaoctl status                                   are the servers well\n"
		"  huibaoctl indicator list                           which indicators there are\n"
		"  huibaoctl indicator show INDICATOR --area CODE --period P\n"
		"  huibaoctl indicator explain ...                    which reports make up a "
		"figure\n"
		"  huibaoctl plan scorecard PLAN                      where every target "
		"stands\n"
		"  huibaoctl report show FACILITY FORM PERIOD         one report\n\n"
		"Try: huibaoctl indicator show VISIT_SHARE_HOSPITAL --area 440507 --period 2015\n"
		"     huibaoctl verify -o json\n"
		"huibaoctl help lists all commands; help COMMAND explains one\n";

	return err_pass(buffer_add(out, bytes_str(chinese ? zh : en)));
}

int command_help_all(bool chinese, struct buffer *out)
{
	int r = buffer_add(out, bytes_str(chinese ? "huibaoctl COMMAND [选项]\n\n命令：\n"
						  : "huibaoctl COMMAND [options]\n\nCommands:\n"));

	for (size_t i = 0; r == 0 && i < array_len(verbs); i++)
		r = buffer_format(
			out, "  %-20s%s\n", verbs[i].words, chinese ? verbs[i].zh : verbs[i].en);
	if (r == 0)
		r = buffer_add(out, bytes_str(chinese ? common_zh : common_en));
	return err_pass(r);
}

int command_help(const struct verb *verb, bool chinese, struct buffer *out)
{
	int r = buffer_add(out, bytes_str("huibaoctl "));

	if (r == 0)
		r = usage_add(verb, out);
	if (r == 0)
		r = buffer_format(out, "\n\n%s\n\n", chinese ? verb->zh : verb->en);
	for (const struct parameter *at = verb->parameter; r == 0 && at->name; at++) {
		const struct option_text *text = option_text(at->name);

		if (at->sort == PARAMETER_OPTION)
			r = buffer_format(out, "  --%-14s%s%s\n", at->name,
				chinese ? text->zh : text->en,
				at->needed ? chinese ? "（必填）" : " (needed)" : "");
	}
	if (r == 0)
		r = buffer_add(out, bytes_str(chinese ? common_zh : common_en));
	return err_pass(r);
}
