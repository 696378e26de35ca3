//! A point a row on a scale, with the band in which the true value may lie: the mean of each item.

use super::canvas::{Canvas, Face, TEXT, text_width};
use super::marks::{self, Mark, Marks, Row, Scale};
use crate::error::Result;
use crate::model::Language;
use crate::model::result::ChartScale;
use crate::text;
use plotters::style::text_anchor::HPos;

/// A chart of means.
pub(super) struct Profile {
    scale: ChartScale,
    heading: String,
    room: f64,
    language: Language,
}

impl Profile {
    pub(super) fn new(rows: &[Row], scale: ChartScale, heading: String, language: Language) -> Self {
        let widest = rows.iter().map(|row| text_width(row.figure(0), TEXT)).fold(0.0, f64::max);
        Profile { scale, heading, room: widest + 16.0, language }
    }
}

impl Marks for Profile {
    fn range(&self) -> (f64, f64) {
        (self.scale.low, self.scale.high)
    }

    fn room(&self) -> (f64, f64) {
        (10.0, self.room)
    }

    fn row_height(&self) -> f64 {
        28.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        let band = text::say(self.language, "report-chart-confidence", &[]);
        vec![(Mark::Dot, self.heading.clone()), (Mark::Band, band)]
    }

    fn ticks(&self) -> Vec<f64> {
        super::ticks(self.scale.low, self.scale.high)
    }

    fn tick_label(&self, tick: f64) -> String {
        super::tick_label(tick, self.language)
    }

    fn axis_title(&self) -> String {
        let ends = [("low", self.tick_label(self.scale.low)), ("high", self.tick_label(self.scale.high))];
        text::say(self.language, "report-chart-scale", &ends)
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let y = row.middle();
        marks::band(canvas, (scale.x(row.number(1)), scale.x(row.number(2))), y)?;
        marks::dot(canvas, (scale.x(row.number(0)), y))?;
        canvas.text((scale.right + 12.0, y), row.figure(0), Face::text(HPos::Left).bold())
    }
}
