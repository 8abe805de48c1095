/* The functions of libmicrohttpd that serve, found when the service begins: other
 * commands do not load it, nor the libraries that it loads. With -Dlate=false it is
 * linked. */
#ifndef SERVE_MHD_H
#define SERVE_MHD_H

#include <microhttpd.h>

#include <numeral/error.h>

#define SERVE_MHD_FUNCTIONS(each)                                                        \
    each(add_response_header) each(create_response_from_buffer) each(destroy_response)   \
        each(get_connection_info) each(lookup_connection_value) each(queue_response)     \
            each(quiesce_daemon) each(resume_connection) each(start_daemon)              \
                each(stop_daemon) each(suspend_connection)

typedef struct serve_mhd {
#define SERVE_MHD_MEMBER(name) __typeof__(&MHD_##name) name;
    SERVE_MHD_FUNCTIONS(SERVE_MHD_MEMBER)
#undef SERVE_MHD_MEMBER
} serve_mhd;

numeral_status serve_mhd_load(serve_mhd *out, numeral_error *err);

#endif
