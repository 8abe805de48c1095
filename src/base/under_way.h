/* What is being written under hidden names. */
#ifndef NUMERAL_BASE_UNDER_WAY_H
#define NUMERAL_BASE_UNDER_WAY_H

#include <stdbool.h>

/* A file or a folder under a hidden name; lies in what writes it. */
typedef struct numeral_under_way {
    struct numeral_under_way *next;
    const char *path;
    bool folder;
} numeral_under_way;

/* Between the two, hidden names may be made and renamed. Once a sweep has begun the first
 * never returns. */
void numeral_under_way_lock(void);
void numeral_under_way_unlock(void);

/* Both within the lock. */
void numeral_under_way_add(numeral_under_way *entry, const char *path, bool folder);
void numeral_under_way_remove(numeral_under_way *entry); /* also where it was not added */

#endif
