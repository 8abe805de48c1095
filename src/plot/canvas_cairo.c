/* The canvas on cairo, texts by pango: one code path for PNG, SVG and PDF.
 *
 * Glyphs are placed without hinting or rounding, so that a text has the same width in
 * every format and layouts agree. Files are made in memory: cairo writes into a buffer.
 */
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_CAIRO

#include "plot/canvas.h"

#include <math.h>
#include <string.h>

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <pango/pangocairo.h>

#include "base/fail.h"
#include "base/late.h"
#include "base/memory.h"
#include "plot/svg_finish.h"

#ifdef NUMERAL_LATE
#include "base/late/late_cairo.h"
#endif

/* A page side is bounded by cairo's 32,767 pixels; all pixels by 512 MiB of memory. */
static const double MAX_SIDE = 16000.0, MAX_AREA = 3.2e7;
static const double PNG_SCALE = 2.0, PDF_SCALE = 0.75; /* 72 points to the inch */
static const size_t MAX_FILE_BYTES = (size_t)1 << 30;

struct numeral_canvas {
    numeral_picture_format format;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
    cairo_surface_t *surface;
    cairo_t *cairo;
    double width, height;
    numeral_buffer file;
    numeral_buffer texts; /* of text_record */
    bool reduced;         /* some image is drawn smaller than it is */
    numeral_error failure;
};

typedef struct text_record {
    numeral_box box;
    bool cut;
} text_record;

static void keep_failure(numeral_canvas *canvas, const numeral_error *failure)
{
    if (canvas->failure.status == NUMERAL_OK) {
        canvas->failure = *failure;
    }
}

static cairo_status_t write_bytes(void *context, const unsigned char *bytes,
                                  unsigned int n_bytes)
{
    numeral_canvas *canvas = context;
    numeral_error failure;
    if (numeral_buffer_append(&canvas->file, bytes, n_bytes, &failure) != NUMERAL_OK) {
        keep_failure(canvas, &failure);
        return CAIRO_STATUS_WRITE_ERROR;
    }
    return CAIRO_STATUS_SUCCESS;
}

/* The same metrics everywhere: no hinting, no rounding to pixels. */
static void set_font_options(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string("en"));
}

numeral_status numeral_canvas_create(numeral_picture_format format, numeral_canvas **out,
                                     numeral_error *err)
{
    numeral_status status = NUMERAL_LATE_LOAD(err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_canvas *canvas = numeral_allocate_zero(1, sizeof *canvas, err);
    if (!canvas) {
        return NUMERAL_ERROR_MEMORY;
    }
    canvas->format = format;
    canvas->file.max_bytes = MAX_FILE_BYTES;
    canvas->texts.max_bytes = MAX_FILE_BYTES;
    canvas->fonts = pango_cairo_font_map_new();
    canvas->context = pango_font_map_create_context(canvas->fonts);
    set_font_options(canvas->context);
    canvas->layout = pango_layout_new(canvas->context);
    *out = canvas;
    return NUMERAL_OK;
}

void numeral_canvas_destroy(numeral_canvas *canvas)
{
    if (!canvas) {
        return;
    }
    cairo_destroy(canvas->cairo);
    if (canvas->surface) {
        cairo_surface_finish(canvas->surface);
    }
    cairo_surface_destroy(canvas->surface);
    g_clear_object(&canvas->layout);
    g_clear_object(&canvas->context);
    g_clear_object(&canvas->fonts);
    numeral_buffer_free(&canvas->file);
    numeral_buffer_free(&canvas->texts);
    numeral_release(canvas);
}

/* Pango would complain on standard error about bytes that are not UTF-8. */
static char *clean_text(const char *text, bool many_lines)
{
    char *clean = g_utf8_make_valid(text, -1);
    for (char *at = clean; *at; at++) {
        bool control = (unsigned char)*at < ' ' || *at == 0x7f;
        if (control && !(many_lines && *at == '\n')) {
            *at = ' ';
        }
    }
    return clean;
}

static PangoAlignment pango_align(numeral_align align)
{
    return align == NUMERAL_ALIGN_LEFT     ? PANGO_ALIGN_LEFT
           : align == NUMERAL_ALIGN_CENTRE ? PANGO_ALIGN_CENTER
                                           : PANGO_ALIGN_RIGHT;
}

static void set_layout(numeral_canvas *canvas, const numeral_font *font, const char *text)
{
    PangoFontDescription *face = pango_font_description_new();
    pango_font_description_set_family_static(face, "DejaVu Sans");
    pango_font_description_set_weight(face, font->bold ? PANGO_WEIGHT_BOLD
                                                       : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(face, font->size * PANGO_SCALE);
    pango_layout_set_font_description(canvas->layout, face);
    pango_font_description_free(face);
    int lines = font->max_lines > 0 ? font->max_lines : 1;
    bool bounded = font->max_width > 0;
    pango_layout_set_width(canvas->layout,
                           bounded ? (int)ceil(font->max_width * PANGO_SCALE) : -1);
    pango_layout_set_height(canvas->layout, -lines);
    pango_layout_set_wrap(canvas->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(canvas->layout,
                               bounded ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_alignment(canvas->layout, pango_align(font->align));
    char *clean = clean_text(text, lines > 1);
    pango_layout_set_text(canvas->layout, clean, -1);
    g_free(clean);
}

numeral_box numeral_canvas_measure(numeral_canvas *canvas, numeral_font font,
                                   const char *text)
{
    PangoRectangle logical;
    set_layout(canvas, &font, text);
    pango_layout_get_extents(canvas->layout, NULL, &logical);
    return (numeral_box){0, 0, (double)logical.width / PANGO_SCALE,
                         (double)logical.height / PANGO_SCALE};
}

static cairo_surface_t *create_surface(numeral_canvas *canvas, const char *title)
{
    if (canvas->format == NUMERAL_PICTURE_PNG) {
        return cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                          (int)(canvas->width * PNG_SCALE),
                                          (int)(canvas->height * PNG_SCALE));
    }
    if (canvas->format == NUMERAL_PICTURE_SVG) {
        cairo_surface_t *surface = cairo_svg_surface_create_for_stream(
            write_bytes, canvas, canvas->width, canvas->height);
        cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
        return surface;
    }
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        write_bytes, canvas, canvas->width * PDF_SCALE, canvas->height * PDF_SCALE);
    char *clean = clean_text(title, false);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, clean);
    g_free(clean);
    /* No date, so that the same chart is the same file. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    return surface;
}

numeral_status numeral_canvas_open(numeral_canvas *canvas, double width, double height,
                                   const char *title, numeral_error *err)
{
    canvas->width = ceil(width);
    canvas->height = ceil(height);
    if (canvas->width > MAX_SIDE || canvas->height > MAX_SIDE ||
        canvas->width * canvas->height > MAX_AREA) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "the picture would be %.0f × %.0f units large: at most %.0f "
                            "a side and %.0f million in all; show fewer",
                            canvas->width, canvas->height, MAX_SIDE, MAX_AREA / 1e6);
    }
    canvas->surface = create_surface(canvas, title);
    canvas->cairo = cairo_create(canvas->surface);
    cairo_status_t state = cairo_status(canvas->cairo);
    if (state != CAIRO_STATUS_SUCCESS) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "cairo cannot draw: %s",
                            cairo_status_to_string(state));
    }
    double scale = canvas->format == NUMERAL_PICTURE_PNG   ? PNG_SCALE
                   : canvas->format == NUMERAL_PICTURE_PDF ? PDF_SCALE
                                                           : 1.0;
    cairo_scale(canvas->cairo, scale, scale);
    numeral_canvas_fill(canvas, numeral_canvas_page(canvas), 0xFFFFFF);
    return NUMERAL_OK;
}

static void set_colour(cairo_t *cairo, uint32_t colour)
{
    cairo_set_source_rgb(cairo, (colour >> 16 & 255) / 255.0, (colour >> 8 & 255) / 255.0,
                         (colour & 255) / 255.0);
}

static void set_stroke(cairo_t *cairo, numeral_stroke stroke)
{
    double dashes[] = {stroke.dash, stroke.dash * 0.7};
    set_colour(cairo, stroke.colour);
    cairo_set_line_width(cairo, stroke.width);
    cairo_set_dash(cairo, dashes, stroke.dash > 0 ? 2 : 0, 0);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
}

void numeral_canvas_fill(numeral_canvas *canvas, numeral_box box, uint32_t colour)
{
    set_colour(canvas->cairo, colour);
    cairo_rectangle(canvas->cairo, box.x, box.y, box.width, box.height);
    cairo_fill(canvas->cairo);
}

void numeral_canvas_frame(numeral_canvas *canvas, numeral_box box, numeral_stroke stroke)
{
    set_stroke(canvas->cairo, stroke);
    cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_MITER);
    cairo_rectangle(canvas->cairo, box.x, box.y, box.width, box.height);
    cairo_stroke(canvas->cairo);
}

void numeral_canvas_line(numeral_canvas *canvas, const numeral_point *points, size_t n,
                         numeral_stroke stroke)
{
    cairo_new_path(canvas->cairo); /* a text leaves its end as current point */
    for (size_t i = 0; i < n; i++) {
        cairo_line_to(canvas->cairo, points[i].x, points[i].y);
    }
    set_stroke(canvas->cairo, stroke);
    cairo_stroke(canvas->cairo);
}

static void trace_polygon(cairo_t *cairo, const double (*corners)[2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cairo_line_to(cairo, corners[i][0], corners[i][1]);
    }
    cairo_close_path(cairo);
}

static void trace_marker(cairo_t *cairo, numeral_marker marker)
{
    static const double square[][2] = {
        {-0.44, -0.44}, {0.44, -0.44}, {0.44, 0.44}, {-0.44, 0.44}};
    static const double triangle[][2] = {{0, -0.58}, {0.56, 0.4}, {-0.56, 0.4}};
    static const double diamond[][2] = {{0, -0.6}, {0.6, 0}, {0, 0.6}, {-0.6, 0}};
    static const double cross[][2] = {{-0.18, -0.55}, {0.18, -0.55},  {0.18, -0.18},
                                      {0.55, -0.18},  {0.55, 0.18},   {0.18, 0.18},
                                      {0.18, 0.55},   {-0.18, 0.55},  {-0.18, 0.18},
                                      {-0.55, 0.18},  {-0.55, -0.18}, {-0.18, -0.18}};
    switch (marker) {
    case NUMERAL_MARKER_SQUARE:
        trace_polygon(cairo, square, 4);
        break;
    case NUMERAL_MARKER_TRIANGLE:
        trace_polygon(cairo, triangle, 3);
        break;
    case NUMERAL_MARKER_DIAMOND:
        trace_polygon(cairo, diamond, 4);
        break;
    case NUMERAL_MARKER_CROSS:
        trace_polygon(cairo, cross, 12);
        break;
    default:
        cairo_arc(cairo, 0, 0, 0.5, 0, 2 * G_PI);
    }
}

void numeral_canvas_mark(numeral_canvas *canvas, numeral_point at, numeral_marker marker,
                         double size, uint32_t colour)
{
    cairo_t *cairo = canvas->cairo;
    cairo_save(cairo);
    cairo_translate(cairo, at.x, at.y);
    cairo_scale(cairo, size, size);
    cairo_new_path(cairo);
    trace_marker(cairo, marker);
    cairo_restore(cairo);
    if (size >= 7) { /* signs that touch are told apart */
        set_stroke(cairo, (numeral_stroke){0xFFFFFF, 1.2, 0});
        cairo_stroke_preserve(cairo);
    }
    set_colour(cairo, colour);
    cairo_fill(cairo);
}

/* The image with each pixel `factor` × `factor` large. */
static cairo_surface_t *image_surface(const uint8_t *pixels, size_t height, size_t width,
                                      size_t factor, const uint32_t colours[256])
{
    cairo_surface_t *image = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)(width * factor), (int)(height * factor));
    uint8_t *data = cairo_image_surface_get_data(image);
    size_t stride = (size_t)cairo_image_surface_get_stride(image);
    cairo_surface_flush(image);
    for (size_t y = 0; y < height * factor && data; y++) {
        const uint8_t *row = pixels + y / factor * width;
        for (size_t x = 0; x < width * factor; x++) {
            memcpy(data + y * stride + 4 * x, &colours[row[x / factor]], 4);
        }
    }
    cairo_surface_mark_dirty(image);
    return image;
}

/* Many viewers of SVG and PDF smooth enlarged images whatever the file says. So there the
 * pixels are repeated up to PNG's resolution; 64 × 64 of a pixel are enough. */
static size_t repeat_factor(const numeral_canvas *canvas, double scale)
{
    if (canvas->format == NUMERAL_PICTURE_PNG || scale <= 1) {
        return 1;
    }
    return (size_t)fmin(ceil(scale * PNG_SCALE), 64);
}

void numeral_canvas_image(numeral_canvas *canvas, numeral_box box, const uint8_t *pixels,
                          size_t height, size_t width, const uint32_t colours[256])
{
    cairo_t *cairo = canvas->cairo;
    double scale = box.width / (double)width;
    bool enlarged = scale * PNG_SCALE >= 1;
    size_t factor = repeat_factor(canvas, scale);
    cairo_surface_t *image = image_surface(pixels, height, width, factor, colours);
    double wide = (double)(width * factor), high = (double)(height * factor);
    canvas->reduced = canvas->reduced || !enlarged;
    cairo_save(cairo);
    cairo_translate(cairo, box.x, box.y);
    cairo_scale(cairo, box.width / wide, box.height / high);
    cairo_set_source_surface(cairo, image, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cairo),
                             enlarged ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
    cairo_rectangle(cairo, 0, 0, wide, high);
    cairo_fill(cairo);
    cairo_restore(cairo);
    cairo_surface_destroy(image);
}

/* Draws the layout with the text's top at y, and records where it lies. */
static void show_layout(numeral_canvas *canvas, double x, double y,
                        const numeral_font *font)
{
    PangoRectangle logical;
    pango_layout_get_extents(canvas->layout, NULL, &logical);
    double width = (double)logical.width / PANGO_SCALE;
    double left = font->align == NUMERAL_ALIGN_LEFT     ? x
                  : font->align == NUMERAL_ALIGN_CENTRE ? x - width / 2
                                                        : x - width;
    set_colour(canvas->cairo, font->colour);
    cairo_move_to(canvas->cairo, left - (double)logical.x / PANGO_SCALE, y);
    pango_cairo_show_layout(canvas->cairo, canvas->layout);
    text_record record = {
        .box = {left, y, width, (double)logical.height / PANGO_SCALE},
        .cut = pango_layout_is_ellipsized(canvas->layout),
    };
    numeral_error failure;
    if (numeral_buffer_append(&canvas->texts, &record, sizeof record, &failure) !=
        NUMERAL_OK) {
        keep_failure(canvas, &failure);
    }
}

void numeral_canvas_text(numeral_canvas *canvas, double x, double y, numeral_font font,
                         const char *text)
{
    set_layout(canvas, &font, text);
    show_layout(canvas, x, y, &font);
}

void numeral_canvas_label(numeral_canvas *canvas, double x, double y, numeral_font font,
                          const char *text)
{
    font.max_lines = 1;
    set_layout(canvas, &font, text);
    double baseline = (double)pango_layout_get_baseline(canvas->layout) / PANGO_SCALE;
    /* DejaVu Sans: capitals and figures are 0.729 of the size high. */
    show_layout(canvas, x, y + 0.3645 * font.size - baseline, &font);
}

numeral_status numeral_canvas_finish(numeral_canvas *canvas, numeral_picture *out,
                                     numeral_error *err)
{
    cairo_status_t state = cairo_status(canvas->cairo);
    if (state == CAIRO_STATUS_SUCCESS && canvas->format == NUMERAL_PICTURE_PNG) {
        state = cairo_surface_write_to_png_stream(canvas->surface, write_bytes, canvas);
    } else if (state == CAIRO_STATUS_SUCCESS) {
        cairo_surface_finish(canvas->surface);
        state = cairo_surface_status(canvas->surface);
    }
    if (canvas->failure.status != NUMERAL_OK) {
        return numeral_fail(err, canvas->failure.status, "%s", canvas->failure.text);
    }
    if (state != CAIRO_STATUS_SUCCESS) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "cairo cannot draw: %s",
                            cairo_status_to_string(state));
    }
    if (canvas->format == NUMERAL_PICTURE_SVG) {
        numeral_status status = numeral_svg_finish(&canvas->file, !canvas->reduced, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    *out = (numeral_picture){canvas->format, canvas->file.data, canvas->file.size,
                             canvas->width, canvas->height};
    canvas->file = (numeral_buffer){.max_bytes = MAX_FILE_BYTES};
    return NUMERAL_OK;
}

numeral_box numeral_canvas_page(const numeral_canvas *canvas)
{
    return (numeral_box){0, 0, canvas->width, canvas->height};
}

static const text_record *get_text(const numeral_canvas *canvas, size_t at)
{
    return (const text_record *)(const void *)canvas->texts.data + at;
}

size_t numeral_canvas_n_texts(const numeral_canvas *canvas)
{
    return canvas->texts.size / sizeof(text_record);
}

numeral_box numeral_canvas_text_box(const numeral_canvas *canvas, size_t at)
{
    return get_text(canvas, at)->box;
}

bool numeral_canvas_text_cut(const numeral_canvas *canvas, size_t at)
{
    return get_text(canvas, at)->cut;
}

#endif
