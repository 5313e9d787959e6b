/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One table: finding code → what is wrong, and what to do, in both languages. A code that is
 * missing here (from a newer server) is shown by its number, never swallowed. */
#include "client/finding.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "model/decimal.h"
#include "model/rule.h"

/* Which of the finding's numbers belong into the sentence. */
enum shows {
	SHOWS_NOTHING,
	SHOWS_FOUND,
	SHOWS_PERIOD,
	SHOWS_LAST_DAY,
	SHOWS_SINCE, /* a day, where it is known: a person's lock says today */
	SHOWS_NUMBER,
	SHOWS_BOTH,   /* the two sides of a rule */
	SHOWS_USUAL,  /* found, and what is usual here */
	SHOWS_OTHER,  /* another element */
	SHOWS_SAME,   /* another period, and in how many cells */
	SHOWS_BELONG, /* another period */
};

struct wording {
	enum shows shows;
	const char *what_en, *do_en, *what_zh, *do_zh;
};

static const struct wording wordings[FINDING_CODE_MAX + 1] = {
	[FINDING_UNDECODABLE] = { SHOWS_NOTHING, "the server could not read the report",
		"update this program and send again", "服务器无法读取该报表",
		"请更新本程序后重新上报" },
	[FINDING_DIGEST] = { SHOWS_NOTHING, "the report was damaged on its way",
		"send again; if it happens twice, check this computer's disk and memory",
		"报表在传输中损坏", "请重新上报；如再次发生，请检查本机磁盘和内存" },
	[FINDING_TOO_LARGE] = { SHOWS_NOTHING, "the report is too large", "shorten its text",
		"报表过大", "请缩短文字说明" },
	[FINDING_FACILITY_UNKNOWN] = { SHOWS_NOTHING, "the facility is not registered",
		"check the code, or ask the bureau to register it", "机构未登记",
		"请核对机构代码，或请主管部门登记该机构" },
	[FINDING_NOT_YOURS] = { SHOWS_NOTHING, "your key may not report for this facility",
		"check the code, or ask the bureau to extend the key's scope",
		"您的密钥无权为该机构上报", "请核对机构代码，或请主管部门扩大密钥范围" },
	[FINDING_FORM_UNKNOWN] = { SHOWS_NOTHING, "the server does not know this form",
		"run the command again while connected, so that the catalogue is renewed",
		"服务器不认识该报表", "请在联网状态下重新运行，以更新指标目录" },
	[FINDING_FORM_NOT_ASSIGNED] = { SHOWS_NOTHING,
		"this form is not for this class of facility", "use the form assigned to it",
		"该类机构不填报此表", "请使用规定的报表" },
	[FINDING_PERIOD_INVALID] = { SHOWS_PERIOD, "the period is not of the form's kind",
		"write the period as the form wants it, for example 2026-05 or 2026",
		"报告期与报表周期不符", "请按报表要求填写报告期，例如 2026-05 或 2026" },
	[FINDING_PERIOD_FUTURE] = { SHOWS_LAST_DAY, "the period has not ended yet, its last day is",
		"check the period; send it after that day", "报告期尚未结束，最后一日为",
		"请核对报告期，期满后再上报" },
	[FINDING_FACILITY_CLOSED] = { SHOWS_PERIOD, "the facility was not open in this period",
		"check the period, or ask the bureau to correct the opening dates",
		"机构在该报告期内未开业", "请核对报告期，或请主管部门更正开业日期" },
	[FINDING_REVISION_ZERO] = { SHOWS_NOTHING, "the revision number is missing",
		"number revisions from 1", "缺少修订号", "修订号从 1 开始" },
	[FINDING_CONFLICT] = { SHOWS_NUMBER,
		"this revision is at the server already, with other values",
		"compare with what is in force (huibao-collect status FACILITY), then send the "
		"file again: "
		"it gets the next number",
		"服务器上已有相同修订号但数值不同的报表",
		"请先核对已生效的数据（huibao-collect status "
		"机构代码），再重新上报，系统会使用下一个修订号" },
	[FINDING_ELEMENT_UNKNOWN] = { SHOWS_NOTHING, "the element is not on this form",
		"remove the column", "该指标不在此报表内", "请删除该列" },
	[FINDING_VALUE_RANGE] = { SHOWS_FOUND, "the value is too large",
		"check the unit and the digits", "数值过大", "请核对单位和位数" },
	[FINDING_VALUE_NEGATIVE] = { SHOWS_FOUND, "the value is negative",
		"correct it and send again", "数值为负", "请更正后重新上报" },
	[FINDING_REQUIRED_MISSING] = { SHOWS_NOTHING, "a required value is missing",
		"fill it in, or write why there is none (NOT_OFFERED, NOT_COLLECTED, WITHHELD, "
		"NOT_APPLICABLE)",
		"缺少必填数值", "请填写数值，或注明原因（未开展、未收集、不公开、不适用）" },
	[FINDING_ABSENT_KIND] = { SHOWS_NOTHING,
		"the reason for the missing value is not a known one",
		"write NOT_OFFERED, NOT_COLLECTED, WITHHELD or NOT_APPLICABLE", "缺项原因无效",
		"请填写：未开展、未收集、不公开、不适用" },
	[FINDING_TEXT_INVALID] = { SHOWS_NOTHING,
		"the text holds control characters, or an identity-card or mobile number",
		"remove it from names and comment", "文字中含有控制字符、身份证号或手机号",
		"请从姓名和备注中删除" },
	[FINDING_WITHDRAWAL_VALUES] = { SHOWS_NOTHING, "a withdrawal carries values",
		"update this program and withdraw again", "撤回报表中含有数值",
		"请更新本程序后重新撤回" },
	[FINDING_REASON_UNKNOWN] = { SHOWS_NUMBER,
		"the reason given for a figure is none of the catalogue's",
		"choose one of those that 'huibao-collect reasons' lists", "原因代码不在目录中",
		"请从 huibao-collect reasons 列出的原因中选择" },
	[FINDING_RULE] = { SHOWS_BOTH, "a rule of the catalogue does not hold",
		"check the figures that it speaks of", "不符合目录中的审核规则", "请核对有关数据" },
	[FINDING_UNIT_SLIP] = { SHOWS_USUAL, "this looks like a figure in another unit",
		"check the unit", "疑似计量单位有误", "请核对计量单位" },
	[FINDING_TEN_TIMES] = { SHOWS_USUAL, "this looks like a digit too many or too few",
		"check the digits", "疑似多写或少写了一位数字", "请核对位数" },
	[FINDING_SWAPPED] = { SHOWS_OTHER, "this figure seems to be swapped with that of",
		"check both cells", "疑似与另一格填反", "请核对这两格" },
	[FINDING_COPIED] = { SHOWS_SAME, "the figures seem to be copied from",
		"enter this period's own figures", "疑似照抄了另一报告期的数据",
		"请填写本期实际发生数" },
	[FINDING_SUM_IN_PART] = { SHOWS_OTHER, "this part seems to hold the whole of",
		"enter the part, not the sum", "疑似在分项中填了合计", "请填写分项数，不要填合计" },
	[FINDING_WRONG_MONTH] = { SHOWS_BELONG, "the figures seem to belong to another period",
		"check the period and the figures", "疑似填报了另一报告期的数据",
		"请核对报告期和数据" },
	[FINDING_LOCKED] = { SHOWS_SINCE, "the period is locked",
		"the bureau decides on it; nothing is lost, ask there if it is urgent",
		"报告期已锁定", "由主管部门审核决定；数据已留存，如急请联系主管部门" },
	[FINDING_REPORTED_FOR] = { SHOWS_NUMBER,
		"another report covers this facility already, with the sequence",
		"agree with the bureau on who reports; it decides on this one",
		"已有另一份报表涵盖该机构，流水号",
		"请与主管部门商定由谁上报；本报表由其审核决定" },
	[FINDING_NEGATIVE_MONEY] = { SHOWS_FOUND, "the amount of money is negative",
		"check the sign", "金额为负", "请核对正负号" },
	[FINDING_RETURNED] = { SHOWS_NOTHING, "the bureau has sent the report back",
		"correct it, or give a reason, and send it again as a new revision",
		"主管部门已退回该报表", "请更正或说明原因后重新上报（新的修订号）" },
	[FINDING_REFUSED] = { SHOWS_NOTHING, "the bureau has rejected the report",
		"ask the bureau before you report anew", "主管部门已否决该报表",
		"请先与主管部门联系，再重新上报" },
};

/* The colon, the semicolon and the brackets of a language. */
static const char *colon(bool chinese)
{
	return chinese ? "：" : ": ";
}

static const char *name_in(const struct catalog_name *name, bool chinese)
{
	return chinese ? name->zh : name->en;
}

/* Whether what was found is counted in its element's unit: not what a rule weighs in multiples. */
static bool finding_in_units(const struct catalog *catalog, const struct finding *finding)
{
	const struct rule *rule =
		catalog && finding->rule[0] ? catalog_rule_by_code(catalog, finding->rule) : NULL;

	return !rule || !(rule->holds[0] >= '0' && rule->holds[0] <= '9');
}

/* A figure of the finding's element, with its unit. */
static int add_scaled(const struct catalog *catalog, const struct finding *finding, int64_t value,
	bool chinese, struct buffer *out)
{
	const struct element *known = catalog ? catalog_element(catalog, finding->element) : NULL;
	const struct catalog_name *unit = known && finding_in_units(catalog, finding)
						  ? catalog_unit(catalog, known->unit)
						  : NULL;
	char text[DECIMAL_TEXT_BYTES];

	decimal_print(value, known ? known->scale : 0, text);
	return err_pass(buffer_format(out, "%s%s%s", text, unit && !chinese ? " " : "",
		unit ? name_in(unit, chinese) : ""));
}

/* "1300 beds against 1240 beds", "900000, usually about 900". */
static int add_sides(const struct catalog *catalog, const struct finding *finding, bool usual,
	bool chinese, struct buffer *out)
{
	const char *between = usual ? (chinese ? "，通常约" : ", usually about ")
				    : (chinese ? "，对照" : " against ");
	int r;

	if (finding->found == 0 && finding->limit == 0)
		return 0;
	if ((r = buffer_format(out, "%s", colon(chinese))) < 0 ||
		(r = add_scaled(catalog, finding, finding->found, chinese, out)) < 0 ||
		(r = buffer_format(out, "%s", between)) < 0)
		return err_pass(r);
	return err_pass(add_scaled(catalog, finding, finding->limit, chinese, out));
}

static int add_other(const struct catalog *catalog, const struct finding *finding, bool chinese,
	struct buffer *out)
{
	int r;

	if (finding->other == 0)
		return 0;
	if ((r = buffer_format(out, "%s", colon(chinese))) < 0)
		return err_pass(r);
	return err_pass(finding_element(catalog, finding->other, chinese, out));
}

static int add_period(const struct finding *finding, bool chinese, struct buffer *out)
{
	char period[PERIOD_TEXT_BYTES];

	if (!period_valid(finding->period))
		return 0;
	period_print(finding->period, period);
	return err_pass(buffer_format(out, "%s%s", colon(chinese), period));
}

/* Of the same figures, also how many. */
static int add_same(const struct finding *finding, bool chinese, struct buffer *out)
{
	int r = add_period(finding, chinese, out);

	if (r < 0 || finding->found <= 0)
		return err_pass(r);
	return err_pass(buffer_format(out,
		chinese ? "（%" PRId64 " 项相同）" : " (%" PRId64 " cells are the same)",
		finding->found));
}

/* A colon and the day; of one that is not before the limit, the day is not known. */
static int add_day(const struct finding *finding, bool since, bool chinese, struct buffer *out)
{
	char day[DAY_TEXT_BYTES];

	if (finding->found < INT32_MIN || finding->found > INT32_MAX ||
		(since && finding->found >= finding->limit))
		return 0;
	day_print((int32_t)finding->found, day);
	if (since)
		return err_pass(buffer_format(out, chinese ? "（自 %s 起）" : " (since %s)", day));
	return err_pass(buffer_format(out, "%s%s", colon(chinese), day));
}

static int add_number(const struct catalog *catalog, const struct finding *finding,
	enum shows shows, bool chinese, struct buffer *out)
{
	char period[PERIOD_TEXT_BYTES];
	int r;

	switch (shows) {
	case SHOWS_FOUND:
		r = buffer_format(out, "%s", colon(chinese));
		return r < 0 ? err_pass(r)
			     : err_pass(add_scaled(catalog, finding, finding->found, chinese, out));
	case SHOWS_PERIOD:
		if (finding->found <= 0 || finding->found > UINT32_MAX ||
			!period_valid((uint32_t)finding->found))
			return 0;
		period_print((uint32_t)finding->found, period);
		return err_pass(buffer_format(out, "%s%s", colon(chinese), period));
	case SHOWS_LAST_DAY:
	case SHOWS_SINCE:
		return err_pass(add_day(finding, shows == SHOWS_SINCE, chinese, out));
	case SHOWS_NUMBER:
		return err_pass(buffer_format(out, "%s%" PRId64, colon(chinese), finding->found));
	case SHOWS_BOTH:
	case SHOWS_USUAL:
		return err_pass(add_sides(catalog, finding, shows == SHOWS_USUAL, chinese, out));
	case SHOWS_OTHER:
		return err_pass(add_other(catalog, finding, chinese, out));
	case SHOWS_SAME:
		return err_pass(add_same(finding, chinese, out));
	case SHOWS_BELONG:
		return err_pass(add_period(finding, chinese, out));
	case SHOWS_NOTHING:
		break;
	}
	return 0;
}

/* The sender's own reason; of a person's decision, that person's. */
static int add_reason(const struct catalog *catalog, const struct finding *finding, bool chinese,
	struct buffer *out)
{
	const struct reason *reason = catalog ? catalog_reason(catalog, finding->reason) : NULL;
	bool theirs = finding->code == FINDING_RETURNED || finding->code == FINDING_REFUSED;
	int r;

	if (finding->reason == 0)
		return 0;
	r = buffer_format(out, "%s%s",
		theirs    ? ""
		: chinese ? "（已说明"
			  : " (explained",
		colon(chinese));
	if (r < 0)
		return err_pass(r);
	r = reason ? buffer_format(out, "%s", name_in(&reason->name, chinese))
		   : buffer_format(out, "%" PRIu32, finding->reason);
	if (r < 0 || theirs)
		return err_pass(r);
	return err_pass(buffer_format(out, "%s", chinese ? "）" : ")"));
}

static int words_what(const struct catalog *catalog, const struct finding *finding,
	const struct rule *rule, bool chinese, struct buffer *out)
{
	const struct wording *wording = &wordings[finding->code];
	const char *what = chinese ? wording->what_zh : wording->what_en;
	int r;

	if (finding->code == FINDING_RULE && rule)
		what = name_in(&rule->name, chinese);
	if ((r = buffer_format(out, "%s", what)) < 0 ||
		(r = add_number(catalog, finding, wording->shows, chinese, out)) < 0)
		return err_pass(r);
	return err_pass(add_reason(catalog, finding, chinese, out));
}

static int words_do(const struct catalog *catalog, const struct finding *finding,
	const struct rule *rule, bool chinese, struct buffer *out)
{
	const struct wording *wording = &wordings[finding->code];
	const char *fix = chinese ? wording->do_zh : wording->do_en;
	int r;

	/* What is explained needs nothing more. */
	if (finding->severity == SEVERITY_HOLD && !finding_open(finding))
		return 0;
	if (finding->code == FINDING_RULE && rule && name_in(&rule->fix, chinese)[0])
		fix = name_in(&rule->fix, chinese);
	if ((r = buffer_format(out, "%s", fix)) < 0)
		return err_pass(r);
	if (finding->has_proposed &&
		((r = buffer_format(out, "%s", chinese ? "，很可能是" : ", probably ")) < 0 ||
			(r = add_scaled(catalog, finding, finding->proposed, chinese, out)) < 0))
		return err_pass(r);
	return err_pass(finding_way_out(catalog, finding, chinese, out));
}

/* A reason that a sender may give at any time, else the first one. */
static const char *usual_reason(const struct catalog *catalog)
{
	const struct reason *usual =
		catalog ? catalog_reason_by_code(catalog, "CHECKED_CORRECT") : NULL;
	size_t count = 0;
	const struct reason *reasons = catalog ? catalog_reasons(catalog, &count) : NULL;

	if (usual && usual->sender)
		return usual->code;
	for (size_t i = 0; i < count; i++) {
		if (reasons[i].sender)
			return reasons[i].code;
	}
	return NULL;
}

bool finding_open(const struct finding *finding)
{
	return finding->severity == SEVERITY_HOLD &&
	       (finding->reason == 0 || !finding_explainable(finding->code));
}

int finding_way_out(const struct catalog *catalog, const struct finding *finding, bool chinese,
	struct buffer *out)
{
	const char *reason = usual_reason(catalog);
	const struct element *element = catalog ? catalog_element(catalog, finding->element) : NULL;

	if (!finding_open(finding) || !finding_explainable(finding->code) || !reason)
		return 0;
	return err_pass(buffer_format(out,
		chinese ? "；如数据属实，请在 reasons 列填写 %s=%s（其他原因见 huibao-collect "
			  "reasons）；不说明则留存待审"
			: "; if it is right, explain it in the column 'reasons': %s=%s (others: "
			  "huibao-collect reasons); unexplained it is held",
		finding->element != 0 && element ? element->code : "*", reason));
}

int finding_words(const struct catalog *catalog, const struct finding *finding, bool chinese,
	struct buffer *reason, struct buffer *fix)
{
	const struct rule *rule =
		catalog && finding->rule[0] ? catalog_rule_by_code(catalog, finding->rule) : NULL;
	int r;

	if ((int)finding->code < 1 || (int)finding->code > FINDING_CODE_MAX ||
		!wordings[finding->code].what_en)
		return err_pass(buffer_format(reason,
			chinese ? "服务器给出原因 %d；请更新本程序"
				: "the server gave reason %d; update this program to see it in "
				  "words",
			(int)finding->code));
	if ((r = words_what(catalog, finding, rule, chinese, reason)) < 0)
		return err_pass(r);
	return err_pass(words_do(catalog, finding, rule, chinese, fix));
}

int finding_explain(const struct catalog *catalog, const struct finding *finding, bool chinese,
	struct buffer *out)
{
	AUTO(buffer_fini) struct buffer fix = { 0 };
	int r = finding_words(catalog, finding, chinese, out, &fix);

	if (r < 0 || fix.len == 0)
		return err_pass(r);
	return err_pass(buffer_format(
		out, "%s%.*s", chinese ? "；" : "; ", (int)fix.len, (const char *)fix.data));
}

int finding_element(
	const struct catalog *catalog, uint32_t element, bool chinese, struct buffer *out)
{
	const struct element *known = catalog ? catalog_element(catalog, element) : NULL;

	if (!known)
		return err_pass(buffer_format(
			out, chinese ? "指标 %" PRIu32 : "element %" PRIu32, element));
	return err_pass(buffer_format(out, chinese ? "%s（%s）" : "%s (%s)", known->code,
		chinese ? known->name.zh : known->name.en));
}
