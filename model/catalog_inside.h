/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The inside of struct catalog, for model/ only: catalog_load.c fills it, catalog_bundle.c packs
 * it, catalog_successor.c compares two of them, linear.c looks words up in it, catalog.c answers
 * everybody else. Once loaded it never changes. */
#ifndef MODEL_CATALOG_INSIDE_H
#define MODEL_CATALOG_INSIDE_H

#include "model/catalog.h"
#include "model/faults.h"

/* Identifiers of most kinds are places in arrays, so they are kept small; scales and factors are
 * bounded so that sums over a window stay inside 128 bits. */
enum {
	ELEMENT_ID_MAX = 65535, /* of plain and base elements */
	ELEMENTS_MAX = 16384,   /* plain ones and cells together */
	FORM_ID_MAX = 1023,
	FORM_DUE_DAYS_MAX = 366,
	FORM_LINE_NUMBER_MAX = 9999,
	INDICATOR_ID_MAX = 65535,
	AREA_CODE_MAX = 999999999,
	ELEMENT_SCALE_MAX = 6,
	INDICATOR_DECIMALS_MAX = 9,
	INDICATOR_FACTOR_MAX = 1000000,
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

struct group {
	char code[CATALOG_CODE_BYTES];
	struct attribute_set classes; /* those below the named ones included */
};

struct catalog {
	/* owned; rising by id (areas by code, attributes by dimension and id; groups as named) */
	struct attribute *attribute;
	struct group *group;
	struct area *area;
	struct code_list *code_list; /* as first named; struct code_list points into category */
	struct category *category;
	struct element *declared; /* the rows of elements.csv: plain and base elements */
	struct element *element;  /* plain elements and cells */
	struct form *form;
	struct form_line *line; /* of all forms; struct form points into it */
	struct indicator *indicator;
	size_t attributes, groups, areas, code_lists, declarations, elements, forms, lines,
		indicators;

	/* owned; made from the above to find things */
	struct code_index declared_codes, element_codes, form_codes, indicator_codes,
		attribute_codes[DIMENSIONS];
	uint32_t *id_slot; /* a hash table of element ids: place in element and 1, or 0 */
	size_t id_slots;   /* a power of two, at least twice elements */
	const struct form *form_by_id[FORM_ID_MAX + 1];
	const struct attribute *attribute_by_id[DIMENSIONS][256];
	int16_t *line_of; /* [forms][elements]: position or -1 */

	/* owned; the tables as they were read */
	struct buffer bundle;
	struct digest digest;
};

/* The tables in alphabetical order, which is their order in a bundle. */
enum table {
	TABLE_AREAS,
	TABLE_ATTRIBUTES,
	TABLE_CODE_LISTS,
	TABLE_ELEMENTS,
	TABLE_FORM_LINES,
	TABLE_FORMS,
	TABLE_GROUPS,
	TABLE_INDICATORS,
	TABLES,
};

struct table_text {
	char name[256];    /* for messages: with its folder, if it comes from one */
	struct bytes text; /* borrowed */
};

/* "areas.csv" … */
const char *table_file(enum table table);

/* Fills a zeroed catalogue from the texts: ERR_INVALID with every fault. The caller frees it
 * in any case. */
CHECKED int catalog_fill(struct catalog *catalog, const struct table_text tables[TABLES]);

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
