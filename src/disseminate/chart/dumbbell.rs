//! Before and after on one scale: a ring, a lozenge, and a line with an arrowhead from one to the other.

use super::canvas::{self, Canvas, Face, TEXT, text_width};
use super::marks::{self, Mark, Marks, Row, Scale};
use crate::error::Result;
use crate::model::Language;
use crate::model::result::ChartScale;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Distance of a figure from the middle of its mark.
const GAP: f64 = 13.0;

/// A chart of changes.
pub(super) struct Dumbbell {
    scale: ChartScale,
    headings: Vec<String>,
    room: f64,
    language: Language,
}

impl Dumbbell {
    pub(super) fn new(rows: &[Row], scale: ChartScale, headings: Vec<String>, language: Language) -> Self {
        let widest = rows.iter().flat_map(|row| row.shown.iter().take(2)).map(|figure| text_width(figure, TEXT));
        Dumbbell { scale, headings, room: widest.fold(0.0, f64::max) + GAP + 4.0, language }
    }
}

impl Dumbbell {
    /// Where the value after may truly lie: the value before and the limits of the change, which is positive for the better.
    pub(super) fn limits(&self, row: &Row) -> Option<(f64, f64)> {
        let (low, high) = (row.known(2)?, row.known(3)?);
        let before = row.number(0);
        Some(if self.scale.higher_is_better { (before + low, before + high) } else { (before - high, before - low) })
    }
}

impl Marks for Dumbbell {
    fn range(&self) -> (f64, f64) {
        (self.scale.low, self.scale.high)
    }

    fn room(&self) -> (f64, f64) {
        (self.room, self.room)
    }

    fn row_height(&self) -> f64 {
        30.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        let mut entries: Vec<_> = [Mark::Ring, Mark::Lozenge].into_iter().zip(self.headings.iter().cloned()).collect();
        if self.headings.len() > 2 {
            entries.push((Mark::Band, text::say(self.language, "report-chart-interval", &[])));
        }
        entries
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
        let (before, after) = (scale.x(row.number(0)), scale.x(row.number(1)));
        let forward = if after >= before { 1.0 } else { -1.0 };
        let limits = self.limits(row).map(|(low, high)| (scale.x(low), scale.x(high)));
        if let Some(ends) = limits {
            marks::band(canvas, ends, y)?;
        }
        canvas.line((before, y), (after, y), canvas::MUTED, 2.2)?;
        if (after - before).abs() > 34.0 {
            let x = f64::midpoint(before, after) + 4.0 * forward;
            canvas.shape(&[(x, y), (x - 8.0 * forward, y - 5.0), (x - 8.0 * forward, y + 5.0)], canvas::MUTED)?;
        }
        marks::ring(canvas, (before, y))?;
        marks::lozenge(canvas, (after, y))?;
        // The figures stand outside the pair, so they never lie on the line or on each other.
        let (left, right) = (HPos::Right, HPos::Left);
        let (of_before, of_after) = if forward > 0.0 { (left, right) } else { (right, left) };
        let (low, high) = limits.unwrap_or((after, after));
        let (start, end) =
            if forward > 0.0 { (before.min(low), after.max(high)) } else { (before.max(high), after.min(low)) };
        canvas.text((start - GAP * forward, y), row.figure(0), Face::text(of_before))?;
        canvas.text((end + GAP * forward, y), row.figure(1), Face::text(of_after).bold())
    }
}
