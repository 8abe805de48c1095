/* What the command needs of the library beyond what programs do: what it lists, reports
 * and writes. */
#ifndef NUMERAL_TOOLS_COMMAND_H
#define NUMERAL_TOOLS_COMMAND_H

#include <numeral/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NUMERAL_OK when NUMERAL_CPU is unset or names a set that this processor has. */
NUMERAL_API numeral_status numeral_cpu_check(numeral_error *err);

/* For a process that is about to end in the middle of its work: removes the hidden files
 * and folders of all outputs under way (numeral/tools/output.h), and lets none begin or
 * appear any more: threads that come to that wait for ever. Not for signal handlers; a
 * thread that waits for signals may call it. */
NUMERAL_API void numeral_outputs_sweep(void);

/* The processor's own name, e.g. "AMD EPYC", for reports; never NULL. */
NUMERAL_API const char *numeral_processor_name(void);

/* What row `at` is called, into `text` (at most `n_bytes`, always NUL-terminated): its
 * image file, or the data's name with its row number before slicing, `mnist:test[17]`. */
NUMERAL_API void numeral_dataset_input(const numeral_dataset *data, size_t at, char *text,
                                       size_t n_bytes);

/* Where `name` lies in the user's cache: $XDG_CACHE_HOME/numeral/NAME, or
 * ~/.cache/numeral/NAME, into `path` (4,096 bytes); false where there is no home. */
NUMERAL_API bool numeral_cache_path(const char *name, char *path);

/* Lists a folder's own pictures and those of its sub-folders, as a data set of it has
 * them; end with numeral_folder_pictures_free. `options` may be NULL. */
NUMERAL_API numeral_status numeral_folder_pictures(const char *path,
                                                   const numeral_load *options,
                                                   char ***paths, size_t *n,
                                                   numeral_error *err);
NUMERAL_API void numeral_folder_pictures_free(char **paths, size_t n);

/* numeral_dataset_pen by that many threads (0: one for each processor); the same digits.
 */
NUMERAL_API numeral_status numeral_dataset_pen_threads(size_t n, uint64_t seed,
                                                       numeral_split split, int threads,
                                                       numeral_dataset *out,
                                                       numeral_error *err);

/* The options a recipe has besides its stages. */
typedef struct numeral_recipe_option {
    const char *name;
    char letter; /* its short form, or 0 */
    const char *argument;
    const char *help;
    bool after_fitting; /* may be overridden on a fitted model */
} numeral_recipe_option;

NUMERAL_API size_t numeral_recipe_option_count(void);
NUMERAL_API const numeral_recipe_option *numeral_recipe_option_get(size_t at);

/* What the preset's recipe is, for `list`; NULL where `entry` is no preset. */
NUMERAL_API const char *numeral_preset_text(const numeral_entry *entry);

/* Writes ids and distances: .npz (`ids` int64, `distances` int64 for integer metrics,
 * else float64; both n × k), or .csv (query, rank, id, distance), whole or not at all.
 * `queries`: the number of each of n digits, also an array of the .npz; NULL: they count
 * from 0. */
NUMERAL_API numeral_status numeral_answers_save_neighbours(const numeral_answers *answers,
                                                           const numeral_model *model,
                                                           const int64_t *queries,
                                                           const char *path,
                                                           numeral_error *err);

/* Writes digits as the rows that the model searches: an .npz with `x` (n × d, the model's
 * dtype), `y` (their labels, u8) where they have some, and `names`, what those are
 * called. `run` may be NULL. */
NUMERAL_API numeral_status numeral_model_save_features(const numeral_model *model,
                                                       const numeral_dataset *data,
                                                       const numeral_run *run,
                                                       const char *path,
                                                       numeral_error *err);

/* Writes what a radius found: .npz (`indptr` int64, n + 1; `ids` int64; `distances` as
 * above: those of query q are at indptr[q] to indptr[q + 1] - 1), or the same .csv. */
NUMERAL_API numeral_status numeral_ranges_save(const numeral_ranges *ranges,
                                               const numeral_model *model,
                                               const int64_t *queries, const char *path,
                                               numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
