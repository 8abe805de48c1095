/* What a model is and holds; fitting, files and prediction have files of their own. */
#include "model/model.h"

#include <stdio.h>
#include <string.h>

#include <numeral/dynamic.h>
#include <numeral/tools/command.h>

#include "base/fail.h"
#include "base/run.h"
#include "model/hold.h"

numeral_model *numeral_model_create(const numeral_registry *registry, numeral_error *err)
{
    numeral_model *model = numeral_allocate_zero(1, sizeof *model, err);
    numeral_guard *guard = model ? numeral_guard_create(err) : NULL;
    if (!guard) {
        numeral_release(model);
        return NULL;
    }
    model->registry = registry;
    model->guard = guard;
    return model;
}

numeral_status numeral_model_make_rows(numeral_model *model, size_t n, numeral_error *err)
{
    model->labels =
        numeral_arena_take(&model->guard->lent, n, sizeof *model->labels, err);
    model->row_classes = numeral_allocate(n, sizeof *model->row_classes, err);
    model->n_rows = model->n_ids = model->room = n;
    return model->labels && model->row_classes ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

numeral_status numeral_model_take_classes(numeral_model *model, numeral_classes *classes,
                                          numeral_error *err)
{
    if (!numeral_arena_own(&model->guard->lent, classes, err)) {
        return NUMERAL_ERROR_MEMORY;
    }
    model->classes = classes;
    model->n_classes = classes->n;
    for (size_t i = 0; i < model->n_ids; i++) {
        model->row_classes[i] = classes->of_label[model->labels[i]];
    }
    return NUMERAL_OK;
}

/* Names are as many as a model remembers; beyond that, rows are of "others". */
enum { MOST_ORIGINS = 256 };

numeral_status numeral_model_add_origin(numeral_model *model, const char *name, size_t n,
                                        numeral_error *err)
{
    size_t at = 0, all = model->n_origins;
    name = all >= MOST_ORIGINS - 1 ? "others" : name;
    while (at < all && (at == 0 || strcmp(model->origins[at].name, name) != 0)) {
        at++; /* the first stays what the model was fitted to */
    }
    numeral_model_origin *made = numeral_allocate_zero(all + 1, sizeof *made, err);
    const char *text = !made ? NULL
                       : at < all
                           ? model->origins[at].name
                           : numeral_arena_printf(&model->guard->lent, err, "%s", name);
    if (!text) {
        numeral_release(made);
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < all; i++) {
        made[i] = model->origins[i];
    }
    made[at].name = text;
    made[at].n_rows += n;
    model->origins = made;
    model->n_origins = at < all ? all : all + 1;
    return NUMERAL_OK;
}

numeral_status numeral_model_take_index(numeral_model *model, numeral_index *index,
                                        numeral_error *err)
{
    const char *text = numeral_index_describe(index);
    model->index = index;
    if (!model->index_text || strcmp(model->index_text, text) != 0) {
        model->index_text = numeral_arena_printf(&model->guard->lent, err, "%s", text);
    }
    return model->index_text ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

numeral_status numeral_model_print_recipe(numeral_model *model, numeral_error *err)
{
    char *text = numeral_recipe_print(&model->recipe);
    if (!text) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for the recipe");
    }
    numeral_release(model->recipe_text);
    model->recipe_text = text;
    return NUMERAL_OK;
}

size_t numeral_model_voters(const numeral_model *model)
{
    return numeral_vote_need(&model->recipe.weights, model->recipe.k, model->n_rows);
}

void numeral_model_destroy(numeral_model *model)
{
    if (!model) {
        return;
    }
    numeral_index_destroy(model->index);
    numeral_index_destroy(model->likeness.background.index);
    numeral_release(model->likeness.background.rows);
    numeral_index_destroy(model->likeness.drawn.index);
    numeral_release(model->likeness.drawn.rows);
    numeral_pipeline_free(&model->pipeline);
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        numeral_sparse_free(&model->views[view]);
    }
    numeral_sparse_free(&model->images);
    numeral_release(model->row_classes);
    numeral_release(model->places);
    numeral_release(model->origins);
    numeral_release(model->recipe_text);
    numeral_release(model->calibration);
    numeral_guard_destroy(model->guard);
    numeral_bytes_free(&model->bytes);
    numeral_release(model);
}

void numeral_model_get_info(const numeral_model *model, numeral_model_info *out)
{
    pthread_mutex_lock(&model->guard->switching);
    size_t bytes = numeral_index_bytes(model->index) + model->n_ids +
                   numeral_sparse_bytes(&model->images);
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        bytes += numeral_sparse_bytes(&model->views[view]);
    }
    *out = (numeral_model_info){
        .recipe = model->recipe_text,
        .data = model->origins[0].name,
        .index = model->index_text,
        .metric = model->recipe.metric.entry->name,
        .integer_distances = numeral_metric_of(model->recipe.metric.entry)->integer,
        .dtype = model->pipeline.quantiser.dtype,
        .n_rows = model->n_rows,
        .n_numbers = model->n_ids,
        .n_origins = model->n_origins,
        .n_dims = model->pipeline.n_dims,
        .n_classes = model->n_classes,
        .k = model->recipe.k,
        .height = model->pipeline.height,
        .width = model->pipeline.width,
        .columns = {model->pipeline.columns ? model->pipeline.width : 0,
                    model->pipeline.columns},
        .bytes = bytes,
        .seed = model->seed,
        .classes = model->classes->labels,
        .labels = model->labels,
        .label_names = model->classes->named ? model->classes->names : NULL,
        .calibration = model->calibration,
        .map = model->calibration ? &model->map : NULL,
    };
    pthread_mutex_unlock(&model->guard->switching);
}

bool numeral_model_get_origin(const numeral_model *model, size_t at,
                              numeral_model_origin *out)
{
    pthread_mutex_lock(&model->guard->switching);
    bool found = at < model->n_origins;
    if (found) {
        *out = model->origins[at];
    }
    pthread_mutex_unlock(&model->guard->switching);
    return found;
}

bool numeral_model_copy_image(const numeral_model *model, size_t row, uint8_t *out)
{
    int16_t vector[NUMERAL_MAX_DIMS];
    bool is_image = numeral_pipeline_is_pixels(&model->pipeline);
    void *to = is_image ? (void *)out : vector;
    if (row >= model->n_ids || (!is_image && !model->images.n) ||
        numeral_index_get_row(model->index, (int64_t)row, to, NULL) != NUMERAL_OK) {
        return false;
    }
    if (!is_image) {
        numeral_sparse_get(&model->images, row, out);
    }
    return true;
}

bool numeral_model_get_image(const numeral_model *model, size_t row, uint8_t *out)
{
    numeral_model now;
    bool copied = numeral_model_hold(model, &now, NULL) == NUMERAL_OK &&
                  numeral_model_copy_image(&now, row, out);
    numeral_model_let_go(&now);
    return copied;
}

size_t numeral_model_get_rows(const numeral_model *model, int64_t *rows, size_t room)
{
    numeral_model now;
    size_t n = 0;
    if (numeral_model_hold(model, &now, NULL) == NUMERAL_OK) {
        n = numeral_index_get_ids(now.index, rows, room);
    }
    numeral_model_let_go(&now);
    return n;
}

void numeral_model_set_places(numeral_model *model)
{
    model->images.places = model->places;
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        model->views[view].places = model->places;
    }
}

numeral_status numeral_model_build_index(const numeral_model *model,
                                         const numeral_part *spec, const numeral_run *run,
                                         numeral_index **out, numeral_error *err)
{
    numeral_index *made = NULL, *dynamic = NULL;
    size_t n = model->n_rows, n_dims = model->index->n_dims;
    size_t stride = n_dims * numeral_dtype_bytes(model->index->dtype);
    uint8_t *data = NULL;
    int64_t *ids = NULL;
    numeral_status status;
    TRY_ALLOC(data = numeral_allocate(n, stride, err));
    TRY_ALLOC(ids = numeral_allocate(n, sizeof *ids, err));
    numeral_index_get_ids(model->index, ids, n);
    for (size_t i = 0; i < n; i++) {
        TRY(numeral_index_get_row(model->index, ids[i], data + i * stride, err));
    }
    numeral_rows rows = {data, model->index->dtype, n, n_dims, stride};
    TRY(numeral_index_build(&rows, spec, &model->recipe.metric, run, &made, err));
    if (model->n_ids > n) { /* rows keep their numbers */
        TRY(numeral_index_make_dynamic(made, ids, model->n_ids, spec, &dynamic, err));
        made = dynamic;
    }
    *out = made;
    made = NULL;
done:
    numeral_index_destroy(made);
    numeral_release(data);
    numeral_release(ids);
    return status;
}

static numeral_status change_index(numeral_model *model, const numeral_part *spec,
                                   const numeral_run *run, numeral_error *err)
{
    numeral_index *old = model->index, *made = NULL;
    numeral_status status = numeral_model_build_index(model, spec, run, &made, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_take_index(model, made, err);
        numeral_index_destroy(old);
    }
    return status;
}

/* A calibration ends where votes are counted in another way. */
static numeral_status take_recipe(numeral_model *model, const numeral_recipe *changed,
                                  bool votes, numeral_error *err)
{
    char *text = numeral_recipe_print(changed);
    if (!text) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for the recipe");
    }
    if (votes && strcmp(text, model->recipe_text) != 0) {
        numeral_release(model->calibration);
        model->calibration = NULL;
    }
    numeral_release(model->recipe_text);
    model->recipe_text = text;
    model->recipe = *changed;
    return NUMERAL_OK;
}

numeral_status numeral_model_set(numeral_model *model, const char *option,
                                 const char *value, const numeral_run *run,
                                 numeral_error *err)
{
    const numeral_recipe_option *about = NULL;
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        if (strcmp(numeral_recipe_option_get(i)->name, option) == 0) {
            about = numeral_recipe_option_get(i);
        }
    }
    if (about && !about->after_fitting) {
        return numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "--%s is fixed when a model is fitted; train again to change it", option);
    }
    run = numeral_run_or_default(run);
    numeral_recipe changed = model->recipe;
    numeral_status status = numeral_recipe_set(&changed, option, value, err);
    if (status == NUMERAL_OK && changed.k > model->n_rows) {
        status =
            numeral_fail(err, NUMERAL_ERROR_LIMIT, "-k %zu: the model has only %zu rows",
                         changed.k, model->n_rows);
    }
    if (status == NUMERAL_OK &&
        (strcmp(option, "index") == 0 || strcmp(option, "recall") == 0)) {
        status = change_index(model, &changed.index, run, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    return take_recipe(model, &changed, strcmp(option, "index") != 0, err);
}
