//! Native charts below the table they show, bound to its cells: whoever corrects a cell sees the chart
//! follow, and can copy it into another document.

use super::tables::{Place, write_figure};
use super::{Book, LINE_HEIGHT, Planned, column, refused, row, style, wrap};
use crate::disseminate::degree::{Degree, degree};
use crate::disseminate::number;
use crate::disseminate::selection::{self, Selection};
use crate::error::Result;
use crate::model::result::{Chart as Drawn, ChartKind, ChartScale, Unit};
use crate::text;
use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartLineDashType, ChartMarker, ChartMarkerType, ChartPatternFill, ChartPatternFillType, ChartSeries,
    ChartSolidFill, ChartType, Worksheet,
};

/// Rows up to which a table and its chart fit one printed page.
const ROWS_BESIDE_A_CHART: usize = 8;

/// Width of every chart in pixels.
const WIDTH: u32 = 720;
/// Height of a sheet's row in pixels, to find the first row below a chart.
const ROW: u32 = 20;
/// Characters that fit the narrowest column of a table.
const NARROW: usize = 10;
/// Blue of the Okabe-Ito set; told from the other series by its solid filling, not by its colour alone.
const BLUE: u32 = 0x00_72_B2;
/// Reddish purple of the same set, for a fourth series.
const PURPLE: u32 = 0xCC_79_A7;

/// Draws the charts of this table, the first at `next`.
pub(super) fn write(
    book: &Book<'_>,
    planned: &Planned<'_>,
    sheet: &mut Worksheet,
    place: &Place,
    next: u32,
) -> Result<()> {
    let mut next = next;
    for drawn in planned.section.charts.iter().filter(|chart| chart.table == planned.table.id) {
        let mut selection = selection::select(planned.table, drawn)?;
        drop_empty(planned, drawn, &mut selection);
        // Limits and numbers of cases stand in the table; in a chart of bars they would be bars.
        selection.values.truncate(series_of(&drawn.kind, &selection));
        next = write_remark(book, planned, sheet, &selection, next)?;
        if selection.rows.is_empty() {
            continue;
        }
        let cells = if is_unbroken(&selection.rows) && !has_gap(planned, &selection) {
            Cells::in_table(place, &selection)?
        } else {
            let cells = Cells { header: next + 1, first: next + 2, columns: (0..=selection.values.len()).collect() };
            next = write_rows(book, planned, sheet, &selection, next)?;
            cells
        };
        if selection.rows.len() > ROWS_BESIDE_A_CHART {
            // On paper a chart is not cut in two: below a long table it begins a page.
            sheet.set_page_breaks(&[next]).map_err(refused)?;
        }
        let height = height(&drawn.kind, &selection);
        let chart = chart(book, planned, drawn, &selection, &cells)?;
        sheet.insert_chart(next, 0, &sized(chart, drawn.title.get(book.language), height)).map_err(refused)?;
        next += height.div_ceil(ROW) + 2;
    }
    Ok(())
}

/// A native chart has bars and no tiles: what has no figure has no bar.
fn drop_empty(planned: &Planned<'_>, drawn: &Drawn, selection: &mut Selection) {
    if !matches!(drawn.kind, ChartKind::Tiles { .. }) {
        return;
    }
    let value = selection.values[0];
    let has_figure = |row: &usize| number::missing(&planned.table.rows[*row].cells[value]).is_none();
    let (rows, empty): (Vec<usize>, Vec<usize>) = selection.rows.iter().copied().partition(has_figure);
    selection.rows = rows;
    selection.left_out.extend(empty);
    selection.left_out.sort_unstable();
}

/// How many of the chosen columns are drawn.
fn series_of(kind: &ChartKind, selection: &Selection) -> usize {
    match kind {
        ChartKind::Trajectory { times, .. } => times.len(),
        ChartKind::Lines { values, .. } => values.len(),
        ChartKind::Profile { .. } => 1,
        _ => selection.required,
    }
}

/// Where the drawn figures stand: in the table itself, or copied below it.
struct Cells {
    header: u32,
    first: u32,
    /// The label's column, then those of the values.
    columns: Vec<usize>,
}

impl Cells {
    fn in_table(place: &Place, selection: &Selection) -> Result<Cells> {
        let first = place.row(selection.rows.first().copied().unwrap_or_default())?;
        let columns = std::iter::once(selection.label).chain(selection.values.iter().copied()).collect();
        Ok(Cells { header: place.header, first, columns })
    }
}

fn is_unbroken(rows: &[usize]) -> bool {
    rows.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

/// Whether a figure is missing among the drawn ones: a line would go through zero there.
fn has_gap(planned: &Planned<'_>, selection: &Selection) -> bool {
    let is_missing = |row: usize, column: usize| number::missing(&planned.table.rows[row].cells[column]).is_some();
    selection.rows.iter().any(|row| selection.values.iter().any(|column| is_missing(*row, *column)))
}

/// Names what the chart does not show. Excel would draw a sign in a cell as a zero.
fn write_remark(
    book: &Book<'_>,
    planned: &Planned<'_>,
    sheet: &mut Worksheet,
    selection: &Selection,
    next: u32,
) -> Result<u32> {
    let remark = if !selection.left_out.is_empty() {
        let unit = planned.table.columns[selection.label].unit;
        let label = |row: &usize| number::cell(&planned.table.rows[*row].cells[selection.label], unit, book.language);
        let names: Vec<String> = selection.left_out.iter().map(label).collect();
        text::say(book.language, "report-chart-not-shown", &[("rows", names.join("; "))])
    } else if selection.rows.is_empty() {
        book.say("report-chart-nothing")
    } else {
        return Ok(next);
    };
    Ok(book.paragraph(sheet, next, &remark, &book.styles.remark)? + 1)
}

/// The drawn rows once more, without the ones between them that cannot be drawn: a chart can only be
/// bound to rows that follow each other, and takes a sign in a cell for a zero: here such a cell is empty. Copies and not formulas: whoever sorts the table would move other
/// figures under these labels.
fn write_rows(
    book: &Book<'_>,
    planned: &Planned<'_>,
    sheet: &mut Worksheet,
    selection: &Selection,
    next: u32,
) -> Result<u32> {
    let (table, styles) = (planned.table, &book.styles);
    sheet.write_string_with_format(next, 0, book.say("report-chart-rows"), &styles.remark).map_err(refused)?;
    let mut lines = 1;
    for (to, from) in std::iter::once(&selection.label).chain(&selection.values).enumerate() {
        let unit = table.columns[*from].unit;
        let heading = table.columns[*from].heading.get(book.language);
        let format = if unit == Unit::Label { &styles.header } else { &styles.header_right };
        sheet.write_string_with_format(next + 1, column(to)?, heading, format).map_err(refused)?;
        lines = lines.max(wrap(heading, NARROW).len());
        for (position, source) in selection.rows.iter().enumerate() {
            let cell = &table.rows[*source].cells[*from];
            let at = (next + 2 + row(position)?, column(to)?);
            let format = styles.cell(unit, false);
            match cell.as_text(book.language) {
                _ if number::missing(cell).is_some() => {
                    sheet.write_blank(at.0, at.1, &format).map_err(refused)?;
                }
                Some(words) => {
                    sheet.write_string_with_format(at.0, at.1, words, &format).map_err(refused)?;
                }
                None => write_figure(sheet, at, cell, &format)?,
            }
        }
    }
    sheet.set_row_height(next + 1, lines as f64 * LINE_HEIGHT + 3.0).map_err(refused)?;
    Ok(next + 3 + row(selection.rows.len())?)
}

fn height(kind: &ChartKind, selection: &Selection) -> u32 {
    match kind {
        ChartKind::Series { .. } | ChartKind::Lines { .. } => return 320,
        ChartKind::Trajectory { .. } | ChartKind::Limits { .. } => return 520,
        ChartKind::Spread { .. } => return 420,
        _ => {}
    }
    let stacked = matches!(kind, ChartKind::Stacked { .. } | ChartKind::Likert { .. });
    let bars = if stacked { selection.rows.len() } else { selection.rows.len() * selection.values.len() };
    let bars = u32::try_from(bars).unwrap_or(u32::MAX);
    let rows = u32::try_from(selection.rows.len()).unwrap_or(u32::MAX);
    (150u32).saturating_add(bars.saturating_mul(15)).saturating_add(rows.saturating_mul(10)).min(1_400)
}

fn chart(book: &Book<'_>, planned: &Planned<'_>, drawn: &Drawn, selection: &Selection, cells: &Cells) -> Result<Chart> {
    match &drawn.kind {
        ChartKind::Trajectory { scale, .. } => return lines(book, planned, *scale, selection, cells),
        ChartKind::Spread { .. } => return spread(planned, selection, cells),
        ChartKind::Lines { .. } => return over_rows(planned, selection, cells, book),
        ChartKind::Limits { .. } => return limits(book, planned, selection, cells),
        _ => {}
    }
    let mut chart = Chart::new(match drawn.kind {
        ChartKind::Stacked { .. } | ChartKind::Likert { .. } => ChartType::BarStacked,
        ChartKind::Series { .. } => ChartType::Line,
        _ => ChartType::Bar,
    });
    let last = cells.first + row(selection.rows.len())? - 1;
    let sheet = planned.sheet.as_str();
    let label = column(cells.columns[0])?;
    for (position, (value, shown)) in cells.columns[1..].iter().zip(&selection.values).enumerate() {
        let value = column(*value)?;
        let form = label_form(planned.table.columns[*shown].unit, book);
        let mut series = ChartSeries::new();
        series
            .set_name((sheet, cells.header, value))
            .set_categories((sheet, cells.first, label, last, label))
            .set_values((sheet, cells.first, value, last, value))
            .set_format(&mut filling(&drawn.kind, position, selection.values.len()))
            .set_data_label(ChartDataLabel::new().show_value().set_num_format(form))
            .set_gap(60);
        if matches!(drawn.kind, ChartKind::Series { .. }) {
            series.set_format(ChartLine::new().set_color(BLUE).set_width(2.0));
            series.set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(7));
        }
        chart.push_series(&series);
    }
    if matches!(drawn.kind, ChartKind::Series { .. }) {
        chart.y_axis().set_min(0.0).set_name(planned.table.columns[selection.values[0]].heading.get(book.language));
        chart.y_axis().set_major_gridlines_line(ChartLine::new().set_color(0xDD_E1_E6));
        chart.legend().set_hidden();
        return Ok(chart);
    }
    let unit = planned.table.columns[selection.values[0]].unit;
    // In a bar chart the y axis holds the labels. The first row of the table on top, as it is read.
    chart.y_axis().set_reverse().set_font(ChartFont::new().set_size(9));
    // At the edge, not at the zero, where bars below zero would cover the labels.
    chart.y_axis().set_label_position(ChartAxisLabelPosition::Low);
    chart.y_axis().set_name(planned.table.columns[selection.label].heading.get(book.language));
    chart.x_axis().set_label_position(ChartAxisLabelPosition::High);
    chart.x_axis().set_major_gridlines_line(ChartLine::new().set_color(0xDD_E1_E6));
    chart.x_axis().set_num_format(axis_form(unit, book));
    chart.x_axis().set_name(&axis_title(book, planned, drawn, selection));
    if let ChartKind::Stacked { .. } | ChartKind::Likert { .. } = &drawn.kind {
        chart.x_axis().set_min(0.0).set_max(100.0);
    }
    if let ChartKind::Dumbbell { scale, .. } | ChartKind::Profile { scale, .. } = &drawn.kind {
        chart.x_axis().set_min(scale.low).set_max(scale.high);
        if scale.high - scale.low <= 12.0 {
            // Levels of a scale are whole numbers.
            chart.x_axis().set_major_unit(1.0);
        }
    }
    if selection.values.len() > 1 {
        chart.legend().set_position(ChartLegendPosition::Top);
    } else {
        chart.legend().set_hidden();
    }
    Ok(chart)
}

/// Marks of lines that lie in one field, told apart without their colours.
const MARKS: [ChartMarkerType; 4] =
    [ChartMarkerType::Circle, ChartMarkerType::Square, ChartMarkerType::Triangle, ChartMarkerType::Diamond];
/// Strokes of such lines.
const STROKES: [ChartLineDashType; 4] =
    [ChartLineDashType::Solid, ChartLineDashType::Dash, ChartLineDashType::RoundDot, ChartLineDashType::DashDot];

/// A line a row, over the times that head the columns.
fn lines(
    book: &Book<'_>,
    planned: &Planned<'_>,
    scale: ChartScale,
    selection: &Selection,
    cells: &Cells,
) -> Result<Chart> {
    let mut chart = Chart::new(ChartType::Line);
    let sheet = planned.sheet.as_str();
    let (Some(first), Some(last)) = (cells.columns.get(1), cells.columns.last()) else { return Ok(chart) };
    let (label, first, last) = (column(cells.columns[0])?, column(*first)?, column(*last)?);
    for position in 0..selection.rows.len() {
        let at = cells.first + row(position)?;
        let mut line =
            ChartLine::new().set_width(1.75).set_dash_type(STROKES[position / MARKS.len() % STROKES.len()]).clone();
        let mut series = ChartSeries::new();
        series
            .set_name((sheet, at, label))
            .set_categories((sheet, cells.header, first, cells.header, last))
            .set_values((sheet, at, first, at, last))
            .set_format(&mut line)
            .set_marker(ChartMarker::new().set_type(MARKS[position % MARKS.len()]).set_size(6));
        chart.push_series(&series);
    }
    chart.y_axis().set_min(scale.low).set_max(scale.high);
    chart.y_axis().set_major_gridlines_line(ChartLine::new().set_color(0xDD_E1_E6));
    chart.y_axis().set_name(&scale_title(book, scale));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    Ok(chart)
}

/// "level on a scale from 1 to 5".
fn scale_title(book: &Book<'_>, scale: ChartScale) -> String {
    let end = |value: f64| if value.fract() == 0.0 { 0 } else { 1 };
    let low = number::decimal(scale.low, end(scale.low), book.language);
    let high = number::decimal(scale.high, end(scale.high), book.language);
    text::say(book.language, "report-chart-scale", &[("low", low), ("high", high)])
}

/// Marks over each row, joined from the lowest to the highest.
fn spread(planned: &Planned<'_>, selection: &Selection, cells: &Cells) -> Result<Chart> {
    const SHAPES: [(ChartMarkerType, u8); 5] = [
        (ChartMarkerType::LongDash, 9),
        (ChartMarkerType::Square, 8),
        (ChartMarkerType::Diamond, 11),
        (ChartMarkerType::Square, 8),
        (ChartMarkerType::LongDash, 9),
    ];
    let mut chart = Chart::new(ChartType::Line);
    let sheet = planned.sheet.as_str();
    let (label, last) = (column(cells.columns[0])?, cells.first + row(selection.rows.len())? - 1);
    for (value, (shape, size)) in cells.columns[1..].iter().zip(SHAPES) {
        let value = column(*value)?;
        let mut series = ChartSeries::new();
        series
            .set_name((sheet, cells.header, value))
            .set_categories((sheet, cells.first, label, last, label))
            .set_values((sheet, cells.first, value, last, value))
            .set_format(ChartLine::new().set_hidden(true))
            .set_marker(
                ChartMarker::new().set_type(shape).set_size(size).set_format(ChartSolidFill::new().set_color(BLUE)),
            );
        chart.push_series(&series);
    }
    chart.set_high_low_lines(true);
    chart.y_axis().set_major_gridlines_line(ChartLine::new().set_color(0xDD_E1_E6));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    Ok(chart)
}

/// A line a column, over the rows.
fn over_rows(planned: &Planned<'_>, selection: &Selection, cells: &Cells, book: &Book<'_>) -> Result<Chart> {
    let mut chart = Chart::new(ChartType::Line);
    let sheet = planned.sheet.as_str();
    let (label, last) = (column(cells.columns[0])?, cells.first + row(selection.rows.len())? - 1);
    for (position, value) in cells.columns[1..].iter().enumerate() {
        let value = column(*value)?;
        let stroke = STROKES[position % STROKES.len()];
        let mut line = ChartLine::new().set_width(1.75).set_dash_type(stroke).clone();
        let mut series = ChartSeries::new();
        series
            .set_name((sheet, cells.header, value))
            .set_categories((sheet, cells.first, label, last, label))
            .set_values((sheet, cells.first, value, last, value))
            .set_format(&mut line)
            .set_marker(ChartMarker::new().set_type(MARKS[position % MARKS.len()]).set_size(6));
        chart.push_series(&series);
    }
    chart.x_axis().set_name(planned.table.columns[selection.label].heading.get(book.language));
    chart.y_axis().set_min(0.0);
    chart.y_axis().set_major_gridlines_line(ChartLine::new().set_color(0xDD_E1_E6));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    Ok(chart)
}

/// Points by cases and share, and the limits as lines.
fn limits(book: &Book<'_>, planned: &Planned<'_>, selection: &Selection, cells: &Cells) -> Result<Chart> {
    let mut chart = Chart::new(ChartType::Scatter);
    let sheet = planned.sheet.as_str();
    let (cases, last) = (column(cells.columns[1])?, cells.first + row(selection.rows.len())? - 1);
    for (place, value) in cells.columns[2..].iter().enumerate() {
        let value = column(*value)?;
        let mut series = ChartSeries::new();
        series
            .set_name((sheet, cells.header, value))
            .set_categories((sheet, cells.first, cases, last, cases))
            .set_values((sheet, cells.first, value, last, value));
        if place == 0 {
            series.set_format(ChartLine::new().set_hidden(true));
            series.set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(6));
        } else {
            let stroke = if matches!(place, 2 | 3) { ChartLineDashType::Dash } else { ChartLineDashType::Solid };
            series.set_format(ChartLine::new().set_color(0x4D_56_61).set_width(1.0).set_dash_type(stroke));
            series.set_marker(ChartMarker::new().set_none());
        }
        chart.push_series(&series);
    }
    let heading = |place: usize| planned.table.columns[selection.values[place]].heading.get(book.language);
    chart.x_axis().set_name(heading(0)).set_min(0.0);
    chart.y_axis().set_name(heading(1));
    chart.y_axis().set_major_gridlines_line(ChartLine::new().set_color(0xDD_E1_E6));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    Ok(chart)
}

fn sized(mut chart: Chart, title: &str, height: u32) -> Chart {
    // A title that begins with = would be taken for the address of a cell.
    let safe = if title.starts_with('=') { format!(" {title}") } else { title.to_owned() };
    chart.title().set_name(&safe).set_font(ChartFont::new().set_size(12).set_bold());
    chart.set_width(WIDTH).set_height(height).set_alt_text(title);
    chart
}

/// The form of the figures beside the bars: without the currency, which the axis names.
fn label_form(unit: Unit, book: &Book<'_>) -> &'static str {
    if unit == Unit::Eur { "#,##0.00" } else { style::number_form(unit, book.language) }
}

fn axis_form(unit: Unit, book: &Book<'_>) -> &'static str {
    match unit {
        Unit::Points | Unit::Plain | Unit::Hours | Unit::PercentagePoints => "General",
        Unit::Eur => "#,##0",
        unit => style::number_form(unit, book.language),
    }
}

fn axis_title(book: &Book<'_>, planned: &Planned<'_>, drawn: &Drawn, selection: &Selection) -> String {
    let shown = &planned.table.columns[selection.values[0]];
    match (&drawn.kind, shown.unit) {
        (ChartKind::Dumbbell { scale, .. } | ChartKind::Profile { scale, .. }, _) => scale_title(book, *scale),
        (ChartKind::Bars { .. } | ChartKind::Tiles { .. }, Unit::Eur) => {
            format!("{} (EUR)", shown.heading.get(book.language))
        }
        (ChartKind::Bars { .. } | ChartKind::Tiles { .. }, _) => shown.heading.get(book.language).to_owned(),
        (_, Unit::Eur) => "EUR".to_owned(),
        (_, Unit::Hours) => book.say("report-chart-hours"),
        (_, Unit::Points | Unit::Plain) => book.say("report-chart-points"),
        (_, Unit::Percent | Unit::PercentagePoints) => "%".to_owned(),
        (_, Unit::Count | Unit::Label | Unit::Date) => book.say("report-chart-number"),
    }
}

/// Open, hatched, solid: series differ without their colours. A single series is solid, and so is what was
/// realised against a target.
fn filling(kind: &ChartKind, position: usize, series: usize) -> ChartFormat {
    let mut format = ChartFormat::new();
    let border = ChartLine::new().set_color(BLUE).set_width(1.0).clone();
    let solid = match kind {
        ChartKind::Bullet { .. }
        | ChartKind::Bars { .. }
        | ChartKind::Tiles { .. }
        | ChartKind::Profile { .. }
        | ChartKind::Loadings { .. } => 0,
        // Shades, from the lowest degree to the highest.
        ChartKind::Likert { .. } => return shaded(position, series),
        ChartKind::Dumbbell { .. } => 1,
        // Improved: the first part; in charts of lines and points it is never asked for.
        ChartKind::Stacked { .. }
        | ChartKind::Trajectory { .. }
        | ChartKind::Series { .. }
        | ChartKind::Spread { .. }
        | ChartKind::Limits { .. }
        | ChartKind::Lines { .. } => 0,
        ChartKind::Funnel { .. } => series.min(3) - 1,
    };
    let is_stacked = matches!(kind, ChartKind::Stacked { .. });
    if position == solid {
        format.set_solid_fill(ChartSolidFill::new().set_color(BLUE));
    } else if is_stacked && position == 1 {
        format.set_solid_fill(ChartSolidFill::new().set_color(0xE4_E8_EC)).set_border(&border);
    } else if position == 0 || series == 2 {
        format.set_solid_fill(ChartSolidFill::new().set_color(0xFF_FF_FF)).set_border(&border);
    } else if position == 1 || is_stacked {
        let pattern = ChartPatternFillType::DiagonalStripesWideUpwards;
        let lines = ChartPatternFill::new()
            .set_pattern(pattern)
            .set_foreground_color(BLUE)
            .set_background_color(0xFF_FF_FF)
            .clone();
        format.set_pattern_fill(&lines).set_border(&border);
    } else {
        format.set_solid_fill(ChartSolidFill::new().set_color(PURPLE)).set_border(&border);
    }
    format
}

/// The shade of a degree: vermilion for the lower half of a scale, blue for the higher, the darker the further out.
fn shaded(position: usize, degrees: usize) -> ChartFormat {
    const LOW: [u32; 3] = [0xF7_DE_CD, 0xE3_9A_68, 0xB8_4A_00];
    const HIGH: [u32; 3] = [0xC7_DF_EF, 0x6A_AC_D4, BLUE];
    let colour = match degree(position, degrees) {
        Degree::Low(shade) => LOW[shade],
        Degree::Middle => 0xE4_E8_EC,
        Degree::High(shade) => HIGH[shade],
    };
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(colour));
    format.set_border(ChartLine::new().set_color(0x4D_56_61).set_width(0.75));
    format
}
