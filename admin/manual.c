/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table of commands as base/cli.h wants to have it. Made when the build asks, and never in a
 * run that does something. */
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "base/cli.h"
#include "base/err.h"

enum { COMMANDS_MAX = 160, COMMONS_MAX = 16, EXITS_MAX = 16, BEHIND_BYTES = 96 };

/* For completion: what is one of a few words. */
static const struct {
	const char *option, *choices;
} choices[] = {
	{ "output", "table json csv" },
	{ "lang", "zh en" },
	{ "role", "collector reader data_manager registrar administrator" },
	{ "outcome", "met not_met under_way not_started withdrawn" },
	{ "by", "area" },
	{ "comparator", ">= > <= < about" },
	{ "window", "month quarter half ytd r12m year mch_year r36m plan baseline" },
};

static const char *choices_of(const char *option)
{
	for (size_t i = 0; i < array_len(choices); i++) {
		if (strcmp(choices[i].option, option) == 0)
			return choices[i].choices;
	}
	return NULL;
}

struct pages {
	struct cli_command command[COMMANDS_MAX];
	char behind[COMMANDS_MAX][BEHIND_BYTES];
	struct cli_option common[COMMONS_MAX];
	struct cli_term exit[EXITS_MAX];
};

static void word_add(const struct parameter *parameter, char behind[BEHIND_BYTES])
{
	char word[40];
	size_t len = strlen(behind), used = 0;

	for (const char *c = parameter->name; *c && used + 1 < sizeof(word); c++)
		word[used++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	word[used] = '\0';
	snprintf(behind + len, BEHIND_BYTES - len, "%s%s%s%s%s", len ? " " : "",
		parameter->needed ? "" : "[", word, parameter->many ? " ..." : "",
		parameter->needed ? "" : "]");
}

static void command_fill(
	const struct verb *verb, struct cli_command *command, char behind[BEHIND_BYTES])
{
	*command = (struct cli_command){ .words = verb->words, .behind = behind, .text = verb->en };
	for (const struct parameter *at = verb->parameter; at->name; at++) {
		const struct option_text *text;

		if (at->sort == PARAMETER_WORD) {
			word_add(at, behind);
			continue;
		}
		text = parameter_text(at);
		ensure(command->options < CLI_OPTIONS_MAX);
		command->needed[command->options] = at->needed;
		command->option[command->options++] = (struct cli_option){ .name = at->name,
			.value = text->value,
			.text = text->en,
			.choices = choices_of(at->name) };
	}
}

static void pages_fill(struct pages *pages, struct cli *cli)
{
	const struct common_option *option;
	const struct verb *verb;
	size_t exits = 0;

	while ((verb = command_at(cli->commands))) {
		ensure(cli->commands < COMMANDS_MAX);
		command_fill(verb, &pages->command[cli->commands], pages->behind[cli->commands]);
		cli->commands++;
	}
	while ((option = common_option_at(cli->options))) {
		ensure(cli->options < COMMONS_MAX);
		pages->common[cli->options++] = (struct cli_option){ .name = option->name,
			.letter = option->letter,
			.value = option->value,
			.text = option->en,
			.choices = choices_of(option->name) };
	}
	while ((pages->exit[exits].text = exit_text_at(exits, &pages->exit[exits].term)))
		ensure(++exits < EXITS_MAX);
	cli->command = pages->command;
	cli->option = pages->common;
	cli->exit = pages->exit;
}

bool manual_asked(int argc, const char *const *argv)
{
	static const struct cli_term files[] = {
		{ "~/.config/huibao/client.yaml, /etc/huibao/client.yaml",
			"where the servers are, and which key to use; client.yaml(5)" },
		{ 0 },
	};
	struct pages *pages = calloc(1, sizeof(*pages));
	struct cli cli = { .name = "huibaoctl",
		.section = 1,
		.about = "the operator's commands of Huibao",
		.description =
			"Asks the aggregator about figures, plans and reports, gives ingestd "
			"commands, and looks after both.\n"
			"Every command speaks Chinese where the locale is Chinese, and English "
			"elsewhere. 'huibaoctl help COMMAND' explains one command.",
		.file = files,
		.see = "huibao-collect(1), huibao-journal(8), ingestd(8), aggregator(8), "
		       "client.yaml(5)",
		.settings_name = "client.yaml",
		.settings_about = "settings of huibaoctl and huibao-collect" };
	bool asked;

	ensure(pages);
	cli.setting = client_settings_table(&cli.settings);
	pages_fill(pages, &cli);
	asked = cli_asked(&cli, argc, argv, stdout);
	free(pages);
	return asked;
}
