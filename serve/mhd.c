/* Finds libmicrohttpd's functions. */
#include "mhd.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#ifdef SERVE_LATE
static const char file[] = "libmicrohttpd.so.12";

numeral_status serve_mhd_load(serve_mhd *out, numeral_error *err)
{
    void *object = dlopen(file, RTLD_NOW | RTLD_LOCAL), *found = object;
#define FIND(name)                                                                       \
    found = found ? dlsym(object, "MHD_" #name) : NULL;                                  \
    memcpy(&out->name, &found, sizeof found);
    SERVE_MHD_FUNCTIONS(FIND)
#undef FIND
    if (!found) {
        err->status = NUMERAL_ERROR_UNSUPPORTED;
        snprintf(err->text, sizeof err->text,
                 "the service needs %s, which cannot be loaded: %.200s", file, dlerror());
        return err->status;
    }
    return NUMERAL_OK;
}
#else
numeral_status serve_mhd_load(serve_mhd *out, numeral_error *err)
{
    (void)err;
#define TAKE(name) out->name = MHD_##name;
    SERVE_MHD_FUNCTIONS(TAKE)
#undef TAKE
    return NUMERAL_OK;
}
#endif
