/* The reader: what happens to a digit between its image and its answer, written once.
 *
 * It takes digits in blocks and gives a verdict on each:
 *   1. their vectors are made, or, of the model's own rows, taken from the index;
 *   2. the nearest rows of each are found;
 *   3. those that the gate leaves open are searched again, for all the candidates, and
 *      the hard ones among them are decided by the re-rankers (the second look);
 *   4. of all others the neighbours vote, and it is said how sure each answer is.
 * A study that counts votes in its own way stops before the last step, and one that only
 * wants neighbours behind the second. Whoever reads much that is no digit leaves out the
 * third, which is dear, and reads what is left again. */
#ifndef NUMERAL_MODEL_READER_H
#define NUMERAL_MODEL_READER_H

#include "model/background.h"
#include "model/model.h"
#include "model/second_look.h"

/* How far digits are read. */
typedef enum numeral_read_depth {
    NUMERAL_READ_NEIGHBOURS, /* 1 and 2 */
    NUMERAL_READ_LOOK,       /* 1 to 3 */
    NUMERAL_READ_VOTE,       /* 1, 2 and 4: as if no digit were hard or strange */
    NUMERAL_READ_ANSWER      /* all */
} numeral_read_depth;

/* What is known of one digit. The arrays belong to the reader. */
typedef struct numeral_read_verdict {
    size_t n, n_voters;      /* neighbours that were found; the first of them vote */
    const int64_t *ids;      /* n rows, nearest first */
    const double *distances; /* n, in the metric's units (l2: squared) */
    /* from NUMERAL_READ_LOOK on: */
    bool hard;       /* the second look decides, whatever the votes say */
    uint16_t winner; /* class number; of hard digits alone, or with votes */
    /* with NUMERAL_READ_VOTE and _ANSWER: */
    numeral_decided decided;
    double *votes;     /* of each class; their sum is 1 */
    double confidence; /* as in numeral_answers */
    /* with NUMERAL_READ_ANSWER alone: */
    numeral_asides asides; /* of digits whose neighbours are far */
    /* The share of left-out training digits that are as strange: 0 to 1; 1 where the
     * model does not know (likeness.h). */
    double likeness;
    numeral_refused refused; /* for what reason `winner` is better not told */
} numeral_read_verdict;

/* Room for one ballot of each worker. */
typedef struct numeral_ballot_room {
    size_t n, n_classes;
    double *lengths, *scratch; /* n and 2 × n_classes of each */
    uint16_t *classes;         /* n */
} numeral_ballot_room;

/* Filled by numeral_reader_open, ended by numeral_reader_free, which takes zeros too. It
 * belongs to one thread, though it works with several; the model must not change while it
 * is open. */
typedef struct numeral_reader {
    const numeral_model *model;
    numeral_read_depth depth;
    int threads;
    size_t room;     /* digits that fit a block */
    size_t k;        /* neighbours looked for */
    size_t n_voters; /* of them */
    /* the block that was read last */
    size_t n;
    const uint8_t *images; /* NULL: the model keeps what is needed of its own rows */
    const int64_t *own;    /* the row that each digit is; NULL: they are none */
    const uint8_t *digits; /* how many each image seems to hold, as its framing saw it
                              (numeral_model_frame_image); NULL: not known */
    numeral_rows vectors;
    numeral_read_verdict *verdicts;
    numeral_read_seconds seconds; /* so far; the total only in numeral_reader_read_all */
    /* memory; scratch is for each worker */
    uint8_t *vector_bytes;
    int64_t *ids;
    double *distances, *votes;
    numeral_ballot_room ballots; /* scratch */
    double *shapes; /* scratch: an image, and what numeral_shape_digits needs */
    size_t shape_room;
    uint8_t *bends; /* scratch of distortions; NULL: they are not looked at */
    size_t bend_room;
    numeral_look look;
    size_t *open; /* the digits that the gate leaves open */
    struct {
        size_t bytes; /* of `memory` */
        void *memory;
        size_t k;
        uint8_t *vectors;
        int64_t *own, *ids;
        double *distances;
    } again; /* some digits' second search */
} numeral_reader;

/* Makes room for reading at most n digits (more come in several blocks) with at least k
 * neighbours each, and as many as the recipe needs. */
numeral_status numeral_reader_open(numeral_reader *reader, const numeral_model *model,
                                   numeral_read_depth depth, size_t n, size_t k,
                                   const numeral_run *run, numeral_error *err);
void numeral_reader_free(numeral_reader *reader);

/* Reads one block of n digits, at most reader->room: `images` of the model's frame, `own`
 * the row that each is, which is left out of its answer (NULL: they are no rows). Without
 * images they are these rows as the model keeps them. Images and `own` must live as long
 * as the verdicts: until the next block. */
numeral_status numeral_reader_read(numeral_reader *reader, const uint8_t *images,
                                   const int64_t *own, size_t n, numeral_error *err);

/* Searches n digits of the block (their numbers) again, for k neighbours: their verdicts'
 * neighbours are then these, until the next call. */
numeral_status numeral_reader_search_again(numeral_reader *reader, const size_t *digits,
                                           size_t n, size_t k, numeral_error *err);

/* Makes room for `workers` ballots of at most n neighbours. */
numeral_status numeral_ballot_room_create(const numeral_model *model, size_t n,
                                          size_t workers, numeral_ballot_room *out,
                                          numeral_error *err);
void numeral_ballot_room_free(numeral_ballot_room *room);
/* The ballot of the first n neighbours of a verdict, in a worker's room. */
numeral_ballot numeral_reader_ballot(const numeral_model *model,
                                     const numeral_read_verdict *verdict, size_t n,
                                     const numeral_ballot_room *room, int worker);

/* Takes the verdicts on a block whose first digit is number `first`; a failure ends the
 * reading. */
typedef numeral_status (*numeral_reader_sink)(void *context, numeral_reader *reader,
                                              size_t first, numeral_error *err);
/* Reads n digits block by block, and reports them as `doing`. With `leave_out` they are
 * all the model's rows in the order of their ids, each left out of its own answer.
 * `digits`: of each image, or NULL. */
numeral_status numeral_reader_read_all(numeral_reader *reader, const uint8_t *images,
                                       const uint8_t *digits, bool leave_out, size_t n,
                                       const char *doing, const numeral_run *run,
                                       numeral_reader_sink sink, void *context,
                                       numeral_error *err);
/* The same for a set of images of any size, which are framed first. */
numeral_status numeral_reader_read_data(numeral_reader *reader,
                                        const numeral_dataset *data, bool leave_out,
                                        const numeral_run *run, numeral_reader_sink sink,
                                        void *context, numeral_error *err);

#endif
