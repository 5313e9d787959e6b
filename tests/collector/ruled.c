/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue is copied, so a rule that is shipped later changes no test. */
#include "tests/collector/ruled.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "collector/cache.h"
#include "collector/file.h"

struct session *ruled_session;
char ruled_folder[64];
static struct client_settings settings;

static const char rules[] =
	"id,code,forms,severity,check,when,holds,tolerance,missing,facilities,settings,name_zh,"
	"name_en,fix_zh,fix_en,source\n"
	"1,T01,HOSPITAL_MONTH,reject,holds,,PHYSICIAN + NURSE <= HEALTH_TECHNICIAN,,skip_any,,,"
	"人员之和,physicians and nurses,改,mend it,test\n"
	"2,T06,HOSPITAL_MONTH,hold,holds,,INPATIENT_END = INPATIENT_START + ADMISSION - DISCHARGE,,"
	"skip_any,,,期末在院,inpatients at the end,核对,check,test\n"
	"3,T07,HOSPITAL_MONTH,hold,holds,,INPATIENT_START = prev(INPATIENT_END),,skip_any,,,"
	"期初在院,inpatients at the start,核对,check,test\n"
	"4,T09,HOSPITAL_MONTH,hold,holds,,BED_DAY_OCCUPIED <= 1.1*BED_DAY_OPEN,,skip_any,"
	"class=general_hospital,,病床使用率,bed occupancy,核对,check,test\n";
static const char reasons[] = "id,code,name_zh,name_en,used_by,note\n"
			      "1,CHECKED_CORRECT,已核对，数字属实,\"checked, right\",sender,\n"
			      "2,EXTRA_BEDS,临时加床,extra beds,sender,\n"
			      "20,IMPLAUSIBLE,不合常理,not plausible,bureau,\n";

static int put_digest(void *ctx, const struct ports *ports)
{
	return outbox_catalogue_put(ports, ctx);
}

static void write_table(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/catalog/%s", ruled_folder, name);
	cr_assert_eq(file_replace(path, bytes_str(text)), 0, "%s", err_text());
}

void ruled_setup(void)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct digest digest;
	char text[512];

	setenv("LC_ALL", "C", 1);
	snprintf(ruled_folder, sizeof(ruled_folder), "/tmp/huibao-ruled-XXXXXX");
	cr_assert_not_null(mkdtemp(ruled_folder));
	snprintf(text, sizeof(text), "cp -r '%s/catalog' '%s/catalog'", SOURCE_DIR, ruled_folder);
	cr_assert_eq(system(text), 0);
	write_table("rules.csv", rules);
	write_table("reasons.csv", reasons);
	snprintf(text, sizeof(text), "%s/catalog", ruled_folder);
	cr_assert_eq(catalog_load(text, &catalog), 0, "%s", err_text());
	snprintf(settings.outbox, sizeof(settings.outbox), "%s/outbox", ruled_folder);
	settings.map_size_bytes = 16 << 20;
	cr_assert_eq(session_open_local(&settings, &ruled_session), 0, "%s", err_text());
	cr_assert_eq(cache_save(settings.outbox, catalog), 0, "%s", err_text());
	digest = *catalog_digest(catalog);
	cr_assert_eq(session_write(ruled_session, put_digest, &digest), 0);
	cr_assert_eq(session_recall(ruled_session), SESSION_OFFLINE);
	cr_assert_not_null(ruled_session->catalog);
}

void ruled_teardown(void)
{
	char command[128];

	session_close(ruled_session);
	ruled_session = NULL;
	snprintf(command, sizeof(command), "rm -r '%s'", ruled_folder);
	cr_assert_eq(system(command), 0);
}
