/* A build without chafa: block symbols stand in for it (see text_grid.c). */
#include "numeral_config.h"

#ifndef NUMERAL_HAVE_CHAFA

#include "base/fail.h"
#include "plot/text_tools.h"

bool numeral_text_chafa_serves(char *const *environment)
{
    (void)environment;
    return false;
}

numeral_status numeral_text_chafa(numeral_buffer *out, const numeral_text_strip *strip,
                                  char *const *environment, numeral_error *err)
{
    (void)out;
    (void)strip;
    (void)environment;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "terminal pictures need chafa, which this build does not have");
}

#endif
