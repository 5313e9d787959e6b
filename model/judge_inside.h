/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of model/judge.c share; nobody else includes it. */
#ifndef MODEL_JUDGE_INSIDE_H
#define MODEL_JUDGE_INSIDE_H

#include "model/judge.h"

/* Exact arithmetic on figures; an overflow stays an overflow. */
struct rational figure_minus(struct rational a, struct rational b);
struct rational figure_times(struct rational a, int factor);
struct rational figure_over(struct rational a, int divisor); /* divisor not 0 */
/* -1, 0, 1; 0 too where one has overflowed. */
int figure_compare(struct rational a, struct rational b);
int figure_sign(struct rational a);
/* Half away from zero: as figures are printed; not of one that overflowed. A figure beyond 10^29
 * stays as it is. */
struct rational figure_round(struct rational a, uint8_t digits);
double figure_double(struct rational a);

/* What a value is held against: the set of rounded figures that meet the target. */
struct bar {
	bool there;
	bool trend; /* a direction word: nothing below is set */
	bool has_low, has_high;
	bool strict; /* the bound itself does not meet */
	struct rational low, high;
	bool has_figure; /* the one printed number; a band has none */
	struct rational figure;
	uint8_t digits;
};

struct bar bar_of(
	const struct target *target, const struct reading *limit, const struct reading *baseline);
bool bar_meets(const struct bar *bar, struct rational figure); /* no rounding here */
bool bar_meets_rounded(const struct bar *bar, struct rational value);
/* The number that a line from there goes to. */
struct rational bar_figure(const struct bar *bar, struct rational from);
/* From a value that does not meet to the nearest figure that does. */
struct rational bar_gap(const struct bar *bar, struct rational value);
/* How far inside; negative outside. */
struct rational bar_headroom(const struct bar *bar, struct rational value);

/* Which reading decides. */
struct pick {
	const struct reading *value; /* NULL: none */
	bool ended;                  /* the target year is over */
	bool final;                  /* … and known: nothing can change but by a correction */
	bool provisional;
	uint32_t failed;  /* a recurring target: the first period that did not meet it */
	uint32_t lacking; /* the period without which there is no judgement; 0 */
	bool gaps; /* a recurring target: some period that is over has no value that decides */
	bool late; /* …: some period did not meet it, but its reports are not complete */
};

/* The year in which the target is due; 0: no end. */
int target_end_year(const struct target *target);
bool target_ended(const struct judging *judging);
/* A baseline that is not before the target year. */
bool baseline_late(const struct judging *judging);
/* The first year that counts. */
int target_first_year(const struct target *target);
struct pick pick_reading(const struct judging *judging, const struct bar *bar);

/* Whether the bound on a value that is known as "at least x" already decides: 1 met, 0 not met,
 * -1 open. Of a value that is known: as bar_meets_rounded. */
int bar_decides(const struct bar *bar, const struct reading *reading);
/* The value itself is known, or about. */
bool reading_exact(const struct reading *reading);
bool readings_comparable(
	const struct judging *judging, const struct reading *a, const struct reading *b);
/* What the value's direction is read against: the reading of the baseline's year if its series is
 * the value's, else the baseline. NULL: none. */
const struct reading *baseline_for(const struct judging *judging, const struct reading *value);

void judge_direction(const struct judging *judging, struct judgement *judgement);
/* Of a direction word that recurs: the first year that was worse than the one before beyond chance
 * is the one that failed. */
void judge_steps(const struct judging *judging, struct judgement *judgement);
/* Path, pace, best pace. */
void judge_course(
	const struct judging *judging, const struct bar *bar, struct judgement *judgement);
/* The status of a value that does not meet and for which it is not too late. */
enum target_status course_status(
	const struct judging *judging, const struct bar *bar, const struct judgement *judgement);
void judge_projection(const struct judging *judging, struct judgement *judgement);

/* Each remark once. */
void note_add(struct judgement *judgement, enum judge_note note);

#endif
