//! Lines over rows in their order, told apart by stroke and mark: the eigenvalues of answers, and those that chance gives.

use super::canvas::{self, Canvas, Face, SMALL, text_width};
use super::limits::dashes;
use super::marks::Row;
use super::{LINE, MARGIN, WIDTH, tick_label, ticks};
use crate::error::Result;
use crate::model::Language;
use plotters::style::text_anchor::HPos;

/// Height of the field.
const FIELD: f64 = 230.0;
/// Height of the drawing without a remark.
pub(super) const HEIGHT: f64 = MARGIN + 2.0 * LINE + 8.0 + FIELD + 46.0;

/// A chart of lines.
pub(super) struct Lines<'t> {
    pub rows: &'t [Row],
    /// What each line is called.
    pub headings: Vec<String>,
    /// What the rows are.
    pub axis: String,
    pub language: Language,
}

impl Lines<'_> {
    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Result<()> {
        self.draw_key(canvas)?;
        let highest = self.rows.iter().flat_map(|row| &row.numbers).flatten().copied().fold(1.0, f64::max) * 1.06;
        let levels = ticks(0.0, highest);
        let axis =
            levels.iter().map(|level| text_width(&tick_label(*level, self.language), SMALL)).fold(20.0, f64::max);
        let (left, right, top) = (MARGIN + axis + 8.0, WIDTH - MARGIN, MARGIN + 2.0 * LINE + 8.0);
        let bottom = top + FIELD;
        let step = (right - left) / self.rows.len().max(1) as f64;
        let at = |place: usize, value: f64| {
            (left + step * (place as f64 + 0.5), bottom - (value / highest).clamp(0.0, 1.0) * FIELD)
        };
        for level in &levels {
            let (_, y) = at(0, *level);
            canvas.line((left, y), (right, y), canvas::GRID, 1.0)?;
            canvas.text((left - 5.0, y), &tick_label(*level, self.language), Face::small(HPos::Right))?;
        }
        // Every label where there is room for it.
        let widest = self.rows.iter().map(|row| text_width(&row.label, SMALL)).fold(1.0, f64::max) + 6.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few labels")]
        let every = ((widest / step).ceil() as usize).max(1);
        for (place, row) in self.rows.iter().enumerate().step_by(every) {
            canvas.text((at(place, 0.0).0, bottom + 13.0), &row.label, Face::small(HPos::Center))?;
        }
        canvas.text((f64::midpoint(left, right), bottom + 33.0), &self.axis, Face::small(HPos::Center))?;
        // The first line is drawn last: it is the one that is looked at.
        for line in (0..self.headings.len()).rev() {
            let points: Vec<_> =
                self.rows.iter().enumerate().filter_map(|(place, row)| Some(at(place, row.known(line)?))).collect();
            for (place, pair) in points.windows(2).enumerate() {
                stroke(canvas, line, (pair[0], pair[1]), place)?;
            }
            for point in points {
                mark(canvas, line, point)?;
            }
        }
        Ok(())
    }

    fn draw_key(&self, canvas: &Canvas<'_>) -> Result<()> {
        let mut x = MARGIN;
        for (line, words) in self.headings.iter().enumerate() {
            let y = MARGIN + LINE / 2.0;
            stroke(canvas, line, ((x, y), (x + 30.0, y)), 0)?;
            mark(canvas, line, (x + 15.0, y))?;
            canvas.text((x + 38.0, y), words, Face::text(HPos::Left))?;
            x += 38.0 + text_width(words, super::TEXT) + 22.0;
        }
        Ok(())
    }
}

fn stroke(canvas: &Canvas<'_>, line: usize, (from, to): ((f64, f64), (f64, f64)), place: usize) -> Result<()> {
    if line == 0 { canvas.line(from, to, canvas::BLUE, 2.0) } else { dashes(canvas, from, to, place) }
}

fn mark(canvas: &Canvas<'_>, line: usize, at: (f64, f64)) -> Result<()> {
    if line == 0 {
        canvas.disc(at, 5.0, canvas::GROUND)?;
        return canvas.disc(at, 4.0, canvas::BLUE);
    }
    canvas.disc(at, 4.6, canvas::MUTED)?;
    canvas.disc(at, 3.0, canvas::GROUND)
}
