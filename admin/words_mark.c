/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Remarks beside a figure, and what it lacks, in Chinese: one table of sentences for all that the
 * aggregator can say. tests/admin/check_words.py compares it with the sources that say it. */
#include <string.h>

#include "admin/words.h"
#include "base/err.h"

/* '*' stands for one word, '~' for any text, which may be a remark itself. The Chinese has them in
 * the same order, or names them: $1, $2 … The first sentence that fits is taken. */
static const struct mark {
	const char *en, *zh;
} marks[] = {
	/* coverage */
	{ "no data", "无数据" },
	{ "no data of * for *", "* 缺 * 的数据" },
	{ "partial * of *", "已报 *，应报 *" },
	{ "values in * of * reports", "* 份有值，共 * 份报告" },
	{ "area * left out", "* 无数值，未排位" },
	{ "* left out", "* 份未计入" },
	{ "not applicable to *", "对 * 家不适用" },
	{ "provisional population *", "暂用 * 年人口" },
	{ "population of * of * months", "有人口数 * 个月，共 * 个月" },
	{ "* as of *", "* 截至 *" },
	{ "a new series from *", "* 年起口径改变" },
	{ "* not known", "* 情况不明" },
	{ "no standard error was reported", "未报标准误" },
	/* meaning */
	{ "mixed basis", "统计口径混合" },
	{ "fitted age pattern: no trend may be read", "年龄结构为拟合，不得据以判断趋势" },
	{ "series differ: '~' and '~'", "口径不同：“~”与“~”" },
	{ "from * and *", "分别来自“~”和“~”" },
	{ "at least this", "不低于此数" },
	{ "more than this", "高于此数" },
	{ "at most this", "不高于此数" },
	{ "less than this", "低于此数" },
	{ "about this", "约为此数" },
	{ "* of * judged targets", "达标 * 个，已判定 * 个" },
	{ "* fails *", "* 不满足 *" },
	{ "* the wrong way", "* 年方向相反" },
	{ "* of * steps seen", "已知 * 步，共 * 步" },
	{ "stage * of *: ~", "第 * 阶段，共 * 个：~" },
	{ "few events: above the common rate beyond chance", "例数少：高于总体水平，超出随机波动" },
	{ "few events: below the common rate beyond chance", "例数少：低于总体水平，超出随机波动" },
	{ "few events: within chance of the common rate", "例数少：与总体水平之差在随机波动之内" },
	{ "basis ~", "统计口径 ~" },
	{ "service", "按服务地" },
	{ "residence", "按常住地" },
	{ "registration", "按户籍地" },
	{ "service+residence", "按服务地和常住地" },
	{ "service+registration", "按服务地和户籍地" },
	{ "residence+registration", "按常住地和户籍地" },
	{ "population vintage *", "人口数第 * 版" },
	{ "* months pooled", "* 个月合计" },
	{ "q0 from births", "婴儿死亡概率按出生数计算" },
	{ "q0 from rates", "婴儿死亡概率按死亡率计算" },
	{ "corrected for unreported deaths", "已按漏报率校正死亡数" },
	{ "Sullivan", "沙利文法" },
	{ "reports", "报告" },
	{ "fact", "外部数据" },
	{ "published", "规划所印" },
	/* what cannot be computed */
	{ "denominator is 0", "分母为 0" },
	{ "beyond 128 bits", "数值过大，超出 128 位" },
	{ "*: its rule over time is not computed here", "*：此处不按其时间规则计算" },
	{ "no form gives * for window *", "没有报表能给出 *（时间窗 *）" },
	{ "no calendar of working days is loaded", "没有工作日历" },
	/* what lacks */
	{ "element * by age of * for *", "$2 在 $3 年按年龄的 $1" },
	{ "element * of ~ on * for *", "$2 在 $4 的报表 $3 中的 $1" },
	{ "an institution in *", "* 的机构" },
	{ "institutions in *", "* 的机构" },
	{ "fact * for * *", "外部数据 *（地区 *，*）" },
	{ "population of * for * (element *)", "* 在 * 年的人口（*）" },
	{ "a form that gives element * for window *", "能给出 * 的报表（时间窗 *）" },
	{ "reports of * in window *", "报表 * 的报告（时间窗 *）" },
	{ "respondents of * in window *", "应报 * 的机构（时间窗 *）" },
	{ "values of * of other areas of kind *", "其他同类地区（$2）的 $1" },
	{ "an area of kind *: only these are ranked by *", "类型为 * 的地区：* 只给这类地区排位" },
	{ "unit *: no area and no facility has that code", "单位 *：没有这个代码的地区或机构" },
	{ "units of * in *", "* 在 * 的考核单位" },
	{ "plan *", "规划 *" },
	{ "any judged target of plan *", "规划 * 中已判定的目标" },
	{ "positive values of *", "* 的正值" },
	{ "a value of * for * other than 0", "* 在 * 年不为 0 的数值" },
	{ "a value of * other than 0", "* 不为 0 的数值" },
	{ "an exact value for *, not a bound", "* 年的确切数值（现仅知界限）" },
	{ "*: an exact value, not a bound", "* 的确切数值（现仅知界限）" },
	{ "values of * without a fitted age pattern: no change can be read from one",
		"年龄结构非拟合的 * 数值（拟合值看不出变化）" },
	{ "values of * without a fitted age pattern", "年龄结构非拟合的 * 数值" },
	{ "* events or more behind * in every area: fewer make an order of chance",
		"各地区 $2 的例数均不少于 $1（过少则排位出于偶然）" },
	{ "a denominator other than 0", "不为 0 的分母" },
	{ "a figure within 128 bits", "128 位以内的数值" },
	{ "a finite result", "有限的结果" },
	{ "the baseline year of *", "* 的基期年" },
	{ "a year after the baseline *", "基期 * 之后的年份" },
	{ "a year beyond * to *", "* 至 * 之外的年份" },
	{ "window '*' begins with a year that the question must give",
		"时间窗 * 的起始年须在提问时给出" },
	{ "add 'since'", "请加 --since" },
	{ "add 'since', the plan's first year", "请加 --since 规划的首年" },
	{ "add 'since', the baseline's year", "请加 --since 基期年" },
	{ "window '*' since * does not reach into *: it holds * to * years",
		"时间窗 *（始于 *）达不到 *：只容 * 至 * 年" },
	{ "the window begins before *", "时间窗早于 * 年" },
	{ "period '*' does not lie within one window '*'", "报告期 * 不在一个 * 时间窗之内" },
	{ "give a shorter period or another window", "请改用较短的报告期或别的时间窗" },
	{ "at least 5000 person-years", "至少 5000 人年" },
	{ "a death in the open age group", "最高年龄组的死亡" },
	{ "a population for every age group with deaths", "每个有死亡的年龄组的人口" },
	{ "a population for every age group from * to *", "* 至 * 岁每个年龄组的人口" },
	{ "deaths and populations that are numbers", "为数值的死亡数和人口数" },
	{ "baseline value of * in * for *", "* 的基期值（地区 *，*）" },
	{ "exact value of * in * for *", "* 的确切数值（地区 *，*）" },
	{ "later value of * in *", "* 在基期之后的数值（地区 *）" },
	{ "norm of * in *", "* 的标准值（地区 *）" },
	{ "value of * in * for *", "* 的数值（地区 *，*）" },
	{ "value of * in *", "* 的数值（地区 *）" },
	{ "of *", "共 * 个" },
	{ "* of *", "*，共 *" },
	/* the other indicator that it rests on, and what that lacks */
	{ "*: ~", "*：~" },
};

/* What begins a remark. */
static const struct mark before[] = { { "numerator ", "分子" }, { "denominator ", "分母" },
	{ "缺：", "缺：" } };

enum { NAMED_MAX = 5, DEPTH_MAX = 4 };

/* Whether the pattern is the whole text; a star takes as little as it can. */
static bool fits(const char *pattern, struct bytes text, struct bytes *named, size_t room)
{
	size_t literal = strcspn(pattern, "*~");
	bool word = pattern[literal] == '*';

	if (text.len < literal || memcmp(text.data, pattern, literal) != 0)
		return false;
	if (!pattern[literal])
		return text.len == literal;
	for (size_t end = literal + 1; room > 0 && end <= text.len; end++) {
		if (word && text.data[end - 1] == ' ')
			return false;
		named[0] = bytes_of(text.data + literal, end - literal);
		if (fits(pattern + literal + 1, bytes_of(text.data + end, text.len - end),
			    named + 1, room - 1))
			return true;
	}
	return false;
}

static int remark_add(struct bytes text, int depth, struct buffer *out);

static int mark_say(const char *zh, const struct bytes *named, int depth, struct buffer *out)
{
	size_t next = 0;
	int r = 0;

	for (const char *at = zh; r == 0 && *at; at++) {
		if (*at == '*')
			r = buffer_add(out, named[next++]);
		else if (*at == '~')
			r = remark_add(named[next++], depth + 1, out);
		else if (*at == '$')
			r = remark_add(named[*++at - '1'], depth + 1, out);
		else
			r = buffer_add(out, bytes_of(at, 1));
	}
	return err_pass(r);
}

static int remark_add(struct bytes text, int depth, struct buffer *out)
{
	struct bytes named[NAMED_MAX] = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(before); i++) {
		size_t len = strlen(before[i].en);

		if (text.len > len && memcmp(text.data, before[i].en, len) == 0) {
			text = bytes_of(text.data + len, text.len - len);
			r = buffer_add(out, bytes_str(before[i].zh));
		}
	}
	for (size_t i = 0; r == 0 && depth < DEPTH_MAX && i < array_len(marks); i++) {
		if (fits(marks[i].en, text, named, NAMED_MAX))
			return err_pass(mark_say(marks[i].zh, named, depth, out));
	}
	return err_pass(r == 0 ? buffer_add(out, text) : r);
}

/* The end of the first remark, and how long what parts it from the next one is. */
static size_t remark_end(const char *text, size_t *ret_joint)
{
	static const char *const joints[] = { "; ", "；" };
	const char *end = NULL;

	*ret_joint = 0;
	for (size_t i = 0; i < array_len(joints); i++) {
		const char *at = strstr(text, joints[i]);

		if (at && (!end || at < end)) {
			end = at;
			*ret_joint = strlen(joints[i]);
		}
	}
	return end ? (size_t)(end - text) : strlen(text);
}

int words_mark(const char *mark, bool chinese, struct buffer *out)
{
	if (!chinese)
		return err_pass(buffer_add(out, bytes_str(mark)));
	for (;;) {
		size_t joint, len = remark_end(mark, &joint);
		int r = remark_add(bytes_of(mark, len), 0, out);

		if (r == 0 && joint > 0)
			r = buffer_add(out, bytes_str("；"));
		if (r < 0 || joint == 0)
			return err_pass(r);
		mark += len + joint;
	}
}
