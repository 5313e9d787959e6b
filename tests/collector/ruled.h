/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An outbox without a server, under the shipped catalogue with a few rules and reasons of the
 * tests' own. */
#ifndef TESTS_COLLECTOR_RULED_H
#define TESTS_COLLECTOR_RULED_H

#include "collector/session.h"

/* Of a hospital's month: facility, period, then what the form requires, and the inpatients. */
#define RULED_HEAD                                                                                 \
	"facility,period,HEALTH_TECHNICIAN,PHYSICIAN,NURSE,BED_ACTUAL,BED_DAY_OPEN,"               \
	"BED_DAY_OCCUPIED,VISIT,ADMISSION,DISCHARGE,INPATIENT_START,INPATIENT_END,reasons\n"

extern struct session *ruled_session;
extern char ruled_folder[64];

/* Criterion's init and fini of a suite. */
void ruled_setup(void);
void ruled_teardown(void);

#endif
