/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Completion for bash: the tables as two associative arrays, and one function that is the same for
 * every program. It needs nothing but bash. */
#include <string.h>

#include "base/cli.h"

static void options_list(const struct cli_option *option, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s--%s", i ? " " : "", option[i].name);
}

/* What can stand behind the option: "@file", "@dir", choices, or "@any". */
static const char *value_kind(const struct cli_option *option)
{
	if (option->choices)
		return option->choices;
	if (strcmp(option->value, "DIR") == 0)
		return "@dir";
	return strstr(option->value, "FILE") ? "@file" : "@any";
}

static void values_list(const struct cli_option *option, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		if (!option[i].value)
			continue;
		fprintf(out, "\t[--%s]='%s'\n", option[i].name, value_kind(&option[i]));
		if (option[i].letter)
			fprintf(out, "\t[-%c]='%s'\n", option[i].letter, value_kind(&option[i]));
	}
}

/* Whether a path can stand behind the command's words. */
static bool takes_path(const struct cli_command *command)
{
	static const char *const paths[] = { "FILE", "DIR", "COPY", "FOLDER", "OLD", "NEW" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (strstr(command->behind, paths[i]))
			return true;
	}
	return false;
}

/* $1: the command. Words are what is neither an option nor an option's value. The longest command
 * that they begin with is meant; what lacks of a longer one is offered. */
static const char function[] =
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal said='' verb='' i word kind\n"
	"\tCOMPREPLY=()\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif [[ $word == -* ]]; then\n"
	"\t\t\t[[ -n ${values[$word]:-} ]] && ((i++))\n"
	"\t\telse\n"
	"\t\t\tsaid=\"${said:+$said }$word\"\n"
	"\t\t\t[[ -n ${commands[$said]+set} ]] && verb=$said\n"
	"\t\tfi\n"
	"\tdone\n"
	"\tkind=${values[$prev]:-}\n"
	"\tif [[ -n $kind ]]; then\n"
	"\t\tcase $kind in\n"
	"\t\t@file) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
	"\t\t@dir) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
	"\t\t@any) ;;\n"
	"\t\t*) mapfile -t COMPREPLY < <(compgen -W \"$kind\" -- \"$cur\") ;;\n"
	"\t\tesac\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tif [[ $cur == -* ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"${commands[${verb:- }]:-} $common\" -- "
	"\"$cur\")\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tfor word in \"${!commands[@]}\"; do\n"
	"\t\tif [[ -z $said ]]; then\n"
	"\t\t\tword=${word%% *}\n"
	"\t\telif [[ $word == \"$said \"* ]]; then\n"
	"\t\t\tword=${word#\"$said \"}\n"
	"\t\t\tword=${word%% *}\n"
	"\t\telse\n"
	"\t\t\tcontinue\n"
	"\t\tfi\n"
	"\t\t[[ $word == \"$cur\"* && \" ${COMPREPLY[*]:-} \" != *\" $word \"* ]] && "
	"COMPREPLY+=(\"$word\")\n"
	"\tdone\n"
	"\tif [[ ${#COMPREPLY[@]} -eq 0 && -n $verb && -n ${paths[$verb]:-} ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\tfi\n";

void cli_completion(const struct cli *cli, FILE *out)
{
	char name[64];

	snprintf(name, sizeof(name), "%s", cli->name);
	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : *c;
	fprintf(out, "# bash completion for %s; printed by the program itself.\n_%s()\n{\n",
		cli->name, name);
	fputs("\tlocal -A commands=(\n", out);
	for (size_t i = 0; i < cli->commands; i++) {
		fprintf(out, "\t['%s']='", cli->command[i].words);
		options_list(cli->command[i].option, cli->command[i].options, out);
		fputs("'\n", out);
	}
	fputs("\t)\n\tlocal -A paths=(\n", out);
	for (size_t i = 0; i < cli->commands; i++) {
		if (takes_path(&cli->command[i]))
			fprintf(out, "\t['%s']=1\n", cli->command[i].words);
	}
	fputs("\t)\n\tlocal -A values=(\n", out);
	values_list(cli->option, cli->options, out);
	for (size_t i = 0; i < cli->commands; i++)
		values_list(cli->command[i].option, cli->command[i].options, out);
	fputs("\t)\n\tlocal common='", out);
	options_list(cli->option, cli->options, out);
	fprintf(out, "'\n%s}\ncomplete -o filenames -F _%s %s\n", function, name, cli->name);
}
