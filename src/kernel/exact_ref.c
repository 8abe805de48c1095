/* The exact index's kernels in plain C. */
#include "kernel/exact_plain.h"

void numeral_exact_kernels_init_ref(numeral_exact_kernels *table)
{
    fill_table(table);
}
