/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a report is diagnosed with, all six diagnoses after each other as in the table, on the
 * catalogue's own forms. A case begins with a sound report of March 2026 and twelve sound months
 * before it, in which everything moves together by some per cent and each line a little by itself;
 * it says what differs, and everything that is to be found:
 *
 *   now   "LINE=VALUE …", in stored units; "-": not collected, "0!": not offered; "copy=K": every
 *         value of K periods before
 *   past  the same behind "K:" for the row K periods before or "*:" for all; "K:none" takes it away
 *   want  "finding ELEMENT OTHER PROPOSED PERIOD" joined by "; ", "-" for what is not said */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/diagnose_sight.h"

struct line {
	const char *code;
	int64_t value;
};

static const struct line hospital[] = { { "STAFF", 190 }, { "HEALTH_TECHNICIAN", 150 },
	{ "PHYSICIAN", 50 }, { "NURSE", 80 }, { "PHARMACIST", 8 }, { "TECHNICIAN", 6 },
	{ "OTHER_TECHNICIAN", 4 }, { "MANAGER", 8 }, { "LOGISTICS_WORKER", 20 },
	{ "BED_ACTUAL", 100 }, { "BED_DAY_OPEN", 3100 }, { "BED_DAY_OCCUPIED", 2500 },
	{ "BED_DAY_DISCHARGED", 2480 }, { "VISIT", 6000 }, { "OUTPATIENT", 5000 },
	{ "EMERGENCY", 700 }, { "VISIT_BOOKED", 1800 }, { "VISIT_TCM", 400 },
	{ "HEALTH_CHECKUP", 900 }, { "EMERGENCY_DEATH", 1 }, { "OBSERVATION_CASE", 40 },
	{ "INPATIENT_START", 80 }, { "ADMISSION", 310 }, { "DISCHARGE", 300 },
	{ "INPATIENT_DEATH", 3 }, { "INPATIENT_END", 90 }, { "SURGERY_INPATIENT", 95 },
	{ "REFERRAL_DOWN", 12 }, { "REFERRAL_UP", 30 }, { "INCOME_TOTAL", 500000 },
	{ "INCOME_SUBSIDY", 60000 }, { "INCOME_MEDICAL", 420000 }, { "INCOME_OUTPATIENT", 170000 },
	{ "INCOME_OUTPATIENT_DRUG", 70000 }, { "INCOME_INPATIENT", 250000 },
	{ "INCOME_INPATIENT_DRUG", 90000 }, { "INCOME_DRUG", 160000 },
	{ "INCOME_DRUG_ESSENTIAL", 80000 }, { "INCOME_DRUG_TCM", 30000 },
	{ "INCOME_DECOCTION", 9000 }, { "INCOME_CONSUMABLE", 60000 },
	{ "INCOME_EXAMINATION", 50000 }, { "INCOME_LABORATORY", 40000 },
	{ "EXPENSE_TOTAL", 480000 }, { "EXPENSE_MEDICAL", 380000 }, { "EXPENSE_DRUG", 150000 },
	{ "EXPENSE_CONSUMABLE", 70000 }, { "EXPENSE_STAFF", 140000 } };
/* A village clinic: few lines, all of them small. */
static const struct line clinic[] = { { "STAFF", 2 }, { "PHYSICIAN", 1 }, { "RURAL_DOCTOR", 1 },
	{ "BED_ACTUAL", INT64_MIN + 1 }, { "VISIT", 320 }, { "OUTPATIENT", 280 },
	{ "EMERGENCY", 3 }, { "VISIT_HOME", 14 }, { "HEALTH_CHECKUP", 21 },
	{ "INCOME_TOTAL", 1900 }, { "INCOME_MEDICAL", 1850 }, { "INCOME_OUTPATIENT", 1850 },
	{ "INCOME_INPATIENT", INT64_MIN + 1 }, { "EXPENSE_TOTAL", 1880 } };
/* Running counts and stocks. */
static const struct line health[] = { { "HEALTH_RECORD", 40000 },
	{ "HEALTH_RECORD_ELECTRONIC", 38000 }, { "ELDERLY_65", 6000 },
	{ "ELDERLY_65_MANAGED", 1200 }, { "ELDERLY_65_STANDARD", 900 },
	{ "HYPERTENSION_MANAGED", 4000 }, { "HYPERTENSION_STANDARD", 2500 },
	{ "VACCINE_DUE_CLINIC", 1100 }, { "VACCINE_GIVEN_CLINIC", 1070 }, { "CO_INSPECTION", 20 },
	{ "HEALTH_EDUCATION", 6 } };

struct kind {
	const char *form;
	const struct line *line;
	size_t lines;
};
enum { HOSPITAL, CLINIC, HEALTH };
static const struct kind kinds[] = { { "HOSPITAL_MONTH", hospital, array_len(hospital) },
	{ "PRIMARY_MONTH", clinic, array_len(clinic) },
	{ "PUBLIC_HEALTH_MONTH", health, array_len(health) } };

static struct catalog *catalog;

static void open_catalog(void)
{
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
}

static void close_catalog(void)
{
	catalog_free(catalog);
}

TestSuite(diagnose, .init = open_catalog, .fini = close_catalog);

/* A report, its past, and which rows of it are there. */
struct scene {
	const struct form *form;
	uint32_t period;
	int64_t now[FORM_LINES_MAX], past[PAST_MAX][FORM_LINES_MAX], replaced[FORM_LINES_MAX];
	bool gone[PAST_MAX], revises;
};

static int place_of(const struct form *form, const char *code, size_t len)
{
	char text[CATALOG_CODE_BYTES];
	const struct element *element;

	snprintf(text, sizeof(text), "%.*s", (int)len, code);
	element = catalog_element_by_code(catalog, text);
	cr_assert(element, "no element %s", text);
	cr_assert_geq(form_line_of(catalog, form, element->id), 0, "%s", text);
	return form_line_of(catalog, form, element->id);
}

/* Per cent of a month in what the report has now; a line's own share of that moves by two. */
static int64_t moved(int64_t value, uint32_t line, unsigned row, const struct element *element)
{
	static const int per_mille[PAST_MAX] = { 970, 1030, 950, 1040, 990, 1060, 940, 1010, 980,
		1050, 960, 1020 };

	if (value_is_absent(value))
		return value;
	if (element->over_time == OVER_TIME_YTD) /* February, January, December … */
		return value * ((int)row < 2 ? 2 - (int)row : 14 - (int)row) / 3;
	if (element->over_time != OVER_TIME_SUM)
		return value;
	return (value * (per_mille[row] + (int)((line * 7 + row * 5) % 21) - 10) + 500) / 1000;
}

static void scene_begin(struct scene *scene, const struct kind *kind)
{
	memset(scene, 0, sizeof(*scene));
	scene->form = catalog_form_by_code(catalog, kind->form);
	scene->period = period_of(PERIOD_MONTH, 2026, 3);
	for (uint32_t i = 0; i < scene->form->line_count; i++)
		scene->now[i] = value_absent(0);
	for (size_t i = 0; i < kind->lines; i++)
		scene->now[place_of(scene->form, kind->line[i].code, strlen(kind->line[i].code))] =
			kind->line[i].value;
	for (unsigned row = 0; row < PAST_MAX; row++)
		for (uint32_t i = 0; i < scene->form->line_count; i++)
			scene->past[row][i] = moved(scene->now[i], i, row,
				catalog_element(catalog, scene->form->lines[i].element));
}

/* The number that the text begins with. */
static int64_t number(const char *text)
{
	return strtoll(text, NULL, 10);
}

/* "LINE=VALUE", "LINE=-", "LINE=0!", "copy=K" */
static void put(struct scene *scene, int64_t *row, const char *word)
{
	const char *equals = strchr(word, '=');

	cr_assert(equals, "%s", word);
	if (strncmp(word, "copy=", 5) == 0)
		memcpy(row, scene->past[number(equals + 1) - 1], sizeof(scene->past[0]));
	else if (strcmp(equals, "=-") == 0)
		row[place_of(scene->form, word, (size_t)(equals - word))] = value_absent(2);
	else if (strcmp(equals, "=0!") == 0)
		row[place_of(scene->form, word, (size_t)(equals - word))] = value_absent(1);
	else
		row[place_of(scene->form, word, (size_t)(equals - word))] = number(equals + 1);
}

static void put_word(struct scene *scene, const char *word, bool past)
{
	int first = 0;
	int last = PAST_MAX;

	if (!past) {
		put(scene, scene->now, word);
		return;
	}
	if (*word != '*') {
		first = (int)number(word) - 1;
		last = first + 1;
	}
	word = strchr(word, ':') + 1;
	for (int row = first; row < last; row++) {
		if (strcmp(word, "none") == 0)
			scene->gone[row] = true;
		else
			put(scene, scene->past[row], word);
	}
}

static void put_all(struct scene *scene, const char *words, bool past)
{
	char text[1024];
	char *rest = text;
	char *word;

	snprintf(text, sizeof(text), "%s", words ? words : "");
	while ((word = strsep(&rest, " ")))
		if (*word)
			put_word(scene, word, past);
}

/* Whom the first look passes over. */
static unsigned silent_of(const struct form_rules *rules, const struct checkup *checkup)
{
	struct quick_view view = { .row = { checkup->value, checkup->past.row[0] },
		.factor = { 1, period_days(checkup->period), 1, period_days(checkup->period) } };
	struct quick_open open;
	bool looked;

	quick_look(checkup->form, &view);
	looked = quick_look_all(rules, RULES_OF_SENDER, &view, &open);
	return sight_silent(rules, checkup, &view, looked && open.sums_hold);
}

static void find_all(const struct scene *scene, struct findings *findings)
{
	const struct form_rules *rules = catalog_form_rules(catalog, scene->form);
	struct checkup checkup = { .form = scene->form,
		.period = scene->period,
		.value = scene->now,
		.replaced = scene->revises ? scene->replaced : NULL };
	unsigned silent;

	for (unsigned i = 0; i < PAST_MAX; i++)
		checkup.past.row[i] = scene->gone[i] ? NULL : scene->past[i];
	findings->count = findings->more = 0;
	silent = silent_of(rules, &checkup);
	for (uint32_t i = 0; i < rules->rules; i++) {
		const struct diagnosis_rule *rule = rules->rule[i].diagnosis;
		uint32_t before = findings->count;

		if (!rule)
			continue;
		diagnose(rules->lines, rule, &checkup, findings);
		cr_expect(findings->count == before || !(silent >> rule->diagnosis & 1),
			"%s would have been passed over", rule->rule->code);
	}
}

static const char *code_of(uint32_t id)
{
	return id ? catalog_element(catalog, id)->code : "-";
}

static void print(const struct findings *findings, char *text, size_t size)
{
	size_t len = 0;

	*text = '\0';
	for (uint32_t i = 0; i < findings->count && len < size; i++) {
		const struct finding *finding = &findings->finding[i];
		char proposed[24] = "-";
		char period[PERIOD_TEXT_BYTES] = "-";

		if (finding->has_proposed)
			snprintf(proposed, sizeof(proposed), "%" PRId64, finding->proposed);
		if (finding->period)
			period_print(finding->period, period);
		len += (size_t)snprintf(text + len, size - len, "%s%s %s %s %s %s", i ? "; " : "",
			finding_name(finding->code), code_of(finding->element),
			code_of(finding->other), proposed, period);
	}
}

struct example {
	const char *name;
	int kind;
	const char *now, *past, *want;
};

static void check_examples(const struct example *examples, size_t count)
{
	static struct scene scene;
	static struct findings findings;

	for (size_t i = 0; i < count; i++) {
		const struct example *example = &examples[i];
		char text[2048];

		scene_begin(&scene, &kinds[example->kind]);
		put_all(&scene, example->past, true);
		put_all(&scene, example->now, false);
		find_all(&scene, &findings);
		print(&findings, text, sizeof(text));
		cr_expect_str_eq(text, example->want, "%s: found '%s'", example->name, text);
	}
}

Test(diagnose, sound_reports_have_none)
{
	static const struct example examples[] = {
		{ "hospital", HOSPITAL, "", "", "" },
		{ "clinic", CLINIC, "", "", "" },
		{ "public health", HEALTH, "", "", "" },
		{ "no past at all", HOSPITAL, "INCOME_TOTAL=500000000 OUTPATIENT=50", "*:none",
			"" },
		{ "too little past", HOSPITAL, "HEALTH_CHECKUP=9000",
			"3:none 4:none 5:none 6:none 7:none 8:none 9:none 10:none 11:none 12:none",
			"" },
		{ "a real doubling", HOSPITAL,
			"VISIT=12000 OUTPATIENT=10000 EMERGENCY=1400 VISIT_BOOKED=3600", "", "" },
		{ "closed for the month", CLINIC,
			"VISIT=0 OUTPATIENT=0 EMERGENCY=0 VISIT_HOME=0 HEALTH_CHECKUP=0 "
			"INCOME_TOTAL=0 INCOME_MEDICAL=0 INCOME_OUTPATIENT=0 EXPENSE_TOTAL=0",
			"", "" },
		{ "open again after closed months", CLINIC, "",
			"1:VISIT=0 1:OUTPATIENT=0 1:INCOME_TOTAL=0 1:INCOME_MEDICAL=0 "
			"1:INCOME_OUTPATIENT=0 1:EXPENSE_TOTAL=0 2:VISIT=0 2:INCOME_TOTAL=0",
			"" },
		{ "new wards: tenfold on many lines", HOSPITAL,
			"BED_ACTUAL=1000 BED_DAY_OPEN=31000 BED_DAY_OCCUPIED=25000 "
			"BED_DAY_DISCHARGED=24800 ADMISSION=3100 DISCHARGE=3090 "
			"SURGERY_INPATIENT=950",
			"", "" },
		{ "everything not collected", CLINIC,
			"VISIT=- OUTPATIENT=- EMERGENCY=- VISIT_HOME=- HEALTH_CHECKUP=- "
			"INCOME_TOTAL=- INCOME_MEDICAL=- INCOME_OUTPATIENT=- EXPENSE_TOTAL=-",
			"", "" },
		{ "a loss", HOSPITAL, "INCOME_SUBSIDY=-60000", "", "" },
	};

	check_examples(examples, array_len(examples));
}

Test(diagnose, unit_slip)
{
	static const struct example examples[] = {
		{ "one line in yuan", HOSPITAL, "EXPENSE_STAFF=140000000", "",
			"unit-slip EXPENSE_STAFF - 140000 -" },
		{ "two lines in yuan", HOSPITAL, "EXPENSE_STAFF=140000000 INCOME_SUBSIDY=60000000",
			"",
			"unit-slip INCOME_SUBSIDY - 60000 -; unit-slip EXPENSE_STAFF - 140000 -" },
		{ "a clinic, all of it, far below the floor", CLINIC,
			"INCOME_TOTAL=1900000 INCOME_MEDICAL=1850000 INCOME_OUTPATIENT=1850000 "
			"EXPENSE_TOTAL=1880000",
			"", "unit-slip INCOME_TOTAL EXPENSE_TOTAL 1900 -" },
		{ "a clinic in ten thousand yuan", CLINIC,
			"INCOME_TOTAL=190 INCOME_MEDICAL=185 INCOME_OUTPATIENT=185 "
			"EXPENSE_TOTAL=188",
			"", "unit-slip INCOME_TOTAL EXPENSE_TOTAL 1900 -" },
		{ "its inverse", HOSPITAL, "EXPENSE_STAFF=140", "",
			"unit-slip EXPENSE_STAFF - 140000 -" },
		{ "ten thousand times", HOSPITAL, "EXPENSE_STAFF=1400000000", "",
			"unit-slip EXPENSE_STAFF - 140000 -" },
		{ "below the floor and at odds with nothing", HOSPITAL, "EXPENSE_STAFF=9",
			"*:EXPENSE_STAFF=9000", "" },
		{ "at the floor", HOSPITAL, "EXPENSE_STAFF=10000000", "*:EXPENSE_STAFF=10000",
			"unit-slip EXPENSE_STAFF - 10000 -" },
		{ "below the floor, but a part larger than its whole", HOSPITAL,
			"INCOME_DECOCTION=9000000", "*:INCOME_DECOCTION=9000",
			"unit-slip INCOME_DECOCTION - 9000 -" },
		{ "three hundred times, at the band", HOSPITAL, "EXPENSE_STAFF=42000000",
			"*:EXPENSE_STAFF=140000", "unit-slip EXPENSE_STAFF - 42000 -" },
		{ "just outside of the band", HOSPITAL, "EXPENSE_STAFF=41999999",
			"*:EXPENSE_STAFF=140000", "" },
		{ "one in yuan, one with a digit too many", HOSPITAL,
			"EXPENSE_STAFF=140000000 INCOME_SUBSIDY=600000", "",
			"unit-slip EXPENSE_STAFF - 140000 -; ten-times INCOME_SUBSIDY - 60000 -" },
		{ "counts have no unit to slip", HOSPITAL, "HEALTH_CHECKUP=900000", "", "" },
		{ "a month of the past was as large", HOSPITAL, "EXPENSE_STAFF=140000000",
			"5:EXPENSE_STAFF=100000000", "" },
	};

	check_examples(examples, array_len(examples));
}

Test(diagnose, ten_times)
{
	static const struct example examples[] = {
		{ "a digit too many", HOSPITAL, "HEALTH_CHECKUP=9000", "",
			"ten-times HEALTH_CHECKUP - 900 -" },
		{ "a digit too few", HOSPITAL, "HEALTH_CHECKUP=90", "",
			"ten-times HEALTH_CHECKUP - 900 -" },
		{ "rounded half up", HOSPITAL, "HEALTH_CHECKUP=9005", "",
			"ten-times HEALTH_CHECKUP - 901 -" },
		{ "a stock", HOSPITAL, "BED_ACTUAL=1000", "", "ten-times BED_ACTUAL - 100 -" },
		{ "a cause beside a broken identity", HOSPITAL, "INCOME_INPATIENT=2500000", "",
			"ten-times INCOME_INPATIENT - 250000 -" },
		{ "usually 30", HOSPITAL, "REFERRAL_UP=300", "*:REFERRAL_UP=30",
			"ten-times REFERRAL_UP - 30 -" },
		{ "usually 29", HOSPITAL, "REFERRAL_UP=290", "*:REFERRAL_UP=29", "" },
		{ "usually 3, but a part larger than its whole", HOSPITAL,
			"INPATIENT_DEATH=30 DISCHARGE=20", "*:INPATIENT_DEATH=3 *:DISCHARGE=20",
			"ten-times INPATIENT_DEATH - 3 -" },
		{ "six and a half times, at the band", HOSPITAL, "HEALTH_CHECKUP=6500",
			"*:HEALTH_CHECKUP=1000", "ten-times HEALTH_CHECKUP - 650 -" },
		{ "just outside of the band", HOSPITAL, "HEALTH_CHECKUP=6499",
			"*:HEALTH_CHECKUP=1000", "" },
		{ "fifteen times, at the band", HOSPITAL, "HEALTH_CHECKUP=15000",
			"*:HEALTH_CHECKUP=1000", "ten-times HEALTH_CHECKUP - 1500 -" },
		{ "more is no digit", HOSPITAL, "HEALTH_CHECKUP=15001", "*:HEALTH_CHECKUP=1000",
			"" },
		{ "a season that was seen a year ago", HOSPITAL, "HEALTH_CHECKUP=9000",
			"12:HEALTH_CHECKUP=8000", "" },
		{ "a digit too many in a month half closed", CLINIC,
			"VISIT=130 OUTPATIENT=110 EMERGENCY=1 VISIT_HOME=6 HEALTH_CHECKUP=100 "
			"INCOME_TOTAL=760 INCOME_MEDICAL=740 INCOME_OUTPATIENT=740 "
			"EXPENSE_TOTAL=750",
			"*:HEALTH_CHECKUP=30", "ten-times HEALTH_CHECKUP - 10 -" },
		{ "a digit too many in the busiest month", CLINIC,
			"VISIT=610 OUTPATIENT=530 EMERGENCY=6 VISIT_HOME=27 HEALTH_CHECKUP=1900 "
			"INCOME_TOTAL=3600 INCOME_MEDICAL=3500 INCOME_OUTPATIENT=3500 "
			"EXPENSE_TOTAL=3550",
			"*:HEALTH_CHECKUP=100", "ten-times HEALTH_CHECKUP - 190 -" },
		{ "and no digit too many", CLINIC,
			"VISIT=130 OUTPATIENT=110 EMERGENCY=1 VISIT_HOME=6 HEALTH_CHECKUP=60 "
			"INCOME_TOTAL=760 INCOME_MEDICAL=740 INCOME_OUTPATIENT=740 "
			"EXPENSE_TOTAL=750",
			"*:HEALTH_CHECKUP=20", "" },
		{ "a level that has settled", HOSPITAL, "HEALTH_CHECKUP=9000",
			"1:HEALTH_CHECKUP=9200", "" },
		{ "two past values", HOSPITAL, "HEALTH_CHECKUP=9000",
			"*:HEALTH_CHECKUP=- 2:HEALTH_CHECKUP=900 4:HEALTH_CHECKUP=880", "" },
		{ "three past values", HOSPITAL, "HEALTH_CHECKUP=9000",
			"*:HEALTH_CHECKUP=- 2:HEALTH_CHECKUP=900 4:HEALTH_CHECKUP=880 "
			"7:HEALTH_CHECKUP=910",
			"ten-times HEALTH_CHECKUP - 900 -" },
		{ "mostly zero before", HOSPITAL, "HEALTH_CHECKUP=9000",
			"*:HEALTH_CHECKUP=0 2:HEALTH_CHECKUP=900 4:HEALTH_CHECKUP=880 "
			"7:HEALTH_CHECKUP=910",
			"" },
		{ "zero is no tenth", HOSPITAL, "HEALTH_CHECKUP=0", "", "" },
		{ "not offered any more", HOSPITAL, "HEALTH_CHECKUP=0!", "", "" },
		{ "three slips", HOSPITAL, "HEALTH_CHECKUP=9000 VISIT_TCM=40 SURGERY_INPATIENT=950",
			"",
			"ten-times VISIT_TCM - 400 -; ten-times HEALTH_CHECKUP - 900 -; "
			"ten-times SURGERY_INPATIENT - 95 -" },
		{ "a running count goes on", HEALTH, "", "", "" },
		{ "a digit too many in it", HEALTH, "ELDERLY_65_STANDARD=9000", "",
			"ten-times ELDERLY_65_STANDARD - 900 -" },
	};

	check_examples(examples, array_len(examples));
}

Test(diagnose, swapped)
{
	static const struct example examples[] = {
		{ "beside a tenth of it", HOSPITAL, "OUTPATIENT=700 EMERGENCY=5000", "",
			"swapped OUTPATIENT EMERGENCY 5000 -" },
		{ "a fifth larger", HOSPITAL, "INCOME_CONSUMABLE=50000 INCOME_EXAMINATION=60000",
			"", "swapped INCOME_CONSUMABLE INCOME_EXAMINATION 60000 -" },
		{ "within what they move", HOSPITAL,
			"INCOME_CONSUMABLE=50000 INCOME_EXAMINATION=60000",
			"4:INCOME_CONSUMABLE=51000 4:INCOME_EXAMINATION=50000", "" },
		{ "half as large", HOSPITAL,
			"INCOME_OUTPATIENT_DRUG=170000 INCOME_OUTPATIENT=70000", "",
			"swapped INCOME_OUTPATIENT INCOME_OUTPATIENT_DRUG 170000 -" },
		{ "one cause, though it looks like a sum in a part as well", HOSPITAL,
			"INCOME_OUTPATIENT=70000 INCOME_OUTPATIENT_DRUG=170000 "
			"INCOME_INPATIENT_DRUG=100000",
			"", "swapped INCOME_OUTPATIENT INCOME_OUTPATIENT_DRUG 170000 -" },
		{ "nearly equal, but the sum only holds that way", HOSPITAL,
			"ADMISSION=300 DISCHARGE=310", "", "swapped ADMISSION DISCHARGE 310 -" },
		{ "the sum holds as it is", HOSPITAL,
			"ADMISSION=300 DISCHARGE=310 INPATIENT_END=70", "", "" },
		{ "with one that is always zero", HOSPITAL, "EMERGENCY_DEATH=900 HEALTH_CHECKUP=0",
			"*:EMERGENCY_DEATH=0", "swapped HEALTH_CHECKUP EMERGENCY_DEATH 900 -" },
		{ "too small a difference", HOSPITAL, "REFERRAL_DOWN=5 REFERRAL_UP=1",
			"*:REFERRAL_DOWN=1 *:REFERRAL_UP=5", "" },
		{ "enough of it", HOSPITAL, "REFERRAL_DOWN=7 REFERRAL_UP=2",
			"*:REFERRAL_DOWN=2 *:REFERRAL_UP=7",
			"swapped REFERRAL_DOWN REFERRAL_UP 2 -" },
		{ "they changed places before", HOSPITAL, "OUTPATIENT=700 EMERGENCY=5000",
			"6:OUTPATIENT=650 6:EMERGENCY=5100", "" },
		{ "the proportion did not come back", HOSPITAL,
			"INCOME_OUTPATIENT=48000 INCOME_OUTPATIENT_DRUG=250000", "", "" },
		{ "the proportion came back, the level did not", HOSPITAL,
			"INCOME_OUTPATIENT=35000 INCOME_OUTPATIENT_DRUG=105000", "", "" },
		{ "by less than it ever moved", HOSPITAL,
			"INCOME_CONSUMABLE=50000 INCOME_EXAMINATION=60000",
			"4:INCOME_CONSUMABLE=100000 4:INCOME_EXAMINATION=50000", "" },
		{ "one fell, the other stayed", HOSPITAL, "OUTPATIENT=2000", "", "" },
		{ "two past months", HOSPITAL, "OUTPATIENT=700 EMERGENCY=5000",
			"3:none 4:none 5:none 6:none 7:none 8:none 9:none 10:none 11:none 12:none",
			"" },
		{ "one of them is not there", HOSPITAL, "OUTPATIENT=- EMERGENCY=3000", "", "" },
		{ "lines of different kinds", HOSPITAL, "REFERRAL_UP=50 INCOME_TOTAL=30",
			"*:INCOME_TOTAL=50", "" },
		{ "stocks", HOSPITAL, "PHYSICIAN=80 HEALTH_TECHNICIAN=150", "", "" },
	};

	check_examples(examples, array_len(examples));
}

#define NINE                                                                                       \
	"1:HEALTH_CHECKUP=900 1:VISIT_TCM=400 1:VISIT_BOOKED=1800 1:SURGERY_INPATIENT=95 "         \
	"1:BED_DAY_DISCHARGED=2480 1:INCOME_DECOCTION=9000 1:INCOME_DRUG_ESSENTIAL=80000 "         \
	"1:INCOME_DRUG_TCM=30000 1:EXPENSE_STAFF=140000"

Test(diagnose, copied)
{
	static const struct example examples[] = {
		{ "all of it", HOSPITAL, "copy=1", "", "copied - - - 2026-02" },
		{ "a clinic with nine flows", CLINIC, "copy=1", "", "copied - - - 2026-02" },
		{ "a clinic, visits alone too few digits", CLINIC, "copy=1",
			"*:OUTPATIENT=- *:EMERGENCY=- *:VISIT_HOME=- *:HEALTH_CHECKUP=- "
			"*:INCOME_TOTAL=- *:INCOME_MEDICAL=- *:INCOME_OUTPATIENT=- "
			"*:EXPENSE_TOTAL=-",
			"" },
		{ "public health, by what has run up", HEALTH, "copy=1", "",
			"copied - - - 2026-02" },
		{ "some ten lines brought up to date", HOSPITAL,
			"copy=1 VISIT=6100 OUTPATIENT=5050 EMERGENCY=720 ADMISSION=301 "
			"DISCHARGE=299 HEALTH_CHECKUP=902 SURGERY_INPATIENT=99 VISIT_BOOKED=1700 "
			"VISIT_TCM=420 BED_DAY_OCCUPIED=2490",
			"", "copied - - - 2026-02" },
		{ "ten the same, the others not", HOSPITAL, "", "1:BED_DAY_OCCUPIED=2500 " NINE,
			"copied - - - 2026-02" },
		{ "nine of them", HOSPITAL, "", NINE, "" },
		{ "ten that were the same the month before, too", HOSPITAL, "",
			"1:BED_DAY_OCCUPIED=2500 2:BED_DAY_OCCUPIED=2500 " NINE, "" },
		{ "ten small ones by chance", HOSPITAL,
			"HEALTH_CHECKUP=3 VISIT_TCM=2 VISIT_BOOKED=3 SURGERY_INPATIENT=4 "
			"EMERGENCY_DEATH=1 OBSERVATION_CASE=2 INPATIENT_DEATH=3 REFERRAL_UP=1 "
			"REFERRAL_DOWN=2 EMERGENCY=5",
			"1:HEALTH_CHECKUP=3 1:VISIT_TCM=2 1:VISIT_BOOKED=3 1:SURGERY_INPATIENT=4 "
			"1:EMERGENCY_DEATH=1 1:OBSERVATION_CASE=2 1:INPATIENT_DEATH=3 "
			"1:REFERRAL_UP=1 1:REFERRAL_DOWN=2 1:EMERGENCY=5",
			"" },
		{ "stocks alone", HEALTH,
			"VACCINE_DUE_CLINIC=0 VACCINE_GIVEN_CLINIC=0 CO_INSPECTION=0 "
			"HEALTH_EDUCATION=0",
			"", "" },
		{ "two closed months", CLINIC,
			"VISIT=0 OUTPATIENT=0 EMERGENCY=0 VISIT_HOME=0 HEALTH_CHECKUP=0 "
			"INCOME_TOTAL=0 INCOME_MEDICAL=0 INCOME_OUTPATIENT=0 EXPENSE_TOTAL=0",
			"1:VISIT=0 1:OUTPATIENT=0 1:EMERGENCY=0 1:VISIT_HOME=0 1:HEALTH_CHECKUP=0 "
			"1:INCOME_TOTAL=0 1:INCOME_MEDICAL=0 1:INCOME_OUTPATIENT=0 "
			"1:EXPENSE_TOTAL=0",
			"" },
		{ "the month before is missing", HOSPITAL, "", "1:none", "" },
		{ "with a digit too many in one line, one cause", HOSPITAL,
			"copy=1 HEALTH_CHECKUP=9000", "", "copied - - - 2026-02" },
	};

	check_examples(examples, array_len(examples));
}

Test(diagnose, wrong_month)
{
	static const struct example examples[] = {
		{ "two months before", HOSPITAL, "copy=2", "", "wrong-month - - - 2026-01" },
		{ "a year before", HOSPITAL, "copy=12", "", "wrong-month - - - 2025-03" },
		{ "a clinic", CLINIC, "copy=5", "", "wrong-month - - - 2025-10" },
		{ "public health", HEALTH, "copy=3", "", "wrong-month - - - 2025-12" },
		{ "two figures amended", HOSPITAL, "copy=4 HEALTH_CHECKUP=907 VISIT_TCM=404", "",
			"wrong-month - - - 2025-11" },
		{ "that month is not in force", HOSPITAL, "copy=4", "4:none", "" },
		{ "the bed-days of February", HOSPITAL, "BED_DAY_OPEN=2800",
			"1:BED_DAY_OPEN=2800 2:BED_DAY_OPEN=3100 3:BED_DAY_OPEN=3100 "
			"4:BED_DAY_OPEN=3000 5:none 6:none 7:none 8:none 9:none 10:none 11:none "
			"12:none",
			"wrong-month BED_DAY_OPEN - - 2026-02" },
		{ "but not where they never fit", HOSPITAL, "BED_DAY_OPEN=2800",
			"1:BED_DAY_OPEN=2790 2:BED_DAY_OPEN=3100 3:BED_DAY_OPEN=3100 "
			"4:BED_DAY_OPEN=3000",
			"" },
		{ "beds closed for some days", HOSPITAL, "BED_DAY_OPEN=2811",
			"1:BED_DAY_OPEN=2800 2:BED_DAY_OPEN=3100 3:BED_DAY_OPEN=3100 "
			"4:BED_DAY_OPEN=3000",
			"" },
		{ "January corrected: goes on from December, a third the same", HOSPITAL,
			"copy=2 INPATIENT_START=77 VISIT=6100 OUTPATIENT=5050 EMERGENCY=720 "
			"ADMISSION=301 DISCHARGE=299 HEALTH_CHECKUP=902 SURGERY_INPATIENT=99",
			"3:INPATIENT_END=77 1:INPATIENT_END=91", "wrong-month - - - 2026-01" },
		{ "so too where the largest figures of money were corrected", HOSPITAL,
			"copy=2 INPATIENT_START=77 INCOME_TOTAL=501000 EXPENSE_TOTAL=483000 "
			"VISIT=6100 OUTPATIENT=5050 EMERGENCY=720 ADMISSION=301 DISCHARGE=299",
			"3:INPATIENT_END=77 1:INPATIENT_END=91", "wrong-month - - - 2026-01" },
		{ "opening with another's end, nothing else", HOSPITAL, "INPATIENT_START=77",
			"3:INPATIENT_END=77 1:INPATIENT_END=91", "" },
		{ "all zero", CLINIC,
			"VISIT=0 OUTPATIENT=0 EMERGENCY=0 VISIT_HOME=0 HEALTH_CHECKUP=0 "
			"INCOME_TOTAL=0 INCOME_MEDICAL=0 INCOME_OUTPATIENT=0 EXPENSE_TOTAL=0",
			"6:VISIT=0 6:OUTPATIENT=0 6:EMERGENCY=0 6:VISIT_HOME=0 6:HEALTH_CHECKUP=0 "
			"6:INCOME_TOTAL=0 6:INCOME_MEDICAL=0 6:INCOME_OUTPATIENT=0 "
			"6:EXPENSE_TOTAL=0",
			"" },
	};

	check_examples(examples, array_len(examples));
}

Test(diagnose, sum_in_part)
{
	static const struct example examples[] = {
		{ "the whole of an exact sum", HOSPITAL, "INCOME_OUTPATIENT=420000", "",
			"sum-in-part INCOME_OUTPATIENT INCOME_MEDICAL 170000 -" },
		{ "the whole of parts and a rest", HOSPITAL, "OUTPATIENT=6000", "",
			"sum-in-part OUTPATIENT VISIT - -" },
		{ "in the small part, no ten times", HOSPITAL, "EMERGENCY=6000", "",
			"sum-in-part EMERGENCY VISIT - -" },
		{ "the parts' sum, not quite the whole", HOSPITAL, "EMERGENCY=5700", "",
			"sum-in-part EMERGENCY VISIT 700 -" },
		{ "and its proportion to the next line is turned round", HOSPITAL,
			"INCOME_SUBSIDY=500000",
			"*:INCOME_MEDICAL=420000 *:INCOME_SUBSIDY=350000 *:INCOME_TOTAL=800000",
			"sum-in-part INCOME_SUBSIDY INCOME_TOTAL - -" },
		{ "to the line before it", HOSPITAL, "EXPENSE_CONSUMABLE=380000",
			"*:EXPENSE_DRUG=320000 *:EXPENSE_CONSUMABLE=150000",
			"sum-in-part EXPENSE_CONSUMABLE EXPENSE_MEDICAL - -" },
		{ "no other part: it is all", HOSPITAL, "OUTPATIENT=5300 EMERGENCY=0 VISIT=5300",
			"", "" },
		{ "it was all before", HOSPITAL, "INCOME_OUTPATIENT=420000",
			"3:INCOME_OUTPATIENT=400000 3:INCOME_MEDICAL=400000", "" },
		{ "a clinic has one part always", CLINIC, "", "", "" },
		{ "two past months", HOSPITAL, "INCOME_OUTPATIENT=420000",
			"3:none 4:none 5:none 6:none 7:none 8:none 9:none 10:none 11:none 12:none",
			"" },
		{ "a part that is alone, suddenly all", HOSPITAL, "VISIT_TCM=5000",
			"*:VISIT_TCM=3000 *:OUTPATIENT=5010",
			"sum-in-part VISIT_TCM OUTPATIENT - -" },
		{ "nearly all before", HOSPITAL, "VISIT_TCM=5000",
			"*:VISIT_TCM=4100 *:OUTPATIENT=5010", "" },
		{ "below the floor", HOSPITAL, "OBSERVATION_CASE=4 EMERGENCY=4",
			"*:OBSERVATION_CASE=2 *:EMERGENCY=4", "" },
	};

	check_examples(examples, array_len(examples));
}

/* What a report that is in force already had in common with another period was asked then. */
Test(diagnose, a_revision_is_asked_once)
{
	static struct scene scene;
	static struct findings findings;

	for (int back = 1; back <= 2; back++) {
		scene_begin(&scene, &kinds[HOSPITAL]);
		memcpy(scene.now, scene.past[back - 1], sizeof(scene.now));
		memcpy(scene.replaced, scene.now, sizeof(scene.now));
		find_all(&scene, &findings);
		cr_expect_eq(findings.count, 1, "first time");
		scene.revises = true;
		find_all(&scene, &findings);
		cr_expect_eq(findings.count, 0, "in force already");
		scene.replaced[place_of(scene.form, "VISIT", 5)]++;
		find_all(&scene, &findings);
		cr_expect_eq(findings.count, 1, "nearer to it than what was in force");
	}
}

/* The finding carries its rule, its severity and the reason that the sender gives. */
Test(diagnose, findings_are_of_their_rule)
{
	static struct scene scene;
	struct findings findings = { .count = 0 };
	const uint32_t element[] = { catalog_element_by_code(catalog, "HEALTH_CHECKUP")->id };
	const uint32_t reason[] = { 7 };
	struct checkup checkup = { .explained_element = element, .explained_reason = reason };

	scene_begin(&scene, &kinds[HOSPITAL]);
	put(&scene, scene.now, "HEALTH_CHECKUP=9000");
	checkup.form = scene.form;
	checkup.period = scene.period;
	checkup.value = scene.now;
	for (unsigned i = 0; i < PAST_MAX; i++)
		checkup.past.row[i] = scene.past[i];
	for (checkup.explained = 0; checkup.explained < 2; checkup.explained++) {
		const struct finding *found = NULL;

		findings.count = 0;
		findings.holds = false;
		rules_check(catalog, &checkup, RULES_OF_SENDER, &findings);
		for (uint32_t i = 0; i < findings.count; i++)
			if (findings.finding[i].code == FINDING_TEN_TIMES)
				found = &findings.finding[i];
		cr_assert(found);
		cr_expect_str_eq(found->rule, "V22");
		cr_expect_eq(found->severity, SEVERITY_HOLD);
		cr_expect_eq(found->found, 9000);
		cr_expect_eq(found->limit, 900, "%" PRId64, found->limit);
		cr_expect_eq(found->reason, checkup.explained ? 7 : 0);
	}
}

Test(diagnose, words)
{
	static const char *const words[] = { "", "unit_slip", "ten_times", "swapped", "copied",
		"sum_in_part", "wrong_month" };

	for (unsigned i = 0; i < array_len(words); i++)
		cr_expect_eq(diagnosis_parse(words[i]), (enum diagnosis)i, "%s", words[i]);
	cr_expect_eq(diagnosis_parse("holds"), DIAGNOSIS_NONE);
}
