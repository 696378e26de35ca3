//! A field a row and factor, the darker the further from 0, with the figure in it: how much an item has of each factor. What
//! lies below 0 bears its sign, and a border that is broken by nothing else.

use super::canvas::{self, Area, Canvas, Face};
use super::marks::{Mark, Marks, Row, Scale};
use crate::error::Result;
use crate::model::Language;
use crate::text;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

/// From the palest to the darkest shade, by fifths of the way from 0 to 1.
const SHADES: [RGBColor; 5] = [
    RGBColor(0xff, 0xff, 0xff),
    RGBColor(0xe3, 0xee, 0xf6),
    RGBColor(0xa9, 0xcf, 0xe6),
    RGBColor(0x4f, 0x9b, 0xca),
    RGBColor(0x00, 0x5a, 0x8e),
];
/// From this shade on figures are white.
const DARK: usize = 3;

/// A table of shades.
pub(super) struct Loadings {
    headings: Vec<String>,
    language: Language,
}

impl Loadings {
    pub(super) fn new(headings: Vec<String>, language: Language) -> Self {
        Loadings { headings, language }
    }
}

/// The shade of a loading.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among five")]
fn shade(value: f64) -> usize {
    ((value.abs() * SHADES.len() as f64) as usize).min(SHADES.len() - 1)
}

impl Marks for Loadings {
    fn range(&self) -> (f64, f64) {
        (0.0, self.headings.len() as f64)
    }

    fn room(&self) -> (f64, f64) {
        (0.0, 12.0)
    }

    fn row_height(&self) -> f64 {
        28.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        Vec::new()
    }

    fn ticks(&self) -> Vec<f64> {
        (0..self.headings.len()).map(|place| place as f64 + 0.5).collect()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the ticks are halves between places")]
    fn tick_label(&self, tick: f64) -> String {
        self.headings.get(tick as usize).cloned().unwrap_or_default()
    }

    fn axis_title(&self) -> String {
        text::say(self.language, "report-chart-loadings", &[])
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let most = (0..self.headings.len()).map(|place| row.number(place).abs()).fold(0.0, f64::max);
        for place in 0..self.headings.len() {
            let (left, right) = (scale.x(place as f64), scale.x(place as f64 + 1.0));
            let area = Area { x: left + 2.0, y: row.top + 1.5, width: right - left - 4.0, height: row.height - 3.0 };
            let value = row.number(place);
            let shade = shade(value);
            canvas.fill(area, SHADES[shade])?;
            canvas.outline(area, canvas::MUTED, 0.8)?;
            let ink = if shade >= DARK { canvas::GROUND } else { canvas::INK };
            let face = Face { ink, ..Face::text(HPos::Center) };
            let face = if value.abs() >= most { face.bold() } else { face };
            canvas.text((f64::midpoint(left, right), row.middle()), row.figure(place), face)?;
        }
        Ok(())
    }
}
