"""Reads what `write_for_others` of ../sav.rs wrote, with pyreadstat, and compares every value with what it wrote:
python check.py FOLDER."""

import math
import pathlib
import string
import sys

import pyreadstat

wide = (string.ascii_lowercase * 24)[:600]
cases = [
    [0.1, "ééé", "Forlì", wide, 1.0, wide[:256], 1.0, 0.0],
    [None, "", "   x", "é" * 255, -99.0, wide[1:256], 151.0, 152.0],
    [-0.0, "12345678", "123456789", "", -100.0, "", 1e300, 13.0],
]
names = ["age", "long_name_of_a_short_text", "Città", "story", "weighting", "STORY2", "Chosen_1", "Chosen_2"]
files = sorted(pathlib.Path(sys.argv[1]).glob("*.sav"))
assert len(files) == 16, files
for file in files:
    frame, said = pyreadstat.read_sav(str(file), user_missing=True, disable_datetime_conversion=True)
    assert said.column_names == names, said.column_names
    for place, case in enumerate(cases):
        for name, expected in zip(names, case):
            found = frame[name][place]
            is_none = isinstance(found, float) and math.isnan(found)
            assert (is_none and expected is None) or found == expected, (file, place, name)
    assert said.file_label == "Enquête inventée"
    assert said.column_labels[0] == "Âge" and said.column_labels[3] == "€ and other signs"
    assert said.variable_value_labels["age"] == {-1.5: "minus", 0.0: ""}
    assert said.variable_value_labels["long_name_of_a_short_text"] == {"ä": "A with dots"}
    assert said.original_variable_types["age"] == "DATETIME20", said.original_variable_types
    assert said.variable_measure["age"] == "scale" and said.variable_measure["Città"] == "nominal"
    assert said.variable_measure["STORY2"] == "ordinal" and said.variable_measure["Chosen_1"] == "unknown"
    assert said.variable_value_labels["Città"] == {"Forlì-de": "wide", "": "said nothing"}
    missing = {name: [(one["lo"], one["hi"]) for one in found] for name, found in said.missing_ranges.items()}
    assert missing == {
        "age": [(-math.inf, -1.0), (7.0, 7.0)],
        "long_name_of_a_short_text": [("a", "a"), ("ééé", "ééé"), ("12345678", "12345678")],
        "Città": [("x", "x"), ("yy", "yy")],
        "story": [("none", "none")],
    }, missing
    sets = {name: (one["type"], one["counted_value"], one["label"], one["variable_list"]) for name, one in said.mr_sets.items()}
    assert sets == {
        "needs": ("D", 1, "Besoins é", ["Chosen_1", "Chosen_2"]),
        "texts": ("C", None, "", ["story", "STORY2"]),
        "more": ("E", 1, "x y", ["Chosen_2", "Chosen_1", "age"]),
    }, sets
    assert str(said.creation_time) == "2023-12-31 23:59:58"
    print(file.name, "read by pyreadstat")
