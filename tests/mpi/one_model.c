/* One model with the rows of all DATA, beside which shards of the same stages are held:
 * what numeral-mpi build would make were there one shard. A DATA is read at a time; the
 * digits, the index and what making it takes are in memory, 2.7 KB a row for MNIST's.
 *
 *     one_model STAGES.model OUT.model DATA...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>
#include <numeral/shards.h>

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "one_model: %s\n", err->text);
        exit(1);
    }
}

static void *grown(void *memory, size_t size)
{
    void *made = realloc(memory, size);
    if (!made) {
        fprintf(stderr, "one_model: no memory for %zu bytes\n", size);
        exit(1);
    }
    return made;
}

/* The digits of `text` behind those of `all`. */
static void append(numeral_dataset *all, const char *text)
{
    numeral_load how = {.split = NUMERAL_SPLIT_TRAIN, .need_labels = true};
    numeral_dataset some;
    numeral_error err;
    must(numeral_dataset_load(text, &how, &some, &err), &err);
    size_t bytes = some.height * some.width, n = all->n_images, more = some.n_images;
    if (some.label_names ||
        (n && (some.height != all->height || some.width != all->width))) {
        fprintf(stderr, "one_model: %s: images of one size and labels that are numbers\n",
                text);
        exit(1);
    }
    all->height = some.height;
    all->width = some.width;
    all->n_images = n + more;
    all->pixels = grown(all->pixels, (n + more) * bytes);
    all->labels = grown(all->labels, (n + more) * sizeof *all->labels);
    memcpy(all->pixels + n * bytes, some.pixels, more * bytes);
    memcpy(all->labels + n, some.labels, more * sizeof *all->labels);
    numeral_dataset_free(&some);
}

int main(int n_arguments, char **arguments)
{
    numeral_dataset all = {0};
    numeral_model *model;
    numeral_error err;
    if (n_arguments < 4) {
        fprintf(stderr, "usage: one_model STAGES.model OUT.model DATA...\n");
        return 2;
    }
    for (int i = 3; i < n_arguments; i++) {
        append(&all, arguments[i]);
    }
    must(numeral_model_load(arguments[1], NULL, &model, &err), &err);
    must(numeral_model_replace_rows(model, &all, NULL, &err), &err);
    numeral_dataset_free(&all);
    must(numeral_model_save(model, arguments[2], &err), &err);
    numeral_model_destroy(model);
    return 0;
}
