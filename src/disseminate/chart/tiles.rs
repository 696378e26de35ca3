//! A map of tiles, one an area, where it lies: the darker, the higher. The figure stands in the tile, so that the shade says
//! nothing that is not there in digits.

use super::canvas::{self, Area, Canvas, Face, SMALL, wrap};
use super::marks::Row;
use super::{LINE, MARGIN, WIDTH};
use crate::error::Result;
use crate::model::Language;
use crate::text;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

/// Height of a tile, and the blank between two.
const HEIGHT: f64 = 84.0;
const BETWEEN: f64 = 6.0;
/// From the palest to the darkest shade.
const SHADES: [RGBColor; 5] = [
    RGBColor(0xee, 0xf5, 0xfa),
    RGBColor(0xc7, 0xdf, 0xef),
    RGBColor(0x8d, 0xbf, 0xde),
    RGBColor(0x3a, 0x8c, 0xc0),
    RGBColor(0x00, 0x5a, 0x8e),
];
/// From this shade on figures are white.
const DARK: usize = 3;

/// A map.
pub(super) struct Tiles<'t> {
    /// The rows, and where each lies: column and row.
    pub rows: &'t [Row],
    pub places: Vec<(u8, u8)>,
    /// What is counted.
    pub heading: String,
    /// The language.
    pub language: Language,
}

impl Tiles<'_> {
    fn size(&self) -> (u8, u8) {
        let columns = self.places.iter().map(|(column, _)| column + 1).max().unwrap_or(1);
        (columns, self.places.iter().map(|(_, row)| row + 1).max().unwrap_or(1))
    }

    /// Height of the drawing without a remark.
    pub(super) fn height(&self) -> f64 {
        MARGIN + 2.0 * LINE + 8.0 + f64::from(self.size().1) * (HEIGHT + BETWEEN)
    }

    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Result<()> {
        canvas.text((MARGIN, MARGIN + LINE * 0.5), &self.heading, Face::small(HPos::Left).bold())?;
        let key = text::say(self.language, "report-chart-tiles", &[]);
        canvas.text((MARGIN, MARGIN + LINE * 1.5), &key, Face::small(HPos::Left))?;
        let numbers = || self.rows.iter().filter_map(|row| row.known(0));
        let (low, high) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
        let width = (WIDTH - 2.0 * MARGIN + BETWEEN) / f64::from(self.size().0) - BETWEEN;
        for (row, (across, down)) in self.rows.iter().zip(&self.places) {
            let area = Area {
                x: MARGIN + f64::from(*across) * (width + BETWEEN),
                y: MARGIN + 2.0 * LINE + 8.0 + f64::from(*down) * (HEIGHT + BETWEEN),
                width,
                height: HEIGHT,
            };
            let shade = row.known(0).map(|value| shade(value, low, high));
            canvas.fill(area, shade.map_or(canvas::GROUND, |shade| SHADES[shade]))?;
            canvas.outline(area, canvas::MUTED, 0.8)?;
            let ink = if shade.is_some_and(|shade| shade >= DARK) { canvas::GROUND } else { canvas::INK };
            let centre = area.x + area.width / 2.0;
            for (line, words) in wrap(&row.label, SMALL, width - 8.0).iter().take(3).enumerate() {
                let y = area.y + 14.0 + LINE * line as f64;
                canvas.text((centre, y), words, Face { ink, ..Face::small(HPos::Center) })?;
            }
            let face = Face { ink, ..Face::text(HPos::Center) }.bold();
            canvas.text((centre, area.y + HEIGHT - 14.0), row.figure(0), face)?;
        }
        Ok(())
    }
}

/// The shade of a value between the lowest and the highest; where all are alike the middle one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among five")]
fn shade(value: f64, low: f64, high: f64) -> usize {
    if high <= low {
        return SHADES.len() / 2;
    }
    (((value - low) / (high - low) * SHADES.len() as f64) as usize).min(SHADES.len() - 1)
}
