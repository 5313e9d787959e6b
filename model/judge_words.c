/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The words for remarks, in both languages, and the stable names of classes, statuses and
 * directions, which clients put into words. A number that is none of them gets empty words. */
#include "model/judge.h"

static const char *const classes[] = {
	[CLASS_JUDGED] = "judged",
	[CLASS_PROVISIONAL] = "provisional",
	[CLASS_NEEDS_INPUT] = "needs_input",
	[CLASS_NEEDS_PERSON] = "needs_person",
	[CLASS_NOT_MEASURABLE] = "not_measurable",
};

static const char *const statuses[] = {
	[STANDS_MET] = "met",
	[STANDS_MET_SO_FAR] = "met_so_far",
	[STANDS_ON_COURSE] = "on_course",
	[STANDS_BEHIND] = "behind",
	[STANDS_BEHIND_PACE_UNKNOWN] = "behind_pace_unknown",
	[STANDS_OFF_COURSE] = "off_course",
	[STANDS_MISSED] = "missed",
	[STANDS_STRIVEN_NOT_REACHED] = "striven_not_reached",
	[STANDS_CHANGED_NOT_TESTED] = "changed_not_tested",
	[STANDS_NOT_DISTINGUISHABLE] = "not_distinguishable",
	[STANDS_NOT_COMPARABLE] = "not_comparable",
};

static const char *const directions[] = {
	[DIRECTION_UNKNOWN] = "unknown",
	[DIRECTION_BETTER] = "better",
	[DIRECTION_WORSE] = "worse",
	[DIRECTION_SAME] = "same",
	[DIRECTION_NOT_DISTINGUISHABLE] = "not_distinguishable",
	[DIRECTION_BETTER_UNTESTED] = "better_untested",
	[DIRECTION_WORSE_UNTESTED] = "worse_untested",
	[DIRECTION_UP_UNTESTED] = "up_untested",
	[DIRECTION_DOWN_UNTESTED] = "down_untested",
	[DIRECTION_NOT_COMPARABLE] = "not_comparable",
	[DIRECTION_UP] = "up",
	[DIRECTION_DOWN] = "down",
};

static const struct word_pair notes[] = {
	[NOTE_ONLY_BY_ROUNDING] = { "仅四舍五入后达标", "met only by rounding" },
	[NOTE_WORSE_BEYOND_CHANCE] = { "比基期变差，超出随机波动",
		"worse than the baseline beyond chance" },
	[NOTE_BETTER_BEYOND_CHANCE] = { "比基期好转，超出随机波动",
		"better than the baseline beyond chance" },
	[NOTE_WITHIN_CHANCE] = { "与基期之差在随机波动之内",
		"the difference from the baseline is within chance" },
	[NOTE_NOT_COMPARABLE] = { "与基期口径不可比，须有人说明两个数值的口径",
		"series not comparable until a person states the basis of each value" },
	[NOTE_VALUE_BOUNDED] = { "数值仅知约数或界限",
		"the value is known only as about or bounded" },
	[NOTE_TOO_SHORT] = { "年数太少，不作预测", "too short to project" },
	[NOTE_FORCED] = { "死亡年龄结构为拟合所得，不可据以看趋势",
		"the age pattern of deaths was fitted: no trend may be read from it" },
	[NOTE_PROVISIONAL] = { "数据未齐或人口数为暂用",
		"reports or population are not complete yet" },
	[NOTE_FROM_FACT] = { "数值非来自报表", "the value is not from reports" },
	[NOTE_BASELINE_MEETS] = { "基期已达标，须保持", "the baseline already met it: to be held" },
	[NOTE_PERSON] = { "由人工认定", "by a person's verdict" },
	[NOTE_LATER_YEAR] = { "目标年未到", "the target year lies ahead" },
	[NOTE_EARLIER_VALUE] = { "用较早时期的最新数值判定",
		"judged on the newest known value, of an earlier period" },
	[NOTE_ZERO] = { "数值为零", "the value is zero" },
	[NOTE_PERIODS_FAILED] = { "有的时期未达标", "some period did not meet it" },
	[NOTE_BREAK] = { "口径有断点，趋势自断点起", "a new series began; the trend starts there" },
	[NOTE_MISSED_BY_ROUNDING] = { "精确值达标，四舍五入后不达标",
		"the exact value meets it, the rounded one does not" },
	[NOTE_WORSE_WITHIN_CHANCE] = { "比基期变差，但在随机波动之内",
		"worse than the baseline, but not distinguishable from chance" },
	[NOTE_BETTER_WITHIN_CHANCE] = { "比基期好转，但在随机波动之内",
		"better than the baseline, but not distinguishable from chance" },
	[NOTE_LOWER_AS_PRINTED] = { "数字低于基期", "as printed lower than the baseline" },
	[NOTE_HIGHER_AS_PRINTED] = { "数字高于基期", "as printed higher than the baseline" },
	[NOTE_NO_BASELINE] = { "无基期值，无法看进度", "no baseline: no path" },
	[NOTE_BASELINE_TOO_LATE] = { "基期不早于目标年，自相矛盾",
		"the baseline is not before the target year: a contradiction" },
	[NOTE_BASELINE_BOUNDED] = { "基期值仅知界限", "the baseline is known only as bounded" },
	[NOTE_PERIODS_UNKNOWN] = { "有的时期无数值", "some period has no value" },
	[NOTE_LATE_REPORTS] = { "未达标，但数据未齐，不判未达标",
		"not met, but not called missed while reports are late" },
	[NOTE_WORSE_UNTESTED] = { "比基期变差，未检验", "worse than the baseline, not tested" },
	[NOTE_TREND_AGAINST] = { "照此趋势，目标年将不达标",
		"if the trend goes on, it will not be met in the target year" },
	[NOTE_STEP_BACK] = { "有的年份比上年变差", "some year was worse than the one before" },
	[NOTE_MIXED_SERIES] = { "所据数值口径不一",
		"what it is computed from is not of one series" },
};

static const char *find(const char *const *list, size_t count, unsigned which)
{
	return which < count && list[which] ? list[which] : "";
}

struct word_pair judge_note_words(enum judge_note note)
{
	return (unsigned)note < array_len(notes) && notes[note].zh ? notes[note]
								   : (struct word_pair){ "", "" };
}

const char *target_class_name(enum target_class class)
{
	return find(classes, array_len(classes), class);
}

const char *target_status_name(enum target_status status)
{
	return find(statuses, array_len(statuses), status);
}

const char *direction_name(enum direction direction)
{
	return find(directions, array_len(directions), direction);
}
