/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each thing that a rule can say, on the small catalogue: HOSPITAL_MONTH has BED, VISIT and INCOME
 * (two decimals), INSTITUTION_YEAR has VISIT, DOSE and DEATH by sex and band. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/absent.h"
#include "base/err.h"
#include "model/rule_inside.h"
#include "tests/model/fixture.h"

#define RULE(id, code, forms, severity, when, holds, tolerance, missing, facilities, settings)     \
	id "," code "," forms "," severity ",holds," when "," holds "," tolerance "," missing      \
	   ",\"" facilities "\"," settings ",规则,rule,改正,correct,ours\n"
#define MONTH(holds) RULE("1", "R1", "HOSPITAL_MONTH", "reject", "", holds, "", "skip_any", "", "")
#define HOLD(when, holds, missing)                                                                 \
	RULE("1", "R1", "HOSPITAL_MONTH", "hold", when, holds, "", missing, "", "")

enum { BED, VISIT, INCOME };
#define HOLE value_absent(2)
#define NOT_OFFERED value_absent(1)

static const char reason_rows[] = "1,BUSY,忙,busy,sender,\n2,TIRED,累,tired,bureau,\n";

static struct catalog *open_rules(const char *rules)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = { { "rules", "", rules },
		{ "reasons", "", reason_rows } };
	struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
	return catalog;
}

static struct checkup month(const struct catalog *catalog, const int64_t *value)
{
	return (struct checkup){ .form = catalog_form_by_code(catalog, "HOSPITAL_MONTH"),
		.period = period_of(PERIOD_MONTH, 2026, 3),
		.value = value };
}

/* How many findings the rules have on a month. */
static uint32_t count_month(const char *rules, int64_t bed, int64_t visit, int64_t income)
{
	AUTO(catalog_free) struct catalog *catalog = open_rules(rules);
	const int64_t value[] = { bed, visit, income };
	struct checkup checkup = month(catalog, value);
	struct findings findings = { .count = 0 };

	rules_check(catalog, &checkup, RULES_OF_SENDER | RULES_OF_CENTRE, &findings);
	return findings.count;
}

Test(rule_engine, operators)
{
	static const struct {
		const char *operator;
		bool below, same, above;
	} cases[] = { { "=", false, true, false }, { "!=", true, false, true },
		{ "<=", true, true, false }, { ">=", false, true, true },
		{ "<", true, false, false }, { ">", false, false, true } };

	for (size_t i = 0; i < array_len(cases); i++) {
		char rule[512];

		snprintf(rule, sizeof(rule), MONTH("BED %s VISIT"), cases[i].operator);
		cr_expect_eq(count_month(rule, 4, 5, 0) == 0, cases[i].below, "%s", rule);
		cr_expect_eq(count_month(rule, 5, 5, 0) == 0, cases[i].same, "%s", rule);
		cr_expect_eq(count_month(rule, 6, 5, 0) == 0, cases[i].above, "%s", rule);
	}
}

Test(rule_engine, days_months_numbers_and_scales)
{
	/* March has 31 days; INCOME is kept in hundredths */
	cr_expect_eq(count_month(MONTH("VISIT <= DAYS*BED"), 2, 62, 0), 0);
	cr_expect_eq(count_month(MONTH("VISIT <= DAYS*BED"), 2, 63, 0), 1);
	cr_expect_eq(count_month(MONTH("VISIT <= 0.5*DAYS*BED + 1"), 2, 32, 0), 0);
	cr_expect_eq(count_month(MONTH("VISIT <= 0.5*DAYS*BED + 1"), 2, 33, 0), 1);
	cr_expect_eq(count_month(MONTH("BED - 3*MONTHS = -VISIT"), 1, 2, 0), 0);
	cr_expect_eq(count_month(MONTH("INCOME <= 1.5*VISIT"), 0, 3, 450), 0);
	cr_expect_eq(count_month(MONTH("INCOME <= 1.5*VISIT"), 0, 3, 451), 1);
}

Test(rule_engine, beyond_64_bits)
{
	/* 10^9 * 2^40 on both sides: only 128 bits tell them apart */
	int64_t large = (int64_t)1 << 40;

	cr_expect_eq(count_month(MONTH("100000000*BED <= 100000000*VISIT"), large, large, 0), 0);
	cr_expect_eq(
		count_month(MONTH("100000000*BED <= 100000000*VISIT"), large, large - 1, 0), 1);
}

Test(rule_engine, missing_strategies)
{
	const struct {
		const char *missing;
		int64_t bed, visit, income;
		uint32_t findings;
	} cases[] = {
		{ "skip_any", 3, 2, 0, 1 },
		{ "skip_any", HOLE, 2, 0, 0 },
		{ "skip_any", 3, HOLE, 0, 0 },
		{ "skip_any", 3, NOT_OFFERED, 0, 1 }, /* a true 0 */
		{ "skip_any", 3, value_absent(0), 0, 0 },
		{ "skip_any", 3, value_absent(4), 0, 0 },
		{ "skip_all", 3, HOLE, 0, 1 },
		{ "skip_all", HOLE, HOLE, 0, 0 },
		{ "skip_all", NOT_OFFERED, HOLE, 0, 1 }, /* 0 < 0 does not hold */
		{ "never", HOLE, HOLE, 0, 1 },
		{ "never", HOLE, 1, 0, 0 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char rule[512];

		snprintf(rule, sizeof(rule), HOLD("", "BED < VISIT", "%s"), cases[i].missing);
		cr_expect_eq(count_month(rule, cases[i].bed, cases[i].visit, cases[i].income),
			cases[i].findings, "case %zu", i);
	}
}

Test(rule_engine, parts_that_may_be_empty_against_a_whole_that_must_be_there)
{
	cr_expect_eq(count_month(HOLD("VISIT >= 0", "BED <= VISIT", "skip_all"), 1, HOLE, 0), 0);
	cr_expect_eq(count_month(HOLD("VISIT >= 0", "BED <= VISIT", "skip_all"), 1, 0, 0), 1);
}

#define TOLERANT(holds, tolerance)                                                                 \
	RULE("1", "R1", "HOSPITAL_MONTH", "hold", "", holds, tolerance, "skip_any", "", "")

Test(rule_engine, tolerance)
{
	cr_expect_eq(count_month(TOLERANT("INCOME = BED", "0.5"), 10, 0, 1050), 0);
	cr_expect_eq(count_month(TOLERANT("INCOME = BED", "0.5"), 10, 0, 1051), 1);
	cr_expect_eq(count_month(TOLERANT("INCOME = BED", "0.5"), 10, 0, 950), 0);
	cr_expect_eq(count_month(TOLERANT("INCOME = BED", "0.5"), 10, 0, 949), 1);
	cr_expect_eq(count_month(TOLERANT("BED = VISIT", "5%"), 105, 100, 0), 0);
	cr_expect_eq(count_month(TOLERANT("BED = VISIT", "5%"), 106, 100, 0), 1);
	cr_expect_eq(count_month(TOLERANT("BED = VISIT", "2.5%"), 39, 40, 0), 0);
	cr_expect_eq(count_month(TOLERANT("BED = VISIT", "2.5%"), 38, 40, 0), 1);
	/* one way only */
	cr_expect_eq(count_month(TOLERANT("BED <= VISIT", "2"), 12, 10, 0), 0);
	cr_expect_eq(count_month(TOLERANT("BED <= VISIT", "2"), 13, 10, 0), 1);
	cr_expect_eq(count_month(TOLERANT("BED <= VISIT", "2"), 0, 10, 0), 0);
	cr_expect_eq(count_month(TOLERANT("BED >= VISIT", "2"), 8, 10, 0), 0);
	cr_expect_eq(count_month(TOLERANT("BED >= VISIT", "2"), 7, 10, 0), 1);
	cr_expect_eq(count_month(TOLERANT("BED < VISIT", "2"), 11, 10, 0), 0);
	cr_expect_eq(count_month(TOLERANT("BED < VISIT", "2"), 12, 10, 0), 1);
	cr_expect_eq(count_month(TOLERANT("BED > VISIT", "2"), 9, 10, 0), 0);
	cr_expect_eq(count_month(TOLERANT("BED > VISIT", "2"), 8, 10, 0), 1);
	/* the size of a negative right side counts */
	cr_expect_eq(count_month(TOLERANT("BED = -VISIT", "5%"), 100, -100, 0), 0);
}

Test(rule_engine, when)
{
	static const char rule[] = HOLD("BED > 0", "VISIT > 0", "skip_any");

	cr_expect_eq(count_month(rule, 1, 0, 0), 1);
	cr_expect_eq(count_month(rule, 0, 0, 0), 0);
	cr_expect_eq(count_month(rule, HOLE, 0, 0), 0);
}

Test(rule_engine, finding_says_where_and_how_much)
{
	AUTO(catalog_free)
	struct catalog *catalog = open_rules(RULE("7", "R7", "HOSPITAL_MONTH", "hold", "",
		"2 + 0.125*BED <= INCOME", "", "skip_any", "", "") RULE("3", "R3", "HOSPITAL_MONTH",
		"reject", "", "INCOME <= 0.125*BED", "", "skip_any", "", ""));
	const int64_t value[] = { 9, 0, 300 };
	struct checkup checkup = month(catalog, value);
	struct findings findings = { .count = 0 };

	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	cr_assert_eq(findings.count, 2);
	cr_expect_str_eq(findings.finding[0].rule, "R3", "rising by id, not by line");
	cr_expect_eq(findings.finding[0].code, FINDING_RULE);
	cr_expect_eq(findings.finding[0].element, 3);
	cr_expect_eq(findings.finding[0].severity, SEVERITY_REJECT);
	cr_expect_eq(findings.finding[0].found, 300);
	cr_expect_eq(findings.finding[0].limit, 113, "1.125, to the nearest hundredth");
	cr_expect_str_eq(findings.finding[1].rule, "R7");
	cr_expect_eq(findings.finding[1].element, 2);
	cr_expect_eq(findings.finding[1].found, 3, "3.125 beds");
	cr_expect_eq(findings.finding[1].limit, 3);
	cr_expect(findings.rejects && findings.holds);
}

Test(rule_engine, only_the_severities_that_are_asked_for)
{
	AUTO(catalog_free)
	struct catalog *catalog = open_rules(RULE("1", "R1", "HOSPITAL_MONTH", "reject", "",
		"BED = 0", "", "skip_any", "", "") RULE("2", "R2", "HOSPITAL_MONTH", "hold", "",
		"BED = 0", "", "skip_any", "", "") RULE("3", "R3", "HOSPITAL_MONTH", "follow", "",
		"BED = 0", "", "skip_any", "", ""));
	const int64_t value[] = { 1, 1, 1 };
	struct checkup checkup = month(catalog, value);
	struct findings sender = { .count = 0 }, centre = { .count = 0 };

	rules_check(catalog, &checkup, RULES_OF_SENDER, &sender);
	rules_check(catalog, &checkup, RULES_OF_CENTRE, &centre);
	cr_expect_eq(sender.count, 2);
	cr_assert_eq(centre.count, 1);
	cr_expect_str_eq(centre.finding[0].rule, "R3");
	cr_expect(!centre.rejects && !centre.holds);
}

/* The past */

static uint32_t count_past(const char *rule, uint32_t period, int64_t visit, const int64_t *past)
{
	AUTO(catalog_free) struct catalog *catalog = open_rules(rule);
	const int64_t value[] = { 1, visit, 0 };
	int64_t rows[PAST_MAX][3];
	struct checkup checkup = month(catalog, value);
	struct findings findings = { .count = 0 };

	checkup.period = period;
	for (size_t i = 0; i < PAST_MAX; i++) {
		rows[i][BED] = 1;
		rows[i][VISIT] = past[i];
		rows[i][INCOME] = 0;
		checkup.past.row[i] = past[i] < 0 && !value_is_absent(past[i]) ? NULL : rows[i];
	}
	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	return findings.count;
}

#define NONE (-1) /* no report */

Test(rule_engine, past_periods)
{
	static const int64_t past[PAST_MAX] = { 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 40 };
	const int64_t holed[PAST_MAX] = { NONE, HOLE, 12, NONE, 14, 15, 16, 17, 18, 19, 20, NONE };
	uint32_t march = period_of(PERIOD_MONTH, 2026, 3);

	cr_expect_eq(count_past(HOLD("", "VISIT <= prev(VISIT)", "skip_any"), march, 10, past), 0);
	cr_expect_eq(count_past(HOLD("", "VISIT <= prev(VISIT)", "skip_any"), march, 11, past), 1);
	cr_expect_eq(count_past(HOLD("", "VISIT <= prev(VISIT)", "skip_any"), march, 99, holed), 0);
	cr_expect_eq(count_past(HOLD("", "VISIT <= prev(VISIT)", "never"), march, 1, holed), 1);
	cr_expect_eq(
		count_past(HOLD("", "VISIT <= year_ago(VISIT)", "skip_any"), march, 40, past), 0);
	cr_expect_eq(
		count_past(HOLD("", "VISIT <= year_ago(VISIT)", "skip_any"), march, 41, past), 1);
	cr_expect_eq(
		count_past(HOLD("", "VISIT <= year_ago(VISIT)", "skip_any"), march, 41, holed), 0);
	/* 10 .. 20 and 40: the lower of 15 and 16 */
	cr_expect_eq(
		count_past(HOLD("", "VISIT <= median(VISIT)", "skip_any"), march, 15, past), 0);
	cr_expect_eq(
		count_past(HOLD("", "VISIT <= median(VISIT)", "skip_any"), march, 16, past), 1);
	/* 12 14 15 16 17 18 19 20 */
	cr_expect_eq(
		count_past(HOLD("", "VISIT <= median(VISIT)", "skip_any"), march, 16, holed), 0);
	cr_expect_eq(
		count_past(HOLD("", "VISIT <= median(VISIT)", "skip_any"), march, 17, holed), 1);
	/* distances from 15: 0 1 1 2 2 3 3 4 4 5 5 25 */
	cr_expect_eq(count_past(HOLD("", "VISIT <= mad(VISIT)", "skip_any"), march, 3, past), 0);
	cr_expect_eq(count_past(HOLD("", "VISIT <= mad(VISIT)", "skip_any"), march, 4, past), 1);
	/* this month and 11 before: 10 .. 20 are 165 */
	cr_expect_eq(count_past(HOLD("", "year(VISIT) <= 170", "skip_any"), march, 5, past), 0);
	cr_expect_eq(count_past(HOLD("", "year(VISIT) <= 170", "skip_any"), march, 6, past), 1);
	cr_expect_eq(count_past(HOLD("", "year(VISIT) <= 1", "skip_any"), march, 6, holed), 0);
	cr_expect_eq(count_past(HOLD("", "year(VISIT) <= 1", "skip_all"), march, 6, holed), 1);
}

#define WITH(holds, settings)                                                                      \
	RULE("1", "R1", "HOSPITAL_MONTH", "hold", "", holds, "", "skip_any", "", settings)

Test(rule_engine, settings_of_the_past)
{
	static const int64_t three[PAST_MAX] = { 1, 1, 1, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
		NONE, NONE };
	uint32_t march = period_of(PERIOD_MONTH, 2026, 3), january = march - 2;

	cr_expect_eq(count_past(WITH("VISIT <= median(VISIT)", "periods=3"), march, 2, three), 1);
	cr_expect_eq(count_past(WITH("VISIT <= median(VISIT)", "periods=4"), march, 2, three), 0);
	cr_expect_eq(count_past(WITH("VISIT = 0", "first"), march, 2, three), 0);
	cr_expect_eq(count_past(WITH("VISIT = 0", "first"), january, 2, three), 1);
	cr_expect_eq(count_past(WITH("VISIT = 0", "later"), march, 2, three), 1);
	cr_expect_eq(count_past(WITH("VISIT = 0", "later"), january, 2, three), 0);
}

/* Cells, other forms, classes */

static const char year_rules[] = RULE("1", "SUM", "INSTITUTION_YEAR", "hold", "", "DEATH <= VISIT",
	"", "skip_any", "", "") RULE("2", "EACH", "INSTITUTION_YEAR", "hold", "DEATH > 1",
	"DEATH <= VISIT", "", "skip_any", "", "each") RULE("3", "MEN", "INSTITUTION_YEAR", "hold",
	"", "DEATH[sex=M] <= VISIT", "", "skip_any", "", "");

Test(rule_engine, each_cell_or_all_together)
{
	AUTO(catalog_free) struct catalog *catalog = open_rules(year_rules);
	const struct form *form = catalog_form_by_code(catalog, "INSTITUTION_YEAR");
	int64_t value[8] = { 4, 0, 5, 1, 0, 1, HOLE, 6 };
	struct checkup checkup = {
		.form = form, .period = period_of(PERIOD_YEAR, 2025, 0), .value = value
	};
	struct findings findings = { .count = 0 };

	cr_assert_eq(form->line_count, 8);
	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	/* the hole silences the sum over all; men's cells are the first three */
	cr_assert_eq(findings.count, 3);
	cr_expect_str_eq(findings.finding[0].rule, "EACH");
	cr_expect_eq(findings.finding[0].element, form->lines[2].element);
	cr_expect_eq(findings.finding[0].found, 5);
	cr_expect_eq(findings.finding[1].element, form->lines[7].element);
	cr_expect_eq(findings.finding[1].found, 6);
	cr_expect_str_eq(findings.finding[2].rule, "MEN");
	cr_expect_eq(findings.finding[2].element, form->lines[2].element);
	cr_expect_eq(findings.finding[2].found, 6);
	cr_expect_eq(findings.finding[2].limit, 4);
}

Test(rule_engine, other_forms_inside_the_period)
{
	AUTO(catalog_free)
	struct catalog *catalog = open_rules(
		RULE("1", "FLOW", "INSTITUTION_YEAR", "hold", "", "VISIT = HOSPITAL_MONTH.VISIT",
			"", "skip_any", "", "") RULE("2", "STOCK", "INSTITUTION_YEAR", "hold", "",
			"VISIT = HOSPITAL_MONTH.BED", "", "skip_any", "", ""));
	const struct form *form = catalog_form_by_code(catalog, "INSTITUTION_YEAR"), *forms[4];
	int64_t value[8] = { 24 }, row[] = { 23, 2, 0 }, last[] = { 24, 2, 0 };
	struct checkup checkup = {
		.form = form, .period = period_of(PERIOD_YEAR, 2025, 0), .value = value, .others = 1
	};
	struct findings findings = { .count = 0 };

	cr_assert_eq(rules_others_of(catalog, form, RULES_OF_CENTRE, forms), 0);
	cr_assert_eq(rules_others_of(catalog, form, RULES_OF_SENDER, forms), 1);
	cr_assert_eq(rules_others(catalog, form, forms), 1);
	cr_assert_str_eq(forms[0]->code, "HOSPITAL_MONTH");
	cr_expect_eq(rules_others(catalog, forms[0], forms), 0);
	checkup.other[0].form = catalog_form_by_code(catalog, "HOSPITAL_MONTH");
	checkup.other[0].rows = 12;
	for (size_t i = 0; i < 12; i++)
		checkup.other[0].row[i] = i == 11 ? last : row;
	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	cr_expect_eq(findings.count, 0);
	last[BED] = 25;
	last[VISIT] = 3;
	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	cr_assert_eq(findings.count, 2);
	cr_expect_eq(findings.finding[0].limit, 25);
	cr_expect_eq(findings.finding[1].limit, 25);
	/* a month that is not there is a hole of the sum, none of the last */
	findings.count = 0;
	checkup.other[0].row[3] = NULL;
	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	cr_assert_eq(findings.count, 1);
	cr_expect_str_eq(findings.finding[0].rule, "STOCK");
}

Test(rule_engine, only_for_some_facilities)
{
	AUTO(catalog_free)
	struct catalog *catalog = open_rules(RULE("1", "R1", "HOSPITAL_MONTH", "hold", "",
		"BED = 0", "", "skip_any", "class=hospital,ownership=public", ""));
	const int64_t value[] = { 1, 1, 1 };
	static const struct {
		bool known;
		uint64_t stratum;
		uint32_t findings;
	} cases[] = { { true, 2 | 1 << 16, 1 }, { true, 2 | 2 << 16, 0 }, { true, 4 | 1 << 16, 0 },
		{ false, 2 | 1 << 16, 0 } };

	for (size_t i = 0; i < array_len(cases); i++) {
		struct checkup checkup = month(catalog, value);
		struct findings findings = { .count = 0 };

		checkup.stratum_known = cases[i].known;
		checkup.stratum = cases[i].stratum;
		rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
		cr_expect_eq(findings.count, cases[i].findings, "case %zu", i);
	}
}

Test(rule_engine, explanations)
{
	AUTO(catalog_free)
	struct catalog *catalog = open_rules(RULE("1", "R1", "HOSPITAL_MONTH", "reject", "",
		"BED = 0", "", "skip_any", "", "") RULE("2", "R2", "HOSPITAL_MONTH", "hold", "",
		"BED = 0", "", "skip_any", "", "") RULE("3", "R3", "HOSPITAL_MONTH", "hold", "",
		"VISIT = 0", "", "skip_any", "", ""));
	const int64_t value[] = { 1, 1, 1 };
	const uint32_t element[] = { 0, 2 }, reason[] = { 5, 1 };
	struct checkup checkup = month(catalog, value);
	struct findings findings = { .count = 0 };

	checkup.explained_element = element;
	checkup.explained_reason = reason;
	checkup.explained = 2;
	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	cr_assert_eq(findings.count, 3);
	cr_expect_eq(findings.finding[0].reason, 0, "what is rejected cannot be explained");
	cr_expect_eq(findings.finding[1].reason, 1);
	cr_expect_eq(findings.finding[2].reason, 0);
	cr_expect(findings.holds);
	cr_expect_eq(explanation_of(element, reason, 2, 0), 5);
	cr_expect_eq(explanation_of(element, reason, 2, 1), 0);
	cr_expect_eq(explanation_of(element, reason, 2, 3), 0);
}

Test(rule_engine, more_findings_than_are_kept)
{
	AUTO(buffer_fini) struct buffer rows = { 0 };
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const int64_t value[] = { 1, 1, 1 };
	struct checkup checkup;
	struct findings findings = { .count = 0 };

	for (int i = 1; i <= FINDINGS_MAX + 3; i++)
		cr_assert_eq(buffer_format(&rows,
				     "%d,R%d,HOSPITAL_MONTH,%s,holds,,BED = 0,,skip_any,,,规则,"
				     "rule,改,fix,ours\n",
				     i, i, i <= FINDINGS_MAX ? "hold" : "reject"),
			0);
	cr_assert_eq(buffer_add(&rows, bytes_of("", 1)), 0);
	catalog = open_rules((const char *)rows.data);
	checkup = month(catalog, value);
	rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
	cr_expect_eq(findings.count, FINDINGS_MAX);
	cr_expect_eq(findings.more, 3);
	cr_expect(findings.rejects, "also by those that were only counted");
}

/* Faults of the tables */

Test(rule_engine, faults_of_rules)
{
	static const struct {
		const char *rules, *fault;
	} cases[] = {
		{ MONTH("BED"), "rules.csv:2: holds, on form 'HOSPITAL_MONTH': character 4: '+', "
				"'-' or one of = != <= >= < > is needed here" },
		{ MONTH("BED <= 5 6"), "character 10: '+', '-' or the end is needed here" },
		{ MONTH("BED <= POP"), "element 'POP' has no line on form 'HOSPITAL_MONTH'" },
		{ MONTH("BED <= BEDS"), "there is no element 'BEDS'" },
		{ MONTH("3 <= BED"), "the left side has no element of the form" },
		{ MONTH("BED <= 2*BED*VISIT"), "a term has one element" },
		{ MONTH("BED <= prev(BED"), "')' is needed here" },
		{ MONTH("BED <= prev(BED)"), "looks at nothing but the report itself" },
		{ MONTH("BED <= N_FACILITY"), "are subjects of a rule" },
		{ MONTH("BED <= VISIT[class=hospital]"), "are subjects of a rule" },
		{ MONTH("BED <= 0.0000001"), "at most 6 decimals are possible" },
		{ MONTH("BED <= 1."), "digits are needed after '.'" },
		{ MONTH("BED <= HOSPITAL_MONTH.BED"), "is the rule's own form" },
		{ HOLD("", "BED <= INSTITUTION_YEAR.VISIT", "skip_any"), "does not lie within" },
		{ HOLD("BED", "BED <= 1", "skip_any"), "when, on form" },
		{ HOLD("", "BED <= 1", "skip"), "missing" },
		{ WITH("BED <= 1", "each"), "with 'each' the left side begins with an element" },
		{ WITH("BED <= 1", "often"), "setting 'often' is none of" },
		{ WITH("BED <= 1", "low=3"), "are settings of diagnoses" },
		{ TOLERANT("BED <= 1", "0"), "tolerance '0' is no number" },
		{ TOLERANT("BED <= 1", "5 %"), "tolerance '5 %' is no number" },
		{ TOLERANT("BED <= 1", "0.5"), "the tolerance is finer than the figures" },
		{ RULE("1", "R1", "MONTHLY", "hold", "", "BED = 1", "", "never", "", ""),
			"form 'MONTHLY' is not in forms.csv" },
		{ RULE("1", "R1", "HOSPITAL_MONTH", "bad", "", "BED = 1", "", "never", "", ""),
			"severity" },
		{ RULE("1", "R1", "HOSPITAL_MONTH", "hold", "", "BED = 1", "", "never", "class=x",
			  ""),
			"facilities: 'class=x' is no filter" },
		{ "1,R1,HOSPITAL_MONTH,hold,guess,,,,never,,,规,r,改,f,s\n",
			"check 'guess' is neither 'holds' nor a diagnosis" },
		{ "1,R1,HOSPITAL_MONTH,hold,copied,,BED = 1,,never,,,规,r,改,f,s\n",
			"a diagnosis has its numbers in 'settings'" },
		{ "1,R1,HOSPITAL_MONTH,hold,holds,,,,never,,,规,r,改,f,s\n",
			"column 'holds' is empty" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		const struct edit edits[FIXTURE_EDITS_MAX] = { { "rules", "", cases[i].rules } };
		struct catalog *catalog = NULL;

		cr_expect_eq(fixture_open(edits, &catalog), ERR_INVALID, "'%s' was taken",
			cases[i].rules);
		cr_expect(strstr(err_text(), cases[i].fault), "expected: %s\nbut: %s",
			cases[i].fault, err_text());
		catalog_free(catalog);
	}
}

Test(rule_engine, identifiers_stay)
{
	AUTO(catalog_free) struct catalog *before = open_rules(MONTH("BED <= 1"));
	AUTO(catalog_free)
	struct catalog *changed = open_rules(MONTH("BED <= 2"));
	AUTO(catalog_free)
	struct catalog *renamed = open_rules(
		RULE("1", "R2", "HOSPITAL_MONTH", "hold", "", "BED = 1", "", "never", "", ""));
	AUTO(catalog_free) struct catalog *gone = fixture();

	cr_expect_eq(catalog_check_successor(before, changed), 0, "what it asks may change");
	cr_expect_eq(catalog_check_successor(before, renamed), ERR_INVALID);
	cr_expect(strstr(err_text(), "rule 1 'R1'") || strstr(err_text(), "rule 1 is 'R1'"), "%s",
		err_text());
	cr_expect_eq(catalog_check_successor(before, gone), ERR_INVALID);
	cr_expect(strstr(err_text(), "rule 1 'R1' is gone"), "%s", err_text());
	cr_expect(strstr(err_text(), "reason 1 'BUSY' is gone"), "%s", err_text());
}

/* The quick way and the exact one, over the real catalogue */

static uint64_t dice(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

/* Mostly near each other, so that rules hold and break; some absent, some 0, some huge. */
static int64_t any_value(uint64_t *state)
{
	switch (dice(state) % 12) {
	case 0:
		return value_absent((uint32_t)(dice(state) % 5));
	case 1:
		return 0;
	case 2:
		return (int64_t)(dice(state) << 12);
	case 3:
		return -(int64_t)(dice(state) % 100);
	case 4:
		return INT64_MAX - (int64_t)dice(state);
	default:
		return (int64_t)(dice(state) % 60);
	}
}

static void compare_both_ways(
	const struct catalog *catalog, const struct form *form, uint64_t *state)
{
	int64_t rows[3][FORM_LINES_MAX];
	struct findings quick = { .count = 0 }, exact = { .count = 0 };
	struct checkup checkup = { .form = form, .value = rows[0], .stratum_known = true };

	for (size_t i = 0; i < FORM_LINES_MAX; i++)
		for (size_t k = 0; k < array_len(rows); k++)
			rows[k][i] = any_value(state);
	for (size_t i = 0; i < FORM_LINES_MAX; i++) /* what is in force was checked */
		rows[2][i] = rows[2][i] > VALUE_MAX ? 7 : rows[2][i];
	checkup.stratum = 1 + dice(state) % 48;
	checkup.period = period_of(
		form->period, 2026, form->period == PERIOD_YEAR ? 0 : 1 + (int)(dice(state) % 4));
	checkup.past.row[0] = dice(state) % 4 ? rows[1] : NULL;
	checkup.past.row[11] = dice(state) % 4 ? rows[2] : NULL;
	rules_check(catalog, &checkup, RULES_OF_SENDER | RULES_OF_CENTRE, &quick);
	rules_check_exactly(catalog, &checkup, RULES_OF_SENDER | RULES_OF_CENTRE, &exact);
	cr_assert_eq(quick.count, exact.count, "%s", form->code);
	cr_assert_eq(quick.more, exact.more, "%s", form->code);
	for (uint32_t i = 0; i < quick.count; i++)
		cr_assert(
			memcmp(&quick.finding[i], &exact.finding[i], sizeof(exact.finding[i])) == 0,
			"%s: finding %u, rule %s or %s", form->code, i, quick.finding[i].rule,
			exact.finding[i].rule);
}

Test(rule_engine, the_quick_way_finds_what_the_exact_one_finds)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	uint64_t state = 20261122;
	const struct form *form;
	size_t forms;

	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	form = catalog_forms(catalog, &forms);
	for (size_t i = 0; i < forms; i++)
		for (int turn = 0; turn < 400; turn++)
			compare_both_ways(catalog, &form[i], &state);
}
