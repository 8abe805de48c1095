#include "projection/columns.h"

#include "base/threads.h"

typedef struct column_work {
    const numeral_fit_rows *rows;
    numeral_column_fit fit;
    double *const *arrays;
} column_work;

static void fit_columns(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    const column_work *work = context;
    for (size_t column = begin; column < end; column++) {
        work->fit(work->rows, column, work->arrays);
    }
}

void numeral_columns_fit(const numeral_fit_rows *rows, numeral_column_fit fit,
                         double *const *arrays)
{
    column_work work = {rows, fit, arrays};
    numeral_parallel_for(rows->n_dims, 8, rows->run.threads, fit_columns, &work);
}
