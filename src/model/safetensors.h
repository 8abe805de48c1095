/* The .safetensors container: an 8-byte little-endian header length, a JSON header
 * (names, dtypes, shapes, offsets, `__metadata__` of strings), then the tensors,
 * contiguous, each of ours starting on 64 bytes
 * (https://github.com/huggingface/safetensors).
 *
 * The metadata holds a checksum of each tensor. One of the header itself cannot stand in
 * it, so that it is the last tensor, `header`: a U64 of all bytes before the first. */
#ifndef NUMERAL_MODEL_SAFETENSORS_H
#define NUMERAL_MODEL_SAFETENSORS_H

#include "base/json.h"
#include "base/tensors.h"

/* What both sides know of the container. */
#define NUMERAL_TENSOR_GUARD "header"
enum { NUMERAL_TENSOR_ALIGNMENT = 64, NUMERAL_TENSOR_KEY_BYTES = 80 };

/* The key of a tensor's checksum in the metadata, and the checksum, XXH3-64. */
void numeral_safetensors_key(const char *tensor, char out[NUMERAL_TENSOR_KEY_BYTES]);
void numeral_safetensors_hash(const void *bytes, size_t n_bytes, char out[17]);

/* Writes the file whole or not at all; `about`, an object of texts, becomes its metadata
 * and gets the checksum of every tensor. */
numeral_status numeral_safetensors_save(const char *path, json_t *about,
                                        const numeral_tensors *tensors,
                                        numeral_error *err);
/* The same bytes in new memory, to be released. */
numeral_status numeral_safetensors_encode(json_t *about, const numeral_tensors *tensors,
                                          uint8_t **out, size_t *n_bytes,
                                          numeral_error *err);

/* Reads a header and points `tensors` into `bytes` (which start on 64 bytes and outlive
 * them; a big-endian machine turns their numbers round where they lie). Every length is
 * checked against `n_bytes` before use, every tensor against its checksum, and the header
 * against its own; *guarded says whether it has one, which files of version 1 have not.
 * `name` is used in messages. *about holds texts alone; end it with json_decref. */
numeral_status numeral_safetensors_read(const uint8_t *bytes, size_t n_bytes,
                                        const char *name, json_t **about, bool *guarded,
                                        numeral_tensors *tensors, numeral_error *err);

#endif
