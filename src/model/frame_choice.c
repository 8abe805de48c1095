/* The usual framing is right for nearly all pictures, and then lies near training digits.
 * Where it does not, the others are made, too, and the nearest row decides: of a tight
 * crop taken for its own negative nothing is near. */
#include "model/frame_choice.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/background.h"
#include "model/distortion.h"
#include "model/likeness.h"

/* Likenesses, chosen on left-out training digits in tight crops, with shadows and with
 * what lies beside them, and on things that are none (docs/framing.md). A framing as
 * usual as SURE is not doubted; another must be ACCEPTED, and so much nearer. */
static const double SURE = 0.1, ACCEPTED = 0.1, NEARER = 0.9;
/* Of a tight crop, which lost a bar as a printed line, and lies farther for that. */
static const double TIGHT_ACCEPTED = 0.01;

typedef struct choice {
    const numeral_model *model;
    size_t bytes; /* of an image */
    uint8_t *images;
    uint8_t *vectors;
    void *scratch; /* of distortions; NULL: they are not looked at */
    size_t stride;
    numeral_making making;
    size_t usual; /* the way that is taken where it does */
    numeral_frame_about about[NUMERAL_INK_WAYS];
    double strangeness[NUMERAL_INK_WAYS];
} choice;

/* The strangeness of n images from number `first` on. */
static numeral_status measure(choice *c, size_t first, size_t n, numeral_error *err)
{
    const numeral_model *model = c->model;
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    const numeral_run alone = {.threads = 1};
    numeral_search how = {.k = 1, .radius = INFINITY, .run = alone};
    numeral_rows rows = {c->vectors, model->pipeline.quantiser.dtype, n,
                         model->pipeline.n_dims, c->stride};
    int64_t ids[NUMERAL_INK_WAYS];
    double distances[NUMERAL_INK_WAYS];
    numeral_asides asides[NUMERAL_INK_WAYS] = {{0}};
    numeral_status status;
    TRY(numeral_pipeline_rows(&model->pipeline, c->images + first * c->bytes, n,
                              c->stride, &alone, c->vectors, err));
    TRY(numeral_index_search(model->index, &rows, &how, ids, distances, err));
    TRY(numeral_beside_search(model, &rows, 1, asides, err));
    for (size_t i = 0; i < n; i++) {
        double distance = numeral_metric_unsquared(metric, distances[i]);
        const uint8_t *image = c->images + (first + i) * c->bytes;
        if (c->scratch && numeral_strangeness_looks(model, distance)) {
            asides[i].distortion = numeral_distortion(model, image, ids[i], c->scratch);
        }
        c->strangeness[first + i] =
            numeral_strangeness(model, distance, &asides[i], image);
    }
done:
    return status;
}

static bool agrees(const choice *c, size_t way)
{
    return c->making.polarity == NUMERAL_POLARITY_ANY ||
           c->about[way].light == (c->making.polarity == NUMERAL_POLARITY_LIGHT);
}

static size_t usual_way(numeral_making making)
{
    return !making.tight                               ? NUMERAL_INK_USUAL
           : making.polarity == NUMERAL_POLARITY_LIGHT ? NUMERAL_INK_LIGHT
                                                       : NUMERAL_INK_DARK;
}

static numeral_status frame(choice *c, const numeral_image *image, size_t way,
                            numeral_error *err)
{
    return numeral_frame_picture(image, (numeral_ink_way)way, c->model->pipeline.height,
                                 c->model->pipeline.width, c->images + way * c->bytes,
                                 &c->about[way], err);
}

/* The nearest of those that the polarity allows; the usual one where none is. A digit is
 * as near as others in some way; a thing that is none must not get seven chances. */
static size_t nearest(const choice *c)
{
    const numeral_likeness *known = &c->model->likeness;
    size_t best = c->usual;
    bool allowed = agrees(c, best) && c->about[best].digits;
    double least = allowed ? c->strangeness[best] * NEARER : INFINITY;
    double enough = c->about[best].tight ? TIGHT_ACCEPTED : ACCEPTED;
    for (size_t way = 0; way < NUMERAL_INK_WAYS; way++) {
        bool accepted =
            !allowed || numeral_likeness_of(known, c->strangeness[way]) >= enough;
        if (accepted && way != c->usual && c->about[way].digits && agrees(c, way) &&
            c->strangeness[way] < least) {
            best = way;
            least = c->strangeness[way];
        }
    }
    return best;
}

static numeral_status choose(choice *c, const numeral_image *image, size_t *way,
                             numeral_error *err)
{
    const numeral_likeness *known = &c->model->likeness;
    numeral_status status;
    *way = c->usual;
    TRY(frame(c, image, c->usual, err));
    if (!known->known) {
        goto done;
    }
    TRY(measure(c, c->usual, 1, err));
    bool like_one = c->about[c->usual].digits == 1 && agrees(c, c->usual);
    if (like_one && numeral_likeness_of(known, c->strangeness[c->usual]) >= SURE) {
        goto done;
    }
    for (size_t other = 0; other < NUMERAL_INK_WAYS; other++) {
        if (other != c->usual) {
            TRY(frame(c, image, other, err));
        }
    }
    TRY(measure(c, 0, NUMERAL_INK_WAYS, err));
    *way = nearest(c);
done:
    return status;
}

numeral_status numeral_frame_choose(const numeral_model *model,
                                    const numeral_image *image, numeral_making making,
                                    uint8_t *out, numeral_frame_about *about,
                                    numeral_error *err)
{
    size_t n_dims = model->pipeline.n_dims, way = 0;
    choice c = {.model = model,
                .making = making,
                .usual = usual_way(making),
                .bytes = model->pipeline.height * model->pipeline.width,
                .stride = numeral_round_up(
                    n_dims * numeral_dtype_bytes(model->pipeline.quantiser.dtype), 64)};
    numeral_status status;
    TRY_ALLOC(c.images = numeral_allocate(NUMERAL_INK_WAYS, c.bytes, err));
    TRY_ALLOC(c.vectors = numeral_allocate(NUMERAL_INK_WAYS, c.stride, err));
    if (model->likeness.distortion > 0) {
        TRY_ALLOC(c.scratch =
                      numeral_allocate(1, numeral_distortion_scratch(model), err));
    }
    TRY(choose(&c, image, &way, err));
    memcpy(out, c.images + way * c.bytes, c.bytes);
    *about = c.about[way];
done:
    numeral_release(c.images);
    numeral_release(c.vectors);
    numeral_release(c.scratch);
    return status;
}
