/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One table of sentences, '*' standing for what they name. A line is known if the whole of it, or
 * what is left of it behind its place ("file.csv:7: ", "aggregator: "), is one of the sentences.
 * What nobody has translated stays English: an error is never swallowed for want of words. */
#include "client/phrase.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "client/language.h"

enum { NAMED_MAX = 4, SAID_BYTES = 4096 };

/* The Chinese has the same stars in the same order, and may leave out the last ones. */
static const struct sentence {
	const char *en, *zh;
} sentences[] = {
	/* files and the system */
	{ "cannot open '*': *", "无法打开 '*'：*；请核对文件名" },
	{ "cannot read '*': *", "无法读取 '*'：*" },
	{ "cannot write '*': *", "无法写入 '*'：*" },
	{ "cannot write the log '*': *", "无法写入日志 '*'：*" },
	{ "No such file or directory", "没有这个文件或目录" },
	{ "Permission denied", "没有权限" },
	{ "Is a directory", "这是目录，不是文件" },
	{ "Not a directory", "路径中有一段不是目录" },
	{ "No space left on device", "磁盘已满" },
	{ "Read-only file system", "文件系统只读" },
	/* sheets */
	{ "cell * is not UTF-8 text; save the file as \"CSV UTF-8\"",
		"第 * 格不是 UTF-8 文字；请另存为“CSV UTF-8”格式" },
	{ "neither UTF-8 nor GB18030 text; save the file as \"CSV UTF-8\"",
		"既不是 UTF-8 也不是 GB18030 文字；请另存为“CSV UTF-8”格式" },
	{ "damaged UTF-8 text; save the file again as \"CSV UTF-8\"",
		"UTF-8 文字有损坏；请重新另存为“CSV UTF-8”格式" },
	{ "this system cannot read GB18030: *", "本机不能读取 GB18030 编码：*" },
	{ "'*' is there already and is not written over; choose another name",
		"'*' 已经存在，不会覆盖；请换一个文件名" },
	{ "'*' is no facility's code; format the column as text, type the codes again and save",
		"'*' 不是机构代码；请将该列设为“文本”格式，重新填写代码后保存" },
	{ "cannot rename '*': *", "无法改名 '*'：*" },
	{ "* cells, but the header has *", "本行有 * 格，而表头有 * 格；请补齐或删去多余的逗号" },
	{ "a quote is opened and never closed", "引号没有配对；请补上缺少的引号" },
	{ "no header row with column names", "没有列名行；第一行须为列名" },
	{ "column * has no name", "第 * 列没有列名" },
	{ "column '*' stands twice", "列 '*' 出现了两次；请删去一列" },
	/* values, periods, days */
	{ "nothing is written where a number is needed", "应填数值而未填" },
	{ "'*' is no number; write digits only, with '.' before decimals and no separators",
		"'*' 不是数值；请只用半角数字，小数点用半角 '.'，不用千位分隔符" },
	{ "'*' is rounded by the spreadsheet; format the column as a number without decimals and "
	  "save again",
		"'*' 已被表格软件四舍五入；请将该列设为“数值”格式、小数位数 0 后重新保存" },
	{ "'*' has * decimals, but at most * are kept here", "'*' 有 * 位小数，此项最多 * 位" },
	{ "'*' is too large: with * decimals at most * can be kept",
		"'*' 过大：* 位小数时最大为 *；请核对单位和位数" },
	{ "'*' is no period; write a month *", "'*' 不是报告期；请写成月 2026-05、季 2026Q2、"
					       "半年 2026H1、年 2026，或妇幼年度 2026M、"
					       "其季度 2026MQ1（1949 至 2199 年）" },
	{ "'*' is no day; *", "'*' 不是日期；请写成 2026-05-31（1949 至 2199 年）" },
	{ "'*' has passed; it would never hold",
		"'*' 已经过去，永远不会生效；请写今天或以后的日期" },
	{ "the calendar has no day '*'", "日历上没有 '*' 这一天" },
	{ "'comment' holds what looks like an identity-card or mobile number; take it out",
		"备注中疑有身份证号或手机号；请删除" },
	{ "'*' has * bytes, at most * are allowed", "'*' 有 * 字节，最多 * 字节；请缩短" },
	/* settings and keys */
	{ "there is no configuration '*'; name one with --config FILE",
		"没有配置文件 '*'；请用 --config 指定" },
	{ "not a YAML mapping of settings", "不是“名称: 值”形式的 YAML 配置" },
	{ "unknown setting '*'", "没有 '*' 这个配置项；请核对拼写" },
	{ "setting written twice '*'", "配置项 '*' 写了两次" },
	{ "setting missing: '*'", "缺少配置项 '*'" },
	{ "not a number in its range: '*'", "配置项 '*' 不是数值，或超出范围" },
	{ "not a single value: '*'", "配置项 '*' 应为单个值" },
	{ "too long: '*'", "配置项 '*' 过长" },
	{ "'*' must begin with tcp:// or ipc://, not '*'",
		"'*' 须以 tcp:// 或 ipc:// 开头，现为 '*'" },
	{ "the configuration names no *: add '*'", "配置中没有 * 的地址：请加上 '*'" },
	{ "the settings name no folder for the outbox; add 'outbox: FOLDER'",
		"配置中没有发件箱目录；请加上“outbox: 目录”" },
	{ "not a key: a key is 40 characters of Z85, or an enrolment code of 9 groups, and this is "
	  "*",
		"不是密钥：公钥为 40 个 Z85 字符，或 9 组登记码，此处为 * 个字符" },
	{ "group * of the enrolment code does not have 7 characters; read it again",
		"登记码第 * 组不是 7 个字符；请重读这一组" },
	{ "group * of the enrolment code is wrong; read it again",
		"登记码第 * 组有误；请重读这一组" },
	{ "an enrolment code has 9 groups of 7 characters, 63 in all, and this has *",
		"登记码共 9 组、每组 7 个字符、合计 63 个，此处为 * 个" },
	{ "the groups of the enrolment code do not belong together; read all of it again",
		"登记码各组不是同一份；请从头重读" },
	{ "'*' is there already; a key file is never overwritten",
		"'*' 已经存在；密钥文件从不覆盖，请换一个文件名" },
	{ "cannot create key file '*': *", "无法创建密钥文件 '*'：*" },
	{ "cannot read key file '*': *",
		"无法读取密钥文件 '*'：*；请核对配置项 key-file，或用 key new 生成" },
	{ "key file '*' has mode *, so others than its owner may read or change the secret; run: *",
		"密钥文件 '*' 的权限为 *，他人可读或可改；请运行：*" },
	{ "the secret half in key file '*' is not *",
		"密钥文件 '*' 中的私钥不是 40 个 Z85 字符（*）" },
	{ "the two halves in key file '*' do not belong together; *",
		"密钥文件 '*' 中的公钥与私钥不成对；请用 key new 重新生成（*）" },
	/* the connection and the server's refusals */
	{ "the server refused: *", "服务器拒绝：*" },
	{ "no answer from * within * ms; check that it runs, the address, the network and "
	  "'server-key'",
		"* 在 * 毫秒内没有回答；请核对服务是否运行、地址、网络和配置项 server-key" },
	{ "the server does not let this key in: it is not registered there, revoked or expired; "
	  "ask the "
	  "operator to register its public half",
		"服务器不接受此密钥：未登记、已吊销或已过期；请与主管部门联系" },
	{ "this key is not registered; ask the bureau", "此密钥没有登记；请联系主管部门" },
	{ "this key was revoked on *; ask the bureau to register a new one",
		"此密钥已于 * 吊销；请主管部门登记新的密钥" },
	{ "this key expired: its last day was *; make a new one and have the bureau register it",
		"此密钥已过期，最后有效日为 *；请生成新的密钥并请主管部门登记" },
	{ "this key is not valid before *; come back then", "此密钥自 * 起生效；请到时再用" },
	{ "this outbox belongs to a real system, and the server is a training system: nothing was "
	  "sent; give the training an outbox of its own (*), or mend 'ingestd'",
		"此发件箱属于正式系统，而服务器是培训系统：未上报任何内容；请为培训另设发件箱（*"
		"），"
		"或改正配置项 ingestd" },
	{ "this outbox belongs to a training system, and the server is a real one: nothing was "
	  "sent; give the real reports an outbox of their own (*), or mend 'ingestd'",
		"此发件箱属于培训系统，而服务器是正式系统：未上报任何内容；请为正式报表另设发件箱（"
		"*），"
		"或改正配置项 ingestd" },
	{ "this key is limited to *; outside lies area *",
		"此密钥的管辖范围限于 *；超出范围的是地区 *" },
	{ "this key is limited to *; outside lies facility '*' in *",
		"此密钥的管辖范围限于 *；超出范围的是机构 '*'（* 时）" },
	{ "this key is limited to *; outside lies facility '*'",
		"此密钥的管辖范围限于 *；超出范围的是机构 '*'" },
	{ "this key is limited to *; outside lies what indicator '*' counts",
		"此密钥的管辖范围限于 *；指标 '*' 统计的内容超出范围" },
	{ "this key is limited to *; outside lies what concerns the whole house",
		"此密钥的管辖范围限于 *；此项涉及全部地区，须用管辖全部地区的密钥" },
	{ "this key is limited to *; name the area that is meant",
		"此密钥的管辖范围限于 *；请用 --area 指明其中一个地区" },
	{ "entry * is no held report of this key's areas; 'held list' names those",
		"第 * 条不是此密钥管辖地区内的待审报表；待审报表见 held list" },
	{ "this key is limited to *; outside lies *", "此密钥的管辖范围限于 *；超出范围的是 *" },
	{ "say how far this key reaches: --area CODE, or --everywhere",
		"请写明此密钥的管辖范围：--area 地区代码，或 --everywhere（全部地区）" },
	{ "say for whom this key reports: --facility CODE or --area CODE",
		"请写明此密钥为谁上报：--facility 机构代码，或 --area 地区代码" },
	{ "a collector reports for facilities and areas that are named; leave out --everywhere",
		"上报用的密钥须写明机构或地区；请去掉 --everywhere" },
	{ "the key would end before it begins", "密钥的最后有效日早于生效日；请核对日期" },
	{ "no key '*' is registered and not revoked (huibaoctl key list)",
		"没有登记在册且未吊销的密钥 '*'；见 huibaoctl key list" },
	{ "'*' has * keys; give the number of one (huibaoctl key show)",
		"'*' 有 * 把密钥；请给出其中一把的编号（见 huibaoctl key show）" },
	{ "the old key begins later than that; revoke it instead",
		"旧密钥的生效日晚于该日；请改为吊销" },
	{ "this is the old key itself; make a new one", "这就是旧密钥本身；请生成新的密钥" },
	{ "cannot keep the old key as '*': *", "无法把旧密钥另存为 '*'：*" },
	{ "'*' is no address", "'*' 不是地址" },
	{ "key '*' was revoked and stays so; make a new one",
		"密钥 '*' 已吊销，不能恢复；请生成新的密钥" },
	{ "this would leave no valid administrator who reaches everywhere; register another one "
	  "first",
		"如此将不再有任何有效的、管辖全部地区的系统管理员；请先登记另一名" },
	{ "no such facility among those that this key reports for",
		"此密钥可报的机构中没有该机构；请核对机构代码" },
	{ "a collector's key may not ask this; use an operator's key",
		"上报用的密钥不能查询此项；请使用管理人员的密钥" },
	{ "this key may not ask; an administrator can give it the role of a reader",
		"此密钥不能查询；可请系统管理员授予只读（reader）角色" },
	{ "this key may not give this command: facilities need a registrar, keys and histories an "
	  "administrator, facts and verdicts a data manager; so do decisions, queries, adjustments "
	  "and locks",
		"此密钥无权执行：登记机构须为 registrar，登记密钥和处理历史不一致须为 "
		"administrator，录入外部数据、评定、审核、提问、调整和锁定须为 data_manager" },
	{ "no key is under suspicion for that (any more); look again",
		"历史不一致的密钥中已没有这一条；请再查看 huibaoctl history list" },
	{ "the disk has no room for a second state to compare with",
		"磁盘空间不足，无法另建一份数据来比对；请先清理" },
	{ "figures stand at entry *, not yet at *; ask again",
		"数据已处理到第 * 条，尚未到第 * 条；请稍后再问" },
	{ "no catalogue has been adopted yet; ask again", "指标目录尚未启用；请稍后再问" },
	{ "the figures changed while they were read; ask again", "读取期间数据有变化；请重新查询" },
	{ "no answer about what is in force within * ms", "* 毫秒内没有查到已生效的报表" },
	/* what is asked for */
	{ "no area '*' in the catalogue; 'area list' names them all",
		"指标目录中没有地区 '*'；全部地区见 huibaoctl area list" },
	{ "there is no area '*' in the catalogue", "指标目录中没有地区 '*'" },
	{ "no form '*' in the catalogue", "指标目录中没有报表 '*'" },
	{ "no indicator '*' in the catalogue; 'indicator list' names them all",
		"指标目录中没有指标 '*'；全部指标见 huibaoctl indicator list" },
	{ "no facility '*' in the registry; 'facility list' names them all",
		"没有登记机构 '*'；全部机构见 huibaoctl facility list" },
	{ "no class of facility '*' in the catalogue", "指标目录中没有机构类别 '*'" },
	{ "facility '*' has sent no * for *", "机构 '*' 没有上报报表 *，报告期 *" },
	{ "the report was withdrawn by revision *; 'report history' shows what it was",
		"该报表已由修订号 * 撤回；原数据见 report history" },
	{ "'*' is no window; known are *", "'*' 不是时间窗；可用：*" },
	{ "only 'area' is known, not '*'", "只能按 area 分列，不能按 '*'" },
	{ "period '*' does not lie within one window '*'; give a shorter period or another window",
		"报告期 '*' 不在一个 '*' 时间窗之内；请改用较短的报告期或别的时间窗" },
	{ "no plan '*' in the catalogue; 'plan list' names them all",
		"指标目录中没有规划 '*'；全部规划见 huibaoctl plan list" },
	{ "there is no plan '*' in '*'", "没有规划 '*'（目录 '*'）" },
	{ "nothing in '*' is called '*'", "目录 '*' 中没有代码 '*'" },
	{ "argument '*' is missing", "缺少参数 '*'" },
	{ "'*' is no year from * to *", "'*' 不是 * 至 * 之间的年份" },
	{ "arguments 'from' and 'to' must be periods of one kind, the earlier first",
		"from 和 to 须为同一种报告期，且前者不晚于后者" },
	{ "window '*' begins with a year that the question must give; add 'since', the plan's "
	  "first year",
		"时间窗 '*' 的起始年须在提问时给出；请加 --since 规划首年" },
	{ "window '*' begins with a year that the question must give; add 'since', the baseline's "
	  "year",
		"时间窗 '*' 的起始年须在提问时给出；请加 --since 基期年" },
	{ "window '*' since * does not reach into *", "时间窗 '*'（始于 *）达不到 *" },
	{ "the window begins before *", "时间窗早于 * 年" },
	{ "the journal is not there yet; ask again", "日志库尚不可用；请稍后再问" },
	{ "what is in force is no longer what you believe; look again",
		"现行数据已有变化；请重新查看后再改" },
	{ "what is in force has changed meanwhile; look again",
		"现行数据在此期间已有变化；请重新查看后再决定" },
	{ "what is in force has changed meanwhile; look again (*)",
		"现行数据在此期间已有变化；请重新查看后再决定（*）" },
	{ "that report does not wait for a decision, or no longer; look again",
		"该报告不在或已不在待审" },
	{ "that report is being received; look again", "该报告正在接收" },
	{ "that report is neither in force nor held, or no longer; look again",
		"该报告未生效也不在待审，或已不再如此" },
	{ "that report is not in force, or no longer; look again", "该报告未生效，或已不再生效" },
	{ "that adjustment was confirmed or ended before", "该调整已确认或已结束" },
	{ "that adjustment was ended before", "该调整已结束" },
	{ "an adjustment is confirmed by another person than proposed it",
		"调整须由提出人以外的另一人确认" },
	{ "the report that it would adjust is no longer in force", "所要调整的报告已不再生效" },
	{ "no adjustment of that report was proposed under that sequence",
		"该报告没有这个序号的调整" },
	{ "no facility with that code was ever registered", "从未登记过这个机构代码" },
	{ "there is no entry * yet", "还没有序号 *" },
	{ "entry * is no held report but of kind '*'; 'held list' names those",
		"序号 * 不是待审核的报告（类型 *）；见 huibaoctl held list" },
	{ "held report * waits no more: it is *", "报告 * 已不在待审（*）" },
	/* held reports, queries, adjustments */
	{ "'*' is no sequence; it is a number, as in 1024", "'*' 不是序号；序号是数字，例如 1024" },
	{ "'*' is no code of a facility", "'*' 不是机构代码" },
	{ "'*' is no period of form '*'", "'*' 与报表 '*' 的周期不符" },
	{ "there is no form '*' in the catalogue", "指标目录中没有报表 '*'" },
	{ "there is no element '*' in the catalogue", "指标目录中没有指标项 '*'" },
	{ "there is no reason '*' that a bureau may give; use *",
		"没有主管部门可用的理由 '*'；可用：*" },
	{ "a reason is needed; give one of reasons.csv",
		"须给出理由代码；见 huibaoctl reason list" },
	{ "a query asks something: give a text or a reason",
		"提问须有内容：请写 --text 或 --reason" },
	{ "element * is not on form '*'", "指标项 * 不在报表 '*' 内" },
	{ "an adjustment by 0, or beyond 2^40", "调整量为 0，或过大" },
	{ "--*: longer than * bytes", "--*：超过 * 字节；请缩短" },
	{ "no report is held under sequence *", "序号 * 没有待审核的报告" },
	{ "held report * no longer waits: it is accepted", "报告 * 已不在待审：已被接受" },
	{ "held report * no longer waits: it is returned", "报告 * 已不在待审：已被退回" },
	{ "held report * no longer waits: it is rejected", "报告 * 已不在待审：已被拒绝" },
	{ "held report * no longer waits: it is replaced", "报告 * 已不在待审：已有更新的报告" },
	{ "held report * no longer waits: it is superseded",
		"报告 * 已不在待审：更新的报告已生效" },
	{ "nothing was decided on held report *", "未对待审报告 * 作决定" },
	{ "nothing of '*' on '*' is in force for *", "机构 '*' 没有在用的报表 '*'（*）" },
	{ "no adjustment was proposed with sequence * (huibaoctl adjustment list)",
		"没有序号为 * 的调整（见 huibaoctl adjustment list）" },
	{ "adjustment * is active already", "调整 * 已经生效" },
	{ "adjustment * is ended already", "调整 * 已经结束" },
	{ "adjustment * is expired already", "调整 * 已经到期" },
	{ "the catalogue has no table '*'", "目录中没有表 '*'" },
	{ "argument 'state': '*' is none of *", "参数 'state'：'*' 不是以下之一：*" },
	{ "argument 'open' is yes or no, not '*'", "参数 'open' 应为 yes 或 no，不是 '*'" },
	{ "argument 'sequence': '*' is no number of an entry",
		"参数 'sequence'：'*' 不是记录的序号" },
	{ "argument 'period': form '*' is reported for periods of another kind",
		"参数 'period'：报表 '*' 的报告期不是这一种" },
	{ "form '*' has no such periods; 'period' is of another kind",
		"报表 '*' 没有这种报告期；参数 'period' 的种类不对" },
	{ "entry * is of a form or a facility that is no longer known",
		"记录 * 的报表或机构已不在目录或登记中" },
	/* the command line */
	{ "'*' needs its * (huibaoctl help *)", "'*' 缺少参数 *（见 huibaoctl help *）" },
	{ "'*' needs --* (huibaoctl help *)", "'*' 缺少选项 --*（见 huibaoctl help *）" },
	{ "'*' takes no --* (huibaoctl help *)", "'*' 没有选项 --*（见 huibaoctl help *）" },
	{ "'*' does not know what to do with '*' (huibaoctl help *)",
		"'*' 后面的 '*' 多余（见 huibaoctl help *）" },
	{ "--* is given twice", "选项 --* 写了两次" },
	{ "more than * words are given; give the command again for the rest",
		"写的词超过 * 个；其余的请再运行一次命令" },
	{ "more than * options are given; give the command again for the rest",
		"写的选项超过 * 个；其余的请再运行一次命令" },
	{ "more than * columns are asked for; name fewer", "要显示的列超过 * 个；请少选几列" },
	{ "more than * records in one command; split the file",
		"一条命令超过 * 条记录；请把文件分开" },
	{ "a command of * bytes is larger than *; split the file",
		"命令共 * 字节，超过 * 字节；请把文件分开" },
	{ "unknown option", "没有这个选项" },
	{ "missing argument", "选项后面缺少值" },
	{ "-o '*' is not an output format; use table, json or csv",
		"-o '*' 不是输出格式；可用 table、json、csv" },
	{ "--lang '*' is not a language; use zh or en", "--lang '*' 不是可选语言；可用 zh、en" },
	{ "--* '*' is not a whole number from 0 to *", "--* '*' 不是 0 至 * 的整数" },
	{ "there is no column '*' in this answer; it has: *", "此回答中没有列 '*'；可选列：*" },
	/* facilities and keys */
	{ "column '*' is missing", "缺少列 '*'" },
	{ "column '*' is not known; begin its name with '#' to keep it as a remark",
		"没有 '*' 这一列；可在列名前加 # 作为备注" },
	{ "is empty", "未填写" },
	{ "longer than * bytes", "超过 * 字节；请缩短" },
	{ "there is no indicator '*' in the catalogue", "指标目录中没有指标 '*'" },
	{ "there is no target '*' in the catalogue", "规划中没有目标 '*'" },
	{ "there is no * '*' in the catalogue", "指标目录中没有 * '*'" },
	{ "'*' stands on line * already", "'*' 与第 * 行重复；请只保留一行" },
	{ "facility '*' closes before it opens", "机构 '*' 的关闭日期早于开业日期" },
	{ "it closes before it opens", "关闭日期须晚于开业日期" },
	{ "it is closed on that day; use 'facility reopen'",
		"该日已关闭；重新开业请用 facility reopen" },
	{ "it is closed already on that day", "该日已经关闭" },
	{ "it is not open yet on that day", "该日尚未开业" },
	{ "it is not closed", "该机构没有关闭" },
	{ "it is open still on that day", "该日尚未关闭；请核对日期" },
	{ "nothing is said that would change", "没有写明要变更什么" },
	{ "others report for it in too many ways already", "代报关系过多，不能再加" },
	{ "facility '*' has * segments of time already", "机构 '*' 的变更已达 * 段，不能再加" },
	{ "facility '*': two relations on form * hold at once",
		"机构 '*'：报表编号 * 在同一时间有两个代报关系；请先用 --until 结束前一个" },
	{ "facility '*': a relation ends before it begins", "机构 '*'：代报的截止日早于起始日" },
	{ "facility '*' cannot report for itself", "机构 '*' 不能代报自己" },
	{ "facility '*': its row from * does not begin after the row before it",
		"机构 '*'：自 * 起的一行没有排在前一行之后；同一机构各行须按日期先后排列" },
	{ "facility '*': its row from * begins before the row before it is closed",
		"机构 '*'：自 * 起的一行早于前一行的关闭日期" },
	{ "the last day lies before the first", "截止早于起始" },
	/* facts and verdicts */
	{ "'*' is no comparator; use *", "'*' 不是比较词；可用：*" },
	{ "'*' is no outcome; use *", "'*' 不是评定结论；可用：*" },
	{ "a source must be named", "须写明来源" },
	{ "neither yes nor no", "须为 yes（是）或 no（否）" },
	{ "the same value of the same source stands on line * already",
		"同一来源的同一数值已在第 * 行；请只保留一行" },
	{ "the source 'reports' means the reports themselves; name where the value was printed",
		"来源 reports 专指报告本身；请写明数值出处" },
	{ "there is no value of source '*' (*)", "没有来源为 '*' 的数值（*）" },
	{ "the value is too large to be kept", "数值过大；请核对单位和位数" },
	{ "no plan '*' in the catalogue", "指标目录中没有规划 '*'" },
	{ "--role '*': there is no such role; use *", "--role '*'：没有这个角色；可用：*" },
	{ "no key '*' is registered (huibaoctl key list)",
		"没有登记密钥 '*'（见 huibaoctl key list）" },
	{ "no key under suspicion is called '*' (huibaoctl history list)",
		"历史不一致的密钥中没有 '*'（见 huibaoctl history list）" },
	{ "more than one key under suspicion is called '*'; name it by its public half",
		"历史不一致的密钥中不止一个名为 '*'；请用公钥指明" },
	{ "no key is under suspicion", "没有历史不一致的密钥" },
	{ "--area '*': at most * area codes, as in 320703",
		"--area '*'：须为地区代码，例如 320703，最多 * 个" },
	{ "--facility '*': at most * codes of at most * bytes",
		"--facility '*'：最多 * 个机构代码，每个最多 * 字节" },
	/* the catalogue */
	{ "this table of the catalogue is missing", "目录缺少这张表" },
	{ "column '*' is not one of this table's", "这张表没有 '*' 这一列" },
	{ "the columns are not the * of a plan in their order", "列须为规划表的 * 列，次序不变" },
	{ "this * stands already on line *", "此 * 与第 * 行重复" },
	{ "code '*' stands already on line *", "代码 '*' 与第 * 行重复" },
	{ "this value of the same source stands already above", "同一来源的同一数值上面已有" },
	{ "'*' is none of: *", "'*' 不在可用的词之内：*" },
	{ "* '*' is none of: *", "* 列的 '*' 不在可用的词之内：*" },
	{ "* '*' is no whole number from * to *", "* 列的 '*' 不是 * 至 * 的整数" },
	{ "* '*' must be a letter and then letters, digits or '_'",
		"* 列的 '*' 须以字母开头，后接字母、数字或 '_'" },
	{ "column '*' is empty", "列 '*' 未填写" },
	{ "column '*' has * bytes of text, at most * are kept", "列 '*' 有 * 字节，最多 * 字节" },
	{ "column '*': '*' is not *", "列 '*' 中的 '*' 不符合要求（*）" },
	{ "unit '*' is not in units.csv", "单位 '*' 不在 units.csv 中；请先加一行" },
	{ "element '*' is not in elements.csv", "指标项 '*' 不在 elements.csv 中" },
	{ "area '*' is not in areas.csv", "地区 '*' 不在 areas.csv 中" },
	{ "indicator '*' is not in indicators.csv", "指标 '*' 不在 indicators.csv 中" },
	{ "class '*' is not in attributes.csv", "机构类别 '*' 不在 attributes.csv 中" },
	{ "form '*' is not in forms.csv", "报表 '*' 不在 forms.csv 中" },
	{ "plan '*' is not in plans.csv", "规划 '*' 不在 plans.csv 中" },
	{ "there is no table plans/*.csv", "缺少 plans/*.csv 这张表" },
	{ "parent '*' is no code of dimension '*'", "上级 '*' 不是 '*' 的代码" },
	{ "parent '*' is no code of the same list", "上级 '*' 不是同一代码表的代码" },
	{ "parent * is no area of this table", "上级 * 不是本表的地区" },
	{ "'*' lies below itself", "'*' 成了自己的下级" },
	{ "area * lies within itself", "地区 * 成了自己的下级" },
	{ "area * lies more than * levels deep", "地区 * 的层次超过 * 级" },
	{ "'until' lies before 'from'", "until 早于 from" },
	{ "'*' in classes is neither a class nor a group", "classes 中的 '*' 不是机构类别或组" },
	{ "broken_down_by '*' is no list of code_lists.csv",
		"分组 '*' 不是 code_lists.csv 的代码表" },
	{ "form '*' has no lines in form_lines.csv", "报表 '*' 在 form_lines.csv 中没有行" },
	{ "form '*' has element '*' already", "报表 '*' 已有指标项 '*'" },
	{ "form '*' has more than * lines", "报表 '*' 超过 * 行" },
	{ "numerator: *", "分子：*" },
	{ "denominator: *", "分母：*" },
	{ "character *: *", "第 * 个字符：*" },
	{ "there is no element '*'", "没有指标项 '*'" },
	{ "there is no indicator '*'", "没有指标 '*'" },
	{ "an element is missing", "缺少指标项" },
	{ "*: there is no element '*'", "*：没有指标项 '*'" },
	{ "*: there is no indicator '*'", "*：没有指标 '*'" },
	{ "method '*' is not known; see model/method.h", "没有方法 '*'；见 model/method.h" },
	{ "method '*' has no argument '*'; it has: *", "方法 '*' 没有参数 '*'；可用：*" },
	{ "method '*' needs '*'", "方法 '*' 缺少参数 '*'" },
	{ "argument '*' is not key=value", "参数 '*' 不是“名称=值”形式" },
	{ "argument '*' is given twice", "参数 '*' 写了两次" },
	{ "elements of different bases (*); give the reason in mixed_basis or choose others",
		"指标项的统计口径不同（*）；请在 mixed_basis 写明理由，或改用别的指标项" },
	{ "mixed_basis gives a reason, but all elements have one basis",
		"mixed_basis 写了理由，而各指标项口径相同；请清空" },
	{ "indicator '*' rests on itself, or on more than * others in a row",
		"指标 '*' 依赖自己，或连环依赖超过 * 个" },
	{ "a row judged by an indicator names it", "按指标判定的目标须写明指标" },
	{ "a row judged by '*' says why in because_zh and because_en",
		"由 '*' 判定的目标须在 because_zh 和 because_en 写明理由" },
	{ "the plan ends before it begins", "规划的终止年早于起始年" },
	{ "value '*' is no number", "数值 '*' 不是数" },
	{ "comparator '*' is none of: *", "比较词 '*' 不在可用的词之内：*" },
	/* a catalogue that is to follow another */
	{ "element * '*': its * would change", "指标项 * '*' 的 * 会改变" },
	{ "* * '*' is gone; an identifier stays for ever", "* * '*' 没有了；编号永不删除" },
	/* the outbox */
	{ "facility '*' has no report of this form for * at the server, so there is nothing to "
	  "withdraw; check facility and period",
		"服务器上没有机构 '*' 在 * 的这种报表，无可撤回；请核对机构代码和报告期" },
	{ "another huibao-collect is at work with the outbox '*'; wait until it has ended",
		"另一个 huibao-collect 正在使用发件箱 '*'；请等它结束" },
	{ "cannot make the outbox '*': *", "无法创建发件箱 '*'：*" },
};

/* Whether the pattern is the whole text; a star takes as little as it can. */
static bool fits(const char *pattern, struct bytes text, struct bytes named[], size_t room)
{
	const char *at = (const char *)text.data;
	size_t literal = strcspn(pattern, "*");

	if (text.len < literal || memcmp(at, pattern, literal) != 0)
		return false;
	if (!pattern[literal])
		return text.len == literal;
	if (room == 0)
		return false;
	for (size_t end = literal; end <= text.len; end++) {
		named[0] = bytes_of(at + literal, end - literal);
		if (fits(pattern + literal + 1, bytes_of(at + end, text.len - end), named + 1,
			    room - 1))
			return true;
	}
	return false;
}

static const char *find(struct bytes text, struct bytes named[NAMED_MAX])
{
	for (size_t i = 0; i < array_len(sentences); i++) {
		if (!fits(sentences[i].en, text, named, NAMED_MAX))
			continue;
		/* A star in front must not swallow the line's place. */
		if (sentences[i].en[0] != '*' || !memchr(named[0].data, ':', named[0].len))
			return sentences[i].zh;
	}
	return NULL;
}

/* What is said so far; full: something did not fit. */
struct said {
	char text[SAID_BYTES];
	size_t len;
	bool full;
};

static void say(struct said *said, struct bytes text)
{
	if (said->full || text.len >= sizeof(said->text) - said->len) {
		said->full = true;
		return;
	}
	memcpy(said->text + said->len, text.data, text.len);
	said->len += text.len;
}

/* What a star stands for may be a sentence itself: what the system or the server said. */
static void say_sentence(struct said *said, const char *zh, const struct bytes *named)
{
	struct bytes inner[NAMED_MAX];

	for (; *zh; zh++) {
		const char *own;

		if (*zh != '*') {
			say(said, bytes_of(zh, 1));
			continue;
		}
		own = named->len > 0 ? find(*named, inner) : NULL;
		if (own)
			say_sentence(said, own, inner);
		else
			say(said, *named);
		named++;
	}
}

/* "file.csv:7: column 'area': " */
static void say_place(struct said *said, struct bytes place)
{
	static const struct sentence words[] = { { ": column '", ": 列 '" },
		{ ": argument '", ": 参数 '" } };

	for (size_t at = 0; at < place.len;) {
		const char *zh = NULL;
		size_t len = 1;

		for (size_t i = 0; !zh && i < array_len(words); i++) {
			len = strlen(words[i].en);
			if (place.len - at >= len && memcmp(place.data + at, words[i].en, len) == 0)
				zh = words[i].zh;
		}
		if (!zh)
			len = 1;
		say(said, zh ? bytes_str(zh) : bytes_of(place.data + at, 1));
		at += len;
	}
}

/* The line from its place on that makes the rest of it known; otherwise as it is. */
static void say_line(struct said *said, struct bytes line)
{
	const char *text = (const char *)line.data;
	struct bytes named[NAMED_MAX];

	for (size_t at = 0; at < line.len; at++) {
		const char *zh;

		if (at > 0 && (at < 2 || text[at - 1] != ' ' || text[at - 2] != ':'))
			continue;
		zh = find(bytes_of(text + at, line.len - at), named);
		if (!zh)
			continue;
		say_place(said, bytes_of(text, at));
		say_sentence(said, zh, named);
		return;
	}
	say(said, line);
}

const char *phrase(const char *english)
{
	static _Thread_local struct said said;
	const char *at = english;

	if (!language_is_chinese())
		return english;
	said.len = 0;
	said.full = false;
	for (;;) {
		size_t len = strcspn(at, "\n");

		say_line(&said, bytes_of(at, len));
		if (!at[len])
			break;
		say(&said, bytes_str("\n"));
		at += len + 1;
	}
	if (said.full)
		return english;
	said.text[said.len] = '\0';
	return said.text;
}
