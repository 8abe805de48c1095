/* The pictures that numeral demo leaves behind. */
#ifndef CLI_DEMO_PICTURES_H
#define CLI_DEMO_PICTURES_H

#include "cli.h"

/* Whether this build draws pictures. */
bool cli_demo_can_draw(void);
/* Writes the pictures into the folder: confusion, digits, misread digits. */
int cli_demo_pictures(const cli_session *session, const numeral_dataset *test,
                      const numeral_answers *answers, const char *folder);

#endif
