/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a sound catalogue answers. */
#include "model/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "tests/model/fixture.h"

Test(catalog, lists_rise_by_identifier_whatever_the_order_of_rows)
{
	static const uint32_t element_ids[] = { 1, 2, 3, 4, 5, 70, 71, 72, (80u << 16) + 257,
		(80u << 16) + 258, (80u << 16) + 259, (80u << 16) + 513, (80u << 16) + 514,
		(80u << 16) + 515 };
	static const uint32_t area_codes[] = { 320623, 320700, 320703, 320705, 320706, 320703001 };
	static const uint32_t form_ids[] = { 1, 3, 4 }, indicator_ids[] = { 1, 2, 3 };
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t elements, areas, forms, indicators;
	const struct element *element = catalog_elements(catalog, &elements);
	const struct area *area = catalog_areas(catalog, &areas);
	const struct form *form = catalog_forms(catalog, &forms);
	const struct indicator *indicator = catalog_indicators(catalog, &indicators);

	cr_assert_eq(elements, array_len(element_ids));
	cr_assert_eq(areas, array_len(area_codes));
	cr_assert_eq(forms, array_len(form_ids));
	cr_assert_eq(indicators, array_len(indicator_ids));
	for (size_t i = 0; i < elements; i++)
		cr_expect_eq(element[i].id, element_ids[i]);
	for (size_t i = 0; i < areas; i++)
		cr_expect_eq(area[i].code, area_codes[i]);
	for (size_t i = 0; i < forms; i++)
		cr_expect_eq(form[i].id, form_ids[i]);
	for (size_t i = 0; i < indicators; i++)
		cr_expect_eq(indicator[i].id, indicator_ids[i]);
}

Test(catalog, attributes_rise_by_dimension_and_id)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t count;
	const struct attribute *attribute = catalog_attributes(catalog, &count);

	cr_assert_eq(count, 14);
	for (size_t i = 1; i < count; i++) {
		cr_expect(attribute[i].dimension > attribute[i - 1].dimension ||
			  (attribute[i].dimension == attribute[i - 1].dimension &&
				  attribute[i].id > attribute[i - 1].id));
	}
}

Test(catalog, an_element_carries_all_its_properties)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct element *income = catalog_element(catalog, 3);

	cr_assert_not_null(income);
	cr_expect_str_eq(income->code, "INCOME");
	cr_expect_str_eq(income->name.zh, "收入");
	cr_expect_str_eq(income->name.en, "income");
	cr_expect_str_eq(income->unit, "thousand yuan");
	cr_expect_eq(income->scale, 2);
	cr_expect_eq(income->type, ELEMENT_MONEY);
	cr_expect_eq(income->basis, BASIS_SERVICE);
	cr_expect_eq(income->over_time, OVER_TIME_SUM);
	cr_expect_eq(income->over_space, OVER_SPACE_SUM);
}

Test(catalog, every_word_of_an_element_has_its_meaning)
{
	static const struct {
		const char *code;
		enum element_type type;
		enum basis basis;
		enum over_time over_time;
		enum over_space over_space;
	} cases[] = {
		{ "VISIT", ELEMENT_COUNT, BASIS_SERVICE, OVER_TIME_SUM, OVER_SPACE_SUM },
		{ "POP", ELEMENT_COUNT, BASIS_RESIDENCE, OVER_TIME_LAST, OVER_SPACE_SUM },
		{ "POP_REGISTERED", ELEMENT_COUNT, BASIS_REGISTRATION, OVER_TIME_MEAN,
			OVER_SPACE_SUM },
		{ "DOSE", ELEMENT_QUANTITY, BASIS_SERVICE, OVER_TIME_WORST, OVER_SPACE_NONE },
		{ "GRADE", ELEMENT_GRADE, BASIS_SERVICE, OVER_TIME_FIRST, OVER_SPACE_NONE },
		{ "YIELD", ELEMENT_COUNT, BASIS_SERVICE, OVER_TIME_YTD, OVER_SPACE_SUM },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		const struct element *element = catalog_element_by_code(catalog, cases[i].code);

		cr_assert_not_null(element, "%s", cases[i].code);
		cr_expect_eq(element->type, cases[i].type, "%s", cases[i].code);
		cr_expect_eq(element->basis, cases[i].basis, "%s", cases[i].code);
		cr_expect_eq(element->over_time, cases[i].over_time, "%s", cases[i].code);
		cr_expect_eq(element->over_space, cases[i].over_space, "%s", cases[i].code);
	}
}

Test(catalog, what_is_not_there_is_null)
{
	static const uint32_t ids[] = { 0, 6, 69, 73, 65535, 65536, UINT32_MAX };
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(ids); i++)
		cr_expect_null(catalog_element(catalog, ids[i]), "%u", ids[i]);
	cr_expect_null(catalog_element_by_code(catalog, "NOTHING"));
	cr_expect_null(catalog_element_by_code(catalog, ""));
	cr_expect_null(catalog_form(catalog, 0));
	cr_expect_null(catalog_form(catalog, 2));
	cr_expect_null(catalog_form(catalog, UINT16_MAX));
	cr_expect_null(catalog_form_by_code(catalog, "hospital_month"));
	cr_expect_null(catalog_indicator_by_code(catalog, "X"));
	cr_expect_null(catalog_area(catalog, 0));
	cr_expect_null(catalog_area(catalog, 320704));
	cr_expect_null(catalog_attribute(catalog, DIMENSION_CLASS, 0));
	cr_expect_null(catalog_attribute(catalog, DIMENSION_LEVEL, 1));
	cr_expect_null(catalog_attribute_by_code(catalog, DIMENSION_LEVEL, "hospital"));
}

Test(catalog, everything_is_found_by_id_and_by_code)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();

	cr_expect_eq(catalog_element(catalog, 70), catalog_element_by_code(catalog, "DOSE"));
	cr_expect_eq(catalog_form(catalog, 3), catalog_form_by_code(catalog, "INSTITUTION_YEAR"));
	cr_expect_eq(catalog_indicator_by_code(catalog, "INCOME_PER_VISIT")->id, 2);
	cr_expect_eq(catalog_attribute(catalog, DIMENSION_CLASS, 255),
		catalog_attribute_by_code(catalog, DIMENSION_CLASS, "agency"));
	cr_expect_str_eq(catalog_area(catalog, 320706)->name.zh, "海州区");
}

Test(catalog, a_unit_says_how_people_write_it)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t count;
	const struct element *element = catalog_elements(catalog, &count);

	cr_assert_not_null(catalog_unit(catalog, "visits"));
	cr_expect_str_eq(catalog_unit(catalog, "visits")->zh, "人次");
	cr_expect_str_eq(catalog_unit(catalog, "marks")->en, "marks");
	cr_expect_null(catalog_unit(catalog, "人次"));
	cr_expect_null(catalog_unit(catalog, ""));
	for (size_t i = 0; i < count; i++)
		cr_expect_not_null(catalog_unit(catalog, element[i].unit), "%s", element[i].code);
}

Test(catalog, a_form_has_its_lines_in_the_order_of_their_numbers)
{
	static const char *const codes[] = { "BED", "VISIT", "INCOME" };
	static const bool required[] = { true, true, false };
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct form *form = catalog_form(catalog, 1);

	cr_assert_eq(form->line_count, array_len(codes));
	for (size_t i = 0; i < array_len(codes); i++) {
		const struct element *element = catalog_element_by_code(catalog, codes[i]);

		cr_expect_eq(form->lines[i].element, element->id, "%s", codes[i]);
		cr_expect_eq(form->lines[i].required, required[i], "%s", codes[i]);
		cr_expect_eq(form_line_of(catalog, form, element->id), (int)i, "%s", codes[i]);
	}
	cr_expect_eq(form_line_of(catalog, form, 70), -1);
	cr_expect_eq(form_line_of(catalog, form, 0), -1);
	cr_expect_eq(form_line_of(catalog, form, UINT32_MAX), -1);
	cr_expect_eq(form_line_of(catalog, catalog_form(catalog, 3), 1), 0);
	cr_expect_eq(form_line_of(catalog, catalog_form(catalog, 3), 70), 1);
	cr_expect_eq(form_line_of(catalog, catalog_form(catalog, 4), 1), -1);
}

Test(catalog, a_form_is_assigned_to_classes_groups_and_all_below)
{
	static const struct {
		uint16_t form;
		uint8_t class;
		bool assigned;
	} cases[] = {
		{ 1, 1, true },
		{ 1, 2, true },
		{ 1, 3, true },
		{ 1, 4, false },
		{ 1, 0, false },
		{ 3, 2, true },
		{ 3, 5, true },
		{ 3, 4, false },
		{ 3, 6, false }, /* "hospital|narrow" */
		{ 4, 255, true },
		{ 4, 1, false },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(attribute_set_has(&catalog_form(catalog, cases[i].form)->classes,
				     cases[i].class),
			cases[i].assigned, "form %d, class %d", cases[i].form, cases[i].class);
}

Test(catalog, a_form_carries_its_dates_and_precedence)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct form *population = catalog_form(catalog, 4);

	cr_expect_eq(population->period, PERIOD_YEAR);
	cr_expect_eq(population->precedence, 1);
	cr_expect_eq(population->carry_months, 24);
	cr_expect_eq(population->due_days, 90);
	cr_expect_eq(catalog_form(catalog, 1)->period, PERIOD_MONTH);
	cr_expect_eq(catalog_form(catalog, 1)->carry_months, 0);
}

Test(catalog, an_indicator_is_a_ratio_of_parsed_forms)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct indicator *beds = catalog_indicator_by_code(catalog, "BEDS_PER_1000");
	const struct indicator *income = catalog_indicator_by_code(catalog, "INCOME_PER_VISIT");
	const struct indicator *visits = catalog_indicator_by_code(catalog, "VISITS");

	cr_expect_eq(beds->factor, 1000);
	cr_expect_eq(beds->decimals, 2);
	cr_expect_eq(beds->window, WINDOW_YEAR);
	cr_expect(beds->mixed_basis);
	cr_expect(linear_uses(&beds->denominator, 4));
	cr_expect_eq(income->numerator.scale, 2);
	cr_expect_eq(income->window, WINDOW_YTD);
	cr_expect(!income->mixed_basis);
	cr_expect_eq(visits->denominator.term[0].kind, TERM_ONE); /* a count is a ratio too */
}

Test(catalog, an_area_knows_the_way_to_its_root)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	uint32_t codes[AREA_DEPTH_MAX];

	cr_assert_eq(catalog_area_path(catalog, 320703001, codes), 3);
	cr_expect_eq(codes[0], 320703001);
	cr_expect_eq(codes[1], 320703);
	cr_expect_eq(codes[2], 320700);
	cr_expect_eq(catalog_area_path(catalog, 320623, codes), 1);
	cr_expect_eq(catalog_area_path(catalog, 999999, codes), 0);
}

Test(catalog, within_means_itself_or_below)
{
	static const struct {
		uint32_t inner, outer;
		bool within;
	} cases[] = {
		{ 320703, 320703, true },
		{ 320703001, 320700, true },
		{ 320703001, 320703, true },
		{ 320703001, 320706, false },
		{ 320700, 320703, false },
		{ 320623, 320700, false },
		{ 999999, 320700, false },
		{ 320700, 999999, false },
		{ 0, 0, false },
		{ 320700, 0, false },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(catalog_area_within(catalog, cases[i].inner, cases[i].outer),
			cases[i].within, "%u in %u", cases[i].inner, cases[i].outer);
}

Test(catalog, areas_begin_and_end_on_days)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();

	cr_expect_eq(catalog_area(catalog, 320700)->from_day, INT32_MIN);
	cr_expect_eq(catalog_area(catalog, 320700)->until_day, INT32_MAX);
	cr_expect_eq(catalog_area(catalog, 320705)->from_day, day_of(1983, 1, 1));
	cr_expect_eq(catalog_area(catalog, 320705)->until_day, day_of(2014, 5, 1));
	cr_expect_str_eq(catalog_area(catalog, 320705)->kind, "district");
}

Test(catalog, windows_and_dimensions_have_names)
{
	static const char *const windows[] = { "month", "quarter", "half", "ytd", "r12m", "year",
		"mch_year" };
	static const char *const dimensions[] = { "class", "level", "ownership", "sponsor",
		"profit", "locality" };

	for (size_t i = 0; i < array_len(windows); i++) {
		cr_expect_eq(window_parse(windows[i]), (enum window)(i + 1), "%s", windows[i]);
		cr_expect_str_eq(window_name((enum window)(i + 1)), windows[i]);
	}
	cr_expect_eq((int)window_parse(""), 0);
	cr_expect_eq((int)window_parse("YEAR"), 0);
	for (unsigned i = 0; i < array_len(dimensions); i++)
		cr_expect_str_eq(dimension_name((enum dimension)i), dimensions[i]);
	cr_expect_null(dimension_name(DIMENSIONS));
}

Test(catalog, the_project_s_own_catalogue_loads)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct stat there;

	if (stat(SOURCE_DIR "/catalog", &there) != 0)
		cr_skip_test("catalog/ is not part of this tree");
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	cr_expect_eq(catalog_form_by_code(catalog, "HOSPITAL_MONTH")->id, 1);
	cr_expect_eq(catalog_form_by_code(catalog, "PRIMARY_MONTH")->id, 2);
	cr_expect_eq(catalog_form_by_code(catalog, "INSTITUTION_YEAR")->id, 3);
	cr_expect_eq(catalog_form_by_code(catalog, "POPULATION_YEAR")->carry_months, 24);
	cr_expect_eq(catalog_check_successor(catalog, catalog), 0, "%s", err_text());
}
