/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The cells of an answer, for those who write them and those who read them. Only proto/ uses
 * this. */
#ifndef PROTO_CELL_H
#define PROTO_CELL_H

#include "proto/query.h"

enum { COLUMN_NAME_MAX = 48 };

/* Whether text is written as the type demands: an integer of up to 20 digits, a decimal number with
 * digits on both sides of its point, true or false. */
bool cell_fits(enum column_type type, const char *text);

#endif
