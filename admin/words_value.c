/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What identifiers in cells mean ("needs_input", "unit-slip"): one dictionary of column and value.
 * A value that it lacks is shown as it is. */
#include "admin/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* Rising by column, then by value. */
static const struct value {
	const char *column, *value, *zh;
} values[] = {
	{ "absent", "not_applicable", "不适用" },
	{ "absent", "not_collected", "未收集" },
	{ "absent", "not_offered", "未开展" },
	{ "absent", "withheld", "不予公布" },
	{ "by", "lock", "锁定" },
	{ "by", "lock-day", "报表锁定日" },
	{ "by", "unlock", "解锁" },
	{ "class", "judged", "已判定" },
	{ "class", "needs_input", "待补数据" },
	{ "class", "needs_person", "待人工认定" },
	{ "class", "not_measurable", "按现有表述无法度量" },
	{ "class", "provisional", "暂定" },
	{ "comparator", "<", "低于" },
	{ "comparator", "<=", "不超过" },
	{ "comparator", ">", "超过" },
	{ "comparator", ">=", "不低于" },
	{ "comparator", "about", "左右" },
	{ "decision", "accepted", "已接受" },
	{ "decision", "rejected", "已拒绝" },
	{ "decision", "returned", "已退回" },
	{ "direction", "better", "好转" },
	{ "direction", "better_untested", "有变化（好转），未检验" },
	{ "direction", "down", "下降" },
	{ "direction", "down_untested", "有变化（下降），未检验" },
	{ "direction", "not_comparable", "口径不可比" },
	{ "direction", "not_distinguishable", "差异在随机波动之内" },
	{ "direction", "same", "持平" },
	{ "direction", "unknown", "未知" },
	{ "direction", "up", "上升" },
	{ "direction", "up_untested", "有变化（上升），未检验" },
	{ "direction", "worse", "变差" },
	{ "direction", "worse_untested", "有变化（变差），未检验" },
	{ "finding", "absent-kind", "缺数原因无效" },
	{ "finding", "conflict", "修订号冲突" },
	{ "finding", "copied", "照抄往期" },
	{ "finding", "cut", "未查完" },
	{ "finding", "digest-wrong", "传输损坏" },
	{ "finding", "element-unknown", "指标项不在表内" },
	{ "finding", "facility-closed", "未开业" },
	{ "finding", "facility-unknown", "机构未登记" },
	{ "finding", "form-not-assigned", "不填此表" },
	{ "finding", "form-unknown", "报表不明" },
	{ "finding", "locked", "报告期已锁定" },
	{ "finding", "negative-money", "金额为负" },
	{ "finding", "not-yours", "无权代报" },
	{ "finding", "period-future", "报告期未满" },
	{ "finding", "period-invalid", "报告期不符" },
	{ "finding", "reason-unknown", "理由代码不明" },
	{ "finding", "refused", "已拒绝" },
	{ "finding", "reported-for", "已有代报" },
	{ "finding", "required-missing", "缺必填项" },
	{ "finding", "returned", "已退回" },
	{ "finding", "revision-zero", "缺修订号" },
	{ "finding", "rule", "不合校验规则" },
	{ "finding", "sum-in-part", "合计填入分项" },
	{ "finding", "swapped", "两项互换" },
	{ "finding", "ten-times", "差十倍" },
	{ "finding", "text-invalid", "文字不合规" },
	{ "finding", "too-large", "过大" },
	{ "finding", "undecodable", "无法读取" },
	{ "finding", "unit-slip", "单位错位" },
	{ "finding", "value-negative", "数值为负" },
	{ "finding", "value-range", "数值过大" },
	{ "finding", "withdrawal-values", "撤回含数值" },
	{ "finding", "wrong-month", "月份错位" },
	{ "kind", "adjustment", "调整" },
	{ "kind", "city", "地级市" },
	{ "kind", "county", "县" },
	{ "kind", "decision", "决定" },
	{ "kind", "district", "市辖区" },
	{ "kind", "fact", "外部数据" },
	{ "kind", "functional_zone", "功能区" },
	{ "kind", "held", "待审" },
	{ "kind", "lock", "锁定" },
	{ "kind", "outside", "区域外" },
	{ "kind", "province", "省" },
	{ "kind", "query", "提问" },
	{ "kind", "rejected", "拒收" },
	{ "kind", "report", "报告" },
	{ "kind", "street", "街道" },
	{ "kind", "text", "文字" },
	{ "kind", "town", "镇" },
	{ "kind", "township", "乡" },
	{ "kind", "unlock", "解锁" },
	{ "kind", "verdict", "人工评定" },
	{ "kind", "withdrawal", "撤回" },
	{ "origin", "person", "人工录入" },
	{ "origin", "plan", "规划" },
	{ "origin", "reports", "报告" },
	{ "outcome", "met", "达标" },
	{ "outcome", "not_met", "未达标" },
	{ "outcome", "not_started", "未启动" },
	{ "outcome", "under_way", "进行中" },
	{ "outcome", "withdrawn", "撤回评定" },
	{ "role", "administrator", "系统管理员" },
	{ "role", "collector", "上报" },
	{ "role", "data_manager", "数据管理员" },
	{ "role", "reader", "只读" },
	{ "role", "registrar", "机构登记员" },
	{ "severity", "follow", "追问" },
	{ "severity", "hold", "待审" },
	{ "severity", "reject", "拒收" },
	{ "side", "births", "出生" },
	{ "side", "deaths", "死亡" },
	{ "side", "denominator", "分母" },
	{ "side", "fact", "外部数据" },
	{ "side", "fails", "不满足" },
	{ "side", "holds", "满足" },
	{ "side", "infant_deaths", "婴儿死亡" },
	{ "side", "input", "所用指标" },
	{ "side", "not_reported", "未报" },
	{ "side", "numerator", "分子" },
	{ "side", "population", "人口" },
	{ "side", "published", "规划所印" },
	{ "side", "reported", "已报" },
	{ "side", "stage", "阶段" },
	{ "side", "unhealthy", "不健康率" },
	{ "side", "unknown", "不明" },
	{ "side", "unreported", "漏报率" },
	{ "source", "fact", "外部数据" },
	{ "source", "none", "无" },
	{ "source", "published", "规划所印" },
	{ "source", "reports", "报告" },
	{ "source_kind", "fact", "外部数据" },
	{ "source_kind", "none", "无" },
	{ "source_kind", "published", "规划所印" },
	{ "source_kind", "reports", "报告" },
	{ "state", "accepted", "已接受" },
	{ "state", "active", "生效中" },
	{ "state", "ended", "已结束" },
	{ "state", "expired", "已到期" },
	{ "state", "following", "正常跟进" },
	{ "state", "held", "待审核" },
	{ "state", "late", "迟报" },
	{ "state", "missing", "未报" },
	{ "state", "proposed", "待确认" },
	{ "state", "rebuilding", "重建中" },
	{ "state", "rejected", "已拒绝" },
	{ "state", "returned", "已退回" },
	{ "state", "superseded", "已被替代" },
	{ "state", "waiting", "待审核" },
	{ "state", "withdrawn", "已撤回" },
	{ "status", "accepted", "已接收" },
	{ "status", "behind", "进度滞后" },
	{ "status", "behind_pace_unknown", "进度滞后，增速未知" },
	{ "status", "changed_not_tested", "有变化，未检验" },
	{ "status", "held", "待审核" },
	{ "status", "judged", "已判定" },
	{ "status", "met", "已达标" },
	{ "status", "met_so_far", "目前达标" },
	{ "status", "missed", "未达标" },
	{ "status", "needs_input", "待补数据" },
	{ "status", "needs_person", "待人工认定" },
	{ "status", "not_comparable", "口径不可比" },
	{ "status", "not_distinguishable", "变化在随机波动之内" },
	{ "status", "not_measurable", "按现有表述无法度量" },
	{ "status", "off_course", "偏离进度" },
	{ "status", "on_course", "进度正常" },
	{ "status", "provisional", "暂定" },
	{ "status", "rejected", "已拒收" },
	{ "status", "striven_not_reached", "力争未及" },
	{ "status", "superseded", "已被取代" },
	{ "status", "unchanged", "无变化" },
	{ "used_by", "both", "双方" },
	{ "used_by", "bureau", "主管部门" },
	{ "used_by", "bureau|sender", "双方" },
	{ "used_by", "sender", "填报单位" },
	{ "used_by", "sender|bureau", "双方" },
	{ "what", "closed", "关闭" },
	{ "what", "cut", "未算完" },
	{ "what", "indicator", "指标" },
	{ "what", "open", "开业" },
	{ "what", "rank", "位次" },
	{ "what", "reported_for", "由他人代报" },
	{ "what", "target", "目标" },
	{ "window", "baseline", "基期以来累计" },
	{ "window", "half", "半年" },
	{ "window", "mch_year", "妇幼年度" },
	{ "window", "month", "月" },
	{ "window", "plan", "规划期累计" },
	{ "window", "quarter", "季" },
	{ "window", "r12m", "近 12 个月" },
	{ "window", "r36m", "近三年" },
	{ "window", "year", "年" },
	{ "window", "ytd", "本年累计" },
};

static int value_order(const void *key, const void *item)
{
	const struct value *a = key, *b = item;
	int order = strcmp(a->column, b->column);

	return order ? order : strcmp(a->value, b->value);
}

/* What plans print is Chinese: the few words of theirs that an English table is read by. */
static const struct printed {
	const char *column, *zh, *en;
} printed[] = {
	{ "nature", "约束性", "binding" },
	{ "nature", "预期性", "expected" },
	{ "nature", "指导性", "guiding" },
};

static const char *words_english(const char *column, const char *value)
{
	for (size_t i = 0; i < array_len(printed); i++)
		if (strcmp(printed[i].column, column) == 0 && strcmp(printed[i].zh, value) == 0)
			return printed[i].en;
	return value;
}

const char *words_value(const char *column, const char *value, bool chinese)
{
	const struct value key = { .column = column, .value = value }, *found;

	if (!chinese)
		return words_english(column, value);
	found = bsearch(&key, values, array_len(values), sizeof(values[0]), value_order);
	return found ? found->zh : value;
}
