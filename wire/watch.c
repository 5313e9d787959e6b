/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One place per descriptor, told apart by the cookie of its socket. The loop adds what was
 * delivered and answered; the thread walks over the process's descriptors, takes those that came in
 * at one of its listeners (whoever made these: they may be inherited), and compares. A unix socket
 * does not count its bytes, so such a connection is cut only when memory is short and nothing was
 * delivered from it lately. */
#include "wire/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/limits.h"

enum {
	PLACES = 65536, /* descriptors beyond this are not watched; the units allow no more */
	PORTS_MAX = 16,
	CUTS_MAX = 1024,
	GLANCE_MS = 20,         /* how often memory is looked at: 2 µs */
	WALK_MS = 1000,         /* and, if it does not grow, the connections: 0.4 µs each */
	GROWTH_BYTES = 8 << 20, /* so much of it is reason to walk at once */
	REST = 4, /* times as long as a walk takes it rests: at most a fifth of a core */
	HEARTBEAT_BYTES = 64, /* a second: four times what an honest client's heartbeats take */
	SHORT = 8,            /* how many times less may be held at three quarters of it … */
	SHORTER = 64,         /* … and at seven eighths */
	QUIET_MS = 2000,      /* a unix socket that delivered nothing for so long is idle */
};

/* KIND_OTHER: a listener, or no connection of a client. */
enum kind { KIND_UNKNOWN, KIND_TCP, KIND_UNIX, KIND_OTHER };

/* What is known of the connection behind one descriptor. */
struct place {
	uint64_t cookie; /* 0: nothing */
	uint32_t actor;  /* 0: nothing was delivered yet */
	enum kind kind;
	bool cut, cut_asked;
	struct mono since, delivered_at, cut_at; /* cut_at: when cut_asked */
	uint64_t delivered, answered;            /* bytes on the wire */
	uint64_t beside;                         /* … acknowledged by the peer, but no answers */
};

struct watch {
	pthread_t thread;
	int statm;
	/* the thread's own */
	uint16_t port[PORTS_MAX]; /* of the listeners */
	size_t ports;
	struct mono walked; /* when the last walk ended */
	int64_t walk_ns;    /* how long it took */
	uint64_t memory_walked;
	/* shared, under lock */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	uint64_t memory, memory_max;
	struct mono cut_next; /* the first cut_at; ns 0: none */
	struct cut cut[CUTS_MAX];
	size_t cuts;
	uint64_t cut_count;
	uint32_t used; /* places below this may be in use */
	struct place place[PLACES];
};

static bool watched(struct link link)
{
	return link.fd >= 0 && link.fd < PLACES;
}

static void cut_note(struct watch *watch, uint32_t actor, enum cut_why why)
{
	if (watch->cuts < CUTS_MAX)
		watch->cut[watch->cuts++] = (struct cut){ .actor = actor, .why = why };
}

/* Between the question and the shutdown libzmq may close the descriptor and accept another
 * connection under its number: then that one has to connect again, which every client can. */
static void place_cut(struct watch *watch, int fd, enum cut_why why)
{
	struct place *place = &watch->place[fd];

	place->cut_asked = false;
	if (place->cut || kernel_link(fd).cookie != place->cookie)
		return;
	place->cut = true;
	watch->cut_count++;
	shutdown(fd, SHUT_RDWR);
	if (why != CUT_ASKED)
		cut_note(watch, place->actor, why);
}

/* The place of a connection, emptied if another one had it before. */
static struct place *place_of(struct watch *watch, struct link link)
{
	struct place *place = &watch->place[link.fd];

	if (place->cookie != link.cookie)
		*place = (struct place){ .cookie = link.cookie, .since = clock_mono() };
	if (watch->used <= (uint32_t)link.fd)
		watch->used = (uint32_t)link.fd + 1;
	return place;
}

static bool port_listens(const struct watch *watch, uint16_t port)
{
	bool found = false;

	for (size_t i = 0; i < watch->ports && !found; i++)
		found = watch->port[i] == port;
	return found;
}

static void port_note(struct watch *watch, uint16_t port)
{
	if (!port_listens(watch, port) && watch->ports < PORTS_MAX)
		watch->port[watch->ports++] = port;
}

/* How many times less a connection may hold as memory gets short; 1: there is enough. */
static uint64_t pressure(const struct watch *watch)
{
	if (watch->memory_max == 0 || watch->memory <= watch->memory_max / 4 * 3)
		return 1;
	return watch->memory <= watch->memory_max / 8 * 7 ? SHORT : SHORTER;
}

/* Bytes that arrived, were read by libzmq and became no message. */
static uint64_t unread(const struct place *place, const struct tcp_counts *counts, int fd)
{
	const uint64_t age_s = (uint64_t)mono_ms_since(place->since, clock_mono()) / 1000;
	uint64_t gone = place->delivered + age_s * HEARTBEAT_BYTES;

	/* What still waits in the kernel is asked for only where it matters. */
	if (counts->received > gone + UNREAD_BYTES_MAX / SHORTER)
		gone += kernel_waiting(fd);
	return counts->received > gone ? counts->received - gone : 0;
}

/* Answers that the peer has not acknowledged. What it acknowledged beyond them were heartbeats. */
static uint64_t unfetched(struct place *place, const struct tcp_counts *counts)
{
	const uint64_t fetched = counts->fetched;

	if (fetched > place->beside + place->answered)
		place->beside = fetched - place->answered;
	return place->beside + place->answered - fetched;
}

static void tcp_judge(
	struct watch *watch, int fd, struct place *place, const struct tcp_counts *counts)
{
	const uint64_t in = unread(place, counts, fd), out = unfetched(place, counts);

	if (in > UNREAD_BYTES_MAX)
		place_cut(watch, fd, CUT_UNREAD);
	else if (out > UNFETCHED_BYTES_MAX)
		place_cut(watch, fd, CUT_UNFETCHED);
	else if (in > UNREAD_BYTES_MAX / pressure(watch) ||
		 out > UNFETCHED_BYTES_MAX / pressure(watch))
		place_cut(watch, fd, CUT_PRESSURE);
}

static void unix_judge(struct watch *watch, int fd, const struct place *place)
{
	const struct mono heard = place->delivered_at.ns ? place->delivered_at : place->since;

	if (pressure(watch) > 1 && mono_ms_since(heard, clock_mono()) > QUIET_MS)
		place_cut(watch, fd, CUT_PRESSURE);
}

/* What a socket is that was not seen before. A listener's port tells what came in at it. */
static enum kind kind_of(struct watch *watch, int fd)
{
	struct tcp_counts counts;

	if (!kernel_tcp(fd, &counts))
		return kernel_unix_accepted(fd) ? KIND_UNIX : KIND_OTHER;
	if (counts.listens)
		port_note(watch, kernel_local_port(fd));
	else
		return port_listens(watch, kernel_local_port(fd)) ? KIND_TCP : KIND_UNKNOWN;
	return KIND_OTHER;
}

/* The usual case is two questions to the kernel: still the same connection, and its counts. */
static void look_at(struct watch *watch, int fd)
{
	const struct link link = kernel_link(fd);
	struct tcp_counts counts;
	struct place *place;

	if (!watched(link))
		return;
	pthread_mutex_lock(&watch->lock);
	place = place_of(watch, link);
	if (place->kind == KIND_UNKNOWN)
		place->kind = kind_of(watch, fd);
	if (place->kind == KIND_UNIX)
		unix_judge(watch, fd, place);
	else if (place->kind == KIND_TCP && kernel_tcp(fd, &counts))
		tcp_judge(watch, fd, place, &counts);
	pthread_mutex_unlock(&watch->lock);
}

/* Over all descriptors of the process: there may be gaps between them, but the kernel knows. */
static void walk(struct watch *watch)
{
	DIR *directory = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			look_at(watch, (int)strtol(entry->d_name, NULL, 10));
	closedir(directory);
}

/* Carries out the cuts that were asked for and are due. */
static void cut_due(struct watch *watch)
{
	const struct mono now = clock_mono();
	struct mono next = { 0 };

	if (watch->cut_next.ns == 0 || watch->cut_next.ns > now.ns)
		return;
	for (uint32_t fd = 0; fd < watch->used; fd++) {
		const struct place *place = &watch->place[fd];

		if (!place->cut_asked)
			continue;
		if (place->cut_at.ns <= now.ns)
			place_cut(watch, (int)fd, CUT_ASKED);
		else if (next.ns == 0 || place->cut_at.ns < next.ns)
			next = place->cut_at;
	}
	watch->cut_next = next;
}

/* Whether it is time to walk over the connections. */
static bool walk_due(struct watch *watch)
{
	const struct mono now = clock_mono();

	if (watch->memory < watch->memory_walked)
		watch->memory_walked = watch->memory;
	if (now.ns - watch->walked.ns < watch->walk_ns * REST)
		return false;
	return watch->memory >= watch->memory_walked + GROWTH_BYTES ||
	       mono_ms_since(watch->walked, now) >= WALK_MS;
}

static void glance(struct watch *watch)
{
	const uint64_t memory = kernel_anonymous_memory(watch->statm);
	struct mono started;
	bool due, was_pressed;

	pthread_mutex_lock(&watch->lock);
	watch->memory = memory;
	cut_due(watch);
	due = walk_due(watch);
	was_pressed = pressure(watch) > 1;
	pthread_mutex_unlock(&watch->lock);
	if (!due)
		return;
	watch->memory_walked = memory;
	started = clock_mono();
	walk(watch);
	watch->walked = clock_mono();
	watch->walk_ns = watch->walked.ns - started.ns;
	/* What the cut sessions held lies in the heap; only so does it go back to the system. */
	if (was_pressed)
		malloc_trim(0);
}

static void *run(void *arg)
{
	struct watch *watch = arg;
	bool stopping = false;

	while (!stopping) {
		struct timespec until;

		glance(watch);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += GLANCE_MS * 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000;
		}
		pthread_mutex_lock(&watch->lock);
		if (!watch->stopping)
			(void)pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
		stopping = watch->stopping;
		pthread_mutex_unlock(&watch->lock);
	}
	return NULL;
}

static int thread_start(struct watch *watch)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&watch->thread, NULL, run, watch);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0)
		return err_here(
			ERR_IO, "cannot start the watch over connections: %s", err_errno(r));
	return 0;
}

static void watch_free(struct watch *watch)
{
	fd_close(watch->statm);
	pthread_mutex_destroy(&watch->lock);
	pthread_cond_destroy(&watch->wake);
	free(watch);
}

int watch_start(struct watch **ret_watch)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	pthread_condattr_t attributes;
	int r;

	if (!watch)
		return err_here(ERR_NOMEM, "cannot allocate the watch over connections");
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&watch->lock, NULL);
	pthread_cond_init(&watch->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	watch->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (watch->statm < 0)
		r = err_here(ERR_IO, "cannot read /proc/self/statm: %s", err_errno(errno));
	else
		r = thread_start(watch);
	if (r < 0) {
		watch_free(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void watch_stop(struct watch *watch)
{
	if (!watch)
		return;
	pthread_mutex_lock(&watch->lock);
	watch->stopping = true;
	pthread_cond_signal(&watch->wake);
	pthread_mutex_unlock(&watch->lock);
	pthread_join(watch->thread, NULL);
	watch_free(watch);
}

void watch_set_memory(struct watch *watch, uint64_t memory_bytes)
{
	pthread_mutex_lock(&watch->lock);
	watch->memory_max = memory_bytes;
	pthread_mutex_unlock(&watch->lock);
}

uint64_t watch_memory(struct watch *watch)
{
	uint64_t memory;

	pthread_mutex_lock(&watch->lock);
	memory = watch->memory;
	pthread_mutex_unlock(&watch->lock);
	return memory;
}

bool watch_delivered(struct watch *watch, struct link link, uint32_t actor, uint64_t bytes)
{
	struct place *place;
	bool first;

	if (!watched(link))
		return false;
	pthread_mutex_lock(&watch->lock);
	place = place_of(watch, link);
	first = place->actor == 0;
	place->actor = actor;
	place->delivered += bytes;
	place->delivered_at = clock_mono();
	pthread_mutex_unlock(&watch->lock);
	return first;
}

void watch_answered(struct watch *watch, struct link link, uint64_t bytes)
{
	if (!watched(link))
		return;
	pthread_mutex_lock(&watch->lock);
	if (watch->place[link.fd].cookie == link.cookie)
		watch->place[link.fd].answered += bytes;
	pthread_mutex_unlock(&watch->lock);
}

void watch_cut(struct watch *watch, struct link link, uint32_t delay_ms)
{
	struct place *place;

	if (!watched(link))
		return;
	pthread_mutex_lock(&watch->lock);
	place = place_of(watch, link);
	if (delay_ms == 0) {
		place_cut(watch, link.fd, CUT_ASKED);
	} else if (!place->cut_asked && !place->cut) {
		place->cut_asked = true;
		place->cut_at = clock_mono();
		place->cut_at.ns += (int64_t)delay_ms * 1000000;
		if (watch->cut_next.ns == 0 || place->cut_at.ns < watch->cut_next.ns)
			watch->cut_next = place->cut_at;
	}
	pthread_mutex_unlock(&watch->lock);
}

void watch_cut_actor(struct watch *watch, uint32_t actor)
{
	pthread_mutex_lock(&watch->lock);
	for (uint32_t fd = 0; fd < watch->used; fd++)
		if (watch->place[fd].actor == actor && watch->place[fd].cookie != 0)
			place_cut(watch, (int)fd, CUT_ASKED);
	pthread_mutex_unlock(&watch->lock);
}

bool watch_take(struct watch *watch, struct cut *ret_cut)
{
	bool found;

	pthread_mutex_lock(&watch->lock);
	found = watch->cuts > 0;
	if (found)
		*ret_cut = watch->cut[--watch->cuts];
	pthread_mutex_unlock(&watch->lock);
	return found;
}

uint64_t watch_cut_count(struct watch *watch)
{
	uint64_t count;

	pthread_mutex_lock(&watch->lock);
	count = watch->cut_count;
	pthread_mutex_unlock(&watch->lock);
	return count;
}
