/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Help, laid out by what a terminal shows, in both languages: popt pads by characters, which leaves
 * Chinese lines crooked. Usage lines and lists come from the table of commands. */
#include "admin/command.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

const struct option_text *parameter_text(const struct parameter *parameter)
{
	return parameter->text ? parameter->text : option_text(parameter->name);
}

/* "indicator show INDICATOR --area CODE --period P [--window W] [--by area]" */
static int usage_add(const struct verb *verb, struct buffer *out)
{
	int r = buffer_format(out, "%s", verb->words);

	for (const struct parameter *at = verb->parameter; r == 0 && at->name; at++) {
		if (at->sort == PARAMETER_WORD) {
			r = buffer_add(out, bytes_str(at->needed ? " " : " ["));
			for (const char *c = at->name; r == 0 && *c; c++)
				r = buffer_format(out, "%c", *c - 'a' + 'A');
			if (r == 0 && !at->needed)
				r = buffer_add(out, bytes_str("]"));
			if (r == 0 && at->many)
				r = buffer_add(out, bytes_str("..."));
			continue;
		}
		if (parameter_text(at)->value)
			r = buffer_format(out, at->needed ? " --%s %s" : " [--%s %s]", at->name,
				parameter_text(at)->value);
		else
			r = buffer_format(out, " [--%s]", at->name);
		if (r == 0 && at->many)
			r = buffer_add(out, bytes_str("..."));
	}
	return err_pass(r);
}

static const struct exit_text {
	const char *code, *zh, *en;
} exits[] = {
	{ "0", "完成", "done" },
	{ "1", "失败", "failed" },
	{ "2", "用法或配置错误", "usage or configuration" },
	{ "3", "检查发现差异或故障", "a check found differences or faults" },
	{ "4", "无权", "not authorised" },
	{ "5", "无法连接", "server not reachable" },
	{ "6", "冲突", "conflict" },
	{ "7", "部分完成", "partly done" },
};

const char *exit_text_at(size_t index, const char **ret_code)
{
	if (index >= array_len(exits))
		return NULL;
	*ret_code = exits[index].code;
	return exits[index].en;
}

static int common_add(bool chinese, struct buffer *out)
{
	const struct common_option *option;
	int r = buffer_add(
		out, bytes_str(chinese ? "\n通用选项：\n" : "\nOptions of every command:\n"));

	for (size_t i = 0; r == 0 && (option = common_option_at(i)); i++) {
		char head[32];

		snprintf(head, sizeof(head), "--%s %s", option->name,
			option->value ? option->value : "");
		if (option->letter)
			r = buffer_format(out, "  -%c, %-19s", option->letter, head);
		else
			r = buffer_format(out, "      %-19s", head);
		if (r == 0)
			r = buffer_format(out, "%s\n", chinese ? option->zh : option->en);
	}
	for (size_t i = 0; r == 0 && i < array_len(exits); i++)
		r = buffer_format(out, "%s%s %s%s",
			i ? (chinese ? "，" : ", ") : (chinese ? "退出码：" : "Exit: "),
			exits[i].code, chinese ? exits[i].zh : exits[i].en,
			i + 1 < array_len(exits) ? "" : "\n");
	return err_pass(r);
}

int command_summary(bool chinese, struct buffer *out)
{
	static const char zh[] =
		"huibaoctl：汇报系统的管理命令\n\n"
		"  huibaoctl status                                   服务是否正常\n"
		"  huibaoctl indicator list                           有哪些指标\n"
		"  huibaoctl indicator show INDICATOR --area CODE --period P\n"
		"  huibaoctl indicator explain ...                    数值由哪些报告构成\n"
		"  huibaoctl plan scorecard PLAN                      规划目标的进展\n"
		"  huibaoctl report show FACILITY FORM PERIOD         一份报告\n\n"
		"例：huibaoctl indicator show VISIT_SHARE_HOSPITAL --area 440507 --period 2015\n"
		"    huibaoctl verify -o json\n"
		"huibaoctl help 列出全部命令；help COMMAND 说明一个命令\n";
	static const char en[] =
		"huibaoctl: the operator's commands of Huibao\n\n"
		"  huibaoctl status                                   are the servers well\n"
		"  huibaoctl indicator list                           which indicators there are\n"
		"  huibaoctl indicator show INDICATOR --area CODE --period P\n"
		"  huibaoctl indicator explain ...                    which reports make up a "
		"figure\n"
		"  huibaoctl plan scorecard PLAN                      where every target "
		"stands\n"
		"  huibaoctl report show FACILITY FORM PERIOD         one report\n\n"
		"Try: huibaoctl indicator show VISIT_SHARE_HOSPITAL --area 440507 --period 2015\n"
		"     huibaoctl verify -o json\n"
		"huibaoctl help lists all commands; help COMMAND explains one\n";

	return err_pass(buffer_add(out, bytes_str(chinese ? zh : en)));
}

int command_help_group(const char *group, bool chinese, struct buffer *out)
{
	const struct verb *verb;
	size_t len = strlen(group);
	int r = 0;

	for (size_t i = 0; r == 0 && (verb = command_at(i)); i++) {
		if (len > 0 && (strncmp(verb->words, group, len) != 0 || verb->words[len] != ' '))
			continue;
		r = buffer_format(out, "  %-20s%s\n", verb->words, chinese ? verb->zh : verb->en);
	}
	return err_pass(r);
}

int command_help_all(bool chinese, struct buffer *out)
{
	int r = buffer_add(out, bytes_str(chinese ? "huibaoctl COMMAND [选项]\n\n命令：\n"
						  : "huibaoctl COMMAND [options]\n\nCommands:\n"));

	if (r == 0)
		r = command_help_group("", chinese, out);
	if (r == 0)
		r = common_add(chinese, out);
	return err_pass(r);
}

int command_help(const struct verb *verb, bool chinese, struct buffer *out)
{
	int r = buffer_add(out, bytes_str("huibaoctl "));

	if (r == 0)
		r = usage_add(verb, out);
	if (r == 0)
		r = buffer_format(out, "\n\n%s\n\n", chinese ? verb->zh : verb->en);
	for (const struct parameter *at = verb->parameter; r == 0 && at->name; at++) {
		const struct option_text *text = parameter_text(at);

		if (r == 0 && at->sort == PARAMETER_OPTION)
			r = buffer_format(out, "  --%-14s%s%s\n", at->name,
				chinese ? text->zh : text->en,
				at->needed ? chinese ? "（必填）" : " (needed)" : "");
	}
	if (r == 0)
		r = common_add(chinese, out);
	return err_pass(r);
}
