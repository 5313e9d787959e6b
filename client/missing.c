/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table of images. A slash or a dash is a hole, never 0 and never "not offered": a wrong sum
 * would look right, a hole is shown as left out. */
#include "client/missing.h"

#include <stddef.h>
#include <string.h>

#include "base/macros.h"
#include "proto/report.h"

static const struct image {
	uint32_t kind;
	const char *text;
	bool code; /* a number that is a figure where figures may be negative */
} images[] = {
	/* of each kind the first is what is written in Chinese, the second in English */
	{ ABSENT_NOT_OFFERED, "未开展", false },
	{ ABSENT_NOT_OFFERED, "NOT_OFFERED", false },
	{ ABSENT_NOT_OFFERED, "未开设", false },
	{ ABSENT_NOT_OFFERED, "-2", true },
	{ ABSENT_NOT_COLLECTED, "未收集", false },
	{ ABSENT_NOT_COLLECTED, "NOT_COLLECTED", false },
	{ ABSENT_NOT_COLLECTED, "-1", true },
	{ ABSENT_NOT_COLLECTED, "/", false },
	{ ABSENT_NOT_COLLECTED, "-", false },
	{ ABSENT_NOT_COLLECTED, "–", false },
	{ ABSENT_NOT_COLLECTED, "—", false },
	{ ABSENT_NOT_COLLECTED, "——", false },
	{ ABSENT_NOT_COLLECTED, "…", false },
	{ ABSENT_NOT_COLLECTED, "……", false },
	{ ABSENT_WITHHELD, "不公开", false },
	{ ABSENT_WITHHELD, "WITHHELD", false },
	{ ABSENT_WITHHELD, "不公布", false },
	{ ABSENT_NOT_APPLICABLE, "不适用", false },
	{ ABSENT_NOT_APPLICABLE, "NOT_APPLICABLE", false },
};

uint32_t missing_parse(const char *folded, bool negative)
{
	for (size_t i = 0; i < array_len(images); i++) {
		if (strcmp(folded, images[i].text) == 0)
			return images[i].code && negative ? 0 : images[i].kind;
	}
	return 0;
}

const char *missing_word(uint32_t kind, bool chinese)
{
	for (size_t i = 0; i + 1 < array_len(images); i++) {
		if (images[i].kind == kind)
			return images[i + (chinese ? 0 : 1)].text;
	}
	ensure(false); /* each kind has an image */
	return "";
}

bool missing_unclear(const char *folded)
{
	static const char *const words[] = { "无", "没有", "空", "N/A", "n/a", "NA" };

	for (size_t i = 0; i < array_len(words); i++) {
		if (strcmp(folded, words[i]) == 0)
			return true;
	}
	return false;
}
