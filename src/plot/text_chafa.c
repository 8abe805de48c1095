/* Digits in a terminal, by chafa: kitty or sixel pixels where the terminal has them, else
 * block symbols in as many colours as it has. Digits are light on dark tiles, so that
 * they look the same on light and dark terminals. In a build without chafa block symbols
 * stand in for it (text_grid.c). */
#include "numeral_config.h"

#include "base/fail.h"
#include "plot/text_tools.h"

#ifdef NUMERAL_HAVE_CHAFA

#include <string.h>

#include <chafa.h>

#include "base/late.h"

#ifdef NUMERAL_LATE
#include "base/late/late_chafa.h"
#endif

/* Pixels that stand for one character; characters are about twice as high as wide. */
enum { CELL_WIDTH = 12, CELL_HEIGHT = 24 };

bool numeral_text_chafa_serves(char *const *environment)
{
    for (; environment && *environment; environment++) {
        if (strncmp(*environment, "TERM=", 5) == 0) {
            const char *terminal = *environment + 5;
            return terminal[0] != '\0' && strcmp(terminal, "dumb") != 0;
        }
    }
    return false;
}

static ChafaCanvasMode best_colours(ChafaTermInfo *terminal)
{
    static const struct {
        ChafaTermSeq sequence;
        ChafaCanvasMode mode;
    } ladder[] = {
        {CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT, CHAFA_CANVAS_MODE_TRUECOLOR},
        {CHAFA_TERM_SEQ_SET_COLOR_FGBG_256, CHAFA_CANVAS_MODE_INDEXED_240},
        {CHAFA_TERM_SEQ_SET_COLOR_FGBG_16, CHAFA_CANVAS_MODE_INDEXED_16},
        {CHAFA_TERM_SEQ_INVERT_COLORS, CHAFA_CANVAS_MODE_FGBG_BGFG},
    };
    for (size_t i = 0; i < sizeof ladder / sizeof *ladder; i++) {
        if (chafa_term_info_have_seq(terminal, ladder[i].sequence)) {
            return ladder[i].mode;
        }
    }
    return CHAFA_CANVAS_MODE_FGBG;
}

static ChafaPixelMode best_pixels(ChafaTermInfo *terminal)
{
    if (chafa_term_info_have_seq(terminal,
                                 CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1)) {
        return CHAFA_PIXEL_MODE_KITTY;
    }
    if (chafa_term_info_have_seq(terminal, CHAFA_TERM_SEQ_BEGIN_SIXELS)) {
        return CHAFA_PIXEL_MODE_SIXELS;
    }
    return CHAFA_PIXEL_MODE_SYMBOLS;
}

static ChafaCanvas *create_canvas(ChafaTermInfo *terminal, size_t columns, size_t rows)
{
    ChafaSymbolMap *symbols = chafa_symbol_map_new();
    chafa_symbol_map_add_by_tags(symbols,
                                 CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_BLOCK);
    ChafaCanvasConfig *config = chafa_canvas_config_new();
    chafa_canvas_config_set_symbol_map(config, symbols);
    chafa_canvas_config_set_geometry(config, (gint)columns, (gint)rows);
    chafa_canvas_config_set_cell_geometry(config, CELL_WIDTH, CELL_HEIGHT);
    chafa_canvas_config_set_canvas_mode(config, best_colours(terminal));
    chafa_canvas_config_set_pixel_mode(config, best_pixels(terminal));
    chafa_canvas_config_set_work_factor(config, 0.5f);
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_config_unref(config);
    chafa_symbol_map_unref(symbols);
    return canvas;
}

/* Paints image `at` of the strip into the RGBA canvas, pixels repeated. */
static void paint_image(const numeral_text_strip *strip, size_t at, uint8_t *canvas,
                        size_t stride)
{
    const uint8_t *image = strip->pixels + at * strip->height * strip->width;
    size_t left = at * (strip->columns + strip->gap) * CELL_WIDTH;
    size_t high = strip->rows * CELL_HEIGHT, wide = strip->columns * CELL_WIDTH;
    for (size_t y = 0; y < high; y++) {
        for (size_t x = 0; x < wide; x++) {
            uint8_t grey =
                image[y * strip->height / high * strip->width + x * strip->width / wide];
            uint8_t *pixel = canvas + y * stride + (left + x) * 4;
            pixel[0] = pixel[1] = pixel[2] = grey;
            pixel[3] = 255;
        }
    }
}

numeral_status numeral_text_chafa(numeral_buffer *out, const numeral_text_strip *strip,
                                  char *const *environment, numeral_error *err)
{
    size_t columns = strip->n * (strip->columns + strip->gap) - strip->gap;
    size_t stride = columns * CELL_WIDTH * 4, high = strip->rows * CELL_HEIGHT;
    numeral_status status = NUMERAL_LATE_LOAD(err);
    if (status != NUMERAL_OK) {
        return status;
    }
    uint8_t *pixels = numeral_allocate_zero(high, stride, err);
    if (!pixels) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < strip->n; i++) {
        paint_image(strip, i, pixels, stride);
    }
    gchar **known = g_strdupv((gchar **)environment); /* chafa asks for a mutable one */
    ChafaTermInfo *terminal = chafa_term_db_detect(chafa_term_db_get_default(), known);
    ChafaCanvas *canvas = create_canvas(terminal, columns, strip->rows);
    chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, pixels,
                                 (gint)(columns * CELL_WIDTH), (gint)high, (gint)stride);
    GString *text = chafa_canvas_print(canvas, terminal);
    status = numeral_buffer_append(out, text->str, text->len, err);
    /* Sixels leave the cursor below the image, all else at its end. */
    if (status == NUMERAL_OK && best_pixels(terminal) != CHAFA_PIXEL_MODE_SIXELS) {
        status = numeral_buffer_append(out, "\n", 1, err);
    }
    g_string_free(text, TRUE);
    chafa_canvas_unref(canvas);
    chafa_term_info_unref(terminal);
    g_strfreev(known);
    numeral_release(pixels);
    return status;
}

#else

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
