"""Writes pyreadstat.sav (not packed) and pyreadstat.zsav, and pyreadstat.txt, what has to be found in them: invented
answers of nobody. Run in this folder with pyreadstat 1.3 and pandas."""

import pandas
import pyreadstat

count = 12
columns = {
    "Q1": [float(number % 6) for number in range(count)],
    "Q2": [None if number % 7 == 0 else number * 1.25 - 3 for number in range(count)],
    "weight_of_the_case": [0.5 + number / 16 for number in range(count)],
    "words": [["ja", "nee", "weet niet", ""][number % 4] * (number % 3) for number in range(count)],
    "long_text": [chr(97 + number % 26) * (number * 30) for number in range(count)],
}
pyreadstat_arguments = {
    "file_label": "Invented survey",
    "column_labels": ["How often?", None, "Weight", "Woorden", "Een lang antwoord"],
    "variable_value_labels": {"Q1": {0: "never", 5: "always"}, "words": {"ja": "yes", "nee": "no"}},
    "missing_ranges": {"Q1": [4, {"lo": 5, "hi": 6}], "words": ["nee"]},
    "variable_measure": {"Q1": "ordinal", "Q2": "scale", "weight_of_the_case": "scale", "words": "nominal", "long_text": "nominal"},
    "variable_format": {"Q1": "F2.0", "Q2": "F8.3"},
}
frame = pandas.DataFrame(columns)
pyreadstat.write_sav(frame, "pyreadstat.sav", **pyreadstat_arguments)
pyreadstat.write_sav(frame, "pyreadstat.zsav", compress=True, **pyreadstat_arguments)
with open("pyreadstat.txt", "w", encoding="utf-8") as said:
    for place in range(count):
        values = [columns[name][place] for name in columns]
        words = ["NA" if value is None else f"'{value}" if isinstance(value, str) else repr(value).removesuffix(".0") for value in values]
        said.write("\t".join(words) + "\n")
