/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A held report on one page for whoever decides: who sent what, what was found in sentences, the
 * figures that the findings name beside those of the past, and what can be done next. Programs get
 * the rows as they come. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/print_parts.h"
#include "admin/words.h"
#include "base/err.h"
#include "client/finding.h"
#include "model/decimal.h"
#include "model/rule.h"

struct page {
	struct session *session;
	const struct catalog *catalog;
	const struct grid *held; /* one row per finding */
	bool chinese;
	struct buffer *out;
};

static const char *word(const struct page *page, const char *name)
{
	const char *text = grid_named(page->held, 0, name);

	return text ? text : "-";
}

/* "name_zh" and "name_en" are one column to the reader. */
static const char *named(const struct page *page, const char *zh, const char *en)
{
	const char *english = grid_named(page->held, 0, en);

	return page->chinese || !english || !english[0] ? word(page, zh) : english;
}

static int line_add(const struct page *page, const char *zh, const char *en, const char *text)
{
	return err_pass(buffer_format(page->out, "%s%s\n", page->chinese ? zh : en, text));
}

static int decided_add(const struct page *page)
{
	const char *reason = grid_named(page->held, 0, "reason"),
		   *note = grid_named(page->held, 0, "note");
	int r;

	if (!grid_named(page->held, 0, "decided"))
		return 0;
	r = buffer_format(page->out, page->chinese ? "决定：序号 %s" : "decided: sequence %s",
		word(page, "decided"));
	if (r == 0 && reason)
		r = buffer_format(page->out, page->chinese ? "，理由 %s" : ", reason %s", reason);
	if (r == 0 && note && note[0])
		r = buffer_format(page->out, page->chinese ? "，%s" : ", %s", note);
	return r < 0 ? err_pass(r) : err_pass(buffer_add(page->out, bytes_str("\n")));
}

/* Who, what, when, and what it would replace. */
static int head_add(const struct page *page)
{
	int r;

	r = buffer_format(page->out, page->chinese ? "%s  %s（%s %s）\n" : "%s  %s (%s %s)\n",
		word(page, "facility"), word(page, "facility_name"), word(page, "area"),
		word(page, "area_name"));
	if (r == 0)
		r = buffer_format(page->out,
			page->chinese ? "%s  %s  %s  修订号 %s\n" : "%s  %s  %s  revision %s\n",
			word(page, "form"), named(page, "form_zh", "form_en"), word(page, "period"),
			word(page, "revision"));
	if (r == 0)
		r = buffer_format(page->out,
			page->chinese ? "序号 %s，%s 收到，报送密钥 %s\n"
				      : "sequence %s, received %s from key %s\n",
			word(page, "sequence"), word(page, "received"), word(page, "who"));
	if (r == 0)
		r = line_add(page, "状态：",
			"state: ", words_value("state", word(page, "state"), page->chinese));
	if (r == 0)
		r = decided_add(page);
	if (r == 0 && strcmp(word(page, "withdrawal"), "true") == 0)
		r = line_add(page, "这是一份撤回：接受后，本报告期没有报告",
			"this is a withdrawal: accepted, it leaves the period without a report",
			"");
	if (r == 0 && grid_named(page->held, 0, "in_force"))
		r = buffer_format(page->out,
			page->chinese ? "现行：序号 %s，修订号 %s\n"
				      : "in force: sequence %s, revision %s\n",
			word(page, "in_force"), word(page, "in_force_revision"));
	else if (r == 0)
		r = line_add(page, "现行：无", "in force: nothing", "");
	return err_pass(r);
}

static enum finding_code code_of(const char *name)
{
	for (int code = 1; name && code <= FINDING_CODE_MAX; code++) {
		if (strcmp(finding_name((enum finding_code)code), name) == 0)
			return (enum finding_code)code;
	}
	return 0;
}

/* A figure as printed, back at the element's scale; 0 where there is none. ERR_CORRUPT: it has more
 * decimals than the element. */
static int figure_of(const char *text, uint8_t scale, int64_t *ret_figure)
{
	int64_t figure = 0;
	uint8_t decimals = 0;

	*ret_figure = 0;
	if (!text || !text[0])
		return 0;
	if (decimal_read(text, &figure, &decimals) < 0 || decimals > scale)
		return err_here(
			ERR_CORRUPT, "aggregator: '%.40s' is no figure of its element", text);
	for (; decimals < scale; decimals++)
		figure *= 10;
	*ret_figure = figure;
	return 0;
}

/* What the row says, as the struct that both sides of the wire know. */
static int finding_read(const struct page *page, size_t row, struct finding *ret_finding)
{
	const char *code = grid_named(page->held, row, "element"),
		   *rule = grid_named(page->held, row, "rule");
	const char *other = grid_named(page->held, row, "other");
	const char *explained = grid_named(page->held, row, "explained");
	const struct element *element = code ? catalog_element_by_code(page->catalog, code) : NULL;
	const struct element *second = other ? catalog_element_by_code(page->catalog, other) : NULL;
	const struct reason *reason =
		explained ? catalog_reason_by_code(page->catalog, explained) : NULL;
	const char *proposed = grid_named(page->held, row, "proposed");
	const char *period = grid_named(page->held, row, "other_period");
	uint8_t scale = element ? element->scale : 0;
	int r;

	*ret_finding = (struct finding){ .code = code_of(grid_named(page->held, row, "finding")),
		/* How a sender could explain it is no advice to the bureau. */
		.severity = SEVERITY_FOLLOW,
		.element = element ? element->id : 0,
		.other = second ? second->id : 0,
		.reason = reason ? reason->id : 0,
		.has_proposed = proposed != NULL };
	snprintf(ret_finding->rule, sizeof(ret_finding->rule), "%s", rule ? rule : "");
	if (period && period_parse(period, &ret_finding->period) < 0)
		return err_here(ERR_CORRUPT, "aggregator: '%.40s' is no period", period);
	if ((r = figure_of(grid_named(page->held, row, "found"), scale, &ret_finding->found)) < 0 ||
		(r = figure_of(grid_named(page->held, row, "limit"), scale, &ret_finding->limit)) <
			0)
		return err_pass(r);
	return err_pass(figure_of(proposed, scale, &ret_finding->proposed));
}

/* "1. INCOME (总收入): …; …" */
static int finding_add(const struct page *page, size_t row)
{
	AUTO(buffer_fini) struct buffer fix = { 0 };
	const char *explained = grid_named(page->held, row, "explained");
	struct finding finding;
	int r = finding_read(page, row, &finding);

	if (r == 0)
		r = buffer_format(page->out, "%3zu. ", row + 1);
	if (r == 0 && finding.element)
		r = finding_element(page->catalog, finding.element, page->chinese, page->out);
	if (r == 0 && finding.element)
		r = buffer_add(page->out, bytes_str(page->chinese ? "：" : ": "));
	if (r == 0)
		r = finding_words(page->catalog, &finding, page->chinese, page->out, &fix);
	/* A lock or another's report is for the bureau to decide: the rest speaks to the sender. */
	if (r == 0 && fix.len > 0 && finding_explainable(finding.code))
		r = buffer_format(page->out, "\n     %.*s", (int)fix.len, (const char *)fix.data);
	if (r == 0 && explained)
		r = buffer_format(page->out,
			page->chinese ? "\n     填报单位的理由：%s"
				      : "\n     the sender explains: %s",
			explained);
	return r < 0 ? err_pass(r) : err_pass(buffer_add(page->out, bytes_str("\n")));
}

static int findings_add_all(const struct page *page)
{
	int r = line_add(page, "\n问题", "\nwhat was found", "");

	for (size_t row = 0; r == 0 && row < grid_rows(page->held); row++)
		r = finding_add(page, row);
	return err_pass(r);
}

/* Whether a finding names the element. */
static bool element_named(const struct grid *held, const char *element)
{
	for (size_t row = 0; element && row < grid_rows(held); row++) {
		const char *first = grid_named(held, row, "element"),
			   *second = grid_named(held, row, "other");

		if ((first && strcmp(first, element) == 0) ||
			(second && strcmp(second, element) == 0))
			return true;
	}
	return false;
}

/* The rows of the values whose elements are named. */
static int values_chosen(const struct page *page, const struct grid *values, struct grid *chosen)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < values->columns; i++)
		r = grid_column(chosen, values->column[i].name, values->column[i].type);
	for (size_t row = 0; r == 0 && row < grid_rows(values); row++) {
		if (!element_named(page->held, grid_named(values, row, "element")))
			continue;
		for (size_t i = 0; r == 0 && i < values->columns; i++)
			r = grid_text(chosen, grid_cell(values, row, i));
	}
	return err_pass(r);
}

static int values_add(const struct page *page)
{
	AUTO(grid_fini) struct grid values = { 0 };
	AUTO(grid_fini) struct grid chosen = { 0 };
	struct print_style style = session_style(page->session);
	const struct argument argument = { bytes_str("sequence"),
		bytes_str(session_argument(page->session, "sequence")) };
	int r = session_ask(page->session, SERVER_AGGREGATOR, "held values", &argument, 1, &values);

	if (r < 0 || (r = values_chosen(page, &values, &chosen)) < 0)
		return err_pass(r);
	if (grid_rows(&chosen) == 0)
		return 0;
	style.columns = NULL;
	style.usual = "element,name_zh,value,absent,in_force,before,year_ago,unit_zh";
	style.upright = style.spark = false;
	r = line_add(page, "\n数值", "\nfigures", "");
	return r < 0 ? err_pass(r) : err_pass(people_print(&style, &chosen, page->out));
}

static int next_add(const struct page *page)
{
	const char *sequence = word(page, "sequence");
	bool waits = strcmp(word(page, "state"), "waiting") == 0;
	int r;

	r = buffer_format(page->out,
		page->chinese ? "\n全部数值：        huibaoctl held values %s\n"
			      : "\nevery value:       huibaoctl held values %s\n",
		sequence);
	if (r == 0 && waits)
		r = buffer_format(page->out,
			page->chinese
				? "接受后会变什么：  huibaoctl held impact %s\n"
				  "决定：            huibaoctl held accept %s\n"
				  "                  huibaoctl held return %s --reason CODE\n"
				: "what would change: huibaoctl held impact %s\n"
				  "decide:            huibaoctl held accept %s\n"
				  "                   huibaoctl held return %s --reason CODE\n",
			sequence, sequence, sequence);
	return err_pass(r);
}

static int page_print(struct session *session, const struct grid *held)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct page page = {
		.session = session, .held = held, .chinese = session->options->chinese, .out = &out
	};
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0)
		return err_pass(r);
	page.catalog = catalog;
	if ((r = head_add(&page)) < 0 || (r = findings_add_all(&page)) < 0 ||
		(r = values_add(&page)) < 0 || (r = next_add(&page)) < 0)
		return err_pass(r);
	return err_pass(session_write(session, &out));
}

int held_show_run(struct session *session)
{
	AUTO(grid_fini) struct grid held = { 0 };
	int r = question_ask(session, &held);

	if (r < 0)
		return err_pass(r);
	if (session->options->format == PRINT_TABLE && !session->options->columns &&
		grid_rows(&held) > 0)
		return err_pass(page_print(session, &held));
	return err_pass(session_print(session, &held));
}
