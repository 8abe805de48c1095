/* Folders of images, and single images, as data sets. */
#ifndef NUMERAL_DATA_FOLDER_H
#define NUMERAL_DATA_FOLDER_H

#include "data/format.h"

/* Reads a folder, as numeral_listing_make finds its pictures. They are framed unless
 * options->frame is KEEP, when all must have one size. Files are decoded by several
 * threads; the first bad one, in order, is named, or all where the notes go on. */
numeral_status numeral_folder_read(const char *path, const numeral_load *options,
                                   numeral_dataset *out, numeral_error *err);

/* The same for pictures listed already, `name` in messages; the lists go over to the set.
 */
struct numeral_listing;
numeral_status numeral_listing_read(struct numeral_listing *l, const char *name,
                                    const numeral_load *options, numeral_dataset *out,
                                    numeral_error *err);

/* Writes label/00000.png ... (unlabelled: 00000.png ...) into the new folder `path`. */
numeral_status numeral_folder_write(const numeral_dataset *data, const char *path,
                                    numeral_error *err);
/* Whether it could begin now. */
numeral_status numeral_folder_write_check(const char *path, numeral_error *err);

#endif
