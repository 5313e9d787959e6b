/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table of checks, and those that every daemon makes of itself. Nothing here fails: what cannot
 * be looked at is a row that says so. */
#include "base/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/err.h"

const char *doctor_state_name(enum doctor_state state)
{
	static const char *const names[] = {
		[DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_BAD] = "bad"
	};

	return names[state];
}

static const struct {
	const char *name, *zh, *en;
} checks[DOCTOR_CHECK_MAX + 1] = {
	[DOCTOR_VERSION] = { "version", "", "" }, /* always well by itself */
	[DOCTOR_CLOCK] = { "clock", "", "" },
	[DOCTOR_CLOCK_JUMPS] = { "clock-jumps",
		"查明谁在改服务器时钟：时间同步应逐步校正，不应跳变",
		"find out who sets the server's clock: synchronisation should slew it, not step "
		"it" },
	[DOCTOR_DISK] = { "disk", "清理磁盘或换用更大的磁盘；低于下限时停止接收报表",
		"free room, or move the data to a larger disk; below the floor reports are not "
		"taken" },
	[DOCTOR_JOURNAL_ROOM] = { "journal-room",
		"在所有程序的设置中同时调大 map-size-bytes，再重启服务",
		"raise map-size-bytes in the settings of every program alike and restart them" },
	[DOCTOR_STORE_ROOM] = { "store-room",
		"在所有程序的设置中同时调大 map-size-bytes，再重启服务",
		"raise map-size-bytes in the settings of every program alike and restart them" },
	[DOCTOR_READERS] = { "readers",
		"有程序长时间停在旧数据上，文件会不断增大：找出并重启它（备份、汇总服务、huibao-"
		"journal）",
		"a program stands still on old data and the file grows: find it and restart it "
		"(backup, "
		"aggregator, huibao-journal)" },
	[DOCTOR_STATE_LAG] = { "state-lag", "查看 ingestd 的运行日志和磁盘负载；重启后会自动补齐",
		"look at ingestd's log and the disk's load; a restart catches up by itself" },
	[DOCTOR_AGGREGATOR] = { "aggregator", "启动汇总服务并查看其运行日志；期间照常接收报表",
		"start the aggregator and read its log; reports are taken meanwhile" },
	[DOCTOR_FOLLOWING] = { "following", "按运行日志中的说明处理该条目；指标停在该条目之前",
		"act on the fault that the log names; figures stand as of the entry before" },
	[DOCTOR_BACKUP] = { "backup", "启动 huibao-backup-follow.service，并检查备份磁盘",
		"start huibao-backup-follow.service and look at the disk of the copies" },
	[DOCTOR_WITNESS] = { "witness",
		"许久没有填报端出示回执：确认填报端能连上，并把 huibao-journal audit head "
		"的输出定期保存到另一台机器",
		"no collector has shown a receipt for so long: see that they connect, and keep "
		"the "
		"output of 'huibao-journal audit head' on another machine" },
	[DOCTOR_HISTORY] = { "history",
		"日志库与外部见证不符，可能被改动：不要恢复任何数据，先按管理手册查证",
		"the journal differs from what others hold of it: restore nothing before the "
		"administrator's guide was followed" },
	[DOCTOR_KEYS] = { "keys", "为即将到期的密钥登记新密钥（huibaoctl key list 查看）",
		"register new keys beside those that end soon ('huibaoctl key list')" },
	[DOCTOR_HOLIDAYS] = { "holidays",
		"把国务院办公厅公布的放假安排补入 holidays.csv，再用 SIGHUP 通知 ingestd",
		"add the State Council's notice of holidays to holidays.csv and send ingestd "
		"SIGHUP" },
	[DOCTOR_SERVER_KEY] = { "server-key",
		"chmod 0600 密钥文件，所有者为服务用户；若曾泄露则更换",
		"chmod 0600, owned by the daemon's user or root; make a new one if others could "
		"read it" },
	[DOCTOR_METRICS_FILE] = { "metrics-file", "检查该文件夹是否存在、服务用户可否写入",
		"see that the folder exists and that the daemon's user may write there" },
	[DOCTOR_TRAINING] = { "training", "这是培训系统，数据不作数",
		"this house is for training: nothing in it counts" },
	[DOCTOR_CONNECTION] = { "connection",
		"启动该服务（systemctl start），并检查 client.yaml 中的地址、公钥和防火墙",
		"start the daemon (systemctl start); look at its address and key in client.yaml "
		"and at "
		"the firewall" },
	[DOCTOR_CLOCK_DIFFERENCE] = { "clock-difference",
		"在服务器和本机上启用时间同步（chrony 或 systemd-timesyncd）",
		"keep both clocks in step with chrony or systemd-timesyncd" },
	[DOCTOR_VERSIONS] = { "versions", "把两个服务和本命令升级到同一版本，再重启服务",
		"bring both daemons and this command to one version and restart the daemons" },
};

const char *doctor_check_name(enum doctor_check check)
{
	return checks[check].name;
}

const char *doctor_advice(enum doctor_check check, bool chinese)
{
	return chinese ? checks[check].zh : checks[check].en;
}

struct doctor_row *doctor_row(
	struct doctor *doctor, enum doctor_check check, enum doctor_state state, int64_t value)
{
	struct doctor_row *row = &doctor->row[doctor->rows];

	ensure(doctor->rows < DOCTOR_ROWS_MAX);
	doctor->rows++;
	*row = (struct doctor_row){ .check = check, .state = state, .value = value };
	return row;
}

void doctor_found(struct doctor_row *row, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	vsnprintf(row->found, sizeof(row->found), text, args);
	va_end(args);
}

void doctor_limit(struct doctor_row *row, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	vsnprintf(row->limit, sizeof(row->limit), text, args);
	va_end(args);
}

const char *amount_bytes(uint64_t bytes, char ret[AMOUNT_TEXT_BYTES])
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	double amount = (double)bytes;
	size_t unit = 0;

	for (; amount >= 1000 && unit + 1 < array_len(units); unit++)
		amount /= 1000;
	snprintf(ret, AMOUNT_TEXT_BYTES, unit ? "%.1f %s" : "%.0f %s", amount, units[unit]);
	return ret;
}

const char *amount_seconds(int64_t seconds, char ret[AMOUNT_TEXT_BYTES])
{
	long long s = seconds;

	if (s >= 2 * 86400)
		snprintf(ret, AMOUNT_TEXT_BYTES, "%lld d %lld h", s / 86400, s / 3600 % 24);
	else if (s >= 2 * 3600)
		snprintf(ret, AMOUNT_TEXT_BYTES, "%lld h %lld min", s / 3600, s / 60 % 60);
	else if (s >= 2 * 60)
		snprintf(ret, AMOUNT_TEXT_BYTES, "%lld min", s / 60);
	else
		snprintf(ret, AMOUNT_TEXT_BYTES, "%lld s", s);
	return ret;
}

void doctor_version(struct doctor *doctor)
{
	doctor_found(doctor_row(doctor, DOCTOR_VERSION, DOCTOR_OK, 0), "%s", HUIBAO_VERSION);
}

void doctor_clock(struct doctor *doctor, const struct clock_watch *watch, struct wall now)
{
	struct doctor_row *row = doctor_row(doctor, DOCTOR_CLOCK, DOCTOR_OK, now.ms);
	char text[WALL_TEXT_BYTES];

	wall_print(now, text);
	doctor_found(row, "%s", text);
	row = doctor_row(doctor, DOCTOR_CLOCK_JUMPS, watch->jumps ? DOCTOR_WARN : DOCTOR_OK,
		(int64_t)watch->jumps);
	doctor_limit(row, "0");
	if (watch->jumps == 0) {
		doctor_found(row, "0");
		return;
	}
	wall_print(watch->when, text);
	doctor_found(row, "%llu, %+lld ms %s", (unsigned long long)watch->jumps,
		(long long)watch->last_ms, text);
}

void doctor_disk(struct doctor *doctor, const char *folder, const struct disk_floors *floors)
{
	char found[AMOUNT_TEXT_BYTES], limit[AMOUNT_TEXT_BYTES];
	struct disk_room room = { 0 };
	bool known = disk_room(folder, &room) == 0;
	enum disk_level level = known ? disk_level(&room, floors) : DISK_NO_INGEST;
	uint64_t wanted = room.size_bytes / 100 * floors->rebuild_percent;
	struct doctor_row *row = doctor_row(doctor, DOCTOR_DISK,
		level == DISK_ROOMY        ? DOCTOR_OK
		: level == DISK_NO_REBUILD ? DOCTOR_WARN
					   : DOCTOR_BAD,
		(int64_t)room.free_bytes);

	doctor_found(row, "%s", known ? amount_bytes(room.free_bytes, found) : err_text());
	doctor_limit(row, "%s",
		amount_bytes(wanted > floors->ingest_bytes ? wanted : floors->ingest_bytes, limit));
}

void doctor_room(
	struct doctor *doctor, enum doctor_check check, uint64_t room, uint64_t map_size_bytes)
{
	char found[AMOUNT_TEXT_BYTES], limit[AMOUNT_TEXT_BYTES];
	struct doctor_row *row = doctor_row(doctor, check,
		room < map_size_bytes / 50   ? DOCTOR_BAD
		: room < map_size_bytes / 10 ? DOCTOR_WARN
					     : DOCTOR_OK,
		(int64_t)room);

	doctor_found(row, "%s", amount_bytes(room, found));
	doctor_limit(row, "%s", amount_bytes(map_size_bytes / 10, limit));
}

void doctor_readers(struct doctor *doctor, uint32_t readers, uint64_t oldest_lag)
{
	/* A reader of ours ends within 100 ms, in which a fast disk commits some hundred times. */
	enum { LAG_WARN = 2000, LAG_BAD = 100000 };
	struct doctor_row *row = doctor_row(doctor, DOCTOR_READERS,
		oldest_lag > LAG_BAD    ? DOCTOR_BAD
		: oldest_lag > LAG_WARN ? DOCTOR_WARN
					: DOCTOR_OK,
		(int64_t)oldest_lag);

	doctor_found(row, "%u; %llu", (unsigned)readers, (unsigned long long)oldest_lag);
	doctor_limit(row, "%d", LAG_WARN);
}

void doctor_key_file(struct doctor *doctor, const char *path)
{
	struct doctor_row *row = doctor_row(doctor, DOCTOR_SERVER_KEY, DOCTOR_OK, 0);
	struct stat info;

	doctor_limit(row, "0600");
	if (stat(path, &info) != 0) {
		/* Read at the start and perhaps out of sight since: no fault of its own. */
		doctor_found(row, "-");
		return;
	}
	row->value = (int64_t)(info.st_mode & 07777);
	doctor_found(row, "%04o", (unsigned)(info.st_mode & 07777));
	/* A credential of the service manager is 0440 or 0400; group and others get nothing
	 * else. */
	if (info.st_mode & 0037)
		row->state = DOCTOR_BAD;
}

void doctor_metrics_file(struct doctor *doctor, const char *path, bool failed)
{
	struct doctor_row *row;

	if (!path[0])
		return;
	row = doctor_row(doctor, DOCTOR_METRICS_FILE, failed ? DOCTOR_WARN : DOCTOR_OK, failed);
	doctor_found(row, failed ? "not written" : "written");
}
