/* Plugins: shared objects that add parts to a registry. */
#include <dlfcn.h>
#include <string.h>

#include <numeral/extend.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/registry.h"

static void unload(void *object)
{
    dlclose(object);
}

/* dlopen looks for names without a slash in the system's folders, not in this one. */
static void *load(const char *path, numeral_error *err)
{
    numeral_buffer here = {.max_bytes = (size_t)1 << 16};
    if (numeral_buffer_printf(&here, err, "%s%s", strchr(path, '/') ? "" : "./", path) !=
            NUMERAL_OK ||
        numeral_buffer_append(&here, "", 1, err) != NUMERAL_OK) {
        numeral_buffer_free(&here);
        return NULL;
    }
    void *object = dlopen((const char *)here.data, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot load the plugin: %s", path,
                     dlerror());
    }
    numeral_buffer_free(&here);
    return object;
}

numeral_status numeral_registry_load_plugin(numeral_registry *registry, const char *path,
                                            numeral_error *err)
{
    numeral_error failed = {NUMERAL_ERROR_IO, ""};
    void *object = load(path, &failed);
    if (!object) {
        return numeral_fail(err, failed.status, "%s", failed.text);
    }
    void *symbol = dlsym(object, "numeral_plugin");
    if (!symbol) {
        dlclose(object);
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not a plugin: it exports no numeral_plugin", path);
    }
    numeral_status status = numeral_registry_own(registry, object, unload, err);
    if (status != NUMERAL_OK) {
        dlclose(object);
        return status;
    }
    numeral_plugin_function *add;
    memcpy(&add, &symbol, sizeof add); /* ISO C has no cast from object to function */
    status = add(registry, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, path);
    }
    return status;
}
