/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * parse → load → check → run. A fault of the configuration is printed whole, because it may be many
 * lines; what happens later is a log event. */
#include "base/daemon.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>

#include "base/err.h"
#include "base/log.h"

struct options {
	const char *config, *extra;
	bool check;
};

enum { OPTIONS_SHOWN = 1, OPTIONS_WRONG = 2, CLI_OPTIONS = 5 };

/* In the order of the help; the daemon's own comes last. */
static const struct cli_option common[CLI_OPTIONS] = {
	{ "config", 'c', "FILE", "settings (YAML)", NULL },
	{ "check", 0, NULL, "check the settings and what they name, then end", NULL },
	{ "version", 0, NULL, "print the version", NULL },
	{ "help", 'h', NULL, "print this", NULL },
};

static size_t options_of(
	const struct daemon_program *program, struct cli_option ret_options[CLI_OPTIONS])
{
	memcpy(ret_options, common, sizeof(common));
	ret_options[CLI_OPTIONS - 1] = program->extra;
	return program->extra.name ? CLI_OPTIONS : CLI_OPTIONS - 1;
}

static void usage_print(const struct daemon_program *program, FILE *out)
{
	struct cli_option options[CLI_OPTIONS];
	size_t count = options_of(program, options);

	fprintf(out, "usage: %s --config FILE [--check]", program->name);
	if (program->extra.name)
		fprintf(out, " [--%s %s]", program->extra.name, program->extra.value);
	fprintf(out, "\n\n%s\n\n", program->about);
	for (size_t i = 0; i < count; i++) {
		char head[64];

		snprintf(head, sizeof(head), "--%s %s", options[i].name,
			options[i].value ? options[i].value : "");
		fprintf(out, "  %-24s %s\n", head, options[i].text);
	}
}

/* The daemon's manual pages, for the build. */
static bool manual_asked(const struct daemon_program *program, int argc, char **argv)
{
	static const struct cli_term exits[] = {
		{ "0", "a clean stop" },
		{ "64", "wrong options" },
		{ "74", "disk, network or memory; what was being flushed got no answer, and the "
			"next start finds out what is there: start it again" },
		{ "78", "settings, or what they name: a person is needed" },
		{ 0 },
	};
	struct cli_option options[CLI_OPTIONS];
	char file[64], about[96], hup[256];
	const struct cli_term signals[] = {
		{ "SIGTERM, SIGINT",
			"ends it; what was decided is flushed and answered, the rest is "
			"offered again by its senders" },
		{ "SIGHUP", hup },
		{ 0 },
	};
	const struct cli cli = { .name = program->name,
		.section = 8,
		.about = program->about,
		.description = program->description,
		.option = options,
		.options = options_of(program, options),
		.exit = exits,
		.file = program->files,
		.signal = signals,
		.see = "huibaoctl(1), huibao-journal(8), ingestd(8), aggregator(8), "
		       "ingestd.yaml(5), aggregator.yaml(5)",
		.settings_name = file,
		.settings_about = about,
		.setting = program->settings,
		.settings = program->settings_count };

	snprintf(file, sizeof(file), "%s.yaml", program->name);
	snprintf(about, sizeof(about), "settings of the daemon %s", program->name);
	snprintf(hup, sizeof(hup),
		"reads the settings again and says in the log what has changed%s%s",
		program->reload ? "; " : "", program->reload ? program->reload : "");
	return cli_asked(&cli, argc, (const char *const *)argv, stdout);
}

static int options_parse(
	const struct daemon_program *program, int argc, char **argv, struct options *options)
{
	const struct option table[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ program->extra.name, required_argument, NULL, 'x' }, /* NULL ends it here */
		{ NULL, 0, NULL, 0 },
	};
	int option;

	if (manual_asked(program, argc, argv))
		return OPTIONS_SHOWN;
	while ((option = getopt_long(argc, argv, "c:h", table, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->config = optarg;
			break;
		case 'k':
			options->check = true;
			break;
		case 'x':
			options->extra = optarg;
			break;
		case 'V':
			printf("%s " HUIBAO_VERSION "\n", program->name);
			return OPTIONS_SHOWN;
		case 'h':
			usage_print(program, stdout);
			return OPTIONS_SHOWN;
		default:
			return OPTIONS_WRONG;
		}
	}
	return options->config && optind == argc ? 0 : OPTIONS_WRONG;
}

static int complain(const struct daemon_program *program, int code)
{
	fprintf(stderr, "<3>%s: %s\n", program->name, err_text());
	log_error("ends", kv_str("program", program->name), kv_str("trace", err_trace()));
	return code;
}

/* Everything that may be gone by the next try is 74, also ERR_CONFLICT: another process holds the
 * journal or the address for now. */
static int exit_code(const struct daemon_program *program, int r)
{
	switch (r) {
	case 0:
		return EXIT_SUCCESS;
	case ERR_INVALID:
	case ERR_DENIED:
	case ERR_NOT_FOUND:
		return complain(program, EX_CONFIG);
	default:
		return complain(program, EX_IOERR);
	}
}

/* An event for each line of text; one that is cut is still its own event. */
static void lines_log(enum log_level level, const char *event, const char *key, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char line[512];

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		log_at((int)level, event, kv_str(key, line));
		text += len + (text[len] == '\n');
	}
}

static const char *text_of(struct buffer *buffer)
{
	return buffer_add(buffer, bytes_of("", 1)) == 0 ? (const char *)buffer->data : "";
}

void daemon_reload(const char *config, const struct conf_setting *settings, size_t count,
	const struct conf_rule *rules, size_t rules_count, void *target, size_t size)
{
	AUTO(buffer_fini) struct buffer changed = { 0 };
	AUTO(buffer_fini) struct buffer restart = { 0 };

	if (conf_reload(config, settings, count, rules, rules_count, target, size, &changed,
		    &restart) < 0) {
		lines_log(LOG_LEVEL_ERROR, "settings not reloaded; the old ones stay", "fault",
			err_text());
		return;
	}
	lines_log(LOG_LEVEL_NOTICE, "setting changed", "setting", text_of(&changed));
	lines_log(LOG_LEVEL_WARNING, "setting changes with a restart only", "setting",
		text_of(&restart));
}

int daemon_main(const struct daemon_program *program, int argc, char **argv)
{
	struct options options = { 0 };
	int r = options_parse(program, argc, argv, &options);

	if (r == OPTIONS_SHOWN)
		return EXIT_SUCCESS;
	if (r != 0) {
		usage_print(program, stderr);
		return EX_USAGE;
	}
	/* The secret key is in memory from here on: no core file, and no debugger but root's. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return complain(program, EX_IOERR);
	r = conf_load_ruled(options.config, program->settings, program->settings_count,
		program->rules, program->rules_count, program->target);
	if (r < 0)
		return complain(program, EX_CONFIG);
	if (options.check)
		return program->check(program->target) < 0 ? complain(program, EX_CONFIG)
							   : EXIT_SUCCESS;
	return exit_code(program, program->run(program->target, options.config, options.extra));
}
