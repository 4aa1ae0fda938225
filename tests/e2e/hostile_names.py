"""Names that want to be read as something else: quotes, backslashes, ends of statements, comments, templates, reserved
words, Unicode, the longest ones. Snowflake holds each as an identifier (no NUL, at most 255 characters)."""

QUOTES = [
    *('"', '""', '"""', '";', '"; DROP TABLE x; --', '" AS (1)) --', '"."', 'a"b"c', '"a"', '\\"', '"\\', '\\""'),
    *("'", "''", "'''", "';", "'; DROP TABLE x; --", "x') --", "x', 'y", "'||'", "'a'", "\\'", "\\''", "\\\\'", "'\\"),
    *("\\", "\\\\", "\\\\\\", "\\n", "\\x27", "\\u0027", "\\047", "`", "``", "$$", "$$;", "$$'$$", '"\'"', "'\"'"),
]
ENDS = [
    *(";", ";;", "; SELECT 1", "x; DROP TABLE y", ");", "));", "); --", ") COPY GRANTS COMMENT = 'x'", "\n;", ";\n--"),
    *("--", "-- ", "--x", "/*", "*/", "/* x */", "/**/", "//", "// x", "#", "x --y", "x /* y", "*/ x", "/*/", "\n--\n"),
    *("(", ")", "()", "(((", ")))", "[x]", "[", "]", "{", "}", "{}", ",", ", b INT", ",,", "=", "a = b", "=>", "->"),
    *(
        "@stage",
        "@~",
        "@%t",
        "@a/b",
        "$1",
        "$x",
        "&x",
        "&{x}",
        ":x",
        ":1",
        "?",
        "a:b",
        "a::int",
        "a.b",
        "a.b.c",
        "..",
        ".",
    ),
]
TEMPLATES = [
    *(
        "{{ x }}",
        "{{",
        "}}",
        "{% x %}",
        "{%",
        "{# x #}",
        "${x}",
        "${env:X}",
        "$(x)",
        "%s",
        "%(x)s",
        "%d",
        "%",
        "%%",
        "_",
    ),
    *(
        "%_%",
        "%27",
        "%3B",
        "&apos;",
        "&quot;",
        "<x>",
        "<%= x %>",
        "|",
        "||",
        "^",
        "~",
        "!",
        "!=",
        "*",
        "a*",
        "+",
        "-",
        "-1",
    ),
    *("{0}", "#{x}", "@{x}", "[[x]]", "<<x>>", "\\{x}", "{{'x'}}", '{{"x"}}', "{{ ';' }}", "{% raw %}"),
]
WORDS = (
    """account all alter and any as between by case cast check column comment connect constraint create cross current
    current_date current_time current_timestamp current_user database delete distinct drop else exists external false
    file_format following for from full grant group gscluster having if ilike in increment inner insert intersect into
    is issue join lateral left like localtime localtimestamp location metadata$filename metadata$file_row_number minus
    natural not null of on or order organization partition pattern qualify regexp replace revoke right rlike row rows
    sample schema select set some stage start table tablesample then to trigger true try_cast union unique update using
    value values variant view when whenever where with""".split()
)
SPACES = [
    "a b",
    " ",
    "  a  ",
    " a",
    "a ",
    "\t",
    "a\tb",
    "\n",
    "\r\n",
    "\r",
    "a\nb",
    "\v",
    "\f",
    "\x01",
    "\x07",
    "\x1b[31m",
]
SPACES += ["\x7f", "\x85", "\u00a0", "\u2003", "\u2028", "\u2029", "\u3000", "\ufeff", "\u200b", "\u202e", "\u2066"]
UNICODE = [
    *(
        "\u00e9",
        "e\u0301",
        "\u00df",
        "\u0130",
        "\u0131",
        "\u017f",
        "\u03c2",
        "\u4e16\u754c",
        "\U0001f600",
        "\U0001f469\u200d\U0001f4bb",
    ),
    *(
        "\u2018",
        "\u2019",
        "\u201c",
        "\u201d",
        "\u00ab",
        "\u2032",
        "\u02bc",
        "\uff07",
        "\uff02",
        "\uff1b",
        "\uff3c",
        "\u2010",
    ),
    *(
        "\u2212",
        "\u037e",
        "\u061b",
        "\u05d0\u05d1",
        "\u0627\u0628",
        "\ufffd",
        "\ufffe",
        "\U0010ffff",
        "\u0300",
        "\u1e9e",
        "\ufb01",
    ),
]
NUMBERS = [
    "1",
    "1a",
    "0x41",
    "1e5",
    "1.5",
    "-0",
    ".5",
    "007",
    "1_000",
    "NaN",
    "inf",
    "1 OR 1=1",
    "2026-11-20",
    "a-b",
    "9" * 38,
]
LONG = [
    "x" * 255,
    '"' * 200,
    "'" * 200,
    "\\" * 200,
    ";" * 200,
    "\u4e16" * 255,
    "\U0001f600" * 200,
    "(" * 200,
    "- " * 100,
    "a" * 254 + "'",
]

HOSTILE = list(dict.fromkeys(QUOTES + ENDS + TEMPLATES + WORDS + SPACES + UNICODE + NUMBERS + LONG))
