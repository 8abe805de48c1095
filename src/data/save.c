/* Writing data sets: the format comes from its name or from the path's ending. */
#include <numeral/dataset.h>

#include <string.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "data/folder.h"
#include "data/format.h"

/* The format that the path's ending names; a name without any is a folder's. NULL: the
 * ending is no format's. */
static const char *format_of(const char *path)
{
    static const struct {
        const char *end, *format;
    } endings[] = {{".npz", "npz"},      {".csv", "csv"},    {".csv.gz", "csv"},
                   {".idx", "idx"},      {".idx.gz", "idx"}, {"-ubyte", "idx"},
                   {"-ubyte.gz", "idx"}, {".db", "taught"},  {"/", "folder"}};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (numeral_text_ends(path, endings[i].end)) {
            return endings[i].format;
        }
    }
    const char *base = numeral_path_base(path);
    return strchr(base + strspn(base, "."), '.') ? NULL : "folder";
}

static const numeral_format *find(const char *name)
{
    for (size_t i = 0; i < numeral_n_formats; i++) {
        if (strcmp(numeral_formats[i]->name, name) == 0) {
            return numeral_format_of(numeral_formats[i]);
        }
    }
    return NULL;
}

/* The format to write, if it can be written. */
static numeral_status choose(const char *format, const char *path,
                             const numeral_format **out, numeral_error *err)
{
    const char *name = format ? format : format_of(path);
    if (!name) {
        return numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "%.300s: expected .npz, .csv, .csv.gz, .idx, -ubyte or .db at "
            "its end, or a folder's name with / behind it",
            path);
    }
    *out = find(name);
    if (!*out) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %s is not a data format (numeral list format)", path,
                            name);
    }
    return (*out)->write
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                              "%s: %s is read, but not written, here", path, name);
}

numeral_status numeral_dataset_save_check(const char *format, const char *path,
                                          numeral_error *err)
{
    const numeral_format *entry = NULL;
    numeral_status status = choose(format, path, &entry, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    return entry == &numeral_format_folder ? numeral_folder_write_check(path, err)
                                           : numeral_output_check(path, err);
}

numeral_status numeral_dataset_save(const numeral_dataset *data, const char *format,
                                    const char *path, numeral_error *err)
{
    const numeral_format *entry = NULL;
    numeral_status status = choose(format, path, &entry, err);
    if (status != NUMERAL_OK || !entry) {
        return status;
    }
    if (data->n_images == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: no images to write", path);
    }
    if (data->columns && !entry->holds_numbers) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: its rows are numbers of different scales, which %s "
                            "cannot hold: write .npz or .csv",
                            path, entry->entry.name);
    }
    return entry->write(data, path, err);
}
