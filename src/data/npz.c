/* NPZ: a ZIP of NPY arrays, stored or deflated, read and written by libzip in memory.
 * Images and labels are found by name (the table below); `names` (|S) may name the
 * labels. Values are scaled by the range of all images of the file, so that both halves
 * mean the same. */
#include <string.h>

#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/array_labels.h"
#include "data/columns.h"
#include "data/npy.h"
#include "data/npz.h"
#include "data/npz_names.h"
#include "data/set.h"
#include "numeral_config.h"

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return n_bytes >= 4 && bytes[0] == 'P' && bytes[1] == 'K' &&
           ((bytes[2] == 3 && bytes[3] == 4) || (bytes[2] == 5 && bytes[3] == 6));
}

#ifdef NUMERAL_HAVE_ZIP
#include <zip.h>

/* The arrays of one split, or of a set without splits. */
typedef struct half {
    uint8_t *image_bytes, *label_bytes; /* NULL where there are none */
    numeral_array images, labels;
} half;

typedef struct archive {
    const numeral_source *source;
    zip_t *zip;
    uint64_t left; /* of the budget */
} archive;

static numeral_status open_zip(const numeral_source *source, zip_t **out,
                               numeral_error *err)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *from =
        zip_source_buffer_create(source->bytes, source->n_bytes, 0, &error);
    *out = from ? zip_open_from_source(from, ZIP_RDONLY, &error) : NULL;
    numeral_status status = NUMERAL_OK;
    if (!*out) {
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged NPZ: %s",
                              source->name, zip_error_strerror(&error));
        zip_source_free(from);
    }
    zip_error_fini(&error);
    return status;
}

static numeral_status read_entry(archive *a, const zip_stat_t *about, uint8_t *bytes,
                                 numeral_error *err)
{
    zip_file_t *file = zip_fopen_index(a->zip, about->index, 0);
    zip_int64_t got = file ? zip_fread(file, bytes, about->size) : -1;
    int closed = file ? zip_fclose(file) : -1;
    if (got < 0 || (uint64_t)got != about->size || closed != 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged NPZ: %s: %s",
                            a->source->name, about->name, zip_strerror(a->zip));
    }
    return NUMERAL_OK;
}

typedef numeral_status parser(const uint8_t *bytes, size_t n_bytes, const char *name,
                              numeral_array *out, numeral_error *err);

/* Reads the array `name`; *bytes stays NULL where there is none. */
static numeral_status read_array(archive *a, const char *name, parser *parse,
                                 uint8_t **bytes, numeral_array *out, numeral_error *err)
{
    char file[64], full[NUMERAL_ERROR_TEXT_BYTES];
    zip_stat_t about;
    numeral_status status = NUMERAL_OK;
    snprintf(file, sizeof file, "%s.npy", name);
    if (zip_stat(a->zip, file, ZIP_FL_NOCASE, &about) != 0) {
        return NUMERAL_OK;
    }
    snprintf(full, sizeof full, "%.200s: %s", a->source->name, file);
    if (!(about.valid & ZIP_STAT_SIZE) || about.size > a->left) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: would take more than the %llu bytes of memory allowed",
                            full, (unsigned long long)a->left);
    }
    TRY_ALLOC(*bytes = numeral_allocate(about.size, 1, err));
    a->left -= about.size;
    TRY(read_entry(a, &about, *bytes, err));
    TRY(parse(*bytes, about.size, full, out, err));
done:
    return status;
}

enum { TRAIN, TEST, PLAIN, N_HALVES, N_NAMES = 8 };
/* What arrays are called, the likeliest first: by Keras, MedMNIST, scikit-learn, and by
 * numpy.savez where it is given none. */
static const char *const image_names[N_HALVES][N_NAMES] = {
    {"x_train", "train_images", "train_x"},
    {"x_test", "test_images", "test_x"},
    {"x", "images", "data", "image", "features", "pixels", "arr_0"}};
static const char *const label_names[N_HALVES][N_NAMES] = {
    {"y_train", "train_labels", "train_y"},
    {"y_test", "test_labels", "test_y"},
    {"y", "labels", "target", "targets", "label", "classes", "arr_1"}};

/* Reads the arrays of one half: the first found under its names. */
static numeral_status read_half(archive *a, size_t which, half *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < N_NAMES && image_names[which][i] && !out->image_bytes; i++) {
        TRY(read_array(a, image_names[which][i], numeral_npy_parse, &out->image_bytes,
                       &out->images, err));
    }
    for (size_t i = 0; i < N_NAMES && label_names[which][i] && !out->label_bytes; i++) {
        TRY(read_array(a, label_names[which][i], numeral_npy_parse_labels,
                       &out->label_bytes, &out->labels, err));
    }
done:
    return status;
}

/* The labels of all halves, which must be as many as each one's images. */
static numeral_status add_labels(const half *const *halves, size_t n_halves,
                                 const size_t *counts, const char *name,
                                 numeral_dataset *out, numeral_error *err)
{
    const numeral_array *arrays[2] = {0};
    numeral_dataset labels = {0};
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n_halves; i++) {
        arrays[i] = &halves[i]->labels;
    }
    TRY(numeral_array_labels(arrays, n_halves, name, &labels, err));
    for (size_t i = 0; i < n_halves; i++) {
        if (arrays[i]->shape[0] != counts[i]) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: %zu labels for %zu images",
                             name, arrays[i]->shape[0], counts[i]));
        }
    }
    numeral_dataset_take_labels(out, &labels);
done:
    numeral_dataset_free(&labels);
    return status;
}

/* One half, or two of them one behind the other, as a set. */
static numeral_status join(const numeral_source *source, const half *const *halves,
                           size_t n, numeral_survey *survey, numeral_dataset *out,
                           numeral_error *err)
{
    size_t counts[2] = {0}, height[2] = {0}, width[2] = {0};
    bool labelled = halves[0]->label_bytes != NULL;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n; i++) {
        TRY(numeral_array_shape(&halves[i]->images, source->name, &counts[i], &height[i],
                                &width[i], err));
    }
    if (n == 2 && (height[0] != height[1] || width[0] != width[1] ||
                   labelled != (halves[1]->label_bytes != NULL))) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: x_train (%zu × %zu) and x_test (%zu × %zu) do not join",
                         source->name, height[0], width[0], height[1], width[1]));
    }
    if (survey->columns) {
        numeral_survey_shape(survey, survey->n_columns, &height[0], &width[0]);
    }
    TRY(numeral_source_make(source, counts[0] + counts[1], height[0], width[0], out,
                            err));
    for (size_t i = 0, row = 0; i < n; row += counts[i++]) {
        TRY(numeral_array_pixels(&halves[i]->images, survey,
                                 out->pixels + row * height[0] * width[0], &out->rescaled,
                                 err));
    }
    numeral_survey_hand_over(survey, out);
    if (labelled) {
        TRY(add_labels(halves, n, counts, source->name, out, err));
    }
done:
    return status;
}

/* The half that is asked for; without a question, the plain arrays or both halves. */
static numeral_status choose(const numeral_source *source, const half halves[N_HALVES],
                             numeral_survey *survey, numeral_dataset *out,
                             numeral_error *err)
{
    const half *both[] = {&halves[TRAIN], &halves[TEST]}, *one = &halves[PLAIN];
    bool train = both[0]->image_bytes != NULL, test = both[1]->image_bytes != NULL;
    numeral_split split = source->options->split;
    if ((train || test) && split != NUMERAL_SPLIT_ALL) {
        one = both[split == NUMERAL_SPLIT_TEST];
        if (!one->image_bytes) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no %s",
                                source->name,
                                image_names[split == NUMERAL_SPLIT_TEST][0]);
        }
    } else if (!one->image_bytes && train && test) {
        return join(source, both, 2, survey, out, err);
    } else if (!one->image_bytes) {
        one = both[!train];
    }
    if (!one->image_bytes) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: holds no images, expected arrays x_train, x_test, x, "
                            "images or data",
                            source->name);
    }
    return join(source, &one, 1, survey, out, err);
}

static numeral_status read_names(archive *a, numeral_dataset *out, numeral_error *err)
{
    uint8_t *bytes = NULL;
    numeral_array texts = {0};
    numeral_status status =
        read_array(a, "names", numeral_npy_parse_texts, &bytes, &texts, err);
    if (status == NUMERAL_OK && bytes) {
        status = numeral_npz_names_read(&texts, a->source->name, out, err);
    }
    numeral_release(bytes);
    return status;
}

static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    archive a = {.source = source, .left = source->budget};
    half halves[N_HALVES] = {0};
    numeral_survey survey = {0};
    numeral_source rest = *source;
    numeral_status status = NUMERAL_OK;
    TRY(open_zip(source, &a.zip, err));
    for (size_t i = 0; i < N_HALVES; i++) {
        TRY(read_half(&a, i, &halves[i], err));
        if (halves[i].image_bytes) {
            TRY(numeral_array_survey(&halves[i].images, source->name, &survey, err));
        }
    }
    TRY(numeral_survey_settle(&survey, source->options, err));
    rest.budget = a.left;
    TRY(choose(&rest, halves, &survey, out, err));
    if (out->labels) {
        TRY(read_names(&a, out, err));
    }
done:
    numeral_survey_free(&survey);
    for (size_t i = 0; i < N_HALVES; i++) {
        numeral_release(halves[i].image_bytes);
        numeral_release(halves[i].label_bytes);
    }
    if (a.zip) {
        zip_discard(a.zip);
    }
    return status;
}
#else
static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    (void)out;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "%s: NPZ files need a build with libzip", source->name);
}
#endif

static numeral_status write(const numeral_dataset *data, const char *path,
                            numeral_error *err)
{
    numeral_npz_array arrays[] = {
        {"x", "|u1", 1, 3, {data->n_images, data->height, data->width}, data->pixels},
        {"y", "<u2", sizeof *data->labels, 1, {data->n_images}, data->labels},
        {0},
    };
    char descr[8], *names = NULL;
    float *values = NULL;
    uint8_t *bytes = NULL;
    numeral_status status = NUMERAL_OK;
    if (data->columns) {
        TRY_ALLOC(values = numeral_columns_values(data, err));
        arrays[0] = (numeral_npz_array){
            "x", "<f4", sizeof *values, 2, {data->n_images, data->width}, values};
    }
    if (data->labels) {
        TRY(numeral_dataset_byte_labels(data, &bytes, err));
    }
    if (bytes) {
        arrays[1] = (numeral_npz_array){"y", "|u1", 1, 1, {data->n_images}, bytes};
    }
    TRY(numeral_npz_names_make(data, path, descr, &names, &arrays[2], err));
    size_t n = !data->labels ? 1 : arrays[2].shape[0] ? 3 : 2;
    TRY(numeral_npz_save(path, arrays, n, err));
done:
    numeral_release(bytes);
    numeral_release(values);
    numeral_release(names);
    return status;
}

const numeral_format numeral_format_npz = {
    .entry =
        {.name = "npz",
         .help =
             "NumPy arrays x_train, y_train, x_test, y_test, or x and y; names; arr_0 "
             "and arr_1",
         .source = "NumPy, savez"},
    .recognise = recognise,
    .read = read,
    .write = write,
    .holds_numbers = true,
};
