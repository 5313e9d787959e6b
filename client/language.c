/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two languages, two texts side by side where they are used: a message and its translation cannot
 * drift apart, and no catalogue of messages has to be installed. */
#include "client/language.h"

#include <stdlib.h>
#include <string.h>

static enum { LANGUAGE_UNKNOWN, LANGUAGE_ZH, LANGUAGE_EN } chosen;

static const char *locale_name(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "";
}

bool language_is_chinese(void)
{
	if (chosen == LANGUAGE_UNKNOWN)
		chosen = strncmp(locale_name(), "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
	return chosen == LANGUAGE_ZH;
}

bool language_choose(const char *code)
{
	if (strcmp(code, "zh") != 0 && strcmp(code, "en") != 0)
		return false;
	chosen = code[0] == 'z' ? LANGUAGE_ZH : LANGUAGE_EN;
	return true;
}
