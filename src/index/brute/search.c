/* The loop of brute force: blocks of queries over threads, each against tiles of rows
 * that stay in the second-level cache. Each query belongs to one block, and each meets
 * the rows in the same order, so neither threads nor blocks change a result. */
#include "base/threads.h"
#include "index/brute/task.h"

enum {
    /* Of rows, a share of the second-level cache: the block's queries and what kernels
     * give for the tile need room, too. */
    TILE_BYTES = 128 << 10,
    MAX_TILE_ROWS = 1024 /* 64 KiB of results for a block of 8 queries */
};

static numeral_brute_method choose_method(const numeral_brute *brute)
{
    switch (brute->head.metric->family) {
    case NUMERAL_METRIC_L2:
    case NUMERAL_METRIC_COSINE:
        return brute->columns ? numeral_brute_columns(brute) : numeral_brute_dot(brute);
    case NUMERAL_METRIC_L1:
    case NUMERAL_METRIC_LINF:
    case NUMERAL_METRIC_HAMMING:
        return numeral_brute_scan(brute);
    default:
        return numeral_brute_generic(brute);
    }
}

static size_t choose_tile(const numeral_brute *brute, size_t row_bytes)
{
    size_t rows = TILE_BYTES / (row_bytes ? row_bytes : numeral_brute_row_bytes(brute));
    rows = rows / NUMERAL_COLUMN_ROWS * NUMERAL_COLUMN_ROWS;
    if (rows < NUMERAL_COLUMN_ROWS) {
        return NUMERAL_COLUMN_ROWS;
    }
    return rows < MAX_TILE_ROWS ? rows : MAX_TILE_ROWS;
}

/* Takes `bytes` from the worker's memory at `*at`; with `base` NULL it only counts. */
static void *carve(uint8_t *base, size_t *at, size_t bytes)
{
    void *place = base ? base + *at : NULL;
    *at += numeral_round_up(bytes, 64);
    return place;
}

/* Lays out one worker's scratch at `base`; returns its size. Every size here is bounded
 * by NUMERAL_MAX_DIMS and MAX_TILE_ROWS. */
static size_t lay_out(const numeral_brute_job *job, uint8_t *base,
                      numeral_brute_scratch *out)
{
    size_t at = 0, tile = job->tile_rows;
    carve(base, &at, sizeof *out);
    out->queries = carve(base, &at, NUMERAL_QUERY_TILE * job->method.query_bytes);
    out->stored = carve(base, &at, numeral_brute_row_bytes(job->brute) + 64);
    out->results = carve(base, &at, NUMERAL_QUERY_BLOCK * tile * sizeof(int64_t));
    out->hits = carve(base, &at, tile * sizeof *out->hits);
    out->nearest = carve(base, &at, tile * sizeof *out->nearest);
    out->rows = carve(base, &at, tile * job->method.row_bytes);
    return at;
}

static void take_query(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                       size_t slot, size_t query)
{
    const numeral_search *search = job->search;
    const numeral_rows *queries = job->queries;
    numeral_top_init(&scratch->tops[slot], search->k,
                     numeral_search_radius(search, query),
                     (numeral_skip){search->skip, search->n_skip},
                     job->distances + query * search->k, job->ids + query * search->k);
    scratch->leave_out[slot] = search->leave_out ? search->leave_out[query] : -1;
    numeral_row_store(queries->dtype, numeral_rows_at(queries, query), queries->n_dims,
                      numeral_brute_row_bytes(job->brute), scratch->stored);
    job->method.prepare(job, scratch, slot, scratch->stored);
}

static void search_block(void *context, size_t begin, size_t end, int worker)
{
    const numeral_brute_job *job = context;
    uint8_t *memory = job->memory + (size_t)worker * job->scratch_bytes;
    numeral_brute_scratch *scratch = (void *)memory;
    size_t n_rows = job->brute->head.n_rows;
    lay_out(job, memory, scratch); /* the same for each block of the worker */
    for (size_t q = begin; q < end; q++) {
        take_query(job, scratch, q - begin, q);
    }
    /* The first tile is short: as long as a list has no bound, every row goes into it. */
    for (size_t first = 0, n; first < n_rows; first += n) {
        size_t left = n_rows - first;
        n = first ? job->tile_rows : NUMERAL_COLUMN_ROWS;
        n = left < n ? left : n;
        job->method.scan(job, scratch, end - begin, first, n);
    }
    for (size_t slot = 0; slot < end - begin; slot++) {
        numeral_top_finish(&scratch->tops[slot]);
    }
}

/* Few queries are spread over all workers, in whole blocks of the dot kernel. */
static size_t choose_grain(size_t n_queries, size_t n_workers)
{
    size_t share = (n_queries + n_workers - 1) / n_workers;
    size_t grain = numeral_round_up(share, NUMERAL_QUERY_BLOCK);
    return grain < NUMERAL_QUERY_TILE ? grain : NUMERAL_QUERY_TILE;
}

/* Multiplications for each row: all dimensions; pixel-major the pairs that are not zero.
 */
static uint64_t products_of(const numeral_brute *brute, const uint8_t *query)
{
    size_t n_dims = brute->head.n_dims, count = 0;
    if (!brute->columns) {
        return n_dims;
    }
    for (size_t j = 0; j < n_dims; j += 2) {
        count += query[j] || (j + 1 < n_dims && query[j + 1]) ? 2 : 0;
    }
    return count < n_dims ? count : n_dims;
}

/* What is done follows from rows and queries, so that nothing is counted while searching.
 */
static void add_stats(const numeral_brute *brute, const numeral_rows *queries,
                      numeral_search_stats *stats)
{
    uint64_t n_rows = brute->head.n_rows, rows = queries->n_rows * n_rows;
    stats->rows += rows;
    stats->plain += queries->n_rows;
    stats->distances += rows;
    stats->products_of_brute += rows * brute->head.n_dims;
    for (size_t q = 0; q < queries->n_rows; q++) {
        stats->products += n_rows * products_of(brute, numeral_rows_at(queries, q));
    }
}

numeral_status numeral_brute_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err)
{
    const numeral_brute *brute = (const numeral_brute *)index;
    numeral_brute_job job = {.brute = brute,
                             .kernels = numeral_distance_kernels_get(),
                             .method = choose_method(brute),
                             .queries = queries,
                             .search = search,
                             .ids = ids,
                             .distances = distances};
    numeral_brute_scratch sizes;
    job.tile_rows = choose_tile(brute, job.method.row_bytes);
    job.scratch_bytes = lay_out(&job, NULL, &sizes);
    size_t n_workers = (size_t)numeral_thread_count(search->run.threads);
    size_t grain = choose_grain(queries->n_rows, n_workers);
    size_t n_blocks = (queries->n_rows + grain - 1) / grain;
    n_workers = n_blocks < n_workers ? n_blocks : n_workers;
    job.memory = numeral_allocate(n_workers, job.scratch_bytes, err);
    if (!job.memory) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_parallel_for(queries->n_rows, grain, (int)n_workers, search_block, &job);
    numeral_release(job.memory);
    if (search->stats) {
        add_stats(brute, queries, search->stats);
    }
    return NUMERAL_OK;
}
