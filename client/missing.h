/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How a cell says why it has no value. One table of images, the same for every form and program:
 *
 *   kind            written             read as well
 *   not offered     未开展 NOT_OFFERED     未开设, -2 (the national maternal-and-child sheets)
 *   not collected   未收集 NOT_COLLECTED   -1, /, -, –, —, ——, …, …… (no figure is there)
 *   withheld        不公开 WITHHELD        不公布
 *   not applicable  不适用 NOT_APPLICABLE
 *
 * A blank is none of them: it says nothing. 0 is a value. In money, which may be negative, -1 and
 * -2 are figures. Words that may mean zero or not offered (无, 没有) are no image: whoever wrote them
 * must say which. */
#ifndef CLIENT_MISSING_H
#define CLIENT_MISSING_H

#include <stdbool.h>
#include <stdint.h>

/* The kind (enum absent_kind) of a folded cell (client/cell.h); 0: it is no image. negative:
 * whether the element's figures may be negative. */
uint32_t missing_parse(const char *folded, bool negative);
/* What a kind is written as. Asserts that it is one. */
const char *missing_word(uint32_t kind, bool chinese);
/* Whether the cell says "none" in words that leave open which kind. */
bool missing_unclear(const char *folded);

#endif
