/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A line of tests/model/judgements.csv as what judge() is asked, and what it says as cells of the
 * same table. The table's words are explained in judge_case.c. */
#ifndef TESTS_MODEL_JUDGE_CASE_H
#define TESTS_MODEL_JUDGE_CASE_H

#include "base/sheet.h"
#include "model/judge.h"

enum { CASE_READINGS_MAX = 40, CASE_CELL_BYTES = 256, CASE_OUTCOMES = 16 };

struct judge_case {
	struct plan_info plan;
	struct target target;
	struct reading reading[CASE_READINGS_MAX];
	struct reading limit;
	struct person_verdict verdict;
	int breaks[4];
	struct waypoint waypoint[4];
	struct judging judging;
};

/* The names of the columns that hold what is expected; the first CASE_OUTCOMES. */
extern const char *const case_outcomes[CASE_OUTCOMES];

/* Fails the test on a word that it does not know. */
void case_read(const struct sheet *sheet, size_t row, struct judge_case *ret_case);
/* What judge() says, one cell for each of case_outcomes. */
void case_render(const struct judgement *judgement, char ret[CASE_OUTCOMES][CASE_CELL_BYTES]);

#endif
