/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the layers below really say is known here: when they change their words, this test tells
 * that a clerk would read English. */
#include "client/phrase.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/sheet.h"
#include "client/client.h"
#include "client/language.h"
#include "model/decimal.h"
#include "model/period.h"
#include "wire/endpoint.h"
#include "wire/keys.h"

static void chinese(void)
{
	cr_assert(language_choose("zh"));
}

TestSuite(phrase, .init = chinese);

/* Something of our own was said, and no sentence of the layer below is left. */
static void expect_translated(void)
{
	const char *text = err_text(), *said = phrase(text);

	cr_expect_str_neq(said, text);
	for (const char *at = said; *at; at++) {
		if ((unsigned char)*at > 0x7f)
			return;
	}
	cr_expect(false, "no Chinese in: %s", said);
}

Test(phrase, what_a_cell_may_have_wrong_is_said_in_chinese)
{
	static const char *const numbers[] = { "", "abc", "１２", "1.25", "9999999999999" };
	static const char *const periods[] = { "2015年", "2015-13", "" };
	static const char *const days[] = { "someday", "2015-02-30" };
	int64_t value;
	uint32_t period;
	int32_t day;

	for (size_t i = 0; i < array_len(numbers); i++) {
		cr_assert_lt(decimal_parse(numbers[i], 1, &value), 0, "%s", numbers[i]);
		expect_translated();
	}
	for (size_t i = 0; i < array_len(periods); i++) {
		cr_assert_lt(period_parse(periods[i], &period), 0, "%s", periods[i]);
		expect_translated();
	}
	for (size_t i = 0; i < array_len(days); i++) {
		cr_assert_lt(day_parse(days[i], &day), 0, "%s", days[i]);
		expect_translated();
	}
}

Test(phrase, what_a_file_may_have_wrong_is_said_in_chinese)
{
	static const char *const sheets[] = { "", "a,a\n", "a,\n", "a,b\n1\n", "a\n\"1\n",
		"a\n\xff\n" };
	struct sheet *sheet = NULL;

	for (size_t i = 0; i < array_len(sheets); i++) {
		cr_assert_lt(sheet_parse("f.csv", bytes_str(sheets[i]), &sheet), 0, "%zu", i);
		expect_translated();
		cr_expect_eq(strncmp(phrase(err_text()), "f.csv:", 6), 0, "%s", phrase(err_text()));
	}
	cr_assert_lt(sheet_load("/nonexistent/f.csv", &sheet), 0);
	expect_translated();
	cr_expect_not_null(strstr(phrase(err_text()), "没有这个文件"), "%s", phrase(err_text()));
}

static void expect_number_translated(void)
{
	char path[] = "/tmp/huibao-phrase-XXXXXX";
	struct client_settings settings;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_gt(dprintf(fd, "timeout-ms: soon\n"), 0);
	close(fd);
	cr_assert_lt(client_settings_load(path, &settings), 0);
	unlink(path);
	cr_expect(strstr(phrase(err_text()), "的整数：'timeout-ms'"), "%s", phrase(err_text()));
}

Test(phrase, what_settings_and_keys_may_have_wrong_is_said_in_chinese)
{
	static const char *const codes[] = { "short",
		"000G405-R40M300-E20918W-5GR38E1-1W8124G-GK2GAHS-C5RR342-D1P70XG-3RFW87W",
		"000G405-R40M300-E20918-5GR38E1-1W8124G-GK2GAHS-C5RR342-D1P70XG-3RFW87V",
		"000G405-R40M300-E20918W-5GR38E1-1W8124G-GK2GAHS-C5RR342-D1P70XG" };
	struct client_settings settings;
	struct key_pair pair;
	uint8_t key[KEY_BYTES];

	cr_assert_lt(client_settings_load("/nonexistent/client.yaml", &settings), 0);
	expect_translated();
	cr_assert_lt(endpoint_address_check("http://10.0.0.8:7300"), 0);
	expect_translated();
	expect_number_translated();
	cr_assert_lt(key_pair_load("/nonexistent/key", &pair), 0);
	expect_translated();
	for (size_t i = 0; i < array_len(codes); i++) {
		cr_assert_lt(key_parse(codes[i], key), 0);
		expect_translated();
	}
}

Test(phrase, every_line_is_said_and_what_is_not_known_stays)
{
	cr_expect_str_eq(phrase("nobody has said this before"), "nobody has said this before");
	cr_expect_str_eq(phrase("a.yaml:3:1: unknown setting 'x'\nmore"),
		"a.yaml:3:1: 没有 'x' 这个配置项；请核对拼写\nmore");
	cr_expect_str_eq(
		phrase("f.csv:2: column 'opened': is empty"), "f.csv:2: 列 'opened': 未填写");
	cr_expect_str_eq(
		phrase("the server refused: no area '1' in the catalogue; 'area list' names "
		       "them all"),
		"服务器拒绝：指标目录中没有地区 '1'；全部地区见 huibaoctl area list");
	cr_assert(language_choose("en"));
	cr_expect_str_eq(phrase("unknown option"), "unknown option");
}

Test(phrase, what_a_catalogue_may_have_wrong_is_said_in_chinese)
{
	static const char *const said[] = {
		"catalog/units.csv:1: this table of the catalogue is missing",
		"elements.csv:8: unit 'points' is not in units.csv",
		"elements.csv:8: code 'YIELD' stands already on line 7",
		"elements.csv:8: this id stands already on line 7",
		"elements.csv:7: scale '7' is no whole number from 0 to 6",
		"elements.csv:7: over_time 'best' is none of: sum, last",
		"elements.csv:8: column 'unit' is empty",
		"form_lines.csv:6: element 'DOSIS' is not in elements.csv",
		"indicators.csv:2: numerator: character 1: there is no element 'VIZIT'",
		"indicators.csv:5: method 'rank' needs 'among'",
		"plans/a-2030.csv:3: column 'target': 'x' is not a number",
		"plan: there is no plan 'x' in 'catalog'",
		"aggregator: no plan 'x' in the catalogue; 'plan list' names them all",
	};

	for (size_t i = 0; i < array_len(said); i++) {
		const char *zh = phrase(said[i]), *place = strstr(said[i], ": ");

		cr_expect_str_neq(zh, said[i]);
		cr_expect_eq(strncmp(zh, said[i], (size_t)(place - said[i])), 0, "%s", zh);
		cr_expect(!strstr(zh, "there is") && !strstr(zh, " is ") && !strstr(zh, "stands"),
			"%s", zh);
	}
}
