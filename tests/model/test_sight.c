/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first look leaves nothing out: over random reports of every form, sound ones and ones with a
 * planted fault, all rules find what they find when each diagnosis is asked in full and
 * each rule is reckoned exactly. A base of figures in which the form's sums hold is scaled from
 * month to month, so that sums go on holding; then something may happen to the report or its past.
 * The state of the dice is printed with what differs. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "model/diagnose_sight.h"

enum { TURNS = 1000, SEEN_MIN = 50 };

static uint64_t state;

static uint32_t dice(uint32_t sides)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((state >> 33) % sides);
}

struct scene {
	const struct form *form;
	uint32_t period;
	int64_t base[FORM_LINES_MAX], now[FORM_LINES_MAX], past[PAST_MAX][FORM_LINES_MAX];
	int64_t replaced[FORM_LINES_MAX];
	bool gone[PAST_MAX], revises;
};

/* Wholes that are the sum of their parts; several turns, for wholes are parts of others. */
static void base_sum_up(struct scene *scene, const struct diagnosis_form *lines)
{
	for (int turn = 0; turn < 4; turn++) {
		for (uint32_t i = 0; i < lines->identities; i++) {
			const struct diagnosis_identity *identity = &lines->identity[i];
			int64_t sum = 0;

			if (identity->whole < 0)
				continue;
			for (int k = 0; k < identity->terms; k++)
				sum += k == identity->whole ? 0 : scene->base[identity->line[k]];
			if (identity->exact || scene->base[identity->line[identity->whole]] < sum)
				scene->base[identity->line[identity->whole]] = sum;
		}
	}
}

/* The base in a month as busy as that; own: small, and each line moves by itself too. */
static void row_make(const struct scene *scene, int64_t per_mille, bool own, int64_t *row)
{
	for (uint32_t i = 0; i < scene->form->line_count; i++) {
		row[i] = scene->base[i] * per_mille;
		if (own)
			row[i] = row[i] / 1000 * (980 + dice(41)) / 1000;
	}
}

static void scene_make(struct scene *scene, const struct form *form, const struct form_rules *rules)
{
	static const uint32_t sizes[] = { 2, 9, 60, 400, 90000 };
	bool own = dice(3) == 0;

	memset(scene, 0, sizeof(*scene));
	scene->form = form;
	scene->period =
		period_of(form->period, 2026, form->period == PERIOD_YEAR ? 0 : 1 + (int)dice(2));
	for (uint32_t i = 0; i < form->line_count; i++)
		scene->base[i] = 1 + dice(sizes[dice(5)]);
	if (rules->lines)
		base_sum_up(scene, rules->lines);
	for (uint32_t i = 0; i < PAST_MAX; i++) {
		row_make(scene, 950 + dice(100), own, scene->past[i]);
		scene->gone[i] = dice(20) == 0;
	}
	row_make(scene, 950 + dice(100), own, scene->now);
	if (rules->lines && rules->lines->opens >= 0 && dice(2))
		scene->now[rules->lines->opens] = scene->past[0][rules->lines->closes];
	if ((scene->revises = dice(6) == 0))
		memcpy(scene->replaced, scene->past[dice(PAST_MAX)], sizeof(scene->replaced));
}

static int64_t *any_value(struct scene *scene)
{
	return &scene->now[dice(scene->form->line_count)];
}

/* As long as it stays a figure. */
static int64_t times(int64_t value, int64_t factor)
{
	return value < 0 || value > VALUE_MAX / factor ? value : value * factor;
}

/* What happens to a scene; nothing in the cases from 15 on. */
static void fault_plant(struct scene *scene, const struct diagnosis_form *lines, uint32_t kind)
{
	static const int64_t odd[] = { INT64_MAX - 7, -1, -5000, (int64_t)1 << 41, 0 };
	uint32_t line = dice(scene->form->line_count - 1);
	uint32_t row = dice(PAST_MAX);
	int64_t kept = scene->now[line];

	if (kind == 0)
		scene->now[line] = times(kept, 10);
	else if (kind == 1)
		*any_value(scene) /= 10;
	else if (kind == 2)
		scene->now[line] = times(kept, lines->flags[line] & DIAGNOSIS_MONEY ? 1000 : 3);
	else if (kind == 3)
		memcpy(scene->now, scene->past[row], sizeof(scene->now));
	else if (kind == 4)
		*any_value(scene) = value_absent(dice(5));
	else if (kind == 5)
		scene->past[row][line] = value_absent(dice(5));
	else if (kind == 6)
		*any_value(scene) = odd[dice(5)];
	else if (kind == 7)
		scene->past[row][line] = odd[1 + dice(4)];
	else if (kind == 8)
		memcpy(scene->now, scene->past[0], sizeof(scene->now) / 4);
	else if (kind == 9 && lines->identities > 0) {
		const struct diagnosis_identity *identity =
			&lines->identity[dice(lines->identities)];

		scene->now[identity->line[0]] = scene->now[identity->line[1]];
	} else if (kind == 13 && lines->opens >= 0) {
		memcpy(scene->now, scene->past[row], sizeof(scene->now) / 2);
		scene->now[lines->opens] = scene->past[(row + 1) % PAST_MAX][lines->closes];
	} else if (kind == 14 && lines->beds >= 0) {
		scene->now[lines->bed_days] = times(scene->now[lines->beds], 28 + dice(4));
		for (uint32_t i = 0; i < PAST_MAX; i++)
			scene->past[i][lines->bed_days] = times(scene->past[i][lines->beds],
				period_days(period_add(scene->period, -1 - (int)i)));
	} else if (kind == 10 || kind == 11) {
		scene->now[line] = scene->now[line + 1];
		scene->now[line + 1] = kept;
	} else if (kind == 12)
		for (uint32_t i = 0; i < scene->form->line_count; i++)
			scene->now[i] =
				times(scene->now[i], lines->flags[i] & DIAGNOSIS_MONEY ? 1000 : 1);
}

static struct checkup checkup_of(const struct scene *scene)
{
	struct checkup checkup = { .form = scene->form,
		.period = scene->period,
		.value = scene->now,
		.stratum_known = true,
		.stratum = 1 + dice(48),
		.replaced = scene->revises ? scene->replaced : NULL };

	for (uint32_t i = 0; i < PAST_MAX; i++)
		checkup.past.row[i] = scene->gone[i] ? NULL : scene->past[i];
	return checkup;
}

/* Over all turns, by diagnosis: how often it was passed over, and how often it spoke. */
struct tally {
	uint32_t silent[DIAGNOSIS_WRONG_MONTH + 1], found[DIAGNOSIS_WRONG_MONTH + 1];
};

/* Who is said to be silent finds nothing when asked in full. */
static void compare_each(const struct form_rules *rules, const struct checkup *checkup,
	uint64_t seed, struct tally *tally)
{
	struct quick_view view = { .row = { checkup->value, checkup->past.row[0] },
		.factor = { 1, period_days(checkup->period), period_months(checkup->period),
			period_days(checkup->period) * period_months(checkup->period) } };
	struct quick_open open;
	unsigned silent;
	bool looked;

	quick_look(checkup->form, &view);
	looked = quick_look_all(rules, RULES_OF_SENDER, &view, &open);
	silent = sight_silent(rules, checkup, &view, looked && open.sums_hold);
	for (uint32_t i = 0; i < rules->rules && !sight_wild(checkup); i++) {
		const struct diagnosis_rule *rule = rules->rule[i].diagnosis;
		struct findings findings = { .count = 0 };

		if (!rule)
			continue;
		diagnose(rules->lines, rule, checkup, &findings);
		tally->found[rule->diagnosis] += findings.count > 0;
		if (silent >> rule->diagnosis & 1) {
			tally->silent[rule->diagnosis]++;
			cr_assert_eq(findings.count + findings.more, 0,
				"%s, dice %" PRIu64 ": %s speaks but was passed over",
				checkup->form->code, seed, rule->rule->code);
		}
	}
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->element == b->element && a->found == b->found &&
	       a->limit == b->limit && a->severity == b->severity && a->other == b->other &&
	       a->has_proposed == b->has_proposed && a->proposed == b->proposed &&
	       a->period == b->period && a->reason == b->reason && strcmp(a->rule, b->rule) == 0;
}

static void compare_all(const struct catalog *catalog, const struct checkup *checkup, uint64_t seed,
	unsigned severities)
{
	struct findings quick = { .count = 0 }, exact = { .count = 0 };
	bool same;

	rules_check(catalog, checkup, severities, &quick);
	rules_check_exactly(catalog, checkup, severities, &exact);
	same = quick.count == exact.count && quick.more == exact.more &&
	       quick.rejects == exact.rejects && quick.holds == exact.holds;
	for (uint32_t i = 0; i < quick.count && same; i++)
		same = same_finding(&quick.finding[i], &exact.finding[i]);
	cr_assert(same, "%s, dice %" PRIu64 ": %u findings, exactly %u", checkup->form->code, seed,
		quick.count, exact.count);
}

Test(sight, passes_over_nothing_that_would_be_found)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	static struct scene scene;
	struct tally tally = { .silent = { 0 } };
	const struct form *form;
	size_t forms;

	state = 20261122;
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	form = catalog_forms(catalog, &forms);
	for (size_t i = 0; i < forms * TURNS; i++) {
		const struct form_rules *rules = catalog_form_rules(catalog, &form[i % forms]);
		uint64_t seed = state;
		struct checkup checkup;

		if (!rules->lines)
			continue;
		scene_make(&scene, &form[i % forms], rules);
		for (uint32_t faults = dice(3); faults-- > 0;)
			fault_plant(&scene, rules->lines, dice(24));
		checkup = checkup_of(&scene);
		compare_each(rules, &checkup, seed, &tally);
		compare_all(catalog, &checkup, seed, RULES_OF_SENDER);
		compare_all(catalog, &checkup, seed, RULES_OF_SENDER | RULES_OF_CENTRE);
		compare_all(catalog, &checkup, seed, 1 << SEVERITY_HOLD);
	}
	for (int i = DIAGNOSIS_NONE + 1; i <= DIAGNOSIS_WRONG_MONTH; i++) {
		cr_expect_geq(tally.silent[i], SEEN_MIN, "diagnosis %d was hardly passed over", i);
		cr_expect_geq(tally.found[i], SEEN_MIN, "diagnosis %d hardly spoke", i);
	}
}
