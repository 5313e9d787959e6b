/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue: what can be reported and what is computed from it, as data. It is loaded from a
 * folder of CSV tables (catalog/), or from a bundle of the same tables, checked as a whole, and
 * never changed afterwards. Adding an element, a form, an area or an indicator needs no C.
 *
 *   table            columns
 *   attributes.csv   dimension, id, code, parent, name_zh, name_en
 *   groups.csv       group, class, name_zh, name_en, source
 *   areas.csv        code, parent, kind, name_zh, name_en, from, until, note
 *   code_lists.csv   list, id, code, parent, name_zh, name_en, source
 *   elements.csv     id, code, name_zh, name_en, unit, scale, type, basis, over_time, over_space,
 *                    broken_down_by, for_class, definition, source
 *   forms.csv        id, code, name_zh, name_en, period, classes, precedence, carry_months,
 *                    due_days, lock_days, table_number, issued_by, approval, valid_until, purpose
 *   form_lines.csv   form, line, element, required
 *   indicators.csv   id, code, name_zh, name_en, unit, method, arguments, numerator, denominator,
 *                    factor, window, decimals, polarity, mixed_basis, definition, source
 *   units.csv        unit, name_zh, name_en, note
 *   plans.csv, facts.csv, plans/PLAN.csv: see model/target.h
 *   rules.csv, reasons.csv: see model/rule.h; holidays.csv: see model/lock.h
 *
 * Parents, classes and elements are named by code; "classes" takes class codes and groups joined by
 * '|'; "required" is yes or no; "polarity" is higher, lower or none; "mixed_basis" is empty, or the
 * reason why the ratio may join elements of different bases. Every unit of elements.csv and
 * indicators.csv is a row of units.csv, which says how people write it.
 *
 * "broken_down_by" is empty, or one or two code lists joined by '*' ("sex*age19"). Such a base
 * element stands for one cell per combination of the lists' leaves; a form line that names the base
 * has all of its cells, in order, but those that a line of their own names. A cell is an element
 * like any other: its id is base id * 65536 + first category id * 256 + second category id (0:
 * there is none), its code is the base's and the categories' joined by '.' ("DEATH.M.A30"). Ids of
 * base and plain elements are 1..65535. In a linear form the base's code means all of its cells
 * together; the filter may name its code lists ("DEATH[sex=M,age19=A30|A35]"), a parent meaning
 * all leaves below it. */
#ifndef MODEL_CATALOG_H
#define MODEL_CATALOG_H

#include "base/bytes.h"
#include "base/digest.h"
#include "model/linear.h"
#include "model/method.h"
#include "model/period.h"

enum {
	CATALOG_CODE_BYTES = 48,
	CATALOG_NAME_BYTES = 240,
	CATALOG_TABLE_BYTES = 64,
	UNIT_BYTES = 32,
	FORM_LINES_MAX = 512,
	AREA_DEPTH_MAX = 6,
};

struct sheet;

struct catalog_name {
	char zh[CATALOG_NAME_BYTES], en[CATALOG_NAME_BYTES];
};

/* How values add: "sum", "last", "first", "ytd", "mean", "worst" over time; "sum" or "none" over
 * space. */
enum over_time {
	OVER_TIME_SUM = 1,
	OVER_TIME_LAST,
	OVER_TIME_FIRST,
	OVER_TIME_YTD,
	OVER_TIME_MEAN,
	OVER_TIME_WORST
};
enum over_space { OVER_SPACE_SUM = 1, OVER_SPACE_NONE };
enum element_type { ELEMENT_COUNT = 1, ELEMENT_QUANTITY, ELEMENT_MONEY, ELEMENT_GRADE };
/* By place of service, of residence, of registration. */
enum basis { BASIS_SERVICE = 1, BASIS_RESIDENCE, BASIS_REGISTRATION };

/* A code list by which elements are broken down: sex, age19, disease, vaccine dose. */
struct category {
	uint8_t id;     /* 1..255, stable for ever */
	uint8_t parent; /* 0: none. Parents gather their leaves; they are no cells themselves */
	bool leaf;
	char code[24];
	struct catalog_name name;
};
struct code_list {
	char code[24];
	const struct category *category; /* rising by id */
	uint32_t categories;
};

struct element {
	uint32_t id; /* stable for ever, never reused */
	/* a cell: its base element and its categories; else base is 0 */
	uint32_t base;
	const struct code_list *list[2]; /* NULL: no such dimension */
	uint8_t category[2];
	char code[CATALOG_CODE_BYTES];
	struct catalog_name name;
	char unit[UNIT_BYTES];
	uint8_t scale; /* decimal places: the stored integer is value * 10^scale */
	enum element_type type;
	enum basis basis;
	enum over_time over_time;
	enum over_space over_space;
	/* a total that is reported for units of these classes; empty: an own figure */
	struct attribute_set for_class;
};

/* Whether it is reported for units of other classes. */
static inline bool element_for_others(const struct element *element)
{
	return !attribute_set_empty(&element->for_class);
}

struct form_line {
	uint32_t element; /* id */
	bool required;
};

struct form {
	uint16_t id;
	char code[CATALOG_CODE_BYTES];
	struct catalog_name name;
	enum period_kind period;
	uint8_t precedence; /* 1 is taken first where two forms give one element */
	/* the last known return serves this long (population: 24); 0: not at all */
	uint8_t carry_months;
	uint16_t due_days;             /* after the period's end; see form_due_day() */
	uint16_t lock_days;            /* the same for the lock day; 0: it never locks by itself */
	struct attribute_set classes;  /* facility classes that it is assigned to */
	const struct form_line *lines; /* in form order; position = column of stored vectors */
	uint32_t line_count;
};

/* Facility attributes: one dimension each; a value's ancestors count as matched by a filter. */
enum dimension {
	DIMENSION_CLASS, /* WS 218 tree: hospital, township_hospital, … */
	DIMENSION_LEVEL,
	DIMENSION_OWNERSHIP, /* 公立, 民营 */
	DIMENSION_SPONSOR,   /* 政府办 is not 公立 */
	DIMENSION_PROFIT,
	DIMENSION_LOCALITY, /* urban, rural */
	DIMENSIONS,
};

struct attribute {
	enum dimension dimension;
	uint8_t id;     /* 1..255; 0 means "not stated" */
	uint8_t parent; /* 0: none */
	char code[CATALOG_CODE_BYTES];
	struct catalog_name name;
};

struct area {
	uint32_t code;   /* GB/T 2260, 6 or 9 digits, or a local code */
	uint32_t parent; /* 0: root of the reporting tree, or outside it */
	/* province, city, district, county, functional_zone, town, township, street, outside */
	char kind[24];
	struct catalog_name name;
	int32_t from_day, until_day; /* INT32_MIN, INT32_MAX when open */
};

/* Which way is better. */
enum polarity { POLARITY_NONE, POLARITY_HIGHER, POLARITY_LOWER };

enum window {
	WINDOW_MONTH = 1,
	WINDOW_QUARTER,
	WINDOW_HALF,
	WINDOW_YTD,
	WINDOW_R12M,
	WINDOW_YEAR,
	WINDOW_MCH_YEAR,
	WINDOW_R36M,    /* three years: rates with few events */
	WINDOW_PLAN,    /* from the first year of the asking target's plan on */
	WINDOW_BASELINE /* from the year after the asking target's baseline on */
};

struct indicator {
	uint16_t id;
	char code[CATALOG_CODE_BYTES];
	struct catalog_name name;
	char unit[UNIT_BYTES];
	struct linear numerator, denominator;
	int64_t factor;     /* the value is numerator * factor / denominator */
	enum window window; /* natural one */
	uint8_t decimals;   /* printed */
	enum polarity polarity;
	bool mixed_basis;
	struct method method; /* ratio: the two forms above; else they are empty */
};

struct catalog;

/* Reads every table of the folder. All mistakes are reported at once, one "file:line: reason" per
 * line of err_text() (cut at its end, with the count): ERR_INVALID. */
CHECKED int catalog_load(const char *folder, struct catalog **ret_catalog);
/* The same; every fault is also added to the buffer (which may be NULL), one a line. */
CHECKED int catalog_load_telling(
	const char *folder, struct buffer *faults, struct catalog **ret_catalog);
/* The same from a bundle (see catalog_bundle). */
CHECKED int catalog_open_bundle(struct bytes compressed, struct catalog **ret_catalog);
void catalog_free(struct catalog *catalog);
AUTO_DEFINE(catalog_free, struct catalog *);

/* The canonical bundle, zstd-compressed; owned by the catalogue. Uncompressed it is, for each table
 * in alphabetical order (then each plan's, by code), "name length\n" and then that many bytes of
 * the file as it was read. */
struct bytes catalog_bundle(const struct catalog *catalog);
/* SHA-256 of the uncompressed bundle. */
const struct digest *catalog_digest(const struct catalog *catalog);

/* The tables as they were read, in the bundle's order: "areas.csv" … "plans/PLAN.csv". NULL beyond
 * the last. */
const struct sheet *catalog_table(
	const struct catalog *catalog, size_t index, char ret_name[CATALOG_TABLE_BYTES]);

/* ERR_INVALID if next breaks a promise of the one in force: an identifier that vanished or means
 * something else (unit, scale, type, operators of an element; period type of a form; form lines
 * removed or reordered). Says each fault. */
CHECKED int catalog_check_successor(const struct catalog *in_force, const struct catalog *next);

/* All of a kind, rising by id (areas by code). Elements: plain ones and cells, which can be
 * reported; base elements are only declared. */
const struct element *catalog_elements(const struct catalog *catalog, size_t *ret_count);
const struct form *catalog_forms(const struct catalog *catalog, size_t *ret_count);
const struct indicator *catalog_indicators(const struct catalog *catalog, size_t *ret_count);
const struct area *catalog_areas(const struct catalog *catalog, size_t *ret_count);
const struct attribute *catalog_attributes(const struct catalog *catalog, size_t *ret_count);

/* NULL when there is none. By id: constant time. */
const struct element *catalog_element(const struct catalog *catalog, uint32_t id);
const struct element *catalog_element_by_code(const struct catalog *catalog, const char *code);
const struct form *catalog_form(const struct catalog *catalog, uint16_t id);
const struct form *catalog_form_by_code(const struct catalog *catalog, const char *code);
const struct indicator *catalog_indicator_by_code(const struct catalog *catalog, const char *code);
const struct area *catalog_area(const struct catalog *catalog, uint32_t code);
const struct attribute *catalog_attribute(
	const struct catalog *catalog, enum dimension dimension, uint8_t id);
const struct attribute *catalog_attribute_by_code(
	const struct catalog *catalog, enum dimension dimension, const char *code);
/* "class", "level", … or NULL beyond the last. */
const char *dimension_name(enum dimension dimension);

/* How people write an element's or an indicator's unit ("persons": 人); NULL for other words. */
const struct catalog_name *catalog_unit(const struct catalog *catalog, const char *unit);

/* In the order of their first appearance; NULL when there is none. */
const struct code_list *catalog_code_lists(const struct catalog *catalog, size_t *ret_count);
/* The rows of elements.csv: plain and base elements, rising by id. One of them; NULL when there is
 * none (a cell is none of them). */
const struct element *catalog_declared(const struct catalog *catalog, size_t *ret_count);
const struct element *catalog_base(const struct catalog *catalog, uint32_t id);
/* The cells of a base element, rising by id; of a plain element itself, 1. NULL: no such base. */
const struct element *catalog_cells(
	const struct catalog *catalog, uint32_t base, size_t *ret_count);
/* The id of the base or plain element with that code; 0 when there is none. */
uint32_t catalog_base_by_code(const struct catalog *catalog, const char *code);

/* The element's position among the form's lines, or -1. Constant time. */
int form_line_of(const struct catalog *catalog, const struct form *form, uint32_t element);

/* The area itself, then its parents up to the root; returns how many (0 for an unknown area). */
size_t catalog_area_path(
	const struct catalog *catalog, uint32_t area, uint32_t ret_codes[AREA_DEPTH_MAX]);
/* Whether inner is outer or lies below it. */
bool catalog_area_within(const struct catalog *catalog, uint32_t inner, uint32_t outer);

/* "month", "ytd", "r12m", "year" … ; 0 when unknown. */
enum window window_parse(const char *text);
const char *window_name(enum window window);

/* The newest day that holidays.csv names; 0: none. */
int32_t catalog_holidays_until(const struct catalog *catalog);

#endif
