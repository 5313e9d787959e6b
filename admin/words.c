/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One dictionary of columns for every question there is: a new column of a daemon needs one line
 * here, and without it shows under its own name. */
#include "admin/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct heading {
	const char *column, *zh, *en;
};

static const struct heading headings[] = {
	{ "absent", "缺数原因", "absent" },
	{ "accepted", "已接收", "accepted" },
	{ "actor", "操作密钥", "actor" },
	{ "aggregator", "汇总服务 aggregator", "aggregator" },
	{ "area", "地区", "area" },
	{ "area_name", "地区名称", "area name" },
	{ "at", "截至", "as of" },
	{ "baseline", "基期", "baseline" },
	{ "baseline_shown", "基期", "baseline" },
	{ "baseline_year", "基期年", "baseline year" },
	{ "basis", "口径", "basis" },
	{ "because_en", "理由", "because" },
	{ "because_zh", "理由", "because" },
	{ "best_pace", "最好年均进度", "best yearly pace" },
	{ "catalogue", "目录版本", "catalogue" },
	{ "chain", "链哈希", "chain" },
	{ "change", "变化", "change" },
	{ "class", "机构类别", "class" },
	{ "closed", "关闭日期", "closed" },
	{ "code", "代码", "code" },
	{ "coefficient", "系数", "coefficient" },
	{ "column", "栏", "column" },
	{ "comparator", "比较词", "comparator" },
	{ "complete", "完整率", "complete" },
	{ "contribution", "贡献值", "contribution" },
	{ "count", "有值机构数", "count" },
	{ "counts", "有效", "counts" },
	{ "denominator", "分母", "denominator" },
	{ "denominator_expected", "分母应报", "denominator expected" },
	{ "denominator_reported", "分母已报", "denominator reported" },
	{ "denominator_with_value", "分母有值", "denominator with value" },
	{ "differences", "差异数", "differences" },
	{ "digest", "摘要", "digest" },
	{ "direction", "比基期", "against the baseline" },
	{ "direction_of_period", "比上期", "against the period before" },
	{ "dropped_messages", "丢弃消息", "dropped messages" },
	{ "element", "指标项", "element" },
	{ "environment", "数据环境", "environment" },
	{ "epoch", "纪元", "epoch" },
	{ "evidence", "依据", "evidence" },
	{ "facilities", "机构数", "facilities" },
	{ "facility", "机构", "facility" },
	{ "facility_name", "机构名称", "facility name" },
	{ "factor", "倍数", "factor" },
	{ "failed", "未达标时期", "failed in" },
	{ "fault", "故障", "fault" },
	{ "file", "文件", "file" },
	{ "finding", "问题", "finding" },
	{ "first_difference", "首个差异", "first difference" },
	{ "first_year", "起始年", "first year" },
	{ "form", "报表", "form" },
	{ "gap", "差距", "gap" },
	{ "gap_unit_en", "差距单位", "unit of the gap" },
	{ "gap_unit_zh", "差距单位", "unit of the gap" },
	{ "gap_units", "差距（个数）", "gap in units" },
	{ "handshakes_denied", "拒绝连接", "handshakes denied" },
	{ "headroom", "余量", "headroom" },
	{ "high", "区间上限", "high" },
	{ "hold_or_reach", "保持或达到", "hold or reach" },
	{ "id", "编号", "id" },
	{ "indexed_sequence", "已索引序号", "indexed sequence" },
	{ "indicator", "指标", "indicator" },
	{ "ingestd", "接收服务 ingestd", "ingestd" },
	{ "issuer", "发布单位", "issued by" },
	{ "issuer_en", "发布单位", "issued by" },
	{ "journal_sequence", "日志序号", "journal sequence" },
	{ "judged", "已判定", "judged" },
	{ "judged_by", "由谁判定", "judged by" },
	{ "judged_comparator", "判定比较", "judged by" },
	{ "key", "标识", "key" },
	{ "keys", "密钥数", "keys" },
	{ "keys_compared", "比对条目", "keys compared" },
	{ "kind", "类型", "kind" },
	{ "lag_entries", "落后条数", "lag entries" },
	{ "last_sequence", "末条序号", "last sequence" },
	{ "last_year", "终止年", "last year" },
	{ "left_out", "未计入", "left out" },
	{ "level", "等级", "level" },
	{ "line", "行", "line" },
	{ "locality", "城乡", "locality" },
	{ "low", "区间下限", "low" },
	{ "mark", "说明", "mark" },
	{ "missing", "缺少的输入", "missing input" },
	{ "modality", "措辞", "modality" },
	{ "name", "名称", "name" },
	{ "name_en", "名称", "name" },
	{ "name_zh", "名称", "name" },
	{ "nature", "属性", "nature" },
	{ "needs_input", "待补数据", "needs an input" },
	{ "needs_person", "待人工认定", "needs a person" },
	{ "new", "新值", "new" },
	{ "norm", "标准值", "norm" },
	{ "not_measurable", "无法度量", "not measurable" },
	{ "note", "说明", "note" },
	{ "note_en", "说明", "note" },
	{ "note_zh", "说明", "note" },
	{ "number", "编号", "number" },
	{ "numerator", "分子", "numerator" },
	{ "numerator_expected", "分子应报", "numerator expected" },
	{ "numerator_reported", "分子已报", "numerator reported" },
	{ "numerator_with_value", "分子有值", "numerator with value" },
	{ "old", "旧值", "old" },
	{ "opened", "开业日期", "opened" },
	{ "origin", "来历", "origin" },
	{ "outcome", "评定", "outcome" },
	{ "owner", "责任部门", "owner" },
	{ "ownership", "公立民营", "ownership" },
	{ "p", "检验 p 值", "p" },
	{ "pace", "所需年均进度", "pace needed" },
	{ "paired", "配对计算", "paired" },
	{ "parent", "上级", "parent" },
	{ "path", "应达进度线", "path" },
	{ "period", "报告期", "period" },
	{ "plan", "规划", "plan" },
	{ "polarity", "方向", "better is" },
	{ "preferred", "采用", "preferred" },
	{ "printed", "原文", "printed" },
	{ "profit", "营利性质", "profit" },
	{ "progress", "进度（%）", "progress (%)" },
	{ "projection", "推算值", "projection" },
	{ "projection_high", "推算上限", "projection high" },
	{ "projection_low", "推算下限", "projection low" },
	{ "provisional", "暂定", "provisional" },
	{ "public_key", "公钥", "public key" },
	{ "range_kind", "区间性质", "kind of range" },
	{ "rank", "位次", "rank" },
	{ "reason", "原因", "reason" },
	{ "received", "接收时间", "received" },
	{ "records", "记录数", "records" },
	{ "recurrence", "考核时点", "recurrence" },
	{ "refused_messages", "拒绝消息", "refused messages" },
	{ "rejected", "已拒收", "rejected" },
	{ "replaces", "替换序号", "replaces" },
	{ "reported", "已报机构数", "reported" },
	{ "reports", "在用报告数", "reports" },
	{ "revision", "修订号", "revision" },
	{ "revoked", "已吊销", "revoked" },
	{ "role", "角色", "role" },
	{ "row", "序号", "row" },
	{ "rows", "行数", "rows" },
	{ "scope", "范围", "scope" },
	{ "scope_node", "适用范围", "scope" },
	{ "section", "章节", "section" },
	{ "seed", "文件", "document" },
	{ "sequence", "序号", "sequence" },
	{ "series", "口径系列", "series" },
	{ "shown", "实际", "actual" },
	{ "side", "分子或分母", "side" },
	{ "source", "来源", "source" },
	{ "source_kind", "数值来自", "value from" },
	{ "sponsor", "主办单位", "sponsor" },
	{ "state", "状态", "state" },
	{ "status", "结论", "status" },
	{ "sum", "合计", "sum" },
	{ "superseded", "已被取代", "superseded" },
	{ "supersedes", "重复或矛盾", "repeats or contradicts" },
	{ "table", "表", "table" },
	{ "target", "目标", "target" },
	{ "target_class", "判定类别", "class of the target" },
	{ "target_shown", "目标", "target" },
	{ "target_status", "状态", "status" },
	{ "target_year", "目标年", "target year" },
	{ "targets", "目标数", "targets" },
	{ "tolerance", "容差", "tolerance" },
	{ "unchanged", "无变化", "unchanged" },
	{ "unit", "单位", "unit" },
	{ "unit_set", "口径", "per or of" },
	{ "unit_zh", "单位", "unit" },
	{ "value", "数值", "value" },
	{ "who", "操作人", "who" },
	{ "window", "时间窗", "window" },
	{ "withdrawn", "已撤回", "withdrawn" },
	{ "year_implied", "年份推定", "year implied" },
};

static int heading_order(const void *key, const void *item)
{
	return strcmp(key, ((const struct heading *)item)->column);
}

const char *words_heading(const char *column, bool chinese)
{
	const struct heading *heading =
		bsearch(column, headings, array_len(headings), sizeof(headings[0]), heading_order);

	if (!heading)
		return column;
	return chinese ? heading->zh : heading->en;
}

/* Rising by column, then by value. */
static const struct value {
	const char *column, *value, *zh;
} values[] = {
	{ "absent", "not_applicable", "不适用" },
	{ "absent", "not_collected", "未收集" },
	{ "absent", "not_offered", "未开展" },
	{ "absent", "withheld", "不予公布" },
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
	{ "kind", "city", "地级市" },
	{ "kind", "county", "县" },
	{ "kind", "district", "市辖区" },
	{ "kind", "fact", "外部数据" },
	{ "kind", "functional_zone", "功能区" },
	{ "kind", "outside", "区域外" },
	{ "kind", "province", "省" },
	{ "kind", "rejected", "拒收" },
	{ "kind", "report", "报告" },
	{ "kind", "street", "街道" },
	{ "kind", "text", "文字" },
	{ "kind", "town", "镇" },
	{ "kind", "township", "乡" },
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
	{ "state", "following", "正常跟进" },
	{ "state", "rebuilding", "重建中" },
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
