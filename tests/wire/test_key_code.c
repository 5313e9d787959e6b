/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Enrolment codes: what is read wrongly over the telephone is found, and the group named. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "wire/key_code.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Keys that have every bit set somewhere and nowhere, and some in between. */
static void key_make(unsigned seed, uint8_t ret[KEY_BYTES])
{
	for (size_t i = 0; i < KEY_BYTES; i++) {
		seed = seed * 1103515245u + 12345u;
		ret[i] = (uint8_t)(seed >> 16);
	}
}

static void expect_group_named(const char *text, size_t group)
{
	uint8_t key[KEY_BYTES] = { 7 };
	char name[16];

	snprintf(name, sizeof(name), "group %zu ", group);
	cr_expect_eq(key_code_parse(text, key), ERR_INVALID, "%s", text);
	cr_expect(strstr(err_text(), name), "%s: %s", text, err_text());
	cr_expect_eq(key[0], 7, "nothing is given");
}

Test(key_code, it_survives_the_telephone)
{
	for (unsigned seed = 0; seed < 200; seed++) {
		uint8_t key[KEY_BYTES], read[KEY_BYTES];
		char text[KEY_CODE_TEXT_BYTES], heard[2 * KEY_CODE_TEXT_BYTES];
		size_t len = 0;

		key_make(seed, key);
		if (seed < 2)
			memset(key, seed ? 0xff : 0, sizeof(key));
		key_code_print(key, text);
		cr_assert_eq(strlen(text), KEY_CODE_TEXT_BYTES - 1);
		cr_assert_eq(key_code_parse(text, read), 0, "%s: %s", text, err_text());
		cr_expect_eq(memcmp(key, read, sizeof(key)), 0);
		for (const char *at = text; *at; at++) {
			if (*at == '-')
				continue;
			heard[len++] = (char)(*at == '0'   ? 'o'
					      : *at == '1' ? 'L'
							   : tolower((unsigned char)*at));
			if (len % 5 == 0)
				heard[len++] = ' ';
		}
		heard[len] = '\0';
		cr_assert_eq(key_parse(heard, read), 0, "%s: %s", heard, err_text());
		cr_expect_eq(memcmp(key, read, sizeof(key)), 0);
	}
}

Test(key_code, one_code_is_written_down_for_ever)
{
	uint8_t key[KEY_BYTES];
	char text[KEY_CODE_TEXT_BYTES];

	for (size_t i = 0; i < KEY_BYTES; i++)
		key[i] = (uint8_t)i;
	key_code_print(key, text);
	cr_expect_str_eq(
		text, "000G405-R40M300-E20918W-5GR38E1-1W8124G-GK2GAHS-C5RR342-D1P70XG-3RFW87V");
}

Test(key_code, every_wrong_character_is_found_and_its_group_named)
{
	uint8_t key[KEY_BYTES];
	char text[KEY_CODE_TEXT_BYTES];

	key_make(5, key);
	key_code_print(key, text);
	for (size_t i = 0; i + 1 < KEY_CODE_TEXT_BYTES; i++) {
		char right = text[i];

		if (right == '-')
			continue;
		for (const char *wrong = alphabet; *wrong; wrong++) {
			if (*wrong == right)
				continue;
			text[i] = *wrong;
			expect_group_named(text, i / (KEY_CODE_GROUP_BYTES + 1) + 1);
		}
		text[i] = 'U';
		expect_group_named(text, i / (KEY_CODE_GROUP_BYTES + 1) + 1);
		text[i] = right;
	}
}

Test(key_code, every_swap_within_a_group_is_found)
{
	unsigned swaps = 0;

	for (unsigned seed = 1; seed < 20; seed++) {
		uint8_t key[KEY_BYTES];
		char text[KEY_CODE_TEXT_BYTES];

		key_make(seed, key);
		key_code_print(key, text);
		for (size_t i = 0; i + 2 < KEY_CODE_TEXT_BYTES; i++) {
			char first = text[i];

			if (first == '-' || text[i + 1] == '-' || first == text[i + 1])
				continue;
			text[i] = text[i + 1];
			text[i + 1] = first;
			expect_group_named(text, i / (KEY_CODE_GROUP_BYTES + 1) + 1);
			text[i + 1] = text[i];
			text[i] = first;
			swaps++;
		}
	}
	cr_expect_gt(swaps, 900);
}

Test(key_code, groups_in_another_order_are_found)
{
	uint8_t key[KEY_BYTES];
	char text[KEY_CODE_TEXT_BYTES], swapped[KEY_CODE_TEXT_BYTES];

	key_make(9, key);
	key_code_print(key, text);
	memcpy(swapped, text, sizeof(text));
	memcpy(swapped + 8, text + 16, KEY_CODE_GROUP_BYTES);
	memcpy(swapped + 16, text + 8, KEY_CODE_GROUP_BYTES);
	expect_group_named(swapped, 2);
}

Test(key_code, groups_of_two_codes_do_not_make_a_third)
{
	uint8_t key[KEY_BYTES];
	char one[KEY_CODE_TEXT_BYTES], other[KEY_CODE_TEXT_BYTES];

	key_make(9, key);
	key_code_print(key, one);
	key_make(10, key);
	key_code_print(key, other);
	memcpy(one + 8, other + 8, KEY_CODE_GROUP_BYTES);
	cr_expect_eq(key_code_parse(one, key), ERR_INVALID);
	cr_expect(strstr(err_text(), "do not belong together"), "%s", err_text());
}

Test(key_code, what_is_too_short_or_long_is_told)
{
	uint8_t key[KEY_BYTES];
	char text[KEY_CODE_TEXT_BYTES + 1];

	key_make(3, key);
	key_code_print(key, text);
	memmove(text + 19, text + 20, strlen(text + 20) + 1); /* the third group lacks one */
	expect_group_named(text, 3);
	key_code_print(key, text);
	text[strlen(text) - 8] = '\0';
	cr_expect_eq(key_code_parse(text, key), ERR_INVALID);
	cr_expect(strstr(err_text(), "this has 56"), "%s", err_text());
	cr_expect_eq(key_code_parse("", key), ERR_INVALID);
}
