/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Methods and their arguments: what each comes to, and every way to write one wrong. The rows are
 * added to the small catalogue, with the tables that they need. */
#include "model/method.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/model/fixture.h"

#define AGES "age19,1,A0,,零,0,\nage19,2,A1,,一,1,\nage19,3,A5,,五,5,\n"
#define ELEMENTS                                                                                   \
	"81,PEOPLE,人口,people,persons,0,count,residence,last,sum,sex*age19,,,\n"                \
	"82,DIED,死亡,died,persons,0,count,residence,sum,sum,sex*age19,,,\n"                     \
	"83,DIED_HERE,院内死亡,died here,persons,0,count,service,sum,sum,sex*age19,,,\n"       \
	"84,BIRTH,活产,births,persons,0,count,residence,sum,sum,,,,\n"                           \
	"85,ERROR,标准误,error,visits,2,quantity,residence,last,none,,,,\n"
#define ROW_START "50,TESTED,测,tested,visits,"

enum { PEOPLE = 81, DIED, DIED_HERE, BIRTH, ERROR };

/* Opens the catalogue with a row "TESTED" of this method (with its sides), and further rows. */
static int open_with(const char *method, const char *arguments, const char *sides, const char *more,
	struct catalog **ret_catalog)
{
	AUTO(buffer_fini) struct buffer rows = { 0 };

	cr_assert_eq(buffer_format(&rows, ROW_START "%s,\"%s\",%s,year,1,higher,,,\n%s", method,
			     arguments, sides, more),
		0);
	return fixture_open(
		(const struct edit[FIXTURE_EDITS_MAX]){ { "elements", "", ELEMENTS },
			{ "code_lists", "", AGES }, { "indicators", "", (char *)rows.data } },
		ret_catalog);
}

static const struct method *opened(
	const char *method, const char *arguments, const char *sides, struct catalog **catalog)
{
	cr_assert_eq(open_with(method, arguments, sides, "", catalog), 0, "%s %s: %s", method,
		arguments, err_text());
	return &catalog_indicator_by_code(*catalog, "TESTED")->method;
}

Test(method, without_one_an_indicator_is_a_ratio)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct indicator *visits = catalog_indicator_by_code(catalog, "VISITS");
	const struct indicator *beds = catalog_indicator_by_code(catalog, "BEDS_PER_1000");

	cr_expect_eq(visits->method.kind, METHOD_RATIO);
	cr_expect_eq(visits->method.uncertainty, UNCERTAINTY_NONE);
	cr_expect_eq(visits->polarity, POLARITY_NONE);
	cr_expect_eq(beds->polarity, POLARITY_HIGHER);
	cr_expect_eq(
		catalog_indicator_by_code(catalog, "INCOME_PER_VISIT")->polarity, POLARITY_LOWER);
}

Test(method, a_ratio_names_what_its_interval_rests_on)
{
	static const struct {
		const char *arguments;
		enum uncertainty uncertainty;
		uint32_t error, sample;
	} cases[] = {
		{ "uncertainty=poisson", UNCERTAINTY_POISSON, 0, 0 },
		{ " uncertainty = wilson ", UNCERTAINTY_WILSON, 0, 0 },
		{ "uncertainty=survey; error=ERROR", UNCERTAINTY_SURVEY, ERROR, 0 },
		{ "uncertainty=survey;error=ERROR;sample=BIRTH;", UNCERTAINTY_SURVEY, ERROR,
			BIRTH },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(catalog_free) struct catalog *catalog = NULL;
		const struct method *method =
			opened("ratio", cases[i].arguments, "BIRTH,1,1", &catalog);

		cr_expect_eq(method->kind, METHOD_RATIO);
		cr_expect_eq(method->uncertainty, cases[i].uncertainty, "%s", cases[i].arguments);
		cr_expect_eq(method->error, cases[i].error, "%s", cases[i].arguments);
		cr_expect_eq(method->sample, cases[i].sample, "%s", cases[i].arguments);
	}
}

Test(method, demographic_methods_name_their_elements)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct method *method = opened("life_expectancy",
		"deaths=DIED; population=PEOPLE; births=BIRTH; infant_deaths=DIED.F.A0; sex=F; "
		"unreported=ERROR",
		",,", &catalog);

	cr_expect_eq(method->kind, METHOD_LIFE_EXPECTANCY);
	cr_expect_eq(method->deaths_count, 1);
	cr_expect_eq(method->deaths[0], DIED);
	cr_expect_eq(method->population, PEOPLE);
	cr_expect_eq(method->births, BIRTH);
	cr_expect_eq(method->infant_deaths, (DIED << 16) + 2 * 256 + 1);
	cr_expect_eq(method->unreported, ERROR);
	cr_expect_eq(method->sex, 2);
	cr_expect_eq(catalog_indicator_by_code(catalog, "TESTED")->factor, 1);
	catalog_free(catalog);
	catalog = NULL;
	method = opened("probability_of_dying",
		"deaths=DIED+DIED; population=PEOPLE; from=35; to=80", ",,", &catalog);
	cr_expect_eq(method->deaths_count, 2);
	cr_expect_eq(method->from, 35);
	cr_expect_eq(method->to, 80);
	cr_expect_eq(method->sex, 0);
	catalog_free(catalog);
	catalog = NULL;
	method = opened("healthy_life_expectancy", "deaths=DIED;population=PEOPLE;unhealthy=DIED",
		",,", &catalog);
	cr_expect_eq(method->unhealthy, DIED);
}

Test(method, units_are_counted_by_conditions)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct method *method = opened("units",
		"units=N_FACILITY[class=hospital,ownership=public]; take=share; "
		"where=VISITS>=20&BEDS_PER_1000 < 6.50&INCOME_PER_VISIT=0",
		",,", &catalog);

	cr_expect_eq(method->take, TAKE_SHARE);
	cr_assert_eq(method->units.count, 1);
	cr_expect_eq(method->units.term[0].kind, TERM_N_FACILITY);
	cr_expect_eq(method->units.term[0].filter.dimensions,
		1u << DIMENSION_CLASS | 1u << DIMENSION_OWNERSHIP);
	cr_assert_eq(method->conditions, 3);
	cr_expect_str_eq(method->condition[0].indicator->code, "VISITS");
	cr_expect_eq(method->condition[0].comparison, COMPARE_AT_LEAST);
	cr_expect_eq(method->condition[0].bound, 20);
	cr_expect_eq(method->condition[1].comparison, COMPARE_LESS);
	cr_expect_eq(method->condition[1].bound, 650);
	cr_expect_eq(method->condition[1].scale, 2);
	cr_expect_eq(method->condition[2].comparison, COMPARE_EQUAL);
	catalog_free(catalog);
	catalog = NULL;
	method = opened("units", "list=H1|H2 | H3; take=max; of=VISITS", ",,", &catalog);
	cr_expect_eq(method->units.count, 0);
	cr_expect_eq(method->listed, 3);
	cr_expect_str_eq(method->list[1], "H2");
	cr_expect_eq(method->take, TAKE_MAX);
	cr_expect_str_eq(method->of->code, "VISITS");
}

Test(method, methods_of_other_indicators_name_them)
{
	static const struct {
		const char *method, *arguments;
		enum method_kind kind;
	} cases[] = {
		{ "growth", "of=LATER", METHOD_GROWTH },
		{ "average_growth", "of=LATER;since=2015", METHOD_AVERAGE_GROWTH },
		{ "change", "of=LATER;since=2015;as=percent", METHOD_CHANGE },
		{ "quotient", "of=LATER;by=VISITS", METHOD_QUOTIENT },
		{ "monotone", "of=LATER;since=2015", METHOD_MONOTONE },
		{ "rank", "of=LATER;among=county", METHOD_RANK },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(catalog_free) struct catalog *catalog = NULL;
		const struct method *method;

		cr_assert_eq(
			open_with(cases[i].method, cases[i].arguments, ",,",
				"51,LATER,后,later,visits,,,BED,1,1,year,0,lower,,,\n", &catalog),
			0, "%s: %s", cases[i].method, err_text());
		method = &catalog_indicator_by_code(catalog, "TESTED")->method;
		cr_expect_eq(method->kind, cases[i].kind);
		cr_expect_str_eq(method_name(method->kind), cases[i].method);
		cr_expect_eq(method->of, catalog_indicator_by_code(catalog, "LATER"));
		cr_expect_eq(method->since, strstr(cases[i].arguments, "2015") ? 2015 : 0);
		cr_expect_eq(method->percent, cases[i].kind == METHOD_CHANGE);
		cr_expect_eq(method->by != NULL, cases[i].kind == METHOD_QUOTIENT);
		cr_expect_str_eq(method->among, cases[i].kind == METHOD_RANK ? "county" : "");
	}
}

Test(method, the_others_take_a_grade_a_form_or_nothing)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct method *method =
		opened("milestone", "stage=GRADE; stages=无|立项|建成", ",,", &catalog);

	cr_expect_eq(method->stage, 71);
	cr_expect_eq(method->stage_count, 3);
	cr_expect_str_eq(method->stages[1], "立项");
	catalog_free(catalog);
	catalog = NULL;
	method = opened("reporting", "form=POPULATION_YEAR; what=timely", ",,", &catalog);
	cr_expect_eq(method->form, catalog_form(catalog, 4));
	cr_expect_eq(method->rate, REPORTING_TIMELY);
	catalog_free(catalog);
	catalog = NULL;
	cr_expect_eq(opened("external", "", ",,", &catalog)->kind, METHOD_EXTERNAL);
}

Test(method, faults_are_named)
{
	static const struct {
		const char *method, *arguments, *sides, *fault;
	} cases[] = {
		{ "guess", "", ",,1", "method 'guess' is not known" },
		{ "growth", "of=VISITS", "VISIT,,1",
			"numerator 'VISIT' belongs to a ratio, not to method 'growth'" },
		{ "growth", "of=NONE", ",,", "of: there is no indicator 'NONE'" },
		{ "growth", "", ",,", "method 'growth' needs 'of'" },
		{ "growth", "of=VISITS;since=2015", ",,",
			"method 'growth' has no argument 'since'; it has: of" },
		{ "growth", "of=VISITS;of=VISITS", ",,", "argument 'of' is given twice" },
		{ "growth", "of=VISITS;later", ",,", "argument 'later' is not key=value" },
		{ "external", "of=VISITS", ",,",
			"method 'external' has no argument 'of'; it has: none" },
		{ "quotient", "of=VISITS", ",,", "method 'quotient' needs 'by'" },
		{ "change", "of=VISITS;as=share", ",,", "as 'share' is none of: points, percent" },
		{ "change", "of=VISITS;as=points;since=15", ",,", "since '15' is no year from" },
		{ "rank", "of=BEDS_PER_1000;among=shire", ",,",
			"among: 'shire' is no kind of area" },
		{ "rank", "of=VISITS;among=county", ",,",
			"of: indicator 'VISITS' has no polarity" },
		{ "", "uncertainty=survey", "BIRTH,1,1", "uncertainty=survey needs 'error'" },
		{ "", "uncertainty=poisson;error=ERROR", "BIRTH,1,1",
			"'error' belongs to uncertainty=survey" },
		{ "", "uncertainty=normal", "BIRTH,1,1",
			"uncertainty 'normal' is none of: poisson, wilson, survey" },
		{ "life_expectancy", "deaths=DEATH;population=PEOPLE", ",,",
			"deaths: element 'DEATH' is not broken down by sex*age19" },
		{ "life_expectancy", "deaths=DIED;population=POP", ",,",
			"population: element 'POP' is not broken down" },
		{ "life_expectancy", "deaths=DIED+DIED;population=PEOPLE", ",,",
			"deaths: a life table is of one element" },
		{ "life_expectancy", "deaths=DIED;population=PEOPLE;infant_deaths=BIRTH", ",,",
			"'infant_deaths' needs 'births'" },
		{ "life_expectancy", "deaths=DIED;population=PEOPLE;sex=X", ",,",
			"sex: code list 'sex' has no code 'X'" },
		{ "life_expectancy", "deaths=DIED;population=PEOPLE;births=DIED", ",,",
			"births: there is no element 'DIED'" },
		{ "life_expectancy", "deaths=DIED_HERE;population=PEOPLE", ",,",
			"elements of different bases (service, residence)" },
		{ "probability_of_dying", "deaths=DIED;population=PEOPLE;from=32", ",,",
			"from '32' is no age from 0 to 85 in steps of 5" },
		{ "probability_of_dying", "deaths=DIED;population=PEOPLE;from=70", ",,",
			"'from' (70) is not below 'to' (70)" },
		{ "probability_of_dying", "deaths=DIED+DIED+DIED+DIED+DIED;population=PEOPLE", ",,",
			"deaths: at most 4 elements are added" },
		{ "units", "units=BED;take=count;where=VISITS>1", ",,",
			"units 'BED' is not one term N_FACILITY[…] or N_AREA[…]" },
		{ "units", "units=N_FACILITY[class=x];take=count;where=VISITS>1", ",,",
			"units: character 18: dimension 'class' has no code 'x'" },
		{ "units", "take=count;where=VISITS>1", ",,",
			"method 'units' needs either 'units' or 'list'" },
		{ "units", "units=N_AREA;take=count", ",,",
			"take=count, share and all need 'where'" },
		{ "units", "units=N_AREA;take=min;where=VISITS>1", ",,",
			"take=min and take=max need 'of'" },
		{ "units", "units=N_AREA;take=count;where=VISITS", ",,",
			"where: 'VISITS' is not an indicator, one of >= > <= < = and a number" },
		{ "units", "units=N_AREA;take=count;where=VISITS>many", ",,",
			"where: 'many' is no number" },
		{ "units", "units=N_AREA;take=count;where=NONE>1", ",,",
			"where: there is no indicator 'NONE'" },
		{ "milestone", "stage=BED;stages=a|b", ",,", "stage: element 'BED' is no grade" },
		{ "milestone", "stage=GRADE;stages=a||b", ",,", "stages: '' is no word of 1 to" },
		{ "reporting", "form=NONE;what=timely", ",,", "form: there is no form 'NONE'" },
		{ "reporting", "form=POPULATION_YEAR;what=late", ",,",
			"what 'late' is none of: reported, timely, complete" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct catalog *catalog = NULL;

		cr_expect_eq(open_with(cases[i].method, cases[i].arguments, cases[i].sides, "",
				     &catalog),
			ERR_INVALID, "%s", cases[i].fault);
		cr_expect(strstr(err_text(), cases[i].fault), "expected: %s\nbut: %s",
			cases[i].fault, err_text());
		cr_expect(strncmp(err_text(), "indicators.csv:5: ", 18) == 0, "%s", err_text());
		cr_expect(!strchr(err_text(), '\n'), "one mistake, one line: %s", err_text());
	}
}

Test(method, no_indicator_may_rest_on_itself_or_on_too_many)
{
	static const char circle[] =
		"51,OTHER,他,other,visits,growth,of=TESTED,,,,year,0,none,,,\n";
	AUTO(buffer_fini) struct buffer chain = { 0 };
	struct catalog *catalog = NULL;

	cr_expect_eq(open_with("growth", "of=TESTED", ",,", "", &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "'TESTED' rests on itself"), "%s", err_text());
	cr_expect_eq(
		open_with("quotient", "of=VISITS;by=OTHER", ",,", circle, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "'TESTED' rests on itself"), "%s", err_text());
	cr_expect(strstr(err_text(), "'OTHER' rests on itself"), "%s", err_text());
	cr_expect_eq(
		open_with("units", "units=N_AREA;take=count;where=TESTED>1", ",,", "", &catalog),
		ERR_INVALID);
	cr_expect(strstr(err_text(), "'TESTED' rests on itself"), "%s", err_text());
	/* VISITS, TESTED and six more are eight in a row; one more is too many. */
	for (int i = 1; i <= 6; i++)
		cr_assert_eq(buffer_format(&chain,
				     "%d,C%d,他,other%d,visits,growth,of=%s%d,,,,year,0,"
				     "none,,,\n",
				     60 + i, i, i, i == 1 ? "TESTED" : "C", i - 1),
			0);
	memcpy(strstr((char *)chain.data, "TESTED0"), "TESTED ", 7);
	cr_expect_eq(open_with("growth", "of=VISITS", ",,", (char *)chain.data, &catalog), 0, "%s",
		err_text());
	catalog_free(catalog);
	cr_assert_eq(
		buffer_format(&chain, "70,C7,他,other7,visits,growth,of=C6,,,,year,0,none,,,\n"),
		0);
	cr_expect_eq(
		open_with("growth", "of=VISITS", ",,", (char *)chain.data, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "'C7' rests on itself, or on more than 7 others in a row"),
		"%s", err_text());
}

Test(method, all_faults_of_a_row_are_told_at_once)
{
	struct catalog *catalog = NULL;

	cr_expect_eq(open_with("life_expectancy", "deaths=X;sex=Y;what=Z", ",,", "", &catalog),
		ERR_INVALID);
	cr_expect_str_eq(err_text(),
		"indicators.csv:5: deaths: there is no element 'X'\n"
		"indicators.csv:5: sex: code list 'sex' has no code 'Y'\n"
		"indicators.csv:5: method 'life_expectancy' has no argument 'what'; it has: "
		"deaths, "
		"population, births, infant_deaths, unreported, sex\n"
		"indicators.csv:5: method 'life_expectancy' needs 'population'");
}
