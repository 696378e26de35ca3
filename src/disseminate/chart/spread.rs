//! A box a row: from the first to the third quartile, with the median in it and lines to the lowest and the highest.

use super::canvas::{self, Area, Canvas, Face, SMALL, text_width};
use super::marks::{Mark, Marks, Row, Scale, stroke};
use crate::error::Result;
use crate::model::Language;
use crate::model::result::Unit;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Height of a box.
const THICK: f64 = 18.0;

/// A chart of boxes.
pub(super) struct Spread {
    range: (f64, f64),
    room: f64,
    unit: Unit,
    language: Language,
}

impl Spread {
    pub(super) fn new(rows: &[Row], unit: Unit, language: Language) -> Self {
        let numbers = || rows.iter().flat_map(|row| &row.numbers).flatten().copied();
        let (low, high) = (numbers().fold(0.0, f64::min), numbers().fold(0.0, f64::max));
        let high = if unit == Unit::Percent { high.max(100.0) } else { high.max(low + 1.0) };
        let widest = rows.iter().map(|row| text_width(row.figure(2), SMALL)).fold(0.0, f64::max);
        Spread { range: (low, high), room: widest + 14.0, unit, language }
    }
}

impl Marks for Spread {
    fn range(&self) -> (f64, f64) {
        self.range
    }

    fn room(&self) -> (f64, f64) {
        (0.0, self.room)
    }

    fn row_height(&self) -> f64 {
        34.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        let say = |id| text::say(self.language, id, &[]);
        vec![(Mark::Band, say("report-chart-quartiles")), (Mark::Stroke, say("report-chart-median"))]
    }

    fn ticks(&self) -> Vec<f64> {
        super::ticks(self.range.0, self.range.1)
    }

    fn tick_label(&self, tick: f64) -> String {
        super::tick_label(tick, self.language)
    }

    fn axis_title(&self) -> String {
        if self.unit == Unit::Percent { "%".to_owned() } else { text::say(self.language, "report-chart-number", &[]) }
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let y = row.middle();
        let [lowest, q1, median, q3, highest] = [0, 1, 2, 3, 4].map(|mark| scale.x(row.number(mark)));
        canvas.line((lowest, y), (highest, y), canvas::INK, 1.2)?;
        for end in [lowest, highest] {
            canvas.line((end, y - 5.0), (end, y + 5.0), canvas::INK, 1.2)?;
        }
        let area = Area { x: q1, y: y - THICK / 2.0, width: q3 - q1, height: THICK };
        canvas.fill(area, canvas::PALE)?;
        canvas.outline(area, canvas::BLUE, 1.2)?;
        stroke(canvas, (median, y), THICK + 4.0)?;
        let face = Face { ink: canvas::INK, ..Face::small(HPos::Left) };
        canvas.text((scale.right + 8.0, y), row.figure(2), face)
    }
}
