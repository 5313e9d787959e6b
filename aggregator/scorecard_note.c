/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is said beside a judged row, in words: what lacks, what a person is to look at, why it
 * cannot be measured, and the remarks of the judgement. */
#include <stdio.h>

#include "aggregator/scorecard.h"
#include "base/err.h"

struct noting {
	struct buffer *out;
	bool chinese;
	int fault;
	bool begun;
};

static void say(struct noting *noting, const char *before, const char *text, const char *after)
{
	const char *joint = noting->chinese ? "；" : "; ";

	if (noting->fault < 0 || !text[0])
		return;
	noting->fault = buffer_format(
		noting->out, "%s%s%s%s", noting->begun ? joint : "", before, text, after);
	noting->begun = true;
}

static void say_period(struct noting *noting, uint32_t period)
{
	char text[PERIOD_TEXT_BYTES];

	period_print(period, text);
	if (noting->chinese)
		say(noting, "", text, " 未达标");
	else
		say(noting, "not met in ", text, "");
}

static void say_class(struct noting *noting, const struct score *score)
{
	const struct judgement *judgement = &score->judgement;
	const struct target *target = score->judging.target;
	const char *because = target_cell(target, noting->chinese ? "because_zh" : "because_en");

	switch (judgement->class) {
	case CLASS_NEEDS_INPUT:
		say(noting, noting->chinese ? "缺：" : "lacks ", judgement->missing, "");
		return;
	case CLASS_NEEDS_PERSON:
	case CLASS_NOT_MEASURABLE:
		say(noting, "", because, "");
		return;
	default:
		return;
	}
}

/* The breaks up to the year that was judged, and why. */
static void say_breaks(struct noting *noting, const struct score *score)
{
	const struct judging *judging = &score->judging;
	const struct reading *value = score->judgement.value;

	for (size_t i = 0; value && i < judging->breaks_count; i++) {
		const int year = judging->breaks[i];
		const struct series_break *begins = catalog_break_next(score->asked.view->catalog,
			judging->target->indicator, score->row_area, year - 1, year);
		char before[48];

		if (!begins || year > period_year(value->period))
			continue;
		snprintf(before, sizeof(before),
			noting->chinese ? "%d年起口径改变：" : "a new series from %d: ", year);
		say(noting, before, noting->chinese ? begins->why.zh : begins->why.en, "");
	}
}

static bool by_person(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->notes; i++) {
		if (judgement->note[i] == NOTE_PERSON)
			return true;
	}
	return false;
}

static void say_adjusted(struct noting *noting, const struct score *score)
{
	char digits[DECIMAL_TEXT_BYTES];

	if (!score->touched)
		return;
	decimal_ratio(score->adjusted.top, score->adjusted.bottom,
		score->judging.target->indicator->decimals, digits);
	say(noting,
		noting->chinese ? "按上报数评价；有数据调整，调整后为 "
				: "judged as reported; with the adjustment beside it: ",
		digits, "");
}

int score_note(const struct score *score, bool chinese, struct buffer *out)
{
	const struct judgement *judgement = &score->judgement;
	struct noting noting = { .out = out, .chinese = chinese };

	say_class(&noting, score);
	for (size_t i = 0; i < judgement->notes; i++) {
		const struct word_pair words = judge_note_words(judgement->note[i]);

		say(&noting, "", chinese ? words.zh : words.en, "");
	}
	say_breaks(&noting, score);
	say_adjusted(&noting, score);
	if (by_person(judgement))
		say(&noting, chinese ? "依据：" : "evidence: ", score->judging.verdict->evidence,
			"");
	if (judgement->failed != 0)
		say_period(&noting, judgement->failed);
	if (noting.fault == 0)
		noting.fault = buffer_add(out, bytes_of("", 1)); /* the closing NUL */
	return err_pass(noting.fault);
}
