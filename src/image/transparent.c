/* White ink on transparency is as common as black: drawing apps and chalk boards make it.
 * It is told by what is seen being light all over; paper with ink on it never is. */
#include "image/transparent.h"

#include <stdbool.h>

enum { DARK = 64 };        /* levels below white that ink has at least */
enum { DARK_SHARE = 500 }; /* of so many visible pixels one must be dark */

/* Whether something is transparent, and hardly anything that is seen would show on white.
 */
static bool wants_black(const uint8_t *grey, const uint8_t *alpha, size_t n)
{
    size_t seen = 0, dark = 0;
    for (size_t i = 0; i < n; i++) {
        bool visible = alpha[i] >= 128;
        seen += visible;
        dark += visible && grey[i] <= 255 - DARK;
    }
    return seen > 0 && seen < n && dark < seen / DARK_SHARE + (seen < DARK_SHARE);
}

void numeral_image_lay(uint8_t *grey, const uint8_t *alpha, size_t n)
{
    unsigned ground = wants_black(grey, alpha, n) ? 0 : 255;
    for (size_t i = 0; i < n; i++) {
        unsigned sum = (unsigned)grey[i] * alpha[i] + ground * (255U - alpha[i]);
        grey[i] = (uint8_t)((sum + 127) / 255);
    }
}
