//! A group of bars a row, one bar a column, each with its figure; with a single column, plain bars.

use super::canvas::{Area, Canvas, Face, INK, TEXT, text_width};
use super::marks::{self, Filling, Mark, Marks, Row, Scale};
use crate::error::Result;
use crate::model::Language;
use crate::model::result::Unit;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Height of a bar in a group, and of a bar alone.
const THIN: f64 = 15.0;
const THICK: f64 = 20.0;
/// Distance between the bars of a group.
const BETWEEN: f64 = 3.0;
/// Distance of a figure from the end of its bar.
const GAP: f64 = 6.0;

/// A chart of bars.
pub(super) struct Groups {
    range: (f64, f64),
    headings: Vec<String>,
    unit: Unit,
    room: (f64, f64),
    language: Language,
}

impl Groups {
    pub(super) fn new(rows: &[Row], headings: Vec<String>, unit: Unit, language: Language) -> Self {
        let numbers = rows.iter().flat_map(|row| &row.numbers).flatten().copied();
        let low = numbers.clone().fold(0.0, f64::min);
        let high = numbers.fold(0.0, f64::max);
        // All bars of length 0: any positive end will do, the axis must have a length.
        let high = if high > low { high } else { 1.0 };
        let widest = rows.iter().flat_map(|row| &row.shown).map(|figure| text_width(figure, TEXT));
        let room = widest.fold(0.0, f64::max) + GAP + 4.0;
        Groups { range: (low, high), headings, unit, room: (if low < 0.0 { room } else { 0.0 }, room), language }
    }

    fn thickness(&self) -> f64 {
        if self.headings.len() > 1 { THIN } else { THICK }
    }

    fn group_height(&self) -> f64 {
        let bars = self.headings.len() as f64;
        bars * (self.thickness() + BETWEEN) - BETWEEN
    }
}

impl Marks for Groups {
    fn range(&self) -> (f64, f64) {
        self.range
    }

    fn room(&self) -> (f64, f64) {
        self.room
    }

    fn row_height(&self) -> f64 {
        self.group_height() + 14.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        let bars = self.headings.len();
        if bars < 2 {
            return Vec::new();
        }
        let entry = |(position, heading): (usize, &String)| (Mark::Bar(Filling::of(position, bars)), heading.clone());
        self.headings.iter().enumerate().map(entry).collect()
    }

    fn ticks(&self) -> Vec<f64> {
        let mut ticks = super::ticks(self.range.0, self.range.1);
        if self.unit == Unit::Count {
            // Half a person is not counted.
            ticks.retain(|tick| tick.fract() == 0.0);
        }
        ticks
    }

    fn tick_label(&self, tick: f64) -> String {
        super::tick_label(tick, self.language)
    }

    fn axis_title(&self) -> String {
        match (self.headings.as_slice(), self.unit) {
            ([heading], _) => heading.clone(),
            (_, Unit::Count) => text::say(self.language, "report-chart-number", &[]),
            (_, Unit::Percent | Unit::PercentagePoints) => "%".to_owned(),
            (_, Unit::Eur) => "EUR".to_owned(),
            (_, Unit::Hours) => text::say(self.language, "report-chart-hours", &[]),
            (_, Unit::Points | Unit::Plain | Unit::Label | Unit::Date) => {
                text::say(self.language, "report-chart-points", &[])
            }
        }
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let bars = row.numbers.len();
        let zero = scale.x(0.0);
        let mut y = row.middle() - self.group_height() / 2.0;
        for position in 0..bars {
            let value = row.number(position);
            let end = scale.x(value);
            let area = Area { x: zero.min(end), y, width: (end - zero).abs(), height: self.thickness() };
            marks::bar(canvas, area, Filling::of(position, bars))?;
            let (x, anchor) = if value < 0.0 { (end - GAP, HPos::Right) } else { (end + GAP, HPos::Left) };
            canvas.text((x, y + self.thickness() / 2.0), row.figure(position), Face::text(anchor))?;
            y += self.thickness() + BETWEEN;
        }
        canvas.line((zero, row.top), (zero, row.top + row.height), INK, 1.2)
    }
}
