/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Words that stand out in either language, on paper and in a file. */
#include "client/training.h"

const char *training_words(bool chinese)
{
	return chinese ? "【培训系统，数据不作数】" : "[TRAINING SYSTEM: nothing here counts]";
}
