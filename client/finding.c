/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One table: finding code → what is wrong, and what to do, in both languages. A code that is
 * missing here (from a newer server) is shown by its number, never swallowed. */
#include "client/finding.h"

#include <inttypes.h>

#include "base/err.h"
#include "model/decimal.h"

/* Which of the finding's numbers belong into the sentence. */
enum shows { SHOWS_NOTHING, SHOWS_FOUND, SHOWS_PERIOD, SHOWS_LAST_DAY, SHOWS_REVISION };

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
	[FINDING_CONFLICT] = { SHOWS_REVISION,
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
};

static int add_number(const struct catalog *catalog, const struct finding *finding,
	enum shows shows, struct buffer *out)
{
	const struct element *element = catalog ? catalog_element(catalog, finding->element) : NULL;
	char text[DECIMAL_TEXT_BYTES];
	char period[PERIOD_TEXT_BYTES], day[DAY_TEXT_BYTES];

	switch (shows) {
	case SHOWS_FOUND:
		decimal_print(finding->found, element ? element->scale : 0, text);
		return err_pass(buffer_format(out, ": %s", text));
	case SHOWS_PERIOD:
		if (finding->found <= 0 || finding->found > UINT32_MAX ||
			!period_valid((uint32_t)finding->found))
			return 0;
		period_print((uint32_t)finding->found, period);
		return err_pass(buffer_format(out, ": %s", period));
	case SHOWS_LAST_DAY:
		if (finding->found < INT32_MIN || finding->found > INT32_MAX)
			return 0;
		day_print((int32_t)finding->found, day);
		return err_pass(buffer_format(out, ": %s", day));
	case SHOWS_REVISION:
		return err_pass(buffer_format(out, ": %" PRId64, finding->found));
	case SHOWS_NOTHING:
		break;
	}
	return 0;
}

int finding_words(const struct catalog *catalog, const struct finding *finding, bool chinese,
	struct buffer *reason, const char **ret_fix)
{
	const struct wording *wording;
	int r;

	*ret_fix = NULL;
	if ((int)finding->code < 1 || (int)finding->code > FINDING_CODE_MAX ||
		!wordings[finding->code].what_en)
		return err_pass(buffer_format(reason,
			chinese ? "服务器给出原因 %d；请更新本程序"
				: "the server gave reason %d; update this program to see it in "
				  "words",
			(int)finding->code));
	wording = &wordings[finding->code];
	if ((r = buffer_format(reason, "%s", chinese ? wording->what_zh : wording->what_en)) < 0 ||
		(r = add_number(catalog, finding, wording->shows, reason)) < 0)
		return err_pass(r);
	*ret_fix = chinese ? wording->do_zh : wording->do_en;
	return 0;
}

int finding_explain(const struct catalog *catalog, const struct finding *finding, bool chinese,
	struct buffer *out)
{
	const char *fix;
	int r = finding_words(catalog, finding, chinese, out, &fix);

	if (r < 0 || !fix)
		return err_pass(r);
	return err_pass(buffer_format(out, "%s%s", chinese ? "；" : "; ", fix));
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
