/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Linear forms: what they mean, and every way to write one wrong. */
#include "model/linear.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/model/fixture.h"

static struct linear parsed(const struct catalog *catalog, const char *text)
{
	struct linear linear = { .count = 0 };

	cr_assert_eq(linear_parse(catalog, text, &linear), 0, "%s: %s", text, err_text());
	return linear;
}

/* A stratum from ids: class, level, ownership, sponsor, profit, locality. */
static uint64_t stratum(uint8_t class, uint8_t ownership, uint8_t locality)
{
	return (uint64_t) class | (uint64_t)ownership << (8 * DIMENSION_OWNERSHIP) |
	       (uint64_t)locality << (8 * DIMENSION_LOCALITY);
}

Test(linear, every_kind_of_term_is_understood)
{
	static const struct {
		const char *text;
		enum term_kind kind;
	} cases[] = {
		{ "VISIT", TERM_ELEMENT },
		{ "N_FACILITY", TERM_N_FACILITY },
		{ "N_FACILITY[class=hospital]", TERM_N_FACILITY },
		{ "N_AREA", TERM_N_AREA },
		{ "N_AREA[kind=town]", TERM_N_AREA },
		{ "DAYS", TERM_DAYS },
		{ "MONTHS", TERM_MONTHS },
		{ "WORKDAYS", TERM_WORKDAYS },
		{ "1", TERM_ONE },
		{ " 1 ", TERM_ONE },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(linear_fini) struct linear linear = parsed(catalog, cases[i].text);

		cr_expect_eq(linear.count, 1, "%s", cases[i].text);
		cr_expect_eq(linear.term[0].kind, cases[i].kind, "%s", cases[i].text);
		cr_expect_eq(linear.term[0].coefficient, 1, "%s", cases[i].text);
		cr_expect_eq(linear.scale, 0, "%s", cases[i].text);
		cr_expect_eq(linear_has_elements(&linear), cases[i].kind == TERM_ELEMENT, "%s",
			cases[i].text);
	}
}

Test(linear, coefficients_and_scales_fold_into_whole_numbers)
{
	static const struct {
		const char *text;
		uint8_t scale;
		int64_t first, second;
	} cases[] = {
		{ "-VISIT", 0, -1, 0 },
		{ "VISIT-BED", 0, 1, -1 },
		{ "VISIT + 0.5*BED", 1, 10, 5 },
		{ "1*VISIT + 1*1", 0, 1, 1 },
		{ "2*1 - VISIT", 0, 2, -1 },
		{ "- 2.50 * VISIT - 3 * BED", 2, -250, -300 },
		{ "INCOME", 2, 1, 0 }, /* stored in hundredths */
		{ "INCOME + VISIT", 2, 1, 100 },
		{ "0.5*INCOME + VISIT", 3, 5, 1000 },
		{ "INCOME + DOSE", 6, 10000, 1 },
		{ "0.000001*DOSE", 12, 1, 0 },
		{ "999999999*VISIT", 0, 999999999, 0 },
		{ "1000*INCOME - 10.0*DAYS", 2, 1000, -1000 },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(linear_fini) struct linear linear = parsed(catalog, cases[i].text);

		cr_expect_eq(
			linear.scale, cases[i].scale, "%s: scale %d", cases[i].text, linear.scale);
		cr_expect_eq(linear.count, cases[i].second ? 2 : 1, "%s", cases[i].text);
		cr_expect_eq(linear.term[0].coefficient, cases[i].first, "%s", cases[i].text);
		if (cases[i].second != 0)
			cr_expect_eq(
				linear.term[1].coefficient, cases[i].second, "%s", cases[i].text);
	}
}

/* The whole point of folding: sum of coefficient * stored integer / 10^scale is the true value. */
Test(linear, the_folded_sum_is_the_true_value)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(linear_fini) struct linear linear = parsed(catalog, "0.25*INCOME + 3*VISIT - DOSE");
	const int64_t stored[] = { 12050 /* 120.50 */, 7, 2500000 /* 2.5 */ };
	int64_t sum = 0, one = 1;

	for (size_t i = 0; i < linear.count; i++)
		sum += linear.term[i].coefficient * stored[i];
	for (int i = 0; i < linear.scale; i++)
		one *= 10;
	cr_expect_eq(sum * 1000, 48625 * one, "30.125 + 21 - 2.5 is 48.625, not %lld / %lld",
		(long long)sum, (long long)one);
}

Test(linear, a_filter_means_the_facilities_it_names_and_those_below)
{
	enum {
		HOSPITAL = 1,
		GENERAL,
		TCM,
		PRIMARY,
		TOWNSHIP,
		CLINIC,
		AGENCY = 255,
		PUBLIC = 1,
		PRIVATE = 2
	};
	static const struct {
		const char *text;
		uint8_t class, ownership, locality;
		bool meant;
	} cases[] = {
		{ "VISIT", 0, 0, 0, true },
		{ "VISIT[class=hospital]", HOSPITAL, 0, 0, true },
		{ "VISIT[class=hospital]", GENERAL, 0, 0, true },
		{ "VISIT[class=hospital]", TCM, PRIVATE, 1, true },
		{ "VISIT[class=hospital]", PRIMARY, 0, 0, false },
		{ "VISIT[class=hospital]", 0, 0, 0, false }, /* not stated is not meant */
		{ "VISIT[class=tcm_hospital]", HOSPITAL, 0, 0, false },
		{ "VISIT[class=tcm_hospital|clinic]", TCM, 0, 0, true },
		{ "VISIT[class=tcm_hospital|clinic]", CLINIC, 0, 0, true },
		{ "VISIT[class=tcm_hospital|clinic]", GENERAL, 0, 0, false },
		{ "VISIT[class=agency]", AGENCY, 0, 0, true },
		{ "VISIT[class=hospital,ownership=private]", GENERAL, PRIVATE, 0, true },
		{ "VISIT[class=hospital,ownership=private]", GENERAL, PUBLIC, 0, false },
		{ "VISIT[class=hospital,ownership=private]", GENERAL, 0, 0, false },
		{ "VISIT [ class = hospital , ownership = public | private ]", GENERAL, PRIVATE, 0,
			true },
		{ "VISIT[group=curative]", TCM, 0, 0, true },
		{ "VISIT[group=curative]", CLINIC, 0, 0, true },
		{ "VISIT[group=curative]", TOWNSHIP, 0, 0, false },
		{ "VISIT[group=curative,class=primary_care]", CLINIC, 0, 0,
			true }, /* both must hold */
		{ "VISIT[group=curative,class=primary_care]", TCM, 0, 0, false },
		{ "VISIT[group=curative,class=primary_care]", TOWNSHIP, 0, 0, false },
		{ "VISIT[locality=rural]", CLINIC, 0, 2, true },
		{ "VISIT[locality=rural]", CLINIC, 0, 1, false },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(linear_fini) struct linear linear = parsed(catalog, cases[i].text);
		uint64_t combination =
			stratum(cases[i].class, cases[i].ownership, cases[i].locality);

		cr_expect_eq(filter_matches(&linear.term[0].filter, combination), cases[i].meant,
			"%s, class %d", cases[i].text, cases[i].class);
	}
}

Test(linear, each_term_has_its_own_filter)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(linear_fini)
	struct linear linear =
		parsed(catalog, "VISIT[class=hospital] + VISIT - N_AREA[kind=street]");

	cr_expect_eq(linear.term[0].filter.dimensions, 1u << DIMENSION_CLASS);
	cr_expect_eq(linear.term[1].filter.dimensions, 0);
	cr_expect_str_eq(linear.term[2].filter.kind, "street");
	cr_expect_str_eq(linear.term[0].filter.kind, "");
}

Test(linear, uses_says_on_which_elements_it_depends)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(linear_fini) struct linear linear = parsed(catalog, "VISIT + DOSE + N_FACILITY");

	cr_expect(linear_uses(&linear, 1));
	cr_expect(linear_uses(&linear, 70));
	cr_expect(!linear_uses(&linear, 2));
	cr_expect(!linear_uses(&linear, 0)); /* N_FACILITY is no element 0 */
}

Test(linear, as_many_terms_as_said_are_possible_and_no_more)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(buffer_fini) struct buffer text = { 0 };
	struct linear linear;

	cr_assert_eq(buffer_format(&text, "BED"), 0);
	for (int i = 1; i < LINEAR_TERMS_MAX; i++)
		cr_assert_eq(buffer_format(&text, "+BED"), 0);
	cr_expect_eq(linear_parse(catalog, (char *)text.data, &linear), 0, "%s", err_text());
	cr_expect_eq(linear.count, LINEAR_TERMS_MAX);
	linear_fini(&linear);
	cr_assert_eq(buffer_format(&text, "+BED"), 0);
	cr_expect_eq(linear_parse(catalog, (char *)text.data, &linear), ERR_INVALID);
	cr_expect(strstr(err_text(), "character 1025: at most 256 terms"), "%s", err_text());
}

static const struct {
	const char *text, *reason;
} mistakes[] = {
	{ "", "character 1: an element is missing at the end" },
	{ "  ", "character 3: an element is missing at the end" },
	{ "-", "character 2: an element is missing at the end" },
	{ "VISIT +", "character 8: an element is missing at the end" },
	{ "VISIT -+ BED", "character 8: an element is needed here" },
	{ "+ VISIT", "character 1: an element is needed here" },
	{ "--VISIT", "character 2: an element is needed here" },
	{ "VISITS", "character 1: there is no element 'VISITS'" },
	{ "visit", "character 1: there is no element 'visit'" },
	{ "VISIT + NOTHING", "character 9: there is no element 'NOTHING'" },
	{ "VISIT BED", "character 7: '+', '-' or the end is needed here" },
	{ "VISIT * 2", "character 7: '+', '-' or the end is needed here" },
	{ "VISIT)", "character 6: '+', '-' or the end is needed here" },
	{ "2", "character 2: '*' is needed after a coefficient" },
	{ "10", "character 3: '*' is needed" },
	{ "1.0", "character 4: '*' is needed" },
	{ "2 VISIT", "character 2: '*' is needed" },
	{ "1VISIT", "character 1: there is no element '1VISIT'" },
	{ "2*", "character 3: an element is missing at the end" },
	{ "2*3", "character 3: there is no element '3'" },
	{ "2*3*VISIT", "character 3: there is no element '3'" },
	{ "2.*VISIT", "character 3: digits are needed after '.'" },
	{ ".5*VISIT", "character 1: an element is needed here" },
	{ "1.2.3*VISIT", "character 4: '*' is needed" },
	{ "0*VISIT", "character 1: a coefficient of 0" },
	{ "VISIT + 0.00*BED", "character 9: a coefficient of 0" },
	{ "1234567890*VISIT", "character 1: a coefficient has at most 9 digits" },
	{ "0.0000001*VISIT", "character 1: a coefficient has at most 6 decimals" },
	{ "99999999*VISIT + 0.01*BED", "term 1 is too large beside one with 2 decimal places" },
	{ "VISIT - 10000*BED + DOSE", "term 2 is too large beside one with 6 decimal places" },
	{ "VISIT[", "character 7: a condition is missing at the end" },
	{ "VISIT[]", "character 7: a condition is needed here" },
	{ "VISIT[class", "character 12: '=' is needed after 'class'" },
	{ "VISIT[class:hospital]", "character 12: '=' is needed after 'class'" },
	{ "VISIT[class=]", "character 13: a code is needed here" },
	{ "VISIT[class=hospital", "character 21: ',' or ']' is needed here" },
	{ "VISIT[class=hospital;level=tertiary]", "character 21: ',' or ']' is needed here" },
	{ "VISIT[class=hospital,]", "character 22: a condition is needed here" },
	{ "VISIT[class=hospital|]", "character 22: a code is needed here" },
	{ "VISIT[class=hospitals]", "character 13: dimension 'class' has no code 'hospitals'" },
	{ "VISIT[level=hospital]", "character 13: dimension 'level' has no code 'hospital'" },
	{ "VISIT[class=clinic|nothing]", "character 20: dimension 'class' has no code 'nothing'" },
	{ "VISIT[colour=red]", "character 7: 'colour' is no attribute of facilities" },
	{ "VISIT[kind=town]", "character 7: 'kind' is no attribute of facilities" },
	{ "VISIT[group=wide]", "character 13: there is no group 'wide'" },
	{ "VISIT[group=]", "character 13: a group is needed here" },
	{ "VISIT[group=narrow|curative]", "character 19: ',' or ']' is needed here" },
	{ "VISIT[class=hospital,class=clinic]", "character 22: no facility can meet" },
	{ "VISIT[group=narrow,class=hospital]", "character 20: no facility can meet" },
	{ "VISIT[class=hospital][class=clinic]", "character 22: '+', '-' or the end" },
	{ "N_AREA[class=hospital]",
		"character 8: areas are only filtered by 'kind', not by 'class'" },
	{ "N_AREA[kind=village]", "character 13: 'village' is no kind of area" },
	{ "N_AREA[kind=]", "character 13: a kind of area is needed here" },
	{ "N_AREA[kind=town,kind=street]", "character 18: an area has one kind" },
	{ "DAYS[class=hospital]", "character 5: 'DAYS' takes no filter" },
	{ "MONTHS[kind=town]", "character 7: 'MONTHS' takes no filter" },
	{ "WORKDAYS[class=hospital]", "'WORKDAYS' takes no filter" },
	{ "1[class=hospital]", "character 2: '1' takes no filter" },
	{ "VISIT + \xe5\xba\x8a\xe4\xbd\x8d + BED", "character 9: an element is needed here" },
	{ "VISIT \xe5\xba\x8a", "character 7: '+', '-' or the end" },
	{ "VISIT[class=hospital\xe5\xba\x8a\xe4\xbd\x8d, x=y]", "character 21: ',' or ']'" },
	{ "A23456789012345678901234567890123456789012345678", "48 letters; codes have at most 47" },
	{ "A2345678901234567890123456789012345678901234567", "there is no element 'A2345" },
};

Test(linear, every_mistake_is_named_with_its_place)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(mistakes); i++) {
		struct linear linear = { .count = 77 };

		cr_expect_eq(linear_parse(catalog, mistakes[i].text, &linear), ERR_INVALID, "'%s'",
			mistakes[i].text);
		cr_expect(strstr(err_text(), mistakes[i].reason), "'%s': %s", mistakes[i].text,
			err_text());
		cr_expect_eq(linear.count, 77, "'%s' was written", mistakes[i].text);
	}
}
