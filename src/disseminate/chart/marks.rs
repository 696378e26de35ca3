//! What the kinds of chart have in common: rows, a scale, and marks with their legend.

use super::canvas::{self, Area, Canvas, Point};
use crate::error::Result;
use plotters::style::RGBColor;

/// Width of a mark in the legend.
pub(super) const SWATCH: f64 = 22.0;

/// A row that is drawn.
#[derive(Debug)]
pub(super) struct Row {
    /// Its name.
    pub label: String,
    /// Its name in the lines it is drawn in.
    pub lines: Vec<String>,
    /// The values, one a drawn column; none where the cell is empty.
    pub numbers: Vec<Option<f64>>,
    /// The values as a person reads them.
    pub shown: Vec<String>,
    /// What the table remarks on it.
    pub remark: Option<String>,
    /// Upper edge of its band.
    pub top: f64,
    /// Height of its band.
    pub height: f64,
}

impl Row {
    /// The middle of its band.
    pub(super) fn middle(&self) -> f64 {
        self.top + self.height / 2.0
    }

    /// The value drawn at this position, 0 where the selection gave none.
    pub(super) fn number(&self, position: usize) -> f64 {
        self.known(position).unwrap_or_default()
    }

    /// The value at this position; none where the row may lack it and does.
    pub(super) fn known(&self, position: usize) -> Option<f64> {
        self.numbers.get(position).copied().flatten()
    }

    /// The figure of the value at this position.
    pub(super) fn figure(&self, position: usize) -> &str {
        self.shown.get(position).map_or("", String::as_str)
    }
}

/// Where a value lies on the drawing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// Place of the lowest value.
    pub left: f64,
    /// Place of the highest value.
    pub right: f64,
}

impl Scale {
    /// The place of a value; one beyond the scale lies at its end.
    pub(super) fn x(&self, value: f64) -> f64 {
        let span = self.high - self.low;
        // A scale without length would put its only value nowhere.
        let share = if span > 0.0 { ((value - self.low) / span).clamp(0.0, 1.0) } else { 0.0 };
        self.left + share * (self.right - self.left)
    }
}

/// One kind of chart: what it needs of the axis and how it draws a row.
pub(super) trait Marks {
    /// Lowest and highest value of the axis.
    fn range(&self) -> (f64, f64);
    /// Room that figures need left of the lowest and right of the highest value.
    fn room(&self) -> (f64, f64);
    /// Least height of a row.
    fn row_height(&self) -> f64;
    /// The marks and what they mean; empty where there is one meaning only.
    fn legend(&self) -> Vec<(Mark, String)>;
    /// The values named on the axis.
    fn ticks(&self) -> Vec<f64>;
    /// One of those in words.
    fn tick_label(&self, tick: f64) -> String;
    /// What the axis counts.
    fn axis_title(&self) -> String;
    /// The marks of one row.
    fn draw(&self, canvas: &Canvas<'_>, row: &Row, scale: &Scale) -> Result<()>;
}

/// A mark. Each differs from the others in shape or filling, not in colour alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mark {
    /// A ring: before.
    Ring,
    /// A filled lozenge: after.
    Lozenge,
    /// A bar in one of four fillings.
    Bar(Filling),
    /// An upright stroke: the target.
    Stroke,
    /// A small disc: a value whose limits may lie close.
    Dot,
    /// A pale band: where the true value may lie.
    Band,
}

/// How a bar is filled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Filling {
    /// White with a border.
    Open,
    /// Diagonal lines.
    Hatched,
    /// One dark colour.
    Solid,
    /// One light colour with a border.
    Light,
    /// Light grey with a border.
    Grey,
    /// A shade of a row of shades, with a border.
    Shade(RGBColor),
}

impl Filling {
    /// The filling of one of several bars in a group; a single bar is solid.
    pub(super) fn of(position: usize, bars: usize) -> Filling {
        match (bars, position) {
            (1, _) => Filling::Solid,
            (2, 0) => Filling::Open,
            (2, _) => Filling::Solid,
            (_, 0) => Filling::Open,
            (_, 1) => Filling::Hatched,
            (_, 2) => Filling::Solid,
            _ => Filling::Light,
        }
    }
}

impl Mark {
    /// The mark as the legend shows it, its left end at the point.
    pub(super) fn draw(self, canvas: &Canvas<'_>, at: Point) -> Result<()> {
        let centre = (at.0 + SWATCH / 2.0, at.1);
        match self {
            Mark::Ring => ring(canvas, centre),
            Mark::Lozenge => lozenge(canvas, centre),
            Mark::Dot => dot(canvas, centre),
            Mark::Bar(filling) => bar(canvas, Area { x: at.0, y: at.1 - 6.5, width: SWATCH, height: 13.0 }, filling),
            Mark::Stroke => stroke(canvas, centre, 18.0),
            Mark::Band => band(canvas, (at.0, at.0 + SWATCH), at.1),
        }
    }
}

/// A ring around a point.
pub(super) fn ring(canvas: &Canvas<'_>, centre: Point) -> Result<()> {
    canvas.disc(centre, 6.5, canvas::VERMILION)?;
    canvas.disc(centre, 4.0, canvas::GROUND)
}

/// A lozenge around a point, with a light edge so that it stands out from a ring under it.
pub(super) fn lozenge(canvas: &Canvas<'_>, centre: Point) -> Result<()> {
    for (reach, colour) in [(9.5, canvas::GROUND), (8.0, canvas::BLUE)] {
        let (x, y) = centre;
        canvas.shape(&[(x - reach, y), (x, y - reach), (x + reach, y), (x, y + reach)], colour)?;
    }
    Ok(())
}

/// A small disc with a light edge.
pub(super) fn dot(canvas: &Canvas<'_>, centre: Point) -> Result<()> {
    canvas.disc(centre, 4.4, canvas::GROUND)?;
    canvas.disc(centre, 3.6, canvas::INK)
}

/// A pale band with strokes at its ends.
pub(super) fn band(canvas: &Canvas<'_>, (left, right): (f64, f64), y: f64) -> Result<()> {
    canvas.fill(Area { x: left, y: y - 5.0, width: right - left, height: 10.0 }, canvas::PALE)?;
    for end in [left, right] {
        canvas.line((end, y - 6.5), (end, y + 6.5), canvas::BLUE, 1.4)?;
    }
    Ok(())
}

/// An upright stroke through a point.
pub(super) fn stroke(canvas: &Canvas<'_>, centre: Point, height: f64) -> Result<()> {
    canvas.fill(Area { x: centre.0 - 1.5, y: centre.1 - height / 2.0, width: 3.0, height }, canvas::INK)
}

/// A bar; one without length is not drawn (its figure still stands beside its place).
pub(super) fn bar(canvas: &Canvas<'_>, area: Area, filling: Filling) -> Result<()> {
    if area.width < 0.05 {
        return Ok(());
    }
    match filling {
        Filling::Solid => canvas.fill(area, canvas::BLUE),
        Filling::Shade(shade) => {
            canvas.fill(area, shade)?;
            canvas.outline(area, canvas::MUTED, 0.8)
        }
        Filling::Grey => {
            canvas.fill(area, canvas::TRACK)?;
            canvas.outline(area, canvas::MUTED, 0.8)
        }
        Filling::Light => {
            canvas.fill(area, canvas::PURPLE)?;
            canvas.outline(area, canvas::BLUE, 1.2)
        }
        Filling::Open => {
            canvas.fill(area, canvas::GROUND)?;
            canvas.outline(area, canvas::BLUE, 1.4)
        }
        Filling::Hatched => {
            canvas.fill(area, canvas::GROUND)?;
            hatch(canvas, area)?;
            canvas.outline(area, canvas::BLUE, 1.4)
        }
    }
}

/// Lines at 45 degrees that end at the borders.
fn hatch(canvas: &Canvas<'_>, area: Area) -> Result<()> {
    let (right, bottom) = (area.x + area.width, area.y + area.height);
    let mut start = 4.0;
    while start < area.width + area.height {
        let upper = ((area.x + start).min(right), area.y + (start - area.width).max(0.0));
        let lower = (area.x + (start - area.height).max(0.0), (area.y + start).min(bottom));
        canvas.line(upper, lower, canvas::BLUE, 1.6)?;
        start += 5.0;
    }
    Ok(())
}
