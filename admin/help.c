/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Help, laid out by what a terminal shows, in both languages: popt pads by characters, which leaves
 * Chinese lines crooked. Usage lines and lists come from the table of commands. */
#include "admin/command.h"

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

static const char common_zh[] =
	"\n通用选项：\n"
	"  -c, --config FILE    客户端配置（默认 "
	"$HUIBAO_CONFIG，~/.config/huibao/client.yaml，/etc/huibao/client.yaml）\n"
	"  -o, --output FORMAT  table、json 或 csv\n"
	"      --columns A,B    只要这些列（all：全部列）\n"
	"      --lang zh|en     显示语言\n"
	"      --timeout-ms N   等待回答的毫秒数\n"
	"      --at-least SEQ   等到服务已处理该序号再回答\n"
	"退出码：0 完成，1 失败，2 用法或配置错误，3 检查发现差异，4 无权，5 无法连接，6 冲突，7 "
	"部分被拒\n";
static const char common_en[] =
	"\nOptions of every command:\n"
	"  -c, --config FILE    client configuration ($HUIBAO_CONFIG, "
	"~/.config/huibao/client.yaml,\n"
	"                       /etc/huibao/client.yaml)\n"
	"  -o, --output FORMAT  table, json or csv\n"
	"      --columns A,B    only these columns (all: every one)\n"
	"      --lang zh|en     language for people\n"
	"      --timeout-ms N   how long to wait for an answer\n"
	"      --at-least SEQ   answer only when the server has come to this sequence\n"
	"Exit: 0 done, 1 failed, 2 usage or configuration, 3 differences found, 4 not authorised,\n"
	"      5 server not reachable, 6 conflict, 7 partly done\n";

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

int command_help_all(bool chinese, struct buffer *out)
{
	const struct verb *verb;
	int r = buffer_add(out, bytes_str(chinese ? "huibaoctl COMMAND [选项]\n\n命令：\n"
						  : "huibaoctl COMMAND [options]\n\nCommands:\n"));

	for (size_t i = 0; r == 0 && (verb = command_at(i)); i++)
		r = buffer_format(out, "  %-20s%s\n", verb->words, chinese ? verb->zh : verb->en);
	if (r == 0)
		r = buffer_add(out, bytes_str(chinese ? common_zh : common_en));
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
		r = buffer_add(out, bytes_str(chinese ? common_zh : common_en));
	return err_pass(r);
}
