/* The index of float rows as an object: made empty, finished, ended. */
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "index/floats/floats.h"

numeral_floats *numeral_floats_create(const numeral_index *head, numeral_error *err)
{
    numeral_floats *floats = numeral_allocate_zero(1, sizeof *floats, err);
    if (floats) {
        floats->head = *head;
        floats->scale = 1;
    }
    return floats;
}

void numeral_floats_destroy(numeral_index *index)
{
    numeral_floats *floats = (numeral_floats *)index;
    if (floats) {
        numeral_index_destroy(floats->inner);
        numeral_release(floats->own[0]);
        numeral_release(floats->own[1]);
        numeral_release(floats);
    }
}

void numeral_floats_take_numbers(numeral_floats *floats)
{
    floats->mode = (numeral_floats_mode)floats->numbers[0];
    floats->scale = floats->numbers[1];
    floats->error = floats->numbers[2];
}

static void fill_numbers(numeral_floats *floats)
{
    floats->numbers[0] = floats->mode;
    floats->numbers[1] = floats->scale;
    floats->numbers[2] = floats->error;
    floats->numbers[3] = floats->inner ? floats->inner->dtype : NUMERAL_I16;
}

void numeral_floats_finish(numeral_floats *floats)
{
    numeral_index *head = &floats->head;
    const char *type = head->dtype == NUMERAL_F32 ? "f32" : "f64";
    size_t row = head->n_dims * numeral_dtype_bytes(head->dtype);
    fill_numbers(floats);
    head->bytes = sizeof *floats + (floats->rows ? head->n_rows * row : 0) +
                  (floats->centre ? head->n_dims * sizeof(double) : 0) +
                  (floats->inner ? numeral_index_bytes(floats->inner) : 0);
    if (!floats->inner) {
        snprintf(head->description, sizeof head->description, "%s, every row", type);
    } else if (floats->mode == NUMERAL_FLOATS_WHOLE) {
        snprintf(head->description, sizeof head->description, "%s, whole numbers: %.90s",
                 type, floats->inner->description);
    } else {
        numeral_text_format(head->description, sizeof head->description,
                            "%s, by i16 within %.3g: %.70s", type, floats->error,
                            floats->inner->description);
    }
}
