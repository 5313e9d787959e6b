/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Manual pages in the macros man(7), of which this needs five. */
#include "base/cli.h"

#include <ctype.h>
#include <string.h>

/* What troff would take for its own is escaped; a newline ends a paragraph. */
static void text_print(const char *text, FILE *out)
{
	bool line_begins = true;

	for (; *text; text++) {
		if (*text == '\n') {
			fputs(text[1] ? "\n.PP\n" : "", out);
			line_begins = true;
			continue;
		}
		if (line_begins && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
		line_begins = false;
	}
	fputc('\n', out);
}

static void upper_print(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc(toupper((unsigned char)*text), out);
}

static void head_print(
	const char *name, int section, const char *about, const char *manual, FILE *out)
{
	fputs(".\\\" Printed by the program itself from its own tables.\n.TH ", out);
	upper_print(name, out);
	fprintf(out, " %d \"%s\" \"Huibao %s\" \"%s\"\n.SH NAME\n", section, HUIBAO_DATE,
		HUIBAO_VERSION, manual);
	text_print(name, out);
	fputs("\\- ", out);
	text_print(about, out);
}

/* "[--area CODE]", the name in bold and the value in italics. */
static void option_print(const struct cli_option *option, bool needed, FILE *out)
{
	fputs(needed ? "" : "[", out);
	fputs("\\fB\\-\\-", out);
	for (const char *c = option->name; *c; c++)
		fprintf(out, *c == '-' ? "\\-" : "%c", *c);
	fputs("\\fR", out);
	if (option->value)
		fprintf(out, " \\fI%s\\fR", option->value);
	fputs(needed ? "" : "]", out);
}

static void command_print(const struct cli_command *command, FILE *out)
{
	fprintf(out, ".TP\n\\fB%s\\fR", command->words);
	if (command->behind[0])
		fprintf(out, " \\fI%s\\fR", command->behind);
	for (size_t i = 0; i < command->options; i++) {
		fputc(' ', out);
		option_print(&command->option[i], command->needed[i], out);
	}
	fputc('\n', out);
	text_print(command->text, out);
}

static void option_item(const struct cli_option *option, FILE *out)
{
	fputs(".TP\n", out);
	if (option->letter)
		fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
	option_print(option, true, out);
	fputc('\n', out);
	text_print(option->text, out);
}

static bool option_known(const struct cli_option *const *seen, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(seen[i]->name, name) == 0)
			return true;
	}
	return false;
}

enum { SEEN_MAX = 128 };

/* Every option of some command once; how many. */
static size_t options_gather(const struct cli *cli, const struct cli_option *seen[SEEN_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < cli->commands; i++) {
		for (size_t k = 0; k < cli->command[i].options && count < SEEN_MAX; k++) {
			const struct cli_option *option = &cli->command[i].option[k];

			if (!option_known(seen, count, option->name))
				seen[count++] = option;
		}
	}
	return count;
}

static void terms_print(const char *title, const struct cli_term *term, FILE *out)
{
	if (!term)
		return;
	fprintf(out, ".SH %s\n", title);
	for (; term->term; term++) {
		fputs(".TP\n", out);
		text_print(term->term, out);
		text_print(term->text, out);
	}
}

static void synopsis_print(const struct cli *cli, FILE *out)
{
	fprintf(out, ".SH SYNOPSIS\n\\fB");
	for (const char *c = cli->name; *c; c++)
		fprintf(out, *c == '-' ? "\\-" : "%c", *c);
	fputs("\\fR", out);
	if (cli->commands)
		fputs(" \\fICOMMAND\\fR [\\fIOPTION\\fR ...]", out);
	for (size_t i = 0; i < cli->options && !cli->commands; i++) {
		fputc(' ', out);
		option_print(&cli->option[i], strcmp(cli->option[i].name, "config") == 0, out);
	}
	fputc('\n', out);
}

void cli_manual(const struct cli *cli, FILE *out)
{
	const struct cli_option *seen[SEEN_MAX];
	size_t count = options_gather(cli, seen);

	head_print(cli->name, cli->section, cli->about,
		cli->section == 8 ? "System Administration" : "User Commands", out);
	synopsis_print(cli, out);
	fputs(".SH DESCRIPTION\n", out);
	text_print(cli->description, out);
	if (cli->commands) {
		fputs(".SH COMMANDS\n", out);
		for (size_t i = 0; i < cli->commands; i++)
			command_print(&cli->command[i], out);
	}
	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < cli->options; i++)
		option_item(&cli->option[i], out);
	for (size_t i = 0; i < count; i++)
		option_item(seen[i], out);
	terms_print("FILES", cli->file, out);
	terms_print("SIGNALS", cli->signal, out);
	terms_print("EXIT STATUS", cli->exit, out);
	fputs(".SH SEE ALSO\n", out);
	text_print(cli->see, out);
}

static void range_print(const struct conf_setting *setting, FILE *out)
{
	if (setting->type == CONF_TYPE_STRING) {
		if (!setting->otherwise_string)
			fputs("Must be written.\n", out);
		else if (setting->otherwise_string[0])
			fprintf(out, "Default: %s.\n", setting->otherwise_string);
		return;
	}
	if (setting->type == CONF_TYPE_BOOL) {
		fprintf(out, "true or false; default: %s.\n",
			setting->otherwise ? "true" : "false");
		return;
	}
	fprintf(out, "A number from %llu", (unsigned long long)setting->min);
	if (setting->max)
		fprintf(out, " to %llu", (unsigned long long)setting->max);
	fprintf(out, "; default: %llu.\n", (unsigned long long)setting->otherwise);
}

void cli_settings_manual(const struct cli *cli, FILE *out)
{
	bool live = false;

	head_print(cli->settings_name, 5, cli->settings_about, "File Formats", out);
	fputs(".SH DESCRIPTION\n", out);
	fputs("One flat YAML mapping.\nAn unknown or repeated key, a wrong type and a value out of "
	      "range are errors, each told with file, line and column.\n",
		out);
	for (size_t i = 0; i < cli->settings; i++)
		live |= cli->setting[i].live;
	if (live)
		fputs("SIGHUP reads the file again; the settings marked \\(lqlive\\(rq change at "
		      "once, the others with the next start.\n",
			out);
	fputs(".SH SETTINGS\n", out);
	for (size_t i = 0; i < cli->settings; i++) {
		const struct conf_setting *setting = &cli->setting[i];

		fputs(".TP\n\\fB", out);
		for (const char *c = setting->key; *c; c++)
			fprintf(out, *c == '-' ? "\\-" : "%c", *c);
		fprintf(out, "\\fR%s\n", setting->live ? " (live)" : "");
		if (setting->help)
			text_print(setting->help, out);
		if (setting->help)
			fputs(".br\n", out);
		range_print(setting, out);
	}
	fprintf(out, ".SH SEE ALSO\n");
	text_print(cli->see, out);
}

/* " --journal DIR [--from N]" */
static void usage_options(const struct cli_command *command, FILE *out)
{
	for (size_t i = 0; i < command->options; i++) {
		const struct cli_option *option = &command->option[i];
		bool needed = command->needed[i];

		fprintf(out, " %s--%s%s%s%s", needed ? "" : "[", option->name,
			option->value ? " " : "", option->value ? option->value : "",
			needed ? "" : "]");
	}
}

static void usage_option(const struct cli_option *option, FILE *out)
{
	char head[64];

	snprintf(head, sizeof(head), "--%s %s", option->name, option->value ? option->value : "");
	fprintf(out, "  %-22s %s\n", head, option->text);
}

void cli_usage(const struct cli *cli, FILE *out)
{
	const struct cli_option *seen[SEEN_MAX];
	size_t count = options_gather(cli, seen);

	for (size_t i = 0; i < cli->commands; i++) {
		const struct cli_command *command = &cli->command[i];

		fprintf(out, "%s %s%s%s", cli->name, command->words, command->behind[0] ? " " : "",
			command->behind);
		usage_options(command, out);
		fprintf(out, "\n        %s\n", command->text);
	}
	fputc('\n', out);
	for (size_t i = 0; i < count; i++)
		usage_option(seen[i], out);
	for (size_t i = 0; i < cli->options; i++)
		usage_option(&cli->option[i], out);
	for (const struct cli_term *exit = cli->exit; exit->term; exit++)
		fprintf(out, "%s%s %s%s", exit == cli->exit ? "\nExit: " : ", ", exit->term,
			exit->text, exit[1].term ? "" : "\n");
}

bool cli_asked(const struct cli *cli, int argc, const char *const *argv, FILE *out)
{
	if (argc != 2)
		return false;
	if (strcmp(argv[1], "--manual") == 0)
		cli_manual(cli, out);
	else if (strcmp(argv[1], "--manual-settings") == 0 && cli->settings_name)
		cli_settings_manual(cli, out);
	else if (strcmp(argv[1], "--completion") == 0)
		cli_completion(cli, out);
	else
		return false;
	return true;
}
