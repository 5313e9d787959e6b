/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole check, on the real catalogue: shape, reasons, then rules. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/check.h"

static struct catalog *catalog;

static void open_catalog(void)
{
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
}

static void close_catalog(void)
{
	catalog_free(catalog);
}

TestSuite(check, .init = open_catalog, .fini = close_catalog);

enum { VISIT = 1, OUTPATIENT = 2, INCOME_MEDICAL = 19, INCOME_OUTPATIENT = 20 };

static const uint32_t required[] = { VISIT, OUTPATIENT, INCOME_MEDICAL, INCOME_OUTPATIENT };

static struct report sound(const int64_t *value)
{
	return (struct report){ .form = 2,
		.period = period_of(PERIOD_MONTH, 2026, 3),
		.revision = 1,
		.element = required,
		.value = value,
		.values = 4 };
}

static struct findings check(const struct report *report, const struct facility *facility)
{
	const struct subject subject = { facility, catalog_form_by_code(catalog, "PRIMARY_MONTH") };
	const struct checkup known = { .stratum_known = false };
	struct findings findings = { .count = 0 };

	check_whole(catalog, &subject, report, &known, day_of(2026, 4, 5), &findings);
	return findings;
}

Test(check, a_sound_report_has_no_findings)
{
	int64_t value[] = { 10, 10, 2000, 2000 };
	struct report report = sound(value);

	cr_expect_eq(check(&report, NULL).count, 0);
}

Test(check, rules_speak_only_of_a_sound_shape)
{
	int64_t value[] = { 10, 11, 2000, 2000 };
	struct report report = sound(value);
	struct findings findings = check(&report, NULL);

	cr_assert_eq(findings.count, 1);
	cr_expect_str_eq(findings.finding[0].rule, "V03A");
	cr_expect(findings.rejects);
	report.revision = 0;
	findings = check(&report, NULL);
	cr_assert_eq(findings.count, 1);
	cr_expect_eq(findings.finding[0].code, FINDING_REVISION_ZERO);
	report = sound(value);
	report.withdrawal = true;
	report.values = 0;
	cr_expect_eq(check(&report, NULL).count, 0);
}

Test(check, negative_money_is_held_until_it_is_explained)
{
	static const uint32_t element[] = { INCOME_MEDICAL }, reason[] = { 11 }, none[] = { 9999 },
			      bureau[] = { 20 };
	int64_t value[] = { 10, 10, -5, 2000 };
	struct report report = sound(value);
	struct findings findings;

	report.values = 3;
	findings = check(&report, NULL);
	cr_assert_eq(findings.count, 1);
	cr_expect_eq(findings.finding[0].code, FINDING_NEGATIVE_MONEY);
	cr_expect_eq(findings.finding[0].found, -5);
	cr_expect(findings.holds && !findings.rejects);
	report.explained_element = element;
	report.explained_reason = reason;
	report.explained = 1;
	findings = check(&report, NULL);
	cr_assert_eq(findings.count, 1);
	cr_expect_eq(findings.finding[0].reason, 11);
	cr_expect(!findings.holds && !findings.rejects);
	report.explained_reason = none;
	cr_expect(check(&report, NULL).rejects);
	report.explained_reason = bureau;
	findings = check(&report, NULL);
	cr_expect(findings.rejects);
	cr_expect_eq(findings.finding[0].code, FINDING_REASON_UNKNOWN);
	cr_expect_eq(findings.finding[0].found, 20);
}

Test(check, the_class_comes_from_the_facility_if_there_is_one)
{
	static const uint32_t element[] = { VISIT, 8, 9 };
	int64_t value[] = { 10, 1000, 100 };
	struct report report = sound(value);
	struct facility *facility = calloc(1, sizeof(*facility));
	struct findings findings;

	report.element = element;
	report.values = 3;
	facility->segments = 1;
	facility->segment[0] = (struct segment){ .from_day = 0, .area = 320700, .stratum = 13 };
	findings = check(&report, facility); /* a township hospital with 10 % of its beds in use */
	cr_assert_eq(findings.count, 1);
	cr_expect_str_eq(findings.finding[0].rule, "V13B");
	cr_expect_eq(findings.finding[0].element, 9);
	cr_expect_eq(check(&report, NULL).count, 0, "the class is not known");
	facility->segment[0].stratum = 15;
	cr_expect_eq(check(&report, facility).count, 0, "a clinic");
	facility->segment[0].stratum = 2;
	findings = check(&report, facility);
	cr_assert_eq(findings.count, 1);
	cr_expect_eq(findings.finding[0].code, FINDING_FORM_NOT_ASSIGNED);
	/* what it reported as a clinic, or while it was open, can be taken back */
	report.withdrawal = true;
	report.values = 0;
	cr_expect_eq(check(&report, facility).count, 0);
	facility->segment[0].closed = true;
	cr_expect_eq(check(&report, facility).count, 0);
	report.period = period_of(PERIOD_MONTH, 2026, 4);
	cr_expect_eq(check(&report, facility).count, 1, "but not what is still to come");
	free(facility);
}
