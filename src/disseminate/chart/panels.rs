//! Charts over time: a small panel a row with the level at each time, and one wide panel with a value a period. Values
//! stand upright here; in the other charts they lie.

use super::canvas::{self, Canvas, Face, SMALL, text_width, wrap};
use super::marks::Row;
use super::{LINE, MARGIN, WIDTH, tick_label, ticks};
use crate::error::Result;
use crate::model::Language;
use crate::model::result::ChartScale;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Panels in a line.
const ACROSS: usize = 3;
/// Distance between panels.
const BETWEEN: f64 = 20.0;
/// Height of the field of a small panel, and of a wide one.
const SMALL_FIELD: f64 = 84.0;
const WIDE_FIELD: f64 = 190.0;
/// Room of the axis numbers left of a field.
const AXIS: f64 = 22.0;

/// A field that values are drawn in.
struct Field {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    low: f64,
    high: f64,
}

impl Field {
    fn y(&self, value: f64) -> f64 {
        let span = self.high - self.low;
        let share = if span > 0.0 { ((value - self.low) / span).clamp(0.0, 1.0) } else { 0.0 };
        self.bottom - share * (self.bottom - self.top)
    }

    /// The place of one of several things side by side.
    fn x(&self, position: usize, count: usize) -> f64 {
        let step = (self.right - self.left) / count.max(1) as f64;
        self.left + step * (position as f64 + 0.5)
    }

    fn grid(&self, canvas: &Canvas<'_>, levels: &[f64], language: Language) -> Result<()> {
        for level in levels {
            let y = self.y(*level);
            canvas.line((self.left, y), (self.right, y), canvas::GRID, 1.0)?;
            canvas.text((self.left - 5.0, y), &tick_label(*level, language), Face::small(HPos::Right))?;
        }
        Ok(())
    }
}

/// Levels over months, a panel a row.
pub(super) struct Trajectory<'t> {
    /// Names of the times.
    pub times: Vec<String>,
    /// The scale of the levels.
    pub scale: ChartScale,
    /// The rows: first the levels, then the cases, one a time.
    pub rows: &'t [Row],
    /// The language.
    pub language: Language,
}

impl Trajectory<'_> {
    fn width() -> f64 {
        (WIDTH - 2.0 * MARGIN - (ACROSS as f64 - 1.0) * BETWEEN) / ACROSS as f64
    }

    /// Whether the numbers of cases have no room beside one another: every other one then stands a line lower.
    fn is_staggered(&self) -> bool {
        let count = self.times.len();
        let cases = self.rows.iter().flat_map(|row| (count..2 * count).map(|place| row.figure(place)));
        let widest = cases.map(|words| text_width(words, SMALL)).fold(0.0, f64::max);
        widest + 5.0 > (Self::width() - AXIS) / count.max(1) as f64
    }

    fn panel_height(&self) -> f64 {
        2.0 * LINE + 10.0 + SMALL_FIELD + 48.0 + if self.is_staggered() { LINE } else { 0.0 }
    }

    /// Height of the drawing without a remark.
    pub(super) fn height(&self) -> f64 {
        MARGIN + LINE + 6.0 + self.rows.len().div_ceil(ACROSS) as f64 * self.panel_height()
    }

    /// The panels, from the top.
    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Result<()> {
        let key = text::say(self.language, "report-chart-trajectory", &[]);
        canvas.text((MARGIN, MARGIN + LINE / 2.0), &key, Face::small(HPos::Left))?;
        for (position, row) in self.rows.iter().enumerate() {
            let left = MARGIN + (position % ACROSS) as f64 * (Self::width() + BETWEEN);
            let top = MARGIN + LINE + 6.0 + (position / ACROSS) as f64 * self.panel_height();
            self.panel(canvas, row, (left, top))?;
        }
        Ok(())
    }

    fn panel(&self, canvas: &Canvas<'_>, row: &Row, (left, top): (f64, f64)) -> Result<()> {
        let right = left + Self::width();
        for (line, words) in wrap(&row.label, SMALL, Self::width()).iter().take(2).enumerate() {
            canvas.text((left, top + LINE * (line as f64 + 0.5)), words, Face::small(HPos::Left).bold())?;
        }
        let top = top + 2.0 * LINE + 10.0;
        let ChartScale { low, high, .. } = self.scale;
        let field = Field { left: left + AXIS, right, top, bottom: top + SMALL_FIELD, low, high };
        let levels = if high - low <= 4.0 { ticks(low, high) } else { vec![low, f64::midpoint(low, high), high] };
        field.grid(canvas, &levels, self.language)?;
        let count = self.times.len();
        let points: Vec<(usize, f64)> =
            (0..count).filter_map(|time| row.numbers.get(time).copied().flatten().map(|level| (time, level))).collect();
        for pair in points.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|(time, level)| (field.x(time, count), field.y(level)));
            // A time without readings is crossed by no line.
            if pair[1].0 == pair[0].0 + 1 {
                canvas.line(from, to, canvas::BLUE, 2.0)?;
            }
        }
        for (place, (time, level)) in points.iter().enumerate() {
            let at = (field.x(*time, count), field.y(*level));
            canvas.disc(at, 4.5, canvas::GROUND)?;
            canvas.disc(at, 3.6, canvas::BLUE)?;
            if place == 0 || place + 1 == points.len() {
                // Below the point where there is no room above it.
                let y = if at.1 - 12.0 < field.top - 6.0 { at.1 + 13.0 } else { at.1 - 12.0 };
                canvas.text((at.0, y), row.figure(*time), Face { ink: canvas::INK, ..Face::small(HPos::Center) })?;
            }
        }
        let is_staggered = self.is_staggered();
        for (time, name) in self.times.iter().enumerate() {
            let x = field.x(time, count);
            canvas.text((x, field.bottom + 12.0), name, Face::small(HPos::Center))?;
            if row.numbers.get(count + time).copied().flatten().is_some() {
                let lower = if is_staggered && time % 2 == 1 { LINE - 2.0 } else { 0.0 };
                canvas.text((x, field.bottom + 28.0 + lower), row.figure(count + time), Face::small(HPos::Center))?;
            }
        }
        let cases = text::say(self.language, "report-chart-cases-sign", &[]);
        canvas.text((left, field.bottom + 28.0), &cases, Face::small(HPos::Left))
    }
}

/// A value a period.
pub(super) struct Series<'t> {
    /// The rows: value, and where they are known its limits.
    pub rows: &'t [Row],
    /// What is counted.
    pub heading: String,
    /// True for shares: the axis ends at 100.
    pub is_share: bool,
    /// The language.
    pub language: Language,
}

impl Series<'_> {
    /// Height of the drawing without a remark.
    pub(super) fn height(&self) -> f64 {
        MARGIN + LINE + 26.0 + WIDE_FIELD + 28.0
    }

    /// The panel.
    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Result<()> {
        let top = MARGIN + LINE + 26.0;
        canvas.text((MARGIN, MARGIN + LINE / 2.0), &self.heading, Face::small(HPos::Left))?;
        let highest = self.rows.iter().flat_map(|row| &row.numbers).flatten().copied().fold(0.0, f64::max);
        let high = if self.is_share { highest.max(100.0) } else { highest.max(1.0) * 1.08 };
        let levels = ticks(0.0, high);
        let axis =
            levels.iter().map(|level| text_width(&tick_label(*level, self.language), SMALL)).fold(AXIS, f64::max);
        let (left, right) = (MARGIN + axis + 6.0, WIDTH - MARGIN);
        let field = Field { left, right, top, bottom: top + WIDE_FIELD, low: 0.0, high };
        field.grid(canvas, &levels, self.language)?;
        let count = self.rows.len();
        let at = |position: usize| (field.x(position, count), field.y(self.rows[position].number(0)));
        for (position, row) in self.rows.iter().enumerate() {
            let here = at(position);
            if row.remark.is_some() {
                let x = f64::midpoint(field.x(position, count), field.x(position.saturating_sub(1), count));
                dashes(canvas, x, (field.top - 8.0, field.bottom))?;
            } else if position > 0 {
                canvas.line(at(position - 1), here, canvas::BLUE, 2.0)?;
            }
        }
        for (position, row) in self.rows.iter().enumerate() {
            let (x, y) = at(position);
            let mut above = y;
            if let (Some(low), Some(high)) = (row.known(1), row.known(2)) {
                let (low, high) = (field.y(low), field.y(high));
                canvas.line((x, low), (x, high), canvas::INK, 1.4)?;
                for end in [low, high] {
                    canvas.line((x - 5.0, end), (x + 5.0, end), canvas::INK, 1.4)?;
                }
                above = high;
            }
            canvas.disc((x, y), 5.6, canvas::GROUND)?;
            canvas.disc((x, y), 4.6, canvas::BLUE)?;
            let face = Face { ink: canvas::INK, ..Face::small(HPos::Center) };
            canvas.text((x, above - 13.0), row.figure(0), face)?;
            canvas.text((x, field.bottom + 14.0), &row.label, Face::text(HPos::Center))?;
        }
        Ok(())
    }
}

/// An upright broken line: what lies left and right of it cannot be compared.
fn dashes(canvas: &Canvas<'_>, x: f64, (top, bottom): (f64, f64)) -> Result<()> {
    let mut y = top;
    while y < bottom {
        canvas.line((x, y), (x, (y + 6.0).min(bottom)), canvas::INK, 1.4)?;
        y += 10.0;
    }
    Ok(())
}
