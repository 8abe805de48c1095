/* The service in a build without what it stands on. */
#include <stdio.h>

#include "serve.h"

/* Nothing is to be done for it first. */
numeral_status serve_check(const serve_options *options, numeral_error *err)
{
    (void)options;
    *err = (numeral_error){NUMERAL_ERROR_UNSUPPORTED,
                           "the service needs a build with libmicrohttpd"};
    return err->status;
}

numeral_status serve_run(const serve_options *options, numeral_error *err)
{
    return serve_check(options, err);
}
