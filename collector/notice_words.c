/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A notice of the bureau's in words: when, about which report and cell, what was said, and what the
 * sender can do. A question is never answered in words: the answer is a new revision, with a reason
 * where the figure is right as it stands. */
#include <inttypes.h>

#include "base/err.h"
#include "client/finding.h"
#include "client/language.h"
#include "collector/notices.h"
#include "model/decimal.h"
#include "model/period.h"
#include "model/rule.h"

struct saying {
	const char *what_zh, *what_en, *do_zh, *do_en;
};

static const struct saying sayings[] = {
	[NOTICE_ACCEPTED] = { "留存的报表经审核已接受，现已生效",
		"the held report was accepted and is in force", "", "" },
	[NOTICE_RETURNED] = { "留存的报表被退回", "the held report was sent back",
		"；请更正或说明原因后重新上报（新的修订号）",
		"; correct it or give a reason, and send it again as a new revision" },
	[NOTICE_REJECTED] = { "留存的报表被否决", "the held report was rejected",
		"；请先与主管部门联系，再重新上报", "; ask the bureau before you report anew" },
	[NOTICE_QUERY] = { "主管部门询问", "the bureau asks about",
		"；如有误请更正，如属实请在 reasons 列说明原因，再重新上报：新的修订就是答复",
		"; correct it, or give a reason in the column 'reasons', and send it again: the "
		"new revision is the answer" },
	[NOTICE_ADJUSTED] = { "主管部门在所报数据旁另列调整数",
		"the bureau shows an adjustment beside your figure",
		"；所报数据未改；如原数无误，请运行 huibao-collect confirm，如有误请更正后重新上报",
		"; what you reported is unchanged; confirm it (huibao-collect confirm) if it is "
		"right, or send a correction" },
};

/* A question about a report that never came. */
static const struct saying about_missing = { "主管部门询问，尚未收到该报表",
	"the bureau asks about this report, which it does not have",
	"；请填报，如确无业务请运行 huibao-collect nil",
	"; send it, or, if there was nothing to report, huibao-collect nil" };

static bool is_missing(const struct notice *notice)
{
	return notice->kind == NOTICE_QUERY && notice->revision == 0;
}

static const char *unit_of(const struct catalog *catalog, const struct element *element)
{
	const struct catalog_name *unit = element ? catalog_unit(catalog, element->unit) : NULL;

	return unit ? language_pick(unit->zh, unit->en) : "";
}

static int add_place(const struct catalog *catalog, const struct notice *notice, struct buffer *out)
{
	const struct form *form = catalog ? catalog_form(catalog, (uint16_t)notice->form) : NULL;
	char period[PERIOD_TEXT_BYTES] = "?", day[DAY_TEXT_BYTES];
	int r;

	if (period_valid(notice->period))
		period_print(notice->period, period);
	day_print(day_of_wall_ms((int64_t)notice->received_ms), day);
	r = buffer_format(out,
		language_pick(
			"%s 机构 %.*s，报表 %s，报告期 %s", "%s facility %.*s, form %s, period %s"),
		day, (int)notice->facility.len, (const char *)notice->facility.data,
		form ? form->code : "?", period);
	if (r == 0 && notice->revision > 0)
		r = buffer_format(out, language_pick("，修订号 %" PRIu32, ", revision %" PRIu32),
			notice->revision);
	return r < 0 ? err_pass(r) : err_pass(buffer_format(out, "%s", language_pick("：", ": ")));
}

/* Which cell, and for an adjustment by how much. */
static int add_cell(const struct catalog *catalog, const struct notice *notice, struct buffer *out)
{
	const struct element *element = catalog ? catalog_element(catalog, notice->element) : NULL;
	char delta[DECIMAL_TEXT_BYTES];
	int r = 0;

	if (notice->element != 0) {
		r = buffer_format(
			out, "%s", notice->kind == NOTICE_QUERY ? " " : language_pick("：", ": "));
		if (r == 0)
			r = finding_element(catalog, notice->element, language_is_chinese(), out);
	} else if (notice->kind == NOTICE_QUERY && !is_missing(notice)) {
		r = buffer_format(out, "%s", language_pick("整张报表", " the report as a whole"));
	}
	if (r < 0 || notice->kind != NOTICE_ADJUSTED)
		return err_pass(r);
	decimal_print(notice->delta, element ? element->scale : 0, delta);
	return err_pass(buffer_format(out, " %s%s%s%s", notice->delta > 0 ? "+" : "", delta,
		language_pick("", " "), unit_of(catalog, element)));
}

static int add_words(const struct catalog *catalog, const struct notice *notice, struct buffer *out)
{
	const struct reason *reason = catalog ? catalog_reason(catalog, notice->reason) : NULL;
	int r = 0;

	if (reason)
		r = buffer_format(out, language_pick("（%s）", " (%s)"),
			language_pick(reason->name.zh, reason->name.en));
	if (r < 0 || notice->text.len == 0)
		return err_pass(r);
	return err_pass(buffer_format(out, "%s%.*s", language_pick("：", ": "),
		(int)notice->text.len, (const char *)notice->text.data));
}

int notice_explain(const struct catalog *catalog, const struct notice *notice, struct buffer *out)
{
	const struct saying *saying = is_missing(notice) ? &about_missing : &sayings[notice->kind];
	int r;

	if ((r = add_place(catalog, notice, out)) < 0 ||
		(r = buffer_format(out, "%s", language_pick(saying->what_zh, saying->what_en))) <
			0 ||
		(r = add_cell(catalog, notice, out)) < 0 ||
		(r = add_words(catalog, notice, out)) < 0)
		return err_pass(r);
	return err_pass(buffer_format(out, "%s\n", language_pick(saying->do_zh, saying->do_en)));
}
