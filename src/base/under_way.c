/* A list of what lies under hidden names, for a process that is told to end: it may be in
 * the middle of anything, and only here is known what is to be cleared away. Names are
 * made and renamed within one lock, which a sweep takes and keeps; so whoever writes
 * stands still while it clears up, and nothing appears behind it. */
#include "base/under_way.h"

#include <pthread.h>
#include <unistd.h>

#include <numeral/tools/command.h>

#include "base/files.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static numeral_under_way *first;

void numeral_under_way_lock(void)
{
    pthread_mutex_lock(&lock);
}

void numeral_under_way_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

void numeral_under_way_add(numeral_under_way *entry, const char *path, bool folder)
{
    *entry = (numeral_under_way){first, path, folder};
    first = entry;
}

void numeral_under_way_remove(numeral_under_way *entry)
{
    for (numeral_under_way **at = &first; *at; at = &(*at)->next) {
        if (*at == entry) {
            *at = entry->next;
            return;
        }
    }
}

void numeral_outputs_sweep(void)
{
    numeral_under_way_lock();
    for (const numeral_under_way *entry = first; entry; entry = entry->next) {
        if (entry->folder) {
            numeral_folder_remove(entry->path);
        } else {
            unlink(entry->path);
        }
    }
}
