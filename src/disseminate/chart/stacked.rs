//! A bar a row that is cut into its parts: improved, unchanged, worsened. Each part has its filling and its figure.

use super::canvas::{self, Area, Canvas, Face, SMALL, text_width};
use super::marks::{self, Filling, Mark, Marks, Row, Scale};
use crate::disseminate::number;
use crate::error::Result;
use crate::model::Language;
use crate::text;
use plotters::style::text_anchor::HPos;

/// Height of a bar.
const THICK: f64 = 22.0;
/// Fillings of the parts, in reading order.
const FILLINGS: [Filling; 4] = [Filling::Solid, Filling::Grey, Filling::Hatched, Filling::Open];

/// A chart of parts.
pub(super) struct Stacked {
    headings: Vec<String>,
    room: f64,
    language: Language,
}

impl Stacked {
    /// `headings`: those of the parts, without the number of cases.
    pub(super) fn new(rows: &[Row], headings: Vec<String>, language: Language) -> Self {
        let cases = rows.iter().filter_map(|row| cases(row, headings.len(), language));
        let room = cases.map(|words| text_width(&words, SMALL) + 10.0).fold(12.0, f64::max);
        Stacked { headings, room, language }
    }
}

/// "n = 24".
pub(super) fn cases(row: &Row, parts: usize, language: Language) -> Option<String> {
    row.numbers.get(parts).copied().flatten()?;
    Some(text::say(language, "report-chart-cases", &[("count", row.figure(parts).to_owned())]))
}

impl Marks for Stacked {
    fn range(&self) -> (f64, f64) {
        (0.0, 100.0)
    }

    fn room(&self) -> (f64, f64) {
        (0.0, self.room)
    }

    fn row_height(&self) -> f64 {
        32.0
    }

    fn legend(&self) -> Vec<(Mark, String)> {
        FILLINGS.into_iter().map(Mark::Bar).zip(self.headings.iter().cloned()).collect()
    }

    fn ticks(&self) -> Vec<f64> {
        vec![0.0, 25.0, 50.0, 75.0, 100.0]
    }

    fn tick_label(&self, tick: f64) -> String {
        number::percent(tick, 0, self.language)
    }

    fn axis_title(&self) -> String {
        text::say(self.language, "report-chart-share-of-cases", &[])
    }

    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()> {
        let y = row.middle();
        let mut from = 0.0;
        for (position, filling) in FILLINGS.into_iter().enumerate().take(self.headings.len()) {
            let to = from + row.number(position);
            let (left, right) = (scale.x(from), scale.x(to));
            let area = Area { x: left, y: y - THICK / 2.0, width: right - left, height: THICK };
            marks::bar(canvas, area, filling)?;
            let figure = row.figure(position);
            let width = text_width(figure, SMALL);
            if right - left > width + 8.0 {
                let centre = f64::midpoint(left, right);
                if filling == Filling::Hatched {
                    // On its lines the figure would not be read.
                    let box_width = width + 4.0;
                    let area = Area { x: centre - box_width / 2.0, y: y - 8.0, width: box_width, height: 16.0 };
                    canvas.fill(area, canvas::GROUND)?;
                }
                let ink = if filling == Filling::Solid { canvas::GROUND } else { canvas::INK };
                canvas.text((centre, y), figure, Face { ink, ..Face::small(HPos::Center) })?;
            }
            from = to;
        }
        match cases(row, self.headings.len(), self.language) {
            Some(words) => canvas.text((scale.right + 8.0, y), &words, Face::small(HPos::Left)),
            None => Ok(()),
        }
    }
}
