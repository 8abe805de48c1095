/* What a data set holds. */
#ifndef CLI_DATA_INFO_H
#define CLI_DATA_INFO_H

#include "cli.h"

/* Says it of the session's data, as text and as JSON. */
numeral_status cli_data_info(const cli_session *session, numeral_error *err);

#endif
