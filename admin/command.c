/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table, and what is read off it: which command is meant, and whether it was called rightly. */
#include "admin/command.h"

#include <string.h>

#include "admin/verb_table.h"
#include "base/err.h"

static const struct option_text key_from = { "from", "DATE", "生效日期（默认今天）",
	"the first day on which it is valid (default: today)" };
static const struct option_text key_until = { "until", "DATE",
	"最后有效日（默认一年后；never 为长期有效）",
	"the last day (default: a year later; never: without end)" };
static const struct option_text key_old_until = { "until", "DATE",
	"旧密钥的最后有效日（默认 30 天后）", "the old key's last day (default: in 30 days)" };
static const struct option_text key_public = { "public", "KEY", "新密钥的公钥或登记码",
	"the new key's public half or enrolment code" };

static const struct verb verbs[] = {
	{ .words = "status",
		.run = status_run,
		.upright = true,
		.zh = "两个服务的状态",
		.en = "how both servers stand" },
	{ .words = "verify",
		.run = verify_run,
		.zh = "从日志库重建并逐项比对两个服务的数据",
		.en = "rebuild both servers' data from the journal and compare every key" },
	{ .words = "doctor",
		.run = doctor_run,
		.columns = "where,check,state,found,limit,advice_zh",
		.zh = "检查时钟、空间、备份、密钥等，并说明如何处理",
		.en = "check clocks, room, backup, keys … and say what to do" },
	{ .words = "metrics",
		.run = metrics_run,
		.zh = "两个服务的运行指标（Prometheus 文本格式）",
		.en = "what both servers measure of themselves, as Prometheus text" },
	{ .words = "settings",
		.run = settings_run,
		.zh = "两个服务当前的设置",
		.en = "the settings by which both servers run" },
	{ .words = "support",
		.run = support_run,
		.parameter = { WORD("file"), OPTION("log") },
		.zh = "把运行状况打包成 tar 文件以便求助；不含报表、密钥和姓名",
		.en = "a bundle (tar) for whoever helps: no reports, no keys, no names" },
	{ .words = "indicator list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.columns = "code,name_zh,unit_zh,window",
		.zh = "全部指标",
		.en = "all indicators" },
	{ .words = "indicator show",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("area"), NEEDED("period"),
			OPTION("window"), OPTION("by"), OPTION("facility"), OPTION("since") },
		.columns = "area,area_name,period,window,shown,adjusted_shown,unit_zh,low,high,"
			   "numerator,denominator,"
			   "numerator_reported,numerator_expected,provisional,mark,missing",
		.upright = true,
		.zh = "一个指标的数值、分子分母和覆盖情况",
		.en = "an indicator's value, both its sides and its coverage" },
	{ .words = "indicator explain",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("area"), NEEDED("period"),
			OPTION("window"), OPTION("facility"), OPTION("since") },
		.columns = "side,facility,facility_name,form,period,element,coefficient,value,"
			   "contribution,left_out,sequence,revision",
		.zh = "一个数值由哪些报告构成",
		.en = "which reports make up a figure" },
	{ .words = "indicator series",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("area"), NEEDED("from"), NEEDED("to"),
			OPTION("window"), OPTION("since") },
		.columns = "period,shown,adjusted_shown,unit_zh,low,high,complete,provisional,"
			   "direction,source,mark",
		.spark = true,
		.zh = "一个指标逐期的数值和变化",
		.en = "an indicator period by period, and how it changed" },
	{ .words = "indicator rank",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("indicator"), NEEDED("kind"), NEEDED("period"), OPTION("under"),
			OPTION("window"), OPTION("since") },
		.columns = "rank,area,area_name,shown,adjusted_shown,unit_zh,low,high,reason",
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
		.columns = "name_zh,nature,baseline_shown,target_shown,shown,progress,status,owner,"
			   "note_zh",
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
		.columns = "element,name_zh,value,unit_zh,absent,revision,sequence",
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
			OPTION("locality"), OPTION("opened"), OPTION("closed"), OPTION("reason"),
			OPTION("dry-run") },
		.zh = "登记或更改一个机构",
		.en = "register a facility, or change it" },
	{ .words = "facility import",
		.server = SERVER_INGESTD,
		.run = facility_import_run,
		.parameter = { WORD("file"), OPTION("reason"), OPTION("dry-run") },
		.zh = "从 CSV 登记机构",
		.en = "register facilities from a CSV file" },
	{ .words = "population import",
		.server = SERVER_INGESTD,
		.run = population_import_run,
		.parameter = { WORD("file") },
		.zh = "从 CSV 报送年度人口（POPULATION_YEAR）",
		.en = "report yearly population (POPULATION_YEAR) from a CSV file" },
	{ .words = "fact list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { OPTION("area"), OPTION("indicator"), OPTION("period") },
		.columns = "area,indicator,period,value,comparator,source,basis,norm,preferred,"
			   "withdrawn,who,sequence",
		.zh = "外部数据、标准值和规划中的数值",
		.en = "values from outside the reports, norms, and what plans print" },
	{ .words = "fact add",
		.server = SERVER_INGESTD,
		.run = fact_add_run,
		.parameter = { WORD("area"), WORD("indicator"), WORD("period"), NEEDED("value"),
			NEEDED("source"), OPTION("comparator"), OPTION("basis"), OPTION("note"),
			OPTION("norm"), OPTION("reason"), OPTION("dry-run") },
		.zh = "录入或更改一个外部数据（或标准值）",
		.en = "give a value from outside the reports, or a norm; or change it" },
	{ .words = "fact import",
		.server = SERVER_INGESTD,
		.run = fact_import_run,
		.parameter = { WORD("file"), OPTION("reason"), OPTION("dry-run") },
		.zh = "从 CSV 录入外部数据",
		.en = "give values from a CSV file" },
	{ .words = "fact prefer",
		.server = SERVER_INGESTD,
		.run = fact_prefer_run,
		.parameter = { WORD("area"), WORD("indicator"), WORD("period"), NEEDED("source"),
			OPTION("note"), OPTION("reason"), OPTION("dry-run") },
		.zh = "同一数据有几个来源时，指定采用哪一个",
		.en = "say which of several sources' values is to be used" },
	{ .words = "fact basis",
		.server = SERVER_INGESTD,
		.run = fact_basis_run,
		.parameter = { WORD("area"), WORD("indicator"), WORD("period"), NEEDED("source"),
			NEEDED("basis"), OPTION("note"), OPTION("reason"), OPTION("dry-run") },
		.zh = "说明一个数值的口径，同口径者可比",
		.en = "say on what basis a value stands, so that it can be compared" },
	{ .words = "fact withdraw",
		.server = SERVER_INGESTD,
		.run = fact_withdraw_run,
		.parameter = { WORD("area"), WORD("indicator"), WORD("period"), NEEDED("source"),
			OPTION("note"), OPTION("norm"), OPTION("reason"), OPTION("dry-run") },
		.zh = "撤回一个外部数据",
		.en = "take a value back" },
	{ .words = "verdict list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { OPTION("plan") },
		.columns = "target,period,outcome,evidence,counts,who,received,sequence",
		.zh = "对目标的人工评定",
		.en = "persons' verdicts on targets" },
	{ .words = "verdict add",
		.server = SERVER_INGESTD,
		.run = verdict_add_run,
		.parameter = { WORD("target"), WORD("period"), NEEDED("outcome"),
			NEEDED("evidence"), OPTION("note"), OPTION("reason"), OPTION("dry-run") },
		.zh = "人工评定一个目标，写明依据",
		.en = "judge a target, and say what was looked at" },
	{ .words = "catalog targets",
		.run = catalog_targets_run,
		.parameter = { OPTION("plan"), OPTION("catalogue") },
		.columns =
			"id,name_zh,printed,baseline,target_year,modality,nature,indicator,owner",
		.zh = "各规划的全部目标（不联网）",
		.en = "every target of every plan (offline)" },
	{ .words = "catalog check",
		.run = catalog_check_run,
		.parameter = { OPTION("catalogue") },
		.zh = "检查目录各表，列出全部错误（不联网）",
		.en = "check the catalogue's tables and tell every fault (offline)" },
	{ .words = "catalog show",
		.run = catalog_show_run,
		.parameter = { PERHAPS("code"), OPTION("catalogue") },
		.zh = "目录中一个代码的定义、来源和公式；不给代码则列出各表（不联网）",
		.en = "what the catalogue says of a code; without one, its tables (offline)" },
	{ .words = "catalog diff",
		.run = catalog_diff_run,
		.parameter = { WORD("old"), WORD("new") },
		.zh = "两个目录文件夹的差别（不联网）",
		.en = "how two folders of the catalogue differ (offline)" },
	{ .words = "key new",
		.run = key_new_run,
		.parameter = { WORD("file") },
		.zh = "生成密钥文件并显示公钥（不联网）",
		.en = "make a key file and print its public half (offline)" },
	{ .words = "key code",
		.run = key_code_run,
		.parameter = { WORD("key") },
		.zh = "密钥文件或公钥的登记码（不联网）",
		.en = "the enrolment code of a key file or public half (offline)" },
	{ .words = "key add",
		.server = SERVER_INGESTD,
		.run = key_add_run,
		.parameter = { WORD("name"), NEEDED("public"), NEEDED("role"), MANY("facility"),
			MANY("area"), OPTION("everywhere"), OPTION_AS("from", &key_from),
			OPTION_AS("until", &key_until), OPTION("reason"), OPTION("dry-run") },
		.zh = "登记密钥及其角色、有效期和范围",
		.en = "register a key, its role, its days and how far it reaches" },
	{ .words = "key rotate",
		.server = SERVER_INGESTD,
		.run = key_rotate_run,
		.parameter = { WORD("key"), NEEDED_AS("public", &key_public),
			OPTION_AS("until", &key_old_until), OPTION("reason"), OPTION("dry-run") },
		.zh = "换发密钥：新旧两把并行一段时间",
		.en = "give a holder a new key; the old one goes on for a while" },
	{ .words = "key revoke",
		.server = SERVER_INGESTD,
		.run = key_revoke_run,
		.parameter = { WORD("key"), OPTION("reason"), OPTION("dry-run") },
		.zh = "吊销密钥（以名称、编号、公钥或登记码指明），立即生效",
		.en = "revoke a key (name, number, public half or code); at once" },
	{ .words = "key list",
		.server = SERVER_INGESTD,
		.run = question_run,
		.columns = "number,name,role,state,from,until,scope",
		.zh = "密钥及其状态、有效期和范围",
		.en = "keys, their state, days and scope" },
	{ .words = "key show",
		.server = SERVER_INGESTD,
		.run = question_run,
		.parameter = { WORD("key") },
		.columns = "number,name,role,state,from,until,revoked,scope,public_key,"
			   "enrolment_code",
		.upright = true,
		.zh = "一个人或单位的密钥，含公钥和登记码",
		.en = "the keys of one holder, with public half and enrolment code" },
	{ .words = "history list",
		.server = SERVER_INGESTD,
		.run = question_run,
		.columns = "number,name,public_key,remembers_epoch,remembers_sequence,received",
		.zh = "历史不一致的密钥：其回执与日志库不符，暂停接收",
		.en = "keys whose receipts are not of this journal; nothing of them is taken" },
	{ .words = "history decide",
		.server = SERVER_INGESTD,
		.run = history_decide_run,
		.parameter = { WORD("key"), NEEDED("reason"), OPTION("dry-run") },
		.zh = "查明后恢复接收：一个密钥（名称、编号或公钥），或 all 全部",
		.en = "take reports again: of a key (name, number or public half), or of all" },
};

const struct verb *command_at(size_t index)
{
	size_t reports = 0;

	if (index < array_len(verbs))
		return &verbs[index];
	index -= array_len(verbs);
	while (report_verb_at(reports))
		reports++;
	return index < reports ? report_verb_at(index) : registry_verb_at(index - reports);
}

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
	const struct verb *found = NULL, *verb;
	size_t longest = 0;

	for (size_t i = 0; (verb = command_at(i)); i++) {
		size_t matched = verb_match(verb, words, count);

		if (matched > longest) {
			longest = matched;
			found = verb;
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
	const struct verb *nearest = NULL, *verb;
	size_t best = NAME_MAX_BYTES;
	char text[NAME_MAX_BYTES] = "";

	/* One word is compared with all of the one-word names and with "noun verb" as typed. */
	for (size_t i = 0; i < count && i < 2; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "", words[i]);
	}
	for (size_t i = 0; (verb = command_at(i)); i++) {
		size_t away = distance(text, verb->words);

		if (away < best) {
			best = away;
			nearest = verb;
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

		if (at->sort == PARAMETER_WORD && at->many && given)
			word = options->words;
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
