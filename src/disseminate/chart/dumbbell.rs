//! Before and after on one scale: a ring, a lozenge, and a line with an arrowhead from one to the other.

use super::canvas::{self, Canvas, Face, TEXT, text_width};
use super::marks::{self, Mark, Marks, Row, Scale};
use crate::error::Result;
use crate::model::Language;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Distance of a figure from the middle of its mark.
const GAP: f64 = 13.0;

/// A chart of changes.
pub(super) struct Dumbbell {
    scale: (f64, f64),
    headings: Vec<String>,
    room: f64,
    language: Language,
}

impl Dumbbell {
    pub(super) fn new(rows: &[Row], scale: (f64, f64), headings: Vec<String>, language: Language) -> Self {
        let widest = rows.iter().flat_map(|row| &row.shown).map(|figure| text_width(figure, TEXT));
        Dumbbell { scale, headings, room: widest.fold(0.0, f64::max) + GAP + 4.0, language }
    }
}

impl Marks for Dumbbell {
    fn range(&self) -> (f64, f64) {
        self.scale
    }

    fn room(&self) -> (f64, f64) {
        (self.room, self.room)
    }

    fn row_height(&self) -> f64 {
        30.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        [Mark::Ring, Mark::Lozenge].into_iter().zip(self.headings.iter().cloned()).collect()
    }

    fn ticks(&self) -> Vec<f64> {
        super::ticks(self.scale.0, self.scale.1)
    }

    fn tick_label(&self, tick: f64) -> String {
        super::tick_label(tick, self.language)
    }

    fn axis_title(&self) -> String {
        let ends = [("low", self.tick_label(self.scale.0)), ("high", self.tick_label(self.scale.1))];
        text::say(self.language, "report-chart-scale", &ends)
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let y = row.middle();
        let (before, after) = (scale.x(row.number(0)), scale.x(row.number(1)));
        let forward = if after >= before { 1.0 } else { -1.0 };
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
        canvas.text((before - GAP * forward, y), row.figure(0), Face::text(of_before))?;
        canvas.text((after + GAP * forward, y), row.figure(1), Face::text(of_after).bold())
    }
}
