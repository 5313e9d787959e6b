/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where a target stands: one row of a plan against the values that are known. A pure function; its
 * rules are those of docs/judgement.md. It never invents a number: what cannot be
 * said is left out and the reason given. */
#ifndef MODEL_JUDGE_H
#define MODEL_JUDGE_H

#include "model/facts.h"
#include "model/projection.h"
#include "model/rational.h"

enum {
	READING_TEXT_BYTES = 160,
	READING_BASIS_BYTES = FACT_TEXT_MAX + 1,
	MISSING_BYTES = 256,
	JUDGE_NOTES_MAX = 16
};

enum reading_source { READING_REPORTS = 1, READING_FACT, READING_PLAN };

/* What is known of the target's indicator for one period. */
struct reading {
	uint32_t period; /* see model/period.h: a year, or whatever recurs */
	bool there;
	struct rational value;
	uint8_t decimals; /* as printed: of a baseline, a limit, a fact */
	enum reading_source source;
	enum comparator
		comparator; /* NONE: the value itself; ABOUT, AT_LEAST …: only so far known */
	bool over;          /* the period is over and whole */
	bool provisional;   /* completeness below 95 % by volume, or population provisional */
	/* what a test of a change rests on */
	enum uncertainty uncertainty;
	uint64_t events; /* poisson: the numerator; wilson: successes */
	double exposure; /* poisson: denominator / factor; wilson: trials */
	double error;    /* survey: standard error, in the indicator's unit */
	bool has_interval;
	double low, high; /* 95 %, in the indicator's unit */
	/* for the gap in units that people act on: value = numerator * factor / denominator */
	bool has_sides;
	struct rational numerator, denominator;
	int64_t factor;
	/* two readings are comparable iff they have the same stated basis, or the same series with
	 * no declared break between them and no fitted age pattern; "" is never the same */
	char series
		[READING_TEXT_BYTES]; /* basis, vintage, method as computed; "" for a printed one */
	char basis[READING_BASIS_BYTES]; /* as a person stated it; "": nobody did */
	bool forced; /* from an age pattern that was fitted: no trend may be read from it */
	bool mixed;  /* made of values that are not of one series */
};

/* The plan's own breakdown by year: the path goes through these instead of straight. */
struct waypoint {
	int year;
	struct rational value;
};

/* As project(), with whatever somebody keeps to do it sooner. */
typedef struct projection project_function(
	void *context, const double *x, const double *y, size_t points, double at);

struct judging {
	const struct target *target;
	/* rising by period, at most one each, not later than as_of; includes the baseline's year if
	 * a value of it is known from reports or facts */
	const struct reading *reading;
	size_t readings;
	struct reading baseline; /* as printed in the row, else as reported; .there: whether any */
	const struct reading *limit; /* kind norm: the norm as a reading; NULL: none or not asked */
	uint32_t as_of;              /* the last period that counts; a valid period */
	int32_t today;               /* what ends on or after it is not over; 0: as_of is over */
	const struct person_verdict *verdict; /* the one that counts; NULL */
	/* what input is lacking, named, if no reading is there; and of the baseline's year; "" */
	const char *missing, *missing_baseline;
	const int *breaks; /* years in which a new series begins, rising */
	size_t breaks_count;
	const struct waypoint *waypoint; /* rising by year, after the baseline, before the target */
	size_t waypoints;
	project_function *project; /* NULL: project() itself */
	void *project_context;
};

enum target_class {
	CLASS_JUDGED = 1,
	CLASS_PROVISIONAL,
	CLASS_NEEDS_INPUT,
	CLASS_NEEDS_PERSON,
	CLASS_NOT_MEASURABLE
};
/* 0 unless judged or provisional. */
enum target_status {
	STANDS_MET = 1,
	STANDS_MET_SO_FAR,
	STANDS_ON_COURSE,
	STANDS_BEHIND,
	STANDS_BEHIND_PACE_UNKNOWN,
	STANDS_OFF_COURSE,
	STANDS_MISSED,
	STANDS_STRIVEN_NOT_REACHED,
	STANDS_CHANGED_NOT_TESTED,  /* a direction word whose change cannot be tested */
	STANDS_NOT_DISTINGUISHABLE, /* … whose change is within chance */
	STANDS_NOT_COMPARABLE       /* … of two values of different series */
};
enum direction {
	DIRECTION_UNKNOWN,
	DIRECTION_BETTER,
	DIRECTION_WORSE,
	DIRECTION_SAME,
	DIRECTION_NOT_DISTINGUISHABLE, /* different, but within chance */
	DIRECTION_BETTER_UNTESTED,
	DIRECTION_WORSE_UNTESTED,
	DIRECTION_UP_UNTESTED, /* no polarity */
	DIRECTION_DOWN_UNTESTED,
	DIRECTION_NOT_COMPARABLE,
	DIRECTION_UP, /* beyond chance, no polarity */
	DIRECTION_DOWN
};
/* Remarks, printed in both languages by judge_note_words(). */
enum judge_note {
	NOTE_ONLY_BY_ROUNDING = 1, /* met only by rounding */
	NOTE_WORSE_BEYOND_CHANCE,  /* worse than the baseline beyond chance (while met or not) */
	NOTE_BETTER_BEYOND_CHANCE,
	NOTE_WITHIN_CHANCE,  /* the difference from the baseline is within chance; no polarity */
	NOTE_NOT_COMPARABLE, /* series not comparable until a person states both bases */
	NOTE_VALUE_BOUNDED,  /* the value is only known as about or at least */
	NOTE_TOO_SHORT,      /* too short to project */
	NOTE_FORCED,         /* a fitted age pattern: no trend may be read */
	NOTE_PROVISIONAL,
	NOTE_FROM_FACT,      /* the value is not from reports */
	NOTE_BASELINE_MEETS, /* a hold target: the baseline already met it */
	NOTE_PERSON,         /* status by a person's verdict */
	NOTE_LATER_YEAR,     /* the target year lies ahead */
	NOTE_EARLIER_VALUE,  /* judged on the newest known value, of an earlier period */
	NOTE_ZERO,
	NOTE_PERIODS_FAILED,      /* a recurring target: some period did not meet it */
	NOTE_BREAK,               /* a new series began; the trend starts there */
	NOTE_MISSED_BY_ROUNDING,  /* the exact value meets, rounded to the printed digits not */
	NOTE_WORSE_WITHIN_CHANCE, /* worse than the baseline, but within chance */
	NOTE_BETTER_WITHIN_CHANCE,
	NOTE_LOWER_AS_PRINTED, /* than the baseline, of a series that cannot be compared */
	NOTE_HIGHER_AS_PRINTED,
	NOTE_NO_BASELINE,       /* no path, no share */
	NOTE_BASELINE_TOO_LATE, /* a baseline that is not before the target year: a contradiction */
	NOTE_BASELINE_BOUNDED,  /* … only known as about or at least */
	NOTE_PERIODS_UNKNOWN,   /* a recurring target: some period has no value */
	NOTE_LATE_REPORTS,      /* not met, but reports are late: not called missed */
	NOTE_WORSE_UNTESTED,    /* met, but worse than the baseline; nothing to test with */
	NOTE_TREND_AGAINST,     /* met so far, but if the trend goes on, not at the end */
	NOTE_STEP_BACK,         /* a direction word that recurs: some year went the wrong way */
	NOTE_MIXED_SERIES,      /* what the value is made of is not of one series */
};
/* Both texts are static. */
struct word_pair {
	const char *zh, *en;
};
struct word_pair judge_note_words(enum judge_note note);
/* Stable identifiers for machines: "judged", "met_so_far", … */
const char *target_class_name(enum target_class class);
const char *target_status_name(enum target_status status);
const char *direction_name(enum direction direction);

struct judgement {
	enum target_class class;
	enum target_status status;
	const struct reading *value; /* the reading that was judged; NULL */
	bool hold;                   /* the baseline already meets the target: no share is given */
	bool has_rounded; /* the value rounded half-up to the printed digits: what was compared */
	struct rational rounded;
	bool has_progress; /* reach: (v - base) / (target - base), 1 = there; not clipped */
	struct rational progress;
	bool has_headroom; /* hold: how far on the right side, in the unit */
	struct rational headroom;
	bool has_gap; /* not met: nearest figure that meets - value, in the indicator's unit */
	struct rational gap;
	bool has_gap_units; /* … in units of the numerator, rounded away from zero */
	int128 gap_units;
	bool has_path; /* where the line from baseline to target stands in the value's year */
	struct rational path;
	bool has_pace; /* needed per year until the target year */
	struct rational pace;
	bool has_best_pace; /* best over three years seen, a year; signed as pace is */
	struct rational best_pace;
	enum direction direction; /* against the baseline */
	bool has_p;
	double p; /* of the test */
	bool has_projection;
	double projection, projection_low, projection_high; /* at the target year */
	uint32_t failed; /* recurring: the first period that did not meet it; 0 */
	enum judge_note note[JUDGE_NOTES_MAX];
	size_t notes;
	char missing[MISSING_BYTES]; /* class needs_input: what */
};

void judge(const struct judging *judging, struct judgement *ret_judgement);

/* Whether the target holds for every year or period, and not only for one. */
bool target_recurs(const struct target *target);
/* What was printed as a fraction. */
struct rational figure_of_printed(const struct printed *printed);

#endif
