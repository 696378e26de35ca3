//! What was realised against what was agreed: a bar that is as long as the share of the target it
//! reaches, a stroke where the target lies, and both figures.

use super::canvas::{self, Area, Canvas, Face, TEXT, text_width};
use super::marks::{self, Filling, Mark, Marks, Row, Scale};
use crate::disseminate::number;
use crate::error::Result;
use crate::model::Language;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Shares beyond this end in an arrow: one row far above its target must not flatten all others.
const LONGEST: f64 = 200.0;
/// Height of a bar.
const THICK: f64 = 16.0;

/// A chart of targets.
pub(super) struct Bullet {
    high: f64,
    headings: Vec<String>,
    room: f64,
    language: Language,
}

impl Bullet {
    pub(super) fn new(rows: &[Row], headings: Vec<String>, language: Language) -> Self {
        let high = rows.iter().map(share).fold(100.0, f64::max).min(LONGEST);
        let widest = rows.iter().map(|row| text_width(&both(row), TEXT)).fold(0.0, f64::max);
        Bullet { high, headings, room: widest + 18.0, language }
    }
}

/// Length of the bar in per cent of the target. The selection keeps out targets of nothing.
fn share(row: &Row) -> f64 {
    row.number(0) / row.number(1) * 100.0
}

fn both(row: &Row) -> String {
    let direction = row.remark.as_ref().map(|words| format!("{} ", words.to_lowercase())).unwrap_or_default();
    format!("{} / {direction}{}", row.figure(0), row.figure(1))
}

impl Marks for Bullet {
    fn range(&self) -> (f64, f64) {
        (0.0, self.high)
    }

    fn room(&self) -> (f64, f64) {
        (0.0, self.room)
    }

    fn row_height(&self) -> f64 {
        34.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        [Mark::Bar(Filling::Solid), Mark::Stroke].into_iter().zip(self.headings.iter().cloned()).collect()
    }

    fn ticks(&self) -> Vec<f64> {
        let step = if self.high > 150.0 { 50 } else { 25 };
        (0..=200).step_by(step).map(f64::from).filter(|tick| *tick <= self.high).collect()
    }

    fn tick_label(&self, tick: f64) -> String {
        number::percent(tick, 0, self.language)
    }

    fn axis_title(&self) -> String {
        text::say(self.language, "report-chart-share-of-target", &[])
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let y = row.middle();
        let (zero, target, end) = (scale.left, scale.x(100.0), scale.x(share(row)));
        let area = |to: f64| Area { x: zero, y: y - THICK / 2.0, width: to - zero, height: THICK };
        canvas.fill(area(target), canvas::TRACK)?;
        marks::bar(canvas, area(end), Filling::Solid)?;
        if share(row) > LONGEST {
            let tip = end + 9.0;
            canvas.shape(&[(end, y - THICK / 2.0), (tip, y), (end, y + THICK / 2.0)], canvas::BLUE)?;
        }
        if share(row) >= 100.0 {
            // Black on blue is too faint: the stroke gets a light edge where the bar covers its place.
            canvas.fill(Area { x: target - 3.0, y: y - THICK / 2.0, width: 6.0, height: THICK }, canvas::GROUND)?;
        }
        marks::stroke(canvas, (target, y), 24.0)?;
        canvas.text((scale.right + 14.0, y), &both(row), Face::text(HPos::Left))
    }
}
