/* What a model is, as JSON. */
#include "answers.h"

const char *answer_dtype(numeral_dtype dtype)
{
    static const char *const names[] = {"u8", "i8", "i16", "f32", "f64"};
    return names[dtype];
}

static json_t *origins_json(const numeral_model *model)
{
    numeral_model_origin origin;
    json_t *all = json_array();
    for (size_t i = 0; numeral_model_get_origin(model, i, &origin); i++) {
        json_array_append_new(all,
                              json_pack("{s:o, s:I}", "data", answer_text(origin.name),
                                        "n", (json_int_t)origin.n_rows));
    }
    return all;
}

json_t *answer_labels(const numeral_model_info *info)
{
    json_t *all = json_array();
    for (size_t c = 0; c < info->n_classes; c++) {
        char number[NUMERAL_LABEL_BYTES];
        const char *name = answer_label_name(info, info->classes[c], number);
        json_array_append_new(all, json_pack("{s:i, s:o}", "label", (int)info->classes[c],
                                             "name", answer_text(name)));
    }
    return all;
}

json_t *answer_model(const numeral_model *model, const char *path, uint64_t file_bytes)
{
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    return json_pack(
        "{s:o, s:s, s:o, s:o, s:I, s:I, s:I, s:s, s:I, s:I, s:s, s:s, s:I, s:s?, s:I, "
        "s:I, s:I}",
        "model", answer_text(path), "recipe", info.recipe, "trained_on",
        origins_json(model), "labels", answer_labels(&info), "n_rows",
        (json_int_t)info.n_rows, "n_numbers", (json_int_t)info.n_numbers, "dims",
        (json_int_t)info.n_dims, "dtype", answer_dtype(info.dtype), "height",
        (json_int_t)info.height, "width", (json_int_t)info.width, "index", info.index,
        "metric", info.metric, "k", (json_int_t)info.k, "calibration", info.calibration,
        "seed", (json_int_t)info.seed, "bytes", (json_int_t)info.bytes, "file_bytes",
        (json_int_t)file_bytes);
}
