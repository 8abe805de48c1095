#include "model/distortion.h"

#include "kernel/idm.h"
#include "rerank/rerank.h"

/* Two pixels each way: more bends letters into digits. */
enum { WARP = 2 };

typedef struct room {
    numeral_idm_shape shape;
    size_t image, plane, map, gradient, cost; /* bytes */
} room;

static room room_of(const numeral_model *model)
{
    size_t height = model->pipeline.height, width = model->pipeline.width;
    room r = {.shape = numeral_idm_shape_make(height, width)};
    r.image = numeral_scratch_bytes(height * width, 1);
    r.plane = numeral_scratch_bytes(height * width, sizeof(double));
    r.map = numeral_scratch_bytes(r.shape.map_bytes, 1);
    r.gradient = numeral_scratch_bytes(r.shape.scratch_values, sizeof(int16_t));
    r.cost = numeral_scratch_bytes(r.shape.cost_values, sizeof(uint16_t));
    return r;
}

size_t numeral_distortion_scratch(const numeral_model *model)
{
    room r = room_of(model);
    return 2 * r.image + r.plane + 2 * r.map + r.gradient + r.cost;
}

double numeral_distortion(const numeral_model *model, const uint8_t *image, int64_t row,
                          void *scratch)
{
    const numeral_idm_kernels *kernels = numeral_idm_kernels_get(numeral_cpu_active());
    size_t height = model->pipeline.height, width = model->pipeline.width;
    room r = room_of(model);
    uint8_t *kept = numeral_scratch_take(&scratch, r.image);
    uint8_t *upright = numeral_scratch_take(&scratch, r.image);
    double *plane = numeral_scratch_take(&scratch, r.plane);
    int8_t *query = numeral_scratch_take(&scratch, r.map);
    int8_t *reference = numeral_scratch_take(&scratch, r.map);
    int16_t *gradient = numeral_scratch_take(&scratch, r.gradient);
    uint16_t *cost = numeral_scratch_take(&scratch, r.cost);
    if (!numeral_model_copy_image(model, (size_t)row, kept)) {
        return 0;
    }
    numeral_view_make(NUMERAL_VIEW_DESKEW, image, height, width, plane, upright);
    kernels->gradient(&r.shape, upright, gradient, query);
    numeral_view_make(NUMERAL_VIEW_DESKEW, kept, height, width, plane, upright);
    kernels->gradient(&r.shape, upright, gradient, reference);
    return (double)kernels->cost_rows(&r.shape, query, reference, WARP, 0, height + 2,
                                      cost);
}
