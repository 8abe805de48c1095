/* One line for each kind of file that people bring and numeral does not read. */
#include "image/foreign.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Text files of a kind begin with its word, behind space, a byte order mark and, where
 * `comment` is not 0, lines that begin with it. */
typedef struct text_kind {
    const char *word;
    char comment;
    const char *words;
} text_kind;

#define WEB_PAGE                                                                         \
    "a web page, not data: the download failed, or the address is that of a page"
#define DRAWING "an SVG drawing; rsvg-convert -o OUT.png FILE makes a PNG"

static const text_kind texts[] = {
    {"@relation", '%',
     "an ARFF table; drop all up to the line @DATA and what is left is CSV with the "
     "label "
     "last: sed '1,/@data/Id' FILE > OUT.csv"},
    {"<!doctype html", 0, WEB_PAGE},
    {"<html", 0, WEB_PAGE},
    {"<svg", 0, DRAWING},
    {"<?xml", 0, "XML; a drawing in it becomes a PNG by rsvg-convert -o OUT.png FILE"},
    {"%PDF", 0, "a PDF; pdftoppm -r 300 -gray -png FILE PAGE makes a PNG of each page"},
    {"version https://git-lfs", 0,
     "a pointer of Git LFS, not the file itself; git lfs pull fetches it"},
};

typedef struct byte_kind {
    size_t at;
    const char *magic;
    size_t n_bytes;
    const char *words;
} byte_kind;

#define PICTURE(kind) kind "; magick FILE OUT.png (ImageMagick) makes a PNG"
#define PHONE                                                                            \
    "a HEIC or AVIF photo; heif-convert FILE OUT.png makes a PNG, or let the phone "     \
    "take "                                                                              \
    "JPEGs"

static const byte_kind kinds[] = {
    {0, "MATLAB 5.0", 10,
     "a MATLAB file; in Python: m = scipy.io.loadmat(FILE); numpy.savez('OUT.npz', "
     "x=m['data'].T, y=m['label'][0]) with the names it uses (m.keys())"},
    {0, "\x89HDF", 4,
     "HDF5 (MATLAB 7.3, Keras, USPS); in Python: f = h5py.File(FILE); numpy.savez("
     "'OUT.npz', x=f['data'][:], y=f['target'][:]) with the names it uses (f.keys())"},
    {0, "PAR1", 4,
     "a Parquet table; in Python: pandas.read_parquet(FILE).to_csv('OUT.csv', "
     "index=False), its pictures first decoded to pixels or written as files"},
    {4, "ftypheic", 8, PHONE},
    {4, "ftypheix", 8, PHONE},
    {4, "ftyphevc", 8, PHONE},
    {4, "ftypmif1", 8, PHONE},
    {4, "ftypmsf1", 8, PHONE},
    {4, "ftypavif", 8, PHONE},
    {4, "jP  \r\n", 6, PICTURE("a JPEG 2000 picture")},
    {0, "\xFFO\xFFQ", 4, PICTURE("a JPEG 2000 picture")},
    {0, "\0\0\1\0", 4, PICTURE("an icon (ICO)")},
    {0, "8BPS", 4, PICTURE("a Photoshop picture")},
    {0, "SQLite format 3", 15, "an SQLite database; export its table as CSV"},
    {0, "7z\xBC\xAF", 4, "a 7z archive; unpack it and name the folder"},
    {0, "Rar!", 4, "a RAR archive; unpack it and name the folder"},
    {0, "BZh", 3, "packed by bzip2; bunzip2 FILE unpacks it"},
    {0,
     "\xFD"
     "7zXZ",
     5, "packed by xz; unxz FILE unpacks it"},
    {0, "(\xB5/\xFD", 4, "packed by zstd; unzstd FILE unpacks it"},
    {257, "ustar", 5, "a tar archive; unpack it (tar xf FILE) and name the folder"},
    {0, "ARROW1", 6,
     "an Arrow table; in Python: pandas.read_feather(FILE).to_csv('OUT.csv', "
     "index=False)"},
};

static const char pickle[] =
    "a Python pickle, which runs code when it is read; if you trust it, in Python: "
    "data = pickle.load(open(FILE, 'rb'), encoding='latin1'); numpy.savez('OUT.npz', "
    "x=IMAGES, y=LABELS) with its arrays";
static const char libsvm[] =
    "LIBSVM's sparse text; in Python: x, y = sklearn.datasets.load_svmlight_file(FILE); "
    "numpy.savez('OUT.npz', x=x.toarray(), y=y)";

/* The bytes of a file, begun behind space, a byte order mark and comments. */
static const uint8_t *begin_text(const uint8_t *at, const uint8_t *end, char comment)
{
    if (end - at >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) {
        at += 3;
    }
    while (at < end && (isspace(*at) || (comment && *at == comment))) {
        const uint8_t *line = isspace(*at) ? at : memchr(at, '\n', (size_t)(end - at));
        at = line ? line + 1 : end;
    }
    return at;
}

/* A first line "LABEL INDEX:VALUE INDEX:VALUE ...". */
static bool is_libsvm(const uint8_t *at, const uint8_t *end)
{
    size_t pairs = 0;
    const uint8_t *line = memchr(at, '\n', (size_t)(end - at));
    end = line ? line : end;
    while (at < end && (isdigit(*at) || strchr("+-.", *at))) {
        at++;
    }
    while (at < end && *at == ' ') {
        const uint8_t *number = ++at;
        while (at < end && isdigit(*at)) {
            at++;
        }
        if (at == number || at == end || *at != ':') {
            return pairs > 0 && at == end;
        }
        while (at < end && *at != ' ') {
            at++;
        }
        pairs++;
    }
    return pairs > 0;
}

const char *numeral_foreign_words(const uint8_t *bytes, size_t n_bytes)
{
    const uint8_t *end = bytes + n_bytes;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const byte_kind *kind = &kinds[i];
        if (n_bytes >= kind->at + kind->n_bytes &&
            memcmp(bytes + kind->at, kind->magic, kind->n_bytes) == 0) {
            return kind->words;
        }
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const uint8_t *at = begin_text(bytes, end, texts[i].comment);
        size_t length = strlen(texts[i].word);
        if ((size_t)(end - at) >= length &&
            strncasecmp((const char *)at, texts[i].word, length) == 0) {
            return texts[i].words;
        }
    }
    if (n_bytes > 4 && bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5 &&
        bytes[n_bytes - 1] == '.') {
        return pickle;
    }
    return n_bytes > 4 && is_libsvm(bytes, end) ? libsvm : NULL;
}
