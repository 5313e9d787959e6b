/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row of rules.csv, and what becomes of it on a form. For the catalogue's loader only. */
#ifndef MODEL_CATALOG_RULE_ROW_H
#define MODEL_CATALOG_RULE_ROW_H

#include "model/rule_inside.h"
#include "model/table_row.h"

/* Everything that does not depend on a form; what is wrong is a fault of the row. */
void rule_read(const struct row *row, const struct catalog *catalog, struct rule *rule,
	struct rule_detail *detail);
/* ERR_INVALID: it cannot be compiled for this form, and why. */
CHECKED int rule_compile(const struct row *row, const struct catalog *catalog,
	const struct rule *rule, struct rule_detail *detail, const struct form *form,
	struct compiled_rule *ret_compiled);
void compiled_rule_fini(struct compiled_rule *rule);

#endif
