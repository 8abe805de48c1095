/* The text of one part: `name`, or `name=argument:argument:parameter=argument`. */
#ifndef NUMERAL_BASE_SPEC_H
#define NUMERAL_BASE_SPEC_H

#include "base/memory.h"
#include "base/registry.h"
#include "base/text.h"

/* An entry with a value for each of its parameters. */
typedef struct numeral_part {
    numeral_kind kind;
    const numeral_entry *entry;
    double values[NUMERAL_MAX_PARAMETERS];
} numeral_part;

/* The entry with its defaults. */
numeral_part numeral_part_default(numeral_kind kind, const numeral_entry *entry);

/* Parses `length` characters of `text` as a part found in one of the tables; an unknown
 * name or parameter is answered with the nearest known one. */
numeral_status numeral_part_parse(const char *text, size_t length,
                                  const numeral_table *tables, size_t n_tables,
                                  numeral_part *out, numeral_error *err);
/* Parses arguments alone (what stands behind the first `=`) into part->values. */
numeral_status numeral_part_arguments(const char *text, size_t length, numeral_part *part,
                                      numeral_error *err);

/* Appends the canonical text: parameters that differ from their defaults, positional as
 * long as all before them are written too, else by name. */
numeral_status numeral_part_print(const numeral_part *part, numeral_buffer *out,
                                  numeral_error *err);
/* The same as a text of its own, to be released. */
char *numeral_part_text(const numeral_part *part, numeral_error *err);
/* Appends the arguments alone. */
numeral_status numeral_part_print_arguments(const numeral_part *part, numeral_buffer *out,
                                            numeral_error *err);

/* Appends the shortest decimal text that reads back as `value` (numeral_number_parse). */
numeral_status numeral_number_print(double value, numeral_buffer *out,
                                    numeral_error *err);

#endif
