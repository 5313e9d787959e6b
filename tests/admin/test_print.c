/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a result looks like, byte by byte. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "admin/command.h"
#include "admin/print.h"
#include "admin/words.h"
#include "base/err.h"

static struct grid table;
static struct buffer out;

static void setup(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert_eq(grid_column(&table, "code", COLUMN_TEXT), 0);
	cr_assert_eq(grid_column(&table, "name_zh", COLUMN_TEXT), 0);
	cr_assert_eq(grid_column(&table, "name_en", COLUMN_TEXT), 0);
	cr_assert_eq(grid_column(&table, "facilities", COLUMN_INTEGER), 0);
	cr_assert_eq(grid_column(&table, "value", COLUMN_DECIMAL), 0);
	cr_assert_eq(grid_column(&table, "paired", COLUMN_BOOLEAN), 0);
}

static void teardown(void)
{
	grid_fini(&table);
	buffer_fini(&out);
}

static void row(const char *const cells[6])
{
	for (size_t i = 0; i < 6; i++)
		cr_assert_eq(grid_text(&table, cells[i]), 0);
}

static const char *text(void)
{
	cr_assert_eq(buffer_add(&out, bytes_of("", 1)), 0);
	return (const char *)out.data;
}

static void fill(void)
{
	row((const char *const[]){
		"320700", "连云港市", "Lianyungang", "2700", "63.5912345678901234567", "true" });
	row((const char *const[]){ "320722", "东海县", "", NULL, NULL, "false" });
}

TestSuite(print, .init = setup, .fini = teardown);

Test(print, csv_quotes_only_what_must_be_quoted)
{
	row((const char *const[]){ "a,b", "say \"一\"", "two\nlines", "1", NULL, "true" });
	cr_assert_eq(
		print_table(&(struct print_style){ .format = PRINT_CSV }, "s", &table, &out), 0);
	cr_assert_str_eq(text(), "code,name_zh,name_en,facilities,value,paired\n"
				 "\"a,b\",\"say \"\"一\"\"\",\"two\nlines\",1,,true\n");
}

Test(print, json_keeps_types_every_digit_and_what_is_missing)
{
	json_t *root, *first, *second;

	fill();
	table.has_as_of = true;
	table.as_of.sequence = 4711;
	table.as_of.epoch[0] = 0xab;
	cr_assert_eq(print_table(&(struct print_style){ .format = PRINT_JSON, .columns = "code" },
			     "huibao.area-list/v1", &table, &out),
		0);
	root = json_loads(text(), 0, NULL);
	cr_assert(root);
	cr_assert_str_eq(json_string_value(json_object_get(root, "schema")), "huibao.area-list/v1");
	cr_assert_eq(
		json_integer_value(json_object_get(json_object_get(root, "as_of"), "sequence")),
		4711);
	cr_assert_str_eq(
		json_string_value(json_object_get(json_object_get(root, "as_of"), "epoch")),
		"ab000000000000000000000000000000");
	first = json_array_get(json_object_get(root, "rows"), 0);
	second = json_array_get(json_object_get(root, "rows"), 1);
	cr_assert_eq(json_integer_value(json_object_get(first, "facilities")), 2700);
	cr_assert_str_eq(
		json_string_value(json_object_get(first, "value")), "63.5912345678901234567");
	cr_assert(json_is_true(json_object_get(first, "paired")));
	cr_assert(json_is_null(json_object_get(second, "facilities")));
	cr_assert(json_is_false(json_object_get(second, "paired")));
	cr_assert_str_eq(json_string_value(json_object_get(second, "name_en")), "");
	json_decref(root);
}

/* The terminal column at which a word begins in its line. */
static int place(const char *line, const char *word)
{
	const char *at = strstr(line, word);
	wchar_t wide[256];
	char before[512];
	size_t len;

	cr_assert(at, "'%s' is not in '%s'", word, line);
	len = (size_t)(at - line);
	memcpy(before, line, len);
	before[len] = '\0';
	len = mbstowcs(wide, before, 256);
	return wcswidth(wide, len);
}

Test(print, chinese_columns_line_up)
{
	static const char *const lines_want[] = { "地区名称", "连云港市", "东海县" };
	char copy[2048], *lines[3];

	grid_fini(&table);
	cr_assert_eq(grid_column(&table, "area_name", COLUMN_TEXT), 0);
	cr_assert_eq(grid_column(&table, "mark", COLUMN_TEXT), 0);
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(grid_text(&table, lines_want[i + 1]), 0);
		cr_assert_eq(
			grid_text(&table, i ? "no data"
					    : "numerator partial 11 of 12; mixed basis; new mark"),
			0);
	}
	cr_assert_eq(print_table(&(struct print_style){ .format = PRINT_TABLE, .chinese = true },
			     "s", &table, &out),
		0);
	strncpy(copy, text(), sizeof(copy) - 1);
	lines[0] = strtok(copy, "\n");
	lines[1] = strtok(NULL, "\n");
	lines[2] = strtok(NULL, "\n");
	cr_assert_eq(place(lines[0], "说明"), 10);
	cr_assert_eq(place(lines[1], "分子已报 11，应报 12；统计口径混合；new mark"), 10);
	cr_assert_eq(place(lines[2], "无数据"), 10);
}

Test(print, people_see_one_name_a_dash_for_nothing_and_every_digit)
{
	fill();
	cr_assert_eq(
		print_table(&(struct print_style){ .format = PRINT_TABLE }, "s", &table, &out), 0);
	cr_assert_str_eq(text(), "code    name         facilities                   value  paired\n"
				 "320700  Lianyungang        2700  63.5912345678901234567  yes\n"
				 "320722  东海县                -                       -  no\n");
}

Test(print, a_tiny_p_is_cut_for_people_only)
{
	static const char *const ps[] = { "0.000000106701", "0.000100", "0.024624" };

	grid_fini(&table);
	cr_assert_eq(grid_column(&table, "p", COLUMN_DECIMAL), 0);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(grid_text(&table, ps[i]), 0);
	cr_assert_eq(
		print_table(&(struct print_style){ .format = PRINT_TABLE }, "s", &table, &out), 0);
	cr_assert_str_eq(text(), "       p\n <0.0001\n0.000100\n0.024624\n");
	out.len = 0;
	cr_assert_eq(
		print_table(&(struct print_style){ .format = PRINT_CSV }, "s", &table, &out), 0);
	cr_assert_str_eq(text(), "p\n0.000000106701\n0.000100\n0.024624\n");
}

Test(print, a_single_row_stands_upright_when_the_command_says_so)
{
	row((const char *const[]){ "320700", "连云港市", "Lianyungang", "2700", "1.005", "false" });
	cr_assert_eq(print_table(&(struct print_style){ .format = PRINT_TABLE,
					 .chinese = true,
					 .upright = true,
					 .columns = "code,name_zh,value" },
			     "s", &table, &out),
		0);
	cr_assert_str_eq(text(), "代码  320700\n名称  连云港市\n数值  1.005\n");
}

Test(print, a_column_that_is_not_there_is_refused)
{
	fill();
	cr_assert_lt(
		print_table(&(struct print_style){ .format = PRINT_CSV, .columns = "code,nmae" },
			"s", &table, &out),
		0);
	cr_expect_not_null(strstr(err_text(), "'nmae'"), "%s", err_text());
	cr_expect_not_null(strstr(err_text(), "it has: code,"), "%s", err_text());
}

Test(print, the_usual_columns_may_name_what_an_answer_lacks)
{
	fill();
	cr_assert_eq(print_table(&(struct print_style){ .format = PRINT_TABLE,
					 .usual = "nmae,code,name_zh" },
			     "s", &table, &out),
		0);
	cr_assert_str_eq(text(), "code    name\n320700  Lianyungang\n320722  东海县\n");
}

Test(print, a_server_that_is_down_does_not_hide_the_other)
{
	const struct print_section sections[] = { { "ingestd", &table, "no answer, \"yet\"" },
		{ "aggregator", &table, NULL } };
	json_t *root;

	fill();
	cr_assert_eq(print_sections(
			     &(struct print_style){ .format = PRINT_CSV }, "s", sections, 2, &out),
		0);
	cr_assert(strstr(text(), "ingestd,,fault,\"no answer, \"\"yet\"\"\"\n"));
	cr_assert(strstr((char *)out.data, "aggregator,1,code,320722\n"));
	out.len = 0;
	cr_assert_eq(print_sections(
			     &(struct print_style){ .format = PRINT_JSON }, "s", sections, 2, &out),
		0);
	root = json_loads(text(), 0, NULL);
	cr_assert(root);
	cr_assert(json_object_get(json_object_get(root, "ingestd"), "fault"));
	cr_assert_eq(
		json_array_size(json_object_get(json_object_get(root, "aggregator"), "rows")), 2);
	json_decref(root);
}

Test(words, coded_values_are_said_in_chinese_and_others_left_alone)
{
	cr_expect_str_eq(words_value("absent", "not_applicable", true), "不适用");
	cr_expect_str_eq(words_value("window", "ytd", true), "本年累计");
	cr_expect_str_eq(words_value("kind", "functional_zone", true), "功能区");
	cr_expect_str_eq(words_value("window", "ytd", false), "ytd");
	cr_expect_str_eq(words_value("name", "ytd", true), "ytd");
	cr_expect_str_eq(words_value("nature", "约束性", false), "binding");
	cr_expect_str_eq(words_value("nature", "约束性", true), "约束性");
	cr_expect_str_eq(words_value("name", "约束性", false), "约束性");
}

Test(words, every_heading_is_found)
{
	cr_expect_str_eq(words_heading("absent", true), "缺数原因");
	cr_expect_str_eq(words_heading("window", true), "时间窗");
	cr_expect_str_eq(words_heading("numerator_with_value", false), "numerator with value");
	cr_expect_str_eq(words_heading("no_such", true), "no_such");
}

Test(words, remarks_are_said_in_chinese_joined_or_one_in_another)
{
	static const struct {
		const char *en, *zh;
	} cases[] = {
		{ "partial 11 of 12; mixed basis", "已报 11，应报 12；统计口径混合" },
		{ "numerator no data", "分子无数据" },
		{ "fact GDP for 320700 2020", "外部数据 GDP（地区 320700，2020）" },
		{ "目标年未到；缺：HLE: element U by age of 320700 for 2020",
			"目标年未到；缺：HLE：320700 在 2020 年按年龄的 U" },
		{ "element NURSE of institutions in 320700 on IY for 2012",
			"320700 的机构 在 2012 的报表 IY 中的 NURSE" },
		{ "from reports and fact", "分别来自“报告”和“外部数据”" },
		{ "stage 1 of 4: 已 立项", "第 1 阶段，共 4 个：已 立项" },
		{ "一句中文 of 别的 话", "一句中文 of 别的 话" },
		{ "", "" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		out.len = 0;
		cr_assert_eq(words_mark(cases[i].en, true, &out), 0);
		cr_expect_str_eq(text(), cases[i].zh);
		out.len = 0;
		cr_assert_eq(words_mark(cases[i].en, false, &out), 0);
		cr_expect_str_eq(text(), cases[i].en);
	}
}

Test(print, of_two_languages_a_person_sees_one)
{
	static const char *const names[] = { "unit", "unit_zh", "note_zh", "note_en", "area_name" };
	struct grid units = { 0 };

	for (size_t i = 0; i < array_len(names); i++)
		cr_assert_eq(grid_column(&units, names[i], COLUMN_TEXT), 0);
	for (size_t i = 0; i < array_len(names); i++)
		cr_assert_eq(grid_text(&units, names[i]), 0);
	for (int usual = 0; usual < 2; usual++) {
		struct print_style style = { .format = PRINT_TABLE,
			.usual = usual ? "unit_zh,note_zh,area_name" : NULL };

		out.len = 0;
		cr_assert_eq(print_table(&style, "s", &units, &out), 0);
		cr_expect(strstr(text(), "\nunit  note_en  area_name\n"), "%s", text());
		style.chinese = true;
		out.len = 0;
		cr_assert_eq(print_table(&style, "s", &units, &out), 0);
		cr_expect(strstr(text(), "\nunit_zh  note_zh  area_name\n"), "%s", text());
	}
	grid_fini(&units);
}

static void scorecard(const char *const (*rows)[5], size_t count)
{
	static const char *const names[] = { "name_zh", "shown", "class", "status", "note_zh" };
	struct grid empty = { 0 };

	grid_fini(&table);
	table = empty;
	for (size_t i = 0; i < array_len(names); i++)
		cr_assert_eq(grid_column(&table, names[i], COLUMN_TEXT), 0);
	cr_assert_eq(grid_column(&table, "note_en", COLUMN_TEXT), 0);
	for (size_t i = 0; i < count; i++) {
		for (size_t c = 0; c < 5; c++)
			cr_assert_eq(grid_text(&table, rows[i][c]), 0);
		cr_assert_eq(grid_text(&table, "in English"), 0);
	}
}

static const char *const two_targets[][5] = {
	{ "床位", "6.18", "judged", "met_so_far", "只因四舍五入达标" },
	{ "产值", NULL, "needs_input", NULL, "缺少产值" },
};

Test(print, a_target_without_a_status_shows_its_class_instead)
{
	struct print_style style = {
		.format = PRINT_TABLE, .chinese = true, .usual = "name_zh,shown,status,note_zh"
	};

	scorecard(two_targets, 2);
	cr_assert_eq(print_table(&style, "s", &table, &out), 0);
	cr_assert(strstr(text(), "目前达标"));
	cr_assert(strstr(text(), "待补数据"));
	cr_assert(strstr(text(), "只因四舍五入达标"));
	cr_assert(!strstr(text(), "\033["), "no colour unless it is asked for");
}

Test(print, english_readers_get_english_notes_and_no_underscores)
{
	struct print_style style = { .format = PRINT_TABLE, .usual = "name_zh,status,note_zh" };

	scorecard(two_targets, 2);
	cr_assert_eq(print_table(&style, "s", &table, &out), 0);
	cr_assert(strstr(text(), "met so far"));
	cr_assert(strstr(text(), "needs input"));
	cr_assert(strstr(text(), "in English"));
	cr_assert(!strstr(text(), "缺少产值"));
}

Test(print, colour_stands_beside_the_word_and_never_in_its_place)
{
	struct print_style style = {
		.format = PRINT_TABLE, .chinese = true, .usual = "status", .colour = true
	};

	scorecard(two_targets, 2);
	cr_assert_eq(print_table(&style, "s", &table, &out), 0);
	cr_assert(strstr(text(), "\033[32m"));
	cr_assert(strstr(text(), "目前达标"));
}

Test(print, a_course_has_a_bar_per_row_and_a_blank_for_no_value)
{
	static const char *const values[] = { "1", NULL, "2.5", "8" };
	struct grid empty = { 0 };

	grid_fini(&table);
	table = empty;
	cr_assert_eq(grid_column(&table, "period", COLUMN_TEXT), 0);
	cr_assert_eq(grid_column(&table, "value", COLUMN_DECIMAL), 0);
	for (size_t i = 0; i < array_len(values); i++) {
		cr_assert_eq(grid_text(&table, "2020"), 0);
		cr_assert_eq(grid_text(&table, values[i]), 0);
	}
	cr_assert_eq(print_table(&(struct print_style){ .format = PRINT_TABLE, .spark = true }, "s",
			     &table, &out),
		0);
	cr_assert(strstr(text(), "▁ ▃█  lowest 1, highest 8\n"), "%s", text());
}

Test(print, a_scorecard_has_the_headings_of_the_bureaus_own_tables)
{
	static const char *const headings[] = { "指标", "属性", "基期", "目标", "实际", "进度",
		"状态", "责任部门", "说明" };
	char *words[] = { "plan", "scorecard" };
	struct print_style style = { .format = PRINT_TABLE, .chinese = true };
	struct grid empty = { 0 };
	const char *at;
	size_t matched;

	grid_fini(&table);
	table = empty;
	style.usual = command_find(words, 2, &matched)->columns;
	for (const char *name = style.usual; *name;
		name += strcspn(name, ","), name += *name != 0) {
		char column[48];

		snprintf(column, sizeof(column), "%.*s", (int)strcspn(name, ","), name);
		cr_assert_eq(grid_column(&table, column, COLUMN_TEXT), 0);
	}
	for (size_t i = 0; i < table.columns; i++)
		cr_assert_eq(grid_text(&table, "x"), 0);
	cr_assert_eq(print_table(&style, "s", &table, &out), 0);
	at = text();
	for (size_t i = 0; i < array_len(headings); i++) {
		at = strstr(at, headings[i]);
		cr_assert(at, "%s is missing, or out of order", headings[i]);
	}
}

Test(print, a_column_for_adjustments_is_shown_only_where_there_is_one)
{
	const struct print_style style = { .format = PRINT_TABLE, .usual = "code,adjusted_shown" };
	const struct print_style asked = { .format = PRINT_TABLE,
		.columns = "code,adjusted_shown" };

	grid_fini(&table);
	cr_assert_eq(grid_column(&table, "code", COLUMN_TEXT), 0);
	cr_assert_eq(grid_column(&table, "adjusted_shown", COLUMN_TEXT), 0);
	cr_assert_eq(grid_text(&table, "A"), 0);
	cr_assert_eq(grid_text(&table, NULL), 0);
	cr_assert_eq(print_table(&style, "s", &table, &out), 0);
	cr_expect_not(strstr(text(), "adjusted"), "%s", text());
	out.len = 0;
	cr_assert_eq(print_table(&asked, "s", &table, &out), 0);
	cr_expect(strstr(text(), "adjusted"), "who names it sees it");
	out.len = 0;
	cr_assert_eq(grid_text(&table, "B"), 0);
	cr_assert_eq(grid_text(&table, "12"), 0);
	cr_assert_eq(print_table(&style, "s", &table, &out), 0);
	cr_expect(strstr(text(), "adjusted") && strstr(text(), "12"), "%s", text());
}
