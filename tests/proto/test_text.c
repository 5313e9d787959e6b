/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Text on the wire: what passes, what is repaired, and what would name a person. */
#include <criterion/criterion.h>
#include <string.h>

#include "proto/text.h"

Test(text, only_utf8_without_control_characters_is_valid)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{ "", true },
		{ "plain", true },
		{ "龙湖区 №1 é 🏥", true },
		{ "tab\there", false },
		{ "line\nfeed", false },
		{ "delete\x7f", false },
		{ "next line \xc2\x85", false },
		{ "no-break space \xc2\xa0", true },
		{ "lone continuation \x80", false },
		{ "cut \xe9\xbe", false },
		{ "long form of / \xc0\xaf", false },
		{ "long form of / \xe0\x80\xaf", false },
		{ "long form \xf0\x80\x80\xaf", false },
		{ "surrogate \xed\xa0\x80", false },
		{ "last character \xf4\x8f\xbf\xbf", true },
		{ "beyond the last \xf4\x90\x80\x80", false },
		{ "no such byte \xff", false },
	};

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(text_valid(bytes_str(cases[i].text)), cases[i].want, "case %zu: %s", i,
			cases[i].text);
	cr_expect_not(text_valid(bytes_of("a\0b", 3)), "NUL");
}

Test(text, repaired_text_is_valid_and_cut_between_characters)
{
	static const struct {
		const char *text, *want;
		size_t size;
	} cases[] = {
		{ "as it is", "as it is", 32 },
		{ "one\ntwo", "one two", 32 },
		{ "bell\a, \xff, \xe9\xbe", "bell?, ?, ??", 32 },
		{ "区区区", "区区", 9 },
		{ "区区区", "区区", 7 },
		{ "abc", "ab", 3 },
		{ "abc", "", 1 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char got[32];

		text_repair(bytes_str(cases[i].text), got, cases[i].size);
		cr_expect_str_eq(got, cases[i].want, "case %zu", i);
		cr_expect(text_valid(bytes_str(got)), "case %zu", i);
	}
}

Test(text, a_facility_code_is_printable_ascii)
{
	cr_expect(text_is_code(bytes_str("H440304001")));
	cr_expect(text_is_code(bytes_str("12345678901234567890123456789012")));
	cr_expect_not(text_is_code(bytes_str("123456789012345678901234567890123")));
	cr_expect_not(text_is_code(bytes_str("")));
	cr_expect_not(text_is_code(bytes_str("H 1")));
	cr_expect_not(text_is_code(bytes_str("医院1")));
	cr_expect_not(text_is_code(bytes_str("H1\x7f")));
}

Test(text, numbers_that_name_a_person_are_seen)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{ "patient 440304199001011234 died", true },
		{ "44030419900101123X", true },
		{ "44030419900101123x。", true },
		{ "身份证４４０３０４１９９００１０１１２３Ｘ", true },
		{ "call 13800138000", true },
		{ "+8619912345678", true },
		{ "电话１３８００１３８０００", true },
		{ "12800138000", false },
		{ "1380013800", false },
		{ "138001380001", false },
		{ "0755-25533018", false },
		{ "4403041990010112345", false },
		{ "44030419900101123", false },
		{ "visits 48213, beds 620", false },
		{ "", false },
	};

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(text_names_a_person(bytes_str(cases[i].text)), cases[i].want, "%s",
			cases[i].text);
}
