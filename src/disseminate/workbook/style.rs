//! How cells look: one place for the workbook's formats.

use crate::model::Language;
use crate::model::result::Unit;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, FormatUnderline};

/// Dark blue of headings and header rows.
pub(super) const NAVY: u32 = 0x17_3F_5F;
/// Text of remarks: 7:1 on white.
const MUTED: u32 = 0x4D_56_61;
const RULE: u32 = 0xC9_D1_D9;

/// The formats that do not depend on a column.
pub(super) struct Styles {
    /// The report's title.
    pub report_title: Format,
    /// The CPAS on the cover.
    pub subtitle: Format,
    /// Title of a sheet.
    pub title: Format,
    /// Heading inside a sheet.
    pub heading: Format,
    /// Running text.
    pub text: Format,
    /// Text in a cell of fixed width.
    pub wrapped: Format,
    /// A label beside its value.
    pub label: Format,
    /// Remarks, the edition.
    pub remark: Format,
    /// A link.
    pub link: Format,
    /// A header cell over text.
    pub header: Format,
    /// A header cell over numbers.
    pub header_right: Format,
    language: Language,
}

impl Styles {
    pub(super) fn new(language: Language) -> Self {
        let text = Format::new().set_align(FormatAlign::Top);
        let header = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_font_color(0xFF_FF_FF)
            .set_background_color(NAVY)
            .set_align(FormatAlign::VerticalCenter)
            .set_border_bottom(FormatBorder::Thin)
            .set_border_color(NAVY);
        Styles {
            report_title: Format::new().set_bold().set_font_size(22).set_font_color(NAVY),
            subtitle: Format::new().set_font_size(15).set_font_color(NAVY),
            title: Format::new().set_bold().set_font_size(14).set_font_color(NAVY),
            heading: Format::new().set_bold().set_font_size(12).set_font_color(NAVY),
            wrapped: text.clone().set_text_wrap().set_border_bottom(FormatBorder::Thin).set_border_color(RULE),
            text,
            label: Format::new().set_font_color(MUTED).set_align(FormatAlign::Top),
            remark: Format::new().set_font_color(MUTED).set_italic(),
            link: Format::new().set_font_color(0x05_63_C1).set_underline(FormatUnderline::Single),
            header_right: header.clone().set_align(FormatAlign::Right).set_indent(1),
            header,
            language,
        }
    }

    /// A body cell of a column with this unit. Numbers keep a distance from the text to the right of them.
    pub(super) fn cell(&self, unit: Unit, is_total: bool) -> Format {
        let format = ruled(is_total);
        match unit {
            Unit::Label => format.set_text_wrap().set_align(FormatAlign::Left),
            _ => format.set_num_format(number_form(unit, self.language)).set_align(FormatAlign::Right).set_indent(1),
        }
    }

    /// A body cell that holds a sign in place of a figure.
    pub(super) fn empty_cell(&self, unit: Unit, is_total: bool) -> Format {
        let format = ruled(is_total).set_italic().set_font_color(MUTED);
        if unit == Unit::Label {
            format.set_align(FormatAlign::Left)
        } else {
            format.set_align(FormatAlign::Right).set_indent(1)
        }
    }

    /// A value on the cover: left aligned, so that label and value read as a line.
    pub(super) fn fact(&self, unit: Unit) -> Format {
        let format = Format::new().set_align(FormatAlign::Left).set_align(FormatAlign::Top).set_text_wrap();
        if unit == Unit::Label { format } else { format.set_num_format(number_form(unit, self.language)) }
    }
}

fn ruled(is_total: bool) -> Format {
    let format = Format::new().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin).set_border_color(RULE);
    if is_total {
        format.set_bold().set_border_top(FormatBorder::Thin).set_background_color(0xEE_F2_F6)
    } else {
        format
    }
}

/// Excel's form of a number; the reader's own Excel puts its separators in.
pub(super) fn number_form(unit: Unit, language: Language) -> &'static str {
    match (unit, language) {
        (Unit::Label, _) => "General",
        (Unit::Count, _) => "#,##0",
        // The value is 0 to 100, so Excel's own per cent form would show it a hundred times too large.
        (Unit::Percent, Language::Fr | Language::De) => "0.0\"\u{a0}%\"",
        (Unit::Percent, _) => "0.0\"%\"",
        (Unit::Points | Unit::Plain, _) => "#,##0.00",
        (Unit::Hours | Unit::PercentagePoints, _) => "#,##0.0",
        (Unit::Eur, Language::En) => "\"EUR\"\u{a0}#,##0.00",
        (Unit::Eur, _) => "#,##0.00\u{a0}\"EUR\"",
        (Unit::Date, Language::De) => "dd.mm.yyyy",
        (Unit::Date, _) => "dd/mm/yyyy",
    }
}
