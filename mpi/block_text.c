/* The same lines and arrays as numeral's own commands write. A block begins with a head
 * that counts what is in it. */
#include "block_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/command.h>
#include <numeral/tools/output.h>

typedef struct head {
    int64_t n, errors, refused;
} head;

static const char *label_name(const numeral_model_info *info, numeral_label label,
                              char number[NUMERAL_LABEL_BYTES])
{
    for (size_t c = 0; info->label_names && c < info->n_classes; c++) {
        if (info->classes[c] == label) {
            return info->label_names[c];
        }
    }
    snprintf(number, NUMERAL_LABEL_BYTES, "%u", (unsigned)label);
    return number;
}

/* A cell, in quotes where it needs them (RFC 4180). */
static void put_cell(FILE *csv, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, csv);
        return;
    }
    fputc('"', csv);
    for (; *text; text++) {
        fputs(*text == '"' ? "\"" : "", csv);
        fputc(*text, csv);
    }
    fputc('"', csv);
}

/* What one line is made of. */
typedef struct line {
    char input[600];
    const char *truth, *label; /* `truth`: of labelled data */
    double confidence;
    const char *refused; /* why, or NULL */
} line;

static void put_line(const mpi_job *job, const line *is, FILE *text)
{
    if (job->command == JOB_EVAL) {
        put_cell(text, is->input);
        fputc(',', text);
        put_cell(text, is->truth);
        fputc(',', text);
        put_cell(text, is->label);
        fprintf(text, ",%.6f,%s\n", is->confidence, is->refused ? is->refused : "");
    } else if (is->refused) {
        fprintf(text, "?\t0.000\t%s\t%s\n", is->input, is->refused);
    } else {
        fprintf(text, "%s\t%.3f\t%s\n", is->label, is->confidence, is->input);
    }
}

static const char *why_refused(const mpi_job *job, const numeral_answers *answers,
                               size_t at, const char *below)
{
    numeral_refused refused = (numeral_refused)answers->refused[at];
    bool accepts = job->accept_all && job->command == JOB_PREDICT;
    return refused && !accepts                           ? numeral_refused_name(refused)
           : answers->confidence[at] < job->reject_below ? below
                                                         : NULL;
}

static head put_lines(const mpi_job *job, const numeral_model *model,
                      const numeral_dataset *data, size_t first,
                      const numeral_answers *answers, FILE *text)
{
    numeral_model_info info;
    head counts = {.n = (int64_t)answers->n};
    char below[40];
    numeral_model_get_info(model, &info);
    snprintf(below, sizeof below, "below %g", job->reject_below);
    for (size_t i = 0; i < answers->n; i++) {
        char number[NUMERAL_LABEL_BYTES], true_number[NUMERAL_LABEL_BYTES];
        line is = {.label = label_name(&info, answers->labels[i], number),
                   .confidence = answers->confidence[i],
                   .refused = why_refused(job, answers, i, below)};
        numeral_dataset_input(data, first + i, is.input, sizeof is.input);
        if (job->command == JOB_EVAL) {
            is.truth =
                numeral_dataset_label_name(data, data->labels[first + i], true_number);
            counts.errors += strcmp(is.truth, is.label) != 0;
        }
        counts.refused += is.refused != NULL;
        put_line(job, &is, text);
    }
    return counts;
}

static numeral_status no_memory(numeral_error *err)
{
    return job_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for a block's answers");
}

numeral_status block_of_answers(const mpi_job *job, const numeral_model *model,
                                const numeral_dataset *data, size_t first,
                                const numeral_answers *answers, block_bytes *out,
                                numeral_error *err)
{
    block_bytes made = {0};
    head counts = {0};
    FILE *text = open_memstream(&made.bytes, &made.n);
    if (!text) {
        return no_memory(err);
    }
    fwrite(&counts, sizeof counts, 1, text);
    counts = put_lines(job, model, data, first, answers, text);
    bool failed = ferror(text);
    failed |= fclose(text) != 0;
    if (failed) {
        free(made.bytes);
        return no_memory(err);
    }
    memcpy(made.bytes, &counts, sizeof counts);
    *out = made;
    return NUMERAL_OK;
}

numeral_status block_of_neighbours(const numeral_answers *answers, block_bytes *out,
                                   numeral_error *err)
{
    size_t cells = answers->n * answers->k;
    head counts = {.n = (int64_t)answers->n};
    out->n = sizeof counts + cells * (sizeof *answers->ids + sizeof *answers->distances);
    out->bytes = job_allocate(out->n, 1, err);
    if (!out->bytes) {
        return NUMERAL_ERROR_MEMORY;
    }
    char *at = out->bytes;
    memcpy(at, &counts, sizeof counts);
    at += sizeof counts;
    memcpy(at, answers->ids, cells * sizeof *answers->ids);
    at += cells * sizeof *answers->ids;
    memcpy(at, answers->distances, cells * sizeof *answers->distances);
    return NUMERAL_OK;
}

/* Takes each block in turn. */
typedef numeral_status (*block_sink)(void *context, const char *body, size_t n_bytes,
                                     int64_t n, numeral_error *err);

static numeral_status each_block(const blocks *b, block_sink sink, void *context,
                                 head *sums, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    char *bytes = NULL;
    size_t n;
    *sums = (head){0};
    for (size_t item = 0; item < b->n_items; item++) {
        for (size_t block = 0; block < b->items[item].n_blocks; block++) {
            head counts;
            TRY(blocks_read(b, item, block, &bytes, &n, err));
            if (n < sizeof counts) {
                TRY(job_fail(err, NUMERAL_ERROR_FORMAT, "%.300s: a block is cut short",
                             b->folder));
            }
            memcpy(&counts, bytes, sizeof counts);
            sums->n += counts.n;
            sums->errors += counts.errors;
            sums->refused += counts.refused;
            TRY(sink(context, bytes + sizeof counts, n - sizeof counts, counts.n, err));
            free(bytes);
            bytes = NULL;
        }
    }
done:
    free(bytes);
    return status;
}

/* Neighbours on their way out. */
typedef struct listing {
    numeral_output *csv;     /* or */
    numeral_answers answers; /* of all, for an .npz */
    bool integer;
    size_t k;
    int64_t first;
} listing;

static numeral_status list_csv(listing *all, const int64_t *ids, const double *distances,
                               int64_t n, numeral_error *err)
{
    const char *format = all->integer ? "%lld,%zu,%lld,%.0f\n" : "%lld,%zu,%lld,%.17g\n";
    numeral_status status = NUMERAL_OK;
    for (int64_t q = 0; q < n; q++) {
        for (size_t i = 0; i < all->k; i++) {
            size_t at = (size_t)q * all->k + i;
            if (ids[at] >= 0) {
                TRY(numeral_output_printf(all->csv, err, format,
                                          (long long)(all->first + q), i,
                                          (long long)ids[at], distances[at]));
            }
        }
    }
done:
    return status;
}

static numeral_status list_block(void *context, const char *body, size_t n_bytes,
                                 int64_t n, numeral_error *err)
{
    listing *all = context;
    size_t cells = n_bytes / 16;
    const int64_t *ids = (const int64_t *)(const void *)body;
    const double *distances = (const double *)(const void *)(ids + cells);
    numeral_status status = NUMERAL_OK;
    all->k = n > 0 ? cells / (size_t)n : all->k;
    if (all->csv) {
        status = list_csv(all, ids, distances, n, err);
    } else {
        memcpy(all->answers.ids + (size_t)all->first * all->k, ids, cells * sizeof *ids);
        memcpy(all->answers.distances + (size_t)all->first * all->k, distances,
               cells * sizeof *distances);
    }
    all->first += n;
    return status;
}

static numeral_status write_csv(const blocks *b, listing *all, head *sums,
                                numeral_error *err)
{
    numeral_status status;
    TRY(numeral_output_create(b->job->output, &all->csv, err));
    TRY(numeral_output_printf(all->csv, err, "query,rank,id,distance\n"));
    TRY(each_block(b, list_block, all, sums, err));
    return numeral_output_commit(all->csv, err);
done:
    numeral_output_destroy(all->csv);
    return status;
}

static numeral_status write_npz(const blocks *b, const numeral_model *model, listing *all,
                                head *sums, numeral_error *err)
{
    numeral_answers *answers = &all->answers;
    numeral_model_info info;
    numeral_status status;
    numeral_model_get_info(model, &info);
    for (size_t item = 0; item < b->n_items; item++) {
        answers->n += (size_t)b->items[item].n;
    }
    answers->k = all->k = info.k;
    answers->ids = job_allocate(answers->n * info.k, sizeof *answers->ids, err);
    answers->distances =
        job_allocate(answers->n * info.k, sizeof *answers->distances, err);
    TRY(answers->ids && answers->distances ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    TRY(each_block(b, list_block, all, sums, err));
    status = numeral_answers_save_neighbours(answers, model, NULL, b->job->output, err);
done:
    free(answers->ids);
    free(answers->distances);
    return status;
}

static numeral_status write_lines(void *context, const char *body, size_t n_bytes,
                                  int64_t n, numeral_error *err)
{
    (void)n;
    return numeral_output_write(context, body, n_bytes, err);
}

static numeral_status write_text(const blocks *b, head *sums, numeral_error *err)
{
    static const char header[] = "input,true,label,confidence,refused\n";
    numeral_output *out = NULL;
    numeral_status status;
    TRY(numeral_output_create(b->job->output, &out, err));
    if (b->job->command == JOB_EVAL) {
        TRY(numeral_output_write(out, header, sizeof header - 1, err));
    }
    TRY(each_block(b, write_lines, out, sums, err));
    return numeral_output_commit(out, err);
done:
    numeral_output_destroy(out);
    return status;
}

static void say(const blocks *b, const head *sums, double seconds)
{
    double n = (double)sums->n, interval[2];
    printf("%s: %" PRId64 " digits in %.3f s (%.0f digits/s), %d %s\n", b->job->output,
           sums->n, seconds, seconds > 0 ? n / seconds : 0, b->job->n_ranks,
           b->job->n_ranks == 1 ? "rank" : "ranks");
    if (b->job->command == JOB_EVAL && sums->n > 0) {
        numeral_wilson95((size_t)(sums->n - sums->errors), (size_t)sums->n, interval);
        printf("%" PRId64 " errors, accuracy %.4f (95 %%: %.4f to %.4f)\n", sums->errors,
               1 - (double)sums->errors / n, interval[0], interval[1]);
    }
    if (b->job->command != JOB_NEIGHBOURS && sums->refused > 0) {
        printf("%" PRId64 " refused\n", sums->refused);
    }
}

numeral_status block_write_all(const blocks *b, const numeral_model *model,
                               double seconds, numeral_error *err)
{
    const char *dot = strrchr(b->job->output, '.');
    numeral_model_info info;
    head sums;
    numeral_status status;
    numeral_model_get_info(model, &info);
    listing all = {.integer = info.integer_distances};
    if (b->job->command != JOB_NEIGHBOURS) {
        TRY(write_text(b, &sums, err));
    } else if (dot && strcmp(dot, ".csv") == 0) {
        TRY(write_csv(b, &all, &sums, err));
    } else {
        TRY(write_npz(b, model, &all, &sums, err));
    }
    if (!b->job->quiet) {
        say(b, &sums, seconds);
    }
done:
    return status;
}
