/* Models from JavaScript: loaded, fitted, taught, saved. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/command.h>

#include "module.h"

/* The library wants memory on 64 bytes. */
EXPORT(allocate) void *module_allocate(size_t bytes);
EXPORT(release) void module_release(void *memory);
EXPORT(start) void module_start(void);
EXPORT(cpu) const char *module_cpu(void);
EXPORT(error_bytes) size_t module_error_bytes(void);
EXPORT(load)
numeral_model *module_load(const void *bytes, size_t n_bytes, const char *name,
                           numeral_error *err);
EXPORT(train)
numeral_model *module_train(const module_images *images, char *names, const char *recipe,
                            numeral_error *err);
EXPORT(destroy) void module_destroy(numeral_model *model);
EXPORT(add)
double module_add(numeral_model *model, const module_images *images, char *names,
                  numeral_error *err);
EXPORT(remove)
int module_remove(numeral_model *model, const double *rows, size_t n, numeral_error *err);
EXPORT(set)
int module_option(numeral_model *model, const char *option, const char *value,
                  numeral_error *err);
EXPORT(image) int module_image(const numeral_model *model, double row, uint8_t *out);
EXPORT(frame)
uint8_t *module_frame(const numeral_model *model, const module_images *images,
                      numeral_error *err);
/* A PNM file's bytes, or another image's that this build decodes, as grey pixels. */
EXPORT(decode)
uint8_t *module_decode(const void *bytes, size_t n_bytes, size_t size[2],
                       numeral_error *err);
EXPORT(save)
void *module_save(const numeral_model *model, size_t *n_bytes, numeral_error *err);

void *module_allocate(size_t bytes)
{
    return aligned_alloc(64, (bytes + 64) & ~(size_t)63);
}

void module_release(void *memory)
{
    free(memory);
}

void module_start(void)
{
    static const numeral_allocator allocator = {module_allocate, module_release};
    numeral_set_allocator(&allocator);
}

const char *module_cpu(void)
{
    return numeral_cpu_name();
}

size_t module_error_bytes(void)
{
    return sizeof(numeral_error);
}

numeral_model *module_load(const void *bytes, size_t n_bytes, const char *name,
                           numeral_error *err)
{
    numeral_model *model = NULL;
    numeral_model_decode(bytes, n_bytes, name, NULL, &model, err);
    return model;
}

numeral_model *module_train(const module_images *images, char *names, const char *recipe,
                            numeral_error *err)
{
    numeral_model *model = NULL;
    module_set set;
    if (module_set_create(NULL, images, &set, err) == NUMERAL_OK &&
        module_set_label(NULL, names, &set, err) == NUMERAL_OK) {
        numeral_model_train(&set.data, recipe, NULL, &model, err);
    }
    module_set_free(&set);
    return model;
}

void module_destroy(numeral_model *model)
{
    numeral_model_destroy(model);
}

/* The number of the first row, or -1. */
double module_add(numeral_model *model, const module_images *images, char *names,
                  numeral_error *err)
{
    int64_t first = -1;
    module_set set;
    if (module_set_create(model, images, &set, err) == NUMERAL_OK &&
        module_set_label(model, names, &set, err) == NUMERAL_OK &&
        numeral_model_add(model, &set.data, NULL, &first, err) != NUMERAL_OK) {
        first = -1;
    }
    module_set_free(&set);
    return (double)first;
}

int module_remove(numeral_model *model, const double *rows, size_t n, numeral_error *err)
{
    int64_t *ids = calloc(n + 1, sizeof *ids);
    if (!ids) {
        module_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        ids[i] = (int64_t)rows[i];
    }
    numeral_status status = numeral_model_remove(model, ids, n, err);
    free(ids);
    return status == NUMERAL_OK;
}

int module_option(numeral_model *model, const char *option, const char *value,
                  numeral_error *err)
{
    return numeral_model_set(model, option, value, NULL, err) == NUMERAL_OK;
}

int module_image(const numeral_model *model, double row, uint8_t *out)
{
    return row >= 0 && numeral_model_get_image(model, (size_t)row, out);
}

uint8_t *module_frame(const numeral_model *model, const module_images *images,
                      numeral_error *err)
{
    module_set set;
    uint8_t *framed = NULL;
    if (module_set_create(model, images, &set, err) == NUMERAL_OK) {
        framed = set.framed;
        set.framed = NULL;
    }
    module_set_free(&set);
    return framed;
}

uint8_t *module_decode(const void *bytes, size_t n_bytes, size_t size[2],
                       numeral_error *err)
{
    numeral_image image = {0};
    if (numeral_image_decode(bytes, n_bytes, "image", &image, err) == NUMERAL_OK) {
        size[0] = image.height;
        size[1] = image.width;
    }
    return image.pixels;
}

void *module_save(const numeral_model *model, size_t *n_bytes, numeral_error *err)
{
    void *bytes = NULL;
    numeral_model_encode(model, &bytes, n_bytes, err);
    return bytes;
}
