/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The mark that people see on whatever comes from a training system. */
#ifndef CLIENT_TRAINING_H
#define CLIENT_TRAINING_H

#include <stdbool.h>

/* One line without its end. */
const char *training_words(bool chinese);
/* The column of a sheet that is read back: readers pass over what begins with '#'. */
#define TRAINING_REMARK "#training"

#endif
