/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What answers share: the state of one question, its arguments looked up in the catalogue and the
 * registry, and rows that remember their first fault. */
#ifndef AGGREGATOR_VERB_H
#define AGGREGATOR_VERB_H

#include "aggregator/adjusting.h"
#include "aggregator/follow.h"
#include "aggregator/observe.h"
#include "aggregator/sight.h"
#include "aggregator/value.h"
#include "model/rational.h"
#include "aggregator/view.h"
#include "proto/query.h"

/* One question on its way. A verb fills the table and returns 0, or refuses: verb_refuse(). */
struct asking {
	struct follow *follow;
	const struct view *view;
	struct value_memo *memo;
	struct projection_memo *projections;
	const struct question *question;
	const struct watched *watched;
	/* who asks; NULL: the program itself, which sees everything */
	const struct key *key;
	bool seen;             /* what is asked lies within the key's areas, see sight.h */
	struct arena *reports; /* for report bodies; the question lives in another */
	/* what holds today, once a verb has asked for it; owned */
	struct adjusting adjusting;
	bool adjusting_known;
	/* the table; a verb announces its columns before its rows */
	struct answer_builder *answer;
	/* the first fault while rows are written; 0: none */
	int fault;
	/* a refusal instead of the table */
	enum answer_outcome outcome;
	char text[512];
};

enum { VERB_REFUSED = 1 };
typedef int verb_run(struct asking *asking);

struct column {
	const char *name;
	enum column_type type;
};

/* For values; since: the baseline's year, 0 if none was given. */
struct valuing asking_valuing(const struct asking *asking, int since);
/* The adjustments that are shown today; valid as long as the question. */
CHECKED int asking_adjusting(struct asking *asking, const struct adjusting **ret_adjusting);
/* An entry of the journal, copied into buffer. VERB_REFUSED: there is no journal yet. */
CHECKED int asking_entry(
	struct asking *asking, uint64_t sequence, struct buffer *buffer, struct entry *ret_entry);
CHECKED int asking_columns(struct asking *asking, const struct column *columns, size_t count);
/* Cells, in column order. A fault is remembered and stops further cells. */
void cell_text(struct asking *asking, const char *text);
void cell_integer(struct asking *asking, int64_t value);
void cell_count_or_null(struct asking *asking, bool there, uint64_t value);
void cell_boolean(struct asking *asking, bool value);
void cell_decimal(struct asking *asking, int128 value, uint8_t scale);
void cell_digits(struct asking *asking, const char *digits);
void cell_null(struct asking *asking);
void cell_hex(struct asking *asking, struct bytes bytes);
void cell_area(struct asking *asking, uint32_t area);
void cell_period(struct asking *asking, uint32_t period);
/* Two cells: the catalogue's word for the unit, and how it is written in Chinese. */
void cells_unit(struct asking *asking, const char *unit);
/* What the term reads, as it is written in the catalogue: "VISIT", "N_FACILITY", "1". */
const char *term_name(const struct catalog *catalog, const struct term *term);
/* The coefficient as it was written, in digits: without the element's own scale. */
void term_coefficient(const struct catalog *catalog, const struct linear *linear,
	const struct term *term, char ret[DECIMAL_TEXT_BYTES]);
void cells_null(struct asking *asking, size_t count);
/* When something was received. */
void cell_wall(struct asking *asking, uint64_t wall_ms);
/* The name of the key, or null. */
void cell_who(struct asking *asking, uint32_t actor);
/* Code and name. */
void cells_facility(struct asking *asking, const struct facility *facility);
/* Code and name; where area is 0 nulls. */
void cells_area(struct asking *asking, uint32_t area);
/* Code and both names; of an unknown element, or 0, nulls. */
void cells_element(struct asking *asking, uint32_t element);
/* Two cells: the element's unit; of an unknown element nulls. */
void cells_element_unit(struct asking *asking, uint32_t element);
/* "not_offered", …; NULL where nothing was said. */
const char *absent_word(uint32_t kind);
/* Two cells: the value as a figure of the element, and if it is absent the word for its kind. */
void cells_reported(struct asking *asking, int64_t value, uint32_t element);
/* text may be NULL: then, and where it is "", null. */
void cell_text_or_null(struct asking *asking, const char *text);
/* false: the page is full or a fault came, so no further row is needed. */
bool asking_goes_on(const struct asking *asking);

/* Always VERB_REFUSED, with the words for the person who asked. */
int verb_refuse(struct asking *asking, enum answer_outcome outcome, const char *text, ...)
	__attribute__((format(printf, 3, 4)));
/* The last error of this thread as a refusal, if it is about the question; else the error. */
CHECKED int verb_fault(struct asking *asking, int r);

/* The named argument as text; "" when it was not given. ret holds size bytes. VERB_REFUSED if it is
 * too long. */
CHECKED int argument_text(struct asking *asking, const char *name, char *ret, size_t size);
/* 0 or VERB_REFUSED; an argument that is missing is refused, except where otherwise says. Areas,
 * facilities and indicators that the asker does not see are refused. */
/* Not given: 0, or if required the reporting tree's root, or where that is not seen the asker's own
 * area. */
CHECKED int argument_area(
	struct asking *asking, const char *name, bool required, uint32_t *ret_area);
CHECKED int argument_period(struct asking *asking, uint32_t *ret_period);
/* 0 when it was not given. */
CHECKED int argument_year(struct asking *asking, const char *name, int *ret_year);
CHECKED int argument_period_named(struct asking *asking, const char *name, uint32_t *ret_period);
CHECKED int argument_form(struct asking *asking, const struct form **ret_form);
/* NULL when it was not given. */
CHECKED int argument_facility_optional(struct asking *asking, const struct facility **ret_facility);
CHECKED int argument_form_optional(struct asking *asking, const struct form **ret_form);
/* 0 when it was not given. */
CHECKED int argument_period_optional(struct asking *asking, uint32_t *ret_period);
/* A number from 1 on. */
CHECKED int argument_sequence(struct asking *asking, uint64_t *ret_sequence);
CHECKED int argument_facility(struct asking *asking, const struct facility **ret_facility);
CHECKED int argument_indicator(struct asking *asking, const struct indicator **ret_indicator);

verb_run verb_status, verb_area_list, verb_facility_list, verb_facility_show, verb_indicator_list,
	verb_cell_list;
verb_run verb_indicator_show, verb_indicator_explain, verb_indicator_series, verb_indicator_rank;
verb_run verb_report_show, verb_report_history;
verb_run verb_fact_list, verb_verdict_list;
verb_run verb_plan_list, verb_plan_targets, verb_plan_scorecard, verb_plan_summary;
verb_run verb_verify;
verb_run verb_metrics, verb_doctor, verb_settings;
verb_run verb_held_list, verb_held_show, verb_held_values, verb_held_impact;
verb_run verb_adjustment_list, verb_query_list;
verb_run verb_followup_list, verb_report_export;
verb_run verb_report_missing, verb_period_list, verb_period_locks;

#endif
