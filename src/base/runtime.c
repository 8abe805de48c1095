/* The two tables by which a program replaces heap and files, and what belongs to the
 * whole process. */
#include <numeral/runtime.h>
#include <numeral/tools/command.h>

#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

const char *numeral_version(void)
{
    return NUMERAL_VERSION;
}

const char *numeral_processor_name(void)
{
#if defined(__x86_64__)
    static _Thread_local char name[49];
    unsigned words[12];
    for (unsigned i = 0; i < 3; i++) {
        if (!__get_cpuid(0x80000002u + i, &words[4 * i], &words[4 * i + 1],
                         &words[4 * i + 2], &words[4 * i + 3])) {
            return "x86-64";
        }
    }
    memcpy(name, words, 48);
    size_t length = strlen(name);
    while (length && name[length - 1] == ' ') {
        name[--length] = '\0';
    }
    return name + strspn(name, " ");
#elif defined(__aarch64__)
    return "AArch64";
#else
    return "unknown processor";
#endif
}
