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
	{ "aggregator", "汇总服务", "aggregator" },
	{ "area", "地区", "area" },
	{ "area_name", "地区名称", "area name" },
	{ "catalogue", "目录版本", "catalogue" },
	{ "chain", "链哈希", "chain" },
	{ "class", "机构类别", "class" },
	{ "closed", "关闭日期", "closed" },
	{ "code", "代码", "code" },
	{ "coefficient", "系数", "coefficient" },
	{ "contribution", "贡献值", "contribution" },
	{ "count", "有值机构数", "count" },
	{ "denominator", "分母", "denominator" },
	{ "denominator_expected", "分母应报", "denominator expected" },
	{ "denominator_reported", "分母已报", "denominator reported" },
	{ "denominator_with_value", "分母有值", "denominator with value" },
	{ "differences", "差异数", "differences" },
	{ "digest", "摘要", "digest" },
	{ "dropped_messages", "丢弃消息", "dropped messages" },
	{ "element", "指标项", "element" },
	{ "environment", "数据环境", "environment" },
	{ "epoch", "纪元", "epoch" },
	{ "facilities", "机构数", "facilities" },
	{ "facility", "机构", "facility" },
	{ "facility_name", "机构名称", "facility name" },
	{ "factor", "倍数", "factor" },
	{ "file", "文件", "file" },
	{ "finding", "问题", "finding" },
	{ "first_difference", "首个差异", "first difference" },
	{ "form", "报表", "form" },
	{ "handshakes_denied", "拒绝连接", "handshakes denied" },
	{ "indexed_sequence", "已索引序号", "indexed sequence" },
	{ "indicator", "指标", "indicator" },
	{ "ingestd", "接收服务", "ingestd" },
	{ "journal_sequence", "日志序号", "journal sequence" },
	{ "keys", "条目数", "keys" },
	{ "kind", "类型", "kind" },
	{ "lag_entries", "落后条数", "lag entries" },
	{ "last_sequence", "末条序号", "last sequence" },
	{ "left_out", "未计入", "left out" },
	{ "level", "等级", "level" },
	{ "line", "行", "line" },
	{ "locality", "城乡", "locality" },
	{ "mark", "说明", "mark" },
	{ "name", "名称", "name" },
	{ "name_en", "名称", "name" },
	{ "name_zh", "名称", "name" },
	{ "number", "编号", "number" },
	{ "numerator", "分子", "numerator" },
	{ "numerator_expected", "分子应报", "numerator expected" },
	{ "numerator_reported", "分子已报", "numerator reported" },
	{ "numerator_with_value", "分子有值", "numerator with value" },
	{ "opened", "开业日期", "opened" },
	{ "ownership", "公立民营", "ownership" },
	{ "paired", "配对计算", "paired" },
	{ "parent", "上级", "parent" },
	{ "period", "报告期", "period" },
	{ "profit", "营利性质", "profit" },
	{ "public_key", "公钥", "public key" },
	{ "received", "接收时间", "received" },
	{ "records", "记录数", "records" },
	{ "refused_messages", "拒绝消息", "refused messages" },
	{ "rejected", "已拒收", "rejected" },
	{ "replaces", "替换序号", "replaces" },
	{ "reported", "已报机构数", "reported" },
	{ "reports", "在用报告数", "reports" },
	{ "revision", "修订号", "revision" },
	{ "revoked", "已吊销", "revoked" },
	{ "role", "角色", "role" },
	{ "scope", "范围", "scope" },
	{ "sequence", "序号", "sequence" },
	{ "side", "分子或分母", "side" },
	{ "source", "来源报表", "source" },
	{ "sponsor", "主办单位", "sponsor" },
	{ "state", "状态", "state" },
	{ "status", "结论", "status" },
	{ "sum", "合计", "sum" },
	{ "superseded", "已被取代", "superseded" },
	{ "unchanged", "无变化", "unchanged" },
	{ "unit", "单位", "unit" },
	{ "value", "数值", "value" },
	{ "window", "时间窗", "window" },
};

static int heading_order(const void *key, const void *item)
{
	return strcmp(key, ((const struct heading *)item)->column);
}

const char *words_heading(const char *column, bool chinese)
{
	const struct heading *heading = bsearch(
		column, headings, array_len(headings), sizeof(headings[0]), heading_order);

	if (!heading)
		return column;
	return chinese ? heading->zh : heading->en;
}

bool words_chinese(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < array_len(variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && value[0])
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}

/* A mark is its beginning in English; what follows it (counts, a year) is carried over. */
static const struct {
	const char *en, *zh;
} marks[] = {
	{ "no data", "无数据" },
	{ "partial", "数据不全" },
	{ "provisional population", "暂用人口" },
	{ "no population", "无人口数" },
	{ "mixed basis", "统计口径混合" },
};

static int mark_add(struct bytes mark, struct buffer *out)
{
	for (size_t i = 0; i < array_len(marks); i++) {
		size_t len = strlen(marks[i].en);

		if (mark.len < len || memcmp(mark.data, marks[i].en, len) != 0)
			continue;
		return err_pass(buffer_format(out, "%s%.*s", marks[i].zh, (int)(mark.len - len),
			(const char *)mark.data + len));
	}
	return err_pass(buffer_add(out, mark));
}

int words_mark(const char *mark, bool chinese, struct buffer *out)
{
	if (!chinese)
		return err_pass(buffer_add(out, bytes_str(mark)));
	for (;;) {
		const char *end = strstr(mark, "; ");
		size_t len = end ? (size_t)(end - mark) : strlen(mark);
		int r = mark_add(bytes_of(mark, len), out);

		if (r == 0 && end)
			r = buffer_add(out, bytes_str("；"));
		if (r < 0 || !end)
			return err_pass(r);
		mark = end + 2;
	}
}
