//! A funnel plot: each row a point by its number of cases and its share, between the limits that chance alone keeps it in.

use super::canvas::{self, Canvas, Face, SMALL, text_width, wrap};
use super::marks::Row;
use super::{LINE, MARGIN, WIDTH, tick_label, ticks};
use crate::error::Result;
use crate::model::Language;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Height of the drawing without a remark.
pub(super) const HEIGHT: f64 = TOP + FIELD + 48.0;
const TOP: f64 = MARGIN + 3.0 * LINE + 10.0;
const FIELD: f64 = 280.0;
/// So many points outside the limits bear their names: more would cover each other.
const NAMED: usize = 12;

/// A funnel plot. Rows hold: cases, share, then the outer low, inner low, inner high and outer high limit.
pub(super) struct Limits<'t> {
    pub rows: &'t [Row],
    /// What the cases and the share are called.
    pub headings: [String; 2],
    pub language: Language,
}

impl Limits<'_> {
    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Result<()> {
        let [cases, share] = &self.headings;
        canvas.text((MARGIN, MARGIN + LINE * 0.5), share, Face::small(HPos::Left).bold())?;
        let key = text::say(self.language, "report-chart-limits", &[]);
        for (line, words) in wrap(&key, SMALL, WIDTH - 2.0 * MARGIN).iter().take(2).enumerate() {
            canvas.text((MARGIN, MARGIN + LINE * (line as f64 + 1.5)), words, Face::small(HPos::Left))?;
        }
        let most = self.rows.iter().map(|row| row.number(0)).fold(1.0, f64::max) * 1.06;
        let shares = || self.rows.iter().flat_map(|row| (1..6).map(|mark| row.number(mark)));
        let lowest = (shares().fold(100.0, f64::min) / 10.0).floor() * 10.0;
        let highest = (shares().fold(0.0, f64::max) / 10.0).ceil() * 10.0;
        let levels = ticks(lowest, highest.max(lowest + 10.0));
        let axis =
            levels.iter().map(|level| text_width(&tick_label(*level, self.language), SMALL)).fold(20.0, f64::max);
        let (left, right, bottom) = (MARGIN + axis + 8.0, WIDTH - MARGIN - 8.0, TOP + FIELD);
        // By the root of the cases: small agencies, of which there are most, would lie on top of each other.
        let x = |cases: f64| left + (cases / most).sqrt() * (right - left);
        let y = |share: f64| bottom - (share - lowest) / (highest.max(lowest + 10.0) - lowest) * FIELD;
        for level in &levels {
            canvas.line((left, y(*level)), (right, y(*level)), canvas::GRID, 1.0)?;
            canvas.text((left - 5.0, y(*level)), &tick_label(*level, self.language), Face::small(HPos::Right))?;
        }
        let mut last = f64::NEG_INFINITY;
        for tick in [0.0, 10.0, 30.0, 100.0, 300.0].into_iter().chain(ticks(0.0, most)) {
            let label = tick_label(tick, self.language);
            let half = text_width(&label, SMALL) / 2.0;
            if tick > most || x(tick) - half < last + 8.0 {
                continue;
            }
            last = x(tick) + half;
            canvas.line((x(tick), bottom), (x(tick), bottom + 4.0), canvas::INK, 1.0)?;
            canvas.text((x(tick), bottom + 14.0), &label, Face::small(HPos::Center))?;
        }
        canvas.text((f64::midpoint(left, right), bottom + 34.0), cases, Face::small(HPos::Center))?;
        let mut by_size: Vec<&Row> = self.rows.iter().collect();
        by_size.sort_by(|one, other| one.number(0).total_cmp(&other.number(0)));
        for (limit, is_broken) in [(2, false), (3, true), (4, true), (5, false)] {
            for (place, pair) in by_size.windows(2).enumerate() {
                let [from, to] = [pair[0], pair[1]].map(|row| (x(row.number(0)), y(row.number(limit))));
                if is_broken {
                    dashes(canvas, from, to, place)?;
                } else {
                    canvas.line(from, to, canvas::INK, 1.2)?;
                }
            }
        }
        let named = named(&by_size);
        for row in by_size {
            let at = (x(row.number(0)), y(row.number(1)));
            if !is_beyond(row, 2, 5) {
                canvas.disc(at, 4.2, canvas::GROUND)?;
                canvas.disc(at, 3.4, if is_beyond(row, 3, 4) { canvas::VERMILION } else { canvas::BLUE })?;
                continue;
            }
            canvas.shape(
                &[(at.0 - 6.0, at.1), (at.0, at.1 - 6.0), (at.0 + 6.0, at.1), (at.0, at.1 + 6.0)],
                canvas::VERMILION,
            )?;
            if named.iter().any(|other| std::ptr::eq(*other, row)) {
                // Towards the middle, so that no name leaves the drawing.
                let is_left = at.0 > f64::midpoint(left, right);
                let (shift, anchor) = if is_left { (-10.0, HPos::Right) } else { (10.0, HPos::Left) };
                let face = Face { ink: canvas::INK, ..Face::small(anchor) };
                canvas.text((at.0 + shift, at.1), &row.label, face)?;
            }
        }
        Ok(())
    }
}

/// Whether a point lies outside two of its limits.
fn is_beyond(row: &Row, low: usize, high: usize) -> bool {
    row.number(1) < row.number(low) || row.number(1) > row.number(high)
}

/// The points outside the outer limits that bear their names: those with the most cases, of which chance explains the least.
pub(super) fn named<'r>(rows: &[&'r Row]) -> Vec<&'r Row> {
    let mut beyond: Vec<&Row> = rows.iter().copied().filter(|row| is_beyond(row, 2, 5)).collect();
    beyond.sort_by(|one, other| other.number(0).total_cmp(&one.number(0)));
    beyond.truncate(NAMED);
    beyond
}

/// A broken line.
pub(super) fn dashes(canvas: &Canvas<'_>, from: (f64, f64), to: (f64, f64), place: usize) -> Result<()> {
    const DASH: f64 = 6.0;
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    if length < DASH {
        // Points that lie close: every other piece.
        return if place.is_multiple_of(2) { canvas.line(from, to, canvas::MUTED, 1.2) } else { Ok(()) };
    }
    let at = |run: f64| {
        let share = (run / length).min(1.0);
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
    };
    let mut run = 0.0;
    while run < length {
        canvas.line(at(run), at(run + DASH), canvas::MUTED, 1.2)?;
        run += 2.0 * DASH;
    }
    Ok(())
}
