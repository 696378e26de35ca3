//! One chart as an SVG drawing: the figures of a table, the ones that cannot be drawn named below it.
//!
//! plotters gives the shapes, the axis ticks and the SVG. Layout is done here: plotters' own charts put a
//! label for every row on one line of unknown width, know no legend with shapes, no numbers in the
//! reader's language and no text alternative. No colour carries a meaning alone: before and after differ
//! in shape, the steps of a funnel in filling and order, and every mark has its figure beside it.
//! The title is not drawn; the page's or document's caption has it, and so has the `<title>`.

mod bullet;
mod canvas;
mod dumbbell;
mod groups;
mod likert;
mod limits;
mod lines;
mod loadings;
mod marks;
mod panels;
mod profile;
mod spread;
mod stacked;
mod tiles;
mod words;

use super::{number, selection};
use crate::error::Result;
use crate::model::Language;
use crate::model::result::{Chart, ChartKind, Table, Unit};
use canvas::{Alternative, Canvas, Face, SMALL, TEXT, text_width, wrap};
use marks::{Mark, Marks, Row, Scale};
use plotters::coord::ranged1d::{BoldPoints, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::style::text_anchor::HPos;
use selection::Selection;

/// Width of every drawing; its height follows from its rows.
const WIDTH: f64 = 640.0;
/// The labels take no more than this; longer ones are set in several lines.
const WIDEST_LABEL: f64 = 208.0;
/// Blank space at the edges.
const MARGIN: f64 = 12.0;
/// Distance between the lines of a label.
const LINE: f64 = 17.0;
/// Height of a line of the legend.
const LEGEND_LINE: f64 = 24.0;

/// A chart drawn.
#[derive(Debug, Clone)]
pub(super) struct Drawing {
    /// The drawing, with its title and figures in words inside.
    pub svg: String,
    /// Its figures in words.
    pub alternative: String,
}

/// Draws the chart from its table.
pub(super) fn draw(table: &Table, chart: &Chart, language: Language) -> Result<Drawing> {
    let selection = selection::select(table, chart)?;
    let mut rows = rows(table, &selection, language);
    let remark = words::remark(table, chart, &selection, &rows, language);
    let mut drawing = String::new();
    let height = if let Some(panel) = panel(table, chart, &selection, &rows, language) {
        draw_panel(&mut drawing, &panel, remark.as_deref())?
    } else {
        let marks = marks(table, chart, &selection, &rows, language);
        let layout = Layout::of(&mut rows, marks.as_ref(), remark.as_deref());
        let canvas = Canvas::new(&mut drawing, WIDTH, layout.height)?;
        layout.draw(&canvas, &rows, marks.as_ref())?;
        canvas.finish()?;
        layout.height
    };
    let alternative = words::description((table, chart), &selection, &rows, remark.as_deref(), language);
    let words = Alternative {
        id: &chart.id,
        title: chart.title.get(language),
        description: &alternative,
        language: language.code(),
    };
    let svg = canvas::with_alternative(&drawing, (WIDTH, height), &words)?;
    Ok(Drawing { svg, alternative })
}

fn label_of(table: &Table, selection: &Selection, row: usize, language: Language) -> String {
    let cell = &table.rows[row].cells[selection.label];
    let label = number::cell(cell, table.columns[selection.label].unit, language);
    label.chars().filter(|character| !canvas::is_forbidden(*character)).collect()
}

fn rows(table: &Table, selection: &Selection, language: Language) -> Vec<Row> {
    let row = |position: &usize| {
        let cells = &table.rows[*position].cells;
        let label = label_of(table, selection, *position, language);
        Row {
            lines: wrap(&label, TEXT, WIDEST_LABEL),
            label,
            numbers: selection.values.iter().map(|column| known(&cells[*column])).collect(),
            remark: selection.remark.and_then(|column| cells[column].as_text(language)).map(str::to_owned),
            shown: selection
                .values
                .iter()
                .map(|column| number::cell(&cells[*column], table.columns[*column].unit, language))
                .collect(),
            top: 0.0,
            height: 0.0,
        }
    };
    selection.rows.iter().map(row).collect()
}

/// The number of a cell that shows one.
fn known(cell: &crate::model::result::Cell) -> Option<f64> {
    number::missing(cell).is_none().then(|| cell.as_number()).flatten()
}

/// A chart whose values stand upright.
enum Panel<'t> {
    Trajectory(panels::Trajectory<'t>),
    Series(panels::Series<'t>),
    Tiles(tiles::Tiles<'t>),
    Limits(limits::Limits<'t>),
    Lines(lines::Lines<'t>),
}

/// The panel of a chart over time; `None` for the other kinds, and where there is nothing to draw.
fn panel<'t>(
    table: &Table,
    chart: &Chart,
    selection: &Selection,
    rows: &'t [Row],
    language: Language,
) -> Option<Panel<'t>> {
    let heading = |column: &usize| table.columns[*column].heading.get(language).to_owned();
    match &chart.kind {
        _ if rows.is_empty() => None,
        ChartKind::Trajectory { times, scale, .. } => {
            let times = times.iter().map(|(time, _, _)| time.clone()).collect();
            Some(Panel::Trajectory(panels::Trajectory { times, scale: *scale, rows, language }))
        }
        ChartKind::Series { .. } => {
            let value = &selection.values[0];
            let is_share = table.columns[*value].unit == Unit::Percent;
            Some(Panel::Series(panels::Series { rows, heading: heading(value), is_share, language }))
        }
        ChartKind::Tiles { places, .. } => {
            let places = selection.rows.iter().filter_map(|row| places[*row]).collect();
            Some(Panel::Tiles(tiles::Tiles { rows, places, heading: heading(&selection.values[0]), language }))
        }
        ChartKind::Limits { .. } => {
            let headings = [heading(&selection.values[0]), heading(&selection.values[1])];
            Some(Panel::Limits(limits::Limits { rows, headings, language }))
        }
        ChartKind::Lines { .. } => {
            let headings = selection.values.iter().map(heading).collect();
            Some(Panel::Lines(lines::Lines { rows, headings, axis: heading(&selection.label), language }))
        }
        _ => None,
    }
}

fn draw_panel(drawing: &mut String, panel: &Panel<'_>, remark: Option<&str>) -> Result<f64> {
    let top = match panel {
        Panel::Trajectory(panel) => panel.height(),
        Panel::Series(panel) => panel.height(),
        Panel::Tiles(panel) => panel.height(),
        Panel::Limits(_) => limits::HEIGHT,
        Panel::Lines(_) => lines::HEIGHT,
    };
    let lines = remark.map(|remark| wrap(remark, SMALL, WIDTH - 2.0 * MARGIN)).unwrap_or_default();
    let height = (top + lines.len() as f64 * LINE + MARGIN).ceil();
    let canvas = Canvas::new(drawing, WIDTH, height)?;
    match panel {
        Panel::Trajectory(panel) => panel.draw(&canvas)?,
        Panel::Series(panel) => panel.draw(&canvas)?,
        Panel::Tiles(panel) => panel.draw(&canvas)?,
        Panel::Limits(panel) => panel.draw(&canvas)?,
        Panel::Lines(panel) => panel.draw(&canvas)?,
    }
    for (position, line) in lines.iter().enumerate() {
        canvas.text((MARGIN, top + LINE * (position as f64 + 0.5)), line, Face::small(HPos::Left))?;
    }
    canvas.finish()?;
    Ok(height)
}

fn marks(table: &Table, chart: &Chart, selection: &Selection, rows: &[Row], language: Language) -> Box<dyn Marks> {
    let headings: Vec<String> =
        selection.values.iter().map(|column| table.columns[*column].heading.get(language).to_owned()).collect();
    let unit = table.columns[selection.values[0]].unit;
    match &chart.kind {
        ChartKind::Dumbbell { scale, .. } => Box::new(dumbbell::Dumbbell::new(rows, *scale, headings, language)),
        ChartKind::Bullet { .. } => Box::new(bullet::Bullet::new(rows, headings, language)),
        ChartKind::Stacked { parts, .. } => {
            let headings = headings.into_iter().take(parts.len()).collect();
            Box::new(stacked::Stacked::new(rows, headings, language))
        }
        ChartKind::Likert { parts, .. } => {
            let headings = headings.into_iter().take(parts.len()).collect();
            Box::new(likert::Likert::new(rows, headings, language))
        }
        ChartKind::Profile { scale, .. } => {
            let heading = headings.into_iter().next().unwrap_or_default();
            Box::new(profile::Profile::new(rows, *scale, heading, language))
        }
        ChartKind::Loadings { .. } => Box::new(loadings::Loadings::new(headings, language)),
        ChartKind::Spread { .. } => Box::new(spread::Spread::new(rows, unit, language)),
        // Panels come here only to say that they have nothing to draw.
        ChartKind::Funnel { .. }
        | ChartKind::Bars { .. }
        | ChartKind::Trajectory { .. }
        | ChartKind::Series { .. }
        | ChartKind::Tiles { .. }
        | ChartKind::Limits { .. }
        | ChartKind::Lines { .. } => Box::new(groups::Groups::new(rows, headings, unit, language)),
    }
}

/// Where everything goes.
struct Layout {
    legend: Vec<(f64, f64, Mark, String)>,
    scale: Scale,
    /// Values named on the axis, each with its label in the lines that it takes.
    ticks: Vec<(f64, Vec<String>)>,
    /// Lines that the longest of those labels takes.
    tick_lines: usize,
    bottom: f64,
    remark: Vec<String>,
    height: f64,
}

impl Layout {
    fn of(rows: &mut [Row], marks: &dyn Marks, remark: Option<&str>) -> Layout {
        let (legend, mut y) = place_legend(marks.legend());
        for row in rows.iter_mut() {
            let lines = row.lines.len() as f64;
            row.top = y;
            row.height = marks.row_height().max(lines * LINE + 8.0);
            y += row.height;
        }
        let bottom = y;
        let widest = rows.iter().flat_map(|row| &row.lines).map(|line| text_width(line, TEXT)).fold(0.0, f64::max);
        let (low, high) = marks.range();
        let (before, after) = marks.room();
        let left = MARGIN + widest + 12.0 + before;
        let right = (WIDTH - MARGIN - after).max(left + 60.0);
        let scale = Scale { low, high, left, right };
        let ticks = if rows.is_empty() { Vec::new() } else { marks.ticks() };
        // A label has the room up to its neighbours; numbers need one line of it.
        let between = ticks.windows(2).map(|pair| scale.x(pair[1]) - scale.x(pair[0])).fold(right - left, f64::min);
        let in_lines = |tick: f64| {
            let label = marks.tick_label(tick);
            if text_width(&label, SMALL) < between || !label.contains(' ') {
                vec![label]
            } else {
                wrap(&label, SMALL, between - 6.0)
            }
        };
        let ticks: Vec<(f64, Vec<String>)> = ticks.into_iter().map(|tick| (tick, in_lines(tick))).collect();
        let tick_lines = ticks.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
        let remark = remark.map(|remark| wrap(remark, SMALL, WIDTH - 2.0 * MARGIN)).unwrap_or_default();
        let axis = 50.0 + LINE * (tick_lines as f64 - 1.0);
        let below = if rows.is_empty() { 0.0 } else { axis } + remark.len() as f64 * LINE;
        Layout { legend, scale, ticks, tick_lines, bottom, remark, height: (bottom + below + MARGIN).ceil() }
    }

    fn draw(&self, canvas: &Canvas<'_>, rows: &[Row], marks: &dyn Marks) -> Result<()> {
        if !rows.is_empty() {
            for (x, y, mark, words) in &self.legend {
                mark.draw(canvas, (*x, *y))?;
                canvas.text((x + marks::SWATCH + 8.0, *y), words, Face::text(HPos::Left))?;
            }
            self.draw_axis(canvas, rows, marks)?;
        }
        for row in rows {
            self.draw_label(canvas, row, marks)?;
            marks.draw(canvas, row, &self.scale)?;
        }
        let axis = 58.0 + LINE * (self.tick_lines as f64 - 1.0);
        let mut y = self.bottom + if rows.is_empty() { 8.0 } else { axis };
        for line in &self.remark {
            canvas.text((MARGIN, y), line, Face::small(HPos::Left))?;
            y += LINE;
        }
        Ok(())
    }

    fn draw_label(&self, canvas: &Canvas<'_>, row: &Row, marks: &dyn Marks) -> Result<()> {
        let (before, _) = marks.room();
        let mut y = row.middle() - (row.lines.len() as f64 - 1.0) * LINE / 2.0;
        for line in &row.lines {
            canvas.text((self.scale.left - before - 12.0, y), line, Face::text(HPos::Right))?;
            y += LINE;
        }
        Ok(())
    }

    fn draw_axis(&self, canvas: &Canvas<'_>, rows: &[Row], marks: &dyn Marks) -> Result<()> {
        let top = rows.first().map_or(0.0, |row| row.top);
        for (tick, label) in &self.ticks {
            let x = self.scale.x(*tick);
            canvas.line((x, top), (x, self.bottom), canvas::GRID, 1.0)?;
            for (place, line) in label.iter().enumerate() {
                canvas.text((x, self.bottom + 12.0 + LINE * place as f64), line, Face::small(HPos::Center))?;
            }
        }
        let middle = f64::midpoint(self.scale.left, self.scale.right);
        canvas.text(
            (middle, self.bottom + 33.0 + LINE * (self.tick_lines as f64 - 1.0)),
            &marks.axis_title(),
            Face::small(HPos::Center),
        )
    }
}

/// The entries of the legend in as few lines as they fit, and where the rows can begin below them.
fn place_legend(entries: Vec<(Mark, String)>) -> (Vec<(f64, f64, Mark, String)>, f64) {
    let mut placed = Vec::new();
    let (mut x, mut y) = (MARGIN, MARGIN + LEGEND_LINE / 2.0);
    let any = !entries.is_empty();
    for (mark, words) in entries {
        let width = marks::SWATCH + 8.0 + text_width(&words, TEXT) + 22.0;
        if x > MARGIN && x + width > WIDTH - MARGIN {
            x = MARGIN;
            y += LEGEND_LINE;
        }
        placed.push((x, y, mark, words));
        x += width;
    }
    let below = if any { y + LEGEND_LINE / 2.0 + 8.0 } else { MARGIN };
    (placed, below)
}

/// Round values between two ends, some six of them.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let axis: RangedCoordf64 = (low..high).into();
    axis.key_points(BoldPoints(7)).into_iter().filter(|tick| *tick >= low && *tick <= high).collect()
}

/// An axis number with no more decimals than it needs.
fn tick_label(tick: f64, language: Language) -> String {
    let needs = |places: u8| {
        let shifted = tick * 10f64.powi(i32::from(places));
        (shifted - shifted.round()).abs() > 1e-6
    };
    let places = (0..3).find(|places| !needs(*places)).unwrap_or(3);
    number::decimal(tick, places, language)
}

#[cfg(test)]
mod tests;
