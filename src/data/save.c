/* Writing data sets: the format comes from its name or from the path's ending. */
#include <numeral/dataset.h>

#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "data/format.h"

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
    return "folder";
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

numeral_status numeral_dataset_save(const numeral_dataset *data, const char *format,
                                    const char *path, numeral_error *err)
{
    const char *name = format ? format : format_of(path);
    const numeral_format *entry = find(name);
    if (!entry) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %s is not a data format (numeral list format)", path,
                            name);
    }
    if (!entry->write) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: %s is read, but not written, here", path, name);
    }
    if (data->n_images == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: no images to write", path);
    }
    if (data->columns && !entry->holds_numbers) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: its rows are numbers of different scales, which %s "
                            "cannot hold: write .npz or .csv",
                            path, name);
    }
    return entry->write(data, path, err);
}
