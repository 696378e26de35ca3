//! A bar a row over a line: the lower degrees of a scale to its left, the higher to its right, a middle one across it. Where a
//! part lies says what it is; its shade and its figure say it again.

use super::canvas::{self, Area, Canvas, Face, SMALL, text_width};
use super::marks::{self, Filling, Mark, Marks, Row, Scale};
use super::stacked::cases;
use crate::disseminate::degree::{Degree, degree};
use crate::disseminate::number;
use crate::error::Result;
use crate::model::Language;
use crate::text;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

/// Height of a bar.
const THICK: f64 = 22.0;
/// Left of the line, from it outwards: shades of vermilion.
const LOW: [RGBColor; 3] = [RGBColor(0xf7, 0xde, 0xcd), RGBColor(0xe3, 0x9a, 0x68), canvas::VERMILION];
/// Right of the line, from it outwards: shades of blue.
const HIGH: [RGBColor; 3] = [canvas::PALE, RGBColor(0x6a, 0xac, 0xd4), canvas::BLUE];
/// Across it.
const MIDDLE: RGBColor = canvas::TRACK;

/// A chart of degrees.
pub(super) struct Likert {
    headings: Vec<String>,
    room: f64,
    reach: f64,
    language: Language,
}

impl Likert {
    /// `headings`: those of the parts, without the number of cases.
    pub(super) fn new(rows: &[Row], headings: Vec<String>, language: Language) -> Self {
        let parts = headings.len();
        let room = rows.iter().filter_map(|row| cases(row, parts, language));
        let room = room.map(|words| text_width(&words, SMALL) + 10.0).fold(12.0, f64::max);
        let reach = rows.iter().map(|row| left(row, parts).max(right(row, parts))).fold(10.0, f64::max);
        Likert { headings, room, reach: (reach / 20.0).ceil() * 20.0, language }
    }

    fn shade(&self, position: usize) -> RGBColor {
        match degree(position, self.headings.len()) {
            Degree::Low(shade) => LOW[shade],
            Degree::Middle => MIDDLE,
            Degree::High(shade) => HIGH[shade],
        }
    }
}

/// What lies left of the line, and right of it.
fn left(row: &Row, parts: usize) -> f64 {
    let middle = if parts % 2 == 1 { row.number(parts / 2) / 2.0 } else { 0.0 };
    (0..parts / 2).map(|part| row.number(part)).sum::<f64>() + middle
}

fn right(row: &Row, parts: usize) -> f64 {
    (0..parts).map(|part| row.number(part)).sum::<f64>() - left(row, parts)
}

/// Dark grounds bear white figures.
fn is_dark(shade: RGBColor) -> bool {
    shade == canvas::BLUE || shade == canvas::VERMILION
}

impl Marks for Likert {
    fn range(&self) -> (f64, f64) {
        (-self.reach, self.reach)
    }

    fn room(&self) -> (f64, f64) {
        (0.0, self.room)
    }

    fn row_height(&self) -> f64 {
        32.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        let entry = |(place, words): (usize, &String)| (Mark::Bar(Filling::Shade(self.shade(place))), words.clone());
        self.headings.iter().enumerate().map(entry).collect()
    }

    fn ticks(&self) -> Vec<f64> {
        super::ticks(-self.reach, self.reach)
    }

    fn tick_label(&self, tick: f64) -> String {
        number::percent(tick.abs(), 0, self.language)
    }

    fn axis_title(&self) -> String {
        text::say(self.language, "report-chart-share-of-answers", &[])
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let (y, parts) = (row.middle(), self.headings.len());
        let mut from = -left(row, parts);
        for position in 0..parts {
            let to = from + row.number(position);
            let (start, end) = (scale.x(from), scale.x(to));
            let shade = self.shade(position);
            let area = Area { x: start, y: y - THICK / 2.0, width: end - start, height: THICK };
            marks::bar(canvas, area, Filling::Shade(shade))?;
            let figure = row.figure(position);
            if end - start > text_width(figure, SMALL) + 6.0 {
                let ink = if is_dark(shade) { canvas::GROUND } else { canvas::INK };
                canvas.text((f64::midpoint(start, end), y), figure, Face { ink, ..Face::small(HPos::Center) })?;
            }
            from = to;
        }
        let line = scale.x(0.0);
        canvas.line((line, row.top), (line, row.top + row.height), canvas::INK, 1.6)?;
        match cases(row, parts, self.language) {
            Some(words) => canvas.text((scale.right + 8.0, y), &words, Face::small(HPos::Left)),
            None => Ok(()),
        }
    }
}
