/* Where the user's cache is, by the XDG rules. */
#include <stdlib.h>

#include <numeral/tools/command.h>

#include "base/files.h"

bool numeral_cache_path(const char *name, char *folder)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/') { /* the rules ignore relative ones */
        return numeral_path_print(folder, NULL, "%s/numeral/%s", cache, name) ==
               NUMERAL_OK;
    }
    return home && home[0] &&
           numeral_path_print(folder, NULL, "%s/.cache/numeral/%s", home, name) ==
               NUMERAL_OK;
}
