/* The images that a model keeps, as they are and as its re-rankers look at them. */
#ifndef NUMERAL_MODEL_VIEWS_H
#define NUMERAL_MODEL_VIEWS_H

#include "base/tensors.h"
#include "model/model.h"

/* The images of all rows in one view; NULL where no re-ranker uses it. */
const numeral_sparse_images *numeral_view_images(const numeral_model *model,
                                                 numeral_view view);

/* Packs n images as they are seen in a view. */
numeral_status numeral_view_pack(const numeral_model *model, numeral_view view,
                                 const uint8_t *images, size_t n, const numeral_run *run,
                                 numeral_sparse_images *out, numeral_error *err);
/* Makes the views that the re-rankers use from n_rows images. */
numeral_status numeral_views_fit(numeral_model *model, const uint8_t *images,
                                 const numeral_run *run, numeral_error *err);
numeral_status numeral_views_save(const numeral_model *model, numeral_tensors *tensors,
                                  numeral_error *err);
/* The model's own images are loaded before. */
numeral_status numeral_views_load(numeral_model *model, const numeral_tensors *tensors,
                                  numeral_error *err);

/* One set of images as the tensors NAME.masks and NAME.values. */
numeral_status numeral_images_save(const numeral_sparse_images *images, const char *name,
                                   numeral_tensors *tensors, numeral_error *err);
numeral_status numeral_images_load(const numeral_model *model, const char *name,
                                   const numeral_tensors *tensors,
                                   numeral_sparse_images *out, numeral_error *err);

#endif
