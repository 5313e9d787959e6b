/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who sees what. A key with areas of its own sees what lies within them and nothing else; a key
 * without sees everything. Each verb of the table in answer.c says by which rule its answer keeps
 * to that, and one that says nothing is shut: a limited key gets no answer from it unless one of
 * the functions below has found that what was asked lies within its areas. */
#ifndef AGGREGATOR_SIGHT_H
#define AGGREGATOR_SIGHT_H

#include "base/bytes.h"
#include "model/registry.h"

struct asking;

enum sight_rule {
	SIGHT_ARGUMENT = 0, /* what is asked for lies in one place, which an argument names */
	SIGHT_ROWS,         /* a list: each row is shown only if the asker sees its area */
	SIGHT_CATALOGUE,    /* what the catalogue prints, the same for everybody */
	SIGHT_SERVICE,      /* how the service fares: no area's figure, no facility */
	SIGHT_HOUSE,        /* of everything: only for keys without areas */
};

/* Has areas of its own, so that it sees less than everything. */
bool sight_limited(const struct asking *asking);
bool sight_of(const struct asking *asking, uint32_t area);
/* Whether a row of this area belongs into a list of the wanted area (0: of all that is seen). */
bool sight_lists(const struct asking *asking, uint32_t area, uint32_t wanted);
/* Whether what holds in the area, above it or below it may concern the asker: for locks. */
bool sight_touches(const struct asking *asking, uint32_t area);
/* Whether the indicator's figures are of the area that is asked for. Shares of targets met are of
 * their plan's area and lists of units of their places, whatever area is asked for. */
bool sight_of_indicator(const struct asking *asking, const struct indicator *indicator);

/* 0 and the question may be answered; or VERB_REFUSED with the asker's areas. */
CHECKED int sight_begin(struct asking *asking, enum sight_rule rule);
CHECKED int sight_area(struct asking *asking, uint32_t area);
CHECKED int sight_indicator(struct asking *asking, const struct indicator *indicator);
/* The area that is meant when none was named: `usual` if it is seen, else the asker's only one;
 * refused when he has several. */
CHECKED int sight_default(struct asking *asking, uint32_t usual, uint32_t *ret_area);
/* That the facility was in the asker's areas at some time: not enough for an answer; and that it
 * was there in the period, which is. */
CHECKED int sight_facility(struct asking *asking, const struct facility *facility);
CHECKED int sight_facility_in(
	struct asking *asking, const struct facility *facility, uint32_t period);
/* Before the answer leaves: VERB_REFUSED unless it was found that the asker may see it. */
CHECKED int sight_end(struct asking *asking);

#endif
