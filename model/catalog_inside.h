/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The inside of struct catalog, for model/ only: catalog_load.c fills it, catalog_bundle.c packs
 * it, catalog_successor.c compares two of them, linear.c looks words up in it, catalog.c answers
 * everybody else. Once loaded it never changes. */
#ifndef MODEL_CATALOG_INSIDE_H
#define MODEL_CATALOG_INSIDE_H

#include "model/catalog.h"
#include "base/sheet.h"
#include "model/faults.h"
#include "model/target.h"

/* Identifiers of most kinds are places in arrays, so they are kept small; scales and factors are
 * bounded so that sums over a window stay inside 128 bits. */
enum {
	ELEMENT_ID_MAX = 65535, /* of plain and base elements */
	ELEMENTS_MAX = 16384,   /* plain ones and cells together */
	CODE_LISTS_MAX = 128,
	FORM_ID_MAX = 1023,
	FORM_DUE_DAYS_MAX = 366,
	FORM_LOCK_DAYS_MAX = 3660,
	FORM_LINE_NUMBER_MAX = 9999,
	INDICATOR_ID_MAX = 65535,
	AREA_CODE_MAX = 999999999,
	ELEMENT_SCALE_MAX = 6,
	INDICATOR_DECIMALS_MAX = 9,
	INDICATOR_FACTOR_MAX = 1000000,
	PLANS_MAX = 64,
	PLAN_CODE_MAX = 40, /* so that a target's id fits the wire */
	TARGETS_MAX = 8192,
	FACTS_MAX = 8192,
	INDICATOR_DEPTH_MAX = 8, /* how many indicators may rest on each other in a row */
};

/* The tables in alphabetical order, which is their order in a bundle. */
enum table {
	TABLE_AREAS,
	TABLE_ATTRIBUTES,
	TABLE_BREAKS,
	TABLE_CODE_LISTS,
	TABLE_ELEMENTS,
	TABLE_FACTS,
	TABLE_FORM_LINES,
	TABLE_FORMS,
	TABLE_GROUPS,
	TABLE_HOLIDAYS,
	TABLE_INDICATORS,
	TABLE_PLANS,
	TABLE_REASONS,
	TABLE_RULES,
	TABLE_UNITS,
	TABLES,
};

/* Codes of one table in strcmp order, and the place of each in its array. */
struct code_item {
	const char *code; /* borrowed from the record */
	size_t at;
};

struct code_index {
	struct code_item *item;
	size_t count;
};

/* The table of one plan. */
struct plan_sheet {
	char plan[PLAN_CODE_MAX + 1];
	struct sheet *sheet; /* owned */
};

struct group {
	char code[CATALOG_CODE_BYTES];
	struct attribute_set classes; /* those below the named ones included */
};

struct rule;
struct rule_detail;
struct reason;
struct form_rules;

struct unit_name {
	char unit[UNIT_BYTES];
	struct catalog_name name;
};

enum holiday_kind { HOLIDAY_NONE, HOLIDAY_CLOSED, HOLIDAY_OPEN };
struct holiday {
	int32_t day;
	enum holiday_kind kind;
};

struct catalog {
	/* owned; rising by id (areas by code, attributes by dimension and id; groups as named) */
	struct attribute *attribute;
	struct group *group;
	struct area *area;
	struct code_list *code_list; /* as first named; struct code_list points into category */
	struct category *category;
	struct unit_name *unit;   /* as read */
	struct element *declared; /* the rows of elements.csv: plain and base elements */
	struct element *element;  /* plain elements and cells */
	struct form *form;
	struct form_line *line; /* of all forms; struct form points into it */
	struct indicator *indicator;
	struct rule *rule;
	struct rule_detail *rule_detail; /* of each rule */
	struct form_rules *form_rules;   /* of each form, and a last one without rules */
	struct reason *reason;
	struct plan_info *plan; /* as plans.csv has them */
	struct target *target;  /* plan by plan */
	struct {
		size_t first, count;
	} * plan_targets; /* of each plan */
	struct published *published;
	struct series_break *series_break; /* as breaks.csv has them */
	struct holiday *holiday;           /* rising by day */
	char (*baseline_source)[64];       /* of each target, for its baseline */
	size_t plans, targets, publications, breaks, holidays;
	size_t attributes, groups, areas, code_lists, units, declarations, elements, forms, lines,
		indicators, rules, reasons;

	/* owned; made from the above to find things */
	struct code_index unit_codes, plan_codes, target_ids, declared_codes, element_codes,
		form_codes, indicator_codes, rule_codes, reason_codes, attribute_codes[DIMENSIONS];
	uint32_t *id_slot; /* a hash table of element ids: place in element and 1, or 0 */
	size_t id_slots;   /* a power of two, at least twice elements */
	const struct form *form_by_id[FORM_ID_MAX + 1];
	const struct attribute *attribute_by_id[DIMENSIONS][256];
	int16_t *line_of; /* [forms][elements]: position or -1 */

	/* owned; the tables as they were read: targets and shown texts point into their cells */
	struct sheet *sheet[TABLES];
	struct plan_sheet plan_sheet[PLANS_MAX]; /* rising by plan */
	size_t plan_sheets;
	struct buffer bundle;
	struct digest digest;
};

struct table_text {
	char name[256];    /* for messages: with its folder, if it comes from one */
	struct bytes text; /* borrowed */
};

/* All of a catalogue. After the named ones the plans', rising by code. */
struct tables {
	struct table_text table[TABLES];
	struct table_text plan[PLANS_MAX];
	char plan_code[PLANS_MAX][PLAN_CODE_MAX + 1];
	size_t plans;
	struct buffer *faults; /* borrowed; NULL, or every fault goes there */
};

/* "areas.csv" … */
const char *table_file(enum table table);

/* Fills a zeroed catalogue from the texts: ERR_INVALID with every fault. The caller frees it
 * in any case. */
CHECKED int catalog_fill(struct catalog *catalog, const struct tables *tables);

/* Frees what rules.csv and reasons.csv became. */
void catalog_rules_fini(struct catalog *catalog);

/* Adds the attribute and everything below it. */
void catalog_tree_add(const struct catalog *catalog, const struct attribute *attribute,
	struct attribute_set *set);
void attribute_set_join(struct attribute_set *set, const struct attribute_set *more);
const struct group *catalog_group_by_code(const struct catalog *catalog, const char *code);
const struct code_list *code_list_by_code(const struct catalog *catalog, const char *code);
const struct category *code_list_category(const struct code_list *list, const char *code);
const struct category *code_list_by_id(const struct code_list *list, uint8_t id);
/* Adds the category if it is a leaf, else the leaves below it. */
void code_list_add(
	const struct code_list *list, const struct category *category, struct attribute_set *set);
/* Where the element's id stands in the hash table, or would stand. */
size_t id_slot_of(const struct catalog *catalog, uint32_t id);
/* A plan's code is a part of a file's name. */
bool plan_code_valid(const char *code);
/* What holidays.csv says of the day. */
enum holiday_kind calendar_day(const struct catalog *catalog, int32_t day);
/* "service", "residence", "registration". */
const char *basis_name(enum basis basis);
/* The words that areas.csv may use as kind. */
bool area_kind_known(const char *kind);
/* "N_FACILITY", "DAYS" … : words of linear forms, which can be no element's code; 0 for others. */
enum term_kind term_kind_of_word(const char *word);

CHECKED int code_index_make(struct code_index *index, size_t count);
/* An empty code has no place: its record is at fault already. */
void code_index_add(struct code_index *index, const char *code, size_t at);
void code_index_sort(struct code_index *index);
const struct code_item *code_index_find(const struct code_index *index, const char *code);

#endif
