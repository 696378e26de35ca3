//! What a table's figures say, in sentences made from them. A sentence is a message and what it fills in; its words
//! are chosen where the language is known.

use super::Builder;
use super::definition::{ReadingDefinition, TableDefinition, Which};
use crate::analyse::estimate::Estimate;
use crate::error::Result;
use crate::model::LocalText;
use crate::model::result::{Argument, Cell, Missing, Row, Sentence, Table, Unit, Wording};

/// The message that there is nothing to compare with.
const NO_PREVIOUS: &str = "reading-no-previous";

/// The message that the two cannot be compared.
const BREAK: &str = "reading-break";

/// How a figure stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Up,
    Down,
    Same,
    /// Chance alone may explain the difference.
    Unclear,
}

impl Builder<'_> {
    /// The sentences of a table.
    pub(super) fn reading(&self, definition: &TableDefinition, table: &Table) -> Result<Vec<Sentence>> {
        let mut sentences = Vec::new();
        for reading in &definition.reading {
            match reading {
                ReadingDefinition::Say { text, row, filter, by } => {
                    let is_meant = |line: &&Row| filter.iter().all(|(name, code)| code_in(line, name) == Some(code));
                    for line in chosen(table, *row, by.as_deref().map(|key| self.place(table, key)).transpose()?)
                        .into_iter()
                        .filter(is_meant)
                    {
                        sentences.extend(self.said(table, line, text)?);
                    }
                }
                ReadingDefinition::Change { cases, change, low, high, least } => {
                    let place = |key: &str| self.place(table, key);
                    let places = [place(cases)?, place(change)?, place(low)?, place(high)?];
                    sentences.extend(changes(table, places, *least));
                }
                ReadingDefinition::Previous { or_nothing } => {
                    let said = self.since(definition);
                    let nothing = [NO_PREVIOUS, BREAK].map(Wording::Known);
                    let is_nothing = matches!(&said[..], [one] if nothing.contains(&one.wording));
                    sentences.extend(said.into_iter().filter(|_| !(is_nothing && *or_nothing)));
                }
                ReadingDefinition::Outcomes { column, text } => {
                    sentences.extend(outcomes(table, self.place(table, column)?, text));
                }
            }
        }
        Ok(sentences)
    }

    fn place(&self, table: &Table, key: &str) -> Result<usize> {
        table.column(key).ok_or_else(|| self.refused("report-unknown-column", key))
    }

    /// A sentence in the report's own words about one row; none where it needs a cell that is empty.
    fn said(&self, table: &Table, row: &Row, text: &LocalText) -> Result<Option<Sentence>> {
        let mut arguments = Vec::new();
        for key in placeholders(&text.en) {
            let key = key.strip_suffix("-number").unwrap_or(key);
            let place = self.place(table, key)?;
            let (Some(cell), Some(column)) = (row.cells.get(place), table.columns.get(place)) else { return Ok(None) };
            if matches!(cell, Cell::Missing(_)) {
                return Ok(None);
            }
            arguments.push((key.to_owned(), Argument::Figure(cell.clone(), column.unit)));
        }
        Ok(Some(Sentence { wording: Wording::Own(text.clone()), arguments }))
    }

    /// What went up and what went down since the period before.
    fn since(&self, definition: &TableDefinition) -> Vec<Sentence> {
        let (period, before) = (self.evidence.period.to_string(), self.evidence.period.previous().to_string());
        let Some(column) = definition.column.first() else { return Vec::new() };
        if let Some(why) = self.evidence.breaks.get(&self.evidence.period) {
            let before = Argument::Text(LocalText::same(&before));
            return vec![Sentence::known(BREAK, vec![("period", before), ("why", Argument::Text(why.clone()))])];
        }
        let mut lists: [(Course, &'static str, Vec<Sentence>); 4] = [
            (Course::Up, "reading-rose", Vec::new()),
            (Course::Down, "reading-fell", Vec::new()),
            (Course::Same, "reading-same", Vec::new()),
            (Course::Unclear, "reading-unclear", Vec::new()),
        ];
        for line in &definition.line {
            let (Some(now), Some(then)) = (self.single(line, &period), self.single(line, &before)) else { continue };
            let Some(course) = course(&then.estimate, &now.estimate) else { continue };
            let title = self.catalogue.indicators.get(&line.indicator).map(|indicator| &indicator.title);
            let Some(name) = line.label.as_ref().or(title) else { continue };
            let item = Sentence::known(
                "reading-item-from-to",
                vec![
                    ("name", Argument::Text(name.clone())),
                    ("before", Argument::Figure(self.value(then, column.field, column.unit), column.unit)),
                    ("now", Argument::Figure(self.value(now, column.field, column.unit), column.unit)),
                ],
            );
            lists.iter_mut().filter(|(of, _, _)| *of == course).for_each(|(_, _, items)| items.push(item.clone()));
        }
        let year = || ("period", Argument::Text(LocalText::same(&before)));
        let filled = lists.into_iter().filter(|(_, _, items)| !items.is_empty());
        let sentences: Vec<Sentence> = filled
            .map(|(_, message, items)| Sentence::known(message, vec![year(), ("items", Argument::List(items))]))
            .collect();
        if sentences.is_empty() { vec![Sentence::known(NO_PREVIOUS, vec![year()])] } else { sentences }
    }
}

/// The code of a dimension in the figures of a row.
fn code_in<'r>(row: &'r Row, dimension: &str) -> Option<&'r String> {
    row.figures.iter().flatten().find_map(|figure| figure.dimensions.get(dimension))
}

fn chosen(table: &Table, which: Which, by: Option<usize>) -> Vec<&Row> {
    let parts = || table.rows.iter().filter(|row| !row.is_total);
    match which {
        Which::Each => parts().collect(),
        Which::Total => match table.rows.as_slice() {
            [only] => vec![only],
            rows => rows.iter().filter(|row| row.is_total).collect(),
        },
        Which::Largest => {
            let cell = |row: &&'_ Row| by.and_then(|place| row.cells.get(place)).cloned();
            // What is hidden may be larger than all that is shown.
            if parts().any(|row| cell(&row) == Some(Cell::Missing(Missing::Suppressed))) {
                return Vec::new();
            }
            let size = |row: &&Row| by.and_then(|place| row.cells.get(place)).and_then(Cell::as_number);
            let largest = parts().filter(|row| size(row).is_some()).reduce(|best, row| {
                // The first of equals: the order of the code list.
                if size(&row) > size(&best) { row } else { best }
            });
            largest.into_iter().collect()
        }
    }
}

/// The names behind `$` in a Fluent pattern.
fn placeholders(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('$').skip(1).map(|rest| {
        let end = rest.find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-')));
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// Which rows went up or down beyond chance, and of which too few cases are known.
fn changes(table: &Table, [cases, change, low, high]: [usize; 4], least: i64) -> Vec<Sentence> {
    let number = |row: &Row, place: usize| row.cells.get(place).and_then(Cell::as_number);
    let mut lists: [(&'static str, Vec<Sentence>); 4] =
        [("reading-better", vec![]), ("reading-worse", vec![]), ("reading-no-change", vec![]), ("reading-few", vec![])];
    #[expect(clippy::cast_precision_loss, reason = "a threshold of a few cases")]
    let least_cases = least as f64;
    let is_hidden = |row: &&Row| row.cells.contains(&Cell::Missing(Missing::Suppressed));
    for row in table.rows.iter().filter(|row| !row.is_total && !is_hidden(row)) {
        let Some(Cell::Label(label)) = row.cells.first() else { continue };
        let name = ("name", Argument::Text(label.clone()));
        let (Some(cell), unit) = (row.cells.get(change), table.columns[change].unit) else { continue };
        let by = ("change", Argument::Figure(cell.clone(), unit));
        let limits = number(row, low).zip(number(row, high));
        let (place, item) = match limits {
            Some((low, _)) if low > 0.0 => (0, Sentence::known("reading-item-more", vec![name, by])),
            Some((_, high)) if high < 0.0 => (1, Sentence::known("reading-item-less", vec![name, by])),
            _ => (2, Sentence::known("reading-item", vec![name])),
        };
        let is_few = number(row, cases).is_none_or(|cases| cases < least_cases);
        // Enough cases, and limits that this edition does not show: nothing is said.
        if !is_few && limits.is_none() {
            continue;
        }
        let of_few = || Sentence::known("reading-item", vec![("name", Argument::Text(label.clone()))]);
        let (place, item) = if is_few { (3, of_few()) } else { (place, item) };
        lists[place].1.push(item);
    }
    let filled = lists.into_iter().filter(|(_, items)| !items.is_empty());
    filled
        .map(|(message, items)| {
            let least = ("least", Argument::Figure(Cell::Count(least), Unit::Count));
            Sentence::known(message, vec![least, ("items", Argument::List(items))])
        })
        .collect()
}

/// How many rows have each outcome: `$all` and `$outcomes` of the report's own words.
fn outcomes(table: &Table, place: usize, text: &LocalText) -> Option<Sentence> {
    let mut counts: Vec<(LocalText, i64)> = Vec::new();
    for row in table.rows.iter().filter(|row| !row.is_total) {
        let Some(Cell::Label(label)) = row.cells.get(place) else { continue };
        match counts.iter_mut().find(|(known, _)| known == label) {
            Some((_, count)) => *count += 1,
            None => counts.push((label.clone(), 1)),
        }
    }
    let all = counts.iter().map(|(_, count)| count).sum();
    let item = |(label, count): (LocalText, i64)| {
        let count = Argument::Figure(Cell::Count(count), Unit::Count);
        Sentence::known("reading-item-count", vec![("name", Argument::Text(label)), ("count", count)])
    };
    let arguments = vec![
        ("all".to_owned(), Argument::Figure(Cell::Count(all), Unit::Count)),
        ("outcomes".to_owned(), Argument::List(counts.into_iter().map(item).collect())),
    ];
    (all > 0).then(|| Sentence { wording: Wording::Own(text.clone()), arguments })
}

/// Whether a figure went up or down. Where both have an interval, the difference gets one made of the two (square and
/// add: Newcombe 1998, method 10, for shares by Wilson; Zou and Donner 2008 in general), and counts only if 0 is not in it.
fn course(before: &Estimate, now: &Estimate) -> Option<Course> {
    let difference = now.value? - before.value?;
    let beyond_chance = match (before.interval.zip(before.value), now.interval.zip(now.value)) {
        (Some(((low_1, high_1), value_1)), Some(((low_2, high_2), value_2))) => {
            let low = difference - (value_2 - low_2).hypot(high_1 - value_1);
            let high = difference + (high_2 - value_2).hypot(value_1 - low_1);
            low > 0.0 || high < 0.0
        }
        _ => true,
    };
    Some(match difference {
        _ if difference.abs() < 1e-9 => Course::Same,
        _ if !beyond_chance => Course::Unclear,
        more if more > 0.0 => Course::Up,
        _ => Course::Down,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: f64, low: f64, high: f64) -> Estimate {
        Estimate { value: Some(value), interval: Some((low, high)) }
    }

    /// Newcombe 1998, table II (a): 56 of 70 against 48 of 80; method 10 gives 0.0524 to 0.3339.
    #[test]
    fn a_difference_of_shares_counts_where_newcombes_interval_leaves_out_zero() {
        let (first, second) = (share(80.0, 69.59, 87.69), share(60.0, 49.05, 70.03));
        assert_eq!(course(&second, &first), Some(Course::Up));
        assert_eq!(course(&first, &second), Some(Course::Down));
        // 9 of 10 against 3 of 10 is beyond chance, 6 of 10 against 3 of 10 is not.
        assert_eq!(course(&share(30.0, 10.78, 60.32), &share(60.0, 31.27, 83.18)), Some(Course::Unclear));
        assert_eq!(course(&share(30.0, 10.78, 60.32), &share(90.0, 59.58, 98.21)), Some(Course::Up));
    }

    #[test]
    fn a_count_has_no_interval_and_moves_by_one() {
        let count = |value| Estimate { value: Some(value), interval: None };
        assert_eq!(course(&count(12.0), &count(13.0)), Some(Course::Up));
        assert_eq!(course(&count(12.0), &count(12.0)), Some(Course::Same));
        assert_eq!(course(&Estimate { value: None, interval: None }, &count(12.0)), None);
    }

    #[test]
    fn placeholders_are_found_in_selectors_too() {
        let pattern = "{ $n-number -> [one] One *[other] { $n } } of { $all_of }.";
        assert_eq!(placeholders(pattern).collect::<Vec<_>>(), ["n-number", "n", "all_of"]);
    }
}
