/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The end of a sequence: every row of the aggregates, what the decider and the state hold, who is
 * expected, what is locked, which adjustments are shown. */
#include <inttypes.h>
#include <stdio.h>

#include "aggregator/adjusting.h"
#include "aggregator/census.h"
#include "aggregator/fold.h"
#include "aggregator/tally.h"
#include "aggregator/value.h"
#include "base/err.h"
#include "tests/sequences/tell.h"

enum { ROW_KEY_BYTES = 32 };

typedef void row_tell(struct bytes key, struct bytes value);

static void table_tell(const struct ports *ports, unsigned table, row_tell *tell)
{
	uint8_t from[ROW_KEY_BYTES] = { 0 };
	struct bytes key, value;
	size_t len = 1;

	while (ports->seek(ports->ctx, table, bytes_of(from, len), &key, &value) == 0) {
		tell(key, value);
		ensure(key.len < ROW_KEY_BYTES);
		len = key.len + 1; /* the key and a 0: the next */
		for (size_t i = 0; i < key.len; i++)
			from[i] = key.data[i];
		from[key.len] = 0;
	}
}

static void sums_tell(struct bytes value)
{
	struct cell cell;

	must(cell_decode(value, &cell));
	printf(" %u", cell.head.reported);
	for (uint32_t i = 0; i < cell.head.n; i++)
		printf(" %" PRId64 "/%u", cell_sum(&cell, i), cell_count(&cell, i));
	putchar('\n');
}

static void key_tell(const char *table, struct bytes packed)
{
	struct cell_key key;

	must(cell_key_unpack(bytes_of(packed.data, CELL_KEY_BYTES), &key));
	printf("%s %u %u %u %" PRIu64, table, key.form, key.period, key.area, key.stratum);
}

static void cell_tell(struct bytes key, struct bytes value)
{
	key_tell("cell", key);
	sums_tell(value);
}

static void inapplicable_tell(struct bytes key, struct bytes value)
{
	key_tell("inapplicable", key);
	sums_tell(value);
}

static void leftout_tell(struct bytes key, struct bytes value)
{
	key_tell("leftout", key);
	printf(" %d", key.data[CELL_KEY_BYTES] << 8 | key.data[CELL_KEY_BYTES + 1]);
	sums_tell(value);
}

static void periods_tell(struct bytes key, struct bytes value)
{
	uint16_t form;
	uint32_t period;

	must(periods_key_unpack(key, &form, &period));
	printf("periods %u %u", form, period);
	sums_tell(value);
}

static void place_tell(const char *table, struct bytes key)
{
	uint16_t form;
	uint32_t period, facility;

	must(open_key_unpack(key, &form, &period, &facility));
	printf("%s %u %u %u", table, form, period, facility);
}

static void current_tell(struct bytes key, struct bytes value)
{
	struct current_head head;
	const uint8_t *values;

	must(current_decode(value, &head, &values));
	place_tell("current", key);
	printf(" %" PRIu64 " %u %u %" PRIu64 " %u %d", head.sequence, head.revision, head.area,
		head.stratum, head.withdrawn, head.arrived_day);
	for (uint32_t i = 0; i < head.n; i++) {
		int64_t one = vector_value(values, head.n, i);

		if (value_is_absent(one))
			printf(" a%d", (int)(one - value_absent(0)));
		else
			printf(" %" PRId64, one);
	}
	putchar('\n');
}

static void open_tell(struct bytes key, struct bytes value)
{
	struct open_report report;

	must(open_decode(value, &report));
	place_tell("open", key);
	printf(" %" PRIu64 " %s %" PRIu64 " %" PRIu64 " %u %u %u %u %d %" PRIu64 " %" PRIu64 "\n",
		report.head.sequence, open_state_name((enum open_state)report.head.state),
		report.head.replaces, report.head.decision, report.head.decision_actor,
		report.head.reason, report.head.actor, report.head.revision,
		report.head.arrived_day, report.head.received, report.head.decided);
}

static void identity_tell(
	const char *table, const struct identity_key *key, const struct identity *identity)
{
	printf("%s %u %u %u %u %" PRIu64 " %d %u", table, key->form, key->period, key->facility,
		identity->revision, identity->sequence, identity->withdrawn, identity->actor);
	printf(" %d %u %" PRIu64 " %d %u %" PRIu64 "\n", identity->held.state,
		identity->held.revision, identity->held.sequence, identity->held.withdrawn,
		identity->held.actor, identity->held.decided);
}

/* Every identity that the sequence could have touched, as the decider knows it now. */
static void identities_tell(struct play *play, const char *table)
{
	for (uint32_t n = 1; n <= PLAY_FACILITIES; n++) {
		for (uint32_t at = 0; at < PERIODS * FORMS; at++) {
			struct identity_key key = { .form = (uint16_t)(1 + at % FORMS),
				.period = play->period[at / FORMS],
				.facility = n };
			struct identity identity = house_identity(&play->house, &key);

			if (identity.revision > 0 || identity.held.state != HELD_NONE)
				identity_tell(table, &key, &identity);
		}
	}
}

static void census_tell(const struct view *view, const struct form *form, uint32_t period)
{
	AUTO(census_free) struct census *census = NULL;
	const struct census_group *group;
	size_t slots;

	must(census_make(view, form, period, &census));
	group = census_slots(census, &slots);
	for (size_t i = 0; i < slots; i++)
		if (group[i].area != 0)
			printf("expected %u %u %u %" PRIu64 " %u\n", form->id, period,
				group[i].area, group[i].stratum, group[i].facilities);
}

static void locked_tell(const struct view *view, const struct form *form, uint32_t period)
{
	static const uint32_t areas[] = { 320703001, 320703002, 320706, 440507 };

	for (size_t i = 0; i < array_len(areas); i++) {
		int32_t since;

		if (locks_closed(view->locks, view->catalog, areas[i], form, period, view->today,
			    &since))
			printf("locked %u %u %u %d\n", form->id, period, areas[i], since);
	}
}

static void forms_tell(struct play *play, const struct view *view)
{
	for (uint16_t id = 1; id <= FORMS; id++) {
		const struct form *form = catalog_form(view->catalog, id);

		for (size_t i = 0; i < PERIODS; i++) {
			if (period_kind_of(play->period[i]) != form->period)
				continue;
			census_tell(view, form, play->period[i]);
			locked_tell(view, form, play->period[i]);
		}
	}
}

static void adjusting_tell(const struct view *view)
{
	struct adjusting adjusting = { .line = NULL };

	must(adjusting_load(view, &adjusting));
	for (size_t i = 0; i < adjusting.lines; i++)
		printf("adjusting %" PRIu64 " %u %u %u %u %" PRId64 "\n",
			adjusting.line[i].sequence, adjusting.line[i].form->id,
			adjusting.line[i].period, adjusting.line[i].facility,
			adjusting.line[i].element, adjusting.line[i].delta);
	adjusting_fini(&adjusting);
}

/* One element's sum over an area as any question gets it: as reported, and adjusted. */
static void figure_tell(
	const struct view *view, const struct adjusting *adjusting, uint32_t area, uint32_t period)
{
	const struct indicator *indicator = catalog_indicator_by_code(view->catalog, "USED");
	const struct scope scope = { .area = area };
	struct valuing valuing = { .view = view };
	struct value value, adjusted;
	const struct side_value *side = &value.side[0];
	struct span span;
	bool touched;

	must(span_of(WINDOW_MONTH, period, 0, &span));
	must(value_of(&valuing, indicator, scope, &span, &value));
	must(value_adjusted(
		&valuing, adjusting, indicator, scope, &span, &value, &touched, &adjusted));
	printf("figure %u %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, area, period,
		side->expected, side->reported, side->with_value, side->inapplicable);
	if (side->has_data)
		printf(" %" PRId64 "/%" PRId64, (int64_t)side->value.top,
			(int64_t)side->value.bottom);
	else
		printf(" -");
	if (touched)
		printf(" %" PRId64 "/%" PRId64, (int64_t)adjusted.side[0].value.top,
			(int64_t)adjusted.side[0].value.bottom);
	else
		printf(" -");
	putchar('\n');
}

static void figures_of_places_tell(struct play *play, const struct view *view)
{
	static const uint32_t areas[] = { 320700, 320703, 320703001 };
	struct adjusting adjusting = { .line = NULL };

	must(adjusting_load(view, &adjusting));
	for (size_t i = 0; i < 4 * array_len(areas); i++)
		figure_tell(view, &adjusting, areas[i % array_len(areas)],
			play->period[i / array_len(areas)]);
	adjusting_fini(&adjusting);
}

static void notices_tell(struct play *play)
{
	static struct notice notice[NOTICES_MAX];

	for (uint32_t n = 1; n <= PLAY_FACILITIES; n++) {
		size_t count;
		bool more;

		must(decide_notices(play->house.decide,
			registry_facility(decide_registry(play->house.decide), n), 0, NOTICES_MAX,
			notice, &count, &more));
		for (size_t i = 0; i < count; i++)
			printf("notice %u %d %" PRIu64 " %u %u %u %" PRIu64 " %u %u %" PRId64 "\n",
				n, (int)notice[i].kind, notice[i].sequence, notice[i].form,
				notice[i].period, notice[i].revision, notice[i].about,
				notice[i].element, notice[i].reason, notice[i].delta);
	}
}

void figures_tell(struct play *play)
{
	struct house *house = &play->house;
	struct view view = { .ports = &house->figures_ports, .today = today_of(play) };

	puts("E");
	identities_tell(play, "identity");
	house_settle(house);
	identities_tell(play, "state");
	view.catalog = fold_catalog(house->fold);
	view.registry = fold_registry(house->fold);
	view.facts = fold_facts(house->fold);
	view.locks = fold_locks(house->fold);
	view.acts = fold_acts(house->fold);
	table_tell(view.ports, TABLE_CELL, cell_tell);
	table_tell(view.ports, TABLE_INAPPLICABLE, inapplicable_tell);
	table_tell(view.ports, TABLE_LEFTOUT, leftout_tell);
	table_tell(view.ports, TABLE_PERIODS, periods_tell);
	table_tell(view.ports, TABLE_CURRENT, current_tell);
	table_tell(view.ports, TABLE_OPEN, open_tell);
	forms_tell(play, &view);
	adjusting_tell(&view);
	figures_of_places_tell(play, &view);
	notices_tell(play);
	puts("Z");
}
