/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two lists of records that only grow, one of facilities and one of keys. Records lie in pages that
 * never move, so a pointer outlives other puts; a hash table of numbers finds them by name (code or
 * public key). Numbers are places in the list, so they follow from the order of the puts alone. */
#include "model/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { PAGE_RECORDS = 256, SLOTS_MIN = 64, KEYS_MAX = 1 << 16 };

/* Record n stands in page[(n - 1) / PAGE_RECORDS]. Open addressing: a slot holds a number or 0, and
 * at most half of the slots are taken, so every search ends at an empty one. */
struct list {
	/* set at start, never changed */
	size_t record_bytes;
	struct bytes (*name)(const void *record);
	/* owned */
	uint8_t **page;
	uint32_t *slot;
	size_t slots; /* a power of two, or 0 */
	uint32_t count;
};

/* Whom a facility reports for: the other end of the units' relations. Its code may stand here
 * before the facility itself is registered. */
struct proxy {
	char code[FACILITY_CODE_MAX + 1];
	uint32_t *unit; /* owned; rising */
	size_t units, size;
};

struct registry {
	struct list facilities, keys, proxies;
};

static struct bytes proxy_name(const void *record)
{
	return bytes_str(((const struct proxy *)record)->code);
}

static struct bytes facility_name(const void *record)
{
	return bytes_str(((const struct facility *)record)->code);
}

static struct bytes key_name(const void *record)
{
	const struct key *key = record;

	return bytes_of(key->public_key, sizeof(key->public_key));
}

static void *list_record(const struct list *list, uint32_t number)
{
	if (number == 0 || number > list->count)
		return NULL;
	return list->page[(number - 1) / PAGE_RECORDS] +
	       (number - 1) % PAGE_RECORDS * list->record_bytes;
}

/* FNV-1a. Names come from registrars, not from strangers, so nobody can crowd a slot on purpose. */
static uint64_t hash_of(struct bytes name)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ name.data[i]) * 1099511628211u;
	return hash ^ hash >> 32;
}

/* The slot that holds name's number, or the empty one where it belongs. */
static uint32_t *list_slot(const struct list *list, struct bytes name)
{
	size_t at = hash_of(name) & (list->slots - 1);

	while (list->slot[at] != 0 &&
		!bytes_equal(list->name(list_record(list, list->slot[at])), name))
		at = (at + 1) & (list->slots - 1);
	return &list->slot[at];
}

static void *list_find(const struct list *list, struct bytes name)
{
	return list->slots ? list_record(list, *list_slot(list, name)) : NULL;
}

/* Room for one more number in the table. */
static int slots_grow(struct list *list)
{
	struct list larger = *list;

	if ((size_t)list->count * 2 + 2 <= list->slots)
		return 0;
	larger.slots = list->slots ? list->slots * 2 : SLOTS_MIN;
	larger.slot = calloc(larger.slots, sizeof(*larger.slot));
	if (!larger.slot)
		return err_here(
			ERR_NOMEM, "cannot allocate %zu places of the registry", larger.slots);
	for (uint32_t number = 1; number <= list->count; number++)
		*list_slot(&larger, list->name(list_record(list, number))) = number;
	free(list->slot);
	*list = larger;
	return 0;
}

/* Room for one more record. */
static int pages_grow(struct list *list)
{
	size_t pages = list->count / PAGE_RECORDS;
	uint8_t **page;

	if (list->count % PAGE_RECORDS != 0)
		return 0;
	page = realloc(list->page, (pages + 1) * sizeof(*page));
	if (!page)
		return err_here(ERR_NOMEM, "cannot allocate %zu pages of the registry", pages + 1);
	list->page = page;
	page[pages] = calloc(PAGE_RECORDS, list->record_bytes);
	if (!page[pages])
		return err_here(ERR_NOMEM, "cannot allocate a page of the registry");
	return 0;
}

/* The place of the record with this name, made when there is none; ret_number is its number. */
static int list_place(struct list *list, struct bytes name, uint32_t count_max, void **ret_record,
	uint32_t *ret_number)
{
	uint32_t *slot;
	int r = slots_grow(list);

	if (r < 0)
		return err_pass(r);
	slot = list_slot(list, name);
	if (*slot == 0) {
		if (list->count == count_max)
			return err_here(ERR_LIMIT,
				"the registry holds %u records of this kind, and no more",
				count_max);
		if ((r = pages_grow(list)) < 0)
			return err_pass(r);
		*slot = ++list->count;
	}
	*ret_number = *slot;
	*ret_record = list_record(list, *slot);
	return 0;
}

static void list_fini(struct list *list)
{
	size_t pages = ((size_t)list->count + PAGE_RECORDS - 1) / PAGE_RECORDS;

	for (size_t i = 0; i < pages; i++)
		free(list->page[i]);
	free(list->page);
	free(list->slot);
}

int registry_new(struct registry **ret_registry)
{
	struct registry *registry = calloc(1, sizeof(*registry));

	if (!registry)
		return err_here(ERR_NOMEM, "cannot allocate a registry");
	registry->facilities =
		(struct list){ .record_bytes = sizeof(struct facility), .name = facility_name };
	registry->keys = (struct list){ .record_bytes = sizeof(struct key), .name = key_name };
	registry->proxies =
		(struct list){ .record_bytes = sizeof(struct proxy), .name = proxy_name };
	*ret_registry = registry;
	return 0;
}

void registry_free(struct registry *registry)
{
	if (!registry)
		return;
	for (uint32_t i = 1; i <= registry->proxies.count; i++)
		free(((struct proxy *)list_record(&registry->proxies, i))->unit);
	list_fini(&registry->proxies);
	list_fini(&registry->facilities);
	list_fini(&registry->keys);
	free(registry);
}

/* Where the unit stands among the proxy's, or belongs. */
static size_t unit_place(const struct proxy *proxy, uint32_t unit)
{
	size_t low = 0;

	for (size_t high = proxy->units; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (proxy->unit[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void unit_drop(struct proxy *proxy, uint32_t unit)
{
	size_t at = unit_place(proxy, unit);

	if (at == proxy->units || proxy->unit[at] != unit)
		return; /* a unit may name it twice, on two forms */
	memmove(proxy->unit + at, proxy->unit + at + 1,
		(--proxy->units - at) * sizeof(*proxy->unit));
}

static int unit_add(struct proxy *proxy, uint32_t unit)
{
	size_t at = unit_place(proxy, unit);

	if (at < proxy->units && proxy->unit[at] == unit)
		return 0;
	if (proxy->units == proxy->size) {
		size_t size = proxy->size ? proxy->size * 2 : 8;
		uint32_t *grown = reallocarray(proxy->unit, size, sizeof(*grown));

		if (!grown)
			return err_here(
				ERR_NOMEM, "cannot hold %zu units of '%s'", size, proxy->code);
		proxy->unit = grown;
		proxy->size = size;
	}
	memmove(proxy->unit + at + 1, proxy->unit + at,
		(proxy->units++ - at) * sizeof(*proxy->unit));
	proxy->unit[at] = unit;
	return 0;
}

static int proxies_add(struct registry *registry, const struct facility *facility, uint32_t number)
{
	for (uint32_t i = 0; i < facility->proxies; i++) {
		const char *by = facility->proxied[i].by;
		void *place;
		uint32_t at;
		int r = list_place(
			&registry->proxies, bytes_str(by), CELL_FACILITIES_MAX, &place, &at);

		if (r < 0)
			return err_pass(r);
		memcpy(((struct proxy *)place)->code, by, sizeof(((struct proxy *)place)->code));
		if ((r = unit_add(place, number)) < 0)
			return err_pass(r);
	}
	return 0;
}

static void proxies_drop(struct registry *registry, const struct facility *facility)
{
	for (uint32_t i = 0; i < facility->proxies; i++)
		unit_drop(list_find(&registry->proxies, bytes_str(facility->proxied[i].by)),
			facility->number);
}

const uint32_t *registry_reported_for(
	const struct registry *registry, const char *code, size_t *ret_count)
{
	const struct proxy *proxy = list_find(&registry->proxies, bytes_str(code));

	*ret_count = proxy ? proxy->units : 0;
	return proxy ? proxy->unit : NULL;
}

/* A record that is new has no relations yet: it is zeroed. */
int registry_put_facility(
	struct registry *registry, const struct facility *facility, uint32_t *ret_number)
{
	void *place;
	uint32_t number;
	int r = list_place(&registry->facilities, facility_name(facility), CELL_FACILITIES_MAX,
		&place, &number);

	if (r < 0)
		return err_pass(r);
	proxies_drop(registry, place);
	if ((r = proxies_add(registry, facility, number)) < 0)
		return err_pass(r);
	memcpy(place, facility, sizeof(*facility));
	((struct facility *)place)->number = number;
	if (ret_number)
		*ret_number = number;
	return 0;
}

int registry_put_key(struct registry *registry, const struct key *key, uint32_t *ret_number)
{
	struct key *kept;
	int32_t revoked_day;
	void *place;
	uint32_t number;
	int r = list_place(&registry->keys, key_name(key), KEYS_MAX, &place, &number);

	if (r < 0)
		return err_pass(r);
	kept = place;
	revoked_day = key->revoked && kept->revoked ? kept->revoked_day : key->revoked_day;
	*kept = *key;
	kept->number = number;
	kept->revoked_day = revoked_day;
	if (ret_number)
		*ret_number = number;
	return 0;
}

const struct facility *registry_facility(const struct registry *registry, uint32_t number)
{
	return list_record(&registry->facilities, number);
}

const struct facility *registry_facility_by_code(const struct registry *registry, struct bytes code)
{
	return list_find(&registry->facilities, code);
}

const struct key *registry_key(const struct registry *registry, uint32_t number)
{
	return list_record(&registry->keys, number);
}

const struct key *registry_key_by_public(
	const struct registry *registry, const uint8_t public_key[32])
{
	return list_find(&registry->keys, bytes_of(public_key, 32));
}

uint32_t registry_facilities(const struct registry *registry)
{
	return registry->facilities.count;
}

uint32_t registry_keys(const struct registry *registry)
{
	return registry->keys.count;
}

bool key_is_administrator(const struct key *key, int32_t day)
{
	return key->role == ROLE_ADMINISTRATOR && key->areas == 0 && key_valid(key, day);
}

bool registry_has_administrator(const struct registry *registry, int32_t day)
{
	for (uint32_t number = 1; number <= registry->keys.count; number++) {
		if (key_is_administrator(registry_key(registry, number), day))
			return true;
	}
	return false;
}
