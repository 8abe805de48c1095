/*
 * leaks.c - what LeakSanitizer passes over in every test: blocks that a library keeps for
 * good. The sanitizer asks for this function by name, so it must be visible.
 */
#include <numeral/error.h>

NUMERAL_API const char *__lsan_default_suppressions(void);
NUMERAL_API const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
