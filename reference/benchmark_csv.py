"""Golden values for src/benchmark/csv.ts: what pandas.read_csv makes of small tables.

Brain-Score reads stimulus sets and behavioural tables with pandas' default type inference (brainio/stimuli.py:71-79),
so dtypes, missing values and the rows that are skipped must be pandas' own. Run with the pandas of
reference/README.md (Brain-Score's lock file pins 2.2.2, which gives the same):

    pip install "pandas==2.2.3" "numpy==1.26.4"
    python reference/benchmark_csv.py > src/benchmark/golden/csv.json
"""
import io
import json
import math

import numpy as np
import pandas as pd

COLUMNS = {
    "integers": ["1", "2", "10"],
    "leading zeros": ["001", "010", "100"],
    "signs": ["+5", "-3", "-0"],
    "spaces around integers": [" 1", "2 ", " 3 "],
    "integer with missing": ["1", "", "3"],
    "integers beyond int64": ["9223372036854775807", "1"],
    "unsigned beyond int64": ["9223372036854775808", "1"],
    "beyond uint64": ["18446744073709551616", "1"],
    "beyond int64 and negative": ["9223372036854775808", "-1"],
    "below int64": ["-9223372036854775809", "1"],
    "beyond uint64 with a decimal": ["18446744073709551616", "1.5"],
    "beyond uint64 with missing": ["18446744073709551616", ""],
    "a decimal before beyond uint64": ["1.5", "18446744073709551616"],
    "a word after beyond uint64": ["18446744073709551616", "cat"],
    "unsigned beyond int64 with missing": ["9223372036854775808", ""],
    "unsigned beyond int64 with a decimal": ["9300000000000000000", "1.5"],
    "missing and negative with unsigned": ["", "-1", "9223372036854775808"],
    "decimals": ["1.5", "2", "-0.25"],
    "bare points": [".5", "5.", "0.0"],
    "a point alone": [".", "1"],
    "scientific": ["1e5", "2E-3", "-1.5e+2"],
    "exponent without digits": ["1e", "2"],
    "exponent without digits but sign": ["1e+", "2"],
    "infinities": ["inf", "-inf", "+inf"],
    "infinity in words": ["Infinity", "-Infinity", "+infinity"],
    "infinity in capitals": ["INF", "iNf", "1"],
    "infinity with spaces": [" inf", "1"],
    "spaces around decimals": [" 1.5", "2.5 ", "3"],
    "underscored": ["1_000", "2"],
    "thousands": ["1 000", "2"],
    "hexadecimal": ["0x10", "2"],
    "not-a-number words": ["NaN", "1", "nan"],
    "overflowing exponent": ["1e400", "1"],
    "underflowing exponent": ["1e-400", "1"],
    "booleans": ["True", "False", "True"],
    "booleans in lower case": ["true", "false", "TRUE"],
    "booleans in upper case": ["TRUE", "FALSE", "true"],
    "booleans in odd case": ["tRue", "False"],
    "booleans with missing": ["True", "", "False"],
    "booleans with spaces": [" True", "False"],
    "booleans and numbers": ["True", "1"],
    "booleans and words": ["True", "maybe"],
    "words": ["cat", "dog", "cat"],
    "words and numbers": ["cat", "10", "2.5"],
    "words with missing": ["cat", "", "NA"],
    "words kept whole": [" cat", "dog ", "na"],
    "all missing": ["", "", ""],
    "all NA words": ["NA", "null", "None"],
    "single missing": [""],
    "dates": ["2024-01-01", "2024-01-02"],
    "non-ASCII digits": ["\u0661", "\u0662"],
    "tab around integer": ["\t1", "2\t"],
    "no-break space around integer": ["\u00a01", "2"],
    "negative zero decimal": ["-0.0", "0"],
    "plus and minus": ["+-1", "2"],
    "minus alone": ["-", "1"],
}
WORDS = ["", "NA", "na", "Na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "NONE", "N/A", "n/a", "n/A",
         "<NA>", "<na>", "#N/A", "#NA", "#N/A N/A", "-NaN", "-nan", "+nan", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN",
         "NaT", "nil", "-", ".", "?", " ", " NA", "NA ", "missing", "undefined"]
TEXTS = {
    "blank lines are skipped": "a,b\n1,2\n\n3,4\n\n",
    "blank lines before the header": "\n\na,b\n1,2\n",
    "lines of spaces are skipped": "a,b\n1,2\n   \n3,4\n",
    "carriage returns": "a,b\r\n1,2\r\n3,4\r\n",
    "lone carriage returns": "a,b\r1,2\r3,4",
    "byte order mark": "\ufeffa,b\n1,2\n",
    "quoted commas": 'a,b\n"x,y",2\n',
    "quoted newline": 'a,b\n"x\ny",2\nz,3\n',
    "doubled quotes": 'a,b\n"x ""y""",2\n',
    "quoted numbers": 'a,b\n"1","2"\n"3","4"\n',
    "quoted missing word": 'a,b\n"NA","2"\n"x","4"\n',
    "quote inside a bare cell": 'a,b\nx"y,2\n',
    "no newline at the end": "a,b\n1,2",
    "header only": "a,b\n",
    "a row of one empty quoted cell": 'a\n""\nx\n',
    "spaces kept in names": " a,b \n1,2\n",
}


def kind(dtype):
    name = str(dtype)
    return {"uint64": "int64", "str": "object"}.get(name, name)


def plain(value):
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return {"int": str(int(value))} if abs(int(value)) > 2**53 - 1 else int(value)
    if isinstance(value, (float, np.floating)):
        if math.isnan(value):
            return None
        return {"float": "inf" if value > 0 else "-inf"} if math.isinf(value) else float(value)
    return str(value)


def read(text):
    frame = pd.read_csv(io.BytesIO(text.encode("utf-8")))
    return {str(name): {"dtype": kind(frame[name].dtype), "values": [plain(v) for v in frame[name]]} for name in frame}


def column(cells):
    # A second column keeps an empty cell from being a blank line, which pandas skips.
    text = "x,row\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))
    return {"text": text, "columns": {"x": read(text)["x"]}}


print(json.dumps({
    "pandas": pd.__version__,
    "missingWords": {word: column(["word", word])["columns"]["x"]["values"][1] is None for word in WORDS},
    "columns": {name: column(cells) for name, cells in COLUMNS.items()},
    "texts": {name: {"text": text, "columns": read(text)} for name, text in TEXTS.items()},
}, indent=1, ensure_ascii=True))
