/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The asker's areas beside what is asked. Nothing here reads a table: what cannot be said to lie
 * within his areas is refused with a sentence that names them. */
#include "aggregator/sight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/held.h"
#include "aggregator/verb.h"

bool sight_limited(const struct asking *asking)
{
	return asking->key && asking->key->areas > 0;
}

bool sight_of(const struct asking *asking, uint32_t area)
{
	return !asking->key || key_reaches(asking->view->catalog, asking->key, area);
}

bool sight_lists(const struct asking *asking, uint32_t area, uint32_t wanted)
{
	return (wanted == 0 || catalog_area_within(asking->view->catalog, area, wanted)) &&
	       sight_of(asking, area);
}

bool sight_touches(const struct asking *asking, uint32_t area)
{
	bool touches = area == 0 || sight_of(asking, area);

	for (uint32_t i = 0; !touches && i < asking->key->areas; i++)
		touches = catalog_area_within(asking->view->catalog, asking->key->area[i], area);
	return touches;
}

/* A facility or an area by name, as lists of units have them. */
static bool unit_seen(const struct asking *asking, const char *name)
{
	const struct facility *facility =
		registry_facility_by_code(asking->view->registry, bytes_str(name));
	char *end;
	unsigned long code = strtoul(name, &end, 10);

	if (*end == '\0' && code <= UINT32_MAX &&
		catalog_area(asking->view->catalog, (uint32_t)code))
		return sight_of(asking, (uint32_t)code);
	return !facility || sight_of(asking, facility->segment[facility->segments - 1].area);
}

static bool units_seen(const struct asking *asking, const struct method *method)
{
	for (uint32_t i = 0; i < method->listed; i++)
		if (!unit_seen(asking, method->list[i]))
			return false;
	for (uint32_t i = 0; i < method->conditions; i++)
		if (!sight_of_indicator(asking, method->condition[i].indicator))
			return false;
	return true;
}

/* An indicator rests only on earlier ones, so this ends. */
bool sight_of_indicator(const struct asking *asking, const struct indicator *indicator)
{
	const struct method *method = &indicator->method;
	const struct plan_info *plan =
		method->kind == METHOD_TARGETS_MET
			? catalog_plan_by_code(asking->view->catalog, method->plan)
			: NULL;

	if (!sight_limited(asking))
		return true;
	return (!plan || sight_of(asking, plan->area)) &&
	       (method->kind != METHOD_UNITS || units_seen(asking, method)) &&
	       (!method->of || sight_of_indicator(asking, method->of)) &&
	       (!method->by || sight_of_indicator(asking, method->by));
}

static int refuse(struct asking *asking, const char *what)
{
	char sentence[KEY_LIMITS_BYTES];

	key_limits(asking->key, sentence);
	return verb_refuse(asking, ANSWER_NOT_ALLOWED, "%s; outside lies %s", sentence, what);
}

int sight_begin(struct asking *asking, enum sight_rule rule)
{
	asking->seen = rule == SIGHT_ROWS || rule == SIGHT_CATALOGUE || rule == SIGHT_SERVICE;
	if (rule == SIGHT_HOUSE && sight_limited(asking))
		return refuse(asking, "what concerns the whole house");
	return 0;
}

int sight_area(struct asking *asking, uint32_t area)
{
	char what[32];

	if (sight_of(asking, area)) {
		asking->seen = true;
		return 0;
	}
	snprintf(what, sizeof(what), "area %u", area);
	return refuse(asking, what);
}

int sight_indicator(struct asking *asking, const struct indicator *indicator)
{
	char what[CATALOG_CODE_BYTES + 32];

	if (sight_of_indicator(asking, indicator))
		return 0;
	snprintf(what, sizeof(what), "what indicator '%s' counts", indicator->code);
	return refuse(asking, what);
}

int sight_default(struct asking *asking, uint32_t usual, uint32_t *ret_area)
{
	char limits[KEY_LIMITS_BYTES];

	*ret_area = usual;
	if (sight_limited(asking) && (usual == 0 || !sight_of(asking, usual))) {
		key_limits(asking->key, limits);
		if (asking->key->areas > 1)
			return verb_refuse(asking, ANSWER_NOT_ALLOWED,
				"%s; name the area that is meant", limits);
		*ret_area = asking->key->area[0];
	}
	asking->seen = true;
	return 0;
}

int sight_facility(struct asking *asking, const struct facility *facility)
{
	char what[FACILITY_CODE_MAX + 16];

	for (uint32_t i = 0; i < facility->segments; i++)
		if (sight_of(asking, facility->segment[i].area))
			return 0;
	snprintf(what, sizeof(what), "facility '%s'", facility->code);
	return refuse(asking, what);
}

int sight_facility_in(struct asking *asking, const struct facility *facility, uint32_t period)
{
	char what[FACILITY_CODE_MAX + 16 + PERIOD_TEXT_BYTES], text[PERIOD_TEXT_BYTES];

	if (sight_of(asking, facility_area(facility, period))) {
		asking->seen = true;
		return 0;
	}
	period_print(period, text);
	snprintf(what, sizeof(what), "facility '%s' in %s", facility->code, text);
	return refuse(asking, what);
}

int sight_end(struct asking *asking)
{
	if (asking->seen || !sight_limited(asking))
		return 0;
	return refuse(asking, "this question");
}
