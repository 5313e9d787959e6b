/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The watchdog is fed by progress alone. The clock is the test's; the service manager is a socket
 * of the test. */
#include "base/watchdog.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/notify.h"

static int manager;
static struct watchdog watch;
static struct pulse pulse;
static int64_t now_ms;

static void setup(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char name[64];

	snprintf(name, sizeof(name), "@huibao-test-watch-%d", (int)getpid());
	memcpy(address.sun_path, name, strlen(name));
	address.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	cr_assert_eq(bind(manager, (struct sockaddr *)&address,
			     (socklen_t)(sizeof(sa_family_t) + strlen(name))),
		0);
	setenv("NOTIFY_SOCKET", name, 1);
	setenv("WATCHDOG_USEC", "10000000", 1);
	unsetenv("WATCHDOG_PID");
	pulse = (struct pulse){ .name = "test" };
	now_ms = 1000;
	cr_redirect_stderr();
}

TestSuite(watch, .init = setup, .timeout = 60);

static struct mono at(int64_t ms)
{
	return (struct mono){ .ns = ms * 1000000 };
}

/* The loop turns that much later. */
static bool later(int64_t ms)
{
	now_ms += ms;
	return watchdog_turned(&watch, at(now_ms));
}

/* The next message that the manager got, or "". */
static const char *heard(void)
{
	static char text[256];
	ssize_t n = recv(manager, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void begin(void)
{
	watchdog_init(&watch, at(now_ms));
	(void)heard();
	watchdog_add(&watch, &pulse);
}

Test(watch, the_first_ping_comes_at_once)
{
	watchdog_init(&watch, at(now_ms));
	cr_expect_str_eq(heard(), "WATCHDOG=1");
	cr_expect_str_eq(heard(), "");
}

Test(watch, pings_at_half_the_time_while_everybody_rests)
{
	begin();
	cr_expect_not(later(4999));
	cr_expect_str_eq(heard(), "");
	cr_expect(later(1));
	cr_expect_str_eq(heard(), "WATCHDOG=1");
	cr_expect_not(later(4999));
	cr_expect(later(1));
}

Test(watch, says_nothing_when_nobody_asks_or_another_process_is_meant)
{
	unsetenv("WATCHDOG_USEC");
	begin();
	cr_expect_not(later(100000));
	setenv("WATCHDOG_USEC", "10000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	begin();
	cr_expect_not(later(100000));
	cr_expect_str_eq(heard(), "");
}

Test(watch, work_that_does_not_end_silences_it_until_it_ends)
{
	begin();
	pulse_give(&pulse);
	cr_expect(later(5000), "it had no time yet");
	for (int i = 0; i < 10; i++)
		cr_expect_not(later(5000), "turn %d", i);
	pulse_rest(&pulse);
	cr_expect(later(1), "a slow flush is forgiven at once");
}

Test(watch, more_work_for_a_stuck_thread_is_no_progress)
{
	begin();
	pulse_give(&pulse);
	cr_expect(later(5000));
	pulse_give(&pulse);
	pulse_give(&pulse);
	cr_expect_not(later(5000));
	cr_expect_not(later(5000));
}

Test(watch, steps_and_ends_are_progress_though_work_remains)
{
	begin();
	pulse_give(&pulse);
	cr_expect(later(5000));
	pulse_step(&pulse);
	cr_expect(later(5000), "it came on");
	pulse_rest(&pulse);
	pulse_give(&pulse);
	cr_expect(later(5000), "that was done, and this is new");
	cr_expect_not(later(5000));
}

Test(watch, a_step_of_the_watching_thread_is_a_turn)
{
	struct pulse own = { .name = "own", .watchdog = &watch };

	watchdog_init(&watch, (struct mono){ .ns = clock_mono().ns - (int64_t)6000 * 1000000 });
	(void)heard();
	pulse_step(&own);
	cr_expect_str_eq(heard(), "WATCHDOG=1");
	pulse_step(&own);
	cr_expect_str_eq(heard(), "");
	pulse_step(NULL);
}

Test(watch, a_rebuild_asks_for_time_once_a_second)
{
	notify_rebuilding("state", 10, 20);
	cr_expect_str_eq(
		heard(), "EXTEND_TIMEOUT_USEC=60000000\nSTATUS=rebuilding state: 10 of 20 entries");
	notify_rebuilding("state", 11, 20);
	cr_expect_str_eq(heard(), "");
}

Test(watch, a_reload_names_its_moment)
{
	notify_reloading();
	cr_expect_eq(strncmp(heard(), "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
}
