/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * libfyaml gives every node its place in the file, so a wrong value is reported where it stands.
 * The target is filled with the defaults first and is only to be trusted after 0. */
#include "base/conf.h"

#include <errno.h>
#include <inttypes.h>
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct faults {
	const char *path;
	char text[900];
	size_t used;
};

static void fault(struct faults *faults, struct fy_node *node, const char *why, const char *what)
{
	struct fy_token *token = node ? fy_node_get_scalar_token(node) : NULL;
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	int n = snprintf(faults->text + faults->used, sizeof(faults->text) - faults->used,
		"%s%s:%d:%d: %s '%s'", faults->used ? "\n" : "", faults->path,
		mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1, why, what);

	if (n > 0 && faults->used + (size_t)n < sizeof(faults->text))
		faults->used += (size_t)n;
}

static const char *scalar(struct fy_node *node, char *ret, size_t size)
{
	size_t len = 0;
	const char *text = fy_node_get_scalar(node, &len);

	if (!text || len >= size)
		return NULL;
	memcpy(ret, text, len);
	ret[len] = '\0';
	return ret;
}

static bool number_parse(const char *text, uint64_t *ret_value)
{
	char *end;

	errno = 0;
	if (text[0] < '0' || text[0] > '9')
		return false;
	*ret_value = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static void number_fault(
	const struct conf_setting *setting, struct fy_node *key, struct faults *faults)
{
	char why[100];

	if (setting->max)
		snprintf(why, sizeof(why), "not a whole number from %" PRIu64 " to %" PRIu64 ":",
			setting->min, setting->max);
	else
		snprintf(why, sizeof(why), "not a whole number of at least %" PRIu64 ":",
			setting->min);
	fault(faults, key, why, setting->key);
}

/* Faults are reported at the key: a value that is no scalar has no single place. */
static void setting_take(const struct conf_setting *setting, struct fy_node_pair *pair,
	void *target, struct faults *faults)
{
	struct fy_node *key = fy_node_pair_key(pair), *value = fy_node_pair_value(pair);
	uint8_t *field = (uint8_t *)target + setting->offset;
	char text[1024];
	uint64_t number;

	if (!scalar(value, text, sizeof(text))) {
		fault(faults, key, "not a single value:", setting->key);
	} else if (setting->type == CONF_TYPE_STRING) {
		if (strlen(text) >= setting->size)
			fault(faults, key, "too long:", setting->key);
		else
			memcpy(field, text, strlen(text) + 1);
	} else if (setting->type == CONF_TYPE_BOOL) {
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			fault(faults, key, "neither true nor false:", setting->key);
		else
			*(bool *)(void *)field = text[0] == 't';
	} else if (!number_parse(text, &number) || number < setting->min ||
		   (setting->max && number > setting->max)) {
		number_fault(setting, key, faults);
	} else {
		memcpy(field, &number, sizeof(number));
	}
}

static void defaults(const struct conf_setting *settings, size_t count, void *target)
{
	for (size_t i = 0; i < count; i++) {
		const struct conf_setting *setting = &settings[i];
		uint8_t *field = (uint8_t *)target + setting->offset;

		if (setting->type == CONF_TYPE_STRING)
			snprintf((char *)field, setting->size, "%s",
				setting->otherwise_string ? setting->otherwise_string : "");
		else if (setting->type == CONF_TYPE_BOOL)
			*(bool *)(void *)field = setting->otherwise != 0;
		else
			memcpy(field, &setting->otherwise, sizeof(setting->otherwise));
	}
}

static void pairs_take(struct fy_node *root, const struct conf_setting *settings, size_t count,
	void *target, struct fy_node **seen, struct faults *faults)
{
	struct fy_node_pair *pair;
	void *step = NULL;
	char key[128];

	while ((pair = fy_node_mapping_iterate(root, &step))) {
		struct fy_node *node = fy_node_pair_key(pair);
		size_t i;

		if (!scalar(node, key, sizeof(key)))
			snprintf(key, sizeof(key), "?");
		for (i = 0; i < count && strcmp(settings[i].key, key) != 0; i++)
			;
		if (i == count) {
			fault(faults, node, "unknown setting", key);
		} else if (seen[i]) {
			fault(faults, node, "setting written twice", key);
		} else {
			seen[i] = node;
			setting_take(&settings[i], pair, target, faults);
		}
	}
}

AUTO_DEFINE(fy_document_destroy, struct fy_document *);
AUTO_DEFINE(fy_diag_destroy, struct fy_diag *);

/* libfyaml would print its complaints; they are collected instead, and the first is told. */
static void complaint_drop(struct fy_diag *diag, void *user, const char *text, size_t len)
{
	(void)diag, (void)user, (void)text, (void)len;
}

static struct fy_diag *diag_new(void)
{
	struct fy_diag_cfg silent;
	struct fy_diag *diag;

	fy_diag_cfg_default(&silent);
	silent.fp = NULL;
	silent.output_fn = complaint_drop;
	diag = fy_diag_create(&silent);
	if (diag)
		fy_diag_set_collect_errors(diag, true);
	return diag;
}

static int syntax_fault(const char *path, struct fy_diag *diag)
{
	void *step = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &step);

	if (!error)
		return err_here(ERR_INVALID, "%s:1:1: not a YAML mapping of settings", path);
	return err_here(ERR_INVALID, "%s:%d:%d: %s", path, error->line, error->column, error->msg);
}

static void rules_ask(const struct conf_setting *settings, struct fy_node *const *seen,
	const struct conf_rule *rules, size_t count, const void *target, struct faults *faults)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;

		while (strcmp(settings[at].key, rules[i].key) != 0)
			at++; /* a rule names a setting of the table */
		if (rules[i].broken(target))
			fault(faults, seen[at], rules[i].why, rules[i].key);
	}
}

int conf_load(const char *path, const struct conf_setting *settings, size_t count, void *target)
{
	return err_pass(conf_load_ruled(path, settings, count, NULL, 0, target));
}

int conf_load_ruled(const char *path, const struct conf_setting *settings, size_t count,
	const struct conf_rule *rules, size_t rule_count, void *target)
{
	AUTO(fy_diag_destroy) struct fy_diag *diag = diag_new();
	const struct fy_parse_cfg quiet = { .flags = FYPCF_QUIET | FYPCF_ALLOW_DUPLICATE_KEYS,
		.diag = diag };
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(fy_document_destroy) struct fy_document *document = NULL;
	struct faults faults = { .path = path };
	struct fy_node *root;
	struct fy_node *seen[64] = { NULL };
	int r = buffer_read_file(&text, path, 65536);

	ensure(count <= array_len(seen));
	if (r < 0)
		return err_pass(r);
	if (!diag)
		return err_here(ERR_NOMEM, "cannot start the YAML parser");
	defaults(settings, count, target);
	document = fy_document_build_from_string(&quiet, (const char *)text.data, text.len);
	root = document ? fy_document_root(document) : NULL;
	if (!root || !fy_node_is_mapping(root))
		return err_pass(syntax_fault(path, diag));
	pairs_take(root, settings, count, target, seen, &faults);
	for (size_t i = 0; i < count; i++) {
		if (settings[i].type == CONF_TYPE_STRING && !settings[i].otherwise_string &&
			!seen[i])
			fault(&faults, NULL, "setting missing:", settings[i].key);
	}
	if (faults.used == 0)
		rules_ask(settings, seen, rules, rule_count, target, &faults);
	if (faults.used > 0)
		return err_here(ERR_INVALID, "%s", faults.text);
	return 0;
}

void conf_print(const struct conf_setting *setting, const void *target, char ret[CONF_TEXT_BYTES])
{
	const uint8_t *field = (const uint8_t *)target + setting->offset;
	uint64_t number;

	if (setting->type == CONF_TYPE_STRING) {
		snprintf(ret, CONF_TEXT_BYTES, "%s", (const char *)field);
	} else if (setting->type == CONF_TYPE_BOOL) {
		snprintf(ret, CONF_TEXT_BYTES, "%s",
			*(const bool *)(const void *)field ? "true" : "false");
	} else {
		memcpy(&number, field, sizeof(number));
		snprintf(ret, CONF_TEXT_BYTES, "%llu", (unsigned long long)number);
	}
}

static size_t field_size(const struct conf_setting *setting)
{
	return setting->type == CONF_TYPE_STRING ? setting->size
	       : setting->type == CONF_TYPE_BOOL ? sizeof(bool)
						 : sizeof(uint64_t);
}

static bool field_same(const struct conf_setting *setting, const uint8_t *a, const uint8_t *b)
{
	if (setting->type == CONF_TYPE_STRING)
		return strcmp((const char *)a, (const char *)b) == 0;
	return memcmp(a, b, field_size(setting)) == 0;
}

int conf_reload(const char *path, const struct conf_setting *settings, size_t count,
	const struct conf_rule *rules, size_t rule_count, void *target, size_t size,
	struct buffer *ret_changed, struct buffer *ret_restart)
{
	uint8_t *fresh = calloc(1, size);
	int r = fresh ? conf_load_ruled(path, settings, count, rules, rule_count, fresh)
		      : err_here(ERR_NOMEM, "cannot hold the settings");

	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct conf_setting *setting = &settings[i];
		uint8_t *field = (uint8_t *)target + setting->offset;

		if (field_same(setting, field, fresh + setting->offset))
			continue;
		r = buffer_format(setting->live ? ret_changed : ret_restart, "%s\n", setting->key);
		if (r == 0 && setting->live)
			memcpy(field, fresh + setting->offset, field_size(setting));
	}
	free(fresh);
	return err_pass(r);
}
