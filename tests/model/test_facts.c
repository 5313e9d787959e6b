/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons say: which value of several counts, which norm is in force where, which verdict
 * stands; whatever the order in which it came. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "model/decimal.h"
#include "model/facts.h"
#include "tests/model/fixture.h"

static struct facts *facts;
static struct catalog *catalog;
static uint64_t clock_sequence;

static void start(void)
{
	cr_assert_eq(facts_new(&facts), 0);
	catalog = fixture();
}

static void stop(void)
{
	facts_free(facts);
	catalog_free(catalog);
}

TestSuite(facts, .init = start, .fini = stop);

static uint32_t period_text(const char *text)
{
	uint32_t period;

	cr_assert_eq(period_parse(text, &period), 0, "%s", err_text());
	return period;
}

static struct fact fact_of(uint32_t area, const char *period, const char *value, const char *source)
{
	struct fact fact = { .area = area,
		.indicator = "BEDS_PER_1000",
		.period = period_text(period),
		.sequence = ++clock_sequence };

	snprintf(fact.source, sizeof(fact.source), "%s", source);
	cr_assert_eq(fact_value_parse(value, &fact.value), 0, "%s", err_text());
	return fact;
}

static void put(uint32_t area, const char *period, const char *value, const char *source)
{
	struct fact fact = fact_of(area, period, value, source);

	cr_assert_eq(facts_put(facts, &fact), 0);
}

static void put_norm(uint32_t area, const char *from, const char *value, const char *source)
{
	struct fact fact = fact_of(area, from, value, source);

	fact.norm = true;
	cr_assert_eq(facts_put(facts, &fact), 0);
}

static void withdraw(uint32_t area, const char *period, const char *source)
{
	struct fact fact = fact_of(area, period, "0", source);

	fact.withdrawn = true;
	fact.value = (struct printed){ .there = false };
	cr_assert_eq(facts_put(facts, &fact), 0);
}

static struct statement statement_of(uint32_t area, const char *period, const char *source)
{
	struct statement statement = { .area = area,
		.indicator = "BEDS_PER_1000",
		.period = period_text(period),
		.sequence = ++clock_sequence };

	snprintf(statement.source, sizeof(statement.source), "%s", source);
	return statement;
}

static void prefer(uint32_t area, const char *period, const char *source)
{
	struct statement statement = statement_of(area, period, source);

	statement.says_preferred = statement.preferred = true;
	cr_assert_eq(facts_put_statement(facts, &statement), 0);
}

static void state_basis(uint32_t area, const char *period, const char *source, const char *basis)
{
	struct statement statement = statement_of(area, period, source);

	statement.says_basis = true;
	snprintf(statement.basis, sizeof(statement.basis), "%s", basis);
	cr_assert_eq(facts_put_statement(facts, &statement), 0);
}

/* The digits of the fact; "-" for none. */
static const char *digits(const struct fact *fact)
{
	static char text[DECIMAL_TEXT_BYTES];

	if (!fact)
		return "-";
	decimal_print(fact->value.value, fact->value.scale, text);
	return text;
}

static const char *value(uint32_t area, const char *period)
{
	return digits(facts_value(facts, area, "BEDS_PER_1000", period_text(period)));
}

static const char *norm(uint32_t area, const char *period)
{
	return digits(facts_norm(facts, catalog, area, "BEDS_PER_1000", period_text(period)));
}

Test(facts, a_figure_keeps_its_printed_digits)
{
	static const struct {
		const char *text, *want;
	} cases[] = { { "26.0", "26.0" }, { "26", "26" }, { "-0.50", "-0.50" },
		{ "0.000000001", "0.000000001" }, { "007", "7" } };
	struct printed printed;

	for (size_t i = 0; i < array_len(cases); i++) {
		char text[DECIMAL_TEXT_BYTES];

		cr_assert_eq(fact_value_parse(cases[i].text, &printed), 0, "%s", err_text());
		decimal_print(printed.value, printed.scale, text);
		cr_expect_str_eq(text, cases[i].want);
		cr_expect(printed.there);
	}
	cr_expect_eq(fact_value_parse("1.0000000001", &printed), ERR_INVALID);
	cr_expect_eq(fact_value_parse("", &printed), ERR_INVALID);
	cr_expect_eq(fact_value_parse("about 5", &printed), ERR_INVALID);
	cr_expect_eq(fact_value_parse("1.2.3", &printed), ERR_INVALID);
}

Test(facts, words_of_comparators_and_outcomes_go_both_ways)
{
	static const char *const words[] = { "", ">=", ">", "<=", "<", "about" };
	enum comparator comparator;

	for (size_t i = 0; i < array_len(words); i++) {
		cr_assert_eq(fact_comparator_parse(words[i], &comparator), 0);
		cr_expect_str_eq(fact_comparator_name(comparator), words[i]);
	}
	cr_expect_eq(fact_comparator_parse("=>", &comparator), ERR_INVALID);
	for (enum verdict_outcome o = VERDICT_MET; o <= VERDICT_WITHDRAWN; o++)
		cr_expect_eq(verdict_outcome_parse(verdict_outcome_name(o)), o);
	cr_expect_eq(verdict_outcome_parse("nearly"), 0);
}

Test(facts, of_two_sources_the_newest_counts_until_one_is_preferred)
{
	put(320700, "2015", "3.98", "yearbook");
	cr_expect_str_eq(value(320700, "2015"), "3.98");
	put(320700, "2015", "4.00", "bulletin");
	cr_expect_str_eq(value(320700, "2015"), "4.00");
	prefer(320700, "2015", "yearbook");
	cr_expect_str_eq(value(320700, "2015"), "3.98");
	prefer(320700, "2015", "bulletin");
	cr_expect_str_eq(value(320700, "2015"), "4.00", "only one is preferred");
	prefer(320700, "2015", SOURCE_REPORTS);
	cr_expect_str_eq(
		facts_preferred(facts, 320700, "BEDS_PER_1000", period_text("2015"))->source,
		SOURCE_REPORTS);
	cr_expect_str_eq(value(320700, "2015"), "4.00", "the facts among themselves: the newest");
	cr_expect_str_eq(value(320700, "2016"), "-");
	cr_expect_str_eq(value(320703, "2015"), "-");
}

Test(facts, the_same_source_again_replaces)
{
	put(320700, "2015", "3.98", "yearbook");
	put(320700, "2015", "3.99", "yearbook");
	cr_expect_eq(facts_count(facts), 1);
	cr_expect_str_eq(value(320700, "2015"), "3.99");
	cr_expect_eq(facts_at(facts, 0)->sequence, clock_sequence);
	put_norm(320700, "2015", "5", "yearbook");
	cr_expect_eq(facts_count(facts), 2, "a norm is another thing");
	cr_expect_str_eq(value(320700, "2015"), "3.99");
}

Test(facts, what_is_withdrawn_counts_no_more_and_can_still_be_read)
{
	put(320700, "2015", "3.98", "yearbook");
	put(320700, "2015", "4.00", "bulletin");
	prefer(320700, "2015", "bulletin");
	withdraw(320700, "2015", "bulletin");
	cr_expect_str_eq(value(320700, "2015"), "3.98", "a preference does not revive it");
	cr_assert_eq(facts_count(facts), 2);
	cr_expect(facts_at(facts, 0)->withdrawn);
	cr_expect_str_eq(digits(facts_at(facts, 0)), "4.00");
	put(320700, "2015", "4.01", "bulletin");
	cr_expect_str_eq(value(320700, "2015"), "4.01", "given again");
}

Test(facts, a_statement_leaves_alone_what_it_does_not_speak_of)
{
	const struct statement *said;

	prefer(320700, "2015", "yearbook");
	state_basis(320700, "2015", "yearbook", "registered population");
	said = facts_statement(facts, 320700, "BEDS_PER_1000", period_text("2015"), "yearbook");
	cr_assert_not_null(said);
	cr_expect(said->preferred);
	cr_expect_str_eq(said->basis, "registered population");
	prefer(320700, "2015", "bulletin");
	said = facts_statement(facts, 320700, "BEDS_PER_1000", period_text("2015"), "yearbook");
	cr_expect_not(said->preferred);
	cr_expect_str_eq(said->basis, "registered population");
	prefer(320700, "2015", "yearbook");
	cr_expect_str_eq(said->basis, "registered population", "a preference ends no basis");
	state_basis(320700, "2015", "yearbook", "");
	cr_expect_str_eq(said->basis, "", "taken back");
	cr_expect_eq(facts_statements(facts), 2);
	cr_expect_null(
		facts_statement(facts, 320700, "BEDS_PER_1000", period_text("2016"), "yearbook"));
}

Test(facts, a_plan_s_value_is_spoken_of_by_its_code_or_its_whole_source)
{
	const struct published published = { .area = 320700,
		.indicator = catalog_indicator_by_code(catalog, "BEDS_PER_1000"),
		.period = period_text("2015"),
		.source = "LYG-13-5 table 1 row 3",
		.basis = "",
		.note = "" };

	cr_expect_null(facts_statement_published(facts, &published));
	state_basis(320700, "2015", "LYG-13", "another plan");
	cr_expect_null(facts_statement_published(facts, &published));
	state_basis(320700, "2015", "LYG-13-5", "resident");
	cr_expect_str_eq(facts_statement_published(facts, &published)->basis, "resident");
	state_basis(320700, "2015", "LYG-13-5 table 1 row 3", "registered");
	cr_expect_str_eq(facts_statement_published(facts, &published)->basis, "registered");
}

Test(facts, the_catalogue_s_own_values_can_be_spoken_of)
{
	size_t count;
	const struct published *published = catalog_published(catalog, &count);
	struct statement statement = { .says_basis = true, .basis = "resident" };

	cr_assert_gt(count, 0);
	statement.area = published->area;
	statement.period = published->period;
	snprintf(
		statement.indicator, sizeof(statement.indicator), "%s", published->indicator->code);
	snprintf(statement.source, sizeof(statement.source), "small-2020");
	cr_assert_eq(statement_check(catalog, &statement), 0, "%s", err_text());
	cr_assert_eq(facts_put_statement(facts, &statement), 0);
	cr_expect_not_null(facts_statement_published(facts, published));
}

Test(facts, the_nearest_area_s_norm_is_in_force_from_its_date_on)
{
	cr_expect_str_eq(norm(320703001, "2018"), "-");
	put_norm(AREA_NATION, "2010", "4", "state");
	put_norm(AREA_NATION, "2016-07", "6", "state");
	cr_expect_str_eq(norm(320703001, "2009"), "-");
	cr_expect_str_eq(norm(320703001, "2015"), "4");
	cr_expect_str_eq(norm(320703001, "2016-06"), "4");
	cr_expect_str_eq(norm(320703001, "2016-07"), "6");
	cr_expect_str_eq(norm(320703001, "2016"), "6", "on the year's last day");
	put_norm(320000, "2013", "5.5", "province");
	cr_expect_str_eq(norm(320703001, "2018"), "5.5", "the province is nearer than the state");
	cr_expect_str_eq(norm(320703001, "2012"), "4");
	put_norm(320700, "2012", "5", "city");
	cr_expect_str_eq(norm(320703001, "2018"), "5", "nearer, though older");
	cr_expect_str_eq(norm(320703001, "2011"), "4");
	put_norm(320703, "2018", "7", "district");
	cr_expect_str_eq(norm(320703001, "2018"), "7");
	cr_expect_str_eq(norm(320705, "2018"), "5");
	put(320703, "2018", "99", "a value is no norm");
	cr_expect_str_eq(norm(320703001, "2018"), "7");
}

Test(facts, a_norm_s_date_counts_not_the_kind_of_its_period_nor_its_age)
{
	put_norm(320700, "2016-07", "6", "b");
	put_norm(320700, "2016", "5", "a"); /* said later, in force earlier */
	cr_expect_str_eq(norm(320700, "2018"), "6");
	cr_expect_str_eq(norm(320700, "2016-03"), "5");
}

Test(facts, of_norms_of_one_date_the_preferred_or_newest_holds)
{
	struct fact fact;

	put_norm(320700, "2012", "5", "b");
	put_norm(320700, "2012", "6", "a");
	cr_expect_str_eq(norm(320700, "2018"), "6");
	prefer(320700, "2012", "b");
	cr_expect_str_eq(norm(320700, "2018"), "5");
	fact = fact_of(320700, "2012", "5", "b");
	fact.norm = fact.withdrawn = true;
	cr_assert_eq(facts_put(facts, &fact), 0);
	cr_expect_str_eq(norm(320700, "2018"), "6");
}

static void judge(const char *target, const char *period, enum verdict_outcome outcome)
{
	struct person_verdict verdict = { .period = period_text(period),
		.outcome = outcome,
		.evidence = "the minutes",
		.sequence = ++clock_sequence };

	snprintf(verdict.target, sizeof(verdict.target), "%s", target);
	cr_assert_eq(facts_put_verdict(facts, &verdict), 0);
}

static const char *outcome(const char *target, const char *period)
{
	const struct person_verdict *verdict = facts_verdict(facts, target, period_text(period));

	return verdict ? verdict_outcome_name(verdict->outcome) : "-";
}

Test(facts, the_newest_verdict_of_the_latest_period_counts)
{
	cr_expect_str_eq(outcome("T-2", "2020"), "-");
	judge("T-2", "2020", VERDICT_MET);
	judge("T-2", "2018", VERDICT_UNDER_WAY); /* later said, of an earlier year */
	judge("T-1", "2020", VERDICT_NOT_MET);
	judge("T-3", "2017", VERDICT_NOT_MET);
	cr_expect_str_eq(outcome("T-2", "2017"), "-");
	cr_expect_str_eq(outcome("T-2", "2018"), "under_way");
	cr_expect_str_eq(outcome("T-2", "2019-06"), "under_way");
	cr_expect_str_eq(outcome("T-2", "2020-11"), "under_way", "the year 2020 is not over");
	cr_expect_str_eq(outcome("T-2", "2020-12"), "met");
	cr_expect_str_eq(outcome("T-2", "2025"), "met");
	judge("T-2", "2020", VERDICT_NOT_MET);
	cr_expect_str_eq(outcome("T-2", "2020"), "not_met", "the newest of one period");
	judge("T-2", "2020", VERDICT_WITHDRAWN);
	cr_expect_str_eq(outcome("T-2", "2020"), "under_way", "nobody judged as of 2020");
	judge("T-2", "2018", VERDICT_WITHDRAWN);
	cr_expect_str_eq(outcome("T-2", "2020"), "-");
	cr_expect_eq(facts_verdicts(facts), 7, "all are kept");
}

Test(facts, order_is_that_of_identity_whatever_came_first)
{
	static const char *const periods[] = { "2017", "2015", "2016" };

	for (size_t i = 0; i < array_len(periods); i++) {
		put_norm(320703, periods[i], "1", "n");
		put(320703, periods[i], "1", "b");
		put(320703, periods[i], "1", "a");
		put(320700, periods[i], "1", "a");
	}
	cr_assert_eq(facts_count(facts), 12);
	for (size_t i = 1; i < facts_count(facts); i++) {
		const struct fact *a = facts_at(facts, i - 1), *b = facts_at(facts, i);

		cr_expect(
			a->area < b->area ||
				(a->area == b->area &&
					(a->norm < b->norm ||
						(a->norm == b->norm &&
							(a->period < b->period ||
								(a->period == b->period &&
									strcmp(a->source,
										b->source) < 0))))),
			"place %zu", i);
	}
}

Test(facts, twenty_thousand_are_found_again)
{
	enum { MANY = 20000 };
	char source[32];

	/* Backwards: every one goes in before all others. */
	for (uint32_t i = MANY; i-- > 0;) {
		struct fact fact = { .area = 320700 + i % 100,
			.indicator = "BEDS_PER_1000",
			.period = period_of(PERIOD_YEAR, 1950 + (int)(i / 100), 0),
			.source = "s",
			.value = { .there = true, .value = i },
			.sequence = i };

		cr_assert_eq(facts_put(facts, &fact), 0);
	}
	cr_assert_eq(facts_count(facts), MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		const struct fact *fact = facts_value(facts, 320700 + i % 100, "BEDS_PER_1000",
			period_of(PERIOD_YEAR, 1950 + (int)(i / 100), 0));

		snprintf(source, sizeof(source), "%u", i);
		cr_assert_str_eq(digits(fact), source);
	}
}

Test(facts, what_cannot_be_taken_is_told_why)
{
	struct fact good = fact_of(320700, "2015", "3.98", "yearbook"), fact;
	struct statement statement = statement_of(320700, "2015", "yearbook");
	struct person_verdict verdict = { .target = "T", .period = good.period };

	cr_expect_eq(fact_check(catalog, &good), 0, "%s", err_text());
#define EXPECT_REFUSED(change_, word_)                                                             \
	fact = good;                                                                               \
	change_;                                                                                   \
	cr_expect_eq(fact_check(catalog, &fact), ERR_INVALID);                                     \
	cr_expect(strstr(err_text(), word_), "%s", err_text())
	EXPECT_REFUSED(fact.area = 999999, "no area '999999'");
	EXPECT_REFUSED(fact.indicator[0] = 'X', "no indicator 'XEDS_PER_1000'");
	EXPECT_REFUSED(fact.period = 7, "7 is no period");
	EXPECT_REFUSED(fact.source[0] = '\0', "source");
	EXPECT_REFUSED(memcpy(fact.source, "reports", 8), "'reports'");
	EXPECT_REFUSED(fact.value.there = false, "value");
	EXPECT_REFUSED(fact.value.scale = 10, "decimals");
	EXPECT_REFUSED(fact.value.value = INT64_MIN, "too large");
	EXPECT_REFUSED(fact.comparator = COMPARATOR_TREND, "comparator");
#undef EXPECT_REFUSED
	fact = good;
	fact.value.there = false;
	fact.withdrawn = true;
	cr_expect_eq(fact_check(catalog, &fact), 0, "a withdrawal needs no value");
	cr_expect_eq(statement_check(catalog, &statement), ERR_INVALID, "says nothing");
	statement.says_basis = true;
	cr_expect_eq(statement_check(catalog, &statement), 0);
	cr_expect_eq(verdict_check(catalog, &verdict), ERR_INVALID);
	cr_expect(strstr(err_text(), "no target 'T'"), "%s", err_text());
	snprintf(verdict.target, sizeof(verdict.target), "small-2020-001");
	cr_expect_eq(verdict_check(catalog, &verdict), ERR_INVALID);
	cr_expect(strstr(err_text(), "outcome"), "%s", err_text());
	verdict.outcome = VERDICT_MET;
	cr_expect_eq(verdict_check(catalog, &verdict), ERR_INVALID);
	cr_expect(strstr(err_text(), "evidence"), "%s", err_text());
	verdict.evidence[0] = 'e';
	cr_expect_eq(verdict_check(catalog, &verdict), 0, "%s", err_text());
	verdict.period = 1;
	cr_expect_eq(verdict_check(catalog, &verdict), ERR_INVALID);
}
