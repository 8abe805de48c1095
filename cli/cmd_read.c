/* numeral read: pages of digits, line by line, or field by field where a form says where
 * they stand. */
#include <stdlib.h>
#include <string.h>

#include <numeral/form.h>

#include "batch.h"
#include "csv_file.h"
#include "json_file.h"
#include "page_output.h"

static const cli_option options[] = {
    {"output", 'o', "FILE.csv", "write each line found, or each form as a row"},
    {"boxes", 0, "FILE.png", "draw the page with what was found; for one PICTURE"},
    {"expect", 0, "N", "every line has N digits"},
    {"fields", 0, "FORM.json", "read the fields of a form: docs/forms.md"},
    CLI_BATCH_OPTIONS,
    {"upright", 0, NULL, "do not try the page turned by 90, 180 or 270 degrees"},
};

typedef struct report {
    numeral_page_options how;
    numeral_form form; /* without --fields it has none */
    cli_json_file json;
    numeral_output *csv;
} report;

/* One page of an input, which may hold several. */
typedef struct sheet {
    const char *input;
    size_t number, n_pages; /* from 1 */
    numeral_image image;
    numeral_page page;
    numeral_form_page filled; /* with --fields, instead of `page` */
} sheet;

static numeral_status put_csv(const report *out, const sheet *one, size_t at,
                              numeral_error *err)
{
    const numeral_page_line *line = &one->page.lines[at];
    numeral_status status;
    TRY(cli_csv_cell(out->csv, one->input, err));
    TRY(numeral_output_printf(out->csv, err, ",%zu,%zu,%s,%.3f,%zu,%zu,%zu,%zu\n",
                              one->number, at + 1, line->text, line->confidence,
                              line->box.top, line->box.left, line->box.bottom,
                              line->box.right));
done:
    return status;
}

/* The page's number stands between where there are several. */
static void print_line(const sheet *one, size_t at)
{
    const numeral_page_line *line = &one->page.lines[at];
    cli_print("%s\t%.3f\t%s:", line->text, line->confidence, one->input);
    if (one->n_pages > 1) {
        cli_print("%zu:", one->number);
    }
    cli_print("%zu\n", at + 1);
}

/* A page without a line that --expect fits is told: it would be passed over in silence.
 */
static void tell_unexpected(const cli_session *session, const sheet *one, size_t expect)
{
    if (expect && one->page.n_lines == 0 && !cli_is_set(session->arguments, "quiet")) {
        cli_print_error("numeral: %s: ", one->input);
        if (one->n_pages > 1) {
            cli_print_error("page %zu: ", one->number);
        }
        cli_print_error("no line can be read as %zu digits; --expect tells how many each "
                        "has\n",
                        expect);
    }
}

static numeral_status tell_lines(const cli_session *session, const sheet *one,
                                 report *out, const numeral_model_info *info,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    tell_unexpected(session, one, out->how.expect);
    for (size_t i = 0; i < one->page.n_lines; i++) {
        if (session->text) {
            print_line(one, i);
        }
        if (out->csv) {
            TRY(put_csv(out, one, i, err));
        }
    }
    if (session->json) {
        TRY(cli_json_put(&out->json,
                         answer_page(info, one->input, one->number, &one->page),
                         ANSWER_LINE, err));
    }
done:
    return status;
}

static numeral_status tell_fields(const cli_session *session, const sheet *one,
                                  report *out, const numeral_model_info *info,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    cli_filled filled = {one->input, one->number, one->n_pages, &out->form, &one->filled};
    if (session->text) {
        cli_form_print(&filled);
    }
    if (out->csv) {
        TRY(cli_form_csv(out->csv, &filled, err));
    }
    if (session->json) {
        TRY(cli_json_put(
            &out->json,
            answer_form(info, one->input, one->number, &out->form, &one->filled),
            ANSWER_LINE, err));
    }
done:
    return status;
}

static numeral_status tell(const cli_session *session, const sheet *one, report *out,
                           numeral_error *err)
{
    numeral_model_info info;
    numeral_status status = NUMERAL_OK;
    const char *boxes = cli_value(session->arguments, "boxes");
    numeral_model_get_info(session->model, &info);
    TRY(out->form.n_fields ? tell_fields(session, one, out, &info, err)
                           : tell_lines(session, one, out, &info, err));
    if (boxes) {
        bool by_form = one->filled.n_fields > 0;
        const cli_marked marked = {one->input, &one->image,
                                   by_form ? one->filled.fields : one->page.lines,
                                   by_form ? one->filled.n_fields : one->page.n_lines,
                                   by_form ? "fields" : "lines"};
        TRY(cli_page_draw(session, boxes, &marked, &info, err));
    }
done:
    return status;
}

/* The bar is of all inputs, not of each field. */
static void tell_progress(const cli_batch *batch)
{
    if (batch->session->run.progress) {
        char note[64];
        snprintf(note, sizeof note, "%zu of %zu", batch->n_done, batch->n_known);
        cli_progress_draw("forms", "reading forms", batch->n_done, batch->n_known, note);
    }
}

/* Reads the form on one page. */
static numeral_status read_form(const cli_batch *batch, const report *out, sheet *one,
                                numeral_error *err)
{
    const cli_session *session = batch->session;
    const numeral_run run = {.threads = session->run.threads};
    tell_progress(batch);
    numeral_status status = numeral_form_read(session->model, &one->image, &out->form,
                                              &out->how, &run, &one->filled, err);
    if (status == NUMERAL_ERROR_FORMAT) {
        numeral_error why = *err;
        return one->n_pages > 1
                   ? cli_fail(err, status, "%.150s, page %zu: %s", one->input,
                              one->number, why.text)
                   : cli_fail(err, status, "%.150s: %s", one->input, why.text);
    }
    return status;
}

/* The sentence with the file, and its page where it has more than one. */
static void name_page(const sheet *one, numeral_error *why)
{
    char text[NUMERAL_ERROR_TEXT_BYTES];
    char shown[NUMERAL_ERROR_TEXT_BYTES]; /* as it stands in a sentence */
    size_t length = numeral_name_visible(one->input, sizeof shown, shown, sizeof shown);
    bool named = strncmp(why->text, shown, length) == 0 && why->text[length] == ':';
    snprintf(text, sizeof text, "%s", why->text + (named ? length + 2 : 0));
    if (one->n_pages > 1) {
        cli_fail(why, why->status, "%.300s: page %zu: %s", one->input, one->number, text);
    } else {
        cli_fail(why, why->status, "%.300s: %s", one->input, text);
    }
}

static void free_sheet(sheet *one)
{
    numeral_image_free(&one->image);
    numeral_page_free(&one->page);
    numeral_form_page_free(&one->filled);
}

/* Tells of a page that was read; what was found is freed. */
static numeral_status tell_page(cli_batch *batch, sheet *one, numeral_error *err)
{
    cli_progress_clear();
    batch->n_answered++;
    if (batch->asks && batch->session->text && one->page.n_lines == 0) {
        cli_print("?\t0.000\t%s\tno digits\n", one->input); /* who asks gets an answer */
    }
    numeral_status status = tell(batch->session, one, batch->context, err);
    free_sheet(one);
    return status;
}

/* Reads one page. One that cannot be read is told of, and the rest goes on. */
static numeral_status read_page(cli_batch *batch, const numeral_pictures *pictures,
                                sheet *one, numeral_error *err)
{
    const cli_session *session = batch->session;
    const report *out = batch->context;
    numeral_error why = {0};
    numeral_status status =
        numeral_pictures_read(pictures, one->number - 1, &one->image, &why);
    if (status == NUMERAL_OK) {
        status = out->form.n_fields
                     ? read_form(batch, out, one, &why)
                     : numeral_page_read(session->model, &one->image, &out->how,
                                         &session->run, &one->page, &why);
    }
    if (status != NUMERAL_OK) {
        name_page(one, &why);
        free_sheet(one);
        return cli_batch_bad(batch, one->input, &why, err);
    }
    return tell_page(batch, one, err);
}

/* Reads an input of one page ahead of its turn. One that cannot be read is left to its
 * turn, to be told of then. */
static void *begin_input(const cli_batch *batch, const char *input)
{
    const report *out = batch->context;
    const numeral_run run = {.threads = 1};
    numeral_pictures *pictures = NULL;
    numeral_error why;
    sheet *one = calloc(1, sizeof *one);
    bool is_read =
        one && numeral_pictures_open(input, &pictures, &why) == NUMERAL_OK &&
        numeral_pictures_count(pictures) == 1 &&
        numeral_pictures_read(pictures, 0, &one->image, &why) == NUMERAL_OK &&
        (out->form.n_fields
             ? numeral_form_read(batch->session->model, &one->image, &out->form,
                                 &out->how, &run, &one->filled, &why)
             : numeral_page_read(batch->session->model, &one->image, &out->how, &run,
                                 &one->page, &why)) == NUMERAL_OK;
    numeral_pictures_close(pictures);
    if (one) {
        numeral_image_free(&one->image); /* memory is for the pages under way */
    }
    if (!is_read) {
        free(one);
        return NULL;
    }
    return one;
}

static void forget_input(void *begun)
{
    free_sheet(begun);
    free(begun);
}

static numeral_status answer_begun(cli_batch *batch, const char *input,
                                   numeral_error *err)
{
    sheet *one = batch->begun;
    const report *out = batch->context;
    one->input = input;
    one->number = one->n_pages = 1;
    if (out->form.n_fields) {
        tell_progress(batch);
    }
    numeral_status status = tell_page(batch, one, err);
    free(one);
    return status;
}

static numeral_status read_input(cli_batch *batch, const char *input, numeral_error *err)
{
    numeral_pictures *pictures = NULL;
    numeral_error why;
    bool is_stdin = strcmp(input, "-") == 0;
    sheet one = {.input = is_stdin ? "standard input" : input};
    if (batch->begun) {
        return answer_begun(batch, input, err);
    }
    numeral_status status = numeral_pictures_open(input, &pictures, &why);
    if (status != NUMERAL_OK) {
        return cli_batch_bad(batch, input, &why, err);
    }
    one.n_pages = numeral_pictures_count(pictures);
    batch->stops = batch->stops && one.n_pages == 1;
    if (cli_is_set(batch->session->arguments, "boxes") && one.n_pages > 1) {
        TRY(cli_usage(err, "--boxes draws one page; %.300s has %zu", one.input,
                      one.n_pages));
    }
    for (size_t i = 0; i < one.n_pages; i++) {
        one.number = i + 1;
        TRY(read_page(batch, pictures, &one, err));
    }
done:
    numeral_pictures_close(pictures);
    return status;
}

static numeral_status read_bad(cli_batch *batch, const char *input, const char *why,
                               numeral_error *err)
{
    const cli_session *session = batch->session;
    report *out = batch->context;
    if (session->text) {
        cli_print("?\t0.000\t%s\tunreadable\n", input);
    }
    return session->json
               ? cli_json_put(&out->json,
                              json_pack("{s:o, s:o}", "input", answer_text(input),
                                        "error", answer_text(why)),
                              ANSWER_LINE, err)
               : NUMERAL_OK;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *csv = cli_value(arguments, "output");
    const char *fields = cli_value(arguments, "fields");
    report out = {.how.keep_upright = cli_is_set(arguments, "upright")};
    cli_batch batch = {.session = session,
                       .folders = true,
                       .answer = read_input,
                       .begin = begin_input,
                       .forget = forget_input,
                       .answer_bad = read_bad,
                       .context = &out};
    size_t first;
    numeral_status status;
    if (cli_is_set(arguments, "boxes") &&
        (arguments->n_inputs !=
             (size_t)1 + (arguments->n_inputs && cli_is_model(arguments->inputs[0])) ||
         cli_is_set(arguments, "files-from"))) {
        return cli_usage(err, "--boxes draws one page; give one PICTURE");
    }
    TRY(cli_integer(arguments, "expect", 1, 100, 0, &out.how.expect, err));
    if (fields) {
        TRY(numeral_form_load(fields, &out.form, err));
    }
    TRY(cli_session_model_first(session, &first, err));
    if (csv) {
        TRY(numeral_output_create(csv, &out.csv, err));
        TRY(fields ? cli_form_csv_head(out.csv, &out.form, err)
                   : numeral_output_printf(
                         out.csv, err,
                         "input,page,line,text,confidence,top,left,bottom,right\n"));
    }
    if (session->json) {
        TRY(cli_json_open(session->json, &out.json, err));
    }
    TRY(cli_batch_run(&batch, first, err));
    if (cli_batch_is_lost(&batch)) {
        TRY(cli_batch_end(&batch, status, err));
    }
    if (out.csv) {
        numeral_output *done_with = out.csv;
        out.csv = NULL;
        TRY(numeral_output_commit(done_with, err));
    }
done:
    numeral_output_destroy(out.csv);
    numeral_form_free(&out.form);
    return cli_batch_end(&batch, cli_json_close(&out.json, status, err), err);
}

const cli_command cli_cmd_read = {
    .name = "read",
    .arguments = "[MODEL] PICTURE...",
    .summary = "Read pages of digits: text, confidence and place of each line.",
    .details =
        "A PICTURE is a photo or scan of one or more lines of digits; they may\n"
        "touch, and stand on ruled paper or in boxes. A character that is no\n"
        "digit is '?'. The confidence is the chance that all of a line is right.\n"
        "Folders are read picture by picture, a TIFF page by page; - is standard\n"
        "input, pictures one after the other. Without MODEL the default one reads:\n"
        "see numeral predict --help.\n\n"
        "--fields reads forms instead: FORM.json names boxes of the page, of a frame\n"
        "printed on it or of four marks, and each page becomes one row.\n\n"
        "  numeral read page.jpg\n"
        "  numeral read digits.model page.jpg\n"
        "  numeral read digits.model scans/*.png -o lines.csv\n"
        "  numeral read digits.model page.jpg --boxes found.png --expect 6\n"
        "  numeral read digits.model scans/ --fields form.json -o forms.csv\n",
    .min_inputs = 0,
    .max_inputs = (size_t)-1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
