//! The sheet a chart is drawn on: plotters' SVG backend, spoken to in fractions of a pixel.
//!
//! The backend rounds every coordinate to a whole pixel, so the drawing is made ten times too large and
//! the viewBox brings it back. What the backend cannot say - that this is an image, its title, its
//! figures in words - is put into the opening tag afterwards.

use crate::error::{Error, Result};
use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle};

/// How many units of the backend make one of ours.
const SCALE: f64 = 10.0;
/// plotters divides the size of a font by this before it writes it.
const FONT_FACTOR: f64 = 1.24;

/// Text and outlines.
pub(super) const INK: RGBColor = RGBColor(0x1b, 0x1f, 0x24);
/// Axis numbers and remarks: still 7:1 on white.
pub(super) const MUTED: RGBColor = RGBColor(0x4d, 0x56, 0x61);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xdd, 0xe1, 0xe6);
/// The ground of the drawing; its own, so that it also reads on a dark page.
pub(super) const GROUND: RGBColor = RGBColor(0xff, 0xff, 0xff);
/// Main colour of marks: blue of the Okabe-Ito set.
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
/// Second colour of marks: vermilion of the Okabe-Ito set, darkened to 4.5:1 on white.
pub(super) const VERMILION: RGBColor = RGBColor(0xb8, 0x4a, 0x00);
/// Fourth and later steps of a funnel: reddish purple of the Okabe-Ito set.
pub(super) const PURPLE: RGBColor = RGBColor(0xcc, 0x79, 0xa7);
/// A band behind marks.
pub(super) const PALE: RGBColor = RGBColor(0xc7, 0xdf, 0xef);
/// The track of a bar.
pub(super) const TRACK: RGBColor = RGBColor(0xe4, 0xe8, 0xec);

/// Size of all text, so that a drawing scaled to a phone still reads.
pub(super) const TEXT: f64 = 14.0;
/// Size of axis numbers and remarks.
pub(super) const SMALL: f64 = 12.5;

/// A point, in our units from the top left corner.
pub(super) type Point = (f64, f64);

/// An upright rectangle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width, 0 or more.
    pub width: f64,
    /// Height, 0 or more.
    pub height: f64,
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Face {
    /// Size in our units.
    pub size: f64,
    /// Colour.
    pub ink: RGBColor,
    /// Where the point lies in the line.
    pub anchor: HPos,
    /// Heavier strokes.
    pub bold: bool,
}

impl Face {
    /// Text of a label or a value.
    pub(super) fn text(anchor: HPos) -> Self {
        Face { size: TEXT, ink: INK, anchor, bold: false }
    }

    /// Axis numbers and remarks.
    pub(super) fn small(anchor: HPos) -> Self {
        Face { size: SMALL, ink: MUTED, anchor, bold: false }
    }

    /// The same in bold.
    pub(super) fn bold(self) -> Self {
        Face { bold: true, ..self }
    }
}

/// A drawing under way.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    /// An empty sheet that is written to `out` when it is dropped.
    pub(super) fn new(out: &'a mut String, width: f64, height: f64) -> Result<Self> {
        let size = (unsigned(width), unsigned(height));
        let area = SVGBackend::with_string(out, size).into_drawing_area();
        area.fill(&GROUND).map_err(Error::defect)?;
        Ok(Canvas { area })
    }

    /// A filled rectangle.
    pub(super) fn fill(&self, area: Area, colour: RGBColor) -> Result<()> {
        let corners = [pixel((area.x, area.y)), pixel((area.x + area.width, area.y + area.height))];
        self.area.draw(&Rectangle::new(corners, colour.filled())).map_err(Error::defect)
    }

    /// The border of a rectangle. plotters writes an unfilled rectangle without the width of its stroke.
    pub(super) fn outline(&self, area: Area, colour: RGBColor, width: f64) -> Result<()> {
        let (left, top, right, bottom) = (area.x, area.y, area.x + area.width, area.y + area.height);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)];
        let style = colour.stroke_width(unsigned(width));
        self.area.draw(&PathElement::new(corners.map(pixel).to_vec(), style)).map_err(Error::defect)
    }

    /// A straight line.
    pub(super) fn line(&self, from: Point, to: Point, colour: RGBColor, width: f64) -> Result<()> {
        let style = colour.stroke_width(unsigned(width));
        self.area.draw(&PathElement::new(vec![pixel(from), pixel(to)], style)).map_err(Error::defect)
    }

    /// A disc.
    pub(super) fn disc(&self, centre: Point, radius: f64, colour: RGBColor) -> Result<()> {
        self.area.draw(&Circle::new(pixel(centre), unsigned(radius), colour.filled())).map_err(Error::defect)
    }

    /// A filled shape.
    pub(super) fn shape(&self, points: &[Point], colour: RGBColor) -> Result<()> {
        let points: Vec<_> = points.iter().copied().map(pixel).collect();
        self.area.draw(&Polygon::new(points, colour.filled())).map_err(Error::defect)
    }

    /// One line of text, its middle at the height of the point.
    pub(super) fn text(&self, at: Point, text: &str, face: Face) -> Result<()> {
        let style = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, face.size * SCALE * FONT_FACTOR, style);
        let style = TextStyle::from(font).color(&face.ink).pos(Pos::new(face.anchor, VPos::Center));
        self.area.draw_text(text, &style, pixel(at)).map_err(Error::defect)
    }

    /// Ends the drawing; the text given to [`Canvas::new`] is complete once the canvas is gone.
    pub(super) fn finish(self) -> Result<()> {
        self.area.present().map_err(Error::defect)
    }
}

/// What a reader who does not see the drawing is given.
pub(super) struct Alternative<'a> {
    /// Start of the ids of title and description, unique in the page.
    pub id: &'a str,
    /// What the drawing shows.
    pub title: &'a str,
    /// Its figures in words.
    pub description: &'a str,
    /// The language of both.
    pub language: &'a str,
}

/// The drawing with its opening tag replaced: size in our units, role, title and description.
pub(super) fn with_alternative(drawing: &str, size: (f64, f64), words: &Alternative<'_>) -> Result<String> {
    let body = drawing.split_once('>').map(|(_, body)| body.trim_start());
    let body = body.ok_or_else(|| Error::defect("plotters wrote no svg element"))?;
    let (id, language) = (escape(words.id), escape(words.language));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         lang=\"{language}\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{body}",
        size.0,
        size.1,
        unsigned(size.0),
        unsigned(size.1),
        escape(words.title),
        escape(words.description),
    ))
}

/// Text made safe inside an element or a quoted attribute; characters that XML forbids are dropped.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other if is_forbidden(other) => {}
            other => safe.push(other),
        }
    }
    safe
}

/// A control character that no XML document may hold.
pub(super) fn is_forbidden(character: char) -> bool {
    (character < ' ' && !matches!(character, '\t' | '\n' | '\r')) || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// Width of a line of text, on the wide side: the reader's sans-serif is not known, and a wide one
/// (DejaVu Sans, Verdana) must fit.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | 'I' | '\'' | '.' | ',' | ':' | ';' | '|' | '!' => 0.34,
            't' | 'f' | 'r' | ' ' | '\u{a0}' | '\u{202f}' | '(' | ')' | '[' | ']' | '-' | '/' => 0.41,
            'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.97,
            '&' | '<' | '>' | '+' | '=' | '…' | '–' | '→' => 0.84,
            _ if character.is_uppercase() => 0.73,
            _ => 0.625,
        })
        .sum();
    ems * size
}

/// The text in lines no wider than `width`; a word that is wider by itself is cut.
pub(super) fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if text_width(&longer, size) <= width {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for character in word.chars() {
            line.push(character);
            if text_width(&line, size) > width && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, character.to_string()));
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from a float saturates; a drawing is a few thousand units")]
fn pixel(point: Point) -> (i32, i32) {
    ((point.0 * SCALE).round() as i32, (point.1 * SCALE).round() as i32)
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from a float saturates; a drawing is a few thousand units")]
fn unsigned(length: f64) -> u32 {
    (length * SCALE).round() as u32
}
