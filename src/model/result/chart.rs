//! What charts draw: the kinds there are, and the columns of a table that each of them shows.

use crate::model::LocalText;

/// A chart, drawn from a table of the same section.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Id, unique in the report.
    pub id: String,
    /// Title, says what to see.
    pub title: LocalText,
    /// Id of the table it shows.
    pub table: String,
    /// What it draws.
    pub kind: ChartKind,
}

/// The kinds of chart, with the keys of the columns they draw. Rows marked as total are left out.
#[derive(Debug, Clone, PartialEq)]
pub enum ChartKind {
    /// Two points a row joined by a line: before and after.
    Dumbbell {
        /// Key of the label column.
        label: String,
        /// Key of the column with the value before.
        before: String,
        /// Key of the column with the value after.
        after: String,
        /// Keys of the columns with the limits of the change, where the table has them; positive is better.
        interval: Option<(String, String)>,
        /// The scale: its ends are those of the axis.
        scale: ChartScale,
    },
    /// A bar a row, cut into parts that add up to 100 %: improved, unchanged, worsened.
    Stacked {
        /// Key of the label column.
        label: String,
        /// Keys of the columns with the parts in per cent, in reading order.
        parts: Vec<String>,
        /// Key of the column with the number of cases, shown beside the bar.
        cases: Option<String>,
    },
    /// Small panels, one a row: the mean level at each time, with the number of cases behind it.
    Trajectory {
        /// Key of the label column.
        label: String,
        /// Each time (months since the start) with the keys of the columns with its level and its number of cases.
        times: Vec<(String, String, String)>,
        /// The scale: its ends are those of the axis.
        scale: ChartScale,
    },
    /// One value a period in their order, with its interval; a break in the series is marked.
    Series {
        /// Key of the label column: the period.
        label: String,
        /// Key of the value column.
        value: String,
        /// Keys of the columns with the limits, where the table has them.
        interval: Option<(String, String)>,
        /// Key of the column that says why a period cannot be compared with the one before; empty where it can.
        remark: Option<String>,
    },
    /// A group of bars a row, one bar a column, each a part of the one before (referred, started, completed).
    Funnel {
        /// Key of the label column.
        label: String,
        /// Keys of the step columns, widest first.
        steps: Vec<String>,
    },
    /// A bar for the realised value against a mark for the target, as a share of the target.
    Bullet {
        /// Key of the label column.
        label: String,
        /// Key of the realised value.
        realised: String,
        /// Key of the target.
        target: String,
        /// Key of the column that says whether the target is the least or the most, where the table has it.
        direction: Option<String>,
    },
    /// One bar a row.
    Bars {
        /// Key of the label column.
        label: String,
        /// Key of the value column.
        value: String,
    },
    /// A map of tiles, one a row: the darker, the higher.
    Tiles {
        /// Key of the label column.
        label: String,
        /// Key of the value column.
        value: String,
        /// Column and row of each row's tile, where it has one.
        places: Vec<Option<(u8, u8)>>,
    },
    /// A box a row: lowest, quartiles, highest.
    Spread {
        /// Key of the label column.
        label: String,
        /// Keys of the five columns, lowest first.
        marks: [String; 5],
    },
    /// A point a row by its number of cases, between the limits that chance alone keeps it in.
    Limits {
        /// Key of the label column.
        label: String,
        /// Key of the number of cases.
        size: String,
        /// Key of the value column.
        value: String,
        /// Keys of the limits: the outer low, the inner low, the inner high, the outer high.
        limits: [String; 4],
    },
    /// A bar a row, cut into the degrees of a scale and laid over a line: the lower half to its left, the higher to its right,
    /// a middle one across it.
    Likert {
        /// Key of the label column.
        label: String,
        /// Keys of the columns with the parts in per cent, lowest degree first.
        parts: Vec<String>,
        /// Key of the column with the number of cases, shown beside the bar.
        cases: Option<String>,
    },
    /// A point a row on a scale, with its limits: the mean of each item.
    Profile {
        /// Key of the label column.
        label: String,
        /// Key of the value column.
        value: String,
        /// Keys of the columns with the limits.
        interval: (String, String),
        /// The scale: its ends are those of the axis.
        scale: ChartScale,
    },
    /// A field a row and column, the darker the further from 0: how much an item has of each factor.
    Loadings {
        /// Key of the label column.
        label: String,
        /// Keys of the columns, one a factor.
        factors: Vec<String>,
    },
    /// Lines over rows in their order: eigenvalues of answers and of chance.
    Lines {
        /// Key of the label column.
        label: String,
        /// Keys of the columns, one a line.
        values: Vec<String>,
    },
}

/// The columns that a chart draws, by their keys.
#[derive(Debug, Clone)]
pub struct Drawn<'k> {
    /// The labels.
    pub label: &'k String,
    /// Values that a row must have.
    pub needed: Vec<&'k String>,
    /// Values that it may lack.
    pub more: Vec<&'k String>,
    /// A remark on the row.
    pub remark: Option<&'k String>,
}

impl ChartKind {
    /// The columns it draws.
    pub fn columns(&self) -> Drawn<'_> {
        fn ends(pair: &Option<(String, String)>) -> Vec<&String> {
            pair.iter().flat_map(|(low, high)| [low, high]).collect()
        }
        let drawn = |label, needed, more, remark| Drawn { label, needed, more, remark };
        match self {
            ChartKind::Dumbbell { label, before, after, interval, .. } => {
                drawn(label, vec![before, after], ends(interval), None)
            }
            ChartKind::Stacked { label, parts, cases } | ChartKind::Likert { label, parts, cases } => {
                drawn(label, parts.iter().collect(), cases.iter().collect(), None)
            }
            ChartKind::Trajectory { label, times, .. } => {
                let levels = times.iter().map(|(_, level, _)| level);
                drawn(label, Vec::new(), levels.chain(times.iter().map(|(_, _, cases)| cases)).collect(), None)
            }
            ChartKind::Series { label, value, interval, remark } => {
                drawn(label, vec![value], ends(interval), remark.as_ref())
            }
            ChartKind::Funnel { label, steps } => drawn(label, steps.iter().collect(), Vec::new(), None),
            ChartKind::Bullet { label, realised, target, direction } => {
                drawn(label, vec![realised, target], Vec::new(), direction.as_ref())
            }
            ChartKind::Bars { label, value } | ChartKind::Tiles { label, value, .. } => {
                drawn(label, vec![value], Vec::new(), None)
            }
            ChartKind::Profile { label, value, interval, .. } => {
                drawn(label, vec![value, &interval.0, &interval.1], Vec::new(), None)
            }
            ChartKind::Loadings { label, factors: values } => drawn(label, values.iter().collect(), Vec::new(), None),
            // A line may be shorter than the others.
            ChartKind::Lines { label, values } => drawn(label, Vec::new(), values.iter().collect(), None),
            ChartKind::Spread { label, marks } => drawn(label, marks.iter().collect(), Vec::new(), None),
            ChartKind::Limits { label, size, value, limits } => {
                drawn(label, [size, value].into_iter().chain(limits).collect(), Vec::new(), None)
            }
        }
    }
}

/// A scale of a measuring instrument, as a chart needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartScale {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// True when a higher value is better.
    pub higher_is_better: bool,
}
