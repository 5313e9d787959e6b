/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table's part for facilities over time, and for the locks on periods. */
#include "admin/verb_table.h"

static const struct option_text from_day = { "from", "DATE", "自该日起", "from this day on" };
static const struct option_text until_day = { "until", "DATE", "截至该日（含），不填则长期有效",
	"the last day; without it for good" };
static const struct option_text one_facility = { "by", "CODE", "代报机构的代码",
	"code of the facility that reports for it" };

#define ATTRIBUTES                                                                                 \
	OPTION("area"), OPTION("class"), OPTION("level"), OPTION("ownership"), OPTION("sponsor"),  \
		OPTION("profit"), OPTION("locality")

static const struct verb verbs[] = {
	{ .words = "facility show",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { WORD("facility") },
		.columns = "what,from,until,name,area,class,level,ownership,sponsor,form,reporter",
		.zh = "一个机构的沿革：变更、关闭、代报",
		.en = "a facility over time: changes, closings, who reports for it" },
	{ .words = "facility change",
		.server = SERVER_INGESTD,
		.run = facility_change_run,
		.parameter = { WORD("facility"), NEEDED_AS("from", &from_day), OPTION("name"),
			ATTRIBUTES, OPTION("reason"), OPTION("dry-run") },
		.zh = "机构自某日起变更地区、类别、等级等",
		.en = "a facility is otherwise from a day on" },
	{ .words = "facility close",
		.server = SERVER_INGESTD,
		.run = facility_close_run,
		.parameter = { WORD("facility"), NEEDED_AS("from", &from_day), OPTION("reason"),
			OPTION("dry-run") },
		.zh = "机构自某日起关闭",
		.en = "a facility is closed from a day on" },
	{ .words = "facility reopen",
		.server = SERVER_INGESTD,
		.run = facility_reopen_run,
		.parameter = { WORD("facility"), NEEDED_AS("from", &from_day), ATTRIBUTES,
			OPTION("reason"), OPTION("dry-run") },
		.zh = "已关闭的机构自某日起重新开业",
		.en = "a closed facility is open again from a day on" },
	{ .words = "facility proxy",
		.server = SERVER_INGESTD,
		.run = facility_proxy_run,
		.parameter = { WORD("facility"), NEEDED("form"), NEEDED_AS("by", &one_facility),
			NEEDED_AS("from", &from_day), OPTION_AS("until", &until_day),
			OPTION("reason"), OPTION("dry-run") },
		.zh = "自某日起由另一机构代报一种报表",
		.en = "another facility reports for it on a form from a day on" },
	{ .words = "period list",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { NEEDED("area"), OPTION("form"), OPTION("period") },
		.columns = "form,period,due,lock,locked,by,until,actor,note",
		.zh = "各报表各报告期的截止日、锁定日，是否已锁定",
		.en = "when periods are due and locked, and whether they are" },
	{ .words = "period locks",
		.server = SERVER_AGGREGATOR,
		.run = question_run,
		.parameter = { OPTION("area") },
		.zh = "人工锁定和解锁的记录",
		.en = "what persons have locked and opened" },
	{ .words = "period lock",
		.server = SERVER_INGESTD,
		.run = period_lock_run,
		.parameter = { NEEDED("area"), NEEDED("form"), NEEDED("period"),
			OPTION_AS("until", &until_day), NEEDED("reason"), OPTION("dry-run") },
		.zh = "锁定一个地区一种报表的报告期：此后的报告先待审",
		.en = "lock a period: reports that come then are held" },
	{ .words = "period unlock",
		.server = SERVER_INGESTD,
		.run = period_unlock_run,
		.parameter = { NEEDED("area"), NEEDED("form"), NEEDED("period"),
			OPTION_AS("until", &until_day), NEEDED("reason"), OPTION("dry-run") },
		.zh = "解锁一个地区一种报表的报告期",
		.en = "open a locked period again" },
	{ .words = "period permit",
		.server = SERVER_INGESTD,
		.run = period_permit_run,
		.parameter = { NEEDED("from"), NEEDED("to"), OPTION("area"), OPTION("form"),
			OPTION_AS("until", &until_day), NEEDED("reason"), OPTION("dry-run") },
		.zh = "准许补报一段历史报告期",
		.en = "permit past periods to be loaded" },
};

const struct verb *registry_verb_at(size_t index)
{
	return index < array_len(verbs) ? &verbs[index] : NULL;
}
