/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The column of reasons: what is read, what is refused with its cell, and the words for findings of
 * rules. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/finding.h"
#include "client/row.h"
#include "model/rule.h"

static char folder[64];
static struct catalog *catalog;
static struct sheet *sheet;
static struct row_reader *reader;

static void write_table(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/catalog/%s", folder, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static void setup(void)
{
	char text[512];

	setenv("LC_ALL", "C", 1);
	snprintf(folder, sizeof(folder), "/tmp/huibao-reasons-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(text, sizeof(text), "cp -r '%s/catalog' '%s/catalog'", SOURCE_DIR, folder);
	cr_assert_eq(system(text), 0);
	write_table("rules.csv",
		"id,code,forms,severity,check,when,holds,tolerance,missing,facilities,settings,"
		"name_zh,name_en,fix_zh,fix_en,source\n"
		"1,T01,INSTITUTION_YEAR,hold,holds,,NURSE <= VISIT,,skip_any,,,护士不超过诊疗,"
		"nurses at most visits,核对两数,compare both,test\n"
		"2,T02,INSTITUTION_YEAR,hold,holds,,1000*NURSE <= 5*VISIT,,skip_any,,,千分之五,"
		"five in a thousand,核对两数,compare both,test\n");
	write_table("reasons.csv", "id,code,name_zh,name_en,used_by,note\n"
				   "1,CHECKED_CORRECT,已核对属实,checked and right,sender,\n"
				   "2,EXTRA_BEDS,临时加床,extra beds,sender,\n"
				   "20,IMPLAUSIBLE,不合常理,not plausible,bureau,\n");
	snprintf(text, sizeof(text), "%s/catalog", folder);
	cr_assert_eq(catalog_load(text, &catalog), 0, "%s", err_text());
}

static void teardown(void)
{
	char command[128];

	row_reader_free(reader);
	sheet_free(sheet);
	catalog_free(catalog);
	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(reasons, .init = setup, .fini = teardown);

static int read_reasons(const char *cell, struct report *report)
{
	struct report_text text;
	bool has_text;
	char line[1200];

	row_reader_free(reader);
	sheet_free(sheet);
	reader = NULL;
	snprintf(line, sizeof(line), "facility,period,VISIT,NURSE,reasons\nH1,2015,5,7,\"%s\"\n",
		cell);
	cr_assert_eq(sheet_parse("f.csv", bytes_str(line), &sheet), 0, "%s", err_text());
	cr_assert_eq(row_reader_new(catalog, catalog_form_by_code(catalog, "INSTITUTION_YEAR"),
			     sheet, &reader),
		0, "%s", err_text());
	return row_read(reader, 0, report, &text, &has_text);
}

Test(reasons, they_are_read_by_code_and_name_and_rise_by_element)
{
	static const struct {
		const char *cell, *printed;
	} cases[] = {
		{ "", "" },
		{ " ; ", "" },
		{ "NURSE=EXTRA_BEDS", "NURSE=EXTRA_BEDS" },
		{ "*=CHECKED_CORRECT", "*=CHECKED_CORRECT" },
		{ "NURSE = extra beds ; * = 已核对属实", "*=CHECKED_CORRECT;NURSE=EXTRA_BEDS" },
		{ "ＮＵＲＳＥ＝临时加床；＊＝已核对属实；", "*=CHECKED_CORRECT;NURSE=EXTRA_BEDS" },
		{ "PHYSICIAN=EXTRA_BEDS;*=CHECKED_CORRECT;NURSE=CHECKED_CORRECT", NULL },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		struct report report;

		cr_assert_eq(read_reasons(cases[i].cell, &report), 0, "%s", err_text());
		for (size_t k = 1; k < report.explained; k++)
			cr_expect_lt(report.explained_element[k - 1], report.explained_element[k]);
		if (!cases[i].printed) {
			cr_expect_eq(report.explained, 3);
			continue;
		}
		cr_assert_eq(row_reasons_print(catalog, &report, &out), 0);
		cr_expect(bytes_equal(buffer_view(&out), bytes_str(cases[i].printed)), "%s: %.*s",
			cases[i].cell, (int)out.len, (const char *)out.data);
	}
}

Test(reasons, what_cannot_be_meant_is_refused_with_its_cell)
{
	static const struct {
		const char *cell, *want;
	} cases[] = {
		{ "EXTRA_BEDS", "there is no '=' in: 'EXTRA_BEDS'" },
		{ "WHAT=EXTRA_BEDS", "the form has no element: 'WHAT'" },
		{ "CASE_NEW=EXTRA_BEDS", "the form has no element" },
		{ "=EXTRA_BEDS", "the form has no element: ''" },
		{ "NURSE=WHY", "there is no reason: 'WHY'" },
		/* what is quoted ends with a whole character: 26 of them are 78 bytes */
		{ "NURSE=核核核核核核核核核核核核核核核核核核核核核核核核核核核核",
			"there is no reason: "
			"'核核核核核核核核核核核核核核核核核核核核核核核核核核'" },
		{ "NURSE=", "there is no reason: ''" },
		{ "NURSE=IMPLAUSIBLE", "there is no reason: 'IMPLAUSIBLE'" },
		{ "NURSE=EXTRA_BEDS;NURSE=CHECKED_CORRECT",
			"two reasons for one element: 'NURSE'" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct report report;
		size_t count;

		cr_expect_eq(
			read_reasons(cases[i].cell, &report), ERR_INVALID, "%s", cases[i].cell);
		cr_expect_not_null(
			strstr(err_text(), cases[i].want), "%s: %s", cases[i].cell, err_text());
		cr_expect_not_null(
			strstr(err_text(), "f.csv:2: column 'reasons'"), "%s", err_text());
		cr_expect_str_eq(row_notes(reader, &count)[0].code, "reason-invalid");
	}
}

Test(reasons, explanations_are_part_of_the_packed_report)
{
	AUTO(arena_free) struct arena *arena = NULL;
	AUTO(buffer_fini) struct buffer packed = { 0 };
	struct report report, again;

	cr_assert_eq(arena_new(&arena), 0);
	cr_assert_eq(read_reasons("NURSE=EXTRA_BEDS;*=CHECKED_CORRECT", &report), 0);
	report.revision = 1;
	cr_assert_eq(report_encode(&report, &packed), 0, "%s", err_text());
	cr_assert_eq(report_decode(arena, buffer_view(&packed), &again), 0, "%s", err_text());
	cr_assert_eq(again.explained, 2);
	cr_expect_eq(again.explained_element[0], 0);
	cr_expect_eq(again.explained_reason[1], 2);
}

Test(reasons, a_finding_of_a_rule_speaks_as_its_rule_does)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct finding finding = { .code = FINDING_RULE,
		.severity = SEVERITY_HOLD,
		.found = 7,
		.limit = 5,
		.rule = "T01" };

	finding.element = catalog_element_by_code(catalog, "NURSE")->id;
	cr_assert_eq(finding_explain(catalog, &finding, false, &out), 0);
	cr_expect(
		bytes_equal(buffer_view(&out),
			bytes_str(
				"nurses at most visits: 7 persons against 5 persons; compare both; "
				"if it is right, explain it in the column 'reasons': "
				"NURSE=CHECKED_CORRECT (others: huibao-collect reasons); "
				"unexplained it is held")),
		"%.*s", (int)out.len, (const char *)out.data);
	out.len = 0;
	finding.reason = 2;
	cr_assert_eq(finding_explain(catalog, &finding, true, &out), 0);
	cr_expect(bytes_equal(buffer_view(&out),
			  bytes_str("护士不超过诊疗：7人，对照5人（已说明：临时加床）")),
		"%.*s", (int)out.len, (const char *)out.data);
}

Test(reasons, a_lock_says_since_when_only_if_that_is_known)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct finding finding = { .code = FINDING_LOCKED,
		.severity = SEVERITY_FOLLOW,
		.found = day_of(2026, 10, 31),
		.limit = day_of(2026, 11, 23) };

	cr_assert_eq(finding_explain(catalog, &finding, true, &out), 0);
	cr_expect_not_null(
		memmem(out.data, out.len, "（自 2026-10-31 起）", strlen("（自 2026-10-31 起）")));
	out.len = 0;
	finding.found = finding.limit; /* a person's lock: of some day before */
	cr_assert_eq(finding_explain(catalog, &finding, true, &out), 0);
	cr_expect_null(
		memmem(out.data, out.len, "2026", 4), "%.*s", (int)out.len, (const char *)out.data);
}

Test(reasons, a_multiple_has_no_unit)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct finding finding = { .code = FINDING_RULE,
		.severity = SEVERITY_FOLLOW,
		.found = 7000,
		.limit = 5000,
		.rule = "T02" };

	finding.element = catalog_element_by_code(catalog, "NURSE")->id;
	cr_assert_eq(finding_explain(catalog, &finding, false, &out), 0);
	cr_expect_not_null(memmem(out.data, out.len, "7000 against 5000;", 18), "%.*s",
		(int)out.len, (const char *)out.data);
}

Test(reasons, a_diagnosis_names_the_way_back_in_the_element_s_scale)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	const struct element *money = catalog_element_by_code(catalog, "INCOME_MEDICAL");
	struct finding finding = { .code = FINDING_UNIT_SLIP,
		.severity = SEVERITY_HOLD,
		.element = money->id,
		.found = 1234567,
		.limit = 1200,
		.has_proposed = true,
		.proposed = 1235,
		.rule = "NONE" };
	static const struct {
		enum finding_code code;
		const char *want;
	} cases[] = {
		{ FINDING_SWAPPED, "swapped with that of: NURSE (" },
		{ FINDING_COPIED, "copied from: 2026-04" },
		{ FINDING_SUM_IN_PART, "the whole of: NURSE (" },
		{ FINDING_WRONG_MONTH, "another period: 2026-04" },
	};
	struct row_note note;

	cr_assert_eq(finding_explain(catalog, &finding, false, &out), 0);
	cr_expect_not_null(memmem(out.data, out.len, "usually about 1", 15), "%.*s", (int)out.len,
		(const char *)out.data);
	cr_expect_not_null(memmem(out.data, out.len, "probably 12.35 thousand yuan", 28), "%.*s",
		(int)out.len, (const char *)out.data);
	cr_assert_eq(row_note_alone(catalog, &finding, &note), 0);
	cr_expect(note.holds);
	cr_expect_str_eq(note.severity, "hold");
	cr_expect_str_eq(note.rule, "NONE");
	cr_expect_neq(note.proposed[0], '\0');
	finding.other = catalog_element_by_code(catalog, "NURSE")->id;
	finding.period = 2026104;
	finding.found = 11;
	for (size_t i = 0; i < array_len(cases); i++) {
		out.len = 0;
		finding.code = cases[i].code;
		cr_assert_eq(finding_explain(catalog, &finding, false, &out), 0);
		cr_expect_not_null(memmem(out.data, out.len, cases[i].want, strlen(cases[i].want)),
			"%.*s", (int)out.len, (const char *)out.data);
	}
}
