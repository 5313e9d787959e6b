/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Four ways to tamper: a byte changed, an entry cut, two swapped, the tail rolled back. Done
 * clumsily, the chain shows the first three. Done by somebody who computes every hash again, the
 * chain shows nothing, and a head or a receipt kept elsewhere shows all four. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "keeper/audit.h"
#include "keeper/head.h"
#include "keeper/restore.h"
#include "tests/keeper/journals.h"

enum tampering { BYTE_CHANGED, ENTRY_CUT, TWO_SWAPPED, TAIL_ROLLED_BACK, TAMPERINGS };
enum { ENTRIES = 8 };

static char said[4096]; /* by the last audit */

static int audit(const char *name, int (*run)(struct journal *, FILE *, FILE *), const char *text)
{
	struct journal *journal = journal_read_only(name);
	FILE *in = stream_of(text ? text : ""), *out = fmemopen(said, sizeof(said), "w");
	int r = run ? run(journal, in, out) : audit_verify(journal, out);

	fclose(out);
	fclose(in);
	journal_close(journal);
	return r;
}

/* The whole journal written anew with one change, under the same epoch: every hash fits. */
static void forge(const char *name, enum tampering tampering)
{
	struct journal *journal = journal_make(name, 1);

	append_many(journal, 1, 2);
	switch (tampering) {
	case BYTE_CHANGED:
		append(journal, "bOdy 3");
		append_many(journal, 4, ENTRIES);
		break;
	case ENTRY_CUT:
		append_many(journal, 4, ENTRIES);
		append(journal, "and one more, so that the number is right");
		break;
	case TWO_SWAPPED:
		append(journal, "body 4");
		append(journal, "body 3");
		append_many(journal, 5, ENTRIES);
		break;
	default:
		append_many(journal, 3, ENTRIES - 3);
		break;
	}
	journal_close(journal);
}

/* The stored bytes changed, the hashes left as they are. */
static void damage(const char *name, enum tampering tampering)
{
	static const char *const tables[] = { "journal", "meta" };
	const struct env_options options = { .path = in_folder(name),
		.map_size_bytes = MAP_BYTES,
		.tables = tables,
		.table_count = 2 };
	const uint8_t key[2][8] = { { 0, 0, 0, 0, 0, 0, 0, 3 }, { 0, 0, 0, 0, 0, 0, 0, 4 } };
	AUTO(buffer_fini) struct buffer third = { 0 };
	AUTO(buffer_fini) struct buffer fourth = { 0 };
	AUTO(env_close) struct env *env = NULL;
	struct bytes value;
	struct txn *txn;
	int r;

	cr_assert_eq(env_open(&options, &env), 0, "%s", err_text());
	cr_assert_eq(env_begin_write(env, &txn), 0);
	cr_assert_eq(txn_get(txn, 0, bytes_of(key[0], 8), &value), 0);
	cr_assert_eq(buffer_add(&third, value), 0);
	cr_assert_eq(txn_get(txn, 0, bytes_of(key[1], 8), &value), 0);
	cr_assert_eq(buffer_add(&fourth, value), 0);
	if (tampering == BYTE_CHANGED)
		third.data[third.len - 5] ^= 1;
	r = tampering == ENTRY_CUT     ? txn_del(txn, 0, bytes_of(key[0], 8))
	    : tampering == TWO_SWAPPED ? txn_put(txn, 0, bytes_of(key[0], 8), buffer_view(&fourth))
				       : txn_put(txn, 0, bytes_of(key[0], 8), buffer_view(&third));
	cr_assert_eq(r, 0);
	if (tampering == TWO_SWAPPED)
		cr_assert_eq(txn_put(txn, 0, bytes_of(key[1], 8), buffer_view(&third)), 0);
	cr_assert_eq(txn_commit(&txn), 0);
}

static struct journal_head make(const char *name, uint8_t epoch, size_t entries)
{
	struct journal *journal = journal_make(name, epoch);
	struct journal_head head;

	append_many(journal, 1, entries);
	head = head_of(journal);
	journal_close(journal);
	return head;
}

/* The receipt of the report at sequence, as a collector's log has it; its own entry is the last. */
static const char *receipt(const char *name, uint64_t sequence, const char *body)
{
	static char lines[8][512];
	static size_t next;
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct journal *journal = journal_read_only(name);
	char epoch[33], chain[65], digest[65], *line = lines[next++ % 8];
	struct journal_head head = head_of(journal);
	struct digest of_body;
	struct entry entry;

	cr_assert_eq(journal_get(journal, sequence, &buffer, &entry), 0);
	cr_assert_eq(digest_of(DIGEST_SHA256, body ? bytes_str(body) : entry.body, &of_body), 0);
	bytes_to_hex(bytes_of(head.epoch, EPOCH_BYTES), epoch);
	bytes_to_hex(digest_view(&entry.chain), chain);
	bytes_to_hex(digest_view(&of_body), digest);
	snprintf(line, 512,
		"{\"facility\":\"A\",\"digest\":\"%s\",\"status\":\"accepted\",\"epoch\":\"%s\","
		"\"sequence\":%zu,\"last_sequence\":%zu,\"chain\":\"%s\"}\n",
		digest, epoch, (size_t)sequence, (size_t)sequence, chain);
	journal_close(journal);
	return line;
}

TestSuite(audit, .init = journals_setup, .fini = journals_teardown);

Test(audit, an_honest_journal_holds_and_the_limit_of_that_is_said)
{
	char line[HEAD_TEXT_BYTES + 1];
	struct journal_head head = make("journal", 1, ENTRIES);

	cr_assert_eq(audit("journal", NULL, NULL), 0, "%s", err_text());
	head_print(&head, line);
	cr_assert(strstr(said, line), "%s", said);
	cr_assert(strstr(said, "cannot show forgery"), "%s", said);
	cr_assert_eq(audit("journal", audit_heads, line), 0, "%s", said);
	cr_assert_eq(audit("journal", audit_receipts, receipt("journal", 3, NULL)), 0, "%s", said);
	cr_assert(strstr(said, "1 receipts hold"), "%s", said);
}

ParameterizedTestParameters(audit, the_chain_shows_clumsy_tampering)
{
	static enum tampering all[] = { BYTE_CHANGED, ENTRY_CUT, TWO_SWAPPED };

	return cr_make_param_array(enum tampering, all, 3);
}

ParameterizedTest(enum tampering *tampering, audit, the_chain_shows_clumsy_tampering)
{
	make("journal", 1, ENTRIES);
	damage("journal", *tampering);
	cr_assert_eq(audit("journal", NULL, NULL), ERR_CORRUPT, "%d: %s", *tampering, said);
	cr_assert(strstr(err_text(), " 3"), "%s", err_text());
}

ParameterizedTestParameters(audit, a_witness_shows_what_the_chain_does_not)
{
	static enum tampering all[] = { BYTE_CHANGED, ENTRY_CUT, TWO_SWAPPED, TAIL_ROLLED_BACK };

	return cr_make_param_array(enum tampering, all, TAMPERINGS);
}

ParameterizedTest(enum tampering *tampering, audit, a_witness_shows_what_the_chain_does_not)
{
	char line[HEAD_TEXT_BYTES];
	struct journal_head head = make("true", 1, ENTRIES);
	const char *kept = receipt("true", ENTRIES - 1, NULL);

	head_print(&head, line);
	forge("journal", *tampering);
	cr_assert_eq(audit("journal", NULL, NULL), 0, "%d: the forgery is not good enough: %s",
		*tampering, err_text());
	cr_assert_eq(audit("journal", audit_heads, line), ERR_CORRUPT, "%d: %s", *tampering, said);
	cr_assert_eq(
		audit("journal", audit_receipts, kept), ERR_CORRUPT, "%d: %s", *tampering, said);
	cr_assert(strstr(err_text(), "history differs"), "%s", err_text());
}

Test(audit, a_receipt_for_another_report_differs)
{
	make("journal", 1, ENTRIES);
	cr_assert_eq(audit("journal", audit_receipts, receipt("journal", 3, "not what I sent")),
		ERR_CORRUPT);
	cr_assert(strstr(said, "another report"), "%s", said);
}

static void restore(const char *from, const char *to)
{
	const struct restore_options options = {
		.from = in_folder(from), .to = in_folder(to), .map_size_bytes = MAP_BYTES
	};
	FILE *out = tmpfile();

	cr_assert_eq(restore_run(&options, out), 0, "%s", err_text());
	fclose(out);
}

Test(audit, earlier_receipts_hold_up_to_the_point_of_resumption)
{
	char text[2048];

	make("copy", 1, 5);
	make("true", 1, ENTRIES); /* went on after the copy */
	snprintf(text, sizeof(text), "%s%s{\"sequence\":0}\n", receipt("true", 5, NULL),
		receipt("true", 6, NULL));
	restore("copy", "journal");
	cr_assert_eq(audit("journal", audit_receipts, text), 0, "%s%s", said, err_text());
	cr_assert(strstr(said, "1 receipts hold, 1 are declared lost, 0 differ; 1 lines hold none"),
		"%s", said);
	cr_assert(strstr(said, "line 2, entry 6: lost"), "%s", said);
	cr_assert_eq(audit("journal", NULL, NULL), 0);
	cr_assert(strstr(said, "restored 20"), "%s", said);
}

Test(audit, put_back_by_hand_nothing_is_declared)
{
	make("journal", 1, 5);
	make("true", 1, ENTRIES);
	cr_assert_eq(audit("journal", audit_receipts, receipt("true", 6, NULL)), ERR_CORRUPT);
	cr_assert(strstr(said, "tail was cut off"), "%s", said);
}

Test(audit, a_restored_entry_cannot_hide_a_changed_past)
{
	make("copy", 1, 5);
	make("true", 1, ENTRIES);
	forge("forged", TWO_SWAPPED);
	restore("forged", "journal");
	cr_assert_eq(audit("journal", audit_receipts, receipt("true", 6, NULL)), ERR_CORRUPT);
}

Test(audit, an_epoch_that_never_was_differs)
{
	char line[HEAD_TEXT_BYTES];
	struct journal_head head = make("other", 2, 3);

	make("journal", 1, 3);
	head_print(&head, line);
	cr_assert_eq(audit("journal", audit_heads, line), ERR_CORRUPT);
	cr_assert(strstr(said, "never had that epoch"), "%s", said);
}

Test(audit, a_file_that_is_no_witness_is_refused)
{
	make("journal", 1, 3);
	cr_assert_eq(audit("journal", audit_heads, ""), ERR_INVALID);
	cr_assert_eq(audit("journal", audit_heads, "01 2 03\n"), ERR_INVALID);
	cr_assert_eq(audit("journal", audit_receipts, "{\"epoch\":\"00\"}\n"), ERR_INVALID);
	cr_assert_eq(audit("journal", audit_receipts, "{\"sequence\":3"), ERR_INVALID);
}
