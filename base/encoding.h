/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two encodings in which Chinese offices save text. UTF-8 is tried first, strictly; what is not
 * UTF-8 is read as GB18030 (which contains GBK and GB2312), unless it looks like UTF-8 that was
 * damaged: damaged text is never guessed. */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include "base/bytes.h"

enum encoding { ENCODING_DETECT, ENCODING_UTF8, ENCODING_GB18030 };

/* "utf-8" or "gb18030" ("utf8", "gbk" and "gb2312" too), in either case; false: neither. */
bool encoding_parse(const char *word, enum encoding *ret_encoding);
/* Appends text as UTF-8 to out, without a byte order mark. name is the file's, for messages.
 * ret_used is never ENCODING_DETECT. ERR_INVALID names the first line that is not text. */
CHECKED int encoding_to_utf8(const char *name, struct bytes text, enum encoding wanted,
	struct buffer *out, enum encoding *ret_used);

#endif
